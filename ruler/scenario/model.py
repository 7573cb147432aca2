"""The tables of a scenario: WHAT to do, as strict, frozen, plain data, each key checked by itself.

A field carries all that is said of its key (see `parts`); the same text serves `ruler check --schema`,
the error messages and the window. `scenario` puts the tables together and checks what no single key shows.
"""

from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, model_validator

from ruler.scenario.parts import (
    INF,
    LIVE,
    MAX_TIME,
    Slider,
    Slow,
    StrictModel,
    choice,
    exactly_one,
    marks_of,
    not_below,
    quantity,
)

MAX_HINGES = 500
MAX_RATE = 100_000
MAX_ITERATIONS = 1000
# The hinges of such a ruler differ by a factor of four either way (one standard deviation).
MAX_SPREAD = 2.0
MAX_PHASES = 1000
MAX_PATH_POINTS = 1_000_000
MAX_SHAKES = 16
_JUMPS = "greater friction at rest makes jumps, which the slow limit has not"

Mark = TypeVar("Mark")


def _increasing(limits: list[float]) -> list[float]:
    if not limits[0] < limits[1]:
        raise ValueError(f"the first limit must be below the second, for example [0.0, 180.0]; got {limits}")
    return limits


Degrees = Annotated[float, Field(ge=0.0, le=180.0)]
Torque = Annotated[float, Field(ge=0.0, le=1e4)]


class Ruler(StrictModel):
    """The ruler itself: `hinges` hinges join `hinges` + 1 thin uniform rods."""

    hinges: int = quantity(10, "1", "number of hinges = layers compared", Slider(1, 40), ge=1, le=MAX_HINGES)
    section_length: float = quantity(
        0.20, "m", "length of a section", Slider(0.05, 0.5, label="section"), ge=1e-3, le=100.0
    )
    section_mass: float = quantity(
        0.012, "kg", "mass of a full section", Slider(0.002, 0.1, 2.0, label="mass"), ge=1e-6, le=1000.0
    )
    end_sections: float = quantity(0.5, "section lengths", "length of the first and last section", ge=0.05, le=1.0)
    opening: Degrees | list[Degrees] = quantity(
        10.0, "deg", "opening at the start: one number or one per hinge", Slider(0.0, 90.0)
    )
    limits: Annotated[list[Degrees], Field(min_length=2, max_length=2), AfterValidator(_increasing)] = quantity(
        [0.0, 180.0], "deg", "how far a hinge turns: folded, open"
    )


class Hinge(StrictModel):
    """The hinge law: Coulomb friction, friction that grows with speed, a torsion spring."""

    torque: Torque | list[Torque] = quantity(
        0.010, "N m", "Coulomb friction while turning: one number or one per hinge", LIVE, Slider(0.0, 0.1, 2.0)
    )
    spread: float = quantity(
        0.0,
        "1",
        "how uneven the hinges are: relative standard deviation of their torques, drawn from the seed",
        LIVE,
        Slider(0.0, 0.5),
        ge=0.0,
        le=MAX_SPREAD,
    )
    static_torque: float | None = quantity(
        None,
        "N m",
        "friction to start turning; default: torque",
        LIVE,
        Slow(same_as="torque", refused=_JUMPS),
        ge=0.0,
        le=1e4,
    )
    closing_torque: float | None = quantity(None, "N m", "friction while closing; default: torque", ge=0.0, le=1e4)
    viscous: float = quantity(
        0.05,
        "N m (s/rad)^viscous_power",
        "friction that grows with speed: viscous * |w|^viscous_power",
        LIVE,
        Slider(0.0, 0.2, 2.0, unit="N m s^p"),
        Slow(0),
        ge=0.0,
        le=1e4,
    )
    viscous_power: float = quantity(
        1.5, "1", "power of the speed", LIVE, Slider(0.5, 2.5, label="power p"), ge=0.1, le=4.0
    )
    stiffness: float = quantity(
        0.0,
        "N m/rad",
        "torsion spring towards the starting opening",
        Slider(0.0, 0.1, 2.0, label="spring", group="Ruler"),
        Slow(0, refused="the slow limit knows no springs in the hinges"),
        ge=0.0,
        le=1e4,
    )

    _static_not_below_kinetic = not_below("static_torque", "torque")


class Table(StrictModel):
    """The table the ruler lies on, and how its fixed end is held."""

    friction: float = quantity(0.3, "1", "Coulomb coefficient while sliding", LIVE, Slider(0.0, 1.0), ge=0.0, le=10.0)
    static_friction: float | None = quantity(
        None,
        "1",
        "coefficient to start sliding; default: friction",
        LIVE,
        Slow(same_as="friction", refused=_JUMPS),
        ge=0.0,
        le=10.0,
    )
    gravity: float = quantity(9.81, "m/s^2", "gravity, pressing the ruler on the table", LIVE, ge=0.0, le=1000.0)
    tilt: float = quantity(
        0.0,
        "deg",
        "how far the table falls towards +x, the hand's side",
        LIVE,
        Slider(-45.0, 45.0),
        ge=-45.0,
        le=45.0,
    )
    anchor: Literal["pinned", "clamped", "free"] = choice("pinned", "how the outer end of the first section is held")

    _static_not_below_kinetic = not_below("static_friction", "friction")


class Hand(StrictModel):
    """The hand that holds the outer end of the last section (the tip)."""

    grip: Literal["pinned", "clamped"] = choice(
        "pinned",
        "pinned: the tip turns in the hand; clamped: it does not",
        Slow("pinned", refused="the slow limit lets the tip turn in the hand"),
    )
    strength: float = quantity(
        INF,
        "N",
        "the most it can pull; it slips behind beyond that",
        Slow(INF, refused="the slow limit knows no hand that slips"),
        gt=0.0,
        allow_inf_nan=True,
    )
    stiffness: float = quantity(
        INF,
        "N/m",
        "the hand gives like a spring when finite",
        Slow(INF, refused="the slow limit knows no hand that gives"),
        gt=0.0,
        allow_inf_nan=True,
    )
    damping: float = quantity(0.0, "N s/m", "damping of a hand that gives", Slow(0), ge=0.0, le=1e6)


Coordinate = Annotated[float, Field(ge=-MAX_TIME, le=MAX_TIME)]
Point = Annotated[list[Coordinate], Field(min_length=3, max_length=3)]


def _times_increase(path: list[list[float]]) -> list[list[float]]:
    if path[0][0] != 0.0:
        raise ValueError(f"the first point must be at time 0; it is at {path[0][0]} s")
    for i, (before, after) in enumerate(pairwise(path)):
        if not after[0] > before[0]:
            raise ValueError(f"times must increase; point {i + 1} is at {after[0]} s, after {before[0]} s")
    return path


class Pull(StrictModel):
    """What the hand does: exactly one of speed, force and path."""

    speed: float | None = quantity(None, "m/s", "constant speed along +x; negative pushes back", ge=-100.0, le=100.0)
    force: float | None = quantity(None, "N", "constant force along +x", ge=-1e5, le=1e5)
    path: (
        Annotated[list[Point], Field(min_length=2, max_length=MAX_PATH_POINTS), AfterValidator(_times_increase)] | None
    ) = quantity(
        None,
        "s, m, m",
        "a recorded gesture: rows [t, x, y], straight lines between; the first point is where the hand is",
    )

    _exactly_one = exactly_one("speed", "force", "path")


# How each of them moves stands in the mechanics' table of waveforms.
ShakeKind = Literal["noise", "sine", "jerk"]


class LiveShake(StrictModel):
    """A shaking of tip or table, as a command begins or changes it."""

    where: Literal["tip", "table"] = choice("tip", "what is shaken")
    kind: ShakeKind = choice(
        "noise", "noise: random around the frequency; sine: steady; jerk: one quick jerk per period"
    )
    amplitude: float = quantity(
        ..., "m", "noise: rms displacement in each direction; sine and jerk: peak displacement", ge=0.0, le=10.0
    )
    frequency: float = quantity(6.0, "Hz", "frequency (noise: of its resonance)", gt=0.0, le=10_000.0)
    direction: Literal["x", "y", "xy"] = choice("xy", "x is along the pull")


class Shake(LiveShake):
    """One shaking of tip or table in a phase, added to whatever the hand does."""

    envelope: Literal["constant", "fade", "decay"] = choice(
        "constant", "fade: linearly to zero over the phase; decay: exp(-decay t)"
    )
    decay: float = quantity(0.0, "1/s", "rate of the decay envelope", ge=0.0, le=1e4)
    fade_in: float = quantity(0.05, "s", "time to grow to full amplitude", ge=0.0, le=MAX_TIME)
    fade_out: float = quantity(0.15, "s", "time to die away at the end of the phase", ge=0.0, le=MAX_TIME)

    @model_validator(mode="after")
    def _decay_belongs(self) -> "Shake":
        if self.envelope == "decay" and self.decay == 0.0:
            raise ValueError('envelope "decay" needs a decay above 0 (1/s)')
        if self.envelope != "decay" and self.decay != 0.0:
            raise ValueError(f'decay is used only with envelope = "decay"; envelope is "{self.envelope}"')
        return self


class Until(StrictModel):
    """When a phase ends; with both keys, whichever comes first."""

    extension: float | None = quantity(
        None, "full lengths", "distance of the tip from the fixed end along x", ge=0.0, lt=1.0
    )
    time: float | None = quantity(None, "s", "time since the phase began", gt=0.0, le=MAX_TIME)

    @model_validator(mode="after")
    def _at_least_one(self) -> "Until":
        if self.extension is None and self.time is None:
            raise ValueError("give extension or time, for example { extension = 0.55 }")
        return self


class Phase(StrictModel):
    """A stretch of time in which the hand does one thing; without `pull` it holds still."""

    name: str = Field("pull", description="what the phase is called in the recording", min_length=1, max_length=60)
    pull: Pull | None = Field(None, description="what the hand does; nothing: it holds the tip where it is")
    shake: list[Shake] = Field([], description="shakes, added up", max_length=MAX_SHAKES)
    until: Until = Field(..., description="when the phase ends")
    hold: bool = choice(True, "whether the hand holds the tip; if not, the ruler is left to itself or to the mouse")

    @model_validator(mode="after")
    def _pull_needs_hold(self) -> "Phase":
        if not self.hold and (self.pull is not None or any(shake.where == "tip" for shake in self.shake)):
            raise ValueError("hold = false leaves the tip alone: give no pull and no shake of the tip with it")
        return self


class SimulationKeys(StrictModel):
    """The fixed-step simulation."""

    rate: Annotated[int, Field(ge=50, le=MAX_RATE)] | Literal["auto"] = quantity(
        "auto",
        "steps per second",
        "steps per second; auto: enough for this ruler",
        Slider(250, 4000, label="steps", unit="1/s"),
    )
    iterations: Annotated[int, Field(ge=1, le=MAX_ITERATIONS)] | Literal["auto"] = quantity(
        "auto", "1", "solver iterations per step; auto: enough for this ruler", Slider(5, 60)
    )


class RecordingKeys(StrictModel):
    """How much of it is kept."""

    rate: float = quantity(100.0, "1/s", "samples per second, at most one a step", gt=0.0, le=MAX_RATE)


TABLES: dict[str, type[StrictModel]] = {
    "ruler": Ruler,
    "hinge": Hinge,
    "table": Table,
    "hand": Hand,
    "simulation": SimulationKeys,
    "recording": RecordingKeys,
}


def marked(kind: type[Mark]) -> dict[str, Mark]:
    """Every key of a table, such as "hinge.torque", that has a mark of this kind: `Live`, `Slider` or `Slow`."""
    return {
        f"{table}.{name}": mark
        for table, model in TABLES.items()
        for name, field in model.model_fields.items()
        for mark in marks_of(field)
        if isinstance(mark, kind)
    }
