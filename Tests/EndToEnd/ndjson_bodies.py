"""Teaches schemathesis the bodies of the edge port: `hooks` of its settings (test_every_role.py)."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(_, value):
    """A made-up value as one record; text and bytes as they are."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace")
