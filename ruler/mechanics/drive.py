"""What hand and table are asked to do during one phase: positions over time, block by block."""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.shaking import AXES, envelope, waveform
from ruler.scenario.model import Phase

# x, y of the hand and x, y of the table: positions in m or velocities in m/s.
Pose = tuple[float, float, float, float]

_BLOCK = 512


def steps_in(time: float, dt: float) -> int:
    """Steps of `dt` s that a stretch of `time` s takes, one at least."""
    # The tolerance keeps 0.3 s at 1000 Hz at 300 steps in spite of rounding.
    return max(1, math.ceil(time / dt - 1e-6))


class Drive:
    """The asked-for motion of hand and table in one phase.

    Args:
        phase: the phase.
        start: where hand and table are when it begins, m.
        planned: seconds until the hand is where it is going, or None when only the run can tell.
        dt: step in s.
        seed: seed of the scenario.
        index: number of the phase.

    Attributes:
        steps: planned number of steps, or None.
    """

    def __init__(self, phase: Phase, start: Pose, planned: float | None, dt: float, seed: int, index: int) -> None:
        self._pull = phase.pull
        self._start = np.array(start)
        self._planned, self._dt = planned, dt
        self._waves = [
            (shake, waveform(shake, dt, seed, (index, j)))
            for j, shake in enumerate(phase.shake)
            if shake.amplitude > 0.0
        ]
        self.steps = None if planned is None else steps_in(planned, dt)
        # The hand is where it is: without a fade-in, a shake begins with a jump in the first step.
        self._positions(0, 1)
        self._given = self._first = 0
        self._known: Floats = self._start[None]

    @property
    def position(self) -> Pose:
        """Asked-for position after the steps gone by, m."""
        x, y, table_x, table_y = self._known[self._given - self._first].tolist()
        return x, y, table_x, table_y

    def moves(self, count: int) -> Floats:
        """Velocities of hand and table for the next `count` steps, m/s, shape (count, 4); they have not gone by yet."""
        while self._first + len(self._known) - 1 < self._given + count:
            # Blocks of one length, so that it changes no bit how many steps are asked for.
            last = self._first + len(self._known) - 1
            kept = self._known[self._given - self._first :]
            self._known = np.vstack((kept, self._positions(last + 1, _BLOCK)))
            self._first = self._given
        here = self._given - self._first
        return np.diff(self._known[here : here + count + 1], axis=0) / self._dt

    def go_by(self, count: int) -> None:
        """So many steps have been made."""
        self._given += count

    def _positions(self, first: int, count: int) -> Floats:
        """Asked-for positions after steps `first` and on, m, shape (count, 4); in order of time, each once."""
        time = np.asarray(self._dt * np.arange(first, first + count), dtype=np.float64)
        pose: Floats = np.tile(self._start, (count, 1))
        pose[:, :2] += self._pulled(time)
        for shake, wave in self._waves:
            strength = shake.amplitude * envelope(shake, time, self._planned)
            moved = strength[:, None] * wave.take(count) * np.array(AXES[shake.direction])
            if shake.where == "tip":
                pose[:, :2] += moved
            else:
                pose[:, 2:] += moved
        return pose

    def _pulled(self, time: Floats) -> Floats:
        pull = self._pull
        if pull is None or pull.force is not None:
            return np.zeros((time.size, 2))
        if pull.speed is not None:
            return np.column_stack((pull.speed * time, np.zeros(time.size)))
        points = np.asarray(pull.path, dtype=np.float64)
        moved = points[:, 1:] - points[0, 1:]
        return np.column_stack([np.interp(time, points[:, 0], moved[:, axis]) for axis in range(2)])
