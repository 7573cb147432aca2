"""The mouse: a pointer that glides over the table and pulls a section by a capped spring."""

from dataclasses import dataclass

from ruler.scenario.checks import greatest_stiffness
from ruler.scenario.model import Scenario

# A hand that gives: stiff enough to shake the ruler with, soft enough not to hurt it.
STIFFNESS = 300.0
DAMPING = 2.0
STRENGTH = 20.0


@dataclass(frozen=True)
class Spring:
    """The spring between pointer and section: N/m, N s/m, and the most it pulls, N."""

    stiffness: float
    damping: float
    strength: float


def pointer_spring(scenario: Scenario) -> Spring:
    """The pointer's spring for this ruler: softer for a ruler so light that a step could not follow it."""
    greatest = 0.5 * greatest_stiffness(scenario.ruler, scenario.simulation.rate)
    return Spring(min(STIFFNESS, greatest), DAMPING, STRENGTH)


class Pointer:
    """Where the pointer is: it glides in straight lines from one commanded place to the next.

    Attributes:
        section: index of the section it holds, from the fixed end.
        along: where on the section, 0 = inner end, 1 = outer end.
        x, y: where it is, m.
    """

    def __init__(self, section: int, along: float, x: float, y: float) -> None:
        self.section, self.along = section, along
        self.x, self.y = x, y
        self._goal = (x, y)
        self._left = 0

    def glide(self, x: float, y: float, steps: int) -> None:
        """Be at x, y (m) after so many steps."""
        self._goal, self._left = (x, y), steps

    def advance(self) -> tuple[float, float]:
        """Go one step further; returns how far it went, m."""
        if self._left == 0:
            return 0.0, 0.0
        dx, dy = (self._goal[0] - self.x) / self._left, (self._goal[1] - self.y) / self._left
        self._left -= 1
        # Land exactly on the goal, whatever rounding has done on the way.
        self.x, self.y = (self.x + dx, self.y + dy) if self._left else self._goal
        return dx, dy
