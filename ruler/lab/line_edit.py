"""A line in which one types, for what lies over the window."""

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.clipboard import get_text, put_text

LONGEST = 4096
COMMAND = pygame.KMOD_CTRL | pygame.KMOD_META


class LineEdit:
    """A line of text with a cursor and a selection between cursor and anchor.

    Attributes:
        text: what stands there.
        cursor, anchor: numbers of characters before them.
    """

    def __init__(self, text: str = "") -> None:
        self.text = ""
        self._left = 0
        self.set(text)

    def set(self, text: str) -> None:
        """Put another text there, with the cursor at its end."""
        self.text = theme.one_line(text)[:LONGEST]
        self.cursor = self.anchor = len(self.text)

    def select(self, start: int = 0, end: int | None = None) -> None:
        """Select a part, or all."""
        self.anchor, self.cursor = start, len(self.text) if end is None else end

    @property
    def selection(self) -> tuple[int, int]:
        """Where the selection begins and ends."""
        return min(self.cursor, self.anchor), max(self.cursor, self.anchor)

    def insert(self, text: str) -> None:
        """Type over what is selected."""
        start, end = self.selection
        new = theme.one_line(text)[: LONGEST - len(self.text) + end - start]
        self.text = self.text[:start] + new + self.text[end:]
        self.cursor = self.anchor = start + len(new)

    def key(self, event: pygame.event.Event) -> bool:
        """Take a key that moves, deletes, copies or pastes; whether it was one."""
        if event.mod & COMMAND and event.key in (pygame.K_a, pygame.K_c, pygame.K_x, pygame.K_v):
            self._use_clipboard(event.key)
        elif event.key in (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_HOME, pygame.K_END):
            self._go(event)
        elif event.key in (pygame.K_BACKSPACE, pygame.K_DELETE):
            if self.cursor == self.anchor:
                word, back = bool(event.mod & COMMAND), event.key == pygame.K_BACKSPACE
                self.cursor = self._beside(-1 if back else 1, word)
            self.insert("")
        else:
            return False
        return True

    def _use_clipboard(self, key: int) -> None:
        start, end = self.selection
        if key == pygame.K_a:
            self.select()
        elif key == pygame.K_v:
            self.insert(get_text())
        elif start < end:
            put_text(self.text[start:end])
            if key == pygame.K_x:
                self.insert("")

    def _go(self, event: pygame.event.Event) -> None:
        if event.key in (pygame.K_HOME, pygame.K_END):
            self.cursor = 0 if event.key == pygame.K_HOME else len(self.text)
        elif self.cursor != self.anchor and not event.mod & pygame.KMOD_SHIFT:
            self.cursor = self.selection[event.key == pygame.K_RIGHT]
        else:
            self.cursor = self._beside(-1 if event.key == pygame.K_LEFT else 1, bool(event.mod & COMMAND))
        if not event.mod & pygame.KMOD_SHIFT:
            self.anchor = self.cursor

    def _beside(self, by: int, word: bool) -> int:
        place = min(len(self.text), max(0, self.cursor + by))
        while (
            word and 0 < place < len(self.text) and (self.text[place - 1].isalnum() or not self.text[place].isalnum())
        ):
            place += by
        return place

    def place_cursor(self, x: float, canvas: Canvas) -> None:
        """Put the cursor where the mouse clicked, px from the left edge of the text."""
        face = theme.font(theme.NORMAL, canvas.scale)
        edges = [face.size(self.text[:n])[0] - self._left for n in range(len(self.text) + 1)]
        self.cursor = self.anchor = min(range(len(edges)), key=lambda n: abs(edges[n] - x))

    def draw(self, canvas: Canvas, rect: pygame.Rect, focused: bool, prompt: str = "") -> None:
        """Draw the line within a rectangle, scrolled so that the cursor is seen; a prompt where nothing stands."""
        canvas.card(rect, theme.PANEL, edge=theme.ACCENT if focused else theme.MUTED, radius=4.0)
        face, pad = theme.font(theme.NORMAL, canvas.scale), canvas.px(8)
        inner = rect.inflate(-2 * pad, 0)
        at = face.size(self.text[: self.cursor])[0]
        self._left = min(max(self._left, at - inner.width + 2), at, max(0, face.size(self.text)[0] - inner.width + 2))
        with canvas.clipped(inner.inflate(2, 0)):
            x = inner.x - self._left
            start, end = (face.size(self.text[:place])[0] for place in self.selection)
            if focused and end > start:
                chosen = pygame.Rect(x + start, rect.y + canvas.px(4), end - start, rect.height - canvas.px(8))
                canvas.surface.fill(theme.ACCENT_PALE, chosen)
            if self.text:
                canvas.text(self.text, (x, rect.centery), size=theme.NORMAL, anchor="midleft")
            else:
                canvas.text(prompt, (x, rect.centery), size=theme.NORMAL, colour=theme.MUTED, anchor="midleft")
            if focused:
                line = pygame.Rect(x + at, rect.y + canvas.px(5), max(1, canvas.px(1.5)), rect.height - canvas.px(10))
                canvas.surface.fill(theme.INK, line)
