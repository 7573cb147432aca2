"""What is written on the table: layer numbers, INPUT and OUTPUT, the legend of the load colours."""

import functools
import math

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.placed import Placed
from ruler.lab.art.sprites import BLEND, Point
from ruler.lab.art.table import STRIP, anchor_size
from ruler.lab.art.view import as_points
from ruler.lab.i18n import _
from ruler.lab.scene import Options

# Around the tip, px at scale 1.
TIP = 9.0
TAG_INK: theme.Colour = (60, 44, 30)


def layer_number(hinge: int, count: int, deep: bool) -> int:
    """The layer a hinge stands for, from 1 at the input."""
    return hinge + 1 if deep else count - hinge


def by_importance(count: int, first: int | None = None) -> list[int]:
    """Numbers 0 to count - 1: `first`, the two ends, every tenth layer, every fifth, every other, the rest."""
    ends = [] if count == 0 else [0, count - 1]
    order = [first] if first is not None and 0 <= first < count else []
    order += ends
    for step in (50, 10, 5, 2, 1):
        order += range(step - 1, count, step)
    return list(dict.fromkeys(order))


def keep_tip_free(placed: Placed) -> None:
    """No label lies on the tip: it is what the hand looks for."""
    near = placed.canvas.px(TIP)
    tip = placed.outer[-1]
    placed.labels.take(pygame.Rect(round(tip[0]) - near, round(tip[1]) - near, 2 * near, 2 * near))


def draw_layer_numbers(placed: Placed, options: Options) -> None:
    """Write the layer at each hinge, on the side away from the wedge; as many as there is room for."""
    canvas, count, wedges = placed.canvas, len(placed.hinges), placed.wedges()
    near = canvas.surface.get_clip()
    away = 0.5 * placed.width + 10.0 * canvas.scale
    for hinge in by_importance(count, options.hovered):
        at = placed.hinges[hinge]
        if not near.collidepoint(at):
            continue
        first, swept = wedges[hinge]
        middle = first + 0.5 * min(math.pi, max(-math.pi, swept))
        text = str(layer_number(hinge, count, options.deep))
        colour = theme.ACCENT if hinge == options.hovered else theme.INK
        image = theme.text_image(text, theme.SMALL, canvas.scale, colour, bold=True, halo=theme.PAPER)
        placed.labels.try_text(
            canvas.surface, image, (at[0] - away * math.cos(middle), at[1] + away * math.sin(middle))
        )


def draw_ends(placed: Placed, deep: bool) -> None:
    """Write INPUT and OUTPUT at the ends: the output is the pulled end, unless `deep` is False."""
    view, scene, scale = placed.view, placed.scene, placed.canvas.scale
    tip = placed.outer[-1]
    hands = [holder.target for holder in scene.holders if holder.kind == "hand" and np.isfinite(holder.target).all()]
    if hands:
        tip = as_points(view.to_screen(hands[:1]))[0]
    fixed, pulled = (_("INPUT"), _("OUTPUT")) if deep else (_("OUTPUT"), _("INPUT"))
    beside = 0.5 * placed.width + 12.0 * scale
    clamp = 3.0 * anchor_size(view, scene, scale) if scene.anchor == "clamped" else 0.0
    _draw_end(placed, fixed, placed.inner[0], -beside - clamp)
    _draw_end(placed, pulled, tip, beside + (38.0 * scale if hands else 0.0))


def _draw_end(placed: Placed, text: str, at: Point, beside: float) -> None:
    """A tag `beside` px to the right (left when negative) of the end; above it when there is no room."""
    canvas, labels = placed.canvas, placed.labels
    if not labels.rect.collidepoint(at):
        return
    text_width, text_height = theme.text_size(text, theme.SMALL, canvas.scale, bold=True)
    box = pygame.Rect(0, 0, text_width + canvas.px(12), text_height + canvas.px(4))
    anchor = "midleft" if beside > 0 else "midright"
    places = [(anchor, at[0] + beside, at[1])]
    lift = abs(beside) + box.height
    ups = (lift, -lift, 1.5 * lift, -1.5 * lift, 2 * lift, -2 * lift, 3 * lift, -3 * lift)
    places += [("center", at[0] + beside, at[1] + up) for up in ups]
    found = labels.first_free(_moved(box, place).clamp(labels.rect) for place in places)
    if found is None:
        return
    box = found
    canvas.card(box, TAG_INK, radius=4.0)
    canvas.text(text, box.center, colour=theme.WHITE, bold=True, anchor="center")


def _moved(box: pygame.Rect, place: tuple[str, float, float]) -> pygame.Rect:
    moved = box.copy()
    setattr(moved, place[0], (round(place[1]), round(place[2])))
    return moved


@functools.lru_cache(maxsize=8)
def legend(scale: float, title: str, even: str) -> pygame.Surface:
    """The legend of the load colours (premultiplied), with its words."""
    line = theme.text_size("0", theme.SMALL, scale)[1]
    pad, wide, tall = round(8 * scale), round(150 * scale), round(9 * scale)
    picture = pygame.Surface((wide + 2 * pad + round(18 * scale), 2 * line + tall + 2 * pad), pygame.SRCALPHA, 32)
    canvas = Canvas(picture, scale)
    canvas.card(picture.get_rect(), theme.CARD, 0.93, theme.LINE)
    left, top = pad + canvas.px(4), pad + line
    canvas.text(title, (left, pad - canvas.px(2)), bold=True)
    colours = pygame.Surface((theme.LOAD_LEVELS, 1), 0, 32)
    for level, colour in enumerate(theme.load_palette()):
        colours.set_at((level, 0), colour)
    picture.blit(pygame.transform.scale(colours, (wide, tall)), (left, top))
    pygame.draw.rect(picture, theme.MUTED, (left, top, wide, tall), max(1, canvas.px(0.8)))
    for times, text in ((0.0, "0"), (1.0, even), (2.0, "2\u00d7"), (4.0, "4\u00d7")):
        x = left + round((1.0 - 2.0**-times) * (wide - 1))
        picture.fill((*theme.MUTED, 255), (x, top + tall, max(1, canvas.px(1)), canvas.px(3)))
        canvas.text(text, (x, top + tall + canvas.px(3)), anchor="midtop")
    return picture


def draw_legend(placed: Placed) -> None:
    """Draw the legend in a free upper corner; nothing when the view is too small for it."""
    canvas, rect = placed.canvas, placed.view.rect
    strip = canvas.px(STRIP)
    placed.labels.take(pygame.Rect(rect.x, rect.bottom - strip, rect.width, strip))
    picture = legend(canvas.scale, _("Load share of a hinge"), _("even"))
    if not placed.hinges or rect.width < 2.2 * picture.get_width() or rect.height < 3 * picture.get_height():
        return
    gap = canvas.px(10)
    right = picture.get_rect(topright=(rect.right - gap, rect.top + gap))
    box = placed.labels.first_free((right, picture.get_rect(topleft=(rect.left + gap, rect.top + gap))))
    if box is not None:
        canvas.surface.blit(picture, box, None, BLEND)
