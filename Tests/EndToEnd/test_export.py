"""A publish leaves as an OCI layout and arrives in another registry with the same digests and signatures."""

import io
import json
import os
import subprocess
import tarfile

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from drover_process import BIN
from servers import MODEL_SHA, running
from signatures import INDEX, MANIFEST, SIGN, Repository, digest_of, public_key, verify_bundles, verify_cosign
from test_interop import skopeo
from test_signatures import put, signing_key


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def publish(server):
    workspace = server.workspace()
    version = server.upload(workspace)
    publish = server.publish(server.pipeline(workspace, version["id"])["id"], image=True)
    assert publish["status"] == "Published", publish
    return publish


@pytest.fixture(scope="module")
def archive(server, publish, tmp_path_factory):
    answer = server.api("GET", f"/publishes/{publish['id']}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-tar"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    file = tmp_path_factory.mktemp("export") / "publish.tar"
    file.write_bytes(answer.content)
    return file


def bring(server, file, repository, *options):
    environment = {**os.environ, "OCI_REGISTRY": server.registry, "OCI_PLAIN_HTTP": "true", "OCI_REPOSITORY": repository}
    return subprocess.run([BIN / "drover", "admin", "import", file, *options], env=environment, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)


def test_the_archive_is_an_oci_layout(publish, archive, tmp_path):
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert names[:2] == ["index.json", "oci-layout"] and len(names) == len(set(names))
        assert f"blobs/sha256/{MODEL_SHA}" in names
        index = json.load(tar.extractfile("index.json"))
        for entry in index["manifests"]:
            assert f"blobs/sha256/{entry['digest'].removeprefix('sha256:')}" in names
    name = publish["pipeline_url"].split("/", 1)[1]
    skopeo("copy", f"oci-archive:{archive}:{name}", f"dir:{tmp_path}/artifact")
    assert (tmp_path / "artifact" / MODEL_SHA).is_file()


def test_an_import_brings_names_digests_and_signatures(server, publish, archive):
    done = bring(server, archive, "site-b")
    assert done.returncode == 0, done.stderr
    key = public_key(signing_key(server))
    for reference, digest in ((publish["pipeline_url"], publish["pipeline_digest"]),
                              (publish["image"]["url"], publish["image"]["reference"].split("@")[1]),
                              (f"{publish['helm']['chart']}:{publish['helm']['version']}",
                               publish["helm"]["reference"].split("@")[1])):
        host, name = reference.split("/", 1)
        repository, tag = f"{host}/site-b/{name}".rsplit(":", 1)
        there = Repository(repository)
        assert there.manifest(tag)[0] == there.manifest(digest)[0] == Repository(reference.rsplit(":", 1)[0]).manifest(digest)[0]
        assert f"{repository}:{tag} {digest}" in done.stdout
        assert len(verify_cosign(there, digest, key)) == 1 and len(verify_bundles(there, digest, key)[SIGN]) == 1
    again = bring(server, archive, "site-b")
    assert again.returncode == 0 and again.stdout == done.stdout


def test_an_import_with_a_key_takes_only_what_that_key_signed(server, publish, archive, tmp_path):
    key = tmp_path / "cosign.pub"
    key.write_text(signing_key(server))
    done = bring(server, archive, "site-key", "--key", key)
    assert done.returncode == 0 and publish["pipeline_digest"] in done.stdout, done.stderr
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    key.write_bytes(stranger.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    done = bring(server, archive, "site-stranger", "--key", key)
    assert done.returncode == 1 and "unverified" in done.stderr and not done.stdout, done.stderr
    name = publish["pipeline_url"].rsplit(":", 1)[0].split("/", 1)[1]
    assert Repository(f"{server.registry}/site-stranger/{name}").manifest(publish["pipeline_digest"]) is None
    for text, reason in (("no key", "PEM"), (None, "can be read")):
        key.unlink() if text is None else key.write_text(text)
        done = bring(server, archive, "site-stranger", "--key", key)
        assert done.returncode == 1 and reason in done.stderr, done.stderr


def test_what_others_attached_and_is_gone_does_not_stop_an_export(server):
    _, _, _, publish = server.published()
    repository = Repository(publish["pipeline_url"].rsplit(":", 1)[0])
    tag = publish["pipeline_digest"].replace(":", "-")
    index = json.loads(repository.manifest(tag)[0])
    content, _ = repository.manifest(publish["pipeline_digest"])
    gone = json.dumps({**json.loads(content), "annotations": {"a": "b"}}).encode()
    put(repository, digest_of(gone), gone, MANIFEST)
    index["manifests"].insert(0, {"mediaType": MANIFEST, "digest": digest_of(gone), "size": len(gone)})
    put(repository, tag, json.dumps(index), INDEX)
    assert requests.delete(f"{repository.base}/manifests/{digest_of(gone)}", timeout=30).status_code == 202
    exported = server.api("GET", f"/publishes/{publish['id']}/export")
    assert exported.status_code == 200, exported.text
    with tarfile.open(fileobj=io.BytesIO(exported.content)) as tar:
        document = json.load(tar.extractfile("index.json"))
    # Two artifacts, a signature and two bundles of each, and the signature of the files.
    assert len(document["manifests"]) == 9
    assert document["annotations"]["dev.drover.omitted"].startswith(f"{digest_of(gone)} (not in the registry)")


def test_a_harmed_archive_is_refused_with_a_reason(server, archive, tmp_path):
    whole = archive.read_bytes()
    other = whole.replace(b"vnd.oci.image.manifest", b"vnd.xyz.image.manifest")
    for content, reason in ((whole[:100_000], "layout"), (b"no tar", "tar archive"), (other, "does not hash")):
        file = tmp_path / "harmed.tar"
        file.write_bytes(content)
        done = bring(server, file, "site-c")
        assert done.returncode == 1 and done.stderr.startswith("Error: ") and reason in done.stderr, done.stderr
    assert bring(server, tmp_path / "absent.tar", "site-c").returncode == 1


def test_what_is_not_published_can_not_be_exported(server):
    workspace = server.workspace()
    pipeline = server.pipeline(workspace, server.upload(workspace)["id"])
    publish = server.publish(pipeline["id"])
    server.psql(f"update publishes set status = 'Error', error = 'x' where id = {publish['id']}")
    answer = server.api("GET", f"/publishes/{publish['id']}/export")
    assert answer.status_code == 409 and answer.json()["code"] == "not_published"
