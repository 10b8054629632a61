"""Tables: reading, fitting and transforming 100 MB beside pandas with scikit-learn, polars and DuckDB; looks; metrics."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
PEERS = {"pandas + scikit-learn": "pandas", "polars": "polars", "DuckDB": "duckdb"}

ASKED = """\
Asked for: 0.5 s and 64 MiB for 100 MB, four times pandas and scikit-learn, ahead of polars and DuckDB, 500 MB in the same
memory; 2 s for `init --from`, and 2 s for the metrics."""


def timed(command, folder):
    """Wall seconds, peak resident MiB and output of one command on the first core."""
    finished = subprocess.run(
        ["taskset", "-c", "0", sys.executable, "-S", "-c", STARTER, *map(str, command)],
        cwd=folder, capture_output=True, text=True, check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"})
    status, seconds, mebibytes, output = json.loads(finished.stdout)
    if status:
        raise SystemExit(f"{command} failed: {finished.stderr}")
    return seconds, mebibytes, output


# Linux counts the memory of the process that starts a command as the command's own, so a small one starts it.
STARTER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
seconds = time.perf_counter() - start
print(json.dumps([done.returncode, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, done.stdout]))
"""


def whole_job(binary, python, folder, rounds):
    table = folder / "table.csv"
    subprocess.run([python, HERE / "tables_data.py", table], check=True)
    five = folder / "five.csv"
    with open(table) as source, open(five, "w") as target:
        header = source.readline()
        body = source.read()
        target.write(header + 5 * body)
    probe = binary.with_name("TablesProbe")
    seconds = {name: [] for name in ["mlops", *PEERS]}
    memory = {name: [] for name in seconds}
    for _ in range(rounds):
        wall, peak, _ = timed([probe, table], folder)
        seconds["mlops"].append(wall)
        memory["mlops"].append(peak)
        for name, peer in PEERS.items():
            _, peak, output = timed([python, HERE / "tables_peer.py", peer, table], folder)
            seconds[name].append(json.loads(output)["seconds"])
            memory[name].append(peak)
    lines = [
        f"{table.stat().st_size / 1e6:.0f} MB, 340,000 rows, 24 columns of numbers and 4 of text: read, medians put in where "
        "values are missing, standardized, one-hot; one core, warm page cache. The peers' time is without starting Python and "
        "importing; ours is the whole process.", "",
        "| | median s | best s | times ours | peak MiB |", "|---|---|---|---|---|"]
    ours = statistics.median(seconds["mlops"])
    for name, values in seconds.items():
        lines.append(
            f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {statistics.median(values) / ours:.1f} | "
            f"{statistics.median(memory[name]):.0f} |")
    wall, peak, _ = timed([probe, five], folder)
    lines += ["", f"{five.stat().st_size / 1e6:.0f} MB (the same rows five times): {wall:.2f} s, {peak:.0f} MiB."]
    looks = [timed([binary, "init", "--from", table, "--target", "defect", folder / "new", "--dry-run"], folder)[0]
             for _ in range(rounds)]
    lines += ["", f"`init --from` looks at the 100 MB in {statistics.median(looks):.2f} s (best {min(looks):.2f})."]
    return "\n".join(lines)


def metrics(binary, python, folder, rounds):
    path = folder / "predictions.csv"
    subprocess.run([python, "-c", METRICS, path], check=True)
    values = [timed([binary, "evaluate", "--predictions", path, "--json"], folder) for _ in range(rounds)]
    seconds = [value[0] for value in values]
    return (f"`evaluate --predictions` judges 1,000,000 rows of three classes ({path.stat().st_size / 1e6:.0f} MB), all metrics, in "
            f"{statistics.median(seconds):.2f} s (best {min(seconds):.2f}) and {values[0][1]:.0f} MiB, on one core.")


METRICS = """
import sys
import numpy
random = numpy.random.default_rng(3)
p = random.dirichlet([1, 1, 1], 1_000_000)
labels = numpy.array(["a", "b", "c"])[(p.cumsum(1) > random.random((1_000_000, 1))).argmax(1)]
said = numpy.array(["a", "b", "c"])[p.argmax(1)]
with open(sys.argv[1], "w") as file:
    file.write("y_true,y_pred,p_a,p_b,p_c\\n")
    for label, given, row in zip(labels, said, p.tolist()):
        file.write(f"{label},{given},{row[0]!r},{row[1]!r},{row[2]!r}\\n")
"""


def run(binary, python, folder, rounds):
    folder.mkdir()
    return whole_job(binary, python, folder, rounds) + "\n\n" + metrics(binary, python, folder, rounds)
