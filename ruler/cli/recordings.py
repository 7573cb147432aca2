"""`ruler plot`, `export` and `compare`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Force, Json, MaybeOutput, MeasureName, Output, Pulled, PulledEnd, answer, playing
from ruler.errors import BadInputError

if TYPE_CHECKING:
    from ruler.api.runs import Watch
    from ruler.networks import Separation
    from ruler.networks.comparison import Row

DEFAULT_CLOSEST = 5


@app.command
def plot(*recordings: str, output: Output, force: Force = False) -> None:
    """Draw recordings: openings over time, load shares, load curve.

    Example: ruler plot steady.csv jerky.csv -o both.png

    Parameters
    ----------
    recordings
        One to eight recordings ({tables}).
    output
        The figure: .png, .svg or .pdf.
    """
    from ruler.figures import figure_path
    from ruler.figures.frame import save_figure
    from ruler.figures.recordings import plot_recordings

    path = figure_path(output, force)
    if not recordings:
        raise BadInputError("plot: name at least one recording")
    loaded = [ruler.load_recording(each) for each in recordings]
    save_figure(plot_recordings(loaded, [Path(each).stem for each in recordings]), path)
    say(f"figure: {path}")


@app.command
def export(*recordings: str, output: Output, pulled_end: Pulled = "deep", force: Force = False) -> None:
    """Write one row per layer: layer, hinge, opening, load share, load curve.

    Example: ruler export steady.csv -o layers.csv

    Of several recordings, with a first column run:

    ruler export steady.csv jerky.csv -o layers.csv

    Parameters
    ----------
    recordings
        Recordings ({tables}).
    output
        The table: {a_table}.
    """
    if not recordings:
        raise BadInputError("export: name at least one recording")
    path = ruler.export(recordings, output, pulled_end=pulled_end, force=force)
    ends = (
        "input = fixed end, output = pulled end" if pulled_end == "deep" else "input = pulled end, output = fixed end"
    )
    say(f"layers: {path} ({ends})")


Sides = Annotated[
    str,
    Parameter(
        help="A ruler: a recording, several recordings of one scenario with different seeds, or a scenario (a "
        "shipped one's name or a .toml file), which is then played. And networks: a shipped table "
        "(dropout-digits), one network of it (dropout-digits:alpha=0,dropout=0.2; see: ruler network list), or a "
        "file of yours (see: ruler network measure --help). In any order."
    ),
]
Closest = Annotated[
    bool,
    Parameter(
        negative=(),
        show_default=False,
        help="--closest or --closest N. With a ruler: the N (5) networks most like it, of those named, or of all "
        "shipped ones. With a network and no ruler: the shipped scenarios most like it, which are played for this "
        "(some ten seconds).",
    ),
]


@app.command
def compare(
    *sides: Sides,
    closest: Closest = False,
    pulled_end: Pulled = "deep",
    measure_: MeasureName = "trace-ratio",
    json_: Json = False,
    output: MaybeOutput = None,
    force: Force = False,
) -> None:
    """Compare a ruler with networks: load curves, ranks of the loads, centres, with uncertainty.

    Example: ruler compare steady.csv dropout-digits:alpha=0 -o agreement.png

    Several runs of the same ruler with different seeds:

    ruler compare jerky-1.csv jerky-2.csv jerky-3.csv dropout-digits:alpha=0,dropout=0.2

    The shipped networks most like a run, and the shipped scenarios most like a network:

    ruler compare jerky.csv --closest 3

    ruler compare dropout-digits:alpha=0 --closest

    Parameters
    ----------
    output
        A figure (.png, .svg, .pdf) of up to 6 comparisons: curves with bands over seeds, loads.
    """
    from ruler.api import is_ruler
    from ruler.figures import figure_path

    figure = None if output is None else figure_path(output, force)
    names, count = _closest_count(sides, closest)
    if count is not None and measure_ != "trace-ratio":
        raise BadInputError(f"--measure {measure_}: the networks --closest looks among have the trace-ratio")
    rulers = [name for name in names if is_ruler(name)]
    networks = [name for name in names if name not in rulers]
    with playing() as watch:
        if count is None:
            found = _compared(rulers, networks, pulled_end, measure_, watch)
        elif rulers:
            found = _closest_networks(rulers, networks, count, pulled_end, watch)
        else:
            found = _closest_scenarios(networks, count, pulled_end, watch)
    _draw(found.rows, figure)
    content = {**found.result, "pulled_end": pulled_end, "figure": figure and str(figure), **found.notes}
    answer(json_, content, found.text, *([] if figure is None else [f"figure: {figure}"]))


def _closest_count(sides: Sequence[str], closest: bool) -> tuple[list[str], int | None]:
    """The sides, and how many are wanted of the closest: the one whole number among the arguments."""
    if not closest:
        return list(sides), None
    numbers = [name for name in sides if name.removeprefix("-").isdecimal()]
    if len(numbers) > 1:
        raise BadInputError(f"--closest: takes one number, not {' and '.join(numbers)}")
    count = int(numbers[0]) if numbers else DEFAULT_CLOSEST
    if count < 1:
        raise BadInputError(f"--closest: {count}; a whole number from 1 is needed")
    return [name for name in sides if name not in numbers], count


class _Answer(NamedTuple):
    """What `compare` prints: the text, or the result and then the notes as JSON."""

    rows: "Sequence[Row]"
    text: str
    result: dict[str, Any]
    notes: dict[str, Any]


def _compared(
    rulers: list[str], networks: list[str], pulled_end: PulledEnd, measure: "Separation", watch: "Watch"
) -> _Answer:
    from ruler.cli.network_reports import comparison_report

    if not rulers or not networks:
        missing = "a ruler (a recording or a scenario)" if not rulers else "a network"
        raise BadInputError(
            f"compare: {missing} is missing; for example: ruler compare steady.csv dropout-digits:alpha=0, "
            "or use --closest to look for one"
        )
    rows = ruler.compare(rulers, networks, pulled_end=pulled_end, separation=measure, progress=watch)
    result = {"ruler": rows[0].ruler, "networks": [row.as_dict() for row in rows]}
    return _Answer(rows, comparison_report(rows, pulled_end), result, {})


def _closest_networks(
    rulers: list[str], networks: list[str], count: int, pulled_end: PulledEnd, watch: "Watch"
) -> _Answer:
    from ruler.cli.network_reports import closest_networks_report
    from ruler.networks import LEAST_ACCURACY

    rows, left_out = ruler.closest_networks(rulers, count, among=networks, pulled_end=pulled_end, progress=watch)
    result = {"ruler": rows[0].ruler, "closest_networks": [row.as_dict() for row in rows]}
    notes = {"least_train_accuracy": LEAST_ACCURACY, "left_out": len(left_out)}
    return _Answer(rows, closest_networks_report(rows, len(left_out)), result, notes)


def _closest_scenarios(networks: list[str], count: int, pulled_end: PulledEnd, watch: "Watch") -> _Answer:
    from ruler.cli.network_reports import closest_rulers_report

    rows, left_out = ruler.closest_scenarios(networks, count, pulled_end=pulled_end, progress=watch)
    network = rows[0].as_dict()
    network.pop("comparison")
    near = [{"scenario": row.ruler, "comparison": row.comparison.as_dict()} for row in rows]
    result = {"network": network, "closest_scenarios": near, "without_load": list(left_out)}
    return _Answer(rows, closest_rulers_report(rows, left_out), result, {})


def _draw(rows: "Sequence[Row]", figure: Path | None) -> None:
    if figure is None:
        return
    from ruler.figures.comparisons import plot_comparison
    from ruler.figures.frame import save_figure
    from ruler.networks import network_title

    titles = [network_title(row.profile) for row in rows]
    save_figure(plot_comparison([row.comparison for row in rows], [row.ruler for row in rows], titles), figure)
