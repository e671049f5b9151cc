"""Upload of a file of each framework, what is learned of it and how it is configured; and what is refused."""

import base64
import hashlib
import io
import json
import pathlib
import zipfile

import pytest

from drover_process import ROOT, eventually
from servers import psql
from test_refusals import BINARY, refused

FIXTURES = ROOT / "Tests/ModelFormatsTests/Fixtures"
ROWS = {row["name"]: row for row in json.loads((FIXTURES / "schemas.json").read_text())}
PLAIN = {"input_schema": ROWS["sklearn with"]["input"], "output_schema": ROWS["sklearn with"]["output"]}
HUGGING_FACE = sorted({row["framework"] for row in ROWS.values() if row["framework"].startswith("hugging-face")})

FILES = [
    ("onnx", ROOT / "Examples/house-price/model.onnx", "onnx", "ready"),
    ("tensorflow", FIXTURES / "saved_model.zip", "tensorflow", "ready"),
    ("tensorflow", FIXTURES / "tensorflow-2.21.zip", "tensorflow", "ready"),
    ("python", FIXTURES / "step.py", "python", "ready"),
    ("keras", FIXTURES / "saved_model.zip", "onnx", "pending_conversion"),
    ("keras", FIXTURES / "sequential.h5", "onnx", "pending_conversion"),
    ("sklearn", FIXTURES / "kmeans-4.pkl", "onnx", "pending_conversion"),
    ("xgboost", FIXTURES / "xgb.pkl", "onnx", "pending_conversion"),
    ("pytorch", FIXTURES / "net.pt", "onnx", "pending_conversion"),
    ("custom", FIXTURES / "byop.zip", "flight", "pending_conversion"),
]


@pytest.fixture(scope="module")
def workspace(drover):
    return drover.workspace()


def upload(drover, workspace, framework, body, file_name, name="m", **params):
    return drover.api("POST", f"/workspaces/{workspace}/models/{name}/versions", data=body, headers=BINARY,
                      params={"framework": framework, "file_name": file_name, **params})


def models(drover, workspace):
    return [(m["name"], m["version_count"]) for m in drover.api("GET", f"/workspaces/{workspace}/models").json()["items"]]


@pytest.mark.proves("MODEL-03", "MODEL-08", "MODEL-09", "MODEL-12", "MODEL-14", "MODEL-16", "MODEL-23", "MODEL-24",
                    "MODEL-25", "MODEL-26", "MODEL-27", "MODEL-28", "MODEL-30")
@pytest.mark.parametrize("framework, file, runtime, status", FILES, ids=lambda value: getattr(value, "name", value))
def test_a_file_of_each_framework(drover, workspace, framework, file, runtime, status):
    answer = upload(drover, workspace, framework, file.read_bytes(), file.name, f"{framework}-model", **PLAIN)
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert (version["framework"], version["runtime"], version["status"]) == (framework, runtime, status)
    assert (version["arch"], version["accel"], version["file_name"]) == ("x86", "none", file.name)
    assert "image_path" not in version and version["updated_at"] == version["created_at"]
    assert len(version["sha"]) == 64 and version["inspection"]["format"]
    shown = drover.api("GET", f"/model-versions/{version['id']}").json()
    # A conversion may have begun, or ended, since.
    changing = ("status", "runtime", "updated_at")
    assert {k: v for k, v in shown.items() if k not in changing} == {k: v for k, v in version.items() if k not in changing}


@pytest.mark.proves("MODEL-12", "MODEL-29")
@pytest.mark.parametrize("framework", HUGGING_FACE)
def test_a_file_of_each_pipeline(drover, workspace, framework):
    row = ROWS[framework.removeprefix("hugging-face-")]
    file = "diffusers.zip" if "diffusion" in framework else "hugging_face.zip"
    body = (FIXTURES / file).read_bytes()
    schemas = {"input_schema": row["input"], "output_schema": row["output"]}
    answer = upload(drover, workspace, framework, body, file, "pipeline-model", **schemas)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["runtime"], answer.json()["status"]) == ("flight", "pending_conversion")
    refused(upload(drover, workspace, framework, body, file), 422, "invalid", "input_schema", "required")


@pytest.mark.parametrize("name", ["file_name", "framework", "arch", "accel", "input_schema", "output_schema"])
def test_a_parameter_that_is_there_twice_is_refused(drover, workspace, name):
    value = {"file_name": "m.onnx", "framework": "onnx", "arch": "x86", "accel": "none"}.get(name, PLAIN["input_schema"])
    answer = drover.api("POST", f"/workspaces/{workspace}/models/twice/versions", data=b"x", headers=BINARY,
                        params=[(name, value), (name, value)])
    refused(answer, 422, "invalid", name, "once")


def test_long_runs_of_combining_marks_are_refused(drover, workspace):
    marks = "a" + "\u0301\u0316" * 40
    config = json.dumps({marks: 1})
    for body in (config, json.dumps({marks: 1}, ensure_ascii=False)):
        answer = drover.api("POST", "/workspaces", data=body.encode(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
    assert drover.api("GET", "/model-versions", params={"tag": marks}).status_code == 400
    assert drover.api("GET", "/workspaces", headers={"X-Note": marks.encode()}).status_code == 400
    assert drover.api("GET", "/workspaces", params={"x": "a" + "\u0301" * 60}).status_code == 200


@pytest.mark.proves("MODEL-11")
def test_without_a_framework_it_is_onnx(drover, workspace):
    answer = drover.api("POST", f"/workspaces/{workspace}/models/plain/versions", headers=BINARY,
                        data=(ROOT / "Examples/tiny.onnx").read_bytes())
    assert answer.status_code == 201, answer.text
    assert (answer.json()["framework"], answer.json()["runtime"]) == ("onnx", "onnx")


@pytest.mark.proves("MODEL-05", "MODEL-07")
@pytest.mark.parametrize("arch, accel, ok", [
    ("arm", "none", True), ("arm", "aio", True), ("arm", "jetson", True), ("x86", "cuda", True), ("x86", "openvino", True),
    ("x86", "aio", False), ("x86", "jetson", False), ("arm", "openvino", False)])
def test_processor_and_accelerator(drover, workspace, arch, accel, ok):
    answer = upload(drover, workspace, "onnx", (ROOT / "Examples/tiny.onnx").read_bytes(), "m.onnx", "hardware", arch=arch,
                    accel=accel)
    if ok:
        assert answer.status_code == 201, answer.text
        assert (answer.json()["arch"], answer.json()["accel"]) == (arch, accel)
    else:
        refused(answer, 422, "invalid", "accel", "arch")


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def link():
    out = io.BytesIO(archive(**{"requirements.txt": "numpy"}))
    with zipfile.ZipFile(out, "a") as made:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0xA1FF << 16
        made.writestr(entry, "/etc/passwd")
    return out.getvalue()


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
    made.writestr("zeros", bytes(100 << 20))

REFUSED = [
    ("onnx", "m.zip", b"x", {}, "file_name", "file_type"), ("onnx", ".onnx", b"x", {}, "file_name", "file_name"),
    ("pytorch", "m.pkl", b"x", PLAIN, "file_name", "file_type"), ("keras", "m.hdf5", b"x", PLAIN, "file_name", "file_type"),
    ("mlflow", "m.zip", b"x", PLAIN, "framework", "registered_image"), ("onnx", "m.onnx", b"x", {"arch": "mips"}, "arch", "one_of"),
    ("onnx", "m.onnx", b"x", {"accel": "tpu"}, "accel", "one_of"),
    ("sklearn", "m.pkl", b"x", {}, "input_schema", "required"),
    ("python", "m.py", b"x", {}, "input_schema", "required"),
    ("python", "m.py", b"x", {"input_schema": PLAIN["input_schema"]}, "output_schema", "required"),
    ("sklearn", "m.pkl", b"x", {"input_schema": PLAIN["input_schema"]}, "output_schema", "required"),
    ("onnx", "m.onnx", b"x", {"input_schema": "*"}, "input_schema", "base64"),
    ("onnx", "m.onnx", b"x", {"input_schema": base64.b64encode(b"ARROW1")}, "input_schema", "arrow_schema"),
    ("onnx", "m.onnx", b"x", {"input_schema": PLAIN["input_schema"][:40]}, "input_schema", "arrow_schema"),
    ("onnx", "m.onnx", b"x", {"output_schema": ROWS["a date"]["input"]}, "output_schema", "schema_type"),
    ("hugging-face-translation", "m.zip", b"x", {"input_schema": ROWS["translation"]["input"], "output_schema":
        ROWS["summarization"]["output"]}, "output_schema", "pipeline_schema"),
    ("onnx", "m.onnx", b"", {}, "body", "not_empty"), ("onnx", "m.onnx", b"text", {}, "body", "onnx"),
    ("tensorflow", "m.zip", b"PK", {}, "body", "zip"), ("tensorflow", "m.zip", archive(a="1"), {}, "body", "saved_model"),
    ("python", "m.py", b"def f(x): pass", PLAIN, "body", "python_step"), ("keras", "m.h5", b"x" * 99, PLAIN, "body", "keras_hdf5"),
    ("sklearn", "m.pkl", b"\x80\x02cos\nsystem\n.", PLAIN, "body", "pickle_import"),
    ("sklearn", "m.pkl", b"\x80\x02" + b"".join(b"csklearn.m%d\n%s\n0" % (i, b"a" * 200) for i in range(2000)) + b"N.",
        PLAIN, "body", "inspection_size"),
    ("xgboost", "m.pkl", (FIXTURES / "xgb.ubj").read_bytes(), PLAIN, "body", "pickle"),
    ("pytorch", "m.pt", (FIXTURES / "state_dict.pt").read_bytes(), PLAIN, "body", "torchscript"),
    ("custom", "m.zip", archive(**{"m.py": "x = 1"}), PLAIN, "body", "byop"),
    ("custom", "m.zip", archive(**{"../m.py": "x = 1"}), PLAIN, "body", "zip_path"),
    ("custom", "m.zip", link(), PLAIN, "body", "zip_symlink"), ("custom", "m.zip", BOMB.getvalue(), PLAIN, "body", "zip_bomb"),
    ("hugging-face-translation", "m.zip", archive(**{"a.bin": "x"}), {
        "input_schema": ROWS["translation"]["input"], "output_schema": ROWS["translation"]["output"]}, "body", "hugging_face"),
]


@pytest.mark.proves("MODEL-22", "MODEL-38", "MODEL-62")
@pytest.mark.parametrize("framework, name, body, params, field, rule", REFUSED,
                         ids=lambda value: value if isinstance(value, str) else "-")
def test_a_refused_upload_leaves_nothing(drover, workspace, framework, name, body, params, field, rule):
    before = models(drover, workspace)
    refused(upload(drover, workspace, framework, body, name, "refused-model", **params), 422, "invalid", field, rule)
    assert models(drover, workspace) == before and "refused-model" not in dict(before)
    assert unfinished(drover, "refused-model") == []


def unfinished(drover, model):
    """Uploads on the registry's disk that have neither become blobs nor been given up, with their bytes."""
    found = pathlib.Path(drover.data, "registry").rglob(f"{model}/_uploads/*/data")
    return [(str(path), path.stat().st_size) for path in found]


@pytest.mark.parametrize("with_digest", [False, True])
def test_a_large_upload_that_is_refused_leaves_no_bytes(drover, workspace, with_digest):
    body = archive(**{"m.py": "x = 1", "weights.bin": bytes(8 << 20)})
    params = {"framework": "custom", "file_name": "m.zip", **PLAIN}
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {**BINARY, **({"Content-Digest": f"sha-256=:{digest}:"} if with_digest else {})}
    answer = drover.api("POST", f"/workspaces/{workspace}/models/refused-model/versions", data=body, headers=headers,
                        params=params)
    refused(answer, 422, "invalid", "body", "byop")
    assert list(pathlib.Path(drover.data, "registry").rglob("refused-model/_uploads"))
    assert unfinished(drover, "refused-model") == []


def test_a_file_name_is_needed_beside_onnx(drover, workspace):
    answer = drover.api("POST", f"/workspaces/{workspace}/models/m/versions", data=b"x", headers=BINARY,
                        params={"framework": "sklearn", **PLAIN})
    refused(answer, 422, "invalid", "file_name", "required")


# --- Configuration ---

@pytest.fixture(scope="module")
def house(drover, workspace):
    return drover.upload(workspace, "configured")


def config(drover, version, body=None, revision='"1"', token=None):
    path = f"/model-versions/{version['id']}/config"
    if body is None:
        return drover.api("GET", path, token)
    return drover.api("PUT", path, token, json=body, headers={"If-Match": revision} if revision else {})


@pytest.mark.proves("MODEL-17", "MODEL-58", "MODEL-59", "MODEL-60", "MODEL-61", "MODEL-62", "MODEL-63")
def test_a_version_is_configured_after_its_upload(drover, workspace):
    version = drover.upload(workspace, "to-configure")
    answer = config(drover, version)
    assert answer.headers["ETag"] == '"1"'
    shown = answer.json()
    assert shown.pop("updated_at")
    assert shown == {"model_version_id": version["id"], "runtime": "onnx", "input_names": ["tensor"]}
    body = {"runtime": "onnx", "tensor_fields": ["features"], "batch_config": "single", "filter_threshold": 0.5, **PLAIN}
    answer = config(drover, version, body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    shown = answer.json()
    assert {key: shown[key] for key in body} == body
    assert shown["input_names"] == ["features"]
    assert shown["input_fields"] == [{"name": "inputs", "type": "list<float64>[4]", "nullable": True}]
    assert config(drover, version).json() == shown
    # All of it is replaced.
    answer = config(drover, version, {"batch_config": None}, '"2"')
    assert set(answer.json()) == {"model_version_id", "runtime", "input_names", "updated_at"}
    assert drover.api("GET", f"/model-versions/{version['id']}").json() == version


@pytest.mark.proves("MODEL-59", "MODEL-60", "MODEL-61", "MODEL-62")
@pytest.mark.parametrize("body, field, rule", [
    ({"runtime": "flight"}, "runtime", "one_of"), ({"runtime": "cobol"}, "runtime", "one_of"),
    ({"tensor_fields": []}, "tensor_fields", "count"), ({"tensor_fields": ["a", "b"]}, "tensor_fields", "count"),
    ({"tensor_fields": [""]}, "tensor_fields[0]", "display_text"), ({"tensor_fields": "a"}, "tensor_fields", "type"),
    ({"batch_config": "double"}, "batch_config", "one_of"), ({"filter_threshold": "x"}, "filter_threshold", "type"),
    ({"input_schema": "?"}, "input_schema", "base64"), ({"output_schema": "AAAA"}, "output_schema", "arrow_schema"),
])
def test_a_configuration_that_breaks_a_rule(drover, house, body, field, rule):
    refused(config(drover, house, body), 422, "invalid", field, rule)
    assert config(drover, house).headers["ETag"] == '"1"'


def test_a_framework_keeps_the_schemas_that_it_needs(drover, workspace):
    body = (FIXTURES / "kmeans-4.pkl").read_bytes()
    version = upload(drover, workspace, "sklearn", body, "m.pkl", "keeps", **PLAIN).json()
    shown = config(drover, version).json()
    assert (shown["input_names"], shown["input_schema"]) == (["inputs"], PLAIN["input_schema"])
    refused(config(drover, version, {}), 422, "invalid", "input_schema", "required")
    assert config(drover, version, {"runtime": "flight", "tensor_fields": ["x"], **PLAIN}).status_code == 200
    refused(config(drover, version, {"tensor_fields": ["x", "y"], **PLAIN}, "*"), 422, "invalid", "tensor_fields", "count")


@pytest.mark.proves("MODEL-17")
def test_after_a_conversion_the_runtime_is_what_came_of_it(drover, workspace):
    body = (FIXTURES / "kmeans-4.pkl").read_bytes()
    version = upload(drover, workspace, "sklearn", body, "m.pkl", "ended-up", **PLAIN).json()
    eventually(lambda: drover.api("GET", f"/model-versions/{version['id']}").json()["status"] == "ready")
    assert config(drover, version).json()["runtime"] == "flight"
    refused(config(drover, version, {"runtime": "onnx", **PLAIN}), 422, "invalid", "runtime", "converted")
    assert config(drover, version, {"runtime": "flight", **PLAIN}).status_code == 200
    # Asked for before the conversion fell back.
    psql(drover.postgres, f"update model_configs set runtime = 'onnx' where version_id = '{version['id']}'")
    assert config(drover, version).json()["runtime"] == "flight"


def test_a_configuration_changes_only_from_its_revision(drover, workspace):
    version = drover.upload(workspace, "revisions")
    refused(config(drover, version, {}, None), 428, "precondition_required")
    for revision in ('"0"', '"2"', '"x"'):
        refused(config(drover, version, {}, revision), 412, "stale")
    assert config(drover, version, {}, "*").status_code == 200
    refused(config(drover, version, {}, '"1"'), 412, "stale")


def test_a_version_whose_file_waits_for_conversion_is_not_put_into_a_pipeline(drover, workspace):
    body = (FIXTURES / "kmeans-4.pkl").read_bytes()
    version = upload(drover, workspace, "sklearn", body, "m.pkl", "waits", **PLAIN).json()
    eventually(lambda: drover.api("GET", f"/model-versions/{version['id']}").json()["status"] == "ready")
    psql(drover.postgres, f"update model_versions set status = 'converting' where id = '{version['id']}'")
    answer = drover.api("POST", f"/workspaces/{workspace}/pipelines", json={
        "name": "waits", "steps": [{"model_inference": {"models": [{"version": version["id"]}]}}]})
    refused(answer, 409, "model_not_ready")


def test_a_stranger_sees_no_configuration(drover, house):
    _, stranger = drover.user()
    refused(config(drover, house, token=stranger), 404, "not_found")
    refused(config(drover, house, {}, token=stranger), 404, "not_found")
