"""Text of the window: read-out, status line, help, hints, what is under the mouse."""

import math
from collections.abc import Sequence

import pygame

from ruler.analysis import LOAD_MEASURES, Measures
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.labels import layer_number
from ruler.lab.art.sprites import draw_polygon
from ruler.lab.i18n import _
from ruler.lab.numbers import Explained, Number, about_measure
from ruler.lab.scene import Scene
from ruler.recording.trust import Level
from ruler.text import number as written


def draw_readout(
    canvas: Canvas, rect: pygame.Rect, measures: Measures, resembles: str, seen: Explained, linked: bool
) -> pygame.Rect:
    """The load measures that are read out, and below them what it resembles.

    Args:
        canvas: drawn on.
        rect: where, px.
        measures: of the load.
        resembles: what is written below.
        seen: takes where the numbers are.
        linked: whether a click on what is below does something.

    Returns:
        Where that is.
    """
    pygame.draw.rect(canvas.surface, theme.PANEL, rect)
    left, top = rect.left + canvas.px(12), rect.top + canvas.px(4)
    read = [(name, measure) for name, measure in LOAD_MEASURES.items() if measure.readout]
    wide = rect.width // len(read)
    for i, (name, measure) in enumerate(read):
        x = left + i * wide
        canvas.text(
            theme.shortened(_(measure.label), wide - canvas.px(8), theme.SMALL, canvas.scale),
            (x, top),
            colour=theme.MUTED,
        )
        canvas.text(written(measures.numbers[name]), (x, top + canvas.px(15)), size=theme.LARGE, bold=True)
        seen.add(pygame.Rect(x, top, wide, canvas.px(38)), about_measure(name))
    below = pygame.Rect(left, top + canvas.px(42), rect.right - left, rect.bottom - top - canvas.px(42))
    room = rect.width - canvas.px(20)
    lines = theme.wrapped(resembles, room, theme.SMALL, canvas.scale)
    # A long name ends with an ellipsis in the last line there is room for.
    shown = [
        *lines[:2],
        *([theme.shortened(" ".join(lines[2:]), room, theme.SMALL, canvas.scale)] if lines[2:] else []),
    ]
    for i, part in enumerate(shown):
        box = canvas.text(part, (left, below.y + i * canvas.px(17)))
        if linked:
            canvas.surface.fill(theme.ACCENT, (box.x, box.bottom, box.width, max(1, canvas.px(1))))
    return below


def trust_colour(level: Level) -> theme.Colour:
    """The colour in which a level of trust is written."""
    return {"good": theme.MUTED, "fair": theme.AMBER, "poor": theme.WARNING}[level]


def readouts(measures: Measures) -> list[tuple[str, float | None]]:
    """Label and number of each load measure that is read out."""
    return [(measure.label, measures.numbers[name]) for name, measure in LOAD_MEASURES.items() if measure.readout]


def draw_status(
    canvas: Canvas,
    rect: pygame.Rect,
    text: str,
    warning: bool,
    numbers: Sequence[Number],
    level: Level,
    seen: Explained,
) -> None:
    """What the mouse and keys do here, and step, time, energy account; `seen` takes where the numbers are."""
    pygame.draw.rect(canvas.surface, theme.PANEL, rect)
    pygame.draw.line(canvas.surface, theme.CARD_EDGE, rect.topleft, rect.topright)
    gap = canvas.px(10)
    right = rect.right - gap
    for each in reversed(numbers):
        box = canvas.text(each.text, (right, rect.centery), colour=trust_colour(level), anchor="midright")
        seen.add(pygame.Rect(box.x, rect.y, box.width, rect.height), _(each.about))
        right = box.left - canvas.px(14)
    text = theme.shortened(text, right - rect.left - 3 * gap, theme.SMALL, canvas.scale)
    colour = theme.WARNING if warning else theme.INK
    canvas.text(text, (rect.left + gap, rect.centery), colour=colour, anchor="midleft")


def draw_hover(canvas: Canvas, mouse: tuple[int, int], scene: Scene, hinge: int, deep: bool) -> None:
    """A card beside the mouse about the hinge under it (counted from 0): number, opening, torque against its limit."""
    count = len(scene.opening)
    number, opening = layer_number(hinge, count, deep), math.degrees(scene.opening[hinge])
    lines = [_("hinge {number}: {angle}° open").format(number=number, angle=f"{opening:.1f}")]
    if not deep:
        lines.append(_("from the hand; in files it is opening_{number}").format(number=hinge + 1))
    if scene.share is not None:
        lines.append(_("load share {share}").format(share=f"{scene.share[hinge]:.3f}"))
    if scene.torque is not None and scene.tightness is not None:
        own, times = f"{1000 * scene.torque[hinge]:.1f}", f"{scene.tightness[hinge]:.2f}"
        lines.append(_("own torque {torque} mN m, {times} x the mean").format(torque=own, times=times))
    now = scene.snapshot
    if now is not None:
        torque, limit = (f"{1000 * value:.1f}" for value in (now.torque[hinge], now.torque_limit[hinge]))
        sticks = _("torque {torque} of {limit} mN m: sticks")
        slides = _("torque {torque} of {limit} mN m: slides")
        lines.append((sticks if now.sticks[hinge] else slides).format(torque=torque, limit=limit))
        lines.append(_("force through it {force} N").format(force=f"{now.tension[hinge]:.2f}"))
    _draw_card(canvas, lines, (mouse[0] + canvas.px(18), mouse[1] + canvas.px(18)))


def draw_about(canvas: Canvas, rect: pygame.Rect, texts: list[tuple[str, str]]) -> None:
    """Headings and paragraphs about what is being replayed, as much as there is room for."""
    pad, line = canvas.px(12), canvas.px(19)
    y = rect.top + canvas.px(8)
    for heading, text in texts:
        lines = [heading, *theme.wrapped(text, rect.width - 2 * pad, theme.SMALL, canvas.scale)]
        for number, part in enumerate(lines):
            if y + line > rect.bottom:
                return
            canvas.text(part, (rect.left + pad, y), bold=number == 0)
            y += line
        y += line // 2


def _draw_card(canvas: Canvas, lines: list[str], at: tuple[int, int], heading: bool = False) -> None:
    """Lines of text on a card, within the window."""
    face = theme.font(theme.NORMAL, canvas.scale)
    pad, line = canvas.px(10), canvas.px(20)
    box = pygame.Rect(at, (max(face.size(text)[0] for text in lines) + 2 * pad, line * len(lines) + 2 * pad))
    box.clamp_ip(canvas.surface.get_rect())
    canvas.card(box, theme.CARD, edge=theme.CARD_EDGE, radius=6.0)
    for number, text in enumerate(lines):
        at = (box.left + pad, box.top + pad + number * line)
        canvas.text(text, at, size=theme.NORMAL, bold=heading and number == 0)


def draw_times(canvas: Canvas, timeline: pygame.Rect, width: float, text: str) -> None:
    """What stands to the right of the timeline."""
    room = canvas.px(width - 12)
    text = theme.shortened(text, room, theme.SMALL, canvas.scale)
    canvas.text(text, (timeline.right - canvas.px(width - 4), timeline.centery), colour=theme.MUTED, anchor="midleft")


def draw_fork(canvas: Canvas, timeline: pygame.Rect, x: int, text: str, seen: Explained) -> None:
    """Mark on the timeline where a branch parts, `x` px; `seen` takes the text that says so."""
    half, thick = canvas.px(4), max(2, canvas.px(2))
    canvas.surface.fill(theme.ACCENT, (x - thick // 2, timeline.top, thick, timeline.height))
    for y, way in ((timeline.top, 1), (timeline.bottom - 1, -1)):
        corners = [(x - half, y - way * half), (x + half, y - way * half), (x, y + way * half)]
        draw_polygon(canvas.surface, theme.ACCENT, corners)
    seen.add(pygame.Rect(x - 2 * half, timeline.top - half, 4 * half, timeline.height + 2 * half), text)


def draw_banner(canvas: Canvas, table: pygame.Rect, text: str, urgent: bool) -> None:
    """Over the table, why nothing moves; urgent when somebody has tried to move it."""
    text = theme.shortened(text, table.width - canvas.px(40), theme.NORMAL, canvas.scale, True)
    width, height = theme.text_size(text, theme.NORMAL, canvas.scale, bold=True)
    box = pygame.Rect(0, 0, width + canvas.px(24), height + canvas.px(10))
    box.midtop = (table.centerx, table.top + canvas.px(8))
    canvas.card(box, theme.ACCENT if urgent else theme.CARD, edge=theme.ACCENT, radius=6.0)
    colour = theme.WHITE if urgent else theme.ACCENT_DARK
    canvas.text(text, box.center, size=theme.NORMAL, colour=colour, bold=True, anchor="center")
