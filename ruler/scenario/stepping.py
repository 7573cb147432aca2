"""How finely a run is stepped: the numbers in the file, or those that "auto" chooses for the ruler.

Measured on calm pulls, what openings and energy account miss falls as rate^-1.8 / iterations. `fineness` is
that, 1 for the standard ruler's steps. Each demand is a power law along the upper edge of what measured
rulers needed for an account within 0.5 %; docs/model.md has the table.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ruler.scenario.hinges import hinge_torques
from ruler.scenario.model import LiveShake, Ruler, SimulationKeys

if TYPE_CHECKING:
    from ruler.scenario.scenario import Scenario

# What "auto" chooses from. The first of each is enough for the standard ruler and all that are as calm.
# A higher rate buys more than more iterations at the same price, so it is raised first.
RATES = (1000, 2000, 4000, 8000, 16000)
ITERATIONS = (10, 20, 40)
# Taken only for springs, samples and shakes that a lower rate cannot follow.
QUICK_RATES = (*RATES, 32000, 64000)
RATE_GAIN = 1.8
# Steps in a period of a shake.
STEPS_PER_PERIOD = 8

# Where the demands begin. Friction is measured by the turning speed, rad/s, that it takes from a section in a
# thousandth of a second; that which grows with speed counts at this turning speed, rad/s, of a hinge.
_CALM_FRICTION, _CALM_END_FRICTION, _CALM_VISCOUS = 0.8, 3.0, 25.0
_HINGE_SPEED = 4.0
_CALM_HINGES = 25
_CALM_END = 0.15
# A shaken tip whips the sections about: the speed, rad/s, that its acceleration gives a section in a thousandth
# of a second.
_CALM_WHIP = 0.05
# Hinges that are stiffer still hardly turn at all: they ask for no more.
_MOST_FOR_FRICTION, _MOST_FOR_END_FRICTION = 140.0, 30.0


class Demand(NamedTuple):
    """What one property of the ruler asks of the steps.

    Attributes:
        amount: how fine they must be (1 = as the standard ruler's), or how many a second.
        reason: the property, in words.
    """

    amount: float
    reason: str


_CALM = Demand(1.0, "a calm ruler, like the standard one")


class Stepping(NamedTuple):
    """How finely a run is stepped.

    Attributes:
        rate: steps per second.
        iterations: of the solver in each step.
        chosen: which of the two "auto" has chosen.
        reason: which property of the ruler decided, in words.
        shortfall: by which factor the steps are too coarse for the ruler, 1 when they are not.
    """

    rate: int
    iterations: int
    chosen: tuple[str, ...]
    reason: str
    shortfall: float

    def __str__(self) -> str:
        """In words, for `ruler check` and the like."""
        how = " and ".join(self.chosen)
        text = f"{self.rate} steps a second of {self.iterations} iterations"
        text += f" ({how} chosen: {self.reason})" if how else " (as given)"
        if self.shortfall > 1.0:
            text += f"; {self.shortfall:.2g} times too coarse: {self.reason}"
        return text


def fineness(rate: float, iterations: float) -> float:
    """How fine steps are; 1 for 1000 a second of 10 iterations."""
    return float((rate / RATES[0]) ** RATE_GAIN * iterations / ITERATIONS[0])


def stepping(scenario: "Scenario") -> Stepping:
    """Steps and iterations of a run: as given, or as "auto" chooses."""
    given = scenario.simulation
    chosen = tuple(name for name in ("rate", "iterations") if getattr(given, name) == "auto")
    if scenario.command:
        # Commands are stamped in steps, and sessions that do not say how long these are were made with the first.
        rate = RATES[0] if given.rate == "auto" else given.rate
        iterations = ITERATIONS[0] if given.iterations == "auto" else given.iterations
        return Stepping(rate, iterations, chosen, "a recorded session", 1.0)
    finest = max(_CALM, *_fineness_demands(scenario), key=lambda demand: demand.amount)
    # A calm ruler asks for no more iterations, however few steps the file gives it.
    needed = 0.0 if finest is _CALM else finest.amount
    quickest = max(_rate_demands(scenario), key=lambda demand: demand.amount)
    pairs = [
        (rate, its) for its in _iterations(given, scenario.ruler.hinges) for rate in _rates(given, quickest.amount)
    ]
    rate, iterations = next((pair for pair in pairs if fineness(*pair) >= needed), pairs[-1])
    decided = quickest if quickest.amount > RATES[0] and rate == pairs[0][0] else finest
    return Stepping(rate, iterations, chosen, decided.reason, max(1.0, needed / fineness(rate, iterations)))


def _iterations(given: SimulationKeys, hinges: int) -> tuple[int, ...]:
    """What the iterations can be: more hinges in a row take more of them to hear of each other."""
    if given.iterations != "auto":
        return (given.iterations,)
    return ITERATIONS if hinges <= _CALM_HINGES else ITERATIONS[1:]


def _rates(given: SimulationKeys, least: float) -> tuple[int, ...]:
    if given.rate != "auto":
        return (given.rate,)
    enough = tuple(rate for rate in RATES if rate >= least)
    return enough or (next((rate for rate in QUICK_RATES if rate >= least), QUICK_RATES[-1]),)


def _fineness_demands(scenario: "Scenario") -> Iterator[Demand]:
    ruler, hinge, table = scenario.ruler, scenario.hinge, scenario.table
    # Friction against the inertia of a section about its centre, m L^2 / 12.
    slowing = 12.0 / RATES[0] / (ruler.section_mass * ruler.section_length**2)
    torques = hinge_torques(scenario)
    torque = float(max(torques.static.max(), torques.closing.max()))
    # An end section turns about its joint, m L^2 / 3.
    end_spin = slowing * torque / (4.0 * min(1.0, ruler.end_sections) ** 3)
    # The table acts at +-L/4 and counts double: without friction in the hinges nothing else damps a section.
    torque += table.friction * ruler.section_mass * table.gravity * 0.5 * ruler.section_length
    spin = slowing * torque
    whip = _hardest_shake(scenario) / (RATES[0] * ruler.section_length)
    takes = f"friction takes {spin:.3g} rad/s from a section in a thousandth of a second"
    yield Demand(min((spin / _CALM_FRICTION) ** 2, _MOST_FOR_FRICTION), takes)
    yield Demand(
        min((spin / _CALM_FRICTION) ** 2.5 * whip / _CALM_WHIP, _MOST_FOR_FRICTION),
        f"{takes}, and the shaken tip gives it {whip:.2g}",
    )
    viscous = slowing * hinge.viscous * _HINGE_SPEED ** (hinge.viscous_power - 1.0)
    yield Demand((viscous / _CALM_VISCOUS) ** 1.4, f"viscous friction of {hinge.viscous:g} on sections so light")
    yield Demand(
        min((end_spin / _CALM_END_FRICTION) ** 1.5, _MOST_FOR_END_FRICTION),
        f"the hinges' friction takes {end_spin:.3g} rad/s from an end section in a thousandth of a second",
    )
    yield Demand(ruler.hinges / _CALM_HINGES, f"{ruler.hinges} hinges in a row")
    yield Demand((_CALM_END / ruler.end_sections) ** 1.7, f"end sections of {ruler.end_sections:g} of a length")


def _hardest_shake(scenario: "Scenario") -> float:
    """The greatest acceleration with which the tip is shaken, m/s^2; what a table passes on is bounded by friction."""
    tips = (shake for _, shake in all_shakes(scenario) if shake.where == "tip")
    return max((shake.amplitude * math.tau**2 * shake.frequency**2 for shake in tips), default=0.0)


def _rate_demands(scenario: "Scenario") -> Iterator[Demand]:
    hand, hinge = scenario.hand.stiffness, scenario.hinge.stiffness
    yield Demand(scenario.recording.rate, f"{scenario.recording.rate:g} samples a second")
    if math.isfinite(hand):
        yield Demand(math.sqrt(hand / greatest_stiffness(scenario.ruler, 1.0)), f"a hand of {hand:g} N/m")
    yield Demand(math.sqrt(hinge / greatest_spring(scenario.ruler, 1.0)), f"springs of {hinge:g} N m/rad")
    for _, shake in all_shakes(scenario):
        yield Demand(STEPS_PER_PERIOD * shake.frequency, f"shaking at {shake.frequency:g} Hz")


def all_shakes(scenario: "Scenario") -> Iterator[tuple[str, LiveShake]]:
    """Every shake, with its key in the file."""
    for i, phase in enumerate(scenario.phase):
        for j, shake in enumerate(phase.shake):
            yield f"phase.{i}.shake.{j}", shake
    for i, command in enumerate(scenario.command):
        if command.shake is not None:
            yield f"command.{i}.shake", command.shake


def greatest_spring(ruler: Ruler, rate: float) -> float:
    """The stiffest torsion spring, N m/rad, that a hinge can have at this step rate: k dt^2 / J = 2.

    J = m L^2 / 3 is the moment of inertia of the lightest section, m, L, about its end. A single such section
    would stay stable up to 4; rulers of many, without friction, were seen to break between 2.5 and 5.
    """
    shortest = min(1.0, ruler.end_sections)
    moment = shortest**3 * ruler.section_mass * ruler.section_length**2 / 3.0
    return 2.0 * moment * rate**2


def greatest_stiffness(ruler: Ruler, rate: float) -> float:
    """The stiffest spring, N/m, that can hold the tip at this step rate: k K dt^2 = 1.

    K = 4 / m is the greatest inverse mass at the end of a free uniform rod of mass m.
    """
    mass = ruler.section_mass * ruler.end_sections
    return mass * rate**2 / 4.0
