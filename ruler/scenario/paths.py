"""Dotted keys, such as "phase.0.pull.speed", in plain data: tables of keys and lists numbered from 0."""

from collections.abc import Iterator, Mapping
from typing import Any

from ruler.errors import BadInputError


def get(data: Any, key: str) -> Any:
    """What is at a dotted key; None if there is nothing."""
    here = data
    for part in key.split("."):
        try:
            here = here[int(part)] if isinstance(here, list) and part.isdecimal() else here[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return here


def put(data: dict[str, Any], key: str, value: Any, where: str) -> None:
    """Set a dotted key; tables that are missing are made, entries of lists are not.

    Args:
        data: changed in place.
        key: the dotted key.
        value: set as it is.
        where: what asks for it, for messages.

    Raises:
        BadInputError: the key leads nowhere.
    """
    here: Any = data
    *above, last = key.split(".")
    for i, part in enumerate(above):
        slot = _slot(here, part, ".".join(above[:i]), where)
        if isinstance(here, dict):
            here.setdefault(slot, {})
        here = here[slot]
    here[_slot(here, last, ".".join(above), where)] = value


def _slot(here: Any, part: str, above: str, where: str) -> int | str:
    if isinstance(here, dict):
        return part
    if not isinstance(here, list):
        raise BadInputError(f"{where}: {above} holds a value, not keys")
    if not part.isascii() or not part.isdigit() or int(part) >= len(here):
        raise BadInputError(f"{where}: {above} has {len(here)} entries, numbered from 0; {part!r} is not one of them")
    return int(part)


def flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values of a nested table; lists are values."""
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
