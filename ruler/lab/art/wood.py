"""The sections of the ruler: beech with centimetre ticks, rounded ends and a soft shadow.

A section is a capsule: its ends are half discs around its hinges. It is made once per size as a
picture twice as fine as the screen, and turned as needed. Sections too large for that (far zoomed in)
are drawn as shapes.
"""

import functools
import math

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.sprites import FINE, MARGIN, Point, blit_turned, draw_disc, draw_line, premultiplied
from ruler.lab.art.theme import BEECH, BEECH_DARK, BEECH_EDGE, BEECH_LIGHT, TICK, font, mixed

Floats = NDArray[np.float64]

LARGEST = 1100.0  # px, longest section that is turned as a picture
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


def _capsule(length: float, width: float, rim: float) -> tuple[Floats, Floats, Floats]:
    """Coordinates along and across from the middle, and signed distance to the edge, in fine pixels.

    The picture has odd sides and a transparent rim.
    """
    half_x = math.ceil(0.5 * (length + width) + rim) + MARGIN
    half_y = math.ceil(0.5 * width + rim) + MARGIN
    along = np.arange(-half_x, half_x + 1, dtype=np.float64)[None, :]
    across = np.arange(-half_y, half_y + 1, dtype=np.float64)[:, None]
    beyond = np.maximum(np.abs(along) - 0.5 * length, 0.0)
    return along, across, np.hypot(beyond, across) - 0.5 * width


def _grain(along: Floats, across: Floats, width: float, seed: int) -> Floats:
    """Brightness of the wood, -1 to 1: long fibres, slightly bent."""
    rng = np.random.default_rng(seed)
    bend = across / width + 0.06 * np.sin(along / (9.0 * width) + rng.uniform(0, 6))
    grain = np.zeros(np.broadcast_shapes(along.shape, across.shape))
    for waves, strength in ((2.3, 0.5), (5.1, 0.35), (11.0, 0.25)):
        phase = rng.uniform(0, 6) + 0.8 * np.sin(along / (rng.uniform(4, 8) * width))
        grain += strength * np.sin(2 * math.pi * waves * bend + phase)
    return grain


def _ticks(
    along: Floats, across: Floats, length: float, width: float, marks: tuple[tuple[float, float], ...]
) -> Floats:
    """How much tick ink there is, 0 to 1; marks are (place from the inner end, length), fine pixels."""
    ink = np.zeros(np.broadcast_shapes(along.shape, across.shape))
    thick = max(1.0, min(0.055 * width, 3.0))
    for place, deep in marks:
        columns = np.abs(along[0] - (place - 0.5 * length)) < thick + 1
        cover = np.clip(0.5 * thick + 0.5 - np.abs(along[:, columns] - (place - 0.5 * length)), 0.0, 1.0)
        reach = np.clip(across - (0.5 * width - deep) + 0.5, 0.0, 1.0)
        ink[:, columns] = np.maximum(ink[:, columns], cover * reach)
    return ink


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
    along, across, distance = _capsule(fine_length, fine_width, 0.0)
    grain = _grain(along, across, fine_width, round(1000 * start) % 7)
    light, dark = np.asarray(BEECH_LIGHT, dtype=np.float64), np.asarray(BEECH_DARK, dtype=np.float64)
    shade = np.asarray(BEECH, dtype=np.float64) + np.where(
        grain[..., None] > 0, grain[..., None] * 0.35 * (light - BEECH), -grain[..., None] * 0.22 * (dark - BEECH)
    )
    # A rounded back: lighter in the middle, darker towards the edges, and a thin dark edge.
    height = np.clip(-distance / (0.5 * fine_width), 0.0, 1.0)[..., None]
    shade += (light - shade) * 0.35 * height + (dark - shade) * 0.55 * (1.0 - height) ** 3
    marks = _marks(fine_length, start, FINE * px_per_m, step, fine_width)
    shade += (np.asarray(TICK, dtype=np.float64) - shade) * (
        0.82 * _ticks(along, across, fine_length, fine_width, marks)[..., None]
    )
    rim = np.clip(distance + FINE * max(0.9, 0.045 * width) + 0.5, 0.0, 1.0)[..., None]
    shade += (np.asarray(BEECH_EDGE, dtype=np.float64) - shade) * 0.85 * rim
    picture = premultiplied(shade, np.clip(0.5 - distance / FINE, 0.0, 1.0))
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
        picture.blit(image, at, None, pygame.BLEND_PREMULTIPLIED)


@functools.lru_cache(maxsize=64)
def _shadow(length: float, width: float) -> pygame.Surface:
    blur = FINE * max(2.0, BLUR * width)
    _, _, distance = _capsule(FINE * length, FINE * width, blur)
    alpha = 0.36 * np.clip(0.5 - distance / (2.0 * blur), 0.0, 1.0) ** 2 * 1.7
    return premultiplied(np.full((*alpha.shape, 3), (48.0, 26.0, 8.0)), np.minimum(alpha, 0.42))


def draw_shadow(surface: pygame.Surface, inner: Point, outer: Point, width: float, lift: float) -> None:
    """The shadow of a section, `lift` px towards the lower right; ends and width in px."""
    length = math.hypot(outer[0] - inner[0], outer[1] - inner[1])
    if length > LARGEST:
        return
    centre = (0.5 * (inner[0] + outer[0]) + 0.6 * lift, 0.5 * (inner[1] + outer[1]) + lift)
    turn = -math.degrees(math.atan2(outer[1] - inner[1], outer[0] - inner[0]))
    blit_turned(surface, _shadow(round(length, 1), round(width, 1)), centre, turn, precise=False)


def draw_section(
    surface: pygame.Surface, inner: Point, outer: Point, width: float, start: float, px_per_m: float, scale: float
) -> None:
    """One section between two points of the screen.

    Args:
        surface: drawn on.
        inner: inner end, px.
        outer: outer end, px.
        width: px.
        start: place of the inner end along the ruler, m.
        px_per_m: zoom.
        scale: UI scale.
    """
    length = math.hypot(outer[0] - inner[0], outer[1] - inner[1])
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
    length = math.hypot(outer[0] - inner[0], outer[1] - inner[1])
    along = ((outer[0] - inner[0]) / length, (outer[1] - inner[1]) / length)
    across = (-along[1], along[0])
    half = 0.5 * width

    def at(place: float, side: float) -> Point:
        return inner[0] + place * along[0] + side * across[0], inner[1] + place * along[1] + side * across[1]

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
