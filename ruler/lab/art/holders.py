"""What holds and shakes the ruler: the scripted hand, the mouse's spring, marks of shaking."""

import functools
import itertools
import math
from collections.abc import Callable

import numpy as np
import pygame

from ruler.lab.art.labels import Labels
from ruler.lab.art.overlays import force_text
from ruler.lab.art.sprites import BLEND, Point, draw_card, draw_disc, draw_line, draw_lines, supersampled
from ruler.lab.art.theme import (
    ACCENT,
    ACCENT_DARK,
    PAPER,
    SKIN,
    SKIN_EDGE,
    SMALL,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    Colour,
    draw_text,
    mixed,
    text_image,
    text_size,
)
from ruler.lab.art.view import View
from ruler.lab.scene import Holder, Scene

# Draw a rounded stroke (points, thickness, colour) and a rounded box (left, top, width, height, colour, corner).
Limb = Callable[[list[Point], float, Colour], None]
Box = Callable[[float, float, float, float, Colour, float], None]

HAND = (58, 44)  # px at scale 1
GRIP = (9.0, 21.0)  # where the hand's picture holds, px from its upper left corner


def draw_holders(surface: pygame.Surface, view: View, scene: Scene, width: float, labels: Labels, scale: float) -> None:
    """Draw every holder with its spring and force."""
    for holder in scene.holders:
        ends = np.array([holder.at, holder.target], dtype=np.float64)
        if not np.isfinite(ends).all():
            continue
        pixels = np.clip(view.to_screen(ends), -1e5, 1e5)
        at, target = (float(pixels[0, 0]), float(pixels[0, 1])), (float(pixels[1, 0]), float(pixels[1, 1]))
        if holder.kind == "hand":
            _draw_hand_holder(surface, holder, at, target, width, labels, scale)
        else:
            _draw_mouse_holder(surface, holder, at, target, width, labels, scale)


def _draw_hand_holder(
    surface: pygame.Surface, holder: Holder, at: Point, target: Point, width: float, labels: Labels, scale: float
) -> None:
    soft = math.dist(at, target) > 3.0 * scale
    if holder.clamped:
        _draw_jaws(surface, at, width, scale)
    if soft:
        draw_disc(surface, at, 4.0 * scale, STEEL, 0.0, STEEL_DARK)
        draw_spring(surface, at, target, STEEL_DARK, scale)
    picture = hand(scale)
    corner = (round(target[0] - GRIP[0] * scale), round(target[1] - GRIP[1] * scale))
    surface.blit(picture, corner, None, BLEND)
    box = picture.get_rect(topleft=corner)
    labels.take(box.inflate(-round(8 * scale), -round(8 * scale)))
    if holder.shaking:
        _draw_shaking(surface, box, scale)
    if holder.force is not None:
        _force_label(surface, holder, (box.right + 2.0 * scale, box.bottom + 8.0 * scale), labels, scale)


def _draw_mouse_holder(
    surface: pygame.Surface, holder: Holder, at: Point, target: Point, width: float, labels: Labels, scale: float
) -> None:
    if holder.clamped:
        _draw_jaws(surface, at, width, scale)
    draw_spring(surface, at, target, ACCENT, scale)
    draw_disc(surface, at, 4.5 * scale, ACCENT, 0.0, ACCENT_DARK)
    draw_disc(surface, target, 8.0 * scale, WHITE, 4.0 * scale)
    draw_disc(surface, target, 7.0 * scale, ACCENT, 5.0 * scale)
    box = pygame.Rect(0, 0, round(22 * scale), round(22 * scale))
    box.center = (round(target[0]), round(target[1]))
    labels.take(box)
    if holder.shaking:
        _draw_shaking(surface, box, scale)
    if holder.force is not None:
        _force_label(surface, holder, (target[0], box.bottom + 10.0 * scale), labels, scale)


def _force_label(surface: pygame.Surface, holder: Holder, middle: Point, labels: Labels, scale: float) -> None:
    if not labels.rect.inflate(round(40 * scale), round(40 * scale)).collidepoint(middle):
        return
    force = np.asarray(holder.force, dtype=np.float64)
    text = force_text(float(np.hypot(*force)))
    width, height = text_size(text, SMALL, scale, bold=True)
    box = pygame.Rect(0, 0, width + round(10 * scale), height + round(2 * scale))
    box.center = (round(middle[0]), round(middle[1]))
    box.clamp_ip(labels.rect)
    labels.take(box)
    draw_card(surface, box, scale, WHITE, 0.95, ACCENT, radius=6.0)
    draw_text(surface, text, box.center, size=SMALL, scale=scale, colour=ACCENT_DARK, bold=True, anchor="center")


def spring_points(start: Point, end: Point, coils: int, radius: float) -> list[Point]:
    """Points along a coil spring between two points, px, with short straight ends."""
    length = math.dist(start, end)
    if length < 1e-6:
        return [start, end]
    x, y = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    radius = min(radius, 0.5 * length)
    points = [start]
    pieces = 14 * coils
    for piece in range(pieces + 1):
        turn = 2 * math.pi * coils * piece / pieces
        along = (
            length * (0.1 + 0.8 * piece / pieces)
            - 0.45 * radius * (math.cos(turn) - 1.0) * (1.0 - piece / pieces)
            + 0.45 * radius * (math.cos(turn) - 1.0) * (piece / pieces)
        )
        aside = radius * math.sin(turn)
        points.append((start[0] + along * x - aside * y, start[1] + along * y + aside * x))
    points.append(end)
    return points


def draw_spring(surface: pygame.Surface, start: Point, end: Point, colour: Colour, scale: float) -> None:
    """A coil spring between two points of the screen."""
    length = math.dist(start, end)
    if length < 2.0 or length > 1e5:
        return
    coils = 9
    points = spring_points(start, end, coils, 5.5 * scale)
    draw_lines(surface, WHITE, points, 3.6 * scale)
    draw_lines(surface, colour, points, 1.9 * scale)


def _draw_shaking(surface: pygame.Surface, box: pygame.Rect, scale: float) -> None:
    """Arcs above and below: it trembles."""
    for number in range(2):
        radius = (0.62 + 0.22 * number) * box.height
        for up in (-1, 1):
            arc = [
                (box.centerx + 0.9 * radius * math.sin(turn), box.centery + up * radius * math.cos(turn))
                for turn in np.linspace(-0.55, 0.55, 11).tolist()
            ]
            draw_lines(surface, PAPER, arc, 4.0 * scale)
            draw_lines(surface, ACCENT, arc, 2.0 * scale)


def draw_table_shaking(surface: pygame.Surface, rect: pygame.Rect, labels: Labels, scale: float) -> None:
    """A note in the lower left corner, above the scale, that the table is being shaken, and chevrons at both sides."""
    text = text_image("table shaking", SMALL, scale, ACCENT_DARK, bold=True)
    pad = round(8 * scale)
    box = text.get_rect().inflate(2 * pad + round(36 * scale), pad)
    box.bottomleft = (rect.x + round(10 * scale), rect.bottom - round(34 * scale))
    if not rect.contains(box):
        return
    draw_card(surface, box, scale, WHITE, 0.95, ACCENT)
    surface.blit(text, text.get_rect(center=box.center))
    size = 4.5 * scale
    for side in (-1, 1):
        for number in range(2):
            x = box.centerx + side * (0.5 * box.width - pad - number * 1.4 * size)
            chevron = [(x - side * size, box.centery - size), (x, box.centery), (x - side * size, box.centery + size)]
            draw_lines(surface, ACCENT, chevron, 2.0 * scale)
    labels.take(box)


def _draw_jaws(surface: pygame.Surface, at: Point, width: float, scale: float) -> None:
    """Two steel jaws: what is held here cannot turn."""
    long, thick = max(22.0 * scale, 1.1 * width), 5.0 * scale
    for side in (-1, 1):
        y = at[1] + side * (0.5 * width + 0.5 * thick)
        for grow, colour in ((2.0 * scale, STEEL_DARK), (0.0, STEEL_LIGHT)):
            draw_line(
                surface, colour, (at[0] - 0.5 * long - grow / 2, y), (at[0] + 0.5 * long + grow / 2, y), thick + grow
            )


@functools.lru_cache(maxsize=8)
def hand(scale: float) -> pygame.Surface:
    """A hand that comes from the right and grips, in its sleeve (premultiplied)."""
    size = (math.ceil(HAND[0] * scale), math.ceil(HAND[1] * scale))

    def paint(surface: pygame.Surface, fine: float) -> None:
        unit = fine * scale

        def limb(points: list[Point], thick: float, colour: Colour) -> None:
            scaled = [(x * unit, y * unit) for x, y in points]
            for first, second in itertools.pairwise(scaled):
                pygame.draw.line(surface, (*colour, 255), first, second, round(thick * unit))
            for point in scaled:
                pygame.draw.circle(surface, (*colour, 255), point, 0.5 * thick * unit)

        def box(left: float, top: float, wide: float, high: float, colour: Colour, corner: float) -> None:
            area = pygame.Rect(round(left * unit), round(top * unit), round(wide * unit), round(high * unit))
            pygame.draw.rect(surface, (*colour, 255), area, border_radius=round(corner * unit))

        _paint_hand(limb, box)

    return supersampled(size, paint)


def _paint_hand(limb: Limb, box: Box) -> None:
    shade = mixed(SKIN, SKIN_EDGE, 0.18)
    edge = 2.6
    thumb: list[Point] = [(30.0, 33.0), (19.0, 35.0), (10.5, 30.0)]
    limb(thumb, 7.4 + edge, SKIN_EDGE)
    limb(thumb, 7.4, shade)
    # Sleeve and back of the hand.
    box(43.5, 7.0, 13.5, 29.0, ACCENT_DARK, 4.0)
    box(45.0, 8.5, 10.5, 26.0, ACCENT, 3.0)
    box(23.0, 7.0, 23.0, 29.0, SKIN_EDGE, 9.0)
    box(24.3, 8.3, 20.4, 26.4, SKIN, 8.0)
    fingers: list[tuple[list[Point], float]] = [
        ([(28.0, 30.0), (15.0, 29.0)], 6.8),
        ([(28.0, 24.0), (10.0, 23.2)], 7.2),
        ([(28.0, 17.6), (8.0, 17.0)], 7.4),
        ([(28.0, 11.4), (11.0, 11.0)], 7.0),
    ]
    for points, thick in fingers:
        limb(points, thick + edge, SKIN_EDGE)
        limb(points, thick, SKIN)
    # The fingers run into the back of the hand without an edge; nails say which way is up.
    box(26.0, 9.4, 12.0, 23.4, SKIN, 5.0)
    for points, thick in fingers:
        x, y = points[-1]
        limb([(x - 1.4, y), (x + 0.6, y)], 0.46 * thick, mixed(SKIN, WHITE, 0.55))
