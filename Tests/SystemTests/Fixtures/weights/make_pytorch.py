"""Makes pytorch.json and the safetensors files beside it: networks of PyTorch, with inputs and what they answer.

PyTorch 2.13.0, safetensors 0.8.0, Python 3.11. Run in this directory; the output is the same every time.

Maps have their channels first in PyTorch and last in mlops: inputs are written with the channels last. Square kernels are
there on purpose: their shapes do not tell how they lie. Weights are not as PyTorch begins with them, where vectors would be
ones and zeros.
"""
import json

import torch
from safetensors.torch import save_file
from torch import nn

ROWS = 6
cases = []


def add(name, network, model, inputs, answers, columns):
    """Saves a network; `inputs` are rows of `columns` numbers as mlops reads them."""
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, f"pytorch-{name}.safetensors")
    cases.append({
        "name": name, "network": network, "columns": columns,
        "inputs": [float(value) for value in inputs.reshape(-1)],
        "outputs": [round(float(value), 7) for value in answers.detach().reshape(-1)],
    })


def stir(model):
    """Other numbers for everything, also for what training would have to move away from ones and zeros."""
    for key, value in model.state_dict().items():
        if key.endswith("running_var"):
            value.copy_(0.5 + torch.rand_like(value))
        elif value.is_floating_point():
            value.copy_(0.4 * torch.randn_like(value))
    return model.eval()


def channels_last(inputs):
    return inputs.movedim(1, -1)


torch.manual_seed(1)

# Convolutions, grouped by channel too, a map that is made flat, and a normalization behind it.
images = torch.randn(ROWS, 4, 7, 6)
cnn = stir(nn.Sequential(
    nn.Conv2d(4, 4, 4, padding="same"), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 8, (3, 2), groups=4), nn.Tanh(), nn.Conv2d(8, 5, 1, bias=False),
    nn.Flatten(), nn.BatchNorm1d(10), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 3),
))
add("cnn", """
  - reshape: [7, 6, 4]
  - conv2d: {filters: 4, kernel_size: 4, padding: same}
  - batch_normalization: {epsilon: 1e-5}
  - activation: relu
  - max_pooling2d: 2
  - depthwise_conv2d: {kernel_size: [3, 2], depth_multiplier: 2, activation: tanh}
  - conv2d: {filters: 5, kernel_size: 1, use_bias: false}
  - flatten
  - batch_normalization: {epsilon: 1e-5}
  - dense: {units: 10, activation: relu}
  - dense: 3
""", cnn, channels_last(images), cnn(images), 7 * 6 * 4)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.conv2, self.bn2 = nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.shortcut = nn.Conv2d(3, 6, 1)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.shortcut(x))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.block, self.head = Block(), nn.Linear(6 * 5 * 4, 2)

    def forward(self, x):
        return self.head(self.block(x).flatten(1))


images = torch.randn(ROWS, 3, 5, 4)
residual = stir(Residual())
add("residual", """
  - reshape: [5, 4, 3]
  - residual:
      layers:
        - conv2d: {filters: 6, kernel_size: 3, padding: same}
        - batch_normalization: {epsilon: 1e-5}
        - activation: relu
        - conv2d: {filters: 6, kernel_size: 3, padding: same}
        - batch_normalization: {epsilon: 1e-5}
      shortcut:
        - conv2d: {filters: 6, kernel_size: 1}
      activation: relu
  - flatten
  - dense: 2
""", residual, channels_last(images), residual(images), 5 * 4 * 3)

# Along one axis, whose flat map is channels times steps.
series = torch.randn(ROWS, 3, 12)
cnn1d = stir(nn.Sequential(
    nn.Conv1d(3, 5, 3), nn.BatchNorm1d(5), nn.ReLU(), nn.AvgPool1d(2), nn.Dropout(0.5), nn.Flatten(), nn.Linear(25, 4),
))
add("cnn1d", """
  - reshape: [12, 3]
  - conv1d: {filters: 5, kernel_size: 3}
  - batch_normalization: {epsilon: 1e-5}
  - activation: relu
  - average_pooling1d: 2
  - dropout: 0.5
  - flatten
  - dense: 4
""", cnn1d, channels_last(series), cnn1d(series), 12 * 3)


class Lstm(nn.Module):
    """Two layers in one module, in both directions, of which the last one gives its last states."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 8, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, x):
        last = self.lstm(x)[1][0]
        return self.head(torch.cat([last[-2], last[-1]], dim=1))


series = torch.randn(ROWS, 9, 8)
lstm = stir(Lstm())
add("lstm", """
  - reshape: [9, 8]
  - bidirectional: {lstm: {units: 8, return_sequences: true}}
  - bidirectional: {lstm: 8}
  - dense: 2
""", lstm, series, lstm(series), 9 * 8)


class Gru(nn.Module):
    """Steps that are made flat, which lie as they do in mlops, behind a layer without biases."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(6, 6, num_layers=2, batch_first=True)
        self.rnn = nn.RNN(6, 3, batch_first=True, bias=False)
        self.head = nn.Linear(15, 2)

    def forward(self, x):
        return self.head(self.rnn(self.gru(x)[0])[0].flatten(1))


series = torch.randn(ROWS, 5, 6)
gru = stir(Gru())
add("gru", """
  - reshape: [5, 6]
  - gru: {units: 6, return_sequences: true}
  - gru: {units: 6, return_sequences: true}
  - simple_rnn: {units: 3, use_bias: false, return_sequences: true}
  - flatten
  - dense: 2
""", gru, series, gru(series), 5 * 6)


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.norm, self.head = nn.Embedding(7, 7), nn.LayerNorm(7), nn.Linear(7, 7)

    def forward(self, x):
        return self.head(self.norm(self.words(x)).mean(dim=1))


words = torch.randint(0, 7, (ROWS, 4))
text = stir(Text())
add("text", """
  - reshape: [4]
  - embedding: {input_dim: 7, output_dim: 7}
  - layer_normalization: {epsilon: 1e-5}
  - global_average_pooling1d
  - dense: 7
""", text, words, text(words), 4)

with open("pytorch.json", "w") as file:
    json.dump(cases, file)
    file.write("\n")
