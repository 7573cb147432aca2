"""All that lies on the table at once: what the window, a screenshot and a video draw."""

from ruler.lab.art.blocks import draw_blocks
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.film import draw_backdrop, draw_measured_only, draw_outline
from ruler.lab.art.ruler import draw_ruler
from ruler.lab.art.table import draw_anchor, draw_paper, draw_scale
from ruler.lab.art.view import View
from ruler.lab.scene import Options, Scene


def draw_picture(canvas: Canvas, view: View, scene: Scene, options: Options) -> None:
    """Draw the table, the ruler and all that belongs to it over the whole of the view's rectangle.

    Args:
        canvas: drawn on.
        view: where and how large.
        scene: what there is.
        options: what is drawn besides.
    """
    if view.rect.width <= 0 or view.rect.height <= 0:
        return
    if scene.blocks is not None:
        draw_blocks(canvas, view.rect, scene.blocks)
        return
    draw_paper(canvas, view, scene)
    if scene.backdrop is not None:
        draw_backdrop(canvas, view, scene.backdrop)
    if scene.outline:
        draw_measured_only(canvas, view, scene)
    else:
        draw_ruler(canvas, view, scene, options)
    if scene.photographed is not None:
        draw_outline(canvas, view, scene.photographed.nodes, scene.photographed.label)
    draw_anchor(canvas, view, scene)
    draw_scale(canvas, view, scene)
