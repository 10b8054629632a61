"""The test networks in Keras."""

import keras
from keras.layers import (
    GRU, LSTM, Activation, Add, BatchNormalization, Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D, MaxPooling2D,
)


def convolution(tensor, filters, size, strides=1):
    tensor = Conv2D(filters, size, strides, padding="same", use_bias=False)(tensor)
    return BatchNormalization()(tensor)


def residual(tensor, filters, strides=1):
    shortcut = tensor if strides == 1 else convolution(tensor, filters, 1, strides)
    tensor = Activation("relu")(convolution(tensor, filters, 3, strides))
    return Activation("relu")(Add()([convolution(tensor, filters, 3), shortcut]))


def resnet8():
    inputs = keras.Input((28, 28, 1))
    tensor = Activation("relu")(convolution(inputs, 16, 3))
    tensor = residual(residual(residual(tensor, 16), 32, 2), 64, 2)
    return keras.Model(inputs, Dense(10, "softmax")(GlobalAveragePooling2D()(tensor)))


def sequence(shape, *layers):
    return lambda: keras.Sequential([keras.Input(shape), *layers])


BUILDERS = {
    "S1": sequence((100,), Dense(64, "relu"), Dropout(0.5), Dense(64, "relu"), Dropout(0.5), Dense(10, "softmax")),
    "S2": sequence((784,), Dense(512, "relu"), Dense(512, "relu"), Dense(10, "softmax")),
    "S3": sequence(
        (28, 28, 1), Conv2D(32, 3, activation="relu"), MaxPooling2D(), Conv2D(64, 3, activation="relu"), MaxPooling2D(),
        Flatten(), Dense(64, "relu"), Dense(10, "softmax")),
    "S4": sequence(
        (28, 28), LSTM(128, return_sequences=True), LSTM(128, return_sequences=True), LSTM(128), Dense(10, "softmax")),
    "S5": sequence((10,), Dense(10, "relu"), Dense(1)),
    "S6": sequence((10,), Dense(20, "relu"), Dense(1)),
    "ResNet-8": resnet8,
    "GRU": sequence((100, 16), GRU(64, return_sequences=True), GRU(64), Dense(1)),
}
