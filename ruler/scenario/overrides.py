"""`--set KEY=VALUE`: change a scenario before it runs. VALUE is TOML; a bare word is a text."""

import copy
import tomllib
from typing import Any

from ruler.errors import BadInputError
from ruler.scenario.paths import put


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
        put(changed, key.strip(), _value(text.strip()), f"--set {override!r}")
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
