"""The commands of docs/publishing.md are run, all of them, as they stand there."""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from drover_process import BIN, ROOT
from servers import MODEL_SHA, running


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


def commands():
    """The indented blocks as one script; what stands between fences is not run."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / "docs/publishing.md").read_text(), flags=re.M | re.S)
    blocks = re.findall(r"(?:^ {4,}.*\n)+", text, flags=re.M)
    assert len(blocks) > 8
    return "set -euo pipefail\n" + "\n".join(map(textwrap.dedent, blocks))


def test_every_command_of_the_page_about_publishing_runs(server, tmp_path):
    workspace = server.workspace()
    pipeline = server.pipeline(workspace, server.upload(workspace)["id"])
    environment = {
        **os.environ, "PATH": f"{BIN}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "SOURCES": str(ROOT),
        "URL": server.url, "TOKEN": server.token(), "PIPELINE": str(pipeline["id"]), "INSIDE": server.registry,
        "OTHER_REGISTRY": f"{server.registry}/other", "OCI_PLAIN_HTTP": "true",
        "DATABASE_URL": f"host={server.data}/run user=drover dbname=drover",
        "DROVER_SECRET_KEY_FILE": f"{server.data}/secret.key"}

    def run(script):
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True,
                              timeout=200, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
    script, delete = re.fullmatch("(.*)^(curl [^\n]*-X DELETE .*)", commands(), re.M | re.S).groups()
    said_by_all = run(script)
    [publish] = server.api("GET", f"/pipelines/{pipeline['id']}/publishes").json()["items"]
    digest = publish["pipeline_digest"].removeprefix("sha256:")
    for said in (f"{digest}  -", "edgeBundle:", "kind: Deployment", "https://slsa.dev/provenance/v1",
                 "cosign container image signature", "retired", f"/inside/charts/{pipeline['name']}:"):
        assert said in said_by_all, (said, said_by_all)
    for tree in ("files", "more", "bundle/rootfs"):
        [model] = (tmp_path / tree / "models").rglob("*.onnx")
        assert subprocess.run(["sha256sum", model], capture_output=True, text=True, check=True).stdout.startswith(MODEL_SHA)
    run("set -euo pipefail\n" + delete)
    assert server.api("GET", f"/publishes/{publish['id']}").status_code == 404
