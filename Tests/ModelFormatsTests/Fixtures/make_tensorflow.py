#!/usr/bin/env python3
"""Makes the fixtures that TensorFlow and Keras write themselves. Not part of make_fixtures.py, because TensorFlow is
large; the files are here, so this runs only for new versions.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install tensorflow-cpu && /tmp/v/bin/python make_tensorflow.py
"""
import pathlib
import tempfile
import zipfile

import tensorflow as tf

HERE = pathlib.Path(__file__).parent


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.weights = tf.Variable(tf.ones((4, 2)), name="weights")

    @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32, name="features")])
    def __call__(self, features):
        return {"scores": tf.matmul(features, self.weights)}


net = Net()
with tempfile.TemporaryDirectory() as folder:
    tf.saved_model.save(net, folder, signatures=net.__call__)
    with zipfile.ZipFile(HERE / "tensorflow-2.21.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))

model = tf.keras.Sequential([tf.keras.Input((4,), name="features"), tf.keras.layers.Dense(2, name="dense")])
model.save(HERE / "keras-3.15.h5")
model.save(HERE / "keras-3.15.keras")
