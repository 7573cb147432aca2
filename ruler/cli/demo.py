"""`ruler demo`: three hands on the same ruler, each beside the network that the analogy promises and the nearest."""

import os
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Flag, Output, playing
from ruler.text import interval, number

if TYPE_CHECKING:
    from ruler.networks.comparison import Row
    from ruler.recording import Recording

# Each hand, and the network whose part it plays in the paper: no noise, the right amount, too much.
PROMISED = {
    "steady": "dropout-digits:alpha=0,dropout=0",
    "jerky": "dropout-digits:alpha=0,dropout=0.2",
    "violent": "dropout-digits:alpha=0,dropout=0.3",
}
# Networks so near to a curve are as good as any other of them.
ALIKE = 0.05


class Beside(NamedTuple):
    """A run beside networks: the promised one, the nearest, and how many of those there are lie within `ALIKE`."""

    promised: "Row"
    nearest: "Row"
    alike: int
    networks: int


@app.command
def demo(*, real: Flag = False, output: Output = "ruler-demo") -> None:
    """The main job, no display needed: three hands on the same ruler, side by side.

    Plays steady, jerky and violent, prints how the ruler opens, the network that the analogy promises for each hand
    beside the nearest one, with distances and intervals, and writes the recordings and one figure into a new folder.
    Example: ruler demo

    Parameters
    ----------
    real
        Instead, the paper's own ruler: its photographs against paper-steady and paper-jerky, hinge by hinge.
    output
        The folder; when it exists, a number is added, so that nothing is overwritten.
    """
    from ruler.api.runs import play
    from ruler.cli.reports import demo_report
    from ruler.figures.frame import save_figure
    from ruler.figures.recordings import plot_demo
    from ruler.io import new_folder

    folder = new_folder(output)
    if real:
        from ruler.cli.real_demo import real_demo

        real_demo(folder)
        return
    names = tuple(PROMISED)
    recordings = []
    with playing() as watch:
        for name in names:
            recordings.append(play(name, watch))
            ruler.save_recording(recordings[-1], folder / f"{name}.csv")
    beside = [_beside(recording, name) for recording, name in zip(recordings, names, strict=True)]
    rows = [(each.promised, each.nearest) for each in beside]
    save_figure(plot_demo(recordings, names, rows), folder / "demo.png")
    say(demo_report(recordings, names))
    say(f"\n{networks_report(names, beside)}")
    say(f"\nrecordings and figure: {folder}{os.sep} (demo.png, {', '.join(f'{name}.csv' for name in names)})")


def _beside(recording: "Recording", name: str) -> Beside:
    """A run beside the network promised for it and the nearest one."""
    from ruler.networks import closest

    (promised,) = ruler.compare(recording, PROMISED[name])
    (nearest,) = ruler.closest_networks(recording, 1).found
    every = closest(recording.opened[-1], 1_000_000)
    return Beside(promised, nearest, sum(each.distance <= ALIKE for each in every), len(every))


def networks_report(names: Sequence[str], beside: Sequence[Beside]) -> str:
    """The promised and the nearest network of each hand, and why nearly straight curves tell little apart."""
    from ruler.networks.library import network_title

    lines = [
        f"The network that the analogy promises, and the nearest of {beside[0].networks} measured ones",
        "(RMS distance of load curves, 0 = the same, and its 95 % interval over seeds):",
        "",
    ]
    for name, each in zip(names, beside, strict=True):
        for row, what in ((each.promised, "promised"), (each.nearest, "nearest")):
            distance = row.comparison.rms_distance
            numbers = interval(distance.value, distance.low, distance.high, ".3f")
            begin = f"{name if what == 'promised' else '':<8} {what:<8}  {numbers:<20}  "
            lines += textwrap.wrap(begin + network_title(row.profile), 80, subsequent_indent=" " * len(begin))
    counts = ", ".join(f"{name} {each.alike}" for name, each in zip(names, beside, strict=True))
    why = (
        f"So many of them lie within {number(ALIKE)} of each curve: {counts}. Where a curve is nearly straight that "
        "tells little: every mixture of nonlinearity and noise that cancels is straight, from ReLU to almost linear."
    )
    lines += ["", *textwrap.wrap(why, 80)]
    return "\n".join([*lines, "(more: ruler compare RECORDING --closest)"])
