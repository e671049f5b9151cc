"""The server against its own description: schemathesis makes requests from it, and every answer must conform."""

import json
import pathlib
import re
import subprocess
import sys

import openapi_spec_validator
import pytest
import schemathesis

from drover_process import ROOT
from servers import psql

HERE = pathlib.Path(__file__).parent
DOCUMENT = ROOT / "docs/openapi.json"
# On a port of their own, behind TLS and client certificates; the edge agent's tests speak to them.
EDGE_PORT = ["/api/v1/edge/attest", "/api/v1/edge/logs"]


def run(drover, token, *options):
    """`schemathesis run` with all of its checks."""
    headers = ["-H", f"Authorization: Bearer {token}"] if token else []
    excluded = [part for path in EDGE_PORT for part in ("--exclude-path", path)]
    return subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run", DOCUMENT, "-u", drover.url,
         *headers, *excluded, "--seed", "1", "--continue-on-failure", "--no-color",
         "--generation-allow-x00", "true", "--generation-database", "none", "--warnings", "off", "--request-timeout", "20",
         *options], capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def things(drover, registry_stub):
    """Something of every noun, with records: the path parameters of a document's operation."""
    workspace, version, pipeline, publish = drover.published()
    edge, _ = drover.edge(publish["id"])
    user = drover.api("GET", "/me").json()["id"]
    for number in range(50):  # Made-up ids are small, and one that is detached would not be there later on.
        connection = {"name": f"store {number} of {workspace}", "type": "ODBC", "details": {"user": "reader"}}
        connection = drover.api("POST", "/connections", json=connection).json()["id"]
    assert drover.api("PUT", f"/workspaces/{workspace}/connections/{connection}").status_code == 204
    for _ in range(50):  # So that made-up ids are of registries that answer.
        registry = {"name": "good", "url": registry_stub.url + "/mlflow", "workspace_id": workspace}
        registry = drover.api("POST", "/model-registries", json=registry).json()["id"]
    tag = drover.api("POST", "/tags", json={"tag": "My Great Tag"}).json()["id"]
    for path in (f"/model-versions/{version['id']}", f"/pipelines/{pipeline['id']}"):
        assert drover.api("PUT", f"{path}/tags/{tag}").status_code == 200
    # A tag that somebody else uses, too, stays there, whatever requests are made up.
    _, other = drover.user()
    model = drover.upload(drover.workspace(other), token=other)["model_id"]
    assert drover.api("PUT", f"/models/{model}/tags/{tag}", other).status_code == 200
    account = drover.api("POST", f"/workspaces/{workspace}/service-accounts", json={"name": "ci"}).json()["id"]
    for path in ("/me", f"/service-accounts/{account}"):
        made = drover.api("POST", f"{path}/tokens", json={"name": "t", "access": "read"})
        assert made.status_code == 201, made.text
    # Of somebody else: who removes their own is signed out.
    linked = drover.api("GET", "/me", other).json()["id"]
    psql(drover.postgres, "insert into external_identities (issuer, subject, user_id, provisioned, created_at, last_seen_at) "
         f"values ('https://id.example.com', 's-1', '{linked}', false, now(), now())")
    drover.api("PUT", f"/workspaces/{workspace}/registry-credentials", json={"username": "robot", "password": "any"})
    return {"registry_id": registry, "/api/v1/users/{user_id}/identities": linked, "service_account_id": account, "connection_id": connection, "workspace_id": workspace, "model_id": version["model_id"], "pipeline_id": pipeline["id"],
            "publish_id": publish["id"], "edge_id": edge["id"], "user_id": user, "edge_name": edge["name"], "tag_id": tag,
            "/api/v1/model-versions/{version_id}": version["id"],
            "/api/v1/model-versions/{version_id}/config": version["id"],
            "/api/v1/model-versions/{version_id}/conversion": version["id"],
            "/api/v1/pipeline-versions/{version_id}": pipeline["latest_version"]["id"]}


def test_the_server_serves_the_document_that_is_checked_in(drover):
    answer = drover.api("GET", "/openapi.json", token=False)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads(DOCUMENT.read_text())


def test_the_swift_file_is_made_from_the_document():
    done = subprocess.run([ROOT / "scripts/openapi", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_document_is_valid_openapi():
    openapi_spec_validator.validate(json.loads(DOCUMENT.read_text()))


def test_every_operation_is_described_whole():
    document = json.loads(DOCUMENT.read_text())
    identities = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "servers":
                continue
            where = f"{method} {path}"
            identities.append(operation["operationId"])
            assert operation["summary"] and len(operation["tags"]) == 1, where
            names = [document["components"]["parameters"][p["$ref"].split("/")[-1]] if "$ref" in p else p
                     for p in operation.get("parameters", [])]
            assert {p["name"] for p in names if p["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path)), where
            is_open = operation.get("security") == []
            assert ("401" in operation["responses"]) or is_open, where
            for answer in operation["responses"].values():
                if "$ref" in answer:
                    answer = document["components"]["responses"][answer["$ref"].split("/")[-1]]
                assert "X-Request-Id" in answer["headers"], where
    assert len(identities) == len(set(identities)) > 35


def test_every_code_of_a_refusal_is_described():
    swift = (ROOT / "Sources/Domain/Refusal.swift").read_text() + (ROOT / "Sources/ControlPlane/HTTP/Refusal+HTTP.swift").read_text()
    codes = set(re.findall(r'case \w+ = "([a-z_]+_[a-z_]+)"', swift)) | set(re.findall(r'case \.\w+: "([a-z_]+)"', swift)) | {"internal"}
    document = json.loads(DOCUMENT.read_text())
    assert set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == codes
    table = (ROOT / "docs/errors.md").read_text().split("## Codes")[1].split("## Rules")[0]
    listed = set(re.findall(r"^\| `([a-z_]+)` \| \d{3} \|", table, re.MULTILINE))
    assert listed == codes


SCHEMA = schemathesis.openapi.from_path(str(DOCUMENT))
# Pages lead on to others (test_pages.py).
READS = sorted(path for path, item in json.loads(DOCUMENT.read_text())["paths"].items()
               if "get" in item and "Pages" not in item["get"]["tags"])


# Before anything is made up: that detaches, renames and archives.
@pytest.mark.parametrize("path", READS)
def test_what_there_is_conforms(drover, things, path):
    values = {name: things.get(path) or things[name] for name in re.findall(r"\{(\w+)\}", path)}
    query = {"name": "house", "version": 1} if "{registry_id}/" in path else {}
    case = SCHEMA[path]["GET"].Case(path_parameters=values, query=query)
    response = case.call(base_url=drover.url, headers={"Authorization": f"Bearer {drover.bearer()}"})
    assert response.status_code == 200, response.text
    case.validate_response(response)
    body = response.json() if "json" in response.headers["content-type"][0] else {}
    if isinstance(body, dict) and "items" in body:
        assert body["items"], path  # An empty list would show nothing.


def test_made_up_requests_of_an_administrator(drover, things):
    # schemathesis tries ids that it has seen: it would take the caller's own password away and see nothing but 401.
    done = run(drover, drover.token(), "--phases", "examples,coverage,fuzzing", "-n", "8",
               "--exclude-operation-id", "resetPassword")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr
    assert drover.is_ready()


def test_made_up_password_resets(own_drover):
    drover = own_drover()
    done = run(drover, drover.token(), "--phases", "examples,coverage,fuzzing", "-n", "8",
               "--include-operation-id", "resetPassword")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr
    assert drover.is_ready()


def test_made_up_requests_of_nobody(drover, things):
    done = run(drover, None, "--phases", "examples,fuzzing", "-n", "3")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr
    assert drover.is_ready()
