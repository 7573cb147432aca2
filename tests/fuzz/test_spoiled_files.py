"""Thousands of spoiled files of every format: each is read, or refused in words; nothing hangs, nothing takes a machine's memory."""

import json
import selectors
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import ruler
from tests.fuzz import spoil

LONGEST = 10.0  # s a command may take
WORKER = Path(__file__).with_name("worker.py")

SWEEP = """
format = 1
title = "Two chains"
seeds = 2
[spring_block]
preset = "lazy"
chains = 2
steps = 50
[[axis]]
key = "noise"
values = [0.0, 0.01]
"""


class Worker:
    """A process that runs commands; one that dies or hangs is replaced."""

    def __init__(self):
        self._process = None

    def __call__(self, *arguments):
        """The answer of `worker.answer`; code -1 and why, when there is none in time."""
        process = self._running()
        process.stdin.write(json.dumps([str(each) for each in arguments]) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if waiting.select(3 * LONGEST) else ""
        if line:
            return json.loads(line)
        self.stop()
        return {"code": -1, "err": "", "seconds": 3 * LONGEST, "traceback": "the process hung or died"}

    def _running(self):
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self._process

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: of the sound file in the corpus, or of the one in a folder that is spoiled.
        ways: how it is spoiled.
        count: how many are made.
        command: arguments; {file} is the spoiled file, {folder} where it lies, {out} a file that can be written.
        beside: other files of the corpus that lie beside it.
    """

    name: str
    ways: tuple
    count: int
    command: tuple
    beside: tuple = ()

    def __str__(self):
        return f"{self.name}-{self.command[0]}"


MEASURE = ("network", "measure", "{file}")
PHASE = ("phase", "{folder}", "-o", "{out}.png", "--shade", "no-such-column", "--force")
RESUME = ("sweep", "{folder}/../sweep.toml", "-o", "{folder}", "--workers", "1")
EXPORT = ("export", "{file}", "-o", "{out}.csv", "--force")
KINDS = (
    Kind("steady.toml", spoil.TEXT, 300, ("check", "{file}")),
    Kind("sweep.toml", spoil.TEXT, 150, ("sweep", "{file}", "-o", "{file}")),
    Kind("run.csv", spoil.TEXT, 150, EXPORT, ("run.json",)),
    Kind("run.json", spoil.TEXT, 150, ("export", "{folder}/run.csv", "-o", "{out}.csv", "--force"), ("run.csv",)),
    Kind("run.csv", spoil.TEXT, 50, ("compare", "{file}", "dropout-digits:alpha=0", "--json"), ("run.json",)),
    Kind("run.npz", spoil.ARCHIVE, 250, EXPORT),
    Kind("run.parquet", spoil.BYTES, 150, EXPORT),
    Kind("run.csv.journal", spoil.TEXT, 200, ("recover", "{file}", "-o", "{out}.csv", "--force")),
    Kind("networks.csv", spoil.TEXT, 150, ("network", "list", "{file}"), ("networks.json",)),
    Kind("networks.json", spoil.TEXT, 50, ("network", "list", "{folder}/networks.csv"), ("networks.csv",)),
    Kind("layers.csv", spoil.TEXT, 100, MEASURE),
    Kind("layers.parquet", spoil.BYTES, 100, MEASURE),
    Kind("features.npz", spoil.ARCHIVE, 150, MEASURE),
    Kind("table.csv", spoil.TEXT, 100, PHASE, ("table.json",)),
    Kind("table.json", spoil.TEXT, 100, PHASE, ("table.csv",)),
    Kind("table.csv", spoil.TEXT, 50, RESUME, ("table.json",)),
    Kind("table.json", spoil.TEXT, 50, RESUME, ("table.csv",)),
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A sound file of every kind."""
    folder = tmp_path_factory.mktemp("corpus")
    run = ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"]))
    for ending in ("csv", "npz", "parquet"):
        ruler.save_recording(run, folder / f"run.{ending}")
    header = {"magic": "folding-ruler journal 1", "hinges": run.hinges, "phases": list(run.phases), "meta": run.meta}
    (folder / "run.csv.journal").write_bytes(json.dumps(header).encode() + b"\n" + run.table.tobytes())
    shutil.copy(ruler.shipped_scenarios()["steady"], folder / "steady.toml")
    (folder / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(3), 10)
    features = {f"layer_{i}": rng.normal(size=(30, 4)) + i * labels[:, None] for i in range(4)}
    np.savez(folder / "features.npz", labels=labels, **features)
    worker = Worker()
    networks = ruler.shipped_scenarios()["steady"].parent.parent / "assets" / "networks" / "dropout-digits.csv"
    (folder / "networks.csv").write_text("".join(networks.read_text(encoding="utf-8").splitlines(True)[:12]), encoding="utf-8")
    shutil.copy(networks.with_suffix(".json"), folder / "networks.json")
    for ending in ("csv", "parquet"):
        assert worker("network", "measure", folder / "features.npz", "-o", folder / f"layers.{ending}")["code"] == 0
    assert worker("sweep", folder / "sweep.toml", "-o", folder / "swept", "--workers", "1")["code"] == 0
    for name in ("table.csv", "table.json"):
        shutil.copy(folder / "swept" / name, folder / name)
    worker.stop()
    return folder


@pytest.fixture(scope="module")
def worker():
    one = Worker()
    yield one
    one.stop()


def spoiled(kind, number, corpus, folder):
    """Make one spoiled file and what lies beside it; returns its path."""
    rng = np.random.default_rng([number, *kind.name.encode()])
    way = kind.ways[number % len(kind.ways)]
    folder.mkdir()
    for name in kind.beside:
        shutil.copy(corpus / name, folder / name)
    file = folder / kind.name
    file.write_bytes(way((corpus / kind.name).read_bytes(), rng))
    return file, way.__name__


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_spoiled_files_are_read_or_refused_in_words(kind, corpus, worker, tmp_path):
    shutil.copy(corpus / "sweep.toml", tmp_path / "sweep.toml")
    faults = []
    for number in range(kind.count):
        folder = tmp_path / str(number)
        file, way = spoiled(kind, number, corpus, folder)
        places = {"file": file, "folder": folder, "out": folder / "out"}
        answer = worker(*(part.format(**places) for part in kind.command))
        refused_in_words = answer["code"] == 0 or answer["err"].strip()
        if answer["code"] not in (0, 1, 2) or answer["seconds"] > LONGEST or not refused_in_words:
            faults.append(f"{number} {way}: {answer['seconds']:.1f} s {answer['traceback'][-600:] or answer}")
        elif "Traceback" in answer["err"] or any(ord(c) < 32 and c not in "\n\t" for c in answer["err"]):
            faults.append(f"{number} {way}: {answer['err'][-600:]!r}")
        else:
            shutil.rmtree(folder)
    assert not faults, f"{len(faults)} of {kind.count}:\n" + "\n".join(faults[:8])


def test_enough_files_are_spoiled():
    assert sum(kind.count for kind in KINDS) >= 2000
