"""The file dialogs of the platform, in a process of their own so that the window stays alive."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import pygame

from ruler.lab.form import Button, Form
from ruler.lab.i18n import _

# Windows has its own dialogs behind Tk, which comes with Python.
_TK = """
import sys, tkinter
from tkinter import filedialog
saving, title, folder, name, *suffixes = sys.argv[1:]
root = tkinter.Tk(); root.withdraw(); root.attributes("-topmost", True)
ask = filedialog.asksaveasfilename if saving else filedialog.askopenfilename
kinds = {} if saving or not suffixes else {"filetypes": [("", ["*" + s for s in suffixes]), ("*", "*")]}
print(ask(title=title, initialdir=folder, initialfile=name, **kinds), end="")
"""
_OPEN = (
    "on run a\nPOSIX path of (choose file with prompt (item 1 of a) default location POSIX file (item 2 of a))\nend run"
)
_SAVE = (
    "on run a\nPOSIX path of (choose file name with prompt (item 1 of a) default location POSIX file (item 2 of a) "
    "default name (item 3 of a))\nend run"
)


def command(title: str, start: Path, suffixes: Collection[str], saving: bool) -> list[str] | None:
    """What opens the platform's dialog; None where there is none. Arguments as for `FileFinder`."""
    folder, name = (start.parent, start.name) if saving else (start, "")
    patterns = " ".join(f"*{suffix}" for suffix in suffixes)
    if sys.platform == "win32":
        return [sys.executable, "-c", _TK, "saving" if saving else "", title, str(folder), name, *suffixes]
    if sys.platform == "darwin":
        return ["osascript", "-e", _SAVE if saving else _OPEN, title, str(folder), name]
    tools = ["kdialog", "zenity"] if "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", "") else ["zenity", "kdialog"]
    tool = next((path for each in tools if (path := shutil.which(each))), None)
    if tool is None:
        return None
    if Path(tool).name == "kdialog":
        return [tool, "--title", title, "--getsavefilename" if saving else "--getopenfilename", str(start), patterns]
    asked = [tool, "--file-selection", f"--title={title}", f"--filename={start}{'' if saving else os.sep}"]
    return asked + (["--save"] if saving else [f"--file-filter={patterns}"] if patterns else [])


def there_is_one() -> bool:
    """Whether the platform has file dialogs that can be seen here (RULER_DIALOGS=own: those of the window)."""
    if os.environ.get("RULER_DIALOGS") == "own" or pygame.display.get_driver() in ("dummy", "offscreen"):
        return False
    return command("", Path.cwd(), (), saving=False) is not None


class NativeDialog(Form):
    """Waits for the platform's dialog; Escape gives it up."""

    def __init__(
        self, arguments: list[str], chosen: Callable[[Path], None], cancelled: Callable[[], None] = lambda: None
    ) -> None:
        give_up = Button(_("Cancel"), lambda _values: self.close())
        super().__init__(_("Choose the file in the other window"), buttons=[give_up], cancelled=cancelled)
        self._chosen = chosen
        # It cannot be started: the outcome is none.
        self._process: subprocess.Popen[str] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
                arguments,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUTF8": "1"},
            )
        except OSError:
            self.closed = True

    def close(self) -> None:
        """Give it up."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
        super().close()

    def advance(self) -> None:
        """Look whether it has been answered."""
        if self._process is None or self._process.poll() is None:
            return
        outcome = (self._process.stdout.read() if self._process.stdout is not None else "").rstrip("\r\n")
        if self._process.returncode == 0 and outcome:
            self.closed = True
            self._chosen(Path(outcome))
        else:
            self.close()
