"""The mouse: a pointer that glides over the table and pulls a section by a capped spring."""

import math
from dataclasses import dataclass

from ruler.scenario.hinges import hinge_torques
from ruler.scenario.scenario import Scenario
from ruler.scenario.stepping import greatest_stiffness

# A hand that gives: stiff enough to shake the ruler with, soft enough not to hurt it.
STIFFNESS = 300.0
DAMPING = 2.0
STANDARD_GRAVITY = 9.81
# The most it pulls, in weights of the ruler, and what it takes to turn a stiff hinge, in hinge
# torques over half a section; enough for any pull, too little to tear a light ruler apart.
STRENGTH_IN_WEIGHTS = 3.0
STRENGTH_IN_TORQUES = 10.0
# A hand does not move faster than this, m/s, however fast the mouse does.
FASTEST = 2.0


@dataclass(frozen=True)
class Hold:
    """The spring between a hand and what it holds: N/m, N s/m, the most it pulls, N, and a force along +x, N."""

    stiffness: float
    damping: float
    strength: float
    push: float = 0.0


def pointer_hold(scenario: Scenario, rate: float) -> Hold:
    """The pointer's spring for this ruler: softer for a ruler so light that a step could not follow it."""
    ruler = scenario.ruler
    greatest = 0.5 * greatest_stiffness(ruler, rate)
    weight = STANDARD_GRAVITY * ruler.section_mass * (ruler.hinges - 1 + 2 * ruler.end_sections)
    turning = float(hinge_torques(scenario).opening.max()) / (0.5 * ruler.section_length)
    return Hold(min(STIFFNESS, greatest), DAMPING, STRENGTH_IN_WEIGHTS * weight + STRENGTH_IN_TORQUES * turning)


class Pointer:
    """Where the pointer is: it glides in straight lines from one commanded place to the next.

    Args:
        farthest: the most it can go in a step, m.

    Attributes:
        section: index of the section it holds, from the fixed end.
        along: where on the section, 0 = inner end, 1 = outer end.
        x, y: where it is, m.
    """

    def __init__(self, section: int, along: float, x: float, y: float, farthest: float) -> None:
        self.section, self.along = section, along
        self.x, self.y = x, y
        self._goal = (x, y)
        self._left = 0
        self._farthest = farthest

    def glide(self, x: float, y: float, steps: int) -> None:
        """Be at x, y (m) after so many steps."""
        self._goal, self._left = (x, y), steps

    def take(self, count: int) -> list[tuple[float, float]]:
        """Where it is now and after each of the next `count` steps, m; afterwards they have gone by."""
        places = [(self.x, self.y)]
        for _ in range(count):
            self._advance()
            places.append((self.x, self.y))
        return places

    def _advance(self) -> None:
        if (self.x, self.y) == self._goal:
            return
        left = max(1, self._left)
        self._left = left - 1
        dx, dy = (self._goal[0] - self.x) / left, (self._goal[1] - self.y) / left
        far = math.hypot(dx, dy)
        if far > self._farthest:
            dx, dy = dx * self._farthest / far, dy * self._farthest / far
            self.x, self.y = self.x + dx, self.y + dy
        else:
            # Land exactly on the goal, whatever rounding has done on the way.
            self.x, self.y = (self.x + dx, self.y + dy) if self._left else self._goal
