"""Writes autoencoder.json: an autoencoder that Keras trains on its own inputs, and the mean squared error of each row.

Made with the versions named in the file: python autoencoder.py
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy
import tensorflow

tensorflow.config.experimental.enable_op_determinism()
keras.utils.set_random_seed(3)
random = numpy.random.default_rng(3)
hidden = random.normal(size=(40, 2))
inputs = (numpy.tanh(hidden @ random.normal(size=(2, 5))) + random.normal(0, 0.05, (40, 5))).astype("float32")


def case(loss, function):
    model = keras.Sequential([
        keras.Input([5]), keras.layers.Dense(8, "tanh"), keras.layers.Dense(2), keras.layers.Dense(8, "relu"),
        keras.layers.Dense(5),
    ])
    parameters = [weight.numpy().ravel().tolist() for weight in model.weights]
    before = ((model.predict(inputs, verbose=0) - inputs) ** 2).mean(axis=1)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=function)
    history = model.fit(inputs, inputs, epochs=10, batch_size=40, shuffle=False, verbose=0)
    after = ((model.predict(inputs, verbose=0) - inputs) ** 2).mean(axis=1)
    return {
        "loss": loss, "parameters": parameters, "losses": history.history["loss"], "scores": before.tolist(),
        "trained_scores": after.tolist(),
    }


document = {
    "framework": f"keras {keras.__version__} on tensorflow {tensorflow.__version__}",
    "inputs": inputs.ravel().tolist(),
    "cases": [
        case("mean_squared_error", "mse"), case("mean_absolute_error", "mae"), case("huber", keras.losses.Huber()),
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(document) + "\n")
