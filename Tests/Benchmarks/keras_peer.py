"""Trains a test network with Keras on TensorFlow, and prints one line of JSON per epoch.

Made for tensorflow-cpu 2.21 and Keras 3.15. Modes: `default`, and `jit` with XLA.
"""

import json
import os
import time

import networks

arguments = networks.arguments(__doc__, ["default", "jit"])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import tensorflow

tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
keras.utils.set_random_seed(1)

inputs, targets = networks.data(arguments)
dense, dropout = keras.layers.Dense, keras.layers.Dropout
if arguments.network == "S1":
    layers = [dense(64, "relu"), dropout(0.5), dense(64, "relu"), dropout(0.5), dense(10, "softmax")]
    targets, loss = keras.utils.to_categorical(targets, 10), "categorical_crossentropy"
elif arguments.network == "S2":
    layers = [dense(512, "relu"), dense(512, "relu"), dense(10, "softmax")]
    loss = "sparse_categorical_crossentropy"
else:
    layers, loss = [dense(10, "relu"), dense(1)], "mean_squared_error"

model = keras.Sequential([keras.Input((inputs.shape[1],)), *layers])
model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, jit_compile=arguments.mode == "jit")


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
    inputs, targets, batch_size=networks.BATCH_SIZE, epochs=arguments.epochs, verbose=0, callbacks=[Report()]
)
