"""A ruler as far as the slow limit sees it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError

PerHinge = float | tuple[float, ...]
Anchor = Literal["pinned", "clamped", "free"]

ANCHORS = ("pinned", "clamped", "free")

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
        tip = nodes_at(self, angles)[-1]
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


def displacement_to(ruler: QuasiStaticRuler, extension: float) -> float:
    """How far the tip must go, in m, to stand at `extension` full lengths from the anchor's place.

    Raises:
        BadInputError: the tip is there already, or cannot get there.
    """
    full = sum(ruler.section_length)
    start = float(nodes_at(ruler, ruler.angles)[-1, 0])
    if not start / full <= extension < 1.0:
        raise BadInputError(f"extension: {extension} cannot be reached; give {start / full:.3f} (the start) to below 1")
    return extension * full - start


def nodes_at(ruler: QuasiStaticRuler, angle: Floats) -> Floats:
    """Anchor, hinges and tip with the anchor at the origin, m, shape (N + 2, 2)."""
    steps = np.asarray(ruler.section_length)[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    return np.concatenate((np.zeros((1, 2)), np.cumsum(steps, axis=0)))


def openings_at(ruler: QuasiStaticRuler, angle: Floats) -> Floats:
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
    if np.hypot(*nodes_at(ruler, ruler.angles)[-1]) < 1e-9 * sum(ruler.section_length):
        raise BadInputError(
            f"opening: {ruler.opening} rad folds the tip onto the anchor, so that the pull has no direction; "
            "open a hinge a little"
        )
