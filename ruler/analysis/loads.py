"""Load shares, load curve and the numbers drawn from them, for ruler, chain and network alike.

A *load* is what one layer (one hinge) contributes: for a ruler how far the hinge opened, for a
network how much the layer lowered the separation D, d_l = D_(l-1) - D_l (Shi, Pan and
Dokmanić, PRL 2025). Arrays run from the input layer (fixed end) to the output layer (pulled end).

A *load measure* is a number drawn from the shares. `LOAD_MEASURES` lists them: a function with
`@load_measure` is all that a new one needs to stand in summaries, `--json`, sweeps, diagrams and help.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ruler.arrays import Floats

# Loads whose sum is smaller than this part of their sizes cannot be shared out: the shares would
# be rounding noise.
SMALLEST_TOTAL = 1e-9


@dataclass(frozen=True)
class LoadMeasure:
    """A number drawn from load shares, and how it is spoken of.

    Attributes:
        name: its key in summaries, `--json` and tables.
        of: the function: shares, shape (layers,), to the number, or None where it is not defined.
        label: short name for people.
        words: what it says, in a sentence.
        low, high: between which it lies as long as no layer undoes work.
        unit: its unit; "1" for a plain number.
        shade: what a diagram that is shaded by it is labelled with; default: the label.
        readout: whether the window shows it beside the load curve.
    """

    name: str
    of: Callable[[ArrayLike], float | None]
    label: str
    words: str
    low: float
    high: float
    unit: str = "1"
    shade: str = ""
    readout: bool = False


LOAD_MEASURES: dict[str, LoadMeasure] = {}
# The measure that shades a diagram unless another is asked for.
DEFAULT_SHADE = "unevenness"

_Of = Callable[[ArrayLike], "float | None"]


def load_measure(label: str, words: str, **about: Any) -> Callable[[_Of], _Of]:
    """Enter a function among the load measures, under its own name; `about` are further fields of `LoadMeasure`."""

    def enter(of: _Of) -> _Of:
        LOAD_MEASURES[of.__name__] = LoadMeasure(of.__name__, of, label, words, **{"shade": label, **about})
        return of

    return enter


@load_measure(
    "centre of load",
    "0 = all in the first layer, 0.5 = even or symmetric, 1 = all in the last",
    low=0.0,
    high=1.0,
    readout=True,
)
def center_of_load(shares: ArrayLike) -> float | None:
    """sum(i share_i) / (layers - 1), i from 0 at the input; None for a single layer."""
    center = float(centers_of_load(shares))
    return None if np.isnan(center) else center


@load_measure(
    "unevenness",
    "standard deviation over mean of the shares; 0 = every layer does its share",
    low=0.0,
    high=np.inf,
    shade="unevenness of the load",
    readout=True,
)
def unevenness(shares: ArrayLike) -> float:
    """Standard deviation over mean of the shares (population standard deviation)."""
    values = np.asarray(shares, dtype=np.float64)
    return float(values.std() / abs(values.mean()))


@load_measure(
    "curvature",
    "sum of second differences of the load curve; negative = concave (deep layers do the work), positive = convex",
    low=-1.0,
    high=1.0,
)
def curvature(shares: ArrayLike) -> float | None:
    """Sum of second differences of the load curve; None for a single layer.

    The sum telescopes to share_first - share_last: it sees only the two end layers, which is why
    `center_of_load` is the better number. Kept because it is the published one.
    """
    values = np.asarray(shares, dtype=np.float64)
    return None if values.size < 2 else float(np.diff(load_curve(values), 2).sum())


@load_measure(
    "outer share",
    "share of the outer (deeper) half of the layers; a middle layer counts half",
    low=0.0,
    high=1.0,
    shade="share of the outer half",
)
def outer_share(shares: ArrayLike) -> float:
    """Share of the outer (deeper) half of the layers; with an odd count the middle one counts half."""
    values = np.asarray(shares, dtype=np.float64)
    half = values.size // 2
    outer = values[values.size - half :].sum()
    return float(outer + 0.5 * values[half] if values.size % 2 else outer)


@load_measure(
    "straightness R^2",
    "R^2 of the load curve to the straight line of least squares; 1 = every layer takes away the same part",
    low=0.0,
    high=1.0,
)
def straightness_r2(shares: ArrayLike) -> float | None:
    """R^2 of the load curve over depth to its line of least squares; None for a single layer.

    It is that of D over depth too, which the curve only scales: how He and Su report their law of
    separation (PNAS 2023, arXiv 2210.17020) and of next-token prediction (arXiv 2408.13442). A
    straight line of any slope fits; `unevenness` says how uneven the shares are.
    """
    curve = load_curve(shares)
    if curve.size < 3:
        return None
    depth = np.linspace(-1.0, 1.0, curve.size)
    rest = curve - curve.mean()
    slope = float(depth @ rest) / float(depth @ depth)
    return float(1.0 - ((rest - slope * depth) ** 2).sum() / (rest @ rest))


@dataclass(frozen=True)
class Measures:
    """What the load shares say. Each of `LOAD_MEASURES` is an attribute: a number, or None where it is not defined.

    Attributes:
        load: shares from the input to the output layer, sum 1, or None when nothing was shared.
        numbers: the load measures by name.
        note: why numbers are missing, or None.
    """

    load: tuple[float, ...] | None
    numbers: Mapping[str, float | None]
    note: str | None = None

    def __getattr__(self, name: str) -> float | None:
        try:
            return self.__dict__["numbers"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"there is no load measure {name!r}", name=name, obj=self) from None

    def as_dict(self) -> dict[str, Any]:
        """The measures as plain data for JSON: lists, floats and None, never NaN."""
        return {"load": None if self.load is None else list(self.load), **self.numbers, "note": self.note}


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
        return Measures(None, dict.fromkeys(LOAD_MEASURES), "nothing was opened: there is no load to share")
    return Measures(tuple(shares.tolist()), {name: measure.of(shares) for name, measure in LOAD_MEASURES.items()})


def load_shares(loads: ArrayLike, smallest_total: float = 0.0) -> Floats | None:
    """Shares load_i / sum(load), or None when there is nothing to share.

    Args:
        loads: shape (layers,), any unit (radians for a ruler, nats for a network).
        smallest_total: a sum of at most this size counts as nothing.

    Returns:
        Shape (layers,), sum 1; shares can be negative when a layer undid work.
    """
    shares = share_rows(loads, smallest_total)
    return shares if shares.size and np.isfinite(shares).all() else None


def share_rows(loads: ArrayLike, smallest_total: float = 0.0) -> Floats:
    """`load_shares` of many rows at once; NaN in a row with nothing to share.

    Args:
        loads: shape (..., layers), any unit.
        smallest_total: a sum of at most this size counts as nothing.

    Returns:
        Shape (..., layers), each row with sum 1, or all NaN.
    """
    values = np.asarray(loads, dtype=np.float64)
    total = values.sum(axis=-1, keepdims=True)
    smallest = np.maximum(smallest_total, SMALLEST_TOTAL * np.abs(values).sum(axis=-1, keepdims=True))
    sensible = np.isfinite(total) & (np.abs(total) > smallest)
    shares = values / np.where(sensible, total, np.nan)
    # Loads near the smallest or largest numbers there are overflow: nothing sensible to say.
    return np.asarray(np.where(np.isfinite(shares).all(axis=-1, keepdims=True), shares, np.nan))


def load_curve(shares: ArrayLike) -> Floats:
    """The load curve L_l = 1 - (share_1 + ... + share_l), from 1 before the first layer to 0.

    Args:
        shares: shape (..., layers), sum 1, or NaN for a row with nothing to share.

    Returns:
        Shape (..., layers + 1); NaN in rows of NaN.
    """
    values = np.asarray(shares, dtype=np.float64)
    curve = np.concatenate([np.ones((*values.shape[:-1], 1)), 1.0 - np.cumsum(values, axis=-1)], axis=-1)
    curve[..., -1] = 0.0
    return np.asarray(np.where(np.isnan(values).any(axis=-1, keepdims=True), np.nan, curve))


def centers_of_load(shares: ArrayLike) -> Floats:
    """`center_of_load` of many rows at once.

    Args:
        shares: shape (..., layers).

    Returns:
        Shape (...); NaN for a single layer.
    """
    values = np.asarray(shares, dtype=np.float64)
    layers = values.shape[-1]
    return np.asarray(values @ np.arange(layers) / (layers - 1) if layers > 1 else np.full(values.shape[:-1], np.nan))
