"""The mouse on the table: input becomes commands for the hand (drag, shake) and the view (zoom, pan)."""

import math

import numpy as np
import pygame

from ruler.lab import lessons
from ruler.lab.art.ruler import hinge_at, section_at
from ruler.lab.dividers import use_dividers
from ruler.lab.i18n import _
from ruler.lab.menus import open_context_menu
from ruler.lab.plotting import time_graph, zoom_time
from ruler.lab.session import Session
from ruler.lab.window import NEAR, Press, RightPress, Window

# One notch of the wheel, or one press of the key.
ZOOM = 1.2
# The right button shakes when it is held so long, s, or moved; a shorter click opens a menu.
HELD = 0.25
# The banner over the table stands out so long when somebody pulls in vain, s.
BANNER_TIME = 2.0
# A mouse that has moved no further than this between press and release has clicked, px at scale 1.
STILL = 4.0


def use_mouse(window: Window, event: pygame.event.Event) -> None:
    """Take an event of the mouse that no widget wanted."""
    if event.type == pygame.MOUSEWHEEL:
        _wheel(window, event)
        return
    window.mouse_at = event.pos
    if use_dividers(window, event):
        return
    if event.type == pygame.MOUSEMOTION:
        _move(window, event)
    elif event.type == pygame.MOUSEBUTTONUP:
        let_go(window, event.button)
    else:
        offered, window.hints_shown = window.hints_shown, False
        if event.button == 1 and _clicked(window, event.pos, offered):
            return
        if event.button == 1 and (title := window.menu_bar.at(event.pos)) is not None:
            window.menu_bar.unfold(title)
        elif window.layout.table.collidepoint(event.pos) and not window.controls.on_field(event.pos):
            _press(window, event)
        elif event.button == 3:
            open_context_menu(window, event.pos)


def _clicked(window: Window, at: tuple[int, int], offered: bool) -> bool:
    """Whether a click was for something over the table, the nearest network (is drawn) or the time graph (seeks)."""
    if window.layout.graphs["openings"].collidepoint(at) and (found := time_graph(window)) is not None:
        if found.area.plot.collidepoint(at) and len(found.series):
            window.player.seek(found.time_at(at[0]) / max(found.series.last_time, 1e-9))
        return True
    if window.resembles is not None and window.resembles_rect.collidepoint(at):
        network = window.resembles.network
        window.say(window.ghosts.show_network(network.address, network.title))
        return True
    return (offered or window.lesson is not None) and lessons.press(window, at)


def _wheel(window: Window, event: pygame.event.Event) -> None:
    factor = ZOOM ** float(np.clip(event.precise_y if hasattr(event, "precise_y") else event.y, -5.0, 5.0))
    if window.layout.graphs["openings"].collidepoint(window.mouse_at):
        zoom_time(window, factor, window.mouse_at[0])
    if not window.layout.table.collidepoint(window.mouse_at):
        return
    index = window.view_at(window.mouse_at)
    window.views[index] = window.views[index].zoomed(window.mouse_at, factor)


def _press(window: Window, event: pygame.event.Event) -> None:
    hand = window.player.hand
    if event.button == 3:
        window.right_press = RightPress(event.pos, 0.0)
        if hand is not None and hand.holding:
            # Pulled with one button, shaken with the other: no menu is meant.
            shake_while_held(window)
    elif event.button == 1 and hand is not None:
        window.press = press = _pressed(window, hand, event.pos)
        if press.section is not None and window.clock.paused and window.live.moment is None:
            # It is held, but nothing moves: the banner that says so stands out.
            window.banner_left = BANNER_TIME
        if press.section is None:
            window.panning = True
        elif press.hinge is None:
            _grab(window, hand, press, event.pos)
        # A click on a hinge leaves the ruler alone: its section is grabbed when the mouse begins to move.
    elif event.button in (1, 2):
        window.panning = True


def shake_while_held(window: Window) -> None:
    """The right button is meant to shake: it does until it is let go."""
    press, window.right_press = window.right_press, None
    hand = window.player.hand
    if hand is None or not window.live.go_on_if_looking():
        return
    window.follow_session()
    if press is not None and not hand.holding and not hand.simulation.phase.hold:
        # It also takes the tip, wherever the mouse is: the tip follows as the mouse moves from there.
        hand.grab(len(hand.scene().outer), 1.0, *_on_table(window, press.at))
        window.right_holds = hand.holding
    hand.shake("tip", on=True)
    window.right_shake = True


def wait_for_right_button(window: Window, elapsed: float) -> None:
    """A right button that is held for a while shakes."""
    press = window.right_press
    if press is None:
        return
    window.right_press = press._replace(held=press.held + elapsed)
    if press.held + elapsed >= HELD:
        shake_while_held(window)


def _pressed(window: Window, hand: Session, at: tuple[int, int]) -> Press:
    """What of the ruler is under the mouse."""
    scene, view = hand.scene(), window.views[0]
    near = NEAR * window.scale
    if np.hypot(*(view.to_screen(scene.outer[-1]) - at)) <= near:
        # Near the tip the tip itself is meant, whatever lies on top of it.
        return Press(at, None, len(scene.outer), 1.0)
    hinge, found = hinge_at(view, scene, at, radius=near), section_at(view, scene, at, radius=near)
    if found is None:
        return Press(at, hinge)
    index, away = found
    along = away / float(np.hypot(*(scene.outer[index] - scene.inner[index])))
    return Press(at, hinge, index + 1, min(1.0, max(0.0, along)))


def _grab(window: Window, hand: Session, press: Press, at: tuple[int, int]) -> None:
    """Take hold of the section that was pressed, with the mouse at a point of the window."""
    if press.section is None or not window.live.go_on_if_looking():
        return
    window.follow_session()
    took_over = hand.simulation.phase.hold and press.section == len(hand.scene().outer)
    window.right_holds = False
    hand.grab(press.section, press.along, *_on_table(window, at))
    if took_over:
        window.say(_("You have taken the tip from the script. Reset (R), then Play script (P), plays it again."))


def _move(window: Window, event: pygame.event.Event) -> None:
    hand = window.player.hand
    press, right = window.press, window.right_press
    if right is not None and math.dist(event.pos, right.at) > STILL * window.scale:
        shake_while_held(window)
    if press is not None and math.dist(event.pos, press.at) > STILL * window.scale:
        if hand is not None and press.hinge is not None:
            _grab(window, hand, press, press.at)
        window.press = None
    if window.panning:
        index = window.view_at(event.pos)
        window.views[index] = window.views[index].panned(*event.rel)
    elif hand is not None and hand.holding and (event.buttons[0] or window.right_holds):
        hand.drag(*_on_table(window, event.pos))


def _on_table(window: Window, at: tuple[int, int]) -> tuple[float, float]:
    """The point of the table at a point of the window, m."""
    x, y = window.views[0].to_world(np.array(at, dtype=np.float64)).tolist()
    return x, y


def let_go(window: Window, button: int) -> None:
    """A button of the mouse is let go."""
    if button == 1 and window.press is not None:
        window.select(window.press.hinge)
        window.press = None
    if button in (1, 2):
        window.panning = False
    if button == 1 and not window.live.arrows and window.session.holding:
        window.session.release()
    if button == 3:
        clicked, window.right_press = window.right_press, None
        if window.right_shake:
            window.session.shake("tip", on=False)
            if window.right_holds and not window.live.arrows:
                window.session.release()
            window.right_shake = window.right_holds = False
        elif clicked is not None:
            open_context_menu(window, clicked.at)
