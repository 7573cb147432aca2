"""The load of each layer as bars, and the load curve with earlier ones as ghosts."""

import math
from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import ArrayLike

from ruler.analysis.loads import load_curve
from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.plot import Ghost, Graph, PlotArea, Shown
from ruler.lab.art.sprites import Point, darker, draw_dashed, draw_disc, draw_lines
from ruler.lab.art.ticks import Tick, nice_step, thinned, ticks_at

DASHES = ((7.0, 4.0), (3.0, 3.0), (11.0, 4.0), (2.0, 4.0), (5.0, 2.0))
MOST_GHOSTS = 5
NOTHING = "nothing opened yet"
TIGHT = 5.0  # px per layer
FARTHEST = 5.0  # shares beyond this many times the whole are drawn at the edge


def _clipped(given: ArrayLike | None) -> Floats | None:
    """Shares or a curve, or None when there are none that can be drawn."""
    values = np.asarray(() if given is None else given, dtype=np.float64).ravel()
    return np.clip(values, -FARTHEST, FARTHEST) if len(values) and np.isfinite(values).all() else None


def layer_ticks(count: int, gap: float, scale: float) -> list[Tick]:
    """Layer numbers that fit when neighbours are `gap` px apart: the first, round ones, the last."""
    needed = theme.text_size(str(count), theme.SMALL, scale)[0] + 6 * scale
    step = thinned(count, gap, needed)
    ticks = [(float(layer), str(layer)) for layer in range(1, count + 1) if step == 1 or layer % step == 0]
    if step > 1 and (not ticks or (ticks[0][0] > 1 and (ticks[0][0] - 1) * gap >= needed)):
        ticks.insert(0, (1.0, "1"))
    return ticks


@Graph("bars", "Load per layer", "share", "layer", width=320, right=40.0)
def load_bars(area: PlotArea, shown: Shown) -> None:
    """The load share of each layer as a bar, coloured as at the hinges, with a line at the even share."""
    values, height, scale = _clipped(shown.shares), area.plot.height, area.canvas.scale
    layers = len(values) if values is not None else max(1, shown.history.hinges)
    most, least = (float(values.max()), float(values.min())) if values is not None else (0.0, 0.0)
    step = nice_step(max(most, 2.0 / layers), 4)
    top = step * math.ceil(max(most * 1.02, 2.0 / layers) / step - 1e-9)
    bottom = -step * math.ceil(-least / step - 1e-9) if least < -1e-3 else 0.0
    between = nice_step(top - bottom, max(2, int(height / (24 * scale))))
    percents = ticks_at(between, bottom, top, lambda share: f"{100 * share:.0f} %")
    x_ticks = layer_ticks(layers, area.plot.width / layers, scale)
    area = area.backdrop((0.5, layers + 0.5), (bottom, top), x_ticks, percents)
    if values is None:
        area.say_empty(NOTHING)
    else:
        _draw_bars(area, values)
    _draw_even(area, 1.0 / layers)
    if values is not None and area.cursor is not None:
        layer = min(layers, max(1, round(area.value_at(area.cursor[0]))))
        share = values[layer - 1]
        rows = [
            (f"layer {layer}", theme.INK),
            (f"{100 * share:.1f} %", theme.INK),
            (f"{share * layers:.2f} \u00d7 even", theme.MUTED),
        ]
        area.read_out(layer, rows)


def _draw_bars(area: PlotArea, values: Floats) -> None:
    surface, scale, left_edge = area.canvas.surface, area.canvas.scale, area.plot.x
    gap = area.plot.width / len(values)
    width = max(1, round(gap * 0.74))
    zero = round(area.py(0.0)) + 1
    corner = min(round(3 * scale), width // 4)
    colours = theme.load_colours(values, len(values))
    for number, (value, colour) in enumerate(zip(values.tolist(), colours, strict=True)):
        left = round(left_edge + (number + 0.5) * gap - 0.5 * width)
        if gap <= TIGHT:  # too narrow for gaps: each bar reaches to the next
            left = round(left_edge + number * gap)
            width = max(1, round(left_edge + (number + 1) * gap) - left)
        end = round(area.py(value))
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


def _draw_even(area: PlotArea, even: float) -> None:
    surface, scale, y = area.canvas.surface, area.canvas.scale, area.py(even)
    ends = [(float(area.plot.x), y), (float(area.plot.right - 1), y)]
    draw_lines(surface, theme.PANEL_RAISED, ends, 3.0 * scale)  # so that it shows on dark bars
    draw_dashed(surface, theme.INK, ends, 6 * scale, 4 * scale, max(1.0, 1.2 * scale))
    area.canvas.text("even", (area.plot.right + area.canvas.px(5), y), anchor="midleft")


@Graph("curve", "Load curve", "load left to carry", "layer", place="side")
def load_curves(area: PlotArea, shown: Shown) -> None:
    """The load curve, from 1 before the first layer to 0 after the last, over an even load's; ghosts are dashed."""
    canvas, scale = area.canvas, area.canvas.scale
    values, others = _clipped(shown.shares), _drawable(shown.ghosts)
    curve = load_curve(values) if values is not None else None
    low, high = _curve_range(curve, others)
    layers = len(values) if values is not None else 1
    step = nice_step(high - low, max(2, int(area.plot.height / (26 * scale))))
    y_ticks = ticks_at(step, low, high, lambda left: f"{left:g}")
    x_ticks = [(0.0, "0"), *layer_ticks(layers, area.plot.width / layers, scale)] if values is not None else []
    area = area.backdrop((0.0, float(layers)), (low, high), x_ticks, y_ticks)
    with canvas.clipped(area.plot.inflate(canvas.px(12), canvas.px(12))):
        even = [(area.px(0.0), area.py(1.0)), (area.px(layers), area.py(0.0))]
        draw_dashed(canvas.surface, theme.MUTED, even, 2 * scale, 4 * scale, max(1.0, 1.2 * scale))
        for (on, off), colour, (_, heights) in zip(DASHES, theme.GHOSTS, others, strict=False):
            points = _points(area, layers, heights)
            draw_dashed(canvas.surface, colour, points, on * scale, off * scale, 1.6 * scale)
        if curve is not None and values is not None:
            _draw_curve(area, curve, values)
    if curve is None:
        area.say_empty(NOTHING, 0.68)
    _draw_names(area, curve, others)
    if area.cursor is not None:
        _read_curve(area, area.cursor, curve, others)


def _drawable(ghosts: Sequence[Ghost]) -> list[Ghost]:
    curves = ((label, _clipped(curve)) for label, curve in ghosts)
    return [(label, curve) for label, curve in curves if curve is not None and len(curve) > 1][:MOST_GHOSTS]


def _curve_range(curve: Floats | None, others: list[Ghost]) -> tuple[float, float]:
    curves = [heights for _, heights in others] + ([curve] if curve is not None else [])
    low = min((float(heights.min()) for heights in curves), default=0.0)
    high = max((float(heights.max()) for heights in curves), default=1.0)
    return min(0.0, math.floor(4.0 * low + 0.08) / 4.0), max(1.0, math.ceil(4.0 * high - 0.08) / 4.0)


def _points(area: PlotArea, layers: int, heights: Floats) -> list[Point]:
    along = np.linspace(0.0, layers, len(heights)).tolist()
    return [(area.px(x), area.py(y)) for x, y in zip(along, heights.tolist(), strict=True)]


def _draw_curve(area: PlotArea, curve: Floats, values: Floats) -> None:
    surface, scale = area.canvas.surface, area.canvas.scale
    points = _points(area, len(values), curve)
    draw_lines(surface, theme.ACCENT, points, 2.2 * scale)
    radius = min(3.6 * scale, 0.3 * area.plot.width / len(values))
    if radius < 1.6:
        return
    for point, colour in zip(points[1:], theme.load_colours(values, len(values)), strict=True):
        draw_disc(surface, point, radius, colour, 0.0, darker(colour, 0.5))


def _draw_names(area: PlotArea, curve: Floats | None, others: list[Ghost]) -> None:
    """Which line is which, in the corner that the curve leaves free."""
    canvas, scale, plot = area.canvas, area.canvas.scale, area.plot
    names: list[tuple[str, theme.Colour, tuple[float, float] | None]] = []
    if curve is not None:
        names.append(("this ruler", theme.ACCENT, None))
    names += [(label, theme.GHOSTS[number], DASHES[number]) for number, (label, _) in enumerate(others)]
    if not others:
        names.append(("even", theme.MUTED, (2.0, 4.0)))
    line = theme.text_size("0", theme.SMALL, scale)[1]
    stroke, pad = canvas.px(22), canvas.px(5)
    texts = [theme.shortened(label, 0.62 * plot.width - stroke - 3 * pad, theme.SMALL, scale) for label, _, _ in names]
    wide = max(theme.text_size(text, theme.SMALL, scale)[0] for text in texts)
    box = pygame.Rect(0, 0, wide + stroke + 3 * pad, line * len(names) + pad)
    if box.height > 0.8 * plot.height:
        return
    heights = [curve] if curve is not None else [ghost for _, ghost in others]
    if not heights or float(np.mean([height.mean() for height in heights])) > 0.5:
        box.bottomleft = (plot.x + pad, plot.bottom - pad)
    else:
        box.topright = (plot.right - pad, plot.y + pad)
    canvas.card(box, theme.PANEL_RAISED, 0.85)
    for number, ((_, colour, dash), text) in enumerate(zip(names, texts, strict=True)):
        y = box.y + pad // 2 + (number + 0.5) * line
        ends = [(float(box.x + pad), y), (float(box.x + pad + stroke), y)]
        if dash is None:
            draw_lines(canvas.surface, colour, ends, 2.2 * scale)
        else:
            draw_dashed(canvas.surface, colour, ends, dash[0] * scale, dash[1] * scale, 1.6 * scale)
        canvas.text(text, (box.x + 2 * pad + stroke, y), colour=colour, anchor="midleft")


def _read_curve(area: PlotArea, cursor: Point, curve: Floats | None, others: list[Ghost]) -> None:
    layers, scale = area.x[1], area.canvas.scale
    if curve is None:
        depth = area.value_at(cursor[0]) / layers
        rows: list[tuple[str, theme.Colour]] = [(f"depth {100 * depth:.0f} %", theme.INK)]
    else:
        layer = min(len(curve) - 1, max(0, round(area.value_at(cursor[0]))))
        depth = layer / layers
        rows = [
            (f"after layer {layer}" if layer else "before layer 1", theme.INK),
            (f"{curve[layer]:.3f} left", theme.ACCENT),
        ]
    for number, (label, heights) in enumerate(others):
        value = float(np.interp(depth, np.linspace(0.0, 1.0, len(heights)), heights))
        rows.append((f"{value:.3f}  {theme.shortened(label, 110 * scale, theme.SMALL, scale)}", theme.GHOSTS[number]))
    if len(others) == 0:
        rows.append((f"{1 - depth:.3f} if even", theme.MUTED))
    area.read_out(depth * layers, rows)
