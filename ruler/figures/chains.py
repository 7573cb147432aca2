"""Figures of spring-block ensembles: load curves with their spread, loads as bars."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ruler.figures.frame import COLORS, Side, check_count, draw_curves, draw_loads, new_figure, styled
from ruler.text import number
from ruler.theory.chain_run import ChainRun, half_width

MOST_RUNS = 8
# Where the middle 95 % of the chains lie.
_MIDDLE = (2.5, 97.5)


@styled
def plot_runs(runs: Sequence[ChainRun], names: Sequence[str]) -> Figure:
    """A column for each ensemble: the load curve above, the loads below.

    The line is the mean over the chains, with its 95 % confidence interval; the pale band holds the
    middle 95 % of the single chains.

    Args:
        runs: one to eight.
        names: what each is called.

    Raises:
        BadInputError: none, or more than eight.
    """
    check_count(len(runs), MOST_RUNS, "ensembles")
    wide = len(runs) == 1
    figure = new_figure(8.2, 3.6) if wide else new_figure(0.8 + 3.1 * len(runs), 5.8)
    shape = (1, 2) if wide else (2, len(runs))
    panels = figure.subplots(*shape, sharey=False if wide else "row", squeeze=False).reshape(2, -1)
    for (curve, loads), run, name, color in zip(panels.T, runs, names, COLORS, strict=False):
        side = _side(run, color)
        draw_curves(curve, [side])
        draw_loads(loads, [side], run.springs)
        if run.chains > 1:
            layers, half = range(1, run.springs + 1), half_width(run.shares)
            loads.errorbar(layers, run.shares.mean(axis=0), half, fmt="none", ecolor="black", capsize=2.5)
        center = run.measures.center_of_load
        curve.set_title(name if center is None else f"{name} (centre {number(center)})")
    # The columns share the scales of the first.
    for panel in panels[:, 1:].flat:
        panel.set_ylabel("")
    return figure


def _side(run: ChainRun, color: str) -> Side:
    load, mean = run.shares.mean(axis=0), run.curves.mean(axis=0)
    if run.chains == 1:
        return Side(load, "", "one chain", color)
    low, high = np.percentile(run.curves, _MIDDLE, axis=0)
    half = half_width(run.curves)
    bands = [
        (low, high, 0.15, "95 % of the chains"),
        (mean - half, mean + half, 0.45, "95 % interval of the mean"),
    ]
    return Side(load, "", f"mean of {run.chains} chains", color, bands=bands)
