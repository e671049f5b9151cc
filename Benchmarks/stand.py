"""The stand that figures are measured on: one `drover serve --embedded` of the release build, with its own PostgreSQL
(fsync as PostgreSQL comes) and registry, and the things that every figure needs of it."""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(os.environ.get("DROVER_BIN_DIR", ROOT / ".build/release"))
EMAIL, PASSWORD = "bench@example.com", "correct horse battery"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*command, **options):
    """Runs a command to its end and returns its standard output; stops the benchmark with its errors when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed ({done.returncode}): {done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout


def eventually(check, seconds, every=0.005):
    """The value of `check` once it is true, and how long that took."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        value = check()
        if value:
            return value, time.perf_counter() - start
        time.sleep(every)
    raise SystemExit(f"not within {seconds} s: {check.__name__}")


def get(port, path, headers=None, method="GET", body=None):
    """One request to loopback: status, headers, body; status 0 when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()


def memory_kib(pid, field):
    """`VmHWM` or `VmRSS` of a process, from the kernel."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise SystemExit(f"/proc/{pid}/status has no {field}")


def cpu_seconds(pid):
    """What a process has used of the processors so far, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Stand:
    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="drover-bench-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.data = self.directory / "data"
        self.port, self.edge_port, self.registry_port = free_port(), free_port(), free_port()
        self.socket = self.data / "run"
        self.token_text, self.token_end = "", 0.0

    def start(self):
        environment = dict(os.environ, DROVER_ADMIN_EMAIL=EMAIL, DROVER_ADMIN_PASSWORD=PASSWORD)
        self.process = self.serve(
            self.directory / "drover.log", "--embedded", "--data", self.data, "--http-port", self.port, "--edge-port",
            self.edge_port, "--edge-public-host", f"127.0.0.1:{self.edge_port}", "--embedded-registry-port",
            self.registry_port, "--migrations", ROOT / "Migrations", environment=environment)
        eventually(self.is_ready, 60)

    @staticmethod
    def serve(log, *arguments, environment=None):
        with open(log, "ab") as file:
            return subprocess.Popen(
                [str(part) for part in (BIN / "drover", "serve", *arguments)], stdin=subprocess.DEVNULL, stdout=file,
                stderr=file, env=environment, start_new_session=True)

    def is_ready(self):
        if self.process.poll() is not None:
            raise SystemExit("drover ended: " + (self.directory / "drover.log").read_text()[-2000:])
        return get(self.port, "/readyz")[0] == 200

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        shutil.rmtree(self.directory, ignore_errors=True)

    def conninfo(self, database="drover", user="postgres"):
        return f"host={self.socket} user={user} dbname={database}"

    def sql(self, text, database="drover"):
        return run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.conninfo(database), "-c", text).strip()

    def token(self):
        """An access token of the administrator, good for two minutes more: asking for one costs a password hash."""
        if time.monotonic() > self.token_end:
            self.token_text, self.token_end = self.new_token(), time.monotonic() + 120
        return self.token_text

    def new_token(self, port=None):
        form = urllib.parse.urlencode(
            {"grant_type": "password", "client_id": "sdk-client", "username": EMAIL, "password": PASSWORD})
        status, _, body = get(
            port or self.port, "/auth/realms/master/protocol/openid-connect/token",
            {"Content-Type": "application/x-www-form-urlencoded"}, "POST", form)
        if status != 200:
            raise SystemExit(f"no token: {status} {body}")
        return json.loads(body)["access_token"]

    def api(self, method, path, value=None):
        """A JSON request as the administrator."""
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        status, _, body = get(
            self.port, "/api/v1" + path, headers, method, None if value is None else json.dumps(value))
        if status not in (200, 201, 202):
            raise SystemExit(f"{method} {path}: {status} {body.decode()}")
        return json.loads(body)

    def upload_command(self, workspace, name, file, digest=None):
        """curl as a user would upload with it: the body streamed from the file."""
        header = ["-H", f"Content-Digest: {digest}"] if digest else []
        url = f"http://127.0.0.1:{self.port}/api/v1/workspaces/{workspace}/models/{name}/versions"
        return ["curl", "-sS", "--fail-with-body", "-X", "POST", "-T", str(file), "-H", "Expect:", "-H",
                f"Authorization: Bearer {self.token()}", "-H", "Content-Type: application/octet-stream", *header, url]

    def workspace(self, name):
        return self.api("POST", "/workspaces", {"name": name})["id"]

    def pipeline(self, workspace, name, version):
        return self.api("POST", f"/workspaces/{workspace}/pipelines", {
            "name": name, "steps": [{"model_inference": {"models": [{"version": version}]}}]})

    def publish(self, pipeline):
        """Publishes and waits: the publish, and the seconds from the request to `Published`."""
        start = time.perf_counter()
        path = f"/publishes/{self.api('POST', f'/pipelines/{pipeline}/publishes', {})['id']}"

        def ended():
            row = self.api("GET", path)
            if row["status"] == "Error":
                raise SystemExit(f"publish failed: {row['error']}")
            return row["status"] == "Published" and row
        row, _ = eventually(ended, 60)
        return row, time.perf_counter() - start

    def forget_blob(self, digest):
        """Takes a blob's bytes out of the registry, so that the next upload of it is a first one."""
        shutil.rmtree(self.data / "registry/docker/registry/v2/blobs/sha256" / digest[:2] / digest, ignore_errors=True)


@contextlib.contextmanager
def stand():
    it = Stand()
    it.start()
    try:
        yield it
    finally:
        it.stop()


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
