"""Load shares, load curve and the numbers drawn from them, for ruler and network alike.

A *load* is what one layer (one hinge) contributes: for a ruler how far the hinge opened, for a
network how much the layer lowered the separation measure D, d_l = D_(l-1) - D_l (Shi, Pan and
Dokmanić, PRL 2025). Arrays run from the input layer (fixed end) to the output layer (pulled end).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Loads whose sum is smaller than this part of their sizes cannot be shared out: the shares would
# be rounding noise.
SMALLEST_TOTAL = 1e-9


@dataclass(frozen=True)
class Measures:
    """What the load shares say, each number None where it is not defined.

    Attributes:
        load: shares from the input to the output layer, sum 1, or None when nothing was shared.
        center_of_load: 0 = all in the first layer, 0.5 = even or symmetric, 1 = all in the last.
        unevenness: standard deviation over mean of the shares; 0 = every layer does its share.
        curvature: sum of second differences of the load curve; negative = concave (deep layers do
            the work), positive = convex.
        outer_share: share of the outer (deeper) half of the layers; a middle layer counts half.
        note: why numbers are missing, or None.
    """

    load: tuple[float, ...] | None
    center_of_load: float | None
    unevenness: float | None
    curvature: float | None
    outer_share: float | None
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The measures as plain data for JSON: lists, floats and None, never NaN."""
        values = asdict(self)
        values["load"] = None if self.load is None else list(self.load)
        return values


def load_shares(loads: ArrayLike, smallest_total: float = 0.0) -> Floats | None:
    """Shares load_i / sum(load), or None when there is nothing to share.

    Args:
        loads: shape (layers,), any unit (radians for a ruler, nats for a network).
        smallest_total: a sum of at most this size counts as nothing.

    Returns:
        Shape (layers,), sum 1; shares can be negative when a layer undid work.
    """
    values = np.asarray(loads, dtype=np.float64)
    total = values.sum()
    smallest = max(smallest_total, SMALLEST_TOTAL * float(np.abs(values).sum()))
    if values.size == 0 or not np.isfinite(total) or abs(total) <= smallest:
        return None
    shares = values / total
    # Loads near the smallest or largest numbers there are overflow: nothing sensible to say.
    return shares if np.isfinite(shares).all() else None


def load_curve(shares: ArrayLike) -> Floats:
    """The load curve L_l = 1 - (share_1 + ... + share_l), from 1 before the first layer to 0.

    Args:
        shares: shape (layers,), sum 1.

    Returns:
        Shape (layers + 1,).
    """
    values = np.asarray(shares, dtype=np.float64)
    curve = np.concatenate(([1.0], 1.0 - np.cumsum(values)))
    curve[-1] = 0.0
    return curve


def center_of_load(shares: ArrayLike) -> float | None:
    """sum(i share_i) / (layers - 1), i from 0 at the input; None for a single layer."""
    values = np.asarray(shares, dtype=np.float64)
    if values.size < 2:
        return None
    return float(np.arange(values.size) @ values / (values.size - 1))


def unevenness(shares: ArrayLike) -> float:
    """Standard deviation over mean of the shares (population standard deviation)."""
    values = np.asarray(shares, dtype=np.float64)
    return float(values.std() / abs(values.mean()))


def curvature(shares: ArrayLike) -> float | None:
    """Sum of second differences of the load curve; None for a single layer.

    The sum telescopes to share_first - share_last: it sees only the two end layers, which is why
    `center_of_load` is the better number. Kept because it is the published one.
    """
    values = np.asarray(shares, dtype=np.float64)
    if values.size < 2:
        return None
    return float(np.diff(load_curve(values), 2).sum())


def outer_share(shares: ArrayLike) -> float:
    """Share of the outer (deeper) half of the layers; with an odd count the middle one counts half."""
    values = np.asarray(shares, dtype=np.float64)
    half = values.size // 2
    outer = values[values.size - half :].sum()
    return float(outer + 0.5 * values[half] if values.size % 2 else outer)


def measure_loads(loads: ArrayLike, smallest_total: float = 0.0) -> Measures:
    """All measures of a set of loads.

    Args:
        loads: shape (layers,), from input to output (fixed to pulled end).
        smallest_total: a sum of at most this size counts as nothing.

    Returns:
        The measures; every number None, with a note, when the loads cannot be shared out.
    """
    shares = load_shares(loads, smallest_total)
    if shares is None:
        return Measures(None, None, None, None, None, note="nothing was opened: there is no load to share")
    return Measures(
        load=tuple(shares.tolist()),
        center_of_load=center_of_load(shares),
        unevenness=unevenness(shares),
        curvature=curvature(shares),
        outer_share=outer_share(shares),
    )
