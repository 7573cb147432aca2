"""The actions of the binding table that are not about files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from ruler.lab.app_values import CENTRE_ZOOM, SCALES

if TYPE_CHECKING:
    from ruler.lab.app import App


class Actions:
    """What a key or a button does; a method for each action of its name.

    Args:
        app: the window.
    """

    def __init__(self, app: "App") -> None:
        self._app = app

    def play_pause(self) -> None:
        """Play or pause."""
        app = self._app
        if app.replays:
            play = not app.replays[0].playing
            for replay in app.replays:
                if play and replay.time >= replay.end:
                    replay.seek(0.0)
                replay.playing = play
        else:
            app.clock.paused = not app.clock.paused
        app.update_labels()

    def step_forward(self) -> None:
        """One step forward."""
        app = self._app
        if app.replays:
            self.step_replays(1)
        else:
            app.clock.paused = True
            app.advance_session(1)

    def step_back(self) -> None:
        """One sample back, in a replay."""
        if self._app.replays:
            self.step_replays(-1)
        else:
            self._app.say("Time runs forward here; save a recording (Ctrl+E) and open it to step back.")

    def step_replays(self, samples: int) -> None:
        """Go some samples forward or back in all replays."""
        for replay in self._app.replays:
            replay.step(samples)

    def faster(self) -> None:
        """Faster."""
        self._change_speed(1)

    def slower(self) -> None:
        """Slower."""
        self._change_speed(-1)

    def _change_speed(self, by: int) -> None:
        app = self._app
        app.clock.change_speed(by)
        for replay in app.replays:
            replay.speed = app.clock.speed

    def to_start(self) -> None:
        """Replays to their start."""
        for replay in self._app.replays:
            replay.seek(0.0)

    def to_end(self) -> None:
        """Replays to their end."""
        for replay in self._app.replays:
            replay.seek(replay.end)

    def loop(self) -> None:
        """Loop or not."""
        app = self._app
        loop = bool(app.replays) and not app.replays[0].loop
        for replay in app.replays:
            replay.loop = loop
        app.update_labels()

    def reset(self) -> None:
        """Lay the ruler out again."""
        self.if_saved(lambda: self.lay_out(scripted=False), "Laying the ruler out again")

    def lay_out(self, scripted: bool) -> None:
        """Lay the ruler out again, for the hand or for the script."""
        app = self._app
        app.session.reset(scripted)
        app.clock.paused = False
        app.new_ruler()

    def restore(self) -> None:
        """All parameters back."""
        app = self._app

        def restore() -> None:
            app.session.restore()
            app.new_ruler()
            app.controls.show_values()

        self.if_saved(restore, "Going back to the scenario")

    def play_script(self) -> None:
        """Let the scenario's hand pull."""
        self.if_saved(lambda: self.lay_out(scripted=True), "Playing the script")

    def if_saved(self, work: Callable[[], None], what: str) -> None:
        """Do it; ask first when a recording that was asked for would be lost."""
        app = self._app
        if app.recording_since is None or not app.session.unsaved:
            app.attempt(work)
            return

        def confirmed(_: str) -> None:
            app.recording_since = None
            app.attempt(work)

        app.dialogs.ask(f"{what} throws the recording away. Ctrl+S and Ctrl+E save it.", "Throw away", confirmed)

    def undo(self) -> None:
        """Undo a change of a parameter."""
        self._undo_or_redo(self._app.session.undo, "Nothing to undo.")

    def redo(self) -> None:
        """Redo it."""
        self._undo_or_redo(self._app.session.redo, "Nothing to redo.")

    def _undo_or_redo(self, work: Callable[[], bool], nothing: str) -> None:
        app = self._app
        before = app.session.recorder
        if not work():
            app.say(nothing)
        if app.session.recorder is not before:
            app.new_ruler()
        app.controls.show_values()

    def next_parameter(self) -> None:
        """To the next parameter's entry."""
        self._app.controls.focus_next()

    def shake_tip(self) -> None:
        """Shake the tip, or still it."""
        app = self._app
        if not app.replays:
            app.session.toggle_shake("tip")
            app.update_labels()

    def shake_table(self) -> None:
        """Shake the table, or still it."""
        app = self._app
        if not app.replays:
            app.session.toggle_shake("table")
            app.update_labels()

    def let_go(self) -> None:
        """Let go of the ruler and stop shaking."""
        app = self._app
        app.arrows.clear()
        app.session.release()
        for where in ("tip", "table"):
            app.session.shake(where, on=False)

    def grip(self) -> None:
        """Pinned or clamped hand."""
        self._cycle("hand.grip", ("pinned", "clamped"), "hand")

    def anchor(self) -> None:
        """Pinned, clamped or free fixed end."""
        self._cycle("table.anchor", ("pinned", "clamped", "free"), "fixed end")

    def _cycle(self, key: str, choices: tuple[str, ...], what: str) -> None:
        app = self._app

        def change() -> None:
            app.say(f"The {what} is now {app.session.cycle(key, choices)}; the ruler has been laid out anew.")
            app.new_ruler()

        self.if_saved(change, f"Changing the {what}")

    def zoom_in(self) -> None:
        """Zoom in."""
        self._zoom(CENTRE_ZOOM)

    def zoom_out(self) -> None:
        """Zoom out."""
        self._zoom(1.0 / CENTRE_ZOOM)

    def _zoom(self, factor: float) -> None:
        self._app.views = [view.zoomed(view.rect.center, factor) for view in self._app.views]

    def fit(self) -> None:
        """Fit the ruler into the view."""
        self._app.fit()

    def show_tension(self) -> None:
        """Show the tension or not."""
        self._toggle(tension=not self._app.options.tension)

    def show_friction(self) -> None:
        """Show the table's friction or not."""
        self._toggle(friction=not self._app.options.friction)

    def show_trace(self) -> None:
        """Show the tip's trace or not."""
        self._toggle(trace=not self._app.options.trace)

    def show_layers(self) -> None:
        """Show the layer numbers or not."""
        self._toggle(layers=not self._app.options.layers)

    def pulled_end(self) -> None:
        """Turn round which end of the network the pulled end stands for."""
        app = self._app
        self._toggle(deep=not app.options.deep)
        if app.options.deep:
            app.say("The pulled end stands for the output, as in the paper and in measured networks.")
        else:
            app.say("The pulled end stands for the input, as a press article has it; measured networks say otherwise.")

    def _toggle(self, **changes: bool) -> None:
        self._app.options = replace(self._app.options, **changes)

    def freeze(self) -> None:
        """Freeze the graphs or let them go on."""
        app = self._app
        app.frozen = not app.frozen
        app.frozen_shares = app.painter.shares_of(app.scenes()[0]) if app.frozen else None

    def ghost(self) -> None:
        """The next network to compare with."""
        self._app.say(self._app.ghosts.next_network())

    def learning(self) -> None:
        """The next network that learns while the ruler opens."""
        self._app.say(self._app.ghosts.next_learning())

    def keep_ghost(self) -> None:
        """Keep this run's curve to compare with."""
        app = self._app
        shares = app.painter.shares_of(app.scenes()[0])
        if shares is None:
            app.say("Nothing has opened yet: there is no curve to keep.")
        else:
            app.ghosts.keep_run(shares)
            app.say("This run's load curve stays in the graph; K again replaces it.")

    def bigger(self) -> None:
        """Bigger type."""
        self._rescale(1)

    def smaller(self) -> None:
        """Smaller type."""
        self._rescale(-1)

    def _rescale(self, by: int) -> None:
        app = self._app
        place = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - app.scale))
        app.wanted_scale = SCALES[min(len(SCALES) - 1, max(0, place + by))]
        app.build()
        if app.scale < app.wanted_scale:
            app.say("The window is too small for anything bigger.")

    def full_screen(self) -> None:
        """Full screen or not."""
        pygame.display.toggle_fullscreen()
        self._app.resized()

    def help(self) -> None:
        """The overview of keys."""
        self._app.help_shown = not self._app.help_shown

    def quit(self) -> None:
        """Quit; asks when a recording would be lost."""

        def leave() -> None:
            self._app.running = False

        if self._app.record_to is not None:
            leave()
        else:
            self.if_saved(leave, "Quitting")

    def screenshot(self) -> None:
        """Save a picture of the window."""
        app = self._app
        number = next(n for n in range(1, 100_000) if not Path(f"ruler-{n:03d}.png").exists())
        path = Path(f"ruler-{number:03d}.png")
        try:
            pygame.image.save(app.surface, path)
        except (OSError, pygame.error) as error:
            app.say(f"{path}: the picture could not be saved: {error}")
            return
        app.say(f"picture: {path.resolve()}")
