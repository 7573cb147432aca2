"""When the window dies: the session is kept in a journal, and the user is told where."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

from ruler.lab.recent import state_folder
from ruler.lab.session import Session
from ruler.recording import journal_path


def journal_for_this_process() -> Path | None:
    """Where this process keeps its session while it lasts; None when the folder cannot be written."""
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    return journal_path(folder / f"session-{os.getpid()}.npz")


def report_crash(session: Session, error: BaseException) -> int:
    """Save the session, say what happened and how to get the session back; returns the exit code."""
    places = traceback.extract_tb(error.__traceback__)
    where = f", at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    lines = [f"ruler: the window failed unexpectedly ({type(error).__name__}: {error}{where})"]
    try:
        kept = session.recorder.keep(session.scenario())
    except Exception as second:
        lines.append(f"the session could not be saved: {second}")
    else:
        if kept is None:
            lines.append("the session could not be saved: there is no folder for it")
        else:
            lines.append(f"the session is kept in {kept}")
            lines.append(f"get it back with: ruler recover {kept} -o session.npz")
    print("\n".join(lines), file=sys.stderr)
    return 1
