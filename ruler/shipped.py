"""Where the files that ship with the program are: scenarios, network tables, fonts.

They live at the top level of a checkout and inside the package of an installed wheel; both are
found relative to this file, so the working directory never matters.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The shipped folder of this name ("scenarios" or "assets")."""
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
