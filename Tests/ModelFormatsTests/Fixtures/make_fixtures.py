#!/usr/bin/env python3
"""Makes the small model files that the tests read. Real libraries write what they can; saved_model.zip and net.pt are
put together by hand after the formats' definitions, because TensorFlow and PyTorch are too large to install for it. What
TensorFlow and Keras write themselves is of make_tensorflow.py.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install numpy h5py scikit-learn xgboost && /tmp/v/bin/python make_fixtures.py
"""
import io
import json
import pathlib
import pickle
import struct
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent
TIME = (2026, 1, 1, 0, 0, 0)


# --- Protocol buffers ---

def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, body):
    if isinstance(body, int):
        return varint(number << 3) + varint(body)
    if isinstance(body, str):
        body = body.encode()
    return varint(number << 3 | 2) + varint(len(body)) + body


def tensor_info(name, dtype, *sizes):
    shape = b"".join(field(2, field(1, size)) for size in sizes)
    return field(1, name) + field(2, dtype) + field(3, shape)


def signature(inputs, outputs):
    entry = lambda number, name, info: field(number, field(1, name) + field(2, info))
    return (b"".join(entry(1, k, v) for k, v in inputs.items()) + b"".join(entry(2, k, v) for k, v in outputs.items())
            + field(3, "tensorflow/serving/predict"))


def saved_model(graph_bytes=2000):
    info = field(4, "serve") + field(5, "2.9.3") + field(6, "unknown")
    serving = signature({"dense_input": tensor_info("serving_default_dense_input:0", 1, -1, 29)},
                        {"dense_1": tensor_info("StatefulPartitionedCall:0", 1, -1, 1)})
    init = signature({}, {"__saved_model_init_op": tensor_info("NoOp", 0)})
    graph = (field(1, info) + field(2, b"\x0a\x04node" * (graph_bytes // 6))
             + field(5, field(1, "__saved_model_init_op") + field(2, init))
             + field(5, field(1, "serving_default") + field(2, serving)))
    return field(1, 1) + field(2, graph)


# --- Zips ---

def write_zip(name, files, **kwargs):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED, **kwargs) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, TIME), content, zipfile.ZIP_DEFLATED if content else zipfile.ZIP_STORED)


def torch_zip(name, files):
    """As PyTorch's writer: stored, sizes only in a descriptor behind the data, data aligned to 64 by an extra field."""
    out, directory = io.BytesIO(), b""
    for path, content in files.items():
        offset, crc = out.tell(), zlib.crc32(content)
        padding = -(offset + 30 + len(path) + 4) % 64
        extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
        out.write(struct.pack("<IHHHHHIIIHH", 0x04034B50, 0, 0x808, 0, 0, 0, 0, 0, 0, len(path), len(extra)))
        out.write(path.encode() + extra + content)
        out.write(struct.pack("<IIII", 0x08074B50, crc, len(content), len(content)))
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 0, 0, 0x808, 0, 0, 0, crc, len(content), len(content),
                                 len(path), 0, 0, 0, 0, 0, offset) + path.encode()
    start = out.tell()
    out.write(directory)
    out.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(files), len(files), len(directory), start, 0))
    (HERE / name).write_bytes(out.getvalue())


class Ops:
    """A pickle of protocol 2, written by hand: the classes of TorchScript can't be imported here."""

    def __init__(self, module, name):
        self.bytes = b"\x80\x02c" + module.encode() + b"\n" + name.encode() + b"\nq\x00)\x81q\x01}q\x02("
        self.bytes += b"X\x08\x00\x00\x00trainingq\x03\x89X\x06\x00\x00\x00weightq\x04"
        self.bytes += b"ctorch._utils\n_rebuild_tensor_v2\nq\x05((X\x07\x00\x00\x00storageq\x06ctorch\nFloatStorage\nq\x07"
        self.bytes += b"X\x01\x00\x00\x000q\x08X\x03\x00\x00\x00cpuq\x09K\x0atQK\x00K\x0aK\x01\x86K\x01K\x01\x86\x89"
        self.bytes += b"ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0dub."


CODE = """class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  weight : Tensor
  training : bool
  def forward(self: __torch__.Net,
    input: Tensor) -> Tensor:
    weight = self.weight
    return torch.matmul(input, weight)
"""


def torchscript():
    weights = struct.pack("<10f", *[i / 10 for i in range(10)])
    files = {"net/data/0": weights + b"PK\x07\x08PK", "net/data.pkl": Ops("__torch__", "Net").bytes,
             "net/code/__torch__.py": CODE.encode(), "net/constants.pkl": b"\x80\x02).", "net/version": b"3\n"}
    torch_zip("net.pt", files)
    torch_zip("state_dict.pt", {k: v for k, v in files.items() if "code" not in k and "constants" not in k})


# --- Libraries ---

def sklearn_models():
    import numpy as np
    from sklearn.cluster import KMeans
    model = KMeans(n_clusters=2, n_init=1, random_state=1).fit(np.array([[0.0, 0], [1, 1], [9, 9], [8, 8]]))
    for protocol in (2, 4, 5):
        (HERE / f"kmeans-{protocol}.pkl").write_bytes(pickle.dumps(model, protocol=protocol))


def xgboost_models():
    import numpy as np
    import xgboost
    x, y = np.array([[0.0, 0], [1, 1], [9, 9], [8, 8]]), np.array([0, 0, 1, 1])
    model = xgboost.XGBClassifier(n_estimators=1, max_depth=1, n_jobs=1).fit(x, y)
    (HERE / "xgb.pkl").write_bytes(pickle.dumps(model, protocol=4))
    model.save_model("/tmp/model.ubj")
    (HERE / "xgb.ubj").write_bytes(pathlib.Path("/tmp/model.ubj").read_bytes())


def keras_models():
    import h5py
    import numpy as np
    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 10], "dtype": "float32", "sparse": False,
                                                "name": "dense_input"}},
        {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "batch_input_shape": [None, 10],
                                           "dtype": "float32", "units": 32}}]}}
    for name, options in (("sequential.h5", {}), ("sequential-v3.h5", {"libver": "latest"})):
        with h5py.File(HERE / name, "w", **options) as file:
            file.attrs["keras_version"] = "2.9.0".encode()
            file.attrs["backend"] = "tensorflow".encode()
            file.attrs["model_config"] = json.dumps(config).encode()
            weights = file.create_group("model_weights/dense")
            weights.create_dataset("kernel:0", data=np.zeros((10, 32), dtype="f4"))
    with h5py.File(HERE / "weights.h5", "w") as file:
        file.attrs["keras_version"] = "2.9.0".encode()
        file.create_dataset("kernel:0", data=np.zeros((10, 32), dtype="f4"))


BYOP = {
    "byop/model.py": "import pathlib\nfrom mac.inference import Inference\n"
                     "from mac.inference.creation import InferenceBuilder as Builder\n\n\n"
                     "class Model(Inference):\n    \"\"\"class Fake(InferenceBuilder):\"\"\"\n\n"
                     "    def _predict(self, data):\n        return data\n\n\n"
                     "class ModelBuilder(Builder):\n    def create(self, config):\n        return Model()\n",
    "byop/requirements.txt": "# what it needs\nscikit-learn==1.3.0\nnumpy>=1.24,<2 ; python_version >= '3.8'\n\ntorch\n",
    "byop/artifacts/data.bin": bytes(range(256)),
}

HUGGING_FACE = {
    "pipeline/config.json": json.dumps({"model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"],
                                        "transformers_version": "4.34.1"}),
    "pipeline/pytorch_model.bin": b"\0" * 64, "pipeline/tokenizer.json": "{}"}

STEP = '''"""A step.

def wallaroo_json(in_a_docstring):
"""
import json, os.path as path
from pandas import DataFrame


def helper(data):
    return data  # (


def wallaroo_json(data: DataFrame) -> DataFrame:
    text = "unbalanced ( in a string"
    return helper(data)
'''


def main():
    write_zip("saved_model.zip", {"model/": b"", "model/saved_model.pb": saved_model(), "model/variables/": b"",
                                  "model/variables/variables.index": b"index" * 20,
                                  "model/variables/variables.data-00000-of-00001": bytes(1000),
                                  "__MACOSX/model/._saved_model.pb": b"\0" * 20})
    write_zip("byop.zip", BYOP)
    write_zip("hugging_face.zip", HUGGING_FACE)
    write_zip("diffusers.zip", {"model_index.json": json.dumps({"_class_name": "StableDiffusionPipeline",
                                                                "_diffusers_version": "0.14.0"}),
                                "unet/diffusion_pytorch_model.bin": b"\0" * 64})
    (HERE / "step.py").write_text(STEP)
    torchscript()
    sklearn_models()
    xgboost_models()
    keras_models()
    for path in sorted(HERE.iterdir()):
        print(path.name, path.stat().st_size)


main()
