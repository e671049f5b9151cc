"""Real scikit-learn and XGBoost models become ONNX; hostile pickles become containers, and nothing of them gets out."""

import hashlib
import importlib.util
import os
import pathlib
import pickle
import socket
import sys
import tempfile
import threading
import types

import numpy as np
import onnx
import pytest
import requests
import xgboost
from onnx.reference import ReferenceEvaluator
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from drover_process import ROOT, eventually
from servers import Server, psql, running
from test_models import PLAIN, ROWS, upload

SECONDS = 40
SETTINGS = {"conversion_python": sys.executable, "converters": ROOT / "Converters", "conversion_seconds": SECONDS,
            "conversion_memory_bytes": 2 << 30}
RANDOM = np.random.default_rng(7)
ROWS_OF_FOUR = RANDOM.normal(size=(200, 4)).astype(np.float32).astype(np.float64)
ABOVE = (ROWS_OF_FOUR[:, 0] > 0.1).astype(int)
MODELS = {
    "pipeline": ("sklearn", lambda: make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS_OF_FOUR, ABOVE)),
    "forest": ("sklearn", lambda: RandomForestClassifier(8, random_state=1).fit(ROWS_OF_FOUR, ABOVE)),
    "line": ("sklearn", lambda: LinearRegression().fit(ROWS_OF_FOUR, ROWS_OF_FOUR[:, 1])),
    "clusters": ("sklearn", lambda: KMeans(2, n_init=1, random_state=1).fit(ROWS_OF_FOUR)),
    "boosted-class": ("xgboost", lambda: xgboost.XGBClassifier(n_estimators=5).fit(ROWS_OF_FOUR, ABOVE)),
    "boosted": ("xgboost", lambda: xgboost.XGBRegressor(n_estimators=5).fit(ROWS_OF_FOUR, ROWS_OF_FOUR[:, 0])),
}
NATIVE = ["pending_load_native", "attempting_load_native", "ready"]
FALLEN_BACK = ["pending_load_native", "attempting_load_native", "pending_load_container", "attempting_load_container", "ready"]


@pytest.fixture(scope="module")
def server():
    with running(Server, **SETTINGS) as server:
        server.space = server.workspace()
        yield server


def conversion(server, version):
    answer = server.api("GET", f"/model-versions/{version['id']}/conversion")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ended(server, version, seconds=200):
    def look():
        row = conversion(server, version)
        return row if row["state"] in ("ready", "error") else None
    return eventually(look, seconds, 0.2)


def sent(server, framework, body, name):
    answer = upload(server, server.space, framework, body, "model.pkl", name, **PLAIN)
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "pending_conversion" and "converted" not in answer.json()
    return answer.json()


def blob(server, version, digest):
    answer = requests.get(
        f"http://{server.registry}/v2/models/{server.space}/{version['name']}/blobs/sha256:{digest}", timeout=30)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture(scope="module")
def converted(server):
    """All models at once: {name: (model, version, conversion)}."""
    models = {name: (framework, train()) for name, (framework, train) in MODELS.items()}
    versions = {name: sent(server, framework, pickle.dumps(model), name) for name, (framework, model) in models.items()}
    return {name: (models[name][1], versions[name], ended(server, versions[name])) for name in models}


@pytest.mark.proves("MODEL-15", "MODEL-17", "MODEL-18", "MODEL-20", "MODEL-26", "MODEL-28")
@pytest.mark.parametrize("name", MODELS)
def test_a_model_becomes_onnx_and_predicts_the_same(server, converted, name):
    model, version, row = converted[name]
    assert [entry["state"] for entry in row["history"]] == NATIVE, row
    assert (row["status"], row["runtime"], row["percent"], row["step"]) == ("ready", "onnx", 100, "done")
    assert "reason" not in row and "error" not in row and row["attempts"] == 1
    shown = server.api("GET", f"/model-versions/{version['id']}").json()
    assert (shown["status"], shown["runtime"], shown["converted"]) == ("ready", "onnx", row["converted"])
    assert shown["sha"] == version["sha"] != row["converted"]["sha"]
    content = blob(server, version, row["converted"]["sha"])
    assert hashlib.sha256(content).hexdigest() == row["converted"]["sha"] and len(content) == row["converted"]["size_bytes"]
    assert [entry["name"] for entry in row["inspection"]["inputs"]] == ["inputs"]
    evaluator = ReferenceEvaluator(onnx.load_from_string(content))
    kind = np.float32 if row["inspection"]["inputs"][0]["type"] == "float32" else np.float64
    result = evaluator.run(None, {"inputs": ROWS_OF_FOUR[:40].astype(kind)})[0]
    assert np.allclose(np.ravel(result), np.ravel(model.predict(ROWS_OF_FOUR[:40])), atol=1e-5)


@pytest.mark.proves("MODEL-17", "MODEL-18", "MODEL-20")
def test_other_schemas_convert_again(server, converted):
    _, version, before = converted["line"]
    path = f"/model-versions/{version['id']}/config"
    config = server.api("GET", path)
    etag = {"If-Match": config.headers["ETag"]}
    assert server.api("PUT", path, json=PLAIN, headers=etag).status_code == 200
    # The same schemas are no reason.
    assert conversion(server, version)["state"] == "ready"
    other = {**PLAIN, "output_schema": ROWS["float32"]["output"]}
    etag = {"If-Match": server.api("GET", path).headers["ETag"]}
    assert server.api("PUT", path, json=other, headers=etag).status_code == 200
    row = ended(server, version)
    assert [entry["state"] for entry in row["history"]] == NATIVE + NATIVE and row["runtime"] == "onnx", row
    assert row["converted"]["sha"] != before["converted"]["sha"]
    content = onnx.load_from_string(blob(server, version, row["converted"]["sha"]))
    assert [output.name for output in content.graph.output] == ["answer"]
    # Nothing is left of the first one but what the registry's garbage collection takes.
    url = f"http://{server.registry}/v2/models/{server.space}/{version['name']}/manifests/"
    head = lambda digest: requests.head(url + digest, headers={"Accept": "application/vnd.oci.image.manifest.v1+json"}, timeout=30)
    assert head(before["converted"]["manifest_digest"]).status_code == 404
    assert head(row["converted"]["manifest_digest"]).status_code == 200


@pytest.mark.proves("PUB-14")
def test_a_pipeline_publishes_the_converted_file(server, converted):
    _, version, row = converted["forest"]
    pipeline = server.pipeline(server.space, version["id"])
    publish = server.publish(pipeline["id"])
    assert publish["status"] == "Published", publish
    manifest = requests.get(
        f"http://{server.registry}/v2/pipelines/{pipeline['name']}/manifests/{publish['pipeline_url'].rsplit(':', 1)[1]}",
        headers={"Accept": "application/vnd.oci.image.manifest.v1+json"}, timeout=30).json()
    layers = {layer["digest"]: layer["annotations"]["dev.drover.model.runtime"] for layer in manifest["layers"]
              if "dev.drover.model.runtime" in layer["annotations"]}
    assert layers == {"sha256:" + row["converted"]["sha"]: "onnx"}


@pytest.mark.proves("MODEL-16", "MODEL-20")
def test_what_is_always_a_container_is_not_converted(server):
    file = ROOT / "Tests/ModelFormatsTests/Fixtures/byop.zip"
    version = upload(server, server.space, "custom", file.read_bytes(), file.name, "byop", **PLAIN).json()
    row = ended(server, version)
    assert [entry["state"] for entry in row["history"]] == FALLEN_BACK[2:]
    assert (row["runtime"], row["status"]) == ("flight", "ready") and "reason" not in row


def test_a_model_that_needs_no_conversion_was_always_ready(server):
    row = conversion(server, server.upload(server.space, "plain"))
    assert (row["state"], row["runtime"], row["history"], row["percent"]) == ("ready", "onnx", [], 100)


def old_export(model, args, f, input_names=None, output_names=None, opset_version=None, dynamic_axes=None):
    f.write((ROOT / "Examples/tiny.onnx").read_bytes())


def new_export(model, args, f, input_names=None, output_names=None, opset_version=None, dynamic_axes=None, dynamo=True):
    assert dynamo is False
    old_export(model, args, f)


@pytest.mark.parametrize("export", [old_export, new_export])
def test_pytorch_of_either_age_gets_the_parameters_that_it_knows(monkeypatch, export):
    """A stand-in for torch, which is too large for tests; whether real models convert is not shown here."""
    loaded = types.SimpleNamespace(eval=lambda: "model")
    torch = types.SimpleNamespace(
        float32="float32", zeros=lambda shape, dtype: shape, jit=types.SimpleNamespace(load=lambda *_, **__: loaded),
        onnx=types.SimpleNamespace(export=export))
    monkeypatch.setitem(sys.modules, "torch", torch)
    spec = importlib.util.spec_from_file_location("convert", ROOT / "Converters/convert.py")
    convert = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(convert)
    schemas = {"inputs": [{"name": "x", "type": "list<float32>[4]"}], "outputs": [{"name": "y", "type": "float32"}]}
    assert convert.convert_pytorch(None, schemas).graph.output


# --- What runs while a pickle is loaded ---

class Runs:
    """A pickle that runs source text, by a function of numpy that no list of dangers has."""

    def __init__(self, source):
        self.source = source

    def __reduce__(self):
        from numpy.testing._private.utils import runstring
        return runstring, (self.source, {})


def hostile(source):
    # Something of scikit-learn, or the upload is refused.
    return pickle.dumps((LinearRegression, Runs(source)))


CANARY = f"escape-{os.getpid()}-{os.urandom(6).hex()}"
TARGETS = [pathlib.Path(place, CANARY) for place in (
    tempfile.gettempdir(), "/var/tmp", "/dev/shm", pathlib.Path.home(), ROOT, ROOT / "Converters", pathlib.Path(sys.prefix),
    os.path.dirname(np.__file__), "/usr/lib", "/")]


def look_around(secrets):
    """Writes wherever it can, and says what it could read of what it must not, and its environment."""
    lines = ["import os", "seen = []"]
    for target in TARGETS:
        lines += ["try:", f"    os.makedirs({str(target.parent)!r}, exist_ok=True)", f"    open({str(target)!r}, 'w').write('x')",
                  "except OSError: pass"]
    for secret in secrets:
        lines += ["try:", f"    open({str(secret)!r}).read(1); seen.append({str(secret)!r})", "except OSError: pass"]
    return "\n".join([*lines, "raise ValueError(' '.join([*seen, '|', *sorted(os.environ)]))"])


def connect(port):
    return f"""
import socket, urllib.request
errors = []
for attempt in (lambda: socket.create_connection(('127.0.0.1', {port}), 2),
                lambda: urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=2),
                lambda: socket.getaddrinfo('example.com', 80) and None or socket.socket(socket.AF_INET, socket.SOCK_DGRAM)):
    try:
        attempt()
        errors.append('connected')
    except Exception as error:
        errors.append(type(error).__name__)
raise ValueError(' '.join(errors))
"""


@pytest.fixture(scope="module")
def listener():
    """A server that notes who comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        visitors = []

        def accept():
            while True:
                try:
                    visitors.append(listening.accept()[1])
                except OSError:
                    return
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], visitors
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def attacks(server, converted, listener):
    """All of them at once: {name: (version, conversion)}."""
    sources = {
        "network": connect(listener[0]),
        "files": look_around([ROOT / "README.md", f"{server.data}/secret.key", f"{server.data}/drover.log", "/etc/passwd",
                              "/proc/self/environ", "/proc/1/cmdline", "/dev/mem", pathlib.Path.home() / ".bashrc"]),
        "endless": "while True: pass",
        "memory": "a = []\nwhile True: a.append(bytearray(1 << 24))",
        "disk": "n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'wb').write(bytes(1 << 24))",
        "forks": "import os\nwhile True: os.fork()",
        "silence": "import os\nos._exit(0)",
        # The result's own descriptor, whose number is convert.py's; 1 is standard error by now.
        "output": "import os\nfor n in range(3, 64):\n    try:\n        while True: os.write(n, b'no model ' * 10000)\n"
                  "    except OSError as error:\n        if error.errno != 9: raise",
        "lie": "import os\nos.write(2, b'{\"reason\": \"\\\\u001b[31m<script>\\\\n\"}\\n' * 3)\nos._exit(0)",
    }
    versions = {name: sent(server, "sklearn", hostile(source), name) for name, source in sources.items()}
    return {name: (version, ended(server, version)) for name, version in versions.items()}


@pytest.mark.proves("MODEL-15", "MODEL-18")
@pytest.mark.parametrize("name, reason", [
    ("network", "ValueError: PermissionError URLError"), ("files", "ValueError: |"),
    ("endless", ("the conversion took longer", "the system ended")), ("memory", "the conversion needs more memory"),
    ("disk", "OSError: [Errno 28] No space left on device"), ("forks", "PermissionError: [Errno 1]"),
    ("silence", "the converter left no ONNX model"),
    ("output", "OSError: [Errno 27] File too large"), ("lie", "[31m<script>")])
def test_a_hostile_pickle_becomes_a_container_with_a_reason(server, attacks, name, reason):
    version, row = attacks[name]
    assert [entry["state"] for entry in row["history"]] == FALLEN_BACK, row
    assert (row["runtime"], row["status"]) == ("flight", "ready") and "converted" not in row
    assert row["reason"].startswith(reason), row["reason"]
    assert server.api("GET", f"/model-versions/{version['id']}").json()["runtime"] == "flight"


def test_nothing_of_a_hostile_pickle_gets_out(server, attacks, listener):
    assert listener[1] == []
    assert [target for target in TARGETS if target.exists()] == []
    names = attacks["files"][1]["reason"].split()[2:]
    assert "HOME" in names and not any(name.startswith(("DROVER", "DATABASE", "OCI", "AWS")) for name in names)
    assert sandboxes(server) == []
    assert server.api("GET", "/workspaces").status_code == 200
    assert [name for name in os.listdir(tempfile.gettempdir()) if name.startswith(".drover-spool")] == []


def sandboxes(server):
    """Processes that convert."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"/converter.py" in line and sys.executable.encode() in line and b"--cpu=%d" % SECONDS in line:
                found.append(int(entry.name))
    return found


def test_a_server_killed_in_the_middle_of_a_conversion(server, attacks):
    model = LinearRegression().fit(ROWS_OF_FOUR, ROWS_OF_FOUR[:, 2])
    slow = pickle.dumps((LinearRegression, Runs("import time\ntime.sleep(1000)")))
    stuck = sent(server, "sklearn", slow, "stuck")
    eventually(lambda: conversion(server, stuck)["state"] == "attempting_load_native" and sandboxes(server), 60)
    good = sent(server, "sklearn", pickle.dumps(model), "good")
    server.kill9()
    eventually(lambda: sandboxes(server) == [], 20)
    server.restart()
    row = ended(server, good)
    assert (row["runtime"], row["status"], row["history"][-1]["state"]) == ("onnx", "ready", "ready")
    row = ended(server, stuck)
    assert [entry["state"] for entry in row["history"]] == [*FALLEN_BACK[:2], *FALLEN_BACK[1:]]
    assert row["runtime"] == "flight" and row["reason"] == f"the conversion took longer than {SECONDS} seconds"
    assert row["attempts"] == 2
