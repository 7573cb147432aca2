"""A chain of blocks and springs on a rough table: the paper's model, for replays of theory runs."""

import math

import numpy as np
import pygame
from numpy.typing import ArrayLike

from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import draw_lines, spring_points


def draw_blocks(canvas: Canvas, rect: pygame.Rect, positions: ArrayLike) -> None:
    """Draw blocks in a row, the first one held by the wall at 0, with a spring before each.

    Args:
        canvas: drawn on.
        rect: where, px; filled entirely.
        positions: of the blocks along the row, 0 (the wall) to 1 (fully pulled), shape (N,).
    """
    places = np.nan_to_num(np.asarray(positions, dtype=np.float64).ravel(), posinf=1.0, neginf=0.0)
    left, right = rect.x + 40.0 * canvas.scale, rect.right - 40.0 * canvas.scale
    floor = rect.centery + min(30.0 * canvas.scale, 0.25 * rect.height)
    with canvas.clipped(rect):
        canvas.surface.fill(theme.PAPER, rect)
        if right - left > 20.0 * canvas.scale and len(places):
            _draw_floor(canvas, rect, left, floor)
            _draw_chain(canvas, left, right, floor, np.clip(places, -0.5, 1.5))


def _draw_floor(canvas: Canvas, rect: pygame.Rect, left: float, floor: float) -> None:
    ground, scale = theme.mixed(theme.PAPER, theme.PAPER_LINE, 0.35), canvas.scale
    canvas.surface.fill(ground, (rect.x, round(floor), rect.width, rect.bottom - round(floor)))
    canvas.surface.fill(theme.PAPER_INK, (rect.x, round(floor), rect.width, max(1, canvas.px(1.5))))
    wall = pygame.Rect(round(left - 12 * scale), round(floor - 52 * scale), canvas.px(12), canvas.px(52))
    canvas.surface.fill(theme.MUTED, wall)


def _draw_chain(canvas: Canvas, left: float, right: float, floor: float, places: Floats) -> None:
    count = len(places)
    size = min(34.0 * canvas.scale, 0.45 * (right - left) / count)
    xs = left + 0.5 * size + (right - left - size) * places
    steps = np.diff(np.concatenate(([0.0], places)))
    total = float(steps.sum())
    colours = theme.load_colours(steps / total if abs(total) > 1e-9 else None, count)
    middle = floor - 0.5 * size
    before = left
    for x in xs.tolist():
        end = x - 0.5 * size
        if abs(end - before) > 1.0:
            coils = 6 if size > 8 else 3
            points = spring_points((before, middle), (end, middle), coils, 0.28 * size)
            draw_lines(canvas.surface, theme.STEEL_DARK, points, max(1.0, 1.5 * canvas.scale))
        before = x + 0.5 * size
    for number, x in enumerate(xs.tolist()):
        box = pygame.Rect(round(x - 0.5 * size), round(floor - size), math.ceil(size), math.ceil(size))
        canvas.card(box, theme.BEECH, 1.0, theme.BEECH_EDGE, radius=3.0)
        inside = box.inflate(-round(0.3 * size), -round(0.3 * size))
        if inside.width > 3:
            canvas.card(inside, colours[number], radius=2.0)
        text = str(number + 1)
        if theme.text_size(text, theme.SMALL, canvas.scale, True)[0] < inside.width:
            canvas.text(text, inside.center, colour=theme.ink_on(colours[number]), bold=True, anchor="center")
