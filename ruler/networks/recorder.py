"""A training that is recorded while it goes on: how the layers share the load, every so many steps.

The table is written line by line, each at once, so that a kill loses no line and others can follow it.
"""

import json
import time
import warnings
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ruler import io
from ruler._version import versions
from ruler.errors import BadInputError, FailedError
from ruler.networks.hooks import POOLS, Pool, as_array, evaluation, find_layers, plain_model
from ruler.networks.measure import LayerGatherer, batches
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import SEPARATIONS, Separation
from ruler.networks.tables import (
    ACCURACY_COLUMNS,
    STEP_COLUMN,
    TIME_COLUMN,
    read_companion,
    read_networks,
    separation_columns,
)
from ruler.text import check_known, shorter

TRAINING = "recorded training"
# Part of the time of a training that recording may take.
MOST_SHARE = 0.05


class LoadRecorder:
    """Records in any training loop of torch how the layers share the load.

    >>> recorder = LoadRecorder(model, probe=(images, labels), every=50, path="run.csv")
    >>> for batch in batches:
    ...     train(batch)
    ...     recorder.step()
    >>> recorder.close()

    The model is measured on the probe in evaluation mode, without gradients and without autocast;
    its modes, torch's random numbers and the training are left as they are. When recording would
    take more than `most_share` of the time, records are left out. With DistributedDataParallel the
    process of rank 0 records, the others do nothing; torch.compile and autocast may be used.

    Args:
        model: a torch.nn.Module, wrapped or not.
        probe: fixed data that it is measured on, as `data` of `ruler.networks.measure`; a thousand
            samples are plenty. Batches of an iterable are kept.
        every: steps from one record to the next.
        path: .csv file to make; a .json of the same name says what was measured.
        layers, start, separation, pool: as for `ruler.networks.measure`.
        most_share: part of the time that recording may take, 0 to 1; None: no bound.
        resume: go on with a file that is there, of the same layers and probe, after its last record;
            after another step with `resume_at`. Without, a file that is there is refused.
        seed: of the training, for the table.

    Attributes:
        path: the file.
        records: records in it.
        left_out: records that were left out for the sake of `most_share`.

    Raises:
        BadInputError: a model without layers, a probe that cannot be measured, a file that is there,
            or that belongs to another training.
        MissingExtraError: torch is missing.
    """

    def __init__(
        self,
        model: Any,
        probe: Any,
        every: int = 50,
        path: str | Path = "training.csv",
        *,
        layers: Sequence[str] | None = None,
        start: str | None = None,
        separation: Separation = "trace-ratio",
        pool: Pool = "flatten",
        most_share: float | None = MOST_SHARE,
        resume: bool = False,
        seed: int = 0,
    ) -> None:
        self._torch = io.need("torch", "networks", "recording a training")
        _check(every, most_share, separation, pool, seed)
        self.path = Path(path)
        self.records = self.left_out = 0
        self._every, self._most_share, self._seed = every, most_share, seed
        self._step, self._last, self._spent, self._cost = 0, 0, 0.0, 0.0
        self._began = time.perf_counter()
        self._file: _Lines | None = None
        if _rank(self._torch) != 0:
            return
        self._model = plain_model(model)
        names = find_layers(self._model, layers)
        self._gather = partial(LayerGatherer, self._model, names, start, separation, pool)
        self._probe = list(batches(self._torch, probe))
        first = self._measure()
        self._begin(first, resume, {"every": every, "pool": pool, "seed": seed})
        # The first record is before the training and none of its time.
        self._began, self._spent = time.perf_counter(), 0.0

    def resume_at(self, steps: int) -> None:
        """The training goes on after so many steps: records of later ones, which are lost, are dropped."""
        if self._file is not None and steps < self._last:
            self._drop(steps + 1)
        self._step = steps

    def step(self, step: int | None = None) -> None:
        """A step of the training is done: record, if it is time to.

        Args:
            step: its number, from 1; default: one more than before.

        Raises:
            BadInputError: features that cannot be measured (the training has diverged).
            FailedError: the table cannot be written.
        """
        number = self._step + 1 if step is None else step
        due = number // self._every > self._step // self._every
        self._step = number
        if due and self._file is not None:
            self._record(number)

    def close(self) -> None:
        """Record the last step too, and give the file free."""
        if self._file is None:
            return
        try:
            if self._step > self._last:
                self._write(self._measure(), self._step)
        finally:
            self.release()

    def release(self) -> None:
        """Give the file free as it is."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close({"time_share": self.time_share, "left_out": self.left_out})

    def __enter__(self) -> "LoadRecorder":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # After an error in the training the last step may be half done.
        self.close() if kind is None else self.release()

    @property
    def time_share(self) -> float:
        """Part of the time since the recorder was made that recording has taken, 0 to 1."""
        return self._spent / max(time.perf_counter() - self._began, 1e-9)

    def profile(self) -> LayerProfile:
        """The training so far, as `ruler.networks.read_networks` reads it from the file.

        Raises:
            BadInputError: another process records.
        """
        if not self.path.exists():
            raise BadInputError(f"{self.path}: this process records nothing; the one of rank 0 does")
        return read_networks(self.path)[0]

    def _record(self, number: int) -> None:
        elapsed = time.perf_counter() - self._began
        if self._most_share is not None and self._spent + self._cost > self._most_share * elapsed:
            self.left_out += 1
            return
        self._write(self._measure(), number)

    def _measure(self) -> LayerProfile:
        began = time.perf_counter()
        torch, gathered = self._torch, self._gather()
        device = next((each.device for each in self._model.parameters()), torch.device("cpu"))
        devices = [] if device.type == "cpu" else [device]
        with (
            torch.random.fork_rng(devices=devices, device_type=device.type if devices else "cuda"),
            torch.autocast(device.type, enabled=False),
            evaluation(torch, self._model),
        ):
            for inputs, labels in self._probe:
                gathered.add(inputs, labels)
        profile = gathered.profile(self.path.stem)
        if missing := gathered.missing_classes:
            warnings.warn(
                f"probe: no sample of class {', '.join(map(str, missing))}, which the model knows; its D leaves "
                "these classes out",
                stacklevel=3,
            )
        self._cost = time.perf_counter() - began
        self._spent += self._cost
        return profile

    def _begin(self, first: LayerProfile, resume: bool, options: dict[str, Any]) -> None:
        about = {
            "format": 1,
            "kind": TRAINING,
            "layers": list(first.layers),
            "measure": first.measure,
            "probe": _checksum(self._probe),
            **options,
        }
        columns = ["seed", STEP_COLUMN, TIME_COLUMN, ACCURACY_COLUMNS[0], *separation_columns(first.depth)]
        self._file = _Lines(self.path, columns, about, resume)
        self.records = len(self._file.rows)
        if self.records:
            last = self._file.rows[-1]
            self._step = self._last = int(last[1])
            self._earlier = float(last[2])
        else:
            self._earlier = 0.0
            self._write(first, 0)

    def _write(self, profile: LayerProfile, number: int) -> None:
        if self._file is None:
            return
        accuracy = "" if profile.accuracy is None else repr(float(profile.accuracy[0]))
        seconds = self._earlier + (time.perf_counter() - self._began if number else 0.0)
        values = map(repr, profile.separation[0].tolist())
        self._file.add([str(self._seed), str(number), f"{seconds:.3f}", accuracy, *values])
        self.records += 1
        self._last = number

    def _drop(self, number: int) -> None:
        """Drop the records from a step on."""
        if self._file is not None:
            self._file.keep([row for row in self._file.rows if int(row[1]) < number])
            self.records = len(self._file.rows)
            self._last = int(self._file.rows[-1][1]) if self.records else 0


class _Lines:
    """A table that grows line by line, with its .json, kept from other processes while it is open."""

    def __init__(self, path: Path, columns: list[str], about: dict[str, Any], resume: bool) -> None:
        self.path, self._columns = io.check_table(path, True, (".csv",), "a recorded training"), columns
        self._about = {**about, "versions": versions(("torch",))}
        if path.exists() and not resume:
            raise BadInputError(f"{path}: exists already; resume=True goes on with it, or give another name")
        self._lock = io.Lock(path, "another training is being recorded in it")
        try:
            self.rows = self._read() if path.exists() else []
            self.keep(self.rows)
        except BaseException:
            self._lock.release()
            raise

    def keep(self, rows: list[list[str]]) -> None:
        """Only these rows."""
        self.rows = rows
        with io.whole(self.path) as beside:
            beside.write_text("".join(",".join(row) + "\n" for row in (self._columns, *rows)), encoding="utf-8")
        self._write_about({})

    def add(self, row: list[str]) -> None:
        """One more row, there for others and after a kill as soon as this returns."""
        self.rows.append(row)
        try:
            with self.path.open("ab", buffering=0) as file:
                file.write((",".join(row) + "\n").encode())
        except OSError as error:
            raise FailedError(f"{self.path}: cannot be written: {error.strerror or error}") from None

    def close(self, cost: dict[str, Any]) -> None:
        """Say what it cost, and let others have the file."""
        try:
            self._write_about(cost)
        finally:
            self._lock.release()

    def _write_about(self, cost: dict[str, Any]) -> None:
        with io.whole(io.companion(self.path)) as beside:
            beside.write_text(json.dumps({**self._about, **cost}, indent=1) + "\n", encoding="utf-8")

    def _read(self) -> list[list[str]]:
        """The rows of a training that goes on; a last line that was cut is dropped."""
        about = read_companion(self.path)
        for key in ("kind", "layers", "measure", "pool", "probe"):
            if about.get(key) != self._about[key]:
                raise BadInputError(
                    f"{self.path}: is of another training ({key} {shorter(about.get(key))}, now "
                    f"{shorter(self._about[key])}); give another name"
                )
        header, *lines = self.path.read_text(encoding="utf-8").split("\n")
        rows = [line.split(",") for line in lines[:-1]]
        if header.split(",") != self._columns or any(len(row) != len(self._columns) for row in rows):
            raise BadInputError(f"{self.path}: is damaged; give another name")
        return rows


def _rank(torch: Any) -> int:
    spread = torch.distributed
    return int(spread.get_rank()) if spread.is_available() and spread.is_initialized() else 0


def _checksum(probe: list[tuple[Any, Any]]) -> int:
    total = 0
    for inputs, labels in probe:
        for part in (*(inputs.values() if isinstance(inputs, Mapping) else (inputs,)), labels):
            total = zlib.crc32(np.ascontiguousarray(as_array(part)).tobytes(), total)
    return total


def _check(every: int, most_share: float | None, separation: Separation, pool: Pool, seed: int) -> None:
    check_known("separation", separation, SEPARATIONS)
    check_known("pool", pool, POOLS)
    if every < 1 or seed < 0 or (most_share is not None and not 0.0 < most_share <= 1.0):
        raise BadInputError(
            f"every {every}, seed {seed}, most_share {most_share}: steps from 1, a seed from 0, a share above 0 up to 1"
        )
