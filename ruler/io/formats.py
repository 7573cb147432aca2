"""The formats of tables: an entry of `FORMATS` is all that a new one needs."""

import csv
import importlib
import io
import json
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError
from ruler.io.files import MOST_TABLE, plain, read_text

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
Meta = Mapping[str, Any]

_METADATA = "metadata"
_PARQUET_KEY = b"folding-ruler"
# What the readers of damaged files raise.
DAMAGE = (
    OSError,
    ValueError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    RuntimeError,
    MemoryError,
    SyntaxError,
    csv.Error,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Format:
    """How tables of one ending are read and written.

    Attributes:
        read: columns and metadata of a file; the columns wanted may be named.
        write: writes columns and metadata to a new file.
        names: names of the columns, without the rest.
        beside: whether the metadata lie in a .json file beside it.
        text: whether cells are text.
        library: module, extra and purpose, as for `need`, where one is needed.
    """

    read: Callable[[Path, Collection[str] | None], tuple[Columns, Any]]
    write: Callable[[Path, Columns, Meta | None], None]
    names: Callable[[Path], list[str]]
    beside: bool = False
    text: bool = False
    library: tuple[str, str, str] | None = None


def _read_csv(path: Path, _only: Collection[str] | None) -> tuple[Columns, None]:
    text = read_text(path, MOST_TABLE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = [(reader.line_num, line) for line in reader if line]
    if not lines:
        raise BadInputError(f"{path}: is empty; a header line and rows are needed")
    header = [name.strip() for name in lines[0][1]]
    repeated = [name for name in header if header.count(name) > 1]
    if repeated:
        raise BadInputError(f"{path}: column {repeated[0]!r} is there twice")
    for number, line in lines[1:]:
        if len(line) != len(header):
            raise BadInputError(f"{path}: line {number} has {len(line)} entries; the header has {len(header)}")
    columns = list(zip(*(line for _, line in lines[1:]), strict=True)) or [()] * len(header)
    return dict(zip(header, columns, strict=True)), None


def _write_csv(path: Path, columns: Columns, _meta: Meta | None) -> None:
    cells = [_cells(values) for values in columns.values()]
    # By itself the writer leaves a lone carriage return without quotes, and readers end the line there.
    quoted = any("\r" in cell for values in cells for cell in values if isinstance(cell, str))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL)
        writer.writerow(columns)
        # Python writes a float with as many digits as it takes to read the same float back.
        writer.writerows(zip(*cells, strict=True))


def _cells(values: Sequence[Any] | NDArray[Any]) -> Sequence[Any]:
    return list(values.tolist()) if isinstance(values, np.ndarray) else values


def _names_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [name.strip() for name in next(csv.reader([file.readline()]), [])]


def _read_npz(path: Path, only: Collection[str] | None) -> tuple[Columns, Any]:
    with np.load(path, allow_pickle=False) as archive:
        wanted = [name for name in archive.files if only is None or name in only or name == _METADATA]
        _check_sizes(archive.zip, wanted)
        columns = {name: archive[name] for name in wanted}
    # A user's own array may be called so too: metadata are one text.
    if _METADATA not in columns or columns[_METADATA].ndim or columns[_METADATA].dtype.kind != "U":
        return columns, None
    return columns, json.loads(str(columns.pop(_METADATA)))


def _check_sizes(archive: zipfile.ZipFile, names: Collection[str]) -> None:
    """Refuse arrays that are longer than what is there of them, or too large, before memory is taken for them."""
    total = 0
    for name in names:
        member = name if name in archive.NameToInfo else f"{name}.npy"
        with archive.open(member) as file:
            version = np.lib.format.read_magic(file)
            header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape, _, dtype = header.get(version, header[2, 0])(file)
            size = math.prod(shape) * dtype.itemsize
            if not dtype.hasobject and file.tell() + size != archive.getinfo(member).file_size:
                raise ValueError(f"the array {name!r} of shape {shape} is not all there")
        total += size
    if total > MOST_TABLE:
        raise ValueError(f"its arrays take {total / 1e6:.0f} MB; at most {MOST_TABLE / 1e6:.0f} MB are read")


def _write_npz(path: Path, columns: Columns, meta: Meta | None) -> None:
    arrays = {name: _array(values) for name, values in columns.items()}
    if meta is not None:
        arrays[_METADATA] = np.array(json.dumps(plain(meta), allow_nan=False))
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _array(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """The values as an array of numbers or texts; None becomes NaN, or the empty text among texts."""
    array = np.asarray(values)
    if array.dtype != object:
        return array
    known = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in known):
        return np.array(["" if value is None else value for value in values], dtype=np.str_)
    return np.array(values, dtype=np.float64)


def _names_npz(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]


def _read_parquet(path: Path, only: Collection[str] | None) -> tuple[Columns, Any]:
    # ParquetFile reads this one file; read_table would also invent columns from folder names.
    file = importlib.import_module("pyarrow.parquet").ParquetFile(path)
    wanted = [name for name in file.schema_arrow.names if only is None or name in only]
    meta = (file.schema_arrow.metadata or {}).get(_PARQUET_KEY)
    rows = file.metadata.num_rows
    if rows * max(1, len(wanted)) * 8 > MOST_TABLE:
        raise ValueError(f"its {rows} rows are more than are read")
    table = file.read(columns=wanted)
    columns = {
        name: table[name].to_numpy() if table[name].null_count == 0 else table[name].to_pylist() for name in wanted
    }
    return columns, None if meta is None else json.loads(meta)


def _write_parquet(path: Path, columns: Columns, meta: Meta | None) -> None:
    table = importlib.import_module("pyarrow").table(dict(columns))
    if meta is not None:
        table = table.replace_schema_metadata({_PARQUET_KEY: json.dumps(plain(meta), allow_nan=False).encode()})
    importlib.import_module("pyarrow.parquet").write_table(table, path)


def _names_parquet(path: Path) -> list[str]:
    return list(importlib.import_module("pyarrow.parquet").read_schema(path).names)


FORMATS: dict[str, Format] = {
    ".csv": Format(_read_csv, _write_csv, _names_csv, beside=True, text=True),
    ".npz": Format(_read_npz, _write_npz, _names_npz),
    ".parquet": Format(
        _read_parquet, _write_parquet, _names_parquet, library=("pyarrow.parquet", "parquet", "a Parquet file")
    ),
}
