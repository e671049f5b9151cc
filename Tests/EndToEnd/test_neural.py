"""Real Keras and PyTorch models become ONNX. Their libraries take gigabytes, so these tests run only where somebody put them
(docs/conversion.md): in `.venv/keras` and `.venv/pytorch`, or where DROVER_TEST_KERAS and DROVER_TEST_PYTORCH name an
interpreter."""

import json
import os
import pathlib
import subprocess

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from drover_process import ROOT
from servers import Server, running
from test_conversion import NATIVE, blob, ended
from test_models import ROWS, upload

SCHEMAS = {name: {"input_schema": ROWS[name]["input"], "output_schema": ROWS[name]["output"]} for name in ("float32", "two answers")}
SETTINGS = {"converters": ROOT / "Converters", "conversion_seconds": 300}


def interpreter(framework):
    path = pathlib.Path(os.environ.get(f"DROVER_TEST_{framework.upper()}", ROOT / f".venv/{framework}/bin/python"))
    if not path.exists():
        pytest.skip(f"no interpreter with {framework} at {path}; docs/conversion.md says how to make one")
    return path


@pytest.fixture(scope="module", params=["keras", "pytorch"])
def neural(request, tmp_path_factory):
    """A server that converts with the framework, and models of it: (server, framework, directory, what they say)."""
    framework, directory = request.param, tmp_path_factory.mktemp(request.param)
    python = interpreter(framework)
    subprocess.run([python, pathlib.Path(__file__).with_name("neural_models.py"), framework, directory], check=True,
                   capture_output=True, timeout=300)
    with running(Server, conversion_python=python, **SETTINGS) as server:
        server.space = server.workspace()
        yield server, framework, directory, json.loads((directory / "told.json").read_text())


def converted(server, framework, file, schemas):
    answer = upload(server, server.space, framework, file.read_bytes(), file.name, file.stem, **SCHEMAS[schemas])
    assert answer.status_code == 201, answer.text
    version = answer.json()
    row = ended(server, version, 400)
    assert [entry["state"] for entry in row["history"]] == NATIVE, row.get("reason")
    assert (row["status"], row["runtime"]) == ("ready", "onnx")
    return onnx.load_from_string(blob(server, version, row["converted"]["sha"])), row


@pytest.mark.proves("MODEL-15", "MODEL-25", "MODEL-27")
def test_each_kind_of_file_becomes_onnx_and_predicts_the_same(neural):
    server, framework, directory, facts = neural
    rows = np.array(facts["rows"], dtype=np.float32)
    for name, told in facts["told"].items():
        model, row = converted(server, framework, directory / name, "float32" if len(told) == 1 else "two answers")
        assert [entry["name"] for entry in row["inspection"]["inputs"]] == ["inputs"], name
        assert [output.name for output in model.graph.output] == ["answer", "shares"][:len(told)]
        # Any number of rows.
        for count in (len(rows), 1):
            results = ReferenceEvaluator(model).run(None, {"inputs": rows[:count]})
            for result, expected in zip(results, told, strict=True):
                assert np.allclose(result, np.array(expected)[:count], atol=1e-5), name


def test_a_file_that_is_none_becomes_a_container_with_a_reason(neural):
    server, framework, directory, _ = neural
    good = (directory / {"keras": "model.h5", "pytorch": "scripted.pt"}[framework]).read_bytes()
    fixture = {"keras": "weights.h5", "pytorch": "net.pt"}[framework]
    body = (ROOT / "Tests/ModelFormatsTests/Fixtures" / fixture).read_bytes()
    assert body != good
    answer = upload(server, server.space, framework, body, fixture, "odd", **SCHEMAS["two answers"])
    if answer.status_code == 422:
        return  # Refused at the door.
    row = ended(server, answer.json(), 400)
    assert (row["runtime"], row["status"]) == ("flight", "ready") and row["reason"]
