"""Deleting model versions and publishes, what that leaves in the registry, and quotas."""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import uuid

import pytest

from drover_process import BIN, eventually
from servers import MODEL, External, Server, psql, running, sha256, upload_bytes
from signatures import Repository, public_key, verify_cosign
from test_models import PLAIN
from test_signatures import signing_key


def variant(text):
    """The example model with a doc_string of its own: another file of about the same size."""
    return MODEL.read_bytes() + b"\x32" + bytes([len(text)]) + text.encode()


def tags(server, repository):
    answer = server.session.get(f"http://{server.registry}/v2/{repository}/tags/list", timeout=30)
    return sorted(answer.json().get("tags") or []) if answer.status_code == 200 else []


def manifest(server, repository, reference):
    answer = server.session.get(f"http://{server.registry}/v2/{repository}/manifests/{reference}", timeout=30, headers={
        "Accept": "application/vnd.oci.image.manifest.v1+json,application/vnd.oci.image.index.v1+json"})
    assert answer.status_code in (200, 404), answer.status_code
    return answer.json() if answer.status_code == 200 else None


def refused(answer, code, *words):
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
    assert all(str(word) in answer.json()["detail"] for word in words), answer.text


def deleted(answer):
    assert answer.status_code == 204, answer.text


def actions(drover, **filters):
    items = drover.api("GET", "/audit-events", params=filters).json()["items"]
    return [row["action"] for row in items if row["outcome"] == "done"]


def model_of(drover, version):
    return drover.api("GET", f"/models/{version['model_id']}").json()


# Model versions.

def test_a_version_is_deleted_and_the_model_stays(drover):
    workspace = drover.workspace()
    first, second = (drover.upload(workspace, "house") for _ in range(2))
    repository = f"models/{workspace}/house"
    assert tags(drover, repository) == sorted([first["id"], second["id"]])
    tag = drover.api("POST", "/tags", json={"tag": f"t-{uuid.uuid4()}"}).json()["id"]
    assert drover.api("PUT", f"/model-versions/{first['id']}/tags/{tag}").ok
    deleted(drover.api("DELETE", f"/model-versions/{first['id']}"))
    assert drover.api("GET", f"/model-versions/{first['id']}").status_code == 404
    assert drover.api("DELETE", f"/model-versions/{first['id']}").status_code == 404
    assert model_of(drover, first)["version_count"] == 1
    eventually(lambda: tags(drover, repository) == [second["id"]])
    assert drover.api("DELETE", f"/tags/{tag}").status_code == 204
    # As in MLflow: the registered model outlives its last version.
    deleted(drover.api("DELETE", f"/model-versions/{second['id']}"))
    model = model_of(drover, first)
    assert model["version_count"] == 0 and "latest_version" not in model
    assert actions(drover, resource_id=second["id"]) == ["model_version.delete", "model_version.create"]
    eventually(lambda: tags(drover, repository) == [])
    third = drover.upload(workspace, "house")
    assert third["model_id"] == first["model_id"] and tags(drover, repository) == [third["id"]]
    published = drover.publish(drover.pipeline(workspace, third["id"])["id"])
    assert published["status"] == "Published"


def test_a_version_that_is_used_says_by_what(drover):
    workspace, version, pipeline, publish = drover.published()
    refused(drover.api("DELETE", f"/model-versions/{version['id']}"), "model_version_in_use",
            publish["pipeline_name"], publish["pipeline_version_name"], f"publishes of them: {publish['id']}")
    assert drover.api("GET", f"/model-versions/{version['id']}").ok
    deleted(drover.api("DELETE", f"/publishes/{publish['id']}"))
    answer = drover.api("DELETE", f"/model-versions/{version['id']}")
    refused(answer, "model_version_in_use", publish["pipeline_version_name"])
    assert "publishes" not in answer.json()["detail"]
    for _ in range(6):
        drover.pipeline(workspace, version["id"])
    refused(drover.api("DELETE", f"/model-versions/{version['id']}"), "model_version_in_use", "and more")


def test_a_version_whose_conversion_runs_is_kept_and_one_that_waits_is_not(drover):
    version = drover.upload(drover.workspace())
    psql(drover.postgres, "insert into conversions (version_id, workspace_id, state, step, history, run_at, lease_id, "
         f"lease_until, created_at, updated_at) values ('{version['id']}', {version['workspace_id']}, "
         "'attempting_load_native', 'x', '[]', now() + '1 day', gen_random_uuid(), now() + '1 hour', now(), now())")
    refused(drover.api("DELETE", f"/model-versions/{version['id']}"), "model_version_in_use", "conversion")
    psql(drover.postgres, "update conversions set lease_id = null, lease_until = null "
         f"where version_id = '{version['id']}'")
    deleted(drover.api("DELETE", f"/model-versions/{version['id']}"))


def test_versions_that_are_deleted_while_pipelines_take_them(drover):
    workspace = drover.workspace()
    versions = [drover.upload(workspace, f"m-{n}")["id"] for n in range(8)]

    def use(version):
        return drover.api("POST", f"/workspaces/{workspace}/pipelines", json={
            "name": f"p-{uuid.uuid4()}", "steps": [{"model_inference": {"models": [{"version": version}]}}]})
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        uses = [pool.submit(use, version) for version in versions]
        deletions = [pool.submit(drover.api, "DELETE", f"/model-versions/{version}") for version in versions]
    for use, deletion in zip(uses, deletions):
        assert (use.result().status_code, deletion.result().status_code) in ((201, 409), (422, 204))


# Publishes.

def repositories(publish):
    return f"pipelines/{publish['pipeline_name']}", f"charts/{publish['pipeline_name']}"


@pytest.fixture
def public(drover):
    return public_key(signing_key(drover))


def test_a_deleted_publish_leaves_nothing_under_any_name(drover, public):
    _, owner = drover.user()
    workspace, version, pipeline, publish = drover.published(owner)
    artifacts, charts = repositories(publish)
    names = tags(drover, artifacts) + tags(drover, charts)
    assert len(names) == 6 and publish["pipeline_version_name"] in names
    assert verify_cosign(Repository(f"{drover.registry}/{artifacts}"), publish["pipeline_digest"], public)
    deleted(drover.api("DELETE", f"/publishes/{publish['id']}", owner))
    for method, path in (("GET", ""), ("GET", "/export"), ("GET", "/edges"), ("DELETE", "")):
        assert drover.api(method, f"/publishes/{publish['id']}{path}", owner).status_code == 404
    assert drover.api("POST", f"/publishes/{publish['id']}/edges", owner, json={"name": "late"}).status_code == 404
    assert drover.api("GET", f"/pipelines/{pipeline['id']}/publishes", owner).json()["items"] == []
    assert drover.api("GET", f"/pipelines/{pipeline['id']}", owner).json()["published"] is False
    assert actions(drover, resource_kind="publish", resource_id=publish["id"]) == ["publish.delete", "publish.create"]
    eventually(lambda: tags(drover, artifacts) + tags(drover, charts) == [])
    assert not manifest(drover, artifacts, publish["pipeline_digest"])
    assert tags(drover, f"models/{workspace}/house") == [version["id"]]
    # Made again it is the same, with the same signatures.
    again = drover.publish(pipeline["id"], owner)
    assert (again["pipeline_digest"], again["helm"]) == (publish["pipeline_digest"], publish["helm"])
    assert tags(drover, artifacts) + tags(drover, charts) == names
    assert verify_cosign(Repository(f"{drover.registry}/{artifacts}"), again["pipeline_digest"], public)


def test_a_publish_with_edges_is_kept_and_one_with_removed_edges_is_not(drover):
    _, _, _, publish = drover.published()
    edge, _ = drover.edge(publish["id"])
    refused(drover.api("DELETE", f"/publishes/{publish['id']}"), "publish_in_use", edge["name"])
    assert drover.api("DELETE", f"/publishes/{publish['id']}/edges/{edge['name']}").ok
    deleted(drover.api("DELETE", f"/publishes/{publish['id']}"))
    assert drover.api("GET", f"/edges/{edge['id']}").json()["id"] == edge["id"]


def test_a_publish_whose_job_has_not_ended_is_kept(drover):
    _, _, _, publish = drover.published()
    for status in ("PendingPublish", "Publishing"):
        psql(drover.postgres, f"update publishes set status = '{status}' where id = {publish['id']}")
        refused(drover.api("DELETE", f"/publishes/{publish['id']}"), "publish_in_use", status)


def test_what_two_publishes_share_goes_with_the_second(drover):
    _, _, pipeline, first = drover.published()
    artifacts, charts = repositories(first)
    second = drover.publish(pipeline["id"])
    other = drover.publish(pipeline["id"], deployment_config={"cpus": 3})
    assert first["pipeline_digest"] == second["pipeline_digest"] != other["pipeline_digest"]
    everything = tags(drover, artifacts), tags(drover, charts)
    assert [len(names) for names in everything] == [6, 6]
    deleted(drover.api("DELETE", f"/publishes/{first['id']}"))
    eventually(lambda: removals_left(drover) == 0)
    assert (tags(drover, artifacts), tags(drover, charts)) == everything
    deleted(drover.api("DELETE", f"/publishes/{second['id']}"))
    eventually(lambda: removals_left(drover) == 0)
    tag = other["pipeline_url"].rsplit(":", 1)[1]
    left = other["pipeline_digest"].replace(":", "-")
    assert tags(drover, artifacts) == sorted([tag, left, f"{left}.sig"])
    assert other["helm"]["version"] in tags(drover, charts) and len(tags(drover, charts)) == 3
    assert drover.api("GET", f"/publishes/{other['id']}/export").status_code == 200


def removals_left(server):
    return int(psql(server.postgres, "select count(*) from jobs where kind <> 'publish' and state = 'queued'")[0][0])


def test_an_image_goes_without_the_artifact_that_it_is_of(drover):
    _, _, pipeline, plain = drover.published()
    artifacts, _ = repositories(plain)
    before = tags(drover, artifacts)
    image = drover.publish(pipeline["id"], image=True)
    assert len(tags(drover, artifacts)) == len(before) + 3
    deleted(drover.api("DELETE", f"/publishes/{image['id']}"))
    eventually(lambda: tags(drover, artifacts) == before)
    index = manifest(drover, artifacts, plain["pipeline_digest"].replace(":", "-"))
    digests = [entry["digest"] for entry in index["manifests"]]
    assert digests and image["image"]["reference"].split("@")[1] not in digests
    assert all(manifest(drover, artifacts, digest) for digest in digests)
    assert drover.api("GET", f"/publishes/{plain['id']}/export").status_code == 200


def test_publishes_that_come_while_others_are_deleted_are_whole(drover):
    _, _, pipeline, publish = drover.published()
    artifacts, charts = repositories(publish)
    for _ in range(4):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            deletion = pool.submit(drover.api, "DELETE", f"/publishes/{publish['id']}")
            coming = pool.submit(drover.publish, pipeline["id"])
        deleted(deletion.result())
        publish = coming.result()
        assert publish["status"] == "Published", publish
        eventually(lambda: removals_left(drover) == 0)
        for repository, digest in ((artifacts, publish["pipeline_digest"]),
                                   (charts, publish["helm"]["reference"].split("@")[1])):
            assert manifest(drover, repository, digest)
            assert manifest(drover, repository, digest.replace(":", "-") + ".sig")


@pytest.mark.parametrize("moment", range(3))
def test_a_deletion_outlives_a_crash(own_drover, moment):
    drover = own_drover()
    workspace, version, _, publish = drover.published()
    artifacts, charts = repositories(publish)
    spare = drover.upload(workspace, "spare")
    deleted(drover.api("DELETE", f"/publishes/{publish['id']}"))
    deleted(drover.api("DELETE", f"/model-versions/{spare['id']}"))
    if moment:
        eventually(lambda: len(tags(drover, artifacts) + tags(drover, charts)) < 7 - moment, every=0.001)
    drover.kill9()
    drover.start()
    assert drover.api("GET", f"/publishes/{publish['id']}").status_code == 404
    eventually(lambda: tags(drover, artifacts) + tags(drover, charts) + tags(drover, f"models/{workspace}/spare") == [], 60)
    assert tags(drover, f"models/{workspace}/house") == [version["id"]]


def test_a_registry_that_removes_nothing_is_asked_again_until_it_does():
    with running(External, start=False) as server:
        configuration = pathlib.Path(f"{server.services}/registry.yml")
        text = configuration.read_text()
        restart_registry(server, text.replace("delete: {enabled: true}", "delete: {enabled: false}"))
        server.start()
        _, _, _, publish = server.published()
        artifacts, charts = repositories(publish)
        deleted(server.api("DELETE", f"/publishes/{publish['id']}"))
        job = eventually(lambda: psql(server.postgres, "select last_error, run_at > now() from jobs "
                                      "where kind = 'unpublish' and lease_id is null and last_error is not null"))
        assert "unsupported" in job[0][0] and job[0][1] == "t"
        assert len(tags(server, artifacts) + tags(server, charts)) == 6
        restart_registry(server, text)
        psql(server.postgres, "update jobs set run_at = now() where kind = 'unpublish'")
        eventually(lambda: tags(server, artifacts) + tags(server, charts) == [])


def restart_registry(server, text):
    path = pathlib.Path(f"{server.services}/registry.yml")
    path.write_text(text)
    pid = pathlib.Path(f"{server.services}/registry.pid").read_text().strip()
    subprocess.run(["kill", "-9", pid], check=True, timeout=10)
    server.start_registry()

    def answers():
        try:
            return server.session.get(f"http://{server.registry}/v2/", timeout=2).status_code == 200
        except OSError:
            return False
    eventually(answers)


# Collection.

def collect(server, *arguments):
    environment = {**os.environ, "DATABASE_URL": f"host={server.data}/run user=drover dbname=drover",
                   "OCI_REGISTRY": server.registry, "OCI_PLAIN_HTTP": "true"}
    return subprocess.run([BIN / "drover", "admin", "gc", *arguments], env=environment, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)


def put_manifest(server, repository, tag, size):
    """What an upload leaves that breaks off before its row: a manifest with a blob of `size` bytes."""
    url, blobs = f"http://{server.registry}/v2/{repository}", []
    for content in (b"{}", bytes([len(tag)]) * size):
        digest = f"sha256:{sha256(content)}"
        where = server.session.post(f"{url}/blobs/uploads/", timeout=30).headers["Location"]
        assert server.session.put(where, params={"digest": digest}, data=content, timeout=30).status_code == 201
        blobs.append({"mediaType": "application/octet-stream", "digest": digest, "size": len(content)})
    kind = "application/vnd.oci.image.manifest.v1+json"
    body = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": blobs[0], "layers": blobs[1:]}).encode()
    assert server.session.put(f"{url}/manifests/{tag}", data=body, headers={"Content-Type": kind}, timeout=30).status_code == 201
    return f"sha256:{sha256(body)}", len(body) + size + 2


def test_collection_finds_what_no_row_names_and_nothing_else():
    with running(Server) as server:
        workspace, version, _, publish = server.published()
        artifacts, charts = repositories(publish)
        clean = json.loads(collect(server, "--dry-run", "--json").stdout)
        assert (clean["findings"], clean["bytes"], clean["kept_tags"], clean["unknown_tags"], clean["catalog"]) == (
            [], 0, 3, [], True)
        lost, first, begun = str(uuid.uuid4()), str(uuid.uuid4()), f"{version['id']}-onnx-0123456789abcdef"
        leftovers = {
            (f"models/{workspace}/house", lost, "model_version_gone"): put_manifest(server, f"models/{workspace}/house", lost, 1000),
            (f"models/{workspace}/never", first, "model_version_gone"): put_manifest(server, f"models/{workspace}/never", first, 1000),
            (f"models/{workspace}/house", begun, "conversion_left_over"): put_manifest(server, f"models/{workspace}/house", begun, 50),
            (artifacts, f"{publish['pipeline_version_name']}-0123", "publish_gone"):
                put_manifest(server, artifacts, f"{publish['pipeline_version_name']}-0123", 70)}
        put_manifest(server, artifacts, str(uuid.uuid4()), 10)
        put_manifest(server, "somebody/else", "1", 10)
        found = json.loads(collect(server, "--dry-run", "--json").stdout)
        assert {(f["repository"], f["tag"], f["reason"]): f["digest"] for f in found["findings"]} == {
            key: digest for key, (digest, _) in leftovers.items()}
        # The first two hold the same blobs, and each blob counts once.
        assert found["bytes"] == sum(f["bytes"] for f in found["findings"]) < sum(size for _, size in leftovers.values())
        assert len(found["unknown_tags"]) == 1 and found["unknown_repositories"] == ["somebody/else"]
        plain = collect(server, "--dry-run").stdout.splitlines()
        assert f"may go: 4 manifests, {found['bytes']} bytes" in plain
        assert removals_left(server) == 0

        asked = collect(server)
        assert asked.returncode == 0 and "4 jobs made" in asked.stderr, asked.stderr
        assert "0 jobs made" in collect(server).stderr
        assert len(tags(server, f"models/{workspace}/house")) == 3
        psql(server.postgres, "update jobs set run_at = now() where kind <> 'publish'")
        eventually(lambda: removals_left(server) == 0)
        assert tags(server, f"models/{workspace}/house") == [version["id"]]
        assert tags(server, f"models/{workspace}/never") == []
        after = json.loads(collect(server, "--dry-run", "--json").stdout)
        assert after == {**clean, "unknown_tags": found["unknown_tags"], "unknown_repositories": ["somebody/else"]}
        assert server.api("GET", f"/publishes/{publish['id']}/export").status_code == 200


def test_collection_refuses_a_grace_that_is_too_short(drover):
    done = collect(drover, "--grace", "10")
    assert done.returncode != 0 and "--grace" in done.stderr


# Quotas.

SIZE = len(variant("1"))


def set_quota(drover, workspace, quota):
    answer = drover.api("PUT", f"/workspaces/{workspace}/quota", json={"quota_bytes": quota})
    assert answer.status_code == 200, answer.text
    return answer.json()


def quota(drover, workspace, token=None):
    return drover.api("GET", f"/workspaces/{workspace}/quota", token).json()


def test_a_quota_is_set_read_and_taken_back(drover):
    _, owner = drover.user()
    workspace = drover.workspace(owner)
    free = {"workspace_id": workspace, "used_bytes": 0, "is_default": True}
    assert quota(drover, workspace, owner) == quota(drover, workspace) == free
    assert set_quota(drover, workspace, 7) == {**free, "quota_bytes": 7, "is_default": False}
    assert set_quota(drover, workspace, 0) == {**free, "is_default": False}
    assert set_quota(drover, workspace, None) == free
    assert actions(drover, workspace_id=workspace, action="workspace.quota") == ["workspace.quota"] * 3
    for body in ({}, {"quota_bytes": -1}, {"quota_bytes": "1"}):
        assert drover.api("PUT", f"/workspaces/{workspace}/quota", json=body).status_code == 422
    assert drover.api("PUT", "/workspaces/987654321/quota", json={"quota_bytes": 1}).status_code == 404


def test_a_file_over_the_quota_is_refused_and_counts_once(drover):
    workspace = drover.workspace()
    set_quota(drover, workspace, 2 * SIZE)
    assert upload_bytes(drover, workspace, "a", variant("1")).status_code == 201
    # The same file for another model adds nothing.
    assert upload_bytes(drover, workspace, "b", variant("1")).status_code == 201
    assert quota(drover, workspace)["used_bytes"] == SIZE
    second = upload_bytes(drover, workspace, "a", variant("2"))
    assert second.status_code == 201 and quota(drover, workspace)["used_bytes"] == 2 * SIZE
    refused(upload_bytes(drover, workspace, "a", variant("3")), "quota_exceeded", 2 * SIZE, SIZE)
    # Without a length it is refused while it streams.
    refused(upload_bytes(drover, workspace, "a", iter([variant("3")[:1000], variant("3")[1000:]])), "quota_exceeded",
            "at least")
    assert tags(drover, f"models/{workspace}/a") == sorted(
        v["id"] for v in drover.api("GET", f"/models/{second.json()['model_id']}/versions").json()["items"])
    # One that is there is taken when its digest says so.
    digest = base64.b64encode(hashlib.sha256(variant("1")).digest()).decode()
    named = {"Content-Digest": f"sha-256=:{digest}:"}
    assert upload_bytes(drover, workspace, "c", variant("1"), **named).status_code == 201
    # A deleted version makes room; a lower quota deletes nothing.
    deleted(drover.api("DELETE", f"/model-versions/{second.json()['id']}"))
    assert upload_bytes(drover, workspace, "a", variant("3")).status_code == 201
    assert set_quota(drover, workspace, 1)["used_bytes"] == 2 * SIZE
    refused(upload_bytes(drover, workspace, "a", variant("4")), "quota_exceeded")
    image = {"image": "ghcr.io/acme/model:1", **PLAIN}
    refused(drover.api("POST", f"/workspaces/{workspace}/models/i/versions/from-image", json=image), "quota_exceeded")


def test_uploads_that_come_together_don_t_exceed_the_quota(drover):
    workspace = drover.workspace()
    set_quota(drover, workspace, 3 * SIZE + SIZE // 2)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: upload_bytes(drover, workspace, "m", variant(str(n))), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, "quota_exceeded")
    assert quota(drover, workspace)["used_bytes"] == 3 * SIZE
    # The ones that were refused at the end are taken out again.
    eventually(lambda: len(tags(drover, f"models/{workspace}/m")) == 3)


def test_an_upload_from_a_model_registry_counts_too(drover, registry_stub):
    _, owner = drover.user()
    workspace = drover.workspace(owner)
    made = drover.api("POST", "/model-registries", owner, json={
        "name": "r", "url": registry_stub.url + "/mlflow", "workspace_id": workspace}).json()
    set_quota(drover, workspace, 10)
    body = {"registry_id": made["id"], "framework": "onnx",
            "path": registry_stub.url + "/mlflow/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx"}
    path = f"/workspaces/{workspace}/models/house/versions/from-registry"
    refused(drover.api("POST", path, owner, json=body), "quota_exceeded")
    set_quota(drover, workspace, None)
    assert drover.api("POST", path, owner, json=body).status_code == 201


def test_the_default_of_the_instance_counts_where_nobody_set_a_quota(own_drover):
    drover = own_drover(quota_bytes=SIZE)
    workspace, other = drover.workspace(), drover.workspace()
    assert quota(drover, workspace) == {
        "workspace_id": workspace, "quota_bytes": SIZE, "used_bytes": 0, "is_default": True}
    assert upload_bytes(drover, workspace, "a", variant("1")).status_code == 201
    refused(upload_bytes(drover, workspace, "a", variant("2")), "quota_exceeded")
    assert upload_bytes(drover, other, "a", variant("2")).status_code == 201
    set_quota(drover, workspace, 0)
    assert upload_bytes(drover, workspace, "a", variant("2")).status_code == 201
