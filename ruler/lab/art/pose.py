"""Where the sections lie, worked out from the openings of the hinges: for replays, which store only those."""

import math

import numpy as np
from numpy.typing import NDArray

from ruler.scenario.geometry import fold_sides

Floats = NDArray[np.float64]


def pose_from_opening(
    opening: Floats, lengths: Floats, inner: Floats | None = None, tip: Floats | None = None
) -> tuple[Floats, Floats]:
    """Inner and outer ends of the sections.

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
    opening = np.asarray(opening, dtype=np.float64)
    lengths = np.asarray(lengths, dtype=np.float64)
    start = np.zeros(2) if inner is None else np.asarray(inner, dtype=np.float64)
    turn = fold_sides(len(opening)) * (opening - math.pi)
    angle = np.concatenate(([0.0], np.cumsum(turn)))
    reach = np.array([(lengths * np.cos(angle)).sum(), (lengths * np.sin(angle)).sum()])
    wanted = np.array([1.0, 0.0]) if tip is None else np.asarray(tip, dtype=np.float64) - start
    if np.hypot(*reach) > 1e-12 and np.hypot(*wanted) > 1e-12:
        angle = angle + math.atan2(wanted[1], wanted[0]) - math.atan2(reach[1], reach[0])
    steps = lengths[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    outer = start + np.cumsum(steps, axis=0)
    return np.vstack((start, outer[:-1])), outer
