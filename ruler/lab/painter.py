"""A frame of the window: what is drawn where, and what the status line says."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pygame

from ruler.analysis import load_curve, measure_loads
from ruler.analysis.loads import Measures
from ruler.lab.app_values import USUAL_EXTENSION
from ruler.lab.art import theme
from ruler.lab.art.graphs import draw_load_bars, draw_load_curve, draw_openings_graph
from ruler.lab.art.picture import draw_picture
from ruler.lab.art.ruler import hinge_at
from ruler.lab.overlays import (
    draw_about,
    draw_help,
    draw_hints,
    draw_hover,
    draw_name,
    draw_readout,
    draw_status,
    draw_toolbar_speed,
)
from ruler.lab.scene import Floats, Scene

if TYPE_CHECKING:
    from ruler.lab.app import App


class Painter:
    """Draws the window.

    Args:
        app: the window.
    """

    def __init__(self, app: "App") -> None:
        self._app = app

    def draw(self) -> None:
        """Draw a frame."""
        app = self._app
        scenes = app.scenes()
        over_table = app.layout.table.collidepoint(app.mouse_at) and not app.dialogs.open
        index = app.mouse.view_at(app.mouse_at)
        hovered = None
        if over_table and not app.mouse.panning and scenes[index].blocks is None:
            at = (float(app.mouse_at[0]), float(app.mouse_at[1]))
            hovered = hinge_at(app.views[index], scenes[index], at, radius=14.0 * app.scale)
        if len(app.views) > 1:
            pygame.draw.rect(app.surface, theme.LINE, app.layout.table)
        for number, (view, scene) in enumerate(zip(app.views, scenes, strict=True)):
            shown = replace(app.options, hovered=hovered if number == index else None)
            draw_picture(app.surface, view, scene, shown, app.scale)
        for replay, view in zip(app.replays, app.views, strict=False):
            draw_name(app.surface, view.rect, replay.name, app.scale)
        self._draw_graphs(scenes)
        measures = self.measures(scenes[0])
        draw_readout(
            app.surface,
            app.layout.readout,
            measures,
            app.ghosts.resembles(measures),
            self._replay_note(),
            app.scale,
        )
        text, warning = self.status()
        draw_status(app.surface, app.layout.status, text, warning, self._numbers(), app.scale)
        self._draw_background()
        if app.replays:
            about = [(replay.name, replay.about) for replay in app.replays]
            draw_about(app.surface, app.layout.controls, about, app.scale)
        app.manager.draw_ui(app.surface)
        draw_toolbar_speed(app.surface, app.controls.speed_rect, self._speed_text(), app.clock.too_slow(), app.scale)
        if hovered is not None:
            draw_hover(app.surface, app.mouse_at, scenes[index], hovered, app.scale)
        if app.hints_shown and not app.dialogs.open:
            draw_hints(app.surface, app.layout.table, app.scale)
        if app.help_shown:
            draw_help(app.surface, app.scale)

    def _draw_background(self) -> None:
        app = self._app
        for rect in (app.layout.toolbar, app.layout.controls, app.layout.timeline):
            if rect.height:
                pygame.draw.rect(app.surface, theme.PANEL, rect)

    def _draw_graphs(self, scenes: list[Scene]) -> None:
        app = self._app
        cursor = (float(app.mouse_at[0]), float(app.mouse_at[1]))
        moment = app.replays[0].time if app.replays else None
        draw_openings_graph(
            app.surface,
            app.layout.openings,
            app.histories[0],
            scale=app.scale,
            cursor=cursor,
            frozen=app.frozen,
            now=moment,
        )
        shares = app.frozen_shares if app.frozen else self.shares_of(scenes[0])
        draw_load_bars(
            app.surface,
            app.layout.bars,
            shares,
            scale=app.scale,
            cursor=cursor,
            frozen=app.frozen,
            count=len(scenes[0].opening),
        )
        app.ghosts.follow(self._progress(scenes[0]))
        ghosts = list(app.ghosts.curves())
        if len(scenes) > 1 and scenes[1].share is not None:
            other = scenes[1].share if app.options.deep else scenes[1].share[::-1]
            ghosts.append((app.replays[1].name, np.linspace(0.0, 1.0, other.size + 1), load_curve(other)))
        draw_load_curve(
            app.surface, app.layout.curve, shares, ghosts, scale=app.scale, cursor=cursor, frozen=app.frozen
        )

    def _progress(self, scene: Scene) -> float:
        """How far the pull is, 0 to 1: of a replay in time, of a ruler under the hand in extension."""
        app = self._app
        if app.replays:
            return app.replays[0].time / app.replays[0].end if app.replays[0].end > 0 else 1.0
        start = app.session.start_extension
        now = float(scene.outer[-1, 0] - scene.inner[0, 0]) / scene.full_length
        return (now - start) / (USUAL_EXTENSION - start) if start < USUAL_EXTENSION else 1.0

    def shares_of(self, scene: Scene) -> Floats | None:
        """Load shares, input layer first, shape (N,); None while nothing has opened."""
        return scene.share if scene.share is None or self._app.options.deep else scene.share[::-1]

    def measures(self, scene: Scene) -> Measures:
        """Measures of what is shown: frozen, or as it is."""
        app = self._app
        shares = app.frozen_shares if app.frozen else scene.share
        if shares is None:
            return measure_loads(np.zeros(len(scene.opening)))
        ordered = shares if app.options.deep or app.frozen else shares[::-1]
        return measure_loads(ordered)

    def _replay_note(self) -> str | None:
        if not self._app.replays:
            return None
        first = self._app.replays[0]
        return first.difference.text if first.difference is not None else None

    def _speed_text(self) -> str:
        app = self._app
        if app.clock.too_slow() and not app.replays:
            return f"{app.clock.real_time_factor:.1f}x of {app.clock.speed:g}x"
        return f"{app.clock.speed:g}x"

    def status(self) -> tuple[str, bool]:
        """What the status line says, and whether it is a warning."""
        app = self._app
        if app.message_left > 0.0:
            return app.message, False
        if app.replays:
            names = " and ".join(replay.name for replay in app.replays)
            return f"Replay of {names}. Space plays, arrows step, drag the timeline, B goes back.", False
        if app.session.trouble:
            return f"Stopped: {app.session.trouble}", True
        if app.clock.too_slow():
            return f"This machine reaches {app.clock.real_time_factor:.1f}x; the physics stays exact.", True
        if app.session.simulation.live_shaking("tip") and app.session.holding:
            return "The tip is being shaken: pull on, and the hinges open evenly. S stops the shaking.", False
        if app.session.holding:
            return "Move slowly and only the outer hinges open. S or the right button shakes: it evens out.", False
        if app.session.simulation.phase.hold:
            return f'The script pulls: phase "{app.session.simulation.phase.name}". Grab the tip to take over.', False
        return (
            "Drag the tip of the ruler, or hold the right arrow key. P lets the script pull. F1 shows all keys.",
            False,
        )

    def _numbers(self) -> str:
        app = self._app
        if app.replays:
            replay = app.replays[0]
            return (
                f"sample {replay.index + 1} of {len(replay.recording.time)}   {replay.time:.2f} of {replay.end:.2f} s"
            )
        simulation = app.session.simulation
        parts = [f"step {simulation.step}", f"{simulation.time:.2f} s"]
        if app.recording_since is not None:
            seconds = (simulation.step - app.recording_since) * (1.0 / app.session.base.simulation.rate)
            size = app.session.recorder.bytes_used / 1e6
            parts.insert(0, f"REC {int(seconds) // 60:02d}:{int(seconds) % 60:02d} {size:.1f} MB")
        error = app.session.energy_error()
        if error is not None:
            parts.append(f"energy closes to {100.0 * error:.1f} %")
        return "   ".join(parts)
