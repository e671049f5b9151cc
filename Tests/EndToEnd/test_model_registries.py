"""Model registries: connected, attached, read through and uploaded from. A real MLflow server, a Databricks workspace of
our own making, and servers that behave as they should not."""

import pathlib
import re
import time
import uuid

import pytest

from drover_process import ROOT
from mlflow_server import MLflowServer
from registry_stub import BIG, DBFS, MODEL, STRAY, TOKEN
from test_connections import add_member
from test_models import PLAIN
from test_refusals import refused
from test_tokens import make

ONNX = ROOT / "Examples/house-price/model.onnx"
PICKLE = ROOT / "Tests/ModelFormatsTests/Fixtures/kmeans-4.pkl"
SHA = "51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c"


@pytest.fixture(scope="module")
def mlflow():
    server = MLflowServer()
    try:
        yield server.wait()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def stub(registry_stub):
    return registry_stub


@pytest.fixture(scope="module")
def workspace(drover):
    return drover.workspace()


@pytest.fixture(scope="module")
def filled(drover, mlflow, workspace):
    """The real server with three models, connected: (registry id, what was made)."""
    made = mlflow.register([
        ["empty-model", "", {}],
        ["clusters", "the first", {"MLmodel": PICKLE, "model.pkl": PICKLE}],
        ["Haus & Preis, 100%", "aller Anfang", {"model.onnx": ONNX, "data/more/copy of it.onnx": ONNX}],
        ["clusters", "the second", {"model.pkl": PICKLE}]])
    return create(drover, mlflow.url, workspace=workspace)["id"], made


def create(drover, url, by=None, workspace=None, **body):
    body = {"name": f"registry {uuid.uuid4()}", "url": url, **({"workspace_id": workspace} if workspace else {}), **body}
    answer = drover.api("POST", "/model-registries", by, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def items(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def read(drover, registry, what, by=None, **params):
    return drover.api("GET", f"/model-registries/{registry}/{what}", by, params=params)


def attachment(drover, method, workspace, registry, by=None):
    return drover.api(method, f"/workspaces/{workspace}/model-registries/{registry}", by)


def upload(drover, workspace, registry, path, name="taken", by=None, framework="onnx", **body):
    return drover.api("POST", f"/workspaces/{workspace}/models/{name}/versions/from-registry", by, timeout=240,
                      json={"registry_id": registry, "path": path, "framework": framework, **body})


# --- The record ---

@pytest.mark.proves("REG-01", "REG-03", "REG-04", "REG-05", "REG-06", "REG-07", "REG-08", "REG-16")
def test_the_life_of_a_registry(drover, stub):
    _, token = drover.user()
    me, name = drover.api("GET", "/me", token).json()["id"], f"team {uuid.uuid4()}"
    first, second = drover.workspace(token), drover.workspace(token)
    names = {w: drover.api("GET", f"/workspaces/{w}", token).json()["name"] for w in (first, second)}
    holders = lambda *ids: [{"id": w, "name": names[w]} for w in ids]
    clear = f"dapi{uuid.uuid4().hex}"
    registry = create(drover, stub.url + "/mlflow/", token, first, name=name, token=clear)
    assert {k: registry[k] for k in ("name", "url", "has_token", "created_by")} == {
        "name": name, "url": stub.url + "/mlflow", "has_token": True, "created_by": me}
    assert registry["workspaces"] == holders(first) and registry["created_at"] == registry["updated_at"]
    path = f"/model-registries/{registry['id']}"
    assert drover.api("GET", path, token).json() == registry
    listed = items(drover.api("GET", f"/workspaces/{first}/model-registries", token))
    assert listed == [registry] and items(drover.api("GET", "/model-registries", token)) == [registry]
    assert items(drover.api("GET", f"/workspaces/{second}/model-registries", token)) == []
    for _ in range(2):
        both = attachment(drover, "PUT", second, registry["id"], token)
        assert both.status_code == 200 and both.json() == {**registry, "workspaces": holders(first, second)}
    for _ in range(2):
        left = attachment(drover, "DELETE", first, registry["id"], token)
        assert left.status_code == 200 and left.json() == {**registry, "workspaces": holders(second)}
    problem = refused(drover.api("DELETE", path, token), 409, "registry_attached")
    assert problem["detail"].endswith("workspaces that hold it: 1")
    changed = drover.api("PUT", path + "/token", token, json={"token": None}).json()
    assert changed["has_token"] is False and changed["updated_at"] > registry["updated_at"]
    assert attachment(drover, "DELETE", second, registry["id"], token).json()["workspaces"] == []
    assert drover.api("DELETE", path, token).status_code == 204
    refused(drover.api("GET", path, token), 404, "not_found")
    stub.seen.clear()
    plain = create(drover, stub.url + "/mlflow", token)
    assert plain["has_token"] is False and plain["workspaces"] == []
    assert len(items(read(drover, plain["id"], "models", token))) == 1
    assert all("Authorization" not in headers for _, headers in stub.seen) and stub.seen


BAD = [
    ({"name": None}, "name", "type"), ({"name": "\n"}, "name", "display_text"), ({"url": None}, "url", "type"),
    *(({"url": url}, "url", "registry_url") for url in (
        "", "mlflow.example.com", "ftp://mlflow.example.com", "https://ada:secret@mlflow.example.com", "https://",
        "https://mlflow.example.com?x=1", "https://mlflow.example.com/a/../b", "https://mlflow.example.com/%2e%2e",
        "https://mlflow.example.com:0", "https://mlflow.example.com:99999", "https://mlflow..com", "https://[::1",
        "https://mlflow.example.com\r\nX: y", "https://mlflow.example.com/" + "x" * 500)),
    ({"token": 7}, "token", "type"), ({"token": "two words"}, "token", "token"), ({"token": "x\r\ny"}, "token", "token"),
    ({"token": "x" * 8193}, "token", "token"), ({"url": "http://mlflow.example.com", "token": "t"}, "url", "https_for_token"),
    ({"workspace_id": "seven"}, "workspace_id", "type")]


@pytest.mark.proves("REG-03")
@pytest.mark.parametrize("change, field, rule", BAD, ids=lambda value: str(value)[:60])
def test_the_wrong_field_is_named(drover, change, field, rule):
    body = {"name": "n", "url": "https://mlflow.example.com", **change}
    body = {name: value for name, value in body.items() if value is not None or name == field}
    refused(drover.api("POST", "/model-registries", json=body), 422, "invalid", field, rule)


def test_a_repeated_request_makes_one_registry(drover):
    body, key = {"name": "once", "url": "https://mlflow.example.com", "token": "t"}, {"Idempotency-Key": str(uuid.uuid4())}
    answers = [drover.api("POST", "/model-registries", json=body, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201] and answers[0].json() == answers[1].json()


def test_an_archived_workspace_takes_no_registry_and_gives_its_own_back(drover, stub):
    workspace, late = drover.workspace(), create(drover, stub.url + "/mlflow")["id"]
    kept = create(drover, stub.url + "/mlflow", workspace=workspace)["id"]
    path = f"/workspaces/{workspace}"
    drover.api("PATCH", path, json={"archived": True}, headers={"If-Match": drover.api("GET", path).headers["ETag"]})
    refused(attachment(drover, "PUT", workspace, late), 409, "workspace_archived")
    full = f"{stub.url}/mlflow/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx"
    refused(upload(drover, workspace, kept, full), 409, "workspace_archived")
    assert attachment(drover, "DELETE", workspace, kept).json()["workspaces"] == []


# --- A real MLflow server ---

@pytest.mark.proves("REG-09", "REG-10")
def test_the_models_of_an_mlflow_server(drover, filled):
    registry, _ = filled
    models = items(read(drover, registry, "models"))
    assert [(m["name"], m["version_count"], m.get("latest_version")) for m in models] == [
        ("empty-model", 0, None), ("clusters", 2, 2), ("Haus & Preis, 100%", 1, 1)]
    assert [m["created_at"] for m in models] == sorted(m["created_at"] for m in models)
    assert all(m["updated_at"] >= m["created_at"] for m in models) and models[1]["description"] == "All of clusters"
    paged, cursor = [], None
    while not paged or cursor:
        page = read(drover, registry, "models", limit=1, **({"cursor": cursor} if cursor else {})).json()
        paged, cursor = paged + page["items"], page.get("next_cursor")
    assert paged == models
    refused(read(drover, registry, "models", cursor="a2E"), 422, "invalid", "cursor", "cursor")


@pytest.mark.proves("REG-11")
def test_the_versions_of_a_model(drover, filled):
    registry, made = filled
    versions = items(read(drover, registry, "model-versions", name="clusters"))
    assert [(v["name"], v["version"], v["description"]) for v in versions] == [
        ("clusters", 2, "the second"), ("clusters", 1, "the first")]
    assert [v["run_id"] for v in versions] == [made[3]["run_id"], made[1]["run_id"]]
    page = read(drover, registry, "model-versions", name="clusters", limit=1).json()
    rest = read(drover, registry, "model-versions", name="clusters", cursor=page["next_cursor"]).json()
    assert page["items"] + rest["items"] == versions
    assert [v["version"] for v in items(read(drover, registry, "model-versions", name="Haus & Preis, 100%"))] == [1]
    for name in ("empty-model", "no such model", "clusters' or name like '%", 'x" or "1"="1'):
        assert items(read(drover, registry, "model-versions", name=name)) == []
    refused(read(drover, registry, "model-versions"), 422, "invalid", "name", "required")
    refused(read(drover, registry, "model-versions", name="'\""), 404, "not_found")


@pytest.mark.proves("REG-12")
def test_the_artifacts_of_a_version(drover, filled, mlflow):
    registry, _ = filled
    rows = items(read(drover, registry, "artifacts", name="Haus & Preis, 100%", version=1))
    assert [(r["file_name"], r["path"], r["is_dir"], r.get("size_bytes")) for r in rows] == [
        ("data", "data", True, None), ("more", "data/more", True, None),
        ("copy of it.onnx", "data/more/copy of it.onnx", False, len(MODEL)), ("model.onnx", "model.onnx", False, len(MODEL))]
    prefix = mlflow.url + "/api/2.0/mlflow-artifacts/artifacts/"
    assert all(r["full_path"].startswith(prefix) and "%" not in r["full_path"] or " " in r["path"] for r in rows)
    refused(read(drover, registry, "artifacts", name="clusters", version=9), 404, "not_found")
    refused(read(drover, registry, "artifacts", name="none of it", version=1), 404, "not_found")
    for version in ("0", "x", "-1", None):
        params = {"name": "clusters", **({"version": version} if version else {})}
        refused(read(drover, registry, "artifacts", **params), 422, "invalid", "version", "range")


def full_path(drover, registry, name, version, path):
    return next(r["full_path"] for r in items(read(drover, registry, "artifacts", name=name, version=version)) if r["path"] == path)


@pytest.mark.proves("REG-13", "REG-14", "REG-17")
def test_an_upload_from_an_mlflow_server(drover, filled, workspace):
    registry, _ = filled
    path = full_path(drover, registry, "Haus & Preis, 100%", 1, "model.onnx")
    answer = upload(drover, workspace, registry, path, "house")
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert (version["name"], version["file_name"], version["sha"], version["size_bytes"]) == ("house", "model.onnx", SHA, len(MODEL))
    assert version["status"] == "ready" and version["inspection"]["inputs"][0]["name"] == "tensor"
    assert drover.api("GET", answer.headers["Location"].removeprefix("/api/v1")).json() == version
    again = upload(drover, workspace, registry, path, "house").json()
    assert again["model_id"] == version["model_id"] and again["id"] != version["id"]
    # It is a model like any other.
    assert drover.publish(drover.pipeline(workspace, version["id"])["id"])["status"] == "Published"

    pickle = full_path(drover, registry, "clusters", 2, "model.pkl")
    refused(upload(drover, workspace, registry, pickle, framework="sklearn"), 422, "invalid", "input_schema", "required")
    converted = upload(drover, workspace, registry, pickle, "clusters", framework="sklearn", **PLAIN)
    assert converted.status_code == 201, converted.text
    assert converted.json()["status"] == "pending_conversion" and "image_path" not in converted.json()
    # The rules of any upload.
    refused(upload(drover, workspace, registry, pickle), 422, "invalid", "path", "file_type")
    refused(upload(drover, workspace, registry, path, framework="sklearn", **PLAIN), 422, "invalid", "path", "file_type")
    refused(upload(drover, workspace, registry, pickle, framework="xgboost", **PLAIN), 422, "invalid", "body")
    refused(upload(drover, workspace, registry, path, framework="mlflow", **PLAIN), 422, "invalid", "framework", "registered_image")
    blank = full_path(drover, registry, "Haus & Preis, 100%", 1, "data/more/copy of it.onnx")
    refused(upload(drover, workspace, registry, blank), 422, "invalid", "path", "file_name")
    assert {m["name"] for m in items(drover.api("GET", f"/workspaces/{workspace}/models"))} == {"house", "clusters"}


@pytest.mark.proves("REG-13")
def test_only_paths_of_the_registry_are_taken(drover, filled, workspace, mlflow):
    registry, _ = filled
    good = full_path(drover, registry, "clusters", 1, "model.pkl")
    tail = good.removeprefix(mlflow.url)
    for path in ("", "model.onnx", "/etc/passwd", "file:///etc/passwd", "https://example.com" + tail, "http://127.0.0.1:1" + tail,
                 mlflow.url + ".example.com" + tail, mlflow.url + "@example.com" + tail, mlflow.url + "/health",
                 good + "?x=1", good + "#x", good.replace("/model.pkl", "/%2e%2e/x.onnx"), good.replace("/model.pkl", "//x.onnx"),
                 good.replace("/model.pkl", "/../x.onnx"), good + "%0d%0aX:y", good + "%zz", "mlflow-artifacts://example.com/1/x.onnx"):
        refused(upload(drover, workspace, registry, path), 422, "invalid", "path", "artifact_path")
    # What the server also serves, and nobody registered: of the same run, and of another.
    for path in (good.replace("/model/model.pkl", "/train.py"), mlflow.url + "/api/2.0/mlflow-artifacts/artifacts/secret.py"):
        problem = refused(upload(drover, workspace, registry, path, framework="python", **PLAIN), 422, "invalid", "path", "registered_artifact")
        assert problem["errors"][0]["detail"] == "a file of a registered model's version"
    gone = good.replace("model.pkl", "gone.onnx")
    assert upload(drover, workspace, registry, gone).status_code in (404, 503)  # MLflow says 404 or 500.


@pytest.mark.proves("REG-13")
def test_an_upload_may_name_the_version(drover, filled, workspace):
    registry, _ = filled
    path = full_path(drover, registry, "Haus & Preis, 100%", 1, "model.onnx")
    named = {"registered_model": "Haus & Preis, 100%", "registered_version": 1}
    assert upload(drover, workspace, registry, path, "named", **named).status_code == 201
    other = {"registered_model": "clusters", "registered_version": 1}
    refused(upload(drover, workspace, registry, path, "named", **other), 422, "invalid", "path", "registered_artifact")
    refused(upload(drover, workspace, registry, path, "named", **{**named, "registered_version": 9}), 404, "not_found")
    refused(upload(drover, workspace, registry, path, "named", registered_model="x"), 422, "invalid", "registered_version", "range")
    refused(upload(drover, workspace, registry, path, "named", registered_version=1), 422, "invalid", "registered_model", "required")
    refused(upload(drover, workspace, registry, path, "named", registered_model="", registered_version=1),
            422, "invalid", "registered_model", "display_text")


@pytest.mark.proves("REG-12", "REG-13")
def test_logged_models_of_mlflow_3(drover, filled, mlflow, workspace):
    """What `log_model` makes lies in the storage of logged models, which no run has."""
    registry, _ = filled
    made = mlflow.register([["logged", "by log_model", {"log_model": "registered"}],
                            ["logged", "later", {"log_model": "later"}]])
    assert [entry["version"] for entry in made] == [1, 2]
    for version, entry in ((1, made[0]), (2, made[1])):
        rows = {row["path"]: row for row in items(read(drover, registry, "artifacts", name="logged", version=version))}
        assert {"MLmodel", "model.pkl", "requirements.txt"} <= set(rows), rows
        full = rows["model.pkl"]["full_path"]
        assert f"/models/{entry['model_id']}/artifacts/model.pkl" in full and rows["model.pkl"]["size_bytes"] > 100
        answer = upload(drover, workspace, registry, full, "logged", framework="sklearn", **PLAIN)
        assert answer.status_code == 201, answer.text
        assert answer.json()["size_bytes"] == rows["model.pkl"]["size_bytes"]
    # Logged, but registered by nobody.
    stray = mlflow.register([["logged", "", {"log_model": "unregistered"}]])[0]["model_id"]
    path = full.replace(made[1]["model_id"], stray)
    refused(upload(drover, workspace, registry, path, framework="sklearn", **PLAIN), 422, "invalid", "path", "registered_artifact")


@pytest.mark.proves("REG-08", "REG-13")
def test_an_upload_takes_a_workspace_that_holds_the_registry(drover, filled):
    registry, _ = filled
    path = full_path(drover, registry, "Haus & Preis, 100%", 1, "model.onnx")
    refused(upload(drover, drover.workspace(), registry, path), 409, "registry_not_attached")
    refused(upload(drover, drover.workspace(), 999_999, path), 404, "not_found")


def test_a_store_that_mlflow_does_not_serve_is_named(drover, stub, workspace):
    for lure, scheme in (("s3://bucket/model", "s3"), ("/srv/mlruns/1/model", "a directory of its own"),
                         ("https://example.com/api/2.0/mlflow-artifacts/artifacts/x", "https")):
        stub.lure = lure
        registry = create(drover, stub.url + "/elsewhere")["id"]
        stub.seen.clear()
        problem = refused(read(drover, registry, "artifacts", name="m", version=1), 409, "artifacts_not_served")
        assert scheme in problem["detail"] and len(stub.seen) == 1


# --- Databricks ---

@pytest.mark.proves("REG-12", "REG-13", "REG-15", "REG-16")
def test_a_databricks_workspace(drover, stub, workspace):
    url = stub.url + "/databricks"
    registry = create(drover, url, workspace=workspace, token="dapi-of-yesterday")["id"]
    refused(read(drover, registry, "models"), 502, "registry_refused")
    assert drover.api("PUT", f"/model-registries/{registry}/token", json={"token": TOKEN}).status_code == 200
    assert [(m["name"], m["version_count"], m["user"]) for m in items(read(drover, registry, "models"))] == [
        ("empty", 0, "ada@example.com"), ("house", 2, "ada@example.com")]
    versions = items(read(drover, registry, "model-versions", name="house"))
    assert [(v["version"], v["description"]) for v in versions] == [(3, "try 3"), (1, "try 1")]
    rows = items(read(drover, registry, "artifacts", name="house", version=3))
    full = {r["path"]: r["full_path"] for r in rows}
    assert full["model.onnx"] == f"{url}/api/2.0/dbfs/read?path={DBFS}/model.onnx"
    assert set(full) == {"model.onnx", "data", "data/notes.txt"} and rows[-1]["size_bytes"] == len(MODEL)
    answer = upload(drover, workspace, registry, full["model.onnx"], "from-databricks")
    assert answer.status_code == 201 and answer.json()["sha"] == SHA, answer.text
    # The token reaches more of DBFS than models.
    for path in ("/private/secret.onnx", "/databricks/mlflow-registry/../../private/secret.onnx", f"{DBFS}/model.onnx&x=1"):
        refused(upload(drover, workspace, registry, f"{url}/api/2.0/dbfs/read?path={path}"), 422, "invalid", "path", "artifact_path")
    stray = f"{url}/api/2.0/dbfs/read?path={STRAY}"
    refused(upload(drover, workspace, registry, stray), 422, "invalid", "path", "registered_artifact")
    # Blocks of two versions of a file would be neither.
    stub.stirring = True
    refused(upload(drover, workspace, registry, full["model.onnx"], "stirred"), 503, "unavailable")
    stub.stirring = False
    assert "stirred" not in {m["name"] for m in items(drover.api("GET", f"/workspaces/{workspace}/models"))}
    gone = f"{url}/api/2.0/dbfs/read?path={DBFS}/gone.onnx"
    refused(upload(drover, workspace, registry, gone), 404, "not_found")


# --- Servers that behave badly ---

@pytest.mark.parametrize("mode, status, code", [
    ("status/401", 502, "registry_refused"), ("status/403", 502, "registry_refused"), ("status/404", 404, "not_found"),
    ("status/429", 503, "unavailable"), ("status/500", 503, "unavailable"), ("status/418", 502, "registry_answer"),
    ("status/302", 502, "registry_answer"), ("html", 502, "registry_answer"), ("huge", 502, "registry_answer"),
    ("endless", 502, "registry_answer"), ("wide", 502, "registry_answer"), ("drip", 503, "unavailable"), ("silent", 503, "unavailable")])
def test_a_bad_answer_is_told_apart_and_ends_in_time(drover, stub, mode, status, code):
    stub.lure = stub.url + "/mlflow/api/2.0/mlflow/registered-models/search"
    registry = create(drover, f"{stub.url}/{mode}", token=TOKEN)["id"]
    stub.seen.clear()
    began = time.monotonic()
    answer = read(drover, registry, "models")
    refused(answer, status, code)
    assert time.monotonic() - began < 25
    assert "reason why" not in answer.text and "Sign in" not in answer.text
    assert answer.headers.get("Retry-After") == ("17" if mode == "status/429" else "5" if status == 503 else None)
    # The redirect was not followed: a token stays with the host that it was given for.
    assert all(path.startswith(f"/{mode}/") for path, _ in stub.seen)
    # Not one answer more than may be kept.
    assert mode != "wide" or len(stub.seen) <= 6


@pytest.mark.parametrize("mode", ["climbing", "loop"])
def test_a_listing_that_leads_astray_ends(drover, stub, mode):
    registry = create(drover, f"{stub.url}/{mode}")["id"]
    stub.seen.clear()
    refused(read(drover, registry, "artifacts", name="m", version=1), 502, "registry_answer")
    assert len(stub.seen) <= 110


def test_a_file_that_breaks_off_leaves_nothing(drover, stub):
    workspace = drover.workspace()
    for mode, status, code in (("cut", 503, "unavailable"), ("status/403", 502, "registry_refused"),
                               ("status/302", 502, "registry_answer")):
        registry = create(drover, f"{stub.url}/{mode}", workspace=workspace)["id"]
        path = f"{stub.url}/{mode}/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx"
        refused(upload(drover, workspace, registry, path), status, code)
    assert items(drover.api("GET", f"/workspaces/{workspace}/models")) == []


def test_nobody_answers(drover, workspace):
    registry = create(drover, "http://127.0.0.1:1", workspace=workspace)["id"]
    refused(read(drover, registry, "models"), 503, "unavailable")
    nowhere = create(drover, "https://mlflow.invalid", token="t")["id"]
    refused(read(drover, nowhere, "models"), 503, "unavailable")


@pytest.mark.proves("REG-13")
def test_a_large_file_passes_through_flat_memory(drover, stub):
    workspace = drover.workspace()
    registry = create(drover, stub.url + "/big", workspace=workspace)["id"]
    process = pathlib.Path(f"/proc/{drover.process.pid}")
    memory = lambda name: int(re.search(rf"{name}:\s+(\d+) kB", (process / "status").read_text())[1]) << 10
    (process / "clear_refs").write_text("5")  # The peak counts from here.
    before = memory("VmRSS")
    answer = upload(drover, workspace, registry, f"{stub.url}/big/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx")
    assert answer.status_code == 201, answer.text
    assert answer.json()["size_bytes"] > BIG and memory("VmHWM") - before < 64 << 20


def test_addresses_that_are_never_connected_to(own_drover, stub):
    """Loopback is allowed in the other tests only because a setting lists it."""
    drover = own_drover(model_registry_addresses="192.0.2.1")
    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]"):
        answer = drover.api("POST", "/model-registries", json={"name": "n", "url": f"http://{host}:5000"})
        refused(answer, 422, "invalid", "url", "address")
    stub.seen.clear()
    # Names of loopback that only the resolver understands.
    for host in ("127.1", "2130706433", "0x7f.1", "ip6-localhost"):
        registry = create(drover, f"http://{host}:{stub.server_address[1]}/mlflow")["id"]
        assert read(drover, registry, "models").status_code in (502, 503)
    assert stub.seen == []
    for host in ("10.1.2.3", "192.168.1.1", "172.16.0.1", "[fd12::1]"):
        create(drover, f"http://{host}:5000")


def test_private_networks_are_closed_by_a_setting(own_drover, stub):
    drover = own_drover(model_registry_addresses="192.0.2.1,10.9.0.0/16", model_registry_private_networks="false")
    for host in ("10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fd12::1]"):
        answer = drover.api("POST", "/model-registries", json={"name": "n", "url": f"http://{host}:5000"})
        refused(answer, 422, "invalid", "url", "address")
    # A name is looked up first; `10.1` is one way to write 10.0.0.1.
    registry = create(drover, "http://10.1:5000")["id"]
    problem = refused(read(drover, registry, "models"), 502, "registry_answer")
    assert "address is not one" in problem["detail"]
    create(drover, "http://10.9.0.1:5000")
    create(drover, "https://mlflow.example.com")


# --- Who may do what ---

def test_an_administrator_takes_away_a_token_whose_maker_is_gone(drover, stub):
    (_, token), (_, scientist) = drover.user(), drover.user()
    workspace = drover.workspace(token)
    add_member(drover, workspace, scientist, "collaborator", token)
    registry = create(drover, stub.url + "/mlflow", token, workspace, token=TOKEN)["id"]
    path = f"/model-registries/{registry}/token"
    assert len(items(read(drover, registry, "models", scientist))) == 1
    me = drover.api("GET", "/me", token).json()["id"]
    user = f"/users/{me}"
    etag = drover.api("GET", user).headers["ETag"]
    assert drover.api("PATCH", user, json={"active": False}, headers={"If-Match": etag}).status_code == 200
    stub.seen.clear()
    read(drover, registry, "models", scientist)
    assert stub.seen and all(headers["Authorization"] == f"Bearer {TOKEN}" for _, headers in stub.seen)
    refused(drover.api("PUT", path, json={"token": "mine"}), 403, "forbidden")
    refused(drover.api("PUT", path, scientist, json={"token": None}), 403, "forbidden")
    answer = drover.api("PUT", path, json={"token": None})
    assert answer.status_code == 200 and answer.json()["has_token"] is False, answer.text
    stub.seen.clear()
    assert len(items(read(drover, registry, "models", scientist))) == 1
    assert stub.seen and all("Authorization" not in headers for _, headers in stub.seen)

@pytest.mark.proves("REG-02", "REG-08")
def test_access_comes_with_attachment_and_ends_with_it(drover, stub):
    (_, operator), (_, scientist) = drover.user(), drover.user()
    workspace = drover.workspace(operator)
    registry = create(drover, stub.url + "/databricks", operator, token=TOKEN)["id"]
    member = add_member(drover, workspace, scientist, "collaborator", operator)
    path = f"{stub.url}/databricks/api/2.0/dbfs/read?path={DBFS}/model.onnx"
    refused(read(drover, registry, "models", scientist), 404, "not_found")
    assert attachment(drover, "PUT", workspace, registry, operator).status_code == 200
    assert len(items(read(drover, registry, "models", scientist))) == 2
    assert upload(drover, workspace, registry, path, by=scientist).status_code == 201
    # An administrator sees that it is there, and does not use it.
    assert drover.api("GET", f"/model-registries/{registry}").json()["workspaces"] == []
    refused(read(drover, registry, "models"), 403, "forbidden")
    refused(attachment(drover, "PUT", drover.workspace(), registry), 403, "forbidden")
    refused(drover.api("PUT", f"/model-registries/{registry}/token", scientist, json={"token": "t"}), 403, "forbidden")
    refused(drover.api("DELETE", f"/model-registries/{registry}", scientist), 403, "forbidden")
    drover.api("DELETE", member, operator)
    refused(read(drover, registry, "models", scientist), 404, "not_found")
    refused(upload(drover, workspace, registry, path, by=scientist), 404, "not_found")


def test_a_token_limited_to_a_workspace_uses_and_gives_away_no_other_registry(drover, stub):
    _, owner = drover.user()
    one, two = drover.workspace(owner), drover.workspace(owner)
    registry = create(drover, stub.url + "/mlflow", owner, two, token=TOKEN)["id"]
    path = f"/model-registries/{registry}"
    elsewhere, inside = (make(drover, owner, workspace_ids=[workspace])["token"] for workspace in (one, two))
    stub.seen.clear()
    refused(read(drover, registry, "models", elsewhere), 404, "not_found")
    refused(drover.api("GET", path, elsewhere), 404, "not_found")
    refused(attachment(drover, "PUT", one, registry, elsewhere), 404, "not_found")
    assert items(drover.api("GET", "/model-registries", elsewhere)) == [] and stub.seen == []
    assert len(items(read(drover, registry, "models", inside))) == 1
    for token in (elsewhere, inside):
        body = {"name": "n", "url": "https://mlflow.example.com"}
        refused(drover.api("POST", "/model-registries", token, json=body), 403, "forbidden")
        refused(drover.api("PUT", path + "/token", token, json={"token": "t"}), 403, "forbidden")
        refused(drover.api("DELETE", path, token), 403, "forbidden")
    assert drover.api("GET", path, owner).json()["has_token"] is True


@pytest.mark.proves("REG-04")
def test_the_token_stands_nowhere_in_clear(drover, stub):
    (_, maker), clear = drover.user(), f"dapi-{uuid.uuid4()}"
    workspace = drover.workspace(maker)
    answers = [drover.api("POST", "/model-registries", maker, json={"name": "n", "url": stub.url + "/databricks", "token": clear,
                                                                  "workspace_id": workspace},
                          headers={"Idempotency-Key": str(uuid.uuid4())})]
    registry = answers[0].json()["id"]
    stub.seen.clear()
    answers += [
        drover.api("GET", f"/model-registries/{registry}", maker), drover.api("GET", "/model-registries", maker),
        drover.api("GET", f"/workspaces/{workspace}/model-registries", maker), read(drover, registry, "models", maker),
        drover.api("POST", "/model-registries", maker, json={"name": "n", "url": "http://example.com", "token": clear}),
        drover.api("POST", "/model-registries", maker, json={"name": "n", "url": "https://x", "token": clear + " "}),
        drover.api("PUT", f"/model-registries/{registry}/token", maker, json={"token": clear})]
    assert [a.status_code for a in answers] == [201, 200, 200, 200, 502, 422, 422, 200]
    assert stub.seen[0][1]["Authorization"] == f"Bearer {clear}" and clear not in stub.seen[0][0]
    assert not any(clear in a.text + str(a.headers) for a in answers)
    log = pathlib.Path(drover.data, "drover.log").read_text()
    assert '"route":"/api/v1/model-registries/{registry_id}/models"' in log and clear not in log
    files = [p for p in pathlib.Path(drover.data, "log").iterdir() if p.is_file()]
    assert not any(clear.encode() in p.read_bytes() for p in files)


def test_each_change_is_noted(drover, stub):
    _, token = drover.user()
    workspace = drover.workspace(token)
    registry = create(drover, stub.url + "/mlflow", token, workspace)["id"]
    drover.api("PUT", f"/model-registries/{registry}/token", token, json={"token": "t"})
    attachment(drover, "DELETE", workspace, registry, token)
    attachment(drover, "PUT", workspace, registry, token)
    attachment(drover, "DELETE", workspace, registry, token)
    drover.api("DELETE", f"/model-registries/{registry}", token)
    rows = items(drover.api("GET", "/audit-events", params={"resource_kind": "model registry", "resource_id": registry}))
    assert sorted(row["action"] for row in rows) == sorted(
        f"model_registry.{verb}" for verb in ("create", "token", "detach", "attach", "detach", "delete"))


# --- Images ---

IMAGE = "ghcr.io/wallaroolabs/wallaroo_tutorials/mlflow-statsmodels-example:2023.1"


def register(drover, workspace, image=IMAGE, name="stats", **body):
    return drover.api("POST", f"/workspaces/{workspace}/models/{name}/versions/from-image", json={"image": image, **PLAIN, **body})


@pytest.mark.proves("IMG-01", "IMG-02", "IMG-06", "MODEL-31")
def test_an_image_is_registered(drover, workspace):
    answer = register(drover, workspace)
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert (version["framework"], version["runtime"], version["status"]) == ("mlflow", "mlflow", "ready")
    assert (version["name"], version["image_path"]) == ("stats", IMAGE)
    assert version["inspection"]["details"] == {
        "registry": "ghcr.io", "repository": "wallaroolabs/wallaroo_tutorials/mlflow-statsmodels-example", "tag": "2023.1"}
    config = drover.api("GET", f"/model-versions/{version['id']}/config").json()
    assert config["runtime"] == "mlflow" and config["input_schema"] == PLAIN["input_schema"]
    digest = "registry.example.com:5000/m@sha256:" + "ab" * 32
    second = register(drover, workspace, digest, arch="arm").json()
    assert second["model_id"] == version["model_id"] and (second["image_path"], second["arch"]) == (digest, "arm")
    assert drover.publish(drover.pipeline(workspace, version["id"])["id"])["status"] == "Published"
    refused(register(drover, workspace, name="Not_a_name"), 422, "invalid", "model_name", "dns_label_lower")


@pytest.mark.proves("IMG-01", "IMG-02", "MODEL-31", "MODEL-62")
@pytest.mark.parametrize("change, field, rule", [
    *(({"image": image}, "image", "image_reference") for image in (
        "", "mlflow", "mlflow:1.30", "library/mlflow:1.30", "ghcr.io/mlflow", "ghcr.io/:1", "ghcr.io/Upper:1", "ghcr.io/a b:1",
        "ghcr.io/a:1:2", "ghcr.io/a@sha256:12", "ghcr.io/a:$(id)", "https://ghcr.io/a:1", "-x.io/a:1", "ghcr.io:x/a:1",
        "ghcr.io/a:1@sha256:" + "0" * 64 + "@x", "ghcr.io/" + "a" * 600 + ":1")),
    ({"input_schema": None}, "input_schema", "required"), ({"output_schema": None}, "output_schema", "required"),
    ({"input_schema": "AAAA"}, "input_schema", "arrow_schema"), ({"arch": "mips"}, "arch", "one_of")], ids=lambda v: str(v)[:50])
def test_what_is_no_image_is_refused(drover, workspace, change, field, rule):
    refused(register(drover, workspace, **change), 422, "invalid", field, rule)
