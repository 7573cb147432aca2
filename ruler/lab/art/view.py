"""One transform between the table (metres, y up) and the screen (pixels, y down)."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pygame
from numpy.typing import ArrayLike

from ruler.lab.scene import Floats, Scene

SMALLEST_SCALE = 1.0  # px/m
LARGEST_SCALE = 40_000.0  # px/m
FARTHEST = 1_000.0  # m from the origin
FAR = 1e6  # px; nothing farther away is drawn


@dataclass(frozen=True)
class Bounds:
    """A rectangle on the table, m."""

    left: float
    bottom: float
    right: float
    top: float


def scene_bounds(scene: Scene, reach: float = 0.75) -> Bounds:
    """Room for the ruler as it lies, and for pulling it to `reach` of its full length.

    Args:
        scene: the ruler.
        reach: how far along +x there must be room, in full lengths from the fixed end.
    """
    points = np.concatenate((scene.inner, scene.outer))
    points = points[np.isfinite(points).all(axis=1)]
    start = points[0] if len(points) else np.zeros(2)
    low = points.min(axis=0) if len(points) else start
    high = points.max(axis=0) if len(points) else start
    length = scene.full_length if math.isfinite(scene.full_length) else 1.0
    aside = 0.9 * scene.section_length if math.isfinite(scene.section_length) else 0.1
    return Bounds(
        left=float(low[0]) - 0.09 * length,
        bottom=float(min(low[1], start[1] - aside)),
        right=float(max(high[0], start[0] + reach * length)) + 0.11 * length,
        top=float(max(high[1], start[1] + aside)),
    )


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
    def fit(cls, rect: pygame.Rect, what: Scene | Bounds, margin: float = 24.0) -> "View":
        """The view that shows all of a scene (see `scene_bounds`) or of given bounds, with a margin in px."""
        bounds = scene_bounds(what) if isinstance(what, Scene) else what
        width = max(bounds.right - bounds.left, 1e-3)
        height = max(bounds.top - bounds.bottom, 1e-3)
        zoom = min(max(rect.width - 2 * margin, 1.0) / width, max(rect.height - 2 * margin, 1.0) / height)
        centre = (0.5 * (bounds.left + bounds.right), 0.5 * (bounds.bottom + bounds.top))
        return cls(pygame.Rect(rect), centre, zoom)

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

    def resized(self, rect: pygame.Rect) -> "View":
        """The same part of the table in another rectangle: all that was seen is seen."""
        if min(self.rect.size) <= 0 or min(rect.size) <= 0:
            return replace(self, rect=rect)
        grown = min(rect.width / self.rect.width, rect.height / self.rect.height)
        return replace(self, rect=rect, px_per_m=self.px_per_m * grown)

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
