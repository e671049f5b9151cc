"""Writes a valid ONNX model of any size: one identity node and one raw initializer of random bytes."""

import random

BLOCK = 1 << 20


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, body):
    return varint(number << 3 | 2) + varint(len(body)) + body


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def value_info(name):
    """One dimension of floats."""
    shape = field(2, field(1, number(1, 1)))
    return field(1, name) + field(2, field(1, number(1, 1) + shape))


def write(path, floats):
    """A model whose only weight is `floats` random 32-bit numbers."""
    tensor_head = number(1, floats) + number(2, 1) + field(8, b"weights") + varint(9 << 3 | 2) + varint(4 * floats)
    node = field(1, b"x") + field(2, b"y") + field(4, b"Identity")
    graph_head = field(1, node) + field(2, b"bench") + varint(5 << 3 | 2) + varint(len(tensor_head) + 4 * floats)
    graph_tail = field(11, value_info(b"x")) + field(12, value_info(b"y"))
    graph_size = len(graph_head) + len(tensor_head) + 4 * floats + len(graph_tail)
    model_head = number(1, 8) + field(2, b"drover-bench") + field(8, field(1, b"") + number(2, 17))
    source = random.Random(1)
    with open(path, "wb") as file:
        file.write(model_head + varint(7 << 3 | 2) + varint(graph_size) + graph_head + tensor_head)
        left = 4 * floats
        while left > 0:
            file.write(source.randbytes(min(left, BLOCK)))
            left -= BLOCK
        file.write(graph_tail)
