"""A chain of blocks and springs on a rough table: the paper's model, for replays of theory runs."""

import math

import numpy as np
import pygame
from numpy.typing import ArrayLike, NDArray

from ruler.lab.art.holders import spring_points
from ruler.lab.art.sprites import draw_card, draw_lines
from ruler.lab.art.theme import (
    BEECH,
    BEECH_EDGE,
    MUTED,
    PAPER,
    PAPER_INK,
    PAPER_LINE,
    SMALL,
    STEEL_DARK,
    draw_text,
    ink_on,
    load_colours,
    mixed,
    text_size,
)

Floats = NDArray[np.float64]


def draw_blocks(surface: pygame.Surface, rect: pygame.Rect, positions: ArrayLike, scale: float = 1.0) -> None:
    """Draw blocks in a row, the first one held by the wall at 0, with a spring before each.

    Args:
        surface: drawn on.
        rect: where, px; filled entirely.
        positions: of the blocks along the row, 0 (the wall) to 1 (fully pulled), shape (N,).
        scale: UI scale.
    """
    if rect.width <= 0 or rect.height <= 0:
        return
    clip = surface.get_clip()
    surface.set_clip(rect.clip(clip))
    surface.fill(PAPER, rect)
    places = np.nan_to_num(np.asarray(positions, dtype=np.float64).ravel(), posinf=1.0, neginf=0.0)
    left, right = rect.x + 40.0 * scale, rect.right - 40.0 * scale
    floor = rect.centery + min(30.0 * scale, 0.25 * rect.height)
    if right - left > 20.0 * scale and len(places):
        _draw_ground(surface, rect, left, floor, scale)
        _draw_chain(surface, left, right, floor, np.clip(places, -0.5, 1.5), scale)
    surface.set_clip(clip)


def _draw_ground(surface: pygame.Surface, rect: pygame.Rect, left: float, floor: float, scale: float) -> None:
    surface.fill(mixed(PAPER, PAPER_LINE, 0.35), (rect.x, round(floor), rect.width, rect.bottom - round(floor)))
    surface.fill(PAPER_INK, (rect.x, round(floor), rect.width, max(1, round(1.5 * scale))))
    wall = pygame.Rect(round(left - 12 * scale), round(floor - 52 * scale), round(12 * scale), round(52 * scale))
    surface.fill(MUTED, wall)


def _draw_chain(surface: pygame.Surface, left: float, right: float, floor: float, places: Floats, scale: float) -> None:
    count = len(places)
    size = min(34.0 * scale, 0.45 * (right - left) / count)
    xs = left + 0.5 * size + (right - left - size) * places
    steps = np.diff(np.concatenate(([0.0], places)))
    total = float(steps.sum())
    colours = load_colours(steps / total if abs(total) > 1e-9 else None, count)
    middle = floor - 0.5 * size
    before = left
    for x in xs.tolist():
        end = x - 0.5 * size
        if abs(end - before) > 1.0:
            coils = 6 if size > 8 else 3
            points = spring_points((before, middle), (end, middle), coils, 0.28 * size)
            draw_lines(surface, STEEL_DARK, points, max(1.0, 1.5 * scale))
        before = x + 0.5 * size
    for number, x in enumerate(xs.tolist()):
        box = pygame.Rect(round(x - 0.5 * size), round(floor - size), math.ceil(size), math.ceil(size))
        draw_card(surface, box, scale, BEECH, 1.0, BEECH_EDGE, radius=3.0)
        inside = box.inflate(-round(0.3 * size), -round(0.3 * size))
        if inside.width > 3:
            draw_card(surface, inside, scale, colours[number], 1.0, radius=2.0)
        text = str(number + 1)
        if text_size(text, SMALL, scale, True)[0] < inside.width:
            ink = ink_on(colours[number])
            draw_text(surface, text, inside.center, size=SMALL, scale=scale, colour=ink, bold=True, anchor="center")
