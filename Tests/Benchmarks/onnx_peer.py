"""Times the answers of a loaded ONNX model with onnxruntime, as `SpeedProbe answers` does with ours.

    onnx_peer.py MODEL ROWS THREADS SECONDS [OUTPUTS]

Prints one line of JSON: the median time of a call in microseconds, by `run` or with bound memory, what is faster.
"""

import json
import statistics
import sys
import time

import numpy
import onnxruntime


def median_microseconds(call, seconds):
    """Warms up for a third of the time; calls that take less than the clock can tell are timed together."""
    start, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - start < seconds / 3:
        call()
        calls += 1
    together = range(max(1, int(20e-6 * calls / (time.perf_counter() - start))))
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        for _ in together:
            call()
        times.append((time.perf_counter() - before) / len(together))
    return statistics.median(times) * 1e6


def main(model, rows, threads, seconds, outputs=None):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = int(threads), 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()[0].shape
    inputs = numpy.load(rows)[:wanted[0]]
    # One channel: the same bytes in either order.
    inputs = numpy.ascontiguousarray(inputs.reshape(wanted))
    feed = {"inputs": inputs}
    result = session.run(None, feed)[0]
    binding = session.io_binding()
    binding.bind_cpu_input("inputs", inputs)
    binding.bind_ortvalue_output("outputs", onnxruntime.OrtValue.ortvalue_from_numpy(numpy.empty_like(result)))
    run = median_microseconds(lambda: session.run(None, feed), float(seconds) / 2)
    bound = median_microseconds(lambda: session.run_with_iobinding(binding), float(seconds) / 2)
    print(json.dumps({"microseconds": min(run, bound), "framework": f"onnxruntime {onnxruntime.__version__}"}))
    if outputs:
        numpy.save(outputs, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
