"""How far predictions are from networks they were not fitted to, with bootstrap intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruler.analysis.compare import Estimate, drawn_anew, estimate
from ruler.analysis.loads import load_curve, share_rows
from ruler.arrays import Floats
from ruler.sweeps.baselines import Predictor, centers
from ruler.sweeps.cell_group import CellGroup

MECHANICS = "mechanics"
# The same mechanics by a map without the loosening, where the mechanics has it.
SIX = "six numbers"


@dataclass(frozen=True)
class Judgement:
    """A prediction judged on cells it was not fitted to.

    Attributes:
        curves: RMS distance of whole load curves, over cells and layers.
        centers: RMS distance of centres of load.
        behind: for a baseline, its RMS distance of curves minus that of the mechanics, on the same
            resamples: above 0, the mechanics is closer. None for the mechanics.
        centers_behind: likewise of centres.
    """

    curves: Estimate
    centers: Estimate
    behind: Estimate | None = None
    centers_behind: Estimate | None = None

    @property
    def verdict(self) -> str:
        """What the difference of curves says about the mechanics: "better", "worse" or "no clear difference"."""
        return _verdict(self.behind)

    @property
    def centers_verdict(self) -> str:
        """The same of the centres."""
        return _verdict(self.centers_behind)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        known = {name: each.as_dict() for name, each in vars(self).items() if each is not None}
        if self.behind is None:
            return known
        return {**known, "mechanics_is": self.verdict, "mechanics_is_in_centers": self.centers_verdict}


def _verdict(difference: Estimate | None) -> str:
    if difference is None or difference.low is None or difference.high is None:
        return "not judged"
    if difference.low > 0.0:
        return "better"
    return "worse" if difference.high < 0.0 else "no clear difference"


def rms_distance(predict: Predictor, cells: CellGroup) -> float:
    """RMS distance of predicted load curves from those of networks."""
    difference = predict(cells.nonlinearity, cells.noise) - cells.curves
    return float(np.sqrt((difference[:, 1:] ** 2).mean()))


def judge(predictors: Mapping[str, Predictor], cells: CellGroup, resamples: int, seed: int) -> dict[str, Judgement]:
    """Distances of predictions from networks, with bootstrap intervals over cells and seeds.

    Args:
        predictors: by name, "mechanics" among them.
        cells: networks that none of them was fitted to.
        resamples: draws; each draws cells, and for every cell seeds, the same for all predictions.
        seed: of the draws.
    """
    predicted = {name: predict(cells.nonlinearity, cells.noise) for name, predict in predictors.items()}
    drawn_curves = _drawn_curves(cells, resamples, seed)
    count = len(cells.loads)
    chosen = np.random.default_rng([seed, 1]).integers(0, count, size=(resamples, count))
    values, draws = {}, {}
    for name, curves in predicted.items():
        values[name] = np.sqrt(_squares(curves, cells.curves).mean(axis=-1))
        squares = _squares(curves, drawn_curves)
        draws[name] = np.sqrt(np.take_along_axis(squares, chosen[None], axis=2).mean(axis=2))
    return {
        name: _judgement(
            values[name], draws[name], None if name == MECHANICS else (values[MECHANICS], draws[MECHANICS])
        )
        for name in predictors
    }


def _squares(predicted: Floats, true: Floats) -> Floats:
    """Square distances of curves (mean over layers) and of centres, shape (2, ..., cells)."""
    curves = ((predicted - true)[..., 1:] ** 2).mean(axis=-1)
    return np.asarray(np.stack((curves, (centers(predicted) - centers(true)) ** 2)))


def _drawn_curves(cells: CellGroup, resamples: int, seed: int) -> Floats:
    """Load curves of cells whose seeds are drawn anew, shape (resamples, cells, layers + 1)."""
    stream = np.random.default_rng([seed, 0])
    drawn = np.empty((resamples, *cells.curves.shape))
    for i, loads in enumerate(cells.loads):
        drawn[:, i] = load_curve(share_rows(drawn_anew(stream, len(loads), resamples) @ loads))
    return drawn


def _judgement(value: Floats, draws: Floats, mechanics: tuple[Floats, Floats] | None) -> Judgement:
    """From arrays of shape (2,) and (2, resamples): curves, centres."""
    own = map(estimate, value, draws)
    if mechanics is None:
        return Judgement(*own)
    return Judgement(*own, *map(estimate, value - mechanics[0], draws - mechanics[1]))
