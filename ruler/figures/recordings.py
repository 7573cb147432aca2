"""Figures of recordings: openings over time, load shares, load curve."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from ruler.analysis.summary import recording_measures
from ruler.figures.frame import COLORS, MARKERS, SMALL, Side, check_count, draw_curves, draw_loads, new_figure, styled
from ruler.networks import network_title
from ruler.networks.comparison import Row
from ruler.recording import Recording
from ruler.recording.trust import trust_of
from ruler.text import interval, number

MOST_RECORDINGS = 8


class _Axis(NamedTuple):
    """How the openings of a kind of recording are drawn."""

    label: str
    time: str
    pulled: str
    share: str
    per_degree: float
    limits: tuple[float, float] | None


_HINGES = _Axis("opening (deg)", "time (s)", "hand", "share of the opening", 1.0, (-3.0, 185.0))
# A chain's recording has 180 deg for an elongation as long as the whole target.
_SPRINGS = _Axis(
    "elongation (of the target)", "time (model)", "pulled end", "share of the elongation", 1.0 / 180.0, None
)


def _axis(recording: Recording) -> _Axis:
    return _SPRINGS if recording.meta.get("kind") == "spring-block" else _HINGES


@styled
def plot_recordings(recordings: Sequence[Recording], names: Sequence[str]) -> Figure:
    """Openings over time (a panel per recording), load shares and load curves.

    Args:
        recordings: one to eight.
        names: what each is called in the legend.

    Raises:
        BadInputError: none, or more than eight.
    """
    check_count(len(recordings), MOST_RECORDINGS, "recordings")
    rows, columns = _grid(len(recordings))
    figure = new_figure(1.2 + 3.4 * columns, 3.0 * rows + 3.2)
    top, bottom = np.ravel(figure.subfigures(2, 1, height_ratios=[rows, 1.05], squeeze=False))
    _draw_runs(top, bottom, recordings, names)
    return figure


@styled
def plot_demo(recordings: Sequence[Recording], names: Sequence[str], networks: Sequence[tuple[Row, Row]]) -> Figure:
    """As `plot_recordings`, and below each run beside two networks: the promised and the nearest one.

    Args:
        recordings: one to four.
        names: what each is called in the legend.
        networks: of each, the promised network and the nearest.

    Raises:
        BadInputError: none, or more than four.
    """
    check_count(len(recordings), 4, "recordings")
    _rows, columns = _grid(len(recordings))
    figure = new_figure(1.2 + 3.4 * columns, 9.6)
    parts = np.ravel(figure.subfigures(3, 1, height_ratios=[1.0, 1.05, 1.15], squeeze=False))
    _draw_runs(parts[0], parts[1], recordings, names)
    panels = parts[2].subplots(1, len(recordings), sharey=True, squeeze=False).ravel()
    for place, (panel, recording, name, rows) in enumerate(zip(panels, recordings, names, networks, strict=True)):
        sides = [replace(_side(place, recording, name), curve_label=name)]
        for row, what, look in zip(rows, ("promised", "nearest"), (6, 3), strict=True):
            distance = row.comparison.rms_distance
            numbers = interval(distance.value, distance.low, distance.high, ".3f")
            label = f"{what}: {network_title(row.profile)}\n{numbers}"
            sides.append(Side(row.comparison.network.load, label, label, COLORS[look], MARKERS[look]))
        draw_curves(panel, sides)
        panel.set_title(f"{name} beside networks")
        panel.legend(fontsize=SMALL - 1, loc="upper center", bbox_to_anchor=(0.5, -0.22))
        if place:
            panel.set_ylabel("")
    return figure


def _grid(count: int) -> tuple[int, int]:
    """Rows and columns of the panels with openings."""
    columns = max(2, min(4, count))
    return -(-count // columns), columns


def _draw_runs(top: SubFigure, bottom: SubFigure, recordings: Sequence[Recording], names: Sequence[str]) -> None:
    """Openings over time above, load shares and load curves below."""
    rows, columns = _grid(len(recordings))
    alike = len({_axis(recording) for recording in recordings}) == 1
    panels = top.subplots(rows, columns, sharey=alike, squeeze=False).ravel()
    for panel, recording, name in zip(panels, recordings, names, strict=False):
        _draw_openings(panel, recording, name)
        if panel is panels[0] or not alike:
            panel.set_ylabel(_axis(recording).label)
    for panel in panels[len(recordings) :]:
        panel.set_visible(False)
    sides = [_side(place, *each) for place, each in enumerate(zip(recordings, names, strict=True))]
    hinges, shares = {each.hinges for each in recordings}, {_axis(each).share for each in recordings}
    loads, curves = bottom.subplots(1, 2)
    draw_loads(
        loads, sides, hinges.pop() if len(hinges) == 1 else None, "1 = input, fixed end; last = output, pulled end"
    )
    loads.set(title="Load share of each layer", ylabel=shares.pop() if len(shares) == 1 else "share of the load")
    loads.legend(fontsize=SMALL)
    draw_curves(curves, sides)


def _side(place: int, recording: Recording, name: str) -> Side:
    measures = recording_measures(recording)
    center = measures.center_of_load
    curve_label = name if center is None else f"{name} (centre {number(center)})"
    load = None if measures.load is None else np.array(measures.load)
    return Side(load, name, curve_label, COLORS[place], MARKERS[place])


def _draw_openings(axes: Axes, recording: Recording, name: str) -> None:
    axis = _axis(recording)
    drawn = axis.per_degree * recording.opening_deg
    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.92, recording.hinges))
    for i in range(recording.hinges):
        axes.plot(recording.time, drawn[:, i], color=shades[i], linewidth=1.2)
    marked = {0: "1 (fixed end)", recording.hinges - 1: f"{recording.hinges} ({axis.pulled})"}
    # Ends that have opened alike would have their names on top of each other.
    height = np.ptp(drawn) if axis.limits is None else np.ptp(axis.limits)
    apart = drawn[-1, -1] - drawn[-1, 0]
    shift = 5 if abs(apart) < 0.08 * height else 0
    for i, label in marked.items():
        above = (i > 0) == (apart >= 0.0)
        axes.annotate(
            label,
            (recording.time[-1], drawn[-1, i]),
            xytext=(3, shift if above else -shift),
            textcoords="offset points",
            fontsize=8,
            color=shades[i] * [0.8, 0.8, 0.8, 1.0],
            va="center",
            annotation_clip=False,
        )
    axes.set(title=name, xlabel=axis.time)
    trust = trust_of(recording)
    if trust.level != "good":
        axes.text(0.02, 0.97, f"trust: {trust.level}", transform=axes.transAxes, va="top", fontsize=7, color="#9c2a14")
    if axis.limits is not None:
        axes.set(ylim=axis.limits, yticks=range(0, 181, 45))
    axes.margins(x=0.02)
