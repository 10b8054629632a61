"""How long a loaded model takes to answer, ours beside onnxruntime with the same network, weights and rows."""

import json
import pathlib
import statistics
import subprocess
import sys

import numpy

import machine
import networks
import project

HERE = pathlib.Path(__file__).parent

NAMES = ["S1", "S2", "S3", "S4", "ResNet-8", "GRU"]
AHEAD = ["S1", "S2", "S3"]
# Rows of a call, and threads.
CALLS = [(1, 1), (1, 2), (256, 2)]
ROWS = 256


def output(command, **options):
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if finished.returncode:
        sys.exit(f"{command[0]} failed:\n{finished.stderr}")
    return finished.stdout


def prepare(binary, python, folder, name):
    """Trains a little, and exports what came out; the package, the rows and the ONNX files lie in the folder."""
    project.write(folder, name, 640)
    output([binary, "init", folder])
    output([binary, "train", "--register", "--set", "training.epochs=1"], cwd=folder)
    output([binary, "get", "@latest", "--to", folder / "package"], cwd=folder)
    numpy.save(folder / "rows.npy", networks.data(name, ROWS)[0])
    export(python, folder, name)


def export(python, folder, name):
    output([python, HERE / "onnx_export.py", name, folder / "package", folder / "rows.npy", folder, 1, ROWS])


def ours(binary, folder, rows, threads, seconds):
    """Microseconds a call, and the outputs."""
    outputs = folder / "ours.npy"
    command = [binary.with_name("SpeedProbe"), "answers", folder / "package", folder / "rows.npy"]
    line = json.loads(output([*command, rows, threads, seconds, outputs]))
    return line["microseconds"], numpy.load(outputs)


def peer(python, folder, rows, threads, seconds):
    outputs = folder / "peer.npy"
    command = [python, HERE / "onnx_peer.py", folder / f"{rows}.onnx", folder / "rows.npy"]
    line = json.loads(output([*command, threads, seconds, outputs]))
    return line["microseconds"], numpy.load(outputs)


def run(binary, python, folder, rounds, names, seconds=1.5):
    """The table, how well the answers agree, and what a call of onnxruntime costs that computes nothing."""
    table, difference = [], 0
    for name in names:
        prepare(binary, python, folder / name, name)
        for rows, threads in CALLS:
            times = {"mlops": [], "onnxruntime": []}
            for _ in range(rounds):
                time, answers = ours(binary, folder / name, rows, threads, seconds)
                times["mlops"].append(time)
                time, wanted = peer(python, folder / name, rows, threads, seconds)
                times["onnxruntime"].append(time)
                difference = max(difference, float(numpy.abs(answers - wanted).max()))
            median, best = (of(times["onnxruntime"]) / of(times["mlops"]) for of in (statistics.median, min))
            table.append([
                name, rows, threads, *(machine.median_and(min, values, ",.1f") for values in times.values()),
                f"**{median:.2f}** ({best:.2f})", "> 1" if name in AHEAD else "0.9"])
            print(" | ".join(map(str, table[-1])), file=sys.stderr)
    header = ["network", "rows", "threads", "mlops, µs", "onnxruntime, µs", "times onnxruntime", "asked for"]
    (folder / "nothing").mkdir(parents=True)
    numpy.save(folder / "nothing/rows.npy", numpy.zeros((ROWS, 100), numpy.float32))
    export(python, folder / "nothing", "nothing")
    nothing, _ = peer(python, folder / "nothing", 1, 1, seconds)
    return "\n".join([
        machine.markdown(header, table), "",
        f"No answer differs by more than {difference:.0e} from onnxruntime's. A call of onnxruntime from Python takes "
        f"{nothing:.1f} µs if the model does nothing, which is in its figures; no such call is in ours."])
