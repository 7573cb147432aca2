"""The sections of the ruler: beech with centimetre ticks, rounded ends and a soft shadow.

A section is a capsule: its ends are half discs around its hinges. It is made once per size as a
picture twice as fine as the screen, and turned as needed. Sections too large for that (far zoomed in)
are drawn as shapes.
"""

import functools
import math
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import (
    BLEND,
    FINE,
    MARGIN,
    Point,
    as_drawn,
    blit_turned,
    direction,
    draw_disc,
    draw_line,
    premultiplied,
    shipped_picture,
)
from ruler.lab.art.theme import BEECH, BEECH_DARK, BEECH_EDGE, BEECH_LIGHT, TICK, font, mixed

Singles = NDArray[np.float32]
Reals = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]

LARGEST = 900.0  # px, longest section that is turned as a picture
SMALLEST_TICK = 3.2  # px between ticks (at UI scale 1)
LARGEST_TICKS = 400  # per section
RED = (176, 42, 30)  # decimetre numbers, as on real rulers
BLUR = 0.45  # of the width


def tick_step(px_per_m: float, scale: float) -> float:
    """Distance of the finest ticks that can be told apart, m; 0 for none."""
    for step in (0.001, 0.01, 0.05, 0.1):
        if step * px_per_m >= SMALLEST_TICK * scale:
            return step
    return 0.0


def _axes(length: float, width: float, rim: float) -> tuple[Singles, Singles, int]:
    """Coordinates along (shape (1, columns)) and across (shape (rows, 1)) a capsule from its middle, fine pixels.

    The picture has odd sides and a transparent rim. The last value is half its length.
    """
    half_x = math.ceil(0.5 * (length + width) + rim) + MARGIN
    half_y = math.ceil(0.5 * width + rim) + MARGIN
    along = np.arange(-half_x, half_x + 1, dtype=np.float32)[None, :]
    across = np.arange(-half_y, half_y + 1, dtype=np.float32)[:, None]
    return along, across, half_x


def capsule(length: float, width: float, rim: float) -> Singles:
    """Signed distance to the edge of a capsule (inside < 0), fine pixels."""
    along, across, _ = _axes(length, width, rim)
    beyond = np.maximum(np.abs(along) - 0.5 * length, 0.0)
    return np.asarray(np.hypot(beyond, across) - 0.5 * width, dtype=np.float32)


def _profile(distance: Reals, width: float) -> tuple[Reals, Reals, Reals]:
    """What becomes of the plank's colour at a distance from the edge (fine px, inside < 0): factor, addition, alpha."""
    light, dark, edge = (np.asarray(colour, dtype=np.float32) for colour in (BEECH_LIGHT, BEECH_DARK, BEECH_EDGE))
    # A rounded back: lighter in the middle, darker towards the edges, and a thin dark edge.
    height = np.clip(-distance / (0.5 * width), 0.0, 1.0)
    to_light, to_dark = 0.35 * height, 0.55 * (1.0 - height) ** 3
    factor = 1.0 - to_light - to_dark
    added = to_light[..., None] * light + to_dark[..., None] * dark
    rim = 0.85 * np.clip(distance + FINE * max(0.9, 0.0225 * width) + 0.5, 0.0, 1.0)
    factor, added = factor * (1.0 - rim), added * (1.0 - rim[..., None]) + rim[..., None] * edge
    alpha = np.clip(0.5 - distance / FINE, 0.0, 1.0)
    return factor * alpha, added * alpha[..., None], alpha


@functools.lru_cache(maxsize=8)
def _blank(length: float, width: float) -> Bytes:
    """A section without ticks, premultiplied, shape (height, width, 4); lengths in fine pixels."""
    along, across, _ = _axes(length, width, 0.0)
    size = (along.shape[1], across.shape[0])
    plank = shipped_picture("plank")
    part = min(1.0, length / (8.0 * width)) if width > 0 else 1.0
    piece = plank.subsurface((0, 0, max(2, round(part * plank.get_width())), plank.get_height()))
    scaled = pygame.transform.smoothscale(piece, size)
    pixels = np.frombuffer(pygame.image.tobytes(scaled, "RGB"), dtype=np.uint8).reshape(size[1], size[0], 3)
    picture = np.empty((size[1], size[0], 4), dtype=np.uint8)
    cap = int(np.searchsorted(along[0], -0.5 * length))
    # Between the round caps the edge is straight: one column says it all.
    for columns in (slice(0, cap), slice(cap, size[0] - cap), slice(size[0] - cap, size[0])):
        beyond = np.maximum(np.abs(along[:, columns]) - 0.5 * length, 0.0)
        if columns.start == cap:
            beyond = np.zeros((1, 1), dtype=np.float32)
        factor, added, alpha = _profile(np.hypot(beyond, across) - 0.5 * width, width)
        picture[:, columns, :3] = pixels[:, columns] * factor[..., None] + added
        picture[:, columns, 3] = 255.0 * alpha
    return picture


def _draw_ticks(picture: Bytes, length: float, width: float, marks: tuple[tuple[float, float], ...]) -> None:
    """Draw ticks (place from the inner end, depth from the lower edge; fine pixels) into a premultiplied picture."""
    along, across, _ = _axes(length, width, 0.0)
    thick = max(1.0, min(0.055 * width, 3.0))
    ink = np.asarray(TICK, dtype=np.float32)
    reach = math.ceil(0.5 * thick + 1.0)
    for deep in {depth for _, depth in marks}:
        cover = np.zeros(along.shape[1], dtype=np.float32)
        for place in (place for place, depth in marks if depth == deep):
            column = int(round(place - 0.5 * length) + along.shape[1] // 2)
            near = slice(max(0, column - reach), column + reach + 1)
            cover[near] = np.maximum(
                cover[near], np.clip(0.5 * thick + 0.5 - np.abs(along[0, near] - (place - 0.5 * length)), 0.0, 1.0)
            )
        inked = np.flatnonzero(cover)
        first = int(np.searchsorted(across[:, 0], 0.5 * width - deep - 0.5))
        block = picture[first:, inked].astype(np.float32)
        down = np.clip(across[first:] - (0.5 * width - deep) + 0.5, 0.0, 1.0)
        part = (0.82 * down * cover[None, inked])[..., None]
        block[..., :3] += (ink * (block[..., 3:] / 255.0) - block[..., :3]) * part
        picture[first:, inked] = block


def _marks(length: float, start: float, px_per_m: float, step: float, width: float) -> tuple[tuple[float, float], ...]:
    """Place along the section and depth of each tick, in the unit of `length` and `width`."""
    if step <= 0.0:
        return ()
    first = math.ceil(start / step - 1e-6)
    last = math.floor((start + length / px_per_m) / step + 1e-6)
    if last - first > LARGEST_TICKS:
        return ()
    marks = []
    for number in range(first, last + 1):
        millimetres = round(number * step * 1000)
        part = 0.16 if millimetres % 10 else 0.28
        part = 0.40 if millimetres % 50 == 0 else part
        part = 0.54 if millimetres % 100 == 0 else part
        marks.append(((number * step - start) * px_per_m, part * width))
    return tuple(marks)


@functools.lru_cache(maxsize=320)
def _section(length: float, width: float, start: float, px_per_m: float, step: float, numbers: bool) -> pygame.Surface:
    """Picture of a section; lengths in screen pixels, `start` (place on the ruler) and `step` in m."""
    fine_length, fine_width = FINE * length, FINE * width
    pixels = _blank(fine_length, fine_width).copy()
    _draw_ticks(pixels, fine_length, fine_width, _marks(fine_length, start, FINE * px_per_m, step, fine_width))
    picture = as_drawn(pygame.image.frombytes(pixels.tobytes(), (pixels.shape[1], pixels.shape[0]), "RGBA"))
    if numbers:
        _print_numbers(picture, fine_length, fine_width, start, px_per_m)
    return picture


def _print_numbers(picture: pygame.Surface, length: float, width: float, start: float, px_per_m: float) -> None:
    """Centimetres printed at every fifth tick, red at decimetres."""
    face = font(0.36 * width, 1.0, True)
    first = math.ceil(start * 20 - 1e-6)
    last = math.floor((start + length / (FINE * px_per_m)) * 20 + 1e-6)
    middle_x, middle_y = picture.get_width() / 2, picture.get_height() / 2
    for number in range(first, last + 1):
        place = (number * 0.05 - start) * FINE * px_per_m
        if number == 0 or not 1.0 * width < place < length - 1.0 * width:
            continue
        image = face.render(str(number * 5), True, RED if number % 2 == 0 else TICK).premul_alpha()
        at = (middle_x + place - 0.5 * length - image.get_width() / 2, middle_y - 0.40 * width)
        picture.blit(image, at, None, BLEND)


@functools.lru_cache(maxsize=64)
def _shadow(length: float, width: float) -> pygame.Surface:
    blur = FINE * max(2.0, BLUR * width)
    distance = capsule(FINE * length, FINE * width, blur)
    alpha = 0.36 * np.clip(0.5 - distance.astype(np.float64) / (2.0 * blur), 0.0, 1.0) ** 2 * 1.7
    return premultiplied(np.full((*alpha.shape, 3), (48.0, 26.0, 8.0)), np.minimum(alpha, 0.42))


def visible(surface: pygame.Surface, inner: Point, outer: Point, width: float) -> bool:
    """Whether a section can show within the clipping rectangle."""
    left, top = min(inner[0], outer[0]) - width, min(inner[1], outer[1]) - width
    box = (left, top, abs(outer[0] - inner[0]) + 2 * width, abs(outer[1] - inner[1]) + 2 * width)
    return bool(surface.get_clip().colliderect(box))


def draw_shadow(surface: pygame.Surface, inner: Point, outer: Point, width: float, lift: float) -> None:
    """The shadow of a section, `lift` px towards the lower right; ends and width in px."""
    length = math.hypot(outer[0] - inner[0], outer[1] - inner[1])
    if length > LARGEST or not visible(surface, inner, outer, 3.0 * width):
        return
    centre = (0.5 * (inner[0] + outer[0]) + 0.6 * lift, 0.5 * (inner[1] + outer[1]) + lift)
    turn = -math.degrees(math.atan2(outer[1] - inner[1], outer[0] - inner[0]))
    blit_turned(surface, _shadow(round(length, 1), round(width, 1)), centre, turn, precise=False)


def draw_section(canvas: Canvas, inner: Point, outer: Point, width: float, start: float, px_per_m: float) -> None:
    """One section between two points of the screen.

    Args:
        canvas: drawn on.
        inner: inner end, px.
        outer: outer end, px.
        width: px.
        start: place of the inner end along the ruler, m.
        px_per_m: zoom.
    """
    surface, scale = canvas.surface, canvas.scale
    length = math.hypot(outer[0] - inner[0], outer[1] - inner[1])
    if not visible(surface, inner, outer, width):
        return
    step = tick_step(px_per_m, scale) if width >= 5.0 * scale else 0.0
    if length > LARGEST:
        _draw_large(surface, inner, outer, width, start, px_per_m, step)
        return
    numbers = width >= 20.0 * scale
    # Without numbers only the place within a decimetre matters, so that equal sections share a picture.
    phase = round(start, 5) if numbers else round(start % 0.1, 5) % 0.1
    sprite = _section(round(length, 1), round(width, 1), phase, round(px_per_m, 3), step, numbers)
    turn = -math.degrees(math.atan2(outer[1] - inner[1], outer[0] - inner[0]))
    blit_turned(surface, sprite, (0.5 * (inner[0] + outer[0]), 0.5 * (inner[1] + outer[1])), turn)


def _draw_large(
    surface: pygame.Surface, inner: Point, outer: Point, width: float, start: float, px_per_m: float, step: float
) -> None:
    """A section larger than the screen, as plain shapes."""
    length, x, y = direction(inner, outer)
    half = 0.5 * width

    def at(place: float, side: float) -> Point:
        return inner[0] + place * x - side * y, inner[1] + place * y + side * x

    clip = surface.get_clip()
    for grow, colour in ((0.0, BEECH_EDGE), (max(1.0, 0.03 * width), mixed(BEECH, BEECH_LIGHT, 0.3))):
        for end in (inner, outer):
            if clip.inflate(2 * width, 2 * width).collidepoint(end) and half < LARGEST:
                draw_disc(surface, end, half - grow, colour)
        draw_line(surface, colour, inner, outer, width - 2 * grow)
    for place, deep in _marks(length, start, px_per_m, step, width):
        ends = at(place, half - deep), at(place, half)
        if clip.inflate(2 * width, 2 * width).collidepoint(ends[1]):
            draw_line(surface, TICK, *ends, max(1.0, 0.02 * width))
