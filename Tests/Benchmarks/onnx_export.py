"""Writes a test network with the weights of one of our packages as ONNX files, one for each number of rows.

    onnx_export.py NETWORK PACKAGE INPUTS FOLDER ROWS...

The network comes from PyTorch's exporter, which folds batch normalization into the convolutions. With the network
`nothing`, which has no package, it gives back what it gets: a measure of what a call costs by itself.
"""

import collections
import sys

import numpy
import onnx
import safetensors.numpy
import torch
from torch import nn

import networks
import torch_networks


class Weights:
    """Our tensors, handed out by Keras's names in the order of the layers."""

    def __init__(self, tensors, prefix=""):
        self.tensors, self.prefix, self.counts = tensors, prefix, collections.Counter()

    def name(self, kind):
        number = self.counts[kind]
        self.counts[kind] += 1
        return self.prefix + (f"{kind}_{number}" if number else kind)

    def layer(self, kind):
        start = self.name(kind) + "/"
        return {name.removeprefix(start): torch.from_numpy(tensor)
                for name, tensor in self.tensors.items() if name.startswith(start)}


def gates(tensor, count, order):
    """The gates along the last axis in another order, as rows."""
    parts = tensor.chunk(count, -1)
    return torch.cat([parts[index] for index in order], -1).T


def load(module, weights, channels=1):
    """Gives a module our weights, and returns the channels of what comes out of it."""
    if isinstance(module, nn.Linear):
        ours = weights.layer("dense")
        inputs, outputs = ours["kernel"].shape
        # Flattened pictures: our inputs are places and then channels, PyTorch's channels and then places.
        kernel = ours["kernel"].reshape(-1, channels, outputs).transpose(0, 1).reshape(inputs, outputs)
        module.load_state_dict({"weight": kernel.T, "bias": ours["bias"]})
        return 1
    if isinstance(module, nn.Conv2d):
        ours = weights.layer("conv2d")
        state = {"weight": ours["kernel"].permute(3, 2, 0, 1)} | ({"bias": ours["bias"]} if "bias" in ours else {})
        module.load_state_dict(state)
        return module.out_channels
    if isinstance(module, nn.BatchNorm2d):
        ours = weights.layer("batch_normalization")
        names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
        module.load_state_dict({name: ours[other] for name, other in names.items()}, strict=False)
        return channels
    if isinstance(module, (nn.LSTM, nn.GRU)):
        kind, order = ("lstm", [0, 1, 2, 3]) if isinstance(module, nn.LSTM) else ("gru", [1, 0, 2])
        state = {}
        for index in range(module.num_layers):
            ours = weights.layer(kind)
            input_bias, recurrent_bias = ours["bias"] if kind == "gru" else (ours["bias"], torch.zeros_like(ours["bias"]))
            for name, tensor in [("weight_ih", ours["kernel"]), ("weight_hh", ours["recurrent_kernel"]),
                                 ("bias_ih", input_bias), ("bias_hh", recurrent_bias)]:
                state[f"{name}_l{index}"] = gates(tensor, len(order), order)
        module.load_state_dict(state)
        return 1
    inner = Weights(weights.tensors, weights.name("residual") + "/") if type(module).__name__ == "Residual" else weights
    for child in module.children():
        channels = load(child, inner, channels)
    return channels


def export(model, inputs, path):
    torch.onnx.export(model, (inputs,), path, input_names=["inputs"], output_names=["outputs"], dynamo=False)
    graph = onnx.load(path)
    for node in graph.graph.node:
        attributes = {attribute.name: attribute for attribute in node.attribute}
        # Where a stride leaves a choice, Keras and we put the zeros at the far edges, and PyTorch at the near ones.
        if node.op_type == "Conv" and attributes["strides"].ints[0] == 2 and attributes["kernel_shape"].ints[0] == 3:
            attributes["pads"].ints[:] = [0, 0, 1, 1]
    onnx.save(graph, path)


def main(name, package, rows, folder, *counts):
    inputs = torch.from_numpy(torch_networks.inputs(numpy.load(rows)))
    if name == "nothing":
        model = nn.Identity()
    else:
        model = torch_networks.BUILDERS[name]()
        load(model, Weights(safetensors.numpy.load_file(f"{package}/weights.safetensors")))
        if networks.NETWORKS[name].classes:
            model = nn.Sequential(model, nn.Softmax(1))
    model.eval()
    for count in counts:
        export(model, inputs[:int(count)], f"{folder}/{count}.onnx")


if __name__ == "__main__":
    main(*sys.argv[1:])
