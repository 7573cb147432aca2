"""The journal: samples on disk while a run lasts, so that a killed run can be recovered.

One line of JSON (what the run is), then rows of float64 in the columns of the recording. Rows are
handed to the operating system every half second; a process that is killed loses at most that, and
a row half written is left out.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError, FailedError
from ruler.io import read_bytes, whole
from ruler.recording.recording import Recording, column_names

Floats = NDArray[np.float64]

INTERVAL = 0.5
_MAGIC = "folding-ruler journal 1"


def journal_path(output: Path) -> Path:
    """Where the journal of a run that writes to `output` lies."""
    return output.with_name(output.name + ".journal")


def free_journal(output: Path, force: bool = False) -> Path:
    """Where the journal of a run that writes to `output` can lie; with force one that is there is given up.

    Raises:
        BadInputError: that of a killed run is there.
    """
    path = journal_path(output)
    if path.exists() and not force:
        raise BadInputError(
            f"{path}: the journal of a run that was killed is in the way; save it with: ruler recover {path}, "
            "or give it up with --force"
        )
    path.unlink(missing_ok=True)
    return path


def _header(hinges: int, phases: tuple[str, ...], meta: Mapping[str, Any]) -> bytes:
    header = {"magic": _MAGIC, "hinges": hinges, "phases": list(phases), "meta": dict(meta)}
    return json.dumps(header).encode() + b"\n"


class Journal:
    """Keeps what has been sampled so far in a file.

    The file is made when half a second has gone by, so short runs make none.

    Args:
        path: the file.
        hinges: number of hinges.
        phases: names of the phases.
        meta: what the recording is made from.
    """

    def __init__(self, path: Path, hinges: int, phases: tuple[str, ...], meta: Mapping[str, Any]) -> None:
        self._path = path
        self._waiting: list[bytes] = [_header(hinges, phases, meta)]
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
            raise FailedError(f"{self._path}: the journal could not be written: {error.strerror or error}") from None
        self._waiting = []
        self._written = time.monotonic()

    def rewrite(self, recording: Recording) -> Path:
        """Put a whole recording into the journal, in place of what it holds; returns the path.

        Raises:
            FailedError: the disk is full or the folder has gone; what it held is untouched.
        """
        self.close()
        header = _header(recording.hinges, recording.phases, recording.meta)
        with whole(self._path) as beside:
            beside.write_bytes(header + np.ascontiguousarray(recording.table).tobytes())
        return self._path

    def remove(self) -> None:
        """The recording is safe elsewhere: the journal is no longer needed."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write what is waiting, if a file was begun, and close it."""
        if self._file is not None:
            self._write()
            self._file.close()
            self._file = None


def recover(path: Path) -> Recording:
    """The recording in a journal, up to its last whole row.

    Raises:
        BadInputError: there is no such file, or it is not a journal, or it holds no sample.
    """
    line, _, body = read_bytes(path).partition(b"\n")
    try:
        header = json.loads(line)
        if header["magic"] != _MAGIC:
            raise ValueError("it begins with another magic word")
        columns = len(column_names(int(header["hinges"])))
        phases, meta = tuple(header["phases"]), dict(header["meta"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInputError(f"{path}: is not a journal of this program") from None
    rows = len(body) // (8 * columns)
    if rows == 0:
        raise BadInputError(f"{path}: the journal holds no sample yet; there is nothing to recover")
    table = np.frombuffer(body, count=rows * columns).reshape(rows, columns).copy()
    return Recording(table, phases, {**meta, "status": "recovered from a journal; the end is missing"})
