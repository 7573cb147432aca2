"""A real ruler on the table: the film behind it, its hinges as outlines."""

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import draw_disc
from ruler.lab.art.view import View, as_points
from ruler.lab.scene import Backdrop, Scene

LINE: theme.Colour = (20, 92, 150)
HALO: theme.Colour = (255, 255, 255)


def draw_backdrop(canvas: Canvas, view: View, backdrop: Backdrop) -> None:
    """Draw a picture of the table where it was taken; only the part that is seen is scaled."""
    left, low, right, high = backdrop.place
    (x0, y0), (x1, y1) = view.to_screen([(left, high), (right, low)]).tolist()
    if x1 - x0 < 2.0 or y1 - y0 < 2.0:
        return
    with canvas.clipped(view.rect) as seen:
        box = pygame.Rect(round(x0), round(y0), round(x1 - x0), round(y1 - y0)).clip(seen)
        if box.width < 1 or box.height < 1:
            return
        picture, zoom = backdrop.picture, backdrop.picture.get_width() / (x1 - x0)
        part = pygame.Rect(
            int((box.x - x0) * zoom), int((box.y - y0) * zoom), int(box.width * zoom) + 1, int(box.height * zoom) + 1
        ).clip(picture.get_rect())
        if part.width > 0 and part.height > 0:
            canvas.surface.blit(pygame.transform.scale(picture.subsurface(part), box.size), box)


def draw_outline(canvas: Canvas, view: View, nodes: np.ndarray, label: str = "") -> None:
    """A ruler as a thin zigzag with rings at its joints; `label` is written above its tip."""
    points = as_points(view.to_screen(nodes))
    with canvas.clipped(view.rect):
        for width, colour in ((4, HALO), (2, LINE)):
            pygame.draw.lines(canvas.surface, colour, False, points, max(1, canvas.px(width)))
        ring = 6.0 * canvas.scale
        for at in points:
            draw_disc(canvas.surface, at, ring + 1.0, HALO, ring - 3.0)
            draw_disc(canvas.surface, at, ring, LINE, ring - 2.0)
        if label:
            top = min(y for _, y in points) - canvas.px(12)
            at = (min(points[-1][0], view.rect.right - canvas.px(90)), max(top, view.rect.top + canvas.px(14)))
            canvas.text(label, at, colour=LINE, bold=True, anchor="midbottom", halo=HALO)


def draw_measured_only(canvas: Canvas, view: View, scene: Scene) -> None:
    """The tracked ruler over its film."""
    draw_outline(canvas, view, np.vstack((scene.inner[:1], scene.outer)))
