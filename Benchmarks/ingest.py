"""`log-ingest`: records a second that one edge ships over mTLS and the server has acknowledged, against psql's \\copy of
the same records into a plain jsonb table of the same PostgreSQL."""

import os
import sys
import time
from statistics import median

from figure import Figure
from stand import BIN, ROOT, run

RECORDS, ROUNDS = 300_000, 3


def measure(stand):
    file = stand.directory / "records.ndjson"
    run(sys.executable, ROOT / "scripts/loggen", RECORDS, "--output", file)
    ship = joined_engine(stand)
    stand.sql("create database plain", "postgres")
    stand.sql("create table records (record jsonb not null)", "plain")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        stand.sql("truncate records", "plain")
        # Control characters never stand in JSON text, so as quote and delimiter they leave each line whole.
        theirs.append(timed(lambda: run(
            "psql", "-Xq", "-v", "ON_ERROR_STOP=1", stand.conninfo("plain"), "-c",
            f"\\copy records from '{file}' with (format csv, quote e'\\x01', delimiter e'\\x02')")))
        ours.append(timed(lambda: ship(file)))
    stored = int(stand.sql("select sum(record_count) from log_batches"))
    if stored != ROUNDS * RECORDS:
        raise SystemExit(f"{stored} records stored, not {ROUNDS * RECORDS}")
    yield Figure("log-ingest", median(theirs) / median(ours), 1.0,
                 note=f"{RECORDS / median(ours):.0f} against {RECORDS / median(theirs):.0f} records/s")


def timed(work):
    os.sync()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def joined_engine(stand):
    """An edge of a published pipeline; returns what ships a file as that edge."""
    workspace = stand.workspace("ingest")
    model = ROOT / "Examples/house-price/model.onnx"
    run(*stand.upload_command(workspace, "house", model))
    version = stand.sql(f"select id from model_versions where workspace_id = {workspace}")
    publish, _ = stand.publish(stand.pipeline(workspace, "house", version)["id"])
    added = stand.api("POST", f"/publishes/{publish['id']}/edges", {"name": "bench-edge"})
    bundle = added["publish"]["docker_run_variables"]["EDGE_BUNDLE"]
    environment = dict(os.environ, PERSIST_DIR=str(stand.directory / "edge"), EDGE_BUNDLE=bundle)
    run(BIN / "drover-engine", "join", env=environment)
    return lambda file: run(BIN / "drover-engine", "ship", "--again", file, env=environment)
