"""What is published is signed, and an implementation that is not ours can tell."""

import base64
import copy
import json
import os
import subprocess
import sys
import uuid

import oras.client
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sigstore_models.bundle.v1 import Bundle

from drover_process import BIN
from servers import running
from signatures import (BUNDLE, INDEX, MANIFEST, PROVENANCE, SIGN, Repository, Unverified, bundles, digest_of, hint_of, public_key,
                        verify_bundles, verify_cosign, verify_envelope)


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


def run_signing_key(server, *arguments):
    environment = {**os.environ, "DATABASE_URL": f"host={server.data}/run user=drover dbname=drover"}
    return subprocess.run([BIN / "drover", "admin", "signing-key", "--secret-key-file", f"{server.data}/secret.key",
                           *arguments], env=environment, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def signing_key(server, *arguments):
    done = run_signing_key(server, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def artifacts(publish):
    """(repository, digest) of the pipeline's artifact and of the chart."""
    chart, digest = publish["helm"]["reference"].split("@")
    return [(Repository(publish["pipeline_url"].rsplit(":", 1)[0]), publish["pipeline_digest"]), (Repository(chart), digest)]


@pytest.fixture(scope="module")
def thing(server):
    return server.published()


def test_cosigns_signature_verifies_with_the_printed_key(server, thing):
    key = public_key(signing_key(server))
    for repository, digest in artifacts(thing[3]):
        [critical] = verify_cosign(repository, digest, key)
        assert critical["identity"]["docker-reference"] == repository.reference
        tag = digest.replace(":", "-") + ".sig"
        manifest = json.loads(repository.manifest(tag)[0])
        config = json.loads(repository.blob(manifest["config"]))
        assert config["rootfs"]["diff_ids"] == [layer["digest"] for layer in manifest["layers"]]


def test_bundles_are_referrers_and_verify_with_the_printed_key(server, thing):
    key = public_key(signing_key(server))
    for repository, digest in artifacts(thing[3]):
        statements = verify_bundles(repository, digest, key)
        assert sorted(statements) == sorted([SIGN, PROVENANCE])
        assert [s["predicate"] for s in statements[SIGN]] == [{}]
        for bundle, descriptor, manifest in bundles(repository, digest):
            Bundle.from_json(json.dumps(bundle))  # The form that Sigstore's own library reads.
            assert bundle["verificationMaterial"] == {"publicKey": {"hint": hint_of(key)}, "tlogEntries": []}
            # The list says all that the manifest says, as the specification of the fallback tag wants it.
            assert descriptor["artifactType"] == manifest["artifactType"] == BUNDLE
            assert descriptor["annotations"] == manifest["annotations"]
            assert descriptor["annotations"]["dev.sigstore.bundle.content"] == "dsse-envelope"
            assert manifest["config"]["digest"] == digest_of(b"{}")
            raw, kind = repository.manifest(digest)
            assert manifest["subject"] == {"mediaType": kind, "digest": digest, "size": len(raw)}


def test_the_provenance_says_what_the_artifact_was_made_of(server, thing):
    workspace, version, pipeline, publish = thing
    key = public_key(signing_key(server))
    (artifact, digest), (chart, chart_digest) = artifacts(publish)
    [statement] = verify_bundles(artifact, digest, key)[PROVENANCE]
    build, run = statement["predicate"]["buildDefinition"], statement["predicate"]["runDetails"]
    assert build["externalParameters"]["pipeline"] == pipeline["name"]
    assert build["externalParameters"]["pipelineVersion"] == publish["pipeline_version_name"]
    [model] = build["resolvedDependencies"]
    assert model["digest"] == {"sha256": version["sha"]}
    assert digest_of(server.session.get(model["uri"], timeout=30).content) == f"sha256:{version['sha']}"
    assert run["metadata"]["invocationId"].endswith(f"/api/v1/publishes/{publish['id']}")
    assert run["metadata"]["invocationId"].startswith(run["builder"]["id"])
    [statement] = verify_bundles(chart, chart_digest, key)[PROVENANCE]
    sources = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert {"sha256": digest.removeprefix("sha256:")} in [s.get("digest") for s in sources]


def model_signature(repository, digest):
    """The bundle of the one referrer that has the type of model signatures."""
    [descriptor] = repository.referrers(digest, "application/vnd.dev.drover.model-signature.v1+json")
    assert descriptor["annotations"]["dev.sigstore.bundle.predicateType"] == "https://model_signing/signature/v1.0"
    [layer] = json.loads(repository.manifest(descriptor["digest"])[0])["layers"]
    assert layer["annotations"] == {"org.opencontainers.image.title": "model.sig"}
    return repository.blob(layer)


def test_the_openssf_tool_verifies_pulled_files(server, thing, tmp_path):
    def verify(key=tmp_path / "cosign.pub"):
        return subprocess.run([sys.executable, "-m", "model_signing", "verify", "key", files, "--signature",
                               files / "model.sig", "--public_key", key], capture_output=True, text=True, timeout=60, check=False)

    publish, files = thing[3], tmp_path / "files"
    oras.client.OrasClient(insecure=True).pull(target=publish["pipeline_url"], outdir=str(files))
    repository, digest = artifacts(publish)[0]
    (files / "model.sig").write_bytes(model_signature(repository, digest))
    (tmp_path / "cosign.pub").write_text(signing_key(server))
    done = verify()
    assert done.returncode == 0, done.stdout + done.stderr
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    (tmp_path / "other.pub").write_bytes(stranger.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    assert verify(tmp_path / "other.pub").returncode != 0
    (files / "more.txt").write_text("not of the artifact")
    assert verify().returncode != 0
    (files / "more.txt").unlink()
    (files / "engine.json").write_bytes(b"{}")
    assert verify().returncode != 0


def test_another_key_and_other_bytes_are_refused(server, thing):
    repository, digest = artifacts(thing[3])[0]
    key = public_key(signing_key(server))
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(Unverified, match="no signature of this key"):
        verify_cosign(repository, digest, stranger)
    with pytest.raises(Unverified, match="no bundle of this key"):
        verify_bundles(repository, digest, stranger)
    unsigned = f"sha256:{'0' * 64}"
    with pytest.raises(Unverified, match="no signatures"):
        verify_cosign(repository, unsigned, key)
    bundle, _, _ = next(bundles(repository, digest))
    verify_envelope(bundle["dsseEnvelope"], key)
    for change in ({"payloadType": "application/json"}, {"payload": base64.b64encode(b"{}").decode()}):
        with pytest.raises(Unverified, match="invalid signature"):
            verify_envelope({**copy.deepcopy(bundle["dsseEnvelope"]), **change}, key)


def put(repository, reference, content, kind):
    answer = requests.put(f"{repository.base}/manifests/{reference}", data=content, headers={"Content-Type": kind}, timeout=30)
    assert answer.status_code == 201, answer.text


def bring(source, manifest, target):
    """Gives another repository the blobs of a manifest."""
    for blob in [manifest["config"], *manifest["layers"]]:
        answer = requests.post(f"{target.base}/blobs/uploads/", timeout=30,
                               params={"mount": blob["digest"], "from": source.name})
        assert answer.status_code == 201, answer.text


def test_signatures_of_another_manifest_are_refused(server, thing):
    """Whoever may push can put the signatures of one thing beside another."""
    (repository, digest), (chart, chart_digest) = artifacts(thing[3])
    key = public_key(signing_key(server))
    forged = Repository(f"{server.registry}/forged/{uuid.uuid4().hex[:8]}")
    content, kind = chart.manifest(chart_digest)
    bring(chart, json.loads(content), forged)
    put(forged, chart_digest, content, kind)

    signatures, kind = repository.manifest(digest.replace(":", "-") + ".sig")
    bring(repository, json.loads(signatures), forged)
    put(forged, chart_digest.replace(":", "-") + ".sig", signatures, kind)
    with pytest.raises(Unverified, match="about another manifest"):
        verify_cosign(forged, chart_digest, key)

    original, renamed = [], []
    for _, descriptor, manifest in bundles(repository, digest):
        bring(repository, manifest, forged)
        put(forged, descriptor["digest"], repository.manifest(descriptor["digest"])[0], MANIFEST)
        original.append(descriptor)
        changed = json.dumps({**manifest, "subject": {**manifest["subject"], "digest": chart_digest}}).encode()
        put(forged, digest_of(changed), changed, MANIFEST)
        renamed.append({**descriptor, "digest": digest_of(changed), "size": len(changed)})
    for entries, reason in ((original, "a referrer of something else"), (renamed, "about another manifest")):
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
        put(forged, chart_digest.replace(":", "-"), json.dumps(index), INDEX)
        with pytest.raises(Unverified, match=reason):
            verify_bundles(forged, chart_digest, key)


def counts(publish):
    """(layers at .sig, referrers) of each artifact."""
    return [(len(json.loads(repository.manifest(digest.replace(":", "-") + ".sig")[0])["layers"]),
             len(repository.referrers(digest))) for repository, digest in artifacts(publish)]


def test_publishing_again_adds_no_signature_and_a_new_key_adds_one(server):
    _, _, pipeline, publish = server.published()
    before = [repository.manifest(digest.replace(":", "-"))[0] for repository, digest in artifacts(publish)]
    again = server.publish(pipeline["id"])
    assert again["pipeline_digest"] == publish["pipeline_digest"] and again["progress"]["bytes_sent"] == 0
    assert counts(publish) == [(1, 3), (1, 2)]
    assert before == [repository.manifest(digest.replace(":", "-"))[0] for repository, digest in artifacts(publish)]

    old = public_key(signing_key(server))
    new = public_key(signing_key(server, "--rotate"))
    assert hint_of(old) != hint_of(new) == hint_of(public_key(signing_key(server)))
    for repository, digest in artifacts(publish):
        verify_cosign(repository, digest, old)
        with pytest.raises(Unverified, match="no signature of this key"):
            verify_cosign(repository, digest, new)
    server.publish(pipeline["id"])
    assert counts(publish) == [(2, 6), (2, 4)]
    for repository, digest in artifacts(publish):
        for key in (old, new):
            assert len(verify_cosign(repository, digest, key)) == 1
            assert len(verify_bundles(repository, digest, key)[SIGN]) == 1


def test_a_key_that_signs_later_is_printed_and_not_used(server):
    now = signing_key(server)
    later = signing_key(server, "--rotate", "--signs-after", "3600")
    assert later != now == signing_key(server)
    everything = signing_key(server, "--all")
    assert now.strip() in everything and later.strip() in everything and everything.count("# ") >= 2
    assert "PRIVATE" not in everything
    _, _, _, publish = server.published()
    for repository, digest in artifacts(publish):
        assert verify_cosign(repository, digest, public_key(now))
        with pytest.raises(Unverified, match="no signature of this key"):
            verify_cosign(repository, digest, public_key(later))


def test_a_retired_key_is_marked_and_signs_nothing_more(server):
    def ids():
        return [line for line in signing_key(server, "--all").splitlines() if line.startswith("# ")]

    now = signing_key(server)
    identity = digest_of(public_key(now).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).removeprefix("sha256:")
    assert not any("retired" in line for line in ids())
    assert signing_key(server, "--retire", identity) == signing_key(server) != now
    assert [line for line in ids() if "retired" in line] == [line for line in ids() if line.startswith(f"# {identity},")]
    _, _, _, publish = server.published()
    for repository, digest in artifacts(publish):
        assert verify_cosign(repository, digest, public_key(signing_key(server)))
        with pytest.raises(Unverified, match="no signature of this key"):
            verify_cosign(repository, digest, public_key(now))
    done = run_signing_key(server, "--retire", "no key")
    assert done.returncode == 1 and "retire: the id of a key" in done.stderr, done.stderr


def test_the_private_key_is_sealed_and_nobody_who_asks_the_server_sees_it(server):
    [[sealed, public]] = server.psql(
        "select encode(sealed_key, 'hex'), encode(public_der, 'hex') from instance_keys"
        " where purpose = 'artifact_signing' order by created_at limit 1")
    assert sealed.startswith("01") and len(sealed) == 2 * (1 + 4 + 12 + 32 + 16)
    serialization.load_der_public_key(bytes.fromhex(public))
    rows = server.psql("set role drover_server; select count(*) from pg_catalog.pg_class where relname = 'instance_keys'"
                       " and has_table_privilege('drover_server', oid, 'select')")
    assert rows[-1] == ["0"]
