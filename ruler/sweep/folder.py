"""The folder of a sweep: one table, appended to as runs finish, and what it is about.

`table.csv` has one row a run. While the sweep runs, rows are in the order in which runs finished;
in the end the file is replaced by one in the order of cells and seeds. Every row is flushed to the
disk before the next batch is counted as done, so that a kill costs only what was being run; a last
line without its end is dropped. `table.json` says which sweep it is.
"""

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruler._version import versions
from ruler.errors import BadInputError, FailedError
from ruler.io import need, whole
from ruler.sweep.cells import Cell, Plan
from ruler.sweep.jobs import Outcome

TABLE, ABOUT, RECORDINGS, LOCK = "table.csv", "table.json", "recordings", ".lock"
MEASURES = ("center_of_load", "unevenness", "curvature", "outer_share")
QUALITY = ("energy_error", "worst_joint_gap_m", "simulated_s", "steps", "wall_s")
# What may differ from one computer, or one call, to the next.
NOT_A_RESULT = frozenset({"wall_s"})

Run = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Columns of the table of a plan."""

    columns: tuple[str, ...]
    opening: str
    layers: int

    def line(self, cell: Cell, outcome: Outcome) -> str:
        """The row of a run as a line of CSV, floats so that they read back exactly."""
        values = {**cell.keys, **cell.places, **outcome.values, "cell": cell.number + 1, "seed": outcome.seed}
        for name in ("opening", "elongation", "share"):
            listed = outcome.values.get(name, [])
            values |= {_numbered(name, i): number for i, number in enumerate(listed, start=1)}
        text = io.StringIO()
        row = ["" if values.get(name) is None else values[name] for name in self.columns]
        csv.writer(text, lineterminator="\n").writerow(row)
        return text.getvalue()

    @property
    def header(self) -> str:
        """The first line."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(self.columns)
        return text.getvalue()


def layout(plan: Plan) -> Layout:
    """The columns: cell, axes, keys, seed, status, measures, quality, openings, shares."""
    layers = max(cell.layers for cell in plan.cells)
    opening = "opening" if plan.kind == "ruler" else "elongation"
    places, keys = list(plan.cells[0].places), list(plan.cells[0].keys)
    columns = [
        "cell",
        *dict.fromkeys([*places, *keys]),
        "seed",
        "status",
        "reason",
        *MEASURES,
        *QUALITY,
        *(_numbered(opening, i) for i in range(1, layers + 1)),
        *(_numbered("share", i) for i in range(1, layers + 1)),
    ]
    return Layout(tuple(columns), opening, layers)


def _numbered(name: str, i: int) -> str:
    return f"opening_{i}_deg" if name == "opening" else f"{name}_{i}"


class Folder:
    """The table of a sweep that is being run; use `open_folder`.

    Attributes:
        path: the folder.
        done: cell and seed of every run that has its row.
        failed: how many of these failed.
        dropped: how many damaged lines were dropped when it was opened.
        recordings: whether recordings are kept.
    """

    def __init__(self, path: Path, plan: Plan, recordings: bool) -> None:
        self.path = path
        self.recordings = recordings
        self.done: set[Run] = set()
        self.failed = 0
        self.dropped = 0
        self._plan = plan
        self._layout = layout(plan)
        self._recover()
        try:
            self._file = self.table.open("ab")
        except OSError as error:
            raise FailedError(f"{self.table}: cannot be written: {error.strerror or error}") from None

    @property
    def table(self) -> Path:
        """The table's file."""
        return self.path / TABLE

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Append rows, and have them on the disk when this returns.

        Raises:
            FailedError: they cannot be written.
        """
        new = list(outcomes)
        for outcome in new:
            self._keep_recording(outcome)
        lines = "".join(self._layout.line(self._plan.cells[outcome.cell], outcome) for outcome in new)
        try:
            self._file.write(lines.encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise FailedError(f"{self.table}: cannot be written: {error.strerror or error}") from None
        for outcome in new:
            self.done.add((outcome.cell, outcome.seed))
            self.failed += outcome.values["status"] != "complete"

    def _keep_recording(self, outcome: Outcome) -> None:
        """Before its row, so that a row is never without its recording."""
        if outcome.recording is None:
            return
        from ruler.recording import save_recording

        name = f"cell-{outcome.cell + 1:04d}-seed-{outcome.seed}.npz"
        save_recording(outcome.recording, self.path / RECORDINGS / name, force=True)

    def finish(self) -> None:
        """Put the rows in the order of cells and seeds; the file is replaced whole."""
        self._file.close()
        rows = self._whole_rows()
        order = {seed: i for i, seed in enumerate(self._plan.sweep.seeds)}
        ordered = sorted(rows.items(), key=lambda item: (item[0][0], order[item[0][1]]))
        self._replace(text for _, text in ordered)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._file.close()

    def _recover(self) -> None:
        """Read what is there and cut it back to whole, sound rows."""
        rows = self._whole_rows() if self.table.exists() else {}
        if not self.table.exists() or self._needs_mending(rows):
            self._replace(rows.values())
        self.done = set(rows)
        status = self._layout.columns.index("status")
        self.failed = sum(next(csv.reader([text]))[status] != "complete" for text in rows.values())

    def _needs_mending(self, rows: Mapping[Run, str]) -> bool:
        whole = self._layout.header + "".join(rows.values())
        return self.table.read_bytes() != whole.encode()

    def _replace(self, lines: Iterable[str]) -> None:
        with whole(self.table) as beside, beside.open("wb") as file:
            file.write((self._layout.header + "".join(lines)).encode())
            file.flush()
            os.fsync(file.fileno())

    def _whole_rows(self) -> dict[Run, str]:
        """Every sound row of the file as text, by its run; the first one if a run is there twice."""
        content = self.table.read_bytes().decode("utf-8", errors="replace")
        lines = content.splitlines(keepends=True)
        if lines and not lines[-1].endswith("\n"):
            self.dropped += len(lines) > 1
            lines.pop()
        if lines and lines[0] != self._layout.header:
            raise BadInputError(f"{self.table}: its columns are not those of this sweep; it was changed, or is another")
        rows: dict[Run, str] = {}
        for line in lines[1:]:
            run = self._run(line)
            if run is None:
                self.dropped += 1
            else:
                rows.setdefault(run, line)
        return rows

    def _run(self, line: str) -> Run | None:
        """Cell and seed of a row; None if the row is damaged."""
        try:
            values = next(csv.reader([line]))
            named = dict(zip(self._layout.columns, values, strict=True))
            run = int(named["cell"]) - 1, int(named["seed"])
        except (ValueError, StopIteration, csv.Error):
            return None
        known = 0 <= run[0] < len(self._plan.cells) and run[1] in self._seeds and "\0" not in line
        return run if known else None

    @property
    def _seeds(self) -> frozenset[int]:
        return frozenset(self._plan.sweep.seeds)

    def digest(self) -> str:
        """A number that stands for all results in the table: equal whatever ran them, how quickly and where."""
        results = [i for i, name in enumerate(self._layout.columns) if name not in NOT_A_RESULT]
        sums = hashlib.sha256()
        with self.table.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sums.update(json.dumps([row[i] for i in results]).encode())
        return sums.hexdigest()[:16]


@contextmanager
def open_folder(path: Path, plan: Plan, command: str, recordings: bool = False) -> Iterator[Folder]:
    """Open the folder of a sweep, a new one or one to go on with.

    Args:
        path: the folder; it is made if it is not there.
        plan: the sweep.
        command: how it was started, for `table.json`.
        recordings: whether to keep the recording of every run.

    Raises:
        BadInputError: it belongs to another sweep or other versions, another process is running it,
            or it holds other things.
        FailedError: it cannot be written.
    """
    about = _about(plan, command, recordings)
    _prepare(path, about)
    with _alone(path):
        folder = Folder(path, plan, recordings or bool(about.get("recordings")))
        try:
            yield folder
        finally:
            folder.close()


def _about(plan: Plan, command: str, recordings: bool) -> dict[str, Any]:
    """What `table.json` says."""
    sweep = plan.sweep
    return {
        "format": 1,
        "kind": plan.kind,
        "name": plan.name,
        "title": sweep.title,
        "description": sweep.description,
        "command": command,
        "axes": [
            {"column": axis.column, "label": axis.label or axis.column, "unit": axis.unit, "values": axis.places,
             "keys": axis.paths, "factor": axis.factor}
            for axis in sweep.axis
        ],
        "seeds": sweep.seeds,
        "cells": len(plan.cells),
        "recordings": recordings,
        "fingerprint": plan.fingerprint,
        "sweep": sweep.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True),
        "versions": versions(),
    }  # fmt: skip


def _prepare(path: Path, about: Mapping[str, Any]) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if about["recordings"]:
            (path / RECORDINGS).mkdir(exist_ok=True)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be used as a folder: {error.strerror or error}") from None
    file = path / ABOUT
    if file.exists():
        _check_same(file, about)
        return
    if (path / TABLE).exists():
        raise BadInputError(f"{path}: has a {TABLE} without its {ABOUT}; choose another folder")
    with whole(file) as beside:
        beside.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def _check_same(file: Path, about: Mapping[str, Any]) -> None:
    """Refuse to mix sweeps, versions, and runs with and without recordings."""
    there = read_about(file)
    if there.get("fingerprint") != about["fingerprint"]:
        raise BadInputError(
            f"{file.parent}: belongs to another sweep, {there.get('title')!r} ({there.get('name')}), or to this one "
            "before it was changed; choose another folder"
        )
    if there.get("versions") != about["versions"]:
        raise BadInputError(
            f"{file.parent}: was begun with {_versions(there.get('versions'))}; here is "
            f"{_versions(about['versions'])}; their results do not belong in one table: choose another folder"
        )
    if bool(there.get("recordings")) != bool(about["recordings"]):
        did = "with" if there.get("recordings") else "without"
        raise BadInputError(f"{file.parent}: was begun {did} --recordings; go on {did} it, or choose another folder")


def _versions(known: Any) -> str:
    return ", ".join(f"{name} {number}" for name, number in dict(known or {}).items())


def read_about(file: Path) -> dict[str, Any]:
    """What a table's .json file says.

    Raises:
        BadInputError: it cannot be read.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{file}: is not a readable JSON file: {error}") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{file}: a JSON object is needed, not {type(content).__name__}")
    return content


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep a second process out of the folder; the lock goes with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    with (path / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInputError(f"{path}: another process is running this sweep just now") from None
        try:
            yield
        finally:
            (path / LOCK).unlink(missing_ok=True)


def save_parquet(table: Path) -> Path:
    """The table once more as .parquet, numbers as numbers; text stays text.

    Returns:
        The file that was written.

    Raises:
        BadInputError, FailedError: pyarrow is missing, or it cannot be written.
    """
    pyarrow, parquet = (need(name, "parquet", "a Parquet file") for name in ("pyarrow", "pyarrow.parquet"))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    columns = {name: _typed([row[i] for row in rows[1:]]) for i, name in enumerate(rows[0])}
    path = table.with_suffix(".parquet")
    with whole(path) as beside:
        parquet.write_table(pyarrow.table(columns), beside)
    return path


def _typed(values: list[str]) -> list[Any]:
    """Whole numbers, decimal numbers or texts, whichever all of them are; empty is missing."""
    for kind in (int, float):
        try:
            return [None if value == "" else kind(value) for value in values]
        except ValueError:
            continue
    return list(values)


def is_number(text: str) -> bool:
    """Whether a cell of the table holds a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
