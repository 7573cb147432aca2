"""The table: warm graph paper with a scale in metres and centimetres, and what holds the ruler's fixed end.

The paper is kept as a picture with room around it, so that a view that stands still, shaken or not,
costs one blit.
"""

import functools
import math

import pygame

from ruler.lab.art.sprites import BLEND, Point, draw_rivet, draw_soft_disc, supersampled
from ruler.lab.art.theme import (
    BRASS_DARK,
    PAPER,
    PAPER_INK,
    PAPER_LINE,
    SMALL,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    Colour,
    draw_text,
    mixed,
    text_size,
)
from ruler.lab.art.view import View
from ruler.lab.scene import Scene

STRIP = 24  # px, height of the scale
ROOM = 48  # px, how far the paper can be shaken before it is drawn anew
STEPS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)  # m between lines
TIGHT, WIDE = 4.0, 45.0  # px between lines: where they begin to show and where they are at their strongest


def draw_table(surface: pygame.Surface, view: View, scene: Scene, scale: float = 1.0) -> None:
    """Draw the paper over the whole of the view's rectangle, and its scale."""
    draw_paper(surface, view, scene, scale)
    draw_scale(surface, view, scene, scale)


def _shaken(view: View, scene: Scene, room: int) -> tuple[int, int, int, int]:
    """How far the paper is out of place: whole `room`s right and down, and the pixels beyond them."""
    limit = 1e6
    right, up = (float(value) if math.isfinite(value) else 0.0 for value in scene.table)
    shift_x, shift_y = right * view.px_per_m, -up * view.px_per_m
    shift_x, shift_y = min(max(shift_x, -limit), limit), min(max(shift_y, -limit), limit)
    cell_x, cell_y = round(shift_x / room), round(shift_y / room)
    return cell_x, cell_y, round(shift_x - cell_x * room), round(shift_y - cell_y * room)


def draw_paper(surface: pygame.Surface, view: View, scene: Scene, scale: float = 1.0) -> None:
    """Draw the paper, where the shaken table has taken it."""
    rect = view.rect
    if rect.width <= 0 or rect.height <= 0:
        return
    room = round(ROOM * scale)
    cell_x, cell_y, rest_x, rest_y = _shaken(view, scene, room)
    origin = view.origin
    origin_x = round(origin[0] - rect.x + cell_x * room, 2)
    origin_y = round(origin[1] - rect.y + cell_y * room, 2)
    paper = _paper(rect.width, rect.height, origin_x, origin_y, round(view.px_per_m, 4), scale)
    surface.blit(paper, rect, (room - rest_x, room - rest_y, rect.width, rect.height))


def draw_scale(surface: pygame.Surface, view: View, scene: Scene, scale: float = 1.0) -> None:
    """Draw the scale along the lower edge of the view; it moves with the paper."""
    rect = view.rect
    if rect.width <= 0 or rect.height <= 0:
        return
    room = round(ROOM * scale)
    cell_x, _, rest_x, _ = _shaken(view, scene, room)
    origin_x = round(view.origin[0] - rect.x + cell_x * room, 2)
    strip = _strip(rect.width, origin_x, round(view.px_per_m, 4), scale)
    height = min(strip.get_height(), rect.height)
    surface.blit(strip, (rect.x, rect.bottom - height), (room - rest_x, 0, rect.width, height))


@functools.lru_cache(maxsize=3)
def _paper(width: int, height: int, origin_x: float, origin_y: float, zoom: float, scale: float) -> pygame.Surface:
    """The lines, with ROOM around the view; the origin is given from the view's corner, px."""
    room = round(ROOM * scale)
    paper = pygame.Surface((width + 2 * room, height + 2 * room), 0, 32)
    paper.fill(PAPER)
    tight = TIGHT * (1.0 + 0.4 * (scale - 1.0))
    for step in STEPS:
        gap = step * zoom
        if gap < tight or gap > 4 * max(paper.get_size()):
            continue
        strength = min(1.0, math.log(gap / tight) / math.log(WIDE / TIGHT))
        colour = mixed(PAPER, PAPER_LINE, 0.12 + 0.55 * strength)
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
    least = 64.0 * scale / px_per_m
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0, 20.0) if power * factor >= least * (1 - 1e-9))


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
    strip.fill(mixed(PAPER, PAPER_LINE, 0.16))
    thick = max(1, round(scale))
    strip.fill(mixed(PAPER, PAPER_LINE, 0.9), (0, 0, strip.get_width(), thick))
    step = label_step(zoom, scale)
    parts = 10 if step * zoom / 10 >= 6 * scale else 5 if step * zoom / 5 >= 6 * scale else 2
    gap = step * zoom / parts
    start = room + origin_x
    for number in range(math.ceil(-start / gap) - parts, math.floor((strip.get_width() - start) / gap) + parts + 1):
        x = round(start + number * gap)
        whole = number % parts == 0
        long = 0.32 if whole else 0.2 if parts == 10 and number % 5 == 0 else 0.14
        strip.fill(PAPER_INK, (x - thick // 2, 0, thick, round(long * height)))
        if whole:
            label = length_text(number / parts * step, step)
            at = (x, height - 1 - text_size(label, SMALL, scale)[1] // 2)
            draw_text(strip, label, at, size=SMALL, scale=scale, colour=PAPER_INK, anchor="center")
    return strip


def anchor_size(view: View, scene: Scene, scale: float) -> float:
    """Size of what holds the fixed end, px; a clamp reaches three times as far to the left."""
    size = 0.07 * scene.section_length * view.px_per_m
    return min(max(size, 6.0 * scale), 40.0 * scale) if math.isfinite(size) else 6.0 * scale


def draw_anchor(surface: pygame.Surface, view: View, scene: Scene, scale: float = 1.0) -> None:
    """Draw what holds the fixed end: a brass pin, a clamp, or nothing."""
    if scene.anchor == "free" or not len(scene.inner):
        return
    x, y = view.to_screen(scene.inner[0]).tolist()
    if not (math.isfinite(x) and math.isfinite(y)) or not view.rect.inflate(400, 400).collidepoint(x, y):
        return
    clip = surface.get_clip()
    surface.set_clip(view.rect.clip(clip))
    size = anchor_size(view, scene, scale)
    if scene.anchor == "pinned":
        _draw_pin(surface, (x, y), size)
    else:
        _draw_clamp(surface, (x, y), size)
    surface.set_clip(clip)


def _draw_pin(surface: pygame.Surface, at: Point, size: float) -> None:
    radius = 1.2 * size
    draw_soft_disc(surface, (at[0] + 0.35 * radius, at[1] + 0.5 * radius), radius, 0.8 * radius, 0.5)
    draw_rivet(surface, at, radius)
    draw_rivet(surface, (at[0] - 0.08 * radius, at[1] - 0.12 * radius), 0.55 * radius)


def _draw_clamp(surface: pygame.Surface, at: Point, size: float) -> None:
    sprite = _clamp(round(size, 1))
    surface.blit(sprite, (round(at[0] - sprite.get_width() * 0.5), round(at[1] - 2.6 * size)), None, BLEND)


@functools.lru_cache(maxsize=16)
def _clamp(size: float) -> pygame.Surface:
    """A bench clamp seen from above: a steel bracket over the end of the ruler, tightened by a knob."""
    width, height = math.ceil(6.2 * size), math.ceil(5.4 * size)

    def paint(surface: pygame.Surface, fine: float) -> None:
        unit = size * fine

        def box(left: float, top: float, wide: float, high: float, colour: Colour, corner: float = 0.25) -> None:
            area = pygame.Rect(round(left * unit), round(top * unit), round(wide * unit), round(high * unit))
            pygame.draw.rect(surface, (*colour, 255), area, border_radius=round(corner * unit))

        box(0.35, 0.45, 5.2, 4.9, (40, 24, 8), 0.5)
        shadow = surface.copy()
        shadow.set_alpha(45)
        surface.fill((0, 0, 0, 0))
        surface.blit(shadow, (0, 0))
        for grow, colour in ((0.0, STEEL_DARK), (0.12, STEEL)):
            box(0.1 + grow, 0.2 + grow, 1.5 - 2 * grow, 4.8 - 2 * grow, colour, 0.4)
            box(0.6 + grow, 0.9 + grow, 4.6 - 2 * grow, 1.0 - 2 * grow, colour)
            box(0.6 + grow, 3.3 + grow, 4.6 - 2 * grow, 1.0 - 2 * grow, colour)
            box(2.4 + grow, 1.2 + grow, 2.6 - 2 * grow, 2.8 - 2 * grow, colour, 0.4)
        middle = (3.7 * unit, 2.6 * unit)
        for radius, colour in ((0.95, STEEL_DARK), (0.8, STEEL_LIGHT), (0.45, STEEL), (0.25, BRASS_DARK)):
            pygame.draw.circle(surface, (*colour, 255), middle, radius * unit)

    return supersampled((width, height), paint)
