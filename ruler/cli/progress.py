"""Progress on a terminal's stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Counted = Callable[[int, int], None]


@contextmanager
def counting_bar(title: str, what: str) -> Iterator[Counted | None]:
    """A bar for work that is counted: call what this gives with (done, total); None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    count = TextColumn(f"{{task.completed}} of {{task.total}} {what}")
    with Progress(
        TextColumn(title), BarColumn(), count, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
