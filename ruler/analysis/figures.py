"""Figures of recordings (matplotlib): openings over time, load shares, load curve."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ruler.analysis.compare import Aligned, Comparison, Estimate
from ruler.analysis.loads import load_curve
from ruler.analysis.summary import recording_measures
from ruler.errors import BadInputError
from ruler.io import check, whole
from ruler.recording import Recording
from ruler.text import number as rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg", ".pdf")
MOST_RECORDINGS = 8
MOST_COMPARISONS = 6
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


def figure_path(target: str | Path, force: bool) -> Path:
    """Where a figure goes, checked before the work begins.

    Raises:
        BadInputError: wrong ending, missing folder, existing file without force.
    """
    path = Path(target)
    if path.suffix.lower() not in FORMATS:
        raise BadInputError(f"{path}: a figure must end in {', '.join(FORMATS)}")
    check(path, force)
    return path


def save_figure(figure: "Figure", path: Path) -> None:
    """Write a figure, whole or not at all."""
    import matplotlib as mpl

    dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    # The style once more, for matplotlib makes the ids of an SVG only now.
    with whole(path) as beside, mpl.rc_context(STYLE):  # type: ignore[arg-type]
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
        alike = len({_axis(recording) for recording in recordings}) == 1
        panels = top.subplots(rows, columns, sharey=alike, squeeze=False).ravel()
        for panel, recording, name in zip(panels, recordings, names, strict=False):
            _draw_openings(panel, recording, name)
            if panel is panels[0] or not alike:
                panel.set_ylabel(_axis(recording).label)
        for panel in panels[len(recordings) :]:
            panel.set_visible(False)
        shares, curves = bottom.subplots(1, 2)
        _draw_shares(shares, recordings, names)
        _draw_curves(curves, recordings, names)
    return figure


def _draw_openings(axes: "Axes", recording: Recording, name: str) -> None:
    import matplotlib as mpl

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
    if axis.limits is not None:
        axes.set(ylim=axis.limits, yticks=range(0, 181, 45))
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
    labels = {_axis(recording).share for recording in recordings}
    axes.set(
        title="Load share of each layer",
        xlabel="layer (1 = input, fixed end; last = output, pulled end)",
        ylabel=labels.pop() if len(labels) == 1 else "share of the load",
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


def plot_comparison(comparisons: Sequence[Comparison], rulers: Sequence[str], networks: Sequence[str]) -> "Figure":
    """A row for each comparison: both load curves, with bands over the seeds, and both loads as bars.

    Args:
        comparisons: one to six.
        rulers: what the ruler of each is called.
        networks: what the network of each is called.

    Raises:
        BadInputError: none, or more than six.
    """
    if not 1 <= len(comparisons) <= MOST_COMPARISONS:
        raise BadInputError(
            f"a figure shows 1 to {MOST_COMPARISONS} comparisons; these are {len(comparisons)}: name fewer networks"
        )
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(8.6, 3.5 * len(comparisons) + 0.3), layout="constrained")
        rows = np.ravel(figure.subfigures(len(comparisons), 1, squeeze=False))
        for row, comparison, ruler, network in zip(rows, comparisons, rulers, networks, strict=True):
            row.suptitle(f"{ruler} against {network}\n{_agreement(comparison)}", fontsize=10)
            curves, loads = row.subplots(1, 2)
            _draw_compared_curves(curves, comparison)
            _draw_compared_loads(loads, comparison)
    return figure


def _agreement(comparison: Comparison) -> str:
    if comparison.note is not None:
        return comparison.note
    parts = (
        ("RMS distance", comparison.rms_distance, ".3f"),
        ("rank correlation", comparison.rank_correlation, ".2f"),
        ("difference of centres", comparison.center_difference, "+.2f"),
    )
    return ", ".join(f"{name} {_value(estimate, form)}" for name, estimate, form in parts)


def _value(estimate: Estimate, form: str) -> str:
    return "not defined" if estimate.value is None else rounded(estimate.value, form)


def _sides(comparison: Comparison) -> tuple[tuple[str, str, Aligned, str, str], ...]:
    return (
        ("ruler", "run", comparison.ruler, COLORS[1], MARKERS[0]),
        ("network", "seed", comparison.network, COLORS[0], MARKERS[1]),
    )


def _draw_compared_curves(axes: "Axes", comparison: Comparison) -> None:
    axes.plot([0, 1], [1, 0], color=EVEN, linewidth=1.0, linestyle="--", label="even")
    depth, bulge = np.linspace(0.0, 1.0, comparison.layers + 1), 0.0
    for name, each, side, color, marker in _sides(comparison):
        if side.curve is None:
            continue
        if len(side.seed_curves) > 1:
            low, high = side.seed_curves.min(axis=0), side.seed_curves.max(axis=0)
            axes.fill_between(
                depth, low, high, color=color, alpha=0.22, linewidth=0, label=f"all {side.seeds} {each}s of the {name}"
            )
        axes.plot(depth, side.curve, color=color, marker=marker, markersize=4, linewidth=1.4, label=name)
        bulge += float(np.mean(side.curve - (1.0 - depth)))
    # The corner that the curves leave free.
    axes.legend(fontsize=8, loc="upper right" if bulge < 0.0 else "lower left")
    axes.set(title="Load curve", xlabel="depth (0 = input, 1 = output)", ylabel="load still to be taken")


def _draw_compared_loads(axes: "Axes", comparison: Comparison) -> None:
    from matplotlib.ticker import MaxNLocator

    layer = np.arange(1, comparison.layers + 1)
    for place, (name, each, side, color, _) in enumerate(_sides(comparison)):
        if side.load is None:
            continue
        at = layer + (place - 0.5) * 0.4
        several = len(side.seed_curves) > 1
        label = f"{name}, line: its {side.seeds} {each}s" if several else name
        axes.bar(at, side.load, 0.4, color=color, label=label, hatch="//" if place else None, edgecolor="white")
        if several:
            loads = -np.diff(side.seed_curves, axis=1)
            low, high = loads.min(axis=0), loads.max(axis=0)
            axes.vlines(at, low, high, color="#222222", linewidth=1.0)
    axes.axhline(1.0 / comparison.layers, color=EVEN, linewidth=1.0, linestyle="--", label="even")
    axes.set(
        title=_alignment(comparison),
        xlabel="layer (1 = input, last = output)",
        ylabel="share of the load",
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    # Room above the bars for the legend.
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.45 * (high - low))
    axes.legend(fontsize=8, loc="upper left")


def _alignment(comparison: Comparison) -> str:
    hinges, layers = comparison.ruler.count, comparison.network.count
    if hinges == layers:
        return f"Load of {layers} layers, one to one"
    return f"Load at {comparison.layers} layers ({hinges} hinges, {layers} layers)"
