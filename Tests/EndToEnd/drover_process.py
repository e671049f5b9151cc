"""Starts the real `drover serve --embedded` (PostgreSQL and registry included) for the end-to-end tests."""

import base64
import contextlib
import hashlib
import itertools
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import psycopg
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("DROVER_BIN_DIR", ROOT / ".build/debug"))
EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
CHEAP_HASH = "$scrypt$ln=10,r=8,p=1${}${}".format(*(
    base64.b64encode(part).decode().rstrip("=")
    for part in (b"salt of 16 bytes", hashlib.scrypt(PASSWORD.encode(), salt=b"salt of 16 bytes", n=1 << 10, r=8, p=1, dklen=32))))
READY = b'"message":"ready"'
_numbers = itertools.count(1)
_ports = iter(range(10_000 + os.getpid() * 101 % 16_000, 32_000))


def free_port():
    """One that nobody listens on, below those that outgoing connections take; processes begin at different ones."""
    for port in _ports:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            return port
    raise AssertionError("all ports are taken")


def eventually(check, seconds=30, every=0.05):
    """Polls a level, not an edge: the value of `check` once it is true."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {check}"
        time.sleep(every)


class Drover:
    """One server with a data directory and ports of its own; may be killed and started again."""

    def __init__(self, **settings):
        self.data = tempfile.mkdtemp(prefix="drover-e2e-", dir="/tmp")
        os.chmod(self.data, 0o755)
        self.port, self.edge_port, self.registry_port = free_port(), free_port(), free_port()
        self.settings = settings
        self.process = None
        self.session = requests.Session()
        self._token = (None, 0)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def registry(self):
        return f"127.0.0.1:{self.registry_port}"

    @property
    def postgres(self):
        """libpq connection string of the superuser."""
        return f"host={self.data}/run user=postgres dbname=drover"

    def start(self):
        log = pathlib.Path(self.data, "drover.log")
        earlier = log.read_bytes().count(READY) if log.exists() else 0
        self.launch()
        eventually(self.is_ready, 60)
        # The API port answers a moment before the edge port is there too.
        eventually(lambda: log.read_bytes().count(READY) > earlier, 60)
        return self

    def launch(self):
        """Starts the process and waits for nothing."""
        arguments = [BIN / "drover", "serve", "--embedded", "--data", self.data,
                     "--http-port", self.port, "--edge-port", self.edge_port,
                     "--edge-public-host", f"127.0.0.1:{self.edge_port}",
                     "--embedded-registry-port", self.registry_port, "--migrations", ROOT / "Migrations"]
        for key, value in self.settings.items():
            arguments += ["--" + key.replace("_", "-"), value]
        # Model registries of the tests are on this machine, which the rules would refuse.
        environment = dict(os.environ, DROVER_ADMIN_EMAIL=EMAIL, DROVER_ADMIN_PASSWORD=PASSWORD,
                           DROVER_MODEL_REGISTRY_ADDRESSES="127.0.0.0/8")
        self.log = open(f"{self.data}/drover.log", "ab")
        self.process = subprocess.Popen([str(a) for a in arguments], env=environment, stderr=self.log, stdout=self.log,
                                        stdin=subprocess.DEVNULL, start_new_session=True)

    def is_ready(self):
        assert self.process.poll() is None, pathlib.Path(f"{self.data}/drover.log").read_text()[-4000:]
        try:
            return self.session.get(self.url + "/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        """SIGTERM; waits for the clean end, children included."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def kill9(self):
        """As a crash: nothing gets a chance to tidy up. PostgreSQL and registry are left running."""
        self.process.kill()
        self.process.wait(10)

    def token(self, email=EMAIL, password=PASSWORD):
        answer = self.session.post(self.url + "/auth/realms/master/protocol/openid-connect/token", timeout=30, data={
            "grant_type": "password", "client_id": "sdk-client", "username": email, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def bearer(self):
        """The administrator's token, kept for a while because a password costs time on purpose."""
        if time.monotonic() > self._token[1]:
            self._token = (self.token(), time.monotonic() + 120)
        return self._token[0]

    def api(self, method, path, token=None, **kwargs):
        """A request below /api/v1 as the administrator, or with the given token (False for none)."""
        headers = dict(kwargs.pop("headers", {}))
        if token is None:
            token = self.bearer()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        kwargs.setdefault("timeout", 60)
        return self.session.request(method, self.url + "/api/v1" + path, headers=headers, **kwargs)

    def account(self, cheap=True):
        """The e-mail of a new user, who has not signed in. A stored password carries its cost: with `cheap` it is the
        least that the server takes, because signing in is what most tests spend their time with."""
        email = f"user{next(_numbers)}-{os.getpid()}@example.com"
        answer = self.api("POST", "/users", json={"email": email, **({} if cheap else {"password": PASSWORD})})
        assert answer.status_code == 201, answer.text
        if cheap:
            with psycopg.connect(self.postgres) as connection:
                connection.execute("update users set password_hash = %s where email = %s", [CHEAP_HASH, email])
                connection.execute("delete from account_links where user_id = %s", [answer.json()["id"]])
        return email

    def user(self):
        """A new user: (e-mail, token)."""
        email = self.account()
        return email, self.token(email)

    def workspace(self, token=None):
        answer = self.api("POST", "/workspaces", token, json={"name": f"ws-{next(_numbers)}"})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def upload(self, workspace, name="house", file=ROOT / "Examples/house-price/model.onnx", token=None):
        with open(file, "rb") as body:
            answer = self.api("POST", f"/workspaces/{workspace}/models/{name}/versions?file_name=model.onnx", token,
                              data=body, headers={"Content-Type": "application/octet-stream"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def pipeline(self, workspace, version, name=None, token=None):
        answer = self.api("POST", f"/workspaces/{workspace}/pipelines", token, json={
            "name": name or f"pipeline-{next(_numbers)}",
            "steps": [{"model_inference": {"models": [{"version": version}]}}]})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def publish(self, pipeline, token=None, seconds=60, **body):
        answer = self.api("POST", f"/pipelines/{pipeline}/publishes", token, json=body)
        assert answer.status_code == 202, answer.text
        path = f"/publishes/{answer.json()['id']}"

        def ended():
            row = self.api("GET", path, token).json()
            return row if row["status"] in ("Published", "Error") else None
        return eventually(ended, seconds)

    def published(self, token=None):
        """A workspace with a published pipeline: (workspace, model version, pipeline, publish)."""
        workspace = self.workspace(token)
        version = self.upload(workspace, token=token)
        pipeline = self.pipeline(workspace, version["id"], token=token)
        publish = self.publish(pipeline["id"], token)
        assert publish["status"] == "Published", publish
        return workspace, version, pipeline, publish

    def edge(self, publish, token=None, name=None):
        """Adds an edge: (edge, EDGE_BUNDLE)."""
        answer = self.api("POST", f"/publishes/{publish}/edges", token, json={"name": name or f"edge-{next(_numbers)}"})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return body["edge"], body["publish"]["docker_run_variables"]["EDGE_BUNDLE"]

    def engine(self, *arguments, persist, bundle=None, **kwargs):
        """Runs drover-engine."""
        environment = dict(os.environ, PERSIST_DIR=str(persist))
        environment.pop("EDGE_BUNDLE", None)
        if bundle:
            environment["EDGE_BUNDLE"] = bundle
        return subprocess.run([str(BIN / "drover-engine"), *map(str, arguments)], env=environment, text=True,
                              capture_output=True, timeout=kwargs.pop("timeout", 120), **kwargs)

    def logs(self, pipeline, token=None, limit=100, cursor=None):
        parameters = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        return self.api("GET", f"/pipelines/{pipeline}/logs", token, params=parameters)

    def all_logs(self, pipeline, token=None):
        rows, cursor = [], None
        while True:
            answer = self.logs(pipeline, token, 10_000, cursor)
            assert answer.status_code == 200, answer.text
            rows += json.loads(answer.content)
            cursor = answer.headers.get("X-Next-Cursor")
            if not cursor:
                return rows
