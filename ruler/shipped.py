"""Where the files that ship with the program are: scenarios, network tables, sweeps, fonts; found by name.

They live at the top level of a checkout and inside the package of an installed wheel; both are
found relative to this file, so the working directory never matters.
"""

from collections.abc import Mapping
from pathlib import Path

from ruler.errors import BadInputError
from ruler.text import suggest

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The shipped folder of this name ("scenarios" or "assets")."""
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def by_name(folder: Path, ending: str) -> dict[str, Path]:
    """Name and file of every shipped thing in a folder, in alphabetical order."""
    return {path.stem: path for path in sorted(folder.glob(f"*{ending}"))}


def find(name: str | Path, known: Mapping[str, Path], what: str) -> Path:
    """The file a user means: a path, or the name of something that ships.

    A file goes before what ships under its name; a folder does not.

    Args:
        name: what the user wrote.
        known: name and file of everything of this kind that ships.
        what: its kind, as in "scenario".

    Raises:
        BadInputError: there is neither such a file nor such a name.
    """
    path = Path(name)
    try:
        if path.is_file() or (path.exists() and str(name) not in known):
            return path
    except OSError as error:
        raise BadInputError(f"{name}: cannot be used: {error.strerror or error}") from None
    if str(name) in known:
        return known[str(name)]
    hint = suggest(str(name), known, "the shipped ones are:")
    raise BadInputError(f"{name}: there is no such file and no shipped {what} of this name; {hint}")
