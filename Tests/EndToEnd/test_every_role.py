"""schemathesis as everybody of docs/authorization.tsv, with the ids of things that exist: whatever is made up, no answer
is a 5xx, and each conforms to docs/openapi.json. test_openapi.py is the long run of an administrator, with made-up ids."""

import os
import subprocess
import sys

import pytest

from edge_node import Node
from test_authorization import ROLES, Stage
from test_openapi import DOCUMENT, EDGE_PORT, HERE

# One's own password and sign-ins would be gone, and nothing but 401 seen from then on.
ENDS_THE_TOKEN = ["resetPassword", "changePassword"]


@pytest.fixture(scope="module")
def stage(drover, registry_stub):
    made = Stage(drover, registry_stub)
    for ids in (made.attached(), made.tag(), made.registry(attached=True)):
        made.ids.update(ids)
    return made


def run(url, directory, ids, *options):
    """`schemathesis run` with all of its checks, on the things of `ids`."""
    config = directory / "schemathesis.toml"
    parameters = "".join(f'"path.{name}" = {value!r}\n' for name, value in ids.items())
    config.write_text(f"hooks = 'ndjson_bodies'\n[parameters]\n{parameters}\n{(HERE / 'schemathesis.toml').read_text()}")
    return subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", DOCUMENT, "-u", url,
         "--phases", "examples,fuzzing", "-n", "3", "--seed", "1", "--continue-on-failure", "--no-color",
         "--generation-allow-x00", "true", "--generation-database", "none", "--warnings", "off", "--request-timeout", "20",
         *options], env={**os.environ, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, timeout=600, check=False)


# First: the owner's turn archives workspaces and removes edges.
def test_made_up_requests_of_an_edge(stage, tmp_path):
    _, bundle = stage.drover.edge(stage.ids["publish_id"], stage.owner)
    node = Node(stage.drover, bundle, tmp_path / "node").join()
    options = ["--tls-verify", node.authority, "--request-cert", node.certificate_file, "--request-cert-key", node.key_file]
    for path in EDGE_PORT:
        options += ["--include-path", path]
    done = run(f"https://127.0.0.1:{stage.drover.edge_port}", tmp_path, {}, *options)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr
    assert stage.drover.is_ready()


@pytest.mark.parametrize("role", ROLES)
def test_made_up_requests(stage, tmp_path, role):
    token = stage.tokens[role]
    token = stage.drover.bearer() if token is None else token
    options = ["-H", f"Authorization: Bearer {token}"] if token else []
    for path in EDGE_PORT:
        options += ["--exclude-path", path]
    for operation in ENDS_THE_TOKEN:
        options += ["--exclude-operation-id", operation]
    done = run(stage.drover.url, tmp_path, stage.ids, *options)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr
    assert stage.drover.is_ready()
