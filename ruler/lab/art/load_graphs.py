"""The load of each layer as bars, and the load curve with earlier ones as ghosts."""

import math
from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import ArrayLike, NDArray

from ruler.analysis.loads import load_curve
from ruler.lab.art.axes import (
    Frame,
    Tick,
    draw_cursor,
    draw_empty,
    draw_frozen,
    draw_ground,
    frame,
    hovered,
    nice_step,
    thinned,
)
from ruler.lab.art.sprites import Point, darker, draw_card, draw_dashed, draw_disc, draw_lines
from ruler.lab.art.theme import (
    ACCENT,
    GHOSTS,
    INK,
    MUTED,
    PANEL,
    PANEL_RAISED,
    SMALL,
    Colour,
    draw_text,
    load_colours,
    shortened,
    text_size,
)

Floats = NDArray[np.float64]
Ghost = tuple[str, ArrayLike, ArrayLike]

DASHES = ((7.0, 4.0), (3.0, 3.0), (11.0, 4.0), (2.0, 4.0), (5.0, 2.0))
MOST_GHOSTS = 5
TIGHT = 5.0  # px per layer
FARTHEST = 5.0  # shares beyond this many times the whole are drawn at the edge


def _shares(shares: ArrayLike | None) -> Floats | None:
    """The shares, or None when there are none that can be drawn."""
    if shares is None:
        return None
    values = np.asarray(shares, dtype=np.float64).ravel()
    return np.clip(values, -FARTHEST, FARTHEST) if len(values) and np.isfinite(values).all() else None


def layer_ticks(count: int, gap: float, scale: float) -> list[Tick]:
    """Layer numbers that fit when neighbours are `gap` px apart: the first, round ones, the last."""
    needed = text_size(str(count), SMALL, scale)[0] + 6 * scale
    step = thinned(count, gap, needed)
    ticks = [(float(layer), str(layer)) for layer in range(1, count + 1) if step == 1 or layer % step == 0]
    if step > 1 and (not ticks or (ticks[0][0] > 1 and (ticks[0][0] - 1) * gap >= needed)):
        ticks.insert(0, (1.0, "1"))
    return ticks


def _percent_ticks(low: float, high: float, height: float, scale: float) -> list[Tick]:
    step = nice_step(high - low, max(2, int(height / (24 * scale))))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(number * step, f"{100 * number * step:.0f} %") for number in range(first, last + 1)]


def draw_load_bars(
    surface: pygame.Surface,
    rect: pygame.Rect,
    shares: ArrayLike | None,
    *,
    scale: float = 1.0,
    cursor: Point | None = None,
    frozen: bool = False,
    count: int = 0,
) -> None:
    """Draw the load share of each layer as a bar, coloured as at the hinges, with a line at the even share.

    Args:
        surface: drawn on.
        rect: where, px; filled entirely.
        shares: load shares from the input layer, sum 1; None while nothing has opened.
        scale: UI scale.
        cursor: the mouse, px; its bar is read out.
        frozen: whether to mark the graph as frozen.
        count: number of layers while `shares` is None.
    """
    values = _shares(shares)
    layers = len(values) if values is not None else max(1, count)
    most = float(values.max()) if values is not None else 0.0
    least = float(values.min()) if values is not None else 0.0
    step = nice_step(max(most, 2.0 / layers), 4)
    top = step * math.ceil(max(most * 1.02, 2.0 / layers) / step - 1e-9)
    bottom = -step * math.ceil(-least / step - 1e-9) if least < -1e-3 else 0.0
    place = frame(rect, (0.5, layers + 0.5), (bottom, top), scale, right=40.0)
    if place is None:
        pygame.draw.rect(surface, PANEL, rect)
        return
    clip = surface.get_clip()
    surface.set_clip(rect.clip(clip))
    gap = place.plot.width / layers
    ticks = layer_ticks(layers, gap, scale)
    y_ticks = _percent_ticks(bottom, top, place.plot.height, scale)
    draw_ground(surface, place, scale, "Load per layer", "share", ticks, y_ticks, "layer")
    if values is None:
        draw_empty(surface, place, "nothing opened yet", scale)
    else:
        _draw_bars(surface, place, values, scale)
    _draw_even(surface, place, 1.0 / layers, scale)
    if values is not None and cursor is not None and hovered(place, cursor):
        layer = min(layers, max(1, round(place.value_at(cursor[0]))))
        rows: list[tuple[str, Colour]] = [(f"layer {layer}", INK), (f"{100 * values[layer - 1]:.1f} %", INK)]
        rows.append((f"{values[layer - 1] * layers:.2f} \u00d7 even", MUTED))
        draw_cursor(surface, place, place.px(layer), rows, scale)
    if frozen:
        draw_frozen(surface, place, scale)
    surface.set_clip(clip)


def _draw_bars(surface: pygame.Surface, place: Frame, values: Floats, scale: float) -> None:
    gap = place.plot.width / len(values)
    width = max(1, round(gap * 0.74))
    zero = round(place.py(0.0)) + 1
    corner = min(round(3 * scale), width // 4)
    colours = load_colours(values, len(values))
    for number, (value, colour) in enumerate(zip(values.tolist(), colours, strict=True)):
        left = round(place.plot.x + (number + 0.5) * gap - 0.5 * width)
        if gap <= TIGHT:  # too narrow for gaps: each bar reaches to the next
            left = round(place.plot.x + number * gap)
            width = max(1, round(place.plot.x + (number + 1) * gap) - left)
        end = round(place.py(value))
        top, height = (end, zero - end) if end < zero else (zero, end - zero)
        if height <= 0:
            continue
        box = pygame.Rect(left, top, width, height)
        round_at = {"border_top_left_radius": corner, "border_top_right_radius": corner} if height > corner else {}
        edge = darker(colour, 0.3)
        pygame.draw.rect(surface, edge if gap > TIGHT else colour, box, **round_at)
        if gap > TIGHT and height > 2:
            thin = max(1, round(scale))
            pygame.draw.rect(surface, colour, box.inflate(-2 * thin, -2 * thin), **round_at)


def _draw_even(surface: pygame.Surface, place: Frame, even: float, scale: float) -> None:
    y = place.py(even)
    ends = [(float(place.plot.x), y), (float(place.plot.right - 1), y)]
    draw_lines(surface, PANEL_RAISED, ends, 3.0 * scale)  # so that it shows on dark bars
    draw_dashed(surface, INK, ends, 6 * scale, 4 * scale, max(1.0, 1.2 * scale))
    at = (place.plot.right + round(5 * scale), y)
    draw_text(surface, "even", at, size=SMALL, scale=scale, colour=INK, anchor="midleft")


def draw_load_curve(
    surface: pygame.Surface,
    rect: pygame.Rect,
    shares: ArrayLike | None,
    ghosts: Sequence[Ghost] = (),
    *,
    scale: float = 1.0,
    cursor: Point | None = None,
    frozen: bool = False,
) -> None:
    """Draw the load curve, from 1 before the first layer to 0 after the last, over the straight line of an even load.

    Args:
        surface: drawn on.
        rect: where, px; filled entirely.
        shares: load shares from the input layer, sum 1; None while nothing has opened.
        ghosts: other curves, dashed: label, depth (0 to 1) and load curve (1 to 0).
        scale: UI scale.
        cursor: the mouse, px; its depth is read out.
        frozen: whether to mark the graph as frozen.
    """
    values = _shares(shares)
    curve = load_curve(values) if values is not None else None
    others = _drawable(ghosts)
    low, high = _curve_range(curve, others)
    layers = len(values) if values is not None else 1
    place = frame(rect, (0.0, float(layers)), (low, high), scale)
    if place is None:
        pygame.draw.rect(surface, PANEL, rect)
        return
    clip = surface.get_clip()
    surface.set_clip(rect.clip(clip))
    step = nice_step(high - low, max(2, int(place.plot.height / (26 * scale))))
    y_ticks = [(n * step, f"{n * step:g}") for n in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    gap = place.plot.width / layers
    x_ticks = [(0.0, "0"), *layer_ticks(layers, gap, scale)] if values is not None else []
    draw_ground(surface, place, scale, "Load curve", "load left to carry", x_ticks, y_ticks, "layer")
    surface.set_clip(place.plot.inflate(round(12 * scale), round(12 * scale)).clip(rect).clip(clip))
    even = [(place.px(0.0), place.py(1.0)), (place.px(layers), place.py(0.0))]
    draw_dashed(surface, MUTED, even, 2 * scale, 4 * scale, max(1.0, 1.2 * scale))
    for number, (_, depth, heights) in enumerate(others):
        points = _points(place, depth * layers, heights)
        on, off = DASHES[number]
        draw_dashed(surface, GHOSTS[number], points, on * scale, off * scale, 1.6 * scale)
    if curve is not None and values is not None:
        _draw_curve(surface, place, curve, values, scale)
    surface.set_clip(rect.clip(clip))
    if curve is None:
        draw_empty(surface, place, "nothing opened yet", scale, 0.68)
    _draw_names(surface, place, curve, others, scale)
    if cursor is not None and hovered(place, cursor):
        _read_curve(surface, place, cursor, curve, others, scale)
    if frozen:
        draw_frozen(surface, place, scale)
    surface.set_clip(clip)


def _drawable(ghosts: Sequence[Ghost]) -> list[tuple[str, Floats, Floats]]:
    good = []
    for label, depth, heights in ghosts:
        along, curve = np.asarray(depth, dtype=np.float64).ravel(), np.asarray(heights, dtype=np.float64).ravel()
        if len(along) == len(curve) > 1 and np.isfinite(along).all() and np.isfinite(curve).all():
            good.append((label, along, np.clip(curve, -FARTHEST, FARTHEST)))
    return good[:MOST_GHOSTS]


def _curve_range(curve: Floats | None, others: list[tuple[str, Floats, Floats]]) -> tuple[float, float]:
    curves = [heights for _, _, heights in others] + ([curve] if curve is not None else [])
    low = min((float(heights.min()) for heights in curves), default=0.0)
    high = max((float(heights.max()) for heights in curves), default=1.0)
    quarter = 4.0
    return min(0.0, math.floor(low * quarter + 0.08) / quarter), max(1.0, math.ceil(high * quarter - 0.08) / quarter)


def _points(place: Frame, along: Floats, heights: Floats) -> list[Point]:
    return [(place.px(x), place.py(y)) for x, y in zip(along.tolist(), heights.tolist(), strict=True)]


def _draw_curve(surface: pygame.Surface, place: Frame, curve: Floats, values: Floats, scale: float) -> None:
    points = _points(place, np.arange(len(curve), dtype=np.float64), curve)
    draw_lines(surface, ACCENT, points, 2.2 * scale)
    radius = min(3.6 * scale, 0.3 * place.plot.width / len(values))
    if radius < 1.6:
        return
    for point, colour in zip(points[1:], load_colours(values, len(values)), strict=True):
        draw_disc(surface, point, radius, colour, 0.0, darker(colour, 0.5))


def _draw_names(
    surface: pygame.Surface,
    place: Frame,
    curve: Floats | None,
    others: list[tuple[str, Floats, Floats]],
    scale: float,
) -> None:
    """Which line is which, in the corner that the curve leaves free."""
    names: list[tuple[str, Colour, tuple[float, float] | None]] = []
    if curve is not None:
        names.append(("this ruler", ACCENT, None))
    names += [(label, GHOSTS[number], DASHES[number]) for number, (label, _, _) in enumerate(others)]
    if not names or not others:
        names.append(("even", MUTED, (2.0, 4.0)))
    line = text_size("0", SMALL, scale)[1]
    stroke, pad = round(22 * scale), round(5 * scale)
    room = 0.62 * place.plot.width - stroke - 3 * pad
    texts = [shortened(label, room, SMALL, scale) for label, _, _ in names]
    wide = max(text_size(text, SMALL, scale)[0] for text in texts)
    box = pygame.Rect(0, 0, wide + stroke + 3 * pad, line * len(names) + pad)
    if box.height > 0.8 * place.plot.height:
        return
    heights = [curve] if curve is not None else [ghost for _, _, ghost in others]
    if not heights or float(np.mean([height.mean() for height in heights])) > 0.5:
        box.bottomleft = (place.plot.x + pad, place.plot.bottom - pad)
    else:
        box.topright = (place.plot.right - pad, place.plot.y + pad)
    draw_card(surface, box, scale, PANEL_RAISED, 0.85)
    for number, ((_, colour, dash), text) in enumerate(zip(names, texts, strict=True)):
        y = box.y + pad // 2 + (number + 0.5) * line
        ends = [(float(box.x + pad), y), (float(box.x + pad + stroke), y)]
        if dash is None:
            draw_lines(surface, colour, ends, 2.2 * scale)
        else:
            draw_dashed(surface, colour, ends, dash[0] * scale, dash[1] * scale, 1.6 * scale)
        at = (box.x + 2 * pad + stroke, y)
        draw_text(surface, text, at, size=SMALL, scale=scale, colour=colour, anchor="midleft")


def _read_curve(
    surface: pygame.Surface,
    place: Frame,
    cursor: Point,
    curve: Floats | None,
    others: list[tuple[str, Floats, Floats]],
    scale: float,
) -> None:
    layers = place.x[1]
    if curve is None:
        depth = place.value_at(cursor[0]) / layers
        rows: list[tuple[str, Colour]] = [(f"depth {100 * depth:.0f} %", INK)]
    else:
        layer = min(len(curve) - 1, max(0, round(place.value_at(cursor[0]))))
        depth = layer / layers
        rows = [(f"after layer {layer}" if layer else "before layer 1", INK), (f"{curve[layer]:.3f} left", ACCENT)]
    for number, (label, along, heights) in enumerate(others):
        value = float(np.interp(depth, along, heights))
        rows.append((f"{value:.3f}  {shortened(label, 110 * scale, SMALL, scale)}", GHOSTS[number]))
    if len(others) == 0:
        rows.append((f"{1 - depth:.3f} if even", MUTED))
    draw_cursor(surface, place, place.px(depth * layers), rows, scale)
