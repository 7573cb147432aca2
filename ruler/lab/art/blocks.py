"""Blocks (stub)."""

import numpy as np
from numpy.typing import NDArray
import pygame


def draw_blocks(
    surface: pygame.Surface, rect: pygame.Rect, positions: NDArray[np.float64], scale: float = 1.0
) -> None: ...
