"""What commands say reaches through here any terminal, file or pipe, whatever its encoding, and does no harm there."""

import codecs
import sys
import unicodedata
import warnings

from ruler.errors import InaccurateWarning
from ruler.text import clean

# How signs are written where the output has none of them.
_SIGNS = {"█": "#", "·": ".", "°": " deg", "→": "->", **dict(zip("▁▂▃▄▅▆▇", "1234567", strict=True))}
_HANDLER = "ruler.plainly"


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What is written for signs that the output's encoding has not: the like of them, or question marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    asked = error.object[error.start : error.end]
    like = unicodedata.normalize("NFKD", "".join(_SIGNS.get(sign, sign) for sign in asked))
    return like.encode("ascii", "ignore").decode() or "?" * len(asked), error.end


def prepare() -> None:
    """Let standard output and error show what they can, and the like of what they cannot."""
    codecs.register_error(_HANDLER, _plainly)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)
    warnings.showwarning = _show_warning


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Warnings of ours are lines like others; those of libraries are not for users."""
    if issubclass(category, InaccurateWarning):
        say(f"ruler: {message}", error=True)


def say(text: str = "", error: bool = False) -> None:
    """Print a text, on standard error if it is one; control characters, which come from files, are spelt out."""
    print(clean(text), file=sys.stderr if error else sys.stdout)
