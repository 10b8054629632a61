"""Training speed: our command and the peers in turn, so that a change of the machine's speed meets all of them."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

import machine
import project
from networks import NETWORKS

HERE = pathlib.Path(__file__).parent

# The environment, the program and the mode of each peer; the second list is for convolutional networks as well.
PEERS = [("torch", "pytorch_peer.py", "fused"), ("keras", "keras_peer.py", "default"), ("keras", "keras_peer.py", "jit")]
FOR_PICTURES = [("torch", "pytorch_peer.py", "channels_last")]

# The kernels that the processor gets, and those for AVX2 where it could do more.
KERNELS = {"mlops": {}} | ({"mlops, AVX2 kernels": {"MLOPS_KERNELS": "v3"}} if machine.level() == "AVX-512" else {})

# Operations of a training step for a row of S2: two for each weight in the forward pass, two for the weights' gradients,
# and two for the inputs' gradients, which the first layer does not need.
S2_OPERATIONS = 6 * (784 * 512 + 512 * 512 + 512 * 10) - 2 * 784 * 512


def ours(binary, folder, kernels, rows, epochs, is_full_batch):
    """The speed of each epoch but the first; of the whole training where an epoch is one step.

    What lies between two epochs is then as long as the epochs themselves.
    """
    command = [binary, "train", "--no-register", "--json", "--set", f"training.epochs={epochs}"]
    command += ["--quiet"] * is_full_batch
    finished = subprocess.run(command, cwd=folder, env=os.environ | kernels, capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"mlops train failed:\n{finished.stderr}")
    if is_full_batch:
        return [round(rows * epochs / json.loads(finished.stdout)["run"]["seconds"])]
    lines = [json.loads(line) for line in finished.stderr.splitlines() if line.startswith("{")]
    return [line["samples_per_second"] for line in lines if line["event"] == "epoch"][1:]


def peer(python, script, mode, network, rows):
    command = [python, HERE / script, network, "--epochs", "3", "--threads", "2", "--mode", mode, "--rows", str(rows)]
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"{script} failed:\n{finished.stderr}")
    lines = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    return [line["samples_per_second"] for line in lines[1:]]


def measure(binary, pythons, folder, name, rounds, share):
    """The speeds of everyone with one network. A mode that is far behind after the first round does not go on."""
    network = NETWORKS[name]
    rows, epochs = max(network.batch_size, round(network.rows * share)), max(2, round(network.epochs * share))
    project.write(folder, name, rows)
    subprocess.run([binary, "init", folder], check=True, capture_output=True)
    peers = {f"{framework} {mode}": (pythons[framework], script, mode)
             for framework, script, mode in PEERS + FOR_PICTURES * network.is_convolutional}
    speeds = {}
    for _ in range(rounds):
        for kernels, environment in KERNELS.items():
            figures = ours(binary, folder, environment, rows, epochs, network.batch_size >= rows)
            speeds.setdefault(kernels, []).extend(figures)
        for label, (python, script, mode) in peers.items():
            speeds.setdefault(label, []).extend(peer(python, script, mode, name, rows))
        best = max(statistics.median(speeds[label]) for label in peers)
        peers = {label: it for label, it in peers.items() if statistics.median(speeds[label]) > best / 2}
    return speeds


def run(binary, pythons, folder, rounds, names, share=1):
    """The table, and which share of the processor's power S2 uses."""
    labels = [*KERNELS, *(f"{framework} {mode}" for framework, _, mode in PEERS + FOR_PICTURES)]
    table, lines = [], []
    for name in names:
        speeds = measure(binary, pythons, folder / name, name, rounds, share)
        others = [label for label in speeds if label not in KERNELS]
        row = [name]
        row += [machine.median_and(max, speeds[label], ",.0f") if label in speeds else "" for label in labels]
        for kernels in KERNELS:
            median, best = (of(speeds[kernels]) / max(of(speeds[other]) for other in others)
                            for of in (statistics.median, max))
            row.append(f"**{median:.1f}** ({best:.1f})")
        table.append([*row, NETWORKS[name].asked])
        print(" | ".join(map(str, table[-1])), file=sys.stderr)
        if name == "S2":
            lines = ["", share_of_peak(binary, speeds["mlops"])]
    header = ["network", *labels, *(f"{kernels}, times the best peer" for kernels in KERNELS), "asked for"]
    return "\n".join([machine.markdown(header, table), *lines])


def share_of_peak(binary, speeds):
    command = [binary.with_name("SpeedProbe"), "peak", str(os.cpu_count()), "3"]
    peak = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["operations_per_second"]
    if not peak:
        return "The processor has no fused multiply-add, which S2 could be compared with."
    median, best = (100 * of(speeds) * S2_OPERATIONS / peak for of in (statistics.median, max))
    return (f"S2 takes {S2_OPERATIONS:,} operations a row, forward and backward, those of the optimizer not counted. The "
            f"processor does {peak / 1e9:.0f} billion a second on {os.cpu_count()} threads if it does nothing but fused "
            f"multiply-adds in registers: the whole step reaches **{median:.0f} %** of that (best {best:.0f} %). Asked for: "
            "55 %, 70 % at best.")
