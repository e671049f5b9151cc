"""The audit: who did what to which resource, from where, and whether it was allowed."""

import subprocess

import pytest

from drover_process import PASSWORD


def events(drover, **filters):
    rows, cursor = [], None
    while True:
        answer = drover.api("GET", "/audit-events", params={**filters, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        cursor = answer.json().get("next_cursor")
        if not cursor:
            return rows


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
