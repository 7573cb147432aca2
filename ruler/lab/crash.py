"""When the window ends otherwise than by its user: the session is kept in a journal, and the user is told where."""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ruler.faults import keep_details
from ruler.lab.recent import state_folder
from ruler.lab.session import Session
from ruler.recording import journal_path
from ruler.text import clean, reason

# Ctrl-C, a request to end, and the end of the terminal, which not every system knows.
_LEAVE = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def journal_for_this_process() -> Path | None:
    """Where this process keeps its session while it lasts; None when the folder cannot be written."""
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    # An earlier process of this number may have left its own.
    names = (f"session-{os.getpid()}{tail}.npz" for tail in ("", *(f"-{number}" for number in range(2, 1000))))
    return next((path for name in names if not (path := journal_path(folder / name)).exists()), None)


@contextmanager
def leaving_on_signals(leave: Callable[[], None]) -> Iterator[None]:
    """In the block, signals that ask the program to end call `leave`; those that were ignored stay so."""
    before = {number: signal.getsignal(number) for number in _LEAVE if signal.getsignal(number) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, lambda *_: leave())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def tell(text: str) -> None:
    """Say something on standard error, which may have gone with its terminal."""
    with suppress(OSError):
        print(f"ruler: {clean(text)}", file=sys.stderr)


def report_crash(session: Session, error: BaseException) -> int:
    """Save the session, say what happened and how to get the session back; returns the exit code."""
    places = traceback.extract_tb(error.__traceback__)
    where = f", at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    lines = [f"the window failed unexpectedly ({type(error).__name__}: {reason(error)}{where}); {keep_details(error)}"]
    try:
        kept = session.keep()
    except Exception as second:
        lines.append(f"the session could not be saved: {reason(second)}")
    else:
        if kept is None:
            lines.append("the session could not be saved: there is no folder for it")
        else:
            lines.append(f"the session is kept in {kept}; the window offers it when it is opened again")
            lines.append(f"get it back with: ruler recover {kept} -o session.npz")
    tell("\n".join(lines))
    return 1
