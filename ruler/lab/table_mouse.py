"""The mouse on the table: dragging sections, shaking, zooming, panning."""

from typing import TYPE_CHECKING

import numpy as np
import pygame

from ruler.lab.app_values import CENTRE_ZOOM
from ruler.lab.art.ruler import section_at

if TYPE_CHECKING:
    from ruler.lab.app import App


class TableMouse:
    """Takes the events of the mouse that no widget wanted.

    Args:
        app: the window.

    Attributes:
        panning: whether the view is being moved.
        right_shake: whether the right button shakes the tip.
    """

    def __init__(self, app: "App") -> None:
        self._app = app
        self.panning = False
        self.right_shake = False

    def handle(self, event: pygame.event.Event) -> None:
        """Take an event of the mouse."""
        app = self._app
        if event.type == pygame.MOUSEWHEEL:
            self._wheel(event)
            return
        app.mouse_at = event.pos
        if event.type == pygame.MOUSEMOTION:
            self._mouse_moved(event)
        elif event.type == pygame.MOUSEBUTTONDOWN:
            app.hints_shown = False
            if app.help_shown:
                app.help_shown = False
            elif app.table_rects()[0].union(app.table_rects()[-1]).collidepoint(event.pos):
                self._button_down(event)
        else:
            self._button_up(event)

    def view_at(self, pos: tuple[int, int]) -> int:
        """Number of the view under a point of the window, px."""
        return 1 if len(self._app.views) > 1 and self._app.table_rects()[1].collidepoint(pos) else 0

    def _wheel(self, event: pygame.event.Event) -> None:
        app = self._app
        if not app.layout.table.collidepoint(app.mouse_at):
            return
        factor = CENTRE_ZOOM ** float(np.clip(event.precise_y if hasattr(event, "precise_y") else event.y, -5.0, 5.0))
        at = (float(app.mouse_at[0]), float(app.mouse_at[1]))
        index = self.view_at(app.mouse_at)
        app.views[index] = app.views[index].zoomed(at, factor)

    def _button_down(self, event: pygame.event.Event) -> None:
        app = self._app
        if event.button == 3 and not app.replays:
            app.attempt(lambda: app.session.shake("tip", on=True))
            self.right_shake = True
        elif event.button == 1 and not app.replays and self._grab(event.pos):
            return
        elif event.button in (1, 2):
            self.panning = True

    def _grab(self, pos: tuple[int, int]) -> bool:
        app = self._app
        scene, view = app.session.scene(), app.views[0]
        radius = 14.0 * app.scale
        tip = view.to_screen(scene.outer[-1])
        found = section_at(view, scene, pos, radius=radius)
        if np.hypot(*(tip - pos)) <= radius:
            # Near the tip the tip itself is meant, whatever lies on top of it.
            section, along = len(scene.outer), 1.0
        elif found is not None:
            index = found[0]
            section = index + 1
            along = found[1] / float(np.hypot(*(scene.outer[index] - scene.inner[index])))
        else:
            return False
        x, y = view.to_world(np.array(pos, dtype=np.float64)).tolist()
        took_over = app.session.simulation.phase.hold and section == len(scene.outer)
        app.attempt(lambda: app.session.grab(section, min(1.0, max(0.0, along)), x, y))
        if took_over:
            app.say("You have taken the tip from the script. Reset (R), then Play script (P), plays it again.")
        return True

    def _mouse_moved(self, event: pygame.event.Event) -> None:
        app = self._app
        if self.panning:
            index = self.view_at(event.pos)
            app.views[index] = app.views[index].panned(*event.rel)
        elif app.session.holding and not app.replays and event.buttons[0]:
            x, y = app.views[0].to_world(np.array(event.pos, dtype=np.float64)).tolist()
            app.session.drag(x, y)

    def _button_up(self, event: pygame.event.Event) -> None:
        app = self._app
        if event.button in (1, 2):
            self.panning = False
        if event.button == 1 and app.session.holding and not app.arrows:
            app.attempt(app.session.release)
        if event.button == 3 and self.right_shake:
            self.right_shake = False
            app.attempt(lambda: app.session.shake("tip", on=False))
