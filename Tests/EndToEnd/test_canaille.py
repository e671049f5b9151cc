"""Signing in through Canaille, a real OpenID provider in a process of its own, with a real browser. It requires PKCE and a
nonce, signs with RS512, asks for consent and names itself in its answers (RFC 9207)."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import pytest
import requests

from browser import Keys, chromium
from canaille_values import CLIENT, PASSWORD, SECRET
from drover_process import Drover, eventually, free_port
from page_client import OIDC

HERE = pathlib.Path(__file__).parent
PICTURES = os.environ.get("DROVER_PAGE_PICTURES")


@contextlib.contextmanager
def canaille(callback):
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, HERE / "canaille_server.py", str(port), callback], stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL, cwd="/tmp")
        try:
            def is_ready():
                assert process.poll() is None, (log.seek(0), log.read().decode())[1][-4000:]
                with contextlib.suppress(requests.RequestException):
                    return requests.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=5).ok
            eventually(is_ready, 60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def server():
    drover = Drover()
    # The browser comes back to where its cookie is.
    drover.settings["public_url"] = drover.url
    with canaille(drover.url + "/auth/external/callback") as issuer:
        drover.settings.update({
            "oidc_external_issuer": issuer, "oidc_external_client_id": CLIENT, "oidc_external_client_secret": SECRET,
            "oidc_external_name": "Canaille", "oidc_external_scopes": "openid email profile groups",
            "oidc_external_admin_group": "operators"})
        try:
            yield drover.start()
        finally:
            drover.stop()
            shutil.rmtree(drover.data, ignore_errors=True)


def at_the_provider(browser, name):
    """What a person does there: name, password, and, the first time, consent."""
    browser.wait(lambda: browser.one("input[name=login]").is_displayed())
    browser.one("input[name=login]").send_keys(name, Keys.ENTER)
    browser.wait(lambda: browser.one("input[name=password]").is_displayed())
    browser.one("input[name=password]").send_keys(PASSWORD, Keys.ENTER)
    browser.wait(lambda: browser.all("button[value=accept]") or browser.driver.current_url.endswith("/account"))
    for button in browser.all("button[value=accept]"):
        button.send_keys(Keys.ENTER)


@pytest.mark.parametrize("name, is_admin", [("grace", True), ("alan", False)])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_a_person_signs_in_with_the_company_s_provider(server, name, is_admin, scripts):
    with chromium(server.url, scripts=scripts) as browser:
        browser.open("/account")
        browser.wait_for_heading("Sign in")
        button = browser.one("a.button")
        assert button.text == "Sign in with Canaille"
        if PICTURES and scripts and is_admin:
            browser.picture(pathlib.Path(PICTURES) / "sign-in-external.png")
        button.send_keys(Keys.ENTER)
        at_the_provider(browser, name)
        browser.wait_for_heading("Your account")
        assert f"{name}@corp.example" in browser.text and f"{name.capitalize()} Example" in browser.text
        assert ("Administrator" in browser.text) == is_admin
        browser.leave(browser.one("header button").click, "Signed out")
        browser.open("/account")
        browser.wait_for_heading("Sign in")


def test_the_provider_asks_again_when_a_program_wants_a_new_proof(server):
    """It must ask for the password although it has a session, once, and say when that was."""
    query = urllib.parse.urlencode({
        "response_type": "code", "client_id": "sdk-client", "redirect_uri": "http://127.0.0.1:1/cb", "scope": "openid",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
        "prompt": "login"})
    with chromium(server.url) as browser:
        browser.open("/account")
        browser.wait_for_heading("Sign in")
        browser.one("a.button").send_keys(Keys.ENTER)
        at_the_provider(browser, "grace")
        browser.wait_for_heading("Your account")
        browser.open(f"{OIDC}/auth?{query}")
        browser.wait_for_heading("Sign in")
        browser.one("a.button").send_keys(Keys.ENTER)
        browser.wait(lambda: browser.one("input[name=password]").is_displayed())
        browser.one("input[name=password]").send_keys(PASSWORD, Keys.ENTER)
        browser.wait_for_heading("Approve a program")
