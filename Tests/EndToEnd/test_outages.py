"""Clients, the registry and PostgreSQL go away and come back: bounded answers, nothing acknowledged is lost."""

import concurrent.futures
import contextlib
import os
import pathlib
import re
import signal
import socket
import threading
import time

import pytest
import requests

from drover_process import eventually
from servers import (MODEL_SHA, External, as_sent, begin_upload, generate_records, large_model, model_names, running,
                     sha256, upload_bytes)


@pytest.fixture(scope="module")
def server():
    """Embedded: the server supervises PostgreSQL and registry."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def external():
    """PostgreSQL and registry are somebody else's."""
    with running(External) as server:
        yield server


def read_answer(connection):
    """Status and headers of the answer on a raw connection; status 0 when it was just closed."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            data += chunk
            if b"\r\n\r\n" in data:
                break
    head = data.split(b"\r\n\r\n")[0].decode()
    return (int(head.split()[1]) if head else 0), head.lower()


def readiness(server):
    answer = requests.get(server.url + "/readyz", timeout=15)
    return answer.status_code, answer.json()


def assert_unavailable(answer):
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "unavailable"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_a_client_that_goes_away_during_an_upload_leaves_nothing(server):
    workspace = server.workspace()
    body = large_model(6 << 20)
    for number, cut in enumerate((0, 1, 100_000, len(body) // 2, len(body) - 1)):
        for how in ("close", "reset", "half-close"):
            connection = begin_upload(server, workspace, f"cut-{number}-{how}", body, cut)
            if how == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            if how == "half-close":
                connection.shutdown(socket.SHUT_WR)
                assert read_answer(connection)[0] in (0, 400)
            connection.close()
    assert model_names(server, workspace) == []
    assert readiness(server)[0] == 200
    assert upload_bytes(server, workspace, "whole", body).json()["sha"] == sha256(body)


def test_an_upload_with_another_length_or_digest_than_announced_leaves_nothing(server):
    workspace = server.workspace()
    body = large_model(1 << 20)
    wrong = "sha-256=:" + "A" * 43 + "=:"
    answer = upload_bytes(server, workspace, "digest", body, **{"Content-Digest": wrong})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "Content-Digest", answer.text
    assert model_names(server, workspace) == []


@pytest.mark.proves("PUB-06")
def test_while_the_registry_is_down_uploads_are_refused_and_publishes_wait(external):
    workspace = external.workspace()
    version = external.upload(workspace)
    pipeline = external.pipeline(workspace, version["id"])["id"]
    pid = int(pathlib.Path(external.services, "registry.pid").read_text())
    os.kill(pid, signal.SIGKILL)

    started = time.monotonic()
    status, body = readiness(external)
    assert (status, body["database"], body["registry"]) == (503, "ok", "unavailable")
    assert time.monotonic() - started < 10
    publish = external.api("POST", f"/pipelines/{pipeline}/publishes", json={})
    assert publish.status_code == 202, publish.text  # It is only noted down, so it may.
    started = time.monotonic()
    assert_unavailable(upload_bytes(external, workspace, "refused", large_model(1 << 20)))
    assert time.monotonic() - started < 60
    assert model_names(external, workspace) == ["house"]
    assert external.api("GET", f"/model-versions/{version['id']}").status_code == 200  # Reads need no registry.
    path = f"/publishes/{publish.json()['id']}"
    assert external.api("GET", path).json()["status"] in ("PendingPublish", "Publishing")

    external.start_registry()
    eventually(lambda: readiness(external)[0] == 200)
    row = eventually(lambda: (r := external.api("GET", path).json())["status"] == "Published" and r, 90)
    assert "sha256:" + sha256(external.manifest(row["pipeline_url"])) == row["pipeline_digest"]
    assert row.get("error") is None
    assert upload_bytes(external, workspace, "refused", large_model(1 << 20)).status_code == 201


def test_a_registry_that_dies_in_the_middle_of_an_upload_is_not_the_clients_fault(external):
    workspace = external.workspace()
    body = large_model(6 << 20)
    pid = int(pathlib.Path(external.services, "registry.pid").read_text())
    connection = begin_upload(external, workspace, "cut", body, len(body) // 2)
    uploads = pathlib.Path(external.services, "registry/docker/registry/v2/repositories/models", str(workspace))
    eventually(lambda: list(uploads.rglob("_uploads/*/data")))
    os.kill(pid, signal.SIGKILL)
    status, head = read_answer(connection)
    connection.close()
    external.start_registry()
    assert status == 503 and "retry-after:" in head, head
    assert model_names(external, workspace) == []
    eventually(lambda: readiness(external)[0] == 200)
    assert upload_bytes(external, workspace, "cut", body).json()["sha"] == sha256(body)


@pytest.mark.proves("PUB-06")
def test_sigterm_gives_a_running_publish_back_and_the_next_server_goes_on_at_once(external):
    workspace = external.workspace()
    version = external.upload(workspace)
    pipeline = external.pipeline(workspace, version["id"])["id"]
    pid = int(pathlib.Path(external.services, "registry.pid").read_text())
    os.kill(pid, signal.SIGSTOP)  # The push stands still, whatever it is doing.
    try:
        publish = external.api("POST", f"/pipelines/{pipeline}/publishes", json={}).json()["id"]
        path = f"/publishes/{publish}"
        eventually(lambda: external.api("GET", path).json()["status"] == "Publishing")
        started = time.monotonic()
        external.process.send_signal(signal.SIGTERM)
        assert external.process.wait(30) == 0
        assert time.monotonic() - started < 10
        job = external.psql(f"select state, lease_id is null, attempts, lapses from jobs where publish_id = {publish}")
        assert job == [["queued", "t", "0", "0"]]
    finally:
        os.kill(pid, signal.SIGCONT)
    external.start()
    started = time.monotonic()
    row = eventually(lambda: (r := external.api("GET", path).json())["status"] == "Published" and r)
    assert time.monotonic() - started < 10  # Sooner than any lease runs out.
    assert "sha256:" + sha256(external.manifest(row["pipeline_url"])) == row["pipeline_digest"]


def test_while_the_registry_hangs_answers_stay_bounded(server):
    workspace = server.workspace()
    version = server.upload(workspace)
    pipeline = server.pipeline(workspace, version["id"])["id"]
    pid = server.children()[1][0]
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        status, body = readiness(server)
        assert (status, body["database"], body["registry"]) == (503, "ok", "unavailable")
        assert time.monotonic() - started < 10
        publish = server.api("POST", f"/pipelines/{pipeline}/publishes", json={})
        assert publish.status_code == 202, publish.text
        started = time.monotonic()
        assert_unavailable(server.api(
            "POST", f"/workspaces/{workspace}/models/hang/versions", data=large_model(1 << 20), timeout=90,
            headers={"Content-Type": "application/octet-stream"}))
        assert time.monotonic() - started < 60
    finally:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: readiness(server)[0] == 200)
    path = f"/publishes/{publish.json()['id']}"
    eventually(lambda: server.api("GET", path).json()["status"] == "Published", 90)
    assert model_names(server, workspace) == ["house"]


def test_a_registry_that_dies_is_started_again(server):
    workspace = server.workspace()
    version = server.upload(workspace)
    old = server.children()[1][0]
    os.kill(old, signal.SIGKILL)
    eventually(lambda: server.children()[1] not in ([], [old]) and readiness(server)[0] == 200)
    server.upload(workspace, "after")
    row = server.publish(server.pipeline(workspace, version["id"])["id"])
    assert row["status"] == "Published", row


class Load:
    """Readers and writers that go on through an outage and remember what they were told."""

    def __init__(self, server, readers=6, writers=6):
        self.server, self.token = server, server.token()
        self.statuses, self.created, self.problems = {}, [], []
        self.ending, self.lock = threading.Event(), threading.Lock()
        _, self.version, self.pipeline, _ = server.published()
        self.threads = [threading.Thread(target=self.work, args=(n, kind), daemon=True)
                        for kind, count in ((self.read, readers), (self.write, writers)) for n in range(count)]

    def read(self, session, *_):
        answer = session.get(f"{self.server.url}/api/v1/model-versions/{self.version['id']}", timeout=60)
        assert answer.status_code != 200 or answer.json()["sha"] == MODEL_SHA
        return answer

    def write(self, session, n, turn):
        name = f"load-{id(self)}-{n}-{turn}"
        answer = session.post(f"{self.server.url}/api/v1/workspaces", json={"name": name}, timeout=60)
        if answer.status_code == 201:
            with self.lock:
                self.created.append((answer.json()["id"], name))
        return answer

    def work(self, n, kind):
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token}"
        turn = 0
        while not self.ending.is_set():
            turn += 1
            try:
                answer = kind(session, n, turn)
                with self.lock:
                    self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
                    if answer.status_code >= 500:
                        if answer.status_code != 503 or "Retry-After" not in answer.headers:
                            self.problems.append(answer.text)
                    elif answer.status_code >= 300:
                        self.problems.append(answer.text)
            except Exception as error:
                with self.lock:
                    self.problems.append(repr(error))
            self.ending.wait(0.005)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        eventually(lambda: self.count(200) > 20 and self.count(201) > 20)
        return self

    def count(self, status):
        return self.statuses.get(status, 0)

    def until_it_works_again(self):
        """Many more successes of both kinds than now."""
        read, written = self.count(200), self.count(201)
        eventually(lambda: self.count(200) > read + 30 and self.count(201) > written + 30, 60)

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(70)

    def check(self):
        """Only successes and 503, and everything that was acknowledged exists."""
        assert not self.problems, self.problems[:3]
        names = dict(self.server.psql("select id, name from workspaces"))
        lost = [(id, name) for id, name in self.created if names.get(str(id)) != name]
        assert not lost, lost[:3]
        assert len(self.created) == len({id for id, _ in self.created})


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_postgresql_costs_no_more_than_503s(external, mode):
    with Load(external) as load:
        external.restart_postgres(mode)
        load.until_it_works_again()
        external.restart_postgres(mode)
        load.until_it_works_again()
    load.check()


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_an_embedded_postgresql_that_dies_is_started_again(server, kill):
    with Load(server) as load:
        [[old], _] = server.children()
        os.kill(old, kill)
        eventually(lambda: server.children()[0] not in ([], [old]), 60)
        load.until_it_works_again()
    load.check()
    assert len(server.children()[0]) == 1


@pytest.mark.proves("EDGE-19")
def test_logs_are_shipped_through_restarts_of_postgresql(external, tmp_path):
    _, _, pipeline, publish = external.published()
    edge, bundle = external.edge(publish["id"])
    sent = generate_records(tmp_path / "records.ndjson", 20_000, seed=5)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        shipping = pool.submit(external.engine, "ship", tmp_path / "records.ndjson", persist=tmp_path / "p", bundle=bundle)
        for _ in range(3):
            external.restart_postgres("immediate")
        done = shipping.result()
    assert done.returncode == 0, done.stderr
    assert [as_sent(row) for row in reversed(external.all_logs(pipeline["id"]))] == sent


@pytest.fixture
def draining():
    with running() as server:
        yield server


def test_sigterm_lets_an_upload_end_and_takes_the_children_along(draining):
    server = draining
    workspace = server.workspace()
    body = large_model(4 << 20)
    connection = begin_upload(server, workspace, "slow", body, len(body) // 2)
    uploads = pathlib.Path(server.data, "registry/docker/registry/v2/repositories/models", str(workspace))
    eventually(lambda: [f for f in uploads.glob("slow/_uploads/*/data") if f.stat().st_size > 0])
    server.process.send_signal(signal.SIGTERM)
    eventually(lambda: not accepts(server.port), 10)  # It takes nothing new.
    started = time.monotonic()
    for start in range(len(body) // 2, len(body), 64 << 10):
        connection.sendall(body[start:start + (64 << 10)])
        time.sleep(0.02)  # The client is slow.
    status, head = read_answer(connection)
    assert status == 201, head
    assert re.search("connection: close", head) or read_answer(connection)[0] == 0
    assert server.process.wait(30) == 0
    assert time.monotonic() - started < 30
    assert server.processes() == {}
    server.restart()
    assert model_names(server, workspace) == ["slow"]

    # Idle keep-alive connections and an upload that stalls do not hold the server for ever.
    stalled = begin_upload(server, workspace, "stalled", body, len(body) // 2)
    idle = socket.create_connection(("127.0.0.1", server.port))
    server.process.send_signal(signal.SIGTERM)
    try:
        assert server.process.wait(60) == 0
    finally:
        stalled.close()
        idle.close()
    assert server.processes() == {}


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        return True
    except OSError:
        return False
