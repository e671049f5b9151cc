"""Bad input over HTTP on the API port: every refusal is one problem document that names code, field and rule."""

import base64
import hashlib
import json
import os
import pathlib
import signal
import uuid

import pytest

from drover_process import PASSWORD, ROOT, eventually
from servers import psql

MODEL = (ROOT / "Examples/house-price/model.onnx").read_bytes()
TINY = (ROOT / "Examples/tiny.onnx").read_bytes()
BINARY = {"Content-Type": "application/octet-stream"}
NO_UUID = "00000000-0000-4000-8000-000000000000"


def refused(answer, status, code, field=None, rule=None):
    """Checks the form that every refusal has, and returns the problem."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert problem["type"].endswith(code) and problem["title"] and problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    if field:
        errors = {(e["field"], e["rule"]): e["detail"] for e in problem["errors"]}
        assert any(f == field and rule in (None, r) for f, r in errors), problem
        assert all(errors.values())
    else:
        assert "errors" not in problem, problem
    return problem


def member(drover, workspace, role):
    """A new user with a role in the workspace: (user id, token)."""
    email, token = drover.user()
    user = drover.api("GET", "/me", token).json()["id"]
    answer = drover.api("PUT", f"/workspaces/{workspace}/members/{user}", json={"role": role})
    assert answer.status_code == 200, answer.text
    return user, token


class World:
    """Something of every noun, an owner (the administrator), a collaborator and a stranger."""

    def __init__(self, drover):
        self.drover = drover
        self.workspace, self.version, self.pipeline, self.publish = drover.published()
        self.edge, self.bundle = drover.edge(self.publish["id"])
        _, self.stranger = drover.user()
        self.helper, self.collaborator = member(drover, self.workspace, "collaborator")
        self.ids = {
            "workspace": self.workspace, "model": self.version["model_id"], "model_version": self.version["id"],
            "pipeline": self.pipeline["id"], "pipeline_version": self.pipeline["latest_version"]["id"],
            "publish": self.publish["id"], "edge": self.edge["id"], "edge_name": self.edge["name"],
            "user": self.helper}

    def path(self, template, **changed):
        return template.format(**{**self.ids, **changed})


@pytest.fixture(scope="module")
def world(drover):
    return World(drover)


# --- Who are you? ---

ROUTES = [
    ("GET", "/me"), ("GET", "/users"), ("POST", "/users"), ("GET", "/workspaces"), ("POST", "/workspaces"),
    ("PATCH", "/workspaces/{workspace}"), ("DELETE", "/workspaces/{workspace}/members/{user}"),
    ("POST", "/workspaces/{workspace}/models/m/versions"), ("GET", "/models/{model}"),
    ("POST", "/workspaces/{workspace}/pipelines"), ("GET", "/pipelines"), ("POST", "/pipelines/{pipeline}/publishes"),
    ("GET", "/publishes/{publish}"), ("POST", "/publishes/{publish}/edges"), ("GET", "/edges/{edge}"),
    ("GET", "/pipelines/{pipeline}/logs"),
]


def unsigned():
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': NO_UUID, 'exp': 4102444800})}."


def altered(token):
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["sub"] = NO_UUID
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{forged}.{signature}"


@pytest.mark.parametrize("method, path", ROUTES, ids=lambda value: value)
def test_no_route_works_without_a_token(drover, world, method, path):
    refused(drover.api(method, world.path(path), token=False), 401, "unauthenticated")


@pytest.mark.parametrize("header", [
    "", "Bearer", "Bearer ", "Basic YWRhOnB3", "Bearer x", "Bearer a.b.c", "Token abc", "Bearer " + "a" * 4000,
    "Bearer " + unsigned()])
def test_a_token_that_is_none_is_refused(drover, header):
    refused(drover.api("GET", "/me", token=False, headers={"Authorization": header}), 401, "unauthenticated")


def test_a_forged_token_is_refused(drover):
    token = drover.token()
    assert drover.api("GET", "/me", token).status_code == 200
    refused(drover.api("GET", "/me", altered(token)), 401, "unauthenticated")
    refused(drover.api("GET", "/me", token[:-8] + "AAAAAAAA"), 401, "unauthenticated")


# --- Is it yours? ---

FOREIGN = [
    ("GET", "/workspaces/{workspace}", "workspace"), ("GET", "/workspaces/{workspace}/members", "workspace"),
    ("GET", "/workspaces/{workspace}/models", "workspace"), ("GET", "/workspaces/{workspace}/pipelines", "workspace"),
    ("GET", "/models/{model}", "model"), ("GET", "/models/{model}/versions", "model"),
    ("GET", "/model-versions/{model_version}", "model version"),
    ("GET", "/pipelines/{pipeline}", "pipeline"), ("GET", "/pipelines/{pipeline}/versions", "pipeline"),
    ("GET", "/pipeline-versions/{pipeline_version}", "pipeline version"),
    ("GET", "/pipelines/{pipeline}/publishes", "pipeline"), ("GET", "/pipelines/{pipeline}/edges", "pipeline"),
    ("GET", "/pipelines/{pipeline}/logs", "pipeline"), ("GET", "/publishes/{publish}", "publish"),
    ("GET", "/publishes/{publish}/edges", "publish"), ("GET", "/edges/{edge}", "edge"),
    ("DELETE", "/publishes/{publish}/edges/{edge_name}", "publish"),
    ("DELETE", "/workspaces/{workspace}/members/{user}", "workspace"),
]
FOREIGN_WRITES = [
    ("PATCH", "/workspaces/{workspace}", {"name": "mine"}, "workspace"),
    ("PUT", "/workspaces/{workspace}/members/{user}", {"role": "owner"}, "workspace"),
    ("POST", "/workspaces/{workspace}/pipelines", {"name": "mine"}, "workspace"),
    ("POST", "/pipelines/{pipeline}/versions", {"steps": []}, "pipeline"),
    ("POST", "/pipelines/{pipeline}/publishes", {}, "pipeline"),
    ("POST", "/publishes/{publish}/edges", {"name": "mine"}, "publish"),
]


@pytest.mark.proves("WS-13")
@pytest.mark.parametrize("method, path, kind", FOREIGN, ids=lambda value: value)
def test_what_belongs_to_others_is_not_found(drover, world, method, path, kind):
    foreign = refused(drover.api(method, world.path(path), world.stranger), 404, "not_found")
    unknown = {name: 2 ** 40 for name in ("workspace", "model", "pipeline", "publish")}
    unknown |= {name: NO_UUID for name in ("model_version", "pipeline_version", "edge")}
    absent = refused(drover.api(method, world.path(path, **unknown), world.stranger), 404, "not_found")
    assert foreign["detail"] == absent["detail"] == f"no such {kind}"  # Nothing tells the two apart.


@pytest.mark.proves("WS-13")
@pytest.mark.parametrize("method, path, body, kind", FOREIGN_WRITES, ids=str)
def test_what_belongs_to_others_can_not_be_changed(drover, world, method, path, body, kind):
    answer = drover.api(method, world.path(path), world.stranger, json=body, headers={"If-Match": '"1"'})
    assert refused(answer, 404, "not_found")["detail"] == f"no such {kind}"


@pytest.mark.proves("WS-13")
def test_a_model_is_not_uploaded_into_a_foreign_workspace(drover, world):
    path = world.path("/workspaces/{workspace}/models/mine/versions")
    refused(drover.api("POST", path, world.stranger, data=TINY, headers=BINARY), 404, "not_found")
    names = [m["name"] for m in drover.api("GET", f"/workspaces/{world.workspace}/models").json()["items"]]
    assert names == ["house"]


@pytest.mark.proves("WS-01", "WS-13")
def test_lists_hold_nothing_of_others(drover, world):
    for path, key in [("/workspaces", "workspace"), ("/pipelines", "pipeline")]:
        assert world.ids[key] in [row["id"] for row in drover.api("GET", path + "?limit=1000").json()["items"]]
        rows = drover.api("GET", path + "?limit=1000", world.stranger).json()["items"]
        assert world.ids[key] not in [row["id"] for row in rows]


def test_a_model_version_of_another_workspace_is_no_step(drover, world):
    elsewhere = drover.workspace()
    body = {"name": "borrowed", "steps": [{"model_inference": {"models": [{"version": world.version["id"]}]}}]}
    refused(drover.api("POST", f"/workspaces/{elsewhere}/pipelines", json=body), 422, "invalid",
            "steps[0].model_inference.models[0].version", "known")


# --- Unknown ids, text that is no id, and methods that a path does not have ---

@pytest.mark.parametrize("identity", [
    "0", "-1", "9223372036854775807", "9223372036854775808", "1e3", "abc", "%00", "%F0%9F%A6%99", "..%2F..", "1.0", "NaN"])
@pytest.mark.parametrize("path", ["/workspaces/{}", "/models/{}", "/pipelines/{}", "/publishes/{}", "/workspaces/{}/models",
                                  "/pipelines/{}/logs", "/publishes/{}/edges"])
def test_no_integer_id_is_not_found(drover, path, identity):
    refused(drover.api("GET", path.format(identity)), 404, "not_found")


@pytest.mark.parametrize("identity", [NO_UUID, "1", "not-a-uuid", "%00", NO_UUID + "0", "{" + NO_UUID + "}",
                                      NO_UUID.replace("-", "")])
@pytest.mark.parametrize("path", ["/users/{}", "/model-versions/{}", "/pipeline-versions/{}", "/edges/{}"])
def test_no_uuid_is_not_found(drover, path, identity):
    refused(drover.api("GET", path.format(identity)), 404, "not_found")


@pytest.mark.parametrize("path", ["/", "/none", "/workspaces/1/none", "/models", "/%00", "/..%2f..%2fetc%2fpasswd"])
def test_an_unknown_path_is_not_found(drover, path):
    refused(drover.api("GET", path), 404, "not_found")


@pytest.mark.parametrize("method, path, allow", [
    ("DELETE", "/workspaces", "GET, POST"), ("POST", "/me", "GET"), ("PUT", "/workspaces/1", "GET, PATCH"),
    ("PATCH", "/edges/x", "GET"), ("HEAD", "/me", "GET")])
def test_another_method_is_not_allowed(drover, method, path, allow):
    answer = drover.api(method, path, token=False)
    assert answer.status_code == 405 and answer.headers["Allow"] == allow
    if method != "HEAD":
        refused(answer, 405, "method_not_allowed")


# --- Names ---

BAD_LABELS = ["", "-a", "a-", "a.b", "a_b", "a b", "ä", "a" * 64, "a\x00b", "a\nb", "a/b", "🦙", "$(id)", "a\u202eb"]


@pytest.mark.proves("WS-02")
@pytest.mark.parametrize("name", BAD_LABELS, ids=ascii)
def test_workspace_names_follow_their_rule(drover, name):
    problem = refused(drover.api("POST", "/workspaces", json={"name": name}), 422, "invalid", "name", "dns_label")
    assert "ASCII letters, digits and dashes" in problem["errors"][0]["detail"]


@pytest.mark.proves("PIPE-01")
@pytest.mark.parametrize("name", BAD_LABELS + ["Upper"], ids=ascii)
def test_pipeline_names_follow_their_rule(drover, world, name):
    refused(drover.api("POST", f"/workspaces/{world.workspace}/pipelines", json={"name": name}), 422, "invalid", "name",
            "dns_label_lower")


@pytest.mark.parametrize("name", BAD_LABELS + ["Upper"], ids=ascii)
def test_edge_names_follow_their_rule(drover, world, name):
    refused(drover.api("POST", f"/publishes/{world.publish['id']}/edges", json={"name": name}), 422, "invalid", "name",
            "dns_label_lower")


@pytest.mark.proves("MODEL-01")
@pytest.mark.parametrize("name", ["-a", "a-", "a.b", "a_b", "a%20b", "%C3%A4", "a" * 64, "a%00b", "a%0Ab", "Upper", "a%2Fb"])
def test_model_names_follow_their_rule(drover, world, name):
    path = f"/workspaces/{world.workspace}/models/{name}/versions"
    refused(drover.api("POST", path, data=TINY, headers=BINARY), 422, "invalid", "model_name", "dns_label_lower")


@pytest.mark.parametrize("file_name", ["", ".hidden", "..", "a/b", "a%2Fb", "a%00b", "a b", "ä", "a" * 129])
def test_file_names_follow_their_rule(drover, world, file_name):
    path = f"/workspaces/{world.workspace}/models/m/versions?file_name={file_name}"
    refused(drover.api("POST", path, data=TINY, headers=BINARY), 422, "invalid", "file_name", "file_name")


@pytest.mark.parametrize("email", ["", "ada", "@example.com", "ada@", "a@b@c.de", "a b@example.com", "ada@-x.de", "ä@b.de",
                                   "a\x00@b.de", "a@b..de", "a" * 65 + "@b.de", "ada@" + "b" * 254], ids=ascii)
def test_email_addresses_follow_their_rule(drover, email):
    refused(drover.api("POST", "/users", json={"email": email}), 422, "invalid", "email", "email")


@pytest.mark.parametrize("password", ["", "short", "x" * 129, "nul\x00inside", "é" * 300], ids=ascii)
def test_passwords_follow_their_rule(drover, password):
    body = {"email": "never@example.com", "password": password}
    problem = refused(drover.api("POST", "/users", json=body), 422, "invalid", "password", "password_policy")
    assert not password or password not in json.dumps(problem, ensure_ascii=False)


@pytest.mark.parametrize("tags, field", [
    ([""], "tags[0]"), (["ok", "a" * 101], "tags[1]"), (["a\nb"], "tags[0]"), (["x"] * 33, "tags")])
def test_tags_follow_their_rule(drover, world, tags, field):
    refused(drover.api("POST", f"/publishes/{world.publish['id']}/edges", json={"name": "tagged", "tags": tags}), 422,
            "invalid", field)


# --- Names that are taken ---

def test_a_pipeline_name_is_taken_once_a_workspace(drover, world):
    body = {"name": world.pipeline["name"]}
    problem = refused(drover.api("POST", f"/workspaces/{world.workspace}/pipelines", json=body), 409, "name_taken")
    assert world.pipeline["name"] in problem["detail"]
    assert drover.api("POST", f"/workspaces/{drover.workspace()}/pipelines", json=body).status_code == 201


def test_an_email_is_taken_once_whatever_its_case(drover):
    email = drover.account()
    for same in (email, email.upper()):
        refused(drover.api("POST", "/users", json={"email": same}), 409, "email_taken")


@pytest.mark.proves("EDGE-02")
def test_an_edge_name_is_taken_in_the_whole_instance(drover, world):
    path = f"/publishes/{world.publish['id']}/edges"
    refused(drover.api("POST", path, json={"name": world.edge["name"]}), 409, "name_taken")
    _, _, _, other = drover.published(world.stranger)  # Another user's, in another workspace.
    refused(drover.api("POST", f"/publishes/{other['id']}/edges", world.stranger, json={"name": world.edge["name"]}), 409,
            "name_taken")


# --- Bodies ---

@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"{\"name\": }", b"\xff\xfe", b"{\"name\": \"\xff\"}", b"\x00",
                                  b"[" * 100_000, b"{\"name\":\"a\"} trailing"], ids=lambda b: ascii(b[:16]))
def test_broken_json_is_malformed(drover, body):
    answer = drover.api("POST", "/workspaces", data=body, headers={"Content-Type": "application/json"})
    refused(answer, 400, "malformed")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded",
                                          "application/jsonx", "multipart/form-data; boundary=x", ";", "", None])
def test_json_routes_take_only_json(drover, content_type):
    answer = drover.api("POST", "/workspaces", data=b'{"name": "typed"}', headers={"Content-Type": content_type})
    refused(answer, 415, "unsupported_media_type")


def test_an_upload_is_not_json(drover, world):
    path = f"/workspaces/{world.workspace}/models/typed/versions"
    for content_type in ("application/json", "multipart/form-data; boundary=x"):
        refused(drover.api("POST", path, data=TINY, headers={"Content-Type": content_type}), 415, "unsupported_media_type")


@pytest.mark.parametrize("method, path, body, field, rule", [
    ("POST", "/workspaces", {}, "name", "required"),
    ("POST", "/workspaces", [], "body", "type"),
    ("POST", "/workspaces", "text", "body", "type"),
    ("POST", "/workspaces", {"name": None}, "name", "type"),
    ("POST", "/workspaces", {"name": 7}, "name", "type"),
    ("POST", "/workspaces", {"name": ["a"]}, "name", "type"),
    ("POST", "/users", {}, "email", "required"),
    ("POST", "/users", {"email": "x@example.com", "is_admin": "yes"}, "is_admin", "type"),
    ("POST", "/users", {"email": "x@example.com", "password": 12345678}, "password", "type"),
    ("POST", "/users", {"email": "x@example.com", "name": "a\x01b"}, "name", "display_text"),
    ("POST", "/users", {"email": "x@example.com", "name": ""}, "name", "display_text"),
    ("PATCH", "/workspaces/{workspace}", {"archived": "yes"}, "archived", "type"),
    ("PATCH", "/workspaces/{workspace}", {"name": "a.b"}, "name", "dns_label"),
    ("PUT", "/workspaces/{workspace}/members/{user}", {}, "role", "required"),
    ("PUT", "/workspaces/{workspace}/members/{user}", {"role": "king"}, "role", "one_of"),
    ("POST", "/workspaces/{workspace}/pipelines", {"name": "p", "steps": {}}, "steps", "type"),
    ("POST", "/workspaces/{workspace}/pipelines", {"name": "p", "steps": [{}]}, "steps[0].model_inference", "required"),
    ("POST", "/workspaces/{workspace}/pipelines", {"name": "p", "steps": [{"model_inference": {"models": [{}]}}]},
     "steps[0].model_inference.models[0].version", "required"),
    ("POST", "/workspaces/{workspace}/pipelines",
     {"name": "p", "steps": [{"model_inference": {"models": [{"version": "x"}]}}]},
     "steps[0].model_inference.models[0].version", "uuid"),
    ("POST", "/workspaces/{workspace}/pipelines", {"name": "p", "steps": [{"model_inference": {"models": []}}]},
     "steps[0].model_inference.models", "count"),
    ("POST", "/pipelines/{pipeline}/versions", {}, "steps", "required"),
    ("POST", "/pipelines/{pipeline}/versions",
     {"steps": [{"model_inference": {"models": [{"version": NO_UUID}]}}]},
     "steps[0].model_inference.models[0].version", "known"),
    ("POST", "/pipelines/{pipeline}/publishes", {"pipeline_version": 1}, "pipeline_version", "type"),
    ("POST", "/pipelines/{pipeline}/publishes", {"pipeline_version": "1"}, "pipeline_version", "uuid"),
    ("POST", "/pipelines/{pipeline}/publishes", {"pipeline_version": NO_UUID}, "pipeline_version", "known"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"cpus": 0}}, "deployment_config.cpus", "cpu_count"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"cpus": -1}}, "deployment_config.cpus", "cpu_count"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"cpus": 1e9}}, "deployment_config.cpus", "cpu_count"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"cpus": "1"}}, "deployment_config.cpus", "type"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"lb_cpus": 0}}, "deployment_config.lb_cpus",
     "cpu_count"),
    ("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"lb_memory": "1"}}, "deployment_config.lb_memory",
     "memory_spec"),
    *[("POST", "/pipelines/{pipeline}/publishes", {"deployment_config": {"memory": memory}}, "deployment_config.memory",
       "memory_spec") for memory in ("", "512", "512 Mi", "0Mi", "-1Gi", "1e9Gi", "12MB", "Mi", "1Mi\x00", "٣Mi")],
    ("POST", "/publishes/{publish}/edges", {}, "name", "required"),
    ("POST", "/publishes/{publish}/edges", {"name": "e", "tags": "x"}, "tags", "type"),
    ("POST", "/publishes/{publish}/edges", {"name": "e", "tags": [1]}, "tags[0]", "type"),
], ids=lambda value: ascii(value)[:60])
def test_the_wrong_field_is_named(drover, world, method, path, body, field, rule):
    answer = drover.api(method, world.path(path), json=body, headers={"If-Match": '"1"'})
    refused(answer, 422, "invalid", field, rule)


@pytest.mark.parametrize("number", ["1e400", "123456789012345678901234567890", "-1e-400", "NaN", "Infinity"])
def test_numbers_out_of_range_are_refused(drover, world, number):
    answer = drover.api("POST", f"/pipelines/{world.pipeline['id']}/publishes", headers={"Content-Type": "application/json"},
                        data=f'{{"deployment_config": {{"cpus": {number}}}}}')
    assert answer.status_code in (400, 422), answer.text
    refused(answer, answer.status_code, answer.json()["code"], "deployment_config.cpus" if answer.status_code == 422 else None)


def test_a_body_over_the_limit_of_json_is_too_large(drover):
    body = json.dumps({"name": "a" * (2 << 20)})
    for data in (body, iter([body.encode()])):  # With Content-Length and chunked.
        answer = drover.api("POST", "/workspaces", data=data, headers={"Content-Type": "application/json"})
        assert "1048576" in refused(answer, 413, "too_large")["detail"]


# --- Lists ---

LISTS = ["/users", "/workspaces", "/workspaces/{workspace}/models", "/models/{model}/versions", "/pipelines",
         "/workspaces/{workspace}/pipelines", "/pipelines/{pipeline}/versions", "/pipelines/{pipeline}/publishes",
         "/pipelines/{pipeline}/edges", "/publishes/{publish}/edges", "/pipelines/{pipeline}/logs"]


def cursor(text):
    return base64.urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", LISTS)
def test_limits_and_cursors_are_checked(drover, world, path):
    path = world.path(path)
    for limit in ("0", "-1", "10001", "1e2", "abc", "", "9223372036854775808", "%00"):
        refused(drover.api("GET", f"{path}?limit={limit}"), 422, "invalid", "limit", "range")
    for bad in ("%00", "!", "a", "====", cursor("x"), cursor(b"\xff"), "a" * 300):
        refused(drover.api("GET", f"{path}?cursor={bad}"), 422, "invalid", "cursor", "cursor")


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/users"])
def test_a_cursor_of_another_list_is_refused(drover, world, path):
    refused(drover.api("GET", world.path(path), params={"cursor": cursor("kada@example.com")}), 422, "invalid", "cursor")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("key", ["k9223372036854775807", "k-9223372036854775808", "k9223372036854775807.0",
                                 "k1.9223372036854775807", f"k{NO_UUID}", "k", "k\x00", "k💥"], ids=ascii)
def test_a_made_up_cursor_never_breaks_the_server(drover, world, path, key):
    answer = drover.api("GET", world.path(path), params={"cursor": cursor(key)})
    assert answer.status_code in (200, 400, 422), answer.text
    if answer.status_code != 200:
        refused(answer, answer.status_code, answer.json()["code"], "cursor" if answer.status_code == 422 else None)
    assert drover.is_ready()


# --- Changes that need a revision, and the last owner ---

def test_a_change_needs_the_current_revision(drover):
    workspace = drover.workspace()
    path = f"/workspaces/{workspace}"
    first = drover.api("GET", path).headers["ETag"]
    refused(drover.api("PATCH", path, json={"name": "other"}), 428, "precondition_required")
    for tag in ('"99"', "99", '"x"', 'W/"1"', '""', '"-1"', '"9223372036854775808"'):
        refused(drover.api("PATCH", path, json={"name": "other"}, headers={"If-Match": tag}), 412, "stale")
    changed = drover.api("PATCH", path, json={"name": "other"}, headers={"If-Match": first})
    assert changed.status_code == 200 and changed.json()["name"] == "other" and changed.headers["ETag"] != first
    refused(drover.api("PATCH", path, json={"name": "third"}, headers={"If-Match": first}), 412, "stale")
    assert drover.api("GET", path).json()["name"] == "other"


@pytest.mark.proves("WS-11", "WS-13")
def test_a_collaborator_does_not_do_an_owners_work(drover, world):
    path, token = f"/workspaces/{world.workspace}", world.collaborator
    tag = drover.api("GET", path, token).headers["ETag"]
    refused(drover.api("PATCH", path, token, json={"archived": True}, headers={"If-Match": tag}), 403, "forbidden")
    _, stranger = drover.user()
    user = drover.api("GET", "/me", stranger).json()["id"]
    refused(drover.api("PUT", f"{path}/members/{user}", token, json={"role": "owner"}), 403, "forbidden")
    refused(drover.api("PUT", f"{path}/members/{world.helper}", token, json={"role": "owner"}), 403, "forbidden")
    owner = drover.api("GET", "/me").json()["id"]
    refused(drover.api("DELETE", f"{path}/members/{owner}", token), 403, "forbidden")
    # But a member's work is done.
    assert drover.api("POST", f"{path}/pipelines", token, json={"name": f"p-{uuid.uuid4().hex[:8]}"}).status_code == 201


def test_the_last_owner_stays(drover):
    workspace = drover.workspace()
    owner = drover.api("GET", "/me").json()["id"]
    path = f"/workspaces/{workspace}/members"
    refused(drover.api("DELETE", f"{path}/{owner}"), 409, "last_owner")
    refused(drover.api("PUT", f"{path}/{owner}", json={"role": "collaborator"}), 409, "last_owner")
    second, token = member(drover, workspace, "owner")
    assert drover.api("DELETE", f"{path}/{owner}").status_code == 204
    refused(drover.api("DELETE", f"{path}/{second}", token), 409, "last_owner")


def test_members_are_users(drover, world):
    path = f"/workspaces/{world.workspace}/members"
    assert "user" in refused(drover.api("PUT", f"{path}/{NO_UUID}", json={"role": "owner"}), 404, "not_found")["detail"]
    _, token = drover.user()
    user = drover.api("GET", "/me", token).json()["id"]
    assert "member" in refused(drover.api("DELETE", f"{path}/{user}"), 404, "not_found")["detail"]


def test_only_administrators_make_users(drover, world):
    refused(drover.api("POST", "/users", world.stranger, json={"email": "new@example.com"}), 403, "forbidden")


def test_an_archived_workspace_takes_no_work(drover):
    workspace, version, pipeline, _ = drover.published()
    path = f"/workspaces/{workspace}"
    tag = drover.api("GET", path).headers["ETag"]
    assert drover.api("PATCH", path, json={"archived": True}, headers={"If-Match": tag}).json()["archived"] is True
    for method, work, kwargs in [
            ("POST", f"{path}/pipelines", {"json": {"name": "p"}}),
            ("POST", f"{path}/models/house/versions", {"data": TINY, "headers": BINARY}),
            ("POST", f"/pipelines/{pipeline['id']}/versions", {"json": {"steps": []}}),
            ("POST", f"/pipelines/{pipeline['id']}/publishes", {"json": {}})]:
        refused(drover.api(method, work, **kwargs), 409, "workspace_archived")


# --- Idempotency-Key ---

def test_a_copy_of_the_database_does_not_help_to_guess_what_was_in_a_request(drover):
    key, body = str(uuid.uuid4()), json.dumps({"email": f"{uuid.uuid4()}@example.com", "password": PASSWORD})
    answer = drover.api("POST", "/users", data=body, headers={"Idempotency-Key": key, "Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    ((stored,),) = psql(drover.postgres, f"select encode(fingerprint, 'hex') from idempotency_keys where key = '{key}'")
    guess = hashlib.sha256(f"POST /api/v1/users\n{body}".encode())
    assert len(stored) == 64 and stored != guess.hexdigest()
    ((sealed,),) = psql(drover.postgres, "select length(sealed_key) from instance_keys where purpose = 'request_fingerprint'")
    assert int(sealed) == 1 + 4 + 12 + 32 + 16


def test_a_repeated_request_has_one_effect_and_one_answer(drover):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = drover.api("POST", "/workspaces", json={"name": "once"}, headers=headers)
    again = drover.api("POST", "/workspaces", json={"name": "once"}, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content and first.headers["Location"] == again.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    refused(drover.api("POST", "/workspaces", json={"name": "twice"}, headers=headers), 409, "idempotency_key_reused")
    _, other = drover.user()  # Keys are a user's own.
    theirs = drover.api("POST", "/workspaces", other, json={"name": "once"}, headers=headers)
    assert theirs.status_code == 201 and theirs.json()["id"] != first.json()["id"]


def test_a_refused_request_does_not_use_its_key_up(drover):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    refused(drover.api("POST", "/workspaces", json={"name": "a.b"}, headers=headers), 422, "invalid", "name")
    assert drover.api("POST", "/workspaces", json={"name": "ab"}, headers=headers).status_code == 201


def test_a_join_token_survives_the_replay_of_its_answer(drover, world):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path, body = f"/publishes/{world.publish['id']}/edges", {"name": f"replayed-{uuid.uuid4().hex[:8]}"}
    answers = [drover.api("POST", path, json=body, headers=headers).json() for _ in range(2)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("key", ["a" * 256, "with space", "caf\xe9"])
def test_idempotency_keys_follow_their_rule(drover, key):
    answer = drover.api("POST", "/workspaces", json={"name": "keyed"}, headers={"Idempotency-Key": key.encode("latin-1")})
    refused(answer, 422, "invalid", "Idempotency-Key", "length")


# --- Models ---

def upload(drover, workspace, body, **headers):
    return drover.api("POST", f"/workspaces/{workspace}/models/bad/versions", data=body,
                      headers={**BINARY, **{k.replace("_", "-"): v for k, v in headers.items()}})


@pytest.mark.parametrize("body", [
    b"", MODEL[:1000], MODEL[:-1], TINY[:-1], TINY[:8], b"\x89PNG\r\n\x1a\n" + b"0" * 500, b"PK\x03\x04" + b"0" * 500,
    b"{}", b"\x00" * 4096, b"\xff" * 4096, TINY + b"\xff\xff\xff", b"<html></html>"], ids=lambda b: f"{ascii(b[:6])}-{len(b)}")
def test_a_file_that_is_no_onnx_model_is_refused_and_leaves_nothing(drover, body):
    workspace = drover.workspace()
    for data in (body, iter([body] if body else [])):  # With Content-Length and chunked.
        answer = upload(drover, workspace, data)
        assert answer.status_code in (400, 422), answer.text
        problem = answer.json()
        refused(answer, 422, "invalid", "body")
        assert problem["errors"][0]["rule"]
    assert drover.api("GET", f"/workspaces/{workspace}/models").json()["items"] == []
    assert drover.api("GET", f"/workspaces/{workspace}").json()["model_count"] == 0


@pytest.mark.parametrize("query, field", [("framework=cobol", "framework"), ("arch=riscv", "arch"), ("framework=", "framework"),
                                          ("arch=%00", "arch")])
def test_choices_are_checked(drover, world, query, field):
    path = f"/workspaces/{world.workspace}/models/m/versions?{query}"
    refused(drover.api("POST", path, data=TINY, headers=BINARY), 422, "invalid", field, "one_of")


@pytest.mark.parametrize("digest", ["", "sha-256", "sha-256=abc", "sha-256=:!!:", "sha-256=:AAAA:", "md5=:AAAA:",
                                    "sha-256=" + hashlib.sha256(TINY).hexdigest(), "sha-256=::"])
def test_a_malformed_content_digest_is_refused(drover, world, digest):
    refused(upload(drover, world.workspace, TINY, Content_Digest=digest), 422, "invalid", "Content-Digest", "rfc9530")


def test_a_wrong_content_digest_is_refused_and_a_right_one_taken(drover):
    workspace = drover.workspace()
    encoded = lambda data: f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
    refused(upload(drover, workspace, TINY, Content_Digest=encoded(b"other")), 422, "invalid", "Content-Digest", "digest")
    assert drover.api("GET", f"/workspaces/{workspace}/models").json()["items"] == []
    answer = upload(drover, workspace, TINY, Content_Digest=encoded(TINY))
    assert answer.status_code == 201 and answer.json()["sha"] == hashlib.sha256(TINY).hexdigest()
    # The blob is there already; bytes that are not its bytes are still refused.
    refused(upload(drover, workspace, TINY[:-1], Content_Digest=encoded(TINY)), 422, "invalid", "body", "onnx")
    assert drover.api("GET", f"/models/{answer.json()['model_id']}").json()["version_count"] == 1


def test_an_upload_over_the_limit_is_too_large(own_drover):
    drover = own_drover(upload_max_bytes=4096)
    workspace = drover.workspace()
    assert len(TINY) < 4096 < len(MODEL)
    for body in (MODEL, iter([MODEL])):  # With Content-Length and chunked.
        assert "4096" in refused(upload(drover, workspace, body), 413, "too_large")["detail"]
    assert upload(drover, workspace, TINY).status_code == 201


# --- Publishes and edges ---

def test_a_pipeline_without_steps_is_not_published(drover):
    workspace = drover.workspace()
    pipeline = drover.api("POST", f"/workspaces/{workspace}/pipelines", json={"name": "empty"}).json()
    refused(drover.api("POST", f"/pipelines/{pipeline['id']}/publishes", json={}), 422, "invalid", "pipeline_version",
            "has_steps")
    assert drover.api("GET", f"/pipelines/{pipeline['id']}/publishes").json()["items"] == []


def test_a_version_of_another_pipeline_is_not_published(drover, world):
    other = drover.pipeline(world.workspace, world.version["id"])
    body = {"pipeline_version": other["latest_version"]["id"]}
    refused(drover.api("POST", f"/pipelines/{world.pipeline['id']}/publishes", json=body), 422, "invalid",
            "pipeline_version", "known")


def test_a_publish_that_is_not_published_takes_no_edge(own_drover):
    drover = own_drover()
    workspace = drover.workspace()
    pipeline = drover.pipeline(workspace, drover.upload(workspace)["id"])
    registry = eventually(lambda: registry_process(drover))
    registry.suspend()
    try:
        publish = drover.api("POST", f"/pipelines/{pipeline['id']}/publishes", json={}).json()
        problem = refused(drover.api("POST", f"/publishes/{publish['id']}/edges", json={"name": "early"}), 409, "not_published")
        assert "Publish" in problem["detail"]
    finally:
        registry.resume()
    ended = lambda: drover.api("GET", f"/publishes/{publish['id']}").json()["status"] == "Published"
    eventually(ended, 60)
    assert drover.api("POST", f"/publishes/{publish['id']}/edges", json={"name": "early"}).status_code == 201


class Suspended:
    """A process of this test's own server that is stopped for a while, so that the work that needs it waits."""

    def __init__(self, pid):
        self.pid = pid

    def suspend(self):
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)


def registry_process(drover):
    """The registry that is a child of this server."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if command[0].endswith(b"docker-registry") and any(drover.data.encode() in part for part in command):
            return Suspended(int(entry.name))
    return None


@pytest.mark.parametrize("name", ["nobody", "Upper", "%00", "a.b"])
def test_an_unknown_edge_is_not_removed(drover, world, name):
    refused(drover.api("DELETE", f"/publishes/{world.publish['id']}/edges/{name}"), 404, "not_found")


# --- What must never be written down ---

def test_secrets_are_never_logged(drover, world):
    secret = f"s3cret-{uuid.uuid4()}"
    email = f"{uuid.uuid4()}@example.com"
    assert drover.api("POST", "/users", json={"email": email, "password": secret}).status_code == 201
    token_url = drover.url + "/auth/realms/master/protocol/openid-connect/token"
    form = {"grant_type": "password", "client_id": "sdk-client", "username": email, "password": secret}
    signed_in = drover.session.post(token_url, data=form).json()
    drover.session.post(token_url, data={**form, "password": secret + "-wrong"})
    drover.session.post(token_url, data={"grant_type": "refresh_token", "client_id": "sdk-client",
                                         "refresh_token": signed_in["refresh_token"] + "x"})
    drover.api("POST", "/users", json={"email": email, "password": secret})  # A refusal that had it at hand.
    drover.api("POST", "/users", json={"email": 7, "password": secret})
    drover.api("GET", f"/users?email={secret}@example.com")
    drover.api("GET", "/me", signed_in["access_token"])
    drover.api("GET", "/me", signed_in["access_token"][:-4] + "AAAA")
    edge, bundle = drover.edge(world.publish["id"])
    lines = dict(line.removeprefix("export ").split("=", 1) for line in base64.b64decode(bundle).decode().split("\n"))
    path = f"/publishes/{world.publish['id']}/edges"
    drover.api("POST", path, json={"name": f"keyed-{uuid.uuid4().hex[:8]}"}, headers={"Idempotency-Key": secret})

    log = pathlib.Path(drover.data, "drover.log").read_text()
    assert '"route":"/api/v1/users"' in log  # The log is the one that would hold them.
    hidden = {"password": secret, "administrator's password": PASSWORD, "access token": signed_in["access_token"],
              "signature": signed_in["access_token"].split(".")[2], "refresh token": signed_in["refresh_token"],
              "join token": lines["JOIN_TOKEN"], "bundle": bundle}
    assert [what for what, value in hidden.items() if value in log] == []
    for word in ("Bearer ey", "EDGE_BUNDLE=", "BEGIN PRIVATE KEY", "BEGIN EC PRIVATE KEY"):
        assert word not in log
