"""A dialog in which a file is opened or named: a line for its path, and below it what the folder holds."""

import itertools
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.finder import Finder, Item
from ruler.lab.fuzzy import fitting
from ruler.lab.i18n import _
from ruler.text import clean, reason

UP = ".."
# Of a folder with more in it than this only so many are listed.
MOST = 5000


class FileFinder(Finder):
    """Choose a file.

    Args:
        title: at the top.
        start: the folder to begin in, and for saving the name proposed.
        chosen: called with the file.
        suffixes: endings of the files that are listed, with their dot; empty for all.
        saving: whether the file is one to be written.
        cancelled: called when none was chosen.
    """

    def __init__(
        self,
        title: str,
        start: Path,
        chosen: Callable[[Path], None],
        suffixes: Collection[str] = (),
        saving: bool = False,
        cancelled: Callable[[], None] = lambda: None,
    ) -> None:
        self._chosen, self._suffixes, self._saving, self._cancelled = chosen, tuple(suffixes), saving, cancelled
        self.folder = start.parent if saving else start
        self._refused = ""
        super().__init__(title, self._listed(), _("name or path; Enter opens"), size=(640, 470), start=1)
        if saving:
            self.edit.set(start.name)
            self.edit.select(0, len(start.stem))
            self.filter()

    # What the folder holds

    def go(self, folder: Path) -> None:
        """Show another folder."""
        self.folder = folder
        self.items = self._listed()
        if not self._saving:
            self.edit.set("")
        self.filter()

    def _listed(self) -> list[Item]:
        folders, files = [], []
        self._refused = ""
        try:
            with os.scandir(self.folder) as entries:
                for entry in itertools.islice(entries, MOST):
                    path = self.folder / entry.name
                    if entry.is_dir():
                        folders.append(path)
                    elif not self._suffixes or path.suffix.lower() in self._suffixes:
                        files.append(path)
                if next(entries, None) is not None:
                    self._refused = _("only {count} of them are listed").format(count=MOST)
        except OSError as error:
            self._refused = clean(str(error.strerror))
        items = [] if self.folder.parent == self.folder else [self._folder(self.folder.parent, UP)]
        items += [self._folder(path, path.name) for path in _in_order(folders)]
        return items + [self._file(path) for path in _in_order(files)]

    def _folder(self, path: Path, name: str) -> Item:
        return Item(f"{clean(name)}/", lambda: self.go(path), detail=_("folder"), words=name)

    def _file(self, path: Path) -> Item:
        return Item(clean(path.name), lambda: self._take(path), detail=_written(path), words=path.name)

    def filter(self) -> None:
        """What is typed narrows the list down, except where it is the name of a new file."""
        if self._saving:
            self.found = list(self.items)
            self.rows.count, self.rows.selected = len(self.found), None
            return
        super().filter()

    # Choosing

    def _take(self, path: Path) -> None:
        self.closed = True
        self._chosen(path)

    def choose(self) -> None:
        """A path typed in full is meant; else the selected row; a folder is gone into."""
        typed = self.edit.text.strip()
        try:
            self._choose(typed, (self.folder / Path(typed).expanduser()) if typed else None)
        except (OSError, RuntimeError, ValueError) as error:
            # Too long, of a user who is not there, in a folder that may not be read.
            self._refused = reason(error)

    def _choose(self, typed: str, path: Path | None) -> None:
        if self._saving and path is not None and path.suffix and Path(path.stem).suffix == path.suffix:
            # A whole name was typed over the stem that was selected.
            path = path.with_name(path.stem)
        item = self.selected
        if self._saving and item is not None and item.label.endswith("/"):
            item.run()
        elif path is not None and path.is_dir():
            self.go(path.resolve())
        elif path is not None and (path.is_file() or (self._saving and path.parent.is_dir())):
            self._take(path)
        elif item is not None:
            item.run()
        else:
            self._refused = _("there is no {name} here").format(name=typed) if typed else ""

    def close(self) -> None:
        """None was chosen."""
        super().close()
        self._cancelled()

    def key(self, event: pygame.event.Event) -> None:
        """Besides what any list takes: Tab completes the name, Backspace in an empty line goes up a folder."""
        if event.key == pygame.K_TAB and not self._saving:
            fits = fitting(self.edit.text, self.items, lambda item: item.words)
            if fits:
                item = self.selected or fits[0]
                self.edit.set(item.words)
                self.filter()
        elif event.key == pygame.K_BACKSPACE and not self.edit.text and not self._saving:
            self.go(self.folder.parent)
        else:
            super().key(event)

    def typed(self, text: str) -> None:
        """Type into the line; a slash after the name of a folder goes into it."""
        super().typed(text)
        name = self.edit.text
        if not self._saving and name.endswith("/"):
            with suppress(OSError, RuntimeError, ValueError):
                folder = self.folder / Path(name).expanduser()
                if folder.is_dir():
                    self.go(folder.resolve())

    def press(self, at: tuple[int, int], button: int) -> None:
        """Where a file is to be named, a click on another one takes its name."""
        super().press(at, button)
        if self._saving and not self.closed and self.selected is not None and not self.selected.label.endswith("/"):
            self.edit.set(self.selected.words)

    def draw_list(self, canvas: Canvas, area: pygame.Rect) -> None:
        """The folder's path above its rows, and what is wrong below."""
        line = canvas.px(22)
        path = clean(str(self.folder))
        while theme.text_size(path, theme.SMALL, canvas.scale)[0] > area.width and len(path) > 8:
            path = "\u2026" + path[2:]
        canvas.text(path, area.topleft, colour=theme.MUTED)
        below = line if self._refused else 0
        super().draw_list(canvas, pygame.Rect(area.x, area.y + line, area.width, area.height - line - below))
        if self._refused:
            canvas.text(self._refused, (area.x, area.bottom), colour=theme.WARNING, anchor="bottomleft")


def _in_order(paths: list[Path]) -> list[Path]:
    """By name; hidden ones last."""
    return sorted(paths, key=lambda path: (path.name.startswith("."), path.name.casefold()))


def _written(path: Path) -> str:
    """When a file was written."""
    try:
        return f"{datetime.fromtimestamp(path.stat().st_mtime).astimezone():%Y-%m-%d %H:%M}"
    except (OSError, OverflowError, ValueError):
        return ""
