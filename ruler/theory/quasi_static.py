"""The slow limit of the ruler: the least friction work, step by step.

A ruler that is pulled infinitely slowly has no inertia. Of all the ways in which its sections can
turn so that the tip makes the next small step dx, it takes the one that costs the least friction
work:

    minimise    sum_i tau_i |dq_i| + sum_p mu m_p g cos(t) w_p |dx_p| - sum_j m_j g sin(t) dx_j
    over        the rotations dtheta_j of the sections (and the shift of a free anchor)
    subject to  the tip moves by dx, the hinges stay within their limits,

with q_i the opening of hinge i, x_p the points at which a section rubs on the table and x_j the
centres of the sections on a table that falls towards +x by the angle t. This convex problem is solved
by the Newton's method of `least_dissipation`; an interior-point solver of cone programs (Clarabel)
gave the same openings to 0.003 degrees in twelve random rulers. It shares nothing with
the simulation and is what that is checked against.

The problem is written for rates (per metre of the tip's way), in units of the mean section length and
of the largest friction force, so that every number in it is of the order of one. The rates are
integrated by the midpoint rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.theory.least_dissipation import Minimiser, NoMinimumError, Problem
from ruler.theory.slow_ruler import QuasiStaticRuler, nodes_at, openings_at

# Largest way of the tip in one step, in mean section lengths. Halving it moves no hinge of the
# reference ruler by more than 0.05 degrees (tests/theory/test_quasi_static.py). Beyond this many
# hinges the step falls as one over their number: nearly straight hinges at the hand slide and stick in turns, which
# full steps of 20 and more hinges leave up to 0.4 degrees behind.
STEP = 0.0125
FULL_STEP_HINGES = 12

# Rates, per mean section length of the tip's way, at which friction is rounded; what holds the rates to those of the
# step before, as a part of the smallest friction; stiffness of the stops; what a hinge may be beyond them, rad.
EPS = 1e-7
KEEP = 1e-2
STOP = 1e5
LEAST_BEYOND = 1e-4


@dataclass(frozen=True)
class QuasiStaticPull:
    """A slow pull, one row per sample.

    Attributes:
        displacement: m, shape (samples,), of the tip along +x from its start.
        opening: rad, shape (samples, N).
        angle: rad, shape (samples, N + 1), direction of each section.
        node: m, shape (samples, N + 2, 2), the anchor, every hinge, the tip.
        force: N, shape (samples, 2), of the hand on the tip; the first row is what starts the pull.
        hinge_loss: J, shape (samples,), worn off in the hinges since the start.
        table_loss: J, shape (samples,), worn off on the table since the start.
        potential: J, shape (samples,), of the sections on a tilted table; 0 at the start.
    """

    displacement: Floats
    opening: Floats
    angle: Floats
    node: Floats
    force: Floats
    hinge_loss: Floats
    table_loss: Floats
    potential: Floats

    @property
    def work(self) -> Floats:
        """J, shape (samples,), done by the hand: worn off, or gone into the height of the sections."""
        return self.hinge_loss + self.table_loss + self.potential


def pull_slowly(
    ruler: QuasiStaticRuler,
    displacement: ArrayLike,
    *,
    step: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> QuasiStaticPull:
    """Pull the tip slowly along the x axis and give the ruler at the asked displacements.

    The displacement may fall again: then the tip is pushed back. A ruler that snaps under the push
    is beyond the slow limit; here it folds the cheapest way.

    Args:
        ruler: the ruler at its start.
        displacement: m, shape (samples,), of the tip from its start along +x.
        step: m, the longest step; None: `default_step`. An interval between samples
            is cut into equal steps not longer than this.
        progress: called after every sample with the part of the samples that is done, 0 to 1.

    Returns:
        One row per asked displacement.

    Raises:
        BadInputError: displacements or step that cannot be used.
        FailedError: no way is left for the tip, or the solver gave up, with the place where.
    """
    samples = np.atleast_1d(np.asarray(displacement, dtype=np.float64))
    longest = default_step(ruler) if step is None else step
    _check_way(ruler, samples, longest)
    way = _Way(ruler)
    rows = []
    for at in samples:
        rows.append(way.advance(float(at), longest))
        if progress is not None:
            progress(len(rows) / samples.size)
    return _stack(rows)


def default_step(ruler: QuasiStaticRuler) -> float:
    """Longest step of the tip, m: `STEP` mean section lengths, less with more than 24 hinges."""
    return STEP * float(np.mean(ruler.section_length)) * min(1.0, FULL_STEP_HINGES / ruler.hinges)


def count_steps(displacement: ArrayLike, longest: float) -> int:
    """How many steps not longer than `longest` (m) lead through these displacements (m) from 0."""
    gaps = np.abs(np.diff(np.atleast_1d(np.asarray(displacement, dtype=np.float64)), prepend=0.0))
    return int(np.ceil(gaps / longest * (1.0 - 1e-12)).sum())


class _Row(NamedTuple):
    displacement: float
    opening: Floats
    angle: Floats
    node: Floats
    force: Floats
    hinge_loss: float
    table_loss: float
    potential: float


def _stack(rows: Sequence[_Row]) -> QuasiStaticPull:
    return QuasiStaticPull(*(np.array(column) for column in zip(*rows, strict=True)))


class _Way:
    """Where the ruler is on its way: the integration of the rates."""

    def __init__(self, ruler: QuasiStaticRuler) -> None:
        self._ruler = ruler
        self._rubbing = _Rubbing(ruler)
        self._angle = ruler.angles
        self._base = np.zeros(2)
        self._start = float(nodes_at(ruler, self._angle)[-1, 0])
        self._at = 0.0
        self._loss = np.zeros(2)
        self._force: Floats | None = None
        self._laid = self._potential(nodes_at(ruler, self._angle))

    def _potential(self, nodes: Floats) -> float:
        return -float(self._ruler.downhill @ (nodes[:-1, 0] + nodes[1:, 0])) / 2.0

    def advance(self, target: float, longest: float) -> _Row:
        """Go on to `target` (m) in equal steps not longer than `longest` (m)."""
        gap = target - self._at
        count = int(np.ceil(abs(gap) / longest * (1.0 - 1e-12)))
        for left in range(count, 0, -1):
            self._step((target - self._at) / left)
        self._at = target
        if self._force is None:
            self._force = self._rubbing.rates(self._angle, np.array([1.0, 0.0]), longest).force
        nodes = self._base + nodes_at(self._ruler, self._angle)
        opening = openings_at(self._ruler, self._angle)
        potential = self._potential(nodes) - self._laid
        hinge_loss, table_loss = self._loss.tolist()
        return _Row(target, opening, self._angle, nodes, self._force, hinge_loss, table_loss, potential)

    def _step(self, shift: float) -> None:
        # The tip is sent to where it should be after the step, not along x by the shift: what the
        # finite step missed is made good in the next one instead of adding up.
        length = abs(shift)
        tip = self._base + nodes_at(self._ruler, self._angle)[-1]
        tip_rate = (np.array([self._start + self._at + shift, 0.0]) - tip) / length
        slope = self._rubbing.rates(self._angle, tip_rate, length)
        middle = self._angle + 0.5 * length * slope.angle
        rates = self._rubbing.rates(middle, tip_rate, length, limits_at=self._angle)
        self._angle = self._angle + length * rates.angle
        self._base = self._base + length * rates.base
        self._loss = self._loss + length * rates.loss
        self._force = rates.force
        self._at += shift


class _Rates(NamedTuple):
    """Per metre of the tip's way."""

    angle: Floats  # rad/m, shape (N + 1,)
    base: Floats  # shape (2,)
    force: Floats  # N, shape (2,)
    loss: Floats  # J/m in hinges and on the table


class _Rubbing:
    """What costs one ruler least, in units of the mean section length and of the largest friction force.

    What costs least need not be one way only: of the cheapest ways the ruler goes on as before. That is what the
    inertia of a slow pull would have it do, and it is asked for by a little of it, in the rates' changes.
    """

    def __init__(self, ruler: QuasiStaticRuler) -> None:
        self._ruler = ruler
        sections = ruler.hinges + 1
        self._length = float(np.mean(ruler.section_length))
        opening, closing = ruler.torques
        load = ruler.friction * ruler.gravity * np.cos(ruler.tilt) * np.asarray(ruler.section_mass)
        forces = np.concatenate((opening / self._length, closing / self._length, load))
        self._unit = float(forces.max())
        self._torque = 0.5 * (opening + closing) / (self._unit * self._length)
        self._bias = 0.5 * (closing - opening) / (self._unit * self._length)
        self._weight = np.outer([point.weight for point in ruler.points], load / self._unit).ravel()
        lengths = np.asarray(ruler.section_length) / self._length
        before = np.tril(np.broadcast_to(lengths, (sections, sections)), -1)
        self._along = np.concatenate([before + np.diag((0.5 + point.along) * lengths) for point in ruler.points])
        self._across = np.concatenate([np.diag(point.across * lengths) for point in ruler.points])
        self._lengths, self._downhill = lengths, ruler.downhill / self._unit @ (before + np.diag(0.5 * lengths))
        self._turn = np.zeros((ruler.hinges, sections + 2))
        hinge = np.arange(ruler.hinges)
        self._turn[hinge, hinge], self._turn[hinge, hinge + 1] = ruler.turns, -ruler.turns
        self._free = np.ones(sections + 2, dtype=bool)
        self._free[0], self._free[sections:] = ruler.anchor != "clamped", ruler.anchor == "free"
        self._keep = KEEP * float(forces[forces > 0.0].min()) / self._unit
        self._minimiser = Minimiser(len(self._along), ruler.hinges, EPS, EPS)
        self._rates = np.zeros(sections + 2)

    def rates(self, angle: Floats, tip_rate: Floats, length: float, limits_at: Floats | None = None) -> _Rates:
        """The cheapest rates.

        Args:
            angle: rad, shape (N + 1,), directions of the sections.
            tip_rate: shape (2,), velocity of the tip per metre of its way.
            length: m, of the step: the rates must keep the hinges within their limits over it.
            limits_at: rad, directions from which the limits count; None: `angle`.
        """
        ruler, free = self._ruler, self._free
        opening = openings_at(ruler, angle if limits_at is None else limits_at)
        # At first there is no step before.
        for _ in range(1 if self._rates.any() else 3):
            problem = self._problem(angle, tip_rate, opening, length / self._length)
            try:
                v, force = self._minimiser.rates(problem, self._rates[free])
            except NoMinimumError as error:
                raise self._stuck(angle, str(error)) from None
            self._rates[free] = v
        turned = problem.rows[len(self._along) * 2 :] @ v
        if max((turned - problem.most).max(), (problem.least - turned).max()) * length / self._length > LEAST_BEYOND:
            raise self._stuck(angle, "a hinge is at its limit")
        slid = (problem.rows[: len(self._along) * 2] @ v).reshape(2, -1)
        hinge = self._torque @ np.abs(turned) - self._bias @ turned
        return _Rates(
            angle=self._rates[:-2] / self._length,
            base=self._rates[-2:].copy(),
            force=self._unit * force,
            loss=self._unit * np.array([hinge, self._weight @ np.hypot(*slid)]),
        )

    def _problem(self, angle: Floats, tip_rate: Floats, opening: Floats, length: float) -> Problem:
        free, (cosine, sine) = self._free, (np.cos(angle), np.sin(angle))
        x = np.pad(-self._along * sine - self._across * cosine, ((0, 0), (0, 2)))
        y = np.pad(self._along * cosine - self._across * sine, ((0, 0), (0, 2)))
        tip = np.zeros((2, angle.size + 2))
        tip[:, :-2] = -self._lengths * sine, self._lengths * cosine
        x[:, -2] = y[:, -1] = tip[0, -2] = tip[1, -1] = 1.0
        downhill = np.append(-self._downhill * sine, (self._ruler.downhill.sum() / self._unit, 0.0))
        keep = self._keep * np.eye(int(free.sum()))
        low, high = self._ruler.limits
        return Problem(
            quadratic=keep,
            linear=(downhill + self._bias @ self._turn)[free] + keep @ self._rates[free],
            rows=np.concatenate((x, y, self._turn))[:, free],
            slide=np.zeros((2, len(x))),
            weight=self._weight,
            torque=self._torque,
            viscous=0.0,
            power=1.0,
            stop=STOP,
            least=(low - opening) / length,
            most=(high - opening) / length,
            held=tip[:, free],
            path=tip_rate,
        )

    def _stuck(self, angle: Floats, why: str) -> FailedError:
        openings = np.rad2deg(openings_at(self._ruler, angle)).round(1).tolist()
        return FailedError(
            f"the slow pull found no way on at openings {openings} deg ({why}); pull less far or widen the limits"
        )


def _check_way(ruler: QuasiStaticRuler, samples: Floats, longest: float) -> None:
    if not (np.isfinite(longest) and longest > 0.0):
        raise BadInputError(f"step: {longest} m must be above 0 and finite")
    if samples.ndim != 1 or samples.size == 0 or not np.isfinite(samples).all():
        raise BadInputError("displacement: give at least one finite number, as a list")
    if ruler.anchor == "free":
        return
    farthest = sum(ruler.section_length) - float(nodes_at(ruler, ruler.angles)[-1, 0])
    if samples.max() >= farthest:
        raise BadInputError(
            f"displacement: {samples.max()} m is beyond the straight ruler; give less than {farthest:.4f} m"
        )
