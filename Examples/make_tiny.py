#!/usr/bin/env python3
"""Writes tiny.onnx beside this file: y = x + 1 for a column of float32. Needs only the onnx package."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper


def main() -> None:
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "one"], ["y"], name="add")],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 1])],
        [one],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="drover-examples"
    )
    onnx.checker.check_model(model, full_check=True)
    (Path(__file__).resolve().parent / "tiny.onnx").write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
