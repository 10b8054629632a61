"""Networks with every kind of layer and each of its options, in the words of network.json, and made-up data.

Run `python keras_layers.py` and then `python pytorch_layers.py` in this folder to write the fixtures again.
"""

import zlib

import numpy

from cases import ADAM, dense, sgd

INITIALIZERS = {"kernel_initializer": "glorot_uniform", "bias_initializer": "zeros"}
CONVOLUTION = {"padding": "valid", "activation": "linear", "use_bias": True, **INITIALIZERS}
TANH, SAME = {"activation": "tanh"}, {"padding": "same"}
TANH_SAME, TANH_CAUSAL = {**TANH, **SAME}, {**TANH, "padding": "causal"}
L1, L2, L1L2 = {"l1": 0.02, "l2": 0.0}, {"l1": 0.0, "l2": 0.03}, {"l1": 0.01, "l2": 0.02}


def layer(kind, **options):
    return {"type": kind, **options}


def conv1d(filters, size, **options):
    options = {"strides": 1, "dilation_rate": 1, **CONVOLUTION, **options}
    return layer("conv1d", filters=filters, kernel_size=size, **options)


def conv2d(filters, size, **options):
    options = {"strides": [1, 1], "dilation_rate": [1, 1], **CONVOLUTION, **options}
    return layer("conv2d", filters=filters, kernel_size=size, **options)


def depthwise(size, **options):
    options = {"strides": [1, 1], "dilation_rate": [1, 1], "depth_multiplier": 1, **CONVOLUTION, **options}
    return layer("depthwise_conv2d", kernel_size=size, **options)


def pooling(kind, size, strides=None, padding="valid"):
    return layer(kind, pool_size=size, strides=strides or size, padding=padding)


def batch_normalization(**options):
    options = {"momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True, **options}
    return layer("batch_normalization", **options)


def layer_normalization(**options):
    return layer("layer_normalization", **{"epsilon": 0.001, "center": True, "scale": True, **options})


def recurrent(kind, units, **options):
    defaults = {
        "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, **INITIALIZERS,
        "recurrent_initializer": "orthogonal", "unit_forget_bias": kind == "lstm", "reset_after": kind == "gru",
        "return_sequences": False, "go_backwards": False,
    }
    return layer(kind, units=units, **{**defaults, **options})


def sequences(kind, units, **options):
    return recurrent(kind, units, return_sequences=True, **options)


def bidirectional(inner, merge_mode="concat"):
    return layer("bidirectional", layer=inner, merge_mode=merge_mode)


def embedding(count, size, **options):
    return layer("embedding", input_dim=count, output_dim=size, embeddings_initializer="random_uniform", **options)


def residual(*layers, shortcut=(), activation="linear"):
    return layer("residual", layers=list(layers), shortcut=list(shortcut), activation=activation)


def activations(*names):
    return [layer("activation", activation=name) for name in names]


def case(name, shape, *layers, optimizer=sgd(learning_rate=0.02)):
    """A case; behind its layers come `flatten` and two units."""
    return name, shape, [*layers, layer("flatten"), dense(OUTPUTS)], "mean_squared_error", optimizer


ROWS, OUTPUTS = 5, 2
STEPS, IMAGE = [9, 3], [7, 6, 2]
# What has no weights stands behind what has: the gradients of those are made of the gradient of its inputs.
CASES = [
    case("conv1d_valid", STEPS, conv1d(4, 3, **TANH), conv1d(5, 4)),
    case("conv1d_same", STEPS, conv1d(4, 3, **TANH_SAME), conv1d(3, 4, **TANH_SAME)),
    case("conv1d_causal", STEPS, conv1d(4, 3, **TANH_CAUSAL), conv1d(3, 2, padding="causal"), optimizer=ADAM),
    case("conv1d_strides", [11, 3], conv1d(4, 2, strides=2, **TANH), conv1d(3, 3, strides=2)),
    case("conv1d_strides_same", [11, 2], conv1d(4, 4, strides=2, **TANH_SAME), conv1d(3, 3, strides=4, **TANH_SAME)),
    case("conv1d_strides_causal", [11, 2],
         conv1d(4, 3, strides=2, **TANH_CAUSAL), conv1d(3, 2, strides=3, padding="causal")),
    case("conv1d_dilation", [12, 2],
         conv1d(4, 3, dilation_rate=2, **TANH), conv1d(3, 2, dilation_rate=3, **SAME),
         conv1d(3, 3, dilation_rate=2, padding="causal")),
    case("conv1d_options", STEPS, conv1d(4, 3, activation="relu", use_bias=False), conv1d(3, 1, activation="gelu")),

    case("conv2d_valid", IMAGE, conv2d(4, [3, 2], **TANH), conv2d(3, [2, 3])),
    case("conv2d_same", IMAGE, conv2d(3, [3, 3], **TANH_SAME), conv2d(2, [5, 3], **TANH_SAME), optimizer=ADAM),
    case("conv2d_even_windows", IMAGE, conv2d(3, [2, 4], **TANH_SAME), conv2d(2, [4, 2], **TANH_SAME)),
    case("conv2d_strides", [9, 8, 2], conv2d(3, [3, 2], strides=[1, 2], **TANH), conv2d(3, [2, 1], strides=[3, 2])),
    case("conv2d_strides_same", [8, 7, 2],
         conv2d(3, [3, 3], strides=[2, 2], **TANH_SAME), conv2d(3, [2, 3], strides=[2, 2], **TANH_SAME)),
    case("conv2d_uneven_strides_same", [8, 7, 2],
         conv2d(3, [4, 2], strides=[3, 1], **TANH_SAME), conv2d(3, [1, 3], strides=[1, 4], **TANH_SAME)),
    case("conv2d_dilation", [8, 8, 2],
         conv2d(3, [3, 2], dilation_rate=[2, 3], **TANH), conv2d(2, [2, 2], dilation_rate=[1, 2])),
    case("conv2d_dilation_same", IMAGE,
         conv2d(3, [3, 3], dilation_rate=[2, 2], **TANH_SAME), conv2d(2, [2, 2], dilation_rate=[3, 1], **TANH_SAME)),
    case("conv2d_without_bias", IMAGE,
         conv2d(4, [3, 3], activation="relu", use_bias=False), conv2d(3, [2, 2], activation="sigmoid")),
    case("conv2d_activations", [6, 5, 2],
         conv2d(3, [2, 2], activation="softplus"), conv2d(3, [2, 2], activation={"type": "elu", "alpha": 0.5}),
         conv2d(3, [1, 1], activation={"type": "leaky_relu", "negative_slope": 0.1}),
         conv2d(3, [1, 1], activation={"type": "gelu", "approximate": True})),
    case("conv2d_wide", [5, 5, 17], conv2d(18, [2, 2], **TANH), conv2d(3, [3, 3])),

    case("depthwise_valid", IMAGE, depthwise([3, 2], **TANH), depthwise([2, 2])),
    case("depthwise_same", IMAGE,
         conv2d(3, [1, 1]), depthwise([3, 4], **TANH_SAME), depthwise([2, 3], **TANH_SAME), optimizer=ADAM),
    case("depthwise_multiplier", IMAGE,
         depthwise([2, 2], depth_multiplier=3, **TANH), depthwise([2, 3], depth_multiplier=2)),
    case("depthwise_strides", [8, 9, 2],
         depthwise([3, 3], strides=[2, 2], depth_multiplier=2, **TANH_SAME), depthwise([2, 3], strides=[2, 2])),
    case("depthwise_dilation", IMAGE,
         depthwise([2, 3], dilation_rate=[3, 2], **TANH), depthwise([2, 2], dilation_rate=[2, 1], **TANH_SAME)),
    case("depthwise_options", IMAGE,
         depthwise([2, 2], use_bias=False, activation="relu", depth_multiplier=2), conv2d(3, [1, 1], **TANH)),

    case("max_pooling1d", [11, 3], conv1d(4, 2), pooling("max_pooling1d", 2)),
    case("max_pooling1d_same", [11, 3], conv1d(4, 2), pooling("max_pooling1d", 3, 2, "same")),
    case("average_pooling1d", [11, 3], conv1d(4, 2), pooling("average_pooling1d", 3)),
    case("average_pooling1d_same", [11, 3], conv1d(4, 2), pooling("average_pooling1d", 4, 3, "same")),
    case("max_pooling2d", IMAGE, conv2d(3, [2, 2]), pooling("max_pooling2d", [2, 2]), optimizer=ADAM),
    case("max_pooling2d_overlapping", IMAGE, conv2d(3, [1, 2]), pooling("max_pooling2d", [3, 2], [2, 1])),
    case("max_pooling2d_gaps", [9, 8, 2], conv2d(3, [1, 1]), pooling("max_pooling2d", [2, 1], [3, 2])),
    case("max_pooling2d_same", IMAGE, conv2d(3, [1, 1]), pooling("max_pooling2d", [2, 4], [2, 3], "same")),
    case("average_pooling2d", IMAGE, conv2d(3, [2, 2]), pooling("average_pooling2d", [2, 2])),
    case("average_pooling2d_strides", IMAGE, conv2d(3, [1, 1]), pooling("average_pooling2d", [2, 3], [1, 2])),
    case("average_pooling2d_same", IMAGE, conv2d(3, [1, 1]), pooling("average_pooling2d", [4, 3], [3, 2], "same")),
    case("global_average_pooling1d", STEPS, conv1d(4, 2, **TANH), layer("global_average_pooling1d")),
    case("global_max_pooling1d", STEPS, conv1d(4, 2), layer("global_max_pooling1d")),
    case("global_average_pooling2d", IMAGE, conv2d(4, [2, 2], **TANH), layer("global_average_pooling2d")),
    case("global_max_pooling2d", IMAGE, conv2d(4, [2, 2]), layer("global_max_pooling2d")),

    # A bias whose sum goes into a batch normalization would have noise for a gradient.
    case("batch_normalization", [5], dense(6, "tanh"), batch_normalization(), dense(4, "tanh")),
    case("batch_normalization_options", [5],
         dense(6, "tanh"), batch_normalization(momentum=0.7, epsilon=0.1), dense(4, "tanh"), optimizer=ADAM),
    case("batch_normalization_of_steps", [6, 3], conv1d(4, 2, **TANH), batch_normalization(momentum=0.9, center=False)),
    case("batch_normalization_of_channels", [5, 4, 2],
         conv2d(3, [2, 2], **TANH), batch_normalization(momentum=0.5, scale=False), conv2d(3, [2, 1], **TANH),
         batch_normalization(momentum=0.0, center=False, scale=False, epsilon=0.01), conv2d(3, [1, 1])),
    case("layer_normalization", [5], dense(6, "tanh"), layer_normalization(), dense(4, "tanh")),
    case("layer_normalization_of_steps", [6, 3],
         conv1d(5, 2), layer_normalization(epsilon=0.1, center=False), conv1d(4, 2), layer_normalization(scale=False),
         optimizer=ADAM),
    case("layer_normalization_of_channels", [4, 3, 2],
         conv2d(5, [2, 2]), layer_normalization(), conv2d(6, [1, 1]),
         layer_normalization(epsilon=0.01, center=False, scale=False), conv2d(3, [1, 1])),

    case("simple_rnn", [6, 3], sequences("simple_rnn", 5), recurrent("simple_rnn", 4)),
    case("simple_rnn_options", [5, 3],
         sequences("simple_rnn", 5, activation="relu", go_backwards=True),
         recurrent("simple_rnn", 4, use_bias=False, go_backwards=True)),
    case("simple_rnn_activations", [5, 3],
         sequences("simple_rnn", 5, activation={"type": "leaky_relu", "negative_slope": 0.3}),
         recurrent("simple_rnn", 4, activation="softplus")),
    case("lstm", [6, 3], recurrent("lstm", 5)),
    case("lstm_sequences", [5, 3], sequences("lstm", 4), sequences("lstm", 3), optimizer=ADAM),
    case("lstm_backwards", [5, 3],
         sequences("lstm", 4, go_backwards=True), recurrent("lstm", 3, go_backwards=True)),
    case("lstm_without_bias", [5, 3],
         sequences("lstm", 4, use_bias=False, unit_forget_bias=False), recurrent("lstm", 3, use_bias=False)),
    case("lstm_activations", [4, 3],
         sequences("lstm", 4, activation="softplus", recurrent_activation="tanh"),
         recurrent("lstm", 3, activation="linear", recurrent_activation="relu")),
    case("gru", [6, 3], recurrent("gru", 5)),
    case("gru_sequences", [5, 3], sequences("gru", 4), sequences("gru", 3), optimizer=ADAM),
    case("gru_backwards", [5, 3], sequences("gru", 4, go_backwards=True), recurrent("gru", 3, go_backwards=True)),
    case("gru_without_bias", [5, 3], sequences("gru", 4, use_bias=False), recurrent("gru", 3, use_bias=False)),
    case("gru_reset_before", [5, 3],
         sequences("gru", 4, reset_after=False), recurrent("gru", 3, reset_after=False)),
    case("gru_reset_before_options", [5, 3],
         sequences("gru", 4, reset_after=False, use_bias=False, go_backwards=True),
         recurrent("gru", 3, reset_after=False, activation="elu")),
    case("gru_activations", [4, 3],
         sequences("gru", 4, activation={"type": "elu", "alpha": 0.5}),
         recurrent("gru", 3, recurrent_activation="tanh")),
    case("bidirectional_concat", [5, 3], bidirectional(sequences("gru", 3)), bidirectional(recurrent("lstm", 3))),
    case("bidirectional_sum", [5, 3],
         bidirectional(sequences("lstm", 4), "sum"), bidirectional(recurrent("gru", 3), "sum")),
    case("bidirectional_mul", [5, 3],
         bidirectional(sequences("simple_rnn", 4), "mul"), bidirectional(recurrent("lstm", 3), "mul")),
    case("bidirectional_ave", [5, 3],
         bidirectional(sequences("gru", 4), "ave"), bidirectional(recurrent("simple_rnn", 3, use_bias=False), "ave"),
         optimizer=ADAM),
    case("bidirectional_reset_before", [5, 3],
         bidirectional(sequences("gru", 3, reset_after=False)),
         bidirectional(recurrent("gru", 3, activation="softplus"), "mul")),

    case("activation", [5],
         dense(6), *activations("relu"), dense(5), *activations("softmax"), dense(4), *activations("elu")),
    case("activation_of_channels", [4, 4, 2],
         conv2d(3, [2, 2]), *activations("leaky_relu"), conv2d(3, [1, 1]),
         *activations("gelu", "softplus", "sigmoid", "tanh", "linear")),
    case("reshape", [24],
         layer("reshape", target_shape=[4, -1, 2]), conv2d(4, [2, 2], **TANH),
         layer("reshape", target_shape=[6, 4]), recurrent("lstm", 3)),
    case("zero_padding2d", [4, 3, 2],
         conv2d(3, [1, 1]), layer("zero_padding2d", padding=[[1, 2], [0, 3]]), conv2d(3, [3, 3])),
    case("embedding", [6], embedding(9, 4), conv1d(3, 2, **TANH)),
    case("embedding_adam", [5], embedding(7, 3), recurrent("gru", 3), optimizer=ADAM),

    case("residual", [5, 4, 3],
         conv2d(3, [1, 1]), residual(conv2d(4, [3, 3], **TANH_SAME), conv2d(3, [2, 2], **SAME)),
         residual(depthwise([3, 3], **TANH_SAME), activation="relu")),
    case("residual_projection", [5, 4, 2],
         conv2d(3, [1, 1], **TANH),
         residual(
             conv2d(4, [3, 3], strides=[2, 2], use_bias=False, **SAME), batch_normalization(momentum=0.9),
             *activations("relu"), conv2d(4, [3, 3], **SAME),
             shortcut=[conv2d(4, [1, 1], strides=[2, 2], use_bias=False), batch_normalization(momentum=0.8)],
             activation="tanh"),
         layer("global_average_pooling2d")),
    case("residual_of_columns", [5],
         dense(6, "tanh"), residual(dense(4, "tanh"), dense(6)), dense(3), optimizer=ADAM),

    case("regularizers_dense", [5],
         dense(6, "tanh", kernel_regularizer=L1L2, bias_regularizer=L1), dense(4, kernel_regularizer=L2)),
    case("regularizers_convolution", [6, 5, 2],
         conv2d(3, [2, 2], kernel_regularizer=L2, bias_regularizer=L2, **TANH),
         depthwise([2, 2], kernel_regularizer=L1, bias_regularizer=L1L2),
         layer("reshape", target_shape=[-1, 3]), conv1d(3, 2, kernel_regularizer=L1L2, bias_regularizer=L1)),
    case("regularizers_recurrent", [5, 3],
         sequences("lstm", 4, kernel_regularizer=L1, recurrent_regularizer=L2, bias_regularizer=L1L2),
         bidirectional(sequences("gru", 3, kernel_regularizer=L2, recurrent_regularizer=L1, bias_regularizer=L2)),
         recurrent("simple_rnn", 3, recurrent_regularizer=L1L2)),
    case("regularizers_embedding", [4], embedding(6, 3, embeddings_regularizer=L1L2), optimizer=ADAM),
]


def random(name):
    return numpy.random.default_rng(zlib.crc32(name.encode()))


def make(case):
    """Inputs and targets; few decimals keep the files small."""
    name, shape, layers, _, _ = case
    numbers = random(name)
    if layers[0]["type"] == "embedding":
        inputs = numbers.integers(0, layers[0]["input_dim"], (ROWS, *shape))
    else:
        inputs = numbers.standard_normal((ROWS, *shape)).round(2)
    return inputs.astype(numpy.float32), numbers.standard_normal((ROWS, OUTPUTS)).round(2).astype(numpy.float32)


def weight(numbers, name, shape):
    """A weight to start from, with nothing at 0 or 1 that could hide a mistake."""
    values = numbers.standard_normal(shape)
    if name in ("gamma", "moving_variance"):
        values = 1 + 0.5 * numpy.tanh(values)
    elif name in ("bias", "beta", "moving_mean"):
        values *= 0.3
    elif name != "embeddings":
        values /= numpy.sqrt(numpy.prod(shape[:-1]))
    return values.round(3).astype(numpy.float32)
