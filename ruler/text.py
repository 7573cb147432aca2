"""How numbers, tables and choices are put into words, in one way."""

import difflib
from collections.abc import Iterable, Sequence

# Loads whose standard deviation is at most this part of their mean are shared evenly, for rulers,
# chains and networks alike; a centre of load so near the middle leans to neither end.
STRAIGHT = 0.25
CENTRED = 0.05

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


def number(value: float | None, form: str = ".2f") -> str:
    """A number in a format such as "+.2f", never as minus zero; "-" where there is none."""
    if value is None:
        return "-"
    text = f"{value:{form}}"
    return f"{0.0:{form}}" if float(text) == 0.0 else text


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


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Text in columns two spaces apart: the last column to the left, the others to the right."""
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header) - 1)]
    return "\n".join(
        "  ".join([*(cell.rjust(width) for cell, width in zip(line[:-1], widths, strict=True)), line[-1]]).rstrip()
        for line in lines
    )
