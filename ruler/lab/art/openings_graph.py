"""Opening of every hinge over time.

Each pixel column stands for the same stretch of time, so what has been drawn stays right: a frame
draws only the columns that are new, into a kept picture, and shifts it when the window moves on.
"""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.lab.art.history import Envelope, History
from ruler.lab.art.plot import Graph, PlotArea, Shown
from ruler.lab.art.sprites import Point, draw_disc, draw_lines
from ruler.lab.art.theme import ACCENT, INK, PANEL_RAISED, SMALL, Colour, line_colours, text_size
from ruler.lab.art.ticks import Tick, ticks_at

WINDOWS = (5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600)  # s
TIME_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)  # s
STRAIGHT = 180.0  # deg
TALL = 2.5  # px, between the smallest and the largest value of a column
KEPT = 4  # pictures per history


@dataclass
class _Drawn:
    """A picture of the lines in the columns `first` up to `done`, and where each line ends."""

    picture: pygame.Surface
    first: int
    done: int
    last: tuple[int, Floats] | None


_pictures: WeakKeyDictionary[History, dict[tuple[object, ...], _Drawn]] = WeakKeyDictionary()


def window_length(seconds: float) -> float:
    """The shortest round stretch of time that holds so many seconds."""
    for window in WINDOWS:
        if seconds <= window:
            return float(window)
    return 3600.0 * math.ceil(seconds / 3600.0)


def time_text(seconds: float) -> str:
    """A time as written at the axis."""
    if abs(seconds) < 59.99:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _time_ticks(start: float, end: float, width: float, scale: float) -> list[Tick]:
    least = (end - start) * 58 * scale / max(width, 1.0)
    step = next((step for step in TIME_STEPS if step >= least), 3600.0 * math.ceil(least / 3600.0))
    return ticks_at(step, start, end, lambda time: time_text(round(time, 3)))


def _angle_ticks(height: float, scale: float) -> list[Tick]:
    step = next((step for step in (15, 30, 45, 90) if STRAIGHT / step * 20 * scale <= height), 180)
    return ticks_at(step, 0.0, STRAIGHT, lambda angle: f"{angle:g}\u00b0")


def _room_for_numbers(shown: Shown) -> float:
    hinges = shown.history.hinges
    longest = group_text([max(0, hinges - 2), max(1, hinges) - 1])
    return text_size(longest, SMALL, 1.0, bold=True)[0] + 12.0


@Graph("openings", "Opening of each hinge", "0\u00b0 folded, 180\u00b0 straight", "time", right=_room_for_numbers)
def openings(area: PlotArea, shown: Shown) -> None:
    """The opening of every hinge since the start, one line per hinge, coloured from the fixed end to the hand."""
    history, columns, scale = shown.history, area.plot.width, area.canvas.scale
    width = window_length(history.last_time - history.first_time) / columns
    newest = math.floor(history.last_time / width + 1e-9)
    first = max(math.floor(history.first_time / width + 1e-9), newest - columns + 1)
    ends = (first * width, (first + columns - 1) * width)
    times, angles = _time_ticks(*ends, columns, scale), _angle_ticks(area.plot.height, scale)
    area = area.backdrop(ends, (0.0, STRAIGHT), times, angles)
    if not len(history):
        area.say_empty("pull the ruler to see its hinges open")
        return
    _draw_lines(area, history, first, newest, width)
    _draw_numbers(area, history)
    if shown.now is not None and area.x[0] <= shown.now <= area.x[1]:
        x = round(area.px(shown.now))
        area.canvas.surface.fill(ACCENT, (x, area.plot.y, max(1, area.canvas.px(1.5)), area.plot.height))
        draw_disc(area.canvas.surface, (x + 0.5, area.plot.y), 3.5 * scale, ACCENT)
    if area.cursor is not None:
        _read_out(area, history, area.cursor)


def _draw_lines(area: PlotArea, history: History, first: int, newest: int, width: float) -> None:
    """Blit the kept picture, brought up to date, and draw the unfinished last column over it."""
    surface, scale = area.canvas.surface, area.canvas.scale
    drawn = _up_to_date(area, history, first, newest, width)
    surface.blit(drawn.picture, area.plot)
    with area.canvas.clipped(area.plot):
        _draw_columns(surface, area.plot, history.envelope(drawn.done, newest + 1, width), drawn.last, first, scale)


def _up_to_date(area: PlotArea, history: History, first: int, newest: int, width: float) -> _Drawn:
    pictures = _pictures.setdefault(history, {})
    key = (area.plot.size, area.canvas.scale, round(width, 9))
    drawn = pictures.pop(key, None)
    if drawn is None or first != drawn.first or newest < drawn.done:
        picture = pygame.Surface(area.plot.size, pygame.SRCALPHA, 32)
        picture.fill((*PANEL_RAISED, 0))
        drawn = _Drawn(picture, first, first, None)
    if newest > drawn.done:
        envelope = history.envelope(drawn.done, newest, width)
        box = drawn.picture.get_rect()
        drawn.last = _draw_columns(drawn.picture, box, envelope, drawn.last, first, area.canvas.scale)
        drawn.done = newest
    pictures[key] = drawn  # the latest used comes last
    while len(pictures) > KEPT:
        pictures.pop(next(iter(pictures)))
    return drawn


def _draw_columns(
    surface: pygame.Surface,
    box: pygame.Rect,
    envelope: Envelope,
    last: tuple[int, Floats] | None,
    first: int,
    scale: float,
) -> tuple[int, Floats] | None:
    """Draw the lines through some columns, joined to where they ended; where they end now."""
    count = len(envelope.column)
    if count == 0:
        return last
    per_degree = (box.height - 1) / STRAIGHT
    high, low = (box.bottom - 1 - edge * per_degree for edge in (envelope.high, envelope.low))
    xs = box.x + (envelope.column - first).astype(np.float64)
    middle = 0.5 * (low + high)
    before = np.vstack((middle[:1] if last is None else last[1][None, :] + box.bottom, middle[:-1]))
    # Go through each column from the side one comes from.
    falling = middle > before
    enter, leave = np.where(falling, high, low), np.where(falling, low, high)
    hinges = middle.shape[1]
    # Two points only where a column is tall: drawn twice over, a line would look thicker.
    tall = np.abs(low - high) > TALL
    enter = np.where(tall, enter, middle)
    xy = np.empty((hinges, 2 * count, 2))
    xy[:, 0::2, 0] = xy[:, 1::2, 0] = xs
    xy[:, 0::2, 1], xy[:, 1::2, 1] = enter.T, leave.T
    wanted = np.ones((hinges, 2 * count), dtype=np.bool_)
    wanted[:, 1::2] = tall.T
    start: list[list[Point]] = [[] for _ in range(hinges)]
    if last is not None:
        start = [[(box.x + float(last[0] - first), y + box.bottom)] for y in last[1].tolist()]
    thick = 1.0 if hinges > 40 and scale < 1.5 else max(1.6, 1.1 * scale)
    for hinge, colour in enumerate(line_colours(hinges)):
        points = start[hinge] + [(x, y) for x, y in xy[hinge, wanted[hinge]].tolist()]
        if len(points) == 1:
            points.append((points[0][0] + 0.5, points[0][1]))
        draw_lines(surface, colour, points, thick)
    return int(envelope.column[-1]), middle[-1] - box.bottom


def _draw_numbers(area: PlotArea, history: History) -> None:
    """The hinge numbers beside the plot at the latest openings; those that lie close together share a label."""
    canvas, plot = area.canvas, area.plot
    latest = history.at(history.last_time)
    degrees = np.zeros(0) if latest is None else np.clip(np.nan_to_num(latest[1]), 0.0, STRAIGHT)
    colours = line_colours(history.hinges)
    heights = [area.py(value) for value in degrees.tolist()]
    tall = 0.8 * text_size("0", SMALL, canvas.scale)[1]
    for group in grouped(heights, tall):
        y = sum(heights[member] for member in group) / len(group)
        y = min(max(y, plot.y + 0.5 * tall), plot.bottom - 0.5 * tall)
        colour = colours[group[len(group) // 2]]
        canvas.text(group_text(group), (plot.right + canvas.px(5), y), colour=colour, bold=True, anchor="midleft")


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
    return [sorted(members) for _, members in groups]


def group_text(group: list[int]) -> str:
    """Hinge numbers of a group: 4, or 1-3 for neighbours, or 1...9 when others lie between."""
    first, last = group[0] + 1, group[-1] + 1
    if len(group) == 1:
        return str(first)
    return f"{first}\u2013{last}" if last - first + 1 == len(group) else f"{first}\u2026{last}"


def _read_out(area: PlotArea, history: History, cursor: Point) -> None:
    found = history.at(area.value_at(cursor[0]))
    if found is None or not np.isfinite(found[1]).all():
        return
    time, degrees = found
    surface, scale, x = area.canvas.surface, area.canvas.scale, area.px(time)
    heights = [area.py(value) for value in degrees.tolist()]
    colours = line_colours(len(degrees))
    nearest = min(range(len(heights)), key=lambda hinge: abs(heights[hinge] - cursor[1]))
    if len(degrees) <= 20:
        for y, colour in zip(heights, colours, strict=True):
            draw_disc(surface, (x, y), 2.6 * scale, colour)
    rows: list[tuple[str, Colour]] = [(f"{time:.2f} s", INK)]
    rows.append((f"hinge {nearest + 1}: {degrees[nearest]:.1f}\u00b0", colours[nearest]))
    if len(degrees) > 1:
        rows.append((f"all: {degrees.min():.0f}\u00b0 to {degrees.max():.0f}\u00b0", INK))
    area.read_out(time, rows)
    draw_disc(surface, (x, heights[nearest]), 4.0 * scale, colours[nearest])
