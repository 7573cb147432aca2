"""All of the table at once (stub)."""

import pygame
from ruler.lab.scene import Options, Scene
from ruler.lab.art.view import View


def draw_picture(surface: pygame.Surface, view: View, scene: Scene, options: Options, scale: float = 1.0) -> None:
    """Table, ruler, anchor, hands, overlays, legend, in the right order: what the window normally calls."""
