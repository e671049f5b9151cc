"""Rotation of the keys that sign access tokens, and ended sign-ins, on two servers with one database."""

import re
import shutil
import subprocess

import jwt
import pytest

from drover_process import BIN, PASSWORD, eventually
from page_client import OIDC, PageClient
from servers import External, running
from test_oidc import post, sign_in
from test_replicas import Replica


@pytest.fixture(scope="module")
def replicas():
    with running(External, public_url="http://drover.example.com") as first:
        second = Replica(first)
        try:
            yield first, second.start()
        finally:
            second.stop()
            shutil.rmtree(second.data, ignore_errors=True)


def rotate(server, *arguments):
    done = subprocess.run([BIN / "drover", "admin", "rotate-signing-key", *arguments], env=server.environment,
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return re.match(r"new signing key (\S+), signs in", done.stdout)[1]


def published(server):
    return [key["kid"] for key in server.session.get(f"{server.url}{OIDC}/certs", timeout=30).json()["keys"]]


def key_of(token):
    return jwt.get_unverified_header(token)["kid"]


def works(server, token):
    return server.api("GET", "/me", token).status_code == 200


def test_a_new_key_is_published_before_it_signs(replicas):
    first, second = replicas
    before = sign_in(first)["access_token"]
    new = rotate(first)
    for server in replicas:
        eventually(lambda: new in published(server), 15)
        after = sign_in(server)["access_token"]
        assert key_of(after) == key_of(before) != new
        assert all(works(other, after) for other in replicas)


def test_a_key_that_signs_at_once_is_known_everywhere_without_a_restart(replicas):
    first, second = replicas
    old = sign_in(first)["access_token"]
    new = rotate(first, "--signs-after", "0")

    def fresh():
        token = sign_in(first)["access_token"]
        return token if key_of(token) == new else None
    token = eventually(fresh, 15)
    assert works(second, token)  # Whether or not it has read the keys since.
    eventually(lambda: key_of(sign_in(second)["access_token"]) == new, 15)
    for server in replicas:
        assert works(server, old) and key_of(old) in published(server)


def test_a_rotation_needs_the_secret_key(replicas):
    first, _ = replicas
    environment = {**first.environment, "DROVER_SECRET_KEY": ""}
    done = subprocess.run([BIN / "drover", "admin", "rotate-signing-key"], env=environment, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode != 0 and "secret.key" in done.stderr


@pytest.mark.parametrize("how", ["revocation", "account page"])
def test_an_ended_sign_in_is_ended_on_every_replica_at_once(replicas, how):
    first, second = replicas
    email = first.account()
    tokens = sign_in(first, email)
    for server in replicas:
        assert all(works(server, tokens["access_token"]) for _ in range(3))
    if how == "revocation":
        assert post(first, "/revoke", client_id="sdk-client", token=tokens["refresh_token"]).status_code == 200
    else:
        browser = PageClient(first)
        assert browser.sign_in(email, PASSWORD).status == 303
        browser.submit(browser.get("/account"), f"/account/sign-ins/{tokens['session_state']}/end")
    for server in replicas:
        eventually(lambda: not works(server, tokens["access_token"]), 2, 0.01)
