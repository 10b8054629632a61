"""Writes keras.json: the numbers of dense networks. Made with the versions named in the file."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow

import cases

FRAMEWORK = f"keras {keras.__version__} on tensorflow {tensorflow.__version__}"
tensorflow.config.experimental.enable_op_determinism()


def activation(option, loss=""):
    if option == "sigmoid" and cases.loss_name(loss).endswith("categorical_crossentropy"):
        # Keras marks the result of its own sigmoid, and the loss then takes a softmax of what went into it.
        return tensorflow.math.sigmoid
    if isinstance(option, dict):
        rest = {key: value for key, value in option.items() if key != "type"}
        return lambda x: getattr(keras.activations, option["type"])(x, **rest)
    return option


def make_optimizer(description):
    kinds = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
    clipping = {"norm": "clipnorm", "global_norm": "global_clipnorm", "value": "clipvalue"}
    options = {key.replace("beta", "beta_"): value for key, value in description.items()}
    bounds = {clipping[rule]: bound["limit"] for rule, bound in options.pop("clipping", {}).items()}
    return getattr(keras.optimizers, kinds[options.pop("type")])(**options, **bounds)


def train(model, weights, loss, optimizer, inputs, targets):
    """The numbers of ten steps; the weights have the order of network.json."""
    name = cases.loss_name(loss)
    function = keras.losses.Huber(delta=loss["delta"]) if name == "huber" else keras.losses.get(name)
    rule = make_optimizer(optimizer)
    trainable = [weight for weight in weights if weight.trainable]
    predictions = model(inputs, training=False)
    outputs, first, losses = None, None, []
    for _ in range(10):
        with tensorflow.GradientTape() as tape:
            result = model(inputs, training=True)
            value = tensorflow.reduce_mean(function(targets, result)) + sum(model.losses)
        gradients = [
            tensorflow.convert_to_tensor(gradient)
            for gradient in tape.gradient(value, [weight.value for weight in trainable])
        ]
        if first is None:
            outputs, first = result, gradients
        losses.append(value)
        rule.apply_gradients(zip(gradients, trainable))
    averages = [weight.numpy() for weight in weights if not weight.trainable]
    return cases.results(outputs, predictions, first, losses, averages, model(inputs, training=False))


def run(case):
    name, layers, loss, optimizer = case
    inputs, targets, parameters = cases.make(case)
    model = keras.Sequential([keras.Input((cases.COLUMNS,))])
    for layer in layers:
        model.add(
            keras.layers.Dense(
                layer["units"], activation(layer["activation"], loss), use_bias=layer.get("use_bias", True)
            )
        )
    model.set_weights([array for _, array in parameters])
    results = train(model, model.weights, loss, optimizer, inputs, targets)
    return cases.describe(name, layers, loss, optimizer, inputs, targets, parameters, results)


if __name__ == "__main__":
    cases.write("keras.json", FRAMEWORK, [run(case) for case in cases.CASES])
