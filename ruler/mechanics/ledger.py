"""The energy account: what hand and table put in, what friction takes, what moves.

Within a step every impulse J changes the velocities from before to after, so the work it does is
exactly J times the mean of the two. Hand and shaken table are load cells: their impulse is
measured. Coulomb friction is charged by its law, its force times the distance slid, from the motion
alone; so when the account closes, the solver's friction is the friction that was asked for. Only
hinges whose limit depends on speed, and stops, are charged by the impulse their joint used.
"""

import math
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.mechanics.chain import (
    CARRIER_MASS,
    PADS_PER_SECTION,
    Chain,
    friction_torque,
    opening_bias,
    pad_limits,
    pad_positions,
)
from ruler.scenario.geometry import opening_from_angles, start_opening
from ruler.scenario.scenario import Scenario

MouseForce = tuple[float, float, int, float]

X, Y, ANGLE, VX, VY, SPIN = range(6)
# Columns of mean velocities: x, y, spin.
MEAN_X, MEAN_Y, MEAN_SPIN = range(3)


@dataclass
class Entries:
    """What is known about each logged row besides the state: one list entry per row.

    Attributes:
        detailed: True for a single step, False for a stretch of steps at constant hand velocity.
        sample: whether the row is a sample of the recording.
        step: number of the step after which the row was read.
        phase: number of the phase that the step belongs to.
        carrier: velocity set for hand and table in that step, m/s: vx, vy, vx, vy.
        force: force applied at the tip by a hand that gives or pulls by force, N: x, y.
        rub: impulse of each hinge's friction, N m s; None where it is the Coulomb limit's.
        mouse: force of the mouse and where it acts: x, y in N, section, place on it in m from its
            centre; None where it holds nothing.
        hit: impulse of each hinge's stop, N m s; None where no hinge was near one.
    """

    detailed: list[bool] = field(default_factory=list)
    sample: list[bool] = field(default_factory=list)
    step: list[int] = field(default_factory=list)
    phase: list[int] = field(default_factory=list)
    carrier: list[tuple[float, float, float, float]] = field(default_factory=list)
    force: list[tuple[float, float]] = field(default_factory=list)
    rub: list[list[float] | None] = field(default_factory=list)
    mouse: list[MouseForce | None] = field(default_factory=list)
    hit: list[list[float] | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.step)

    @property
    def whole(self) -> int:
        """Number of rows of which everything is known; an interrupt can come between two of the lists."""
        return min(len(getattr(self, f.name)) for f in fields(self))

    def first(self, count: int) -> "Entries":
        """The first `count` entries."""
        return Entries(**{f.name: getattr(self, f.name)[:count] for f in fields(self)})


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


class Ledger:
    """Turns logged states into samples and keeps the running totals.

    The totals are added up row by row in order, so how many rows come at a time changes no bit.
    """

    def __init__(self, scenario: Scenario, chain: Chain, dt: float, table_moves: bool) -> None:
        shape = chain.shape
        self._dt = dt
        self._shape = shape
        self._start = start_opening(scenario.ruler)
        # One row per pad of a section, one column per section.
        self._pad_place = pad_positions(shape).reshape(-1, PADS_PER_SECTION).T
        self._anchored = scenario.table.anchor != "free"
        self._table_column = shape.length.size + 1 if table_moves else None
        # work, hinge loss, table loss, impulse of the hand along x
        self._totals = np.zeros(4)
        self._before: Floats | None = None
        self._carrier_before = np.zeros(4)
        self._sampled_impulse = 0.0
        self._sampled_step = 0
        self.worst_gap = 0.0
        self.set_parameters(scenario)

    def set_parameters(self, scenario: Scenario) -> None:
        """Charge friction by these parameters from now on."""
        self._stiffness = scenario.hinge.stiffness
        self._bias = opening_bias(scenario.hinge)
        self._friction = np.full(self._shape.side.size, friction_torque(scenario.hinge))
        limits = pad_limits(scenario, self._shape, scenario.table.friction)
        self._pad_limit = limits.reshape(-1, PADS_PER_SECTION).T

    def settle(self, rows: Floats, entries: Entries) -> Samples:
        """Book the rows and return the samples among them.

        Args:
            rows: states, shape (rows, bodies, 6).
            entries: what is known of each row.
        """
        if self._before is None:
            # Before the first row nothing has moved: book it against itself.
            self._before, self._carrier_before = rows[0], np.array(entries.carrier[0])
        states = np.concatenate((self._before[None], rows))
        carrier = np.vstack((self._carrier_before, entries.carrier))
        angle = np.ascontiguousarray(states[:, self._sections, ANGLE])
        cosine, sine = np.cos(angle), np.sin(angle)
        flows = self._flows(states, carrier, entries, cosine, sine)
        totals = np.cumsum(np.vstack((self._totals, flows)), axis=0)[1:]
        self._totals, self._before, self._carrier_before = totals[-1], rows[-1], carrier[-1]
        self.worst_gap = max(self.worst_gap, self._greatest_gap(rows, cosine[1:], sine[1:]))
        keep = np.array(entries.sample)
        return self._samples(rows[keep], np.flatnonzero(keep), entries, totals[keep])

    def _flows(self, states: Floats, carrier: Floats, entries: Entries, cosine: Floats, sine: Floats) -> Floats:
        """Work, hinge loss, table loss and hand impulse of each row, shape (rows, 4).

        `states`, `carrier` and the cosines and sines of the sections' angles begin with the row before the first.
        """
        detailed = np.array(entries.detailed)[:, None]
        now, velocity = states[1:], states[:, :, VX:]
        mean = 0.5 * (velocity[1:] + velocity[:-1])
        mean_carrier = 0.5 * (carrier[1:] + carrier[:-1])
        impulse = self._impulse_of(now, carrier[1:], self._shape.length.size, slice(0, 2))
        pushed = impulse + self._dt * np.array(entries.force)
        last, tip = self._shape.length.size - 1, 0.5 * float(self._shape.length[-1])
        along = np.where(detailed, self._mean_velocity(now, mean, last, tip), carrier[1:, :2])
        work = (pushed * along).sum(1)
        pull = pushed[:, 0].copy()
        for i, mouse in enumerate(entries.mouse):
            if mouse is not None:
                force_x, force_y, section, place = mouse
                moved = self._mean_velocity(now[i : i + 1], mean[i : i + 1], section, place)[0]
                work[i] += self._dt * (force_x * moved[0] + force_y * moved[1])
                pull[i] += self._dt * force_x
        if self._table_column is not None:
            table_impulse = self._impulse_of(now, carrier[1:], self._table_column, slice(2, 4))
            work = work + (table_impulse * mean_carrier[:, 2:]).sum(1)
        hinge = self._hinge_loss(states, mean, entries, detailed)
        table = self._table_loss(states, mean, mean_carrier[:, 2:], detailed, cosine, sine)
        return np.column_stack((work, hinge, table, pull))

    def _impulse_of(self, now: Floats, carrier: Floats, column: int, axes: slice) -> Floats:
        """What a carrier gave to the ruler in each row, N s, shape (rows, 2): it lost it itself."""
        return np.asarray(CARRIER_MASS * (carrier[:, axes] - now[:, column, [VX, VY]]))

    def _mean_velocity(self, now: Floats, mean: Floats, section: int, place: float) -> Floats:
        """Velocity of a point of a section, mean of before and after each row's impulses, m/s, shape (rows, 2)."""
        angle = now[:, section, ANGLE]
        turn = place * mean[:, section, MEAN_SPIN]
        return np.column_stack(
            (mean[:, section, MEAN_X] - turn * np.sin(angle), mean[:, section, MEAN_Y] + turn * np.cos(angle))
        )

    @property
    def _sections(self) -> slice:
        return slice(0, self._shape.length.size)

    def _hinge_loss(self, states: Floats, mean: Floats, entries: Entries, detailed: NDArray[np.bool_]) -> Floats:
        side = self._shape.side
        turned = self._dt * side * np.diff(mean[:, self._sections, MEAN_SPIN], axis=1)
        if not detailed.all():
            overall = np.diff(opening_from_angles(states[:, self._sections, ANGLE], side), axis=0)
            turned = np.where(detailed, turned, overall)
        per_second = 1.0 / self._dt
        if all(row is None for row in entries.rub):
            torque = self._friction
        else:
            full = self._friction * self._dt
            torque = per_second * np.array([full if row is None else row for row in entries.rub])
        loss = _row_sums(torque * np.abs(turned)) - self._bias * _row_sums(turned)
        near = [i for i, hit in enumerate(entries.hit) if hit is not None]
        if near:
            hits = np.array([entries.hit[i] for i in near])
            loss[near] += _row_sums(hits * np.abs(turned[near])) * per_second
        return np.asarray(loss)

    def _table_loss(
        self,
        states: Floats,
        mean: Floats,
        table: Floats,
        detailed: NDArray[np.bool_],
        cosine: Floats,
        sine: Floats,
    ) -> Floats:
        sections = states[:, self._sections]
        loss = np.zeros(len(mean))
        for place, limit in zip(self._pad_place, self._pad_limit, strict=True):
            slid = np.empty((len(mean), self._shape.length.size))
            if detailed.any():
                turn = place * mean[:, self._sections, MEAN_SPIN]
                x = mean[:, self._sections, MEAN_X] - turn * sine[1:] - table[:, :1]
                y = mean[:, self._sections, MEAN_Y] + turn * cosine[1:] - table[:, 1:]
                slid = self._dt * np.hypot(x, y)
            if not detailed.all():
                x = np.diff(sections[:, :, X] + place * cosine, axis=0)
                y = np.diff(sections[:, :, Y] + place * sine, axis=0)
                slid = np.where(detailed, slid, np.hypot(x, y))
            loss += _row_sums(limit * slid)
        return loss

    def _ends(self, rows: Floats) -> tuple[Floats, Floats]:
        """Inner and outer end of each section, m, each of shape (rows, N + 1, 2)."""
        sections = rows[:, self._sections]
        half = 0.5 * self._shape.length
        along = np.stack((half * np.cos(sections[:, :, ANGLE]), half * np.sin(sections[:, :, ANGLE])), axis=-1)
        centre = sections[:, :, [X, Y]]
        return centre - along, centre + along

    def _greatest_gap(self, rows: Floats, cosine: Floats, sine: Floats) -> float:
        """How far joints that should meet are apart at most, m."""
        half = 0.5 * self._shape.length
        along_x, along_y = half * cosine, half * sine
        x, y = rows[:, self._sections, X], rows[:, self._sections, Y]
        gap_x = (x[:, 1:] - along_x[:, 1:]) - (x[:, :-1] + along_x[:, :-1])
        gap_y = (y[:, 1:] - along_y[:, 1:]) - (y[:, :-1] + along_y[:, :-1])
        greatest = float((gap_x * gap_x + gap_y * gap_y).max())
        if self._anchored:
            anchor_x, anchor_y = x[:, 0] - along_x[:, 0], y[:, 0] - along_y[:, 0]
            greatest = max(greatest, float((anchor_x * anchor_x + anchor_y * anchor_y).max()))
        return math.sqrt(greatest)

    def _samples(self, rows: Floats, index: NDArray[np.int64], entries: Entries, totals: Floats) -> Samples:
        sections = rows[:, self._sections]
        mass, moment = self._shape.mass, self._shape.mass * self._shape.length**2 / 12.0
        inner, outer = self._ends(rows)
        opening = opening_from_angles(sections[:, :, ANGLE], self._shape.side)
        moving = 0.5 * (mass * (sections[:, :, VX] ** 2 + sections[:, :, VY] ** 2) + moment * sections[:, :, SPIN] ** 2)
        step = np.array(entries.step, dtype=np.int64)[index]
        return Samples(
            step=step,
            time=np.asarray(step * self._dt, dtype=np.float64),
            phase=np.array(entries.phase, dtype=np.int64)[index],
            tip=outer[:, -1],
            inner=inner[:, 0],
            pull_force=self._mean_force(step, totals[:, 3]),
            opening=opening,
            kinetic=moving.sum(1),
            elastic=0.5 * self._stiffness * ((opening - self._start) ** 2).sum(1),
            work=totals[:, 0],
            hinge_loss=totals[:, 1],
            table_loss=totals[:, 2],
        )

    def _mean_force(self, step: NDArray[np.int64], impulse: Floats) -> Floats:
        if step.size == 0:
            return np.empty(0)
        steps = np.diff(step, prepend=self._sampled_step)
        given = np.diff(impulse, prepend=self._sampled_impulse)
        self._sampled_step, self._sampled_impulse = int(step[-1]), float(impulse[-1])
        return np.asarray(np.divide(given, steps * self._dt, out=np.zeros_like(given), where=steps > 0))
