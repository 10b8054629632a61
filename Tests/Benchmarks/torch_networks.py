"""The test networks in PyTorch, without the last softmax, which belongs to PyTorch's loss."""

from torch import nn


class LastStep(nn.Module):
    """The last step's output of recurrent layers."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, inputs):
        return self.layers(inputs)[0][:, -1]


class Residual(nn.Module):
    """Adds what two convolutions make of the inputs to the inputs, projected where the shape changes."""

    def __init__(self, inputs, filters, strides=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, filters, 3, strides, 1, bias=False), normalization(filters), nn.ReLU(),
            nn.Conv2d(filters, filters, 3, 1, 1, bias=False), normalization(filters))
        self.shortcut = nn.Sequential() if strides == 1 else nn.Sequential(
            nn.Conv2d(inputs, filters, 1, strides, bias=False), normalization(filters))

    def forward(self, inputs):
        return nn.functional.relu(self.layers(inputs) + self.shortcut(inputs))


def normalization(channels):
    """As Keras's and ours are if nothing is said; PyTorch's momentum is one minus theirs."""
    return nn.BatchNorm2d(channels, eps=0.001, momentum=0.01)


BUILDERS = {
    "S1": lambda: nn.Sequential(
        nn.Linear(100, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)),
    "S2": lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)),
    "S3": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10)),
    "S4": lambda: nn.Sequential(LastStep(nn.LSTM(28, 128, 3, batch_first=True)), nn.Linear(128, 10)),
    "S5": lambda: nn.Sequential(nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 1)),
    "S6": lambda: nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 1)),
    "ResNet-8": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1, bias=False), normalization(16), nn.ReLU(), Residual(16, 16), Residual(16, 32, 2),
        Residual(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
    "GRU": lambda: nn.Sequential(LastStep(nn.GRU(16, 64, 2, batch_first=True)), nn.Linear(64, 1)),
}


def inputs(array):
    """Inputs as PyTorch wants them: channels before places."""
    return array.transpose(0, 3, 1, 2).copy() if array.ndim == 4 else array.copy()
