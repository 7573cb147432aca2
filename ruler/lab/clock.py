"""Real time to steps: how many steps a frame has to make, and how much time was lost."""

import time
from collections.abc import Callable

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
# A frame may spend this much on steps; what does not fit is lost, never caught up on, and shown.
BUDGET = 0.012
# A frame that comes later than this (a dragged window, a dialog) does not make the ruler leap.
LONGEST_FRAME = 0.1
# Steps between two looks at the watch.
_SLICE = 32


def stepped(choices: tuple[float, ...], now: float, by: int) -> float:
    """The choice so many places after (before, when negative) the one nearest to a value; they end at both ends."""
    place = min(range(len(choices)), key=lambda i: abs(choices[i] - now))
    return choices[min(len(choices) - 1, max(0, place + by))]


class Clock:
    """Turns the real time between frames into steps.

    Args:
        rate: steps per simulated second.
        now: a watch, in s.

    Attributes:
        speed: simulated seconds per real second.
        paused: whether it stands still.
        real_time_factor: simulated over real time, as reached lately.
        lost: seconds of simulated time that could not be made up since the start.
    """

    def __init__(self, rate: int, now: Callable[[], float] = time.perf_counter) -> None:
        self.rate = rate
        self.speed = 1.0
        self.paused = True
        # Nothing is known yet of how fast it goes.
        self.real_time_factor = self.speed
        self.lost = 0.0
        self._due = 0.0
        self._now = now

    @property
    def fraction(self) -> float:
        """How far into the next step the clock is, in s of simulated time: for smooth drawing."""
        return max(0.0, self._due) / self.rate if not self.paused else 0.0

    def steps_due(self, elapsed: float) -> int:
        """Steps that a frame `elapsed` s after the last one has to make."""
        if self.paused:
            return 0
        self._due += min(elapsed, LONGEST_FRAME) * self.speed * self.rate
        steps = int(self._due)
        self._due -= steps
        return steps

    def run(self, steps: int, elapsed: float, advance: Callable[[int], None]) -> int:
        """Make the steps as long as the frame's budget lasts; returns how many were made."""
        end = self._now() + BUDGET
        made = 0
        while made < steps and self._now() < end:
            part = min(_SLICE, steps - made)
            advance(part)
            made += part
        self.lost += (steps - made) / self.rate
        if elapsed > 0.0 and not self.paused:
            reached = made / self.rate / elapsed
            self.real_time_factor += 0.1 * (reached - self.real_time_factor)
        return made

    def too_slow(self) -> bool:
        """Whether the machine does not keep up with the chosen speed."""
        return not self.paused and self.real_time_factor < 0.9 * self.speed

    def change_speed(self, by: int) -> None:
        """Go to the next faster (+1) or slower (-1) speed."""
        self.speed = stepped(SPEEDS, self.speed, by)
        self.real_time_factor = self.speed
