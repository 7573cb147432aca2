"""Text of the window: read-out, status line, help, hints, what is under the mouse."""

import math

import pygame

from ruler.analysis.loads import Measures
from ruler.lab.art import theme
from ruler.lab.art.theme import draw_text
from ruler.lab.bindings import ACTIONS, GESTURES, GROUPS
from ruler.lab.scene import Scene

WARNING = (156, 42, 20)
_CARD = (255, 253, 248)
_CARD_EDGE = (176, 160, 138)

# Width of a column of the help, px at scale 1.
HELP_COLUMN = 470

HINTS = (
    "1. Drag the tip (its right end) slowly to the right: only the outer hinges open.",
    "2. Reset (R), shake with S or the right button, and pull again: it opens evenly. Watch the load curve.",
    "3. P lets the script pull. Scenarios has more. F1 shows every key.",
)


def draw_readout(
    surface: pygame.Surface,
    rect: pygame.Rect,
    measures: Measures,
    resembles: str | None,
    note: str | None,
    scale: float,
) -> None:
    """Centre of load, unevenness and what it resembles."""
    pygame.draw.rect(surface, theme.PANEL, rect)
    left, top = rect.left + round(12 * scale), rect.top + round(4 * scale)
    line = round(21 * scale)
    centre, uneven = measures.center_of_load, measures.unevenness
    values = (
        ("centre of load", "-" if centre is None else f"{centre:.2f}"),
        ("unevenness", "-" if uneven is None else f"{uneven:.2f}"),
    )
    column = rect.width // 2
    for i, (label, value) in enumerate(values):
        draw_text(surface, label, (left + i * column, top), scale=scale, size=theme.SMALL, colour=theme.MUTED)
        draw_text(
            surface, value, (left + i * column, top + round(15 * scale)), scale=scale, size=theme.LARGE, bold=True
        )
    if note is not None:
        text = note
    elif resembles is None:
        text = "resembles: nothing has opened yet"
    else:
        text = f"resembles: {resembles}"
    for i, part in enumerate(wrapped(text, rect.width - round(20 * scale), scale)[:2]):
        draw_text(surface, part, (left, top + round(42 * scale) + i * line), scale=scale, size=theme.SMALL)


def wrapped(text: str, width: int, scale: float) -> list[str]:
    """The text in lines no wider than `width` px."""
    face = theme.font(theme.SMALL, scale)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.size(longer)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_status(
    surface: pygame.Surface, rect: pygame.Rect, text: str, warning: bool, numbers: str, scale: float
) -> None:
    """What the mouse and keys do here, and step, time, energy account."""
    pygame.draw.rect(surface, theme.PANEL, rect)
    pygame.draw.line(surface, _CARD_EDGE, rect.topleft, rect.topright)
    gap = round(10 * scale)
    right = draw_text(
        surface,
        numbers,
        (rect.right - gap, rect.centery),
        scale=scale,
        size=theme.SMALL,
        colour=theme.MUTED,
        anchor="midright",
    )
    room = right.left - rect.left - 3 * gap
    colour = WARNING if warning else theme.INK
    draw_text(
        surface,
        theme.shortened(text, room, theme.SMALL, scale),
        (rect.left + gap, rect.centery),
        scale=scale,
        size=theme.SMALL,
        colour=colour,
        anchor="midleft",
    )


def draw_toolbar_speed(surface: pygame.Surface, rect: pygame.Rect, text: str, warning: bool, scale: float) -> None:
    """The speed between the buttons that change it."""
    colour = WARNING if warning else theme.INK
    draw_text(surface, text, rect.center, scale=scale, size=theme.SMALL, colour=colour, anchor="center")


def hover_lines(scene: Scene, hinge: int) -> list[str]:
    """What is known of a hinge (counted from 0): number, opening, torque against its limit."""
    lines = [f"hinge {hinge + 1}: {math.degrees(scene.opening[hinge]):.1f}° open"]
    if scene.share is not None:
        lines.append(f"load share {scene.share[hinge]:.3f}")
    now = scene.snapshot
    if now is not None:
        state = "sticks" if now.sticks[hinge] else "slides"
        lines.append(f"torque {1000 * now.torque[hinge]:.1f} of {1000 * now.torque_limit[hinge]:.1f} mN m: {state}")
        lines.append(f"force through it {now.tension[hinge]:.2f} N")
    return lines


def draw_hover(surface: pygame.Surface, mouse: tuple[int, int], scene: Scene, hinge: int, scale: float) -> None:
    """A card beside the mouse about the hinge under it (counted from 0)."""
    lines = hover_lines(scene, hinge)
    card = _card(surface, lines, scale, at=(mouse[0] + round(18 * scale), mouse[1] + round(18 * scale)))
    _write(surface, card, lines, scale)


def draw_hints(surface: pygame.Surface, table: pygame.Rect, scale: float) -> None:
    """What to try first, below right, clear of a folded ruler."""
    width = round(min(360 * scale, 0.55 * table.width))
    lines = ["Try this", *(line for hint in HINTS for line in wrapped(hint, width, scale))]
    height = round(20 * scale) * len(lines) + round(20 * scale)
    at = (table.right - width - round(40 * scale), table.bottom - height - round(34 * scale))
    _write(surface, _card(surface, lines, scale, at=at), lines, scale, heading=True)


def draw_about(surface: pygame.Surface, rect: pygame.Rect, texts: list[tuple[str, str]], scale: float) -> None:
    """Headings and paragraphs about what is being replayed, as much as there is room for."""
    pad, line = round(12 * scale), round(19 * scale)
    y = rect.top + round(8 * scale)
    for heading, text in texts:
        lines = [(heading, True), *((part, False) for part in wrapped(text, rect.width - 2 * pad, scale))]
        for part, bold in lines:
            if y + line > rect.bottom:
                return
            draw_text(surface, part, (rect.left + pad, y), scale=scale, size=theme.SMALL, bold=bold)
            y += line
        y += line // 2


def draw_name(surface: pygame.Surface, rect: pygame.Rect, name: str, scale: float) -> None:
    """The name of a replay in its view."""
    at = (rect.left + round(14 * scale), rect.top + round(8 * scale))
    draw_text(surface, name, at, scale=scale, bold=True, halo=theme.PAPER)


def draw_help(surface: pygame.Surface, scale: float) -> None:
    """Every action and its key, from the binding table."""
    veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
    veil.fill((30, 24, 18, 150))
    surface.blit(veil, (0, 0))
    columns = help_columns()
    scale = _help_scale(surface.get_size(), columns, scale)
    line = round(20 * scale)
    width = round(HELP_COLUMN * scale)
    height = max(len(column) for column in columns) * line + round(60 * scale)
    card = pygame.Rect(0, 0, width * len(columns) + round(24 * scale), height)
    card.center = surface.get_rect().center
    pygame.draw.rect(surface, _CARD, card, border_radius=round(8 * scale))
    at = (card.left + round(18 * scale), card.top + round(12 * scale))
    draw_text(surface, "Keys and mouse", at, scale=scale, size=theme.LARGE, bold=True)
    draw_text(
        surface,
        "Esc closes",
        (card.right - round(18 * scale), at[1]),
        scale=scale,
        colour=theme.MUTED,
        anchor="topright",
    )
    for i, column in enumerate(columns):
        x, y = card.left + round(18 * scale) + i * width, card.top + round(46 * scale)
        for keys, text in column:
            if text is None:
                draw_text(surface, keys, (x, y), scale=scale, size=theme.SMALL, colour=theme.ACCENT, bold=True)
            else:
                draw_text(surface, keys, (x, y), scale=scale, size=theme.SMALL, bold=True)
                draw_text(surface, text, (x + round(96 * scale), y), scale=scale, size=theme.SMALL)
            y += line


def help_columns(count: int = 2) -> list[list[tuple[str, str | None]]]:
    """The help's entries in columns: key and text, or a heading and None."""
    entries: list[list[tuple[str, str | None]]] = []
    mouse: list[tuple[str, str | None]] = [("Mouse and arrows", None)]
    mouse += [(keys, text) for keys, text in GESTURES]
    entries.append(mouse)
    for group in GROUPS:
        lines: list[tuple[str, str | None]] = [(group, None)]
        lines += [(action.shown_key, action.text) for action in ACTIONS.values() if action.group == group]
        entries.append(lines)
    most = -(-sum(len(block) for block in entries) // count)
    columns: list[list[tuple[str, str | None]]] = [[]]
    for block in entries:
        if len(columns) < count and columns[-1] and len(columns[-1]) + len(block) / 2 > most:
            columns.append([])
        columns[-1] += block
    return columns


def _help_scale(size: tuple[int, int], columns: list[list[tuple[str, str | None]]], scale: float) -> float:
    """The greatest scale at which the help fits into a window of this size (px)."""
    rows = max(len(column) for column in columns)
    return min(scale, size[0] / (HELP_COLUMN * len(columns) + 44), size[1] / (20 * rows + 80))


def _card(surface: pygame.Surface, lines: list[str], scale: float, at: tuple[int, int]) -> pygame.Rect:
    face = theme.font(theme.NORMAL, scale)
    pad = round(10 * scale)
    width = max(face.size(line)[0] for line in lines) + 2 * pad
    rect = pygame.Rect(at, (width, round(20 * scale) * len(lines) + 2 * pad))
    rect.clamp_ip(surface.get_rect())
    pygame.draw.rect(surface, _CARD, rect, border_radius=round(6 * scale))
    pygame.draw.rect(surface, _CARD_EDGE, rect, width=1, border_radius=round(6 * scale))
    return rect


def _write(surface: pygame.Surface, card: pygame.Rect, lines: list[str], scale: float, heading: bool = False) -> None:
    pad, line = round(10 * scale), round(20 * scale)
    for i, text in enumerate(lines):
        bold = heading and i == 0
        draw_text(surface, text, (card.left + pad, card.top + pad + i * line), scale=scale, bold=bold)
