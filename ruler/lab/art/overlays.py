"""Overlays on the ruler: tension along it, friction of the table on it, where the tip has been."""

import math

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.labels import Labels, by_importance
from ruler.lab.art.sprites import Point, draw_card, draw_line, draw_lines, draw_polygon
from ruler.lab.art.theme import (
    ACCENT,
    FRICTION,
    LINE,
    PAPER,
    SMALL,
    TENSION,
    WHITE,
    Colour,
    draw_text,
    mixed,
    text_image,
    text_size,
)
from ruler.lab.art.view import View

Floats = NDArray[np.float64]

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


def draw_trace(surface: pygame.Surface, view: View, trace: Floats, scale: float) -> None:
    """The way of the tip, paler the longer ago."""
    points = np.asarray(trace, dtype=np.float64).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) > TRACE_POINTS:
        keep = np.unique(np.linspace(0, len(points) - 1, TRACE_POINTS).astype(int))
        points = points[keep]
    if len(points) < 2:
        return
    pixels: list[Point] = [(x, y) for x, y in np.clip(view.to_screen(points), -1e5, 1e5).tolist()]
    pieces = 6
    for piece in range(pieces):
        first, last = piece * len(pixels) // pieces, (piece + 1) * len(pixels) // pieces
        colour = mixed(PAPER, ACCENT, 0.35 + 0.5 * (piece + 1) / pieces)
        draw_lines(surface, colour, pixels[max(0, first - 1) : last], max(1.0, 1.5 * scale))


def draw_tension(
    surface: pygame.Surface,
    inner: list[Point],
    outer: list[Point],
    tension: Floats,
    width: float,
    labels: Labels,
    scale: float,
) -> None:
    """A line along the ruler, the thicker the more it is pulled (pale: pushed), with newtons at the hinges."""
    values = np.nan_to_num(np.asarray(tension, dtype=np.float64), posinf=0.0, neginf=0.0)
    if len(values) == 0 or len(values) != len(outer) - 1:
        return
    most = max(float(np.abs(values).max()), 1e-9)
    ends = np.concatenate((values[:1], 0.5 * (values[1:] + values[:-1]), values[-1:]))
    widest = max(2.0 * scale, min(0.5 * width, 9.0 * scale))
    for start, end, value in zip(inner, outer, ends.tolist(), strict=True):
        colour = TENSION if value >= 0 else mixed(TENSION, WHITE, 0.55)
        draw_line(surface, colour, start, end, max(1.0, widest * abs(value) / most))
    for hinge in by_importance(len(values)):
        image = text_image(force_text(values[hinge]), SMALL, scale, TENSION, bold=True, halo=PAPER)
        x, y = outer[hinge]
        drop = 0.5 * width + 29.0 * scale
        below = inner[hinge][1] < y
        labels.try_text(surface, image, (x, y + (drop if below else -drop)))


def draw_arrow(surface: pygame.Surface, start: Point, end: Point, colour: Colour, width: float) -> None:
    """A straight arrow with a filled head."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    if length < 1.0:
        return
    x, y = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    head = min(3.6 * width, 0.7 * length)
    neck = (end[0] - head * x, end[1] - head * y)
    draw_line(surface, colour, start, neck, width)
    side = 0.55 * head
    draw_polygon(
        surface, colour, [end, (neck[0] - side * y, neck[1] + side * x), (neck[0] + side * y, neck[1] - side * x)]
    )


def draw_friction(
    surface: pygame.Surface,
    inner: list[Point],
    outer: list[Point],
    friction: Floats,
    rect: pygame.Rect,
    labels: Labels,
    scale: float,
) -> None:
    """An arrow on each section for the friction of the table, and a key to its length."""
    forces = np.nan_to_num(np.asarray(friction, dtype=np.float64), posinf=0.0, neginf=0.0).reshape(-1, 2)
    if len(forces) != len(inner):
        return
    most = _round_up(max(float(np.hypot(*forces.T).max()) if len(forces) else 0.0, 1e-6))
    longest = LONGEST_ARROW * scale
    for start, end, (x, y) in zip(inner, outer, forces.tolist(), strict=True):
        at = (0.5 * (start[0] + end[0]), 0.5 * (start[1] + end[1]))
        tip = (at[0] + longest * x / most, at[1] - longest * y / most)
        draw_arrow(surface, at, tip, WHITE, 4.0 * scale)
        draw_arrow(surface, at, tip, FRICTION, 2.0 * scale)
    _draw_key(surface, rect, f"friction {force_text(most)}", longest, labels, scale)


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= value * (1 - 1e-9))


def _draw_key(
    surface: pygame.Surface, rect: pygame.Rect, text: str, longest: float, labels: Labels, scale: float
) -> None:
    width, height = text_size(text, SMALL, scale)
    pad = round(8 * scale)
    box = pygame.Rect(rect.x + round(10 * scale), rect.y + round(10 * scale), 0, height + pad)
    box.width = round(width + longest + 3 * pad)
    if not rect.contains(box):
        return
    draw_card(surface, box, scale, mixed(PAPER, WHITE, 0.5), 0.93, LINE)
    draw_arrow(surface, (box.x + pad, box.centery), (box.x + pad + longest, box.centery), FRICTION, 2.0 * scale)
    at = (box.right - pad, box.centery)
    draw_text(surface, text, at, size=SMALL, scale=scale, colour=FRICTION, anchor="midright")
    labels.take(box)
