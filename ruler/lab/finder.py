"""A list that is filtered by what one types: the command palette, scenarios, networks, files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.fuzzy import fitting
from ruler.lab.i18n import N_, _
from ruler.lab.line_edit import LineEdit
from ruler.lab.overlay import ENTER, Overlay, Rows, draw_panel
from ruler.lab.popup import draw_selected

ROW = 28.0  # px at scale 1


@dataclass(frozen=True)
class Item:
    """Something that can be found.

    Attributes:
        label: what it is called.
        run: what choosing it does.
        detail: at the right: a key, a date.
        words: what it is found by besides its label.
        about: a paragraph about it.
        picture: draws a thumbnail of it, or None.
        usable: whether it can be chosen now.
        value: whatever whoever made it wants to know it by.
    """

    label: str
    run: Callable[[], None]
    detail: str = ""
    words: str = ""
    about: str = ""
    picture: Callable[[Canvas, pygame.Rect], None] | None = None
    usable: bool = True
    value: Any = None


class Finder(Overlay):
    """A line to type in, and below it what fits, the best first.

    Args:
        title: at the top.
        items: all there are.
        prompt: stands in the empty line.
        size: px at scale 1.
        row: height of a row, px at scale 1.
        looked_at: called with each item that is selected on the way, and with None when nothing is chosen in the end.
        start: number of the item selected at first.
    """

    def __init__(
        self,
        title: str,
        items: Sequence[Item],
        prompt: str = N_("type to find"),
        size: tuple[float, float] = (620, 440),
        row: float = ROW,
        looked_at: Callable[[Item | None], None] = lambda _: None,
        start: int = 0,
    ) -> None:
        super().__init__()
        self.title, self.items, self.prompt = title, list(items), prompt
        self.edit = LineEdit()
        self._size, self._row, self._looked_at, self._start = size, row, looked_at, start
        self._line = pygame.Rect(0, 0, 0, 0)
        self._canvas: Canvas | None = None
        self.found: list[Item] = []
        self.rows = Rows()
        self.filter()

    def filter(self) -> None:
        """Look again for what fits the line."""
        self.found = fitting(self.edit.text, self.items, lambda item: item.label, lambda item: item.words)
        self.rows.count, self.rows.first = len(self.found), 0
        first = 0 if self.edit.text else min(self._start, len(self.found) - 1)
        self._select(first if self.found else None)

    def _select(self, number: int | None) -> None:
        self.rows.selected = number
        self.rows.show()
        if (item := self.selected) is not None:
            self._looked_at(item)

    @property
    def selected(self) -> Item | None:
        """The item selected."""
        number = self.rows.selected
        return self.found[number] if number is not None and number < len(self.found) else None

    def choose(self) -> None:
        """Do what the selected item says."""
        item = self.selected
        if item is not None and item.usable:
            self.closed = True
            item.run()

    def close(self) -> None:
        """Nothing was chosen."""
        super().close()
        self._looked_at(None)

    def key(self, event: pygame.event.Event) -> None:
        """Arrows and pages go through the list, Enter chooses, the rest is for the line."""
        if event.key in (pygame.K_DOWN, pygame.K_UP):
            self.rows.go(1 if event.key == pygame.K_DOWN else -1)
        elif event.key in (pygame.K_PAGEDOWN, pygame.K_PAGEUP):
            self.rows.page(1 if event.key == pygame.K_PAGEDOWN else -1)
        elif event.key in ENTER:
            self.choose()
            return
        else:
            before = self.edit.text
            self.edit.key(event)
            if self.edit.text != before:
                self.filter()
            return
        self._select(self.rows.selected)

    def typed(self, text: str) -> None:
        """Type into the line."""
        self.edit.insert(text)
        self.filter()

    def wheel(self, rows: int) -> None:
        """Scroll the list."""
        self.rows.scroll(rows)

    def press(self, at: tuple[int, int], button: int) -> None:
        """A row is selected, and chosen by a second click; beside everything closes."""
        number = self.rows.at(at)
        if not self.rect.collidepoint(at):
            self.close()
        elif number is not None and button == 1:
            if number == self.rows.selected:
                self.choose()
            else:
                self._select(number)
        elif self._line.collidepoint(at) and self._canvas is not None:
            self.edit.place_cursor(at[0] - self._line.x - self._canvas.px(8), self._canvas)

    def draw(self, canvas: Canvas) -> None:
        """Draw title, line and list; beside it what is said about the selected item, if anything is."""
        self._canvas = canvas
        window, pad = canvas.surface.get_rect(), canvas.px(12)
        width, height = (min(canvas.px(s), w - 2 * pad) for s, w in zip(self._size, window.size, strict=True))
        self.rect = pygame.Rect(0, 0, width, height)
        self.rect.midtop = window.centerx, max(pad, (window.height - height) // 3)
        draw_panel(canvas, self.rect)
        inner = self.rect.inflate(-2 * pad, -2 * pad)
        canvas.text(self.title, inner.topleft, size=theme.LARGE, bold=True)
        canvas.text(_("Esc closes"), inner.topright, colour=theme.MUTED, anchor="topright")
        self._line = pygame.Rect(inner.x, inner.y + canvas.px(30), inner.width, canvas.px(32))
        self.edit.draw(canvas, self._line, True, _(self.prompt))
        top = self._line.bottom + canvas.px(8)
        area = pygame.Rect(inner.x, top, inner.width, inner.bottom - top)
        if any(item.about for item in self.items):
            area.width = round(0.45 * inner.width)
            beside = pygame.Rect(area.right + pad, top, inner.right - area.right - pad, area.height)
            self.draw_about(canvas, beside)
        self.draw_list(canvas, area)

    def draw_about(self, canvas: Canvas, area: pygame.Rect) -> None:
        """What is said about the selected item."""
        if self.selected is None:
            return
        y, line = area.y, canvas.px(20)
        for heading, paragraph in ((True, self.selected.label), (False, self.selected.about)):
            for text in theme.wrapped(paragraph, area.width, theme.NORMAL, canvas.scale, heading):
                if y + line > area.bottom:
                    return
                canvas.text(text, (area.x, y), size=theme.NORMAL, bold=heading)
                y += line
            y += line // 3

    def draw_list(self, canvas: Canvas, area: pygame.Rect) -> None:
        """The rows that fit."""
        rows = self.rows.place(area, canvas.px(self._row))
        for number, row in rows:
            self.draw_row(canvas, row, self.found[number], number == self.rows.selected)
        if not self.found:
            canvas.text(_("nothing fits"), (area.x + canvas.px(12), area.y + canvas.px(6)), colour=theme.MUTED)
        self.rows.draw_bar(canvas, area)

    def draw_row(self, canvas: Canvas, row: pygame.Rect, item: Item, selected: bool) -> None:
        """One row: picture, label, detail."""
        if selected:
            draw_selected(canvas, row)
        x = row.x + canvas.px(12)
        if item.picture is not None:
            box = pygame.Rect(x, row.y + 3, round(1.5 * (row.height - 6)), row.height - 6)
            item.picture(canvas, box)
            x = box.right + canvas.px(10)
        ink = theme.INK if item.usable else theme.FAINT
        right = row.right - canvas.px(12)
        if item.detail:
            muted = theme.MUTED if item.usable else theme.FAINT
            right = canvas.text(item.detail, (right, row.centery), colour=muted, anchor="midright").left - canvas.px(8)
        label = theme.shortened(item.label, right - x, theme.NORMAL, canvas.scale)
        canvas.text(label, (x, row.centery), size=theme.NORMAL, colour=ink, anchor="midleft")
