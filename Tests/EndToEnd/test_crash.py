"""kill -9 in the middle of an upload, a publish and log shipping: nothing acknowledged is lost, everything converges."""

import contextlib
import json
import os
import pathlib
import random
import re
import signal
import subprocess

import pytest

from drover_process import BIN, EMAIL, eventually
from servers import (MODEL_SHA, as_sent, begin_request, begin_upload, generate_records, large_model, model_names, pause,
                     running, sha256, upload_bytes)
from signatures import Repository

FIELDS = {"Content-Type": "application/json", "Connection": "close"}


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


def test_an_upload_that_a_crash_cuts_leaves_nothing_and_works_the_second_time(server):
    workspace = server.workspace()
    kept = server.upload(workspace, "kept")
    body = large_model(6 << 20)
    cuts = {"head": 0, "one": 1, "magic": 100, "chunk": 64 << 10, "half": len(body) // 2, "almost": len(body) - 1}
    connections = [begin_upload(server, workspace, name, body, cut) for name, cut in cuts.items()]
    repositories = pathlib.Path(server.data, "registry/docker/registry/v2/repositories/models", str(workspace))
    for name, cut in cuts.items():  # Each is under way: the registry has its session, and the big ones' bytes.
        eventually(lambda: [f for f in repositories.glob(f"{name}/_uploads/*/data")
                            if cut < 1 << 20 or f.stat().st_size > 0] or None)
    server.kill9()
    for connection in connections:
        connection.close()
    server.restart()

    assert model_names(server, workspace) == ["kept"]
    assert server.api("GET", f"/model-versions/{kept['id']}").json() == kept
    assert sha256(server.blob(f"models/{workspace}/kept", f"sha256:{MODEL_SHA}").content) == MODEL_SHA
    for name in cuts:
        tags = server.session.get(f"http://{server.registry}/v2/models/{workspace}/{name}/tags/list", timeout=30)
        assert tags.status_code == 404 or not tags.json()["tags"]
        answer = upload_bytes(server, workspace, name, body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["sha"] == sha256(body)
    assert sorted(model_names(server, workspace)) == sorted(["kept", *cuts])
    for row in server.api("GET", f"/workspaces/{workspace}/models").json()["items"]:
        assert row["version_count"] == 1, row


def test_an_upload_that_was_complete_when_the_crash_came_is_there_whole_or_not_at_all(server):
    workspace = server.workspace()
    chance = random.Random(20261121)
    body = large_model(1 << 20)
    for name in ("first", "second", "third"):
        connection = begin_upload(server, workspace, name, body, len(body))
        pause(chance.uniform(0, 0.15))
        server.kill9()
        connection.close()
        server.restart()
        if name in model_names(server, workspace):
            model = next(m for m in server.api("GET", f"/workspaces/{workspace}/models").json()["items"]
                         if m["name"] == name)
            [version] = server.api("GET", f"/models/{model['id']}/versions").json()["items"]
            assert version["sha"] == sha256(body)
            stored = server.blob(f"models/{workspace}/{name}", f"sha256:{version['sha']}")
            assert stored.content == body
        answer = upload_bytes(server, workspace, name, body)
        assert answer.status_code == 201, answer.text


def check_published(server, row, version):
    """The artifacts of a publish are whole, and their digests are what the API says."""
    assert row["status"] == "Published", row
    raw = server.manifest(row["pipeline_url"])
    assert "sha256:" + sha256(raw) == row["pipeline_digest"]
    digests = [layer["digest"] for layer in json.loads(raw)["layers"]]
    assert f"sha256:{version['sha']}" in digests
    for digest in digests:
        repository = row["pipeline_url"].split("/", 1)[1].rsplit(":", 1)[0]
        assert "sha256:" + sha256(server.blob(repository, digest).content) == digest
    chart = row["helm"]["reference"].removeprefix("oci://")
    assert "sha256:" + sha256(server.manifest(chart)) == chart.rsplit("@", 1)[1]
    # Signed once, however often it was begun: two bundles each, and a model signature of the files.
    artifact = f"{row['pipeline_url'].rsplit(':', 1)[0]}@{row['pipeline_digest']}"
    for reference, attached in ((artifact, 3), (chart, 2)):
        repository, digest = reference.split("@")
        signatures = json.loads(server.manifest(f"{repository}:{digest.replace(':', '-')}.sig"))["layers"]
        assert len(signatures) == 1, signatures
        assert len(Repository(repository).referrers(digest)) == attached


@pytest.mark.proves("PUB-06")
def test_a_publish_that_crashes_interrupt_happens_once_and_whole(server):
    workspace = server.workspace()
    version = server.upload(workspace)
    chance = random.Random(2)
    rounds = []
    for number in range(8):
        pipeline = server.pipeline(workspace, version["id"])["id"]
        key = f"round-{number}-{pipeline}"
        path, body = f"/pipelines/{pipeline}/publishes", b"{}"
        connection = begin_request(
            server, "POST", path, {**FIELDS, "Idempotency-Key": key, "Content-Length": len(body)}, body)
        answer = b""
        if number % 2 == 0:  # The client has its 202; the job is somewhere. Otherwise the answer may never come.
            while chunk := connection.recv(65536):
                answer += chunk
            assert answer.startswith(b"HTTP/1.1 202 "), answer
        pause(chance.uniform(0, 0.25 if answer else 0.04))
        server.kill9()
        connection.close()
        rounds.append((pipeline, key, answer))
        server.restart()

    # A minute passes: what the dead processes had claimed runs out. Leases of jobs are short enough to wait for.
    server.psql("update idempotency_keys set claimed_at = claimed_at - interval '61 s'")
    outcomes = set()
    for pipeline, key, answer in rounds:
        path = f"/pipelines/{pipeline}/publishes"
        again = server.api("POST", path, json={}, headers={"Idempotency-Key": key, "Content-Type": "application/json"},
                           data=b"{}")
        rows = server.api("GET", path).json()["items"]
        assert len(rows) == 1, (again.text, rows)
        if again.status_code == 202:
            assert again.json()["id"] == rows[0]["id"]
            outcomes.add("replayed" if again.headers.get("Idempotency-Replayed") else "done now")
        else:  # It took effect, and the crash took the answer: the key says so and does it no second time.
            assert again.status_code == 409, again.text
            assert again.json()["code"] == "request_in_progress" and "took effect" in again.json()["detail"]
            outcomes.add("applied")
        if answer:
            assert json.loads(answer.split(b"\r\n\r\n", 1)[1].split(b"\r\n")[-1] or b"{}").get("id", rows[0]["id"]) \
                == rows[0]["id"]
    assert "replayed" in outcomes, outcomes
    for pipeline, _, _ in rounds:
        path = f"/pipelines/{pipeline}/publishes"
        row = eventually(lambda: next((r for r in server.api("GET", path).json()["items"]
                                       if r["status"] in ("Published", "Error")), None), 30)
        check_published(server, row, version)
        jobs = server.psql(f"select state, lease_id is null, attempts from jobs where publish_id = {row['id']}")
        assert len(jobs) == 1 and jobs[0][:2] == ["done", "t"], jobs


def ship(bundle, persist, file):
    """drover-engine in the background."""
    environment = {**os.environ, "PERSIST_DIR": str(persist), "EDGE_BUNDLE": bundle}
    return subprocess.Popen([BIN / "drover-engine", "ship", file], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acked(server, edge):
    rows = server.psql(f"select coalesce(max(acked), 0) from log_streams where edge_id = '{edge}'")
    return int(rows[0][0])


@pytest.mark.proves("EDGE-19", "LOG-02", "LOG-35", "ESRV-06")
def test_each_record_is_stored_once_and_in_order_through_crashes_of_both_sides(server, tmp_path):
    _, _, pipeline, publish = server.published()
    edge, bundle = server.edge(publish["id"])
    count = 50_000
    sent = generate_records(tmp_path / "records.ndjson", count)
    persist = tmp_path / "persist"
    chance = random.Random(3)

    engine = ship(bundle, persist, tmp_path / "records.ndjson")
    try:
        server_kills = engine_kills = 0
        while acked(server, edge["id"]) < count:
            before = acked(server, edge["id"])
            eventually(lambda: acked(server, edge["id"]) > before or engine.poll() is not None, 60)
            if engine.poll() is not None:
                break
            pause(chance.uniform(0, 0.3))
            if engine_kills < 2 and chance.random() < 0.5:
                engine.kill()
                engine.wait()
                engine_kills += 1
                engine = ship(bundle, persist, tmp_path / "records.ndjson")
            elif server_kills < 3:
                server.kill9()
                server_kills += 1
                server.restart()
        output, errors = engine.communicate(timeout=90)
        assert engine.returncode == 0, errors
        assert server_kills >= 2, "shipping was over before it could be disturbed"
    finally:
        with contextlib.suppress(ProcessLookupError):
            engine.kill()
    assert re.search(r"shipped \d+ records", output)

    rows = server.all_logs(pipeline["id"])
    rows.reverse()  # The API gives the newest first.
    assert len(rows) == count
    assert {(r["metadata"]["partition"], r["metadata"]["pipeline_version"]) for r in rows} \
        == {(edge["name"], publish["pipeline_version_name"])}
    assert [as_sent(row) for row in rows] == sent

    # The same command once more has nothing to do: neither the token nor a record is presented again.
    again = server.engine("ship", tmp_path / "records.ndjson", persist=persist, bundle=bundle)
    assert again.returncode == 0, again.stderr
    assert "shipped 0 records" in again.stdout and "attestation" not in again.stdout
    assert acked(server, edge["id"]) == count


def test_a_server_that_is_killed_during_its_first_starts_starts_in_the_end():
    """The first start makes a database cluster; a crash in the middle of that must not leave half of one."""
    with running(start=False) as server:
        for seconds in (0.3, 0.6, 0.9, 1.4, 2.0):
            server.launch()
            pause(seconds)
            server.kill9()
        server.restart()
        assert server.psql(f"select count(*) from users where email = '{EMAIL}'") == [["1"]]
        assert server.published()


def test_a_machine_that_stops_while_the_cluster_is_made_starts_the_next_time():
    with running(start=False) as server:
        server.launch()
        eventually(lambda: list(pathlib.Path(server.data).glob("postgres*/PG_VERSION")), every=0.005)
        os.kill(server.process.pid, signal.SIGSTOP)  # All at once, as without power.
        server.reap()
        server.process.wait(10)
        server.restart()
        assert server.published()
