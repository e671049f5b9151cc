"""More tools of others on what was published: images by umoci, ModelPack's client, copies by skopeo, Helm from the
registry. What they must refuse is asserted, too. test_interop.py has the rest."""

import hashlib
import json
import pathlib
import subprocess
import sys

import pytest
from helm_python import errors as helm_errors
from helm_python.chart import Chart, lint
from helm_python.registry import pull, show

from signatures import Repository, verify_cosign, public_key
from test_interop import MODEL, MODEL_SHA, raw, skopeo
from test_signatures import signing_key


class Published:
    def __init__(self, drover):
        self.workspace = drover.workspace()
        self.version = drover.upload(self.workspace)
        self.pipeline = drover.pipeline(self.workspace, self.version["id"])
        self.publish = drover.publish(self.pipeline["id"], image=True)
        assert self.publish["status"] == "Published", self.publish
        self.model = f"models/{self.version['name']}/{self.version['id']}/model.onnx"


@pytest.fixture(scope="module")
def thing(drover):
    return Published(drover)


def refused(*command):
    """What a command says when it refuses."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr


# --- The image with the same files ---

def test_umoci_unpacks_the_image(thing, tmp_path):
    skopeo("copy", "--src-tls-verify=false", f"docker://{thing.publish['image']['url']}", f"oci:{tmp_path}/layout:house")
    subprocess.run(["umoci", "unpack", "--rootless", "--image", f"{tmp_path}/layout:house", f"{tmp_path}/bundle"], check=True,
                   capture_output=True, timeout=60)
    root = tmp_path / "bundle/rootfs"
    assert (root / thing.model).read_bytes() == MODEL
    assert (root / thing.model).stat().st_mode & 0o777 == 0o444
    assert json.loads((root / "pipeline.json").read_text())["name"] == thing.pipeline["name"]
    assert sorted(p.name for p in root.iterdir()) == ["engine.json", "models", "pipeline.json"]


def test_a_copy_of_the_image_keeps_its_digest_though_skopeo_compresses_layers(thing, tmp_path):
    digest = thing.publish["image"]["reference"].split("@")[1]
    assert raw(thing.publish["image"]["url"])[1] == digest
    skopeo("copy", "--src-tls-verify=false", f"docker://{thing.publish['image']['url']}", f"oci:{tmp_path}:house")
    assert [m["digest"] for m in json.loads((tmp_path / "index.json").read_text())["manifests"]] == [digest]
    config = json.loads(skopeo("inspect", "--config", "--raw", "--tls-verify=false", f"docker://{thing.publish['image']['url']}"))
    assert (config["os"], config["architecture"]) == ("linux", "amd64")


def test_the_image_is_a_referrer_of_the_artifact_and_signed(drover, thing):
    repository = Repository(thing.publish["pipeline_url"].rsplit(":", 1)[0])
    digest = thing.publish["image"]["reference"].split("@")[1]
    assert digest in [d["digest"] for d in repository.referrers(thing.publish["pipeline_digest"])]
    assert thing.publish["image"]["url"] == thing.publish["pipeline_url"] + "-image"
    assert verify_cosign(repository, digest, public_key(signing_key(drover)))


def test_a_publish_without_an_image_has_none_and_one_more_publish_adds_it(drover, thing):
    pipeline = drover.pipeline(thing.workspace, thing.version["id"])
    first = drover.publish(pipeline["id"])
    assert "image" not in first
    second = drover.publish(pipeline["id"], image=True)
    assert second["pipeline_digest"] == first["pipeline_digest"] and second["image"]["reference"]
    third = drover.publish(pipeline["id"], image=True)
    assert third["image"] == second["image"] and third["progress"]["bytes_sent"] == 0


def test_an_image_is_yes_or_no(drover, thing):
    answer = drover.api("POST", f"/pipelines/{thing.pipeline['id']}/publishes", json={"image": "please"})
    assert answer.status_code in (400, 422), answer.text


# --- The artifact ---

def test_modelpacks_client_pulls_the_files(thing, tmp_path):
    done = subprocess.run([sys.executable, "-m", "modelpack_client", "--insecure", "pull", thing.publish["pipeline_url"],
                           str(tmp_path)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert {thing.model, "pipeline.json", "engine.json"} <= files
    assert hashlib.sha256((tmp_path / thing.model).read_bytes()).hexdigest() == MODEL_SHA


def test_copies_from_registry_to_registry_keep_every_digest(drover, thing):
    for source, digest in ((thing.publish["pipeline_url"], thing.publish["pipeline_digest"]),
                           (thing.publish["image"]["url"], thing.publish["image"]["reference"].split("@")[1]),
                           (f"{thing.publish['helm']['chart']}:{thing.publish['helm']['version']}",
                            thing.publish["helm"]["reference"].split("@")[1])):
        target = f"{drover.registry}/mirror/{source.split('/', 1)[1]}"
        skopeo("copy", "--src-tls-verify=false", "--dest-tls-verify=false", f"docker://{source}", f"docker://{target}")
        assert raw(target)[1] == digest


def test_tools_for_images_refuse_the_artifact(thing, tmp_path):
    url = thing.publish["pipeline_url"]
    said = refused("skopeo", "inspect", "--tls-verify=false", f"docker://{url}")
    assert "unsupported image-specific operation" in said
    skopeo("copy", "--src-tls-verify=false", f"docker://{url}", f"oci:{tmp_path}/layout:house")
    said = refused("umoci", "unpack", "--rootless", "--image", f"{tmp_path}/layout:house", f"{tmp_path}/bundle")
    assert "config blob is not correct mediatype application/vnd.oci.image.config.v1+json" in said


# --- The chart ---

def test_helm_shows_values_and_chart_from_the_registry(thing):
    helm = thing.publish["helm"]
    values = show(f"oci://{helm['chart']}:{helm['version']}", output_format="values", plain_http=True)
    assert thing.publish["pipeline_digest"] in values and 'edgeBundle: ""' in values
    about = show(f"oci://{helm['chart']}:{helm['version']}", output_format="chart", plain_http=True)
    assert helm["version"] in about and thing.publish["pipeline_version_name"] in about


def test_helm_lints_and_renders_the_chart(thing, tmp_path):
    helm = thing.publish["helm"]
    pull(f"oci://{helm['chart']}", version=helm["version"], destination=tmp_path, plain_http=True)
    [archive] = pathlib.Path(tmp_path).glob("*.tgz")
    report = lint(archive)
    assert report["errors"] == [] and not [m for m in report["messages"] if m["severity"] >= 3], report
    chart = Chart.load(archive)
    rendered = "".join(chart.render({"ociRegistry": {"username": "u", "password": "p"}}, name="shop", namespace="edge").values())
    repository = thing.publish["pipeline_url"].rsplit(":", 1)[0]
    assert f"{repository}@{thing.publish['pipeline_digest']}" in rendered
    for values in ({"pipelineURL": "registry/pipelines/house:latest"}, {"service": {"port": 0}},
                   {"imagePullPolicy": "Sometimes"}, {"ociRegistry": {"registry": "a b"}}):
        with pytest.raises(helm_errors.HelmError):
            chart.validate_schema(values)
            chart.render(values, name="shop", namespace="edge")


def test_helm_finds_no_chart_without_a_version_because_all_are_prereleases(thing, tmp_path):
    with pytest.raises(helm_errors.HelmError):
        pull(f"oci://{thing.publish['helm']['chart']}", destination=tmp_path, plain_http=True)
