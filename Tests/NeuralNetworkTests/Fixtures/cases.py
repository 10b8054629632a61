"""The networks whose numbers the fixtures hold, in the words of network.json and of the recipe, and made-up data.

Run `python keras_fixtures.py` and `python pytorch_fixtures.py` in this folder to write the fixtures again.
"""

import json

import numpy


def dense(units, activation, **options):
    return {"type": "dense", "units": units, "activation": activation, **options}


ADAM = {"type": "adam", "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}


def sgd(momentum=0.0, nesterov=False):
    return {"type": "sgd", "learning_rate": 0.1, "momentum": momentum, "nesterov": nesterov}


CASES = [
    ("softmax_sparse_adam", [dense(9, "relu"), dense(6, "gelu"), dense(4, "softmax")],
     "sparse_categorical_crossentropy", ADAM),
    ("sigmoid_binary_nesterov", [dense(8, "tanh"), dense(3, "sigmoid")], "binary_crossentropy", sgd(0.9, True)),
    ("linear_squared_adam", [dense(17, "leaky_relu"), dense(5, "elu"), dense(2, "linear")],
     "mean_squared_error", ADAM),
    ("linear_huber_momentum",
     [dense(6, "softplus"), dense(7, {"type": "gelu", "approximate": True}), dense(2, "linear", use_bias=False)],
     {"type": "huber", "delta": 0.5}, sgd(0.8)),
    ("linear_absolute_descent", [dense(20, "sigmoid"), dense(1, "linear")], "mean_absolute_error", sgd()),
    ("softmax_categorical_descent", [dense(33, "relu"), dense(18, "softmax")], "categorical_crossentropy", sgd()),
    ("sigmoid_categorical_descent", [dense(5, "tanh"), dense(4, "sigmoid")], "categorical_crossentropy", sgd()),
    ("sigmoid_sparse_descent", [dense(5, "tanh"), dense(4, "sigmoid")], "sparse_categorical_crossentropy", sgd()),
    ("softmax_inside", [dense(5, "softmax"), dense(3, "linear")], "mean_squared_error", sgd()),
]
ROWS, COLUMNS = 12, 7


def make(case):
    """The case with data and starting parameters, as arrays."""
    name, layers, loss, optimizer = case
    random = numpy.random.default_rng(len(name))
    units = layers[-1]["units"]
    inputs = random.standard_normal((ROWS, COLUMNS)).astype(numpy.float32)
    labels = random.integers(0, units, ROWS)
    loss_name = loss if isinstance(loss, str) else loss["type"]
    if loss_name == "sparse_categorical_crossentropy":
        targets = labels
    elif loss_name == "categorical_crossentropy":
        targets = numpy.eye(units, dtype=numpy.float32)[labels]
    elif loss_name == "binary_crossentropy":
        targets = random.integers(0, 2, (ROWS, units)).astype(numpy.float32)
    else:
        targets = random.standard_normal((ROWS, units)).astype(numpy.float32)
    parameters, width = [], COLUMNS
    for layer in layers:
        kernel = random.standard_normal((width, layer["units"])) / numpy.sqrt(width)
        parameters.append(kernel.astype(numpy.float32))
        if layer.get("use_bias", True):
            parameters.append((0.1 * random.standard_normal(layer["units"])).astype(numpy.float32))
        width = layer["units"]
    return inputs, targets, loss_name, parameters


def numbers(array):
    return [float(f"{value:.9g}") for value in numpy.asarray(array, numpy.float32).ravel()]


def describe(case, inputs, targets, parameters, outputs, gradients, losses):
    name, layers, loss, optimizer = case
    named, types = [], {}
    for layer in layers:
        number = types.get("dense", 0)
        types["dense"] = number + 1
        named.append({"name": f"dense_{number}" if number else "dense", **layer})
    return {
        "name": name, "columns": COLUMNS, "layers": named, "loss": loss, "optimizer": optimizer,
        "inputs": numbers(inputs),
        "labels": [int(value) for value in targets] if targets.ndim == 1 else None,
        "targets": None if targets.ndim == 1 else numbers(targets),
        "parameters": [numbers(array) for array in parameters],
        "outputs": numbers(outputs),
        "gradients": [numbers(array) for array in gradients],
        "losses": [float(value) for value in losses],
    }


def write(path, framework, cases):
    with open(path, "w") as file:
        file.write('{"framework": ' + json.dumps(framework) + ', "cases": [\n')
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        file.write("\n]}\n")
