"""`--set KEY=VALUE`: change a scenario before it runs. VALUE is TOML; a bare word is a text."""

import copy
import tomllib
from typing import Any

from ruler.errors import BadInputError


def apply_overrides(data: dict[str, Any], overrides: list[str]) -> dict[str, Any]:
    """A copy of the scenario data with each "key.path=value" set.

    Args:
        data: the scenario as plain TOML data.
        overrides: texts such as "hinge.torque=0.02" or "phase.0.pull.speed=0.3".

    Raises:
        BadInputError: an override that is not KEY=VALUE, or a path that leads nowhere.
    """
    changed = copy.deepcopy(data)
    for override in overrides:
        key, separator, text = override.partition("=")
        if not separator or not key.strip():
            raise BadInputError(
                f"--set {override!r}: must be KEY=VALUE, for example --set hinge.torque=0.02 or "
                "--set phase.0.pull.speed=0.3"
            )
        _set(changed, key.strip().split("."), _value(text.strip()), override)
    return changed


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return _number_or_text(text)


def _number_or_text(text: str) -> float | str:
    """What TOML refuses but people type: ".5" and "5." are numbers, a bare word is a text."""
    try:
        return float(text)
    except ValueError:
        return text


def _set(data: dict[str, Any], path: list[str], value: Any, override: str) -> None:
    here: Any = data
    for i, part in enumerate(path[:-1]):
        here = _enter(here, part, ".".join(path[:i]), override)
    last = path[-1]
    if isinstance(here, list):
        here[_index(here, last, ".".join(path[:-1]), override)] = value
    elif isinstance(here, dict):
        here[last] = value
    else:
        raise BadInputError(f"--set {override!r}: {'.'.join(path[:-1])} holds a value, not keys")


def _enter(here: Any, part: str, above: str, override: str) -> Any:
    if isinstance(here, list):
        return here[_index(here, part, above, override)]
    if isinstance(here, dict):
        return here.setdefault(part, {})
    raise BadInputError(f"--set {override!r}: {above} holds a value, not keys")


def _index(entries: list[Any], part: str, above: str, override: str) -> int:
    if not part.isascii() or not part.isdigit() or int(part) >= len(entries):
        raise BadInputError(
            f"--set {override!r}: {above} has {len(entries)} entries, numbered from 0; {part!r} is not one of them"
        )
    return int(part)
