"""What has the keyboard besides the hand: Tab goes through all that can have it, with a ring around each."""

from typing import NamedTuple

import pygame

from ruler.lab import menus
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.bindings import ARROWS
from ruler.lab.overlay import ENTER, draw_focus
from ruler.lab.window import Focused, Window

# An arrow key moves the timeline by so much of it.
_ARROW = 0.02


class _Place(NamedTuple):
    """Something that can have the keyboard: its kind, its name, and where it is, px."""

    kind: str
    name: str
    rect: pygame.Rect


def _places(window: Window) -> list[_Place]:
    """All that can have it, in the order in which Tab comes to it."""
    controls = window.controls
    places = [_Place("entry", key, rect) for key, rect in controls.entry_rects().items()]
    places += [_Place("button", name, button.rect) for name, button in controls.buttons.items() if button.is_enabled]
    places.append(_Place("table", "table", window.layout.table))
    places.append(_Place("timeline", "timeline", controls.timeline.rect))
    return places + [_Place("graph", name, rect) for name, rect in window.layout.graphs.items()]


def go(window: Window, back: bool = False) -> None:
    """Give the keyboard to the next one, or the one before."""
    places = _places(window)
    now = _now(window, places)
    by = -1 if back else 1
    place = places[(now + by if now is not None else min(0, by)) % len(places)]
    window.focused = None if place.kind == "entry" else Focused(place.kind, place.name)
    window.controls.focus_entry(place.name if place.kind == "entry" else None)


def _now(window: Window, places: list[_Place]) -> int | None:
    entry, focused = window.controls.focused_entry(), window.focused
    for number, place in enumerate(places):
        if place[:2] == (("entry", entry) if entry is not None else focused):
            return number
    return None


def leave(window: Window) -> bool:
    """Give the keyboard back to the hand; whether something else had it."""
    had = window.focused is not None or window.controls.typing
    window.focused = None
    window.controls.focus_entry(None)
    return had


def take_key(window: Window, event: pygame.event.Event) -> bool:
    """Take a key for what has the keyboard; whether it was one for it."""
    if event.key == pygame.K_TAB and not event.mod & pygame.KMOD_CTRL:
        go(window, back=bool(event.mod & pygame.KMOD_SHIFT))
        return True
    focused = window.focused
    if focused is not None and focused.kind == "timeline":
        # Space and Enter play, and go on from what is looked at, as they do everywhere.
        return _move_timeline(window, event)
    if focused is None or event.key not in (*ENTER, pygame.K_SPACE):
        return False
    if focused.kind == "button":
        window.do(focused.name)
    else:
        menus.open_context_menu_by_key(window)
    return True


def _move_timeline(window: Window, event: pygame.event.Event) -> bool:
    if event.key not in ARROWS or event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
        return False
    window.player.seek(min(1.0, max(0.0, (window.player.timeline or 0.0) + _ARROW * sum(ARROWS[event.key]))))
    window.update_labels()
    return True


def draw(window: Window, canvas: Canvas) -> bool:
    """The ring around what has the keyboard, and what is wrong with the number in it; whether something has it."""
    entry = window.controls.focused_entry()
    for place in _places(window):
        if place[:2] == ("entry", entry):
            draw_focus(canvas, place.rect.inflate(4, 4))
            _draw_complaint(canvas, place.rect, window.controls.complaint(place.name))
        elif place[:2] == window.focused:
            # Around what is small, within what reaches to the window's edge.
            around = 4 if place.kind in ("button", "timeline") else -2
            draw_focus(canvas, place.rect.inflate(around, around))
    return entry is not None or window.focused is not None


def _draw_complaint(canvas: Canvas, rect: pygame.Rect, text: str | None) -> None:
    if text is None:
        return
    pad, line = canvas.px(8), canvas.px(18)
    lines = theme.wrapped(text, canvas.px(240), theme.SMALL, canvas.scale)
    width = max(theme.text_size(each, theme.SMALL, canvas.scale)[0] for each in lines) + 2 * pad
    box = pygame.Rect(0, 0, width, line * len(lines) + pad)
    box.topright = rect.right, rect.bottom + canvas.px(4)
    box.clamp_ip(canvas.surface.get_rect())
    canvas.card(box, theme.CARD, edge=theme.WARNING, radius=4.0)
    for number, each in enumerate(lines):
        canvas.text(each, (box.x + pad, box.y + pad // 2 + number * line), colour=theme.WARNING)
