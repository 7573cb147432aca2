"""Single files: read with one message for whatever is wrong, written whole or not at all."""

import importlib
import json
import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ruler.errors import BadInputError, FailedError
from ruler.text import reason, shorter

# Larger files are not what they are said to be, bytes.
MOST_TEXT = 50_000_000
MOST_TABLE = 1_000_000_000
# No file of ours is nested deeper, has more parts in a key or more digits in a number; readers that
# call themselves, or take the square of the length, would be stopped by nothing else.
MOST_NESTED = 40
_LONG_KEY = re.compile(r"(?:[\w'\"-]+\s*\.\s*){" + str(MOST_NESTED) + "}")
_LONG_NUMBER = re.compile(r"\d{1000}")
_TEXTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_BRACKETS = re.compile(r"[\[{]+|[\]}]+")


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


class Lock:
    """Keeps other processes of this program away from what is written; it goes with the process, however that ends.

    Args:
        path: a file, beside which the lock is a file, or a folder, in which it is; it is removed in the end.
        busy: what is said when another process holds it.

    Raises:
        BadInputError: another process holds it, or the folder cannot be written to.
    """

    def __init__(self, path: Path, busy: str) -> None:
        lock = path / ".lock" if is_folder(path) else path.with_name(f".{path.name[:200]}.lock")
        # Read when a lock is needed: what only reads starts sooner.
        from filelock import FileLock, Timeout

        self._lock = FileLock(lock, blocking=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise BadInputError(f"{path}: {busy}") from None
        except OSError as error:
            raise BadInputError(f"{path}: cannot be written: {error.strerror or error}") from None

    def release(self) -> None:
        """Let others have it."""
        if not self._lock.is_locked:
            return
        # Before it is given back, so that nobody takes a file that is about to go; Windows removes it by itself.
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()
        self._lock.release()

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _numbered(path: Path, stem: str, suffix: str = "") -> Iterator[Path]:
    """A path, and the same with the numbers 2, 3, ... in its name."""
    yield path
    yield from (path.with_name(f"{stem}-{number}{suffix}") for number in range(2, 1000))


def free_path(path: Path) -> Path:
    """A path that is not taken: this one, or one beside it with a number; of a table, its .json file is free too."""
    for free in _numbered(path, path.stem, path.suffix):
        if not free.exists() and not free.with_suffix(".json").exists():
            return free
    raise FailedError(f"{path}: this name and a thousand like it are taken")


def new_folder(name: str | Path) -> Path:
    """Make a folder that was not there; a number is added to a name that is taken.

    Raises:
        BadInputError: it cannot be made.
    """
    path = Path(name)
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: the folder {path.parent} does not exist; make it first")
    for folder in _numbered(path, path.name):
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInputError(f"{shorter(folder)}: cannot be made: {error.strerror}") from None
        return folder
    raise BadInputError(f"{path}: there are a thousand such folders already; choose another name")


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name; a name that no file can have is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether there is a file of this name; a name that no file can have, or that may not be looked at, is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


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
    except (OSError, ValueError) as error:
        raise BadInputError(f"{shorter(path)}: cannot be read: {reason(error)}") from None
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
    return json_object(read_text(path), str(path))


def json_object(text: str | bytes, where: str) -> dict[str, Any]:
    """A JSON text that holds one object; `where` names it in messages.

    Raises:
        BadInputError: it is no JSON, nested too deeply, or holds something else.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{where}: is not a readable JSON file: {reason(error)}") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{where}: a JSON object is needed, not {type(content).__name__}")
    if nesting(content) > MOST_NESTED:
        raise BadInputError(f"{where}: is nested deeper than {MOST_NESTED} levels")
    return content


def plain(value: Any) -> Any:
    """Data as JSON knows it: a number that is none (NaN, infinite) becomes null."""
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def nesting(value: Any) -> int:
    """How many levels of lists and tables of keys there are, up to just over `MOST_NESTED`."""
    depth, level = 0, [value]
    while level and depth <= MOST_NESTED:
        inner = [entry for entry in level if isinstance(entry, (dict, list))]
        level = [x for entry in inner for x in (entry.values() if isinstance(entry, dict) else entry)]
        depth += bool(inner)
    return depth


def read_toml(path: str | Path) -> dict[str, Any]:
    """The data of a TOML file.

    Raises:
        BadInputError: it cannot be read, or is not TOML.
    """
    text = read_text(path)
    check_toml(text, f"{path}: is not valid TOML")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: is not valid TOML: {reason(error)}") from None


def check_toml(text: str, where: str) -> None:
    """Refuse TOML that a reader would break on: keys of too many parts, numbers of too many digits, deep nesting.

    Raises:
        BadInputError: it is so.
    """
    bare = _TEXTS.sub('""', text)
    if _LONG_KEY.search(bare):
        raise BadInputError(f"{where}: it has a key of more than {MOST_NESTED} parts")
    if _LONG_NUMBER.search(bare):
        raise BadInputError(f"{where}: it has a number of more than a thousand digits")
    depth = 0
    for brackets in _BRACKETS.findall(bare):
        depth = depth + len(brackets) if brackets[0] in "[{" else max(0, depth - len(brackets))
        if depth > MOST_NESTED:
            raise BadInputError(f"{where}: it is nested deeper than {MOST_NESTED} levels")
