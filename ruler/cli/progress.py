"""Progress on a terminal's stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from ruler.mechanics import Simulation

Counted = Callable[[int, int], None]
# Shorter work needs no bar, s.
_PATIENCE = 1.0


def _bar(title: str, progress: str) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), TextColumn(progress), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def counting_bar(title: str, what: str) -> Iterator[Counted | None]:
    """A bar for work that is counted: call what this gives with (done, total); None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with _bar(title, f"{{task.completed}} of {{task.total}} {what}") as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def running_bar(title: str) -> "Iterator[Callable[[Simulation], None] | None]":
    """A bar for a simulation, shown when it takes more than a second; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = _bar(title, "{task.completed:.1f} of {task.total:.1f} s simulated")
    started = time.monotonic()
    task = bar.add_task(title, total=0.0)

    def show(simulation: "Simulation") -> None:
        if not bar.live.is_started:
            if time.monotonic() - started < _PATIENCE:
                return
            bar.start()
        bar.update(task, completed=simulation.time, total=simulation.planned_time or simulation.time)

    try:
        yield show
    finally:
        bar.stop()
