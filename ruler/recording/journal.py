"""The journal: samples on disk while a run lasts, so that a killed run can be recovered.

One line of JSON (what the run is), then rows of float64 in the columns of the recording. Rows are
handed to the operating system every half second; a process that is killed loses at most that, and
a row half written is left out.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.io import Lock, existing, json_object, read_bytes, whole
from ruler.recording.recording import Recording, column_names
from ruler.scenario.model import MAX_HINGES
from ruler.scenario.parts import MAX_TIME
from ruler.text import reason, shorter

INTERVAL = 0.5
_MAGIC = "folding-ruler journal 1"
_BUSY = "another run is writing there just now"


def journal_path(output: Path) -> Path:
    """Where the journal of a run that writes to `output` lies."""
    return output.with_name(output.name + ".journal")


def free_journal(output: Path, force: bool = False) -> Path:
    """Where the journal of a run that writes to `output` can lie; with force one that is there is given up.

    Raises:
        BadInputError: that of a killed run is there, or of one that goes on; the name is too long for a journal.
    """
    path = journal_path(output)
    try:
        there = path.exists()
    except OSError as error:
        raise BadInputError(f"{shorter(path)}: cannot be written: {reason(error)}") from None
    with Lock(path, _BUSY):
        if there and not force:
            raise BadInputError(
                f"{path}: the journal of a run that was killed is in the way; save it with: ruler recover {path}, "
                "or give it up with --force"
            )
        path.unlink(missing_ok=True)
    return path


def _header(hinges: int, phases: tuple[str, ...], meta: Mapping[str, Any]) -> bytes:
    header = {"magic": _MAGIC, "hinges": hinges, "phases": list(phases), "meta": dict(meta)}
    return json.dumps(header, allow_nan=False).encode() + b"\n"


class Journal:
    """Keeps what has been sampled so far in a file.

    The file is made when half a second has gone by, so short runs make none. From the start until it is
    closed no other run can write there, and nobody can recover it.

    Args:
        path: the file.
        hinges: number of hinges.
        phases: names of the phases.
        meta: what the recording is made from.

    Raises:
        BadInputError: another run has a journal there just now.
    """

    def __init__(self, path: Path, hinges: int, phases: tuple[str, ...], meta: Mapping[str, Any]) -> None:
        self._path = path
        self._lock = Lock(path, _BUSY)
        self._header = _header(hinges, phases, meta)
        self._waiting: list[bytes] = [self._header]
        self._file: BinaryIO | None = None
        self._written = time.monotonic()

    def add(self, rows: Floats) -> None:
        """Keep rows of the recording's table, shape (rows, columns).

        Raises:
            FailedError: the disk is full or the folder has gone.
        """
        self._waiting.append(rows.tobytes())
        if time.monotonic() - self._written >= INTERVAL:
            self._write()

    def _write(self) -> None:
        try:
            if self._file is None:
                self._file = self._path.open("xb")
            self._file.write(b"".join(self._waiting))
            self._file.flush()
        except OSError as error:
            raise FailedError(f"{self._path}: the journal could not be written: {reason(error)}") from None
        self._waiting = []
        self._written = time.monotonic()

    def restart(self, rows: Floats) -> None:
        """Hold these rows of the recording's table in place of those it has; more can be added.

        Raises:
            FailedError: the disk is full or the folder has gone; what it held is untouched.
        """
        if self._file is not None:
            # What waits belongs to what is replaced.
            self._file.close()
            self._file = None
        with whole(self._path) as beside:
            beside.write_bytes(self._header + np.ascontiguousarray(rows).tobytes())
        self._waiting = []
        self._file = self._path.open("ab")
        self._written = time.monotonic()

    def rewrite(self, recording: Recording) -> Path:
        """Put a whole recording into the journal, in place of what it holds; returns the path.

        Raises:
            FailedError: the disk is full or the folder has gone; what it held is untouched.
        """
        self._close_file()
        header = _header(recording.hinges, recording.phases, recording.meta)
        with whole(self._path) as beside:
            beside.write_bytes(header + np.ascontiguousarray(recording.table).tobytes())
        return self._path

    def remove(self) -> None:
        """The recording is safe elsewhere: the journal is no longer needed."""
        if self._file is not None:
            # What waits is not written: a full disk is no reason to fail here.
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)
        self._lock.release()

    def close(self) -> None:
        """Write what is waiting, if a file was begun, and let others have it."""
        self._close_file()
        self._lock.release()

    def _close_file(self) -> None:
        if self._file is not None:
            self._write()
            self._file.close()
            self._file = None


@contextmanager
def recovered(path: Path) -> Iterator[Recording]:
    """The recording in a journal, up to its last sound row; the journal is removed when the block ends well.

    Raises:
        BadInputError: there is no such file, a run is still writing it, it is not a journal, or it holds no sample.
    """
    existing(path)
    with Lock(path, "is still being written by a run that goes on"):
        yield recover(path)
        path.unlink()


def recover(path: Path) -> Recording:
    """The recording in a journal, up to its last whole row before the first number that is none.

    Raises:
        BadInputError: there is no such file, or it is not a journal, or it holds no sample.
    """
    line, _, body = read_bytes(path).partition(b"\n")
    try:
        header = json_object(line, str(path))
        hinges = header["hinges"]
        if header["magic"] != _MAGIC or type(hinges) is not int or not 1 <= hinges <= MAX_HINGES:
            raise ValueError("it begins with another magic word")
        columns = len(column_names(hinges))
        phases, meta = tuple(map(str, header["phases"])), dict(header["meta"])
    except (ValueError, KeyError, TypeError, BadInputError):
        raise BadInputError(f"{path}: is not a journal of this program") from None
    rows = len(body) // (8 * columns)
    table = np.frombuffer(body, count=rows * columns).reshape(rows, columns)
    sound = np.isfinite(table).all(axis=1) & np.isin(table[:, column_names(hinges).index("phase")], range(len(phases)))
    whole_rows = rows if sound.all() else int(sound.argmin())
    if whole_rows == 0:
        raise BadInputError(f"{path}: the journal holds no sample yet; there is nothing to recover")
    status = "recovered from a journal; the end is missing"
    _end_last_phase(meta, float(table[whole_rows - 1, 0]))
    return Recording(table[:whole_rows].copy(), phases, {**meta, "status": status})


def _end_last_phase(meta: Mapping[str, Any], end: float) -> None:
    """The hand of a window has the ruler for ever, which no scenario in a file may: until just after the end, s."""
    try:
        last = meta["source"]["phase"][-1]
        if last["until"]["time"] == MAX_TIME:
            last["until"]["time"] = end + 1.0
    except (LookupError, TypeError):
        return
