"""What all graphs share: their place, backdrop and read-out.

A graph is a function with `@Graph(...)`. It draws within its rectangle only, fills it, and keeps nothing but
pictures of what it drew last.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import pygame
from numpy.typing import ArrayLike

from ruler.arrays import Floats
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.history import History
from ruler.lab.art.sprites import Point
from ruler.lab.art.ticks import Tick
from ruler.lab.i18n import N_, _
from ruler.lab.scene import Scene

NOTHING = N_("nothing opened yet")
# Least room to the left of a plot, px at scale 1, so that it does not move with every other label.
LEAST_LEFT = 46.0


class Ghost(NamedTuple):
    """Another load curve.

    Attributes:
        name: what it is called.
        curve: from 1 at the input to 0, its layers evenly spaced.
        style: which colour and dash it has, whatever else is shown.
    """

    name: str
    curve: Floats
    style: int = 0


@dataclass(frozen=True)
class Shown:
    """What the graphs show, in the order of the layers, from the input.

    Attributes:
        history: openings over time.
        shares: load share of each layer, sum 1; None while nothing has opened.
        ghosts: other load curves.
        now: moment to mark (in a replay), s.
        cursor: the mouse, px; what is under it is read out.
        frozen: whether to mark the graphs as frozen.
        scene: the moment itself, or None.
        quantity: which one is shown over time, a name of `QUANTITIES`.
        length, end: how long a stretch of time is shown, and where it ends, s; None: all, and the latest.
        deep: whether the fixed end is the input, which says how hinges are numbered.
        empty: what the load curve's graph says where there is no curve.
    """

    history: History
    shares: ArrayLike | None = None
    ghosts: Sequence[Ghost] = ()
    now: float | None = None
    cursor: Point | None = None
    frozen: bool = False
    scene: Scene | None = None
    quantity: str = "openings"
    length: float | None = None
    end: float | None = None
    deep: bool = True
    empty: str = NOTHING


@dataclass(frozen=True)
class Graph:
    """A graph: where it stands, what is written around it, and what draws it.

    Attributes:
        name: of its rectangle in the layout.
        title, unit: written above it.
        x_name: of the horizontal axis.
        place: below the table, or at the side below the controls.
        width: px at scale 1 of a graph below the table; None for what the others leave.
        right: room beside the plot for what is written there, px at scale 1.
        about: what it shows, its unit and range, said when the mouse is on the title.
        function: draws it.
    """

    name: str
    title: str
    unit: str
    x_name: str
    place: Literal["below", "side"] = "below"
    width: float | None = None
    right: float | Callable[[Shown], float] = 10.0
    about: str = ""
    function: Callable[["PlotArea", Shown], None] = lambda *_: None

    def __call__(self, function: Callable[["PlotArea", Shown], None]) -> "Graph":
        """This graph, drawn by a function: `@Graph(...)`."""
        return replace(self, function=function)

    def draw(self, canvas: Canvas, rect: pygame.Rect, shown: Shown) -> None:
        """Draw it into a rectangle, which it fills entirely."""
        with canvas.clipped(rect):
            area = plot_area(canvas, rect, self, shown)
            if area is None:
                canvas.surface.fill(theme.PANEL, rect)
                return
            self.function(area, shown)
            if shown.frozen:
                area.mark_frozen()


@dataclass(frozen=True)
class PlotArea:
    """A graph's place and ranges.

    Attributes:
        canvas: drawn on.
        rect: all of it, px.
        plot: where the data are drawn, px.
        graph: whose it is.
        cursor: the mouse, px, when it is over the plot.
        x, y: smallest and largest value shown.
        words: title, unit and name of the horizontal axis.
    """

    canvas: Canvas
    rect: pygame.Rect
    plot: pygame.Rect
    graph: Graph
    cursor: Point | None
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    words: tuple[str, str, str] = ("", "", "")

    def titled(self, title: str, unit: str) -> "PlotArea":
        """The area with another title than its graph's."""
        return replace(self, words=(title, unit, self.words[2]))

    def beside(self, y_ticks: list[Tick]) -> "PlotArea":
        """The area with as much room to the left as its widest label needs."""
        widest = max(
            (theme.text_size(label, theme.SMALL, self.canvas.scale)[0] for _value, label in y_ticks), default=0
        )
        return self.within(left=max(0, self.rect.x + widest + self.canvas.px(10) - self.plot.x))

    def within(self, left: int = 0, top: int = 0) -> "PlotArea":
        """The area with so much less of a plot, px."""
        plot = pygame.Rect(self.plot.x + left, self.plot.y + top, self.plot.width - left, self.plot.height - top)
        plot.size = max(plot.width, self.canvas.px(8)), max(plot.height, self.canvas.px(8))
        over = self.cursor is not None and plot.collidepoint(self.cursor)
        return replace(self, plot=plot, cursor=self.cursor if over else None)

    def px(self, value: float) -> float:
        """Screen x of a value."""
        return self.plot.x + (value - self.x[0]) / (self.x[1] - self.x[0]) * (self.plot.width - 1)

    def py(self, value: float) -> float:
        """Screen y of a value."""
        return self.plot.bottom - 1 - (value - self.y[0]) / (self.y[1] - self.y[0]) * (self.plot.height - 1)

    def value_at(self, px: float) -> float:
        """The x value at a screen x."""
        return self.x[0] + (px - self.plot.x) / max(1, self.plot.width - 1) * (self.x[1] - self.x[0])

    def backdrop(
        self, x: tuple[float, float], y: tuple[float, float], x_ticks: list[Tick], y_ticks: list[Tick]
    ) -> "PlotArea":
        """Draw title, grid and axes for these ranges; ticks are (value, label). Returns the area with its ranges."""
        area, corner = replace(self, x=x, y=y), self.rect.topleft
        xs = tuple((round(area.px(value)) - corner[0], label) for value, label in x_ticks)
        ys = tuple((round(area.py(value)) - corner[1], label) for value, label in y_ticks)
        plot = self.plot.move(-corner[0], -corner[1])
        picture = _backdrop(self.rect.size, tuple(plot), self.canvas.scale, self.words, xs, ys)
        self.canvas.surface.blit(picture, self.rect)
        return area

    def say_empty(self, text: str, across: float = 0.5) -> None:
        """Say in the upper part of the plot why there is nothing in it."""
        scale = self.canvas.scale
        room = 2.0 * min(across, 1.0 - across) * self.plot.width - 8 * scale
        for number, line in enumerate(theme.wrapped(text, room, theme.SMALL, scale)):
            y = self.plot.y + 0.24 * self.plot.height + number * 17 * scale
            at = (self.plot.x + across * self.plot.width, y)
            self.canvas.text(line, at, colour=theme.MUTED, anchor="center", halo=theme.PANEL_RAISED)

    def mark_frozen(self) -> None:
        """A tag in the corner and a frame."""
        canvas = self.canvas
        pygame.draw.rect(canvas.surface, theme.ACCENT, self.plot.inflate(2, 2), max(1, canvas.px(1.5)))
        width, height = theme.text_size(_("frozen"), theme.SMALL, canvas.scale, bold=True)
        box = pygame.Rect(0, 0, width + canvas.px(12), height + canvas.px(2))
        box.bottomright = (self.plot.right, self.plot.y)
        canvas.card(box, theme.ACCENT, radius=3.0)
        canvas.text(_("frozen"), box.center, colour=theme.ON_ACCENT, bold=True, anchor="center")

    def read_out(self, value: float, rows: list[tuple[str, theme.Colour]]) -> None:
        """A vertical line at an x value and a card beside it with rows of text, the first one bold."""
        canvas, scale, x = self.canvas, self.canvas.scale, self.px(value)
        canvas.surface.fill(theme.MUTED, (round(x), self.plot.y, max(1, canvas.px(1)), self.plot.height))
        sizes = [theme.text_size(text, theme.SMALL, scale, bold=not number) for number, (text, _) in enumerate(rows)]
        pad, line = canvas.px(6), sizes[0][1]
        box = pygame.Rect(0, 0, max(width for width, _ in sizes) + 2 * pad, line * len(rows) + pad)
        box.topleft = (round(x + 8 * scale), self.plot.y + canvas.px(4))
        if box.right > self.rect.right:
            box.right = round(x - 8 * scale)
        box.clamp_ip(self.rect)
        canvas.card(box, theme.CARD, 0.95, theme.LINE)
        for number, (text, colour) in enumerate(rows):
            at = (box.x + pad, box.y + pad // 2 + number * line)
            canvas.text(text, at, colour=colour, bold=not number)


def plot_area(canvas: Canvas, rect: pygame.Rect, graph: Graph, shown: Shown) -> PlotArea | None:
    """The place of a graph's data in a rectangle, or None when there is no room for them."""
    scale = canvas.scale
    words = tuple(_(text) for text in (graph.title, graph.unit, graph.x_name))
    name = theme.text_size(words[2], theme.SMALL, scale)[0]
    left, top = (
        max(canvas.px(LEAST_LEFT), name + canvas.px(10)),
        canvas.px(15) + theme.text_size("T", theme.NORMAL, scale, bold=True)[1],
    )
    right = canvas.px(graph.right(shown) if callable(graph.right) else graph.right)
    bottom = canvas.px(9) + theme.text_size("0", theme.SMALL, scale)[1]
    plot = pygame.Rect(rect.x + left, rect.y + top, rect.width - left - right, rect.height - top - bottom)
    if plot.width < 24 * scale or plot.height < 20 * scale:
        return None
    over = shown.cursor is not None and plot.collidepoint(shown.cursor)
    cursor = shown.cursor if over else None
    return PlotArea(canvas, pygame.Rect(rect), plot, graph, cursor, words=(words[0], words[1], words[2]))


@functools.lru_cache(maxsize=24)
def _backdrop(
    size: tuple[int, int],
    plot: tuple[int, int, int, int],
    scale: float,
    words: tuple[str, str, str],
    x_ticks: tuple[tuple[int, str], ...],
    y_ticks: tuple[tuple[int, str], ...],
) -> pygame.Surface:
    """Panel, title, grid and tick labels; ticks are given as px from the picture's corner."""
    picture, box = pygame.Surface(size, 0, 32), pygame.Rect(plot)
    canvas = Canvas(picture, scale)
    thin = max(1, canvas.px(1))
    title, unit, x_name = words
    picture.fill(theme.PANEL)
    picture.fill(theme.PANEL_RAISED, box)
    for y, _label in y_ticks:
        picture.fill(theme.GRID, (box.x, y, box.width, thin))
    last = float("inf")
    for y, label in sorted(y_ticks, reverse=True):
        if last - y >= 0.95 * theme.text_size(label, theme.SMALL, scale)[1]:
            canvas.text(label, (box.x - canvas.px(6), y), colour=theme.MUTED, anchor="midright")
            last = y
    _write_x_labels(canvas, box, x_ticks, x_name)
    picture.fill(theme.LINE, (box.x, box.bottom, box.width, thin))
    picture.fill(theme.LINE, (box.x - thin, box.y, thin, box.height + thin))
    _write_title(canvas, title, unit)
    return picture


def _write_x_labels(canvas: Canvas, box: pygame.Rect, x_ticks: tuple[tuple[int, str], ...], x_name: str) -> None:
    picture, top = canvas.surface, box.bottom + canvas.px(4)
    # The name of the axis stands in front of its numbers, under the other axis' labels.
    right = max(box.x - canvas.px(8), theme.text_size(x_name, theme.SMALL, canvas.scale)[0] + canvas.px(2))
    canvas.text(x_name, (right, top), colour=theme.MUTED, anchor="topright")
    taken = right + canvas.px(5)
    for x, label in x_ticks:
        image = theme.text_image(label, theme.SMALL, canvas.scale, theme.MUTED)
        where = image.get_rect(midtop=(x, top))
        where.right = min(where.right, picture.get_width() - canvas.px(2))
        if where.left >= taken:
            picture.blit(image, where)
            taken = where.right + canvas.px(6)
            picture.fill(theme.LINE, (x, box.bottom, max(1, canvas.px(1)), canvas.px(4)))


def _write_title(canvas: Canvas, title: str, unit: str) -> None:
    at, scale = (canvas.px(10), canvas.px(6)), canvas.scale
    width = canvas.surface.get_width() - 2 * at[0]
    box = canvas.text(theme.shortened(title, width, theme.NORMAL, scale, True), at, size=theme.NORMAL, bold=True)
    if box.width + theme.text_size(unit, theme.SMALL, scale)[0] + 8 * scale < width:
        canvas.text(unit, (box.right + canvas.px(7), box.centery), colour=theme.MUTED, anchor="midleft")
