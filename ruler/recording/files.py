"""Recordings in files: what a table must hold to be one."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler import io
from ruler.errors import BadInputError
from ruler.recording.measured import from_columns, needed
from ruler.recording.recording import MEASURED, Recording, column_names


def output_path(target: str | Path, default_name: str, force: bool) -> Path:
    """Where a recording goes, checked before the work begins.

    Args:
        target: a file ending in one of `io.FORMATS`, or an existing folder.
        default_name: name (without ending) of the file in a folder.
        force: whether an existing file may be replaced.

    Raises:
        BadInputError: wrong ending, missing or read-only folder, existing file without force.
    """
    path = Path(target)
    if io.is_folder(path):
        path = path / f"{default_name}.csv"
    if path.suffix.lower() not in io.FORMATS:
        raise BadInputError(f"{path}: must end in {', '.join(io.FORMATS)}, or be an existing folder")
    return io.check_table(path, force)


def save_recording(recording: Recording, path: Path, force: bool = False) -> Path:
    """Write a recording; the format follows from the ending.

    Returns:
        The path of the table.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    meta = {"format": 1, **recording.meta, "phases": list(recording.phases), "rows": len(recording.table)}
    columns: dict[str, Any] = {
        name: np.ascontiguousarray(recording.table[:, i]) for i, name in enumerate(recording.columns)
    }
    columns["phase"] = np.array(recording.phase, dtype=np.str_)
    if recording.measured:
        absent = {"phase", *(() if recording.timed else ("time_s",))}
        numbers = {name: values for name, values in columns.items() if name not in absent}
        columns = {name: values for name, values in numbers.items() if not np.isnan(values).all()}
    columns |= recording.extra
    return io.write(output_path(path, "recording", force), columns, meta, force)


def save_beside(recording: Recording, path: Path, force: bool = False) -> Path:
    """Write a recording; when its place was taken since it was checked, under a free name beside it.

    Returns:
        The path of the table. When it is another one, a line on stderr says so.

    Raises:
        FailedError: the file could not be written.
    """
    free = path if force else io.free_path(path)
    if free != path:
        sys.stderr.write(f"ruler: {path}: came to be meanwhile and was left as it is; saved as {free}\n")
    return save_recording(recording, free, force)


def load_recording(source: str | Path) -> Recording:
    """Read a recording.

    Raises:
        BadInputError: there is no such file, or it is not a recording; the message says why.
    """
    there = io.column_names(source, "a recording")
    hinges = sum(name.startswith("opening_") for name in there)
    names = column_names(hinges)
    # Without what every run has it is of a real ruler; only then are other columns of use.
    bare = "pull_force_N" not in there
    table = io.read(source, None if bare else names, what="a recording")
    path, columns, meta = table.path, table.columns, table.meta
    if (meta or {}).get("kind", MEASURED if bare and "tip_x_m" in there else None) == MEASURED:
        return _load_measured(table, hinges)
    if meta is None and io.FORMATS[path.suffix.lower()].beside:
        raise BadInputError(f"{path}: its companion {io.companion(path).name} is missing; keep the two files together")
    if meta is None:
        raise BadInputError(f"{path}: is not a recording: it carries no metadata of this program")
    missing = [name for name in names if name not in columns]
    if missing or hinges == 0:
        raise BadInputError(f"{path}: is not a recording: the column {(missing or ['opening_1_deg'])[0]} is missing")
    if table.rows == 0:
        raise BadInputError(f"{path}: holds no samples")
    _check_meta(meta, path, hinges, table.rows)
    phases = tuple(str(name) for name in meta["phases"])
    parts = [_numbers(columns, name, phases, path) for name in names]
    for name, part in zip(names, parts, strict=True):
        if part.size != parts[0].size:
            raise BadInputError(f"{path}: column {name} has {part.size} rows, {names[0]} has {parts[0].size}")
    rest = {key: value for key, value in meta.items() if key not in {"format", "phases", "rows"}}
    return Recording(np.column_stack(parts), phases, rest, where=str(path))


def _load_measured(table: io.Table, hinges: int) -> Recording:
    """A recording of a real ruler; without metadata too."""
    path, columns = table.path, table.columns
    missing = next((name for name in needed(hinges) if name not in columns), None)
    if missing is not None:
        raise BadInputError(
            f"{path}: the column {missing} is missing; a measured ruler needs tip_x_m, tip_y_m and opening_1_deg ... "
            "(deg, from the fixed end), and time_s when it was filmed"
        )
    if table.rows == 0:
        raise BadInputError(f"{path}: holds no rows; each is a photograph or a frame")
    meta = table.meta
    if meta is not None:
        _check_meta({"phases": [], **meta}, path, hinges, table.rows)
    numbers = {name: _numbers(columns, name, (), path) for name in columns if name != "phase"}
    return replace(from_columns(numbers, hinges, meta, path), where=str(path))


def _check_meta(meta: Mapping[str, Any], path: Path, hinges: int, rows: int) -> None:
    """Refuse metadata that are not those of this table."""
    if not isinstance(meta.get("phases"), list):
        raise BadInputError(f"{path}: is not a recording: its metadata lack the phases")
    if not isinstance(meta.get("source", {}), dict):
        raise BadInputError(f"{path}: its metadata are not those of a recording: source is no table of keys")
    own = meta.get("source", {}).get("ruler")
    if isinstance(own, dict) and own.get("hinges", hinges) != hinges:
        raise BadInputError(
            f"{path}: has {hinges} hinges, its metadata say {own['hinges']}; the {io.companion(path).name} of another "
            "run lies beside it"
        )
    if meta.get("rows", rows) != rows:
        raise BadInputError(
            f"{path}: has {rows} rows, its metadata say {meta['rows']}: it was cut short, or lies beside the "
            f"{io.companion(path).name} of another run"
        )


def _numbers(columns: Mapping[str, Any], name: str, phases: tuple[str, ...], path: Path) -> NDArray[np.float64]:
    values = columns[name]
    if name == "phase":
        number = {phase: float(i) for i, phase in reversed(list(enumerate(phases)))}
        unknown = next((str(value) for value in values if str(value) not in number), None)
        if unknown is not None:
            raise BadInputError(f"{path}: column phase: {unknown!r} is none of the phases {', '.join(phases)}")
        return np.array([number[str(value)] for value in values])
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInputError(f"{path}: column {name}: holds something that is no number") from None
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise BadInputError(f"{path}: column {name}: holds a value that is not a finite number")
    return numbers
