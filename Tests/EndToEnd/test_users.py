"""Users as administrators manage them: who may change what, invitations, passwords, and the SDK's Keycloak calls."""

import concurrent.futures
import os
import uuid

import jwt
import pytest
import requests

from drover_process import EMAIL, PASSWORD, Drover
from test_identity import ask, oauth_error, refresh, sign_in
from test_refusals import NO_UUID, refused

REALM_USERS = "/auth/admin/realms/master/users"
NEW_PASSWORD = "another long password"


def me(drover, token):
    return drover.api("GET", "/me", token).json()


def patch(drover, user, token=None, match="*", **change):
    return drover.api("PATCH", f"/users/{user}", token, json=change, headers={"If-Match": match})


def accept(drover, token, password=NEW_PASSWORD):
    return drover.api("POST", "/invitations/accept", token=False, json={"token": token, "password": password})


def invite(drover, **more):
    email = f"{uuid.uuid4()}@example.com"
    answer = drover.api("POST", "/users", json={"email": email, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def realm(drover, method, path="", token=None, **kwargs):
    """As the SDK asks Keycloak."""
    headers = {"Authorization": f"Bearer {token or drover.bearer()}"} if token is not False else {}
    return requests.request(method, drover.url + REALM_USERS + path, headers=headers, timeout=30, **kwargs)


@pytest.fixture(scope="module")
def people(drover):
    """A member, another one, and a second administrator: id and token of each."""
    names = {}
    for name in ("member", "other", "admin"):
        email, token = drover.user()
        identity = me(drover, token)["id"]
        if name == "admin":
            assert patch(drover, identity, is_admin=True).status_code == 200
        names[name] = (identity, token, email)
    return names


# --- Who may do what ---

@pytest.mark.parametrize("method, path, body", [
    ("PATCH", "/users/{}", {"name": "x"}), ("POST", "/users/{}/password-reset", None),
    ("POST", "/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})])
def test_nobody_may_do_nothing(drover, people, method, path, body):
    answer = drover.api(method, path.format(people["other"][0]), token=False, json=body, headers={"If-Match": "*"})
    refused(answer, 401, "unauthenticated")


@pytest.mark.parametrize("change", [
    {"active": False}, {"active": True}, {"is_admin": True}, {"name": "Eve", "is_admin": True}], ids=str)
@pytest.mark.parametrize("whom", ["member", "other"])
def test_a_member_can_not_administer(drover, people, whom, change):
    before = drover.api("GET", f"/users/{people[whom][0]}").json()
    refused(patch(drover, people[whom][0], people["member"][1], **change), 403, "forbidden")
    assert drover.api("GET", f"/users/{people[whom][0]}").json() == before


def test_a_member_can_not_reset_make_or_rename_others(drover, people):
    _, token, _ = people["member"]
    other = people["other"][0]
    refused(drover.api("POST", f"/users/{other}/password-reset", token), 403, "forbidden")
    refused(drover.api("POST", "/users", token, json={"email": f"{uuid.uuid4()}@example.com"}), 403, "forbidden")
    refused(patch(drover, other, token, name="Eve"), 403, "forbidden")
    refused(realm(drover, "PUT", f"/{other}", token, json={"enabled": False}), 403, "forbidden")


def test_everybody_changes_their_own_name_and_administrators_everybodys(drover, people):
    identity, token, _ = people["member"]
    read = drover.api("GET", f"/users/{identity}", token)
    changed = patch(drover, identity, token, read.headers["ETag"], name="Grace Hopper")
    assert changed.status_code == 200 and changed.json()["name"] == "Grace Hopper"
    assert changed.headers["ETag"] != read.headers["ETag"]
    refused(patch(drover, identity, token, read.headers["ETag"], name="Late"), 412, "stale")
    refused(drover.api("PATCH", f"/users/{identity}", token, json={"name": "x"}), 428, "precondition_required")
    assert patch(drover, identity, name="Grace").json()["name"] == "Grace"


def test_an_unknown_user_is_not_found(drover):
    for identity in (NO_UUID, "x"):
        refused(patch(drover, identity, name="x"), 404, "not_found")
        refused(drover.api("POST", f"/users/{identity}/password-reset"), 404, "not_found")
        refused(realm(drover, "GET", f"/{identity}"), 404, "not_found")
        refused(realm(drover, "PUT", f"/{identity}", json={"enabled": True}), 404, "not_found")


@pytest.mark.parametrize("name", ["", "x" * 201, "a\x00b", "a\r\nSet-Cookie: x=y", "a\nlevel=error", "a\x1b[2Jb", "a\u2028b",
                                  "a\u202eb", "a\u0085b"], ids=ascii)
def test_a_name_that_could_mislead_a_reader_is_refused(drover, people, name):
    refused(patch(drover, people["member"][0], name=name), 422, "invalid", "name", "display_text")
    refused(drover.api("POST", "/users", json={"email": f"{uuid.uuid4()}@example.com", "name": name}), 422, "invalid",
            "name", "display_text")


# --- Addresses ---

@pytest.mark.proves("AUTH-10", "AUTH-15", "USER-02")
def test_one_address_is_one_account_in_whatever_case(drover):
    user = invite(drover, password=PASSWORD)
    assert user["username"] == user["email"]
    refused(drover.api("POST", "/users", json={"email": user["email"].upper()}), 409, "email_taken")
    assert ask(drover, grant_type="password", username=user["email"].upper(), password=PASSWORD).status_code == 200


@pytest.mark.proves("AUTH-15")
@pytest.mark.parametrize("email", [
    "ada", "аda@example.com", "ada@exаmple.com", "ada＠example.com", "ada@example。com", "a\u200bda@example.com",
    "ada@example.com\r\nBcc: eve@example.com", "\u212aim@example.com", "ada@example.com\x00"], ids=ascii)
def test_an_address_that_no_mail_reaches_or_that_looks_like_another_is_refused(drover, email):
    refused(drover.api("POST", "/users", json={"email": email}), 422, "invalid", "email", "email")
    # Neither does it find anybody.
    assert realm(drover, "GET", params={"email": email}).json() == []
    oauth_error(ask(drover, grant_type="password", username=email, password=PASSWORD), 400, "invalid_grant")


@pytest.mark.proves("USER-01")
def test_a_user_found_by_email_gets_one_role_in_a_workspace(drover):
    email, token = drover.user()
    workspace = drover.workspace()
    user = drover.api("GET", "/users", params={"email": email}).json()["items"][0]["id"]
    for role in ("collaborator", "owner"):
        assert drover.api("PUT", f"/workspaces/{workspace}/members/{user}", json={"role": role}).status_code == 200
    rows = drover.api("GET", f"/workspaces/{workspace}/members", token).json()["items"]
    assert [(row["email"], row["role"]) for row in rows if row["user_id"] == user] == [(email, "owner")]


# --- Activate and deactivate ---

@pytest.mark.proves("USER-04")
def test_a_deactivated_user_has_no_access_until_activated_again(drover):
    email, token = drover.user()
    session = sign_in(drover, email)
    identity = me(drover, token)["id"]
    off = patch(drover, identity, active=False)
    assert off.status_code == 200 and off.json()["active"] is False
    for known in (token, session["access_token"]):
        refused(drover.api("GET", "/me", known), 401, "unauthenticated")
    refused_refresh = oauth_error(refresh(drover, session["refresh_token"]), 400, "invalid_grant")
    wrong = oauth_error(ask(drover, grant_type="password", username=email, password="wrong password"), 400, "invalid_grant")
    assert oauth_error(ask(drover, grant_type="password", username=email, password=PASSWORD), 400, "invalid_grant") == wrong
    on = patch(drover, identity, active=True)
    assert on.status_code == 200 and on.json()["active"] is True
    assert me(drover, drover.token(email))["id"] == identity
    # What was ended stays ended.
    refused(drover.api("GET", "/me", session["access_token"]), 401, "unauthenticated")
    assert oauth_error(refresh(drover, session["refresh_token"]), 400, "invalid_grant") == refused_refresh


def test_nobody_deactivates_themselves_and_an_administrator_is_left(own_drover):
    drover = own_drover()
    admin = me(drover, None)["id"]
    refused(patch(drover, admin, active=False), 409, "own_account")
    refused(patch(drover, admin, is_admin=False), 409, "last_admin")
    refused(realm(drover, "PUT", f"/{admin}", json={"enabled": False}), 409, "own_account")
    email, token = drover.user()
    second = me(drover, token)["id"]
    assert patch(drover, second, is_admin=True).status_code == 200
    # Both may, but not both: the two deactivate each other at the same time.
    calls = [(second, drover.token()), (admin, token)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(lambda call: patch(Remote(drover), call[0], call[1], active=False).status_code, calls))
    assert codes[0] == 200 and codes[1] in (401, 403, 409), codes
    states = drover.api("GET", "/users", token if me_or_none(drover, token) else drover.token()).json()["items"]
    assert [row["email"] for row in states if row["active"] and row["is_admin"]] in ([email], [EMAIL])


class Remote(Drover):
    """The same server for another thread, with a connection of its own."""

    def __init__(self, server):
        self.port = server.port
        self.session = requests.Session()


def me_or_none(drover, token):
    answer = drover.api("GET", "/me", token)
    return answer.json() if answer.status_code == 200 else None


@pytest.mark.proves("USER-05", "USER-06")
def test_one_active_user_above_the_limit_is_refused(own_drover):
    drover = own_drover(users_active_limit=3)
    first, second = invite(drover), invite(drover)
    body = {"email": f"{uuid.uuid4()}@example.com"}
    problem = refused(drover.api("POST", "/users", json=body), 409, "user_limit")
    assert "3" in problem["detail"]
    # A deactivated user doesn't count; activating one above the limit is refused the same way.
    assert patch(drover, first["id"], active=False).status_code == 200
    third = invite(drover)
    refused(patch(drover, first["id"], active=True), 409, "user_limit")
    refused(realm(drover, "PUT", f"/{first['id']}", json={"enabled": True}), 409, "user_limit")
    assert patch(drover, third["id"], active=False).status_code == 200
    assert patch(drover, first["id"], active=True).status_code == 200
    assert patch(drover, second["id"], active=True).status_code == 200  # Was active already.


# --- Invitations, resets, passwords ---

def test_an_invitation_is_shown_once_and_works_once(drover):
    user = invite(drover)
    token = user["invitation"]["token"]
    assert token.startswith("drl_")
    for answer in (drover.api("GET", f"/users/{user['id']}"), drover.api("GET", "/users?limit=1000")):
        assert "invitation" not in answer.text and token not in answer.text
    oauth_error(ask(drover, grant_type="password", username=user["email"], password=NEW_PASSWORD), 400, "invalid_grant")
    refused(accept(drover, token, "short"), 422, "invalid", "password", "password_policy")
    answer = accept(drover, token)
    assert answer.status_code == 200 and answer.json()["email"] == user["email"]
    assert me(drover, drover.token(user["email"], NEW_PASSWORD))["id"] == user["id"]
    used = refused(accept(drover, token), 401, "unauthenticated")
    for other in ("drl_" + "A" * 49, "x", "", token[:-1] + ("A" if token[-1] != "A" else "B")):
        assert refused(accept(drover, other), 401, "unauthenticated")["detail"] == used["detail"]


def test_a_repeated_invitation_gives_the_same_token(drover):
    body, key = {"email": f"{uuid.uuid4()}@example.com"}, {"Idempotency-Key": str(uuid.uuid4())}
    answers = [drover.api("POST", "/users", json=body, headers=key) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() == answers[1].json() and "invitation" in answers[0].json()


def test_a_user_with_a_password_gets_no_invitation(drover):
    assert "invitation" not in invite(drover, password=PASSWORD)


def test_a_reset_ends_sessions_and_the_old_password(drover):
    email, token = drover.user()
    session = sign_in(drover, email)
    identity = me(drover, token)["id"]
    answer = drover.api("POST", f"/users/{identity}/password-reset")
    assert answer.status_code == 201 and set(answer.json()) == {"token", "url", "expires_at"}
    refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    oauth_error(refresh(drover, session["refresh_token"]), 400, "invalid_grant")
    oauth_error(ask(drover, grant_type="password", username=email, password=PASSWORD), 400, "invalid_grant")
    assert accept(drover, answer.json()["token"]).status_code == 200
    assert me(drover, drover.token(email, NEW_PASSWORD))["id"] == identity


def test_a_new_password_needs_the_current_one_and_ends_all_sessions(drover):
    email, token = drover.user()
    session = sign_in(drover, email)
    path = "/me/password"
    for wrong in ("wrong password", "", "x" * 2000, PASSWORD + " "):
        refused(drover.api("POST", path, token, json={"current_password": wrong, "new_password": NEW_PASSWORD}), 422,
                "invalid", "current_password", "current_password")
    refused(drover.api("POST", path, token, json={"current_password": PASSWORD, "new_password": "short"}), 422,
            "invalid", "new_password", "password_policy")
    assert me(drover, token)["email"] == email
    done = drover.api("POST", path, token, json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert done.status_code == 204 and done.content == b""
    for known in (token, session["access_token"]):
        refused(drover.api("GET", "/me", known), 401, "unauthenticated")
    oauth_error(refresh(drover, session["refresh_token"]), 400, "invalid_grant")
    oauth_error(ask(drover, grant_type="password", username=email, password=PASSWORD), 400, "invalid_grant")
    # In the same second as the change, too: a token from after it is good.
    fresh = drover.token(email, NEW_PASSWORD)
    assert me(drover, fresh)["email"] == email
    assert jwt.decode(fresh, options={"verify_signature": False})["email"] == email


def test_secrets_are_neither_logged_nor_listed(own_drover):
    drover = own_drover()
    user = invite(drover)
    token = user["invitation"]["token"]
    assert accept(drover, token).status_code == 200
    reset = drover.api("POST", f"/users/{user['id']}/password-reset").json()["token"]
    assert accept(drover, reset, PASSWORD).status_code == 200
    access = drover.token(user["email"])
    assert drover.api("POST", "/me/password", access, json={
        "current_password": PASSWORD, "new_password": NEW_PASSWORD}).status_code == 204
    with open(os.path.join(drover.data, "drover.log"), encoding="utf-8") as log:
        text = log.read()
    assert "/api/v1/invitations/accept" in text
    for secret in (token, reset, access, PASSWORD, NEW_PASSWORD):
        assert secret not in text


# --- The SDK's Keycloak calls (sdk-wire.md, section 1.5) ---

def test_members_find_users_as_the_sdk_does(drover, people):
    identity, _, email = people["other"]
    token = people["member"][1]
    for spelling in (email, email.upper()):
        rows = realm(drover, "GET", token=token, params={"email": spelling}).json()
        assert [row["id"] for row in rows] == [identity]
    row = rows[0]
    assert set(row) == {"id", "username", "enabled", "createdTimestamp", "email"}
    assert row["username"] == row["email"] == email and row["enabled"] is True
    assert isinstance(row["createdTimestamp"], int) and row["createdTimestamp"] > 1_600_000_000_000
    assert realm(drover, "GET", f"/{identity}", token).json() == row
    # As a whole, not as a part.
    assert realm(drover, "GET", token=token, params={"email": "example.com"}).json() == []
    assert realm(drover, "GET", token=token, params={"email": email[1:]}).json() == []
    refused(realm(drover, "GET", token=False), 401, "unauthenticated")
    refused(realm(drover, "GET", f"/{identity}", token=False), 401, "unauthenticated")


@pytest.mark.proves("USER-04")
def test_an_administrator_deactivates_as_the_sdk_does(drover):
    email, token = drover.user()
    row = realm(drover, "GET", params={"email": email}).json()[0]
    body = realm(drover, "GET", f"/{row['id']}").json()
    for enabled in (False, True):
        # The whole object comes back; only `enabled` counts.
        answer = realm(drover, "PUT", f"/{row['id']}", json={**body, "enabled": enabled, "email": "eve@example.com"})
        assert answer.status_code == 204 and answer.content == b""
        assert realm(drover, "GET", f"/{row['id']}").json() == {**body, "enabled": enabled}
        refused(drover.api("GET", "/me", token), 401, "unauthenticated")
    assert drover.token(email)
    refused(realm(drover, "PUT", f"/{row['id']}", json={}), 422, "invalid", "enabled", "required")
