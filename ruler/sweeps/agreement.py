"""How well a mechanical diagram predicts networks it was not fitted to, beside baselines without mechanics.

A monotone map of six numbers (see `axes_map`) from the networks' axes to the mechanical ones, and
every baseline, is fitted on a part of the cells of one table of networks. It is judged on the cells
that were left out, and on whole other tables, where nothing is fitted. An axis that both tables have
(alpha, dropout) keeps its scale; another kind of noise is read from its ends as 0 to 1. But how much
of one noise equals how much of another no prediction can know, so other tables are judged a second
time: their most nonlinear row sets the scale of the noise anew, for the mechanics and for the
baselines, and the other rows are judged. Of a sweep with a third axis (the tilt of the table) the value
whose diagram fits the fitted cells best is taken, and that choice is part of the fit. Networks that
have not learned their task (train accuracy below `ruler.networks.LEAST_ACCURACY`) take no part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ruler.analysis.compare import CONFIDENCE, align_curves
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.sweeps.axes_map import LOOSENING, NAMES, CurveGrid, fit_map, mapped
from ruler.sweeps.baselines import Predictor, baselines
from ruler.sweeps.cell_group import CellGroup, network_cells
from ruler.sweeps.diagram import Diagram
from ruler.sweeps.judgement import MECHANICS, SIX, Judgement, judge, rms_distance

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
        maps: the numbers of each map that was fitted, by name: of the mechanics, of the same with six
            numbers where it has seven, of other mechanical tables.
        thirds: for those of sweeps with a third axis, its column and the value that was chosen.
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
    maps: Mapping[str, Mapping[str, float]]
    thirds: Mapping[str, tuple[str, Any]]
    fit_distance: Mapping[str, float]
    judged: Mapping[str, Mapping[str, Judgement]]
    cells: Mapping[str, int]
    reach: Mapping[str, float]
    left_out: Mapping[str, int]
    left_out_runs: str = ""

    @property
    def map(self) -> Mapping[str, float]:
        """The numbers of the mechanics' map, by name."""
        return self.maps[MECHANICS]

    @property
    def beats_all(self) -> Mapping[str, bool]:
        """For each set of cells, whether the mechanics is clearly better than all without mechanics, in curves."""
        return {
            name: all(judgement.verdict == "better" for key, judgement in table.items() if key not in self.maps)
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
            "maps": {name: dict(each) for name, each in self.maps.items()},
            "third_axis": {name: dict([each]) for name, each in self.thirds.items()},
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
                where = [
                    (diagram.up.column, diagram.up.values[up]),
                    (diagram.right.column, diagram.right.values[right]),
                ]
                where += [diagram.third] if diagram.third else []
                words = ", ".join(f"{column} = {value}" for column, value in where)
                raise BadInputError(f"{diagram.name}: no complete run at {words}; finish the sweep")
            curves[up, right] = align_curves(cell.curve, layers)
    return CurveGrid(curves)


@dataclass(frozen=True, eq=False)
class _Fit:
    """A mechanical diagram with a map onto it."""

    diagram: Diagram
    grid: CurveGrid
    numbers: Floats

    def predict(self, nonlinearity: Floats, noise: Floats) -> Floats:
        """Curves of networks; see `Predictor`."""
        return self.grid.read(*mapped(self.numbers, nonlinearity, noise))

    def scaled_to(self, row: CellGroup) -> "_Fit":
        """The same with what noise does fitted to a row of other networks."""
        loosen = len(self.numbers) > len(NAMES)
        numbers = fit_map(self.grid, row.nonlinearity, row.noise, row.curves, self.numbers[:3], loosen=loosen)
        return replace(self, numbers=numbers)


def _fit(diagrams: Sequence[Diagram], fitted: CellGroup, loosen: bool) -> _Fit:
    """The diagram and the map that are nearest to the fitted cells."""
    grids = [mechanical_grid(each, fitted.layers) for each in diagrams]
    fits = [
        _Fit(each, grid, fit_map(grid, fitted.nonlinearity, fitted.noise, fitted.curves, loosen=loosen))
        for each, grid in zip(diagrams, grids, strict=True)
    ]
    return min(fits, key=lambda fit: rms_distance(fit.predict, fitted))


def agree(
    mechanics: Diagram | Sequence[Diagram],
    networks: Diagram,
    others: Sequence[Diagram] = (),
    *,
    split: int = 0,
    fit_share: float = FIT_SHARE,
    loosen: bool = False,
    rivals: Sequence[Sequence[Diagram]] = (),
    resamples: int = RESAMPLES,
) -> Agreement:
    """Fit on a part of the networks' cells, judge on the rest and on other tables.

    Args:
        mechanics: diagram of a sweep, the first axis the friction, the second the shaking; or those of
            a sweep with a third axis, of which the best fitting is taken.
        networks: diagram of networks; a part of its cells, chosen at random, is fitted.
        others: further diagrams of networks of the same depth, only judged.
        split: seed of that choice.
        fit_share: which part is fitted, above 0 and below 1.
        loosen: give the map its seventh number, and judge it beside that of six.
        rivals: other mechanics, each as `mechanics`, fitted and judged likewise.
        resamples: bootstrap draws of cells and of the networks' seeds.

    Raises:
        BadInputError: a table that does not fit, or a share or seed that cannot be used.
    """
    tables = [[mechanics] if isinstance(mechanics, Diagram) else list(mechanics), *map(list, rivals)]
    rulers = [each for table in tables for each in table]
    if (
        any(each.kind == "network" for each in rulers)
        or networks.kind != "network"
        or any(each.kind != "network" for each in others)
    ):
        raise BadInputError("agree takes a table of a sweep first, then one or more tables of networks")
    if not 0.0 < fit_share < 1.0 or split < 0:
        raise BadInputError(f"fit share {fit_share} and split {split}: a share between 0 and 1 and a seed from 0")
    all_cells = network_cells(networks)
    fitted, rest = all_cells.split(split, fit_share)
    fits = {MECHANICS: _fit(tables[0], fitted, loosen)}
    if loosen:
        fits[SIX] = _fit(tables[0], fitted, False)
    fits |= {table[0].name: _fit(table, fitted, False) for table in tables[1:]}
    predictors = _predictors(fits, fitted)
    sets = {f"left-out cells of {networks.name}": (rest, predictors)}
    for other in others:
        cells = network_cells(other, networks).at_layers(all_cells.layers)
        sets[f"{other.name}, nothing fitted"] = (cells, predictors)
        row, rows = cells.most_nonlinear()
        if rows.loads and len(set(row.noise.tolist())) > 1:
            scaled = {name: fit.scaled_to(row) for name, fit in fits.items()}
            sets[f"{other.name}, scale of the noise from its most nonlinear row"] = (
                rows,
                _predictors(scaled, fitted, row),
            )
    own = fits[MECHANICS]
    return Agreement(
        mechanics=own.diagram.name,
        networks=networks.name,
        fitted=len(fitted.loads),
        split=split,
        maps={name: dict(zip((*NAMES, LOOSENING), fit.numbers.tolist(), strict=False)) for name, fit in fits.items()},
        thirds={name: fit.diagram.third for name, fit in fits.items() if fit.diagram.third},
        fit_distance={name: rms_distance(predict, fitted) for name, predict in predictors.items()},
        judged={name: judge(known, cells, resamples, split) for name, (cells, known) in sets.items()},
        cells={name: len(cells.loads) for name, (cells, _) in sets.items()},
        reach={name: reach(own.grid, cells) for name, (cells, _) in sets.items()},
        left_out={each.name: network_cells(each).left_out for each in (networks, *others)},
        left_out_runs=own.diagram.left_out,
    )


def _predictors(fits: Mapping[str, _Fit], fitted: CellGroup, row: CellGroup | None = None) -> dict[str, Predictor]:
    """All predictions by name: the mechanics, then the baselines; `row` sets the scale of the noise of these."""
    return {**{name: fit.predict for name, fit in fits.items()}, **baselines(fitted, row)}


def reach(grid: CurveGrid, cells: CellGroup) -> float:
    """RMS distance of networks from whatever curve of the mechanical diagram is nearest to each.

    No prediction: it says how near the best of all maps could come.
    """
    places = np.linspace(0.0, 1.0, REACH_PLACES)
    up, right = (axis.ravel() for axis in np.meshgrid(places, places))
    curves = grid.read(up, right)
    nearest = [((curves - curve)[:, 1:] ** 2).mean(axis=1).min() for curve in cells.curves]
    return float(np.sqrt(np.mean(nearest)))
