"""The dense networks whose numbers the fixtures hold, in the words of network.json and of the recipe, and made-up data.

Run `python keras_fixtures.py` and `python pytorch_fixtures.py` in this folder to write the fixtures again.
"""

import json

import numpy


def dense(units, activation="linear", **options):
    return {"type": "dense", "units": units, "activation": activation, **options}


ADAM = {"type": "adam", "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}


def sgd(momentum=0.0, nesterov=False, learning_rate=0.1):
    return {"type": "sgd", "learning_rate": learning_rate, "momentum": momentum, "nesterov": nesterov}


def rmsprop(momentum=0.0, centered=False):
    # PyTorch adds epsilon to the root and not under it: the same only where it is next to nothing.
    return {"type": "rmsprop", "learning_rate": 0.01, "rho": 0.8, "momentum": momentum, "epsilon": 1e-12,
            "centered": centered}


def clipped(optimizer, rule, limit):
    return {**optimizer, "clipping": {rule: {"limit": limit}}}


CASES = [
    ("softmax_sparse_adam", [dense(9, "relu"), dense(6, "gelu"), dense(4, "softmax")],
     "sparse_categorical_crossentropy", ADAM),
    ("sigmoid_binary_nesterov", [dense(8, "tanh"), dense(3, "sigmoid")], "binary_crossentropy", sgd(0.9, True)),
    ("linear_squared_adam", [dense(17, "leaky_relu"), dense(5, "elu"), dense(2)], "mean_squared_error", ADAM),
    ("linear_huber_momentum",
     [dense(6, "softplus"), dense(7, {"type": "gelu", "approximate": True}), dense(2, use_bias=False)],
     {"type": "huber", "delta": 0.5}, sgd(0.8)),
    ("linear_absolute_descent", [dense(20, "sigmoid"), dense(1)], "mean_absolute_error", sgd()),
    ("softmax_categorical_descent", [dense(33, "relu"), dense(18, "softmax")], "categorical_crossentropy", sgd()),
    ("sigmoid_categorical_descent", [dense(5, "tanh"), dense(4, "sigmoid")], "categorical_crossentropy", sgd()),
    ("sigmoid_sparse_descent", [dense(5, "tanh"), dense(4, "sigmoid")], "sparse_categorical_crossentropy", sgd()),
    ("adamw", [dense(9, "tanh"), dense(4, "softmax")], "sparse_categorical_crossentropy",
     {**ADAM, "type": "adamw", "weight_decay": 0.5}),
    ("rmsprop", [dense(6, "tanh"), dense(2)], "mean_squared_error", rmsprop()),
    ("rmsprop_momentum", [dense(6, "tanh"), dense(2)], "mean_squared_error", rmsprop(momentum=0.7)),
    ("rmsprop_centered", [dense(6, "tanh"), dense(2)], "mean_squared_error", rmsprop(centered=True)),
    ("rmsprop_both", [dense(6, "tanh"), dense(2)], "mean_squared_error", rmsprop(momentum=0.7, centered=True)),
    ("clipped_norm", [dense(6, "tanh"), dense(2)], "mean_squared_error", clipped(sgd(0.5), "norm", 0.2)),
    ("clipped_global_norm", [dense(6, "tanh"), dense(2)], "mean_squared_error", clipped(sgd(0.5), "global_norm", 0.4)),
    ("clipped_value", [dense(6, "tanh"), dense(2)], "mean_squared_error", clipped(sgd(0.5), "value", 0.05)),
    ("softmax_inside", [dense(5, "softmax"), dense(3)], "mean_squared_error", sgd()),
]
ROWS, COLUMNS = 12, 7


def loss_name(loss):
    return loss if isinstance(loss, str) else loss["type"]


def make(case):
    """Data and starting parameters of a case; the parameters with their names."""
    name, layers, loss, _ = case
    random = numpy.random.default_rng(len(name))
    units = layers[-1]["units"]
    inputs = random.standard_normal((ROWS, COLUMNS)).astype(numpy.float32)
    labels = random.integers(0, units, ROWS)
    if loss_name(loss) == "sparse_categorical_crossentropy":
        targets = labels
    elif loss_name(loss) == "categorical_crossentropy":
        targets = numpy.eye(units, dtype=numpy.float32)[labels]
    elif loss_name(loss) == "binary_crossentropy":
        targets = random.integers(0, 2, (ROWS, units)).astype(numpy.float32)
    else:
        targets = random.standard_normal((ROWS, units)).astype(numpy.float32)
    parameters, width = [], COLUMNS
    for layer in layers:
        kernel = random.standard_normal((width, layer["units"])) / numpy.sqrt(width)
        parameters.append(("kernel", kernel.astype(numpy.float32)))
        if layer.get("use_bias", True):
            parameters.append(("bias", (0.1 * random.standard_normal(layer["units"])).astype(numpy.float32)))
        width = layer["units"]
    return inputs, targets, parameters


def named(layers, counts=None):
    """The layers with the names of network.json."""
    counts = {} if counts is None else counts
    result = []
    for layer in layers:
        kind = layer["type"]
        number = counts.get(kind, 0)
        counts[kind] = number + 1
        if kind == "residual":
            inner = {}
            layer = {**layer, "layers": named(layer["layers"], inner), "shortcut": named(layer["shortcut"], inner)}
        result.append({"name": f"{kind}_{number}" if number else kind, **layer})
    return result


def numbers(array):
    """The shortest decimals that give the same 32 bits again."""
    values = numpy.asarray(array, numpy.float32).ravel()
    assert numpy.isfinite(values).all()
    return [float(str(value)) for value in values]


def describe(name, layers, loss, optimizer, inputs, targets, parameters, results):
    """A case of a fixture; `results` is what `train` of a framework returns."""
    return {
        "name": name, "input_shape": inputs.shape[1:], "layers": named(layers), "loss": loss,
        "optimizer": {key: value for key, value in optimizer.items() if key != "clipping"},
        **{key: value for key, value in optimizer.items() if key == "clipping"},
        "inputs": numbers(inputs),
        "labels": [int(value) for value in targets] if targets.ndim == 1 else None,
        "targets": None if targets.ndim == 1 else numbers(targets),
        "parameters": [{"name": name, "shape": array.shape, "values": numbers(array)} for name, array in parameters],
        **results,
    }


def results(outputs, predictions, gradients, losses, moving_averages, trained_predictions):
    """What a framework computes: outputs, gradients and ten losses of training; predictions before and after it."""
    return {
        "outputs": numbers(outputs), "predictions": numbers(predictions),
        "gradients": [numbers(array) for array in gradients], "losses": numbers(losses),
        "moving_averages": [numbers(array) for array in moving_averages],
        "trained_predictions": numbers(trained_predictions),
    }


def write(path, framework, cases):
    with open(path, "w") as file:
        file.write('{"framework": ' + json.dumps(framework) + ', "cases": [\n')
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        file.write("\n]}\n")
