"""What was published, pulled by the tools of others: skopeo, oras and helm."""

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import uuid

import oras.client
import pytest
from helm_python import chart as helm_chart
from helm_python import errors as helm_errors
from helm_python import registry as helm_registry

from drover_process import ROOT

MODEL = (ROOT / "Examples/house-price/model.onnx").read_bytes()
MODEL_SHA = hashlib.sha256(MODEL).hexdigest()


def skopeo(*arguments):
    done = subprocess.run(["skopeo", *map(str, arguments)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def raw(url):
    """(manifest, its digest) as skopeo reads it."""
    manifest = skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{url}")
    return json.loads(manifest), "sha256:" + hashlib.sha256(manifest).hexdigest()


def names(drover, publish):
    """Every name that follows from registry, pipeline and version."""
    pipeline, version = publish["pipeline_name"], publish["pipeline_version_name"]
    return {"pipeline_url": f"{drover.registry}/pipelines/{pipeline}:{version}",
            "chart": f"{drover.registry}/charts/{pipeline}", "version": f"0.0.1-{version}"}


def decoded(bundle):
    text = base64.b64decode(bundle, validate=True).decode()
    assert not text.endswith("\n") and base64.b64encode(text.encode()).decode() == bundle
    return [tuple(line.removeprefix("export ").split("=", 1)) for line in text.split("\n")]


class Published:
    def __init__(self, drover):
        self.workspace, self.version, self.pipeline, self.publish = drover.published()


@pytest.fixture(scope="module")
def thing(drover):
    return Published(drover)


# --- The registry's view ---

@pytest.mark.proves("PUB-04", "PUB-14", "MODEL-13")
def test_skopeo_sees_the_model_and_the_definition(drover, thing, tmp_path):
    manifest, digest = raw(thing.publish["pipeline_url"])
    assert digest == thing.publish["pipeline_digest"]
    assert manifest["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    assert thing.version["sha"] == MODEL_SHA

    roles = {layer["annotations"]["dev.drover.role"]: layer for layer in manifest["layers"]}
    assert list(roles) == ["pipeline", "engine", "model"]
    model = roles["model"]
    assert model["digest"] == f"sha256:{MODEL_SHA}" and model["size"] == len(MODEL)
    annotations = model["annotations"]
    assert annotations["dev.drover.model.name"] == thing.version["name"]
    assert annotations["dev.drover.model.version"] == thing.version["id"]
    assert annotations["dev.drover.model.runtime"] == "onnx"

    skopeo("copy", "--src-tls-verify=false", f"docker://{thing.publish['pipeline_url']}", f"oci:{tmp_path}:v1")
    blob = lambda layer: (tmp_path / "blobs/sha256" / layer["digest"].removeprefix("sha256:")).read_bytes()
    assert blob(model) == MODEL
    definition = json.loads(blob(roles["pipeline"]))
    assert definition["name"] == thing.pipeline["name"] and definition["version"] == thing.publish["pipeline_version_name"]
    assert definition["steps"] == [{"modelInference": {"models": [
        {"name": thing.version["name"], "version": thing.version["id"], "sha": MODEL_SHA}]}}]
    assert json.loads(blob(roles["engine"])) == thing.publish["engine_config"]


def test_a_copy_into_a_layout_keeps_the_digest(thing, tmp_path):
    skopeo("copy", "--src-tls-verify=false", f"docker://{thing.publish['pipeline_url']}", f"oci:{tmp_path}:v1")
    index = json.loads((tmp_path / "index.json").read_text())
    assert [m["digest"] for m in index["manifests"]] == [thing.publish["pipeline_digest"]]


def test_the_model_version_is_an_artifact_of_its_own(drover, thing):
    url = f"{drover.registry}/models/{thing.workspace}/{thing.version['name']}:{thing.version['id']}"
    manifest, digest = raw(url)
    assert digest == thing.version["manifest_digest"]
    assert [layer["digest"] for layer in manifest["layers"]] == [f"sha256:{MODEL_SHA}"]


def test_oras_pulls_the_files_under_their_names(thing, tmp_path):
    client = oras.client.OrasClient(insecure=True)
    files = client.pull(target=thing.publish["pipeline_url"], outdir=str(tmp_path))
    found = {str(p)[len(str(tmp_path)) + 1:] for p in files}
    model = f"models/{thing.version['name']}/{thing.version['id']}/model.onnx"
    assert found == {"pipeline.json", "engine.json", model}
    assert (tmp_path / model).read_bytes() == MODEL


# --- The chart ---

@pytest.fixture
def chart(thing, tmp_path):
    """(path of the .tgz, the chart as Helm loads it)"""
    helm = thing.publish["helm"]
    helm_registry.pull(f"oci://{helm['chart']}", version=helm["version"], destination=tmp_path, plain_http=True)
    archive = tmp_path / f"{thing.pipeline['name']}-{helm['version']}.tgz"
    return archive, helm_chart.Chart.load(archive)


@pytest.mark.proves("PUB-15")
def test_helm_pulls_the_chart_by_url_and_version(drover, thing, chart):
    archive, loaded = chart
    helm = thing.publish["helm"]
    assert loaded.name == thing.pipeline["name"] and loaded.version == helm["version"]
    assert loaded.metadata["appVersion"] == thing.publish["pipeline_version_name"]
    with tarfile.open(archive) as tar:
        inside = {member.name: tar.extractfile(member).read().decode() for member in tar.getmembers() if member.isfile()}
    assert {name.split("/")[0] for name in inside} == {thing.pipeline["name"]}
    assert helm["version"] in inside[f"{thing.pipeline['name']}/Chart.yaml"]
    # As an artifact of its own: the tag and the digest reference are the same manifest.
    tagged, digest = raw(f"{helm['chart']}:{helm['version']}")
    by_digest, _ = raw(helm["reference"])
    assert tagged == by_digest and helm["reference"].endswith(f"@{digest}")
    assert tagged["layers"][0]["digest"] == "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest()


def test_the_charts_values_pin_what_was_published(thing, chart):
    values = chart[1].values
    repository = thing.publish["pipeline_url"].rsplit(":", 1)[0]
    assert values["pipelineURL"] == f"{repository}@{thing.publish['pipeline_digest']}"
    assert values["edgeBundle"] == ""
    assert values["resources"] == {"limits": {"cpu": "1000m", "memory": "512Mi"}, "requests": {"cpu": "1000m", "memory": "512Mi"}}


@pytest.mark.proves("EDGE-11")
def test_the_bundle_goes_into_the_chart_as_edge_bundle(drover, thing, chart):
    _, bundle = drover.edge(thing.publish["id"])
    rendered = chart[1].render({"edgeBundle": bundle}, name="shop", namespace="edge")
    assert bundle in "".join(rendered.values()) or base64.b64encode(bundle.encode()).decode() in "".join(rendered.values())


@pytest.mark.parametrize("bundle", ["$(reboot)", "a b", "a\nb: c", "{{ .Release }}", "'; id #", '"', "abc\n", 7, None])
def test_the_chart_refuses_a_bundle_that_is_none(chart, bundle):
    with pytest.raises(helm_errors.HelmError):
        chart[1].validate_schema({"edgeBundle": bundle})
        chart[1].render({"edgeBundle": bundle}, name="shop", namespace="edge")


# --- The record ---

@pytest.mark.proves("PUB-03", "PUB-05", "PUB-06", "EDGE-04")
def test_a_publish_says_where_everything_is(drover, thing):
    publish, expected = thing.publish, names(drover, thing.publish)
    assert isinstance(publish["id"], int) and isinstance(publish["pipeline_version_id"], int)
    assert publish["status"] == "Published" and "error" not in publish
    assert publish["pipeline_url"] == expected["pipeline_url"]
    assert publish["helm"]["chart"] == expected["chart"] and publish["helm"]["version"] == expected["version"]
    assert re.fullmatch(re.escape(expected["chart"]) + "@sha256:[0-9a-f]{64}", publish["helm"]["reference"])
    assert publish["engine_url"].startswith(f"{drover.registry}/engine:")
    assert publish["pipeline_version_name"] == thing.pipeline["latest_version"]["id"]
    assert publish["pipeline_version_id"] == thing.pipeline["latest_version"]["number"]
    assert publish["user_images"] == [] and publish["docker_run_variables"] == {}
    assert publish["created_by"] == drover.api("GET", "/me").json()["id"]
    assert publish["created_at"] <= publish["updated_at"]
    assert publish["engine_config"]["engine"]["resources"]["limits"] == {"cpu": 1, "memory": "512Mi"}  # Not told.

    new = drover.pipeline(thing.workspace, thing.version["id"])
    answer = drover.api("POST", f"/pipelines/{new['id']}/publishes", json={"pipeline_version": new["latest_version"]["id"]})
    assert answer.status_code == 202 and answer.json()["status"] in ("PendingPublish", "Publishing", "Published")


@pytest.mark.proves("DCFG-25", "PUB-10")
def test_the_engine_config_has_its_serialised_form(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    publish = drover.publish(pipeline["id"], deployment_config={"cpus": 0.5, "memory": "900Mi"})
    bounds = {"cpu": 0.5, "memory": "900Mi"}
    assert publish["engine_config"] == {"engine": {"resources": {"limits": bounds, "requests": bounds}},
                                        "engineAux": {"images": {}}, "enginelb": {}}


@pytest.mark.proves("DCFG-26", "EDGE-24")
def test_a_load_balancer_and_an_edge_have_the_resources_of_the_publish(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    publish = drover.publish(pipeline["id"], deployment_config={"cpus": 2.5, "memory": "1GiB", "lb_cpus": 1, "lb_memory": "512Mi"})
    assert publish["engine_config"]["enginelb"] == {"resources": {
        "limits": {"cpu": 1, "memory": "512Mi"}, "requests": {"cpu": 1, "memory": "512Mi"}}}
    edge, _ = drover.edge(publish["id"])
    assert edge["cpus"] == 2.5 and edge["memory"] == "1Gi"


@pytest.mark.proves("PUB-17")
def test_publishing_the_same_version_again_changes_no_name_and_sends_no_model(drover, thing):
    again = drover.publish(thing.pipeline["id"])
    assert again["status"] == "Published" and again["id"] > thing.publish["id"]
    for key in ("pipeline_url", "pipeline_digest", "helm", "engine_url", "pipeline_version_name", "pipeline_version_id"):
        assert again[key] == thing.publish[key]
    assert again["progress"]["bytes_sent"] == 0
    assert again["progress"]["bytes_done"] == again["progress"]["bytes_total"] >= len(MODEL)


def test_the_first_publish_mounts_the_model_instead_of_sending_it(drover):
    _, _, _, publish = drover.published()
    progress = publish["progress"]
    assert progress["phase"] == "done" and progress["percent"] == 100
    assert progress["bytes_done"] == progress["bytes_total"] >= len(MODEL)
    assert progress["bytes_sent"] < 40_000 < len(MODEL)  # Documents and chart.


@pytest.mark.proves("PUB-02", "PUB-09")
def test_a_changed_pipeline_is_another_tag_and_another_chart(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    first = drover.publish(pipeline["id"])
    other = drover.upload(thing.workspace, "other", ROOT / "Examples/tiny.onnx")
    step = {"model_inference": {"models": [{"version": other["id"]}]}}
    version = drover.api("POST", f"/pipelines/{pipeline['id']}/versions", json={"steps": [step]}).json()
    second = drover.publish(pipeline["id"])
    assert second["pipeline_version_name"] == version["id"] != first["pipeline_version_name"]
    for publish in (first, second):
        expected = names(drover, publish)
        assert (publish["pipeline_url"], publish["helm"]["version"]) == (expected["pipeline_url"], expected["version"])
        assert raw(publish["pipeline_url"])[1] == publish["pipeline_digest"]  # The first one is still there.
    assert first["pipeline_digest"] != second["pipeline_digest"]
    assert first["helm"]["reference"] != second["helm"]["reference"]
    assert first["engine_url"] == second["engine_url"] == thing.publish["engine_url"]
    # And an older version can be published by name (PUB-03).
    old = drover.publish(pipeline["id"], pipeline_version=first["pipeline_version_name"])
    assert old["pipeline_digest"] == first["pipeline_digest"]


def test_another_engine_config_of_the_same_version_never_moves_a_tag(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    first = drover.publish(pipeline["id"])
    second = drover.publish(pipeline["id"], deployment_config={"cpus": 4})
    assert second["status"] == "Published" and second["pipeline_digest"] != first["pipeline_digest"]
    assert raw(first["pipeline_url"])[1] == first["pipeline_digest"]
    assert raw(second["pipeline_url"])[1] == second["pipeline_digest"]


@pytest.mark.proves("PUB-11", "PUB-12")
def test_publishes_are_listed_oldest_first(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    listed = lambda: {row["id"]: row["published"] for row in drover.api("GET", "/pipelines?limit=1000").json()["items"]}
    assert drover.api("GET", f"/pipelines/{pipeline['id']}/publishes").json() == {"items": []}
    assert listed()[pipeline["id"]] is False
    made = [drover.publish(pipeline["id"])["id"] for _ in range(3)]
    rows = drover.api("GET", f"/pipelines/{pipeline['id']}/publishes").json()["items"]
    assert [row["id"] for row in rows] == made == sorted(made)
    keys = {"id", "pipeline_version_id", "engine_url", "pipeline_url", "created_by", "created_at", "updated_at"}
    assert all(keys <= set(row) for row in rows)
    assert listed()[pipeline["id"]] is True


# --- Edges ---

@pytest.mark.proves("EDGE-01", "EDGE-03", "EDGE-04", "EDGE-09", "EDGE-10", "EDGE-25")
def test_adding_an_edge_returns_the_publish_with_the_bundle(drover, thing):
    name = f"edge-{uuid.uuid4().hex[:8]}"
    path = f"/publishes/{thing.publish['id']}/edges"
    answer = drover.api("POST", path, json={"name": name, "tags": ["shop", "größer"]})
    assert answer.status_code == 201, answer.text
    body = answer.json()
    bundle = body["publish"].pop("docker_run_variables")
    assert list(bundle) == ["EDGE_BUNDLE"]
    plain = dict(thing.publish)
    assert plain.pop("docker_run_variables") == {} and body["publish"] == plain
    assert body["edge"]["name"] == name and body["edge"]["tags"] == ["shop", "größer"]

    pairs = decoded(bundle["EDGE_BUNDLE"])
    token = dict(pairs)["JOIN_TOKEN"]
    assert pairs[:6] == [("BUNDLE_VERSION", "1"), ("EDGE_NAME", name), ("JOIN_TOKEN", token),
                         ("OPSCENTER_HOST", f"127.0.0.1:{drover.edge_port}"), ("PIPELINE_URL", thing.publish["pipeline_url"]),
                         ("WORKSPACE_ID", str(thing.workspace))]
    assert uuid.UUID(token).version == 4
    assert [key for key, _ in pairs[6:]] == ["OPS_CA_SHA256"]  # The built-in authority.
    # It is shown this once.
    assert drover.api("GET", f"/publishes/{thing.publish['id']}").json()["docker_run_variables"] == {}
    _, second = drover.edge(thing.publish["id"])
    assert dict(decoded(second))["JOIN_TOKEN"] != token


@pytest.mark.proves("EDGE-05", "EDGE-06", "EDGE-07", "EDGE-08")
def test_edges_are_listed_until_they_are_removed(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    publishes = [drover.publish(pipeline["id"]) for _ in range(2)]
    made = {}
    for publish in publishes:  # Over all publishes of the pipeline.
        edge, _ = drover.edge(publish["id"])
        made[edge["id"]] = edge
    path = f"/pipelines/{pipeline['id']}/edges"
    rows = {row["id"]: row for row in drover.api("GET", path).json()["items"]}
    assert rows == made
    for row in rows.values():
        assert row["cpus"] == 1.0 and row["memory"] == "512Mi" and row["tags"] == []
        assert row["pipeline_version_id"] == publishes[0]["pipeline_version_id"]
        assert row["spiffe_id"].split("/", 1)[1] == f"ns/deployments/edge/{row['id']}" and "://" not in row["spiffe_id"]
        assert row["state"] == "never_joined" and "attested_at" not in row
    gone = next(iter(made.values()))
    answer = drover.api("DELETE", f"/publishes/{gone['publish_id']}/edges/{gone['name']}")
    assert answer.status_code == 204 and answer.content == b""
    assert [row["id"] for row in drover.api("GET", path).json()["items"]] == [i for i in made if i != gone["id"]]


@pytest.mark.proves("EDGE-15")
def test_a_removed_edges_name_is_free_again_with_a_new_token(drover, thing):
    edge, bundle = drover.edge(thing.publish["id"])
    assert drover.api("DELETE", f"/publishes/{thing.publish['id']}/edges/{edge['name']}").status_code == 204
    renewed, another = drover.edge(thing.publish["id"], name=edge["name"])
    assert renewed["id"] != edge["id"] and renewed["name"] == edge["name"]
    assert dict(decoded(another))["JOIN_TOKEN"] != dict(decoded(bundle))["JOIN_TOKEN"]
