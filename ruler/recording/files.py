"""Recordings in files: .csv (with a .json beside it), .npz, .parquet. Whole, or not at all."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError, FailedError
from ruler.recording.recording import Recording, column_names

SUFFIXES = (".csv", ".npz", ".parquet")
_PARQUET_KEY = b"folding-ruler"
_METADATA = "metadata"

Columns = dict[str, Any]


def output_path(target: str | Path, default_name: str, force: bool) -> Path:
    """Where a recording goes, checked before the work begins.

    Args:
        target: a file ending in .csv, .npz or .parquet, or an existing folder.
        default_name: name (without ending) of the file in a folder.
        force: whether an existing file may be replaced.

    Raises:
        BadInputError: wrong ending, missing or read-only folder, existing file without force.
    """
    path = Path(target)
    if path.is_dir():
        path = path / f"{default_name}.csv"
    if path.suffix.lower() not in SUFFIXES:
        raise BadInputError(f"{path}: must end in {', '.join(SUFFIXES)}, or be an existing folder")
    if path.suffix.lower() == ".parquet":
        import_pyarrow()
    for part in _parts(path):
        check_writable(part, force)
    return path


def check_writable(path: Path, force: bool) -> None:
    """Refuse a path that cannot be written, or holds something already.

    Raises:
        BadInputError: missing or read-only folder, a folder of that name, existing file without force.
    """
    folder = path.parent
    if not folder.is_dir():
        raise BadInputError(f"{path}: the folder {folder} does not exist; make it first")
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder; name a file")
    if path.exists() and not force:
        raise BadInputError(f"{path}: exists already; choose another name, or replace it with --force")
    if not os.access(folder, os.W_OK):
        raise BadInputError(f"{path}: the folder {folder} cannot be written to")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when the block ends well.

    Raises:
        FailedError: the file could not be written; what was there before is untouched.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        raise FailedError(f"{path}: could not be written: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str, force: bool = False) -> None:
    """Write a text file, whole or not at all.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    check_writable(path, force)
    with whole_file(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _parts(path: Path) -> list[Path]:
    return [path, path.with_suffix(".json")] if path.suffix.lower() == ".csv" else [path]


def save_recording(recording: Recording, path: Path, force: bool = False) -> Path:
    """Write a recording; the format follows from the ending.

    Returns:
        The path of the table.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    path = output_path(path, "recording", force)
    if path.suffix.lower() == ".npz":
        with whole_file(path) as beside, beside.open("wb") as file:
            metadata = np.array(json.dumps(_meta(recording)))
            np.savez(file, allow_pickle=False, **{**_columns(recording), _METADATA: metadata})
    elif path.suffix.lower() == ".parquet":
        pyarrow, parquet = import_pyarrow()
        table = pyarrow.table(_columns(recording))
        table = table.replace_schema_metadata({_PARQUET_KEY: json.dumps(_meta(recording)).encode()})
        with whole_file(path) as beside:
            parquet.write_table(table, beside)
    else:
        # The companion first: a table is never there without it.
        with whole_file(path.with_suffix(".json")) as beside:
            beside.write_text(json.dumps(_meta(recording), indent=2) + "\n", encoding="utf-8")
        with whole_file(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
            _write_csv(recording, file)
    return path


def _meta(recording: Recording) -> dict[str, Any]:
    return {"format": 1, **recording.meta, "phases": list(recording.phases)}


def _columns(recording: Recording) -> Columns:
    columns: Columns = {name: np.ascontiguousarray(recording.table[:, i]) for i, name in enumerate(recording.columns)}
    columns["phase"] = np.array(recording.phase, dtype=np.str_)
    return columns


def _write_csv(recording: Recording, file: io.TextIOBase) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(recording.columns)
    phase = recording.columns.index("phase")
    # Python writes a float with as many digits as it takes to read the same float back.
    for row, name in zip(recording.table.tolist(), recording.phase, strict=True):
        row[phase] = name
        writer.writerow(row)


def load_recording(source: str | Path) -> Recording:
    """Read a recording.

    Raises:
        BadInputError: there is no such file, or it is not a recording; the message says why.
    """
    path = Path(source)
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder; name a recording inside it")
    if not path.exists():
        raise BadInputError(f"{path}: there is no such file")
    readers = {".csv": _read_csv, ".npz": _read_npz, ".parquet": _read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInputError(f"{path}: a recording ends in {', '.join(SUFFIXES)}")
    try:
        columns, meta = reader(path)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    return _assemble(columns, meta, str(path))


def _read_csv(path: Path) -> tuple[Columns, Any]:
    companion = path.with_suffix(".json")
    if not companion.exists():
        raise BadInputError(f"{path}: its companion {companion.name} is missing; keep the two files together")
    try:
        meta = json.loads(companion.read_text(encoding="utf-8"))
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (ValueError, csv.Error, RecursionError) as error:
        raise BadInputError(f"{path}: is not a recording: {error}") from None
    if not rows:
        raise BadInputError(f"{path}: is empty")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadInputError(f"{path}: line {number} has {len(row)} entries; the header has {len(rows[0])}")
    return dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True)) if rows[1:] else dict.fromkeys(
        rows[0], ()
    ), meta


def _read_npz(path: Path) -> tuple[Columns, Any]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
        return columns, json.loads(str(columns.pop(_METADATA)))
    except KeyError:
        raise BadInputError(f"{path}: is not a recording: it carries no {_METADATA}") from None
    except (ValueError, zipfile.BadZipFile, EOFError, RecursionError) as error:
        raise BadInputError(f"{path}: is not a recording: {error}") from None


def _read_parquet(path: Path) -> tuple[Columns, Any]:
    pyarrow, parquet = import_pyarrow()
    try:
        table = parquet.read_table(path)
        meta = json.loads((table.schema.metadata or {})[_PARQUET_KEY])
    except KeyError:
        raise BadInputError(f"{path}: is not a recording: it carries no metadata of this program") from None
    except (ValueError, pyarrow.ArrowException) as error:
        raise BadInputError(f"{path}: is not a recording: {error}") from None
    return {name: table[name].to_numpy() for name in table.column_names}, meta


def import_pyarrow() -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet.

    Raises:
        BadInputError: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadInputError(
            'Parquet files need pyarrow, which is missing; install it with: pip install "folding-ruler[parquet]", '
            "or use .csv or .npz"
        ) from None
    return pyarrow, pyarrow.parquet


def _assemble(columns: Columns, meta: Any, source: str) -> Recording:
    if not isinstance(meta, dict) or not isinstance(meta.get("phases"), list):
        raise BadInputError(f"{source}: is not a recording: its metadata lack the phases")
    hinges = sum(name.startswith("opening_") for name in columns)
    names = column_names(hinges)
    missing = [name for name in names if name not in columns]
    if missing or hinges == 0:
        raise BadInputError(f"{source}: is not a recording: the column {(missing or ['opening_1_deg'])[0]} is missing")
    phases = tuple(str(name) for name in meta["phases"])
    if len(columns["time_s"]) == 0:
        raise BadInputError(f"{source}: holds no samples")
    parts = [_numbers(columns[name], name, phases, source) for name in names]
    for name, part in zip(names, parts, strict=True):
        if part.size != parts[0].size:
            raise BadInputError(f"{source}: column {name} has {part.size} rows, {names[0]} has {parts[0].size}")
    table = np.column_stack(parts)
    return Recording(table, phases, {key: value for key, value in meta.items() if key not in {"format", "phases"}})


def _numbers(values: Any, name: str, phases: tuple[str, ...], source: str) -> NDArray[np.float64]:
    if name == "phase":
        number = {phase: float(i) for i, phase in reversed(list(enumerate(phases)))}
        unknown = next((str(value) for value in values if str(value) not in number), None)
        if unknown is not None:
            raise BadInputError(f"{source}: column phase: {unknown!r} is none of the phases {', '.join(phases)}")
        return np.array([number[str(value)] for value in values])
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInputError(f"{source}: column {name}: holds something that is no number") from None
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise BadInputError(f"{source}: column {name}: holds a value that is not a finite number")
    return numbers
