#!/usr/bin/env python3
"""Trains the example model and writes model.onnx, inputs.df.json and logs.ndjson beside this file (see README.md)."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import onnx
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import records  # noqa: E402
from houses import FEATURES, house, price  # noqa: E402

MODEL_NAME = "house-price"
TRAINING_ROWS, TEST_ROWS, INPUT_ROWS, LOG_RECORDS = 6000, 1500, 200, 1000
FIRST_LOG_TIME = 1_736_150_400_000  # 2025-01-06 08:00 UTC
LARGEST_FILE = 300_000
LARGEST_ERROR = 1e-5  # relative; the model adds up float32 numbers where scikit-learn adds doubles


def main() -> None:
    random = Random(20250106)
    houses = [house(random) for _ in range(TRAINING_ROWS + TEST_ROWS)]
    prices = [price(one) * np.exp(0.12 * random.gauss(0, 1)) for one in houses]
    rows, sold = np.asarray(houses, dtype=np.float32), np.asarray(prices)

    regressor = GradientBoostingRegressor(
        n_estimators=100, max_depth=4, learning_rate=0.12, subsample=0.7, min_samples_leaf=12, random_state=7
    )
    regressor.fit(rows[:TRAINING_ROWS], sold[:TRAINING_ROWS])
    save(regressor, HERE / "model.onnx")

    test, truth = rows[TRAINING_ROWS:], sold[TRAINING_ROWS:]
    predicted = predict(test)
    compare(predicted, regressor.predict(test))
    print(f"R2 on {TEST_ROWS} unseen houses: {r2_score(truth, predicted):.4f}")

    unseen = houses[TRAINING_ROWS:]
    frame = [{"tensor": one} for one in unseen[:INPUT_ROWS]]
    records.write_frame(HERE / "inputs.df.json", frame)
    records.write_lines(HERE / "logs.ndjson", islice(logs(random, unseen, predicted), LOG_RECORDS))
    print(f"model.onnx sha256 {records.sha256(HERE / 'model.onnx')}")


def save(regressor: GradientBoostingRegressor, path: Path) -> None:
    """Converts to ONNX with fixed names, so that the same trees give the same bytes."""
    shape = [("tensor", FloatTensorType([None, len(FEATURES)]))]
    opsets = {"": 17, "ai.onnx.ml": 3}
    model = convert_sklearn(regressor, name=MODEL_NAME, initial_types=shape, target_opset=opsets)
    model.ir_version = 8
    model.producer_name, model.producer_version, model.domain = "drover-examples", "1", "drover.examples"
    model.model_version, model.doc_string = 1, "House price from 18 features; data and model are invented."
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))
    if path.stat().st_size > LARGEST_FILE:
        sys.exit(f"{path} has {path.stat().st_size} bytes, more than {LARGEST_FILE}")


def predict(rows: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
    names = [node.name for node in session.get_inputs()], [node.name for node in session.get_outputs()]
    if names != (["tensor"], ["variable"]):
        sys.exit(f"unexpected inputs and outputs {names}")
    return session.run(["variable"], {"tensor": rows})[0][:, 0]


def compare(ours: np.ndarray, theirs: np.ndarray) -> None:
    error = float(np.max(np.abs(ours - theirs) / theirs))
    print(f"largest relative difference between onnxruntime and scikit-learn: {error:.1e}")
    if error > LARGEST_ERROR:
        sys.exit(f"more than {LARGEST_ERROR:.0e}")


def logs(random: Random, houses: list[list[float]], predicted: np.ndarray):
    """Log records of requests with 1 to 20 houses each, a few seconds apart; rows of a request share their time."""
    model = records.last_model(MODEL_NAME, records.sha256(HERE / "model.onnx"))
    time = FIRST_LOG_TIME
    while True:
        time += random.randrange(200, 9_000)
        rows = random.randrange(1, 21)
        elapsed = records.elapsed(random, rows)
        for index in random.choices(range(len(houses)), k=rows):
            outputs = {"variable": [records.shortest(float(predicted[index]))]}
            yield records.record(time, {"tensor": houses[index]}, outputs, model, elapsed)


if __name__ == "__main__":
    main()
