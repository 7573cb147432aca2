"""The ground of a graph: title, axes with units and ticks; kept as a picture per size."""

import functools
import math
from dataclasses import dataclass

import pygame

from ruler.lab.art.sprites import draw_card
from ruler.lab.art.theme import (
    ACCENT,
    GRID,
    LINE,
    MUTED,
    NORMAL,
    PANEL,
    PANEL_RAISED,
    SMALL,
    WHITE,
    Colour,
    draw_text,
    shortened,
    text_image,
    text_size,
)

Tick = tuple[float, str]


@dataclass(frozen=True)
class Frame:
    """A graph's place and ranges.

    Attributes:
        rect: all of it, px.
        plot: where the data are drawn, px.
        x, y: smallest and largest value shown.
    """

    rect: pygame.Rect
    plot: pygame.Rect
    x: tuple[float, float]
    y: tuple[float, float]

    def px(self, value: float) -> float:
        """Screen x of a value."""
        return self.plot.x + (value - self.x[0]) / (self.x[1] - self.x[0]) * (self.plot.width - 1)

    def py(self, value: float) -> float:
        """Screen y of a value."""
        return self.plot.bottom - 1 - (value - self.y[0]) / (self.y[1] - self.y[0]) * (self.plot.height - 1)

    def value_at(self, px: float) -> float:
        """The x value at a screen x."""
        return self.x[0] + (px - self.plot.x) / max(1, self.plot.width - 1) * (self.x[1] - self.x[0])


def frame(
    rect: pygame.Rect, x: tuple[float, float], y: tuple[float, float], scale: float, right: float = 10.0
) -> Frame | None:
    """The frame of a graph in a rectangle, or None when there is no room for one."""
    line = text_size("0", SMALL, scale)[1]
    left, top = round(46 * scale), round(15 * scale) + text_size("T", NORMAL, scale, bold=True)[1]
    bottom = line + round(9 * scale)
    plot = pygame.Rect(
        rect.x + left, rect.y + top, rect.width - left - round(right * scale), rect.height - top - bottom
    )
    if plot.width < 24 * scale or plot.height < 20 * scale:
        return None
    return Frame(pygame.Rect(rect), plot, x, y)


def nice_step(span: float, most: int) -> float:
    """A round step that divides a span into at most `most` parts."""
    if not (math.isfinite(span) and span > 0.0):
        return 1.0
    least = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if power * factor >= least * (1 - 1e-9))


def thinned(count: int, gap: float, needed: float) -> int:
    """Every how many-th label fits when neighbours are `gap` px apart and need `needed` px: 1, 2, 5, 10, 20, ..."""
    power = 1
    while power < 10 * max(1, count):
        for factor in (1, 2, 5):
            if factor * power * gap >= needed:
                return factor * power
        power *= 10
    return power


@functools.lru_cache(maxsize=24)
def ground(
    size: tuple[int, int],
    plot: tuple[int, int, int, int],
    scale: float,
    title: str,
    unit: str,
    x_ticks: tuple[tuple[int, str], ...],
    y_ticks: tuple[tuple[int, str], ...],
    x_name: str,
) -> pygame.Surface:
    """Panel, title, grid and tick labels; ticks are given as px from the picture's corner."""
    picture = pygame.Surface(size, 0, 32)
    picture.fill(PANEL)
    box = pygame.Rect(plot)
    thin = max(1, round(scale))
    picture.fill(PANEL_RAISED, box)
    for y, _ in y_ticks:
        picture.fill(GRID, (box.x, y, box.width, thin))
    last = -1e9
    for y, label in sorted(y_ticks, reverse=True):
        image = text_image(label, SMALL, scale, MUTED)
        if last < -1e8 or last - y >= 0.95 * image.get_height():
            picture.blit(image, image.get_rect(midright=(box.x - round(6 * scale), y)))
            last = y
    _x_labels(picture, box, x_ticks, x_name, scale)
    picture.fill(LINE, (box.x, box.bottom, box.width, thin))
    picture.fill(LINE, (box.x - thin, box.y, thin, box.height + thin))
    _title(picture, title, unit, scale)
    return picture


def _x_labels(
    picture: pygame.Surface, box: pygame.Rect, x_ticks: tuple[tuple[int, str], ...], x_name: str, scale: float
) -> None:
    top = box.bottom + round(4 * scale)
    name = text_image(x_name, SMALL, scale, MUTED)
    # The name of the axis stands in front of its numbers, under the other axis' labels.
    right = box.x - round(8 * scale)
    picture.blit(name, name.get_rect(topright=(max(right, name.get_width() + round(2 * scale)), top)))
    taken = max(right, name.get_width() + round(2 * scale)) + round(5 * scale)
    for x, label in x_ticks:
        image = text_image(label, SMALL, scale, MUTED)
        where = image.get_rect(midtop=(x, top))
        where.right = min(where.right, picture.get_width() - round(2 * scale))
        if where.left >= taken:
            picture.blit(image, where)
            taken = where.right + round(6 * scale)
            picture.fill(LINE, (x, box.bottom, max(1, round(scale)), round(4 * scale)))


def _title(picture: pygame.Surface, title: str, unit: str, scale: float) -> None:
    at = (round(10 * scale), round(6 * scale))
    width = picture.get_width() - 2 * at[0]
    box = draw_text(picture, shortened(title, width, NORMAL, scale, True), at, size=NORMAL, scale=scale, bold=True)
    if box.width + text_size(unit, SMALL, scale)[0] + 8 * scale < width:
        at = (box.right + round(7 * scale), box.centery)
        draw_text(picture, unit, at, size=SMALL, scale=scale, colour=MUTED, anchor="midleft")


def draw_ground(
    surface: pygame.Surface,
    place: Frame,
    scale: float,
    title: str,
    unit: str,
    x_ticks: list[Tick],
    y_ticks: list[Tick],
    x_name: str,
) -> None:
    """Draw the ground; ticks are (value, label)."""
    rect = place.rect
    plot = place.plot.move(-rect.x, -rect.y)
    xs = tuple((round(place.px(value)) - rect.x, label) for value, label in x_ticks)
    ys = tuple((round(place.py(value)) - rect.y, label) for value, label in y_ticks)
    picture = ground(rect.size, (plot.x, plot.y, plot.width, plot.height), scale, title, unit, xs, ys, x_name)
    surface.blit(picture, rect)


def draw_empty(surface: pygame.Surface, place: Frame, text: str, scale: float, across: float = 0.5) -> None:
    """Say in the upper part of the plot why there is nothing in it."""
    text = shortened(text, place.plot.width - 8 * scale, SMALL, scale)
    at = (place.plot.x + across * place.plot.width, place.plot.y + 0.24 * place.plot.height)
    draw_text(surface, text, at, size=SMALL, scale=scale, colour=MUTED, anchor="center", halo=PANEL_RAISED)


def draw_frozen(surface: pygame.Surface, place: Frame, scale: float) -> None:
    """Mark the graph as frozen: a tag in its corner and a frame."""
    pygame.draw.rect(surface, ACCENT, place.plot.inflate(2, 2), max(1, round(1.5 * scale)))
    image = text_image("frozen", SMALL, scale, WHITE, bold=True)
    box = image.get_rect().inflate(round(12 * scale), round(2 * scale))
    box.bottomright = (place.plot.right, place.plot.y)
    draw_card(surface, box, scale, ACCENT, radius=3.0)
    surface.blit(image, image.get_rect(center=box.center))


def draw_cursor(surface: pygame.Surface, place: Frame, x: float, rows: list[tuple[str, Colour]], scale: float) -> None:
    """A vertical line at a screen x and a card beside it with rows of text."""
    thin = max(1, round(scale))
    surface.fill(MUTED, (round(x), place.plot.y, thin, place.plot.height))
    images = [text_image(text, SMALL, scale, colour, bold=not number) for number, (text, colour) in enumerate(rows)]
    if not images:
        return
    pad, line = round(6 * scale), images[0].get_height()
    box = pygame.Rect(0, 0, max(image.get_width() for image in images) + 2 * pad, line * len(images) + pad)
    box.topleft = (round(x + 8 * scale), place.plot.y + round(4 * scale))
    if box.right > place.rect.right:
        box.right = round(x - 8 * scale)
    box.clamp_ip(place.rect)
    draw_card(surface, box, scale, WHITE, 0.95, LINE)
    for number, image in enumerate(images):
        surface.blit(image, (box.x + pad, box.y + pad // 2 + number * line))


def hovered(place: Frame, cursor: tuple[float, float] | None) -> bool:
    """Whether the mouse is over the plot."""
    return cursor is not None and bool(place.plot.collidepoint(cursor))
