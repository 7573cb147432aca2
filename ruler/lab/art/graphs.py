"""Graphs (stub). Shares are in layer order, input first."""

from collections.abc import Sequence
import numpy as np
from numpy.typing import NDArray
import pygame

Floats = NDArray[np.float64]
Point = tuple[float, float]
Ghost = tuple[str, Floats, Floats]  # label, depth 0..1, curve 1..0


class History:
    """times s, openings rad."""

    def __init__(self, hinges: int, capacity: int = 8192) -> None: ...
    def append(self, times: Floats, openings: Floats) -> None:
        """times (R,), openings (R, N)."""

    def clear(self) -> None: ...
    def __len__(self) -> int: ...


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
    """span: seconds shown (None: everything). now: marked moment in a replay. cursor: mouse position in px."""


def draw_load_bars(
    surface: pygame.Surface,
    rect: pygame.Rect,
    shares: Floats | None,
    *,
    scale: float = 1.0,
    cursor: Point | None = None,
    frozen: bool = False,
    count: int = 0,
) -> None: ...
def draw_load_curve(
    surface: pygame.Surface,
    rect: pygame.Rect,
    shares: Floats | None,
    ghosts: Sequence[Ghost] = (),
    *,
    scale: float = 1.0,
    cursor: Point | None = None,
    frozen: bool = False,
) -> None: ...
