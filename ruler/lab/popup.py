"""Menus that fall down from the bar or open at the mouse; the bar itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.i18n import _
from ruler.lab.overlay import ENTER, Overlay, Rows, draw_panel

ROW = 25.0  # px at scale 1
TIP_WIDTH = 300.0


@dataclass(frozen=True)
class Entry:
    """A line of a menu.

    Attributes:
        label: what it is called.
        run: does it.
        key: that does it too, as shown.
        tip: more about it.
        on: whether it is ticked; None when it is no switch.
        usable: whether it can be chosen now.
        rule: whether a line is drawn above it.
    """

    label: str
    run: Callable[[], None]
    key: str = ""
    tip: str = ""
    on: bool | None = None
    usable: bool = True
    rule: bool = False


class Popup(Overlay):
    """A menu.

    Args:
        entries: its lines.
        at: its upper left corner, px, unless there is no room.
        title: a heading, or None.
        sideways: called with -1 or 1 when an arrow key asks for the menu beside it.
    """

    modal = False

    def __init__(
        self,
        entries: Sequence[Entry],
        at: tuple[int, int],
        title: str | None = None,
        sideways: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self.entries, self._at, self.title = list(entries), at, title
        self._sideways = sideways
        self.rows = Rows(len(self.entries))
        # The release of the button that opened the menu chooses nothing.
        self._armed = False
        self._usable = [entry.usable for entry in self.entries]

    def choose(self, number: int) -> None:
        """Do what a line says, and close."""
        entry = self.entries[number]
        if entry.usable:
            self.close()
            entry.run()

    def key(self, event: pygame.event.Event) -> None:
        """Arrows go through the lines, Enter chooses, a letter goes to the next line that begins with it."""
        if event.key in (pygame.K_DOWN, pygame.K_UP, pygame.K_TAB):
            back = event.key == pygame.K_UP or (event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT)
            self.rows.go(-1 if back else 1, self._usable)
        elif event.key in (pygame.K_LEFT, pygame.K_RIGHT) and self._sideways is not None:
            self._sideways(1 if event.key == pygame.K_RIGHT else -1)
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.rows.selected = None
            self.rows.go(1 if event.key == pygame.K_HOME else -1, self._usable)
        elif event.key in (*ENTER, pygame.K_SPACE):
            if self.rows.selected is not None:
                self.choose(self.rows.selected)
        elif event.key == pygame.K_F10:
            self.close()

    def typed(self, text: str) -> None:
        """To the next line that begins so."""
        begins = [entry.usable and entry.label.casefold().startswith(text.casefold()) for entry in self.entries]
        if text.strip():
            self.rows.go(1, begins)

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.rows.scroll(rows)

    def move(self, at: tuple[int, int]) -> None:
        """The line under the mouse is selected."""
        self._armed = True
        number = self.rows.at(at)
        if number is not None:
            self.rows.selected = number if self.entries[number].usable else None

    def press(self, at: tuple[int, int], button: int) -> None:
        """Beside the menu it closes."""
        self._armed = True
        super().press(at, button)

    def release(self, at: tuple[int, int]) -> None:
        """The line under the mouse is chosen, also when the button went down on the menu's title."""
        number = self.rows.at(at)
        if number is not None and self._armed:
            self.choose(number)

    def draw(self, canvas: Canvas) -> None:
        """Draw the menu, and the tip of the selected line beside it."""
        window, pad = canvas.surface.get_rect(), canvas.px(6)
        widths = [theme.text_size(entry.label, theme.NORMAL, canvas.scale)[0] for entry in self.entries]
        keys = [theme.text_size(entry.key, theme.SMALL, canvas.scale)[0] for entry in self.entries]
        heading = canvas.px(26) if self.title else 0
        width = max(widths, default=0) + max(keys, default=0) + canvas.px(70)
        width = max(width, theme.text_size(self.title or "", theme.NORMAL, canvas.scale, True)[0] + 4 * pad)
        height = min(canvas.px(ROW), max(8, (window.height - heading - 4 * pad) // max(1, len(self.entries))))
        rect = pygame.Rect(self._at, (width, height * len(self.entries) + heading + 2 * pad))
        rect.clamp_ip(window)
        self.rect = rect
        draw_panel(canvas, rect)
        if self.title:
            at = (rect.x + canvas.px(12), rect.y + pad + heading // 2)
            canvas.text(self.title, at, size=theme.NORMAL, bold=True, anchor="midleft")
        area = pygame.Rect(rect.x + 2, rect.y + pad + heading, rect.width - 4, height * len(self.entries))
        for number, row in self.rows.place(area, height):
            _draw_entry(canvas, row, self.entries[number], number == self.rows.selected)
        if self.rows.selected is not None:
            self._draw_tip(canvas, self.entries[self.rows.selected])

    def _draw_tip(self, canvas: Canvas, entry: Entry) -> None:
        plain = entry.tip.casefold()
        if not plain or plain == entry.label.casefold() or self.rows.selected is None:
            return
        place = self.rows.selected - self.rows.first
        if not 0 <= place < len(self.rows.rects):
            return
        window, pad = canvas.surface.get_rect(), canvas.px(8)
        lines = theme.wrapped(entry.tip, canvas.px(TIP_WIDTH) - 2 * pad, theme.SMALL, canvas.scale)
        line = canvas.px(18)
        width = max(theme.text_size(text, theme.SMALL, canvas.scale)[0] for text in lines) + 2 * pad
        box = pygame.Rect(self.rect.right + 4, self.rows.rects[place].y, width, line * len(lines) + pad)
        if box.right > window.right:
            box.right = self.rect.left - 4
        box.clamp_ip(window)
        canvas.card(box, theme.PANEL, edge=theme.LINE, radius=4.0)
        for number, text in enumerate(lines):
            canvas.text(text, (box.x + pad, box.y + pad // 2 + number * line))


def _draw_entry(canvas: Canvas, row: pygame.Rect, entry: Entry, selected: bool) -> None:
    surface, ink = canvas.surface, theme.INK if entry.usable else theme.FAINT
    if entry.rule:
        surface.fill(theme.LINE, (row.x + canvas.px(8), row.y, row.width - canvas.px(16), max(1, canvas.px(1))))
    if selected:
        draw_selected(canvas, row)
    if entry.on:
        x, y, size = row.x + canvas.px(15), row.centery, 0.3 * min(row.height, canvas.px(ROW))
        points = [(x - 0.7 * size, y), (x - 0.1 * size, y + 0.6 * size), (x + 0.9 * size, y - 0.7 * size)]
        pygame.draw.lines(surface, ink, False, points, max(2, canvas.px(2)))
    canvas.text(entry.label, (row.x + canvas.px(28), row.centery), size=theme.NORMAL, colour=ink, anchor="midleft")
    muted = theme.MUTED if entry.usable else theme.FAINT
    canvas.text(entry.key, (row.right - canvas.px(12), row.centery), colour=muted, anchor="midright")


def draw_selected(canvas: Canvas, row: pygame.Rect) -> None:
    """The ground of the selected row: a colour, and a bar at its left, since colour alone is not enough."""
    pygame.draw.rect(canvas.surface, theme.ACCENT_PALE, row.inflate(-4, 0), border_radius=canvas.px(4))
    bar = pygame.Rect(row.x + 2, row.y + 2, canvas.px(3), row.height - 4)
    pygame.draw.rect(canvas.surface, theme.ACCENT, bar, border_radius=canvas.px(2))


class MenuBar:
    """The titles of the menus along the top.

    Args:
        titles: of the menus.
        open_menu: opens one, given its number and where its upper left corner is to be.
    """

    def __init__(self, titles: Sequence[str], open_menu: Callable[[int, tuple[int, int]], None]) -> None:
        self.titles, self._open_menu = list(titles), open_menu
        self.rects: list[pygame.Rect] = []
        self.opened: int | None = None
        self._hovered: int | None = None

    def unfold(self, number: int) -> None:
        """Open a menu; the numbers go round."""
        self.opened = number % len(self.titles)
        rect = self.rects[self.opened]
        self._open_menu(self.opened, rect.bottomleft)

    def at(self, point: tuple[int, int]) -> int | None:
        """Number of the title under a point, px."""
        return next((i for i, rect in enumerate(self.rects) if rect.collidepoint(point)), None)

    def place(self, canvas: Canvas, rect: pygame.Rect) -> int:
        """Decide where the titles are; returns where they end, px."""
        pad, x = canvas.px(9), rect.x + canvas.px(4)
        self.rects = []
        for title in map(_, self.titles):
            width = theme.text_size(title, theme.NORMAL, canvas.scale)[0] + 2 * pad
            self.rects.append(pygame.Rect(x, rect.y, width, rect.height))
            x += width
        return x

    def draw(self, canvas: Canvas, rect: pygame.Rect, name: str, mouse: tuple[int, int]) -> None:
        """Draw the bar, and at its right what is open.

        Args:
            canvas: drawn on.
            rect: where, px.
            name: of what is open.
            mouse: px.
        """
        canvas.surface.fill(theme.PANEL_SUNK, rect)
        end = self.place(canvas, rect)
        for number, (title, place) in enumerate(zip(map(_, self.titles), self.rects, strict=True)):
            if number == self.opened or (self.opened is None and place.collidepoint(mouse)):
                pygame.draw.rect(canvas.surface, theme.ACCENT_PALE, place.inflate(-2, -4), border_radius=canvas.px(4))
            canvas.text(title, place.center, size=theme.NORMAL, anchor="center")
        room = rect.right - end - canvas.px(28)
        text = theme.shortened(name, room, theme.NORMAL, canvas.scale, True)
        canvas.text(text, (rect.right - canvas.px(12), rect.centery), size=theme.NORMAL, bold=True, anchor="midright")
