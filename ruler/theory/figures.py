"""Figures of spring-block ensembles: load curves with their spread, loads as bars."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ruler.analysis.figures import COLORS, EVEN, STYLE
from ruler.errors import BadInputError
from ruler.theory.chain_run import ChainRun, half_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_RUNS = 8
# Where the middle 95 % of the chains lie.
_MIDDLE = (2.5, 97.5)


def plot_runs(runs: Sequence[ChainRun], names: Sequence[str]) -> "Figure":
    """A column for each ensemble: the load curve above, the loads below.

    The line is the mean over the chains, with its 95 % confidence interval; the pale band holds the
    middle 95 % of the single chains.

    Args:
        runs: one to eight.
        names: what each is called.

    Raises:
        BadInputError: none, or more than eight.
    """
    if not 1 <= len(runs) <= MOST_RUNS:
        raise BadInputError(f"a figure takes 1 to {MOST_RUNS} ensembles; got {len(runs)}")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        wide = len(runs) == 1
        figure = Figure(figsize=(8.2, 3.6) if wide else (0.8 + 3.1 * len(runs), 5.8), layout="constrained")
        shape = (1, 2) if wide else (2, len(runs))
        panels = figure.subplots(*shape, sharey=False if wide else "row", squeeze=False).reshape(2, -1)
        for column, (run, name) in enumerate(zip(runs, names, strict=True)):
            _draw_curve(panels[0, column], run, COLORS[column])
            _draw_loads(panels[1, column], run, COLORS[column])
            center = run.measures.center_of_load
            panels[0, column].set_title(name if center is None else f"{name} (centre {center:.2f})")
        panels[0, 0].set_ylabel("load still to be taken")
        panels[1, 0].set_ylabel("load share")
    return figure


def _draw_curve(axes: "Axes", run: ChainRun, color: str) -> None:
    depth = np.linspace(0.0, 1.0, run.springs + 1)
    curves = run.curves
    mean = curves.mean(axis=0)
    axes.plot([0, 1], [1, 0], color=EVEN, linewidth=1.0, linestyle="--", label="even")
    interval = half_width(curves)
    if interval is not None:
        low, high = np.percentile(curves, _MIDDLE, axis=0)
        axes.fill_between(depth, low, high, color=color, alpha=0.15, linewidth=0.0, label="95 % of the chains")
        axes.fill_between(
            depth,
            mean - interval,
            mean + interval,
            color=color,
            alpha=0.45,
            linewidth=0.0,
            label="95 % interval of the mean",
        )
    chains = "one chain" if run.chains == 1 else f"mean of {run.chains} chains"
    axes.plot(depth, mean, color=color, marker="o", markersize=4, linewidth=1.4, label=chains)
    axes.set(xlabel="depth (0 = input, 1 = output)")
    axes.legend(fontsize=7.5, loc="lower left" if mean.mean() > 0.4 else "upper right")


def _draw_loads(axes: "Axes", run: ChainRun, color: str) -> None:
    from matplotlib.ticker import MaxNLocator

    shares = run.shares
    axes.bar(np.arange(1, run.springs + 1), shares.mean(axis=0), 0.8, color=color, yerr=half_width(shares), capsize=2.5)
    axes.axhline(1.0 / run.springs, color=EVEN, linewidth=1.0, linestyle="--")
    axes.set(xlabel="layer (1 = input, last = output)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
