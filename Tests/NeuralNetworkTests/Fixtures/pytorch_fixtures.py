"""Writes pytorch.json: the numbers of the dense networks that PyTorch defines as Keras does."""

import math

import torch
from torch import nn
from torch.nn import functional as F

import cases

FRAMEWORK = f"torch {torch.__version__}"
torch.use_deterministic_algorithms(True)

LOSSES = {
    "mean_squared_error": nn.MSELoss(), "mean_absolute_error": nn.L1Loss(), "huber": nn.HuberLoss(delta=0.5),
    "binary_crossentropy": nn.BCELoss(), "sparse_categorical_crossentropy": nn.CrossEntropyLoss(),
    "categorical_crossentropy": nn.CrossEntropyLoss(),
}


def activate(option, x):
    options = dict(option) if isinstance(option, dict) else {"type": option}
    name = options.pop("type")
    if name == "linear":
        return x
    if name == "softmax":
        return F.softmax(x, -1)
    if name == "leaky_relu":
        return F.leaky_relu(x, options.get("negative_slope", 0.2))
    if name == "gelu":
        return F.gelu(x, approximate="tanh" if options.get("approximate") else "none")
    return getattr(F, name)(x, **options)


def dense(layer, x, kernel, bias):
    # PyTorch keeps kernels as [units, inputs].
    return activate(layer["activation"], F.linear(x, kernel.T, bias))


def make_optimizer(parameters, options):
    rate, momentum = options["learning_rate"], options.get("momentum", 0)
    if options["type"] == "sgd":
        return torch.optim.SGD(parameters, rate, momentum, nesterov=options["nesterov"])
    if options["type"] == "rmsprop":
        return torch.optim.RMSprop(
            parameters, rate, options["rho"], eps=1e-20, momentum=momentum, centered=options["centered"]
        )
    betas = options["beta1"], options["beta2"]
    if options["type"] == "adamw":
        return torch.optim.AdamW(parameters, rate, betas, weight_decay=options["weight_decay"])
    return torch.optim.Adam(parameters, rate, betas)


def clip(parameters, clipping):
    for rule, bound in clipping.items():
        if rule == "value":
            nn.utils.clip_grad_value_(parameters, bound["limit"])
        for group in [parameters] if rule == "global_norm" else [[parameter] for parameter in parameters]:
            nn.utils.clip_grad_norm_(group, bound["limit"] if rule != "value" else math.inf)


def train(network, layers, parameters, loss, optimizer, inputs, targets):
    """The numbers of ten steps.

    `network(layers, weights, x, training)` gives the output and the penalty; the weights have Keras's layouts.
    """
    weights = [torch.tensor(array, requires_grad=not name.startswith("moving_")) for name, array in parameters]
    trainable = [weight for weight in weights if weight.requires_grad]
    x, t = torch.from_numpy(inputs), torch.from_numpy(targets)
    rule = make_optimizer(trainable, optimizer)
    last = layers[-1]["activation"]
    layers = layers[:-1] + [{**layers[-1], "activation": "linear"}]
    name = cases.loss_name(loss)

    def predict():
        with torch.no_grad():
            return activate(last, network(layers, weights, x, False)[0])

    predictions = predict()
    outputs, first, losses = None, None, []
    for step in range(10):
        if optimizer["type"].startswith("adam"):
            # Keras adds epsilon before the correction of the second moment, PyTorch behind it.
            rule.param_groups[0]["eps"] = optimizer["epsilon"] / math.sqrt(1 - optimizer["beta2"] ** (step + 1))
        rule.zero_grad()
        result, penalty = network(layers, weights, x, True)
        answer = activate(last, result)
        # CrossEntropyLoss holds the softmax.
        value = LOSSES[name](result if name.endswith("categorical_crossentropy") else answer, t) + penalty
        value.backward()
        if first is None:
            outputs, first = answer.detach(), [weight.grad.clone() for weight in trainable]
        losses.append(value.item())
        clip(trainable, optimizer.get("clipping", {}))
        rule.step()
    averages = [weight for weight in weights if not weight.requires_grad]
    return cases.results(outputs, predictions, first, losses, averages, predict())


def network(layers, weights, x, training):
    weights = iter(weights)
    for layer in layers:
        x = dense(layer, x, next(weights), next(weights) if layer.get("use_bias", True) else None)
    return x, 0


def run(case):
    name, layers, loss, optimizer = case
    inputs, targets, parameters = cases.make(case)
    results = train(network, layers, parameters, loss, optimizer, inputs, targets)
    return cases.describe(name, layers, loss, optimizer, inputs, targets, parameters, results)


if __name__ == "__main__":
    # Crossentropy of what is no softmax is Keras's own definition.
    chosen = [case for case in cases.CASES if not case[0].startswith(("sigmoid_categorical", "sigmoid_sparse"))]
    cases.write("pytorch.json", FRAMEWORK, [run(case) for case in chosen])
