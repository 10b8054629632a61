"""Writes keras.json: outputs, gradients and ten training losses of every case. Made with the versions named in the file."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow

import cases


def activation(option, loss_name):
    if option == "sigmoid" and loss_name.endswith("categorical_crossentropy"):
        # Keras marks the result of its own sigmoid, and the loss then takes a softmax of what went into it.
        return tensorflow.math.sigmoid
    if isinstance(option, dict):
        return lambda x: keras.activations.gelu(x, approximate=option["approximate"])
    return option


def run(case):
    inputs, targets, loss_name, parameters = cases.make(case)
    _, layers, loss, optimizer = case
    model = keras.Sequential([keras.Input((cases.COLUMNS,))])
    for layer in layers:
        model.add(
            keras.layers.Dense(
                layer["units"], activation(layer["activation"], loss_name), use_bias=layer.get("use_bias", True)
            )
        )
    model.set_weights(parameters)
    function = keras.losses.Huber(delta=loss["delta"]) if loss_name == "huber" else keras.losses.get(loss_name)
    if optimizer["type"] == "adam":
        rule = keras.optimizers.Adam(optimizer["learning_rate"], epsilon=optimizer["epsilon"])
    else:
        rule = keras.optimizers.SGD(optimizer["learning_rate"], optimizer["momentum"], optimizer["nesterov"])
    outputs, first, losses = None, None, []
    for _ in range(10):
        with tensorflow.GradientTape() as tape:
            result = model(inputs, training=True)
            value = tensorflow.reduce_mean(function(targets, result))
        gradients = tape.gradient(value, model.trainable_weights)
        if first is None:
            outputs, first = result.numpy(), [gradient.numpy() for gradient in gradients]
        losses.append(value.numpy())
        rule.apply_gradients(zip(gradients, model.trainable_weights))
    return cases.describe(case, inputs, targets, parameters, outputs, first, losses)


framework = f"keras {keras.__version__} on tensorflow {tensorflow.__version__}"
cases.write("keras.json", framework, [run(case) for case in cases.CASES])
