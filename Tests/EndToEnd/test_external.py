"""Signing in through another OpenID provider: a small one that lies on demand. test_canaille.py has a real one."""

import concurrent.futures
import pathlib
import re
import shutil
import time
import urllib.parse

import jwt
import pytest

from drover_process import PASSWORD, Drover, eventually, free_port
from oidc_issuer import AUDIENCE, CLIENT, SECRET, Issuer, Key, encoded, reply
from page_client import OIDC, REALM, PageClient, query_of
from servers import psql
from test_oidc import allow, begin, pkce

START, CALLBACK = "/auth/external/start", "/auth/external/callback"
LOOPBACK = "http://127.0.0.1:1/cb"


def settings(issuer, **more):
    return {"oidc_external_issuer": issuer, "oidc_external_client_id": CLIENT, "oidc_external_client_secret": SECRET,
            "oidc_external_name": "Corp <SSO>", "oidc_external_audience": AUDIENCE,
            "oidc_external_groups_claim": "realm.roles", **more}


@pytest.fixture(scope="module")
def shared():
    """A provider, and a server that lets its people in."""
    issuer = Issuer()
    server = Drover(**settings(issuer.url, oidc_external_admin_group="operators")).start()
    yield issuer, server
    server.stop()
    issuer.close()
    shutil.rmtree(server.data, ignore_errors=True)


@pytest.fixture
def issuer(shared):
    shared[0].honest()
    person = f"p{time.monotonic_ns()}"
    shared[0].person.update(sub=person, email=f"{person}@corp.example")
    return shared[0]


@pytest.fixture
def drover(shared):
    return shared[1]


def go(client, path):
    """To the provider: where it sends the browser back to."""
    page = client.get(path)
    assert page.status == 303, page.text
    answer = client.session.get(page.location, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    back = urllib.parse.urlsplit(answer.headers["Location"])
    assert back.path == CALLBACK
    return f"{back.path}?{back.query}"


def sign_in(client, path=START):
    return client.get(go(client, path))


def is_signed_in(client):
    return "drover_session" in client.cookies() and client.get("/account").status == 200


def refused(client, page, status):
    assert page.status == status, (page.status, page.text)
    assert page.alerts and page.headers["Content-Type"].startswith("text/html")
    assert not is_signed_in(client)


def user(drover, email):
    items = drover.api("GET", "/users", params={"email": email}).json()["items"]
    return items[0] if items else None


def events(drover, user_id):
    rows = drover.api("GET", "/audit-events", params={"resource_id": user_id}).json()["items"]
    return [(row["action"], row["actor"]["kind"]) for row in rows]


def test_a_person_becomes_a_user_with_the_first_sign_in(drover, issuer):
    client = PageClient(drover)
    page = client.get("/sign-in", **{"return": "/account"})
    assert "Sign in with Corp <SSO>" in page.text and "Corp &lt;SSO&gt;" in page.html
    assert page.form("/sign-in")["fields"]["username"] == ""
    link = re.search(r'<a class="button" href="([^"]+)"', page.html).group(1)
    page = sign_in(client, link)
    assert (page.status, page.location) == (303, "/account")
    account = client.get("/account")
    assert issuer.person["email"] in account.text and "Grace" in account.text and "Browser" in account.text
    made = user(drover, issuer.person["email"])
    assert made["name"] == "Grace" and made["active"] and not made["is_admin"]
    assert events(drover, made["id"]) == [("user.provision", "user")]
    token = issuer.access_token()
    mine = drover.api("GET", "/workspaces", token).json()["items"]
    assert len(mine) == 1, "the user's own workspace"
    assert client.get("/sign-in").location == "/account"
    client.submit(account, "/sign-out")
    assert not is_signed_in(client)


def test_cookies_of_the_way_are_the_browser_s_own(drover, issuer):
    client = PageClient(drover)
    path = go(client, START)
    cookie = client.cookies()["drover_external"]
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert cookie.expires - time.time() < 700 and len(cookie.value) < 4000
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))["state"]
    assert state not in cookie.value and "verifier" not in cookie.value
    assert client.get(path).status == 303
    assert "drover_external" not in client.cookies()


def test_another_address_at_the_provider_moves_nobody(drover, issuer):
    assert is_signed_in_after(drover)
    before = issuer.person["email"]
    somebody, _ = drover.user()
    issuer.person["email"] = somebody
    client = PageClient(drover)
    sign_in(client)
    assert before in client.get("/account").text
    # Not even an unverified or a missing address matters any more.
    issuer.person["email_verified"] = False
    assert is_signed_in_after(drover)


def is_signed_in_after(drover):
    client = PageClient(drover)
    sign_in(client)
    return is_signed_in(client)


def test_an_address_that_is_given_to_somebody_else_does_not_open_the_account(drover, issuer):
    assert is_signed_in_after(drover)
    issuer.person["sub"] += "-other"
    client = PageClient(drover)
    refused(client, sign_in(client), 403)


def test_a_user_who_was_there_before_is_linked_by_the_verified_address(drover, issuer):
    email, _ = drover.user()
    made = user(drover, email)
    issuer.person["email"] = email.upper()
    client = PageClient(drover)
    sign_in(client)
    assert email in client.get("/account").text
    assert ("identity.link", "user") in events(drover, made["id"])
    assert drover.token(email), "the password still works"
    assert drover.api("POST", f"/users/{made['id']}/password-reset").status_code == 201


def test_an_invitation_that_was_not_taken_up_ends_with_the_first_sign_in(drover, issuer):
    invited = drover.api("POST", "/users", json={"email": issuer.person["email"]}).json()
    assert is_signed_in_after(drover)
    answer = drover.api("POST", "/invitations/accept", False,
                        json={"token": invited["invitation"]["token"], "password": PASSWORD})
    assert answer.status_code == 401


def test_a_deactivated_user_stays_out(drover, issuer):
    client = PageClient(drover)
    sign_in(client)
    made = user(drover, issuer.person["email"])
    drover.api("PATCH", f"/users/{made['id']}", json={"active": False}, headers={"If-Match": "*"})
    assert not is_signed_in(client)
    token = issuer.access_token()
    assert drover.api("GET", "/me", token).status_code == 401
    refused(client, sign_in(client), 403)
    client.session.cookies.clear()
    email, _ = drover.user()
    local = user(drover, email)
    drover.api("PATCH", f"/users/{local['id']}", json={"active": False}, headers={"If-Match": "*"})
    issuer.person.update(sub="for the local one", email=email)
    refused(client, sign_in(client), 403)


def test_nobody_comes_in_as_a_service_account(drover, issuer):
    account = drover.api("POST", f"/workspaces/{drover.workspace()}/service-accounts", json={"name": "ci"}).json()
    issuer.person["email"] = account["email"]
    client = PageClient(drover)
    refused(client, sign_in(client), 403)
    assert drover.api("GET", "/me", issuer.access_token()).status_code == 401  # Nothing was linked.


def test_the_audit_says_where_a_sign_in_came_from(drover, issuer):
    sign_in(PageClient(drover))
    made = user(drover, issuer.person["email"])
    rows = drover.api("GET", "/audit-events", params={"actor_id": made["id"], "action": "sign_in.create"}).json()["items"]
    assert len(rows) == 1 and rows[0]["request_id"]


def test_passwords_are_not_for_those_who_come_from_elsewhere(drover, issuer):
    assert is_signed_in_after(drover)
    made = user(drover, issuer.person["email"])
    answer = drover.api("POST", f"/users/{made['id']}/password-reset")
    assert (answer.status_code, answer.json()["code"]) == (409, "external_account")
    answer = drover.api("POST", "/me/password", issuer.access_token(),
                        json={"current_password": "", "new_password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "external_account")
    client = PageClient(drover)
    assert client.sign_in(issuer.person["email"], "").status == 400


@pytest.mark.parametrize("person", [
    {"email_verified": False}, {"email_verified": "false"}, {"email_verified": None}, {"email_verified": 1},
    {"email": None}, {"email": "not an address"}, {"email": "gr\u0430ce@corp.example"}, {"email": ["a@corp.example"]},
], ids=str)
def test_without_a_verified_address_nobody_comes_in(drover, issuer, person):
    issuer.person.update(person)
    client = PageClient(drover)
    refused(client, sign_in(client), 403)


def test_claims_may_come_from_userinfo_if_they_are_about_the_same_person(drover, issuer):
    email = issuer.person.pop("email")
    issuer.userinfo = {**issuer.person, "email": email}
    assert is_signed_in_after(drover)
    issuer.person["sub"] += "-2"
    client = PageClient(drover)
    refused(client, sign_in(client), 401)


def test_an_address_and_whether_it_was_verified_come_from_one_document(drover, issuer):
    email = issuer.person.pop("email")
    issuer.userinfo = {"sub": issuer.person["sub"], "email": email}
    client = PageClient(drover)
    refused(client, sign_in(client), 403)
    assert user(drover, email) is None
    issuer.userinfo["email_verified"] = True
    assert is_signed_in_after(drover)


def test_userinfo_s_groups_count_only_if_the_token_has_none(drover, issuer):
    issuer.userinfo = {**issuer.person, "realm": {"roles": ["operators"]}}
    issuer.person["realm"] = {"roles": []}
    assert is_signed_in_after(drover)
    assert not user(drover, issuer.person["email"])["is_admin"]
    del issuer.person["realm"]
    assert is_signed_in_after(drover)
    assert user(drover, issuer.person["email"])["is_admin"]
    issuer.userinfo = None
    assert is_signed_in_after(drover)


def confused(algorithm, secret):
    """A token whose signature anybody can make who knows the public key."""
    def sign(issuer):
        def made(claims):
            head = encoded({"alg": algorithm, "kid": "first", "typ": "JWT"}) + "." + encoded(claims)
            key = jwt.get_algorithm_by_name(algorithm)
            return head + "." + encoded(key.sign(head.encode(), secret(issuer.keys[0])))
        return made
    return sign


def unsigned(algorithm):
    return lambda issuer: lambda claims: f"{encoded({'alg': algorithm, 'kid': 'first'})}.{encoded(claims)}."


def foreign(**header):
    """Signed with a key that the issuer does not have."""
    def sign(issuer):
        key = Key("first")
        more = {"jwk": key.jwk} if "jwk" in header else header
        return lambda claims: key.sign(claims, **more)
    return sign


def changed(**claims):
    return lambda issuer: lambda original: issuer.keys[0].sign({
        name: value for name, value in {**original, **claims}.items() if value is not None})


now = int(time.time())
ATTACKS = {
    "alg none": unsigned("none"), "alg None": unsigned("None"), "alg empty": unsigned(""),
    "HS256 with the PEM": confused("HS256", lambda key: key.pem),
    "HS256 with the modulus": confused("HS256", lambda key: key.jwk["n"].encode()),
    "HS512 with the PEM": confused("HS512", lambda key: key.pem),
    "HS256 with the set's own symmetric key": confused("HS256", lambda _: b"x" * 32),
    "a foreign key under the same id": foreign(), "an unknown key id": foreign(kid="unknown"),
    "a key that the token brings": foreign(jwk=True), "a key that the token points to": foreign(jku="http://127.0.0.1:1/"),
    "another algorithm for the key": lambda issuer: lambda claims: Key("first", "ES256").sign(claims),
    "an unknown extension": lambda issuer: lambda claims: issuer.keys[0].sign(claims, crit=["exp2"], exp2=1),
    "an access token's type": lambda issuer: lambda claims: issuer.keys[0].sign(claims, typ="at+jwt"),
    "no token at all": lambda issuer: lambda claims: "nonsense",
    "a cut signature": lambda issuer: lambda claims: issuer.keys[0].sign(claims)[:-4],
    "wrong nonce": changed(nonce="another"), "no nonce": changed(nonce=None),
    "wrong issuer": changed(iss="https://evil.example"), "issuer with a slash": lambda issuer: lambda claims: issuer.keys[0].sign(
        {**claims, "iss": claims["iss"] + "/"}),
    "no issuer": changed(iss=None), "wrong audience": changed(aud="another"), "no audience": changed(aud=None),
    "the API's audience": changed(aud=AUDIENCE), "two audiences and no party": changed(aud=[CLIENT, "another"]),
    "another party": changed(azp="another"), "two audiences, another party": changed(aud=[CLIENT, "another"], azp="another"),
    "expired": changed(iat=now - 3600, exp=now - 1800), "no expiry": changed(exp=None), "expiry as text": changed(exp="9999999999"),
    "not yet valid": changed(nbf=now + 86_400), "from the future": changed(iat=now + 86_400), "no time": changed(iat=None),
    "no subject": changed(sub=None), "an empty subject": changed(sub=""), "a number as subject": lambda issuer: (
        lambda claims: f"{encoded({'alg': 'none'})}.{encoded({**claims, 'sub': 1})}."),
    "a long subject": changed(sub="x" * 256), "a subject with NUL": changed(sub="a\0b"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_id_token_that_is_not_right_signs_nobody_in(drover, issuer, attack):
    issuer.sign = ATTACKS[attack](issuer)
    client = PageClient(drover)
    refused(client, sign_in(client), 401)
    assert user(drover, issuer.person["email"]) is None


def test_state_and_cookie_belong_to_one_browser_and_one_try(drover, issuer):
    mine, other = PageClient(drover), PageClient(drover)
    path = go(mine, START)
    refused(other, other.get(path), 401)
    other_path = go(other, START)
    refused(other, other.get(path), 401)
    state = re.search("state=[^&]+", path).group()
    refused(mine, mine.get(re.sub("state=[^&]+", "state=guess", path)), 401)
    refused(mine, mine.get(path.replace(state, "")), 401)
    refused(mine, mine.get(CALLBACK + "?" + state), 401)
    refused(mine, mine.get(f"{path}&{state}"), 400)
    # A person who is led to somebody else's way back is not signed in as somebody else.
    refused(mine, mine.get(other_path), 401)


def test_a_way_back_works_once_even_if_the_provider_takes_the_code_again(drover, issuer):
    issuer.reuse = True
    client = PageClient(drover)
    path = go(client, START)
    cookie = client.cookies()["drover_external"].value
    assert client.get(path).status == 303
    again = PageClient(drover)
    again.session.cookies.set("drover_external", cookie)
    refused(again, again.get(path), 401)


def test_made_up_codes_are_not_tried_out(drover, issuer):
    client = PageClient(drover)
    path = go(client, START)
    cookie = client.cookies()["drover_external"].value
    issuer.requests.clear()

    def guess(number):
        browser = PageClient(drover)
        browser.session.cookies.set("drover_external", cookie)
        return browser.get(re.sub("code=[^&]+", f"code=guess{number}", path)).status
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(24))) == {401}
    assert issuer.requests.count("/token") == 1
    refused(client, client.get(path), 401)
    assert issuer.requests.count("/token") == 1


def test_the_next_one_waits_when_too_many_come_back_at_once(drover, issuer):
    def hold(handler):
        issuer.released.wait(4)
        reply(handler, 400, b'{"error": "invalid_grant"}')
    issuer.broken = {"/token": hold}
    issuer.requests.clear()
    clients = [PageClient(drover) for _ in range(17)]
    paths = [go(client, START) for client in clients]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        held = [pool.submit(client.get, path) for client, path in zip(clients[:16], paths)]
        eventually(lambda: issuer.requests.count("/token") == 16)
        page = clients[16].get(paths[16])
        refused(clients[16], page, 503)
        assert page.headers["Retry-After"] == "1" and "Too many" in page.text
        issuer.released.set()
        assert [answer.result().status for answer in held] == [401] * 16
    issuer.broken = {}
    assert clients[16].get(paths[16]).status == 303, "its way back still works"


def test_who_is_not_let_in_is_noted(drover, issuer):
    assert is_signed_in_after(drover)
    made = user(drover, issuer.person["email"])
    drover.api("PATCH", f"/users/{made['id']}", json={"active": False}, headers={"If-Match": "*"})
    for _ in range(3):
        refused(PageClient(drover), sign_in(PageClient(drover)), 403)
    rows = drover.api("GET", "/audit-events", params={"resource_id": made["id"], "action": "sign_in.refuse"}).json()["items"]
    assert {(row["code"], row["outcome"], row["actor"]["kind"]) for row in rows} == {
        ("external_inactive", "refused", "anonymous")}
    assert len(rows) <= 2 and sum(row["repeats"] for row in rows) == 3 and rows[0]["request_id"]
    issuer.person.update(sub="unverified", email="unverified@corp.example", email_verified=False)
    sign_in(PageClient(drover))
    PageClient(drover).get(CALLBACK)
    issuer.callback = lambda fields: {"error": "access_denied", "state": fields["state"]}
    sign_in(PageClient(drover))
    rows = drover.api("GET", "/audit-events", params={"action": "sign_in.refuse", "limit": 1000}).json()["items"]
    assert {"external_email_unverified", "external_attempt", "external_denied"} <= {row["code"] for row in rows}
    assert "unverified@corp.example" not in str(rows)


def links(drover, user_id, token=None):
    answer = drover.api("GET", f"/users/{user_id}/identities", token)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_a_person_with_a_password_removes_a_link_and_is_signed_out_everywhere(drover, issuer):
    email, own = drover.user()
    issuer.person["email"] = email
    client = PageClient(drover)
    sign_in(client)
    made = user(drover, email)
    link, = links(drover, made["id"], own)
    assert (link["issuer"], link["subject"], link["user_id"]) == (issuer.url, issuer.person["sub"], made["id"])
    external = issuer.access_token()
    assert drover.api("GET", "/me", external).status_code == 200
    account = client.get("/account")
    assert issuer.url in account.text and issuer.person["sub"] in account.text
    action = f"/account/identities/{link['id']}/remove"
    assert client.post(action, {"form_token": "x"}).status == 403
    page = client.submit(account, action)
    assert (page.status, page.location) == (303, "/signed-out")
    assert not is_signed_in(client)
    assert drover.api("GET", "/me", external).status_code == 401, "nor by a token of the provider"
    assert drover.api("GET", "/me", own).status_code == 401
    again = drover.token(email)
    assert links(drover, made["id"], again) == []
    row = drover.api("GET", "/audit-events", params={"resource_id": made["id"], "action": "identity.unlink"}).json()["items"][0]
    assert row["actor"]["id"] == made["id"] and row["detail"] == {"issuer": issuer.url, "subject": issuer.person["sub"]}
    # The address is still theirs there, so the next sign-in links again.
    assert is_signed_in_after(drover) and len(links(drover, made["id"])) == 1


def test_an_administrator_removes_the_link_of_who_has_no_password(drover, issuer):
    client = PageClient(drover)
    sign_in(client)
    made = user(drover, issuer.person["email"])
    link, = links(drover, made["id"])
    path = f"/users/{made['id']}/identities/{link['id']}"
    answer = drover.api("DELETE", path, issuer.access_token())
    assert (answer.status_code, answer.json()["code"]) == (409, "external_account")
    assert client.submit(client.get("/account"), f"/account/identities/{link['id']}/remove").status == 409
    _, stranger = drover.user()
    assert drover.api("DELETE", path, stranger).status_code == 403
    assert drover.api("GET", f"/users/{made['id']}/identities", stranger).status_code == 403
    of_somebody_else = f"/users/{user(drover, drover.user()[0])['id']}/identities/{link['id']}"
    assert drover.api("DELETE", of_somebody_else).status_code == 404
    assert drover.api("POST", "/me/tokens", issuer.access_token(), json={"name": "t", "access": "write"}).status_code == 403
    page = client.submit(client.get("/account"), "/account/tokens", name="t", access="write")
    token = re.search(r"drp_[A-Za-z0-9_-]{49}", page.html)[0]
    assert drover.api("GET", f"/users/{made['id']}/identities", token).status_code == 403
    assert drover.api("DELETE", path).status_code == 204
    assert drover.api("DELETE", path).status_code == 404
    assert not is_signed_in(client) and drover.api("GET", "/me", token).status_code == 401
    assert drover.api("GET", "/me", issuer.access_token()).status_code == 401
    assert drover.api("POST", f"/users/{made['id']}/password-reset").status_code == 201


def test_a_cookie_that_was_altered_is_none(drover, issuer):
    client = PageClient(drover)
    path = go(client, START)
    cookie = client.cookies()["drover_external"].value
    for altered in (cookie[:-2] + "AA", cookie[:60], "", "x" * 5000, encoded({"state": "x"})):
        fresh = PageClient(drover)
        fresh.session.cookies.set("drover_external", altered)
        refused(fresh, fresh.get(path), 401)


def test_an_answer_of_another_provider_is_not_taken(drover, issuer):
    issuer.callback = lambda fields: {**fields, "iss": "https://evil.example"}
    client = PageClient(drover)
    refused(client, sign_in(client), 401)
    assert "/token" not in issuer.requests, "its code went nowhere"


def test_a_person_who_declines_is_told_so(drover, issuer):
    issuer.callback = lambda fields: {"error": "access_denied", "error_description": "<b>", "state": fields["state"]}
    client = PageClient(drover)
    page = sign_in(client)
    refused(client, page, 403)
    assert "<b>" not in page.html


def test_a_provider_that_fails_half_way_is_a_clear_page(drover, issuer):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not issuer.released.wait(0.2):
            handler.wfile.write(b" ")
    broken = {
        "an error": lambda handler: reply(handler, 500, b"oops"),
        "a page": lambda handler: reply(handler, 200, b"<html>"),
        "a redirect": lambda handler: reply(handler, 307, b"", Location=issuer.url + "/elsewhere"),
        "far too much": lambda handler: reply(handler, 200, b" " * (1 << 20)),
        "nothing": lambda handler: handler.connection.close(),
        "drops": drip,
    }
    for name, behaviour in broken.items():
        issuer.broken = {"/token": behaviour}
        client = PageClient(drover)
        path = go(client, START)
        began = time.monotonic()
        page = client.get(path)
        assert time.monotonic() - began < 9, name
        refused(client, page, 503)
        assert page.headers["Retry-After"] and "provider" in page.text, name
    assert "/elsewhere" not in issuer.requests


def test_the_last_way_in_is_kept_and_the_group_decides_about_the_others(drover, issuer):
    issuer.person["realm"] = {"roles": ["staff", "operators"]}
    assert is_signed_in_after(drover)
    made = user(drover, issuer.person["email"])
    assert made["is_admin"] and ("admin.grant", "system") in events(drover, made["id"])
    assert drover.api("GET", "/audit-events", issuer.access_token()).status_code == 200
    issuer.person["realm"] = {"roles": ["operators-not"]}
    assert is_signed_in_after(drover)
    assert not user(drover, made["email"])["is_admin"]
    assert events(drover, made["id"])[0] == ("admin.revoke", "system")
    assert drover.api("GET", "/audit-events", issuer.access_token()).status_code == 403


BEARER_ATTACKS = {
    "wrong audience": lambda i: i.access_token(aud="another"), "no audience": lambda i: i.access_token(aud=[]),
    "the client as audience": lambda i: i.access_token(aud=CLIENT),
    "wrong issuer": lambda i: i.access_token(iss="https://evil.example"),
    "expired": lambda i: i.access_token(iat=now - 3600, exp=now - 600),
    "not yet valid": lambda i: i.access_token(nbf=now + 86_400),
    "somebody unknown": lambda i: i.access_token(sub="nobody"),
    "an e-mail address of somebody": lambda i: i.access_token(sub="nobody", email="ada@example.com", email_verified=True),
    "an ID token": lambda i: i.access_token(at_hash="x"), "a logout token": lambda i: i.access_token(events={}),
    "a refresh token": lambda i: i.access_token(typ="Refresh"),
    "an ID token for the API as a client": lambda i: i.untyped(nonce="n"),
    "an ID token for the API and this client": lambda i: i.untyped(aud=[AUDIENCE, CLIENT], azp=CLIENT),
    "a token that is good for nothing": lambda i: i.untyped(scope=None),
    "another type": lambda i: i.keys[0].sign(i.access_claims(), typ="logout+jwt"),
    "alg none": lambda i: unsigned("none")(i)(i.access_claims()),
    "HS256 with the PEM": lambda i: confused("HS256", lambda key: key.pem)(i)(i.access_claims()),
    "a foreign key": lambda i: foreign()(i)(i.access_claims()),
    "an unknown key": lambda i: foreign(kid="unknown")(i)(i.access_claims()),
    "a long token": lambda i: i.access_token(more="x" * 20_000),
}


@pytest.mark.parametrize("attack", BEARER_ATTACKS)
def test_a_bearer_token_that_is_not_right_opens_nothing(drover, issuer, attack):
    assert is_signed_in_after(drover)
    assert drover.api("GET", "/me", issuer.access_token()).json()["email"] == issuer.person["email"]
    answer = drover.api("GET", "/me", BEARER_ATTACKS[attack](issuer))
    assert answer.status_code == 401 and answer.json()["code"] == "unauthenticated"


def test_an_access_token_of_the_provider_makes_no_token_of_ours(drover, issuer):
    client = PageClient(drover)
    sign_in(client)
    bearer = issuer.access_token()
    workspace = drover.workspace(bearer)
    account = drover.api("POST", f"/workspaces/{workspace}/service-accounts", bearer, json={"name": "ci"}).json()["id"]
    for path in ("/me/tokens", f"/service-accounts/{account}/tokens"):
        answer = drover.api("POST", path, bearer, json={"name": "t", "access": "write"})
        assert answer.status_code == 403 and answer.json()["detail"] == "making a token takes a sign-in at this server"
        assert drover.api("GET", path, bearer).json()["items"] == []
    # With the browser they have signed in here.
    page = client.submit(client.get("/account"), "/account/tokens", name="t", access="read")
    assert page.status == 200 and "drp_" in page.html


def test_access_tokens_of_the_provider_open_the_api(drover, issuer):
    assert is_signed_in_after(drover)
    token = issuer.access_token()
    before = len(issuer.requests)
    for _ in range(3):
        assert drover.api("GET", "/me", token).json()["email"] == issuer.person["email"]
    assert len(issuer.requests) == before, "nobody asks the provider for each request"
    made = drover.api("POST", "/workspaces", token, json={"name": "by-token"})
    assert made.status_code == 201
    answer = drover.session.get(drover.url + OIDC + "/userinfo", headers={"Authorization": "Bearer " + token}, timeout=30)
    assert answer.status_code == 403, "userinfo is for tokens of our own"


def test_access_tokens_without_a_type_are_known_by_what_they_say(drover, issuer):
    assert is_signed_in_after(drover)
    for token in (issuer.untyped(), issuer.untyped(scope=None, scp=["read"]),
                  issuer.untyped(typ="Bearer", nonce="n", scope=None)):
        assert drover.api("GET", "/me", token).status_code == 200


def test_new_keys_of_the_provider_are_taken_up(drover, issuer):
    assert is_signed_in_after(drover)
    issuer.keys.insert(0, Key(f"new-{time.monotonic_ns()}", "PS256"))
    eventually(lambda: is_signed_in_after(drover), 30, 0.5)
    issuer.keys.insert(0, Key(f"newer-{time.monotonic_ns()}", "ES256"))
    token = issuer.access_token()
    eventually(lambda: drover.api("GET", "/me", token).status_code == 200, 30, 0.5)
    del issuer.keys[2:]


def test_made_up_keys_do_not_make_the_server_ask_again_and_again(drover, issuer):
    assert is_signed_in_after(drover)
    issuer.requests.clear()
    sign = Key("any").sign
    for number in range(50):
        answer = drover.api("GET", "/me", sign({**issuer.access_claims()}, kid=f"made up {number}"))
        assert answer.status_code == 401
    assert issuer.requests.count("/jwks") <= 2


def test_the_way_leads_back_to_where_the_person_wanted_to_go(drover, issuer):
    device = begin(drover)
    wanted = f"{REALM}/device?user_code={device['user_code']}"
    client = PageClient(drover)
    page = client.follow(wanted)
    link = re.search(r'<a class="button" href="([^"]+)"', page.html).group(1).replace("&amp;", "&")
    assert sign_in(client, link).location == wanted
    assert device["user_code"] in client.get(wanted).text


def authorization(**more):
    """The path of an authorization request, and its verifier."""
    verifier, challenge = pkce()
    return verifier, f"{OIDC}/auth?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": "sdk-client", "redirect_uri": LOOPBACK, "scope": "openid",
        "state": "s", "code_challenge": challenge, "code_challenge_method": "S256", **more})


def start_to(path):
    return f"{START}?{urllib.parse.urlencode({'return': path})}"


def id_token(drover, client, path, verifier):
    """The claims of the ID token that an authorization request comes to."""
    code = query_of(allow(client, client.get(path)).location)["code"]
    answer = drover.session.post(drover.url + OIDC + "/token", timeout=30, data={
        "grant_type": "authorization_code", "client_id": "sdk-client", "code": code, "redirect_uri": LOOPBACK,
        "code_verifier": verifier})
    return jwt.decode(answer.json()["id_token"], options={"verify_signature": False})


@pytest.mark.parametrize("name", ["prompt", "%70rompt"])
def test_an_authorization_request_goes_on_and_can_ask_for_a_new_proof(drover, issuer, name):
    _, path = authorization()
    start = start_to(f"{path}&{name}=login")
    client = PageClient(drover)
    sign_in(client)
    assert {"prompt": "login", "max_age": "60"}.items() <= query_of(client.get(start).location).items()
    page = sign_in(client, start)
    assert page.location.startswith(OIDC + "/auth?") and "rompt" not in page.location
    assert allow(client, client.get(page.location)).location.startswith(LOOPBACK + "?")


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "100"}], ids=str)
@pytest.mark.parametrize("age", [None, 86_400])
def test_a_proof_that_is_old_or_of_unknown_age_is_not_a_new_one(drover, issuer, asked, age):
    issuer.proof_age = age
    client = PageClient(drover)
    page = sign_in(client, start_to(authorization(**asked)[1]))
    refused(client, page, 401)
    assert "did not confirm" in page.text


def test_the_age_of_a_sign_in_counts_from_the_proof_at_the_provider(drover, issuer):
    proved = int(time.time()) - 5000
    issuer.person["auth_time"] = proved
    client = PageClient(drover)
    sign_in(client)
    verifier, path = authorization()
    assert id_token(drover, client, path, verifier)["auth_time"] == proved
    page = client.get(authorization(max_age="4000")[1])
    assert page.location.startswith("/sign-in?"), "too old"
    assert "Approve" in client.get(authorization(max_age="6000")[1]).text
    # A person with a session that is too old is sent to the provider, which says how new the proof is.
    location = client.get(start_to(authorization(max_age="4000")[1])).location
    assert location.startswith(issuer.url) and query_of(location)["max_age"] == "4000"
    # Without a word of the provider it counts from the arrival.
    del issuer.person["auth_time"]
    other, before = PageClient(drover), int(time.time())
    sign_in(other)
    assert before <= id_token(drover, other, path, verifier)["auth_time"] <= time.time()


def test_who_is_signed_in_needs_no_provider(drover, issuer):
    client = PageClient(drover)
    sign_in(client)
    issuer.requests.clear()
    for target in ("/account", authorization()[1], authorization(max_age="4000")[1]):
        assert client.get(start_to(target)).location == target
    assert issuer.requests == []


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "/account/../x", "javascript:alert(1)", "/auth/external/start",
    "/account\r\nSet-Cookie: a=b", "/account#x", "/x" * 3000])
def test_the_way_never_leads_elsewhere(drover, issuer, target):
    client = PageClient(drover)
    assert sign_in(client, START + "?" + urllib.parse.urlencode({"return": target})).location == "/account"


def test_nothing_secret_is_in_the_log_or_the_database(drover, issuer):
    client = PageClient(drover)
    path = go(client, START)
    code = re.search("code=([^&]+)", path).group(1)
    cookie = client.cookies()["drover_external"].value
    client.get(path)
    token = issuer.access_token()
    drover.api("GET", "/me", token)
    issuer.broken = {"/token": lambda handler: reply(handler, 401, b'{"error": "invalid_client"}')}
    assert sign_in(PageClient(drover)).status == 503
    log = pathlib.Path(drover.data, "drover.log").read_text()
    assert "invalid_client" in log
    for secret in (SECRET, urllib.parse.quote(SECRET, safe=""), code, cookie, token, issuer.id_token):
        assert secret not in log
    rows = psql(drover.postgres, "select * from external_identities, external_attempts")
    assert rows and issuer.id_token not in str(rows) and code not in str(rows)


def test_a_provider_that_is_away_keeps_nobody_else_out():
    port = free_port()
    server = Drover(**settings(f"http://127.0.0.1:{port}")).start()
    issuer = None
    try:
        client = PageClient(server)
        assert "Sign in with Corp" in client.get("/sign-in").text
        page = client.get(START)
        assert page.status == 503 and page.headers["Retry-After"] and page.alerts
        issuer = Issuer(port)
        assert server.token(), "people of our own come in"
        eventually(lambda: client.get(START).status == 303)
        # Once read, keys and addresses do for a while; the provider's own pages are its own matter.
        assert is_signed_in_after(server)
        token = issuer.access_token()
        issuer.close()
        assert server.api("GET", "/me", token).status_code == 200
        assert client.get(START).status == 303
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
        if issuer:
            issuer.close()
