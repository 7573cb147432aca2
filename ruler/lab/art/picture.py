"""All that lies on the table at once: what the window, a screenshot and a video draw."""

import pygame

from ruler.lab.art.blocks import draw_blocks
from ruler.lab.art.ruler import draw_ruler
from ruler.lab.art.table import draw_anchor, draw_paper, draw_scale
from ruler.lab.art.view import View
from ruler.lab.scene import Options, Scene


def draw_picture(surface: pygame.Surface, view: View, scene: Scene, options: Options, scale: float = 1.0) -> None:
    """Draw the table, the ruler and all that belongs to it over the whole of the view's rectangle.

    Args:
        surface: drawn on; no display is needed.
        view: where and how large.
        scene: what there is.
        options: what is drawn besides.
        scale: UI scale.
    """
    if scene.blocks is not None:
        draw_blocks(surface, view.rect, scene.blocks, scale)
        return
    draw_paper(surface, view, scene, scale)
    draw_ruler(surface, view, scene, options, scale)
    draw_anchor(surface, view, scene, scale)
    draw_scale(surface, view, scene, scale)
