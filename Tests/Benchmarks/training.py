"""Training speed: our command and the peers in turn, so that a change of the machine's speed meets all of them."""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import machine

HERE = pathlib.Path(__file__).parent

# The project, the rows per epoch that it trains on, and our epochs per round.
NETWORKS = {
    "S1": ("examples/mlp-dropout", ["data.train.synthetic.classification.rows=40000"], 32_000, 20),
    "S2": ("examples/mnist-mlp", [], 54_000, 4),
    "S5": ("examples/regression", ["data.train.synthetic.regression.rows=33334"], 20_000, 60),
}
PEERS = [("torch", "pytorch_peer.py", "fused"), ("keras", "keras_peer.py", "default"), ("keras", "keras_peer.py", "jit")]


# The kernels that the processor gets, and those for AVX2 where it could do more.
KERNELS = {"mlops": {}} | ({"mlops, AVX2 kernels": {"MLOPS_KERNELS": "v3"}} if machine.level() == "AVX-512" else {})


def ours(binary, folder, network, kernels):
    template, settings, _, epochs = NETWORKS[network]
    project = folder / network
    if not project.exists():
        subprocess.run([binary, "init", "--template", template, project], check=True, capture_output=True)
    options = [word for setting in [*settings, f"training.epochs={epochs}"] for word in ("--set", setting)]
    finished = subprocess.run(
        [binary, "train", "--no-register", *options],
        cwd=project,
        env=os.environ | kernels,
        capture_output=True,
        text=True,
    )
    speeds = [int(speed) for speed in re.findall(r"(\d+) samples/s$", finished.stderr, re.MULTILINE)]
    if finished.returncode not in (0, 3) or len(speeds) < 2:
        sys.exit(f"mlops train failed:\n{finished.stderr}")
    return speeds[1:]


def peer(python, script, mode, network):
    rows = NETWORKS[network][2]
    finished = subprocess.run(
        [python, HERE / script, network, "--epochs", "3", "--threads", "2", "--mode", mode, "--rows", str(rows)],
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        sys.exit(f"{script} failed:\n{finished.stderr}")
    lines = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    return [line["samples_per_second"] for line in lines[1:]]


def run(binary, pythons, folder, rounds):
    """A table: network, ours, each peer, ratio to the best peer by medians and by the best epochs."""
    table = []
    for network in NETWORKS:
        speeds = {}
        for _ in range(rounds):
            for name, kernels in KERNELS.items():
                speeds.setdefault(name, []).extend(ours(binary, folder, network, kernels))
            for framework, script, mode in PEERS:
                name = f"{framework} {mode}"
                speeds.setdefault(name, []).extend(peer(pythons[framework], script, mode, network))
        medians = {name: statistics.median(values) for name, values in speeds.items()}
        bests = {name: max(values) for name, values in speeds.items()}
        others = [name for name in speeds if name not in KERNELS]
        row = [network] + [f"{medians[name]:,.0f} / {bests[name]:,.0f}" for name in speeds]
        for name in KERNELS:
            ratio = medians[name] / max(medians[other] for other in others)
            best_ratio = bests[name] / max(bests[other] for other in others)
            row.append(f"**{ratio:.1f}** ({best_ratio:.1f})")
        table.append(row)
        print(" | ".join(table[-1]), file=sys.stderr)
    header = ["network", *speeds, *(f"{name} to the best peer" for name in KERNELS)]
    return machine.markdown(header, table)


def repeatability(binary, folder):
    """The template fashion, S2 with dropout, however it is run: accuracy and digest."""
    project = folder / "repeatability"
    subprocess.run([binary, "init", "--template", "fashion", project], check=True, capture_output=True)
    rows = []

    def train(name, *options, kernels={}):
        command = [binary, "train", "--register", "--json", *options]
        finished = subprocess.run(command, cwd=project, env=os.environ | kernels, capture_output=True, text=True)
        if finished.returncode not in (0, 3):
            sys.exit(f"mlops train failed:\n{finished.stderr}")
        report = json.loads(finished.stdout)
        accuracy = report["run"]["test_metrics"]["accuracy"]
        rows.append([name, f"{accuracy:.4f}", report["registration"]["digest"][len("sha256:"):][:12]])

    train("1 thread", "--threads", "1")
    train("2 threads", "--threads", "2")
    train("a second run")
    if machine.level() == "AVX-512":
        train("AVX2 kernels", kernels=KERNELS["mlops, AVX2 kernels"])
    process = subprocess.Popen([binary, "train", "-q"], cwd=project)
    checkpoint = project / ".mlops/runs" / str(len(rows) + 1) / "checkpoint.safetensors"
    while process.poll() is None and not checkpoint.exists():
        time.sleep(0.01)
    process.kill()
    process.wait()
    train("killed after an epoch, and resumed", "--resume")
    return machine.markdown(["five epochs of the template fashion", "test accuracy", "digest"], rows)
