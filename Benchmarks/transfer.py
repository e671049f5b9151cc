"""`upload`, `upload-rss`, `publish`, `publish-resent`: a model of 1 GiB through drover, against curl that puts the same
bytes straight into the same registry."""

import os
import time
from pathlib import Path
from statistics import median

import onnx_file
from figure import Figure
from stand import get, memory_kib, run, sha256

FLOATS, ROUNDS = 1 << 28, 3
FILE = Path("/tmp/drover-bench-model.onnx")


def measure(stand):
    if not FILE.exists() or FILE.stat().st_size < 4 * FLOATS:
        onnx_file.write(FILE, FLOATS)
    digest = sha256(FILE)
    workspace = stand.workspace("transfer")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(timed(stand, digest, lambda: put_into_registry(stand, digest)))
        command = stand.upload_command(workspace, "huge", FILE)
        ours.append(timed(stand, digest, lambda: run(*command)))
    note = f"{median(ours):.2f} s against {median(theirs):.2f} s"
    yield Figure("upload", median(ours) / median(theirs), 1.3, at_most=True, note=note)
    peak = memory_kib(stand.process.pid, "VmHWM") / 1024
    yield Figure("upload-rss", peak / 150, 1, at_most=True, note=f"{peak:.0f} MiB at the peak, of 150")
    yield from publish(stand, workspace)


def publish(stand, workspace):
    seconds, sent = [], 0
    for number in range(2 * ROUNDS):
        version = stand.sql(
            f"select id from model_versions where workspace_id = {workspace} order by created_at desc limit 1")
        pipeline = stand.pipeline(workspace, f"huge-{number}", version)["id"]
        row, took = stand.publish(pipeline)
        seconds.append(took)
        sent = max(sent, row["progress"]["bytes_sent"])
    # The first one may be the first of all: what counts is the model under yet another pipeline.
    again = median(seconds[1:])
    yield Figure("publish", again, 0.3, at_most=True, note=f"{again:.3f} s until Published; the first {seconds[0]:.3f} s")
    # What is sent are the artifact's own small documents; a thousandth of the model would be a megabyte.
    yield Figure("publish-resent", sent / FILE.stat().st_size, 0.001, at_most=True, note=f"{sent} bytes sent")


def timed(stand, digest, work):
    stand.forget_blob(digest)
    os.sync()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def put_into_registry(stand, digest):
    """As docker does: POST a session, PATCH the bytes, PUT the digest."""
    _, headers, _ = get(stand.registry_port, "/v2/bench/blobs/uploads/", method="POST")
    location = headers["Location"]
    answer = run("curl", "-sS", "--fail-with-body", "-X", "PATCH", "-T", FILE, "-H", "Expect:", "-H",
                 "Content-Type: application/octet-stream", "-D", "-", location)
    location = next(line.split(None, 1)[1] for line in answer.splitlines() if line.lower().startswith("location:"))
    mark = "&" if "?" in location else "?"
    run("curl", "-sS", "--fail-with-body", "-X", "PUT", f"{location.strip()}{mark}digest=sha256:{digest}")
