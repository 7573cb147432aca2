"""All numbers that can be set in the window: the scenario's, and those that belong to the window alone."""

from dataclasses import replace

import numpy as np

from ruler.errors import BadInputError
from ruler.lab.i18n import _
from ruler.scenario import Scenario
from ruler.scenario.hinges import hinge_factors
from ruler.scenario.parameters import SLIDERS, Parameter, Value

# What belongs to the window alone begins with "lab.".
LAB_PARAMETERS = (
    Parameter(0.01, 1.0, 2.0, "speed", "Hand", "m/s", key="lab.speed", help="how fast the arrow keys pull"),
    Parameter(
        0.0,
        0.05,
        label="amplitude",
        group="Shake",
        unit="m",
        key="lab.amplitude",
        help="how far tip (S) or table (T) is shaken, rms",
    ),
    Parameter(
        1.0,
        20.0,
        label="frequency",
        group="Shake",
        unit="Hz",
        key="lab.frequency",
        help="how fast tip (S) or table (T) is shaken",
    ),
)
# A tip shaken by 17.5 mm opens the standard ruler evenly at any speed of a hand from 0.08 to 0.3 m/s, also when it has
# been shaken in place for some seconds first: less does not even out a quick pull, more makes the fixed end open first.
LAB_DEFAULTS = {"lab.speed": 0.05, "lab.amplitude": 0.0175, "lab.frequency": 6.0}
PARAMETERS = (*LAB_PARAMETERS, *SLIDERS.values())
BY_KEY = {parameter.key: parameter for parameter in PARAMETERS}
# In this order, and below them whatever a scenario's field names besides.
GROUPS = tuple(dict.fromkeys(("Hand", "Shake", "Hinge", "Table", "Ruler", *(p.group for p in PARAMETERS))))

_HINGE = "hinge.torque."


def hinge_key(hinge: int) -> str:
    """Key of the own torque of one hinge, counted from 0."""
    return f"{_HINGE}{hinge + 1}"


def hinge_parameter(hinge: int, number: int) -> Parameter:
    """The own torque of one hinge, counted from 0, which bears a number in the window."""
    return replace(
        BY_KEY["hinge.torque"],
        key=hinge_key(hinge),
        label=_("hinge {number} torque").format(number=number),
        help=_("Coulomb friction of hinge {number} alone").format(number=number),
    )


def hinge_of(key: str) -> int | None:
    """The hinge, counted from 0, of which the key is the own torque; None for another key."""
    return int(key.removeprefix(_HINGE)) - 1 if key.startswith(_HINGE) else None


def lab_values(scenario: Scenario) -> dict[str, float]:
    """What the window's own numbers begin with: as the scenario's hand pulls and shakes, where it does."""
    values = dict(LAB_DEFAULTS)
    pulls = [abs(phase.pull.speed) for phase in scenario.phase if phase.pull is not None and phase.pull.speed]
    shakes = [shake for phase in scenario.phase for shake in phase.shake if shake.amplitude > 0.0]
    if pulls:
        values["lab.speed"] = pulls[0]
    if shakes:
        values |= {"lab.amplitude": shakes[0].amplitude, "lab.frequency": shakes[0].frequency}
    return values


def torques_with(scenario: Scenario, hinge: int, value: Value) -> list[float]:
    """What `hinge.torque` must be for one hinge, from 0, alone to get this torque, its factor included."""
    factors = hinge_factors(scenario)
    own = np.array(np.broadcast_to(np.asarray(scenario.hinge.torque, dtype=np.float64), factors.shape))
    own[hinge] = np.asarray(value, dtype=np.float64) / factors[hinge]
    each: list[float] = own.tolist()
    return each


def check_lab_value(key: str, value: float, steps_per_second: int) -> None:
    """That the window's own number can be this.

    Raises:
        BadInputError: it cannot.
    """
    parameter = BY_KEY[key]
    if not 0.0 <= value <= 10.0 * parameter.high:
        raise BadInputError(f"{parameter.label}: {value:g}: must be 0 to {10.0 * parameter.high:g} {parameter.unit}")
    if key == "lab.frequency" and not 0.1 <= value <= steps_per_second / 8:
        raise BadInputError(f"frequency: {value:g}: must be 0.1 to {steps_per_second / 8:g} Hz")
