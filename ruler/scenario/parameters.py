"""The numbers that can be set in the window or by a live command, made from the scenario's fields."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.scenario.commands import LIVE_KEYS, Change
from ruler.scenario.messages import describe
from ruler.scenario.model import TABLES, marked
from ruler.scenario.parts import Slider, is_whole, unit_of
from ruler.scenario.scenario import Scenario, torque_problems

# As in the file: a number, one per hinge, or "auto".
Value = float | list[float] | str


@dataclass(frozen=True, kw_only=True)
class Parameter(Slider):
    """A number that can be set in the window, and its slider.

    Attributes:
        key: as in the scenario file; other keys belong to the window alone.
        help: what the number is.
        whole: whether it is a whole number.
        live: whether it changes while the ruler moves; if not, a change lays the ruler out anew.
    """

    key: str
    help: str
    whole: bool = False
    live: bool = True

    def at(self, fraction: float) -> float:
        """Value at a slider position from 0 to 1."""
        value = self.low + (self.high - self.low) * min(1.0, max(0.0, fraction)) ** self.power
        return float(round(value)) if self.whole else float(f"{value:.3g}")

    def fraction(self, value: float) -> float:
        """Slider position of a value, 0 to 1."""
        part = (value - self.low) / (self.high - self.low)
        return float(min(1.0, max(0.0, part)) ** (1.0 / self.power))


def _parameter(key: str, slider: Slider) -> Parameter:
    table, name = key.split(".")
    field = TABLES[table].model_fields[name]
    unit = slider.unit or unit_of(field)
    return Parameter(
        low=slider.low,
        high=slider.high,
        power=slider.power,
        label=slider.label or name,
        group=slider.group or table.capitalize(),
        unit="" if unit == "1" else unit,
        key=key,
        help=field.description or "",
        whole=is_whole(field),
        live=key in LIVE_KEYS,
    )


SLIDERS = {key: _parameter(key, slider) for key, slider in marked(Slider).items()}


def given_value(scenario: Scenario, key: str) -> Value:
    """Value of a scenario's parameter as in the file."""
    table, name = key.split(".")
    value: Value = getattr(getattr(scenario, table), name)
    return value


def get_value(scenario: Scenario, key: str) -> float:
    """Value of a scenario's parameter as one number: the mean over the hinges, what "auto" has chosen."""
    return float(np.mean(np.asarray(given_value(scenario.with_numbers(), key), dtype=np.float64)))


def with_value(scenario: Scenario, key: str, value: Value) -> dict[str, Any]:
    """Scenario data with one parameter changed, not yet checked."""
    table, name = key.split(".")
    data = scenario.model_dump()
    data[table][name] = int(value) if isinstance(value, float) and SLIDERS[key].whole else value
    return data


def changed(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with one live parameter changed; it is stepped as before, whatever "auto" would say now.

    Raises:
        BadInputError: the value is outside the key's range, or not one for each hinge.
    """
    table, name = change.key.split(".")
    part = getattr(scenario, table)
    try:
        new = type(part).model_validate({**part.model_dump(), name: change.value})
    except ValidationError as error:
        raise BadInputError("; ".join(f"{table}.{line}" for line in describe(error, type(part)))) from None
    made = scenario.with_numbers().model_copy(update={table: new})
    for problem in torque_problems("hinge.torque", made.hinge.torque, made.ruler.hinges):
        raise BadInputError(f"{problem.key}: {problem.value}: {problem.text}")
    return made
