"""What the kernel writes down, row by row, until it is booked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.mechanics.chain import Chain
from ruler.mechanics.engine import Batch, Kernel, handles
from ruler.mechanics.kernel import AFTER_STEPS, BLOW_PARTS, MAX_PARTS
from ruler.mechanics.kernel_data import AFTER, BLOW, HAND_FX, HAND_VX, HAND_VY, PART_COLUMNS, Handles, Log

# The log holds about so many bytes of states, and so many rows at least and at most.
_BYTES = 4_000_000
_LEAST_ROWS = 3 * MAX_PARTS
_MOST_ROWS = 2048


@dataclass(frozen=True)
class Rows:
    """Logged rows to be booked; row 0 is the state before, which has been booked already.

    Attributes:
        state: x, y, angle and velocities of all bodies, SI units, shape (rows + 1, bodies, 6).
        part: duration, velocities set and forces (see `kernel`), shape (rows + 1, PART_COLUMNS).
        rub: impulse of each hinge's friction, N m s, shape (rows, N); None where it is the Coulomb limit's.
        hit: impulse of each hinge's stop, N m s, shape (rows, N).
        mouse: the section that the mouse's spring pulls, from 0, and where on it, m from its centre; None without one.
        grip: where the hand holds the last section, m from its centre.
        sample_row, sample_step, sample_phase: of the rows that are samples: which, after which step, in
            which phase.
    """

    state: Floats
    part: Floats
    rub: Floats | None
    hit: Floats
    mouse: tuple[int, float] | None
    grip: float
    sample_row: NDArray[np.int64]
    sample_step: NDArray[np.int64]
    sample_phase: NDArray[np.int64]

    def first(self, count: int) -> "Rows":
        """The first `count` rows besides row 0."""
        keep = self.sample_row <= count
        return Rows(
            self.state[: count + 1],
            self.part[: count + 1],
            None if self.rub is None else self.rub[:count],
            self.hit[:count],
            self.mouse,
            self.grip,
            self.sample_row[keep],
            self.sample_step[keep],
            self.sample_phase[keep],
        )


class StepLog:
    """The kernel's log: arrays that it fills, and which of the rows are samples.

    Attributes:
        rows: rows in the log besides row 0.
        capacity: the most of them.
        marked: step of the newest sample.
        limit, pad_limit: friction limits of hinges and pads now, N m and N.
    """

    def __init__(self, chain: Chain) -> None:
        hinges, bodies = chain.shape.side.size, len(chain.space.bodies)
        self.capacity = max(_LEAST_ROWS, min(_MOST_ROWS, _BYTES // (48 * bodies)))
        self.rows = 0
        self.marked = -1
        self._batch = Batch(chain.space, chain.bodies, self.capacity + 1)
        self._part = np.zeros((self.capacity + 1, PART_COLUMNS))
        self._rub = np.zeros((self.capacity + 1, hinges))
        self._hit = np.zeros((self.capacity + 1, hinges))
        self._end = np.zeros(self.capacity + 1, dtype=np.int64)
        self.limit = np.array([motor.max_force for motor in chain.motors])
        self.pad_limit = np.array([pad.max_force for pad in chain.pads])
        self._slip, self._speed = np.zeros(hinges), np.zeros(hinges)
        self._now = np.array([0.0, chain.space.iterations, 1.0, 0.0, 0.0, 0.0])
        self._samples: list[tuple[int, int, int]] = []
        self._batch.collect()

    def seen_by(self, kernel: Kernel) -> Log:
        """The log as a kernel takes it."""
        logged = (self._batch.states, self._part, self._rub, self._hit, self._end)
        present = (self.limit, self.pad_limit, self._slip, self._speed, self._now)
        return Log(*[kernel.shared(array) for array in (*logged, *present)])

    def handles(self, kernel: Kernel, chain: Chain) -> Handles:
        """The chain's bodies and joints as a kernel takes them."""
        return handles(kernel, chain, self._batch)

    def last(self) -> Floats:
        """The newest row, shape (bodies, 6); a view."""
        return np.asarray(self._batch.states[self.rows])

    def last_part(self) -> Floats:
        """What was set and applied in the newest row, shape (PART_COLUMNS,); a view."""
        return np.asarray(self._part[self.rows])

    def place_hand(self, place: int, at: tuple[float, float]) -> None:
        """The hand has been put somewhere, m, and rests there."""
        self._batch.states[self.rows, place] = 0.0
        self._batch.states[self.rows, place, :2] = at
        self._part[self.rows, HAND_VX : HAND_VY + 1] = 0.0

    def expect_blow(self) -> None:
        """What acts on the ruler changes all at once."""
        self._now[BLOW], self._now[AFTER] = BLOW_PARTS, AFTER_STEPS

    @property
    def empty(self) -> bool:
        """Whether there is nothing to book."""
        return self.rows == 0 and not self._samples

    def mark_steps(self, steps: NDArray[np.int64], before: int, rows: int, phase: int) -> None:
        """The states after these steps are samples; `before` is the step before the last stretch of `rows` rows."""
        ends = np.where(steps > before, self._end[steps - before - 1], rows)
        self._samples += zip(ends.tolist(), steps.tolist(), [phase] * steps.size, strict=True)
        self.marked = int(steps[-1])

    def mark(self, row: int, step: int, phase: int) -> None:
        """A row is a sample, unless this step has one already."""
        if step != self.marked:
            self._samples.append((row, step, phase))
            self.marked = step

    def take(self, rub: bool, mouse: tuple[int, float] | None, grip: float) -> Rows:
        """All rows since the last call; views, good until the next step."""
        row, step, phase = np.array(self._samples, dtype=np.int64).reshape(-1, 3).T
        end = self.rows + 1
        hit, rubbed = self._hit[1:end], self._rub[1:end] if rub else None
        marks = (row, step, phase)
        return Rows(self._batch.states[:end], self._part[:end], rubbed, hit, mouse, grip, *marks)

    def present(self, step: int, phase: int) -> Rows:
        """The newest row alone, as a sample of which nothing else is to be booked."""
        at, none = slice(self.rows, self.rows + 1), self._hit[:0]
        where = np.array([[0], [step], [phase]])
        return Rows(self._batch.states[at], self._part[at], None, none, None, 0.0, *where)

    def clear(self) -> None:
        """Begin anew with the newest row as row 0."""
        self._batch.states[0] = self._batch.states[self.rows]
        self._part[0] = self._part[self.rows]
        self._part[1:, HAND_FX:] = 0.0
        self._batch.write_from(1)
        self.rows = 0
        self._samples = []
