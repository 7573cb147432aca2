"""A quantity over time: the opening of every hinge, forces, energies.

Each pixel column stands for the same stretch of time, so what has been drawn stays right: a frame
draws only the columns that are new, into a kept picture, and shifts it when the window moves on.
"""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.history import Envelope, Series
from ruler.lab.art.labels import layer_number
from ruler.lab.art.plot import Graph, PlotArea, Shown, plot_area
from ruler.lab.art.quantities import QUANTITIES, Quantity
from ruler.lab.art.sprites import BLEND, Point, draw_disc
from ruler.lab.art.theme import SMALL, Colour, text_size
from ruler.lab.art.ticks import Tick, decimals, nice_step, ticks_at, written
from ruler.lab.art.traces import End, paint
from ruler.lab.i18n import N_, _

WINDOWS = (5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600)  # s
TIME_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900)  # s
LONG_STEPS = (1800, 3600)  # s
LEAST_WINDOW, MOST_WINDOW = 0.05, 7200.0  # s
KEPT = 4  # pictures per series


@dataclass
class _Drawn:
    """A picture of the lines in the columns `first` up to `done`, and where each line ends."""

    picture: pygame.Surface
    first: int
    done: int
    last: End | None


_pictures: WeakKeyDictionary[Series, dict[tuple[object, ...], _Drawn]] = WeakKeyDictionary()


def window_length(seconds: float) -> float:
    """The shortest round stretch of time that holds so many seconds."""
    for window in WINDOWS:
        if seconds <= window:
            return float(window)
    return 3600.0 * math.ceil(seconds / 3600.0)


def time_text(seconds: float, step: float = 1.0) -> str:
    """A time as written at an axis with ticks `step` s apart."""
    digits = decimals(step)
    if abs(seconds) < 59.99:
        return f"{round(seconds, max(3, digits)):g} s"
    tenths = round(seconds, digits)
    minutes, rest = divmod(tenths, 60)
    return f"{int(minutes)}:{rest:0{2 if digits == 0 else 3 + digits}.{digits}f}"


@dataclass(frozen=True)
class Stretch:
    """Which times the graph shows: columns from `first` on, each `width` s wide."""

    first: int
    width: float
    columns: int

    @property
    def ends(self) -> tuple[float, float]:
        """Times of the first and the last column, s."""
        return self.first * self.width, (self.first + self.columns - 1) * self.width


def stretch_shown(series: Series, length: float | None, end: float | None, columns: int) -> Stretch:
    """The stretch of time that the graph shows.

    Args:
        series: what is drawn.
        length: how long, s; None: all there is.
        end: where it ends, s; None: at the latest sample.
        columns: px across.
    """
    width = (length or window_length(series.last_time - series.first_time)) / columns
    begin = math.floor(series.first_time / width + 1e-9)
    last = math.floor((series.last_time if end is None else end) / width + 1e-9)
    return Stretch(max(begin, last - columns + 1), width, columns)


def zoomed(series: Series, stretch: Stretch, time: float, factor: float) -> tuple[float | None, float | None]:
    """Length and end, as `stretch_shown` takes them, when `factor` times as much is seen, `time` staying in place."""
    start, end = stretch.ends
    whole = window_length(series.last_time - series.first_time)
    length = min(max((end - start) * factor, LEAST_WINDOW), MOST_WINDOW)
    if length >= whole:
        return None, None
    end = time + (end - time) * length / (end - start)
    # What touched the latest sample goes on following it.
    return length, None if end >= series.last_time - stretch.width else max(end, series.first_time + length)


def _time_ticks(ends: tuple[float, float], width: float, scale: float) -> list[Tick]:
    least = (ends[1] - ends[0]) * 58 * scale / max(width, 1.0)
    steps = (*TIME_STEPS, *LONG_STEPS)
    step = next((step for step in steps if step >= least), 3600.0 * math.ceil(least / 3600.0))
    return ticks_at(step, *ends, lambda time: time_text(time, step))


def _value_axis(quantity: Quantity, series: Series, height: float, scale: float) -> tuple[float, float, list[Tick]]:
    """Smallest and largest value of the axis, and its ticks."""
    most = max(2, int(height / (22 * scale)))
    if quantity.range is not None:
        low, high = quantity.range
        step = next((step for step in (15.0, 30.0, 45.0, 90.0) if (high - low) / step <= most), 180.0)
        return low, high, ticks_at(step, low, high, written(step, quantity.unit))
    low, high = series.range or (0.0, 0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    step = nice_step(high - low, max(2, most - 1)) if high > low else 1.0
    low, high = step * math.floor(low / step + 1e-9), step * max(1.0, math.ceil(high / step - 1e-9))
    return low, high, ticks_at(step, low, high, written(step))


def _room_for_names(shown: Shown) -> float:
    quantity, hinges = QUANTITIES[shown.quantity], shown.history.hinges
    if quantity.lines:
        names = [_(line) for line in quantity.lines]
    else:
        names = [group_text([max(0, hinges - 2), max(1, hinges) - 1])]
    return max(text_size(name, SMALL, 1.0, bold=True)[0] for name in names) + 12.0


@dataclass(frozen=True)
class Arranged:
    """The graph's place and axes, and what it shows."""

    area: PlotArea
    quantity: Quantity
    series: Series
    stretch: Stretch
    y: tuple[float, float]
    y_ticks: list[Tick]

    def time_at(self, x: float) -> float:
        """The time at a screen x, s."""
        start, end = self.stretch.ends
        return start + (x - self.area.plot.x) / max(1, self.stretch.columns - 1) * (end - start)


def _arranged(area: PlotArea, shown: Shown) -> Arranged:
    quantity = QUANTITIES[shown.quantity]
    series = quantity.of(shown.history)
    low, high, ticks = _value_axis(quantity, series, area.plot.height, area.canvas.scale)
    area = area.titled(_(quantity.title), _(quantity.about)).beside(ticks)
    stretch = stretch_shown(series, shown.length, shown.end, area.plot.width)
    return Arranged(area, quantity, series, stretch, (low, high), ticks)


def arranged(canvas: Canvas, rect: pygame.Rect, shown: Shown) -> Arranged | None:
    """Where everything is when the graph is drawn into a rectangle, or None when there is no room for it."""
    area = plot_area(canvas, rect, over_time, shown)
    return None if area is None else _arranged(area, shown)


@Graph(
    "openings",
    N_("Opening of each hinge"),
    N_("0° folded, 180° straight"),
    N_("time"),
    right=_room_for_names,
    about=N_(
        "A quantity over the time of the simulation, in s: openings in degrees (0 to 180), forces in N, energies in J. "
        "Q shows the next quantity, the wheel or Z and X choose the stretch of time."
    ),
)
def over_time(area: PlotArea, shown: Shown) -> None:
    """A quantity in a stretch of time, one line per hinge, coloured from the fixed end to the hand."""
    found = _arranged(area, shown)
    quantity, series, stretch, scale = found.quantity, found.series, found.stretch, area.canvas.scale
    times = _time_ticks(stretch.ends, stretch.columns, scale)
    area = found.area.backdrop(stretch.ends, found.y, times, found.y_ticks)
    if not len(series):
        area.say_empty(_(quantity.empty))
        return
    colours = quantity.colours(shown.history.hinges)
    _draw_lines(area, series, stretch, colours)
    _draw_names(area, shown, quantity, series, colours)
    if shown.now is not None and area.x[0] <= shown.now <= area.x[1]:
        x = round(area.px(shown.now))
        area.canvas.surface.fill(theme.ACCENT, (x, area.plot.y, max(1, area.canvas.px(1.5)), area.plot.height))
        draw_disc(area.canvas.surface, (x + 0.5, area.plot.y), 3.5 * scale, theme.ACCENT)
    if area.cursor is not None:
        _read_out(area, shown, quantity, series, area.cursor)


def _draw_lines(area: PlotArea, series: Series, stretch: Stretch, colours: tuple[Colour, ...]) -> None:
    """Blit the kept picture, brought up to date, and draw the unfinished last column over it."""
    scale = area.canvas.scale
    thick = 1.0 if len(colours) > 40 and scale < 1.5 else max(1.6, 1.3 * scale)
    newest = math.floor(series.last_time / stretch.width + 1e-9)
    drawn = _up_to_date(area, series, stretch, newest, thick, colours)
    area.canvas.surface.blit(drawn.picture, area.plot, None, BLEND)
    if drawn.done > newest or not stretch.first <= newest < stretch.first + stretch.columns:
        return
    since = newest if drawn.last is None else drawn.last.column
    rest = pygame.Surface((max(1, newest - since + 1), area.plot.height), pygame.SRCALPHA, 32)
    rest.fill((0, 0, 0, 0))
    paint(rest, _in_px(area, series.envelope(newest, newest + 1, stretch.width)), drawn.last, since, thick, colours)
    with area.canvas.clipped(area.plot):
        area.canvas.surface.blit(rest, (area.plot.x + since - stretch.first, area.plot.y), None, BLEND)


def _in_px(area: PlotArea, envelope: Envelope) -> Envelope:
    """An envelope in px from the top of the plot."""
    per_value = (area.plot.height - 1) / (area.y[1] - area.y[0])
    low, high = (area.plot.height - 1 - (edge - area.y[0]) * per_value for edge in (envelope.low, envelope.high))
    return Envelope(envelope.column, low, high)


def _up_to_date(
    area: PlotArea, series: Series, stretch: Stretch, newest: int, thick: float, colours: tuple[Colour, ...]
) -> _Drawn:
    pictures = _pictures.setdefault(series, {})
    key = (area.plot.size, area.canvas.scale, round(stretch.width, 12), area.y, colours)
    drawn = pictures.pop(key, None)
    first, columns = stretch.first, stretch.columns
    if drawn is None or newest < drawn.done - 1 or not drawn.first <= first < drawn.first + columns:
        picture = pygame.Surface(area.plot.size, pygame.SRCALPHA, 32)
        picture.fill((0, 0, 0, 0))
        # From the sample before, so that lines come in from the left.
        drawn = _Drawn(picture, first, series.column_before(first, stretch.width), None)
    elif first > drawn.first:
        moved = pygame.Surface(area.plot.size, pygame.SRCALPHA, 32)
        moved.fill((0, 0, 0, 0))
        moved.blit(drawn.picture, (drawn.first - first, 0), None, BLEND)
        drawn.picture, drawn.first = moved, first
    # As far as the sample beyond, so that lines go out to the right.
    stop = min(newest, series.column_after(first + columns, stretch.width) + 1)
    if stop > drawn.done:
        envelope = _in_px(area, series.envelope(drawn.done, stop, stretch.width))
        drawn.last = paint(drawn.picture, envelope, drawn.last, first, thick, colours)
        drawn.done = stop
    pictures[key] = drawn  # the latest used comes last
    while len(pictures) > KEPT:
        pictures.pop(next(iter(pictures)))
    return drawn


def _draw_names(area: PlotArea, shown: Shown, quantity: Quantity, series: Series, colours: tuple[Colour, ...]) -> None:
    """What each line is, beside the plot at the latest values; hinges that lie close together share a label."""
    canvas, plot = area.canvas, area.plot
    latest = series.at(series.last_time if shown.end is None else shown.end)
    values = np.zeros(0) if latest is None else np.clip(np.nan_to_num(latest[1]), *area.y)
    heights = [area.py(value) for value in values.tolist()]
    tall = 0.8 * text_size("0", SMALL, canvas.scale)[1]
    groups = grouped(heights, tall)
    if quantity.lines:
        order = sorted(range(len(heights)), key=heights.__getitem__)
        groups = [[number] for number in order]
    places = [sum(heights[member] for member in group) / len(group) for group in groups]
    for group, y in zip(groups, apart(places, tall, plot.y + 0.5 * tall, plot.bottom - 0.5 * tall), strict=True):
        colour = colours[group[len(group) // 2]]
        text = _(quantity.lines[group[0]]) if quantity.lines else group_text(_numbers(shown, group))
        canvas.text(text, (plot.right + canvas.px(5), y), colour=colour, bold=True, anchor="midleft")


def _numbers(shown: Shown, group: list[int]) -> list[int]:
    """The hinges as they are numbered at the ruler, counted from 0."""
    return sorted(layer_number(hinge, shown.history.hinges, shown.deep) - 1 for hinge in group)


def apart(heights: list[float], gap: float, top: float, bottom: float) -> list[float]:
    """Rising heights moved so that they are `gap` apart and, as far as there is room, between top and bottom."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, top if not moved else moved[-1] + gap))
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], bottom - gap * (len(moved) - 1 - number))
    return moved


def grouped(heights: list[float], gap: float) -> list[list[int]]:
    """Numbers of the heights, in groups whose means are at least `gap` apart; each group rising."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    groups: list[tuple[float, list[int]]] = []
    for number in order:
        mean, members = heights[number], [number]
        while groups and mean - groups[-1][0] < gap:
            before, others = groups.pop()
            mean = (before * len(others) + mean * len(members)) / (len(others) + len(members))
            members = others + members
        groups.append((mean, members))
    return [sorted(members) for _mean, members in groups]


def group_text(group: list[int]) -> str:
    """Hinge numbers of a group: 4, or 1-3 for neighbours, or 1...9 when others lie between."""
    first, last = group[0] + 1, group[-1] + 1
    if len(group) == 1:
        return str(first)
    return f"{first}\u2013{last}" if last - first + 1 == len(group) else f"{first}\u2026{last}"


def _read_out(area: PlotArea, shown: Shown, quantity: Quantity, series: Series, cursor: Point) -> None:
    found = series.at(area.value_at(cursor[0]))
    if found is None or not np.isfinite(found[1]).all():
        return
    time, values = found
    surface, scale, x = area.canvas.surface, area.canvas.scale, area.px(time)
    heights = [area.py(value) for value in values.tolist()]
    colours = quantity.colours(shown.history.hinges)
    nearest = min(range(len(heights)), key=lambda line: abs(heights[line] - cursor[1]))
    if len(values) <= 20:
        for y, colour in zip(heights, colours, strict=True):
            draw_disc(surface, (x, y), 2.6 * scale, colour)
    rows: list[tuple[str, Colour]] = [(f"{time:.2f} s", theme.INK)]
    rows += _values_in_words(shown, quantity, values, nearest)
    area.read_out(time, rows)
    draw_disc(surface, (x, heights[nearest]), 4.0 * scale, colours[nearest])


def _values_in_words(shown: Shown, quantity: Quantity, values: Floats, nearest: int) -> list[tuple[str, Colour]]:
    """All values by their names, or that of the nearest hinge and the range of all."""
    colours = quantity.colours(shown.history.hinges)

    def text(value: float) -> str:
        return f"{value:.{quantity.decimals}f}{quantity.unit}"

    if quantity.lines:
        named = zip(quantity.lines, values.tolist(), colours, strict=True)
        return [(f"{_(name)}: {text(value)}", colour) for name, value, colour in named]
    (number,) = _numbers(shown, [nearest])
    rows = [(_("hinge {number}: {value}").format(number=number + 1, value=text(values[nearest])), colours[nearest])]
    if len(values) > 1:
        span = _("all: {low} to {high}").format(low=text(values.min()), high=text(values.max()))
        rows.append((span, theme.INK))
    return rows
