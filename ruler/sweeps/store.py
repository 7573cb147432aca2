"""The folder of a sweep: its log, appended to as runs finish, its table, and what it is about.

`log.jsonl` has the names of the columns in its first line and then a line for each run, in the order
in which runs finished; it is flushed to the disk before the next batch is counted as done, so that a
kill costs only what was being run. Damaged lines are dropped. `table.csv` is written from it, in the
order of cells and seeds, every few seconds and in the end. `table.json` says which sweep it is.
"""

import csv
import hashlib
import json
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruler import io
from ruler.errors import BadInputError, FailedError, RulerError
from ruler.sweeps.cells import Cell, Plan
from ruler.sweeps.jobs import COMPLETE, FAILED, INACCURATE, KINDS, WALL, Outcome, versions
from ruler.sweeps.networks import write_network_tables
from ruler.text import reason, shorter

LOG, TABLE, ABOUT, RECORDINGS = "log.jsonl", "table.csv", "table.json", "recordings"
# The table is written anew so often, s, and more seldom where that takes more than a part of the time.
REFRESH = 2.0
MOST_REFRESHING = 0.02

Run = tuple[int, int]

_STATUSES = {COMPLETE, FAILED, INACCURATE}


@dataclass(frozen=True)
class TableColumns:
    """Columns of a plan's table, and of its log, which can have more.

    Attributes:
        table: cell, axes, keys, seed, and those of the results.
        log: the same, and what only the log keeps.
    """

    table: list[str]
    log: list[str]

    @classmethod
    def of(cls, plan: Plan) -> "TableColumns":
        """Those of the table of this plan."""
        kind, first = KINDS[plan.kind], plan.cells[0]
        results = kind.columns(max(cell.layers for cell in plan.cells))
        table = ["cell", *dict.fromkeys([*first.values, *first.keys]), "seed", *results]
        return cls(table, [*table, *kind.logged])

    def row(self, plan: Plan, outcome: Outcome) -> list[Any]:
        """What the log keeps of a run."""
        cell: Cell = plan.cells[outcome.cell]
        settings = _spelt({**cell.keys, **cell.values})
        values = {**settings, **outcome.values, "cell": cell.number + 1, "seed": outcome.seed}
        for name, column in KINDS[plan.kind].layers.items():
            listed = outcome.values.get(name, [])
            values |= {column.format(i): number for i, number in enumerate(listed, start=1)}
        return [values.get(name) for name in self.log]


class Folder:
    """The folder of a sweep that is being run; use `open_folder`.

    Attributes:
        path: the folder.
        log: the log's file.
        table: the table's file.
        dropped: how many damaged lines were dropped when it was opened.
        recordings: whether recordings are kept.
    """

    def __init__(self, path: Path, plan: Plan, command: str, recordings: bool) -> None:
        self.path, self.log, self.table = path, path / LOG, path / TABLE
        self.recordings = recordings
        self.dropped = 0
        self._statuses: Counter[str] = Counter()
        self._plan = plan
        self._command = command
        self._columns = TableColumns.of(plan)
        self._order = {seed: i for i, seed in enumerate(plan.sweep.seeds)}
        # Each row as its line of the log, which takes less memory than its values.
        self._lines: dict[Run, str] = {}
        self._recover()
        self._write_tables()
        with self._writing(self.log):
            self._file = self.log.open("ab")

    @property
    def done(self) -> Collection[Run]:
        """Cell and seed of every run that has its row."""
        return self._lines.keys()

    def count(self, status: str) -> int:
        """How many runs have that status."""
        return self._statuses[status]

    def add(self, outcomes: Collection[Outcome]) -> None:
        """Append rows, and have them on the disk when this returns.

        Raises:
            FailedError: they cannot be written.
        """
        new: dict[Run, str] = {}
        for outcome in outcomes:
            self._keep_recording(outcome)
            new[outcome.cell, outcome.seed] = _line(self._columns.row(self._plan, outcome))
        with self._writing(self.log):
            self._file.write("".join(new.values()).encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        self._lines |= new
        self._statuses.update(outcome.values["status"] for outcome in outcomes)
        if time.monotonic() > self._next_table:
            self._write_tables()

    def _keep_recording(self, outcome: Outcome) -> None:
        """Before its row, so that a row is never without its recording."""
        if outcome.recording is None:
            return
        from ruler.recording import save_recording

        name = f"cell-{outcome.cell + 1:04d}-seed-{outcome.seed}.npz"
        save_recording(outcome.recording, self.path / RECORDINGS / name, force=True)

    def close(self) -> None:
        """Bring the table up to date and close the log."""
        # What a full disk did not take would be tried once more; `add` has said so.
        with suppress(OSError):
            self._file.close()
        self._write_tables()

    def _write_tables(self) -> None:
        """The table in the order of cells and seeds, and those of networks."""
        started = time.monotonic()
        rows = list(self._rows())
        columns = list(zip(*rows, strict=True)) or [()] * len(self._columns.log)
        named = dict(zip(self._columns.log, columns, strict=True))
        io.write(self.table, {name: named[name] for name in self._columns.table}, force=True)
        if self._plan.kind == "network":
            try:
                write_network_tables(self.path, self._plan, self._command, named["cell"], named["networks"])
            except (AttributeError, LookupError, TypeError):
                raise BadInputError(f"{self.log}: holds networks that no sweep has written; it was changed") from None
        took = time.monotonic() - started
        self._next_table = time.monotonic() + max(REFRESH, took / MOST_REFRESHING)

    def _rows(self) -> Iterator[list[Any]]:
        for run in sorted(self._lines, key=lambda run: (run[0], self._order[run[1]])):
            yield json.loads(self._lines[run])

    def _recover(self) -> None:
        """Read what is there and cut it back to whole, sound rows."""
        # A folder of an earlier version has rows in its table only.
        old = not self.log.exists() and self.table.exists()
        file, parse = (self.table, _csv_row) if old else (self.log, _json_row)
        content = io.read_bytes(file) if file.exists() else b""
        *whole, rest = content.decode("utf-8", errors="replace").split("\n")
        self.dropped = int(bool(whole and rest))
        header = self._columns.log
        if whole and list(map(str, _parsed(parse, whole[0]) or [])) != header:
            raise BadInputError(f"{file}: its columns are not those of this sweep; it was changed, or is another")
        for text in whole[1:]:
            row = _parsed(parse, text)
            run = self._run(row)
            if run is None:
                self.dropped += 1
            elif run not in self._lines:
                self._lines[run] = _line(row)
                self._statuses[row[header.index("status")]] += 1
        if old or self.dropped or not whole:
            with io.whole(self.log) as beside:
                beside.write_bytes((_line(header) + "".join(self._lines.values())).encode())

    def _run(self, row: Any) -> Run | None:
        """Cell and seed of a row; None if the row is damaged."""
        if not isinstance(row, list) or len(row) != len(self._columns.log):
            return None
        cells = dict(zip(self._columns.log, row, strict=True))
        scalars = all(
            value is None or isinstance(value, (str, int, float)) for value in row[: len(self._columns.table)]
        )
        if not scalars or cells["status"] not in _STATUSES:
            return None
        cell, seed = cells["cell"], cells["seed"]
        known = type(cell) is int and 1 <= cell <= len(self._plan.cells) and type(seed) is int and seed in self._order
        return (cell - 1, seed) if known else None

    @contextmanager
    def _writing(self, file: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FailedError(
                f"{file}: cannot be written: {reason(error)}; finished runs are kept, and the same command goes on"
            ) from None

    def digest(self) -> str:
        """A number that stands for all results in the table: equal whatever ran them, how quickly and where."""
        results = [i for i, name in enumerate(self._columns.table) if name != WALL]
        sums = hashlib.sha256()
        with self.table.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sums.update(json.dumps([row[i] for i in results]).encode())
        return sums.hexdigest()[:16]


def _spelt(value: Any) -> Any:
    """Settings of a sweep for JSON: a limit may be infinite, which JSON knows as text only."""
    if isinstance(value, dict):
        return {key: _spelt(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_spelt(entry) for entry in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _line(row: list[Any]) -> str:
    return json.dumps(io.plain(row), allow_nan=False) + "\n"


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except (ValueError, RecursionError, StopIteration, csv.Error):
        return None


def _no_number(name: str) -> None:
    raise ValueError(name)


def _json_row(text: str) -> Any:
    return json.loads(text, parse_constant=_no_number)


def _csv_row(text: str) -> list[Any]:
    return [_value(cell) for cell in next(csv.reader([text], strict=True))]


def _value(text: str) -> Any:
    """A cell of a table as what was written there: nothing, a whole or decimal number, or text."""
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if str(value) == text and math.isfinite(value):
            return value
    return text or None


@contextmanager
def open_folder(path: Path, plan: Plan, command: str, recordings: bool = False) -> Iterator[Folder]:
    """Open the folder of a sweep, a new one or one to go on with; in the end its table is up to date.

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
    if recordings and not KINDS[plan.kind].records:
        raise BadInputError("--recordings: a network has none; name epochs in the sweep's network.record instead")
    about = _spelt(_about(plan, command, recordings))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise BadInputError(f"{shorter(path)}: cannot be used as a folder: {reason(error)}") from None
    with io.Lock(path, "another process is running this sweep just now"):
        _prepare(path, about)
        folder = Folder(path, plan, command, recordings)
        try:
            yield folder
        except BaseException:
            # A table that cannot be written either is no news: it is made anew from the log.
            with suppress(RulerError):
                folder.close()
            raise
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
            {"column": axis.column, "label": axis.label or axis.column, "unit": axis.unit, "values": axis.values,
             "keys": axis.paths, "factor": axis.factor}
            for axis in sweep.axis
        ],
        "seeds": sweep.seeds,
        "cells": len(plan.cells),
        "recordings": recordings,
        "fingerprint": plan.fingerprint,
        "sweep": sweep.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True),
        "versions": versions(plan.kind),
    }  # fmt: skip


def _prepare(path: Path, about: Mapping[str, Any]) -> None:
    if about["recordings"]:
        try:
            (path / RECORDINGS).mkdir(exist_ok=True)
        except OSError as error:
            raise BadInputError(f"{path / RECORDINGS}: cannot be used as a folder: {reason(error)}") from None
    file = path / ABOUT
    if file.exists():
        _check_same(file, about)
        return
    there = next((name for name in (TABLE, LOG) if (path / name).exists()), None)
    if there is not None:
        raise BadInputError(f"{path}: has a {there} without its {ABOUT}; choose another folder")
    io.write_json(file, about)


def _check_same(file: Path, about: Mapping[str, Any]) -> None:
    """Refuse to mix sweeps, versions, and runs with and without recordings."""
    there = io.read_json(file)
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


def save_parquet(table: Path) -> Path:
    """The table once more as .parquet, numbers as numbers; text stays text.

    Returns:
        The file that was written.

    Raises:
        MissingExtraError, FailedError: pyarrow is missing, or it cannot be written.
    """
    columns = {name: _typed(values) for name, values in io.read(table).columns.items()}
    return io.write(table.with_suffix(".parquet"), columns, force=True)


def _typed(texts: Iterable[str]) -> list[Any]:
    """Numbers where all are numbers, else the texts; empty is missing."""
    values = [_value(text) for text in texts]
    return list(texts) if any(isinstance(value, str) for value in values) else values
