"""Thousands of spoiled files of every format: each is read, or refused in words; nothing hangs or fills the memory."""

import io
import json
import re
import selectors
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import ruler

STRANGE = (
    "nan", "inf", "-inf", "1e999", "-1", "0", "1e300", "-0.0", "9" * 5000, "1" + "0" * 30, "", " ", "null", "true",
    "[]", "{}", "\\u0000", "\x1b[31m",
    "\u202e", "é", "$\\\\foo$", "'", '"', "a" * 1000, "../../etc/passwd", "0x10", "1_000",
    "2026-01-01", "[[[[[[[[", "{" * 2000, "[" * 3000,
)  # fmt: skip
TOKEN = re.compile(rb"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\"[^\"\n]*\"|[A-Za-z_]+")


def cut(data, rng):
    """The end is missing."""
    return data[: int(rng.integers(0, max(1, len(data))))]


def flip(data, rng):
    """Some bytes are others."""
    spoiled = bytearray(data)
    for _ in range(int(rng.integers(1, 20))):
        if spoiled:
            spoiled[int(rng.integers(len(spoiled)))] = int(rng.integers(256))
    return bytes(spoiled)


def insert(data, rng):
    """Something stands where it should not."""
    at = int(rng.integers(0, len(data) + 1))
    return data[:at] + rng.bytes(int(rng.integers(1, 200))) + data[at:]


def drop(data, rng):
    """A piece is missing."""
    first, last = sorted(int(x) for x in rng.integers(0, len(data) + 1, 2))
    return data[:first] + data[last:]


def repeat(data, rng):
    """A piece is there twice."""
    first, last = sorted(int(x) for x in rng.integers(0, len(data) + 1, 2))
    return data[:last] + data[first:last] + data[last:]


def token(data, rng):
    """Numbers, words or texts are others."""
    found = list(TOKEN.finditer(data))
    for match in (
        sorted(rng.choice(len(found), min(len(found), 3), replace=False).tolist(), reverse=True) if found else ()
    ):
        new = STRANGE[int(rng.integers(len(STRANGE)))].encode()
        data = data[: found[match].start()] + new + data[found[match].end() :]
    return data


def lines(data, rng):
    """Lines are in another order, or end in another way."""
    parts = data.split(b"\n")
    rng.shuffle(parts)
    return [b"\r\n", b"\r", b"\n\n", b"\n"][int(rng.integers(4))].join(parts)


def mark(data, _rng):
    """A byte order mark stands in front."""
    return b"\xef\xbb\xbf" + data


def wide(data, _rng):
    """Another encoding."""
    return data.decode("utf-8", "replace").encode("utf-16")


def blank(_data, rng):
    """Nothing but zeros."""
    return b"\0" * int(rng.integers(0, 5000))


def nested(_data, rng):
    """JSON so deep that a reader that calls itself for each level ends."""
    return b"[" * int(rng.integers(1000, 200_000))


def members(data, rng):
    """Parts of an archive are spoiled, missing, or too many."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except zipfile.BadZipFile:
        return flip(data, rng)
    which = int(rng.integers(len(parts)))
    name, content = parts[which]
    kind = int(rng.integers(6))
    if kind == 0:
        del parts[which]
    elif kind == 1:
        parts[which] = (name, flip(content, rng))
    elif kind == 2:
        parts[which] = (name, cut(content, rng))
    elif kind == 3:
        parts[which] = (name, content.replace(b"(", b"(99999999999, ", 1))
    elif kind == 4:
        parts.append(("needless.npy", _needless()))
    else:
        parts[which] = (name, token(content, rng))
    spoiled = io.BytesIO()
    with zipfile.ZipFile(spoiled, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts:
            archive.writestr(each, content)
    return spoiled.getvalue()


def _needless():
    """An array of zeros that takes 1.5 GB once it is read, and 1.5 MB as it lies."""
    size = 200_000_000
    header = json.dumps({"descr": "<f8", "fortran_order": False, "shape": size}).replace('"', "'")
    header = header.replace("false", "False").replace(f"{size}", f"({size},)") + " " * 20 + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"\0" * 1_000_000


BYTES = (cut, flip, insert, drop, repeat, blank)
TEXT = (*BYTES, token, token, token, lines, mark, wide, nested)
ARCHIVE = (*BYTES, members, members, members)


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
    Kind("steady.toml", TEXT, 300, ("check", "{file}")),
    Kind("sweep.toml", TEXT, 150, ("sweep", "{file}", "-o", "{file}")),
    Kind("run.csv", TEXT, 150, EXPORT, ("run.json",)),
    Kind("run.json", TEXT, 150, ("export", "{folder}/run.csv", "-o", "{out}.csv", "--force"), ("run.csv",)),
    Kind("run.csv", TEXT, 50, ("compare", "{file}", "dropout-digits:alpha=0", "--json"), ("run.json",)),
    Kind("run.npz", ARCHIVE, 250, EXPORT),
    Kind("run.parquet", BYTES, 150, EXPORT),
    Kind("run.csv.journal", TEXT, 200, ("recover", "{file}", "-o", "{out}.csv", "--force")),
    Kind("networks.csv", TEXT, 150, ("network", "list", "{file}"), ("networks.json",)),
    Kind("networks.json", TEXT, 50, ("network", "list", "{folder}/networks.csv"), ("networks.csv",)),
    Kind("layers.csv", TEXT, 100, MEASURE),
    Kind("layers.parquet", BYTES, 100, MEASURE),
    Kind("features.npz", ARCHIVE, 150, MEASURE),
    Kind("table.csv", TEXT, 100, PHASE, ("table.json",)),
    Kind("table.json", TEXT, 100, PHASE, ("table.csv",)),
    Kind("table.csv", TEXT, 50, RESUME, ("table.json",)),
    Kind("table.json", TEXT, 50, RESUME, ("table.csv",)),
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
    (folder / "networks.csv").write_text(
        "".join(networks.read_text(encoding="utf-8").splitlines(True)[:12]), encoding="utf-8"
    )
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


@pytest.mark.slow
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
