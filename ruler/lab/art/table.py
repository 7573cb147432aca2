"""The table: warm graph paper with a scale in metres and centimetres, and what holds the ruler's fixed end.

The paper is kept as a picture with room around it, so that a view that stands still, shaken or not,
costs one blit.
"""

import functools
import math

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import BLEND, shrunk_picture
from ruler.lab.art.theme import SMALL, Colour, mixed, text_size
from ruler.lab.art.ticks import round_up
from ruler.lab.art.view import View
from ruler.lab.scene import Scene

STRIP = 24  # px, height of the scale
ROOM = 48  # px, how far the paper can be shaken before it is drawn anew
STEPS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)  # m between lines
TIGHT, WIDE = 4.0, 45.0  # px between lines: where they begin to show and where they are at their strongest
# What holds the fixed end: a picture, its width and height, and how far below its upper edge the end is, in sizes.
ANCHORS = {"pinned": ("pin", 4.6, 4.6, 2.3), "clamped": ("clamp", 6.2, 5.4, 2.6)}


def _shifted(canvas: Canvas, view: View, scene: Scene) -> tuple[float, float, int, int]:
    """Where the shaken paper is.

    Returns:
        The origin of a picture with ROOM around the view, from the view's corner, and where in that
        picture the view begins, px. The picture changes only when the paper has moved by a whole ROOM.
    """
    room, zoom = canvas.px(ROOM), view.px_per_m
    moved = np.nan_to_num(scene.table, posinf=0.0, neginf=0.0) * (zoom, -zoom)
    shift = np.clip(moved, -1e6, 1e6)
    rooms = np.round(shift / room) * room
    origin_x, origin_y = np.round(np.subtract(view.origin, view.rect.topleft) + rooms, 2).tolist()
    left, top = (room - np.round(shift - rooms)).astype(int).tolist()
    return origin_x, origin_y, left, top


def draw_paper(canvas: Canvas, view: View, scene: Scene) -> None:
    """Draw the paper over the whole of the view's rectangle, where the shaken table has taken it."""
    width, height = view.rect.size
    origin_x, origin_y, left, top = _shifted(canvas, view, scene)
    paper = _paper(width, height, origin_x, origin_y, round(view.px_per_m, 4), canvas.scale)
    canvas.surface.blit(paper, view.rect, (left, top, width, height))


def draw_scale(canvas: Canvas, view: View, scene: Scene) -> None:
    """Draw the scale along the lower edge of the view; it moves with the paper."""
    width = view.rect.width
    origin_x, _, left, _ = _shifted(canvas, view, scene)
    strip = _strip(width, origin_x, round(view.px_per_m, 4), canvas.scale)
    height = min(strip.get_height(), view.rect.height)
    canvas.surface.blit(strip, (view.rect.x, view.rect.bottom - height), (left, 0, width, height))


@functools.lru_cache(maxsize=3)
def _paper(width: int, height: int, origin_x: float, origin_y: float, zoom: float, scale: float) -> pygame.Surface:
    """The lines, with ROOM around the view; the origin is given from the view's corner, px."""
    room = round(ROOM * scale)
    paper = pygame.Surface((width + 2 * room, height + 2 * room), 0, 32)
    paper.fill(theme.PAPER)
    tight = TIGHT * (1.0 + 0.4 * (scale - 1.0))
    for step in STEPS:
        gap = step * zoom
        if gap < tight or gap > 4 * max(paper.get_size()):
            continue
        strength = min(1.0, math.log(gap / tight) / math.log(WIDE / TIGHT))
        colour = mixed(theme.PAPER, theme.PAPER_LINE, 0.12 + 0.55 * strength)
        thick = max(1, round(scale * (1.6 if gap > 180 * scale else 1.0 if gap > 15 * scale else 0.5)))
        _lines(paper, colour, thick, room + origin_x, room + origin_y, gap)
    return paper


def _lines(paper: pygame.Surface, colour: Colour, thick: int, origin_x: float, origin_y: float, gap: float) -> None:
    width, height = paper.get_size()
    for number in range(math.ceil(-origin_x / gap), math.floor((width - origin_x) / gap) + 1):
        paper.fill(colour, (round(origin_x + number * gap) - thick // 2, 0, thick, height))
    for number in range(math.ceil(-origin_y / gap), math.floor((height - origin_y) / gap) + 1):
        paper.fill(colour, (0, round(origin_y + number * gap) - thick // 2, width, thick))


def label_step(px_per_m: float, scale: float) -> float:
    """Distance between the numbers of the scale, m: 1, 2 or 5 times a power of ten, at least 64 px."""
    return round_up(64.0 * scale / px_per_m)


def length_text(metres: float, step: float) -> str:
    """A length as the scale writes it: metres when the step is a decimetre or more, else centimetres."""
    if abs(metres) < 1e-9:
        return "0"
    if step >= 0.0999:
        return f"{metres:.{0 if step >= 0.999 else 1}f} m"
    digits = 0 if step >= 0.00999 else 1 if step >= 0.000999 else 2
    return f"{metres * 100:.{digits}f} cm"


@functools.lru_cache(maxsize=3)
def _strip(width: int, origin_x: float, zoom: float, scale: float) -> pygame.Surface:
    """The scale along the lower edge, with ROOM at both sides."""
    room, height = round(ROOM * scale), round(STRIP * scale)
    strip = pygame.Surface((width + 2 * room, height), 0, 32)
    strip.fill(mixed(theme.PAPER, theme.PAPER_LINE, 0.16))
    thick = max(1, round(scale))
    strip.fill(mixed(theme.PAPER, theme.PAPER_LINE, 0.9), (0, 0, strip.get_width(), thick))
    step = label_step(zoom, scale)
    parts = 10 if step * zoom / 10 >= 6 * scale else 5 if step * zoom / 5 >= 6 * scale else 2
    gap = step * zoom / parts
    start = room + origin_x
    for number in range(math.ceil(-start / gap) - parts, math.floor((strip.get_width() - start) / gap) + parts + 1):
        x = round(start + number * gap)
        whole = number % parts == 0
        long = 0.32 if whole else 0.2 if parts == 10 and number % 5 == 0 else 0.14
        strip.fill(theme.PAPER_INK, (x - thick // 2, 0, thick, round(long * height)))
        if whole:
            label = length_text(number / parts * step, step)
            at = (x, height - 1 - text_size(label, SMALL, scale)[1] // 2)
            Canvas(strip, scale).text(label, at, colour=theme.PAPER_INK, anchor="center")
    return strip


def anchor_size(view: View, scene: Scene, scale: float) -> float:
    """Size of what holds the fixed end, px; a clamp reaches three times as far to the left."""
    size = 0.07 * scene.section_length * view.px_per_m
    return min(max(size, 6.0 * scale), 40.0 * scale) if math.isfinite(size) else 6.0 * scale


def draw_anchor(canvas: Canvas, view: View, scene: Scene) -> None:
    """Draw what holds the fixed end: a brass pin, a clamp, or nothing."""
    if scene.anchor not in ANCHORS or not len(scene.inner):
        return
    x, y = view.to_screen(scene.inner[0]).tolist()
    if not (math.isfinite(x) and math.isfinite(y)) or not view.rect.inflate(400, 400).collidepoint(x, y):
        return
    size = anchor_size(view, scene, canvas.scale)
    name, width, height, down = ANCHORS[scene.anchor]
    picture = shrunk_picture(name, math.ceil(width * round(size, 1)), math.ceil(height * round(size, 1)))
    with canvas.clipped(view.rect):
        canvas.surface.blit(picture, (round(x - 0.5 * picture.get_width()), round(y - down * size)), None, BLEND)
