"""Ruler (stub)."""

import pygame
from ruler.lab.scene import Options, Scene
from ruler.lab.art.view import View


def draw_ruler(surface: pygame.Surface, view: View, scene: Scene, options: Options, scale: float = 1.0) -> None:
    """Sections, wedges, rivets, numbers, hands, overlays, legend; clipped to view.rect."""


def hinge_at(view: View, scene: Scene, px: tuple[float, float], radius: float = 12.0) -> int | None: ...
def section_at(view: View, scene: Scene, px: tuple[float, float], radius: float = 12.0) -> tuple[int, float] | None:
    """(section number, distance from its inner end in m)."""
