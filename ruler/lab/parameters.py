"""All numbers that can be set in the window: the scenario's, and those that belong to the window alone."""

from dataclasses import replace

from ruler.lab.i18n import _
from ruler.scenario.parameters import SLIDERS, Parameter

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
