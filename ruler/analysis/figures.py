"""Figures of recordings (matplotlib): openings over time, load shares, load curve."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ruler.analysis.measures import load_curve
from ruler.analysis.summary import recording_measures
from ruler.errors import BadInputError
from ruler.recording import Recording
from ruler.recording.files import check_writable, whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg", ".pdf")
MOST_RECORDINGS = 8
# Okabe and Ito's colours: told apart by colour-blind eyes too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999933")
MARKERS = "osD^vPX*"
EVEN = "#777777"

STYLE = {
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


def figure_path(target: str | Path, force: bool) -> Path:
    """Where a figure goes, checked before the work begins.

    Raises:
        BadInputError: wrong ending, missing folder, existing file without force.
    """
    path = Path(target)
    if path.suffix.lower() not in FORMATS:
        raise BadInputError(f"{path}: a figure must end in {', '.join(FORMATS)}")
    check_writable(path, force)
    return path


def save_figure(figure: "Figure", path: Path) -> None:
    """Write a figure, whole or not at all."""
    dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    with whole_file(path) as beside:
        figure.savefig(beside, format=path.suffix.lower()[1:], dpi=150, metadata=dates.get(path.suffix.lower()))


def plot_recordings(recordings: Sequence[Recording], names: Sequence[str]) -> "Figure":
    """Openings over time (a panel per recording), load shares and load curves.

    Args:
        recordings: one to eight.
        names: what each is called in the legend.

    Raises:
        BadInputError: none, or more than eight.
    """
    if not 1 <= len(recordings) <= MOST_RECORDINGS:
        raise BadInputError(f"plot takes 1 to {MOST_RECORDINGS} recordings; got {len(recordings)}")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        columns = max(2, min(4, len(recordings)))
        rows = -(-len(recordings) // columns)
        figure = Figure(figsize=(1.2 + 3.4 * columns, 3.0 * rows + 3.2), layout="constrained")
        top, bottom = np.ravel(figure.subfigures(2, 1, height_ratios=[rows, 1.05], squeeze=False))
        panels = top.subplots(rows, columns, sharey=True, squeeze=False).ravel()
        for panel, recording, name in zip(panels, recordings, names, strict=False):
            _draw_openings(panel, recording, name)
        for panel in panels[len(recordings) :]:
            panel.set_visible(False)
        panels[0].set_ylabel("opening (deg)")
        shares, curves = bottom.subplots(1, 2)
        _draw_shares(shares, recordings, names)
        _draw_curves(curves, recordings, names)
    return figure


def _draw_openings(axes: "Axes", recording: Recording, name: str) -> None:
    import matplotlib as mpl

    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.92, recording.hinges))
    for i in range(recording.hinges):
        axes.plot(recording.time, recording.opening_deg[:, i], color=shades[i], linewidth=1.2)
    marked = {0: "1 (fixed end)", recording.hinges - 1: f"{recording.hinges} (hand)"}
    for i, label in marked.items():
        axes.annotate(
            label,
            (recording.time[-1], recording.opening_deg[-1, i]),
            xytext=(3, 0),
            textcoords="offset points",
            fontsize=8,
            color=shades[i] * [0.8, 0.8, 0.8, 1.0],
            va="center",
            annotation_clip=False,
        )
    axes.set(title=name, xlabel="time (s)", ylim=(-3, 185), yticks=range(0, 181, 45))
    axes.margins(x=0.02)


def _draw_shares(axes: "Axes", recordings: Sequence[Recording], names: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator

    width = 0.8 / len(recordings)
    most = max(recording.hinges for recording in recordings)
    for k, (recording, name) in enumerate(zip(recordings, names, strict=True)):
        shares = recording_measures(recording).load
        if shares is None:
            continue
        layer = np.arange(1, recording.hinges + 1) + (k - 0.5 * (len(recordings) - 1)) * width
        axes.bar(layer, shares, width, color=COLORS[k], label=name)
    if len({recording.hinges for recording in recordings}) == 1:
        axes.axhline(1.0 / most, color=EVEN, linewidth=1.0, linestyle="--", label="even")
    axes.set(
        title="Load share of each layer",
        xlabel="layer (1 = input, fixed end; last = output, pulled end)",
        ylabel="share of the opening",
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=8)


def _draw_curves(axes: "Axes", recordings: Sequence[Recording], names: Sequence[str]) -> None:
    axes.plot([0, 1], [1, 0], color=EVEN, linewidth=1.0, linestyle="--", label="even")
    for k, (recording, name) in enumerate(zip(recordings, names, strict=True)):
        measures = recording_measures(recording)
        if measures.load is None:
            continue
        depth = np.linspace(0.0, 1.0, recording.hinges + 1)
        label = f"{name} (centre {measures.center_of_load:.2f})" if measures.center_of_load is not None else name
        axes.plot(
            depth,
            load_curve(measures.load),
            color=COLORS[k],
            marker=MARKERS[k],
            markersize=4,
            linewidth=1.4,
            label=label,
        )
    axes.legend(fontsize=8, loc="lower left")
    axes.set(title="Load curve", xlabel="depth (0 = input, 1 = output)", ylabel="load still to be taken")
