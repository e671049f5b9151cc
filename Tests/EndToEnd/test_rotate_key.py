"""`drover admin rotate-key` against the database of a server that runs on."""

import contextlib
import os
import pathlib
import secrets
import subprocess
import uuid

import pytest

from drover_process import BIN, eventually
from servers import psql
from test_connections import details, made


class Vault:
    """A server's key file, and connections whose details are known."""

    def __init__(self, server, count):
        self.server, self.file = server, pathlib.Path(server.data, "secret.key")
        self.given = {}
        for number in range(count):
            clear = {"password": f"{number}-{uuid.uuid4()}"}
            self.given[made(server, details=clear)] = clear

    def keys(self):
        return self.file.read_text().split()

    def write(self, *keys):
        """A file that is whole at any time, as an editor writes it; the mode stays 0600."""
        new = self.file.with_suffix(".tmp")
        new.touch(0o600)
        new.write_text("".join(f"{key}\n" for key in keys))
        new.rename(self.file)
        self.server.stop()
        self.server.start()

    def add_key(self):
        """A new first line, and a server that was started with both."""
        self.write(secrets.token_hex(32), *self.keys())

    def command(self, *arguments):
        return [str(BIN / "drover"), "admin", "rotate-key", "--secret-key-file", str(self.file), *arguments]

    @property
    def environment(self):
        return {**os.environ, "DATABASE_URL": f"host={self.server.data}/run user=drover dbname=drover"}

    def rotate(self, *arguments):
        return subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)

    def key_ids(self):
        return {row[0] for row in psql(self.server.postgres, "select distinct sealing_key_id from connection_details")}

    def all_readable(self):
        return all(details(self.server, identity).json() == clear for identity, clear in self.given.items())

    @contextlib.contextmanager
    def row_locked(self, identity):
        """Another session holds one row, so that a rotation stands still when it comes there."""
        session = subprocess.Popen(["psql", "-XAtq", "-d", self.server.postgres], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        try:
            session.stdin.write(f"begin; select connection_id from connection_details where connection_id = {identity} for update;\n")
            session.stdin.flush()
            assert session.stdout.readline().strip() == str(identity)
            yield
        finally:
            session.stdin.close()
            session.wait(10)
            session.stdout.close()

    def someone_waits(self):
        waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%connection_details%'"
        return psql(self.server.postgres, waiting) == [["1"]]


@pytest.mark.proves("CONN-13")
def test_after_a_rotation_the_old_key_can_go(own_drover):
    vault = Vault(own_drover(), 7)
    server, key = vault.server, {"Idempotency-Key": str(uuid.uuid4())}
    first = server.api("POST", "/workspaces", json={"name": "kept"}, headers=key)
    vault.add_key()
    assert vault.all_readable() and len(vault.key_ids()) == 1
    made(server)  # Already with the new key.
    done = vault.rotate("--batch", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "  connection_details.sealed_details: 3 so far" in lines and "  connection_details.sealed_details: 6 so far" in lines
    assert [line for line in lines if line.endswith(" sealed anew")] == [
        "instance_keys.sealed_key: 3 sealed anew", "connection_details.sealed_details: 7 sealed anew",
        "model_registry_tokens.sealed_token: 0 sealed anew",
        "workspace_registry_credentials.sealed_password: 0 sealed anew", "idempotency_keys.sealed_body: 1 sealed anew"]
    (new,) = vault.key_ids()
    assert lines[-2].startswith(f"key {new}: ") and lines[-2].endswith(" (seals everything new)")
    assert lines[-1].endswith(": seals nothing (its line can go)") and new not in lines[-1]
    again = vault.rotate()
    assert again.returncode == 0 and "connection_details.sealed_details: 0 sealed anew" in again.stdout

    token = server.token()
    vault.write(vault.keys()[0])
    assert vault.all_readable()
    assert server.api("GET", "/me", token).status_code == 200  # Signed before with the same, resealed key.
    replayed = server.api("POST", "/workspaces", json={"name": "kept"}, headers=key)
    assert replayed.headers["Idempotency-Replayed"] == "true" and replayed.json() == first.json()
    everything = done.stdout + done.stderr + pathlib.Path(server.data, "drover.log").read_text()
    assert not any(key in everything for key in vault.keys())
    assert not any(clear["password"] in everything for clear in vault.given.values())


def test_a_rotation_that_is_killed_leaves_everything_readable(own_drover):
    vault = Vault(own_drover(), 6)
    vault.add_key()
    old = vault.key_ids()
    with vault.row_locked(sorted(vault.given)[4]):
        process = subprocess.Popen(vault.command("--batch", "2"), env=vault.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(vault.someone_waits)
        process.kill()
        process.wait(10)
        assert len(vault.key_ids()) == 2 and old < vault.key_ids()
        assert vault.all_readable()
    done = vault.rotate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert vault.key_ids().isdisjoint(old) and vault.all_readable()


def test_what_can_not_be_opened_is_said_and_left_alone(own_drover):
    vault = Vault(own_drover(), 2)
    old, (known,) = vault.keys(), vault.key_ids()
    before = psql(vault.server.postgres, "select encode(sealed_details, 'hex') from connection_details order by 1")
    lost = vault.file.with_suffix(".other")
    lost.write_text(secrets.token_hex(32) + "\n")
    done = subprocess.run([*vault.command()[:3], "--secret-key-file", str(lost)], env=vault.environment,
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert f"values are sealed with keys that are not given: {known}" in done.stderr
    assert any(line.startswith(f"key {known}: ") and line.endswith("(this key is not given)") for line in done.stdout.splitlines())
    assert psql(vault.server.postgres, "select encode(sealed_details, 'hex') from connection_details order by 1") == before
    assert vault.keys() == old and vault.all_readable()


@pytest.mark.parametrize("arguments, message", [
    (["--batch", "0"], "--batch takes a number from 1 to 10000"),
    (["--secret-key", "short"], "key_invalid"), (["--secret-key-file", "/nonexistent"], "secret.key.file"), ([], "secret.key")])
def test_wrong_arguments_are_named(arguments, message):
    done = subprocess.run([BIN / "drover", "admin", "rotate-key", *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "DATABASE_URL": "host=/nonexistent"})
    assert done.returncode != 0 and message in done.stderr
