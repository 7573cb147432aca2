"""How far long work has come, on stderr: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with what is done, of how much (None or 0 if that is not known), and a few words.
Show = Callable[..., None]

# Shorter work needs no bar, s.
PATIENCE = 1.0
# Off a terminal, a line every so often, s.
LINE_EVERY = 10.0


@contextmanager
def progress(title: str, unit: str = "") -> Iterator[Show]:
    """Show how far the work in the block has come.

    Args:
        title: what is being done.
        unit: of what is counted, such as "runs" or "s simulated".

    Yields:
        `show(done, total, words="")`, to be called as often as one likes.
    """
    if not sys.stderr.isatty():
        yield _lines(title, unit)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.fields[title]}"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None, title=title)
    started = time.monotonic()

    def show(done: float, total: float | None = None, words: str = "") -> None:
        if not bar.live.is_started:
            if time.monotonic() - started < PATIENCE:
                return
            bar.start()
        bar.update(task, completed=done, total=total or None, description=_words(done, total, unit, words))

    try:
        yield show
    finally:
        bar.stop()


def _lines(title: str, unit: str) -> Show:
    last = time.monotonic()

    def show(done: float, total: float | None = None, words: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY:
            last = time.monotonic()
            sys.stderr.write(f"{title}: {_words(done, total, unit, words)}\n")
            sys.stderr.flush()

    return show


def _words(done: float, total: float | None, unit: str, words: str) -> str:
    shown = [f"{each:.1f}" if isinstance(each, float) else str(each) for each in (done, total) if each]
    return ", ".join(filter(None, [" ".join(filter(None, [" of ".join(shown), unit])), words]))
