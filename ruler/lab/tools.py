"""The mouse on the table: input becomes commands for the hand (drag, shake) and the view (zoom, pan)."""

import numpy as np
import pygame

from ruler.lab.art.ruler import section_at
from ruler.lab.session import Session
from ruler.lab.window import Window

# One notch of the wheel, or one press of the key.
ZOOM = 1.2


def use_mouse(window: Window, event: pygame.event.Event) -> None:
    """Take an event of the mouse that no widget wanted."""
    if event.type == pygame.MOUSEWHEEL:
        _wheel(window, event)
        return
    window.mouse_at = event.pos
    if event.type == pygame.MOUSEMOTION:
        _move(window, event)
    elif event.type == pygame.MOUSEBUTTONUP:
        _let_go(window, event.button)
    else:
        window.hints_shown = False
        if window.help_shown:
            window.help_shown = False
        elif window.layout.table.collidepoint(event.pos):
            _press(window, event)


def _wheel(window: Window, event: pygame.event.Event) -> None:
    if not window.layout.table.collidepoint(window.mouse_at):
        return
    factor = ZOOM ** float(np.clip(event.precise_y if hasattr(event, "precise_y") else event.y, -5.0, 5.0))
    index = window.view_at(window.mouse_at)
    window.views[index] = window.views[index].zoomed(window.mouse_at, factor)


def _press(window: Window, event: pygame.event.Event) -> None:
    hand = window.player.hand
    if event.button == 3 and hand is not None:
        hand.shake("tip", on=True)
        window.right_shake = True
    elif event.button == 1 and hand is not None and _grab(window, hand, event.pos):
        return
    elif event.button in (1, 2):
        window.panning = True


def _grab(window: Window, hand: Session, at: tuple[int, int]) -> bool:
    """Take hold of the section under the mouse; False when there is none."""
    scene, view = hand.scene(), window.views[0]
    radius = 14.0 * window.scale
    found = section_at(view, scene, at, radius=radius)
    if np.hypot(*(view.to_screen(scene.outer[-1]) - at)) <= radius:
        # Near the tip the tip itself is meant, whatever lies on top of it.
        section, along = len(scene.outer), 1.0
    elif found is not None:
        index = found[0]
        section = index + 1
        along = found[1] / float(np.hypot(*(scene.outer[index] - scene.inner[index])))
    else:
        return False
    took_over = hand.simulation.phase.hold and section == len(scene.outer)
    x, y = view.to_world(np.array(at, dtype=np.float64)).tolist()
    hand.grab(section, min(1.0, max(0.0, along)), x, y)
    if took_over:
        window.say("You have taken the tip from the script. Reset (R), then Play script (P), plays it again.")
    return True


def _move(window: Window, event: pygame.event.Event) -> None:
    hand = window.player.hand
    if window.panning:
        index = window.view_at(event.pos)
        window.views[index] = window.views[index].panned(*event.rel)
    elif hand is not None and hand.holding and event.buttons[0]:
        x, y = window.views[0].to_world(np.array(event.pos, dtype=np.float64)).tolist()
        hand.drag(x, y)


def _let_go(window: Window, button: int) -> None:
    if button in (1, 2):
        window.panning = False
    if button == 1 and not window.live.arrows and window.session.holding:
        window.session.release()
    if button == 3 and window.right_shake:
        window.right_shake = False
        window.session.shake("tip", on=False)
