"""The test networks and their data, the same for everyone.

S1        dense 64 relu, dropout .5, dense 64 relu, dropout .5, dense 10 softmax, on clusters of 100 values
S2        784-512-512-10, relu and softmax, on Fashion-MNIST
S3        two convolutions (32 and 64 filters of 3 by 3, relu), each with max pooling, 64-10; Fashion-MNIST
S4        three LSTMs of 128 units over the 28 lines of a picture, dense 10; Fashion-MNIST
S5        regression 10-10-1 with relu
S6        regression 10-20-1 with relu, all 1000 rows in each step
ResNet-8  convolution, three residual blocks of 16, 32 and 64 filters with batch normalization, dense 10; Fashion-MNIST
GRU       two GRUs of 64 units over 100 steps of 16 sensors, regression
All train with Adam at a learning rate of 0.001, and batches of 32 where nothing else is said.
"""

import argparse
import dataclasses
import gzip
import os
import pathlib
import typing

import numpy

FASHION = pathlib.Path(os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist"))


def idx(name, offset):
    with gzip.open(FASHION / name) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=offset)


def fashion(*shape):
    def make(rows, random):
        pictures = idx("train-images-idx3-ubyte.gz", 16).reshape(-1, *shape)
        labels = idx("train-labels-idx1-ubyte.gz", 8)
        return pictures[:rows].astype(numpy.float32) / 255, labels[:rows].astype(numpy.int64)

    return make


def clusters(rows, random):
    labels = random.integers(0, 10, rows)
    centers = random.standard_normal((10, 100), numpy.float32)
    return centers[labels] + random.standard_normal((rows, 100), numpy.float32), labels


def linear(rows, random):
    inputs = random.standard_normal((rows, 10), numpy.float32)
    noise = 0.1 * random.standard_normal((rows, 1), numpy.float32)
    return inputs, inputs @ random.standard_normal((10, 1), numpy.float32) + noise


def sensors(rows, random):
    inputs = random.standard_normal((rows, 100, 16), numpy.float32)
    return inputs, inputs[:, -10:].mean((1, 2))[:, None] * 10


@dataclasses.dataclass(frozen=True)
class Network:
    """A network's data, and how it is trained."""

    make: typing.Callable
    """Makes inputs [rows, ...], channels last, and targets: class numbers, or values [rows, 1] for a regression."""
    rows: int
    """Rows of an epoch, so that a peer works on it for a second or so."""
    epochs: int
    """Our epochs in a round; the peers do three."""
    asked: float
    """How many times as fast as the best peer we want to train."""
    batch_size: int = 32
    passes: int = 1
    """How often the peers go through the rows for one figure; one step alone is too short for their clocks."""
    classes: int = 10
    is_convolutional: bool = False


NETWORKS = {
    "S1": Network(clusters, rows=32_000, epochs=20, asked=15),
    "S2": Network(fashion(784), rows=16_000, epochs=6, asked=3),
    "S3": Network(fashion(28, 28, 1), rows=6_400, epochs=6, asked=4, is_convolutional=True),
    "S4": Network(fashion(28, 28), rows=3_200, epochs=4, asked=1.4),
    "S5": Network(linear, rows=20_000, epochs=60, asked=15, classes=0),
    "S6": Network(linear, rows=1_000, epochs=20_000, asked=5, batch_size=1_000, passes=100, classes=0),
    "ResNet-8": Network(fashion(28, 28, 1), rows=1_600, epochs=4, asked=1.5, is_convolutional=True),
    "GRU": Network(sensors, rows=3_200, epochs=4, asked=1.3, classes=0),
}


def data(name, rows=None):
    """Inputs and targets of a network."""
    network = NETWORKS[name]
    return network.make(rows or network.rows, numpy.random.default_rng(6))


def arguments(description, modes):
    """What a peer is asked for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--rows", type=int, help="rows per epoch")
    return parser.parse_args()
