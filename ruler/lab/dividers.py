"""The dividers between the window's parts: taken hold of, dragged and put where they are remembered."""

from contextlib import suppress

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.recent import remember_setting
from ruler.lab.window import Window

# Dividers that stand upright; the others lie.
UPRIGHT = ("side", "between")


def divider_at(window: Window, at: tuple[int, int]) -> str | None:
    """Name of the divider under a point of the window, px, or None."""
    return next((name for name, grip in window.layout.dividers.items() if grip.collidepoint(at)), None)


def _part(window: Window, name: str, at: tuple[int, int]) -> float:
    """Which part of what it divides a divider leaves below or to the right of itself, at a point, px."""
    layout = window.layout
    if name == "side":
        return 1.0 - at[0] / window.surface.get_width()
    if name == "between":
        return 1.0 - at[0] / max(1, layout.controls.left)
    middle = layout.status.top - layout.toolbar.bottom
    bottom = layout.readout.top if name == "curve" else layout.status.top
    return (bottom - at[1]) / max(1, middle)


def put(window: Window, name: str, at: tuple[int, int]) -> None:
    """Put a divider at a point, px, as far as what it divides keeps some room."""
    window.dividers = window.dividers._replace(**{name: round(_part(window, name, at), 4)})
    remember_setting("dividers", {key: part for key, part in window.dividers._asdict().items() if part is not None})
    window.build()


def use_dividers(window: Window, event: pygame.event.Event) -> bool:
    """Take an event of the mouse; True when it was for a divider."""
    if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
        window.divider = divider_at(window, event.pos)
        return window.divider is not None
    if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and window.divider is not None:
        name, window.divider = window.divider, None
        put(window, name, event.pos)
        return True
    return event.type == pygame.MOUSEMOTION and window.divider is not None


def draw_divider(window: Window, canvas: Canvas) -> bool:
    """Draw the divider that is dragged where it would go, or mark the one under the mouse; whether there was one."""
    name = window.divider or (
        None if window.dialogs.open or window.panning or window.session.holding else divider_at(window, window.mouse_at)
    )
    cursor = pygame.SYSTEM_CURSOR_ARROW
    if name is not None:
        line = window.layout.dividers[name].copy()
        cursor = pygame.SYSTEM_CURSOR_SIZEWE if name in UPRIGHT else pygame.SYSTEM_CURSOR_SIZENS
        line.inflate_ip((-canvas.px(4), 0) if name in UPRIGHT else (0, -canvas.px(4)))
        if window.divider is not None:
            line.center = (window.mouse_at[0], line.centery) if name in UPRIGHT else (line.centerx, window.mouse_at[1])
        canvas.surface.fill(theme.ACCENT, line)
    if cursor != window.cursor:
        window.cursor = cursor
        # A display without pointers has none to show.
        with suppress(pygame.error):
            pygame.mouse.set_cursor(cursor)
    return name is not None
