"""The load of each layer as bars, and the load curve with earlier ones as ghosts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pygame
from numpy.typing import ArrayLike

from ruler.analysis.loads import load_curve
from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.plot import NOTHING, Ghost, Graph, PlotArea, Shown, plot_area
from ruler.lab.art.sprites import Point, darker, draw_dashed, draw_disc, draw_lines
from ruler.lab.art.ticks import Tick, nice_step, thinned, ticks_at, written
from ruler.lab.i18n import N_, _

DASHES = ((7.0, 4.0), (3.0, 3.0), (11.0, 4.0), (2.0, 4.0), (5.0, 2.0))
EVEN = (2.0, 4.0)
STROKE = 22.0  # px at scale 1, of a line in the legend
NO_STROKE = (0.0, 0.0)  # the dash of the second line of a name
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


def _room_for_even(_shown: Shown) -> float:
    return theme.text_size(_("even"), theme.SMALL, 1.0)[0] + 10.0


@Graph(
    "bars",
    N_("Load per layer"),
    N_("share"),
    N_("layer"),
    width=320,
    right=_room_for_even,
    about=N_(
        "Load share of a layer: what its hinge has opened by, as a part of what all have. No unit, 0 to 1 (100 %), all "
        "together 1; below 0 a hinge has shut. In a network: what the layer adds to the separation of the classes."
    ),
)
def load_bars(area: PlotArea, shown: Shown) -> None:
    """The load share of each layer as a bar, coloured as at the hinges, with a line at the even share."""
    values, height, scale = _clipped(shown.shares), area.plot.height, area.canvas.scale
    layers = len(values) if values is not None else max(1, shown.history.hinges)
    most, least = (float(values.max()), float(values.min())) if values is not None else (0.0, 0.0)
    step = nice_step(max(most, 2.0 / layers), 4)
    top = step * math.ceil(max(most * 1.02, 2.0 / layers) / step - 1e-9)
    bottom = -step * math.ceil(-least / step - 1e-9) if least < -1e-3 else 0.0
    between = nice_step(top - bottom, max(2, int(height / (24 * scale))))
    percents = ticks_at(between, bottom, top, written(between, " %", 100.0))
    area = area.beside(percents)
    x_ticks = layer_ticks(layers, area.plot.width / layers, scale)
    area = area.backdrop((0.5, layers + 0.5), (bottom, top), x_ticks, percents)
    if values is None:
        area.say_empty(_(NOTHING))
    else:
        _draw_bars(area, values)
    _draw_even(area, 1.0 / layers)
    if values is not None and area.cursor is not None:
        layer = min(layers, max(1, round(area.value_at(area.cursor[0]))))
        share = values[layer - 1]
        rows = [
            (_("layer {number}").format(number=layer), theme.INK),
            (f"{100 * share:.1f} %", theme.INK),
            (_("{times} \u00d7 even").format(times=f"{share * layers:.2f}"), theme.MUTED),
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
    area.canvas.text(_("even"), (area.plot.right + area.canvas.px(5), y), anchor="midleft")


@dataclass(frozen=True)
class _Arranged:
    """The curves' place and axes, and what is drawn there."""

    area: PlotArea
    legend: "_Legend"
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    values: Floats | None
    curve: Floats | None
    others: list[Ghost]


def _arranged(area: PlotArea, shown: Shown) -> _Arranged:
    scale = area.canvas.scale
    values, others = _clipped(shown.shares), _drawable(shown.ghosts)
    curve = load_curve(values) if values is not None else None
    legend = _legend(area, curve is not None, others)
    area = area.within(top=legend.height)
    low, high = _curve_range(curve, others)
    layers = len(values) if values is not None else max(1, shown.history.hinges)
    step = nice_step(high - low, max(2, int(area.plot.height / (26 * scale))))
    y_ticks = ticks_at(step, low, high, written(step))
    area = replace(area.beside(y_ticks), x=(0.0, float(layers)), y=(low, high))
    x_ticks = [(0.0, "0"), *layer_ticks(layers, area.plot.width / layers, scale)]
    return _Arranged(area, legend, x_ticks, y_ticks, values, curve, others)


def curve_area(canvas: Canvas, rect: pygame.Rect, shown: Shown) -> PlotArea | None:
    """Where the curves are when the graph is drawn into a rectangle; x is the layer. None without room for them."""
    area = plot_area(canvas, rect, load_curves, shown)
    return None if area is None else _arranged(area, shown).area


@Graph(
    "curve",
    N_("Load curve"),
    N_("load left to carry"),
    N_("layer"),
    place="side",
    about=N_(
        "Load curve: the load that is left after each layer. No unit, from 1 at the input to 0 at the output; "
        "straight when every layer does its share, above the even line when the last layers do the work, "
        "below when the first do."
    ),
)
def load_curves(area: PlotArea, shown: Shown) -> None:
    """The load curve, from 1 before the first layer to 0 after the last, over an even load's; ghosts are dashed."""
    found = _arranged(area, shown)
    canvas, scale, layers = area.canvas, area.canvas.scale, round(found.area.x[1])
    values, curve, others = found.values, found.curve, found.others
    area = found.area.backdrop(found.area.x, found.area.y, found.x_ticks, found.y_ticks)
    with canvas.clipped(area.plot.inflate(canvas.px(12), canvas.px(12))):
        even = [(area.px(0.0), area.py(1.0)), (area.px(layers), area.py(0.0))]
        draw_dashed(canvas.surface, theme.MUTED, even, EVEN[0] * scale, EVEN[1] * scale, max(1.0, 1.2 * scale))
        for ghost in others:
            colour, (on, off) = look(ghost.style)
            points = _points(area, layers, ghost.curve)
            draw_dashed(canvas.surface, colour, points, on * scale, off * scale, 1.6 * scale)
        if curve is not None and values is not None:
            _draw_curve(area, curve, values)
    if curve is None and shown.empty:
        area.say_empty(_(shown.empty), 0.68)
    found.legend.draw(canvas)
    if area.cursor is not None:
        _read_curve(area, area.cursor, curve, others)


def look(style: int) -> tuple[theme.Colour, tuple[float, float]]:
    """Colour and dash of a ghost."""
    return theme.GHOSTS[style % len(theme.GHOSTS)], DASHES[style % len(DASHES)]


def _drawable(ghosts: Sequence[Ghost]) -> list[Ghost]:
    curves = ((ghost, _clipped(ghost.curve)) for ghost in ghosts)
    return [ghost._replace(curve=curve) for ghost, curve in curves if curve is not None and len(curve) > 1]


def _curve_range(curve: Floats | None, others: list[Ghost]) -> tuple[float, float]:
    curves = [ghost.curve for ghost in others] + ([curve] if curve is not None else [])
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


@dataclass(frozen=True)
class _Legend:
    """Which line is which, above the plot; each entry is where it begins, px, what it says, colour and dash."""

    height: int
    entries: tuple[tuple[Point, str, theme.Colour, tuple[float, float] | None], ...] = ()

    def draw(self, canvas: Canvas) -> None:
        """Draw strokes and names."""
        scale, stroke = canvas.scale, canvas.px(STROKE)
        for (x, y), text, colour, dash in self.entries:
            ends = [(x, y), (x + stroke, y)]
            if dash is None:
                draw_lines(canvas.surface, colour, ends, 2.2 * scale)
            elif dash != NO_STROKE:
                draw_dashed(canvas.surface, colour, ends, dash[0] * scale, dash[1] * scale, 1.6 * scale)
            canvas.text(text, (x + stroke + canvas.px(5), y), colour=colour, anchor="midleft")


def _legend(area: PlotArea, own: bool, others: list[Ghost]) -> _Legend:
    """The legend, in as many lines as the names need; none where it would leave too little of the plot."""
    canvas, scale = area.canvas, area.canvas.scale
    names: list[tuple[str, theme.Colour, tuple[float, float] | None]] = []
    if own:
        names.append((_("this ruler"), theme.ACCENT, None))
    names.append((_("even"), theme.MUTED, EVEN))
    names += [(ghost.name, *look(ghost.style)) for ghost in others]
    line, before = theme.text_size("0", theme.SMALL, scale)[1], canvas.px(STROKE + 5)
    left, right = area.rect.x + canvas.px(10), area.rect.right - canvas.px(8)
    entries: list[tuple[Point, str, theme.Colour, tuple[float, float] | None]] = []
    x, row = float(left), 0
    for name, colour, dash in names:
        parts = theme.wrapped(name, right - left - before, theme.SMALL, scale)
        wide = before + theme.text_size(parts[0], theme.SMALL, scale)[0]
        if x > left and x + wide > right:
            x, row = float(left), row + 1
        for number, part in enumerate(parts):
            if number:
                x, row = float(left), row + 1
            at = (x, area.plot.y + (row + 0.5) * line - canvas.px(2))
            entries.append((at, part, colour, NO_STROKE if number else dash))
        x += before + theme.text_size(parts[-1], theme.SMALL, scale)[0] + canvas.px(12)
    height = (row + 1) * line + canvas.px(9)
    return _Legend(height, tuple(entries)) if area.plot.height - height > 40 * scale else _Legend(0)


def _read_curve(area: PlotArea, cursor: Point, curve: Floats | None, others: list[Ghost]) -> None:
    layers, scale = area.x[1], area.canvas.scale
    if curve is None:
        depth = area.value_at(cursor[0]) / layers
        text = _("depth {percent} %").format(percent=f"{100 * depth:.0f}")
        rows: list[tuple[str, theme.Colour]] = [(text, theme.INK)]
    else:
        layer = min(len(curve) - 1, max(0, round(area.value_at(cursor[0]))))
        depth = layer / layers
        rows = [
            (_("after layer {number}").format(number=layer) if layer else _("before layer 1"), theme.INK),
            (_("{value} left").format(value=f"{curve[layer]:.3f}"), theme.ACCENT),
        ]
    for name, heights, style in others:
        value = float(np.interp(depth, np.linspace(0.0, 1.0, len(heights)), heights))
        rows.append((f"{value:.3f}  {theme.shortened(name, 160 * scale, theme.SMALL, scale)}", look(style)[0]))
    rows.append((_("{value} if even").format(value=f"{1 - depth:.3f}"), theme.MUTED))
    area.read_out(depth * layers, rows)
