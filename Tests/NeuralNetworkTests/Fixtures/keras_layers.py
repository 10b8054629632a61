"""Writes keras-layers.json: the numbers of networks with every kind of layer."""

from keras_fixtures import FRAMEWORK, activation, train

import keras

import cases
import layer_cases

CLASSES = {name.lower(): value for name, value in vars(keras.layers).items()}
# network.json has these options for all recurrent layers, Keras only for those that use them.
NOT_KERAS = {
    "simple_rnn": ["recurrent_activation", "unit_forget_bias", "reset_after"],
    "lstm": ["reset_after"],
    "gru": ["unit_forget_bias"],
}


def make_layer(options):
    kind = options["type"]
    if kind == "bidirectional":
        return keras.layers.Bidirectional(make_layer(options["layer"]), merge_mode=options["merge_mode"])
    result = {}
    for name, value in options.items():
        if name == "type" or name in NOT_KERAS.get(kind, []):
            continue
        if name.endswith("regularizer"):
            value = keras.regularizers.L1L2(**value)
        elif name.endswith("activation"):
            value = activation(value)
        if kind == "depthwise_conv2d" and name in ("kernel_initializer", "kernel_regularizer"):
            name = name.replace("kernel", "depthwise")
        result[name] = value
    return CLASSES[kind.replace("_", "")](**result)


def chain(layers, x, made):
    """The output behind layers, which are added to those made, in the order of network.json."""
    for options in layers:
        if options["type"] == "residual":
            paths = [chain(options[path], x, made) for path in ("layers", "shortcut")]
            x = keras.layers.Activation(activation(options["activation"]))(keras.layers.Add()(paths))
        else:
            made.append(make_layer(options))
            x = made[-1](x)
    return x


def run(case):
    name, shape, layers, loss, optimizer = case
    source, made = keras.Input(shape), []
    model = keras.Model(source, chain(layers, source, made))
    weights = [weight for layer in made for weight in layer.weights]
    inputs, targets = layer_cases.make(case)
    numbers = layer_cases.random(f"weights of {name}")
    parameters = [(weight.name, layer_cases.weight(numbers, weight.name, weight.shape)) for weight in weights]
    for weight, (_, array) in zip(weights, parameters):
        weight.assign(array)
    results = train(model, weights, loss, optimizer, inputs, targets)
    return cases.describe(name, layers, loss, optimizer, inputs, targets, parameters, results)


if __name__ == "__main__":
    cases.write("keras-layers.json", FRAMEWORK, [run(case) for case in layer_cases.CASES])
