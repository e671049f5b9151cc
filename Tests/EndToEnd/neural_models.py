"""Run by test_neural.py in an environment that has the framework: makes small models, and what they say to some rows.

usage: neural_models.py FRAMEWORK DIRECTORY
"""

import json
import os
import pathlib
import sys
import zipfile

import numpy as np

DIRECTORY = pathlib.Path(sys.argv[2])
ROWS = np.random.default_rng(7).normal(size=(12, 4)).astype(np.float32)


def keras():
    import tensorflow as tf

    tf.keras.utils.set_random_seed(3)
    layers = tf.keras.layers
    above = (ROWS[:, 0] > 0.1).astype(np.float32)
    single = tf.keras.Sequential([layers.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
    single.compile("adam", "binary_crossentropy")
    single.fit(ROWS, above, epochs=2, verbose=0)
    single.save(DIRECTORY / "model.h5")
    single.export(DIRECTORY / "saved", verbose=False)
    with zipfile.ZipFile(DIRECTORY / "saved.zip", "w") as archive:
        for root, _, names in os.walk(DIRECTORY / "saved"):
            for name in names:
                archive.write(os.path.join(root, name), os.path.relpath(os.path.join(root, name), DIRECTORY / "saved"))
    entry = tf.keras.Input((4,))
    hidden = layers.Dense(6, activation="tanh")(entry)
    double = tf.keras.Model(entry, [layers.Dense(1)(hidden), layers.Dense(2, activation="softmax")(hidden)])
    double.save(DIRECTORY / "double.h5")
    told = [single.predict(ROWS, verbose=0).tolist()]
    return {"model.h5": told, "saved.zip": told, "double.h5": [part.tolist() for part in double.predict(ROWS, verbose=0)]}


def pytorch():
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = torch.nn.Linear(4, 8), torch.nn.Linear(8, 1)

        def forward(self, x):
            return torch.sigmoid(self.second(torch.relu(self.first(x))))

    torch.manual_seed(3)
    model, rows = Net().eval(), torch.from_numpy(ROWS)
    torch.jit.script(model).save(DIRECTORY / "scripted.pt")
    torch.jit.trace(model, rows).save(DIRECTORY / "traced.pth")
    told = [model(rows).tolist()]
    return {"scripted.pt": told, "traced.pth": told}


(DIRECTORY / "told.json").write_text(json.dumps({"rows": ROWS.tolist(), "told": globals()[sys.argv[1]]()}))
