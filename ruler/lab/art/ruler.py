"""The ruler as it lies on the table, and finding its parts under the mouse.

From below to above: wedges, the sections that lie lower, those that lie higher (every other one, as
in a real folding ruler), rivets, overlays, hands, numbers, legends.
"""

import math
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.holders import draw_holders, draw_table_shaking
from ruler.lab.art.labels import Labels, draw_ends, draw_layer_numbers, draw_legend
from ruler.lab.art.overlays import draw_friction, draw_tension, draw_trace
from ruler.lab.art.sprites import Point, darker, draw_disc, draw_lines, draw_polygon, draw_rivet
from ruler.lab.art.theme import ACCENT, WHITE, load_levels, load_palette
from ruler.lab.art.view import View
from ruler.lab.art.wood import draw_section, draw_shadow
from ruler.lab.scene import Options, Scene
from ruler.scenario.geometry import fold_sides

Floats = NDArray[np.float64]

WIDTH = 0.135  # of a section's length
THINNEST = 3.0  # px
WEDGE = 0.40  # of a section's length
FAR = 1e6  # px; nothing farther away is drawn


@dataclass(frozen=True)
class Drawn:
    """A scene in screen pixels.

    Attributes:
        inner: inner end of each section.
        outer: outer end of each section.
        start: place of each section's inner end along the ruler, m.
        width: of a section.
        length: of a full section.
    """

    inner: list[Point]
    outer: list[Point]
    start: list[float]
    width: float
    length: float

    @property
    def hinges(self) -> list[Point]:
        """Middle of each hinge."""
        return self.outer[:-1]


def section_width(view: View, scene: Scene, scale: float) -> float:
    """Width of the sections on the screen, px."""
    width = WIDTH * scene.section_length * view.px_per_m
    return max(width, THINNEST * scale) if math.isfinite(width) else THINNEST * scale


def on_screen(view: View, scene: Scene, scale: float) -> Drawn | None:
    """The ruler in screen pixels; None when there is nothing that can be drawn."""
    if len(scene.inner) == 0 or not (np.isfinite(scene.inner).all() and np.isfinite(scene.outer).all()):
        return None
    inner, outer = view.to_screen(scene.inner), view.to_screen(scene.outer)
    if max(float(np.abs(inner).max()), float(np.abs(outer).max())) > FAR:
        return None
    lengths = np.hypot(*(scene.outer - scene.inner).T)
    start = np.concatenate(([0.0], np.cumsum(np.round(lengths, 6))[:-1]))
    width = section_width(view, scene, scale)
    pairs = [[(x, y) for x, y in ends.tolist()] for ends in (inner, outer)]
    return Drawn(pairs[0], pairs[1], start.tolist(), width, scene.section_length * view.px_per_m)


def draw_ruler(surface: pygame.Surface, view: View, scene: Scene, options: Options, scale: float = 1.0) -> None:
    """Draw the ruler and all that belongs to it, within the view's rectangle.

    Args:
        surface: drawn on.
        view: where and how large.
        scene: what there is.
        options: what is drawn besides.
        scale: UI scale.
    """
    clip = surface.get_clip()
    surface.set_clip(view.rect.clip(clip))
    try:
        drawn = on_screen(view, scene, scale)
        if drawn is not None and surface.get_clip().width > 0 and surface.get_clip().height > 0:
            _draw_all(surface, view, scene, options, drawn, scale)
    finally:
        surface.set_clip(clip)


def _draw_all(surface: pygame.Surface, view: View, scene: Scene, options: Options, drawn: Drawn, scale: float) -> None:
    levels = load_levels(scene.share, len(scene.opening))
    if options.trace and scene.trace is not None:
        draw_trace(surface, view, scene.trace, scale)
    _draw_wedges(surface, scene, drawn, levels, scale)
    _draw_sections(surface, view, drawn, scale)
    _draw_hinges(surface, drawn, levels, options.hovered, scale)
    labels = Labels(view.rect)
    now = scene.snapshot
    if options.friction and now is not None:
        draw_friction(surface, drawn.inner, drawn.outer, now.friction, view.rect, labels, scale)
    if options.tension and now is not None:
        draw_tension(surface, drawn.inner, drawn.outer, now.tension, drawn.width, labels, scale)
    draw_holders(surface, view, scene, drawn.width, labels, scale)
    if scene.table_shaking:
        draw_table_shaking(surface, view.rect, labels, scale)
    draw_legend(surface, view.rect, len(scene.opening), labels, scale)
    if options.layers:
        draw_ends(surface, view, scene, options.deep, drawn.width, labels, scale)
        draw_layer_numbers(surface, drawn.inner, drawn.outer, scene, options, drawn.width, labels, scale)


def _draw_wedges(surface: pygame.Surface, scene: Scene, drawn: Drawn, levels: list[int], scale: float) -> None:
    """A slice at each hinge as wide as it is open, in the colour of its load."""
    radius = WEDGE * drawn.length
    if radius < 2.0:
        return
    palette = load_palette()
    sides = fold_sides(len(scene.opening)).tolist()
    near = surface.get_clip().inflate(2 * radius, 2 * radius)
    for number, (at, opening) in enumerate(zip(drawn.hinges, scene.opening.tolist(), strict=True)):
        if not (near.collidepoint(at) and math.isfinite(opening)):
            continue
        back = drawn.inner[number]
        first = math.atan2(-(back[1] - at[1]), back[0] - at[0])
        swept = sides[number] * min(max(opening, 0.0), 2 * math.pi)
        rim = slice_rim(at, radius, first, swept)
        colour = palette[levels[number]]
        draw_polygon(surface, colour, [at, *rim])
        draw_lines(surface, darker(colour, 0.3), rim, max(1.0, 1.4 * scale))


def slice_rim(at: Point, radius: float, first: float, swept: float) -> list[Point]:
    """Points on the arc of a slice of a disc, from the angle `first` over `swept` (rad, counter-clockwise), px."""
    pieces = max(2, min(96, math.ceil(abs(swept) * max(2.0, math.sqrt(radius)) * 0.9)))
    return [
        (
            at[0] + radius * math.cos(first + swept * piece / pieces),
            at[1] - radius * math.sin(first + swept * piece / pieces),
        )
        for piece in range(pieces + 1)
    ]


def _draw_sections(surface: pygame.Surface, view: View, drawn: Drawn, scale: float) -> None:
    lift = max(1.0, 0.16 * drawn.width)
    for layer in (1, 0):
        numbers = range(layer, len(drawn.inner), 2)
        for number in numbers:
            raised = lift * (1.0 if layer else 1.5)
            draw_shadow(surface, drawn.inner[number], drawn.outer[number], drawn.width, raised)
        for number in numbers:
            draw_section(
                surface,
                drawn.inner[number],
                drawn.outer[number],
                drawn.width,
                drawn.start[number],
                view.px_per_m,
                scale,
            )


def _draw_hinges(surface: pygame.Surface, drawn: Drawn, levels: list[int], hovered: int | None, scale: float) -> None:
    palette = load_palette()
    ring = max(0.50 * drawn.width, 2.2 * scale)
    ring = min(ring, 40.0 * scale)
    brass = 0.62 * ring
    near = surface.get_clip().inflate(3 * ring, 3 * ring)
    for number, at in enumerate(drawn.hinges):
        if not near.collidepoint(at):
            continue
        colour = palette[levels[number]]
        if number == hovered:
            draw_disc(surface, at, ring + 5.0 * scale, WHITE, ring)
            draw_disc(surface, at, ring + 4.0 * scale, ACCENT, ring + 1.0 * scale)
        draw_disc(surface, at, ring, colour, 0.0, darker(colour, 0.5))
        if brass > 2.0:
            draw_rivet(surface, at, brass)


def hinge_at(view: View, scene: Scene, px: tuple[float, float], radius: float = 12.0) -> int | None:
    """Number of the hinge nearest to a point of the screen, or None when none is within `radius` px."""
    if len(scene.inner) < 2 or not view.rect.collidepoint(px):
        return None
    away = np.hypot(*(view.to_screen(scene.outer[:-1]) - px).T)
    away = np.where(np.isfinite(away), away, np.inf)
    nearest = int(away.argmin())
    return nearest if away[nearest] <= radius else None


def section_at(view: View, scene: Scene, px: tuple[float, float], radius: float = 12.0) -> tuple[int, float] | None:
    """Section under a point of the screen and how far along it.

    Args:
        view: where and how large.
        scene: the ruler.
        px: point of the screen.
        radius: how far beside the middle line it may be, px; a wide section counts over all its width.

    Returns:
        The number of the section and the distance from its inner end, m; None when there is none. Of
        equally near ones the one that lies on top counts.
    """
    if len(scene.inner) == 0 or not view.rect.collidepoint(px):
        return None
    point = view.to_world(px)
    reach = scene.outer - scene.inner
    length = np.hypot(*reach.T)
    along = np.clip(((point - scene.inner) * reach).sum(axis=1) / np.maximum(length**2, 1e-18), 0.0, 1.0)
    away = np.hypot(*(scene.inner + along[:, None] * reach - point).T) * view.px_per_m
    half = 0.5 * section_width(view, scene, 1.0)
    # All points on the wood count alike; the upper sections (even numbers) win over the lower ones.
    order = np.maximum(away, half) + np.where(np.arange(len(away)) % 2 == 0, 0.0, 0.25)
    order = np.where(np.isfinite(away) & (away <= max(radius, half)), order, np.inf)
    best = int(order.argmin())
    return (best, float(along[best] * length[best])) if math.isfinite(order[best]) else None
