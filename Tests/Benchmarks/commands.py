"""How long the commands take that people wait for, in stores as large as they get."""

import os
import statistics
import subprocess
import time

import machine

ASKED = """\
Asked for: 15 ms, 30 ms, 50 ms and 80 ms. The rollback checks every byte of the unpacked version (8.6 MB), loads it, and puts
its golden rows to it."""


def timed(command, folder, runs=31):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):.0f} ms", f"{min(times):.0f} ms"


def run(binary, folder, versions=10_000, deployments=10_000):
    project = folder / "commands"
    subprocess.run([binary, "init", "--template", "examples/mnist-mlp", project], check=True, capture_output=True)
    short = ["--set", "training.epochs=1", "--set", "gates.accuracy.at_least=0"]
    for seed in ("1", "2"):
        subprocess.run([binary, "train", *short, "--set", f"training.seed={seed}"], cwd=project, check=True)
    rows = [["mlops --version", *timed([binary, "--version"], project)]]
    fill(binary, project, versions, deployments)
    subprocess.run([binary, "list", "--all", "--json"], cwd=project, check=True, capture_output=True)
    rows.append([f"status, {deployments:,} deployments", *timed([binary, "status"], project)])
    rows.append([f"list --all --json, {versions:,} versions", *timed([binary, "list", "--all", "--json"], project)])
    rows.append([f"rollback, {deployments:,} deployments", *rollbacks(binary, project)])
    return machine.markdown(["command", "median", "best"], rows)


def fill(binary, project, versions, deployments):
    """Small versions of another model, and moves between the two networks, each by the command itself."""
    environment = os.environ | {"MLOPS_ACTOR": "bench"}
    for index in range(versions):
        (project / "small.txt").write_text(str(index))
        subprocess.run(
            [binary, "register", "small.txt", "--model", "small", "-q"], cwd=project, env=environment, check=True
        )
        if index % 500 == 499:
            subprocess.run([binary, "maintain", "-q"], cwd=project, check=True)
    for index in range(deployments):
        version = f"mnist-mlp@v1.0.{index % 2}"
        subprocess.run(
            [binary, "deploy", version, "--env", "production", "-q"], cwd=project, env=environment, check=True
        )
        if index % 500 == 499:
            subprocess.run([binary, "maintain", "-q"], cwd=project, check=True)


def rollbacks(binary, project, runs=31):
    times = []
    for _ in range(runs):
        for version in ("v1.0.0", "v1.0.1"):
            command = [binary, "deploy", f"mnist-mlp@{version}", "--env", "production", "-q"]
            subprocess.run(command, cwd=project, check=True)
        start = time.perf_counter()
        subprocess.run([binary, "rollback", "production", "--no-hold", "-q"], cwd=project, check=True)
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):.0f} ms", f"{min(times):.0f} ms"
