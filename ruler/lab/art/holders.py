"""What holds and shakes the ruler: the scripted hand, the mouse's spring, marks of shaking."""

import math

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.forces import force_text
from ruler.lab.art.level import LEVEL_HEIGHT
from ruler.lab.art.placed import Placed
from ruler.lab.art.sprites import BLEND, Point, draw_disc, draw_line, draw_lines, shrunk_picture, spring_points
from ruler.lab.art.view import as_points
from ruler.lab.hand import SLOW
from ruler.lab.i18n import _
from ruler.lab.scene import Holder

HAND = (58, 44)  # size of the hand's picture, px at scale 1
# The scale of the hand's speed: how wide, px at scale 1, and where it ends, m/s.
SPEED_WIDTH, FASTEST_SHOWN = 76, 0.4
GRIP = (9.0, 21.0)  # where it holds, px from its upper left corner


def draw_holders(placed: Placed) -> None:
    """Draw every holder with its spring and force."""
    for holder in placed.scene.holders:
        ends = np.array([holder.at, holder.target], dtype=np.float64)
        if not np.isfinite(ends).all():
            continue
        at, target = as_points(placed.view.to_screen(ends))
        if holder.clamped:
            _draw_jaws(placed, at)
        draw = _draw_hand if holder.kind == "hand" else _draw_mouse
        box, label = draw(placed.canvas, at, target)
        placed.labels.take(box if holder.kind == "mouse" else box.inflate(-placed.canvas.px(8), -placed.canvas.px(8)))
        if holder.shaking:
            _draw_shaking(placed.canvas, box)
        if holder.speed is not None:
            label = _draw_speed(placed, holder.speed, label)
        if holder.force is not None:
            _draw_force(placed, holder, label)


def _draw_hand(canvas: Canvas, at: Point, target: Point) -> tuple[pygame.Rect, Point]:
    """The scripted hand and, when it is soft, its spring; where it is and where its force is written."""
    surface, scale = canvas.surface, canvas.scale
    if math.dist(at, target) > 3.0 * scale:
        draw_disc(surface, at, 4.0 * scale, theme.STEEL, 0.0, theme.STEEL_DARK)
        _draw_spring(canvas, at, target, theme.STEEL_DARK)
    picture = shrunk_picture("hand", *(math.ceil(side * scale) for side in HAND))
    box = picture.get_rect(topleft=(round(target[0] - GRIP[0] * scale), round(target[1] - GRIP[1] * scale)))
    surface.blit(picture, box, None, BLEND)
    return box, (box.right + 2.0 * scale, box.bottom + 8.0 * scale)


def _draw_mouse(canvas: Canvas, at: Point, target: Point) -> tuple[pygame.Rect, Point]:
    """The mouse and its spring; where it is and where its force is written."""
    surface, scale = canvas.surface, canvas.scale
    _draw_spring(canvas, at, target, theme.ACCENT)
    draw_disc(surface, at, 4.5 * scale, theme.ACCENT, 0.0, theme.ACCENT_DARK)
    draw_disc(surface, target, 8.0 * scale, theme.WHITE, 4.0 * scale)
    draw_disc(surface, target, 7.0 * scale, theme.ACCENT, 5.0 * scale)
    box = pygame.Rect(0, 0, canvas.px(22), canvas.px(22))
    box.center = (round(target[0]), round(target[1]))
    return box, (target[0], box.bottom + 10.0 * scale)


def _draw_force(placed: Placed, holder: Holder, middle: Point) -> None:
    canvas, labels = placed.canvas, placed.labels
    if not labels.rect.inflate(canvas.px(40), canvas.px(40)).collidepoint(middle):
        return
    text = force_text(float(np.hypot(*np.asarray(holder.force, dtype=np.float64))))
    width, height = theme.text_size(text, theme.SMALL, canvas.scale, bold=True)
    box = pygame.Rect(0, 0, width + canvas.px(10), height + canvas.px(2))
    up = 2.0 * abs(middle[1] - float(placed.view.to_screen(holder.target)[1]))
    places = ((0.0, 0.0), (0.0, -up), (0.0, 1.5 * box.height), (0.0, -up - 1.5 * box.height))
    box.center = (round(middle[0]), round(middle[1]))
    found = labels.first_free(box.move(round(x), round(y)).clamp(labels.rect) for x, y in places)
    if found is None:
        return
    box = found
    canvas.card(box, theme.CARD, 0.95, theme.ACCENT, radius=6.0)
    canvas.text(text, box.center, colour=theme.ACCENT_DARK, bold=True, anchor="center")


def _draw_speed(placed: Placed, speed: float, middle: Point) -> Point:
    """How fast the hand goes, on a scale whose slow part is marked; returns where the next label can stand."""
    canvas, labels = placed.canvas, placed.labels
    text = f"{speed:.2f} m/s"
    slow = _("slow")
    height = theme.text_size(text, theme.SMALL, canvas.scale, bold=True)[1]
    box = pygame.Rect(0, 0, canvas.px(SPEED_WIDTH + 14), 2 * height + canvas.px(10))
    # Beside the hand, clear of the section that it holds.
    box.topleft = (round(middle[0] + 14.0 * canvas.scale), round(middle[1] - 0.5 * height))
    box.clamp_ip(labels.rect)
    labels.take(box)
    within = speed <= SLOW
    canvas.card(box, theme.WHITE, 0.95, theme.ACCENT, radius=6.0)
    colour = theme.ACCENT_DARK if within else theme.INK
    canvas.text(text, (box.centerx, box.y + canvas.px(2)), colour=colour, bold=True, anchor="midtop")
    scale = pygame.Rect(box.x + canvas.px(7), box.y + height + canvas.px(3), canvas.px(SPEED_WIDTH), canvas.px(5))
    mark = round(scale.width * SLOW / FASTEST_SHOWN)
    canvas.surface.fill(theme.LINE, scale)
    canvas.surface.fill(theme.ACCENT, (scale.x, scale.y, mark, scale.height))
    at = scale.x + round(scale.width * min(1.0, speed / FASTEST_SHOWN))
    needle = pygame.Rect(at - canvas.px(1), scale.y - canvas.px(2), max(2, canvas.px(3)), scale.height + canvas.px(4))
    canvas.surface.fill(theme.INK, needle)
    canvas.text(slow, (scale.x, scale.bottom + canvas.px(1)), colour=theme.ACCENT_DARK, bold=within)
    return (float(box.centerx), box.bottom + 12.0 * canvas.scale)


def _draw_spring(canvas: Canvas, start: Point, end: Point, colour: theme.Colour) -> None:
    """A coil spring between two points of the screen."""
    if 2.0 <= math.dist(start, end) <= 1e5:
        points = spring_points(start, end, 9, 5.5 * canvas.scale)
        draw_lines(canvas.surface, theme.WHITE, points, 3.6 * canvas.scale)
        draw_lines(canvas.surface, colour, points, 1.9 * canvas.scale)


def _draw_shaking(canvas: Canvas, box: pygame.Rect) -> None:
    """Arcs above and below: it trembles."""
    for radius in (0.62 * box.height, 0.84 * box.height):
        for up in (-1, 1):
            arc = [
                (box.centerx + 0.9 * radius * math.sin(turn), box.centery + up * radius * math.cos(turn))
                for turn in np.linspace(-0.55, 0.55, 11).tolist()
            ]
            draw_lines(canvas.surface, theme.PAPER, arc, 4.0 * canvas.scale)
            draw_lines(canvas.surface, theme.ACCENT, arc, 2.0 * canvas.scale)


def draw_table_shaking(placed: Placed) -> None:
    """A note in the lower left corner, above scale and level, that the table is being shaken, between chevrons."""
    canvas, rect = placed.canvas, placed.view.rect
    width, height = theme.text_size(_("table shaking"), theme.SMALL, canvas.scale, bold=True)
    pad = canvas.px(8)
    box = pygame.Rect(0, 0, width + 2 * pad + canvas.px(36), height + pad)
    lift = canvas.px(LEVEL_HEIGHT + 6) if placed.scene.tilt else 0
    box.bottomleft = (rect.x + canvas.px(10), rect.bottom - canvas.px(34) - lift)
    if not rect.contains(box):
        return
    canvas.card(box, theme.CARD, 0.95, theme.ACCENT)
    canvas.text(_("table shaking"), box.center, colour=theme.ACCENT_DARK, bold=True, anchor="center")
    size = 4.5 * canvas.scale
    for side in (-1, 1):
        for number in range(2):
            x = box.centerx + side * (0.5 * box.width - pad - number * 1.4 * size)
            chevron = [(x - side * size, box.centery - size), (x, box.centery), (x - side * size, box.centery + size)]
            draw_lines(canvas.surface, theme.ACCENT, chevron, 2.0 * canvas.scale)
    placed.labels.take(box)


def _draw_jaws(placed: Placed, at: Point) -> None:
    """Two steel jaws: what is held here cannot turn."""
    scale, width = placed.canvas.scale, placed.width
    long, thick = max(22.0 * scale, 1.1 * width), 5.0 * scale
    for side in (-1, 1):
        y = at[1] + side * (0.5 * width + 0.5 * thick)
        for grow, colour in ((2.0 * scale, theme.STEEL_DARK), (0.0, theme.STEEL_LIGHT)):
            half = 0.5 * (long + grow)
            draw_line(placed.canvas.surface, colour, (at[0] - half, y), (at[0] + half, y), thick + grow)
