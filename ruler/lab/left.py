"""Sessions that earlier windows left: journals in the state folder that no window holds any more."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ruler.errors import RulerError
from ruler.io import Lock
from ruler.lab.i18n import _
from ruler.lab.recent import MOST, state_folder
from ruler.recording import Recording, free_journal, recover
from ruler.text import duration

ENDING = ".journal"


@dataclass(frozen=True)
class LeftSession:
    """A session that was left.

    Attributes:
        path: its journal.
        written: when it was last written, s since 1970.
        recording: what it had recorded.
    """

    path: Path
    written: float
    recording: Recording

    @property
    def title(self) -> str:
        """When it was and how long, in words."""
        when = datetime.fromtimestamp(self.written).astimezone()
        length = duration(float(self.recording.time[-1]))
        return _("session of {when}, {length}").format(when=f"{when:%Y-%m-%d %H:%M:%S}", length=length)


def read_left(path: Path) -> LeftSession:
    """Read a session that was left; it stays where it is.

    Raises:
        BadInputError: it is no journal, holds no sample, or its window is still open.
    """
    with Lock(path, "is the session of a window that is still open"):
        recording = recover(path)
        return LeftSession(path, path.stat().st_mtime, recording)


def left_sessions() -> list[LeftSession]:
    """The sessions that were left, the newest first; those of windows that are still open are not."""
    found = []
    for path in state_folder().glob(f"session-*{ENDING}"):
        with suppress(RulerError, OSError):
            found.append(read_left(path))
    return sorted(found, key=lambda left: left.written, reverse=True)[:MOST]


def give_up(path: Path) -> None:
    """Remove the journal of a session that was left.

    Raises:
        BadInputError: another window has it just now.
    """
    free_journal(path.with_name(path.name.removesuffix(ENDING)), force=True)


def offer(left: Sequence[LeftSession]) -> str:
    """What the status line says of sessions that were left."""
    if len(left) > 1:
        text = _("Left by windows that did not end well: {title} and {count} more. Ctrl+P lists and opens them.")
        return text.format(title=left[0].title, count=len(left) - 1)
    return _("Left by a window that did not end well: {title}. Ctrl+P lists and opens it.").format(title=left[0].title)
