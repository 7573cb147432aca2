"""Where things are in the window, for any size and UI scale."""

from dataclasses import dataclass

import pygame

from ruler.lab.art.graphs import GRAPHS

SMALLEST = (900, 600)


@dataclass(frozen=True)
class WindowLayout:
    """Rectangles of the window's parts, px.

    Attributes:
        menu_bar: titles of the menus, and the name of what is open, along the top.
        toolbar: buttons below it.
        table: the ruler on its table.
        controls: parameters, on the right.
        readout: numbers, below right.
        timeline: slider of a replay, above the graphs; empty when there is none.
        status: the line at the bottom.
        graphs: of each graph by its name, below the table or between controls and numbers.
    """

    menu_bar: pygame.Rect
    toolbar: pygame.Rect
    table: pygame.Rect
    controls: pygame.Rect
    readout: pygame.Rect
    timeline: pygame.Rect
    status: pygame.Rect
    graphs: dict[str, pygame.Rect]


def lay_out_window(size: tuple[int, int], scale: float, replay: bool) -> WindowLayout:
    """Divide a window of this size (px) at this UI scale."""
    width, height = size

    def px(value: float) -> int:
        return round(value * scale)

    menu_bar = pygame.Rect(0, 0, width, px(26))
    toolbar = pygame.Rect(0, menu_bar.bottom, width, px(42))
    status = pygame.Rect(0, height - px(28), width, px(28))
    middle = status.top - toolbar.bottom
    side = min(px(300), width // 2)
    right = width - side
    readout = pygame.Rect(right, status.top - px(92), side, px(92))
    high = max(px(120), min(px(240), middle // 3))
    # In a window too small for its scale the parameters keep a sliver.
    graphs = _graphs_at_side(readout, min(high, readout.top - toolbar.bottom - px(4)))
    graphs_top = status.top - max(px(110), min(px(220), middle // 3))
    graphs |= _graphs_below(pygame.Rect(0, graphs_top, right, status.top - graphs_top), scale)
    controls_end = min((rect.top for rect in graphs.values() if rect.left == right), default=readout.top)
    timeline = pygame.Rect(0, graphs_top - (px(34) if replay else 0), right, px(34) if replay else 0)
    return WindowLayout(
        menu_bar=menu_bar,
        toolbar=toolbar,
        table=pygame.Rect(0, toolbar.bottom, right, timeline.top - toolbar.bottom),
        controls=pygame.Rect(right, toolbar.bottom, side, controls_end - toolbar.bottom),
        readout=readout,
        timeline=timeline,
        status=status,
        graphs=graphs,
    )


def _graphs_at_side(below: pygame.Rect, height: int) -> dict[str, pygame.Rect]:
    """The graphs that stand on a rectangle, the last one lowest; they share the height of two when there are more."""
    names = [graph.name for graph in GRAPHS.values() if graph.place == "side"]
    height = min(height, 2 * height // max(1, len(names)))
    places = zip(reversed(names), range(1, len(names) + 1), strict=True)
    return {name: pygame.Rect(below.x, below.top - up * height, below.width, height) for name, up in places}


def _graphs_below(strip: pygame.Rect, scale: float) -> dict[str, pygame.Rect]:
    """The graphs in a strip from left to right; those without a width of their own share what the others leave."""
    graphs = [graph for graph in GRAPHS.values() if graph.place == "below"]
    most = strip.width // max(3, len(graphs))
    widths = [min(round(graph.width * scale), most) if graph.width else 0 for graph in graphs]
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
