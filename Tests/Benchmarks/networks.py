"""The test networks and their data, the same for every peer.

S1  dense 64 relu, dropout .5, dense 64 relu, dropout .5, dense 10 softmax on 100 random inputs; categorical crossentropy
S2  784-512-512-10, relu and softmax, on Fashion-MNIST; sparse categorical crossentropy
S5  regression 10-10-1 with relu; mean squared error
All train with Adam at learning rate 0.001 and batches of 32.
"""

import argparse
import gzip

import numpy

BATCH_SIZE = 32
ROWS = {"S1": 32_000, "S2": 16_000, "S5": 20_000}


def arguments(description, modes):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("network", choices=sorted(ROWS))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--rows", type=int, help="rows per epoch; by default fewer than the data set has")
    parser.add_argument(
        "--fashion-mnist",
        default="/usr/share/datasets/fashion-mnist",
        help="the folder of Debian's package dataset-fashion-mnist",
    )
    return parser.parse_args()


def idx(path, offset):
    with gzip.open(path) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=offset)


def data(arguments):
    """Inputs [rows, columns] and targets: class numbers, or values [rows, 1] for the regression."""
    rows = arguments.rows or ROWS[arguments.network]
    random = numpy.random.default_rng(6)
    if arguments.network == "S2":
        images = idx(f"{arguments.fashion_mnist}/train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
        labels = idx(f"{arguments.fashion_mnist}/train-labels-idx1-ubyte.gz", 8)
        return images[:rows].astype(numpy.float32) / 255, labels[:rows].astype(numpy.int64)
    if arguments.network == "S1":
        return random.standard_normal((rows, 100), numpy.float32), random.integers(0, 10, rows)
    inputs = random.standard_normal((rows, 10), numpy.float32)
    noise = 0.1 * random.standard_normal((rows, 1), numpy.float32)
    return inputs, inputs @ random.standard_normal((10, 1), numpy.float32) + noise
