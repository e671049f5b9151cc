"""The main job, as a user does it: from a model file to inference logs."""

import json
import socket

import pytest

from drover_process import ROOT


@pytest.mark.proves("MODEL-13", "PUB-01", "EDGE-18", "EDGE-19", "LOG-35")
def test_a_model_is_published_and_its_logs_come_back(drover, tmp_path):
    workspace, version, pipeline, publish = drover.published()
    assert version["sha"] == "51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c"
    edge, bundle = drover.edge(publish["id"])

    joined = drover.engine("join", persist=tmp_path, bundle=bundle)
    assert joined.returncode == 0, joined.stderr
    assert "Node attestation was successful" in joined.stdout.splitlines()

    records = ROOT / "Examples/house-price/logs.ndjson"
    shipped = drover.engine("ship", records, persist=tmp_path)  # No bundle: the stored identity is enough.
    assert shipped.returncode == 0, shipped.stderr

    rows = drover.all_logs(pipeline["id"])
    sent = [json.loads(line) for line in records.read_text().splitlines()]
    assert len(rows) == len(sent) == 1000
    assert [r["time"] for r in reversed(rows)] == [r["time"] for r in sent]
    assert all(r["metadata"]["partition"] == edge["name"] for r in rows)
    assert all(r["metadata"]["pipeline_version"] == publish["pipeline_version_name"] for r in rows)
    assert [r["in"] for r in reversed(rows)] == [r["in"] for r in sent]


def test_a_client_that_asks_first_is_told_to_continue(drover):
    """curl -T sends `Expect: 100-continue` and waits a second when nobody answers."""
    head = (f"POST /api/v1/workspaces/{drover.workspace()}/models/m/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
            f"Authorization: Bearer {drover.token()}\r\nExpect: 100-continue\r\n\r\n")
    with socket.create_connection(("127.0.0.1", drover.port), timeout=30) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb")
        assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
        while answer.readline() != b"\r\n":
            pass
        connection.sendall(b"not a model")
        assert b" 422 " in answer.readline()
