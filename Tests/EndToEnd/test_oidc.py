"""The OpenID Connect provider beyond passwords: devices, codes with PKCE, and what can be asked and ended."""

import base64
import hashlib
import re
import secrets
import time
import urllib.parse

import jwt
import pytest

from drover_process import EMAIL, PASSWORD, eventually
from page_client import OIDC, REALM, PageClient, query_of
from servers import psql

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LOOPBACK = "http://127.0.0.1:7777/callback"
CONSENT = OIDC + "/auth/consent"


def post(drover, path, bearer=None, /, **fields):
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return drover.session.post(drover.url + OIDC + path, data=fields, headers=headers, timeout=30)


def token(drover, **fields):
    return post(drover, "/token", **{"client_id": "sdk-client", **fields})


def sign_in(drover, email=EMAIL, **more):
    answer = token(drover, grant_type="password", username=email, password=PASSWORD, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer, error, status=400):
    assert answer.status_code == status and answer.json()["error"] == error, answer.text
    return answer.json()


def works(drover, access):
    return drover.api("GET", "/me", access).status_code == 200


def begin(drover, **more):
    answer = post(drover, "/auth/device", client_id="sdk-client", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def poll(drover, device):
    return token(drover, grant_type=DEVICE_GRANT, device_code=device["device_code"])


def decide(browser, device, decision):
    page = browser.get(REALM + "/device", user_code=device["user_code"])
    assert page.status == 200 and device["user_code"] in page.text, page.html
    return browser.submit(page, REALM + "/device", decision=decision)


def signed_in_browser(drover, email=None):
    browser = PageClient(drover)
    email = email or drover.account()
    assert browser.sign_in(email).status == 303
    return browser, email


def move_time(drover, table, where, seconds):
    """As if so many seconds had gone by since the row was written: no test waits for a code to expire."""
    columns = {"device_codes": ["created_at", "expires_at", "polled_at"],
               "authorization_codes": ["created_at", "expires_at"]}[table]
    changes = ", ".join(f"{name} = {name} - interval '{seconds} s'" for name in columns)
    psql(drover.postgres, f"update {table} set {changes} where {where}")


def hashed(column, text):
    return f"{column} = decode('{hashlib.sha256(text.encode()).hexdigest()}', 'hex')"


def key_of(drover, access):
    keys = drover.session.get(f"{drover.url}{OIDC}/certs", timeout=30).json()["keys"]
    kid = jwt.get_unverified_header(access)["kid"]
    return jwt.PyJWK(next(key for key in keys if key["kid"] == kid)).key


# Devices


@pytest.mark.proves("AUTH-02", "AUTH-05")
def test_a_device_gets_its_tokens_once_a_person_has_signed_in_and_approved(drover):
    device = begin(drover)
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", device["user_code"])
    assert device["expires_in"] == 600 and device["interval"] == 5
    assert device["verification_uri"].endswith("/auth/realms/master/device")
    assert device["verification_uri_complete"] == f"{device['verification_uri']}?user_code={device['user_code']}"
    refused(poll(drover, device), "authorization_pending")
    browser, email = PageClient(drover), drover.account()
    complete = urllib.parse.urlsplit(device["verification_uri_complete"])
    page = browser.follow(f"{complete.path}?{complete.query}")
    assert page.headings == ["Sign in"]
    page = browser.submit(page, "/sign-in", username=email, password=PASSWORD)
    page = browser.follow(page.location)
    assert device["user_code"] in page.text and email in page.text
    # Signing in is not approving.
    assert poll(drover, device).json()["error"] in ("authorization_pending", "slow_down")
    assert browser.submit(page, REALM + "/device", decision="approve").headings == ["Approved"]
    answer = poll(drover, device)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert {"access_token", "expires_in", "refresh_token", "refresh_expires_in"} <= set(body)
    claims = jwt.decode(body["access_token"], key_of(drover, body["access_token"]), algorithms=["ES256"], audience="drover")
    assert claims["email"] == email and drover.api("GET", "/me", body["access_token"]).json()["id"] == claims["sub"]
    assert token(drover, grant_type="refresh_token", refresh_token=body["refresh_token"]).status_code == 200


@pytest.mark.proves("AUTH-06")
def test_a_device_code_works_once(drover):
    device = begin(drover)
    decide(signed_in_browser(drover)[0], device, "approve")
    assert poll(drover, device).status_code == 200
    refused(poll(drover, device), "invalid_grant")


@pytest.mark.proves("AUTH-06")
def test_a_device_code_expires(drover):
    browser, _ = signed_in_browser(drover)
    device, approved = begin(drover), begin(drover)
    decide(browser, approved, "approve")
    for one in (device, approved):
        move_time(drover, "device_codes", hashed("device_sha256", one["device_code"]), 601)
        refused(poll(drover, one), "expired_token")
    page = browser.get(REALM + "/device", user_code=device["user_code"])
    assert page.status == 400 and page.alerts


@pytest.mark.proves("AUTH-06")
def test_a_device_that_asks_too_often_is_slowed_down_and_gets_its_token_all_the_same(drover):
    device = begin(drover)
    where = hashed("device_sha256", device["device_code"])

    def interval():
        return int(psql(drover.postgres, f"select interval_seconds from device_codes where {where}")[0][0])
    refused(poll(drover, device), "authorization_pending")
    assert interval() == 5
    move_time(drover, "device_codes", where, -60)  # However slow this machine is, the next question comes too early.
    refused(poll(drover, device), "slow_down")
    assert interval() == 10
    move_time(drover, "device_codes", where, -60)
    refused(poll(drover, device), "slow_down")
    assert interval() == 15
    move_time(drover, "device_codes", where, 15)
    refused(poll(drover, device), "authorization_pending")
    # The SDK never waits longer than at first.
    decide(signed_in_browser(drover)[0], device, "approve")
    assert poll(drover, device).status_code == 200


def test_a_denied_device_is_told(drover):
    device = begin(drover)
    browser, _ = signed_in_browser(drover)
    assert decide(browser, device, "deny").headings == ["Denied"]
    refused(poll(drover, device), "access_denied")
    page = browser.get(REALM + "/device", user_code=device["user_code"])
    assert page.status == 400  # Nobody changes it afterwards.


def test_made_up_and_foreign_device_codes_are_refused_alike(drover):
    device = begin(drover)
    first = refused(token(drover, grant_type=DEVICE_GRANT, device_code="drd_nonsense"), "invalid_grant")
    code = device["device_code"]
    other = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert refused(token(drover, grant_type=DEVICE_GRANT, device_code=other), "invalid_grant") == first
    refresh = sign_in(drover)["refresh_token"]
    assert refused(token(drover, grant_type=DEVICE_GRANT, device_code=refresh), "invalid_grant") == first
    refused(token(drover, grant_type=DEVICE_GRANT), "invalid_request")
    refused(token(drover, grant_type=DEVICE_GRANT, device_code=code, client_id="other"), "invalid_client", 401)
    refused(post(drover, "/auth/device", client_id="other"), "invalid_client", 401)
    refused(post(drover, "/auth/device", scope="openid"), "invalid_request")
    refused(post(drover, "/auth/device", client_id="sdk-client", scope="admin"), "invalid_scope")


def test_a_deactivated_user_s_approval_is_worth_nothing(drover):
    browser, email = signed_in_browser(drover)
    device = begin(drover)
    decide(browser, device, "approve")
    psql(drover.postgres, f"update users set active = false where email = '{email}'")
    refused(poll(drover, device), "invalid_grant")
    assert browser.get("/account").location.startswith("/sign-in")


def test_guessing_user_codes_is_bounded(drover):
    browser, _ = signed_in_browser(drover)
    device = begin(drover)
    letters = "BCDFGHJKLMNPQRSTVWXZ"

    def guess():
        code = "".join(secrets.choice(letters) for _ in range(8))
        return browser.get(REALM + "/device", user_code=code)
    for _ in range(10):
        assert guess().status == 400
    page = guess()
    assert page.status == 429 and int(page.headers["Retry-After"]) > 0 and page.alerts
    assert browser.get(REALM + "/device", user_code=device["user_code"]).status == 429  # A right one tells nothing either.
    other, _ = signed_in_browser(drover)
    assert decide(other, device, "approve").status == 200  # Others are not held up.


def test_codes_and_tokens_are_not_in_the_database(drover):
    device, tokens = begin(drover), sign_in(drover, scope="openid offline_access")
    rows = "\n".join(str(psql(drover.postgres, f"select t::text from {table} t"))
                     for table in ("device_codes", "refresh_tokens", "sign_ins", "authorization_codes"))
    for secret in (device["device_code"], device["user_code"], tokens["refresh_token"], tokens["access_token"]):
        assert secret not in rows
    log = open(f"{drover.data}/drover.log").read()
    for secret in (device["device_code"], device["user_code"], tokens["refresh_token"], PASSWORD):
        assert secret not in log


# Codes with PKCE


def pkce():
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def ask(browser, **changes):
    """What the authorization endpoint answers, and the verifier that belongs to it."""
    verifier, challenge = pkce()
    query = {"response_type": "code", "client_id": "sdk-client", "redirect_uri": LOOPBACK, "scope": "openid email",
             "state": "a state & more", "nonce": "n-1", "code_challenge": challenge, "code_challenge_method": "S256", **changes}
    return browser.get(OIDC + "/auth", **{k: v for k, v in query.items() if v is not None}), verifier


def allow(browser, page, decision="approve"):
    return browser.submit(page, CONSENT, decision=decision)


def authorize(browser, **changes):
    """The same, and who is asked allows it."""
    page, verifier = ask(browser, **changes)
    return (allow(browser, page) if page.status == 200 else page), verifier


def exchange(drover, code, verifier, /, **changes):
    return token(drover, **{"grant_type": "authorization_code", "code": code, "redirect_uri": LOOPBACK,
                            "code_verifier": verifier, **changes})


def test_a_browser_gets_a_code_and_its_client_tokens(drover):
    browser, email = signed_in_browser(drover)
    page, verifier = authorize(browser)
    assert page.status == 303 and page.location.startswith(LOOPBACK + "?")
    back = query_of(page.location)
    assert back["state"] == "a state & more" and back["iss"].endswith(REALM)
    body = exchange(drover, back["code"], verifier).json()
    claims = jwt.decode(body["id_token"], key_of(drover, body["id_token"]), algorithms=["ES256"], audience="sdk-client",
                        issuer=back["iss"], options={"require": ["exp", "iat", "auth_time", "nonce", "at_hash"]})
    assert claims["nonce"] == "n-1" and claims["email"] == email and abs(claims["auth_time"] - time.time()) < 60
    half = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert drover.api("GET", "/me", body["access_token"]).json()["email"] == email
    assert drover.api("GET", "/me", body["id_token"]).status_code == 401  # An ID token opens nothing.


def test_without_a_session_the_browser_signs_in_first(drover):
    browser, email = PageClient(drover), drover.account()
    page, verifier = authorize(browser)
    assert page.status == 303 and page.location.startswith("/sign-in?return=")
    page = browser.get(page.location)
    # A browser holds the redirect after the form to this.
    assert "form-action 'self' http://127.0.0.1:7777;" in page.headers["Content-Security-Policy"]
    page = browser.submit(page, "/sign-in", username=email, password=PASSWORD)
    page = allow(browser, browser.follow(page.location))
    assert exchange(drover, query_of(page.location)["code"], verifier).status_code == 200


def test_no_program_of_this_computer_gets_a_code_before_somebody_allows_it(drover):
    browser, email = signed_in_browser(drover)
    page, verifier = ask(browser)
    assert page.status == 200 and page.location is None and page.headings == ["Approve a program"]
    assert email in page.text and "http://127.0.0.1:7777" in page.text and "code=" not in page.html
    assert "form-action 'self' http://127.0.0.1:7777;" in page.headers["Content-Security-Policy"]
    # Not without asking, whatever the program says.
    assert query_of(ask(browser, prompt="none")[0].location)["error"] == "consent_required"
    denied = query_of(allow(browser, page, "deny").location)
    assert denied["error"] == "access_denied" and denied["state"] == "a state & more" and "code" not in denied
    assert allow(browser, page, "maybe").status == 400
    # Not with a form of another site or another person, and not for another address than ours.
    fields = page.form(CONSENT)["fields"]
    other, _ = signed_in_browser(drover)
    for client, changes in ((browser, {"form_token": ""}), (other, {})):
        refused = client.post(CONSENT, {**fields, "decision": "approve", **changes})
        assert refused.status == 403 and refused.location is None
    stolen = {**fields, "decision": "approve", "request": fields["request"].replace("127.0.0.1", "evil.example")}
    assert browser.post(CONSENT, stolen).status == 400
    assert PageClient(drover).post(CONSENT, {**fields, "decision": "approve"}).location.startswith("/sign-in")
    code = query_of(allow(browser, page).location)["code"]
    assert exchange(drover, code, verifier).status_code == 200


def test_a_registered_application_asks_only_when_it_wants_to(own_drover):
    uri = "https://app.example.com/callback"
    server = own_drover(oidc_redirect_uris=uri)
    browser, _ = signed_in_browser(server)
    for prompt in (None, "none"):
        page, _ = ask(browser, redirect_uri=uri, prompt=prompt)
        assert page.location.startswith(uri + "?") and "code" in query_of(page.location)
    page, _ = ask(browser, redirect_uri=uri, prompt="consent")
    assert page.headings == ["Approve a program"] and "https://app.example.com" in page.text
    assert query_of(allow(browser, page).location)["code"]
    assert query_of(ask(browser, prompt="none")[0].location)["error"] == "consent_required"  # Loopback still asks.
    # Nor does signing in on the way answer the question.
    for visitor, prompt in ((PageClient(server), "consent"), (browser, "login consent")):
        page = visitor.get(ask(visitor, redirect_uri=uri, prompt=prompt)[0].location)
        page = visitor.submit(page, "/sign-in", username=server.account(), password=PASSWORD)
        assert visitor.get(page.location).headings == ["Approve a program"], prompt


def test_prompts_and_ages(drover):
    browser, _ = signed_in_browser(drover)
    assert query_of(authorize(PageClient(drover), prompt="none")[0].location)["error"] == "login_required"
    for changes in ({"prompt": "login"}, {"max_age": "0"}):
        page, verifier = authorize(browser, **changes)
        assert page.location.startswith("/sign-in?return="), changes
        page = browser.get(page.location)
        assert page.headings == ["Sign in"]  # Although there is a session.
        page = browser.submit(page, "/sign-in", username=drover.account(), password=PASSWORD)
        page = allow(browser, browser.get(page.location))
        assert exchange(drover, query_of(page.location)["code"], verifier).status_code == 200


def test_a_code_used_twice_ends_what_it_gave(drover):
    browser, _ = signed_in_browser(drover)
    page, verifier = authorize(browser)
    code = query_of(page.location)["code"]
    tokens = exchange(drover, code, verifier).json()
    assert works(drover, tokens["access_token"])
    refused(exchange(drover, code, verifier), "invalid_grant")
    refused(token(drover, grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")
    eventually(lambda: not works(drover, tokens["access_token"]), 8)


@pytest.mark.parametrize("what", ["verifier", "no verifier", "redirect_uri", "client", "expired", "signed out", "other token"])
def test_a_code_is_bound_to_what_it_was_made_for(drover, what):
    browser, _ = signed_in_browser(drover)
    page, verifier = authorize(browser)
    code = query_of(page.location)["code"]
    if what == "expired":
        move_time(drover, "authorization_codes", hashed("code_sha256", code), 61)
    if what == "signed out":
        browser.submit(browser.get("/account"), "/sign-out")
    error, status, changes = {
        "verifier": ("invalid_grant", 400, {"code_verifier": pkce()[0]}),
        "no verifier": ("invalid_request", 400, {"code_verifier": ""}),
        "redirect_uri": ("invalid_grant", 400, {"redirect_uri": LOOPBACK + "/"}),
        "client": ("invalid_client", 401, {"client_id": "other"}),
        "other token": ("invalid_grant", 400, {"code": begin(drover)["device_code"]}),
    }.get(what, ("invalid_grant", 400, {}))
    refused(exchange(drover, code, verifier, **changes), error, status)
    if what in ("verifier", "redirect_uri"):
        refused(exchange(drover, code, verifier), "invalid_grant")  # The first attempt used it up.


@pytest.mark.parametrize("uri", [
    None, "", "https://evil.example/", "//evil.example/", "http://127.0.0.1:80@evil.example/", "http://127.0.0.1.evil.example/",
    "http://localhost.evil.example/", "http://localhost:99999/", "http://127.0.0.1:7777/#fragment", "http://127.0.0.1:7777/\\x",
    "javascript:alert(1)", "https://127.0.0.1:7777/", "http://user@127.0.0.1/", "http://127.0.0.1:7777/\r\nX-Evil: 1",
    "https://app.example.com/callback/", "https://app.example.com/callback?x=1", "https://APP.example.com/callback",
])
def test_a_foreign_redirect_uri_keeps_the_browser_here(drover, uri):
    browser, _ = signed_in_browser(drover)
    page, _ = authorize(browser, redirect_uri=uri)
    assert page.status == 400 and page.location is None and page.alerts
    assert "X-Evil" not in page.headers


@pytest.mark.parametrize("changes, error", [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": None}, "unsupported_response_type"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"scope": "admin"}, "invalid_scope"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"request": "x"}, "request_not_supported"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"nonce": "n" * 1001}, "invalid_request"),
], ids=str)
def test_bad_requests_go_back_to_the_client(drover, changes, error):
    browser, _ = signed_in_browser(drover)
    page, _ = authorize(browser, **changes)
    back = query_of(page.location)
    assert page.location.startswith(LOOPBACK) and back["error"] == error and back["state"] == "a state & more"
    assert "code" not in back


def test_an_unknown_client_keeps_the_browser_here(drover):
    page, _ = authorize(signed_in_browser(drover)[0], client_id="other")
    assert page.status == 400 and page.location is None


# Offline tokens


def test_an_offline_token_is_used_again_and_again_and_is_one_row(drover):
    email = drover.account()
    first = sign_in(drover, email, scope="openid email offline_access")
    assert first["refresh_token"].startswith("dro_") and first["refresh_expires_in"] > 29 * 86400
    for _ in range(3):
        again = token(drover, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
        assert again["refresh_token"] == first["refresh_token"] and works(drover, again["access_token"])
        assert again["session_state"] == first["session_state"]
        assert jwt.decode(again["access_token"], options={"verify_signature": False})["email"] == email
    family = first["session_state"]
    assert psql(drover.postgres, f"select count(*) from refresh_tokens where family_id = '{family}'") == [["1"]]
    assert post(drover, "/revoke", client_id="sdk-client", token=first["refresh_token"]).status_code == 200
    refused(token(drover, grant_type="refresh_token", refresh_token=first["refresh_token"]), "invalid_grant")


def test_a_refresh_keeps_the_scope_and_may_ask_for_less(drover):
    tokens = sign_in(drover, scope="openid email")
    more = token(drover, grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="openid profile")
    refused(more, "invalid_scope")  # And the token is none the worse for it.
    less = token(drover, grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="email").json()
    assert less["scope"] == "email"
    again = token(drover, grant_type="refresh_token", refresh_token=less["refresh_token"]).json()
    assert again["scope"] == "openid email"


# Userinfo, introspection, revocation


def test_userinfo_shows_what_the_scope_allows(drover):
    email = drover.account()

    def ask(scope, method="GET"):
        access = sign_in(drover, email, scope=scope)["access_token"]
        return drover.session.request(method, drover.url + OIDC + "/userinfo", headers={"Authorization": f"Bearer {access}"})
    whole = ask("openid profile email").json()
    assert set(whole) == {"sub", "name", "preferred_username", "email"} and whole["email"] == email
    assert ask("openid profile email", "POST").json() == whole
    assert set(ask("openid").json()) == {"sub"}
    assert ask("email").status_code == 403
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        answer = drover.session.get(drover.url + OIDC + "/userinfo", headers=headers)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"]


def test_introspection_tells_the_owner_and_administrators(drover):
    email, stranger = drover.user()[0], drover.user()[1]
    tokens = sign_in(drover, email, scope="openid offline_access")
    refresh = sign_in(drover, email)["refresh_token"]
    owner, admin = tokens["access_token"], drover.token()

    def ask(text, caller):
        answer = post(drover, "/token/introspect", caller, token=text, client_id="sdk-client")
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        return answer.json()
    for caller in (owner, admin):
        found = ask(tokens["access_token"], caller)
        assert found["active"] and found["username"] == email and found["token_type"] == "Bearer"
        assert found["scope"] == "openid offline_access" and found["exp"] > time.time() and found["client_id"] == "sdk-client"
        assert ask(tokens["refresh_token"], caller)["token_type"] == "Offline"
        assert ask(refresh, caller)["token_type"] == "Refresh"
        assert ask("nonsense", caller) == {"active": False}
    for text in (tokens["access_token"], tokens["refresh_token"], refresh):
        assert ask(text, stranger) == {"active": False}
    token(drover, grant_type="refresh_token", refresh_token=refresh)
    assert ask(refresh, owner) == {"active": False}
    assert post(drover, "/token/introspect", token=owner).status_code == 401
    assert post(drover, "/token/introspect", "nonsense", token=owner).status_code == 401
    refused(post(drover, "/token/introspect", owner, client_id="sdk-client"), "invalid_request")


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revocation_ends_the_sign_in(drover, kind):
    email = drover.account()
    tokens, other = sign_in(drover, email), sign_in(drover, email)
    assert works(drover, tokens["access_token"])
    assert post(drover, "/revoke", client_id="sdk-client", token=tokens[kind]).status_code == 200
    refused(token(drover, grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")
    assert drover.api("GET", "/me", tokens["access_token"]).status_code == 401  # At once, not when it expires.
    inactive = post(drover, "/token/introspect", other["access_token"], token=tokens["access_token"]).json()
    assert inactive == {"active": False}
    assert works(drover, other["access_token"])
    assert token(drover, grant_type="refresh_token", refresh_token=other["refresh_token"]).status_code == 200


def test_revocation_says_nothing_about_tokens_that_are_none(drover):
    for text in ("nonsense", "drr_" + "A" * 49, "a.b.c"):
        answer = post(drover, "/revoke", client_id="sdk-client", token=text)
        assert answer.status_code == 200 and answer.content == b""
    refused(post(drover, "/revoke", token="x"), "invalid_request")
    refused(post(drover, "/revoke", client_id="sdk-client"), "invalid_request")
    refused(post(drover, "/revoke", client_id="other", token="x"), "invalid_client", 401)


# End of session


def test_an_application_signs_its_user_out(drover):
    browser, email = signed_in_browser(drover)
    page, verifier = authorize(browser)
    tokens = exchange(drover, query_of(page.location)["code"], verifier).json()
    page = browser.get(OIDC + "/logout", id_token_hint=tokens["id_token"], post_logout_redirect_uri=LOOPBACK, state="s 1")
    assert page.location == LOOPBACK + "?state=s%201"
    assert browser.get("/account").location.startswith("/sign-in")
    # What was made from the session ends with it.
    refused(token(drover, grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")


def test_without_a_hint_of_the_same_person_the_person_is_asked(drover):
    browser, _ = signed_in_browser(drover)
    other, _ = signed_in_browser(drover)
    page, verifier = authorize(other)
    foreign = exchange(drover, query_of(page.location)["code"], verifier).json()["id_token"]
    access = sign_in(drover)["access_token"]
    for hint in ({}, {"id_token_hint": foreign}, {"id_token_hint": "nonsense"}, {"id_token_hint": access}):
        page = browser.get(OIDC + "/logout", post_logout_redirect_uri=LOOPBACK, state="s", **hint)
        assert page.status == 200 and page.headings == ["Sign out?"]
        assert browser.get("/account").status == 200
    form = [f for f in page.forms if "return_uri" in f["fields"]][0]
    page = browser.post(form["action"], form["fields"])
    assert page.location == LOOPBACK + "?state=s"
    assert browser.get("/account").status == 303


def test_who_was_asked_goes_back_with_the_state_that_was_given_and_with_none_if_none_was(drover):
    browser, _ = signed_in_browser(drover)
    page = browser.get(OIDC + "/logout", post_logout_redirect_uri=LOOPBACK)
    form = [f for f in page.forms if "return_uri" in f["fields"]][0]
    assert browser.post(form["action"], form["fields"]).location == LOOPBACK


def test_signing_out_does_not_lead_to_other_sites(drover):
    browser, _ = signed_in_browser(drover)
    page = browser.get(OIDC + "/logout", post_logout_redirect_uri="https://evil.example/")
    assert page.status == 400 and page.location is None
    form = browser.get("/account").form("/sign-out")["fields"]
    page = browser.post("/sign-out", {**form, "return_uri": "https://evil.example/"})
    assert page.location == "/signed-out"
    posted = browser.post(OIDC + "/logout", {"state": "a&b", "post_logout_redirect_uri": LOOPBACK})
    assert posted.status == 303 and query_of(posted.location) == {"state": "a&b", "post_logout_redirect_uri": LOOPBACK}


# Discovery and keys


def test_discovery_describes_endpoints_that_exist(drover):
    document = drover.session.get(f"{drover.url}{REALM}/.well-known/openid-configuration").json()
    base = document["issuer"].removesuffix(REALM)
    endpoints = {name: url for name, url in document.items() if name.endswith("_endpoint") or name == "jwks_uri"}
    assert len(endpoints) == 8
    for name, url in endpoints.items():
        assert url.startswith(base + OIDC)
        assert drover.session.get(drover.url + url.removeprefix(base), allow_redirects=False).status_code != 404, name
    assert document["code_challenge_methods_supported"] == ["S256"] and document["response_types_supported"] == ["code"]
    assert DEVICE_GRANT in document["grant_types_supported"] and "offline_access" in document["scopes_supported"]
