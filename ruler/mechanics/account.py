"""The energy account: what hand, table and the table's slope put in, what friction takes, what moves.

Within a part of a step every impulse J changes the velocities from before to after, so the work it
does is exactly J times the mean of the two. Hand and shaken table are load cells: their impulse is
measured. Coulomb friction is charged by its law, its force times the distance slid, from the motion
alone; so when the account closes, the solver's friction is the friction that was asked for. Only
hinges whose limit depends on speed, and stops, are charged by the impulse their joint used.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.mechanics.chain import CARRIER_MASS, PADS_PER_SECTION, Chain, pad_limits, pad_positions, slope
from ruler.mechanics.kernel_data import ANGLE, DURATION, HAND_FX, HAND_VX, MOUSE_FX, SPIN, TABLE_VX, VX, VY, X, Y
from ruler.mechanics.step_log import Rows
from ruler.scenario.geometry import opening_from_angles, start_opening
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.scenario import Scenario

# Columns of mean velocities: x, y, spin.
MEAN_X, MEAN_Y, MEAN_SPIN = range(3)
# A joint that is open by more than this part of a section has been forced.
FORCED_GAP = 0.005


@dataclass(frozen=True)
class Samples:
    """A stretch of the recording, row by row; SI units, angles in rad.

    Attributes:
        step, time, phase: shape (rows,).
        tip: position of the tip, m, shape (rows, 2).
        inner: position of the fixed end, m, shape (rows, 2).
        pull_force: mean force of the hand along +x since the last sample, N, shape (rows,).
        opening: shape (rows, N).
        kinetic, elastic: energy, J, shape (rows,).
        work: by hand and table since the start, J, shape (rows,).
        hinge_loss, table_loss: since the start, J, shape (rows,).
    """

    step: NDArray[np.int64]
    time: Floats
    phase: NDArray[np.int64]
    tip: Floats
    inner: Floats
    pull_force: Floats
    opening: Floats
    kinetic: Floats
    elastic: Floats
    work: Floats
    hinge_loss: Floats
    table_loss: Floats

    def sound(self) -> "Samples":
        """The samples before the first with a number that is none."""
        if self.step.size == 0:
            return self
        columns = [np.asarray(getattr(self, f.name)).reshape(len(self.step), -1) for f in fields(self)]
        finite = np.isfinite(np.hstack(columns)).all(axis=1)
        if finite.all():
            return self
        count = int(finite.argmin())
        return Samples(**{f.name: getattr(self, f.name)[:count] for f in fields(self)})


def _row_sums(values: Floats) -> Floats:
    """Sum of each row, added up in the same order however many rows there are."""
    return np.asarray(np.ascontiguousarray(values).sum(axis=1))


def join_samples(parts: list[Samples]) -> Samples:
    """Several stretches, one after the other, as one."""
    return Samples(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Samples)})


class Account:
    """Turns logged states into samples and keeps the running totals.

    The totals are added up row by row in order, so how many rows come at a time changes no bit.

    Attributes:
        worst_gap: how far joints that should meet have been apart at most, m.
        worst_gap_time: when that was, s.
        forced: for how long a joint was open by more than FORCED_GAP of a section, s.
        time: up to the last booked row, s.
    """

    def __init__(self, scenario: Scenario, chain: Chain, dt: float) -> None:
        shape = chain.shape
        self._dt = dt
        self._shape = shape
        self._sections = slice(0, shape.length.size)
        self._start = start_opening(scenario.ruler)
        self._middle = float(np.radians(scenario.ruler.limits).mean())
        # One row per pad of a section, one column per section.
        self._pad_place = pad_positions(shape).reshape(-1, PADS_PER_SECTION).T
        self._anchored = scenario.table.anchor != "free"
        self._hand, self._table = chain.hand_place, chain.table_place
        # work, hinge loss, table loss, impulse of the hand along x
        self._totals = np.zeros(4)
        self._sampled_impulse = 0.0
        self._sampled_step = 0
        self.worst_gap = self.worst_gap_time = self.forced = self.time = 0.0
        self._wide = FORCED_GAP * scenario.ruler.section_length
        self.set_parameters(scenario)

    def set_parameters(self, scenario: Scenario) -> None:
        """Charge by these parameters from now on."""
        torques = hinge_torques(scenario)
        self._stiffness = scenario.hinge.stiffness
        self._friction, self._bias = torques.friction, torques.bias
        limits = pad_limits(scenario, self._shape, scenario.table.friction)
        self._pad_limit = limits.reshape(-1, PADS_PER_SECTION).T
        self._weight = self._shape.mass * slope(scenario)

    def charge(self, rows: Rows) -> Samples:
        """Book the rows and return the samples among them."""
        # One number after the other row by row, which is how they are gone through from here on.
        by_field = np.ascontiguousarray(rows.state[:, : self._hand + 1].transpose(2, 1, 0))
        rows = replace(rows, state=by_field.transpose(2, 1, 0))
        angle = rows.state[:, self._sections, ANGLE]
        cosine, sine = np.cos(angle), np.sin(angle)
        flows = self._flows(rows, cosine, sine)
        # The first row is the state before, with the totals until then.
        totals = np.cumsum(np.vstack((self._totals, flows)), axis=0)
        self._totals = totals[-1]
        self._watch_gaps(self._greatest_gap(rows.state, cosine, sine)[1:], rows.part[1:, DURATION])
        return self._samples(rows, totals)

    def _flows(self, rows: Rows, cosine: Floats, sine: Floats) -> Floats:
        """Work, hinge loss, table loss and hand impulse of each row, shape (rows, 4)."""
        state, part = rows.state, rows.part
        now, velocity = state[1:], state[:, :, VX:]
        mean = 0.5 * (velocity[1:] + velocity[:-1])
        dt = part[1:, DURATION]
        pushed = self._impulse_of(now, part[1:], self._hand, HAND_VX) + dt[:, None] * part[1:, HAND_FX:MOUSE_FX]
        work = (pushed * self._mean_velocity(now, mean, self._shape.length.size - 1, rows.grip)).sum(1)
        pull = pushed[:, 0]
        if rows.mouse is not None:
            held = dt[:, None] * part[1:, MOUSE_FX:]
            work = work + (held * self._mean_velocity(now, mean, *rows.mouse)).sum(1)
            pull = pull + held[:, 0]
        mean_table = 0.5 * (part[1:, TABLE_VX:HAND_FX] + part[:-1, TABLE_VX:HAND_FX])
        if self._table:
            work = work + (self._impulse_of(now, part[1:], self._table, TABLE_VX) * mean_table).sum(1)
        if self._weight.any():
            work = work + dt * _row_sums(self._weight * mean[:, self._sections, MEAN_X])
        hinge = self._hinge_loss(rows, mean, dt)
        table = self._table_loss(mean, mean_table, dt, cosine[1:], sine[1:])
        return np.column_stack((work, hinge, table, pull))

    def _impulse_of(self, now: Floats, part: Floats, place: int, first: int) -> Floats:
        """What a carrier gave to the ruler in each row, N s, shape (rows, 2): it lost it itself."""
        return np.asarray(CARRIER_MASS * (part[:, first : first + 2] - now[:, place, VX : VY + 1]))

    def _mean_velocity(self, now: Floats, mean: Floats, section: int, place: float) -> Floats:
        """Velocity of a point of a section, mean of before and after each row's impulses, m/s, shape (rows, 2)."""
        angle = now[:, section, ANGLE]
        turn = place * mean[:, section, MEAN_SPIN]
        return np.column_stack(
            (mean[:, section, MEAN_X] - turn * np.sin(angle), mean[:, section, MEAN_Y] + turn * np.cos(angle))
        )

    def _hinge_loss(self, rows: Rows, mean: Floats, dt: Floats) -> Floats:
        rate = self._shape.side * np.diff(mean[:, self._sections, MEAN_SPIN], axis=1)
        turning = np.abs(rate)
        # Impulses, not torques: both times the mean rate of turning.
        impulse = dt[:, None] * self._friction if rows.rub is None else rows.rub
        # A stop only takes; what the solver may give through it, in closing a hinge that went too far, is missing.
        lost = impulse * turning
        if rows.hit.any():
            lost += rows.hit * np.maximum(-self._away(rows) * rate, 0.0)
        if self._bias.any():
            lost = lost - dt[:, None] * self._bias * rate
        return _row_sums(lost)

    def _away(self, rows: Rows) -> Floats:
        """Which way a hinge turns from the stop that is nearer: +1 opening, -1 closing, shape (rows, N)."""
        opening = opening_from_angles(rows.state[:-1, self._sections, ANGLE], self._shape.side)
        return np.where(opening < self._middle, 1.0, -1.0)

    def _table_loss(self, mean: Floats, table: Floats, dt: Floats, cosine: Floats, sine: Floats) -> Floats:
        loss = np.zeros(len(mean))
        if not self._pad_limit.any():
            return loss
        spin = mean[:, self._sections, MEAN_SPIN]
        x, y = mean[:, self._sections, MEAN_X] - table[:, :1], mean[:, self._sections, MEAN_Y] - table[:, 1:]
        across, along = spin * sine, spin * cosine
        for place, limit in zip(self._pad_place, self._pad_limit, strict=True):
            sliding_x, sliding_y = x - place * across, y + place * along
            loss += _row_sums(limit * np.sqrt(sliding_x * sliding_x + sliding_y * sliding_y))
        return np.asarray(dt * loss)

    def _watch_gaps(self, gap: Floats, dt: Floats) -> None:
        time = np.cumsum(np.concatenate(([self.time], dt)))
        self.time = float(time[-1])
        if gap.size and gap.max() > self.worst_gap:
            worst = int(gap.argmax())
            self.worst_gap, self.worst_gap_time = float(gap[worst]), float(time[worst + 1])
        self.forced = float(np.cumsum(np.concatenate(([self.forced], np.where(gap > self._wide, dt, 0.0))))[-1])

    def _greatest_gap(self, state: Floats, cosine: Floats, sine: Floats) -> Floats:
        """How far joints that should meet are apart at most in each row, m, shape (rows + 1,)."""
        half = 0.5 * self._shape.length
        along_x, along_y = half * cosine, half * sine
        x, y = state[:, self._sections, X], state[:, self._sections, Y]
        gap_x = (x[:, 1:] - along_x[:, 1:]) - (x[:, :-1] + along_x[:, :-1])
        gap_y = (y[:, 1:] - along_y[:, 1:]) - (y[:, :-1] + along_y[:, :-1])
        greatest = (gap_x * gap_x + gap_y * gap_y).max(axis=1)
        if self._anchored:
            anchor_x, anchor_y = x[:, 0] - along_x[:, 0], y[:, 0] - along_y[:, 0]
            greatest = np.maximum(greatest, anchor_x * anchor_x + anchor_y * anchor_y)
        return np.asarray(np.sqrt(greatest))

    def _samples(self, rows: Rows, totals: Floats) -> Samples:
        index = rows.sample_row
        sections = rows.state[index][:, self._sections]
        mass, moment = self._shape.mass, self._shape.mass * self._shape.length**2 / 12.0
        half = 0.5 * self._shape.length
        first, last = sections[:, 0], sections[:, -1]
        opening = opening_from_angles(sections[:, :, ANGLE], self._shape.side)
        moving = 0.5 * (mass * (sections[:, :, VX] ** 2 + sections[:, :, VY] ** 2) + moment * sections[:, :, SPIN] ** 2)
        known = totals[index]
        return Samples(
            step=rows.sample_step,
            time=np.asarray(rows.sample_step * self._dt, dtype=np.float64),
            phase=rows.sample_phase,
            tip=_end_of(last, half[-1]),
            inner=_end_of(first, -half[0]),
            pull_force=self._mean_force(rows.sample_step, known[:, 3]),
            opening=opening,
            kinetic=_row_sums(moving),
            elastic=0.5 * self._stiffness * _row_sums((opening - self._start) ** 2),
            work=known[:, 0],
            hinge_loss=known[:, 1],
            table_loss=known[:, 2],
        )

    def _mean_force(self, step: NDArray[np.int64], impulse: Floats) -> Floats:
        if step.size == 0:
            return np.empty(0)
        steps = np.diff(step, prepend=self._sampled_step)
        given = np.diff(impulse, prepend=self._sampled_impulse)
        self._sampled_step, self._sampled_impulse = int(step[-1]), float(impulse[-1])
        return np.asarray(np.divide(given, steps * self._dt, out=np.zeros_like(given), where=steps > 0))


def _end_of(section: Floats, place: float) -> Floats:
    """A point of a section, m, shape (rows, 2), from states of shape (rows, 6)."""
    angle = section[:, ANGLE]
    return np.column_stack((section[:, X] + place * np.cos(angle), section[:, Y] + place * np.sin(angle)))
