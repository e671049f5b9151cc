#!/usr/bin/env python3
"""Trains the example model and writes model.onnx, inputs.df.json and logs.ndjson beside this file (see README.md)."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import records  # noqa: E402

MODEL_NAME = "card-fraud"
FEATURES = 29
TRAINING_ROWS, TEST_ROWS, INPUT_ROWS, LOG_RECORDS = 8000, 2000, 200, 200
FRAUD_SHARE = 0.04
FIRST_LOG_TIME = 1_736_150_400_000  # 2025-01-06 08:00 UTC
LARGEST_ERROR = 1e-6
# Where frauds lie on average; the other components tell nothing.
SHIFT = {0: -1.4, 2: -1.9, 3: 1.7, 6: -1.2, 9: -1.5, 11: -1.6, 13: -2.0, 16: -1.1}


def payment(random: Random, is_fraud: bool) -> list[float]:
    """28 anonymous components and the scaled amount of one card payment."""
    spread = 1.5 if is_fraud else 1.0
    components = [spread * random.gauss(0, 1) + (SHIFT.get(n, 0.0) if is_fraud else 0.0) for n in range(FEATURES - 1)]
    return [records.shortest(value) for value in (*components, random.expovariate(1.2) - 0.8)]


def main() -> None:
    random = Random(20250107)
    labels = [random.random() < FRAUD_SHARE for _ in range(TRAINING_ROWS + TEST_ROWS)]
    payments = [payment(random, label) for label in labels]
    rows, truth = np.asarray(payments, dtype=np.float32), np.asarray(labels)

    regression = LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-10)
    regression.fit(rows[:TRAINING_ROWS].astype(np.float64), truth[:TRAINING_ROWS])
    # Four decimals are enough here, and hide the last bits in which processors differ.
    regression.coef_, regression.intercept_ = np.round(regression.coef_, 4), np.round(regression.intercept_, 4)
    save(regression, HERE / "model.onnx")

    test = rows[TRAINING_ROWS:]
    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
    scores = session.run(["dense_1"], {"dense_input": test})[0][:, 0]
    error = float(np.max(np.abs(scores - regression.predict_proba(test.astype(np.float64))[:, 1])))
    print(f"largest difference between onnxruntime and scikit-learn: {error:.1e}")
    if error > LARGEST_ERROR:
        sys.exit(f"more than {LARGEST_ERROR:.0e}")
    print(f"ROC AUC on {TEST_ROWS} unseen payments: {roc_auc_score(truth[TRAINING_ROWS:], scores):.4f}")

    unseen = payments[TRAINING_ROWS:]
    records.write_frame(HERE / "inputs.df.json", ({"dense_input": one} for one in unseen[:INPUT_ROWS]))
    records.write_lines(HERE / "logs.ndjson", logs(random, unseen[:LOG_RECORDS], scores))
    print(f"model.onnx sha256 {records.sha256(HERE / 'model.onnx')}")


def save(regression: LogisticRegression, path: Path) -> None:
    """Writes the regression as Gemm and Sigmoid with fixed names, so that equal weights give equal bytes."""
    weights = [
        numpy_helper.from_array(regression.coef_.T.astype(np.float32), "dense_1/kernel"),
        numpy_helper.from_array(regression.intercept_.astype(np.float32), "dense_1/bias"),
    ]
    nodes = [
        helper.make_node("Gemm", ["dense_input", "dense_1/kernel", "dense_1/bias"], ["logit"], name="gemm"),
        helper.make_node("Sigmoid", ["logit"], ["dense_1"], name="sigmoid"),
    ]
    inputs = [helper.make_tensor_value_info("dense_input", TensorProto.FLOAT, ["batch", FEATURES])]
    outputs = [helper.make_tensor_value_info("dense_1", TensorProto.FLOAT, ["batch", 1])]
    graph = helper.make_graph(nodes, MODEL_NAME, inputs, outputs, weights)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
        producer_name="drover-examples",
        producer_version="1",
        domain="drover.examples",
        model_version=1,
        doc_string="Probability of card fraud from 29 features; data and model are invented.",
    )
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def logs(random: Random, payments: list[list[float]], scores: np.ndarray):
    """One log record a payment, each from a request of its own."""
    model = records.last_model(MODEL_NAME, records.sha256(HERE / "model.onnx"))
    time = FIRST_LOG_TIME
    for values, score in zip(payments, scores, strict=False):
        time += random.randrange(20, 900)
        outputs = {"dense_1": [records.shortest(float(score))]}
        yield records.record(time, {"dense_input": values}, outputs, model, records.elapsed(random, 1))


if __name__ == "__main__":
    main()
