"""Which stretch of time the graph over time shows."""

from dataclasses import replace

from ruler.lab.art.canvas import Canvas
from ruler.lab.art.plot import Shown
from ruler.lab.art.time_graph import Arranged, arranged, zoomed
from ruler.lab.window import Window


def time_graph(window: Window) -> Arranged | None:
    """Where everything in the window's graph over time is; None when there is no room for it."""
    options = window.options
    shown = Shown(
        window.player.history, quantity=options.quantity, length=options.length, end=options.end, deep=options.deep
    )
    return arranged(Canvas(window.surface, window.scale), window.layout.graphs["openings"], shown)


def zoom_time(window: Window, factor: float, x: float | None = None) -> None:
    """Show a stretch of time `factor` times as fine; the time at a screen x (default: the latest) stays in place."""
    found = time_graph(window)
    if found is None or not len(found.series):
        return
    time = found.series.last_time if x is None else found.time_at(x)
    length, end = zoomed(found.series, found.stretch, time, 1.0 / factor)
    window.options = replace(window.options, length=length, end=end)
