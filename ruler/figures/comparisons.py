"""Figures of rulers compared with networks: both load curves, both loads."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from ruler.analysis.compare import Aligned, Comparison
from ruler.figures.frame import COLORS, MARKERS, SMALL, Side, check_count, draw_curves, draw_loads, new_figure, styled
from ruler.text import count, number

MOST_COMPARISONS = 6


@styled
def plot_comparison(comparisons: Sequence[Comparison], rulers: Sequence[str], networks: Sequence[str]) -> Figure:
    """A row for each comparison: both load curves, with bands over the seeds, and both loads as bars.

    Args:
        comparisons: one to six.
        rulers: what the ruler of each is called.
        networks: what the network of each is called.

    Raises:
        BadInputError: none, or more than six.
    """
    check_count(len(comparisons), MOST_COMPARISONS, "comparisons", "name fewer networks")
    figure = new_figure(8.6, 3.5 * len(comparisons) + 0.3)
    rows = np.ravel(figure.subfigures(len(comparisons), 1, squeeze=False))
    for row, comparison, ruler, network in zip(rows, comparisons, rulers, networks, strict=True):
        row.suptitle(f"{ruler} against {network}\n{_agreement(comparison)}", fontsize=10)
        sides = (_side(comparison.ruler, "ruler", "run"), _side(comparison.network, "network", "seed"))
        curves, loads = row.subplots(1, 2)
        draw_curves(curves, sides)
        draw_loads(loads, sides, comparison.layers)
        loads.set_title(_alignment(comparison))
        # Room above the bars for the legend.
        low, high = loads.get_ylim()
        loads.set_ylim(low, high + 0.45 * (high - low))
        loads.legend(fontsize=SMALL, loc="upper left")
    return figure


def _agreement(comparison: Comparison) -> str:
    if comparison.note is not None:
        return comparison.note
    parts = (
        ("RMS distance", comparison.rms_distance, ".3f"),
        ("rank correlation", comparison.rank_correlation, ".2f"),
        ("difference of centres", comparison.center_difference, "+.2f"),
    )
    return ", ".join(f"{name} {number(estimate.value, form, 'not defined')}" for name, estimate, form in parts)


def _side(aligned: Aligned, name: str, each: str) -> Side:
    first, curves = name == "ruler", aligned.seed_curves
    side = Side(aligned.load, name, name, COLORS[first], MARKERS[not first], hatch="" if first else "//")
    if len(curves) < 2:
        return side
    loads = -np.diff(curves, axis=1)
    return replace(
        side,
        label=f"{name}, line: its {aligned.seeds} {each}s",
        bands=[(curves.min(axis=0), curves.max(axis=0), 0.22, f"all {aligned.seeds} {each}s of the {name}")],
        spread=(loads.min(axis=0), loads.max(axis=0)),
    )


def _alignment(comparison: Comparison) -> str:
    hinges, layers = comparison.ruler.count, comparison.network.count
    if hinges == layers:
        return f"Load of {count(layers, 'layer')}, one to one"
    return f"Load at {count(comparison.layers, 'layer')} ({count(hinges, 'hinge')}, {count(layers, 'layer')})"
