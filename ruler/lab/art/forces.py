"""What is drawn on the ruler on demand: tension along it, friction of the table on it, where the tip has been."""

import math

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.labels import by_importance
from ruler.lab.art.placed import Placed
from ruler.lab.art.sprites import Point, direction, draw_line, draw_lines, draw_polygon
from ruler.lab.art.ticks import round_up
from ruler.lab.art.view import View, as_points
from ruler.lab.i18n import _

TRACE_POINTS = 1200
LONGEST_ARROW = 34.0  # px at scale 1


def force_text(newtons: float) -> str:
    """A force with its unit, three figures at most."""
    size = abs(newtons)
    if not math.isfinite(size):
        return "? N"
    if size >= 99.95:
        return f"{newtons:.0f} N"
    if size >= 0.995:
        return f"{newtons:.1f} N"
    return f"{newtons:.2f} N" if size >= 0.0995 or size == 0.0 else f"{1000 * newtons:.0f} mN"


def draw_trace(canvas: Canvas, view: View, trace: Floats) -> None:
    """The way of the tip, paler the longer ago."""
    points = np.asarray(trace, dtype=np.float64).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) > TRACE_POINTS:
        points = points[np.unique(np.linspace(0, len(points) - 1, TRACE_POINTS).astype(int))]
    if len(points) < 2:
        return
    pixels = as_points(view.to_screen(points))
    pieces = 6
    for piece in range(pieces):
        first, last = piece * len(pixels) // pieces, (piece + 1) * len(pixels) // pieces
        colour = theme.mixed(theme.PAPER, theme.ACCENT, 0.35 + 0.5 * (piece + 1) / pieces)
        draw_lines(canvas.surface, colour, pixels[max(0, first - 1) : last], max(1.0, 1.5 * canvas.scale))


def draw_tension(placed: Placed, tension: Floats) -> None:
    """A line along the ruler, the thicker the more it is pulled (pale: pushed), with newtons at the hinges."""
    surface, scale, width = placed.canvas.surface, placed.canvas.scale, placed.width
    values = np.nan_to_num(tension, posinf=0.0, neginf=0.0)
    most = float(np.abs(values).max(initial=1e-9))
    ends = np.concatenate((values[:1], 0.5 * (values[1:] + values[:-1]), values[-1:]))
    widest = max(2.0 * scale, min(0.5 * width, 9.0 * scale))
    for start, end, value in zip(placed.inner, placed.outer, ends.tolist(), strict=True):
        colour = theme.TENSION if value >= 0 else theme.mixed(theme.TENSION, theme.WHITE, 0.55)
        draw_line(surface, colour, start, end, max(1.0, widest * abs(value) / most))
    for hinge in by_importance(len(values)):
        image = theme.text_image(
            force_text(values[hinge]), theme.SMALL, scale, theme.TENSION_INK, bold=True, halo=theme.PAPER
        )
        x, y = placed.hinges[hinge]
        drop = 0.5 * width + 29.0 * scale
        below = placed.inner[hinge][1] < y
        placed.labels.try_text(surface, image, (x, y + (drop if below else -drop)))


def draw_arrow(surface: pygame.Surface, start: Point, end: Point, colour: theme.Colour, width: float) -> None:
    """A straight arrow with a filled head."""
    length, x, y = direction(start, end)
    if length < 1.0:
        return
    head = min(3.6 * width, 0.7 * length)
    neck = (end[0] - head * x, end[1] - head * y)
    draw_line(surface, colour, start, neck, width)
    side = 0.55 * head
    draw_polygon(
        surface, colour, [end, (neck[0] - side * y, neck[1] + side * x), (neck[0] + side * y, neck[1] - side * x)]
    )


def draw_friction(placed: Placed, friction: Floats) -> None:
    """An arrow on each section for the friction of the table, and a key to its length."""
    surface, scale = placed.canvas.surface, placed.canvas.scale
    forces = np.nan_to_num(friction, posinf=0.0, neginf=0.0)
    most = round_up(float(np.hypot(*forces.T).max(initial=1e-6)))
    longest = LONGEST_ARROW * scale
    for start, end, (x, y) in zip(placed.inner, placed.outer, forces.tolist(), strict=True):
        at = (0.5 * (start[0] + end[0]), 0.5 * (start[1] + end[1]))
        tip = (at[0] + longest * x / most, at[1] - longest * y / most)
        draw_arrow(surface, at, tip, theme.WHITE, 4.0 * scale)
        draw_arrow(surface, at, tip, theme.FRICTION, 2.0 * scale)
    _draw_key(placed, _("friction {force}").format(force=force_text(most)), longest)


def _draw_key(placed: Placed, text: str, longest: float) -> None:
    canvas, rect = placed.canvas, placed.view.rect
    width, height = theme.text_size(text, theme.SMALL, canvas.scale)
    pad = canvas.px(8)
    box = pygame.Rect(rect.x + canvas.px(10), rect.y + canvas.px(10), round(width + longest + 3 * pad), height + pad)
    if not rect.contains(box):
        return
    canvas.card(box, theme.CARD, 0.93, theme.LINE)
    start = (box.x + pad, box.centery)
    draw_arrow(canvas.surface, start, (start[0] + longest, box.centery), theme.FRICTION, 2.0 * canvas.scale)
    canvas.text(text, (box.right - pad, box.centery), colour=theme.FRICTION_INK, anchor="midright")
    placed.labels.take(box)
