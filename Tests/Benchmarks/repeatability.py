"""Whether a training gives the same bits however it is run, and how well the networks of the templates do."""

import json
import os
import subprocess
import sys
import time

import machine
import project
from training import KERNELS

# Networks of every kind of layer, besides the dense ones of the template fashion.
NAMES = ["S3", "S4", "ResNet-8", "GRU"]

# Template, epochs, and the accuracy on the test rows that was asked for.
TEMPLATES = [("examples/fashion-cnn", 10, 0.895), ("examples/fashion-lstm", 5, 0.86)]

ACCURACIES = """\
What the templates reach on the 10,000 test rows of Fashion-MNIST, with 6,000 of the 60,000 others kept for validation:"""

MANNERS = {
    "1 thread": (["--threads", "1"], {}),
    "2 threads": (["--threads", "2"], {}),
    "4 threads": (["--threads", "4"], {}),
    "a second run": ([], {}),
}
if machine.level() == "AVX-512":
    MANNERS["AVX2 kernels"] = ([], KERNELS["mlops, AVX2 kernels"])


def train(binary, directory, *options, kernels={}):
    """The report of a training that is registered, whatever its gates say."""
    command = [binary, "train", "--register", "--json", *options]
    finished = subprocess.run(command, cwd=directory, env=os.environ | kernels, capture_output=True, text=True)
    if finished.returncode not in (0, 3):
        sys.exit(f"mlops train failed:\n{finished.stderr}")
    return json.loads(finished.stdout)


def digest(report):
    return report["registration"]["digest"][len("sha256:"):][:12]


def interrupted(binary, folder):
    """The template fashion, S2 with dropout, however it is run: accuracy and digest."""
    directory = folder / "repeatability"
    subprocess.run([binary, "init", "--template", "fashion", directory], check=True, capture_output=True)
    rows = []

    def add(name, report):
        rows.append([name, f"{report['run']['test_metrics']['accuracy']:.4f}", digest(report)])

    for name, (options, kernels) in MANNERS.items():
        add(name, train(binary, directory, *options, kernels=kernels))
    process = subprocess.Popen([binary, "train", "-q"], cwd=directory)
    checkpoint = directory / ".mlops/runs" / str(len(rows) + 1) / "checkpoint.safetensors"
    while process.poll() is None and not checkpoint.exists():
        time.sleep(0.01)
    process.kill()
    process.wait()
    add("killed after an epoch, and resumed", train(binary, directory, "--resume"))
    return machine.markdown(["five epochs of the template fashion", "test accuracy", "digest"], rows)


def networks(binary, folder):
    """Other networks, two epochs of a few rows: the digests."""
    rows = []
    for name in NAMES:
        directory = folder / "repeatability" / name
        project.write(directory, name, 1_000)
        subprocess.run([binary, "init", directory], check=True, capture_output=True)
        short = ["--set", "training.epochs=2"]
        digests = [digest(train(binary, directory, *short, *options, kernels=kernels))
                   for options, kernels in MANNERS.values()]
        rows.append([name, *digests])
    return machine.markdown(["two epochs of 1,000 rows", *MANNERS], rows)


def accuracies(binary, folder):
    rows = []
    for template, epochs, asked in TEMPLATES:
        directory = folder / "accuracy" / template
        subprocess.run([binary, "init", "--template", template, directory], check=True, capture_output=True)
        run = train(binary, directory, "--set", f"training.epochs={epochs}")["run"]
        rows.append([template, epochs, f"{run['test_metrics']['accuracy']:.4f}", f"{run['seconds']:.0f}", f"{asked:.3f}"])
    return machine.markdown(["template", "epochs", "test accuracy", "seconds", "asked for"], rows)


def run(binary, folder):
    return "\n\n".join(
        [interrupted(binary, folder), networks(binary, folder), ACCURACIES, accuracies(binary, folder)])
