"""A step.

def wallaroo_json(in_a_docstring):
"""
import json, os.path as path
from pandas import DataFrame


def helper(data):
    return data  # (


def wallaroo_json(data: DataFrame) -> DataFrame:
    text = "unbalanced ( in a string"
    return helper(data)
