"""Single files: read with one message for whatever is wrong, written whole or not at all."""

import importlib
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruler.errors import BadInputError, FailedError

# Larger files are not what they are said to be, bytes.
MOST_TEXT = 50_000_000
MOST_TABLE = 4_000_000_000


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
        # First the package, which may be missing although a part of it was loaded before.
        importlib.import_module(module.partition(".")[0])
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs {module.partition('.')[0]}, which cannot be imported ({error}); "
            f'install it with: pip install "folding-ruler[{extra}]"'
        ) from None


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


def read_bytes(path: str | Path, most: int = MOST_TABLE) -> bytes:
    """What a file holds.

    Raises:
        BadInputError: it cannot be read.
    """
    path = existing(path, most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None


def read_text(path: str | Path, most: int = MOST_TEXT) -> str:
    """A text file in UTF-8, with or without a byte order mark.

    Raises:
        BadInputError: it cannot be read, or is no such text.
    """
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError(f"{path}: is not a text file in UTF-8") from None


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
