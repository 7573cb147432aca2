"""The user's hand on the ruler: where mouse, arrow keys or the pull on request take it, and how fast it goes."""

import math
from dataclasses import dataclass

# A pull slower than this is one in which only the outer hinges open; quicker, more and more of them take part, m/s.
SLOW = 0.10
# The standard hand, as the shipped scenarios pull: steadily, or quickly when the tip is shaken, m/s.
STEADY_SPEED, SHAKEN_SPEED = 0.05, 0.15
# The standard hand pulls to this part of the full length.
STANDARD_EXTENSION = 0.55
# The speed shown is a mean over about so long, s.
_SMOOTHING = 0.25

Point = tuple[float, float]


@dataclass(frozen=True)
class OwnPull:
    """A pull that the hand does by itself.

    Attributes:
        speed: m/s along +x.
        goal: where it ends, x in m.
    """

    speed: float
    goal: float


class Hand:
    """Where the hand is asked to be, step by step.

    Attributes:
        place: where it is, m; None while it holds nothing.
        keys: where the arrow keys pull, right and up; 0, 0 for nowhere.
        own: the pull that it does by itself, or None.
        speed: how fast it goes lately, shaking left out, m/s.
    """

    def __init__(self) -> None:
        self.place: Point | None = None
        self.keys: Point = (0.0, 0.0)
        self.own: OwnPull | None = None
        self.speed = 0.0
        self._told: Point | None = None

    def grab(self, x: float, y: float) -> None:
        """It has taken hold at x, y (m)."""
        self.place = self._told = (x, y)
        self.keys, self.own, self.speed = (0.0, 0.0), None, 0.0

    def release(self) -> None:
        """It has let go."""
        self.place = self._told = self.own = None
        self.keys, self.speed = (0.0, 0.0), 0.0

    def drag(self, x: float, y: float) -> None:
        """The mouse takes it to x, y (m); it pulls by itself no longer."""
        if self.place is not None:
            self.place, self.own = (x, y), None

    @property
    def arrived(self) -> bool:
        """Whether a pull by itself is over."""
        return self.own is not None and self.place is not None and self.place[0] >= self.own.goal

    def go(self, steps: int, dt: float, key_speed: float) -> Point | None:
        """Go on for so many steps of `dt` s; where to, when that is elsewhere than before.

        Args:
            steps: steps.
            dt: of a step, s.
            key_speed: how fast the arrow keys pull, m/s.
        """
        if self.place is None or self._told is None:
            return None
        x, y = self.place
        right, up = self.keys
        x, y = x + key_speed * steps * dt * right, y + key_speed * steps * dt * up
        if self.own is not None:
            x = min(self.own.goal, x + self.own.speed * steps * dt)
        self.place = (x, y)
        seen = math.dist(self.place, self._told) / (steps * dt)
        self.speed += (1.0 - math.exp(-steps * dt / _SMOOTHING)) * (seen - self.speed)
        if self.place == self._told:
            return None
        self._told = self.place
        return self.place
