"""Compare what two checkouts do: the same commands, outputs, files and messages?

For maintainers, before a change that must lose nothing is merged:

    python .ci/compare.py OLD NEW [-o FOLDER] [--only PATTERN]

Runs the same command lines in both trees (each in a folder and a process of its own, side by side) and compares exit
code, stdout, stderr and every file written. Paths, wall times and versions are masked. Prints `same` or `DIFFERENT`
with a short diff for each item, and exits with 1 when something differs. OLD's tests give the bad inputs: the
parametrisations named in compare.toml are read from there. Needs the extras, torch and scikit-learn; POSIX only.

One process of each tree imports the libraries once and forks for each command, which saves half a second for each.
"""

import argparse
import csv
import difflib
import fnmatch
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import tomli_w
from PIL import Image, ImageSequence
from pyarrow import parquet

DRIVER = """
import json, os, signal, sys
import cyclopts, matplotlib.figure, numpy, pydantic, pymunk, rich.progress
from ruler.cli import main
for line in sys.stdin:
    case = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.alarm(300)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in (1, 2):
            os.dup2(os.open(case["outputs"][number - 1], os.O_WRONLY | os.O_CREAT), number)
        os.chdir(case["folder"])
        sys.modules.update(dict.fromkeys(case["without"]))
        sys.argv = ["ruler", *case["arguments"]]
        sys.exit(main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

# The shipped tables and a run as Python sees them; each name is looked for in the modules where it may live.
PROBE = """
import importlib, json, sys
import ruler
def find(name, *modules):
    for module in modules:
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            pass
    raise SystemExit(f"{name} is in none of {modules}")
load_table = find("load_table", "ruler", "ruler.networks")
open_diagram = find("open_diagram", "ruler", "ruler.sweeps", "ruler.sweep", "ruler.sweep.diagram")
told = {}
for name in sys.argv[1].split():
    for one in load_table(name):
        told[f"{name}: {one.name}"] = [one.separation.tolist(), one.loads.tolist(), one.measures.as_dict()]
for name in (sys.argv[1] + " " + sys.argv[2]).split():
    seen = open_diagram(name)
    cells = getattr(seen, "squares", None) or seen.cells
    told[name] = [seen.kind, seen.up.column, seen.right.column, list(seen.up.values), list(seen.right.values)]
    for at, cell in sorted(cells.items()):
        told[f"{name} {at}"] = [cell.loads.tolist(), cell.center, cell.numbers]
run = ruler.simulate(ruler.load_scenario("fast"))
told["fast"] = [run.opening.tolist(), ruler.summarise(run), ruler.recording_measures(run).as_dict()]
print(json.dumps(told, default=str))
"""

# Command lines as data; see the comments there.
COMMANDS = tomllib.loads((Path(__file__).parent / "compare.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """A command line: its name, the arguments, the folder it is run in, a module that is missing then."""

    name: str
    arguments: list[str]
    folder: str = "."
    without: tuple[str, ...] = ()


def setup_cases(old: Path) -> list[Case]:
    """Runs of every shipped scenario, whose recordings other commands read."""
    names = sorted(path.stem for path in (old / "scenarios").glob("*.toml"))
    lines = [*(f"run {name} -o {name}.csv --json" for name in names), "run jerky --seed 2 -o seed2.npz --json"]
    return [Case(f"golden: {line}", line.split()) for line in lines]


def command_cases() -> list[Case]:
    """Every command with good arguments."""
    cases = [Case(f"help: {words}", [*words.split(), "--help"]) for words in ["", *COMMANDS["help"]]]
    for line in COMMANDS["both"]:
        for form, more in (("json", ["--json"]), ("text", [])):
            cases.append(Case(f"{form}: {line}", [*line.replace("@", form).split(), *more]))
    return cases + [Case(f"once: {line}", line.split()) for line in COMMANDS["once"]]


def bad_cases(old: Path, folders: list[Path]) -> list[Case]:
    """Bad input, from OLD's tests and from here; writes the files that it names into the working folders."""
    sys.path[:0] = [str(old), str(old / "tests")]
    told = importlib.import_module("test_cli_bad_input")
    cases = [Case(f"bad: {line}", line.split(), "bad") for line in COMMANDS["bad"]]
    for case, (overrides, _) in told.WRONG_KEYS.items():
        many = overrides.split(" ") if case.startswith("more steps") else [overrides]
        words = [word for override in many for word in ("--set", override)]
        cases += [
            Case(f"bad key: {command}: {case}", [command, "steady", *words], "bad") for command in ("check", "run")
        ]
    for number, (case, (content, _)) in enumerate(told.WRONG_FILES.items()):
        write(folders, f"bad/wrong{number}.toml", content)
        cases += [
            Case(f"bad file: {command}: {case}", [command, f"wrong{number}.toml"], "bad")
            for command in ("check", "run")
        ]
    for case, (command, _) in told.WRONG_COMMANDS.items():
        cases.append(Case(f"bad command: {case}", command.replace("HERE", "../here").split(), "bad"))
    for module, test, words in COMMANDS["bad_tests"]:
        for arguments, *_ in parameters(module, test):
            given = ["../fast.csv" if one == "FAST" else str(one) for one in arguments]
            cases.append(Case(f"bad: {words} {' '.join(given)}"[:100], [*words.split(), *given], "bad"))
    return cases + bad_sweeps(old, folders) + without_extras()


def bad_sweeps(old: Path, folders: list[Path]) -> list[Case]:
    """Sweep files with faults, and tables of sweeps that were changed."""
    room = "sweeps" if (old / "tests" / "sweeps").is_dir() else "sweep"
    module = importlib.import_module(f"{room}.test_sweep_file")
    changes = [{"base": "jerky", **one} for one, _ in parameters(f"{room}.test_sweep_file", "test_faults_are_named")]
    changes += [
        {**module.CHAIN, **one} for one, _ in parameters(f"{room}.test_sweep_file", "test_faults_of_chains_are_named")
    ]
    cases = []
    for number, data in enumerate([*changes, {}]):
        write(folders, f"bad/s{number}.toml", tomli_w.dumps(data).encode())
        cases.append(Case(f"bad sweep: {data}"[:100], ["sweep", f"s{number}.toml", "-o", "x"], "bad"))
    source = old / "assets" / "sweeps" / "phase-ruler-tip.csv"
    for number, (change, says) in enumerate(parameters(f"{room}.test_phase", "test_tables_that_were_changed")):
        about, text = change(json.loads(source.with_suffix(".json").read_text()), source.read_text())
        write(folders, f"bad/t{number}.json", json.dumps(about).encode())
        write(folders, f"bad/t{number}.csv", text.encode())
        cases.append(Case(f"bad table: {says}", ["phase", f"t{number}.csv", "-o", "x.png"], "bad"))
    return cases


def without_extras() -> list[Case]:
    """Commands that need what is not installed."""
    return [
        Case(f"without {module}: {line}", line.split(), "bad", (module,))
        for module, lines in COMMANDS["missing"].items()
        for line in lines
    ]


def parameters(module: str, test: str) -> list[tuple]:
    """The values that a test is parametrised with."""
    (mark,) = [one for one in getattr(importlib.import_module(module), test).pytestmark if one.name == "parametrize"]
    return list(mark.args[1])


def write(folders: list[Path], name: str, content: bytes) -> None:
    """Write a file into the working folder of each tree."""
    for folder in folders:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def furnish(folders: list[Path]) -> None:
    """Files that the commands take, besides the recordings that are there by now."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 50)
    centers = rng.normal(size=(3, 8))
    layers = [centers[labels] * size + rng.normal(size=(150, 8)) for size in (0.5, 1, 3)]
    features = io.BytesIO()
    np.savez(features, labels=labels, input=layers[0], first=layers[1], second=layers[2])
    depths = "".join(f"{seed},{layer},{5 - layer - 0.1 * seed}\n" for seed in (0, 1) for layer in range(5))
    rest = '[[phase]]\nname = "rest"\nuntil = { time = 0.1 }\n'
    files = {
        "mine.npz": features.getvalue(),
        "layers.csv": f"seed,layer,D\n{depths}".encode(),
        "mine.toml": b"[ruler]\nhinges = 3\n[[phase]]\npull = { speed = 0.5 }\nuntil = { extension = 0.4 }\n",
        "still.toml": f'format = 1\ntitle = "Still"\n{rest}'.encode(),
        "tiny.toml": tomli_w.dumps(COMMANDS["sweep"]).encode(),
        "other.toml": tomli_w.dumps({**COMMANDS["sweep"], "seeds": 3}).encode(),
        "one.toml": tomli_w.dumps({**COMMANDS["sweep"], "seeds": 1, "title": "one"}).encode(),
        "chain.toml": tomli_w.dumps(COMMANDS["chain_sweep"]).encode(),
        "bad/wrong.toml": b"[ruler]\nhinges = 0\n[hinge]\ntorq = 3\n[[phase]]\nuntil = {}\n",
        "bad/bad.csv": b"a,b\n1,2\n",
        "bad/empty.csv": b"",
        "bad/text.npz": b"text",
        "here/kept.png": b"a figure",
        "here/half.json": b"{}",
        "here/text.csv": b"not,a,recording\n1,2,3\n",
        "here/scenario.toml": b"[[phase]]\nuntil = { time = 1.0 }\n",
    }
    for name, content in files.items():
        write(folders, name, content)
    for folder in folders:
        for name in ("kept", "steady"):
            for ending in ("csv", "json"):
                shutil.copy(folder / f"fast.{ending}", folder / "here" / f"{name}.{ending}")
        shutil.copy(folder / "seed2.npz", folder / "here" / "kept.npz")
        for name in ("free.npz.journal", "again.journal"):
            (folder / name).write_bytes(journal(folder / "seed2.npz"))


def journal(recording: Path) -> bytes:
    """The journal that a killed run of this recording would have left, cut in the middle of a row."""
    with np.load(recording) as archive:
        columns = {name: archive[name] for name in archive.files}
    meta = json.loads(str(columns.pop("metadata")))
    phases = meta.pop("phases")
    columns["phase"] = np.array([float(phases.index(name)) for name in columns["phase"]])
    hinges = sum(name.startswith("opening_") for name in columns)
    header = {"magic": "folding-ruler journal 1", "hinges": hinges, "phases": phases, "meta": meta}
    table = np.column_stack([columns[name] for name in columns])
    return json.dumps(header).encode() + b"\n" + np.ascontiguousarray(table).tobytes()[:-100]


class Tree:
    """A checkout, its working folder and the process that runs its commands."""

    def __init__(self, checkout: Path, folder: Path, told: Path) -> None:
        self.checkout, self.folder, self.told = checkout, folder, told
        self.seconds: dict[str, float] = {}
        told.mkdir()
        (folder / "bad").mkdir(parents=True)
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(checkout),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "80",
            "SDL_VIDEODRIVER": "dummy",
            "RULER_STATE": str(told),
            "OMP_NUM_THREADS": "1",
        }
        self._process = self._start([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _start(self, code: list[str], **pipes: int) -> subprocess.Popen:
        command = [sys.executable, "-c", *code]
        return subprocess.Popen(command, cwd=self.folder, env=self._environment, text=True, **pipes)

    def everything(self, cases: list[Case], old: Path) -> dict[str, str]:
        """What the commands did, what Python reads, and the files that are there then."""
        told = {**self.run(cases), **self.probe(old), **self.files()}
        self._process.stdin.close()
        self._process.wait()
        return told

    def run(self, cases: list[Case]) -> dict[str, str]:
        """What each command did, as text that can be compared: exit code, stdout and stderr."""
        told = {}
        for case in cases:
            began = time.monotonic()
            told[case.name] = self._run(case)
            self.seconds[case.name] = time.monotonic() - began
            if len(told) % 100 == 0:
                print(f"{self.folder.parent.name}: {len(told)} of {len(cases)} commands", file=sys.stderr)
        return told

    def _run(self, case: Case) -> str:
        outputs = [self.told / "stdout", self.told / "stderr"]
        for path in outputs:
            path.unlink(missing_ok=True)
        line = {**asdict(case), "folder": str(self.folder / case.folder), "outputs": [str(path) for path in outputs]}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        code = self._process.stdout.readline().strip()
        out, err = (self.masked(path.read_text(encoding="utf-8", errors="replace")) for path in outputs)
        return f"exit code {code or 'none: the driver died'}\n--- stdout\n{out}\n--- stderr\n{err}"

    def probe(self, old: Path) -> dict[str, str]:
        """The shipped tables as Python reads them."""
        names = [
            " ".join(sorted(p.stem for p in (old / "assets" / room).glob("*.csv"))) for room in ("networks", "sweeps")
        ]
        process = self._start([PROBE, *names], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out = process.communicate()[0]
        if process.returncode:
            return {"python: probe": out}
        return {f"python: {name}": json.dumps(value, indent=1) for name, value in json.loads(out).items()}

    def files(self) -> dict[str, str]:
        """Every file in the working folder, as text that can be compared."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {f"file: {path.relative_to(self.folder)}": self._content(path) for path in paths}

    def _content(self, path: Path) -> str:
        content, ending = path.read_bytes(), path.suffix
        readers = {".npz": self._npz, ".parquet": self._parquet, ".csv": _csv, ".png": _pixels, ".gif": _pixels}
        try:
            if ending in readers:
                return readers[ending](path)
            if ending in (".json", ".svg", ".toml"):
                return self.masked(content.decode())
        except (OSError, ValueError) as error:
            return f"{self.masked(str(error))}\n{_digest(content)}"
        # Films, PDF files and checkpoints carry times; that they are of their kind must do.
        return f"begins with {content[:4]!r}"

    def _npz(self, path: Path) -> str:
        with np.load(path, allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
        meta = str(columns.pop("metadata", "{}"))
        lines = [f"{name} {each.dtype} {each.shape} {_digest(each.tobytes())}" for name, each in columns.items()]
        return "\n".join([*lines, self.masked(meta)])

    def _parquet(self, path: Path) -> str:
        table = parquet.read_table(path)
        names = [name for name in table.column_names if name != "wall_s"]
        columns = [f"{name} {table[name].type} {table[name].to_pylist()}" for name in names]
        return "\n".join(columns + [self.masked(value.decode()) for value in (table.schema.metadata or {}).values()])

    def masked(self, text: str) -> str:
        """The text without what may differ: paths, wall times, versions."""
        for folder, word in ((self.folder, "FOLDER"), (self.told, "STATE"), (self.checkout, "CHECKOUT")):
            text = text.replace(str(folder), word)
        try:
            text = json.dumps(_without_walls(json.loads(text)), indent=1, ensure_ascii=False)
        except ValueError:
            text = re.sub(r" in \d+\.\d+ s", " in WALL s", text)
        return re.sub(r"folding-ruler \d[\w.+]*", "folding-ruler VERSION", text)


def _without_walls(data: object) -> object:
    if isinstance(data, dict):
        return {key: _without_walls(value) for key, value in data.items() if key not in ("wall", "wall_s", "versions")}
    return [_without_walls(value) for value in data] if isinstance(data, list) else data


def _csv(path: Path) -> str:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not rows or "wall_s" not in rows[0]:
        return f"sha256 {_digest(path.read_bytes())}\n{path.read_text(encoding='utf-8')}"
    place = rows[0].index("wall_s")
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows)


def _pixels(path: Path) -> str:
    with Image.open(path) as image:
        frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
    return "\n".join(f"{frame.size} {_digest(frame.tobytes())}" for frame in frames)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def report(items: list[dict[str, str]], most: int = 14) -> int:
    """Print a line for each item of both trees; returns how many differ."""
    old, new = items
    differ = 0
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, "(not there)"), new.get(name, "(not there)")
        if before == after:
            golden = before.partition("\n")[0] if before.startswith("sha256 ") else ""
            print(f"same       {name}  {golden}".rstrip())
            continue
        differ += 1
        print(f"DIFFERENT  {name}")
        diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "old", "new", lineterm="", n=1))
        for line in diff[2 : 2 + most]:
            print(f"           {line[:200]}")
        if len(diff) > most + 2:
            print(f"           ... {len(diff) - most - 2} more lines")
    return differ


def main() -> int:
    """Compare two checkouts; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old", type=lambda text: Path(text).resolve())
    parser.add_argument("new", type=lambda text: Path(text).resolve())
    parser.add_argument("-o", "--output", type=Path, help="keep the working folders here (it must not exist)")
    parser.add_argument("--only", default="*", help="of the commands only these, such as 'bad*' or '*: network*'")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept = Path(temporary) / "kept" if given.output is None else given.output.resolve()
        # Names of one length, so that no message is wrapped differently.
        trees = []
        for checkout, name in ((given.old, "old"), (given.new, "new")):
            (kept / name).mkdir(parents=True)
            trees.append(Tree(checkout, kept / name / "work", kept / name / "told"))
        folders = [tree.folder for tree in trees]
        with ThreadPoolExecutor(2) as pool:
            golden = list(pool.map(lambda tree: tree.run(setup_cases(given.old)), trees))
            furnish(folders)
            cases = [*command_cases(), *bad_cases(given.old, folders)]
            cases = [case for case in cases if fnmatch.fnmatch(case.name, given.only)]
            rest = list(pool.map(lambda tree: tree.everything(cases, given.old), trees))
    found = [{**first, **second} for first, second in zip(golden, rest, strict=True)]
    differ = report(found)
    slowest = sorted(trees[0].seconds.items(), key=lambda item: -item[1])[:5]
    print("slowest: " + "; ".join(f"{name} {seconds:.0f} s" for name, seconds in slowest))
    print(f"{len(found[0])} items, {differ} different")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
