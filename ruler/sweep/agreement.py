"""How well a mechanical diagram predicts networks it was not fitted to, beside baselines without mechanics.

A monotone map of six numbers (see `axes_map`) from the networks' axes to the mechanical ones, and
every baseline, is fitted on a part of the cells of one table of networks. It is judged on the cells
that were left out, and on whole other tables, where nothing is fitted. An axis that both tables have
(alpha, dropout) keeps its scale; another kind of noise is read from its ends as 0 to 1. But how much
of one noise equals how much of another no prediction can know, so other tables are judged a second
time: their most nonlinear row sets the scale of the noise anew, for the mechanics and for the
baselines, and the other rows are judged. Networks that have not learned their task (train accuracy
below `LEAST_ACCURACY`) take no part.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.analysis.compare import CONFIDENCE, Estimate, align_curves
from ruler.errors import BadInputError
from ruler.networks import LEAST_ACCURACY
from ruler.sweep.axes_map import NAMES, Grid, fit_map, mapped
from ruler.sweep.baselines import Cells, Predictor, baselines, centers
from ruler.sweep.diagram import Diagram

Floats = NDArray[np.float64]

FIT_SHARE = 0.5
RESAMPLES = 2000
LEAST_CELLS = 6
# Places along each axis at which the diagram is searched for the nearest curve.
REACH_PLACES = 61
MECHANICS = "mechanics"


@dataclass(frozen=True, eq=False)
class NetworkCells:
    """The networks of a table that have learned their task.

    Attributes:
        name: of the table.
        nonlinearity: 0 to 1 along its axis, shape (cells,).
        noise: likewise.
        loads: of every seed, each of shape (seeds, layers).
        curves: of the mean loads, shape (cells, layers + 1).
        left_out: networks that have not learned their task, or have no load curve.
    """

    name: str
    nonlinearity: Floats
    noise: Floats
    loads: tuple[Floats, ...]
    curves: Floats
    left_out: int

    def pick(self, chosen: Sequence[int]) -> "NetworkCells":
        """Some of the cells."""
        index = np.asarray(chosen, dtype=np.intp)
        return NetworkCells(
            self.name,
            self.nonlinearity[index],
            self.noise[index],
            tuple(self.loads[i] for i in chosen),
            self.curves[index],
            0,
        )


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
        values: dict[str, Any] = {"curves": self.curves.as_dict(), "centers": self.centers.as_dict()}
        if self.behind is not None and self.centers_behind is not None:
            values |= {
                "behind": self.behind.as_dict(),
                "centers_behind": self.centers_behind.as_dict(),
                "mechanics_is": self.verdict,
                "mechanics_is_in_centers": self.centers_verdict,
            }
        return values


def _verdict(difference: Estimate | None) -> str:
    if difference is None or difference.low is None or difference.high is None:
        return "not judged"
    if difference.low > 0.0:
        return "better"
    return "worse" if difference.high < 0.0 else "no clear difference"


@dataclass(frozen=True, eq=False)
class Agreement:
    """The outcome.

    Attributes:
        mechanics: name of the mechanical table.
        networks: name of the table that was fitted.
        fitted: cells that were fitted.
        split: seed that chose them.
        map: the six numbers of the map, by name.
        fit_distance: RMS distance of curves on the fitted cells, by prediction.
        judged: for each set of cells ("left-out cells of ...", other tables), by prediction.
        cells: how many cells each set has.
        reach: for each set, how near the nearest curve of the diagram comes; see `reach`.
        left_out: networks of each table that took no part.
    """

    mechanics: str
    networks: str
    fitted: int
    split: int
    map: Mapping[str, float]
    fit_distance: Mapping[str, float]
    judged: Mapping[str, Mapping[str, Judgement]]
    cells: Mapping[str, int]
    reach: Mapping[str, float]
    left_out: Mapping[str, int]

    @property
    def beats_all(self) -> Mapping[str, bool]:
        """For each set of cells, whether the mechanics is clearly better than every baseline, in curves."""
        return {
            name: all(judgement.verdict == "better" for key, judgement in table.items() if key != MECHANICS)
            for name, table in self.judged.items()
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "mechanics": self.mechanics,
            "networks": self.networks,
            "fitted_cells": self.fitted,
            "split": self.split,
            "map": dict(self.map),
            "fit_distance": dict(self.fit_distance),
            "judged": {
                name: {
                    "cells": self.cells[name],
                    "nearest_curve_of_the_diagram": self.reach[name],
                    "mechanics_beats_all_baselines": self.beats_all[name],
                    "predictions": {key: judgement.as_dict() for key, judgement in table.items()},
                }
                for name, table in self.judged.items()
            },
            "left_out_networks": dict(self.left_out),
            "confidence": CONFIDENCE,
            "resamples": RESAMPLES,
        }


def network_cells(diagram: Diagram, scale: Diagram | None = None) -> NetworkCells:
    """The cells of a diagram of networks that count.

    Args:
        diagram: of networks.
        scale: diagram whose axes say what 0 and 1 are, where it has the same axes; else they are the
            ends of its own.

    Raises:
        BadInputError: it has no two axes, or too few networks that have learned their task.
    """
    if not diagram.up.column:
        raise BadInputError(f"{diagram.name}: agree needs two axes, nonlinearity and noise; this table has one")
    kept = [place for place, square in sorted(diagram.squares.items()) if _counts(diagram, place)]
    if len(kept) < LEAST_CELLS:
        raise BadInputError(f"{diagram.name}: {len(kept)} trained networks are too few; at least {LEAST_CELLS}")
    layers = {diagram.squares[place].loads.shape[1] for place in kept}
    if len(layers) != 1:
        raise BadInputError(f"{diagram.name}: networks of different depth ({sorted(layers)}) in one table")
    up_at, right_at = (
        own.positions if scale is None or other.column != own.column else own.positions_on(other)
        for own, other in (
            (diagram.up, diagram.up if scale is None else scale.up),
            (diagram.right, diagram.right if scale is None else scale.right),
        )
    )
    return NetworkCells(
        diagram.name,
        np.array([up_at[up] for up, _ in kept]),
        np.array([right_at[right] for _, right in kept]),
        tuple(diagram.squares[place].loads for place in kept),
        np.array([diagram.squares[place].curve for place in kept]),
        len(diagram.squares) - len(kept),
    )


def _counts(diagram: Diagram, place: tuple[int, int]) -> bool:
    square = diagram.squares[place]
    return square.curve is not None and square.numbers.get("train_accuracy", 1.0) >= LEAST_ACCURACY


def mechanical_grid(diagram: Diagram, layers: int) -> Grid:
    """The curves of a mechanical diagram at the networks' layers.

    Raises:
        BadInputError: it is no full grid along two axes.
    """
    if not diagram.up.column:
        raise BadInputError(f"{diagram.name}: agree needs two axes, friction and shaking; this sweep has one")
    rows, columns = len(diagram.up.values), len(diagram.right.values)
    curves = np.empty((rows, columns, layers + 1))
    for up in range(rows):
        for right in range(columns):
            square = diagram.squares.get((up, right))
            if square is None or square.curve is None:
                where = f"{diagram.up.column} = {diagram.up.values[up]}, {diagram.right.column} = "
                raise BadInputError(
                    f"{diagram.name}: no complete run at {where}{diagram.right.values[right]}; finish the sweep"
                )
            curves[up, right] = align_curves(square.curve, layers)
    return Grid(curves)


def agree(
    mechanics: Diagram,
    networks: Diagram,
    others: Sequence[Diagram] = (),
    *,
    split: int = 0,
    fit_share: float = FIT_SHARE,
    resamples: int = RESAMPLES,
) -> Agreement:
    """Fit on a part of the networks' cells, judge on the rest and on other tables.

    Args:
        mechanics: diagram of a sweep; the first axis is the friction, the second the shaking.
        networks: diagram of networks; a part of its cells, chosen at random, is fitted.
        others: further diagrams of networks of the same depth, only judged.
        split: seed of that choice.
        fit_share: which part is fitted, above 0 and below 1.
        resamples: bootstrap draws of cells and of the networks' seeds.

    Raises:
        BadInputError: a table that does not fit, or a share or seed that cannot be used.
    """
    if mechanics.kind == "network" or networks.kind != "network" or any(each.kind != "network" for each in others):
        raise BadInputError("agree takes a table of a sweep first, then one or more tables of networks")
    if not 0.0 < fit_share < 1.0 or split < 0:
        raise BadInputError(f"fit share {fit_share} and split {split}: a share between 0 and 1 and a seed from 0")
    all_cells = network_cells(networks)
    grid = mechanical_grid(mechanics, all_cells.curves.shape[1] - 1)
    fitted, rest = _split(all_cells, split, fit_share)
    parameters, predictors = _predictors(grid, fitted)
    sets = {f"left-out cells of {networks.name}": (rest, predictors)}
    for other in others:
        cells = _same_depth(network_cells(other, networks), grid)
        sets[f"{other.name}, nothing fitted"] = (cells, predictors)
        row, rows = _most_nonlinear(cells)
        if rows.loads and len(set(row.noise.tolist())) > 1:
            _, scaled = _predictors(grid, fitted, row, parameters[:3])
            sets[f"{other.name}, scale of the noise from its most nonlinear row"] = (rows, scaled)
    return Agreement(
        mechanics=mechanics.name,
        networks=networks.name,
        fitted=len(fitted.loads),
        split=split,
        map=dict(zip(NAMES, parameters.tolist(), strict=True)),
        fit_distance={name: _rms(predict, fitted) for name, predict in predictors.items()},
        judged={name: judge(own, cells, resamples, split) for name, (cells, own) in sets.items()},
        cells={name: len(cells.loads) for name, (cells, _) in sets.items()},
        reach={name: reach(grid, cells) for name, (cells, _) in sets.items()},
        left_out={each.name: network_cells(each).left_out for each in (networks, *others)},
    )


def _same_depth(cells: NetworkCells, grid: Grid) -> NetworkCells:
    """Networks of another depth are read at the layers of the fitted ones, over relative depth."""
    layers = grid.curves.shape[2] - 1
    if cells.curves.shape[1] - 1 == layers:
        return cells
    loads = tuple(_loads_at(each, layers) for each in cells.loads)
    return NetworkCells(
        cells.name, cells.nonlinearity, cells.noise, loads, align_curves(cells.curves, layers), cells.left_out
    )


def _loads_at(loads: Floats, layers: int) -> Floats:
    """Loads of each seed at another number of layers, their sum kept."""
    start = np.zeros((len(loads), 1))
    fallen = align_curves(np.concatenate((start, np.cumsum(loads, axis=1)), axis=1), layers)
    return np.asarray(np.diff(fallen, axis=1))


def _split(cells: NetworkCells, split: int, share: float) -> tuple[NetworkCells, NetworkCells]:
    count = len(cells.loads)
    order = np.random.default_rng(split).permutation(count).tolist()
    fitted = min(max(round(share * count), 3), count - 2)
    return cells.pick(sorted(order[:fitted])), cells.pick(sorted(order[fitted:]))


def _most_nonlinear(cells: NetworkCells) -> tuple[NetworkCells, NetworkCells]:
    """The row of the most nonlinear networks, and the rest."""
    top = cells.nonlinearity >= cells.nonlinearity.max()
    return cells.pick(np.flatnonzero(top).tolist()), cells.pick(np.flatnonzero(~top).tolist())


def _predictors(
    grid: Grid, fitted: NetworkCells, row: NetworkCells | None = None, friction: Floats | None = None
) -> tuple[Floats, dict[str, Predictor]]:
    """The map's numbers and all predictions; with a row, only the scale of the noise is fitted, to it."""
    to = fitted if row is None else row
    parameters = fit_map(grid, to.nonlinearity, to.noise, to.curves, friction)

    def mechanics(nonlinearity: Floats, noise: Floats) -> Floats:
        return grid.read(*mapped(parameters, nonlinearity, noise))

    known = baselines(_cells(fitted), None if row is None else _cells(row))
    return parameters, {MECHANICS: mechanics, **known}


def _cells(networks: NetworkCells) -> Cells:
    return Cells(networks.nonlinearity, networks.noise, networks.curves)


def reach(grid: Grid, cells: NetworkCells) -> float:
    """RMS distance of networks from whatever curve of the mechanical diagram is nearest to each.

    No prediction: it says how near the best of all maps could come.
    """
    places = np.linspace(0.0, 1.0, REACH_PLACES)
    up, right = (axis.ravel() for axis in np.meshgrid(places, places))
    curves = grid.read(up, right)
    nearest = [((curves - curve)[:, 1:] ** 2).mean(axis=1).min() for curve in cells.curves]
    return float(np.sqrt(np.mean(nearest)))


def _rms(predict: Predictor, cells: NetworkCells) -> float:
    difference = predict(cells.nonlinearity, cells.noise) - cells.curves
    return float(np.sqrt((difference[:, 1:] ** 2).mean()))


def judge(
    predictors: Mapping[str, Callable[[Floats, Floats], Floats]], cells: NetworkCells, resamples: int, seed: int
) -> dict[str, Judgement]:
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


def _drawn_curves(cells: NetworkCells, resamples: int, seed: int) -> Floats:
    """Load curves of cells whose seeds are drawn anew, shape (resamples, cells, layers + 1)."""
    stream = np.random.default_rng([seed, 0])
    drawn = np.empty((resamples, *cells.curves.shape))
    for i, loads in enumerate(cells.loads):
        seeds = len(loads)
        weights = stream.multinomial(seeds, np.full(seeds, 1.0 / seeds), size=resamples) / seeds
        mean = weights @ loads
        shares = mean / mean.sum(axis=1, keepdims=True)
        drawn[:, i, 0] = 1.0
        drawn[:, i, 1:] = 1.0 - np.cumsum(shares, axis=1)
    return drawn


def _judgement(value: Floats, draws: Floats, mechanics: tuple[Floats, Floats] | None) -> Judgement:
    """From arrays of shape (2,) and (2, resamples): curves, centres."""
    own = [_estimate(value[i], draws[i]) for i in range(2)]
    if mechanics is None:
        return Judgement(*own)
    behind = [_estimate(value[i] - mechanics[0][i], draws[i] - mechanics[1][i]) for i in range(2)]
    return Judgement(*own, *behind)


def _estimate(value: float, draws: Floats) -> Estimate:
    if draws.size == 0:
        return Estimate(float(value))
    low, high = np.quantile(draws, [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE])
    return Estimate(float(value), float(low), float(high))
