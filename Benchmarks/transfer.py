"""`upload`, `upload-skopeo`, `upload-cpu`, `upload-rss`, `publish`, `publish-resent`: a model of 1 GiB through drover,
against curl and skopeo, which put the same bytes straight into the same registry."""

import hashlib
import json
import os
import time
from pathlib import Path
from statistics import median

import onnx_file
from figure import Figure
from stand import cpu_seconds, get, memory_kib, run, sha256

FLOATS, ROUNDS = 1 << 28, 3
FILE = Path("/tmp/drover-bench-model.onnx")


def measure(stand):
    if not FILE.exists() or FILE.stat().st_size < 4 * FLOATS:
        onnx_file.write(FILE, FLOATS)
    digest = sha256(FILE)
    workspace = stand.workspace("transfer")
    layout = oci_layout(stand.directory / "layout", digest)
    copy = ["skopeo", "copy", "-q", "--preserve-digests", "--dest-tls-verify=false", f"oci:{layout}:huge",
            f"docker://127.0.0.1:{stand.registry_port}/skopeo:huge"]
    ours, curl, skopeo, cpu = [], [], [], []
    for _ in range(ROUNDS):
        curl.append(timed(stand, digest, lambda: put_into_registry(stand, digest)))
        skopeo.append(timed(stand, digest, lambda: run(*copy)))
        command = stand.upload_command(workspace, "huge", FILE)
        before = cpu_seconds(stand.process.pid)
        ours.append(timed(stand, digest, lambda: run(*command)))
        cpu.append(cpu_seconds(stand.process.pid) - before)
    for name, theirs, target in (("upload", curl, 1.1), ("upload-skopeo", skopeo, 1)):
        note = f"{median(ours):.2f} s against {median(theirs):.2f} s"
        yield Figure(name, median(ours) / median(theirs), target, at_most=True, note=note)
    note = f"{median(cpu):.2f} s of the server's processor for 1 GiB, of 1.2"
    yield Figure("upload-cpu", median(cpu) / 1.2, 1, at_most=True, note=note)
    peak = memory_kib(stand.process.pid, "VmHWM") / 1024
    yield Figure("upload-rss", peak / 100, 1, at_most=True, note=f"{peak:.0f} MiB at the peak, of 100")
    yield from publish(stand, workspace)


def oci_layout(directory, digest):
    """An OCI layout with one artifact, whose one layer is the file, as it is."""
    blobs = directory / "blobs/sha256"
    blobs.mkdir(parents=True)
    os.link(FILE, blobs / digest)

    def document(media_type, value):
        text = json.dumps(value).encode()
        name = hashlib.sha256(text).hexdigest()
        (blobs / name).write_bytes(text)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(text)}
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": f"sha256:{digest}",
             "size": FILE.stat().st_size}
    config = document("application/vnd.oci.image.config.v1+json", {
        "architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}})
    manifest = document("application/vnd.oci.image.manifest.v1+json", {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
        "layers": [layer]})
    named = {**manifest, "annotations": {"org.opencontainers.image.ref.name": "huge"}}
    (directory / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [named]}))
    (directory / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    return directory


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
