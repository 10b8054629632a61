"""Writes pytorch.json: outputs, gradients and ten training losses of the cases that PyTorch defines as Keras does."""

import torch
from torch import nn

import cases

ACTIVATIONS = {
    "relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "softplus": nn.Softplus, "elu": nn.ELU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2), "linear": nn.Identity, "softmax": lambda: nn.Softmax(-1),
}
LOSSES = {
    "mean_squared_error": nn.MSELoss(), "mean_absolute_error": nn.L1Loss(), "huber": nn.HuberLoss(delta=0.5),
    "binary_crossentropy": nn.BCELoss(), "sparse_categorical_crossentropy": nn.CrossEntropyLoss(),
    "categorical_crossentropy": nn.CrossEntropyLoss(),
}


def run(case):
    inputs, targets, loss_name, parameters = cases.make(case)
    _, layers, _, optimizer = case
    modules, width = [], cases.COLUMNS
    for layer in layers:
        modules.append(nn.Linear(width, layer["units"], bias=layer.get("use_bias", True)))
        option = layer["activation"]
        modules.append(nn.GELU(approximate="tanh") if isinstance(option, dict) else ACTIVATIONS[option]())
        width = layer["units"]
    model = nn.Sequential(*modules)
    with torch.no_grad():
        # PyTorch keeps kernels as [units, inputs].
        for parameter, value in zip(model.parameters(), parameters):
            parameter.copy_(torch.from_numpy(value.T.copy()))
    x, t = torch.from_numpy(inputs), torch.from_numpy(targets)
    # CrossEntropyLoss holds the softmax.
    logits = model[:-1] if loss_name.endswith("categorical_crossentropy") else model
    if optimizer["type"] == "adam":
        rule = torch.optim.Adam(model.parameters(), optimizer["learning_rate"], eps=optimizer["epsilon"])
    else:
        rule = torch.optim.SGD(
            model.parameters(), optimizer["learning_rate"], optimizer["momentum"], nesterov=optimizer["nesterov"]
        )
    outputs, first, losses = None, None, []
    for _ in range(10):
        rule.zero_grad()
        value = LOSSES[loss_name](logits(x), t)
        value.backward()
        if first is None:
            outputs = model(x).detach().numpy()
            first = [parameter.grad.numpy().T.copy() for parameter in model.parameters()]
        losses.append(value.item())
        rule.step()
    return cases.describe(case, inputs, targets, parameters, outputs, first, losses)


# Crossentropy of what is no softmax is Keras's own definition.
chosen = [case for case in cases.CASES if not case[0].startswith(("sigmoid_categorical", "sigmoid_sparse"))]
cases.write("pytorch.json", f"torch {torch.__version__}", [run(case) for case in chosen])
