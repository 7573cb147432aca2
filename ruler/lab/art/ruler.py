"""The ruler as it lies on the table, and finding its parts under the mouse.

From below to above: wedges, the sections that lie lower, those that lie higher (every other one, as
in a real folding ruler), rivets, overlays, hands, numbers, legends.
"""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.forces import draw_friction, draw_tension, draw_trace
from ruler.lab.art.holders import draw_holders, draw_table_shaking
from ruler.lab.art.labels import draw_ends, draw_layer_numbers, draw_legend, keep_tip_free
from ruler.lab.art.level import draw_level
from ruler.lab.art.placed import Placed, place, section_width
from ruler.lab.art.sprites import Point, darker, draw_disc, draw_lines, draw_polygon, draw_rivet
from ruler.lab.art.theme import load_levels, load_palette
from ruler.lab.art.view import View
from ruler.lab.art.wood import draw_section, draw_shadow
from ruler.lab.scene import Options, Scene

WEDGE = 0.40  # of a section's length
HEADS = (0.45, 1.9)  # smallest and biggest head of a rivet, where the hinges differ, times the usual one


def draw_ruler(canvas: Canvas, view: View, scene: Scene, options: Options) -> None:
    """Draw the ruler and all that belongs to it, within the view's rectangle.

    Args:
        canvas: drawn on.
        view: where and how large.
        scene: what there is.
        options: what is drawn besides.
    """
    with canvas.clipped(view.rect) as seen:
        placed = place(canvas, view, scene)
        if placed is not None and seen.width > 0 and seen.height > 0:
            _draw_all(placed, options)


def _draw_all(placed: Placed, options: Options) -> None:
    scene = placed.scene
    levels = load_levels(scene.share, len(scene.opening))
    if options.trace and scene.trace is not None:
        draw_trace(placed.canvas, placed.view, scene.trace)
    _draw_wedges(placed, levels)
    _draw_sections(placed)
    _draw_hinges(placed, levels, options)
    if options.friction and scene.snapshot is not None:
        draw_friction(placed, scene.snapshot.friction)
    if options.tension and scene.snapshot is not None:
        draw_tension(placed, scene.snapshot.tension)
    keep_tip_free(placed)
    draw_holders(placed)
    if scene.tilt:
        draw_level(placed)
    if scene.table_shaking:
        draw_table_shaking(placed)
    draw_legend(placed)
    if options.layers:
        draw_ends(placed, options.deep)
        draw_layer_numbers(placed, options)


def _draw_wedges(placed: Placed, levels: list[int]) -> None:
    """A slice at each hinge as wide as it is open, in the colour of its load."""
    surface, radius = placed.canvas.surface, WEDGE * placed.length
    if radius < 2.0:
        return
    palette = load_palette()
    near = surface.get_clip().inflate(2 * radius, 2 * radius)
    for at, (first, swept), level in zip(placed.hinges, placed.wedges(), levels, strict=True):
        if not near.collidepoint(at):
            continue
        rim = slice_rim(at, radius, first, swept)
        colour = palette[level]
        draw_polygon(surface, colour, [at, *rim])
        draw_lines(surface, darker(colour, 0.3), rim, max(1.0, 1.4 * placed.canvas.scale))


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


def _draw_sections(placed: Placed) -> None:
    lift = max(1.0, 0.16 * placed.width)
    sections = list(zip(placed.inner, placed.outer, placed.start, strict=True))
    for layer in (1, 0):
        for inner, outer, _ in sections[layer::2]:
            draw_shadow(placed.canvas.surface, inner, outer, placed.width, lift * (1.0 if layer else 1.5))
        for inner, outer, start in sections[layer::2]:
            draw_section(placed.canvas, inner, outer, placed.width, start, placed.view.px_per_m)


def rivet_sizes(tightness: Floats | None, count: int) -> list[float]:
    """Size of each rivet's head, times the usual one: a tight hinge has a big one, a loose one a small one."""
    if tightness is None:
        return [1.0] * count
    sizes: list[float] = np.clip(tightness, *HEADS).tolist()
    return sizes


def _draw_hinges(placed: Placed, levels: list[int], options: Options) -> None:
    surface, scale, palette = placed.canvas.surface, placed.canvas.scale, load_palette()
    ring = min(max(0.50 * placed.width, 2.2 * scale), 40.0 * scale)
    brass = 0.62 * ring
    near = surface.get_clip().inflate(3 * ring, 3 * ring)
    heads = rivet_sizes(placed.scene.tightness, len(placed.hinges))
    for number, (at, head) in enumerate(zip(placed.hinges, heads, strict=True)):
        if not near.collidepoint(at):
            continue
        colour = palette[levels[number]]
        radius = max(ring, head * brass + 1.5 * scale)
        if number in (options.hovered, options.selected):
            draw_disc(surface, at, radius + 5.0 * scale, theme.WHITE, radius)
            draw_disc(surface, at, radius + 4.0 * scale, theme.ACCENT, radius + 1.0 * scale)
        draw_disc(surface, at, radius, colour, 0.0, darker(colour, 0.5))
        if brass > 2.0:
            draw_rivet(surface, at, head * brass)


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
