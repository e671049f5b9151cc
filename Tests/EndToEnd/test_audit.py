"""The audit: who did what to which resource, from where, and whether it was allowed."""

import subprocess

import pytest

from drover_process import PASSWORD
from page_client import PageClient


def events(drover, sign_ins=False, **filters):
    """Newest first. Everybody has signed in, which only a test of that wants to see."""
    rows, cursor = [], None
    while True:
        answer = drover.api("GET", "/audit-events", params={**filters, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        cursor = answer.json().get("next_cursor")
        if not cursor:
            return [r for r in rows if sign_ins or "action" in filters or not r["action"].startswith("sign_in.")]


def me(drover, token):
    return drover.api("GET", "/me", token).json()["id"]


def test_each_change_is_noted_with_its_actor_and_request(drover):
    _, token = drover.user()
    workspace, version, pipeline, publish = drover.published(token)
    edge, _ = drover.edge(publish["id"], token)
    renamed = drover.api("PATCH", f"/workspaces/{workspace}", token, json={"name": "new-name"}, headers={"If-Match": "*"})
    drover.api("DELETE", f"/publishes/{publish['id']}/edges/{edge['name']}", token)
    rows = events(drover, actor_id=me(drover, token))
    assert [(r["action"], r["resource_id"]) for r in reversed(rows)] == [
        ("workspace.create", str(workspace)), ("model_version.create", version["id"]),
        ("pipeline.create", str(pipeline["id"])), ("publish.create", str(publish["id"])), ("edge.create", edge["id"]),
        ("workspace.update", str(workspace)), ("edge.remove", edge["id"])]
    assert all(r["outcome"] == "done" and r["actor"]["kind"] == "user" and r["workspace_id"] == workspace for r in rows)
    assert rows[1]["request_id"] == renamed.headers["X-Request-Id"]
    assert events(drover, workspace_id=workspace, action="edge.create") == [rows[2]]
    assert events(drover, resource_kind="publish", resource_id=publish["id"]) == [rows[3]]
    assert events(drover, workspace_id=workspace, since=rows[0]["at"]) == [rows[0]]
    assert rows[0] not in events(drover, workspace_id=workspace, until=rows[0]["at"])
    assert events(drover, workspace_id=workspace, limit=2) == rows


def test_what_is_not_allowed_is_noted_and_what_fails_otherwise_is_not(drover):
    _, owner = drover.user()
    email, guest = drover.user()
    workspace = drover.workspace(owner)
    guest_id = me(drover, guest)
    path = f"/workspaces/{workspace}/members/{guest_id}"
    drover.api("PUT", path, owner, json={"role": "collaborator"})
    refused = drover.api("PUT", path, guest, json={"role": "owner"})
    assert refused.status_code == 403
    assert drover.api("PUT", path, guest, json={"role": "king"}).status_code == 422
    rows = events(drover, actor_id=guest_id)
    assert [(r["action"], r["outcome"], r["code"], r["resource_id"]) for r in rows] == [
        ("request.refuse", "refused", "forbidden", "PUT /api/v1/workspaces/{workspace_id}/members/{user_id}")]
    assert rows[0]["request_id"] == refused.headers["X-Request-Id"]
    assert events(drover, outcome="refused", actor_id=guest_id) == rows


def test_secrets_are_noted_as_read_but_never_shown(drover):
    _, token = drover.user()
    secret = "s3cret-in-the-details"
    made = drover.api("POST", "/connections", token, json={
        "name": f"audited-{secret[:3]}", "type": "HTTP", "details": {"password": secret}}).json()
    assert drover.api("GET", f"/connections/{made['id']}/details", token).json() == {"password": secret}
    rows = events(drover, actor_id=me(drover, token))
    assert [r["action"] for r in rows] == ["connection.reveal", "connection.create"]
    assert rows[0]["request_id"] and secret not in str(rows)


def test_accounts_and_edges_are_noted(drover, tmp_path):
    email, token = drover.user()
    user = me(drover, token)
    assert drover.api("PATCH", f"/users/{user}", json={"active": False}, headers={"If-Match": "*"}).status_code == 200
    assert [r["action"] for r in events(drover, resource_kind="user", resource_id=user)] == ["user.update", "user.create"]
    _, _, _, publish = drover.published()
    edge, bundle = drover.edge(publish["id"])
    assert drover.engine("join", persist=tmp_path, bundle=bundle).returncode == 0
    rows = events(drover, actor_id=edge["id"])
    assert [(r["action"], r["actor"]["kind"]) for r in rows] == [("edge.attest", "edge")]
    assert PASSWORD not in str(events(drover))


def test_only_administrators_read_it_and_bad_filters_are_named(drover):
    _, token = drover.user()
    assert drover.api("GET", "/audit-events", token).status_code == 403
    assert drover.api("GET", "/audit-events", False).status_code == 401
    for name, value in [("actor_id", "x"), ("action", "made.up"), ("outcome", "maybe"), ("workspace_id", "-1"),
                        ("since", "yesterday"), ("resource_kind", "")]:
        answer = drover.api("GET", "/audit-events", params={name: value})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == name, (name, answer.text)


@pytest.mark.parametrize("statement", [
    "update audit_events set action = 'x'", "delete from audit_events", "truncate audit_events"])
def test_not_even_the_superuser_changes_a_row_by_accident(drover, statement):
    drover.workspace()
    done = subprocess.run(["psql", "-XqAt", drover.postgres, "-c", statement], capture_output=True, text=True)
    assert done.returncode != 0 and "append-only" in done.stderr


def test_a_row_says_what_of_the_resource_changed_and_nothing_is_noted_for_nothing(drover):
    _, owner = drover.user()
    guest = me(drover, drover.user()[1])
    workspace, version, pipeline, _ = drover.published(owner)
    tag = drover.api("POST", "/tags", owner, json={"tag": f"detail-{workspace}"}).json()["id"]
    connection = drover.api("POST", "/connections", owner, json={
        "name": f"detail-{workspace}", "type": "HTTP", "details": {"a": 1}}).json()["id"]
    member = f"/workspaces/{workspace}/members/{guest}"
    for _ in range(2):  # The second of each changes nothing.
        drover.api("PUT", f"/model-versions/{version['id']}/tags/{tag}", owner)
        drover.api("PUT", f"/pipelines/{pipeline['id']}/tags/{tag}", owner)
        drover.api("PUT", member, owner, json={"role": "collaborator"})
        drover.api("PUT", f"/workspaces/{workspace}/connections/{connection}", owner)
    drover.api("PUT", member, owner, json={"role": "owner"})
    for _ in range(2):
        drover.api("DELETE", f"/pipelines/{pipeline['id']}/tags/{tag}", owner)
        drover.api("DELETE", f"/workspaces/{workspace}/connections/{connection}", owner)
        drover.api("PATCH", f"/workspaces/{workspace}", owner, json={"archived": True}, headers={"If-Match": "*"})
    rows = [r for r in reversed(events(drover, actor_id=me(drover, owner), workspace_id=workspace))
            if r["action"].split(".")[0] in ("tag", "member", "connection") or r["action"] == "workspace.update"]
    assert [(r["action"], r["resource_kind"], r["resource_id"], r.get("detail")) for r in rows] == [
        ("tag.add", "model version", version["id"], {"tag_id": str(tag)}),
        ("tag.add", "pipeline", str(pipeline["id"]), {"tag_id": str(tag)}),
        ("member.set", "member", guest, {"role": "collaborator"}),
        ("connection.attach", "connection", str(connection), None),
        ("member.set", "member", guest, {"role": "owner", "role_before": "collaborator"}),
        ("tag.remove", "pipeline", str(pipeline["id"]), {"tag_id": str(tag)}),
        ("connection.detach", "connection", str(connection), None),
        ("workspace.update", "workspace", str(workspace), {"archived": "true", "archived_before": "false"})]


def test_changes_of_users_say_what_changed(drover):
    _, token = drover.user()
    user = me(drover, token)
    for change in ({"name": "Grace"}, {"is_admin": True}, {"is_admin": True}, {"active": False}):
        answer = drover.api("PATCH", f"/users/{user}", json=change, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
    rows = events(drover, resource_kind="user", resource_id=user, action="user.update")
    assert [r["detail"] for r in reversed(rows)][1:] == [
        {"is_admin": "true", "is_admin_before": "false"}, {"active": "false", "active_before": "true"}]
    assert rows[-1]["detail"]["name"] == "Grace"


def test_the_same_refusal_again_and_again_is_one_row_a_minute(drover):
    _, token = drover.user()
    for _ in range(20):
        assert drover.api("POST", "/users", token, json={"email": "x@example.com"}).status_code == 403
    rows = events(drover, actor_id=me(drover, token), outcome="refused")
    assert len(rows) <= 3 and sum(r.get("repeats", 1) for r in rows) == 20  # The minute may end in between.


@pytest.mark.parametrize("path", ["details", "details/", "%64etails", "/details"])
def test_a_secret_is_noted_with_its_request_however_the_path_is_written(drover, path):
    _, token = drover.user()
    made = drover.api("POST", "/connections", token, json={
        "name": f"path-{me(drover, token)}-{len(path)}-{path[0] == '%'}"[:60], "type": "HTTP", "details": {"a": 1}}).json()
    answer = drover.api("GET", f"/connections/{made['id']}/{path}", token)
    rows = events(drover, actor_id=me(drover, token), action="connection.reveal")
    assert len(rows) == (1 if answer.status_code == 200 else 0)
    assert all(r["request_id"] == answer.headers["X-Request-Id"] for r in rows)
    assert path.startswith("%") or answer.status_code == 200


def test_calls_beside_the_api_are_noted_with_their_request(drover):
    email, token = drover.user()
    user = me(drover, token)
    realm = f"{drover.url}/auth/admin/realms/master/users/{user}"
    headers = {"Authorization": f"Bearer {drover.token()}"}
    done = drover.session.put(realm, json={"enabled": False}, headers=headers)
    assert done.status_code == 204
    drover.session.put(realm, json={"enabled": True}, headers=headers)
    (row,) = [r for r in events(drover, resource_kind="user", resource_id=user, action="user.update")
              if r["detail"]["active"] == "false"]
    assert row["request_id"] == done.headers["X-Request-Id"]
    _, other = drover.user()
    refused = drover.session.put(realm, json={"enabled": False}, headers={"Authorization": f"Bearer {other}"})
    assert refused.status_code == 403
    (row,) = events(drover, actor_id=me(drover, other), outcome="refused")
    assert row["request_id"] == refused.headers["X-Request-Id"]
    link = drover.api("POST", f"/users/{user}/password-reset").json()
    accepted = drover.api("POST", "/invitations/accept", False, json={"token": link["token"], "password": PASSWORD})
    assert accepted.status_code == 200, accepted.text
    (row,) = events(drover, resource_kind="user", resource_id=user, action="password.accept")
    assert row["request_id"] == accepted.headers["X-Request-Id"] and link["token"] not in str(row)


def test_signing_in_and_out_is_noted(drover):
    email, token = drover.user()
    user = me(drover, token)
    browser = PageClient(drover)
    assert browser.sign_in(email, "wrong horse battery").status == 400
    assert browser.sign_in(email).status == 303
    browser.submit(browser.get("/account"), "/sign-out")
    rows = events(drover, sign_ins=True, actor_id=user)
    assert [(r["action"], r.get("detail", {}).get("kind")) for r in reversed(rows)] == [
        ("sign_in.create", "password"), ("sign_in.create", "browser"), ("sign_in.end", None)]
    assert all(r["request_id"] for r in rows) and rows[0]["resource_id"] == rows[1]["resource_id"]
    (refused,) = events(drover, resource_kind="user", resource_id=user, action="sign_in.refuse")
    assert refused["code"] == "bad_credentials" and refused["actor"] == {"kind": "anonymous"} and refused["request_id"]


@pytest.mark.parametrize("statement", [
    "update audit_events set repeats = repeats + 1 where outcome = 'done'",
    "update audit_events set repeats = repeats + 2 where outcome = 'refused'",
    "update audit_events set repeats = repeats + 1, code = 'x' where outcome = 'refused'"])
def test_a_row_s_count_only_goes_up_by_one(drover, statement):
    _, token = drover.user()
    drover.api("POST", "/users", token, json={"email": "x@example.com"})
    done = subprocess.run(["psql", "-XqAt", drover.postgres, "-c", statement], capture_output=True, text=True)
    assert done.returncode != 0 and "append-only" in done.stderr
