"""The phase diagram as a figure: a square for each setting with its load curve, shaded by a column."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure

from ruler.analysis import LOAD_MEASURES
from ruler.errors import BadInputError
from ruler.figures.frame import EVEN, SMALL, bulge_of, check_count, new_figure, styled
from ruler.sweeps.diagram import Diagram, DiagramAxis, DiagramCell
from ruler.text import number, suggest

MOST_DIAGRAMS = 6
MOST_SQUARES = 900
SQUARE = 0.62  # inches
MARGIN = 0.12  # of a square, around its curve
# Outside this part of the values a shade is cut off, so that one odd square does not take all of it.
SHADED = (0.05, 0.95)
LINE = "#1a1a1a"
POOR = "#9c2a14"
SHADE_LABELS = {
    "test_accuracy": "test accuracy",
    "train_accuracy": "train accuracy",
    "energy_error": "energy error",
    **{name: measure.shade for name, measure in LOAD_MEASURES.items()},
}


@styled
def plot_diagrams(diagrams: Sequence[Diagram], shade: str | None = None) -> Figure:
    """Phase diagrams side by side.

    Args:
        diagrams: one to six.
        shade: column of numbers that shades all diagrams that have it; the others, and all when it
            is None, are shaded by their own default: accuracy for networks, else unevenness.

    Raises:
        BadInputError: too many diagrams or squares, or no diagram has the column.
    """
    _check(diagrams, shade)
    columns = [shade if shade is not None and shade in each.columns else each.shade for each in diagrams]
    limits = {column: _limits(diagrams, columns, column) for column in columns}
    widths = [1.15 + SQUARE * len(each.right.values) for each in diagrams]
    height = max(SQUARE * len(each.up.values) for each in diagrams)
    figure = new_figure(max(4.2, sum(widths) + 0.2), height + 2.45)
    axes = figure.subplots(1, len(diagrams), squeeze=False, width_ratios=widths)[0]
    for where, diagram, column in zip(axes, diagrams, columns, strict=True):
        _draw(where, diagram, column, limits[column])
    figure.supxlabel(_legend(sum(widths)), fontsize=SMALL, color="#444444")
    return figure


def _check(diagrams: Sequence[Diagram], shade: str | None) -> None:
    check_count(len(diagrams), MOST_DIAGRAMS, "diagrams")
    for each in diagrams:
        if len(each.up.values) * len(each.right.values) > MOST_SQUARES:
            raise BadInputError(
                f"{each.name}: {len(each.up.values)} x {len(each.right.values)} squares are too many to draw; at most "
                f"{MOST_SQUARES}"
            )
    if shade is not None and not any(shade in each.columns for each in diagrams):
        known = dict.fromkeys(name for each in diagrams for name in each.columns)
        raise BadInputError(f"--shade {shade}: no table has this column of numbers; {suggest(shade, known)}")


def _legend(width: float) -> str:
    parts = (
        "Square: load curve from input (left, 1) to output (right, 0); grey band: all seeds;",
        "dashed: even line; number: centre of load (0.5 = even, more: deep layers).",
    )
    return (" " if width > 9.5 else "\n").join(parts)


def _limits(diagrams: Sequence[Diagram], columns: Sequence[str], column: str) -> tuple[float, float, str]:
    """Least and greatest shade, and which end is cut, over all diagrams that are shaded by a column."""
    values = [
        square.numbers[column]
        for each, own in zip(diagrams, columns, strict=True)
        if own == column
        for square in each.cells.values()
        if column in square.numbers
    ]
    if not values:
        return 0.0, 1.0, "neither"
    low, high = (float(value) for value in np.quantile(values, SHADED))
    if high - low < 1e-12:
        return low - 0.5, high + 0.5, "neither"
    below, above = min(values) < low, max(values) > high
    return low, high, "both" if below and above else "min" if below else "max" if above else "neither"


def _draw(axes: Axes, diagram: Diagram, column: str, limits: tuple[float, float, str]) -> None:
    low, high, extend = limits
    shades = np.full((len(diagram.up.values), len(diagram.right.values)), np.nan)
    for place, square in diagram.cells.items():
        shades[place] = square.numbers.get(column, np.nan)
    colours = _colours(diagram.kind)
    drawn = axes.pcolormesh(
        np.arange(shades.shape[1] + 1), np.arange(shades.shape[0] + 1), np.ma.masked_invalid(shades),
        cmap=colours, vmin=low, vmax=high, edgecolors="white", linewidth=1.5,
    )  # fmt: skip
    span = _span(diagram.cells)
    for up in range(shades.shape[0]):
        for right in range(shades.shape[1]):
            _draw_square(axes, up, right, diagram.cells.get((up, right)), span)
            _mark_poor(axes, up, right, diagram.poor.get((up, right), 0))
    _label(axes, diagram)
    bar = axes.figure.colorbar(drawn, ax=axes, location="bottom", extend=extend, shrink=0.8, aspect=32, pad=0.02)
    bar.set_label(SHADE_LABELS.get(column, column), fontsize=8.5)
    bar.ax.tick_params(labelsize=SMALL)
    bar.outline.set_visible(False)


def _colours(kind: str) -> Colormap:
    """Light enough for black curves at both ends."""
    dark = {"network": "#f0b44c", "ruler": "#6db3e0", "spring-block": "#6cc5a5"}[kind]
    return LinearSegmentedColormap.from_list(kind, ["#f7f7f5", dark])


def _span(cells: Mapping[tuple[int, int], DiagramCell]) -> tuple[float, float]:
    """Least and greatest value of all curves: loads can be negative."""
    curves = [square.seed_curves for square in cells.values() if len(square.seed_curves)]
    low = min((float(each.min()) for each in curves), default=0.0)
    high = max((float(each.max()) for each in curves), default=1.0)
    return max(min(low, 0.0), -0.3), min(max(high, 1.0), 1.3)


def _draw_square(axes: Axes, up: int, right: int, square: DiagramCell | None, span: tuple[float, float]) -> None:
    if square is None or square.curve is None:
        axes.text(right + 0.5, up + 0.5, "no run", ha="center", va="center", color="#777777", fontsize=7)
        return
    inner = 1.0 - 2.0 * MARGIN

    def x(depth: Any) -> Any:
        return right + MARGIN + inner * np.asarray(depth)

    def y(value: Any) -> Any:
        return up + MARGIN + inner * (np.clip(value, *span) - span[0]) / (span[1] - span[0])

    depth = np.linspace(0.0, 1.0, square.curve.size)
    axes.plot(x([0.0, 1.0]), y([1.0, 0.0]), color=EVEN, linewidth=0.8, linestyle=(0, (3, 2)))
    if len(square.seed_curves) > 1:
        low, high = square.seed_curves.min(axis=0), square.seed_curves.max(axis=0)
        axes.fill_between(x(depth), y(low), y(high), color="#000000", alpha=0.25, linewidth=0)
    axes.plot(x(depth), y(square.curve), color=LINE, linewidth=1.3)
    if square.center is not None:
        # In the corner that the curve leaves free.
        text = number(square.center).replace("0.", ".", 1)
        at, across, along = (MARGIN * 0.6, "left", "bottom")
        if bulge_of(square.curve) <= 0.0:
            at, across, along = (1.0 - MARGIN * 0.6, "right", "top")
        axes.text(right + at, up + at, text, ha=across, va=along, fontsize=7, color=LINE)


def _mark_poor(axes: Axes, up: int, right: int, count: int) -> None:
    """Say at the top of the square that so many of its runs are not in its curve."""
    if count:
        at = (right + 0.5, up + 0.99)
        axes.text(*at, f"{count} poor", ha="center", va="top", fontsize=5.5, color=POOR, fontweight="bold")


def _label(axes: Axes, diagram: Diagram) -> None:
    right, up = diagram.right, diagram.up
    axes.set_xticks(np.arange(len(right.values)) + 0.5, _ticks(right), fontsize=SMALL)
    axes.set_yticks(np.arange(len(up.values)) + 0.5, _ticks(up), fontsize=SMALL)
    axes.set(xlim=(0, len(right.values)), ylim=(0, len(up.values)), aspect="equal")
    axes.set_xlabel(f"{right.label} →", fontsize=9)
    axes.set_ylabel(f"{up.label} →" if up.label else "", fontsize=9)
    note = f"\n{diagram.left_out} left out" if diagram.left_out else ""
    axes.set_title(f"{diagram.title}{note}", fontsize=10)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _ticks(direction: DiagramAxis) -> list[str]:
    return [f"{value:.4g}" if isinstance(value, (int, float)) else str(value) for value in direction.values]
