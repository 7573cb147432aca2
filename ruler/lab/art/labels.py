"""What is written on the table: layer numbers, INPUT and OUTPUT, the legend of the load colours.

Labels never overlap: each asks for its place, in order of importance, and is left out when it is taken.
"""

import functools
import math

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.sprites import BLEND, Point, draw_card, supersampled
from ruler.lab.art.table import STRIP, anchor_size
from ruler.lab.art.theme import (
    ACCENT,
    INK,
    LINE,
    LOAD_LEVELS,
    MUTED,
    PAPER,
    SMALL,
    WHITE,
    Colour,
    draw_text,
    load_palette,
    mixed,
    text_image,
    text_size,
)
from ruler.lab.art.view import View
from ruler.lab.scene import Options, Scene
from ruler.scenario.geometry import fold_sides

Floats = NDArray[np.float64]

TAG_INK: Colour = (60, 44, 30)


class Labels:
    """The places taken by labels in one frame."""

    def __init__(self, rect: pygame.Rect) -> None:
        """Nothing is taken yet within `rect`."""
        self.rect = pygame.Rect(rect)
        self._taken: list[pygame.Rect] = []

    def take(self, box: pygame.Rect) -> None:
        """Mark a place as taken."""
        self._taken.append(box)

    def free(self, box: pygame.Rect) -> bool:
        """Whether a label would lie inside the rectangle and on no other label."""
        return self.rect.contains(box) and box.collidelist(self._taken) < 0

    def try_text(self, surface: pygame.Surface, image: pygame.Surface, middle: Point) -> bool:
        """Draw a text image around `middle` if there is room."""
        box = image.get_rect(center=(round(middle[0]), round(middle[1])))
        if not self.free(box):
            return False
        self._taken.append(box)
        surface.blit(image, box)
        return True


def layer_number(hinge: int, count: int, deep: bool) -> int:
    """The layer a hinge stands for, from 1 at the input."""
    return hinge + 1 if deep else count - hinge


def by_importance(count: int, first: int | None = None) -> list[int]:
    """Numbers 0 to count - 1: `first`, the two ends, every tenth layer, every fifth, every other, the rest."""
    ends = [] if count == 0 else [0, count - 1]
    order = [first] if first is not None and 0 <= first < count else []
    order += ends
    for step in (50, 10, 5, 2, 1):
        order += range(step - 1, count, step)
    return list(dict.fromkeys(order))


def outside(inner: Point, at: Point, side: float, opening: float) -> Point:
    """Direction on the screen from a hinge away from its wedge."""
    first = math.atan2(-(inner[1] - at[1]), inner[0] - at[0])
    away = first + 0.5 * side * min(max(opening, 0.0), math.pi) + math.pi
    return math.cos(away), -math.sin(away)


def draw_layer_numbers(
    surface: pygame.Surface,
    inner: list[Point],
    outer: list[Point],
    scene: Scene,
    options: Options,
    width: float,
    labels: Labels,
    scale: float,
) -> None:
    """Write the layer at each hinge, on the side away from the wedge; as many as there is room for."""
    count = len(scene.opening)
    sides = fold_sides(count).tolist()
    openings = np.nan_to_num(scene.opening).tolist()
    near = surface.get_clip()
    away = 0.5 * width + 10.0 * scale
    for hinge in by_importance(count, options.hovered):
        at = outer[hinge]
        if not near.collidepoint(at):
            continue
        x, y = outside(inner[hinge], at, sides[hinge], openings[hinge])
        chosen = hinge == options.hovered
        text = str(layer_number(hinge, count, options.deep))
        colour = ACCENT if chosen else INK
        image = text_image(text, SMALL, scale, colour, bold=True, halo=PAPER)
        labels.try_text(surface, image, (at[0] + away * x, at[1] + away * y))


def _tag(surface: pygame.Surface, text: str, box: pygame.Rect, colour: Colour, scale: float) -> None:
    draw_card(surface, box, scale, colour, radius=4.0)
    draw_text(surface, text, box.center, size=SMALL, scale=scale, colour=WHITE, bold=True, anchor="center")


def draw_ends(
    surface: pygame.Surface, view: View, scene: Scene, deep: bool, width: float, labels: Labels, scale: float
) -> None:
    """Write INPUT and OUTPUT at the ends: the output is the pulled end, unless `deep` is False."""
    start, tip = view.to_screen(scene.inner[0]).tolist(), view.to_screen(scene.outer[-1]).tolist()
    hands = [holder.target for holder in scene.holders if holder.kind == "hand" and np.isfinite(holder.target).all()]
    held = len(hands) > 0
    if held:
        tip = np.clip(view.to_screen(hands[0]), -1e5, 1e5).tolist()
    fixed, pulled = ("INPUT", "OUTPUT") if deep else ("OUTPUT", "INPUT")
    beside = 0.5 * width + 12.0 * scale
    clamp = 3.0 * anchor_size(view, scene, scale) if scene.anchor == "clamped" else 0.0
    _draw_end(surface, fixed, start, -beside - clamp, labels, scale)
    _draw_end(surface, pulled, tip, beside + (38.0 * scale if held else 0.0), labels, scale)


def _draw_end(surface: pygame.Surface, text: str, at: list[float], beside: float, labels: Labels, scale: float) -> None:
    """A tag `beside` px to the right (left when negative) of the end; above it when there is no room."""
    if not labels.rect.collidepoint(at):
        return
    text_width, text_height = text_size(text, SMALL, scale, bold=True)
    box = pygame.Rect(0, 0, text_width + round(12 * scale), text_height + round(4 * scale))
    anchor = "midleft" if beside > 0 else "midright"
    places = [(anchor, at[0] + beside, at[1])]
    lift = abs(beside) + box.height
    places += [("center", at[0] + beside, at[1] + up) for up in (lift, -lift, 2 * lift, -2 * lift)]
    for name, x, y in places:
        setattr(box, name, (round(x), round(y)))
        if labels.free(box):
            break
    else:
        setattr(box, anchor, (round(places[0][1]), round(places[0][2])))
        box.clamp_ip(labels.rect)
    labels.take(box)
    _tag(surface, text, box, TAG_INK, scale)


@functools.lru_cache(maxsize=8)
def _bar(width: int, height: int) -> pygame.Surface:
    def paint(surface: pygame.Surface, fine: float) -> None:
        palette = load_palette()
        wide = surface.get_width()
        for x in range(wide):
            level = min(LOAD_LEVELS - 1, x * LOAD_LEVELS // wide)
            surface.fill((*palette[level], 255), (x, 0, 1, surface.get_height()))
        pygame.draw.rect(surface, (*MUTED, 255), surface.get_rect(), max(1, int(0.8 * fine)))

    return supersampled((width, height), paint)


@functools.lru_cache(maxsize=8)
def legend(scale: float) -> pygame.Surface:
    """The legend of the load colours (premultiplied)."""
    pad, wide, tall = round(8 * scale), round(150 * scale), round(9 * scale)
    line = text_size("0", SMALL, scale)[1]
    size = (wide + 2 * pad + round(18 * scale), 2 * line + tall + 2 * pad)
    picture = pygame.Surface(size, pygame.SRCALPHA, 32)
    draw_card(picture, picture.get_rect(), scale, mixed(PAPER, WHITE, 0.5), 0.93, LINE)
    left = pad + round(4 * scale)
    draw_text(picture, "Load share of a hinge", (left, pad - round(2 * scale)), size=SMALL, scale=scale, bold=True)
    top = pad + line
    picture.blit(_bar(wide, tall), (left, top), None, BLEND)
    for times, text in ((0.0, "0"), (1.0, "even"), (2.0, "2\u00d7"), (4.0, "4\u00d7")):
        x = left + round((1.0 - 2.0**-times) * (wide - 1))
        picture.fill((*MUTED, 255), (x, top + tall, max(1, round(scale)), round(3 * scale)))
        at = (x, top + tall + round(3 * scale))
        draw_text(picture, text, at, size=SMALL, scale=scale, colour=INK, anchor="midtop")
    return picture


def draw_legend(surface: pygame.Surface, rect: pygame.Rect, count: int, labels: Labels, scale: float) -> None:
    """Draw the legend in the upper right corner; nothing when the view is too small for it."""
    labels.take(pygame.Rect(rect.x, rect.bottom - round(STRIP * scale), rect.width, round(STRIP * scale)))
    picture = legend(scale)
    if count < 1 or rect.width < 2.2 * picture.get_width() or rect.height < 3 * picture.get_height():
        return
    gap = round(10 * scale)
    box = picture.get_rect(topright=(rect.right - gap, rect.top + gap))
    surface.blit(picture, box, None, BLEND)
    labels.take(box)
