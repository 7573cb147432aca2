"""How numbers, tables and choices are put into words, in one way."""

import difflib
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from ruler.errors import BadInputError

# Loads whose standard deviation is at most this part of their mean are shared evenly, for rulers,
# chains and networks alike; a centre of load so near the middle leans to neither end.
STRAIGHT = 0.25
CENTRED = 0.05
# Rows of a table that a terminal shows.
MOST_ROWS = 60

REGIMES = {
    "straight": "straight, every layer does its share",
    "concave": "concave, the deep layers do the work",
    "convex": "convex, the early layers do the work",
    "uneven": "uneven, but neither end does the work",
    "-": "nothing to read",
}


def regime(unevenness: float | None, center_of_load: float | None) -> str:
    """The shape of a load curve in a word, a key of `REGIMES`.

    Straight up to an unevenness of `STRAIGHT`; else concave or convex by the side of the middle on
    which the centre of load is, "uneven" within `CENTRED` of it, and "-" when there is no load.
    """
    if unevenness is None or center_of_load is None:
        return "-"
    if unevenness <= STRAIGHT:
        return "straight"
    if abs(center_of_load - 0.5) <= CENTRED:
        return "uneven"
    return "concave" if center_of_load > 0.5 else "convex"


def number(value: float | None, form: str = ".2f", missing: str = "-") -> str:
    """A number in a format such as "+.2f", never as minus zero; `missing` where there is none."""
    if value is None:
        return missing
    text = f"{value:{form}}"
    return f"{0 * abs(value):{form}}" if float(text) == 0.0 else text


def interval(value: float | None, low: float | None, high: float | None, form: str = ".2f") -> str:
    """A number and between which bounds it lies: "0.80 [0.74, 0.88]"; the number alone without them."""
    text = number(value, form)
    return text if low is None or high is None else f"{text} [{number(low, form)}, {number(high, form)}]"


def plus_minus(value: float | None, spread: float | None, form: str = ".2f") -> str:
    """A number and how far it spreads: "0.80 +- 0.02"; the number alone without a spread."""
    text = number(value, form)
    return text if value is None or spread is None else f"{text} +- {number(spread, form)}"


def count(amount: int, what: str) -> str:
    """How many there are: "1 layer", "7 layers"."""
    return f"{amount} {what}" + ("" if amount == 1 else "s")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped one is most like, or None."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return near[0] if near else None


def suggest(name: str, known: Iterable[str], otherwise: str = "there are") -> str:
    """What a mistyped name may have meant: "did you mean 'steady'?", or all names that are known."""
    names = list(known)
    near = nearest(name, names)
    return f"did you mean {near!r}?" if near is not None else f"{otherwise} {', '.join(names) or 'none'}"


def check_known(what: str, name: str, known: Iterable[str]) -> None:
    """Refuse a name that is none of those known.

    Raises:
        BadInputError: it is not; `what` it was to be is said, and the nearest or all that are known.
    """
    names = list(known)
    if name not in names:
        raise BadInputError(f"{what}: {name!r} is not known; {suggest(name, names)}")


def bar(part: float, width: int = 20) -> str:
    """A part from 0 to 1 as a bar."""
    filled = min(width, max(0, round(part * width)))
    return "█" * filled + "·" * (width - filled)


def duration(seconds: float) -> str:
    """A time in words: "40 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


Column = tuple[str, Collection[Any] | None] | tuple[str, Collection[Any] | None, str]


def table(*columns: Column, see: str = "") -> str:
    """Columns two spaces apart.

    Args:
        columns: title and cells of each (None: all are missing), and the format of its numbers,
            which are then to the right; text among them stays. ">": text to the right; without it, to the left.
        see: where all rows are, when only the first `MOST_ROWS` are wanted here.
    """
    rows = max(len(cells) for _, cells, *_ in columns if cells is not None)
    shown = min(rows, MOST_ROWS) if see else rows
    lines = ["  ".join(line).rstrip() for line in zip(*(_written(shown, *column) for column in columns), strict=True)]
    return "\n".join(lines if shown == rows else [*lines, f"  ... {rows - shown} more; see {see}"])


def _written(rows: int, title: str, cells: Collection[Any] | None, form: str = "") -> list[str]:
    """Title and cells of a column, equally wide."""
    wanted = [None] * rows if cells is None else list(cells)[:rows]
    texts = [title, *(cell if isinstance(cell, str) else number(cell, form) for cell in wanted)]
    width = max(map(len, texts))
    return [f"{text:{'>' if form else '<'}{width}}" for text in texts]


def clean(text: str) -> str:
    r"""A text that does no harm to a terminal or figure: control characters but line breaks are spelt out, as \x1b."""
    harmful = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return "".join(
        sign if sign in "\n\t" or unicodedata.category(sign) not in harmful else ascii(sign)[1:-1] for sign in text
    )


def shorter(text: object, most: int = 120) -> str:
    """A path or value for a message; the middle of a very long one is left out."""
    shown = str(text)
    return shown if len(shown) <= most else f"{shown[: most // 2]}...{shown[-most // 2 :]}"


def reason(error: BaseException) -> str:
    """What an error says, in one line of a bounded length."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return shorter(" ".join(text.split()), 300)
