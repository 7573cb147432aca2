"""What hand and table are asked to do during one phase: positions over time, block by block."""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.shaking import AXES, envelope, waveform
from ruler.scenario.model import Phase

# x, y of the hand and x, y of the table: positions in m or velocities in m/s.
Pose = tuple[float, float, float, float]

_BLOCK = 512


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
        position: where hand and table are asked to be after the steps given out so far, m.
        steps: planned number of steps, or None.
        constant_velocity: velocity of the hand in m/s when it is constant and nothing shakes; then
            there is nothing to do step by step.
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
        # The tolerance keeps 0.3 s at 1000 Hz at 300 steps in spite of rounding.
        self.steps = None if planned is None else max(1, math.ceil(planned / dt - 1e-6))
        self.constant_velocity = self._constant_velocity()
        self._given = 0
        self._known = np.empty((0, 4))
        self._moves: list[Pose] = []
        self._block_start = 0

    def _constant_velocity(self) -> tuple[float, float] | None:
        if self._waves or (self._pull is not None and self._pull.path is not None):
            return None
        return (0.0 if self._pull is None or self._pull.speed is None else self._pull.speed, 0.0)

    @property
    def position(self) -> Pose:
        """Asked-for position after the moves given out so far, m."""
        if self.constant_velocity is not None:
            x, y, table_x, table_y = self._start.tolist()
            return x + self.constant_velocity[0] * self._given * self._dt, y, table_x, table_y
        if self._given >= self._block_start + len(self._moves):
            self._extend()
        x, y, table_x, table_y = self._known[self._given - self._block_start].tolist()
        return x, y, table_x, table_y

    def skip(self, count: int) -> None:
        """Let `count` steps at constant velocity go by."""
        self._given += count

    def moves(self, count: int) -> list[Pose]:
        """Velocities of hand and table for the next `count` steps, m/s."""
        if self.constant_velocity is not None:
            self._given += count
            return [(*self.constant_velocity, 0.0, 0.0)] * count
        out: list[Pose] = []
        while len(out) < count:
            if self._given >= self._block_start + len(self._moves):
                self._extend()
            first = self._given - self._block_start
            part = self._moves[first : first + count - len(out)]
            out += part
            self._given += len(part)
        return out

    def _extend(self) -> None:
        """Compute the next block of positions; it begins where the last one ended."""
        self._block_start += len(self._moves)
        if len(self._known):
            first = self._known[-1:]
        else:
            # The hand is where it is: without a fade-in, a shake begins with a jump in the first step.
            self._positions(0, 1)
            first = self._start[None]
        self._known = np.vstack((first, self._positions(self._block_start + 1, _BLOCK)))
        self._moves = [tuple(row) for row in (np.diff(self._known, axis=0) / self._dt).tolist()]

    def _positions(self, first: int, count: int) -> Floats:
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
