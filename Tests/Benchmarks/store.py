"""The store: putting and getting 100 MB beside DVC, growth, and the memory that 1.5 GB need."""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys

import numpy

import machine


def make(folder, tensors, values, seed=1):
    """A model of `tensors` tensors, and a second version in which every tenth is another."""
    random = numpy.random.default_rng(seed)
    for version in ("v1", "v2"):
        (folder / version).mkdir(parents=True, exist_ok=True)
        (folder / version / "config.json").write_text("{}")
    with open(folder / "v1/weights.bin", "wb") as first, open(folder / "v2/weights.bin", "wb") as second:
        for index in range(tensors):
            tensor = random.normal(0, 0.05, values).astype("f4")
            first.write(tensor.tobytes())
            changed = random.normal(0, 0.05, values).astype("f4") if index % 10 == 0 else tensor
            second.write(changed.tobytes())


# Linux counts the memory of the process that starts a command as the command's own, so a small one starts it.
STARTER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
seconds = time.perf_counter() - start
print(json.dumps([status, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


def run(command, folder):
    """Seconds and peak resident MiB of a command."""
    starter = [sys.executable, "-S", "-c", STARTER, *map(str, command)]
    finished = subprocess.run(starter, cwd=folder, capture_output=True, text=True, check=True)
    status, seconds, mebibytes = json.loads(finished.stdout)
    if status:
        raise SystemExit(f"{command} failed: {finished.stderr}")
    return seconds, mebibytes


def size(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file()) / 1e6


def against_dvc(binary, dvc, folder, rounds):
    make(folder / "data", 50, 524_288)
    times = {name: [] for name in ("mlops put", "mlops put v2", "dvc add", "dvc add v2")}
    growth = 0
    for index in range(rounds):
        ours, theirs = folder / f"ours{index}", folder / f"theirs{index}"
        ours.mkdir(), theirs.mkdir()
        run([binary, "init", "."], ours)
        run(["git", "init", "-q"], theirs), run([dvc, "init", "-q"], theirs)
        for version, suffix in (("v1", ""), ("v2", " v2")):
            before = size(ours / ".mlops")
            times[f"mlops put{suffix}"].append(
                run([binary, "register", folder / "data" / version, "--model", "m"], ours)[0]
            )
            growth = size(ours / ".mlops") - before
            shutil.rmtree(theirs / "model", ignore_errors=True)
            shutil.copytree(folder / "data" / version, theirs / "model")
            times[f"dvc add{suffix}"].append(run([dvc, "add", "-q", "model"], theirs)[0])
        shutil.rmtree(ours), shutil.rmtree(theirs)
    rows = [[name, f"{statistics.median(values):.2f} s", f"{min(values):.2f} s"] for name, values in times.items()]
    table = machine.markdown(["100 MB in 50 tensors", "median", "best"], rows)
    return table + f"\n\nThe store grew by {growth:.1f} MB for the second version, in which 10 % of the tensors changed."


def memory(binary, folder):
    """Peak memory and time of putting, getting, deploying and rolling back 1.57 GB, loose and packed."""
    make(folder / "large", 100, 3_932_160)
    project = folder / "project"
    project.mkdir()
    run([binary, "init", "."], project)
    rows = []

    def step(name, command):
        seconds, mebibytes = run(command, project)
        rows.append([name, f"{mebibytes:.0f} MiB", f"{seconds:.1f} s"])

    step("put", [binary, "register", folder / "large/v1", "--model", "m"])
    step("put a second version", [binary, "register", folder / "large/v2", "--model", "m"])
    step("get, loose objects", [binary, "get", "m@v1.1.0", "--to", "loose"])
    run([binary, "maintain"], project)
    step("put into the packed store, as another model", [binary, "register", folder / "large/v2", "--model", "n"])
    step("get, packed", [binary, "get", "m@v1.1.0", "--to", "packed"])
    step("verify, packed", [binary, "verify", "m@v1.0.0"])
    (project / "mlops.yaml").write_text("model: m\nenvironments: {production: {directory: live}}\n")
    step("deploy", [binary, "deploy", "m@v1.0.0", "--env", "production"])
    step("deploy the second version", [binary, "deploy", "m@v1.1.0", "--env", "production"])
    step("rollback, unpacked already, every byte checked", [binary, "rollback", "production"])
    return machine.markdown(["1.57 GB in 100 tensors", "peak memory", "time"], rows)
