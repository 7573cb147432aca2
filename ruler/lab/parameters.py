"""The named parameters: one table feeds sliders, numeric entry, tooltips and files."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ruler.scenario import Scenario
from ruler.scenario.commands import LIVE_KEYS


@dataclass(frozen=True)
class Parameter:
    """A number that can be set in the window.

    Attributes:
        key: as in the scenario file; "lab." keys belong to the window alone.
        label: short name.
        group: heading it stands under.
        low, high: range of its slider; the entry takes whatever the scenario allows.
        unit, help: from the scenario model, or given here for "lab." keys.
        power: how the slider is bent, 1 = straight; 3 gives small values more room.
        whole: whether it is a whole number.
    """

    key: str
    label: str
    group: str
    low: float
    high: float
    unit: str
    help: str
    power: float = 1.0
    whole: bool = False

    @property
    def live(self) -> bool:
        """Whether it changes while the ruler moves; if not, a change lays the ruler out anew."""
        return self.key in LIVE_KEYS or self.key.startswith("lab.")

    def at(self, fraction: float) -> float:
        """Value at a slider position from 0 to 1."""
        value = self.low + (self.high - self.low) * min(1.0, max(0.0, fraction)) ** self.power
        return float(round(value)) if self.whole else float(f"{value:.3g}")

    def fraction(self, value: float) -> float:
        """Slider position of a value, 0 to 1."""
        part = (value - self.low) / (self.high - self.low)
        return float(min(1.0, max(0.0, part)) ** (1.0 / self.power))


def _field(key: str) -> FieldInfo:
    table, name = key.split(".")
    part: Any = Scenario.model_fields[table].annotation
    assert issubclass(part, BaseModel)
    field: FieldInfo = part.model_fields[name]
    return field


def _of_scenario(
    key: str, label: str, group: str, low: float, high: float, power: float = 1.0, whole: bool = False
) -> Parameter:
    field = _field(key)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", "1"))
    short = {"1": "", "N m (s/rad)^viscous_power": "N m (s/rad)^p", "section lengths": "lengths"}.get(unit, unit)
    return Parameter(key, label, group, low, high, short, field.description or "", power, whole)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("lab.speed", "speed", "Hand", 0.01, 1.0, "m/s", "how fast the arrow keys pull", 2.0),
    Parameter("lab.amplitude", "amplitude", "Shake", 0.0, 0.05, "m", "how far tip (S) or table (T) is shaken, rms"),
    Parameter("lab.frequency", "frequency", "Shake", 1.0, 20.0, "Hz", "how fast tip (S) or table (T) is shaken"),
    _of_scenario("hinge.torque", "torque", "Hinge", 0.0, 0.1, power=2.0),
    _of_scenario("hinge.viscous", "viscous", "Hinge", 0.0, 0.2, power=2.0),
    _of_scenario("hinge.viscous_power", "power p", "Hinge", 0.5, 2.5),
    _of_scenario("table.friction", "friction", "Table", 0.0, 1.0),
    _of_scenario("ruler.hinges", "hinges", "Ruler", 1, 40, whole=True),
    _of_scenario("ruler.section_length", "section", "Ruler", 0.05, 0.5),
    _of_scenario("ruler.section_mass", "mass", "Ruler", 0.002, 0.1, power=2.0),
    _of_scenario("ruler.opening", "opening", "Ruler", 0.0, 90.0),
    _of_scenario("hinge.stiffness", "spring", "Ruler", 0.0, 0.1, power=2.0),
    _of_scenario("simulation.rate", "steps", "Simulation", 250, 4000, whole=True),
    _of_scenario("simulation.iterations", "iterations", "Simulation", 5, 60, whole=True),
)

BY_KEY = {parameter.key: parameter for parameter in PARAMETERS}
GROUPS = tuple(dict.fromkeys(parameter.group for parameter in PARAMETERS))
LAB_DEFAULTS = {"lab.speed": 0.05, "lab.amplitude": 0.015, "lab.frequency": 6.0}


def get_value(scenario: Scenario, key: str) -> float:
    """Value of a scenario's parameter; of several openings the first."""
    table, name = key.split(".")
    value = getattr(getattr(scenario, table), name)
    return float(value[0] if isinstance(value, list) else value)


def with_value(scenario: Scenario, key: str, value: float) -> dict[str, Any]:
    """Scenario data with one parameter changed, not yet checked."""
    table, name = key.split(".")
    data = scenario.model_dump()
    data[table][name] = int(value) if BY_KEY[key].whole else float(value)
    return data
