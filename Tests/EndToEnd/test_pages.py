"""The pages as a browser without scripts sees them: cookies, forms of other sites, hostile text, ways out."""

import itertools
import re

import pytest

from drover_process import EMAIL, PASSWORD, eventually
from page_client import OIDC, REALM, PageClient
from servers import psql

_numbers = itertools.count(1)


@pytest.fixture
def person(drover):
    """A browser that is signed in, and whose."""
    browser, email = PageClient(drover), drover.account()
    assert browser.sign_in(email).status == 303
    return browser, email


def test_signing_in_leads_to_the_account_and_signing_out_ends_it(drover):
    browser, email = PageClient(drover), drover.account()
    assert browser.get("/account").location == "/sign-in?return=%2Faccount"
    page = browser.sign_in(email)
    assert page.status == 303 and page.location == "/account"
    page = browser.get("/account")
    assert page.headings == ["Your account"] and email in page.text and "Member" in page.text
    cookie = browser.cookies()["drover_session"].value
    assert browser.submit(page, "/sign-out").location == "/signed-out"
    assert "drover_session" not in browser.cookies()
    assert browser.get("/account").status == 303
    browser.session.cookies.set("drover_session", cookie, domain="127.0.0.1", path="/")
    assert browser.get("/account").status == 303  # The session is over, not only the cookie gone.


def test_a_wrong_password_shows_the_form_again(drover):
    browser, email = PageClient(drover), drover.account()
    known = browser.sign_in(email, "wrong horse battery")
    assert known.status == 400 and known.alerts and known.form("/sign-in")["fields"]["username"] == email
    unknown = PageClient(drover).sign_in("nobody@example.com", "wrong horse battery")
    assert (unknown.status, unknown.alerts) == (known.status, known.alerts)
    assert "drover_session" not in browser.cookies()
    assert PASSWORD not in known.html and "wrong horse" not in known.html


def test_cookies_are_out_of_the_reach_of_scripts_and_other_sites(drover):
    browser = PageClient(drover)
    headers = [browser.get("/sign-in").headers["Set-Cookie"], browser.sign_in(EMAIL).headers["Set-Cookie"]]
    assert "drover_visit=drv_" in headers[0] and "drover_session=drs_" in headers[1]
    for header in headers:
        assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header
        assert "Secure" not in header  # This server's public URL is http.


def test_behind_https_cookies_are_bound_to_the_host(own_drover):
    server = own_drover(public_url="https://drover.example.com")
    header = PageClient(server).get("/sign-in").headers["Set-Cookie"]
    assert header.startswith("__Host-drover_visit=") and "Secure" in header and "Domain" not in header


def test_a_session_is_new_with_each_sign_in(drover):
    browser, email = PageClient(drover), drover.account()
    browser.session.cookies.set("drover_session", "drs_" + "A" * 49, domain="127.0.0.1", path="/")
    browser.sign_in(email)
    first = browser.cookies()["drover_session"].value
    assert first != "drs_" + "A" * 49
    assert browser.get("/sign-in").location == "/account"  # Already signed in: goes on at once.
    browser.submit(browser.get("/account"), "/sign-out")
    browser.sign_in(email)
    assert browser.cookies()["drover_session"].value != first


@pytest.mark.parametrize("path", ["/sign-in", "/signed-out", "/account", REALM + "/device", OIDC + "/logout", OIDC + "/auth"])
def test_every_page_has_the_headers_that_keep_it_to_itself(drover, person, path):
    page = person[0].get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and "script-src" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/sign-in", "/account", REALM + "/device", OIDC + "/logout"])
def test_pages_need_neither_scripts_nor_inline_styles(drover, person, path):
    browser = PageClient(drover) if path == "/sign-in" else person[0]
    page = browser.get(path)
    assert page.status == 200
    assert "<script" not in page.html and "<style" not in page.html and "javascript:" not in page.html
    assert not [name for _, name in page.attributes if name == "style" or name.startswith("on")]
    assert '<html lang="en">' in page.html and len(page.headings) == 1
    for match in re.finditer(r'<input id="(\w+)"', page.html):
        assert f'<label for="{match[1]}">' in page.html


def test_the_style_sheet_is_there(drover):
    answer = drover.session.get(drover.url + "/assets/pages.css")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/css")


# Forms of other sites


@pytest.mark.parametrize("change", [{"form_token": None}, {"form_token": "x" * 43}, {"form_token": "other"}], ids=str)
def test_a_form_without_the_session_s_token_does_nothing(drover, person, change):
    browser, _ = person
    if change["form_token"] == "other":
        other = PageClient(drover)
        other.sign_in(drover.account())
        change = {"form_token": other.get("/account").form("/sign-out")["fields"]["form_token"]}
    page = browser.get("/account")
    own = re.search(r"/account/sign-ins/([0-9a-f-]{36})/end", page.html)[0]
    device = drover.session.post(f"{drover.url}{OIDC}/auth/device", data={"client_id": "sdk-client"}).json()
    fields = {name: value for name, value in change.items() if value is not None}
    for path, more in (("/sign-out", {}), (own, {}),
                       (REALM + "/device", {"user_code": device["user_code"], "decision": "approve"})):
        refused = browser.post(path, {"other": "field", **fields, **more})
        assert refused.status == 403 and refused.alerts, path
    assert browser.get("/account").status == 200
    poll = drover.session.post(f"{drover.url}{OIDC}/token", data={
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "sdk-client",
        "device_code": device["device_code"]})
    assert poll.json()["error"] == "authorization_pending"


def test_nobody_is_signed_in_by_another_site_s_form(drover):
    email = drover.account()
    attacker, victim = PageClient(drover), PageClient(drover)
    stolen = attacker.get("/sign-in").form("/sign-in")["fields"]
    fields = {**stolen, "username": email, "password": PASSWORD}
    assert victim.post("/sign-in", fields).status == 400  # No cookie at all.
    victim.get("/sign-in")
    page = victim.post("/sign-in", fields)  # A cookie, but of another browser.
    assert page.status == 400 and page.alerts and "drover_session" not in victim.cookies()


def test_approving_takes_a_post(drover, person):
    device = drover.session.post(f"{drover.url}{OIDC}/auth/device", data={"client_id": "sdk-client"}).json()
    browser, _ = person
    form = browser.get(REALM + "/device", user_code=device["user_code"]).form(REALM + "/device")
    assert set(form["buttons"]) == {"approve", "deny"}
    page = browser.get(REALM + "/device", **form["fields"], decision="approve")
    assert page.headings == ["Approve a program"]
    assert browser.post(REALM + "/device", form["fields"]).status == 400  # Neither approved nor denied.


def test_forms_are_the_only_bodies(drover, person):
    browser, _ = person
    answer = browser.session.post(drover.url + "/sign-out", json={"form_token": "x"}, allow_redirects=False)
    assert answer.status_code == 415 and answer.headers["Content-Type"].startswith("text/html")
    page = browser.post("/sign-in", {"return": "x" * 20_000})
    assert page.status == 413


# Ways out


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "/account/../../evil", "\\/evil.example", "javascript:alert(1)",
    "/account#x", "/api/v1/me", "/accountant", "/account\r\nX-Evil: 1", " /account", "/sign-in?return=/account",
    "/account?x=\\", "http:/account", "/%2F%2Fevil.example",
])
def test_signing_in_never_leads_away(drover, target):
    browser, email = PageClient(drover), drover.account()
    page = browser.get("/sign-in", **{"return": target})
    assert page.form("/sign-in")["fields"]["return"] == "/account"
    page = browser.submit(page, "/sign-in", username=email, password=PASSWORD, **{"return": target})
    assert page.status == 303 and page.location == "/account" and "X-Evil" not in page.headers
    assert browser.get("/sign-in", **{"return": target}).location == "/account"


def test_signing_in_leads_back_to_where_one_was(drover):
    browser, email = PageClient(drover), drover.account()
    target = REALM + "/device?user_code=BCDF-GHJK"
    assert browser.get(target).location.startswith("/sign-in?return=")
    assert browser.sign_in(email, **{"return": target}).location == target


# Hostile text


HOSTILE = "<b>\"'&\u0338\u0301<script>alert(1)</script>"


def test_text_of_users_stays_text(drover):
    # A combining mark behind a bracket or a quote must not carry it through.
    name = "Eve \"\u0301 onfocus=x <\u0338img src=x> 'quoted' & <script>alert(1)</script>"
    email = f"eve{next(_numbers)}@example.com"
    answer = drover.api("POST", "/users", json={"email": email, "password": PASSWORD, "name": name})
    assert answer.status_code == 201, answer.text
    browser = PageClient(drover)
    browser.session.headers["User-Agent"] = "<img src=x onerror=alert(1)>\"'"
    browser.sign_in(email)
    page = browser.get("/account")
    assert "<script" not in page.html and "<img" not in page.html and "<\u0338" not in page.html and '"\u0301' not in page.html
    assert "<script>alert(1)</script>" in page.text  # As text.


@pytest.mark.parametrize("text", [HOSTILE, "{{email}}", "\u202eevil", "a\u0000b", "x" * 5000])
def test_what_is_typed_comes_back_as_text_or_not_at_all(drover, text):
    browser = PageClient(drover)
    page = browser.get("/sign-in", **{"return": text})
    assert page.form("/sign-in")["fields"]["return"] == "/account"
    page = browser.submit(page, "/sign-in", username=text, password="wrong horse")
    assert page.status == 400 and "<script" not in page.html
    signed_in = PageClient(drover)
    signed_in.sign_in(drover.account())
    page = signed_in.get(REALM + "/device", user_code=text)
    assert page.status == 400 and "<script" not in page.html and text not in page.html


# Sessions


def test_a_person_sees_and_ends_where_they_are_signed_in(drover, person):
    browser, email = person
    program = drover.session.post(f"{drover.url}{OIDC}/token", headers={"User-Agent": "WallarooSDK/2024.1.0"}, data={
        "grant_type": "password", "client_id": "sdk-client", "username": email, "password": PASSWORD}).json()
    page = browser.get("/account")
    assert "WallarooSDK/2024.1.0" in page.text and "(this one)" in page.text
    assert drover.api("GET", "/me", program["access_token"]).status_code == 200
    page = browser.submit(page, f"/account/sign-ins/{program['session_state']}/end")
    assert page.location == "/account" and "WallarooSDK/2024.1.0" not in browser.get("/account").text
    refresh = {"grant_type": "refresh_token", "client_id": "sdk-client", "refresh_token": program["refresh_token"]}
    assert drover.session.post(f"{drover.url}{OIDC}/token", data=refresh).json()["error"] == "invalid_grant"
    eventually(lambda: drover.api("GET", "/me", program["access_token"]).status_code == 401, 8)


def test_nobody_ends_other_people_s_sessions(drover, person):
    browser, _ = person
    victim, victim_email = PageClient(drover), drover.account()
    victim.sign_in(victim_email)
    own = re.findall(r"/account/sign-ins/([0-9a-f-]{36})/end", victim.get("/account").html)
    token = browser.get("/account").form("/sign-out")["fields"]["form_token"]
    for identity in [*own, "00000000-0000-4000-8000-000000000000", "nonsense"]:
        page = browser.post(f"/account/sign-ins/{identity}/end", {"form_token": token})
        assert page.status == 404
    assert victim.get("/account").status == 200
    assert own[0] not in browser.get("/account").html
    assert PageClient(drover).post(f"/account/sign-ins/{own[0]}/end", {"form_token": token}).location.startswith("/sign-in")


def test_ending_the_own_session_signs_out(drover, person):
    browser, _ = person
    page = browser.get("/account")
    current = re.search(r"/account/sign-ins/[0-9a-f-]{36}/end", page.html)[0]
    assert browser.submit(page, current).location in ("/signed-out", "/account")


def test_a_browser_session_expires(drover, person):
    browser, email = person
    psql(drover.postgres, "update sign_ins set expires_at = now() where kind = 'browser' and user_id = "
                          f"(select id from users where email = '{email}')")
    assert browser.get("/account").status == 303


def test_deactivation_ends_browser_sessions(drover, person):
    browser, email = person
    psql(drover.postgres, f"update users set active = false where email = '{email}'")
    assert browser.get("/account").status == 303
    assert PageClient(drover).sign_in(email).status == 400


# Links that set a password


def invited(drover):
    email = f"guest{next(_numbers)}@pages.example.com"
    made = drover.api("POST", "/users", json={"email": email}).json()
    return email, made["invitation"]


def open_link(drover, link):
    """A browser at the form, and the form."""
    browser = PageClient(drover)
    return browser, browser.follow("/invitation", token=link["token"])


def test_an_invitation_is_a_link_to_a_page_that_sets_the_password(drover):
    email, link = invited(drover)
    assert link["url"].endswith("/invitation?token=" + link["token"])
    browser = PageClient(drover)
    page = browser.get("/invitation", token=link["token"])
    # From here on the token is in no address, and no page that follows is told of it.
    assert page.status == 303 and page.location == "/invitation" and page.headers["Referrer-Policy"] == "no-referrer"
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser.get(page.location)
    assert page.status == 200 and page.headings == ["Choose a password"] and email in page.text
    assert link["token"] not in page.html and "script" not in page.html
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for password, repeated in ((PASSWORD, PASSWORD + "x"), ("short", "short"), ("", "")):
        again = browser.submit(page, "/invitation", password=password, repeated=repeated)
        assert again.status == 400 and again.alerts and PASSWORD not in again.html
    done = browser.submit(page, "/invitation", password=PASSWORD, repeated=PASSWORD)
    assert done.status == 200 and done.headings == ["Your password is set"]
    assert "drover_link" not in browser.cookies() and "drover_session" not in browser.cookies()
    assert browser.sign_in(email).status == 303
    assert link["token"] not in open(f"{drover.data}/drover.log").read()


def test_a_link_that_does_not_work_says_the_same_whatever_is_wrong(drover):
    _, link = invited(drover)
    browser, form = open_link(drover, link)
    other, second = open_link(drover, link)  # Opening uses nothing up: mail programs do it, too.
    assert form.status == second.status == 200
    assert browser.submit(form, "/invitation", password=PASSWORD, repeated=PASSWORD).status == 200
    late = other.submit(second, "/invitation", password="another password", repeated="another password")
    _, used = open_link(drover, link)
    _, unknown = open_link(drover, {"token": "drl_" + "A" * 49})
    nothing = PageClient(drover).get("/invitation")
    for page in (late, used, unknown, nothing):
        assert page.status == 404 and page.headings == ["This link does not work"]
    assert used.html == unknown.html == nothing.html == late.html


def test_another_site_s_form_sets_no_password(drover):
    _, link = invited(drover)
    browser, form = open_link(drover, link)
    _, other = open_link(drover, invited(drover)[1])
    for token in (None, "x" * 43, other.form("/invitation")["fields"]["form_token"]):
        fields = {"password": PASSWORD, "repeated": PASSWORD, **({"form_token": token} if token else {})}
        assert browser.post("/invitation", fields).status == 403
    assert PageClient(drover).post("/invitation", form.form("/invitation")["fields"]).status == 404
