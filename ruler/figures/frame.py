"""What all figures share: style, colours, panels of load curves and of loads, saving."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from PIL import Image

from ruler.analysis.loads import load_curve
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.io import whole
from ruler.text import clean

# Okabe and Ito's colours: told apart by colour-blind eyes too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999933")
MARKERS = "osD^vPX*"
EVEN = "#777777"
SMALL = 8  # font size of legends
PALETTE = 256

STYLE: dict[Any, Any] = {
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "legend.frameon": False,
    # The same figure from the same data, byte for byte.
    "svg.hashsalt": "folding-ruler",
}
_DATES = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}

# Decorates what draws or saves a figure.
styled = mpl.rc_context(STYLE)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure; inches."""
    return Figure(figsize=(width, height), layout="constrained")


def check_count(count: int, most: int, what: str, fewer: str = "name fewer") -> None:
    """Refuse to draw nothing, or more than can be told apart.

    Raises:
        BadInputError: none, or more than `most`.
    """
    if not 1 <= count <= most:
        advice = f": {fewer}" if count > most else ""
        raise BadInputError(f"a figure takes 1 to {most} {what}; got {count}{advice}")


@styled
def save_figure(figure: Figure, path: Path, palette: bool = False) -> None:
    """Write a figure, whole or not at all.

    Args:
        figure: the figure.
        path: ends in .png, .svg or .pdf.
        palette: whether a .png gets a palette, which makes one of few colours a third as large.

    Raises:
        FailedError: it could not be written.
    """
    ending = path.suffix.lower()
    _take_literally(figure)
    with whole(path) as beside:
        figure.savefig(beside, format=ending[1:], dpi=150, metadata=_DATES.get(ending))
        if palette and ending == ".png":
            picture = Image.open(beside).convert("RGB").quantize(PALETTE, dither=Image.Dither.NONE)
            picture.save(beside, format="PNG", optimize=True)


def _take_literally(figure: Figure) -> None:
    """Titles and names come from files: a dollar sign is no mathematics, and control characters are spelt out."""
    for text in figure.findobj(Text):
        content = text.get_text()
        text.set_text(clean(content))
        text.set_parse_math(text.get_parse_math() and "$" not in content)


@dataclass(frozen=True, eq=False)
class Side:
    """The loads of one ruler, network or ensemble of chains, and how they are drawn.

    Attributes:
        load: shares from the input to the output layer, shape (layers,); None when nothing was shared.
        label: name of its bars.
        curve_label: name of its load curve.
        color: of bars, curve and bands.
        marker: of the curve.
        bands: about the curve: lower and upper edge, shape (layers + 1,), how opaque, name.
        spread: between which shares each layer lies, or None.
        hatch: pattern of the bars; None for plain ones without an edge.
    """

    load: Floats | None
    label: str
    curve_label: str
    color: str
    marker: str = MARKERS[0]
    bands: Sequence[tuple[Floats, Floats, float, str]] = ()
    spread: tuple[Floats, Floats] | None = None
    hatch: str | None = None


def draw_curves(axes: Axes, sides: Sequence[Side]) -> None:
    """Load curves over depth, and the legend in the corner that they leave free."""
    axes.plot([0, 1], [1, 0], color=EVEN, linewidth=1.0, linestyle="--", label="even")
    bulge = 0.0
    for side in sides:
        if side.load is None:
            continue
        curve = load_curve(side.load)
        depth = np.linspace(0.0, 1.0, curve.size)
        for low, high, alpha, label in side.bands:
            axes.fill_between(depth, low, high, color=side.color, alpha=alpha, linewidth=0, label=label)
        axes.plot(
            depth, curve, color=side.color, marker=side.marker, markersize=4, linewidth=1.4, label=side.curve_label
        )
        bulge += bulge_of(curve)
    axes.legend(fontsize=SMALL, loc="lower left" if bulge >= 0.0 else "upper right")
    axes.set(title="Load curve", xlabel="depth (0 = input, 1 = output)", ylabel="load still to be taken")


def bulge_of(curve: Floats) -> float:
    """How far a load curve lies above the even line in the mean; above 0 it leaves the lower left corner free."""
    return float(np.mean(curve - np.linspace(1.0, 0.0, curve.size)))


def draw_loads(axes: Axes, sides: Sequence[Side], layers: int | None, ends: str = "1 = input, last = output") -> None:
    """Load shares as bars side by side.

    Args:
        axes: where.
        sides: whose.
        layers: how many all of them have, for the even line; None when they differ.
        ends: what the first and the last layer are.
    """
    width = 0.8 / len(sides)
    for place, side in enumerate(sides):
        if side.load is None:
            continue
        at = np.arange(1, len(side.load) + 1) + (place - 0.5 * (len(sides) - 1)) * width
        edge = None if side.hatch is None else "white"
        axes.bar(at, side.load, width, color=side.color, label=side.label, hatch=side.hatch, edgecolor=edge)
        if side.spread is not None:
            axes.vlines(at, *side.spread, color="#222222", linewidth=1.0)
    if layers is not None:
        axes.axhline(1.0 / layers, color=EVEN, linewidth=1.0, linestyle="--", label="even")
    axes.set(xlabel=f"layer ({ends})", ylabel="share of the load")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
