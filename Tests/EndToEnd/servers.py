"""Servers that a test module has for itself, to be killed, starved and restarted, and what is needed to look at them."""

import contextlib
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from drover_process import BIN, EMAIL, PASSWORD, ROOT, Drover, eventually

MODEL = ROOT / "Examples/house-price/model.onnx"
MODEL_SHA = "51f7e00845b36380bdf4a742e20a088f9ce7b33fbe9d98aa60fce484005c9e9c"


class Server(Drover):
    """The embedded server, with eyes for its children."""

    def psql(self, sql):
        """Runs SQL as the owner of everything; rows as lists of text."""
        return psql(self.postgres, sql)

    def processes(self):
        """Every process that has the data directory in its command line: {pid: command line}."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if self.data in line:
                        found[int(entry.name)] = line
        return found

    def children(self):
        """The postmasters and registries (their own children carry other command lines)."""
        lines = [(pid, line) for pid, line in self.processes().items() if "drover serve " not in line]
        return ([pid for pid, line in lines if f"-D {self.data}/postgres" in line],
                [pid for pid, line in lines if f"serve {self.data}/registry.yml" in line])

    def restart(self):
        """After `kill9`: a new process on the same data and ports, with exactly one of each child."""
        self.start()
        postmasters, registries = self.children()
        assert len(postmasters) == 1, postmasters
        assert len(registries) == 1, registries

    def reap(self):
        """Ends whatever a failed test left running."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)

    def manifest(self, reference):
        """The manifest's bytes as `skopeo inspect --raw` shows them."""
        done = subprocess.run(["skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{reference}"],
                              capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def blob(self, repository, digest):
        return self.session.get(f"http://{self.registry}/v2/{repository}/blobs/{digest}", timeout=60)


class External(Server):
    """The server without `--embedded`, against the PostgreSQL and registry of scripts/services."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.services = tempfile.mkdtemp(prefix="drover-svc-", dir="/tmp")
        out = subprocess.run([ROOT / "scripts/services", "start", self.services], capture_output=True, text=True,
                             check=True, timeout=120, stdin=subprocess.DEVNULL).stdout
        self.registry_port = int(out.rsplit(":", 1)[1])
        self.owner = f"host={self.services}/pg user=postgres dbname=drover"
        self.login = f"host={self.services}/pg user=drover_login dbname=drover"
        psql(f"host={self.services}/pg user=postgres dbname=postgres", "create database drover")
        self.secret = secrets.token_hex(32)

    @property
    def postgres(self):
        return self.owner

    @property
    def environment(self):
        return {**os.environ, "DATABASE_OWNER_URL": self.owner, "DATABASE_URL": self.login,
                "OCI_REGISTRY": self.registry, "OCI_PLAIN_HTTP": "true", "DROVER_SECRET_KEY": self.secret,
                "DROVER_ADMIN_EMAIL": EMAIL, "DROVER_ADMIN_PASSWORD": PASSWORD,
                "DROVER_MIGRATIONS": str(ROOT / "Migrations")}

    def migrate(self, *arguments):
        return subprocess.run([BIN / "drover", "migrate", *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)

    def launch(self):
        """Settings come from the environment here, as in a container."""
        environment = {**self.environment, "DROVER_HTTP_PORT": str(self.port), "DROVER_EDGE_PORT": str(self.edge_port),
                       "DROVER_EDGE_PUBLIC_HOST": f"127.0.0.1:{self.edge_port}"}
        for key, value in self.settings.items():
            environment["DROVER_" + key.upper()] = str(value)
        with open(f"{self.data}/drover.log", "ab") as log:
            self.process = subprocess.Popen([BIN / "drover", "serve"], env=environment, stderr=log, stdout=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True)

    def start_registry(self):
        """The registry again, on its old port, after it was killed."""
        with open(f"{self.services}/registry.log", "ab") as log:
            child = subprocess.Popen(["docker-registry", "serve", f"{self.services}/registry.yml"], stdout=log,
                                     stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        pathlib.Path(f"{self.services}/registry.pid").write_text(f"{child.pid}\n")

    def restart_postgres(self, mode):
        """`pg_ctl restart`, as an operator does it; returns when it accepts connections again."""
        program = sorted(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda p: int(p.name))[-1] / "bin/pg_ctl"
        command = [program, "-D", f"{self.services}/pg/data", "-l", f"{self.services}/pg/log", "-w", "-m", mode, "restart"]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run([str(c) for c in command], check=True, timeout=60, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)

    def cleanup(self):
        subprocess.run([ROOT / "scripts/services", "stop", self.services], timeout=60, stdin=subprocess.DEVNULL)
        shutil.rmtree(self.services, ignore_errors=True)


@contextlib.contextmanager
def running(kind=Server, start=True, **settings):
    """A server that is gone afterwards, whatever happened to it."""
    server = kind(**settings)
    try:
        if issubclass(kind, External):
            done = server.migrate()
            assert done.returncode == 0, done.stderr
        if start:
            server.start()
        yield server
        server.stop()
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
            server.process.wait(10)
        server.reap()
        if issubclass(kind, External):
            server.cleanup()
        shutil.rmtree(server.data, ignore_errors=True)


def psql(conninfo, sql):
    done = subprocess.run(["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", sql],
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def large_model(size):
    """The example model with a long doc_string (ModelProto field 6): a valid file of about `size` bytes, always the same."""
    text = hashlib.sha256(b"large").hexdigest().encode() * (size // 64)
    length, varint = len(text), b""
    while length > 127:
        varint += bytes([length & 127 | 128])
        length >>= 7
    return MODEL.read_bytes() + b"\x32" + varint + bytes([length]) + text


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def begin_request(server, method, path, headers, body=b""):
    """Sends a request's head and as much of its body as given; the connection stays open."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    head = [f"{method} /api/v1{path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}",
            f"Authorization: Bearer {server.bearer()}", *[f"{k}: {v}" for k, v in headers.items()]]
    connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
    return connection


def begin_upload(server, workspace, name, body, cut):
    """An upload of which the server gets only the first `cut` bytes, for now."""
    return begin_request(
        server, "POST", f"/workspaces/{workspace}/models/{name}/versions?file_name=model.onnx",
        {"Content-Type": "application/octet-stream", "Content-Length": len(body)}, body[:cut])


def upload_bytes(server, workspace, name, body, **headers):
    return server.api("POST", f"/workspaces/{workspace}/models/{name}/versions?file_name=model.onnx", data=body,
                      headers={"Content-Type": "application/octet-stream", **headers})


def model_names(server, workspace):
    return [m["name"] for m in server.api("GET", f"/workspaces/{workspace}/models").json()["items"]]


def lines_of(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def as_sent(row):
    """A stored record without what the server stamps on it."""
    return {**row, "metadata": {k: v for k, v in row["metadata"].items() if k not in ("partition", "pipeline_version")}}


def generate_records(path, count, seed=1):
    subprocess.run([ROOT / "scripts/loggen", str(count), "--seed", str(seed), "--output", path], check=True, timeout=120)
    return [as_sent(record) for record in lines_of(path)]


def pause(seconds):
    """Lets a moment pass, chosen at random by the caller, to hit different points of what is under way."""
    time.sleep(seconds)
