"""Writes pytorch-layers.json: the numbers of those networks of keras-layers.json that PyTorch's own functions define.

It reads networks, data and weights from there. Weights stay in Keras's layouts, and each function gets a view of them
in PyTorch's, so that the gradients have Keras's layouts, too.
"""

import json
import math

import numpy
import torch
from torch.nn import functional as F

import cases
from pytorch_fixtures import FRAMEWORK, activate, dense, train


def is_known(layer):
    """Whether PyTorch has the layer: recurrent ones only with the usual activations, and a GRU that resets after."""
    kind = layer["type"]
    if kind == "bidirectional":
        return is_known(layer["layer"])
    if kind == "simple_rnn":
        return layer["activation"] in ("tanh", "relu")
    if kind in ("lstm", "gru"):
        activations = layer["activation"], layer["recurrent_activation"]
        return activations == ("tanh", "sigmoid") and (kind == "lstm" or layer["reset_after"])
    return True


class Network:
    """Layers that take their weights one after another, and the penalties on these."""

    def __init__(self, weights, training):
        self.weights = iter(weights)
        self.training = training
        self.penalty = 0

    def take(self, layer, name):
        weight = next(self.weights)
        if regularizer := layer.get(f"{name}_regularizer"):
            self.penalty += regularizer["l1"] * weight.abs().sum() + regularizer["l2"] * weight.square().sum()
        return weight

    def bias(self, layer):
        return self.take(layer, "bias") if layer.get("use_bias", True) else None

    def chain(self, layers, x):
        for layer in layers:
            kind = layer["type"]
            if kind == "dense":
                x = dense(layer, x, self.take(layer, "kernel"), self.bias(layer))
            elif "conv" in kind:
                x = self.convolution(layer, x)
            elif kind.startswith("global"):
                x = x.flatten(1, -2)
                x = x.mean(1) if "average" in kind else x.max(1).values
            elif "pooling" in kind:
                x = pooling(layer, x)
            elif kind == "batch_normalization":
                x = self.batch_normalization(layer, x)
            elif kind == "layer_normalization":
                gamma, beta = self.scale_and_center(layer)
                x = F.layer_norm(x, x.shape[-1:], gamma, beta, layer["epsilon"])
            elif kind in ("simple_rnn", "lstm", "gru"):
                steps, last = self.recurrent(layer, x.flip(1) if layer["go_backwards"] else x)
                x = steps if layer["return_sequences"] else last
            elif kind == "bidirectional":
                x = self.bidirectional(layer, x)
            elif kind == "embedding":
                x = F.embedding(x.long(), self.take(layer, "embeddings"))
            elif kind == "residual":
                x = activate(layer["activation"], self.chain(layer["layers"], x) + self.chain(layer["shortcut"], x))
            elif kind == "activation":
                x = activate(layer["activation"], x)
            elif kind == "zero_padding2d":
                (top, bottom), (left, right) = layer["padding"]
                x = F.pad(x, (0, 0, left, right, top, bottom))
            elif kind == "reshape":
                x = x.reshape(len(x), *layer["target_shape"])
            else:
                x = x.flatten(1)
        return x

    def convolution(self, layer, x):
        kernel, bias, groups = self.take(layer, "kernel"), self.bias(layer), 1
        if layer["type"] == "depthwise_conv2d":
            groups = x.shape[-1]
            kernel = kernel.permute(2, 3, 0, 1).flatten(0, 1).unsqueeze(1)
        else:
            kernel = kernel.movedim((-1, -2), (0, 1))
        x = padded(layer, x.movedim(-1, 1), kernel.shape[2:])
        function = F.conv1d if x.dim() == 3 else F.conv2d
        x = function(x, kernel, bias, layer["strides"], dilation=layer["dilation_rate"], groups=groups)
        return activate(layer["activation"], x.movedim(1, -1))

    def scale_and_center(self, layer):
        return [next(self.weights) if layer[option] else None for option in ("scale", "center")]

    def batch_normalization(self, layer, x):
        gamma, beta = self.scale_and_center(layer)
        mean, variance = next(self.weights), next(self.weights)
        momentum, kept = layer["momentum"], layer["momentum"] * variance
        y = F.batch_norm(
            x.movedim(-1, 1), mean, variance, gamma, beta, self.training, 1 - momentum, layer["epsilon"]
        )
        if self.training:
            # PyTorch's moving variance counts with n - 1, Keras's with n.
            count = x.numel() // x.shape[-1]
            variance.data = kept + (variance - kept) * (count - 1) / count
        return y.movedim(1, -1)

    def recurrent_weights(self, layer):
        """Weights as torch.lstm takes them: kernels as [gates * units, inputs], and two biases.

        The gates of an LSTM have one order in both frameworks; those of a GRU are z, r, h in Keras and r, z, n here.
        """
        gates = {"lstm": [0, 1, 2, 3], "gru": [1, 0, 2]}.get(layer["type"], [0])

        def ordered(weight):
            parts = weight.split(layer["units"], -1)
            return torch.cat([parts[gate] for gate in gates], -1)

        weights = [ordered(self.take(layer, name)).T for name in ("kernel", "recurrent")]
        if layer["use_bias"]:
            bias = ordered(self.take(layer, "bias"))
            weights += bias if bias.dim() == 2 else [bias, torch.zeros_like(bias)]
        return weights

    def recurrent(self, layer, x, directions=1):
        """The states of all steps, and the last ones of each direction beside each other."""
        weights = [weight for _ in range(directions) for weight in self.recurrent_weights(layer)]
        start = torch.zeros(directions, len(x), layer["units"])
        options = (weights, layer["use_bias"], 1, 0.0, self.training, directions == 2, True)
        if layer["type"] == "lstm":
            steps, last, _ = torch.lstm(x, (start, start), *options)
        else:
            functions = {"gru": torch.gru, "tanh": torch.rnn_tanh, "relu": torch.rnn_relu}
            steps, last = functions["gru" if layer["type"] == "gru" else layer["activation"]](x, start, *options)
        return steps, torch.cat(list(last), -1)

    def bidirectional(self, layer, x):
        steps, last = self.recurrent(layer["layer"], x, directions=2)
        both = steps if layer["layer"]["return_sequences"] else last
        first, second = both.chunk(2, -1)
        merged = {"concat": both, "sum": first + second, "mul": first * second, "ave": (first + second) / 2}
        return merged[layer["merge_mode"]]


def padded(layer, x, size, value=0.0):
    """[batch, channels, ...] with what `same` puts around it.

    As PyTorch refuses `same` with strides, it is computed by TensorFlow's formula, which puts the odd one behind.
    """

    def each(option):
        return option if isinstance(option, list) else [option]

    strides, dilation = each(layer["strides"]), each(layer.get("dilation_rate", [1] * len(size)))
    amounts = []
    for length, taps, stride, rate in reversed(list(zip(x.shape[2:], size, strides, dilation))):
        reach = (taps - 1) * rate
        total = max((math.ceil(length / stride) - 1) * stride + reach + 1 - length, 0)
        amounts += {"valid": [0, 0], "same": [total // 2, total - total // 2], "causal": [reach, 0]}[layer["padding"]]
    return F.pad(x, amounts, value=value)


def pooling(layer, x):
    x, size, strides = x.movedim(-1, 1), layer["pool_size"], layer["strides"]
    taps = size if isinstance(size, list) else [size]
    if layer["type"].startswith("max"):
        x = (F.max_pool1d if x.dim() == 3 else F.max_pool2d)(padded(layer, x, taps, -math.inf), size, strides)
    else:
        # What `same` puts around the input does not count in TensorFlow's mean.
        mean = F.avg_pool1d if x.dim() == 3 else F.avg_pool2d
        inside = mean(padded(layer, torch.ones_like(x), taps), size, strides)
        x = mean(padded(layer, x, taps), size, strides) / inside
    return x.movedim(1, -1)


def network(layers, weights, x, training):
    network = Network(weights, training)
    return network.chain(layers, x), network.penalty


def run(case):
    def array(values, shape):
        return numpy.array(values, numpy.float32).reshape(shape)

    inputs = array(case["inputs"], (-1, *case["input_shape"]))
    targets = array(case["targets"], (len(inputs), -1))
    parameters = [(weight["name"], array(weight["values"], weight["shape"])) for weight in case["parameters"]]
    return {**case, **train(network, case["layers"], parameters, case["loss"], case["optimizer"], inputs, targets)}


if __name__ == "__main__":
    with open("keras-layers.json") as file:
        chosen = [case for case in json.load(file)["cases"] if all(map(is_known, case["layers"]))]
    cases.write("pytorch-layers.json", FRAMEWORK, [run(case) for case in chosen])
