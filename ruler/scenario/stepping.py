"""How finely a run is stepped: the numbers in the file, or those that "auto" chooses for the ruler."""

from typing import TYPE_CHECKING, NamedTuple

from ruler.scenario.model import Ruler

if TYPE_CHECKING:
    from ruler.scenario.scenario import Scenario

# Enough for the standard ruler and all that are as calm.
RATE = 1000
ITERATIONS = 10


class Stepping(NamedTuple):
    """How finely a run is stepped.

    Attributes:
        rate: steps per second.
        iterations: of the solver in each step.
    """

    rate: int
    iterations: int


def stepping(scenario: "Scenario") -> Stepping:
    """Steps and iterations of a run: as given, or as chosen where the scenario says "auto"."""
    given = scenario.simulation
    return Stepping(
        rate=RATE if given.rate == "auto" else given.rate,
        iterations=ITERATIONS if given.iterations == "auto" else given.iterations,
    )


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
