"""Workspaces and their members."""

import re
import uuid

import pytest

from servers import psql


def me(drover, token=None):
    return drover.api("GET", "/me", token).json()


def make(drover, name, token=None):
    answer = drover.api("POST", "/workspaces", token, json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer


def by_email(drover, email):
    return drover.api("GET", "/users", params={"email": email}).json()["items"][0]["id"]


def members(drover, workspace, token=None):
    answer = drover.api("GET", f"/workspaces/{workspace}/members", token)
    assert answer.status_code == 200, answer.text
    return {row["email"]: row["role"] for row in answer.json()["items"]}


@pytest.mark.proves("WS-02")
@pytest.mark.parametrize("name", ["a", "A-Z-0-9", "0", "x" * 63, "Workspace"])
def test_a_name_of_letters_digits_and_dashes_is_taken_as_it_is(drover, name):
    assert make(drover, name).json()["name"] == name


@pytest.mark.proves("WS-04")
def test_the_creator_is_the_owner(drover):
    email, token = drover.user()
    answer = make(drover, "mine", token)
    workspace = answer.json()
    assert workspace["role"] == "owner" and workspace["created_by"] == me(drover, token)["id"]
    assert members(drover, workspace["id"], token) == {email: "owner"}
    path = answer.headers["Location"].removeprefix("/api/v1")
    read = drover.api("GET", path, token)
    assert read.json() == workspace and read.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.proves("WS-03")
def test_many_workspaces_may_share_a_name(drover):
    _, token = drover.user()
    identities = {make(drover, "same", token).json()["id"] for _ in range(5)}
    assert len(identities) == 5 and all(isinstance(i, int) and i > 0 for i in identities)
    names = [row["name"] for row in drover.api("GET", "/workspaces", token).json()["items"] if row["id"] in identities]
    assert names == ["same"] * 5


@pytest.mark.proves("WS-05")
def test_the_list_shows_ones_own_in_order_of_creation_with_counts(drover):
    email, token = drover.user()
    _, other = drover.user()
    make(drover, "foreign", other)
    made = [make(drover, f"w{i}", token).json()["id"] for i in range(3)]
    version = drover.upload(made[1], token=token)
    drover.upload(made[1], token=token)  # A second version of the same model: it counts once.
    drover.pipeline(made[1], version["id"], token=token)
    drover.pipeline(made[1], version["id"], token=token)

    rows, cursor = [], None
    while not rows or cursor:
        page = drover.api("GET", "/workspaces", token, params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        rows, cursor = rows + page["items"], page.get("next_cursor")
    assert [row["id"] for row in rows][1:] == made and rows[0]["name"] == f"{email} - Default Workspace"
    assert [(row["model_count"], row["pipeline_count"]) for row in rows] == [(0, 0), (0, 0), (1, 2), (0, 0)]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row["created_at"]) for row in rows)
    assert sorted(row["created_at"] for row in rows) == [row["created_at"] for row in rows]
    for row in rows:  # The users of each.
        assert members(drover, row["id"], token) == {email: "owner"}


def test_a_workspace_shows_its_models_and_pipelines(drover):
    _, token = drover.user()
    workspace = make(drover, "full", token).json()
    assert {"name", "id", "archived", "created_by", "created_at"} <= set(workspace)
    assert workspace["archived"] is False and workspace["model_count"] == workspace["pipeline_count"] == 0
    path = f"/workspaces/{workspace['id']}"
    for noun in ("models", "pipelines"):
        assert drover.api("GET", f"{path}/{noun}", token).json() == {"items": []}
    version = drover.upload(workspace["id"], token=token)
    pipeline = drover.pipeline(workspace["id"], version["id"], token=token)
    model = drover.api("GET", f"{path}/models", token).json()["items"][0]
    assert model["name"] == version["name"]
    newest = drover.api("GET", f"/models/{model['id']}/versions", token).json()["items"][0]
    assert newest["id"] == version["id"] and newest["file_name"] == "model.onnx" and newest["created_at"]
    row = drover.api("GET", f"{path}/pipelines", token).json()["items"][0]
    assert row["id"] == pipeline["id"] and row["name"] == pipeline["name"] and row["created_at"]


@pytest.mark.proves("WS-08", "WS-11", "WS-13")
def test_an_owner_adds_a_user_who_then_sees_everything(drover):
    owner, token = drover.user()
    email, guest = drover.user()
    workspace, version, pipeline, publish = drover.published(token)
    path = f"/workspaces/{workspace}"
    assert drover.api("GET", path, guest).status_code == 404
    answer = drover.api("PUT", f"{path}/members/{by_email(drover, email)}", token, json={"role": "collaborator"})
    assert answer.status_code == 200 and answer.json()["email"] == email and answer.json()["role"] == "collaborator"
    assert members(drover, workspace, token) == members(drover, workspace, guest) == {owner: "owner", email: "collaborator"}
    assert drover.api("GET", path, guest).json()["role"] == "collaborator"
    for row in (f"/model-versions/{version['id']}", f"/pipelines/{pipeline['id']}", f"/publishes/{publish['id']}"):
        assert drover.api("GET", row, guest).status_code == 200


@pytest.mark.proves("WS-08")
def test_only_users_of_the_platform_can_be_added(drover):
    workspace = drover.workspace()
    answer = drover.api("PUT", f"/workspaces/{workspace}/members/{uuid.uuid4()}", json={"role": "collaborator"})
    assert answer.status_code == 404 and answer.json()["detail"] == "no such user"


@pytest.mark.proves("WS-09")
def test_a_removed_member_sees_nothing_any_more(drover):
    owner, token = drover.user()
    email, guest = drover.user()
    workspace = make(drover, "brief", token).json()["id"]
    member = f"/workspaces/{workspace}/members/{by_email(drover, email)}"
    drover.api("PUT", member, token, json={"role": "collaborator"})
    assert drover.api("GET", f"/workspaces/{workspace}", guest).status_code == 200
    assert drover.api("DELETE", member, token).status_code == 204
    assert members(drover, workspace, token) == {owner: "owner"}
    assert drover.api("GET", f"/workspaces/{workspace}", guest).status_code == 404
    assert drover.api("DELETE", member, token).json()["detail"] == "no such member"


def test_a_member_may_leave(drover):
    email, guest = drover.user()
    workspace = drover.workspace()
    member = f"/workspaces/{workspace}/members/{by_email(drover, email)}"
    drover.api("PUT", member, json={"role": "collaborator"})
    assert drover.api("DELETE", member, guest).status_code == 204
    assert email not in members(drover, workspace)


@pytest.mark.proves("WS-10", "WS-11")
def test_an_owner_is_added_or_promoted(drover):
    first, token = drover.user()
    added = drover.account()
    promoted, promoted_token = drover.user()
    workspace = make(drover, "shared", token).json()["id"]
    path = f"/workspaces/{workspace}"
    put = lambda email, role, by: drover.api("PUT", f"{path}/members/{by_email(drover, email)}", by, json={"role": role})
    assert put(added, "owner", token).status_code == 200
    assert put(promoted, "collaborator", token).status_code == 200
    change = {"json": {"name": "renamed"}, "headers": {"If-Match": drover.api("GET", path, token).headers["ETag"]}}
    assert drover.api("PATCH", path, promoted_token, **change).status_code == 403
    assert put(promoted, "owner", token).json()["role"] == "owner"
    assert members(drover, workspace, token) == {first: "owner", added: "owner", promoted: "owner"}
    assert drover.api("PATCH", path, promoted_token, **change).json()["name"] == "renamed"
    assert put(first, "collaborator", promoted_token).json()["role"] == "collaborator"


@pytest.mark.proves("MODEL-02")
def test_the_same_model_name_is_a_new_version_in_its_workspace_only(drover):
    first, second = drover.workspace(), drover.workspace()
    one, two, other = drover.upload(first), drover.upload(first), drover.upload(second)
    assert one["model_id"] == two["model_id"] != other["model_id"] and one["id"] != two["id"]
    rows = drover.api("GET", f"/models/{one['model_id']}/versions").json()["items"]
    assert [row["id"] for row in rows] == [two["id"], one["id"]]  # Newest first.
    assert drover.api("GET", f"/models/{one['model_id']}").json()["version_count"] == 2


@pytest.mark.proves("WS-12")
def test_work_goes_into_the_workspace_it_names(drover):
    first, second = drover.workspace(), drover.workspace()
    version = drover.upload(first)
    pipeline = drover.pipeline(second, drover.upload(second)["id"])
    assert version["workspace_id"] == first and pipeline["workspace_id"] == second
    count = lambda w: tuple(drover.api("GET", f"/workspaces/{w}").json()[k] for k in ("model_count", "pipeline_count"))
    assert count(first) == (1, 0) and count(second) == (1, 1)


@pytest.mark.proves("WS-14")
def test_a_workspace_can_be_archived_and_taken_back(drover):
    workspace = drover.workspace()
    path = f"/workspaces/{workspace}"

    def archive(value):
        answer = drover.api("PATCH", path, json={"archived": value},
                            headers={"If-Match": drover.api("GET", path).headers["ETag"]})
        assert answer.status_code == 200 and answer.json()["archived"] is value
        return drover.api("POST", f"{path}/pipelines", json={"name": f"p-{uuid.uuid4().hex[:6]}"})
    assert drover.api("GET", path).json()["archived"] is False
    refused = archive(True)
    assert refused.status_code == 409 and refused.json()["code"] == "workspace_archived"
    assert archive(False).status_code == 201


def test_two_changes_at_once_do_not_overwrite_each_other(drover):
    path = f"/workspaces/{drover.workspace()}"
    tag = drover.api("GET", path).headers["ETag"]
    answers = [drover.api("PATCH", path, json={"name": name}, headers={"If-Match": tag}) for name in ("one", "two")]
    assert [a.status_code for a in answers] == [200, 412]
    assert drover.api("GET", path).json()["name"] == "one"


@pytest.mark.proves("WS-05")
def test_the_list_names_the_users_of_each(drover):
    ada, token = drover.user()
    bob = drover.account()
    workspace = make(drover, "together", token).json()
    assert workspace["users"] == [ada] and workspace["user_count"] == 1
    drover.api("PUT", f"/workspaces/{workspace['id']}/members/{bob}", token, json={"role": "collaborator"})
    rows = drover.api("GET", "/workspaces", token).json()["items"]
    assert [row["users"] for row in rows] == [[ada], [ada, bob]]
    assert drover.api("GET", f"/workspaces/{workspace['id']}", token).json() == rows[1]
    assert rows[1]["name"] == "together" and rows[1]["created_at"] and rows[1]["model_count"] == rows[1]["pipeline_count"] == 0


@pytest.mark.proves("WS-08", "WS-09", "WS-10")
def test_members_are_named_by_email(drover):
    owner, token = drover.user()
    email, guest = drover.user()
    workspace = make(drover, "by-mail", token).json()["id"]
    path = f"/workspaces/{workspace}/members"
    added = drover.api("PUT", f"{path}/{email.upper()}", token, json={"role": "collaborator"})
    assert added.status_code == 200 and added.json()["email"] == email and added.json()["role"] == "collaborator"
    assert drover.api("GET", f"/workspaces/{workspace}", guest).json()["users"] == [owner, email]
    assert drover.api("PUT", f"{path}/{email.replace('@', '%40')}", token, json={"role": "owner"}).json()["role"] == "owner"
    assert members(drover, workspace, token) == {owner: "owner", email: "owner"}
    assert drover.api("DELETE", f"{path}/{owner}", guest).status_code == 204
    assert drover.api("GET", f"/workspaces/{workspace}", token).status_code == 404
    last = drover.api("DELETE", f"{path}/{email}", guest)
    assert last.status_code == 409 and last.json()["code"] == "last_owner"
    for method, detail in (("PUT", "no such user"), ("DELETE", "no such member")):
        unknown = drover.api(method, f"{path}/nobody@example.com", guest, json={"role": "owner"})
        assert unknown.status_code == 404 and unknown.json()["detail"] == detail
    assert drover.api("DELETE", f"{path}/{owner}", guest).json()["detail"] == "no such member"
    for nonsense in ("x", "a@b@c", "%40", "%ff@example.com", "ad\u0430@example.com", "a%0Ab@example.com"):
        assert drover.api("PUT", f"{path}/{nonsense}", guest, json={"role": "owner"}).status_code == 404


def test_an_email_with_a_plus_sign_is_that_user(drover):
    email = f"ada+{uuid.uuid4().hex}@example.com"
    assert drover.api("POST", "/users", json={"email": email}).status_code == 201
    workspace = drover.workspace()
    for spelling in (email, email.replace("+", "%2B")):
        answer = drover.api("PUT", f"/workspaces/{workspace}/members/{spelling}", json={"role": "collaborator"})
        assert answer.status_code == 200 and answer.json()["email"] == email


@pytest.mark.proves("WS-06")
def test_a_workspace_is_read_with_all_that_is_in_it(drover):
    """Its own members, and its two lists: what an SDK's current workspace is made of, without a request for each row."""
    email, token = drover.user()
    workspace = make(drover, "whole", token).json()["id"]
    drover.upload(workspace, "embedder", token=token)
    newest = [drover.upload(workspace, name, token=token) for name in ("embedder", "smodel")]
    pipeline = drover.pipeline(workspace, newest[0]["id"], token=token)
    path = f"/workspaces/{workspace}"
    read = drover.api("GET", path, token).json()
    assert (read["name"], read["id"], read["archived"], read["users"]) == ("whole", workspace, False, [email])
    assert read["created_by"] == me(drover, token)["id"] and read["created_at"]
    models = drover.api("GET", f"{path}/models", token).json()["items"]
    assert [(m["name"], m["latest_version"], m["updated_at"]) for m in models] == [
        (v["name"], {"id": v["id"], "file_name": "model.onnx"}, v["created_at"]) for v in newest]
    row, = drover.api("GET", f"{path}/pipelines", token).json()["items"]
    assert row == {**pipeline, "tags": []}
    assert row["latest_version"]["steps"][0]["model_inference"]["models"][0]["version"] == newest[0]["id"]


@pytest.mark.proves("WS-14")
def test_the_list_can_leave_out_archived_workspaces_or_all_others(drover):
    _, token = drover.user()
    kept, archived = (make(drover, name, token).json()["id"] for name in ("kept", "archived"))
    drover.api("PATCH", f"/workspaces/{archived}", token, json={"archived": True}, headers={"If-Match": "*"})

    def listed(**params):
        rows, cursor, first = [], None, True
        while first or cursor:
            page = drover.api("GET", "/workspaces", token, params={
                "limit": 1, **params, **({"cursor": cursor} if cursor else {})}).json()
            rows, cursor, first = rows + page["items"], page.get("next_cursor"), False
        return [row["id"] for row in rows]
    assert listed(archived="true") == [archived]
    assert listed(archived="false")[1:] == [kept] and listed()[1:] == [kept, archived]
    for bad in ("1", "True", ""):
        answer = drover.api("GET", "/workspaces", token, params={"archived": bad})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "archived"


@pytest.mark.proves("WS-01", "WS-11", "WS-13")
@pytest.mark.parametrize("method, path, body, statuses", [
    # nobody, a stranger, an administrator who is no member, a collaborator, an owner
    ("GET", "", None, (401, 404, 404, 200, 200)),
    ("GET", "/members", None, (401, 404, 404, 200, 200)),
    ("GET", "/models", None, (401, 404, 404, 200, 200)),
    ("GET", "/pipelines", None, (401, 404, 404, 200, 200)),
    ("PATCH", "", {"name": "renamed"}, (401, 404, 404, 403, 200)),
    ("PATCH", "", {"archived": False}, (401, 404, 404, 403, 200)),
    ("PUT", "/members/{third}", {"role": "collaborator"}, (401, 404, 404, 403, 200)),
    ("PUT", "/members/{third}", {"role": "owner"}, (401, 404, 404, 403, 200)),
    ("DELETE", "/members/{third}", None, (401, 404, 404, 403, 204)),
    ("DELETE", "/members/{owner}", None, (401, 404, 404, 403, 204)),
])
def test_what_each_role_may_do_in_a_workspace(drover, method, path, body, statuses):
    owner, token = drover.user()
    helper, guest = drover.user()
    third = drover.account()
    _, stranger = drover.user()
    workspace = make(drover, "roles", token).json()["id"]
    for email, role in ((helper, "collaborator"), (third, "owner")):
        drover.api("PUT", f"/workspaces/{workspace}/members/{email}", token, json={"role": role})
    path = f"/workspaces/{workspace}" + path.format(owner=owner, third=third)
    got = [drover.api(method, path, who, json=body, headers={"If-Match": "*"}).status_code
           for who in (False, stranger, None, guest, token)]
    assert tuple(got) == statuses


def test_members_come_in_pages(drover):
    owner, token = drover.user()
    workspace = drover.workspace(token)
    emails = [owner] + [drover.account() for _ in range(4)]
    for email in emails[1:]:
        answer = drover.api("PUT", f"/workspaces/{workspace}/members/{by_email(drover, email)}", token,
                            json={"role": "collaborator"})
        assert answer.status_code == 200, answer.text
    path, seen = f"/workspaces/{workspace}/members?limit=2", []
    page = drover.api("GET", path, token).json()
    while True:
        assert len(page["items"]) <= 2
        seen += [m["email"] for m in page["items"]]
        if "next_cursor" not in page:
            break
        page = drover.api("GET", f"{path}&cursor={page['next_cursor']}", token).json()
    assert seen == emails
    bad = drover.api("GET", f"{path}&cursor=nonsense", token)
    assert bad.status_code == 422 and bad.json()["errors"][0]["field"] == "cursor"


def test_a_workspace_of_many_shows_a_hundred_members_and_how_many_there_are(drover):
    _, token = drover.user()
    workspace = make(drover, "crowd", token).json()["id"]
    psql(drover.postgres, f"""
        with made as (
            insert into users (id, email, name, is_admin, active, created_at, updated_at)
            select id, id || '@example.com', 'x', false, false, now(), now()
            from (select gen_random_uuid() from generate_series(1, 120)) u (id) returning id)
        insert into workspace_members select {workspace}, id, 'collaborator', now() from made""")
    shown = drover.api("GET", f"/workspaces/{workspace}", token).json()
    assert len(shown["users"]) == 100 and shown["user_count"] == 121
    assert shown["users"][0] == me(drover, token)["email"]  # Who came first.
    assert drover.api("GET", "/workspaces", token).json()["items"][-1] == shown
