"""Makes keras.json and the safetensors files beside it: networks of Keras, with inputs and what they answer.

Keras 3.15.1, TensorFlow, numpy, Python 3.11. Run in this directory; the output is the same every time.

Each network is there twice: with the paths of its variables as names, and with the names in a file of `save_weights`.
"""
import json
import struct
import tempfile

import h5py
import keras
import numpy as np
from keras import layers

ROWS = 6
cases = []
random = np.random.default_rng(1)


def save(name, tensors):
    """Writes safetensors, whose library is not needed for it."""
    header, data = {}, b""
    for key, value in tensors.items():
        value = np.ascontiguousarray(value, np.float32 if value.dtype.kind == "f" else np.int64)
        bytes = value.tobytes()
        kind = "F32" if value.dtype.kind == "f" else "I64"
        header[key] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(bytes)]}
        data += bytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"keras-{name}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def add(name, network, model, inputs, columns):
    for variable in model.weights:
        low = 0.5 if variable.path.endswith("variance") else -0.7
        variable.assign(random.uniform(low, 1.0, variable.shape))
    outputs = np.asarray(model(inputs, training=False))
    save(f"{name}-paths", {variable.path: variable.numpy() for variable in model.variables})
    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(f"{folder}/model.weights.h5")
        found = {}
        with h5py.File(f"{folder}/model.weights.h5") as file:
            file["layers"].visititems(
                lambda key, item: found.update({f"layers/{key}": item[()]}) if isinstance(item, h5py.Dataset) else None
            )
    save(f"{name}-vars", {key: np.asarray(value) for key, value in found.items()})
    for kind in ("paths", "vars"):
        cases.append({
            "name": f"{name}-{kind}", "network": network, "columns": columns,
            "inputs": [float(value) for value in inputs.reshape(-1)],
            "outputs": [round(float(value), 7) for value in outputs.reshape(-1)],
        })


add("cnn", """
  - reshape: [6, 5, 3]
  - conv2d: {filters: 3, kernel_size: 3, padding: same, activation: relu}
  - batch_normalization
  - depthwise_conv2d: {kernel_size: 2, depth_multiplier: 2}
  - dropout: 0.5
  - flatten
  - dense: {units: 5, activation: tanh}
  - dense: 2
""", keras.Sequential([
    layers.Input((6, 5, 3)), layers.Conv2D(3, 3, padding="same", activation="relu"), layers.BatchNormalization(),
    layers.DepthwiseConv2D(2, depth_multiplier=2), layers.Dropout(0.5), layers.Flatten(),
    layers.Dense(5, activation="tanh"), layers.Dense(2),
]), random.normal(size=(ROWS, 6, 5, 3)).astype(np.float32), 90)

add("recurrent", """
  - reshape: [4]
  - embedding: {input_dim: 9, output_dim: 5}
  - layer_normalization
  - bidirectional: {lstm: {units: 4, return_sequences: true}}
  - gru: {units: 5, return_sequences: true}
  - bidirectional: {gru: {units: 3, return_sequences: true}}
  - simple_rnn: 4
  - dense: 2
""", keras.Sequential([
    layers.Input((4,)), layers.Embedding(9, 5), layers.LayerNormalization(),
    layers.Bidirectional(layers.LSTM(4, return_sequences=True)), layers.GRU(5, return_sequences=True),
    layers.Bidirectional(layers.GRU(3, return_sequences=True)), layers.SimpleRNN(4), layers.Dense(2),
]), random.integers(0, 9, (ROWS, 4)).astype(np.float32), 4)

with open("keras.json", "w") as file:
    json.dump(cases, file)
    file.write("\n")
