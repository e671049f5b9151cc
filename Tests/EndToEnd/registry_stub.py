"""Model registries that behave as they should not, and a Databricks workspace, which can't be had here: one small server,
whose first path component says how it behaves."""

import base64
import contextlib
import http.server
import json
import pathlib
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = (ROOT / "Examples/house-price/model.onnx").read_bytes()
HASH = "9f38797c1dbf4e7eb229c4011f0f1f18"
DBFS = f"/databricks/mlflow-registry/{HASH}/models/house"
# Of a version that was deleted.
STRAY = f"/databricks/mlflow-registry/{HASH[::-1]}/models/house/model.onnx"
TOKEN = "dapi0123456789abcdef"
# Also elsewhere in DBFS there is something, which is nobody's business.
FILES = {f"{DBFS}/model.onnx": MODEL, f"{DBFS}/data/notes.txt": b"notes", "/private/secret.onnx": MODEL, STRAY: MODEL}
# Fewer bytes than are asked for, as the documentation allows.
BLOCK = 1 << 15
# A model with so many bytes of description.
BIG = 300 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        _, mode, *rest = url.path.split("/", 2)
        self.query = {name: values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
        self.server.seen.append((self.path, dict(self.headers)))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, "as_" + mode)("/" + (rest[0] if rest else ""))

    def answer(self, body, status=200, content_type="application/json", **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def as_status(self, path):
        """`/status/429/…`"""
        _, code, *_ = path.split("/")
        headers = {"429": {"Retry_After": "17"}, "302": {"Location": self.server.lure}}.get(code, {})
        self.answer({"error_code": "TEST", "message": "the reason why"}, int(code), **headers)

    def as_html(self, path):
        self.answer(b"<html>Sign in first</html>", content_type="text/html")

    def as_huge(self, path):
        """Never stops."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b'40\r\n{"registered_models": [' + b" " * 41 + b"\r\n")
        for _ in range(1 << 16):
            self.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    def as_drip(self, path):
        """A byte now and then, long enough for any patience."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(120):
            self.wfile.write(b" ")
            self.wfile.flush()
            if self.server.closing.wait(0.5):
                return

    def as_silent(self, path):
        self.server.closing.wait(60)

    def as_endless(self, path):
        """A list whose pages have no end."""
        self.answer({"registered_models": [], "next_page_token": "again"})

    def as_wide(self, path):
        """A list of few rows, each of which is large."""
        row = {"name": "house", "description": "x" * (3 << 20)}
        self.answer({"registered_models": [row], "next_page_token": "again"})

    def as_cut(self, path):
        """Announces more of a file than it sends."""
        if path.startswith("/api/2.0/mlflow/"):
            return self.as_mlflow(path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(MODEL)))
        self.end_headers()
        self.wfile.write(MODEL[:-1000])
        self.wfile.flush()
        self.close_connection = True

    def as_big(self, path):
        """A file that nobody should hold in memory: the model and a `doc_string` (field 6)."""
        if path.startswith("/api/2.0/mlflow/"):
            return self.as_mlflow(path)
        length, size = b"", BIG
        while size:
            length += bytes([size & 0x7F | (0x80 if size >> 7 else 0)])
            size >>= 7
        head = MODEL + b"\x32" + length
        self.send_response(200)
        self.send_header("Content-Length", str(len(head) + BIG))
        self.end_headers()
        self.wfile.write(head)
        for _ in range(BIG >> 20):
            self.wfile.write(b"x" * (1 << 20))

    def as_elsewhere(self, path):
        """Names artifacts that lie somewhere else."""
        self.answer({"artifact_uri": self.server.lure})

    def as_climbing(self, path):
        """Names files that lead out of their directory."""
        if path.endswith("get-download-uri"):
            return self.answer({"artifact_uri": "mlflow-artifacts:/1/model"})
        return self.answer({"files": [{"path": "..", "is_dir": True}]})

    def as_loop(self, path):
        """A directory that holds itself."""
        if path.endswith("get-download-uri"):
            return self.answer({"artifact_uri": "mlflow-artifacts:/1/model"})
        return self.answer({"files": [{"path": "inner", "is_dir": True}]})

    def as_mlflow(self, path):
        """A good one, with one model."""
        now = 1_700_000_000_000
        version = {"name": "house", "version": "1", "creation_timestamp": now, "last_updated_timestamp": now,
                   "current_stage": "None", "status": "READY"}
        model = {"name": "house", "creation_timestamp": now, "last_updated_timestamp": now, "latest_versions": [version]}
        if path == "/api/2.0/mlflow/registered-models/search":
            self.answer({"registered_models": [model]})
        elif path == "/api/2.0/mlflow/model-versions/search":
            wanted = self.query.get("filter", "house")
            self.answer({"model_versions": [version] if "house" in wanted else []})
        elif path == "/api/2.0/mlflow/model-versions/get-download-uri":
            known = self.query.get("name") == "house" and self.query.get("version") == "1"
            self.answer({"artifact_uri": "mlflow-artifacts:/1/house"} if known else {"error_code": "X"}, 200 if known else 404)
        elif path == "/api/2.0/mlflow-artifacts/artifacts":
            self.answer({"files": [{"path": "model.onnx", "is_dir": False, "file_size": len(MODEL)}]})
        elif path == "/api/2.0/mlflow-artifacts/artifacts/1/house/model.onnx":
            self.answer(MODEL, content_type="application/octet-stream")
        else:
            self.answer({"error_code": "RESOURCE_DOES_NOT_EXIST"}, 404)

    def as_databricks(self, path):
        """As Databricks' REST API is documented: bearer tokens, DBFS in blocks of base64."""
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer({"error_code": "403", "message": "Invalid access token."}, 403)
        now = 1_660_000_000_000
        versions = [{"name": "house", "version": str(n), "creation_timestamp": now + n, "last_updated_timestamp": now + n,
                     "user_id": "ada@example.com", "current_stage": "None", "status": "READY", "description": f"try {n}"}
                    for n in (1, 3)]
        models = [{"name": "house", "user_id": "ada@example.com", "creation_timestamp": now, "last_updated_timestamp": now + 3,
                   "latest_versions": versions[1:]},
                  {"name": "empty", "user_id": "ada@example.com", "creation_timestamp": now - 5, "last_updated_timestamp": now}]
        name = self.query.get("path", "")
        if path == "/api/2.0/mlflow/registered-models/search":
            # Two pages.
            start = int(self.query.get("page_token", "0"))
            return self.answer({"registered_models": models[start:start + 1], **({} if start else {"next_page_token": "1"})})
        if path == "/api/2.0/mlflow/model-versions/search":
            return self.answer({"model_versions": versions if self.query.get("filter") in ("name='house'", None) else []})
        if path == "/api/2.0/mlflow/model-versions/get-download-uri":
            return self.answer({"artifact_uri": f"dbfs:{DBFS}"})
        if path == "/api/2.0/dbfs/list" and name in (DBFS, DBFS + "/data"):
            rows = [{"path": p, "is_dir": False, "file_size": len(b), "modification_time": now}
                    for p, b in FILES.items() if p.rsplit("/", 1)[0] == name]
            folder = [{"path": DBFS + "/data", "is_dir": True, "file_size": 0, "modification_time": now}]
            return self.answer({"files": rows + (folder if name == DBFS else [])})
        if path == "/api/2.0/dbfs/get-status" and name in FILES:
            self.server.stirs += self.server.stirring
            return self.answer({"path": name, "is_dir": False, "file_size": len(FILES[name]),
                                "modification_time": now + self.server.stirs})
        if path == "/api/2.0/dbfs/read" and name in FILES:
            offset, length = int(self.query.get("offset", "0")), int(self.query["length"])
            assert length <= 1 << 20
            piece = FILES[name][offset:offset + min(length, BLOCK)]
            return self.answer({"bytes_read": len(piece), "data": base64.b64encode(piece).decode()})
        return self.answer({"error_code": "RESOURCE_DOES_NOT_EXIST"}, 404)


class RegistryStub(http.server.ThreadingHTTPServer):
    """Runs in a thread of the tests; remembers every request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen, self.closing = [], threading.Event()
        # Where its answers lead, for those that do.
        self.lure = "https://example.com/"
        # Whether files of DBFS change all the time, and how often they did.
        self.stirring, self.stirs = False, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_):
        """Clients that go away are what the tests are about."""

    def stop(self):
        self.closing.set()
        self.shutdown()
        self.server_close()
