"""The test networks as our projects."""

import numpy

import networks


def residual(filters, strides=1):
    shortcut = f"""
      shortcut:
        - conv2d: {{filters: {filters}, kernel_size: 1, strides: {strides}, padding: same, use_bias: false}}
        - batch_normalization"""
    return f"""\
  - residual:
      layers:
        - conv2d: {{filters: {filters}, kernel_size: 3, strides: {strides}, padding: same, use_bias: false}}
        - batch_normalization
        - activation: relu
        - conv2d: {{filters: {filters}, kernel_size: 3, padding: same, use_bias: false}}
        - batch_normalization{shortcut if strides > 1 else ""}
      activation: relu
"""


CLASSES = "  - dense: {units: 10, activation: softmax}\n"
LAYERS = {
    "S1": """\
  - dense: {units: 64, activation: relu}
  - dropout: 0.5
  - dense: {units: 64, activation: relu}
  - dropout: 0.5
""" + CLASSES,
    "S2": """\
  - dense: {units: 512, activation: relu}
  - dense: {units: 512, activation: relu}
""" + CLASSES,
    "S3": """\
  - conv2d: {filters: 32, kernel_size: 3, activation: relu}
  - max_pooling2d
  - conv2d: {filters: 64, kernel_size: 3, activation: relu}
  - max_pooling2d
  - flatten
  - dense: {units: 64, activation: relu}
""" + CLASSES,
    "S4": """\
  - lstm: {units: 128, return_sequences: true}
  - lstm: {units: 128, return_sequences: true}
  - lstm: 128
""" + CLASSES,
    "S5": """\
  - dense: {units: 10, activation: relu}
  - dense: 1
""",
    "S6": """\
  - dense: {units: 20, activation: relu}
  - dense: 1
""",
    "ResNet-8": """\
  - conv2d: {filters: 16, kernel_size: 3, padding: same, use_bias: false}
  - batch_normalization
  - activation: relu
""" + residual(16) + residual(32, strides=2) + residual(64, strides=2) + "  - global_average_pooling2d\n" + CLASSES,
    "GRU": """\
  - gru: {units: 64, return_sequences: true}
  - gru: 64
  - dense: 1
""",
}


def write(folder, name, rows=None):
    """Writes `mlops.yaml` and the data, as NPY files, into a new folder."""
    network = networks.NETWORKS[name]
    inputs, targets = networks.data(name, rows)
    folder.mkdir(parents=True)
    numpy.save(folder / "inputs.npy", inputs)
    numpy.save(folder / "targets.npy", targets if network.classes else targets.astype(numpy.float32))
    loss = "sparse_categorical_crossentropy" if network.classes else "mse"
    (folder / "mlops.yaml").write_text(f"""\
model: {name.lower()}
task: {"classification" if network.classes else "regression"}
data:
  train: {{inputs: inputs.npy, targets: targets.npy}}
network:
{LAYERS[name]}training:
  loss: {loss}
  optimizer: {{adam: {{learning_rate: 0.001}}}}
  epochs: {network.epochs}
  batch_size: {min(network.batch_size, len(inputs))}
  seed: 1
""")
