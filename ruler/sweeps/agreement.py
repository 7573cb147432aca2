"""How well a mechanical diagram predicts networks it was not fitted to, beside baselines without mechanics.

A monotone map of six numbers (see `axes_map`) from the networks' axes to the mechanical ones, and
every baseline, is fitted on a part of the cells of one table of networks. It is judged on the cells
that were left out, and on whole other tables, where nothing is fitted. An axis that both tables have
(alpha, dropout) keeps its scale; another kind of noise is read from its ends as 0 to 1. But how much
of one noise equals how much of another no prediction can know, so other tables are judged a second
time: their most nonlinear row sets the scale of the noise anew, for the mechanics and for the
baselines, and the other rows are judged. Networks that have not learned their task (train accuracy
below `ruler.networks.LEAST_ACCURACY`) take no part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruler.analysis.compare import CONFIDENCE, align_curves
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.sweeps.axes_map import NAMES, CurveGrid, fit_map, mapped
from ruler.sweeps.baselines import Predictor, baselines
from ruler.sweeps.cell_group import CellGroup, network_cells
from ruler.sweeps.diagram import Diagram
from ruler.sweeps.judgement import MECHANICS, Judgement, judge, rms_distance

FIT_SHARE = 0.5
RESAMPLES = 2000
# Places along each axis at which the diagram is searched for the nearest curve.
REACH_PLACES = 61


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
        left_out_runs: of the mechanical table, in words; empty if there are none.
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
    left_out_runs: str = ""

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
            "left_out_runs": self.left_out_runs,
            "confidence": CONFIDENCE,
            "resamples": RESAMPLES,
        }


def mechanical_grid(diagram: Diagram, layers: int) -> CurveGrid:
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
            cell = diagram.cells.get((up, right))
            if cell is None or cell.curve is None:
                where = f"{diagram.up.column} = {diagram.up.values[up]}, {diagram.right.column} = "
                raise BadInputError(
                    f"{diagram.name}: no complete run at {where}{diagram.right.values[right]}; finish the sweep"
                )
            curves[up, right] = align_curves(cell.curve, layers)
    return CurveGrid(curves)


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
    grid = mechanical_grid(mechanics, all_cells.layers)
    fitted, rest = all_cells.split(split, fit_share)
    parameters, predictors = _predictors(grid, fitted)
    sets = {f"left-out cells of {networks.name}": (rest, predictors)}
    for other in others:
        cells = network_cells(other, networks).at_layers(all_cells.layers)
        sets[f"{other.name}, nothing fitted"] = (cells, predictors)
        row, rows = cells.most_nonlinear()
        if rows.loads and len(set(row.noise.tolist())) > 1:
            _, scaled = _predictors(grid, fitted, row, parameters[:3])
            sets[f"{other.name}, scale of the noise from its most nonlinear row"] = (rows, scaled)
    return Agreement(
        mechanics=mechanics.name,
        networks=networks.name,
        fitted=len(fitted.loads),
        split=split,
        map=dict(zip(NAMES, parameters.tolist(), strict=True)),
        fit_distance={name: rms_distance(predict, fitted) for name, predict in predictors.items()},
        judged={name: judge(own, cells, resamples, split) for name, (cells, own) in sets.items()},
        cells={name: len(cells.loads) for name, (cells, _) in sets.items()},
        reach={name: reach(grid, cells) for name, (cells, _) in sets.items()},
        left_out={each.name: network_cells(each).left_out for each in (networks, *others)},
        left_out_runs=mechanics.left_out,
    )


def _predictors(
    grid: CurveGrid, fitted: CellGroup, row: CellGroup | None = None, friction: Floats | None = None
) -> tuple[Floats, dict[str, Predictor]]:
    """The map's numbers and all predictions; with a row, only the scale of the noise is fitted, to it."""
    to = fitted if row is None else row
    parameters = fit_map(grid, to.nonlinearity, to.noise, to.curves, friction)

    def mechanics(nonlinearity: Floats, noise: Floats) -> Floats:
        return grid.read(*mapped(parameters, nonlinearity, noise))

    known = baselines(fitted, row)
    return parameters, {MECHANICS: mechanics, **known}


def reach(grid: CurveGrid, cells: CellGroup) -> float:
    """RMS distance of networks from whatever curve of the mechanical diagram is nearest to each.

    No prediction: it says how near the best of all maps could come.
    """
    places = np.linspace(0.0, 1.0, REACH_PLACES)
    up, right = (axis.ravel() for axis in np.meshgrid(places, places))
    curves = grid.read(up, right)
    nearest = [((curves - curve)[:, 1:] ** 2).mean(axis=1).min() for curve in cells.curves]
    return float(np.sqrt(np.mean(nearest)))
