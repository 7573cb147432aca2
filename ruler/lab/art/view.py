"""One transform between the table (metres, y up) and the screen (pixels, y down)."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pygame
from numpy.typing import ArrayLike

from ruler.arrays import Floats
from ruler.lab.scene import Scene

SMALLEST_SCALE = 1.0  # px/m
LARGEST_SCALE = 40_000.0  # px/m
FARTHEST = 1_000.0  # m from the origin
FAR = 1e6  # px; nothing farther away is drawn
REACH = 0.75  # how far along +x there is room, in full lengths from the fixed end


def scene_bounds(scene: Scene) -> tuple[Floats, Floats]:
    """Room for the ruler as it lies, and for pulling it to REACH: lower left and upper right corner, m."""
    points = np.concatenate((scene.inner, scene.outer))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        points = np.zeros((1, 2))
    start = points[0]
    length = scene.full_length if math.isfinite(scene.full_length) else 1.0
    aside = 0.9 * scene.section_length if math.isfinite(scene.section_length) else 0.1
    low = np.minimum(points.min(axis=0), np.subtract(start, (0.0, aside)))
    high = np.maximum(points.max(axis=0), np.add(start, (REACH * length, aside)))
    return np.subtract(low, (0.09 * length, 0.0)), np.add(high, (0.11 * length, 0.0))


def _clamped(value: float, low: float, high: float, otherwise: float) -> float:
    return min(high, max(low, value)) if math.isfinite(value) else otherwise


@dataclass(frozen=True)
class View:
    """Which part of the table is seen, and where on the screen.

    Attributes:
        rect: part of the screen, px.
        centre: point of the table in the middle of `rect`, m.
        px_per_m: zoom, px per metre.
    """

    rect: pygame.Rect
    centre: tuple[float, float]
    px_per_m: float

    def __post_init__(self) -> None:
        x, y = (_clamped(float(value), -FARTHEST, FARTHEST, 0.0) for value in self.centre)
        object.__setattr__(self, "rect", pygame.Rect(self.rect))
        object.__setattr__(self, "centre", (x, y))
        zoom = _clamped(float(self.px_per_m), SMALLEST_SCALE, LARGEST_SCALE, 100.0)
        object.__setattr__(self, "px_per_m", zoom)

    @classmethod
    def fit(cls, rect: pygame.Rect, scene: Scene, margin: float = 24.0) -> "View":
        """The view that shows all of a scene (see `scene_bounds`), with a margin in px."""
        low, high = scene_bounds(scene)
        width, height = np.maximum(high - low, 1e-3).tolist()
        zoom = min(max(rect.width - 2 * margin, 1.0) / width, max(rect.height - 2 * margin, 1.0) / height)
        return cls(rect, tuple(0.5 * (low + high)), zoom)

    def zoomed(self, at: tuple[float, float], factor: float) -> "View":
        """Zoomed in by `factor`, the point of the table under `at` (px) staying where it is."""
        if not (math.isfinite(factor) and factor > 0.0):
            return self
        zoom = _clamped(self.px_per_m * factor, SMALLEST_SCALE, LARGEST_SCALE, self.px_per_m)
        fixed = self.to_world(np.asarray(at, dtype=np.float64))
        ratio = self.px_per_m / zoom
        centre = (
            float(fixed[0] + (self.centre[0] - fixed[0]) * ratio),
            float(fixed[1] + (self.centre[1] - fixed[1]) * ratio),
        )
        return replace(self, centre=centre, px_per_m=zoom)

    def panned(self, dx: float, dy: float) -> "View":
        """Moved so that the table shifts by (dx, dy) px on the screen."""
        return replace(self, centre=(self.centre[0] - dx / self.px_per_m, self.centre[1] + dy / self.px_per_m))

    @property
    def origin(self) -> tuple[float, float]:
        """Where the table's origin is on the screen, px."""
        return (
            self.rect.x + 0.5 * self.rect.width - self.centre[0] * self.px_per_m,
            self.rect.y + 0.5 * self.rect.height + self.centre[1] * self.px_per_m,
        )

    def to_screen(self, points: ArrayLike) -> Floats:
        """Points of the table on the screen: m to px, shape (..., 2)."""
        zoom = self.px_per_m
        return np.asarray(points, dtype=np.float64) * (zoom, -zoom) + self.origin

    def to_world(self, points: ArrayLike) -> Floats:
        """Points of the screen on the table: px to m, shape (..., 2)."""
        zoom = self.px_per_m
        return (np.asarray(points, dtype=np.float64) - self.origin) / (zoom, -zoom)


def as_points(pixels: Floats) -> list[tuple[float, float]]:
    """Rows of an array of shape (points, 2) as pygame takes them, none of them absurdly far away."""
    return [(x, y) for x, y in np.clip(pixels, -FAR, FAR).tolist()]
