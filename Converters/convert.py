"""Converts a model file to ONNX with the converters of its framework.

usage: convert.py FRAMEWORK SCHEMAS <file >onnx

FRAMEWORK is sklearn, xgboost, keras or pytorch. SCHEMAS is JSON: {"inputs": [{"name": …, "type": …}], "outputs": …}
with Arrow types as Drover writes them, such as list<float32>[10]. Standard error gets one JSON object a line,
{"step": …, "percent": …}, and at a failure {"reason": …}, between whatever libraries print. Exit status: 0 with the
model on standard output, 1 with a reason.

Loading a pickle runs what is in it. The server runs this in a sandbox only (Sources/Processes).
"""

import inspect
import io
import json
import os
import re
import sys
import zipfile

OPSET = {"": 17, "ai.onnx.ml": 3}
SCRATCH = "/tmp/model"


class Incompatible(Exception):
    """The model can't be converted; the text says why."""


def report(**values):
    os.write(2, (json.dumps(values) + "\n").encode())


def shape_of(text):
    """list<list<float32>[3]> is ([None, 3], "float32"): the lengths of the lists, outermost first, and what is in them."""
    shape = []
    while match := re.fullmatch(r"list<(.*)>(?:\[(\d+)\])?", text):
        shape.append(int(match[2]) if match[2] else None)
        text = match[1]
    return shape, text


def features(model, schemas):
    """Name, width and element type of the one list that such models take (MODEL-35)."""
    fields = schemas["inputs"]
    if len(fields) != 1:
        raise Incompatible(f"the input schema has {len(fields)} fields; a conversion needs one list of features")
    shape, element = shape_of(fields[0]["type"])
    if len(shape) != 1 or not re.fullmatch(r"u?int\d+|float\d+", element):
        raise Incompatible(f"the input is {fields[0]['type']}; a conversion needs one list of numbers")
    width = getattr(model, "n_features_in_", None) or shape[0]
    if shape[0] and width and shape[0] != width:
        raise Incompatible(f"the input schema has lists of {shape[0]}, the model takes {width} features")
    return fields[0]["name"], width, element


def convert_sklearn(file, schemas):
    import pickle

    model = pickle.load(file)
    report(step="convert", percent=40)
    import skl2onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
    from sklearn.base import BaseEstimator, is_classifier

    if not isinstance(model, BaseEstimator):
        raise Incompatible(f"the file holds no scikit-learn estimator, but a {type(model).__name__}")
    name, width, element = features(model, schemas)
    kind = DoubleTensorType if element == "float64" else FloatTensorType
    # Tensors instead of a list of maps, which not every runtime has.
    options = {id(model): {"zipmap": False}} if is_classifier(model) else None
    return skl2onnx.convert_sklearn(model, "model", [(name, kind([None, width]))], options=options, target_opset=OPSET)


def convert_xgboost(file, schemas):
    import pickle

    model = pickle.load(file)
    report(step="convert", percent=40)
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    if not isinstance(model, (xgboost.XGBModel, xgboost.Booster)):
        raise Incompatible(f"the file holds no XGBoost model, but a {type(model).__name__}")
    name, width, _ = features(model, schemas)
    if width is None and isinstance(model, xgboost.Booster):
        width = model.num_features()
    # Its trees compare float32 only, whatever the schema says.
    initial = [(name, FloatTensorType([None, width]))]
    return onnxmltools.convert_xgboost(model, "model", initial, target_opset=15)


def convert_keras(file, schemas):
    head = file.read(4)
    rest = io.BytesIO(head + file.read())
    import tensorflow as tf
    import tf2onnx

    call, inputs = saved_model(tf, rest) if head == b"PK\x03\x04" else hdf5_model(tf, rest)
    fields = [field["name"] for field in schemas["inputs"]]
    if len(fields) != len(inputs):
        raise Incompatible(f"the input schema has {len(fields)} fields, the model takes {len(inputs)}")
    if set(fields) == {tensor.name for tensor in inputs}:
        fields = [tensor.name for tensor in inputs]
    report(step="convert", percent=40)
    # Not tf2onnx's from_keras, which knows no Keras 3.
    made = tf2onnx.convert.from_function(tf.function(call), input_signature=inputs, opset=OPSET[""])[0]
    rename(made, {tensor.name: field for tensor, field in zip(made.graph.input, fields)}, "input")
    return made


def hdf5_model(tf, file):
    """What a Keras model in HDF5 computes, and what it takes."""
    path = SCRATCH + ".h5"
    with open(path, "wb") as copy:
        copy.write(file.getbuffer())
    model = tf.keras.models.load_model(path, compile=False)
    inputs = [tf.TensorSpec(tensor.shape, tensor.dtype, f"input_{n}") for n, tensor in enumerate(model.inputs)]
    single = len(inputs) == 1

    def call(*tensors):
        return flat(model(tensors[0] if single else list(tensors), training=False), model.outputs)
    return call, inputs


def saved_model(tf, file):
    """The same of the signature by which a SavedModel in a zip archive is served."""
    path = SCRATCH
    with zipfile.ZipFile(file) as archive:
        archive.extractall(path)
    inner = os.listdir(path)
    path = path if "saved_model.pb" in inner or len(inner) != 1 else os.path.join(path, inner[0])
    model = tf.saved_model.load(path)
    signature = model.signatures.get("serving_default")
    if signature is None:
        raise Incompatible("the SavedModel has no signature serving_default")
    named = signature.structured_input_signature[1]
    outputs = sorted(signature.structured_outputs)

    def call(*tensors):
        # The model lives as long as what refers to it.
        result = model.signatures["serving_default"](**dict(zip(named, tensors)))
        return [result[name] for name in outputs]
    return call, [tf.TensorSpec(spec.shape, spec.dtype, name) for name, spec in named.items()]


def flat(result, outputs):
    """A model's result as a list, in the order of its outputs."""
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, (list, tuple)) else [result]


def convert_pytorch(file, schemas):
    import onnx
    import torch

    examples = []
    for field in schemas["inputs"]:
        shape, element = shape_of(field["type"])
        if element == "float64":
            raise Incompatible(f"{field['name']} is {field['type']}; a conversion takes float32 (MODEL-27)")
        if not hasattr(torch, element) or None in shape:
            raise Incompatible(f"{field['name']} is {field['type']}; a conversion needs numbers in lists of fixed length")
        examples.append(torch.zeros([1, *shape], dtype=getattr(torch, element)))
    model = torch.jit.load(file, map_location="cpu").eval()
    report(step="convert", percent=40)
    # Releases before 2.5 have only the exporter that reads TorchScript, and no parameter to choose it (MODEL-27).
    chosen = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    names = [field["name"] for field in schemas["inputs"]]
    outputs = [field["name"] for field in schemas["outputs"]]
    made = io.BytesIO()
    torch.onnx.export(model, tuple(examples), made, input_names=names, output_names=outputs, opset_version=OPSET[""],
                      dynamic_axes={name: {0: "rows"} for name in names + outputs}, **chosen)
    return onnx.load_from_string(made.getvalue())


def name_outputs(model, schemas):
    """Outputs get the names of the schema's fields, in order; those beyond are left out (MODEL-35)."""
    fields, outputs = schemas["outputs"], model.graph.output
    if len(fields) > len(outputs):
        raise Incompatible(f"the output schema has {len(fields)} fields, the model {len(outputs)} outputs")
    del outputs[len(fields):]
    rename(model, {output.name: field["name"] for output, field in zip(outputs, fields)}, "output")


def rename(model, names, side):
    """Gives inputs or outputs other names, wherever they stand in the graph."""
    graph = model.graph
    taken = {name for node in graph.node for name in [*node.input, *node.output]}
    taken |= {tensor.name for tensor in [*graph.input, *graph.output]}
    if any(new != old and new in taken for old, new in names.items()):
        raise Incompatible(f"the {side} schema has names that the model uses for something else")
    for node in graph.node:
        for part in (node.input, node.output):
            part[:] = [names.get(name, name) for name in part]
    for tensor in [*graph.input, *graph.output]:
        tensor.name = names.get(tensor.name, tensor.name)


def single_opsets(model):
    """One entry for each operator set: some converters leave several."""
    versions = {}
    for entry in model.opset_import:
        versions[entry.domain] = max(entry.version, versions.get(entry.domain, 0))
    del model.opset_import[:]
    for domain, version in sorted(versions.items()):
        model.opset_import.add(domain=domain, version=version)


def main():
    # What libraries print goes elsewhere than the model.
    target = os.dup(1)
    os.dup2(2, 1)
    framework, schemas = sys.argv[1], json.loads(sys.argv[2])
    report(step="load", percent=10)
    with os.fdopen(0, "rb") as file:
        model = globals()["convert_" + framework](file, schemas)
    report(step="check", percent=75)
    import onnx

    name_outputs(model, schemas)
    single_opsets(model)
    onnx.checker.check_model(model)
    report(step="write", percent=90)
    with os.fdopen(target, "wb") as out:
        out.write(model.SerializeToString())


def explanation(error):
    if isinstance(error, Incompatible):
        return str(error)
    if isinstance(error, MemoryError):
        return "the conversion needs more memory than it may have"
    if isinstance(error, ModuleNotFoundError):
        return f"the module {error.name} is not installed where conversions run"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:1000]


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:
        report(reason=explanation(error))
        sys.exit(1)
