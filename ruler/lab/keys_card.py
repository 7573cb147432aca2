"""The overview of keys and mouse, made from the binding table."""

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.bindings import ACTIONS, GESTURES, GROUPS
from ruler.lab.i18n import _
from ruler.lab.overlay import Overlay, Rows, draw_panel

# Room for what a key does, and between two lines, px at scale 1.
WORDS, LINE = 250.0, 20.0
_DOWN = {pygame.K_DOWN: 1, pygame.K_UP: -1, pygame.K_PAGEDOWN: 10, pygame.K_PAGEUP: -10}


def overview() -> list[tuple[str, str | None]]:
    """Key and name of everything that has a key, below its heading (which stands alone)."""
    entries: list[tuple[str, str | None]] = [(_("Mouse and arrows"), None)]
    entries += [(_(keys), _(text)) for keys, text in GESTURES]
    for group in GROUPS:
        actions = [action for action in ACTIONS.values() if action.group == group and action.keys]
        if actions:
            entries.append((_(group), None))
            entries += [(action.shown_key, _(action.label)) for action in actions]
    return entries


class KeysCard(Overlay):
    """Every key beside what it does, in as many columns as fit; the rest is scrolled to."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows()

    def key(self, event: pygame.event.Event) -> None:
        """Arrows scroll; any other key closes."""
        if event.key in _DOWN:
            self.rows.scroll(_DOWN[event.key])
        else:
            self.close()

    def wheel(self, rows: int) -> None:
        """Scroll."""
        self.rows.scroll(rows)

    def press(self, at: tuple[int, int], button: int) -> None:  # noqa: ARG002
        """A click closes it."""
        self.close()

    def draw(self, canvas: Canvas) -> None:
        """Draw the columns."""
        window, pad = canvas.surface.get_rect(), canvas.px(18)
        line, entries = canvas.px(LINE), overview()
        beside = max(theme.text_size(keys, theme.SMALL, canvas.scale, True)[0] for keys, text in entries if text)
        beside += canvas.px(14)
        width = beside + canvas.px(WORDS)
        most = max(1, (window.height - canvas.px(70) - 2 * pad) // line)
        columns = max(1, min((window.width - 2 * pad) // width, -(-len(entries) // most)))
        # Where a language has longer words, the columns take the room that is left.
        widest = max(theme.text_size(text, theme.SMALL, canvas.scale)[0] for _keys, text in entries if text)
        room = (window.width - 2 * pad) // columns
        width = min(max(width, beside + widest + canvas.px(12)), max(width, room))
        self.rows.count = -(-len(entries) // columns)
        self.rows.shown = min(most, self.rows.count)
        self.rows.scroll(0)
        self.rect = pygame.Rect(0, 0, columns * width + 2 * pad, self.rows.shown * line + canvas.px(36) + 2 * pad)
        self.rect.center = window.center
        draw_panel(canvas, self.rect)
        left, top = self.rect.x + pad, self.rect.y + pad
        canvas.text(_("Keys and mouse"), (left, top), size=theme.LARGE, bold=True)
        note = _("Esc closes") if self.rows.count <= most else _("the wheel shows more, Esc closes")
        canvas.text(note, (self.rect.right - pad, top), colour=theme.MUTED, anchor="topright")
        area = pygame.Rect(left, top + canvas.px(36), columns * width, self.rows.shown * line)
        for column in range(columns):
            start = column * self.rows.count + self.rows.first
            end = min((column + 1) * self.rows.count, start + self.rows.shown)
            for place, (keys, text) in enumerate(entries[start:end]):
                at = (area.x + column * width, area.y + place * line)
                if text is None:
                    canvas.text(keys, at, size=theme.NORMAL, colour=theme.ACCENT, bold=True)
                    continue
                canvas.text(keys, at, bold=True)
                text = theme.shortened(text, width - beside - canvas.px(10), theme.SMALL, canvas.scale)
                canvas.text(text, (at[0] + beside, at[1]))
        self.rows.draw_bar(canvas, area)
