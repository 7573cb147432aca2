"""Opening of every hinge over time.

Each pixel column stands for the same stretch of time, so what has been drawn stays right: a frame
draws only the columns that are new, into a kept picture, and shifts it when the window moves on.
"""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pygame
from numpy.typing import NDArray

from ruler.lab.art.axes import Frame, Tick, draw_cursor, draw_empty, draw_frozen, draw_ground, frame, hovered
from ruler.lab.art.history import Envelope, History
from ruler.lab.art.sprites import Point, draw_disc
from ruler.lab.art.theme import (
    ACCENT,
    INK,
    PANEL,
    PANEL_RAISED,
    SMALL,
    Colour,
    line_colours,
    text_image,
    text_size,
)

Floats = NDArray[np.float64]

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
    first, last = math.ceil(start / step - 1e-9), math.floor(end / step + 1e-9)
    return [(number * step, time_text(round(number * step, 3))) for number in range(first, last + 1)]


def _ago_ticks(end: float, window: float, width: float, scale: float) -> list[Tick]:
    """Ticks that stand still while the window moves on: how long ago."""
    steps = [time for time, _ in _time_ticks(0.0, window, width, scale)]
    return [(end - time, f"\u2212{time_text(time)}" if time else "now") for time in reversed(steps)]


def _angle_ticks(low: float, high: float, height: float, scale: float) -> list[Tick]:
    step = next((step for step in (15, 30, 45, 90) if (high - low) / step * 20 * scale <= height), 180)
    return [(float(angle), f"{angle}\u00b0") for angle in range(math.ceil(low / step) * step, int(high) + 1, step)]


def draw_openings_graph(
    surface: pygame.Surface,
    rect: pygame.Rect,
    history: History,
    *,
    scale: float = 1.0,
    span: float | None = None,
    cursor: Point | None = None,
    frozen: bool = False,
    now: float | None = None,
) -> None:
    """Draw the opening of every hinge over time, one line per hinge, coloured from the fixed end to the hand.

    Args:
        surface: drawn on.
        rect: where, px; filled entirely.
        history: what to draw.
        scale: UI scale.
        span: seconds shown, the latest ones; None for everything since the start.
        cursor: the mouse, px; its moment is read out.
        frozen: whether to mark the graph as frozen.
        now: moment to mark (in a replay), s.
    """
    longest = group_text([max(0, history.hinges - 2), max(1, history.hinges) - 1])
    right = text_size(longest, SMALL, 1.0, bold=True)[0] + 12.0
    trial = frame(rect, (0.0, 1.0), (0.0, STRAIGHT), scale, right)
    if trial is None:
        pygame.draw.rect(surface, PANEL, rect)
        return
    whole = span is None or not span > 0.0
    elapsed = history.last_time - history.first_time
    window = window_length(elapsed) if whole else float(span or 1.0)
    columns = trial.plot.width
    width = window / columns
    first = math.floor(history.first_time / width + 1e-9)
    newest = math.floor(history.last_time / width + 1e-9)
    if not whole or newest - first >= columns:
        first = max(first, newest - columns + 1)
    place = frame(rect, (first * width, (first + columns - 1) * width), (0.0, STRAIGHT), scale, right)
    if place is None:
        return
    clip = surface.get_clip()
    surface.set_clip(rect.clip(clip))
    ticks = _time_ticks(*place.x, columns, scale)
    if newest - first >= columns - 1 and not whole:
        ticks = _ago_ticks(place.x[1], window, columns, scale)
    title, unit = "Opening of each hinge", "0\u00b0 folded, 180\u00b0 straight"
    draw_ground(surface, place, scale, title, unit, ticks, _angle_ticks(*place.y, place.plot.height, scale), "time")
    if len(history):
        _draw_lines(surface, place, history, first, newest, width, scale)
        _draw_marks(surface, place, history, scale, now, cursor)
    else:
        draw_empty(surface, place, "pull the ruler to see its hinges open", scale)
    if frozen:
        draw_frozen(surface, place, scale)
    surface.set_clip(clip)


def _draw_lines(
    surface: pygame.Surface, place: Frame, history: History, first: int, newest: int, width: float, scale: float
) -> None:
    """Blit the kept picture, brought up to date, and draw the unfinished last column over it."""
    drawn = _up_to_date(history, place, first, newest, width, scale)
    surface.blit(drawn.picture, place.plot)
    clip = surface.get_clip()
    surface.set_clip(place.plot.clip(clip))
    _draw_columns(surface, place.plot, history.envelope(drawn.done, newest + 1, width), drawn.last, first, scale)
    surface.set_clip(clip)


def _up_to_date(history: History, place: Frame, first: int, newest: int, width: float, scale: float) -> _Drawn:
    pictures = _pictures.setdefault(history, {})
    key = (history.generation, place.plot.size, scale, round(width, 9))
    drawn = pictures.pop(key, None)
    if drawn is None or first < drawn.first or newest < drawn.done or first >= drawn.done:
        picture = pygame.Surface(place.plot.size, pygame.SRCALPHA, 32)
        picture.fill((*PANEL_RAISED, 0))
        drawn = _Drawn(picture, first, first, None)
    if first > drawn.first:
        drawn.picture.scroll(drawn.first - first, 0)
        gone = min(first - drawn.first, drawn.picture.get_width())
        area = (drawn.picture.get_width() - gone, 0, gone, drawn.picture.get_height())
        drawn.picture.fill((*PANEL_RAISED, 0), area)
        drawn.first = first
    if newest > drawn.done:
        envelope = history.envelope(drawn.done, newest, width)
        box = drawn.picture.get_rect()
        drawn.last = _draw_columns(drawn.picture, box, envelope, drawn.last, first, scale)
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
    high = box.bottom - 1 - np.degrees(envelope.high.astype(np.float64)) * per_degree
    low = box.bottom - 1 - np.degrees(envelope.low.astype(np.float64)) * per_degree
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
    start = [] if last is None else [box.x + float(last[0] - first)]
    passes = 1 if hinges > 40 and scale < 1.5 else max(2, round(1.5 * scale))
    for hinge, colour in enumerate(line_colours(hinges)):
        rows = xy[hinge, wanted[hinge]]
        points: list[Point] = [(x, float(last[1][hinge]) + box.bottom) for x in start] if last is not None else []
        points += [(x, y) for x, y in rows.tolist()]
        _stroke(surface, colour, points, passes)
    return int(envelope.column[-1]), middle[-1] - box.bottom


def _stroke(surface: pygame.Surface, colour: Colour, points: list[Point], passes: int) -> None:
    if len(points) < 2:
        points = [points[0], (points[0][0] + 0.5, points[0][1])]
    for number in range(passes):
        off = 0.6 * (number - 0.5 * (passes - 1))
        pygame.draw.aalines(surface, colour, False, [(x, y + off) for x, y in points] if off else points)


def _draw_marks(
    surface: pygame.Surface, place: Frame, history: History, scale: float, now: float | None, cursor: Point | None
) -> None:
    if history.latest is not None:
        _draw_numbers(surface, place, np.degrees(history.latest.astype(np.float64)), scale)
    if now is not None and place.x[0] <= now <= place.x[1]:
        x = round(place.px(now))
        surface.fill(ACCENT, (x, place.plot.y, max(1, round(1.5 * scale)), place.plot.height))
        draw_disc(surface, (x + 0.5, place.plot.y), 3.5 * scale, ACCENT)
    if cursor is not None and hovered(place, cursor):
        _read_out(surface, place, history, cursor, scale)


def _draw_numbers(surface: pygame.Surface, place: Frame, degrees: Floats, scale: float) -> None:
    """The hinge numbers beside the plot at the latest openings; those that lie close together share a label."""
    colours = line_colours(len(degrees))
    heights = [place.py(value) for value in np.clip(degrees, 0.0, STRAIGHT).tolist()]
    tall = 0.8 * text_size("0", SMALL, scale)[1]
    for group in grouped(heights, tall):
        hinge = group[len(group) // 2]
        image = text_image(group_text(group), SMALL, scale, colours[hinge], bold=True)
        y = sum(heights[member] for member in group) / len(group)
        y = min(max(y, place.plot.y + 0.5 * tall), place.plot.bottom - 0.5 * tall)
        surface.blit(image, image.get_rect(midleft=(place.plot.right + round(5 * scale), round(y))))


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


def _read_out(surface: pygame.Surface, place: Frame, history: History, cursor: Point, scale: float) -> None:
    found = history.at(min(max(place.value_at(cursor[0]), history.first_time), history.last_time))
    if found is None:
        return
    time, openings = found
    degrees = np.degrees(openings)
    heights = np.array([place.py(value) for value in degrees.tolist()])
    x = place.px(time)
    colours = line_colours(len(degrees))
    nearest = int(np.abs(heights - cursor[1]).argmin())
    if len(degrees) <= 20:
        for hinge, y in enumerate(heights.tolist()):
            draw_disc(surface, (x, y), 2.6 * scale, colours[hinge])
    rows: list[tuple[str, Colour]] = [(f"{time:.2f} s", INK)]
    rows.append((f"hinge {nearest + 1}: {degrees[nearest]:.1f}\u00b0", colours[nearest]))
    if len(degrees) > 1:
        rows.append((f"all: {degrees.min():.0f}\u00b0 to {degrees.max():.0f}\u00b0", INK))
    draw_cursor(surface, place, x, rows, scale)
    draw_disc(surface, (x, heights[nearest]), 4.0 * scale, colours[nearest])
