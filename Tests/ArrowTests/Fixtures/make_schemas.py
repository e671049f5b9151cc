#!/usr/bin/env python3
"""Makes schemas.json: Arrow schemas as pyarrow serializes them, and what pyarrow says of their fields.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install pyarrow && /tmp/v/bin/python make_schemas.py
"""
import base64
import json
import pathlib

import pyarrow as pa


def text(type_):
    """The type as Drover writes it."""
    t = pa.types
    if t.is_dictionary(type_):
        return f"dictionary<{text(type_.value_type)}>"
    if t.is_fixed_size_list(type_):
        return f"list<{text(type_.value_type)}>[{type_.list_size}]"
    if t.is_list(type_) or t.is_large_list(type_):
        return f"list<{text(type_.value_type)}>"
    if t.is_struct(type_):
        return "struct{" + ", ".join(f"{f.name}: {text(f.type)}" for f in type_) + "}"
    if t.is_floating(type_):
        return {16: "float16", 32: "float32", 64: "float64"}[type_.bit_width]
    if t.is_timestamp(type_):
        return "timestamp"
    if t.is_date(type_):
        return "date"
    if t.is_time(type_):
        return "time"
    if t.is_duration(type_):
        return "duration"
    if t.is_decimal(type_):
        return f"decimal({type_.precision}, {type_.scale})"
    if t.is_fixed_size_binary(type_):
        return f"binary[{type_.byte_width}]"
    if t.is_large_string(type_) or t.is_string(type_):
        return "string"
    if t.is_large_binary(type_) or t.is_binary(type_):
        return "binary"
    return str(type_)


def image(height, width):
    return pa.list_(pa.list_(pa.list_(pa.int64(), 3), width), height)


SCHEMAS = {
    "empty": pa.schema([]),
    "pytorch": pa.schema([("input", pa.list_(pa.float32(), 10))]),
    "keras": pa.schema([("output", pa.list_(pa.float64(), 32))]),
    "image": pa.schema([("inputs", image(100, 100)), ("top_k", pa.int64())]),
    "mlflow": pa.schema([("temp", pa.float32()), ("holiday", pa.uint8()), ("workingday", pa.uint8()),
                         ("windspeed", pa.float32())]),
    "python step": pa.schema([("forecast", pa.list_(pa.int64())), ("weekly_average", pa.list_(pa.float64()))]),
    "speech": pa.schema([("text", pa.string()), ("chunks", pa.list_(pa.struct(
        [("text", pa.string()), ("timestamp", pa.list_(pa.float32()))])))]),
    "nullable": pa.schema([pa.field("a", pa.int32(), nullable=False), pa.field("b", pa.bool_())]),
    "integers": pa.schema([(str(t), t) for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(),
                                                 pa.uint16(), pa.uint32(), pa.uint64())]),
    "others": pa.schema([("n", pa.null()), ("h", pa.float16()), ("bin", pa.binary()), ("lbin", pa.large_binary()),
                         ("ls", pa.large_string()), ("ll", pa.large_list(pa.string())), ("fb", pa.binary(7)),
                         ("ts", pa.timestamp("us", "UTC")), ("d", pa.date32()), ("t", pa.time64("us")),
                         ("du", pa.duration("ms")), ("dec", pa.decimal128(10, 2)),
                         ("dict", pa.dictionary(pa.int32(), pa.string()))]),
    "metadata": pa.schema([("x", pa.float32())], metadata={"pandas": "{}"}),
    "names": pa.schema([("", pa.int64()), ("ein Name mit ä", pa.int64()), ("x" * 1000, pa.int64())]),
}

rows = [{"name": name, "message": base64.b64encode(schema.serialize()).decode(),
         "fields": [{"name": f.name, "type": text(f.type), "nullable": f.nullable} for f in schema]}
        for name, schema in SCHEMAS.items()]
path = pathlib.Path(__file__).with_name("schemas.json")
path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
print(path, path.stat().st_size)
