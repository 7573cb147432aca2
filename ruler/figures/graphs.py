"""One graph of the window as a figure."""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ruler.analysis.graph_data import GraphData
from ruler.figures.frame import COLORS, EVEN, SMALL, new_figure, styled

# More lines than this are told apart by shade, and only the first and the last are named.
MOST_NAMED = 8


@styled
def plot_graph(data: GraphData) -> Figure:
    """A figure of a graph's numbers."""
    figure = new_figure(6.0, 4.0)
    axes = figure.subplots()
    many = len(data.lines) > MOST_NAMED
    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.92, max(2, len(data.lines))))
    for place, (name, values) in enumerate(data.lines.items()):
        last = place == len(data.lines) - 1
        if data.bars:
            axes.bar(data.x, values, color=COLORS[0])
            axes.axhline(1.0 / len(values), color=EVEN, linestyle="--", linewidth=1.0)
            continue
        even = len(data.lines) > 1 and last and np.allclose(values, np.linspace(1.0, 0.0, len(values)))
        color = EVEN if even else shades[place] if many else COLORS[place % len(COLORS)]
        label = name if not many or place == 0 or last else None
        axes.plot(data.x, values, color=color, linestyle="--" if even else "-", linewidth=1.4, label=label)
    axes.set(title=data.title, xlabel=data.x_name, ylabel=data.y_name)
    if not data.bars:
        axes.legend(fontsize=SMALL)
    return figure
