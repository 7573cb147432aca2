"""Where things are in the window, for any size and UI scale."""

from dataclasses import dataclass
from typing import NamedTuple

import pygame

from ruler.lab.art.graphs import GRAPHS
from ruler.lab.recent import setting

SMALLEST = (900, 600)


# How wide a divider is for the mouse, px at scale 1.
GRIP = 7.0


class Dividers(NamedTuple):
    """Where the user has put the dividers, as parts of what each divides; None: as it suits the window's size.

    Attributes:
        side: width of what stands on the right.
        below: height of the graphs below the table.
        curve: height of the graphs on the right.
        between: width of all but the first of the graphs below the table.
    """

    side: float | None = None
    below: float | None = None
    curve: float | None = None
    between: float | None = None


def remembered_dividers() -> Dividers:
    """Where the dividers were when the window was open last."""
    known = setting("dividers")
    parts = known if isinstance(known, dict) else {}
    return Dividers(**{name: part for name in Dividers._fields if isinstance(part := parts.get(name), float)})


@dataclass(frozen=True)
class WindowLayout:
    """Rectangles of the window's parts, px.

    Attributes:
        menu_bar: titles of the menus, and the name of what is open, along the top.
        toolbar: buttons below it.
        table: the ruler on its table.
        controls: parameters, on the right.
        readout: numbers, below right.
        timeline: slider over the time of a session or recording, above the graphs.
        status: the line at the bottom.
        graphs: of each graph by its name, below the table or between controls and numbers.
        dividers: where each divider can be taken hold of, by its name.
    """

    menu_bar: pygame.Rect
    toolbar: pygame.Rect
    table: pygame.Rect
    controls: pygame.Rect
    readout: pygame.Rect
    timeline: pygame.Rect
    status: pygame.Rect
    graphs: dict[str, pygame.Rect]
    dividers: dict[str, pygame.Rect]


def lay_out_window(size: tuple[int, int], scale: float, replay: bool, dividers: Dividers | None = None) -> WindowLayout:
    """Divide a window of this size (px) at this UI scale."""
    width, height = size
    wanted = dividers or Dividers()

    def px(value: float) -> int:
        return round(value * scale)

    def at(part: float | None, whole: int, otherwise: float, least: float, most: float) -> int:
        """Where a divider is, as far as both sides of it keep some room."""
        length = otherwise if part is None else part * whole
        return round(max(min(length, most), min(least, whole / 2)))

    menu_bar = pygame.Rect(0, 0, width, px(26))
    toolbar = pygame.Rect(0, menu_bar.bottom, width, px(42))
    status = pygame.Rect(0, height - px(28), width, px(28))
    middle = status.top - toolbar.bottom
    side = at(wanted.side, width, min(max(px(300), 0.235 * width), px(400), width // 2), px(260), width // 2)
    right = width - side
    readout = pygame.Rect(right, status.top - px(98), side, px(98))
    # In a window too small for its scale the parameters keep a sliver.
    most = readout.top - toolbar.bottom - px(4)
    high = at(wanted.curve, middle, max(px(120), min(px(330), 0.34 * middle)), px(90), most - px(90))
    graphs = _graphs_at_side(readout, min(high, most))
    strip = at(wanted.below, middle, max(px(110), min(px(330), 0.32 * middle)), px(90), middle - px(140))
    below = pygame.Rect(0, status.top - strip, right, strip)
    graphs |= _graphs_below(below, scale, wanted.between)
    controls_end = min((rect.top for rect in graphs.values() if rect.left == right), default=readout.top)
    line = px(34) if replay else px(28)
    timeline = pygame.Rect(0, below.top - line, right, line)
    grip = max(3, px(GRIP))
    grips = {
        "side": pygame.Rect(right - grip, toolbar.bottom, grip, middle),
        "below": pygame.Rect(0, below.top - 1, right - grip, grip),
        "curve": pygame.Rect(right, controls_end - 1, side, grip),
    }
    second = [rect.left for rect in graphs.values() if rect.top == below.top and 0 < rect.left < right]
    if second:
        grips["between"] = pygame.Rect(min(second) - grip // 2, below.top + grip, grip, strip - grip)
    return WindowLayout(
        menu_bar=menu_bar,
        toolbar=toolbar,
        table=pygame.Rect(0, toolbar.bottom, right, timeline.top - toolbar.bottom),
        controls=pygame.Rect(right, toolbar.bottom, side, controls_end - toolbar.bottom),
        readout=readout,
        timeline=timeline,
        status=status,
        graphs=graphs,
        dividers=grips,
    )


def _graphs_at_side(below: pygame.Rect, height: int) -> dict[str, pygame.Rect]:
    """The graphs that stand on a rectangle, the last one lowest; they share the height of two when there are more."""
    names = [graph.name for graph in GRAPHS.values() if graph.place == "side"]
    height = min(height, 2 * height // max(1, len(names)))
    places = zip(reversed(names), range(1, len(names) + 1), strict=True)
    return {name: pygame.Rect(below.x, below.top - up * height, below.width, height) for name, up in places}


def _graphs_below(strip: pygame.Rect, scale: float, between: float | None) -> dict[str, pygame.Rect]:
    """The graphs in a strip from left to right; those without a width of their own share what the others leave."""
    graphs = [graph for graph in GRAPHS.values() if graph.place == "below"]
    most = strip.width // max(3, len(graphs))
    widths = [min(round(graph.width * scale), most) if graph.width else 0 for graph in graphs]
    if between is not None and any(widths):
        # The user's divider stands for all of a width of their own.
        given = min(max(between * strip.width, 90 * scale), strip.width - 120 * scale)
        widths = [round(width * given / sum(widths)) for width in widths]
    rest = (strip.width - sum(widths)) // max(1, widths.count(0))
    places, left = {}, strip.x
    for graph, width in zip(graphs, widths, strict=True):
        places[graph.name] = pygame.Rect(left, strip.y, width or rest, strip.height)
        left += width or rest
    return places


def fitting_scale(scale: float, size: tuple[int, int]) -> float:
    """The greatest UI scale up to `scale` at which all parts have room in a window of this size, px."""
    return max(0.4, min(scale, size[0] / SMALLEST[0], size[1] / SMALLEST[1]))


def default_scale(desktop: tuple[int, int]) -> float:
    """UI scale that suits a screen of this size, px."""
    return 1.0 if desktop[1] < 1300 else 1.5 if desktop[1] < 1900 else 2.0
