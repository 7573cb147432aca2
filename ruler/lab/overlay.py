"""What lies over the window: menus, lists, questions. At most one at a time, which has mouse and keyboard."""

import functools
from collections.abc import Sequence

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas

MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
KEYS = (pygame.KEYDOWN, pygame.TEXTINPUT)
ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER)


class Overlay:
    """Something over the window.

    Attributes:
        modal: whether the hand waits while it is there, and the rest of the window is veiled.
        closed: whether it is to go.
        rect: where it was drawn last, px.
    """

    modal = True

    def __init__(self) -> None:
        self.closed = False
        self.rect = pygame.Rect(0, 0, 0, 0)

    def close(self) -> None:
        """Go, without an outcome."""
        self.closed = True

    def handle(self, event: pygame.event.Event) -> bool:
        """Take an event; True when it was for this overlay, as mouse and keys are."""
        if event.type == pygame.KEYDOWN:
            if event.key == pygame.K_ESCAPE:
                self.close()
            else:
                self.key(event)
        elif event.type == pygame.TEXTINPUT:
            self.typed(event.text)
        elif event.type == pygame.MOUSEWHEEL:
            self.wheel(-event.y)
        elif event.type == pygame.MOUSEMOTION:
            self.move(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self.press(event.pos, event.button)
        elif event.type == pygame.MOUSEBUTTONUP:
            self.release(event.pos)
        else:
            return False
        return True

    def advance(self) -> None:
        """A frame goes by."""

    def draw(self, canvas: Canvas) -> None:
        """Draw it; where it stands is decided here, so that it fits any window."""

    # What an overlay does with its events; nothing, where it does not say.

    def key(self, event: pygame.event.Event) -> None:
        """A key that is not Escape was pressed."""

    def typed(self, text: str) -> None:
        """Characters were typed."""

    def wheel(self, rows: int) -> None:
        """The wheel was turned, down counts up."""

    def move(self, at: tuple[int, int]) -> None:
        """The mouse is at a point of the window, px."""

    def press(self, at: tuple[int, int], button: int) -> None:  # noqa: ARG002
        """A button of the mouse went down."""
        if not self.rect.collidepoint(at) and not self.modal:
            self.close()

    def release(self, at: tuple[int, int]) -> None:
        """A button of the mouse went up."""


class Rows:
    """Rows one below another, one of them selected, of which a window of so many is shown.

    Attributes:
        count: of rows.
        selected: number of the one selected, or None.
        first: number of the first one shown.
        shown: how many fit; set when they are drawn.
    """

    def __init__(self, count: int = 0, selected: int | None = None) -> None:
        self.count, self.selected = count, selected
        self.first, self.shown = 0, 10
        self.rects: list[pygame.Rect] = []

    def go(self, by: int, usable: Sequence[bool] | None = None) -> None:
        """Select the row so many further, round the ends; rows that cannot be used are passed over."""
        if not self.count or (usable is not None and not any(usable)):
            return
        now = self.selected if self.selected is not None else (-1 if by > 0 else 0)
        now = (now + by) % self.count
        while usable is not None and not usable[now]:
            now = (now + (1 if by > 0 else -1)) % self.count
        self.selected = now
        self.show()

    def page(self, by: int) -> None:
        """Select the row a page up (-1) or down (1), not beyond the ends."""
        if self.count:
            self.selected = min(self.count - 1, max(0, (self.selected or 0) + by * max(1, self.shown - 1)))
            self.show()

    def show(self) -> None:
        """Scroll so that the selected row is seen."""
        if self.selected is not None:
            self.first = min(self.selected, max(self.first, self.selected - self.shown + 1))
        self.scroll(0)

    def scroll(self, by: int) -> None:
        """Scroll by so many rows."""
        self.first = min(max(0, self.count - self.shown), max(0, self.first + by))

    def place(self, area: pygame.Rect, height: int) -> list[tuple[int, pygame.Rect]]:
        """Number and rectangle of each row shown in an area, each so many px high."""
        self.shown = max(1, area.height // height)
        self.scroll(0)
        numbers = range(self.first, min(self.count, self.first + self.shown))
        self.rects = [pygame.Rect(area.x, area.y + i * height, area.width, height) for i, _ in enumerate(numbers)]
        return list(zip(numbers, self.rects, strict=True))

    def at(self, point: tuple[int, int]) -> int | None:
        """Number of the row under a point, px; None beside them."""
        place = next((i for i, rect in enumerate(self.rects) if rect.collidepoint(point)), None)
        return None if place is None else self.first + place

    def draw_bar(self, canvas: Canvas, area: pygame.Rect) -> None:
        """A thin bar at the right that says which part is shown, when not all is."""
        if self.count <= self.shown:
            return
        length = max(canvas.px(16), area.height * self.shown // self.count)
        top = area.y + (area.height - length) * self.first // max(1, self.count - self.shown)
        bar = pygame.Rect(area.right - canvas.px(5), top, canvas.px(4), length)
        pygame.draw.rect(canvas.surface, theme.MUTED, bar, border_radius=canvas.px(2))


def draw_panel(canvas: Canvas, rect: pygame.Rect) -> None:
    """The ground of an overlay, with its edge and a shadow."""
    shadow = rect.move(canvas.px(2), canvas.px(3))
    canvas.card(shadow, theme.BLACK, 0.18, radius=7.0)
    canvas.card(rect, theme.PANEL_RAISED, edge=theme.MUTED, radius=6.0)


@functools.lru_cache(maxsize=2)
def _veil(size: tuple[int, int]) -> pygame.Surface:
    veil = pygame.Surface(size)
    veil.fill((30, 24, 18))
    veil.set_alpha(110)
    return veil


def draw_veil(canvas: Canvas) -> None:
    """Dim the window."""
    canvas.surface.blit(_veil(canvas.surface.get_size()), (0, 0))


def draw_focus(canvas: Canvas, rect: pygame.Rect) -> None:
    """A ring around what has the keyboard."""
    pygame.draw.rect(canvas.surface, theme.ACCENT, rect, max(2, canvas.px(2)), border_radius=canvas.px(5))
