"""Measures mlops beside its peers and writes docs/benchmarks.md. `make bench` installs the peers and calls this."""

import argparse
import datetime
import pathlib
import subprocess
import tempfile

import commands
import inference
import machine
import networks
import repeatability
import sharing
import store
import tables
import training

PARTS = ["training", "repeatability", "inference", "tables", "store", "memory", "sharing", "commands"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--environments", type=pathlib.Path, required=True, help="the peers' virtual environments")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--networks", nargs="+", choices=networks.NETWORKS, default=list(networks.NETWORKS))
    parser.add_argument("--share", type=float, default=1, help="of rows, epochs and seconds; .05 shows that all runs")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("docs/benchmarks.md"))
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()
    environments = arguments.environments.resolve()
    pythons = {name: environments / name / "bin/python" for name in ("torch", "keras")}
    sections = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if "training" in arguments.parts:
            text = (HERE / "training.md").read_text()
            sections.append(text + training.run(
                binary, pythons, folder / "training", arguments.rounds, arguments.networks, arguments.share))
            sections.append((HERE / "profile.md").read_text().rstrip())
        if "repeatability" in arguments.parts:
            sections.append("## The same bits\n\n" + repeatability.run(binary, folder))
        if "inference" in arguments.parts:
            names = [name for name in inference.NAMES if name in arguments.networks]
            text = (HERE / "inference.md").read_text()
            sections.append(text + inference.run(
                binary, environments / "onnx/bin/python", folder / "inference", arguments.rounds, names,
                1.5 * arguments.share))
        if "tables" in arguments.parts:
            python = environments / "tables/bin/python"
            sections.append("## Tables\n\n" + tables.run(binary, python, folder / "tables", arguments.rounds) + "\n\n"
                            + tables.ASKED)
        if "store" in arguments.parts:
            sections.append("## Putting a model\n\n" + store.against_dvc(
                binary, environments / "dvc/bin/dvc", folder / "store", arguments.rounds))
        if "memory" in arguments.parts:
            sections.append("## Large models\n\n" + store.memory(binary, folder / "memory"))
        if "sharing" in arguments.parts:
            sections.append("## The shared store\n\n" + sharing.run_all(
                binary, environments / "judges/bin/gto", folder / "sharing", arguments.rounds, arguments.share))
        if "commands" in arguments.parts:
            sections.append("## Commands\n\n" + commands.run(binary, folder) + "\n\n" + commands.ASKED)
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    head = f"# Benchmarks\n\n{version}, {datetime.date.today()}; {machine.describe()}. Made by `make bench`.\n"
    arguments.output.write_text("\n\n".join([head.rstrip(), *sections]) + "\n")


HERE = pathlib.Path(__file__).parent

if __name__ == "__main__":
    main()
