"""Users, sign-in and tokens, as the SDK and any OpenID Connect client see them."""

import time
import uuid

import jwt
import pytest

from drover_process import EMAIL, PASSWORD

REALM = "/auth/realms/master"


def ask(drover, **fields):
    return drover.session.post(f"{drover.url}{REALM}/protocol/openid-connect/token", timeout=30,
                               data={"client_id": "sdk-client", **fields})


def sign_in(drover, email=EMAIL, password=PASSWORD, **more):
    answer = ask(drover, grant_type="password", username=email, password=password, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(drover, token, **more):
    return ask(drover, grant_type="refresh_token", refresh_token=token, **more)


def oauth_error(answer, status, error):
    """Errors of the token endpoint have the form of RFC 6749, section 5.2."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error
    return answer.json()


@pytest.mark.proves("AUTH-07", "AUTH-10")
def test_a_password_opens_a_session(drover):
    email = drover.account()
    answer = ask(drover, grant_type="password", username=email, password=PASSWORD, scope="openid email")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"
    body = answer.json()
    assert set(body) == {"access_token", "expires_in", "refresh_token", "refresh_expires_in", "token_type", "scope",
                         "session_state"}
    assert body["token_type"] == "Bearer" and body["scope"] == "openid email"
    assert 0 < body["expires_in"] <= 3600 < body["refresh_expires_in"]
    me = drover.api("GET", "/me", body["access_token"]).json()
    assert me["email"] == me["username"] == email and me["active"] is True and me["is_admin"] is False


@pytest.mark.parametrize("form", ["upper", "title"])
def test_the_case_of_an_email_does_not_matter(drover, form):
    email = drover.account()
    assert drover.api("GET", "/me", sign_in(drover, getattr(email, form)())["access_token"]).json()["email"] == email


def test_a_wrong_password_and_an_unknown_user_look_the_same(drover):
    email = drover.account()
    wrong = oauth_error(ask(drover, grant_type="password", username=email, password="wrong horse"), 400, "invalid_grant")
    for user, password in [("nobody@example.com", PASSWORD), (email, "x" * 2000), (email, "a\x00b"),
                           ("a\x00b", PASSWORD), ("x" * 400, PASSWORD), (email, PASSWORD + " ")]:
        answer = ask(drover, grant_type="password", username=user, password=password)
        assert oauth_error(answer, 400, "invalid_grant") == wrong, (user, password)


def test_an_unknown_user_costs_as_much_time_as_a_wrong_password(drover):
    email = drover.account(cheap=False)

    def fastest(user):
        def once():
            start = time.monotonic()
            ask(drover, grant_type="password", username=user, password="wrong horse")
            return time.monotonic() - start
        return min(once() for _ in range(3))
    known, unknown = fastest(email), fastest("nobody@example.com")
    assert unknown > known / 3  # A skipped hash would be a hundred times faster.


@pytest.mark.parametrize("fields, status, error", [
    ({}, 400, "invalid_request"),
    ({"grant_type": "password"}, 400, "invalid_request"),
    ({"grant_type": "password", "username": EMAIL, "password": ""}, 400, "invalid_request"),
    ({"grant_type": "refresh_token"}, 400, "invalid_request"),
    ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ({"grant_type": "password", "client_id": "other", "username": "a", "password": "b"}, 401, "invalid_client"),
    ({"grant_type": "password", "username": EMAIL, "password": PASSWORD, "scope": "admin"}, 400, "invalid_scope"),
    ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, 400, "invalid_grant"),
    ({"grant_type": "refresh_token", "refresh_token": "\x00"}, 400, "invalid_grant"),
], ids=str)
def test_bad_token_requests_have_their_oauth_error(drover, fields, status, error):
    oauth_error(ask(drover, **fields), status, error)


def test_the_token_endpoint_takes_forms_only(drover):
    url = f"{drover.url}{REALM}/protocol/openid-connect/token"
    assert drover.session.post(url, json={"grant_type": "password"}).status_code == 415
    twice = "grant_type=password&grant_type=password&client_id=sdk-client&username=a&password=b"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    oauth_error(drover.session.post(url, data=twice, headers=form), 400, "invalid_request")
    assert drover.session.post(url, data="a=" + "x" * 20_000, headers=form).status_code == 413


def test_a_refresh_token_is_rotated(drover):
    email = drover.account()
    first = sign_in(drover, email)
    second = refresh(drover, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"] and second["access_token"] != first["access_token"]
    assert second["session_state"] == first["session_state"]
    assert drover.api("GET", "/me", second["access_token"]).json()["email"] == email
    assert refresh(drover, second["refresh_token"]).status_code == 200


def test_reuse_of_a_refresh_token_ends_the_session(drover):
    email = drover.account()
    first, other = sign_in(drover, email), sign_in(drover, email)
    second = refresh(drover, first["refresh_token"]).json()
    reused = oauth_error(refresh(drover, first["refresh_token"]), 400, "invalid_grant")
    # The thief's or the owner's, whichever it is: the successor is worth nothing either.
    assert oauth_error(refresh(drover, second["refresh_token"]), 400, "invalid_grant") == reused
    assert refresh(drover, other["refresh_token"]).status_code == 200  # Another sign-in is another session.


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(drover):
    tokens = sign_in(drover)
    assert drover.api("GET", "/me", tokens["refresh_token"]).status_code == 401
    oauth_error(refresh(drover, tokens["access_token"]), 400, "invalid_grant")


def test_discovery_names_what_there_is(drover):
    answer = drover.session.get(f"{drover.url}{REALM}/.well-known/openid-configuration")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "public, max-age=300"
    document = answer.json()
    assert document["issuer"].endswith(REALM)
    assert document["token_endpoint"] == document["issuer"] + "/protocol/openid-connect/token"
    assert document["jwks_uri"] == document["issuer"] + "/protocol/openid-connect/certs"
    assert {"password", "refresh_token"} <= set(document["grant_types_supported"])
    assert document["id_token_signing_alg_values_supported"] == ["ES256"]
    # The addresses are real ones.
    assert drover.session.get(document["jwks_uri"].replace("localhost", "127.0.0.1")).status_code == 200


@pytest.mark.proves("AUTH-14")
def test_a_stock_jwt_library_verifies_the_access_token(drover):
    email = drover.account()
    tokens = sign_in(drover, email)
    issuer = drover.session.get(f"{drover.url}{REALM}/.well-known/openid-configuration").json()["issuer"]
    keys = jwt.PyJWKClient(f"{drover.url}{REALM}/protocol/openid-connect/certs")
    key = keys.get_signing_key_from_jwt(tokens["access_token"])
    unchecked = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    claims = jwt.decode(tokens["access_token"], key, algorithms=["ES256"], issuer=issuer, audience=unchecked["aud"],
                        options={"require": ["exp", "iat", "sub", "jti"]})
    user = drover.api("GET", "/me", tokens["access_token"]).json()
    assert claims["sub"] == user["id"] and claims["email"] == email and claims["preferred_username"] == email
    assert claims["sid"] == tokens["session_state"] and claims["azp"] == "sdk-client"
    assert claims["exp"] - claims["iat"] == tokens["expires_in"]
    # What the call makes carries that user.
    assert drover.api("GET", f"/workspaces/{drover.workspace(tokens['access_token'])}",
                      tokens["access_token"]).json()["created_by"] == user["id"]


def test_published_keys_hold_no_private_part(drover):
    keys = drover.session.get(f"{drover.url}{REALM}/protocol/openid-connect/certs").json()["keys"]
    assert keys
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
        assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")


@pytest.mark.proves("AUTH-14")
def test_everything_stored_names_its_creator(drover):
    _, token = drover.user()
    me = drover.api("GET", "/me", token).json()["id"]
    workspace, version, pipeline, publish = drover.published(token)
    edge, _ = drover.edge(publish["id"], token)
    paths = [f"/workspaces/{workspace}", f"/models/{version['model_id']}", f"/model-versions/{version['id']}",
             f"/pipelines/{pipeline['id']}", f"/pipeline-versions/{pipeline['latest_version']['id']}",
             f"/publishes/{publish['id']}", f"/edges/{edge['id']}"]
    assert {path: drover.api("GET", path, token).json()["created_by"] for path in paths} == dict.fromkeys(paths, me)


@pytest.mark.proves("AUTH-16")
def test_the_first_login_finds_a_workspace_of_ones_own(drover):
    email, token = drover.user()
    rows = drover.api("GET", "/workspaces", token).json()["items"]
    assert [row["name"] for row in rows] == [f"{email} - Default Workspace"]
    assert rows[0]["role"] == "owner" and rows[0]["created_by"] == drover.api("GET", "/me", token).json()["id"]
    again = drover.token(email)  # Only once.
    assert drover.api("GET", "/workspaces", again).json()["items"] == rows


def test_a_user_without_a_password_can_not_sign_in(drover):
    email = f"{uuid.uuid4()}@example.com"
    assert drover.api("POST", "/users", json={"email": email}).status_code == 201
    for password in ("password", "null", " "):
        oauth_error(ask(drover, grant_type="password", username=email, password=password), 400, "invalid_grant")


@pytest.mark.proves("USER-02")
def test_users_are_listed_by_everybody(drover):
    email, token = drover.user()
    longest = "a" * 20 + uuid.uuid4().hex + "@" + ".".join(["d" * 60, "e" * 60, "f" * 60, "g" * 18])
    assert len(longest) == 254 and drover.api("POST", "/users", json={"email": longest, "name": "Long"}).status_code == 201
    rows, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = drover.api("GET", "/users", token, params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        assert len(page["items"]) == 1
        rows, cursor, pages = rows + page["items"], page.get("next_cursor"), pages + 1
    assert [r["email"] for r in rows] == sorted({r["email"] for r in rows})  # All of them, each once.
    assert {email, EMAIL} <= {r["email"] for r in rows}
    assert all(uuid.UUID(r["id"]) and r["username"] == r["email"] for r in rows)
    assert len({r["id"] for r in rows}) == len({r["username"] for r in rows}) == len(rows)
    assert all("password" not in key for row in rows for key in row)


@pytest.mark.proves("USER-03")
def test_a_user_is_found_by_email(drover):
    email, token = drover.user()
    user = drover.api("GET", "/me", token).json()
    for spelling in (email, email.upper()):
        assert drover.api("GET", "/users", params={"email": spelling}).json() == {"items": [user]}
    assert drover.api("GET", "/users", params={"email": "nobody@example.com"}).json() == {"items": []}
    assert drover.api("GET", f"/users/{user['id']}").json() == user
