"""A frame of the window: what is drawn where."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

import pygame

from ruler.analysis import load_curve
from ruler.lab import focus, overlays
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.picture import draw_picture
from ruler.lab.art.plot import Ghost, Shown
from ruler.lab.art.ruler import hinge_at
from ruler.lab.controls import TIMELINE_TEXT
from ruler.lab.dividers import draw_divider
from ruler.lab.ghosts import SECOND, resemblance_in_words
from ruler.lab.i18n import _
from ruler.lab.lesson_bar import Places, draw_start, draw_task
from ruler.lab.lessons import offered
from ruler.lab.numbers import RESEMBLES, draw_about
from ruler.lab.overlay import draw_veil
from ruler.lab.quiet import TURNS
from ruler.lab.scene import Scene
from ruler.lab.window import NEAR, Window


class _Part(NamedTuple):
    """A part of the window beside the table: where it is, and what draws it."""

    rects: Sequence[pygame.Rect]
    draw: Callable[[], None]


def draw_window(window: Window, turn: int | None = None) -> list[pygame.Rect]:
    """Draw a frame.

    Args:
        window: what it shows.
        turn: which of the `quiet.TURNS` it is to draw of what lies beside the table; None: all.

    Returns:
        What has been drawn, px.
    """
    canvas, layout = Canvas(window.surface, window.scale), window.layout
    scenes = window.stills.of(window.player.scenes(), window.less_motion)
    index = window.view_at(window.mouse_at)
    hovered = _hovered(window, index, scenes[index])
    _draw_table(window, canvas, scenes, hovered)
    drawn = [layout.table]
    for number, part in enumerate(_parts(window, canvas, scenes)):
        if turn is None or number % TURNS == turn:
            for rect in part.rects:
                window.explained.forget(rect)
            part.draw()
            drawn += part.rects
    over = draw_divider(window, canvas)
    if hovered is not None:
        overlays.draw_hover(canvas, window.mouse_at, scenes[index], hovered, window.options.deep)
    over |= focus.draw(window, canvas)
    over |= _draw_over(window, canvas)
    window.laid_over = over or hovered is not None
    return [window.surface.get_rect()] if turn is None or window.laid_over else drawn


def _draw_table(window: Window, canvas: Canvas, scenes: list[Scene], hovered: int | None) -> None:
    about, index = window.player.about(), window.view_at(window.mouse_at)
    if len(scenes) > 1:
        pygame.draw.rect(canvas.surface, theme.LINE, window.layout.table)
    for number, (view, scene) in enumerate(zip(window.views, scenes, strict=True)):
        shown = replace(window.options, hovered=hovered if number == index else None)
        draw_picture(canvas, view, scene, shown)
    for (name, _text), view in zip(about, window.views, strict=False):
        at = (view.rect.left + canvas.px(14), view.rect.top + canvas.px(8))
        canvas.text(name, at, size=theme.NORMAL, bold=True, halo=theme.PAPER)


def _parts(window: Window, canvas: Canvas, scenes: list[Scene]) -> list[_Part]:
    """All that lies beside the table, in the order in which it takes its turns."""
    layout = window.layout
    shown = cache(partial(shown_in_graphs, window, scenes))
    return [
        *(_Part([rect], partial(_draw_graph, window, canvas, name, shown)) for name, rect in layout.graphs.items()),
        _Part(
            [layout.menu_bar, layout.toolbar, layout.controls, layout.timeline], partial(_draw_widgets, window, canvas)
        ),
        _Part([layout.readout], partial(_draw_readout, window, canvas, scenes[0])),
        _Part([layout.status], partial(_draw_status, window, canvas)),
    ]


def _draw_graph(window: Window, canvas: Canvas, name: str, shown: Callable[[], Shown]) -> None:
    graph, rect = GRAPHS[name], window.layout.graphs[name]
    graph.draw(canvas, rect, shown())
    if graph.about:
        window.explained.add(pygame.Rect(rect.x, rect.y, rect.width, canvas.px(22)), _(graph.about))


def _draw_status(window: Window, canvas: Canvas) -> None:
    text, warning = status(window)
    player = window.player
    level = player.trust().level
    overlays.draw_status(canvas, window.layout.status, text, warning, player.numbers(), level, window.explained)


def _draw_widgets(window: Window, canvas: Canvas) -> None:
    """Menu bar, toolbar, parameters and timeline."""
    layout, surface, field = window.layout, canvas.surface, window.controls.hinge_field
    window.menu_bar.draw(canvas, layout.menu_bar, name_of(window), window.mouse_at)
    for rect in (layout.toolbar, layout.controls, layout.timeline):
        surface.fill(theme.PANEL, rect)
    overlays.draw_about(canvas, layout.controls, window.player.about())
    if field is not None:
        canvas.card(field, theme.CARD, edge=theme.ACCENT, radius=6.0)
    window.manager.draw_ui(surface)
    _draw_speed(window, canvas)
    overlays.draw_times(canvas, layout.timeline, TIMELINE_TEXT, window.player.times())
    _draw_forks(window, canvas)


def _draw_readout(window: Window, canvas: Canvas, scene: Scene) -> None:
    """The measures, and the network that is nearest, which a click draws."""
    measures, note = window.measures(scene), window.player.note()
    found = window.ghosts.resembles(measures, scene.opened)
    window.resembles = found if note is None else None
    text = resemblance_in_words(found) if note is None else note
    linked = window.resembles is not None
    seen = window.explained
    window.resembles_rect = overlays.draw_readout(canvas, window.layout.readout, measures, text, seen, linked)
    if note is None:
        seen.add(window.resembles_rect, _(RESEMBLES))


def _draw_forks(window: Window, canvas: Canvas) -> None:
    """Mark on the timeline where branches part."""
    controls, text = window.controls, _("A branch of {seconds} s parts here. Shift+B goes through the branches.")
    for part, seconds in window.player.forks():
        about = text.format(seconds=f"{seconds:.1f}")
        overlays.draw_fork(canvas, controls.timeline.rect, controls.timeline_at(part), about, window.explained)


def _draw_over(window: Window, canvas: Canvas) -> bool:
    """What lies over the window; whether there was something that may lie beside the table."""
    _draw_over_table(window, canvas)
    about = None if window.overlay is not None else window.explained.at(window.mouse_at)
    if about is not None:
        draw_about(canvas, window.mouse_at, about)
    if (overlay := window.overlay) is not None:
        if overlay.modal:
            draw_veil(canvas)
        overlay.draw(canvas)
    return about is not None or overlay is not None


def _draw_over_table(window: Window, canvas: Canvas) -> None:
    """What is offered at the start, or the task of the experiment under way."""
    lesson, table = window.lesson, window.layout.table
    if (banner := window.player.banner()) is not None:
        overlays.draw_banner(canvas, table, banner, window.banner_left > 0.0)
    window.over_table = Places()
    if window.dialogs.open:
        return
    if lesson is not None and lesson.stage == "do":
        progress = lesson.progress(window.session.scene())
        window.over_table = draw_task(canvas, table, lesson, progress, window.mouse_at)
    elif window.hints_shown:
        window.over_table = draw_start(canvas, table, offered(), window.mouse_at)


def name_of(window: Window) -> str:
    """What is open, and whether it would be lost."""
    about = window.player.about()
    if about:
        return ", ".join(name for name, _text in about)
    name = window.session.name
    if window.session.commands:
        # A scenario that a hand has touched is no longer that scenario.
        name = _("by hand, from {name}").format(name=name)
    return _("{name} (not saved)").format(name=name) if window.session.unsaved else name


def status(window: Window) -> tuple[str, bool]:
    """What the status line says, and whether it is a warning."""
    return (window.message, window.message_warns) if window.message_left > 0.0 else window.player.status()


def _hovered(window: Window, index: int, scene: Scene) -> int | None:
    """Number of the hinge under the mouse, or None."""
    over_table = window.layout.table.collidepoint(window.mouse_at) and not window.controls.on_field(window.mouse_at)
    if not over_table or window.overlay is not None or window.panning or scene.blocks is not None:
        return None
    return hinge_at(window.views[index], scene, window.mouse_at, radius=NEAR * window.scale)


def shown_in_graphs(window: Window, scenes: list[Scene]) -> Shown:
    """What the graphs show."""
    player = window.player
    names = [name for name, _about in player.about()]
    window.ghosts.follow(player.progress(scenes[0]))
    ghosts = window.ghosts.curves()
    if window.lesson is not None:
        ghosts += window.lesson.ghosts()
    for name, scene in zip(names[1:], scenes[1:], strict=True):
        other = window.in_layer_order(scene.share)
        if other is not None:
            ghosts.append(Ghost(name, load_curve(other), SECOND))
    options = window.options
    return Shown(
        player.history,
        shares=window.shares(scenes[0]),
        ghosts=ghosts,
        now=player.moment,
        cursor=window.mouse_at,
        frozen=window.frozen,
        scene=scenes[0],
        quantity=options.quantity,
        length=options.length,
        end=options.end,
        deep=options.deep,
    )


def _draw_speed(window: Window, canvas: Canvas) -> None:
    clock = window.clock
    slow = clock.too_slow()
    reached, wanted = f"{clock.real_time_factor:.1f}x", f"{clock.speed:g}x"
    text = _("{reached} of {wanted}").format(reached=reached, wanted=wanted) if slow else wanted
    colour = theme.WARNING if slow else theme.INK
    canvas.text(text, window.controls.speed_rect.center, colour=colour, anchor="center")
