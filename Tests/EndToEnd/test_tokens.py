"""Personal access tokens and service accounts: what they reach, when they end, and who has to do with them."""

import datetime
import itertools
import pathlib
import re
import time
import uuid

import pytest
import requests

from drover_process import PASSWORD, eventually
from page_client import PageClient
from servers import psql
from test_audit import events
from test_refusals import refused
from test_users import patch, realm

MAY_NOT = "a token can't do this; sign in"
_numbers = itertools.count(1)


def make(drover, owner, access="write", path="/me", **more):
    answer = drover.api("POST", f"{path}/tokens", owner, json={"name": f"t{next(_numbers)}", "access": access, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def service_account(drover, owner, workspace, name=None):
    answer = drover.api("POST", f"/workspaces/{workspace}/service-accounts", owner,
                        json={"name": name or f"sa-{next(_numbers)}"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def me(drover, token):
    return drover.api("GET", "/me", token).json()


def after(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


def workspaces(drover, token):
    return {w["id"] for w in drover.api("GET", "/workspaces", token).json()["items"]}


@pytest.fixture
def person(drover):
    """Somebody with two workspaces beside the default one: (token of the sign-in, one, the other)."""
    _, token = drover.user()
    return token, drover.workspace(token), drover.workspace(token)


# --- What a token reaches ---

def test_a_token_acts_as_its_user(drover, person):
    owner, one, two = person
    made = make(drover, owner)
    assert re.fullmatch(r"drp_[A-Za-z0-9_-]{49}", made["token"]) and made["token"].startswith(made["hint"])
    assert me(drover, made["token"]) == me(drover, owner)
    assert workspaces(drover, made["token"]) == workspaces(drover, owner) >= {one, two}
    drover.workspace(made["token"])
    drover.upload(one, token=made["token"])


def test_a_token_of_some_workspaces_finds_no_others(drover, person):
    owner, one, two = person
    there = drover.upload(two, token=owner)
    token = make(drover, owner, workspace_ids=[one])["token"]
    assert workspaces(drover, token) == {one}
    mine = drover.upload(one, token=token)
    pipeline = drover.pipeline(one, mine["id"], token=token)
    assert drover.api("GET", f"/pipelines/{pipeline['id']}", token).status_code == 200
    for path in (f"/workspaces/{two}", f"/workspaces/{two}/models", f"/workspaces/{two}/members",
                 f"/models/{there['model_id']}", f"/model-versions/{there['id']}"):
        refused(drover.api("GET", path, token), 404, "not_found")
        assert drover.api("GET", path, owner).status_code == 200
    refused(drover.api("POST", f"/workspaces/{two}/pipelines", token, json={"name": "p"}), 404, "not_found")
    refused(drover.api("PATCH", f"/workspaces/{two}", token, json={"name": "x"}, headers={"If-Match": "*"}), 404, "not_found")
    listed = drover.api("GET", "/model-versions", token, params={"tag": ""})
    assert there["id"] not in listed.text


def test_a_token_of_some_workspaces_changes_nothing_that_belongs_to_none(drover, person):
    owner, one, _ = person
    token = make(drover, owner, workspace_ids=[one])["token"]
    connection = {"name": f"c-{uuid.uuid4()}", "type": "HTTP", "details": {"password": "geheim"}}
    refused(drover.api("POST", "/workspaces", token, json={"name": "more"}), 403, "forbidden")
    refused(drover.api("POST", "/connections", token, json=connection), 403, "forbidden")
    made = drover.api("POST", "/connections", owner, json=connection).json()["id"]
    refused(drover.api("DELETE", f"/connections/{made}", token), 403, "forbidden")
    refused(drover.api("GET", f"/connections/{made}/details", token), 403, "forbidden")
    assert drover.api("PUT", f"/workspaces/{one}/connections/{made}", owner).status_code == 204
    assert drover.api("GET", f"/connections/{made}/details", token).status_code == 200


def test_leaving_a_workspace_ends_what_a_token_reaches_there(drover, person):
    owner, one, _ = person
    email, guest = drover.user()
    assert drover.api("PUT", f"/workspaces/{one}/members/{email}", owner, json={"role": "collaborator"}).status_code == 200
    token = make(drover, guest, workspace_ids=[one])["token"]
    assert workspaces(drover, token) == {one}
    assert drover.api("DELETE", f"/workspaces/{one}/members/{email}", owner).status_code == 204
    assert workspaces(drover, token) == set()


# --- Reading only ---

def test_a_token_that_may_read_changes_nothing(drover, person):
    owner, one, _ = person
    version = drover.upload(one, token=owner)
    token = make(drover, owner, "read")["token"]
    assert drover.api("GET", f"/model-versions/{version['id']}", token).status_code == 200
    for method, path, body in (
            ("POST", "/workspaces", {"name": "w"}), ("PATCH", f"/workspaces/{one}", {"name": "w"}),
            ("POST", "/tags", {"tag": "t"}), ("POST", f"/workspaces/{one}/pipelines", {"name": "p"}),
            ("DELETE", f"/workspaces/{one}/members/{me(drover, owner)['id']}", None)):
        answer = drover.api(method, path, token, json=body, headers={"If-Match": "*", "Idempotency-Key": "k"})
        refused(answer, 403, "forbidden")
        assert answer.json()["detail"] == "the token may only read"
    assert drover.api("GET", f"/workspaces/{one}", token).json()["name"] != "w"
    noted = events(drover, actor_id=me(drover, owner)["id"], outcome="refused")
    assert len(noted) == 5


def test_a_token_that_may_read_is_shown_no_sealed_secret(drover, person):
    owner, _, _ = person
    body = {"name": f"c-{uuid.uuid4()}", "type": "HTTP", "details": {"password": "geheim"}}
    made = drover.api("POST", "/connections", owner, json=body).json()["id"]
    token = make(drover, owner, "read")["token"]
    assert drover.api("GET", f"/connections/{made}", token).status_code == 200
    for path in (f"/connections/{made}/details", f"/connections/{made}/details/"):
        answer = drover.api("GET", path, token)
        assert answer.status_code in (403, 404) and "geheim" not in answer.text
    assert drover.api("GET", f"/connections/{made}/details", make(drover, owner)["token"]).status_code == 200


# --- What no token may ---

@pytest.mark.parametrize("access", ["read", "write"])
def test_a_token_has_nothing_to_do_with_accounts_and_tokens(drover, person, access):
    owner, one, _ = person
    made = make(drover, owner, access)
    account = service_account(drover, owner, one)["id"]
    identity = me(drover, owner)["id"]
    for method, path, body in (
            ("GET", "/me/tokens", None), ("POST", "/me/tokens", {"name": "t", "access": "write"}),
            ("DELETE", f"/me/tokens/{made['id']}", None),
            ("POST", "/me/password", {"current_password": PASSWORD, "new_password": "another long password"}),
            ("PATCH", f"/users/{identity}", {"name": "Eve"}),
            ("POST", f"/workspaces/{one}/service-accounts", {"name": "more"}),
            ("PATCH", f"/service-accounts/{account}", {"active": False}),
            ("GET", f"/service-accounts/{account}/tokens", None),
            ("POST", f"/service-accounts/{account}/tokens", {"name": "t", "access": "write"})):
        answer = drover.api(method, path, made["token"], json=body, headers={"If-Match": "*"})
        refused(answer, 403, "forbidden")
        assert answer.json()["detail"] == MAY_NOT or access == "read", path


def test_an_administrator_s_token_does_not_administer(drover):
    email, signed_in = drover.user()
    identity = me(drover, signed_in)["id"]
    assert patch(drover, identity, is_admin=True).status_code == 200
    token = make(drover, signed_in)["token"]
    assert drover.api("GET", "/audit-events", signed_in).status_code == 200
    refused(drover.api("GET", "/audit-events", token), 403, "forbidden")
    refused(drover.api("POST", "/users", token, json={"email": f"{uuid.uuid4()}@example.com"}), 403, "forbidden")
    refused(drover.api("POST", f"/users/{identity}/password-reset", token), 403, "forbidden")
    refused(patch(drover, identity, token, is_admin=True), 403, "forbidden")
    refused(realm(drover, "PUT", f"/{identity}", token, json={"enabled": True}), 403, "forbidden")
    foreign = drover.api("POST", "/tags", json={"tag": f"t-{uuid.uuid4()}"}).json()["id"]
    refused(drover.api("DELETE", f"/tags/{foreign}", token), 403, "forbidden")
    assert drover.api("DELETE", f"/tags/{foreign}", signed_in).status_code == 204


def test_a_token_is_no_identity_of_openid_connect(drover, person):
    token = make(drover, person[0])["token"]
    base = f"{drover.url}/auth/realms/master/protocol/openid-connect"
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{base}/userinfo", headers=headers, timeout=30).status_code == 403
    for data in ({"grant_type": "refresh_token", "refresh_token": token},
                 {"grant_type": "password", "username": me(drover, person[0])["email"], "password": token}):
        assert requests.post(f"{base}/token", data={"client_id": "sdk-client", **data}, timeout=30).status_code == 400


# --- How it ends ---

def test_an_expired_token_is_refused(drover, person):
    made = make(drover, person[0], expires_at=after(3600))
    assert drover.api("GET", "/me", made["token"]).status_code == 200
    psql(drover.postgres, f"update api_tokens set expires_at = now() where id = '{made['id']}'")
    eventually(lambda: drover.api("GET", "/me", made["token"]).status_code == 401, 10)


def test_a_revoked_token_is_refused_at_once(drover, person):
    owner, _, _ = person
    made, kept = make(drover, owner), make(drover, owner)
    assert drover.api("GET", "/me", made["token"]).status_code == 200
    assert drover.api("DELETE", f"/me/tokens/{made['id']}", owner).status_code == 204
    refused(drover.api("GET", "/me", made["token"]), 401, "unauthenticated")
    assert drover.api("GET", "/me", kept["token"]).status_code == 200
    refused(drover.api("DELETE", f"/me/tokens/{made['id']}", owner), 404, "not_found")
    assert made["id"] not in drover.api("GET", "/me/tokens", owner).text


def test_a_deactivated_owner_s_tokens_are_refused_for_good(drover):
    email, owner = drover.user()
    identity = me(drover, owner)["id"]
    token = make(drover, owner)["token"]
    assert drover.api("GET", "/me", token).status_code == 200
    assert patch(drover, identity, active=False).status_code == 200
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    assert patch(drover, identity, active=True).status_code == 200
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    assert drover.token(email)


def test_a_new_password_leaves_tokens_and_a_reset_ends_them(drover):
    email, owner = drover.user()
    token = make(drover, owner)["token"]
    assert drover.api("POST", "/me/password", owner, json={
        "current_password": PASSWORD, "new_password": "another long password"}).status_code == 204
    assert drover.api("GET", "/me", token).status_code == 200
    assert drover.api("POST", f"/users/{me(drover, token)['id']}/password-reset").status_code == 201
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")


@pytest.mark.parametrize("token", ["drp_", "drp_" + "A" * 49, "drp_" + "A" * 5000, "DRP_" + "A" * 49], ids=lambda t: t[:8] + str(len(t)))
def test_what_is_no_token_is_refused_like_any_other(drover, token):
    answer = drover.api("GET", "/me", token)
    refused(answer, 401, "unauthenticated")
    assert answer.json()["detail"] == drover.api("GET", "/me", "nonsense").json()["detail"]


# --- Making, listing, secrets ---

@pytest.mark.parametrize("change, field, rule", [
    ({"name": ""}, "name", "display_text"), ({"name": "a\nb"}, "name", "display_text"),
    ({"access": "admin"}, "access", "one_of"), ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "future"),
    ({"expires_at": "soon"}, "expires_at", "value"), ({"workspace_ids": []}, "workspace_ids", "count"),
    ({"workspace_ids": [1] * 2}, "workspace_ids", "count"), ({"workspace_ids": [2**62]}, "workspace_ids[0]", "member"),
    ({"workspace_ids": ["x"]}, "workspace_ids[0]", "type")], ids=str)
def test_bad_input_names_field_and_rule(drover, person, change, field, rule):
    body = {"name": "t", "access": "read", **change}
    refused(drover.api("POST", "/me/tokens", person[0], json=body), 422, "invalid", field, rule)


def test_a_workspace_of_others_is_refused_like_one_that_is_not_there(drover, person):
    owner, one, _ = person
    foreign = drover.workspace()
    answer = drover.api("POST", "/me/tokens", owner, json={"name": "t", "access": "read", "workspace_ids": [one, foreign]})
    refused(answer, 422, "invalid", "workspace_ids[1]", "member")
    assert "workspace_ids[0]" not in answer.text


def test_a_list_goes_by_pages_newest_first_and_shows_no_secret(drover, person):
    owner, one, _ = person
    made = [make(drover, owner, "read", workspace_ids=[one]), *(make(drover, owner) for _ in range(4))]
    seen, cursor = [], None
    while True:
        page = drover.api("GET", "/me/tokens", owner, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        assert all(token["token"] not in page.text for token in made) and '"token"' not in page.text
        seen += page.json()["items"]
        cursor = page.json().get("next_cursor")
        if not cursor:
            break
    assert [row["id"] for row in seen] == [token["id"] for token in reversed(made)]
    assert seen[-1]["workspace_ids"] == [one] and "workspace_ids" not in seen[0]
    refused(drover.api("GET", "/me/tokens", owner, params={"cursor": "nonsense"}), 422, "invalid", "cursor", "cursor")


def test_nobody_sees_or_ends_tokens_of_others(drover, person):
    made = make(drover, person[0])
    _, other = drover.user()
    for who in (other, None):
        refused(drover.api("DELETE", f"/me/tokens/{made['id']}", who), 404, "not_found")
        assert made["id"] not in drover.api("GET", "/me/tokens", who).text
    assert drover.api("GET", "/me", made["token"]).status_code == 200


def test_the_last_use_is_kept_within_ten_minutes(drover, person):
    owner, _, _ = person
    made = make(drover, owner)
    assert "last_used_at" not in drover.api("GET", "/me/tokens", owner).json()["items"][0]
    for _ in range(5):
        drover.api("GET", "/me", made["token"])
    first = drover.api("GET", "/me/tokens", owner).json()["items"][0]["last_used_at"]
    psql(drover.postgres, f"update api_tokens set last_used_at = now() - interval '1 hour' where id = '{made['id']}'")

    def used_again():
        drover.api("GET", "/me", made["token"])
        return drover.api("GET", "/me/tokens", owner).json()["items"][0]["last_used_at"] > first
    eventually(used_again, 10, 0.2)


def test_a_secret_stands_only_in_the_answer_to_its_making(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)["id"]
    secrets = []
    for path in ("/me", f"/service-accounts/{account}"):
        key = {"Idempotency-Key": f"key-{uuid.uuid4()}"}
        body = {"name": "once", "access": "write"}
        made = drover.api("POST", f"{path}/tokens", owner, json=body, headers=key)
        assert made.status_code == 201, made.text
        again = drover.api("POST", f"{path}/tokens", owner, json=body, headers=key)
        refused(again, 409, "request_in_progress")
        secrets.append(made.json()["token"])
    rows = drover.api("GET", "/me/tokens", owner).json()["items"]
    assert len(rows) == 1
    kept = psql(drover.postgres, "select count(*) from idempotency_keys where sealed_body is not null and user_id = "
                                 f"'{me(drover, owner)['id']}'")
    assert kept == [["0"]]
    log = pathlib.Path(drover.data, "drover.log").read_text()
    dump = "\n".join("\t".join(row) for row in psql(drover.postgres, "select t::text from api_tokens t"))
    audit = drover.api("GET", "/audit-events", params={"limit": 1000}).text
    for secret in secrets:
        for place in (log, dump, audit):
            assert secret not in place and secret[8:] not in place


def test_a_kept_answer_is_not_replayed_to_another_token(drover, person):
    owner, one, two = person
    key, body = {"Idempotency-Key": f"key-{uuid.uuid4()}"}, {"name": "p"}
    path = f"/workspaces/{two}/pipelines"
    assert drover.api("POST", path, owner, json=body, headers=key).status_code == 201
    assert drover.api("POST", path, owner, json=body, headers=key).headers["Idempotency-Replayed"] == "true"
    limited = make(drover, owner, workspace_ids=[one])["token"]
    refused(drover.api("POST", path, limited, json=body, headers=key), 409, "idempotency_key_reused")


def test_the_audit_names_token_and_scope(drover, person):
    owner, one, two = person
    identity = me(drover, owner)["id"]
    wide, narrow = make(drover, owner), make(drover, owner, "read", workspace_ids=[one, two])
    tagged = drover.api("POST", "/tags", wide["token"], json={"tag": f"t-{uuid.uuid4()}"})
    drover.api("DELETE", f"/me/tokens/{wide['id']}", owner)
    account = service_account(drover, owner, one)["id"]
    others = make(drover, owner, path=f"/service-accounts/{account}")
    drover.api("DELETE", f"/service-accounts/{account}/tokens/{others['id']}", owner)
    rows = [r for r in events(drover, actor_id=identity) if r["action"].startswith(("token.", "tag."))]
    assert [(r["action"], r["resource_id"], r.get("detail")) for r in reversed(rows)] == [
        ("token.create", wide["id"], {"access": "write", "user_id": identity}),
        ("token.create", narrow["id"], {"access": "read", "user_id": identity, "workspace_ids": f"{one} {two}"}),
        ("tag.create", str(tagged.json()["id"]), None), ("token.revoke", wide["id"], {"user_id": identity}),
        ("token.create", others["id"], {"access": "write", "user_id": account}),
        ("token.revoke", others["id"], {"user_id": account})]
    assert rows[3]["actor"]["session_id"] == wide["id"] and rows[2]["actor"]["session_id"] != wide["id"]
    assert rows[0]["resource_kind"] == "token" and all(r["request_id"] for r in rows)


# --- Service accounts ---

def test_a_service_account_works_where_it_is_a_member(drover, person):
    owner, one, two = person
    account = service_account(drover, owner, one, "ci")
    assert account["email"] == f"ci@workspace-{one}.service.invalid" and account["workspace_id"] == one
    path = f"/service-accounts/{account['id']}"
    token = make(drover, owner, path=path)["token"]
    shown = me(drover, token)
    assert (shown["id"], shown["kind"], shown["is_admin"], shown["name"]) == (account["id"], "service", False, "ci")
    assert workspaces(drover, token) == {one}
    drover.pipeline(one, drover.upload(one, token=token)["id"], token=token)
    refused(drover.api("GET", f"/workspaces/{two}", token), 404, "not_found")
    assert drover.api("PUT", f"/workspaces/{two}/members/{account['email']}", owner, json={"role": "collaborator"}).status_code == 200
    assert workspaces(drover, token) == {one, two}
    limited = make(drover, owner, path=path, workspace_ids=[two])["token"]
    assert workspaces(drover, limited) == {two}
    assert account["email"] in drover.api("GET", f"/workspaces/{two}", owner).json()["users"]


def test_a_service_account_owns_and_administers_nothing(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)
    token = make(drover, owner, path=f"/service-accounts/{account['id']}")["token"]
    refused(drover.api("PUT", f"/workspaces/{one}/members/{account['id']}", owner, json={"role": "owner"}), 409, "service_account")
    refused(patch(drover, account["id"], is_admin=True), 409, "service_account")
    refused(drover.api("POST", "/workspaces", token, json={"name": "mine"}), 403, "forbidden")
    refused(drover.api("PATCH", f"/workspaces/{one}", token, json={"name": "x"}, headers={"If-Match": "*"}), 403, "forbidden")


def test_a_service_account_never_signs_in_and_is_not_invited(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)
    refused(drover.api("POST", f"/users/{account['id']}/password-reset"), 422, "invalid", "user_id", "person")
    for address in (account["email"], account["email"].upper(), "somebody@else.service.invalid"):
        for more in ({}, {"password": PASSWORD}):
            answer = drover.api("POST", "/users", json={"email": address, **more})
            refused(answer, 422, "invalid", "email", "reserved")
    answer = drover.session.post(f"{drover.url}/auth/realms/master/protocol/openid-connect/token", timeout=30, data={
        "grant_type": "password", "client_id": "sdk-client", "username": account["email"], "password": ""})
    assert answer.status_code == 400
    assert PageClient(drover).sign_in(account["email"]).status == 400
    found = drover.api("GET", "/users", owner, params={"email": account["email"]}).json()["items"]
    assert found == [] and account["id"] not in drover.api("GET", "/users", owner, params={"limit": 1000}).text
    assert realm(drover, "GET", f"?email={account['email']}", owner).json() == []


def test_service_accounts_do_not_count_as_active_users(own_drover):
    server = own_drover(users_active_limit=2)
    email, owner = server.user()
    workspace = server.workspace(owner)
    accounts = [service_account(server, owner, workspace) for _ in range(3)]
    refused(server.api("POST", "/users", json={"email": "more@example.com"}), 409, "user_limit")
    for active in (False, True):
        answer = server.api("PATCH", f"/service-accounts/{accounts[0]['id']}", owner, json={"active": active},
                            headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text


def test_a_deactivated_service_account_is_refused_for_good(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)
    path = f"/service-accounts/{account['id']}"
    token = make(drover, owner, path=path)["token"]
    read = drover.api("GET", path, owner)
    assert read.json() == account and drover.api("GET", "/me", token).status_code == 200
    off = drover.api("PATCH", path, owner, json={"active": False}, headers={"If-Match": read.headers["ETag"]})
    assert off.status_code == 200 and off.json()["active"] is False
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    refused(drover.api("PATCH", path, owner, json={"active": True}, headers={"If-Match": read.headers["ETag"]}), 412, "stale")
    refused(drover.api("POST", path + "/tokens", owner, json={"name": "late", "access": "read"}), 403, "forbidden")
    assert drover.api("PATCH", path, owner, json={"active": True}, headers={"If-Match": off.headers["ETag"]}).status_code == 200
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    assert drover.api("GET", "/me", make(drover, owner, path=path)["token"]).status_code == 200


@pytest.mark.parametrize("end", ["deactivation", "reset"])
def test_a_service_account_outlives_who_made_it_but_not_the_tokens_that_they_know(drover, end):
    email, maker = drover.user()
    _, other = drover.user()
    workspace = drover.workspace(maker)
    assert drover.api("PUT", f"/workspaces/{workspace}/members/{me(drover, other)['email']}", maker,
                      json={"role": "owner"}).status_code == 200
    path = f"/service-accounts/{service_account(drover, maker, workspace)['id']}"
    known, unknown = (make(drover, who, path=path)["token"] for who in (maker, other))
    assert workspaces(drover, known) == workspaces(drover, unknown) == {workspace}
    identity = me(drover, maker)["id"]
    if end == "reset":
        assert drover.api("POST", f"/users/{identity}/password-reset").status_code == 201
    else:
        assert patch(drover, identity, active=False).status_code == 200
    refused(drover.api("GET", "/me", known), 401, "unauthenticated")
    assert workspaces(drover, unknown) == {workspace}
    assert [row["created_by"] for row in drover.api("GET", path + "/tokens", other).json()["items"]] == [me(drover, other)["id"]]
    assert workspaces(drover, make(drover, other, path=path)["token"]) == {workspace}


def test_an_owner_does_not_undo_an_administrator_s_deactivation(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)["id"]
    path = f"/service-accounts/{account}"

    def activate(active=True):
        return drover.api("PATCH", path, owner, json={"active": active}, headers={"If-Match": "*"})
    assert activate(False).status_code == activate().status_code == 200
    for before in (True, False):  # Also of one that its owner has deactivated.
        assert activate(before).status_code == 200
        assert patch(drover, account, active=False).status_code == 200
        answer = activate()
        refused(answer, 403, "forbidden")
        assert "administrator" in answer.json()["detail"]
        assert activate(False).status_code == 200
        refused(activate(), 403, "forbidden")
        refused(drover.api("POST", path + "/tokens", owner, json={"name": "t", "access": "read"}), 403, "forbidden")
        assert patch(drover, account, active=True).status_code == 200
        assert drover.api("GET", path, owner).json()["active"] is True
        assert me(drover, make(drover, owner, path=path)["token"])["id"] == account


def test_an_administrator_neither_renames_a_service_account_nor_gives_it_a_password(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one, "ci")
    path = f"/users/{account['id']}"
    refused(patch(drover, account["id"], name="Eve"), 422, "invalid", "name", "person")
    refused(patch(drover, account["id"], name="Eve", active=False), 422, "invalid", "name", "person")
    refused(drover.api("POST", f"{path}/password-reset"), 422, "invalid", "user_id", "person")
    shown = drover.api("GET", path, owner).json()
    assert (shown["name"], shown["kind"], shown["active"]) == ("ci", "service", True)
    assert drover.api("GET", f"/service-accounts/{account['id']}", owner).json() == account


def test_introspection_tells_what_a_token_may(drover, person):
    owner, one, _ = person
    account = service_account(drover, owner, one)
    wide, narrow = make(drover, owner), make(drover, owner, "read", workspace_ids=[one], expires_at=after(3600))
    machine = make(drover, owner, path=f"/service-accounts/{account['id']}")

    def ask(made, caller):
        answer = requests.post(f"{drover.url}/auth/realms/master/protocol/openid-connect/token/introspect", timeout=30,
                               data={"token": made["token"]}, headers={"Authorization": f"Bearer {caller}"})
        assert answer.status_code == 200, answer.text
        return answer.json()
    shown, admin = me(drover, owner), drover.token()
    for caller in (owner, admin, wide["token"]):
        found = ask(wide, caller)
        assert found.pop("iat") <= time.time() and found.pop("iss").endswith("/auth/realms/master")
        assert found == {"active": True, "sub": shown["id"], "username": shown["email"], "scope": "write",
                         "sid": wide["id"], "token_type": "Bearer"}
        found = ask(narrow, caller)
        assert (found["scope"], found["workspace_ids"]) == ("read", [one])
        assert time.time() + 3500 < found["exp"] < time.time() + 3700
    for caller in (machine["token"], admin):
        assert (ask(machine, caller)["sub"], ask(machine, caller)["username"]) == (account["id"], account["email"])
    for made, caller in ((wide, drover.user()[1]), (wide, machine["token"]), (machine, owner)):
        assert ask(made, caller) == {"active": False}
    used = [row["id"] for row in drover.api("GET", "/me/tokens", owner).json()["items"] if "last_used_at" in row]
    assert used == [wide["id"]]  # To be asked about is no use.
    assert drover.api("DELETE", f"/me/tokens/{wide['id']}", owner).status_code == 204
    assert ask(wide, owner) == ask({"token": "drp_" + "A" * 49}, owner) == {"active": False}
    assert patch(drover, account["id"], active=False).status_code == 200
    assert ask(machine, admin) == {"active": False}


def test_names_are_unique_in_a_workspace_and_lists_go_by_pages(drover, person):
    owner, one, two = person
    for name in ("c", "a", "b"):
        service_account(drover, owner, one, name)
    service_account(drover, owner, two, "a")
    path = f"/workspaces/{one}/service-accounts"
    refused(drover.api("POST", path, owner, json={"name": "a"}), 409, "name_taken")
    refused(drover.api("POST", path, owner, json={"name": "A b"}), 422, "invalid", "name", "dns_label_lower")
    first = drover.api("GET", path, owner, params={"limit": 2}).json()
    rest = drover.api("GET", path, owner, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [a["name"] for a in first["items"] + rest["items"]] == ["a", "b", "c"] and "next_cursor" not in rest
    assert drover.api("PATCH", f"/workspaces/{one}", owner, json={"archived": True}, headers={"If-Match": "*"}).status_code == 200
    refused(drover.api("POST", path, owner, json={"name": "d"}), 409, "workspace_archived")


# --- The account page ---

def test_the_account_page_makes_shows_and_revokes_tokens(drover):
    email, signed_in = drover.user()
    workspace = drover.workspace(signed_in)
    browser = PageClient(drover)
    browser.sign_in(email)
    page = browser.get("/account")
    made = browser.submit(page, "/account/tokens", name="<b>night</b>", access="read", workspace=str(workspace), days="30")
    secret = re.search(r"drp_[A-Za-z0-9_-]{49}", made.html)[0]
    assert made.status == 200 and "<b>night" not in made.html and made.headers["Cache-Control"] == "no-store"
    assert workspaces(drover, secret) == {workspace}
    row = drover.api("GET", "/me/tokens", signed_in).json()["items"][0]
    assert (row["name"], row["access"], row["workspace_ids"]) == ("<b>night</b>", "read", [workspace])
    page = browser.get("/account")
    assert secret not in page.html and row["hint"] in page.html and "<b>night" not in page.html
    assert browser.submit(page, f"/account/tokens/{row['id']}/revoke").location == "/account"
    refused(drover.api("GET", "/me", secret), 401, "unauthenticated")
    assert row["hint"] not in browser.get("/account").html
    noted = events(drover, resource_id=row["id"])
    assert [r["action"] for r in noted] == ["token.revoke", "token.create"] and all(r["request_id"] for r in noted)


@pytest.mark.parametrize("fields", [
    {"name": ""}, {"name": "a\nb"}, {"access": "all"}, {"workspace": "x"}, {"workspace": "999999999"}, {"days": "0"},
    {"days": "-1"}, {"days": "1e9"}], ids=str)
def test_a_form_with_bad_fields_makes_no_token(drover, fields):
    email, signed_in = drover.user()
    browser = PageClient(drover)
    browser.sign_in(email)
    page = browser.submit(browser.get("/account"), "/account/tokens", **{"name": "t", "access": "read", **fields})
    assert page.status in (404, 422) and page.alerts
    assert drover.api("GET", "/me/tokens", signed_in).json()["items"] == []


def test_a_foreign_form_makes_and_revokes_no_token(drover):
    email, signed_in = drover.user()
    made = make(drover, signed_in)
    browser, other = PageClient(drover), PageClient(drover)
    browser.sign_in(email)
    other.sign_in(drover.user()[0])
    foreign = other.get("/account").form("/sign-out")["fields"]["form_token"]
    for token in (None, "x", foreign):
        fields = {"name": "t", "access": "write", **({"form_token": token} if token else {})}
        assert browser.post("/account/tokens", fields).status == 403
        assert browser.post(f"/account/tokens/{made['id']}/revoke", fields).status == 403
    assert other.post(f"/account/tokens/{made['id']}/revoke", {"form_token": foreign}).status == 404
    assert len(drover.api("GET", "/me/tokens", signed_in).json()["items"]) == 1
    assert drover.api("GET", "/me", made["token"]).status_code == 200
    assert PageClient(drover).post("/account/tokens", {"name": "t"}).location.startswith("/sign-in")
