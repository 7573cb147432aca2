"""The ruler's shape: lengths, masses, and where its sections lie when its hinges are open so far.

Sections are numbered 0 (fixed end) to N (pulled end), hinges 0 to N-1. A section's angle is that
of the direction from its inner to its outer end, in radians from +x. Hinge i turns section i + 1
against section i; its opening is 0 when folded flat and pi when straight, and neighbouring hinges
fold to opposite sides, which makes the zigzag.
"""

import math
from dataclasses import dataclass

import numpy as np

from ruler.arrays import Floats
from ruler.scenario.model import Ruler


@dataclass(frozen=True)
class Shape:
    """A ruler laid out on the table, its inner end at the origin and its tip on the +x axis.

    Attributes:
        length: section lengths in m, shape (N + 1,).
        mass: section masses in kg, shape (N + 1,).
        angle: section angles in rad at the start, shape (N + 1,).
        side: which way each hinge folds, +1 or -1, shape (N,).
        tip: position of the tip in m, shape (2,).
    """

    length: Floats
    mass: Floats
    angle: Floats
    side: Floats
    tip: Floats

    @property
    def full_length(self) -> float:
        """Length of the ruler when straight, in m."""
        return float(self.length.sum())


def start_opening(ruler: Ruler) -> Floats:
    """Opening of each hinge at the start, in rad, shape (N,)."""
    return np.radians(np.broadcast_to(np.asarray(ruler.opening, dtype=np.float64), (ruler.hinges,)))


def fold_sides(hinges: int) -> Floats:
    """+1, -1, +1, ... : the direction in which each hinge folds, shape (N,)."""
    return np.where(np.arange(hinges) % 2 == 0, 1.0, -1.0)


def angles_from_opening(opening: Floats) -> Floats:
    """Section angles in rad, shape (N + 1,), from openings in rad, shape (N,); the first section lies along +x."""
    return np.concatenate(([0.0], np.cumsum(fold_sides(len(opening)) * (opening - math.pi))))


def opening_from_angles(angle: Floats, side: Floats) -> Floats:
    """Openings in rad, shape (..., N), from section angles in rad, shape (..., N + 1).

    The angles are those of the bodies, unwrapped, so an opening below 0 or above pi means a hinge
    pressed through its stop.
    """
    return np.asarray(math.pi + side * np.diff(angle, axis=-1))


def tip_from_angles(angle: Floats, length: Floats) -> Floats:
    """Position of the tip in m, shape (..., 2), from section angles, with the inner end at the origin."""
    return np.stack(((length * np.cos(angle)).sum(-1), (length * np.sin(angle)).sum(-1)), axis=-1)


def lay_out(ruler: Ruler) -> Shape:
    """The ruler as it lies at the start: zigzag, inner end at the origin, tip on the +x axis."""
    length = np.full(ruler.hinges + 1, ruler.section_length)
    length[[0, -1]] *= ruler.end_sections
    mass = ruler.section_mass * length / ruler.section_length
    side = fold_sides(ruler.hinges)
    opening = start_opening(ruler)
    first = 0.5 * (math.pi - opening[0])
    angle = first + angles_from_opening(opening)
    tip = tip_from_angles(angle, length)
    if np.hypot(*tip) > 1e-9 * length.sum():
        # Unequal openings leave the zigzag slanted: turn it so that the pull runs from end to end.
        angle = angle - math.atan2(tip[1], tip[0])
        tip = np.array([np.hypot(*tip), 0.0])
    return Shape(length=length, mass=mass, angle=angle, side=side, tip=tip)


def pose_from_opening(
    opening: Floats, lengths: Floats, inner: Floats | None = None, tip: Floats | None = None
) -> tuple[Floats, Floats]:
    """Where the sections of an open ruler lie.

    Openings fix the shape but not how it lies: the inner end is put at `inner`, and the ruler is
    turned so that its tip lies in the direction of `tip` (along +x without one).

    Args:
        opening: of each hinge, rad, shape (N,).
        lengths: of each section, m, shape (N + 1,).
        inner: inner end of the first section, m, shape (2,); the origin when None.
        tip: where the tip is, m, shape (2,); None for straight to the right.

    Returns:
        Inner ends and outer ends, m, each of shape (N + 1, 2).
    """
    start = np.zeros(2) if inner is None else inner
    angle = angles_from_opening(opening)
    reach = tip_from_angles(angle, lengths)
    wanted = np.array([1.0, 0.0]) if tip is None else tip - start
    if np.hypot(*reach) > 1e-12 and np.hypot(*wanted) > 1e-12:
        angle = angle + math.atan2(wanted[1], wanted[0]) - math.atan2(reach[1], reach[0])
    steps = lengths[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    outer = start + np.cumsum(steps, axis=0)
    return np.vstack((start, outer[:-1])), outer
