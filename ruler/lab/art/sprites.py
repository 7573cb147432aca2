"""Small pictures with smooth edges, made once and kept, and how they are put between the pixels.

All pictures here have premultiplied alpha: they must be blitted with BLEND_PREMULTIPLIED. Caches are
bounded and keyed by size, colour and scale alone.
"""

import functools
import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.lab.art.theme import BRASS, BRASS_DARK, BRASS_LIGHT, Colour, mixed, ramp
from ruler.shipped import shipped

Point = tuple[float, float]

STEPS = 4  # parts of a pixel between which a round sprite can be placed
FINE = 2  # how much finer than the screen a sprite to be turned is
MOST_DASHES = 2000
MOST_TURNED = 8_000_000  # pixels kept of turned sprites
MARGIN = 4  # transparent rim of a sprite to be turned, in its own pixels
BLEND = pygame.BLEND_PREMULTIPLIED


def as_drawn(picture: pygame.Surface) -> pygame.Surface:
    """The picture with its bytes in the order that the screen has: in any other a blit takes forty times as long."""
    # Of a surface that has no display, so that none is needed.
    return picture.convert(pygame.Surface((1, 1), pygame.SRCALPHA, 32))


def premultiplied(colour: Floats, alpha: Floats) -> pygame.Surface:
    """A picture from colours (0 to 255, shape (height, width, 3)) and alpha (0 to 1, shape (height, width))."""
    height, width = alpha.shape
    pixels = np.empty((height, width, 4), dtype=np.uint8)
    pixels[..., :3] = np.rint(colour * alpha[..., None])
    pixels[..., 3] = np.rint(255.0 * alpha)
    return as_drawn(pygame.image.frombytes(pixels.tobytes(), (width, height), "RGBA"))


@functools.lru_cache(maxsize=4)
def shipped_picture(name: str) -> pygame.Surface:
    """A picture of assets/pictures, far larger than it is drawn (premultiplied)."""
    picture = pygame.image.load(shipped("assets") / "pictures" / f"{name}.png")
    return as_drawn(picture.premul_alpha()) if picture.get_flags() & pygame.SRCALPHA else picture


@functools.lru_cache(maxsize=24)
def shrunk_picture(name: str, width: int, height: int) -> pygame.Surface:
    """A picture of assets/pictures in the size it is drawn in, px (premultiplied)."""
    return pygame.transform.smoothscale(shipped_picture(name), (width, height))


class _Turned:
    """Sprites as turned last, so that what lies still is not turned again; bounded in pixels."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[pygame.Surface, float, int, int], pygame.Surface] = OrderedDict()
        self.pixels = 0

    def get(self, sprite: pygame.Surface, degrees: float, shift_x: int, shift_y: int) -> pygame.Surface:
        key = (sprite, degrees, shift_x, shift_y)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        width, height = sprite.get_size()
        window = sprite.subsurface((2 - shift_x, 2 - shift_y, width - 4, height - 4))
        # An angle of exactly 0 takes another way in pygame, with another middle.
        turned = pygame.transform.rotozoom(window, degrees if degrees else 0.01, 1.0 / FINE)
        self._kept[key] = turned
        self.pixels += turned.get_width() * turned.get_height()
        while self.pixels > MOST_TURNED:
            _, old = self._kept.popitem(last=False)
            self.pixels -= old.get_width() * old.get_height()
        return turned


_turned = _Turned()


def blit_turned(
    surface: pygame.Surface, sprite: pygame.Surface, centre: Point, degrees: float, precise: bool = True
) -> None:
    """Put a sprite that is FINE = 2 times too large, turned, with its middle at `centre`.

    The sprite has odd sides and a rim of MARGIN transparent pixels, which leaves room to shift it by
    parts of a screen pixel before it is turned: it lies right to a quarter of a pixel (`precise`) or to
    half a pixel.
    """
    # In steps that move the ends of a section by less than a quarter of a pixel; what is blurred may be a bit coarser.
    steps = 20.0 if precise else 4.0
    degrees = round(steps * degrees) / steps
    radians = math.radians(degrees)
    cos, sin = math.cos(radians), math.sin(radians)
    width, height = sprite.get_size()
    span_x = 0.5 * (abs(width * cos) + abs(height * sin)) / FINE
    span_y = 0.5 * (abs(width * sin) + abs(height * cos)) / FINE
    box = (centre[0] - span_x, centre[1] - span_y, 2 * span_x + 1, 2 * span_y + 1)
    if not surface.get_clip().colliderect(box):
        return
    # pygame samples a quarter of a pixel beside the middle; this undoes it.
    x = centre[0] - 0.5 + 0.25 * (cos + sin)
    y = centre[1] - 0.5 + 0.25 * (cos - sin)
    shift_x = shift_y = 0
    if precise:
        rest_x, rest_y = x - math.floor(x + 0.5), y - math.floor(y + 0.5)
        shift_x = round(FINE * (rest_x * cos - rest_y * sin))
        shift_y = round(FINE * (rest_x * sin + rest_y * cos))
    turned = _turned.get(sprite, degrees, shift_x, shift_y)
    at = (math.floor(x + 0.5) - turned.get_width() // 2, math.floor(y + 0.5) - turned.get_height() // 2)
    surface.blit(turned, at, None, BLEND)


def _grid(half: int, shift: Point) -> tuple[Floats, Floats]:
    along = np.arange(-half, half + 1, dtype=np.float64)
    return (along - shift[0])[None, :], (along - shift[1])[:, None]


def _covered(distance: Floats) -> Floats:
    """How much of a pixel lies inside, from the signed distance of its middle to the edge (inside < 0), px."""
    return np.clip(0.5 - distance, 0.0, 1.0)


@functools.lru_cache(maxsize=2048)
def _disc(radius: float, colour: Colour, hole: float, rim: Colour | None, shift: tuple[int, int]) -> pygame.Surface:
    x, y = _grid(math.ceil(radius) + 1, (shift[0] / STEPS, shift[1] / STEPS))
    away = np.hypot(x, y)
    alpha = _covered(away - radius) * (1.0 - _covered(away - hole) if hole > 0.0 else 1.0)
    shade = np.empty((*away.shape, 3))
    shade[:] = colour
    if rim is not None:
        width = max(1.0, 0.07 * radius)
        part = _covered(radius - width - away)
        if hole > 0.0:
            part = np.maximum(part, _covered(away - hole - width))
        shade += (np.asarray(rim, dtype=np.float64) - shade) * part[..., None]
    return premultiplied(shade, alpha)


@functools.lru_cache(maxsize=256)
def _rivet(radius: float, shift: tuple[int, int]) -> pygame.Surface:
    x, y = _grid(math.ceil(radius) + 1, (shift[0] / STEPS, shift[1] / STEPS))
    away = np.hypot(x, y)
    # Light from the upper left: a domed head.
    lit = np.clip(0.55 - 0.5 * (x + y) / max(radius, 1.0) - 0.15 * (away / max(radius, 1.0)) ** 2, 0.0, 1.0)
    dark, shade = np.asarray(BRASS_DARK), ramp((BRASS_DARK, BRASS, BRASS_LIGHT), lit)
    rim = _covered(radius - max(0.8, 0.1 * radius) - away)
    shade += (dark - shade) * (0.75 * rim)[..., None]
    if radius > 5.0:  # the dimple of the punch
        shade += (dark - shade) * (0.45 * _covered(away - 0.2 * radius))[..., None]
    return premultiplied(shade, _covered(away - radius))


def _put(surface: pygame.Surface, at: Point, sprite_of: Callable[[tuple[int, int]], pygame.Surface]) -> None:
    """Put a sprite, made for where it lies within a pixel (in STEPS-th parts), with its middle at a point."""
    # Pixel (i, j) has its middle at (i + 0.5, j + 0.5).
    x, y = (round(place * STEPS) - STEPS // 2 for place in at)
    sprite = sprite_of((x % STEPS, y % STEPS))
    half = sprite.get_width() // 2
    surface.blit(sprite, (x // STEPS - half, y // STEPS - half), None, BLEND)


def draw_disc(
    surface: pygame.Surface, at: Point, radius: float, colour: Colour, hole: float = 0.0, rim: Colour | None = None
) -> None:
    """A smooth disc or (with a hole's radius) ring around `at`, px, optionally with thin darker rims."""
    _put(surface, at, functools.partial(_disc, round(radius, 1), colour, round(hole, 1), rim))


def draw_rivet(surface: pygame.Surface, at: Point, radius: float) -> None:
    """A brass rivet's head."""
    _put(surface, at, functools.partial(_rivet, round(radius, 1)))


def direction(start: Point, end: Point) -> tuple[float, float, float]:
    """From one point to another: how far, and the unit vector; 0 for one point."""
    length = math.dist(start, end)
    part = 1.0 / length if length > 0.0 else 0.0
    return length, (end[0] - start[0]) * part, (end[1] - start[1]) * part


def draw_line(surface: pygame.Surface, colour: Colour, start: Point, end: Point, width: float = 1.0) -> None:
    """A smooth straight line with square ends, px."""
    length, x, y = direction(start, end)
    if width < 1.6 or length < 0.5:
        pygame.draw.aaline(surface, colour, start, end)
        return
    # Smooth lines half a pixel inside the edge, and what lies within them filled.
    for inset in (0.5, 1.0):
        along, aside = min(inset, 0.5 * length), max(0.5 * width - inset, 0.0)
        first = (start[0] + along * x, start[1] + along * y)
        last = (end[0] - along * x, end[1] - along * y)
        corners = [
            (at[0] - side * y, at[1] + side * x)
            for at, side in ((first, aside), (last, aside), (last, -aside), (first, -aside))
        ]
        pygame.draw.aalines(surface, colour, True, corners)
        if aside <= 0.5:
            return
    pygame.draw.polygon(surface, colour, corners)


def draw_lines(surface: pygame.Surface, colour: Colour, points: Sequence[Point], width: float = 1.0) -> None:
    """A smooth line through points; thick ones are built from thin ones side by side.

    The width that pygame's smooth line can have is whole pixels and cuts every piece off straight
    down or across, which frays a line of short pieces.
    """
    if len(points) < 2:
        return
    passes = 1 if width < 1.35 else max(2, round(width))
    for number in range(passes):
        off = (number / (passes - 1) - 0.5) * (width - 1.0) if passes > 1 else 0.0
        pygame.draw.aalines(surface, colour, False, [(x, y + off) for x, y in points])
        if width >= 2.0:
            pygame.draw.aalines(surface, colour, False, [(x + off, y) for x, y in points])


def spring_points(start: Point, end: Point, coils: int, radius: float) -> list[Point]:
    """Points along a coil spring between two points, px, with short straight ends."""
    length, x, y = direction(start, end)
    if length < 1e-6:
        return [start, end]
    radius = min(radius, 0.5 * length)
    points = [start]
    pieces = 14 * coils
    for piece in range(pieces + 1):
        turn = 2 * math.pi * coils * piece / pieces
        # Slanted forward at the start, backward at the end.
        slant = 0.45 * radius * (math.cos(turn) - 1.0) * (2.0 * piece / pieces - 1.0)
        along = length * (0.1 + 0.8 * piece / pieces) + slant
        aside = radius * math.sin(turn)
        points.append((start[0] + along * x - aside * y, start[1] + along * y + aside * x))
    points.append(end)
    return points


def draw_polygon(surface: pygame.Surface, colour: Colour, points: Sequence[Point]) -> None:
    """A filled polygon with smooth edges."""
    if len(points) < 3:
        return
    pygame.draw.polygon(surface, colour, points)
    pygame.draw.aalines(surface, colour, True, points)


def dashed(points: Sequence[Point], on: float, off: float) -> list[list[Point]]:
    """The dashes of a line through points, px."""
    dashes: list[list[Point]] = []
    done, drawing, left = [points[0]] if points else [], True, on
    for start, end in itertools.pairwise(points):
        length, place = math.dist(start, end), 0.0
        while length - place > left and len(dashes) < MOST_DASHES:
            place += left
            part = place / length
            at = (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
            if drawing:
                dashes.append([*done, at])
            done, drawing, left = [at], not drawing, off if drawing else on
        left -= length - place
        if drawing:
            done.append(end)
    if drawing and len(done) > 1:
        dashes.append(done)
    return dashes


def draw_dashed(
    surface: pygame.Surface, colour: Colour, points: Sequence[Point], on: float, off: float, width: float = 1.0
) -> None:
    """A dashed line through points."""
    for dash in dashed(points, on, off):
        draw_lines(surface, colour, dash, width)


@functools.lru_cache(maxsize=128)
def card(width: int, height: int, radius: int, colour: Colour, opacity: int, edge: Colour | None) -> pygame.Surface:
    """A rounded ground for text, with smooth corners (premultiplied)."""
    fine = 4  # drawn so many times too large and shrunk
    large = pygame.Surface((width * fine, height * fine), pygame.SRCALPHA, 32)
    box = large.get_rect()
    if edge is not None:
        pygame.draw.rect(large, (*edge, 255), box, border_radius=radius * fine)
        box = box.inflate(-2 * fine, -2 * fine)
    pygame.draw.rect(large, (*colour, opacity), box, border_radius=max(0, radius - 1) * fine)
    return pygame.transform.smoothscale(large.premul_alpha(), (width, height))


def darker(colour: Colour, part: float = 0.35) -> Colour:
    """The colour with some black in it."""
    return mixed(colour, (0, 0, 0), part)
