"""A scene in screen pixels: where its sections are, and which places are taken by labels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pygame

from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import Point
from ruler.lab.art.view import FAR, View, as_points
from ruler.lab.scene import Scene
from ruler.scenario.geometry import fold_sides

WIDTH = 0.135  # of a section's length
THINNEST = 3.0  # px


class Labels:
    """The places taken by labels in one frame: they never overlap.

    Each asks for its place, in order of importance, and is left out when it is taken.
    """

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

    def first_free(self, boxes: Iterable[pygame.Rect]) -> pygame.Rect | None:
        """Take the first of these places that is free; None when none is."""
        found = next((box for box in boxes if self.free(box)), None)
        if found is not None:
            self.take(found)
        return found

    def try_text(self, surface: pygame.Surface, image: pygame.Surface, middle: Point) -> bool:
        """Draw a text image around `middle` if there is room."""
        box = image.get_rect(center=(round(middle[0]), round(middle[1])))
        if not self.free(box):
            return False
        self.take(box)
        surface.blit(image, box)
        return True


@dataclass(frozen=True)
class Placed:
    """A scene in screen pixels, and what it is drawn on.

    Attributes:
        canvas: drawn on.
        view: where and how large.
        scene: what there is.
        inner: inner end of each section.
        outer: outer end of each section.
        start: place of each section's inner end along the ruler, m.
        width: of a section.
        length: of a full section.
        labels: the places taken so far.
    """

    canvas: Canvas
    view: View
    scene: Scene
    inner: list[Point]
    outer: list[Point]
    start: list[float]
    width: float
    length: float
    labels: Labels = field(repr=False)

    @property
    def hinges(self) -> list[Point]:
        """Middle of each hinge."""
        return self.outer[:-1]

    def wedges(self) -> list[tuple[float, float]]:
        """Between its sections at each hinge: direction of the inner one, and how far from it the outer one, rad."""
        openings = np.clip(np.nan_to_num(self.scene.opening, posinf=0.0), 0.0, 2 * math.pi)
        swept = (fold_sides(len(openings)) * openings).tolist()
        firsts = (math.atan2(y - back, x0 - x) for (x0, back), (x, y) in zip(self.inner, self.hinges, strict=False))
        return list(zip(firsts, swept, strict=True))


def section_width(view: View, scene: Scene, scale: float) -> float:
    """Width of the sections on the screen, px."""
    width = WIDTH * scene.section_length * view.px_per_m
    return max(width, THINNEST * scale) if math.isfinite(width) else THINNEST * scale


def place(canvas: Canvas, view: View, scene: Scene) -> Placed | None:
    """The ruler in screen pixels; None when there is nothing that can be drawn."""
    if len(scene.inner) == 0 or not (np.isfinite(scene.inner).all() and np.isfinite(scene.outer).all()):
        return None
    inner, outer = view.to_screen(scene.inner), view.to_screen(scene.outer)
    if max(float(np.abs(inner).max()), float(np.abs(outer).max())) > FAR:
        return None
    lengths = np.hypot(*(scene.outer - scene.inner).T)
    start = np.concatenate(([0.0], np.cumsum(np.round(lengths, 6))[:-1]))
    return Placed(
        canvas,
        view,
        scene,
        inner=as_points(inner),
        outer=as_points(outer),
        start=start.tolist(),
        width=section_width(view, scene, canvas.scale),
        length=scene.section_length * view.px_per_m,
        labels=Labels(view.rect),
    )
