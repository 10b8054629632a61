"""Trains a test network with Keras on TensorFlow, and prints one line of JSON per epoch.

Made for tensorflow-cpu 2.21 and Keras 3.15. Modes: `default`, and `jit` with XLA.
"""

import json
import os
import time

import numpy

import networks

arguments = networks.arguments(__doc__, ["default", "jit"])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import tensorflow

tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
keras.utils.set_random_seed(1)

import keras_networks

network = networks.NETWORKS[arguments.network]
inputs, targets = networks.data(arguments.network, arguments.rows)
is_full_batch = network.batch_size >= len(inputs)
batch_size = min(network.batch_size, len(inputs))
# Keras begins and ends an epoch slowly: several passes are one epoch of as many copies of the rows.
inputs, targets = (numpy.concatenate([array] * network.passes) for array in (inputs, targets))

model = keras_networks.BUILDERS[arguments.network]()
model.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss="sparse_categorical_crossentropy" if network.classes else "mean_squared_error",
    jit_compile=arguments.mode == "jit",
)


class Report(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.start, self.cpu = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        seconds, cpu = time.perf_counter() - self.start, time.process_time() - self.cpu
        line = {
            "framework": f"keras {keras.__version__}, tensorflow {tensorflow.__version__}",
            "mode": arguments.mode,
            "network": arguments.network,
            "threads": arguments.threads,
            "epoch": epoch,
            "samples_per_second": round(len(inputs) / seconds),
            "samples_per_cpu_second": round(len(inputs) / cpu),
            "loss": logs["loss"],
        }
        print(json.dumps(line), flush=True)


model.fit(
    inputs, targets, batch_size=batch_size, epochs=arguments.epochs, shuffle=not is_full_batch, verbose=0,
    callbacks=[Report()],
)
