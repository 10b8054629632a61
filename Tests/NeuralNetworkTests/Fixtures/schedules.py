"""Writes schedules.json: learning rates of Keras's schedules by step, and of its callback by epoch."""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy

STEPS, EPOCHS, RATE = 7, 6, 0.02


def rates(schedule):
    return [float(schedule(step)) for step in range(STEPS * EPOCHS)]


schedules = keras.optimizers.schedules
by_step = [
    {"decay": {"exponential": {"factor": 0.6, "every": 2, "staircase": False}},
     "rates": rates(schedules.ExponentialDecay(RATE, 2 * STEPS, 0.6))},
    {"decay": {"exponential": {"factor": 0.6, "every": 2, "staircase": True}},
     "rates": rates(schedules.ExponentialDecay(RATE, 2 * STEPS, 0.6, staircase=True))},
    {"decay": {"step": {"factor": 0.6, "every": 2}},
     "rates": rates(schedules.ExponentialDecay(RATE, 2 * STEPS, 0.6, staircase=True))},
    # Keras's boundary itself still has the old rate.
    {"decay": {"milestones": {"factor": 0.5, "epochs": [2, 5]}},
     "rates": rates(schedules.PiecewiseConstantDecay([2 * STEPS - 1, 5 * STEPS - 1], [RATE, RATE / 2, RATE / 4]))},
    {"decay": {"cosine": {"final": 0.1}}, "rates": rates(schedules.CosineDecay(RATE, EPOCHS * STEPS, alpha=0.1))},
    {"decay": {"cosine": {"final": 0, "epochs": 4}}, "rates": rates(schedules.CosineDecay(RATE, 4 * STEPS))},
]

random = numpy.random.default_rng(5)
figures = (2 * 0.9 ** numpy.arange(60) + random.normal(0, 0.15, 60)).tolist()
on_plateau = []
for options in [
    {"factor": 0.5, "patience": 2, "min_delta": 1e-4, "cooldown": 0, "min_lr": 0.0},
    {"factor": 0.3, "patience": 1, "min_delta": 0.05, "cooldown": 3, "min_lr": 0.001},
    {"factor": 0.5, "patience": 0, "min_delta": 0.0, "cooldown": 1, "min_lr": 0.0},
]:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(**options)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, figure in enumerate(figures):
        callback.on_epoch_end(epoch, {"val_loss": figure})
        rates.append(float(model.optimizer.learning_rate))
    rule = {**options, "monitor": "val_loss", "minimum": options["min_lr"]}
    del rule["min_lr"]
    on_plateau.append({"rule": rule, "rates": rates})

with open("schedules.json", "w") as file:
    json.dump(
        {"framework": f"keras {keras.__version__}", "rate": RATE, "steps": STEPS, "epochs": EPOCHS,
         "by_step": by_step, "figures": figures, "on_plateau": on_plateau}, file, indent=1)
    file.write("\n")
