"""Where things are in the window, for any size and UI scale."""

from dataclasses import dataclass

import pygame

SMALLEST = (900, 600)


@dataclass(frozen=True)
class WindowLayout:
    """Rectangles of the window's parts, px.

    Attributes:
        toolbar: buttons along the top.
        table: the ruler on its table.
        controls: parameters, on the right.
        curve: load curve, below the controls.
        readout: numbers below the curve.
        openings: openings over time, bottom left.
        bars: load per layer, bottom right of it.
        timeline: slider of a replay, above the graphs; empty when there is none.
        status: the line at the bottom.
    """

    toolbar: pygame.Rect
    table: pygame.Rect
    controls: pygame.Rect
    curve: pygame.Rect
    readout: pygame.Rect
    openings: pygame.Rect
    bars: pygame.Rect
    timeline: pygame.Rect
    status: pygame.Rect


def lay_out_window(size: tuple[int, int], scale: float, replay: bool) -> WindowLayout:
    """Divide a window of this size (px) at this UI scale."""
    width, height = size

    def px(value: float) -> int:
        return round(value * scale)

    toolbar = pygame.Rect(0, 0, width, px(44))
    status = pygame.Rect(0, height - px(28), width, px(28))
    middle = status.top - toolbar.bottom
    side = min(px(300), width // 2)
    right = width - side
    readout_height = px(92)
    curve_height = max(px(120), min(px(240), middle // 3))
    readout = pygame.Rect(right, status.top - readout_height, side, readout_height)
    curve = pygame.Rect(right, readout.top - curve_height, side, curve_height)
    controls = pygame.Rect(right, toolbar.bottom, side, curve.top - toolbar.bottom)
    graphs_height = max(px(110), min(px(220), middle // 3))
    graphs_top = status.top - graphs_height
    bars_width = min(px(320), right // 3)
    timeline_height = px(34) if replay else 0
    return WindowLayout(
        toolbar=toolbar,
        table=pygame.Rect(0, toolbar.bottom, right, graphs_top - timeline_height - toolbar.bottom),
        controls=controls,
        curve=curve,
        readout=readout,
        openings=pygame.Rect(0, graphs_top, right - bars_width, graphs_height),
        bars=pygame.Rect(right - bars_width, graphs_top, bars_width, graphs_height),
        timeline=pygame.Rect(0, graphs_top - timeline_height, right, timeline_height),
        status=status,
    )


def fitting_scale(scale: float, size: tuple[int, int]) -> float:
    """The greatest UI scale up to `scale` at which all parts have room in a window of this size, px."""
    return max(0.4, min(scale, size[0] / SMALLEST[0], size[1] / SMALLEST[1]))


def default_scale(desktop: tuple[int, int]) -> float:
    """UI scale that suits a screen of this size, px."""
    return 1.0 if desktop[1] < 1300 else 1.5 if desktop[1] < 1900 else 2.0
