"""Every file the program reads or writes, in one way: checked before, written whole or not at all.

A *table* is named columns of equal length and, if it has any, metadata: plain JSON data, inside the
file or (.csv) in a .json file of the same name. The ending decides the format. `FORMATS` lists them,
and an entry there is all that a new one needs.
"""

import json
import math
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ruler.errors import BadInputError
from ruler.io.files import MOST_NESTED as MOST_NESTED
from ruler.io.files import MOST_TABLE as MOST_TABLE
from ruler.io.files import MOST_TEXT as MOST_TEXT
from ruler.io.files import Lock as Lock
from ruler.io.files import MissingExtraError as MissingExtraError
from ruler.io.files import check_toml as check_toml
from ruler.io.files import existing as existing
from ruler.io.files import free_path as free_path
from ruler.io.files import is_file as is_file
from ruler.io.files import is_folder as is_folder
from ruler.io.files import json_object as json_object
from ruler.io.files import need as need
from ruler.io.files import nesting as nesting
from ruler.io.files import new_folder as new_folder
from ruler.io.files import plain as plain
from ruler.io.files import read_bytes as read_bytes
from ruler.io.files import read_json as read_json
from ruler.io.files import read_text as read_text
from ruler.io.files import read_toml as read_toml
from ruler.io.files import whole as whole
from ruler.io.formats import DAMAGE as DAMAGE
from ruler.io.formats import FORMATS as FORMATS
from ruler.io.formats import Columns as Columns
from ruler.io.formats import Format as Format
from ruler.io.formats import Meta as Meta
from ruler.text import reason, shorter, suggest

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
        raise BadInputError(f"{path}: {what} must end in {either(endings)}")
    try:
        if not path.parent.is_dir():
            raise BadInputError(f"{path}: the folder {path.parent} does not exist; make it first")
        if path.is_dir():
            raise BadInputError(f"{path}: is a folder; name a file")
        if path.exists() and not force:
            raise BadInputError(f"{path}: exists already; choose another name, or replace it with --force")
    except (OSError, ValueError) as error:
        raise BadInputError(f"{shorter(path)}: cannot be used: {reason(error)}") from None
    try:
        # Tried, for what a system says of its folders is not always so.
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise BadInputError(f"{path}: the folder {path.parent} cannot be written to: {reason(error)}") from None
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


def check_different(path: Path, source: Path) -> None:
    """Refuse to write what is made from a file in place of that file.

    Raises:
        BadInputError: they are the same file.
    """
    if path.resolve() == source.resolve():
        raise BadInputError(f"{path}: is the file that is read; name another one to write")


def companion(path: Path) -> Path:
    """The .json file beside a table."""
    return path.with_suffix(".json")


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
    write_text(path, json.dumps(plain(content), indent=2, allow_nan=False) + "\n", force)


def write(path: Path, columns: Columns, meta: Meta | None = None, force: bool = False) -> Path:
    """Write a table; the format follows from the ending.

    Args:
        path: ends in one of `FORMATS`.
        columns: name to values, all equally long; None is an empty cell (NaN or an empty text in .npz).
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


# Reading


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

    def column(self, name: str) -> Sequence[Any] | NDArray[Any]:
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
    path: str | Path,
    only: Collection[str] | None = None,
    endings: Collection[str] = (),
    meta: bool = True,
    what: str = "the file",
) -> Table:
    """Read a table; the format follows from the ending.

    Args:
        path: the file.
        only: the columns wanted, where the format can leave others unread; None for all.
        endings: the endings it may have; empty for all that there are.
        meta: whether it may have metadata; without, a .json file of the same name is not looked at.
        what: what it is called in the message about its ending.

    Raises:
        BadInputError: there is no such file, or it is damaged or none of these formats; the message says why.
        MissingExtraError: the library that its format needs is missing.
    """
    path, form = _known(path, endings, what)
    try:
        columns, about = form.read(path, only)
    except _damage(form) as error:
        raise BadInputError(f"{path}: is not a readable {path.suffix} file: {reason(error)}") from None
    if meta and form.beside and companion(path).exists():
        about = read_json(companion(path))
    if about is not None and not isinstance(about, dict):
        raise BadInputError(f"{path}: its metadata are no JSON object")
    if nesting(about) > MOST_NESTED:
        raise BadInputError(f"{path}: its metadata are nested deeper than {MOST_NESTED} levels")
    return Table(path, columns, about)


def column_names(path: str | Path, what: str = "the file") -> list[str]:
    """Names of a table's columns, without reading it; none when it is damaged.

    Raises:
        BadInputError: there is no such file, or it has another ending.
    """
    path, form = _known(path, what=what)
    try:
        return form.names(path)
    except _damage(form):
        return []


def _known(path: str | Path, endings: Collection[str] = (), what: str = "the file") -> tuple[Path, Format]:
    path = existing(path)
    known = endings or tuple(FORMATS)
    if path.suffix.lower() not in known:
        raise BadInputError(f"{path}: {what} must end in {either(known)}")
    form = FORMATS[path.suffix.lower()]
    if form.library is not None:
        need(*form.library)
    return path, form


def either(endings: Collection[str]) -> str:
    """Endings in words, such as ".csv, .npz or .parquet"."""
    *first, last = endings
    return f"{', '.join(first)} or {last}" if first else last


def _damage(form: Format) -> tuple[type[Exception], ...]:
    return (*DAMAGE, need("pyarrow", *form.library[1:]).ArrowException) if form.library else DAMAGE
