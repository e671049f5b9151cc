"""The pages in a real browser. With DROVER_PAGE_PICTURES=DIR (scripts/pages) a picture of each page is put there."""

import http.server
import os
import pathlib
import threading
import urllib.parse

import pytest

from browser import Keys, chromium
from drover_process import PASSWORD
from page_client import OIDC, REALM
from test_oidc import DEVICE_GRANT, begin, exchange, pkce, poll

PICTURES = os.environ.get("DROVER_PAGE_PICTURES")


def picture(browser, name):
    if PICTURES:
        browser.picture(pathlib.Path(PICTURES) / f"{name}.png")


@pytest.fixture(params=[True, False], ids=["scripts on", "scripts off"])
def browser(request, drover):
    with chromium(drover.url, scripts=request.param) as browser:
        yield browser


@pytest.fixture
def person(drover):
    """Somebody with a name."""
    email = drover.account()
    return email


def sign_in(browser, email, password=PASSWORD, then="Your account"):
    """With the keyboard alone: the first field is reached by Tab from the top, Enter sends the form."""
    browser.one("#username").clear()
    browser.one("#username").send_keys(email, Keys.TAB)
    assert browser.focused().get_attribute("id") == "password"
    browser.leave(lambda: browser.press(password, Keys.ENTER), then)


@pytest.mark.proves("AUTH-02", "AUTH-05")
def test_a_person_signs_in_approves_a_program_and_signs_out(drover, browser, person):
    device = begin(drover)
    browser.open(device["verification_uri_complete"].replace("http://localhost", "http://127.0.0.1"))
    browser.wait_for_heading("Sign in")
    picture(browser, "sign-in")
    sign_in(browser, person, "wrong horse battery", then="Sign in")
    assert browser.one("[role=alert]").text and browser.one("#username").get_attribute("aria-invalid") == "true"
    assert browser.driver.title.startswith("Error: ")
    picture(browser, "sign-in-refused")
    sign_in(browser, person, then="Approve a program")
    assert browser.one(".code").text == device["user_code"]
    picture(browser, "device-approval")
    assert poll(drover, device).json()["error"] in ("authorization_pending", "slow_down")
    browser.leave(lambda: browser.one("button[value=approve]").send_keys(Keys.ENTER), "Approved")
    picture(browser, "device-approved")
    answer = poll(drover, device)
    assert answer.status_code == 200 and drover.api("GET", "/me", answer.json()["access_token"]).json()["email"] == person

    browser.open("/account")
    browser.wait_for_heading("Your account")
    assert person in browser.text and len(browser.all("tbody tr")) >= 2
    picture(browser, "account")
    program = next(row for row in browser.all("tbody tr") if "Program that you approved" in row.text)
    browser.leave(program.find_element("css selector", "button").click, "Your account")
    assert "Program that you approved" not in browser.text

    browser.one("#token-name").send_keys("nightly report")
    browser.leave(lambda: browser.one("#token-name").send_keys(Keys.ENTER), "Your new token")
    secret = browser.one("#token").text
    assert drover.api("GET", "/me", secret).json()["email"] == person
    picture(browser, "token-made")
    browser.leave(browser.one("main a").click, "Your account")
    assert "nightly report" in browser.text and secret not in browser.driver.page_source
    picture(browser, "account-tokens")
    browser.leave(browser.one("button[aria-label='Revoke the token nightly report']").click, "Your account")
    assert "nightly report" not in browser.text and drover.api("GET", "/me", secret).status_code == 401

    browser.open(REALM + "/device")
    browser.wait_for_heading("Approve a program")
    picture(browser, "device-code")
    browser.leave(lambda: browser.one("#user_code").send_keys("BCDF-GHJK", Keys.ENTER), "Approve a program")
    assert "not valid" in browser.one("[role=alert]").text

    browser.leave(browser.one("header button").click, "Signed out")
    picture(browser, "signed-out")
    browser.open("/account")
    browser.wait_for_heading("Sign in")
    assert [line for line in browser.console() if "favicon" not in line and "400" not in line] == []


def test_an_application_s_redirect_gets_through_the_policy(drover, browser, person):
    """A browser holds the redirects after a form to the page's policy, so this can be shown with one only."""
    seen = []

    class Callback(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>Back</h1>")

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        uri = f"http://127.0.0.1:{server.server_address[1]}/callback"
        verifier, challenge = pkce()
        browser.open(OIDC + "/auth?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": "sdk-client", "redirect_uri": uri, "scope": "openid", "state": "s",
            "code_challenge": challenge, "code_challenge_method": "S256"}))
        browser.wait_for_heading("Sign in")
        sign_in(browser, person, then="Approve a program")
        assert f"http://127.0.0.1:{server.server_address[1]}" in browser.text and seen == []
        picture(browser, "program-approval")
        browser.leave(browser.one("button[value=approve]").click, "Back")
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(next(p for p in seen if "code=" in p)).query))
        assert query["state"] == "s"
        tokens = exchange(drover, query["code"], verifier, redirect_uri=uri).json()
        browser.open(OIDC + "/logout?post_logout_redirect_uri=" + urllib.parse.quote(uri, safe=""))
        browser.wait_for_heading("Sign out?")
        picture(browser, "sign-out")
        browser.leave(browser.one("main button").click, "Back")
        assert drover.api("GET", "/me", tokens["access_token"]).status_code == 401
    finally:
        server.shutdown()
        server.server_close()


def test_somebody_who_was_invited_chooses_a_password_and_signs_in(drover, browser):
    email = f"invited{os.getpid()}-{id(browser)}@example.com"
    made = drover.api("POST", "/users", json={"email": email}).json()
    browser.open("/invitation?token=" + made["invitation"]["token"])
    browser.wait_for_heading("Choose a password")
    assert browser.driver.current_url == browser.url + "/invitation" and email in browser.text
    for field in browser.all("main input:not([type=hidden])"):
        assert field.accessible_name
    picture(browser, "invitation")
    browser.one("#password").send_keys(PASSWORD, Keys.TAB)
    browser.leave(lambda: browser.press("something else", Keys.ENTER), "Choose a password")
    assert "not the same" in browser.one("[role=alert]").text
    picture(browser, "invitation-refused")
    browser.one("#password").send_keys(PASSWORD, Keys.TAB)
    browser.leave(lambda: browser.press(PASSWORD, Keys.ENTER), "Your password is set")
    browser.leave(browser.one("main a").click, "Sign in")
    sign_in(browser, email)
    browser.open("/invitation?token=" + made["invitation"]["token"])
    browser.wait_for_heading("This link does not work")
    assert [line for line in browser.console() if "favicon" not in line and "40" not in line] == []


def test_pages_can_be_used_with_the_keyboard_and_a_screen_reader(drover, browser, person):
    browser.open("/sign-in")
    order = []
    for _ in range(4):
        browser.press(Keys.TAB)
        order.append(browser.focused().get_attribute("id") or browser.focused().text)
    assert order == ["Skip to the content", "username", "password", "Sign in"]
    assert browser.one("html").get_attribute("lang") == "en" and browser.one("main h1").text == "Sign in"
    for field in browser.all("main input:not([type=hidden])"):
        assert field.accessible_name, field.get_attribute("id")
    sign_in(browser, person)
    for element in browser.all("button, a"):
        assert element.accessible_name
    for field in browser.all("main input:not([type=hidden]), main select"):
        assert field.accessible_name, field.get_attribute("id")
    assert browser.one("table").accessible_name == "Active sessions"
    assert [h.text for h in browser.all("thead th")] == ["Where", "Since", "Last used", "Action"]


def test_pages_fit_the_screen_of_a_phone(drover, browser):
    """Nothing sticks out at 360 pixels, also of somebody with a long address and a long name."""
    email = f"{'a' * 30}.{os.getpid()}-{id(browser)}@{'b' * 60}.{'c' * 60}.example.com"
    made = drover.api("POST", "/users", json={"email": email, "name": "N" * 200}).json()
    browser.narrow()

    def fits(name, heading=None):
        if heading:
            browser.wait_for_heading(heading)
        assert not browser.is_too_wide, name
    browser.open("/invitation?token=" + made["invitation"]["token"])
    fits("invitation", "Choose a password")
    browser.one("#password").send_keys(PASSWORD)
    browser.one("#repeated").send_keys(PASSWORD)
    browser.leave(browser.one("main button").click, "Your password is set")
    device = begin(drover)
    browser.open(device["verification_uri_complete"].replace("http://localhost", "http://127.0.0.1"))
    fits("sign-in", "Sign in")
    sign_in(browser, email, "wrong horse battery", then="Sign in")
    fits("sign-in-refused")
    sign_in(browser, email, then="Approve a program")
    fits("device-approval")
    browser.open("/account")
    browser.wait_for_heading("Your account")
    browser.one("#token-name").send_keys("n" * 200)
    browser.leave(lambda: browser.one("#token-name").send_keys(Keys.ENTER), "Your new token")
    fits("token-made")
    browser.leave(browser.one("main a").click, "Your account")
    fits("account")
    assert browser.one("button[aria-label^='Revoke']").is_displayed()
    light = browser.paper
    browser.darken()
    assert browser.paper != light
    # The table is still one for who hears it.
    assert browser.one("table").accessible_name == "Active sessions"
    assert {e.aria_role for e in browser.all("tbody td")} == {"cell"}


def test_text_of_users_never_runs(drover, browser):
    email = f"mallory{os.getpid()}-{id(browser)}@example.com"
    name = "<img src=x onerror=\"document.title='owned'\">\"\u0301 autofocus onfocus=\"document.title='owned'"
    answer = drover.api("POST", "/users", json={"email": email, "password": PASSWORD, "name": name})
    assert answer.status_code == 201
    browser.open("/sign-in")
    sign_in(browser, email)
    assert "<img src=x" in browser.text and browser.all("img") == [] and "owned" not in browser.driver.title


def test_pages_are_not_framed(drover, browser):
    framed = f"data:text/html,<h1>Outer</h1><iframe src='{drover.url}/sign-in'></iframe>"
    browser.driver.get(framed)
    browser.wait_for_heading("Outer")
    browser.driver.switch_to.frame(0)
    assert browser.all("#password") == []
