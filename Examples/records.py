"""Inputs and inference logs in the shapes that an edge server takes and gives; standard library only."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

# The server fills these in from what it knows of the sender.
NO_VERSION = "00000000-0000-0000-0000-000000000000"
NO_PARTITION = ""


def float32(value: float) -> float:
    """The nearest number that a float32 can hold."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def shortest(value: float) -> float:
    """The number with the fewest digits that is the same as `value` once both are float32."""
    exact = float32(value)
    for digits in range(6, 10):
        short = float(f"{exact:.{digits}g}")
        if float32(short) == exact:
            return short
    return exact


def last_model(name: str, sha: str) -> str:
    """The metadata field of that name, which is JSON inside a string."""
    return compact({"model_name": name, "model_sha": sha})


def record(time: int, inputs: dict, outputs: dict, model: str, elapsed: Sequence[int]) -> dict:
    """One log record; `time` in milliseconds since 1970, `elapsed` in nanoseconds (parsing, then each step)."""
    return {
        "time": time,
        "in": inputs,
        "out": outputs,
        "anomaly": {"count": 0},
        "metadata": {
            "last_model": model,
            "pipeline_version": NO_VERSION,
            "elapsed": list(elapsed),
            "dropped": [],
            "partition": NO_PARTITION,
        },
    }


def elapsed(random: Random, rows: int) -> tuple[int, int]:
    """Plausible nanoseconds for parsing and running one request of `rows` rows."""
    return 180_000 + rows * random.randrange(5_000, 9_000), 400_000 + rows * random.randrange(9_000, 16_000)


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def write_frame(path: Path, rows: Iterable[dict]) -> None:
    """Writes pandas records: one JSON list, a row a line so that changes can be read."""
    path.write_text("[" + ",\n".join(compact(row) for row in rows) + "]\n", encoding="utf-8")


def write_lines(path: Path, rows: Iterable[dict]) -> None:
    path.write_text("".join(compact(row) + "\n" for row in rows), encoding="utf-8")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
