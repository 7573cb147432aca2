"""Figures of real rulers: measured against fitted, photograph against simulation."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ruler.analysis.loads import load_shares
from ruler.arrays import Floats
from ruler.figures.frame import COLORS, SMALL, Side, draw_curves, new_figure, styled
from ruler.measured.fit import Fit
from ruler.measured.unknowns import RATIO


@styled
def plot_fit(fit: Fit) -> Figure:
    """Measured and fitted openings, what is left between them, and the intervals of the parameters."""
    figure = new_figure(9.6, 6.4)
    openings, residuals, held, intervals = figure.subplots(2, 2).ravel()
    measured, predicted = fit.pull_deg, fit.predicted_deg
    hinges = np.arange(1, measured.shape[1] + 1)
    shown = _shown(len(measured))
    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.85, len(shown)))
    for shade, row in zip(shades, shown, strict=True):
        name = f"row {row + 1}, fitted" if row == shown[-1] else None
        openings.plot(hinges, predicted[row], color=shade, linewidth=1.3, label=name)
        name = f"row {row + 1}, measured"
        openings.plot(hinges, measured[row], "o", color=shade, markersize=4, label=name)
        residuals.plot(hinges, measured[row] - predicted[row], "o-", color=shade, markersize=3, linewidth=0.7)
    openings.set(title=f"{fit.pull.name}: {fit.rms_deg:.2f} deg rms", ylabel="opening (deg)")
    openings.legend(fontsize=SMALL)
    noise = float(np.degrees(fit.pull.noise))
    residuals.axhspan(-noise, noise, color="#dddddd", zorder=0)
    residuals.set(title=f"Measured - fitted (grey: {noise:.2g} deg, the error of an angle)", ylabel="deg")
    _draw_held_out(held, fit, hinges)
    _draw_intervals(intervals, fit)
    for axes in (openings, residuals, held):
        axes.set(xlabel="hinge (1 = fixed end)", xticks=hinges[:: max(1, len(hinges) // 12)])
    return figure


def _shown(rows: int) -> list[int]:
    """At most five rows, the first and the last among them."""
    return sorted({round(float(at)) for at in np.linspace(0, rows - 1, min(rows, 5))})


def _draw_held_out(axes: Axes, fit: Fit, hinges: Floats) -> None:
    axes.plot(hinges, fit.pull_deg[-1], "o", color="black", markersize=4, label="measured")
    if fit.held_out_deg is None:
        axes.set(title="Last row: too few rows to predict it", ylabel="opening (deg)")
        return
    axes.plot(hinges, fit.held_out_deg, color=COLORS[1], label="predicted from the other rows")
    axes.set(title=f"Last row predicted: {fit.held_out_rms_deg:.1f} deg rms", ylabel="opening (deg)")
    axes.legend(fontsize=SMALL)


def _draw_intervals(axes: Axes, fit: Fit) -> None:
    """Each parameter and factor over its own value, with its 95 %."""
    names, middle, low, high, known = [], [], [], [], []
    for each in fit.parameters:
        if each.low is None or each.high is None or each.value <= 0.0:
            continue
        names.append("torque ratio" if each.key == RATIO else each.key)
        middle.append(1.0)
        low.append(each.low / each.value)
        high.append(each.high / each.value)
        known.append(each.determined)
    if fit.hinge_factors is not None and fit.factor_low is not None and fit.factor_high is not None:
        names += [f"hinge {i}" for i in range(1, len(fit.hinge_factors) + 1)]
        middle += fit.hinge_factors.tolist()
        low += fit.factor_low.tolist()
        high += fit.factor_high.tolist()
        known += list(fit.factor_determined or ())
    places = np.arange(len(names))[::-1]
    for place, value, least, most, sure in zip(places, middle, low, high, known, strict=True):
        color = COLORS[0] if sure else "#aaaaaa"
        axes.plot([least, most], [place, place], color=color, linewidth=2.0)
        axes.plot(value, place, "o", color=color, markersize=4)
    axes.set(title="95 % intervals (grey: not determined)", yticks=places, yticklabels=names)
    axes.set(xlabel="over the fitted value; hinges: factor of the mean torque", xscale="log")
    axes.set_xticks([0.5, 0.7, 1.0, 1.5, 2.0, 3.0], ["0.5", "0.7", "1", "1.5", "2", "3"], minor=False)
    axes.minorticks_off()
    axes.set_xlim(0.35, 3.6)
    axes.axvline(1.0, color="#777777", linewidth=0.8, linestyle="--")
    axes.tick_params(axis="y", labelsize=SMALL)


class Photograph(NamedTuple):
    """A photographed ruler beside a simulated one.

    Attributes:
        name: what they are called.
        start_deg: openings at the start, deg, shape (N,).
        seen_deg, made_deg: at the end, photographed and simulated, deg, shape (N,).
        note: how far they are apart, in words.
    """

    name: str
    start_deg: Floats
    seen_deg: Floats
    made_deg: Floats
    note: str


@styled
def plot_photographs(pulls: Sequence[Photograph]) -> Figure:
    """Photograph against simulation: openings hinge by hinge, and load curves, a row for each pull."""
    figure = new_figure(9.6, 3.3 * len(pulls))
    grid = figure.subplots(len(pulls), 2, squeeze=False)
    for (openings, curves), pull in zip(grid, pulls, strict=True):
        hinges = np.arange(1, len(pull.seen_deg) + 1)
        openings.bar(hinges - 0.2, pull.seen_deg, 0.4, color="#555555", label="photograph")
        openings.bar(hinges + 0.2, pull.made_deg, 0.4, color=COLORS[1], label="simulated")
        openings.set(title=f"{pull.name}: {pull.note}", ylabel="opening (deg)", xticks=hinges)
        openings.set_xlabel("hinge (1 = fixed end)")
        openings.legend(fontsize=SMALL)
        sides = [
            Side(load_shares(end - pull.start_deg), name, name, color)
            for end, name, color in ((pull.seen_deg, "photograph", "#555555"), (pull.made_deg, "simulated", COLORS[1]))
        ]
        draw_curves(curves, sides)
    return figure
