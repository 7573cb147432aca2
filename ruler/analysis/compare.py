"""A ruler and a network compared: load curves, ranks of the loads, centres, with uncertainty.

**Alignment.** With as many hinges as layers they are taken one to one. Otherwise both load curves
are read over relative depth (0 = input, 1 = output), straight between their layers, at as many
layers as the shorter side has; loads are the steps of these curves. So no detail is invented: a
load of the longer side is split only where a layer of the shorter one ends inside it.

**Uncertainty.** Network seeds, and runs of the ruler with different seeds, are drawn anew with
replacement (bootstrap), each side on its own; the interval holds the middle 95 % of the results.
A side with one seed or run is not resampled. The draws depend on `seed` only.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ruler.analysis.loads import center_of_load, centers_of_load, load_curve, share_rows
from ruler.analysis.summary import NOTHING_OPENED, PulledEnd
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.recording import Recording

RESAMPLES = 2000
CONFIDENCE = 0.95
# Shares closer than this share a rank: the difference is rounding.
TIE = 1e-9
# So many numbers are resampled at a time (32 MB for each array).
BLOCK_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """A number and how far the seeds leave it open.

    Attributes:
        value: of all seeds together; None where it is not defined.
        low: lower end of the bootstrap interval; None when nothing was resampled.
        high: upper end.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, float | None]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Aligned:
    """One side of a comparison, at the common layers.

    Attributes:
        count: hinges or layers it really has.
        load: shares from input to output, shape (layers,), of the mean over runs or seeds; None when
            there is nothing to share.
        curve: load curve from 1 to 0, shape (layers + 1,); None likewise.
        center_of_load: of `load`; None likewise, or with a single layer.
        seed_curves: load curve of each run or seed that has one, shape (seeds, layers + 1).
        seeds: how many runs or seeds there are.
    """

    count: int
    load: Floats | None
    curve: Floats | None
    center_of_load: float | None
    seed_curves: Floats
    seeds: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "layers": self.count,
            "seeds": self.seeds,
            "load": None if self.load is None else self.load.tolist(),
            "load_curve": None if self.curve is None else self.curve.tolist(),
            "center_of_load": self.center_of_load,
        }


@dataclass(frozen=True, eq=False)
class Comparison:
    """How well a ruler agrees with a network.

    Attributes:
        layers: at which both were compared: the fewer of hinges and layers.
        ruler: the ruler at these layers.
        network: the network at these layers.
        rms_distance: sqrt(mean over l = 1..layers of (ruler curve - network curve)^2); 0 = the same.
        rank_correlation: Spearman's, of the loads, ties with their mean rank; None when a side has
            no load, equal loads only, or one layer.
        center_difference: centre of load of the ruler minus that of the network.
        confidence: which part of the draws an interval holds.
        resamples: bootstrap draws behind the intervals; 0 when neither side has several seeds.
        note: why numbers are missing, or None.
    """

    layers: int
    ruler: Aligned
    network: Aligned
    rms_distance: Estimate
    rank_correlation: Estimate
    center_difference: Estimate
    confidence: float
    resamples: int
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: numbers, lists and None, never NaN."""
        return {
            name: value.as_dict() if isinstance(value, Aligned | Estimate) else value
            for name, value in vars(self).items()
        }


def compare_loads(
    ruler: ArrayLike,
    network: ArrayLike,
    *,
    smallest_opening: float = 0.0,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare loads of a ruler with loads of a network.

    Args:
        ruler: shape (hinges,) or (runs, hinges), from input to output, any unit; see `ruler_loads`.
        network: shape (layers,) or (seeds, layers), any unit, such as `LayerProfile.seed_loads`.
        smallest_opening: a ruler that opened by no more than this in all has no load.
        resamples: bootstrap draws; 0 for none.
        seed: of the draws.

    Returns:
        The comparison.

    Raises:
        BadInputError: another shape, nothing in it, numbers that are not finite, or resamples < 0.
    """
    if resamples < 0 or seed < 0:
        raise BadInputError(f"resamples {resamples} and seed {seed}: numbers from 0 are needed")
    sides = (_rows(ruler, "ruler"), _rows(network, "network"))
    smallest = (smallest_opening, 0.0)
    layers = min(rows.shape[1] for rows in sides)
    aligned = [_aligned(rows, layers, least) for rows, least in zip(sides, smallest, strict=True)]
    drawn = resamples if max(len(rows) for rows in sides) > 1 else 0
    means = [_curves(rows.mean(axis=0, keepdims=True), layers, low) for rows, low in zip(sides, smallest, strict=True)]
    values = _numbers(*means)[:, 0]
    spread = _bootstrap(sides, smallest, layers, drawn, seed)
    distance, ranks, centers = (estimate(value, draws) for value, draws in zip(values, spread, strict=True))
    note = _note(*aligned)
    return Comparison(layers, aligned[0], aligned[1], distance, ranks, centers, CONFIDENCE, drawn, note)


def compare_recordings(
    recordings: Sequence[Recording],
    network: ArrayLike,
    pulled_end: PulledEnd = "deep",
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare recordings of one ruler with the loads of a network.

    Args:
        recordings: one, or several runs of the same scenario with different seeds.
        network: as for `compare_loads`.
        pulled_end: which end of the network the pulled end stands for.
        resamples: bootstrap draws; 0 for none.
        seed: of the draws.

    Raises:
        BadInputError: as for `compare_loads` and `ruler_loads`.
    """
    loads = ruler_loads(recordings, pulled_end)
    return compare_loads(loads, network, smallest_opening=NOTHING_OPENED, resamples=resamples, seed=seed)


def ruler_loads(recordings: Sequence[Recording], pulled_end: PulledEnd = "deep") -> Floats:
    """How far every hinge has opened in each run, rad, from the input to the output layer.

    Args:
        recordings: one, or several runs of the same scenario with different seeds.
        pulled_end: "deep" (the output layer, as in the paper) or "shallow".

    Returns:
        Shape (runs, hinges).

    Raises:
        BadInputError: no recording, or they differ in more than the seed, or a seed is there twice.
    """
    if not recordings:
        raise BadInputError("no recordings to compare")
    first = recordings[0]
    if any(_without_seed(other) != _without_seed(first) for other in recordings[1:]):
        raise BadInputError(
            "several recordings are taken as runs of one scenario with different seeds, but these differ in "
            "more than the seed; compare one scenario at a time"
        )
    seeds = [recording.meta.get("seed") for recording in recordings]
    if len(set(seeds)) != len(seeds):
        raise BadInputError(f"several recordings have the same seed ({', '.join(map(str, seeds))}); name each run once")
    opened = np.stack([recording.opened[-1] for recording in recordings])
    return np.asarray(opened if pulled_end == "deep" else opened[:, ::-1])


def align_curves(curves: ArrayLike, layers: int) -> Floats:
    """Load curves read over relative depth at another number of layers, straight in between.

    Args:
        curves: shape (..., own layers + 1), from 1 to 0.
        layers: number wanted, from 1.

    Returns:
        Shape (..., layers + 1); the curves themselves when they have that many layers.
    """
    values = np.asarray(curves, dtype=np.float64)
    own = values.shape[-1] - 1
    return values if own == layers else np.asarray(values @ _interpolation(own, layers))


def curve_distance(first: ArrayLike, second: ArrayLike) -> Floats:
    """RMS distance of load curves with the same number of layers; see `Comparison.rms_distance`.

    Args:
        first: shape (..., layers + 1).
        second: shape (..., layers + 1).

    Returns:
        Shape (...).
    """
    difference = np.asarray(first, dtype=np.float64)[..., 1:] - np.asarray(second, dtype=np.float64)[..., 1:]
    return np.asarray(np.sqrt(np.mean(difference**2, axis=-1)))


def rank_correlation(first: ArrayLike, second: ArrayLike) -> Floats:
    """Spearman's rank correlation, ties (closer than `TIE`) with their mean rank.

    Args:
        first: shape (..., layers).
        second: shape (..., layers).

    Returns:
        Shape (...); NaN where a side has fewer than two different numbers.
    """
    a, b = _ranks(np.asarray(first, dtype=np.float64)), _ranks(np.asarray(second, dtype=np.float64))
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    size = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    defined = size > 0.0
    correlation = (a * b).sum(axis=-1) / np.where(defined, size, 1.0)
    return np.asarray(np.where(defined, np.clip(correlation, -1.0, 1.0), np.nan))


def _ranks(values: Floats) -> Floats:
    order = np.argsort(values, axis=-1, kind="stable")
    rising = np.take_along_axis(values, order, axis=-1)
    places = np.broadcast_to(np.arange(values.shape[-1]), values.shape)
    step = np.diff(rising, axis=-1) > TIE
    edge = np.ones((*values.shape[:-1], 1), dtype=bool)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, step], axis=-1), places, 0), axis=-1)
    ends = np.where(np.concatenate([step, edge], axis=-1), places, values.shape[-1])
    last = np.minimum.accumulate(ends[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, 0.5 * (first + last), axis=-1)
    # Loads that do not exist have no rank: all alike, so that the correlation is undefined.
    return np.asarray(np.where(np.isnan(values).any(axis=-1, keepdims=True), 0.0, ranks))


@cache
def _interpolation(own: int, layers: int) -> Floats:
    """Matrix that turns curves of `own` layers into curves of `layers`, shape (own + 1, layers + 1)."""
    depth = np.arange(layers + 1) * (own / layers)
    left = np.minimum(depth.astype(np.intp), own - 1)
    right = depth - left
    matrix = np.zeros((own + 1, layers + 1))
    columns = np.arange(layers + 1)
    matrix[left, columns] = 1.0 - right
    matrix[left + 1, columns] += right
    matrix.flags.writeable = False
    return matrix


def _rows(loads: ArrayLike, side: str) -> Floats:
    rows = np.atleast_2d(np.asarray(loads, dtype=np.float64))
    if rows.ndim != 2 or rows.size == 0:
        raise BadInputError(f"{side}: loads of shape {rows.shape}; (layers,) or (seeds, layers) is needed")
    if not np.isfinite(rows).all():
        raise BadInputError(f"{side}: a load is NaN or infinite; all must be finite numbers")
    return rows


def _curves(loads: Floats, layers: int, smallest: float) -> Floats:
    """Load curves of rows of loads at `layers` layers; NaN in rows with nothing to share."""
    return align_curves(load_curve(share_rows(loads, smallest)), layers)


def _numbers(ruler: Floats, network: Floats) -> Floats:
    """RMS distance, rank correlation and difference of centres, shape (3, rows)."""
    loads, others = -np.diff(ruler, axis=1), -np.diff(network, axis=1)
    ranks = rank_correlation(loads, others)
    return np.stack([curve_distance(ruler, network), ranks, centers_of_load(loads) - centers_of_load(others)])


def drawn_anew(stream: np.random.Generator, seeds: int, resamples: int) -> Floats:
    """Weight of each seed in means over seeds that are drawn anew, with replacement; shape (resamples, seeds)."""
    return np.asarray(stream.multinomial(seeds, np.full(seeds, 1.0 / seeds), size=resamples) / seeds)


def _bootstrap(
    sides: tuple[Floats, Floats], smallest: tuple[float, float], layers: int, resamples: int, seed: int
) -> Floats:
    """The three numbers of every resample, shape (3, resamples)."""
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2)]
    weights = [drawn_anew(stream, len(rows), resamples) for stream, rows in zip(streams, sides, strict=True)]
    block = max(1, BLOCK_NUMBERS // max(rows.shape[1] for rows in sides))
    parts = [np.empty((3, 0))]
    for start in range(0, resamples, block):
        curves = [
            _curves(weight[start : start + block] @ rows, layers, least)
            for weight, rows, least in zip(weights, sides, smallest, strict=True)
        ]
        parts.append(_numbers(*curves))
    return np.concatenate(parts, axis=1)


def estimate(value: float, draws: Floats) -> Estimate:
    """A number with the middle of its bootstrap draws.

    Args:
        value: the number; NaN or infinite: it is not defined.
        draws: shape (resamples,); those that are not finite do not count, and without any there is no interval.
    """
    known = draws[np.isfinite(draws)]
    if not np.isfinite(value):
        return Estimate(None)
    if known.size == 0:
        return Estimate(float(value))
    low, high = np.quantile(known, [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE])
    return Estimate(float(value), float(low), float(high))


def _aligned(rows: Floats, layers: int, smallest: float) -> Aligned:
    curve = _curves(rows.mean(axis=0, keepdims=True), layers, smallest)[0]
    seed_curves = _curves(rows, layers, smallest)
    seed_curves = seed_curves[np.isfinite(seed_curves).all(axis=1)]
    if not np.isfinite(curve).all():
        return Aligned(rows.shape[1], None, None, None, seed_curves, len(rows))
    load = -np.diff(curve)
    return Aligned(rows.shape[1], load, curve, center_of_load(load), seed_curves, len(rows))


def _note(ruler: Aligned, network: Aligned) -> str | None:
    if ruler.load is None:
        return "the ruler has not opened: there is no load to compare"
    if network.load is None:
        return "the network's loads cancel: there is no load to compare"
    return None


def _without_seed(recording: Recording) -> dict[str, Any]:
    source = {key: value for key, value in dict(recording.meta.get("source", {})).items() if key != "seed"}
    return {"source": source, "hinges": recording.hinges}
