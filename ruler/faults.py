"""Faults of the program itself: what happened goes into a file, to be reported."""

import platform
import sys
import tempfile
import traceback

from ruler._version import __version__


def keep_details(error: BaseException) -> str:
    """Write the traceback to a file; returns where it is, for the user."""
    text = "\n".join(
        (
            f"folding-ruler {__version__}, {platform.platform()}, Python {platform.python_version()}",
            f"arguments: {sys.argv[1:]!r}",
            "".join(traceback.format_exception(error)),
        )
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", prefix="folding-ruler-fault-", suffix=".txt", delete=False
        ) as file:
            file.write(text)
    except OSError:
        return "please report it"
    return f"the details are in {file.name}, please report them"
