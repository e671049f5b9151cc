"""docs/authorization.tsv, cell by cell: every route of the API port as nobody, stranger, collaborator, owner,
administrator, service account, and with an owner's token that may only read."""

import itertools
import json
import os
import re
import uuid

import pytest
import requests

from drover_process import PASSWORD, ROOT
from servers import psql
from test_models import PLAIN

ROLES = ("nobody", "stranger", "collaborator", "owner", "administrator", "service account", "read-only token")
ROWS = [line.split("\t") for line in (ROOT / "docs/authorization.tsv").read_text().splitlines()]
TABLE = {row[0]: dict(zip(ROLES, row[1:])) for row in ROWS[1:]}
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())
ROUTES = sorted(f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items()
                for method in item if method in ("get", "post", "put", "patch", "delete"))
MODEL = ROOT / "Examples/house-price/model.onnx"
_numbers = itertools.count(1)


def fresh(prefix):
    return f"{prefix}-{next(_numbers)}-{os.getpid()}"


class Stage:
    """One workspace with everything in it, and people who stand in each relation to it."""

    def __init__(self, drover, registry_stub):
        self.drover = drover
        self.registry_url = registry_stub.url + "/mlflow"
        (_, self.stranger), (self.owner_email, self.owner), (member, self.collaborator) = (
            drover.user() for _ in range(3))
        self.tokens = {"nobody": False, "stranger": self.stranger, "collaborator": self.collaborator,
                       "owner": self.owner, "administrator": None}
        self.workspace, version, pipeline, publish = drover.published(self.owner)
        self.add_member(self.id_of(member))
        edge, _ = drover.edge(publish["id"], self.owner)
        self.ids = {
            "workspace_id": self.workspace, "model_id": version["model_id"], "version_id": version["id"],
            "pipeline_id": pipeline["id"], "publish_id": publish["id"], "edge_id": edge["id"],
            "user_id": self.id_of(drover.account()), "model_name": "house"}
        self.ids["service_account_id"] = self.done(
            "POST", f"/workspaces/{self.workspace}/service-accounts", json={"name": "ci"})["id"]
        self.tokens["service account"] = self.token(f"/service-accounts/{self.ids['service_account_id']}", "write")["token"]
        self.tokens["read-only token"] = self.token("/me", "read")["token"]
        self.pipeline_version = publish["pipeline_version_name"]

    def call(self, method, path, role="owner", **kwargs):
        return self.drover.api(method, path, self.tokens[role], **kwargs)

    def done(self, *args, **kwargs):
        answer = self.call(*args, **kwargs)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def id_of(self, email):
        return self.drover.api("GET", "/users", params={"email": email}).json()["items"][0]["id"]

    def add_member(self, user):
        self.done("PUT", f"/workspaces/{self.workspace}/members/{user}", json={"role": "collaborator"})

    def token(self, path, access):
        return self.done("POST", f"{path}/tokens", json={"name": "t", "access": access})

    # What a request needs to exist, made anew for each, so that an allowed one can be done.

    def member(self):
        user = self.id_of(self.drover.account())
        self.add_member(user)
        return {"user_id": user}

    def edge(self):
        edge, _ = self.drover.edge(self.ids["publish_id"], self.owner)
        return {"edge_name": edge["name"]}

    def connection(self):
        made = self.done("POST", "/connections", json={"name": fresh("c"), "type": "HTTP", "details": {"a": 1}})
        return {"connection_id": made["id"]}

    def attached(self):
        ids = self.connection()
        self.done("PUT", f"/workspaces/{self.workspace}/connections/{ids['connection_id']}")
        return ids

    def registry(self, *, attached=False):
        body = {"name": "r", "url": self.registry_url, **({"workspace_id": self.workspace} if attached else {})}
        return {"registry_id": self.done("POST", "/model-registries", json=body)["id"]}

    def identity(self):
        """As a sign-in through another provider leaves one."""
        link = str(uuid.uuid4())
        psql(self.drover.postgres, "insert into external_identities (id, issuer, subject, user_id, provisioned, created_at, "
             f"last_seen_at) values ('{link}', 'https://{link}', 's', '{self.ids['user_id']}', false, now(), now())")
        return {"identity_id": link}

    def registry_credentials(self):
        self.done("PUT", f"/workspaces/{self.workspace}/registry-credentials", json=ROBOT)
        return {}

    def tag(self):
        return {"tag_id": self.done("POST", "/tags", json={"tag": fresh("t")})["id"]}

    def tagged(self, path):
        ids = self.tag()
        self.done("PUT", path.format(**self.ids, **ids).removeprefix("/api/v1"))
        return ids


ROBOT = {"username": "robot", "password": "any: the embedded registry asks for none"}
JSON = {
    "PUT /api/v1/workspaces/{workspace_id}/registry-credentials": lambda: ROBOT,
    "POST /api/v1/workspaces": lambda: {"name": fresh("ws")},
    "PATCH /api/v1/workspaces/{workspace_id}": lambda: {"name": fresh("ws")},
    "PUT /api/v1/workspaces/{workspace_id}/members/{user_id}": lambda: {"role": "collaborator"},
    "PUT /api/v1/workspaces/{workspace_id}/quota": lambda: {"quota_bytes": 1 << 40},
    "PUT /api/v1/model-versions/{version_id}/config": lambda: {"batch_config": "single"},
    "POST /api/v1/workspaces/{workspace_id}/pipelines": lambda: {"name": fresh("p")},
    "POST /api/v1/pipelines/{pipeline_id}/versions": lambda: {"steps": []},
    "POST /api/v1/pipelines/{pipeline_id}/publishes": lambda: {},
    "POST /api/v1/publishes/{publish_id}/edges": lambda: {"name": fresh("e")},
    "POST /api/v1/users": lambda: {"email": fresh("u") + "@example.com", "password": PASSWORD},
    "PATCH /api/v1/users/{user_id}": lambda: {"name": fresh("name")},
    "POST /api/v1/users/{user_id}/password-reset": lambda: {},
    "POST /api/v1/connections": lambda: {"name": fresh("c"), "type": "HTTP", "details": {"a": 1}},
    "POST /api/v1/model-registries": lambda: {"name": "r", "url": "https://mlflow.example.com"},
    "PUT /api/v1/model-registries/{registry_id}/token": lambda: {"token": None},
    "POST /api/v1/workspaces/{workspace_id}/models/{model_name}/versions/from-image": lambda: {
        "image": "ghcr.io/acme/model:1", **PLAIN},
    "POST /api/v1/tags": lambda: {"tag": fresh("t")},
    "POST /api/v1/me/tokens": lambda: {"name": fresh("t"), "access": "write"},
    "POST /api/v1/service-accounts/{service_account_id}/tokens": lambda: {"name": fresh("t"), "access": "write"},
    "POST /api/v1/workspaces/{workspace_id}/service-accounts": lambda: {"name": fresh("sa")},
    "PATCH /api/v1/service-accounts/{service_account_id}": lambda: {"active": True},
    "PUT /auth/admin/realms/master/users/{user_id}": lambda: {"enabled": True},
    # The password is wrong on purpose: a right one would end the sessions of this test.
    "POST /api/v1/me/password": lambda: {"current_password": "not this one", "new_password": PASSWORD},
}


def needs(stage, route):
    """Ids for the path, beyond those of the stage."""
    path = route.split()[1]
    if route == "DELETE /api/v1/workspaces/{workspace_id}/members/{user_id}":
        return stage.member()
    if route == "DELETE /api/v1/model-versions/{version_id}":
        return {"version_id": stage.drover.upload(stage.workspace, fresh("m"), token=stage.owner)["id"]}
    if route == "DELETE /api/v1/publishes/{publish_id}":
        return {"publish_id": stage.drover.publish(stage.ids["pipeline_id"], stage.owner,
                                                   pipeline_version=stage.pipeline_version)["id"]}
    if "{identity_id}" in route:
        return stage.identity()
    if "{edge_name}" in route:
        return stage.edge()
    if "{connection_id}" in route:
        unattached = route.startswith(("DELETE /api/v1/connections", "PUT /api/v1/workspaces"))
        return stage.connection() if unattached else stage.attached()
    if route.endswith("/registry-credentials"):
        return stage.registry_credentials()
    if "{registry_id}" in route:
        unattached = route.startswith(("DELETE /api/v1/model-registries", "PUT /api/v1/workspaces"))
        return stage.registry(attached=not unattached)
    if "{tag_id}" in route:
        isolated = route.startswith("PUT") or "/api/v1/tags/" in route
        return stage.tag() if isolated else stage.tagged(path)
    if "{token_id}" in route:
        return {"token_id": stage.token(path.format(**stage.ids, token_id="").split("/tokens")[0].removeprefix("/api/v1"),
                                        "read")["id"]}
    if "/pipeline-versions/" in route:
        return {"version_id": stage.pipeline_version}
    return {}


def ask(stage, route, role):
    method, path = route.split()
    path = path.format(**{**stage.ids, **needs(stage, route)})
    headers, kwargs = {}, {}
    if route in JSON:
        kwargs["json"] = JSON[route]()
    if route.endswith("/from-registry"):
        kwargs["json"] = {**stage.registry(attached=True), "framework": "onnx",
                          "path": stage.registry_url + "/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx"}
    if route.endswith(("/model-versions", "/artifacts")) and "{registry_id}" in route:
        kwargs["params"] = {"name": "house", "version": 1}
    if method == "PATCH" or route.endswith("/config"):
        headers["If-Match"] = "*"
    if route.endswith("/models/{model_name}/versions"):
        kwargs["data"] = MODEL.read_bytes()
        headers["Content-Type"] = "application/octet-stream"
    token = stage.tokens[role]
    if token is None:
        token = stage.drover.bearer()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return requests.request(method, stage.drover.url + path, headers=headers, timeout=60, **kwargs)


@pytest.fixture(scope="module")
def stage(drover, registry_stub):
    return Stage(drover, registry_stub)


def test_every_route_has_a_row():
    assert sorted(TABLE) == ROUTES
    assert all(cell in ("yes", "own", "401", "403", "404") for row in TABLE.values() for cell in row.values())


def test_the_document_is_made_of_the_table():
    text = (ROOT / "docs/authorization.md").read_text()
    for route, cells in TABLE.items():
        assert f"| `{route}` | {' | '.join(cells[role] for role in ROLES)} |" in text
    assert len(re.findall(r"^\| `", text, re.M)) == len(TABLE)


@pytest.mark.proves("WS-13")
@pytest.mark.parametrize("route", [route for route, cells in TABLE.items() if cells["nobody"] != "own"])
def test_each_cell(stage, route):
    for role in ROLES:
        answer = ask(stage, route, role)
        expected = TABLE[route][role]
        if expected == "yes":
            wrong_password = route == "POST /api/v1/me/password" and answer.status_code == 422
            assert answer.ok or wrong_password, (role, answer.status_code, answer.text)
        else:
            assert answer.status_code == int(expected), (role, answer.status_code, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json"
