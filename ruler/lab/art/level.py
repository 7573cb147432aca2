"""A spirit level in the lower left corner, where the table is tilted."""

import math

import pygame

from ruler.lab.art import theme
from ruler.lab.art.forces import draw_arrow
from ruler.lab.art.placed import Placed
from ruler.lab.art.sprites import draw_disc, draw_line
from ruler.lab.i18n import _

LEVEL_HEIGHT = 28.0  # px at scale 1
VIAL = (64, 16)  # px at scale 1
ARROW = 26.0  # px at scale 1
# At this tilt the bubble has reached the end of the vial, deg.
FULL = 20.0
SPIRIT: theme.Colour = (206, 220, 120)
BUBBLE: theme.Colour = (250, 253, 232)
GLASS: theme.Colour = (84, 96, 30)


def draw_level(placed: Placed) -> None:
    """The bubble is at the upper side; an arrow points downhill, and the angle is written beside it."""
    canvas, rect, tilt = placed.canvas, placed.view.rect, placed.scene.tilt
    if not math.isfinite(tilt):
        return
    angle = f"{abs(tilt):.{0 if abs(tilt) >= 9.95 else 1}f}"
    text = _("tilt {angle}\u00b0").format(angle=angle)
    wide, tall = map(canvas.px, VIAL)
    gap, arrow = canvas.px(8), canvas.px(ARROW)
    width = theme.text_size(text, theme.SMALL, canvas.scale, bold=True)[0]
    box = pygame.Rect(0, 0, wide + arrow + width + 4 * gap, canvas.px(LEVEL_HEIGHT))
    box.bottomleft = (rect.x + canvas.px(10), rect.bottom - canvas.px(34))
    if not rect.contains(box):
        return
    canvas.card(box, theme.CARD, 0.95, theme.ACCENT)
    vial = pygame.Rect(box.x + gap, box.centery - tall // 2, wide, tall)
    canvas.card(vial, SPIRIT, edge=GLASS, radius=0.5 * VIAL[1])
    radius = 0.36 * tall
    off = max(-1.0, min(1.0, tilt / FULL)) * (0.5 * wide - radius - 2.0 * canvas.scale)
    for side in (-1, 1):
        x = vial.centerx + side * (radius + 3.0 * canvas.scale)
        draw_line(canvas.surface, GLASS, (x, vial.top + 1), (x, vial.bottom - 2), 1.0 * canvas.scale)
    draw_disc(canvas.surface, (vial.centerx - off, vial.centery), radius, BUBBLE, 0.0, GLASS)
    ends = [(vial.right + gap, box.centery), (vial.right + gap + arrow, box.centery)]
    start, end = ends if tilt > 0.0 else reversed(ends)
    draw_arrow(canvas.surface, start, end, theme.ACCENT_DARK, 2.5 * canvas.scale)
    canvas.text(text, (box.right - gap, box.centery), colour=theme.ACCENT_DARK, bold=True, anchor="midright")
    placed.labels.take(box)
