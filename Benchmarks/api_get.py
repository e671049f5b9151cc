"""`authenticated-get`: one model version, read with token, row-level security and JSON, against the same server's
constant JSON route; `authenticated-get-tail`: how far its 99th percentile is from its median."""

import re
from statistics import median

from figure import Figure
from stand import ROOT, run

ROUNDS, SECONDS = 5, 3
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def measure(stand):
    workspace = stand.workspace("api-get")
    file = ROOT / "Examples/house-price/model.onnx"
    run(*stand.upload_command(workspace, "house", file))
    version = stand.sql("select id from model_versions order by created_at desc limit 1")
    stand.sql("vacuum analyze")
    token = ["-H", f"Authorization: Bearer {stand.token()}"]
    path = f"/api/v1/model-versions/{version}"
    constant, rates, halves, tails = [], [], [], []
    for number in range(ROUNDS + 1):
        idle = wrk(stand, "/healthz", [])
        rate, half, tail = wrk(stand, path, token)
        if number == 0:
            continue  # Warm-up.
        constant.append(idle[0])
        rates.append(rate)
        halves.append(half)
        tails.append(tail)
    yield Figure("authenticated-get", median(rates) / median(constant), 0.45,
                 note=f"{median(rates):.0f} against {median(constant):.0f} requests/s")
    yield Figure("authenticated-get-tail", median(tails) / median(halves), 10, at_most=True,
                 note=f"p50 {median(halves) * 1e3:.2f} ms, p99 {median(tails) * 1e3:.2f} ms")


def wrk(stand, path, headers):
    """Requests per second, and the latency of half and of 99 % of them in seconds."""
    text = run("wrk", "-t1", "-c64", f"-d{SECONDS}s", "--latency", *headers, f"http://127.0.0.1:{stand.port}{path}")
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit(f"{path}: {text}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    half, tail = (float(value) * UNITS[unit] for value, unit in re.findall(
        r"^\s+(?:50|99)%\s+([\d.]+)(us|ms|s)\s*$", text, re.M))
    return rate, half, tail
