"""Networks in files: features or loads of the user's, read; profiles written, whole or not at all."""

import csv
import io
import math
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError, FailedError
from ruler.networks.optional import require
from ruler.networks.profile import LayerProfile, numbered_layers, profile_from_loads
from ruler.networks.separation import Measure, check_measure, separation

LABELS_KEY = "labels"


@dataclass(frozen=True)
class Table:
    """A small table in memory.

    Attributes:
        path: the file, for messages.
        columns: name to values, all equally long; text from .csv, any type from .parquet.
        first_line: number of the first row in messages: 2 for .csv, 1 for .parquet.
    """

    path: Path
    columns: Mapping[str, Sequence[Any]]
    first_line: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    def column(self, name: str) -> Sequence[Any]:
        """The values of a column.

        Raises:
            BadInputError: there is none of that name.
        """
        if name not in self.columns:
            near = get_close_matches(name, self.columns, n=1)
            hint = f"; did you mean {near[0]!r} to be it?" if near else ""
            raise BadInputError(f"{self.path}: column {name!r} is missing; it has {', '.join(self.columns)}{hint}")
        return self.columns[name]

    def number(self, name: str, row: int) -> float:
        """One finite number.

        Raises:
            BadInputError: the cell holds something else.
        """
        value = self.column(name)[row]
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise BadInputError(f"{self.place(row)}, column {name!r}: {value!r} is not a finite number")
        return number

    def whole(self, name: str, row: int) -> int:
        """One whole number from 0.

        Raises:
            BadInputError: the cell holds something else.
        """
        number = self.number(name, row)
        if number < 0 or number != int(number):
            raise BadInputError(f"{self.place(row)}, column {name!r}: {number:g} is not a whole number from 0")
        return int(number)

    def place(self, row: int) -> str:
        """File and line of a row, for messages."""
        return f"{self.path}, line {row + self.first_line}"


def read_profile(path: Path, measure: Measure = "trace-ratio") -> LayerProfile:
    """A network from a file of the user's.

    Args:
        path: `.npz` with features (see `read_features`) or `.csv` / `.parquet` with a table (see
            `read_layer_table`).
        measure: how D is computed from features; a table brings its own D or loads.

    Returns:
        The profile, named after the file.

    Raises:
        BadInputError: the file is missing, of another kind, or not as described.
        FailedError: pyarrow is missing for `.parquet`.
    """
    path = Path(path)
    if not path.is_file():
        raise BadInputError(f"{path}: no such file")
    if path.suffix == ".npz":
        return read_features(path, measure)
    if path.suffix in {".csv", ".parquet"}:
        return read_layer_table(path)
    raise BadInputError(
        f"{path}: networks are read from .npz (features and labels), .csv or .parquet (layer and D or "
        f"load), not from {path.suffix or 'a file without an ending'}"
    )


def read_features(path: Path, measure: Measure = "trace-ratio") -> LayerProfile:
    """Measure a network from its features, saved with `numpy.savez(file, labels=..., input=..., ...)`.

    Args:
        path: `.npz` with `labels`, shape (samples,), and one array for the input and each layer,
            shape (samples, ...), in the order in which they were saved. The first is the input,
            D_0; leave out the network's output layer.
        measure: "trace-ratio" or "pseudo-inverse".

    Returns:
        The profile; layers are named after the arrays.

    Raises:
        BadInputError: not such a file, or features that cannot be measured, naming the array.
    """
    check_measure(measure)
    path = Path(path)
    arrays = _read_npz(path)
    if LABELS_KEY not in arrays:
        raise BadInputError(f"{path}: array 'labels' is missing; it has {', '.join(arrays) or 'none'}")
    labels = arrays.pop(LABELS_KEY)
    if len(arrays) < 2:
        raise BadInputError(
            f"{path}: features of {len(arrays)} layers; 'labels', the input and at least one layer are needed"
        )
    values = []
    for key, features in arrays.items():
        try:
            values.append(separation(features, labels, measure))
        except BadInputError as error:
            raise BadInputError(f"{path}: array {key!r}: {error}") from error
    return LayerProfile(name=path.stem, layers=tuple(arrays)[1:], separation=np.array([values]), measure=measure)


def _read_npz(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (OSError, ValueError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise BadInputError(
            f"{path}: not a readable .npz of plain numeric arrays ({error}); write it with numpy.savez"
        ) from error


def read_layer_table(path: Path) -> LayerProfile:
    """A network from a table with one row a layer.

    Args:
        path: `.csv` or `.parquet` with columns `layer` and `D` (layers 0, 1, ..., where 0 is the
            input) or `layer` and `load` (layers 1, 2, ...), and `seed` if there are several.
            D wins when both are there; other columns are not read.

    Returns:
        The profile; `absolute` is False when only loads were given.

    Raises:
        BadInputError: a column or layer is missing, or a cell is not a number.
        FailedError: pyarrow is missing for `.parquet`.
    """
    table = read_table(Path(path))
    table.column("layer")
    if "D" not in table.columns and "load" not in table.columns:
        raise BadInputError(
            f"{path}: neither column 'D' (separation, layers from 0 = input) nor 'load' (layers from 1); "
            f"it has {', '.join(table.columns)}"
        )
    key, first = ("D", 0) if "D" in table.columns else ("load", 1)
    seeds, values = _by_seed(table, key, first)
    if key == "load":
        profile = profile_from_loads(values, table.path.stem)
        return LayerProfile(profile.name, profile.layers, profile.separation, seeds, absolute=False)
    if values.shape[1] < 2:
        raise BadInputError(f"{path}: only layer 0, the input; at least one layer after it is needed")
    return LayerProfile(table.path.stem, numbered_layers(values.shape[1] - 1), values, seeds)


def _by_seed(table: Table, key: str, first: int) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """The values of `key` as (seeds, layers), every seed with the same layers without gaps."""
    found: dict[int, dict[int, float]] = {}
    for row in range(table.rows):
        seed = table.whole("seed", row) if "seed" in table.columns else 0
        layer = table.whole("layer", row)
        layers = found.setdefault(seed, {})
        if layer in layers:
            raise BadInputError(f"{table.place(row)}, column 'layer': layer {layer} of seed {seed} was there before")
        layers[layer] = table.number(key, row)
    count = max(len(layers) for layers in found.values())
    wanted = list(range(first, first + count))
    for seed, layers in found.items():
        missing = [layer for layer in wanted if layer not in layers]
        if missing:
            raise BadInputError(
                f"{table.path}: layer {missing[0]} of seed {seed} is missing; column {key!r} needs layers "
                f"{wanted[0]} to {wanted[-1]}"
            )
    return tuple(found), np.array([[layers[layer] for layer in wanted] for layers in found.values()])


def write_layer_table(profile: LayerProfile, path: Path, *, force: bool = False) -> None:
    """Write a profile as a table that `read_layer_table` reads back exactly.

    Args:
        profile: what to write: columns `seed`, `layer` (0 = input) and `D`.
        path: ends in .csv or .parquet.
        force: replace an existing file.

    Raises:
        BadInputError: another ending, or the file exists.
        FailedError: it cannot be written, or pyarrow is missing for `.parquet`.
    """
    path = Path(path)
    cells = [
        (seed, layer, float(value))
        for seed, row in zip(profile.seeds, profile.separation, strict=True)
        for layer, value in enumerate(row)
    ]
    if path.suffix == ".csv":
        lines = ["seed,layer,D", *(f"{seed},{layer},{value!r}" for seed, layer, value in cells)]
        write_whole(path, ("\n".join(lines) + "\n").encode(), force=force)
    elif path.suffix == ".parquet":
        arrow = require("pyarrow", "parquet", "writing .parquet")
        parquet = require("pyarrow.parquet", "parquet", "writing .parquet")
        sink = io.BytesIO()
        seeds, layers, values = zip(*cells, strict=True)
        parquet.write_table(arrow.table({"seed": list(seeds), "layer": list(layers), "D": list(values)}), sink)
        write_whole(path, sink.getvalue(), force=force)
    else:
        raise BadInputError(f"{path}: a table ends in .csv or .parquet")


def read_table(path: Path) -> Table:
    """A `.csv` or `.parquet` file with a header and at least one row.

    Raises:
        BadInputError: it cannot be read, is empty, or its rows do not fit its header.
        FailedError: pyarrow is missing for `.parquet`.
    """
    if not path.is_file():
        raise BadInputError(f"{path}: no such file")
    table = _read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    if not table.columns or table.rows == 0:
        raise BadInputError(f"{path}: the table has no rows")
    return table


def _read_csv(path: Path) -> Table:
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(f"{path}: not a readable .csv file in UTF-8: {error}") from error
    if not lines:
        raise BadInputError(f"{path}: the file is empty; a header line and rows are needed")
    header = [name.strip() for name in lines[0]]
    repeated = [name for name in header if header.count(name) > 1]
    if repeated:
        raise BadInputError(f"{path}: column {repeated[0]!r} is there twice")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise BadInputError(f"{path}, line {number}: {len(line)} cells, the header has {len(header)} columns")
    return Table(path, {name: [line[place] for line in lines[1:]] for place, name in enumerate(header)}, 2)


def _read_parquet(path: Path) -> Table:
    arrow = require("pyarrow", "parquet", "reading .parquet")
    parquet = require("pyarrow.parquet", "parquet", "reading .parquet")
    try:
        # ParquetFile reads this one file; read_table would also invent columns from folder names.
        columns = parquet.ParquetFile(path).read().to_pydict()
    except (OSError, arrow.ArrowException) as error:
        raise BadInputError(f"{path}: not a readable .parquet file: {error}") from error
    return Table(path, columns, 1)


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file so that it appears whole or not at all: beside it, then renamed.

    Args:
        path: the file; its folder must exist.
        content: all of it.
        force: replace an existing file.

    Raises:
        BadInputError: the file exists and `force` is False, or its folder does not exist.
        FailedError: it cannot be written.
    """
    refuse_existing(path, force=force)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes private files; the result gets the usual rights.
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FailedError(f"{path}: cannot be written: {error}") from error


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a file that would be overwritten, or a folder that is not there.

    Raises:
        BadInputError: see above.
    """
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder; name a file")
    if path.exists() and not force:
        raise BadInputError(f"{path}: exists already; choose another name or use --force")
    if not path.parent.is_dir():
        raise BadInputError(f"{path.parent}: no such folder; make it first")
