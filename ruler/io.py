"""Every file the program reads or writes, in one way: checked before, written whole or not at all.

A *table* is named columns of equal length and, if it has any, metadata: plain JSON data, inside the
file or (.csv) in a .json file of the same name. The ending decides the format. `FORMATS` lists them,
and an entry there is all that a new one needs.
"""

import csv
import importlib
import io
import json
import math
import os
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruler.errors import BadInputError, FailedError
from ruler.text import suggest

Columns = Mapping[str, Sequence[Any]]
Meta = Mapping[str, Any]

# Larger files are not what they are said to be, bytes.
MOST_TEXT = 50_000_000
MOST_TABLE = 4_000_000_000
_METADATA = "metadata"
_PARQUET_KEY = b"folding-ruler"
# What the readers of damaged files raise.
_DAMAGE = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
)


class MissingExtraError(BadInputError):
    """A library that only some users have is not installed."""


def need(module: str, extra: str, purpose: str) -> Any:
    """Import a library that comes with an extra.

    Args:
        module: name to import, such as "torch".
        extra: the extra of folding-ruler that installs it.
        purpose: what needs it, as in "training a network".

    Raises:
        MissingExtraError: it is not installed, or cannot be loaded.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs {module.partition('.')[0]}, which cannot be imported ({error}); "
            f'install it with: pip install "folding-ruler[{extra}]"'
        ) from None


# Writing


def check(path: str | Path, force: bool = False, endings: Collection[str] = (), what: str = "the file") -> Path:
    """Refuse, before the work begins, a path that cannot be written or holds something already.

    Args:
        path: the file.
        force: whether an existing file may be replaced.
        endings: the endings it may have, such as (".csv", ".parquet"); empty for any.
        what: what it is called in the message about its ending.

    Raises:
        BadInputError: wrong ending, missing or read-only folder, a folder of that name, existing file without force.
        MissingExtraError: the library that its format needs is missing.
    """
    path = Path(path)
    if endings and path.suffix.lower() not in endings:
        raise BadInputError(f"{path}: {what} must end in {_either(endings)}")
    try:
        if not path.parent.is_dir():
            raise BadInputError(f"{path}: the folder {path.parent} does not exist; make it first")
        if path.is_dir():
            raise BadInputError(f"{path}: is a folder; name a file")
        if path.exists() and not force:
            raise BadInputError(f"{path}: exists already; choose another name, or replace it with --force")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be used: {error.strerror or error}") from None
    if not os.access(path.parent, os.W_OK):
        raise BadInputError(f"{path}: the folder {path.parent} cannot be written to")
    form = FORMATS.get(path.suffix.lower())
    if form is not None and form.library is not None:
        need(*form.library)
    return path


def check_table(path: str | Path, force: bool = False, endings: Collection[str] = (), what: str = "the table") -> Path:
    """`check` for a table with metadata: the file that holds these is looked at too."""
    checked = check(path, force, endings or tuple(FORMATS), what)
    if FORMATS[checked.suffix.lower()].beside:
        check(companion(checked), force)
    return checked


def companion(path: Path) -> Path:
    """The .json file beside a table."""
    return path.with_suffix(".json")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when the block ends well.

    Raises:
        FailedError: the file could not be written; what was there before is untouched.
    """
    beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise FailedError(f"{path}: could not be written: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str, force: bool = False) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    check(path, force)
    with whole(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Meta, force: bool = False) -> None:
    """Write plain data as JSON; errors as for `write_text`."""
    write_text(path, json.dumps(content, indent=2) + "\n", force)


def write(path: Path, columns: Columns, meta: Meta | None = None, force: bool = False) -> Path:
    """Write a table; the format follows from the ending.

    Args:
        path: ends in one of `FORMATS`.
        columns: name to values, all equally long; None is an empty cell.
        meta: plain data that goes with it, or None.
        force: replace an existing file.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    path = check_table(path, force) if meta is not None else check(path, force, tuple(FORMATS), "a table")
    form = FORMATS[path.suffix.lower()]
    if meta is not None and form.beside:
        # First: a table is never there without it.
        write_json(companion(path), meta, force)
    with whole(path) as beside:
        form.write(beside, columns, None if form.beside else meta)
    return path


def new_folder(name: str | Path) -> Path:
    """Make a folder that was not there; a number is added to a name that is taken.

    Raises:
        BadInputError: it cannot be made.
    """
    path = Path(name)
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: the folder {path.parent} does not exist; make it first")
    for number in range(1, 1000):
        folder = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInputError(f"{folder}: cannot be made: {error.strerror}") from None
        return folder
    raise BadInputError(f"{path}: there are a thousand such folders already; choose another name")


# Reading


def existing(path: str | Path, most: int = MOST_TABLE) -> Path:
    """A file that can be read.

    Args:
        path: the file.
        most: its greatest size, bytes.

    Raises:
        BadInputError: there is none, it is a folder or no regular file (a pipe, a device), or it is too large.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise BadInputError(f"{path}: is a folder; name a file")
        if not path.exists():
            raise BadInputError(f"{path}: there is no such file")
        if not path.is_file():
            raise BadInputError(f"{path}: is no regular file")
        size = path.stat().st_size
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if size > most:
        raise BadInputError(f"{path}: has {size / 1e6:.0f} MB; at most {most / 1e6:.0f} MB are read")
    return path


def read_text(path: str | Path, most: int = MOST_TEXT) -> str:
    """A text file in UTF-8, with or without a byte order mark.

    Raises:
        BadInputError: it cannot be read, or is no such text.
    """
    path = existing(path, most)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: is not a text file in UTF-8") from None
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None


def read_json(path: str | Path) -> dict[str, Any]:
    """A JSON file that holds one object.

    Raises:
        BadInputError: it cannot be read, or holds something else.
    """
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: is not a readable JSON file: {error}") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{path}: a JSON object is needed, not {type(content).__name__}")
    return content


def read_toml(path: str | Path) -> dict[str, Any]:
    """The data of a TOML file.

    Raises:
        BadInputError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: is not valid TOML: {error}") from None


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes:
        path: the file, for messages.
        columns: name to values, all equally long; text from .csv, else as they were written.
        meta: its metadata; None if it has none.
    """

    path: Path
    columns: Columns
    meta: dict[str, Any] | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def column(self, name: str) -> Sequence[Any]:
        """The values of a column.

        Raises:
            BadInputError: there is none of that name.
        """
        if name not in self.columns:
            hint = suggest(name, self.columns, "it has")
            raise BadInputError(f"{self.path}: column {name!r} is missing; {hint}")
        return self.columns[name]

    def number(self, name: str, row: int) -> float:
        """One finite number.

        Raises:
            BadInputError: the cell holds something else.
        """
        value = self.column(name)[row]
        if not is_number(value):
            raise BadInputError(f"{self.place(row)}, column {name!r}: {value!r} is not a finite number")
        return float(value)

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
        """File and line of a row, for messages: in text files, and those still being made, the header is line 1."""
        form = FORMATS.get(self.path.suffix.lower())
        return f"{self.path}, line {row + (2 if form is None or form.text else 1)}"


def is_number(value: Any) -> bool:
    """Whether a cell holds a finite number, as a number or as text."""
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False


def read(
    path: str | Path, only: Collection[str] | None = None, endings: Collection[str] = (), meta: bool = True
) -> Table:
    """Read a table; the format follows from the ending.

    Args:
        path: the file.
        only: the columns wanted, where the format can leave others unread; None for all.
        endings: the endings it may have; empty for all that there are.
        meta: whether it may have metadata; without, a .json file of the same name is not looked at.

    Raises:
        BadInputError: there is no such file, or it is damaged or none of these formats; the message says why.
        MissingExtraError: the library that its format needs is missing.
    """
    path, form = _known(path, endings)
    try:
        columns, about = form.read(path, only)
    except _damage(form) as error:
        raise BadInputError(f"{path}: is not a readable {path.suffix} file: {_reason(error)}") from None
    if meta and form.beside and companion(path).exists():
        about = read_json(companion(path))
    if about is not None and not isinstance(about, dict):
        raise BadInputError(f"{path}: its metadata are no JSON object")
    return Table(path, columns, about)


def column_names(path: str | Path) -> list[str]:
    """Names of a table's columns, without reading it; none when it is damaged.

    Raises:
        BadInputError: there is no such file, or it has another ending.
    """
    path, form = _known(path)
    try:
        return form.names(path)
    except _damage(form):
        return []


def _known(path: str | Path, endings: Collection[str] = ()) -> "tuple[Path, Format]":
    path = existing(path)
    known = endings or tuple(FORMATS)
    if path.suffix.lower() not in known:
        raise BadInputError(f"{path}: must end in {_either(known)}")
    form = FORMATS[path.suffix.lower()]
    if form.library is not None:
        need(*form.library)
    return path, form


def _either(endings: Collection[str]) -> str:
    *first, last = endings
    return f"{', '.join(first)} or {last}" if first else last


def _damage(form: "Format") -> tuple[type[Exception], ...]:
    return (*_DAMAGE, need("pyarrow", *form.library[1:]).ArrowException) if form.library else _DAMAGE


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


# Formats


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
    lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    if not lines:
        raise BadInputError(f"{path}: is empty; a header line and rows are needed")
    header = [name.strip() for name in lines[0]]
    repeated = [name for name in header if header.count(name) > 1]
    if repeated:
        raise BadInputError(f"{path}: column {repeated[0]!r} is there twice")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise BadInputError(f"{path}: line {number} has {len(line)} entries; the header has {len(header)}")
    columns = list(zip(*lines[1:], strict=True)) or [()] * len(header)
    return dict(zip(header, columns, strict=True)), None


def _write_csv(path: Path, columns: Columns, _meta: Meta | None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        # Python writes a float with as many digits as it takes to read the same float back.
        writer.writerows(zip(*(_cells(values) for values in columns.values()), strict=True))


def _cells(values: Sequence[Any]) -> Sequence[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else values


def _names_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [name.strip() for name in next(csv.reader([file.readline()]), [])]


def _read_npz(path: Path, only: Collection[str] | None) -> tuple[Columns, Any]:
    with np.load(path, allow_pickle=False) as archive:
        wanted = [name for name in archive.files if only is None or name in only or name == _METADATA]
        columns = {name: archive[name] for name in wanted}
    # A user's own array may be called so too: metadata are one text.
    if _METADATA not in columns or columns[_METADATA].ndim or columns[_METADATA].dtype.kind != "U":
        return columns, None
    return columns, json.loads(str(columns.pop(_METADATA)))


def _write_npz(path: Path, columns: Columns, meta: Meta | None) -> None:
    extra = {} if meta is None else {_METADATA: np.array(json.dumps(meta))}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **columns, **extra)


def _names_npz(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]


def _read_parquet(path: Path, only: Collection[str] | None) -> tuple[Columns, Any]:
    # ParquetFile reads this one file; read_table would also invent columns from folder names.
    file = importlib.import_module("pyarrow.parquet").ParquetFile(path)
    wanted = [name for name in file.schema_arrow.names if only is None or name in only]
    meta = (file.schema_arrow.metadata or {}).get(_PARQUET_KEY)
    table = file.read(columns=wanted)
    columns = {
        name: table[name].to_numpy() if table[name].null_count == 0 else table[name].to_pylist() for name in wanted
    }
    return columns, None if meta is None else json.loads(meta)


def _write_parquet(path: Path, columns: Columns, meta: Meta | None) -> None:
    table = importlib.import_module("pyarrow").table(dict(columns))
    if meta is not None:
        table = table.replace_schema_metadata({_PARQUET_KEY: json.dumps(meta).encode()})
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
