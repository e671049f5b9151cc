"""Two servers on one database: what one is told, the other knows at once."""

import contextlib
import shutil
import time

import pytest

from drover_process import EMAIL, PASSWORD, eventually
from servers import External, Server, running
from test_identity import ask, refresh, sign_in
from test_lockout import guess, hold_locks
from test_users import patch

# Well below the five seconds for which an account is remembered.
AT_ONCE = 2


class Replica(External):
    """Another server on the database, the registry and the secret key of the first."""

    def __init__(self, first):
        Server.__init__(self, **first.settings)
        self.services, self.registry_port, self.secret = first.services, first.registry_port, first.secret
        self.owner, self.login = first.owner, first.login


@pytest.fixture(scope="module")
def replicas():
    with running(External, public_url="http://drover.example.com") as first:
        second = Replica(first)
        try:
            yield first, second.start()
        finally:
            second.stop()
            shutil.rmtree(second.data, ignore_errors=True)


def works(server, token):
    return server.api("GET", "/me", token).status_code == 200


def both_remember(replicas, token):
    """Both have the account in memory, and from now on hear of its changes."""
    for server in replicas:
        assert all(works(server, token) for _ in range(3))


def ends_at_once(server, token):
    began = time.monotonic()
    eventually(lambda: server.api("GET", "/me", token).status_code == 401, AT_ONCE, 0.01)
    return time.monotonic() - began


@pytest.mark.proves("USER-04")
def test_a_deactivation_on_one_replica_cuts_access_on_the_other_at_once(replicas):
    first, second = replicas
    for here, there in ((first, second), (second, first)):
        email, token = here.user()
        identity = here.api("GET", "/me", token).json()["id"]
        both_remember(replicas, token)
        assert patch(here, identity, active=False).status_code == 200
        assert here.api("GET", "/me", token).status_code == 401
        assert ends_at_once(there, token) < AT_ONCE
        assert patch(there, identity, active=True).status_code == 200
        assert works(here, here.token(email))


def test_a_new_password_on_one_replica_ends_sessions_on_the_other(replicas):
    first, second = replicas
    email, token = first.user()
    session = sign_in(second, email)
    both_remember(replicas, token)
    assert first.api("POST", "/me/password", token, json={
        "current_password": PASSWORD, "new_password": "another long password"}).status_code == 204
    ends_at_once(second, token)
    ends_at_once(second, session["access_token"])
    assert refresh(second, session["refresh_token"]).status_code == 400


def test_administration_ends_at_once_too(replicas):
    first, second = replicas
    email, token = first.user()
    identity = first.api("GET", "/me", token).json()["id"]
    assert patch(first, identity, is_admin=True).status_code == 200
    eventually(lambda: second.api("POST", "/users", token, json={}).status_code == 422, AT_ONCE, 0.01)
    assert patch(first, identity, is_admin=False).status_code == 200
    made = {"email": "never@example.com"}
    eventually(lambda: second.api("POST", "/users", token, json={"email": EMAIL}).status_code == 403, AT_ONCE, 0.01)
    assert second.api("POST", "/users", token, json=made).status_code == 403


def test_a_revoked_token_ends_on_the_other_replica_at_once(replicas):
    first, second = replicas
    for here, there in ((first, second), (second, first)):
        email, owner = here.user()
        made = here.api("POST", "/me/tokens", owner, json={"name": "t", "access": "write"}).json()
        both_remember(replicas, made["token"])
        assert here.api("DELETE", f"/me/tokens/{made['id']}", owner).status_code == 204
        assert here.api("GET", "/me", made["token"]).status_code == 401
        assert ends_at_once(there, made["token"]) < AT_ONCE
        assert works(there, owner)


def test_a_deactivated_service_account_ends_on_the_other_replica_at_once(replicas):
    first, second = replicas
    _, owner = first.user()
    workspace = first.workspace(owner)
    account = first.api("POST", f"/workspaces/{workspace}/service-accounts", owner, json={"name": "ci"}).json()["id"]
    token = first.api("POST", f"/service-accounts/{account}/tokens", owner, json={"name": "t", "access": "read"}).json()["token"]
    both_remember(replicas, token)
    assert first.api("PATCH", f"/service-accounts/{account}", owner, json={"active": False},
                     headers={"If-Match": "*"}).status_code == 200
    assert ends_at_once(second, token) < AT_ONCE


def listeners(server):
    rows = server.psql("select pid from pg_stat_activity where query = 'listen drover_users'")
    return {row[0] for row in rows}


def test_a_replica_that_lost_its_connection_remembers_nothing_and_listens_again(replicas):
    first, second = replicas
    _, token = first.user()
    identity = first.api("GET", "/me", token).json()["id"]
    both_remember(replicas, token)
    before = listeners(first)
    assert len(before) == 2
    first.psql("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen drover_users'")
    # Whether it listens again already or not: the change is seen.
    assert patch(first, identity, active=False).status_code == 200
    ends_at_once(second, token)
    eventually(lambda: len(listeners(first) - before) == 2, 10)


def test_locks_hold_on_the_other_replica_and_after_a_restart(replicas):
    first, second = replicas
    email = first.account()
    for _ in range(9):
        guess(first, email)
    lock = "select extract(epoch from max(locked_until) - now()) from login_failures"
    hold_locks(first)
    assert float(first.psql(lock)[0][0]) > 3000
    with contextlib.ExitStack() as stack:
        stack.callback(first.psql, "delete from login_failures")
        for server in replicas:
            assert ask(server, grant_type="password", username=email, password=PASSWORD).status_code == 400
        second.stop()
        second.start()
        assert ask(second, grant_type="password", username=email, password=PASSWORD).status_code == 400
    assert ask(second, grant_type="password", username=email, password=PASSWORD).status_code == 200
