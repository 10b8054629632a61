"""The shared store: many writers at once, and what travels, beside plain git with the same settings."""

import collections
import functools
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import numpy

import machine
import store

ENVIRONMENT = {**os.environ, "MLOPS_ACTOR": "bench", "MLOPS_STORE": "", "NO_COLOR": "1"}



def run(command, folder, allowed=(0,)):
    finished = subprocess.run([str(word) for word in command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    if finished.returncode not in allowed:
        raise SystemExit(f"{command} in {folder} failed: {finished.stdout}{finished.stderr}")
    return finished


def timed(command, folder):
    start = time.perf_counter()
    run(command, folder)
    return time.perf_counter() - start


@functools.cache
def advice(binary):
    """The lines that `mlops remote check` prints for the administrator of a bare repository."""
    with tempfile.TemporaryDirectory() as folder:
        run(["git", "init", "--quiet", "--bare", "remote.git"], folder)
        for line in ["init . -q", "remote add remote.git -q", "push -q"]:
            run([binary, *line.split()], folder)
        return json.loads(run([binary, "remote", "check", "--json"], folder).stdout)["server_settings"]


def bare(binary, path):
    """A repository as a careful administrator sets it up."""
    run(["git", "init", "--quiet", "--bare", path], path.parent)
    for line in advice(binary):
        run(line.split(), path)
    return path


def shared(binary, folder):
    """A bare repository with a store in it that has nothing yet, and the project that made it."""
    folder.mkdir(parents=True)
    remote = bare(binary, folder / "remote.git")
    first = folder / "first"
    first.mkdir()
    run([binary, "init", ".", "-q"], first)
    run([binary, "remote", "add", remote, "-q"], first)
    run([binary, "push", "-q"], first)
    return remote, first


class Writers:
    """Processes that register and deploy at once, each over one of the clones."""

    def __init__(self, binary, gto, folder, workers, turns):
        self.binary, self.gto, self.folder, self.workers, self.turns = binary, gto, folder, workers, turns
        self.registered, self.deployed, self.failures = [], [], []
        self.seconds = collections.defaultdict(list)
        self.repeated = collections.Counter()
        self.lock = threading.Lock()

    def command(self, kind, arguments, folder, environment=ENVIRONMENT):
        """Runs a command until nobody was faster, and gives its report."""
        start = time.perf_counter()
        while True:
            finished = subprocess.run(
                [self.binary, *arguments, "--json"], cwd=folder, env=environment, capture_output=True, text=True)
            if finished.returncode == 0:
                with self.lock:
                    self.seconds[kind].append(time.perf_counter() - start)
                return json.loads(finished.stdout)
            # What the report calls retryable has changed nothing: somebody was faster (13), or busy here for too long (11).
            if finished.returncode not in (11, 13):
                raise RuntimeError(f"{arguments}: exit {finished.returncode}: {finished.stderr}")
            with self.lock:
                self.repeated[finished.returncode] += 1

    def work(self, index, clone):
        files = self.folder / f"files{index}"
        files.mkdir()
        for turn in range(self.turns):
            if self.failures:
                return
            (files / "model.txt").write_text(f"{index} {turn}")
            version = self.command("register", ["register", files / "model.txt", "--model", "m"], clone)["version"]
            with self.lock:
                self.registered.append(version)
            place = f"e{index % 8}"
            self.command("deploy", ["deploy", f"m@{version}", "--env", place], clone)
            with self.lock:
                self.deployed.append((place, version))

    def measure(self):
        remote, first = shared(self.binary, self.folder / "writers")
        places = ", ".join(f"e{index}: {{requires: []}}" for index in range(8))
        (first / "mlops.yaml").write_text(f"model: m\nenvironments: {{{places}}}\n")
        run([self.binary, "environment", "apply", "-q"], first)
        clones = []
        for index in range(4):
            clone = self.folder / f"clone{index}"
            clone.mkdir()
            run([self.binary, "clone", remote, "-q"], clone)
            clones.append(clone)

        def guarded(index):
            try:
                self.work(index, clones[index % 4])
            except Exception as error:
                print(error, file=sys.stderr, flush=True)
                self.failures.append(error)

        start = time.perf_counter()
        threads = [threading.Thread(target=guarded, args=(index,)) for index in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - start
        if self.failures:
            raise SystemExit(f"{len(self.failures)} writers failed, the first: {self.failures[0]}")
        for clone in clones:
            run([self.binary, "pull", "--all", "-q"], clone)
        self.check(remote, clones)

        def spread(kind):
            values = sorted(self.seconds[kind])
            return f"{statistics.median(values):.2f} s, 99 % within {values[int(len(values) * .99) - 1]:.1f} s"

        return machine.markdown(["", f"{self.workers} processes, {self.turns} times each, over 4 clones"], [
            ["registered", f"{len(self.registered):,}, none lost, numbers without a gap"],
            ["deployed, to 8 environments", f"{len(self.deployed):,}, none lost, revisions without a gap"],
            ["overtaken by another deployment (exit code 13), and tried again", f"{self.repeated[13]:,} times"],
            ["waited 5 s for others at the same clone (exit code 11), and tried again", f"{self.repeated[11]:,} times"],
            ["a registration", spread("register")],
            ["a deployment with its repetitions", spread("deploy")],
            ["all", f"{seconds:.0f} s, {(len(self.registered) + len(self.deployed)) / seconds:.1f} changes a second"],
            ["`git fsck --strict` of the remote and the four clones", "clean"],
            ["`gto show` of the remote", "the same versions, and the same one in every environment"],
        ])

    def check(self, remote, clones):
        """Nothing that was acknowledged is missing, wherever one looks."""
        count = self.workers * self.turns
        expected = [f"v1.{number}.0" for number in range(count)]

        def number(version):
            return int(version.split(".")[1])

        assert sorted(self.registered, key=number) == expected, "the acknowledged numbers have gaps"
        environments = collections.Counter(place for place, _ in self.deployed)
        live = {}
        for repository in [remote, *(clone / ".mlops/store.git" for clone in clones)]:
            def git(*arguments):
                return run(["git", f"--git-dir={repository}", *arguments], self.folder).stdout

            tags = git("for-each-ref", "--format=%(refname:strip=2)", "refs/tags/m@*").split()
            assert sorted((tag[2:] for tag in tags), key=number) == expected, f"{repository}: tags"
            ledger = git("ls-tree", "-r", "--name-only", "models/m", "versions/").split()
            records = [pathlib.PurePath(name).stem for name in ledger if name.endswith(".json") and "manifest" not in name]
            assert sorted(records, key=number) == expected, f"{repository}: ledger"
            for place, deployments in environments.items():
                document = json.loads(git("show", f"environments/{place}/m:deployment.json"))
                assert document["revision"] == deployments, f"{repository}: {place} has lost deployments"
                live[place] = document["routes"][0]["version"]
                subjects = git("log", "--format=%s", f"environments/{place}/m").splitlines()
                told = collections.Counter(
                    re.match(r"deploy m (?:\S+ -> )?(v[\d.]+)", line)[1] for line in subjects)
                for version in (version for where, version in self.deployed if where == place):
                    assert told[version] == 1, f"{repository}: {place} has {version} {told[version]} times"
            complaints = run(["git", f"--git-dir={repository}", "fsck", "--strict", "--full", "--no-dangling"],
                             self.folder)
            assert "error" not in complaints.stdout + complaints.stderr, complaints
        shown = json.loads(run([self.gto, "show", "m", "--repo", remote, "--json"], self.folder).stdout)
        assert sorted((row["version"] for row in shown), key=number) == expected, "gto knows other versions"
        stages = {stage["stage"]: row["version"] for row in shown for stage in row["stages"]}
        assert stages == live, f"gto has {stages}, the ledgers {live}"


def transport(binary, folder, rounds):
    """100 MB to the remote and from it, beside git with the same objects and settings; then a second version."""
    store.make(folder / "data", 50, 524_288)
    times = collections.defaultdict(list)
    sizes = {}
    for index in range(rounds):
        where = folder / f"round{index}"
        remote, first = shared(binary, where)
        run([binary, "register", folder / "data/v1", "--model", "m", "--offline", "-q"], first)
        ours = first / ".mlops/store.git"
        plain = bare(binary, where / "plain.git")
        refs = ["refs/heads/mlops", "refs/heads/models/m", "refs/tags/m@v1.0.0"]
        pushes = {
            "push": lambda: timed([binary, "push", "-q"], first),
            "push, plain git": lambda: timed(["git", f"--git-dir={ours}", "push", "--quiet", plain, *refs], where),
        }
        other, theirs = where / "other", bare(binary, where / "theirs.git")
        other.mkdir()

        def fetch():
            run([binary, "clone", remote, "-q"], other)
            return timed([binary, "pull", "m@v1.0.0", "-q"], other)

        fetches = {
            "fetch": fetch,
            "fetch, plain git": lambda: timed(
                ["git", f"--git-dir={theirs}", "fetch", "--quiet", plain, *(f"{ref}:{ref}" for ref in refs)], where),
        }
        for group in (pushes, fetches):
            # Who comes first changes from round to round.
            for name in list(group)[:: 1 if index % 2 == 0 else -1]:
                times[name].append(group[name]())
        clone = other / ".mlops/store.git"
        before = store.size(remote), store.size(clone)
        run([binary, "register", folder / "data/v2", "--model", "m", "--offline", "-q"], first)
        times["push of the second version"].append(timed([binary, "push", "-q"], first))
        times["fetch of the second version"].append(timed([binary, "pull", "m@v1.1.0", "-q"], other))
        sizes = {"push": store.size(remote) - before[0], "fetch": store.size(clone) - before[1]}
        shutil.rmtree(where)
    rows = [[name, f"{statistics.median(values):.2f} s", f"{min(values):.2f} s"] for name, values in times.items()]
    ratios = []
    for name in ("push", "fetch"):
        pairs = [a / b for a, b in zip(times[name], times[f"{name}, plain git"])]
        ratios.append(f"{name} {statistics.median(pairs):.2f} (asked: at most 1.3)")
    return machine.markdown(["a version of 100 MB, to and from a path", "median", "best"], rows) + (
        f"\n\nTimes of plain git, medians of pairs: {'; '.join(ratios)}. The second version, in which 10 % of the tensors "
        f"changed, brought {sizes['push']:.1f} MB to the remote and {sizes['fetch']:.1f} MB to the clone (asked: under 20 MB)."
    )


def many(binary, folder, versions, rounds):
    """A store with many versions: a clone that only looks, and letting the old ones go."""
    remote, first = shared(binary, folder)
    random = numpy.random.default_rng(1)
    register(binary, first, random, versions)
    start = time.perf_counter()
    run([binary, "push", "-q"], first)
    pushed = time.perf_counter() - start
    clones = []
    for index in range(rounds):
        other = folder / f"other{index}"
        other.mkdir()
        clones.append((
            timed([binary, "clone", remote, "-q"], other), timed([binary, "status"], other),
            store.size(other / ".mlops/store.git")))
    fresh = folder / "fresh"
    fresh.mkdir()
    run([binary, "init", ".", "-q"], fresh)
    register(binary, fresh, random, 20)
    run([binary, "maintain", "-q"], fresh)
    start = time.perf_counter()
    run([binary, "retire", "m", "--keep", "20", "--quarantine", "0s", "-q"], first)
    retired = time.perf_counter() - start
    start = time.perf_counter()
    run([binary, "gc", "--grace", "0s", "-q"], first)
    freed = time.perf_counter() - start
    run([binary, "verify", "--all", "-q"], first)
    kept, twenty = store.size(first / ".mlops/store.git"), store.size(fresh / ".mlops/store.git")
    column = [statistics.median(values) for values in zip(*clones)]
    return machine.markdown(["", f"a store with {versions:,} versions of 3 MB"], [
        ["pushed to an empty remote", f"{pushed:.1f} s"],
        ["`clone`", f"{column[0]:.2f} s"],
        ["`clone`, then `status` (asked: under 1 s)", f"{column[0] + column[1]:.2f} s"],
        ["the clone on disk (asked: under 10 MB)", f"{column[2]:.1f} MB"],
        [f"`retire` of {versions - 20:,}", f"{retired:.1f} s"],
        ["`gc`, here and at the remote", f"{freed:.1f} s"],
        ["the store then; one of 20 fresh versions (asked: within 10 %)",
         f"{kept:.1f} MB; {twenty:.1f} MB: {100 * (kept / twenty - 1):+.1f} %"],
    ])


def register(binary, folder, random, versions):
    """Versions of 3 MB that have nothing in common."""
    for _ in range(versions):
        (folder / "weights.bin").write_bytes(random.bytes(3_000_000))
        run([binary, "register", "weights.bin", "--model", "m", "--offline", "-q"], folder)


def run_all(binary, gto, folder, rounds, share):
    turns = max(1, round(100 * share))
    return "\n\n".join([
        transport(binary, folder / "transport", rounds),
        many(binary, folder / "many", max(30, round(1000 * share)), rounds),
        Writers(binary, gto, folder, 64, turns).measure(),
    ])
