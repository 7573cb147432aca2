"""One phase being played: what the hand does, and when it is over."""

import math

from ruler.arrays import Floats
from ruler.mechanics.drive import Drive, Pose, steps_in
from ruler.mechanics.kernel_data import ANGLE, Spring, Watch, X
from ruler.mechanics.laws import NO_SPRING, scripted_hold, spring
from ruler.scenario.geometry import Shape
from ruler.scenario.model import Phase
from ruler.scenario.parts import MAX_TIME
from ruler.scenario.scenario import Scenario, planned_duration

# A pull that gains less than this part of the full length in this time (s) has stopped.
LEAST_GAIN = 1e-6
PATIENCE = 10.0
# Steps between two looks at whether a tip that is waited for gets any nearer.
_LOOK = 250
_NO_WATCH = Watch(False, 0.0, 1.0, 0.0, 0.0)


class Arrival:
    """The extension that a phase waits for.

    Args:
        phase: the phase.
        dt: duration of a step, s.
        least_gain: see LEAST_GAIN.

    Attributes:
        goal: the extension, in full lengths.
        sign: +1 when the tip comes from below, -1 from above.
    """

    def __init__(self, phase: Phase, dt: float, least_gain: float = LEAST_GAIN) -> None:
        pull = phase.pull
        self.goal = phase.until.extension or 0.0
        self.sign = -1.0 if pull is not None and (pull.speed or pull.force or 0.0) < 0.0 else 1.0
        self._dt, self._least_gain = dt, least_gain
        self._best, self._best_made = -math.inf, 0

    def ahead(self, extension: float) -> float:
        """How far the tip is beyond the goal, in full lengths; below 0 on the way."""
        return self.sign * (extension - self.goal)

    def trouble(self, extension: float, made: int) -> str | None:
        """Why the tip, now at `extension` after `made` steps of the phase, will not come; None while it may."""
        ahead = self.ahead(extension)
        if ahead > self._best + self._least_gain:
            self._best, self._best_made = ahead, made
        if made * self._dt > MAX_TIME:
            return f"the phase has not ended after {MAX_TIME:g} s; end it by time"
        if (made - self._best_made) * self._dt > PATIENCE:
            return (
                f"the tip got to extension {extension:.3f} and no farther towards {self.goal} in {PATIENCE:g} s; "
                "give the hand more strength or force, or end the phase by time"
            )
        return None


class PhaseRun:
    """A phase from the step at which it begins.

    Args:
        scenario: the scenario.
        index: number of the phase.
        start: where hand and table are, m.
        step: the step before which it begins.
        dt: duration of a step, s.
        shape: the ruler's.

    Attributes:
        phase: what is asked for.
        drive: where hand and table are asked to be.
        by_force: whether the hand pulls with a set force.
        hand: the hand as a spring or a force, if it is no joint.
        grip: the most that the joint between hand and tip can pull, N; 0 when it holds nothing.
    """

    def __init__(self, scenario: Scenario, index: int, start: Pose, step: int, dt: float, shape: Shape) -> None:
        self.phase: Phase = scenario.phase[index]
        self._dt, self._first = dt, step
        self._shape, self._full = shape, shape.full_length
        planned = planned_duration(self.phase, start[0], self._full)
        self.drive = Drive(self.phase, start, planned, dt, scenario.seed, index)
        pull, until, strength = self.phase.pull, self.phase.until, scenario.hand.strength
        self.by_force = pull is not None and pull.force is not None
        hold = scripted_hold(scenario, None if pull is None else pull.force) if self.phase.hold else None
        self.hand: Spring = NO_SPRING
        if hold is not None:
            self.hand = spring(hold, shape, shape.length.size - 1, 0.5 * float(shape.length[-1]))
        self.grip = strength if self.phase.hold and hold is None else 0.0
        # A firm hand takes the tip along, so its arrival ends the phase; else the tip is watched.
        firm = math.isinf(strength) and math.isinf(scenario.hand.stiffness) and not self.by_force
        self.watches = until.extension is not None and not firm
        time_up = None if until.time is None else steps_in(until.time, dt)
        self._last = time_up if self.watches else self.drive.steps
        following = scenario.phase[index + 1 : index + 2]
        self._stops = bool(following) and following[0].pull is None
        self._arrival = Arrival(self.phase, dt)
        self._watch = _NO_WATCH
        if self.watches:
            inner, outer = 0.5 * float(shape.length[0]), 0.5 * float(shape.length[-1])
            self._watch = Watch(True, self._arrival.goal * self._full, self._arrival.sign, inner, outer)

    def moves(self, step: int, count: int) -> Floats:
        """Velocities to set for hand and table in the next steps, m/s, shape (count, 4).

        Chipmunk moves bodies before it solves for their velocities, so a velocity set in one step takes the
        tip along in the next: each step is given that of the step after it. With the last the hand stops
        where it rests in the next phase.
        """
        moves = self.drive.moves(count + 1)[1:]
        if self._stops and not self.watches and self._last is not None:
            moves[max(0, self._first + self._last - 1 - step) :] = 0.0
        return moves

    @property
    def hand_ahead(self) -> tuple[float, float]:
        """Where the hand is after the first step, m: it begins there."""
        (x, y), (vx, vy) = self.drive.position[:2], self.drive.moves(1)[0, :2].tolist()
        return x + vx * self._dt, y + vy * self._dt

    def stretch(self, step: int) -> tuple[int, Watch]:
        """Up to which step to go on, and what may end it before; the tip is looked for once the hand is there."""
        made, arrival = step - self._first, self.drive.steps or 1
        if not self.watches:
            return self._first + (self._last or 1), _NO_WATCH
        last = arrival - 1 if made < arrival - 1 else (made // _LOOK + 1) * _LOOK
        last = last if self._last is None else min(last, self._last)
        return self._first + last, self._watch if made >= arrival - 1 else _NO_WATCH

    def over(self, step: int, arrived: bool) -> bool:
        """Whether it is over after this step."""
        return arrived or (self._last is not None and step - self._first >= self._last)

    def stuck(self, step: int, row: Floats) -> str | None:
        """Why a phase that waits for the tip will not end; `row` are the states of the bodies now."""
        made = step - self._first
        if not self.watches or made % _LOOK:
            return None
        hinges = self._shape.side.size
        tip = row[hinges, X] + 0.5 * self._shape.length[-1] * math.cos(row[hinges, ANGLE])
        inner = row[0, X] - 0.5 * self._shape.length[0] * math.cos(row[0, ANGLE])
        return self._arrival.trouble(float(tip - inner) / self._full, made)
