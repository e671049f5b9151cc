"""Workspaces with an account of their own at a registry that asks for one, and whose accounts come and go."""

import crypt  # Of Python 3.11, as everywhere in Debian 12.
import os
import pathlib
import subprocess

import pytest

from drover_process import ROOT
from servers import External, psql, running
from test_audit import events
from test_models import PLAIN
from test_private_registry import PASSWORD, USER, PrivateRegistry
from test_refusals import refused

TEAM = {"username": "robot$team+drover", "password": "a word: with §, and a colon"}
INSTANCE = {"username": USER, "password": PASSWORD}
SENTENCE = "the registry refuses the workspace's credentials"


class Accounts(PrivateRegistry):
    """Its file of accounts is read again when it is changed."""

    def only(self, *accounts):
        lines = [f"{it['username']}:{crypt.crypt(it['password'], crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=32))}\n"
                 for it in accounts]
        new = self.directory / "htpasswd.new"
        new.write_text("".join(lines))
        os.replace(new, self.directory / "htpasswd")


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    it = Accounts(tmp_path_factory.mktemp("accounts"))
    yield it
    it.stop()


@pytest.fixture(scope="module")
def server(registry):
    class Server(External):
        @property
        def environment(self):
            return {**{k: v for k, v in super().environment.items() if k != "OCI_PLAIN_HTTP"}, **registry.environment()}

    with running(Server) as server:
        yield server


@pytest.fixture(autouse=True)
def everybody(registry):
    registry.only(INSTANCE, TEAM)


def put(server, workspace, body=TEAM, token=None, **parameters):
    return server.api("PUT", f"/workspaces/{workspace}/registry-credentials", token, json=body, params=parameters)


def get(server, workspace, token=None):
    return server.api("GET", f"/workspaces/{workspace}/registry-credentials", token)


def upload(server, workspace, name="house"):
    with open(ROOT / "Examples/house-price/model.onnx", "rb") as body:
        return server.api("POST", f"/workspaces/{workspace}/models/{name}/versions?file_name=model.onnx", data=body,
                          headers={"Content-Type": "application/octet-stream"})


def test_a_workspace_goes_with_its_own_account_and_others_do_not(server, registry):
    other, _, others_pipeline, _ = server.published()
    workspace = server.workspace()
    answer = put(server, workspace)
    assert answer.status_code == 200, answer.text
    assert answer.json() == get(server, workspace).json()

    # The instance's account is gone: only the workspace that has one goes on, in everything that it does.
    registry.only(TEAM)
    refused(upload(server, other), 503, "unavailable")
    version = server.upload(workspace)
    pipeline = server.pipeline(workspace, version["id"])
    publish = server.publish(pipeline["id"], image=True)
    assert publish["status"] == "Published", publish
    assert server.api("GET", f"/publishes/{publish['id']}/export").status_code == 200
    image = server.api("POST", f"/workspaces/{workspace}/models/boxed/versions/from-image", json={
        "image": "ghcr.io/acme/model:1", **PLAIN})
    assert image.status_code == 201, image.text
    failed = server.publish(others_pipeline["id"])
    assert failed["status"] == "Error" and SENTENCE not in failed["error"], failed

    # And now the workspace's: its work is refused in clear words, and nobody else's account is taken for it.
    registry.only(INSTANCE)
    assert SENTENCE in refused(upload(server, workspace), 502, "registry_refused")["detail"]
    assert SENTENCE in refused(server.api("GET", f"/publishes/{publish['id']}/export"), 502, "registry_refused")["detail"]
    failed = server.publish(pipeline["id"])
    assert failed["status"] == "Error" and SENTENCE in failed["error"], failed
    assert server.publish(others_pipeline["id"])["status"] == "Published"

    # Changed, or taken away: the next work goes with what counts then.
    changed = {**TEAM, "password": "another word"}
    registry.only(INSTANCE, changed)
    assert put(server, workspace, changed).status_code == 200
    assert server.publish(pipeline["id"])["status"] == "Published"
    registry.only(INSTANCE)
    assert upload(server, workspace).status_code == 502
    path = f"/workspaces/{workspace}/registry-credentials"
    assert server.api("DELETE", path).status_code == 204
    refused(server.api("DELETE", path), 404, "not_found")
    refused(get(server, workspace), 404, "not_found")
    assert upload(server, workspace).status_code == 201
    assert server.publish(pipeline["id"])["status"] == "Published"


def test_what_the_registry_refuses_is_not_set(server, registry):
    workspace = server.workspace()
    for body in ({**TEAM, "password": "wrong"}, {**TEAM, "username": "nobody"}):
        refused(put(server, workspace, body), 422, "invalid", "password", "registry_credentials")
        refused(get(server, workspace), 404, "not_found")
    wrong = {**TEAM, "password": "not yet"}
    assert put(server, workspace, wrong, unchecked="true").status_code == 200
    assert upload(server, workspace).status_code == 502
    registry.only(INSTANCE, wrong)
    assert upload(server, workspace).status_code == 201
    for body, field in (({**TEAM, "username": "a:b"}, "username"), ({**TEAM, "username": ""}, "username"),
                        ({**TEAM, "username": "é"}, "username"), ({**TEAM, "username": "x" * 256}, "username"),
                        ({**TEAM, "password": ""}, "password"), ({**TEAM, "password": "a\nb"}, "password"),
                        ({**TEAM, "password": "x" * 8193}, "password")):
        refused(put(server, workspace, body, unchecked="true"), 422, "invalid", field)
    refused(put(server, workspace, TEAM, unchecked="maybe"), 422, "invalid", "unchecked")
    assert put(server, workspace, {"username": "x"}).status_code == 422
    refused(put(server, 10 ** 9, TEAM, unchecked="true"), 404, "not_found")


def test_who_sets_them_and_who_sees_them(server):
    (_, owner), (email, member), (_, stranger) = server.user(), server.user(), server.user()
    workspace = server.workspace(owner)
    assert server.api("PUT", f"/workspaces/{workspace}/members/{email}", owner, json={"role": "collaborator"}).ok
    refused(put(server, workspace, token=member), 403, "forbidden")
    refused(put(server, workspace, token=stranger), 404, "not_found")
    assert put(server, workspace, token=owner).status_code == 200
    shown = get(server, workspace, member).json()
    assert shown["username"] == TEAM["username"] and shown["workspace_id"] == workspace
    assert shown["set_by"] == server.api("GET", "/me", owner).json()["id"] and "password" not in shown
    refused(get(server, workspace, stranger), 404, "not_found")
    # An administrator, who is no member.
    assert put(server, workspace).status_code == 200
    assert get(server, workspace, owner).json()["set_by"] == server.api("GET", "/me").json()["id"]
    path = f"/workspaces/{workspace}/registry-credentials"
    refused(server.api("DELETE", path, member), 403, "forbidden")
    assert server.api("DELETE", path).status_code == 204
    noted = [(row["action"], row["resource_id"], row.get("detail")) for row in events(server, workspace_id=workspace)
             if row["action"].startswith("registry_credentials.")]
    name = {"username": TEAM["username"]}
    assert noted == [("registry_credentials.delete", str(workspace), None),
                     *[("registry_credentials.set", str(workspace), name)] * 2]


def test_the_password_stands_nowhere_in_clear(server):
    workspace = server.workspace()
    assert put(server, workspace).status_code == 200
    assert put(server, workspace, {**TEAM, "password": "a wrong, secret word"}).status_code == 422
    sealed = psql(server.postgres, f"select sealed_password from workspace_registry_credentials where workspace_id = {workspace}")
    assert sealed and TEAM["password"].encode().hex() not in sealed[0][0]
    dump = subprocess.run(["pg_dump", "--data-only", "-d", server.postgres], capture_output=True, check=True, timeout=60)
    texts = [dump.stdout, pathlib.Path(f"{server.data}/drover.log").read_bytes()]
    for secret in (TEAM["password"], PASSWORD, "a wrong, secret word"):
        assert not any(secret.encode() in text for text in texts)


def test_guessing_is_bounded(server):
    _, owner = server.user()
    workspace = server.workspace(owner)
    codes = [put(server, workspace, {**TEAM, "password": f"guess {n}"}, owner).status_code for n in range(40)]
    assert codes[:30] == [422] * 30 and 429 in codes[30:]
    # For who guesses alone, and only while the registry is asked.
    assert put(server, server.workspace()).status_code == 200
    assert put(server, workspace, TEAM, owner, unchecked="true").status_code == 200
