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
gave the same openings to 0.001 degrees in 21 random rulers at the same steps. It shares nothing with
the simulation and is what that is checked against.

The problem is written for rates (per metre of the tip's way), in units of the mean section length and
of the largest friction force, so that every number in it is of the order of one. The rates are
integrated by the midpoint rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.theory.least_dissipation import Minimiser, NoMinimumError, Problem

PerHinge = float | tuple[float, ...]
Anchor = Literal["pinned", "clamped", "free"]

ANCHORS = ("pinned", "clamped", "free")

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

# How far a hinge may sit outside its limits before the start is refused, in rad.
ANGLE_TOLERANCE = 1e-9


class TablePoint(NamedTuple):
    """A point of a section that rubs on the table.

    Attributes:
        along: place along the section from its centre, in section lengths, -0.5 to 0.5.
        across: place across the section from its middle line, in section lengths; 0 for a rod.
        weight: part of the section's weight that rests on the point; the weights sum to 1.
    """

    along: float
    across: float
    weight: float


def rod_points(count: int) -> tuple[TablePoint, ...]:
    """Equal points in the middles of equal pieces of a uniform rod.

    Two of them lie at +-1/4 of the length, as in the mechanics; they rub like the rod in pure
    sliding and in pure rotation about its centre. About 20 stand for the rod itself.

    Args:
        count: number of points, at least 1.

    Raises:
        BadInputError: count is below 1.
    """
    if count < 1:
        raise BadInputError(f"table points: {count} is too few; give at least 1")
    return tuple(TablePoint((i + 0.5) / count - 0.5, 0.0, 1.0 / count) for i in range(count))


@dataclass(frozen=True)
class QuasiStaticRuler:
    """A ruler as far as the slow limit sees it; N hinges join N + 1 sections.

    Attributes:
        section_length: m, shape (N + 1,), from the fixed to the pulled end.
        section_mass: kg, shape (N + 1,).
        opening: rad, shape (N,), opening of each hinge at the start; 0 folded flat, pi straight.
        torque: N m, Coulomb friction of a hinge while it opens; one number or one per hinge.
        closing_torque: N m, the same while it closes; None: as `torque`.
        limits: rad, least and greatest opening of every hinge.
        friction: Coulomb coefficient of the table.
        gravity: m/s^2.
        tilt: rad, how far the table falls towards +x. On a slope that friction does not hold a section on
            (tan(tilt) above friction) the ruler may snap, which is beyond the slow limit.
        anchor: the first section's outer end is "pinned" to the table, "clamped" (pinned, and the
            first section cannot turn) or "free".
        points: where each section rubs on the table.

    Raises:
        BadInputError: naming the field, its value and what would be right.
    """

    section_length: tuple[float, ...]
    section_mass: tuple[float, ...]
    opening: tuple[float, ...]
    torque: PerHinge
    closing_torque: PerHinge | None = None
    limits: tuple[float, float] = (0.0, np.pi)
    friction: float = 0.3
    gravity: float = 9.81
    anchor: Anchor = "pinned"
    points: tuple[TablePoint, ...] = rod_points(2)
    tilt: float = 0.0

    def __post_init__(self) -> None:
        _check_sizes(self)
        _check_friction(self)
        _check_openings(self)
        _check_tip(self)
        if self.anchor not in ANCHORS:
            raise BadInputError(f"anchor: {self.anchor!r} is unknown; give one of {', '.join(ANCHORS)}")

    @property
    def hinges(self) -> int:
        """Number of hinges N."""
        return len(self.opening)

    @property
    def torques(self) -> tuple[Floats, Floats]:
        """N m, each of shape (N,): friction of every hinge while it opens, and while it closes."""
        closing = self.torque if self.closing_torque is None else self.closing_torque
        return self._per_hinge(self.torque), self._per_hinge(closing)

    def _per_hinge(self, torque: PerHinge) -> Floats:
        return np.broadcast_to(np.asarray(torque, dtype=np.float64), (self.hinges,))

    @property
    def downhill(self) -> Floats:
        """N, shape (N + 1,): what a tilted table pulls each section along +x with."""
        return np.asarray(np.asarray(self.section_mass) * self.gravity * np.sin(self.tilt))

    @property
    def turns(self) -> Floats:
        """Shape (N,), +-1: opening_i = pi - turns_i (theta_(i+1) - theta_i); alternates."""
        return np.where(np.arange(self.hinges) % 2 == 0, -1.0, 1.0)

    @cached_property
    def angles(self) -> Floats:
        """Directions theta of the sections at the start, rad, shape (N + 1,), the tip on +x."""
        steps = self.turns * (np.pi - np.asarray(self.opening))
        angles = np.concatenate(([0.0], np.cumsum(steps)))
        tip = _nodes(self, angles)[-1]
        return np.asarray(angles - np.arctan2(tip[1], tip[0]))


def reference_ruler(
    hinges: int = 10,
    *,
    section_length: float = 0.20,
    section_mass: float = 0.012,
    opening: float = np.deg2rad(10.0),
    end_sections: float = 0.5,
    torque: float = 0.010,
    closing_torque: float | None = None,
    friction: float = 0.3,
    anchor: Anchor = "pinned",
    points: tuple[TablePoint, ...] = rod_points(2),
) -> QuasiStaticRuler:
    """The standard ruler (docs/model.md), with equal sections and shorter end sections.

    Args:
        hinges: N, at least 1.
        section_length: m, of a whole section.
        section_mass: kg, of a whole section; end sections weigh in proportion to their length.
        opening: rad, of every hinge at the start.
        end_sections: length of the first and last section, in section lengths.
        torque: N m.
        closing_torque: N m; None: as torque.
        friction: Coulomb coefficient of the table.
        anchor: "pinned", "clamped" or "free".
        points: where each section rubs on the table.

    Raises:
        BadInputError: as for `QuasiStaticRuler`.
    """
    if hinges < 1:
        raise BadInputError(f"hinges: {hinges} is too few; give at least 1")
    share = np.ones(hinges + 1)
    share[[0, -1]] = end_sections
    return QuasiStaticRuler(
        section_length=tuple((section_length * share).tolist()),
        section_mass=tuple((section_mass * share).tolist()),
        opening=(float(opening),) * hinges,
        torque=torque,
        closing_torque=closing_torque,
        friction=friction,
        anchor=anchor,
        points=points,
    )


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


def displacement_to(ruler: QuasiStaticRuler, extension: float) -> float:
    """How far the tip must go, in m, to stand at `extension` full lengths from the anchor's place.

    Raises:
        BadInputError: the tip is there already, or cannot get there.
    """
    full = sum(ruler.section_length)
    start = float(_nodes(ruler, ruler.angles)[-1, 0])
    if not start / full <= extension < 1.0:
        raise BadInputError(f"extension: {extension} cannot be reached; give {start / full:.3f} (the start) to below 1")
    return extension * full - start


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
        self._start = float(_nodes(ruler, self._angle)[-1, 0])
        self._at = 0.0
        self._loss = np.zeros(2)
        self._force: Floats | None = None
        self._laid = self._potential(_nodes(ruler, self._angle))

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
        nodes = self._base + _nodes(self._ruler, self._angle)
        opening = _openings(self._ruler, self._angle)
        potential = self._potential(nodes) - self._laid
        hinge_loss, table_loss = self._loss.tolist()
        return _Row(target, opening, self._angle, nodes, self._force, hinge_loss, table_loss, potential)

    def _step(self, shift: float) -> None:
        # The tip is sent to where it should be after the step, not along x by the shift: what the
        # finite step missed is made good in the next one instead of adding up.
        length = abs(shift)
        tip = self._base + _nodes(self._ruler, self._angle)[-1]
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
        opening = _openings(ruler, angle if limits_at is None else limits_at)
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
        openings = np.rad2deg(_openings(self._ruler, angle)).round(1).tolist()
        return FailedError(
            f"the slow pull found no way on at openings {openings} deg ({why}); pull less far or widen the limits"
        )


def _nodes(ruler: QuasiStaticRuler, angle: Floats) -> Floats:
    """Anchor, hinges and tip with the anchor at the origin, m, shape (N + 2, 2)."""
    steps = np.asarray(ruler.section_length)[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    return np.concatenate((np.zeros((1, 2)), np.cumsum(steps, axis=0)))


def _openings(ruler: QuasiStaticRuler, angle: Floats) -> Floats:
    """Openings, rad, shape (N,), of sections with these directions."""
    return np.asarray(np.pi - ruler.turns * np.diff(angle))


def _check_sizes(ruler: QuasiStaticRuler) -> None:
    hinges = len(ruler.opening)
    if hinges < 1:
        raise BadInputError("opening: no hinges; give one opening per hinge")
    for name in ("section_length", "section_mass"):
        values = getattr(ruler, name)
        if len(values) != hinges + 1:
            raise BadInputError(f"{name}: {len(values)} values for {hinges} hinges; give {hinges + 1}")
        if not all(np.isfinite(value) and value > 0.0 for value in values):
            raise BadInputError(f"{name}: {values} must all be above 0 and finite")


def _check_friction(ruler: QuasiStaticRuler) -> None:
    for name in ("torque", "closing_torque", "friction", "gravity"):
        value = getattr(ruler, name)
        if value is None:
            continue
        each = np.atleast_1d(np.asarray(value, dtype=np.float64))
        if each.size not in (1, ruler.hinges):
            raise BadInputError(f"{name}: {each.size} values for {ruler.hinges} hinges; give one, or one per hinge")
        if not (np.isfinite(each) & (each >= 0.0)).all():
            raise BadInputError(f"{name}: {value} must be 0 or more and finite")
    if not abs(ruler.tilt) < 0.5 * np.pi:
        raise BadInputError(f"tilt: {ruler.tilt} rad must lie within -pi/2 to pi/2, both excluded")
    if not np.any(ruler.torque) and ruler.friction * ruler.gravity == 0.0:
        raise BadInputError(
            "torque: 0 without friction on the table: nothing resists, so that a slow pull is decided by "
            "inertia; give a torque or a table friction above 0"
        )
    total = sum(point.weight for point in ruler.points)
    if not ruler.points or min(point.weight for point in ruler.points) < 0.0 or abs(total - 1.0) > 1e-9:
        raise BadInputError(f"points: weights must not be negative and sum to 1, they sum to {total}")


def _check_openings(ruler: QuasiStaticRuler) -> None:
    low, high = ruler.limits
    if not 0.0 <= low < high <= np.pi + ANGLE_TOLERANCE:
        raise BadInputError(f"limits: {ruler.limits} rad must rise and lie within 0 to pi")
    for number, opening in enumerate(ruler.opening, start=1):
        if not low - ANGLE_TOLERANCE <= opening <= high + ANGLE_TOLERANCE:
            raise BadInputError(f"opening: {opening} rad of hinge {number} is outside the limits {ruler.limits}")


def _check_tip(ruler: QuasiStaticRuler) -> None:
    if np.hypot(*_nodes(ruler, ruler.angles)[-1]) < 1e-9 * sum(ruler.section_length):
        raise BadInputError(
            f"opening: {ruler.opening} rad folds the tip onto the anchor, so that the pull has no direction; "
            "open a hinge a little"
        )


def _check_way(ruler: QuasiStaticRuler, samples: Floats, longest: float) -> None:
    if not (np.isfinite(longest) and longest > 0.0):
        raise BadInputError(f"step: {longest} m must be above 0 and finite")
    if samples.ndim != 1 or samples.size == 0 or not np.isfinite(samples).all():
        raise BadInputError("displacement: give at least one finite number, as a list")
    if ruler.anchor == "free":
        return
    farthest = sum(ruler.section_length) - float(_nodes(ruler, ruler.angles)[-1, 0])
    if samples.max() >= farthest:
        raise BadInputError(
            f"displacement: {samples.max()} m is beyond the straight ruler; give less than {farthest:.4f} m"
        )
