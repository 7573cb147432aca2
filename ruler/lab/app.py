"""The window: events in, frames out. All that is done to the ruler goes through the session."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame
import pygame_gui

from ruler.analysis import load_curve, measure_loads
from ruler.analysis.measures import Measures
from ruler.errors import RulerError
from ruler.lab.art import theme
from ruler.lab.art.graphs import History, draw_load_bars, draw_load_curve, draw_openings_graph
from ruler.lab.art.picture import draw_picture
from ruler.lab.art.ruler import hinge_at, section_at
from ruler.lab.art.theme import PANEL, gui_fonts, gui_theme
from ruler.lab.art.view import View
from ruler.lab.bindings import ARROWS, action_of
from ruler.lab.clock import Clock
from ruler.lab.controls import Controls, parse_value
from ruler.lab.dialogs import Dialogs
from ruler.lab.ghosts import Ghosts
from ruler.lab.layout import SMALLEST, default_scale, fitting_scale, lay_out_window
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
from ruler.lab.recent import first_run, remember
from ruler.lab.replay import Replay
from ruler.lab.scene import Options, Scene
from ruler.lab.session import Session
from ruler.recording import Recording, load_recording, save_recording, write_text
from ruler.scenario import find_scenario, load_scenario, scenario_to_toml

FRAME_RATE = 60
SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
RECORDINGS = {".csv", ".npz", ".parquet"}
# Labels and buttons are brought up to date this often, s: pygame_gui's text is slow.
LABEL_INTERVAL = 0.1
# A message in the status line stays this long, s.
MESSAGE_TIME = 6.0
CENTRE_ZOOM = 1.2
# Extension to which the shipped scenarios pull; a network that learns beside the ruler is trained by then.
USUAL_EXTENSION = 0.55
DIALOG_KEYS = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_ESCAPE, pygame.K_UP, pygame.K_DOWN)


class App:
    """The lab's window.

    Args:
        session: the ruler under the hand.
        scale: UI scale; None picks one for the screen.
        size: of the window, px.
        record_to: where the session is saved as a scenario when the window closes, or None.

    Attributes:
        session: the ruler under the hand.
        replays: recordings being replayed, one or two; empty in the lab.
        running: False when the window is to close.
    """

    def __init__(
        self,
        session: Session,
        scale: float | None = None,
        size: tuple[int, int] = (1280, 800),
        record_to: Path | None = None,
    ) -> None:
        # Not pygame.init(): the lab makes no sound, and a machine without a sound card would complain.
        pygame.display.init()
        pygame.font.init()
        pygame.display.set_caption("Folding ruler")
        pygame.display.set_icon(_icon())
        self.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        desktop = pygame.display.get_desktop_sizes()[0] if pygame.display.get_desktop_sizes() else size
        self._wanted_scale = default_scale(desktop) if scale is None else scale
        self.session = session
        self.replays: list[Replay] = []
        self.running = True
        self.options = Options()
        self.clock = Clock(session.base.simulation.rate)
        self.clock.paused = False
        self.frozen = False
        self.ghosts = Ghosts()
        self._record_to = record_to
        self._recording_since: int | None = 0 if record_to else None
        self._histories = [History(session.base.ruler.hinges)]
        self._help = False
        self._hints = first_run()
        self._message, self._message_left = "", 0.0
        self._label_time = 0.0
        self._hovered: int | None = None
        self._panning = False
        self._right_shake = False
        self._arrows: dict[int, bool] = {}
        self._mouse = (-1, -1)
        self._frozen_shares: np.ndarray | None = None
        self._build()

    # Building

    def _build(self) -> None:
        """Make widgets and layout for the present size, scale and mode."""
        size = self.surface.get_size()
        self.scale = fitting_scale(self._wanted_scale, size)
        self.layout = lay_out_window(size, self.scale, bool(self.replays))
        self._manager = pygame_gui.UIManager(size, theme_path=gui_theme(self.scale))
        self._manager.preload_fonts(gui_fonts(self.scale))
        self.controls = Controls(self._manager, self.layout, self.scale, bool(self.replays), self.session.value)
        self.dialogs = Dialogs(self._manager, size, self.scale)
        self._fit()

    def _fit(self) -> None:
        rects = self._table_rects()
        margin = 28.0 * self.scale
        self.views = [View.fit(rect, scene, margin) for rect, scene in zip(rects, self.scenes(), strict=True)]

    def _table_rects(self) -> list[pygame.Rect]:
        table = self.layout.table
        if len(self.replays) < 2:
            return [table]
        half = table.height // 2
        return [
            pygame.Rect(table.x, table.y, table.width, half - 1),
            pygame.Rect(table.x, table.y + half + 1, table.width, table.height - half - 1),
        ]

    def scenes(self) -> list[Scene]:
        """What is to be drawn: the ruler under the hand, or one or two replays."""
        if self.replays:
            return [replay.scene() for replay in self.replays]
        return [self.session.scene(self.clock.fraction)]

    def say(self, text: str) -> None:
        """Show a message in the status line for a while."""
        self._message, self._message_left = text, MESSAGE_TIME

    # The loop

    def run(self) -> None:
        """Run until the window is closed."""
        watch = pygame.time.Clock()
        while self.running:
            elapsed = watch.tick(FRAME_RATE) / 1000.0
            self.frame(elapsed, pygame.event.get())
            pygame.display.flip()
        self._close()

    def frame(self, elapsed: float, events: list[pygame.event.Event]) -> None:
        """Handle events, let time pass and draw.

        Args:
            elapsed: real time since the last frame, s.
            events: what has happened since.
        """
        for event in events:
            self.handle(event)
        self._manager.update(elapsed)
        self.advance(elapsed)
        self.draw()

    def advance(self, elapsed: float) -> None:
        """Let time pass."""
        self._message_left = max(0.0, self._message_left - elapsed)
        for replay in self.replays:
            replay.advance(elapsed)
        if not self.replays and not self.dialogs.open:
            steps = self.clock.steps_due(elapsed)
            self.clock.run(steps, elapsed, self._advance_session)
        self._label_time += elapsed
        if self._label_time >= LABEL_INTERVAL:
            self._label_time = 0.0
            self._update_labels()

    def _advance_session(self, steps: int) -> None:
        had_trouble = self.session.trouble
        rows = self.session.advance(steps)
        if rows is not None and len(rows):
            first = 6
            openings = np.radians(rows[:, first : first + self.session.base.ruler.hinges])
            self._histories[0].append(rows[:, 0], openings)
        if self.session.trouble and not had_trouble:
            self.clock.paused = True
            self.dialogs.tell(
                "The simulation has stopped", f"{self.session.trouble}\n\nReset (R) lays the ruler out again."
            )

    def _close(self) -> None:
        if self._record_to is not None:
            write_text(self._record_to, scenario_to_toml(self.session.scenario()), force=True)
        self.session.close()
        pygame.quit()

    # Events

    def handle(self, event: pygame.event.Event) -> None:
        """Take one event."""
        if event.type == pygame.QUIT:
            self._do("quit")
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self._resized()
        elif event.type == pygame.DROPFILE:
            self.open_file(Path(event.file))
        elif event.type == pygame.KEYDOWN and self.dialogs.open and event.key in DIALOG_KEYS:
            # Before the dialog's own entry takes them.
            self._key_down(event)
        elif self._handled_by_widgets(event):
            return
        elif event.type == pygame.KEYDOWN:
            self._key_down(event)
        elif event.type == pygame.KEYUP:
            self._key_up(event)
        elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL):
            self._mouse_event(event)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._stop_arrows()

    def _resized(self) -> None:
        size = self.surface.get_size()
        if size[0] < SMALLEST[0] * 0.5 or size[1] < SMALLEST[1] * 0.5:
            size = (max(size[0], SMALLEST[0] // 2), max(size[1], SMALLEST[1] // 2))
            self.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        if self._manager.window_resolution != self.surface.get_size():
            self._build()

    def _handled_by_widgets(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and not self.dialogs.open:
            self.controls.focus_next(back=bool(event.mod & pygame.KMOD_SHIFT))
            return True
        consumed = self._manager.process_events(event)
        if self.dialogs.handle(event):
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.controls.slider_let_go():
            self.session.slid()
        action = self.controls.pressed(event)
        if action is not None:
            self._do(action)
            return True
        change = self.controls.changed(event)
        if change is not None:
            self._set_parameter(*change)
            return True
        moment = self.controls.sought(event)
        if moment is not None:
            for replay in self.replays:
                replay.playing = False
                replay.seek(moment * replay.end)
            return True
        return bool(consumed)

    def _set_parameter(self, key: str, text: str) -> None:
        value = parse_value(key, text)
        if value is None:
            self.say(f"{key}: {text!r} is not a number")
        else:
            self._try(lambda: self._change(key, value))
        self.controls.show_values()

    def _change(self, key: str, value: float) -> None:
        before = self.session.recorder
        self.session.set_value(key, value)
        if self.session.recorder is not before:
            self._new_ruler()

    def _new_ruler(self) -> None:
        """A ruler has been laid out: graphs and view begin anew."""
        self._histories = [History(self.session.base.ruler.hinges)]
        self.clock.rate = self.session.base.simulation.rate
        self.clock.lost = 0.0
        self._right_shake = False
        self._fit()

    def _key_down(self, event: pygame.event.Event) -> None:
        if event.key == pygame.K_ESCAPE:
            self._escape()
        elif self.dialogs.open:
            self._key_in_dialog(event)
        elif self.controls.typing and not event.mod & pygame.KMOD_CTRL:
            return
        elif event.key in ARROWS and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            self._arrow(event.key, down=True)
        else:
            action = action_of(event)
            if action is not None:
                self._do(action)

    def _key_in_dialog(self, event: pygame.event.Event) -> None:
        if event.key in (pygame.K_DOWN, pygame.K_UP):
            self.dialogs.move_selection(1 if event.key == pygame.K_DOWN else -1)
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self.dialogs.confirm()

    def _key_up(self, event: pygame.event.Event) -> None:
        if event.key in self._arrows:
            self._arrow(event.key, down=False)

    def _arrow(self, key: int, down: bool) -> None:
        if self.replays:
            if down:
                self._step_replays(1 if key in (pygame.K_RIGHT, pygame.K_UP) else -1)
            return
        if down:
            self._arrows[key] = True
        else:
            self._arrows.pop(key, None)
        right = sum(ARROWS[k][0] for k in self._arrows)
        up = sum(ARROWS[k][1] for k in self._arrows)
        self._try(lambda: self.session.pull_by_key(right, up))

    def _stop_arrows(self) -> None:
        for key in list(self._arrows):
            self._arrow(key, down=False)

    def _escape(self) -> None:
        if self.dialogs.open:
            self.dialogs.close()
        elif self._help:
            self._help = False
        elif self.controls.typing:
            self._manager.set_focus_set(None)
            self.controls.show_values()
        else:
            self._do("let_go")

    # The mouse on the table

    def _mouse_event(self, event: pygame.event.Event) -> None:
        if event.type == pygame.MOUSEWHEEL:
            self._wheel(event)
            return
        self._mouse = event.pos
        if event.type == pygame.MOUSEMOTION:
            self._mouse_moved(event)
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self._hints = False
            if self._help:
                self._help = False
            elif self._table_rects()[0].union(self._table_rects()[-1]).collidepoint(event.pos):
                self._button_down(event)
        else:
            self._button_up(event)

    def _view_at(self, pos: tuple[int, int]) -> int:
        return 1 if len(self.views) > 1 and self._table_rects()[1].collidepoint(pos) else 0

    def _wheel(self, event: pygame.event.Event) -> None:
        if not self.layout.table.collidepoint(self._mouse):
            return
        factor = CENTRE_ZOOM ** float(np.clip(event.precise_y if hasattr(event, "precise_y") else event.y, -5.0, 5.0))
        at = (float(self._mouse[0]), float(self._mouse[1]))
        index = self._view_at(self._mouse)
        self.views[index] = self.views[index].zoomed(at, factor)

    def _button_down(self, event: pygame.event.Event) -> None:
        if event.button == 3 and not self.replays:
            self._try(lambda: self.session.shake("tip", on=True))
            self._right_shake = True
        elif event.button == 1 and not self.replays and self._grab(event.pos):
            return
        elif event.button in (1, 2):
            self._panning = True

    def _grab(self, pos: tuple[int, int]) -> bool:
        scene, view = self.session.scene(), self.views[0]
        radius = 14.0 * self.scale
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
        took_over = self.session.simulation.phase.hold and section == len(scene.outer)
        self._try(lambda: self.session.grab(section, min(1.0, max(0.0, along)), x, y))
        if took_over:
            self.say("You have taken the tip from the script. Reset (R), then Play script (P), plays it again.")
        return True

    def _mouse_moved(self, event: pygame.event.Event) -> None:
        if self._panning:
            index = self._view_at(event.pos)
            self.views[index] = self.views[index].panned(*event.rel)
        elif self.session.holding and not self.replays and event.buttons[0]:
            x, y = self.views[0].to_world(np.array(event.pos, dtype=np.float64)).tolist()
            self.session.drag(x, y)

    def _button_up(self, event: pygame.event.Event) -> None:
        if event.button in (1, 2):
            self._panning = False
        if event.button == 1 and self.session.holding and not self._arrows:
            self._try(self.session.release)
        if event.button == 3 and self._right_shake:
            self._right_shake = False
            self._try(lambda: self.session.shake("tip", on=False))

    # Actions

    def _try(self, work: Callable[[], object]) -> None:
        """Do something; what cannot be done is a message."""
        try:
            work()
        except RulerError as error:
            self.say(str(error).splitlines()[0])

    def _do(self, action: str) -> None:
        """Carry out an action of the binding table."""
        self._hints = False
        self._try(getattr(self, f"do_{action}"))

    def do_play_pause(self) -> None:
        """Play or pause."""
        if self.replays:
            play = not self.replays[0].playing
            for replay in self.replays:
                if play and replay.time >= replay.end:
                    replay.seek(0.0)
                replay.playing = play
        else:
            self.clock.paused = not self.clock.paused
        self._update_labels()

    def do_step_forward(self) -> None:
        """One step forward."""
        if self.replays:
            self._step_replays(1)
        else:
            self.clock.paused = True
            self._advance_session(1)

    def do_step_back(self) -> None:
        """One sample back, in a replay."""
        if self.replays:
            self._step_replays(-1)
        else:
            self.say("Time runs forward here; save a recording (Ctrl+E) and open it to step back.")

    def _step_replays(self, samples: int) -> None:
        for replay in self.replays:
            replay.step(samples)

    def do_faster(self) -> None:
        """Faster."""
        self._change_speed(1)

    def do_slower(self) -> None:
        """Slower."""
        self._change_speed(-1)

    def _change_speed(self, by: int) -> None:
        self.clock.change_speed(by)
        for replay in self.replays:
            replay.speed = self.clock.speed

    def do_to_start(self) -> None:
        """Replays to their start."""
        for replay in self.replays:
            replay.seek(0.0)

    def do_to_end(self) -> None:
        """Replays to their end."""
        for replay in self.replays:
            replay.seek(replay.end)

    def do_loop(self) -> None:
        """Loop or not."""
        loop = bool(self.replays) and not self.replays[0].loop
        for replay in self.replays:
            replay.loop = loop
        self._update_labels()

    def do_reset(self) -> None:
        """Lay the ruler out again."""
        self._if_saved(lambda: self._reset(scripted=False), "Laying the ruler out again")

    def _reset(self, scripted: bool) -> None:
        self.session.reset(scripted)
        self.clock.paused = False
        self._new_ruler()

    def do_restore(self) -> None:
        """All parameters back."""

        def restore() -> None:
            self.session.restore()
            self._new_ruler()
            self.controls.show_values()

        self._if_saved(restore, "Going back to the scenario")

    def do_play_script(self) -> None:
        """Let the scenario's hand pull."""
        self._if_saved(lambda: self._reset(scripted=True), "Playing the script")

    def _if_saved(self, work: Callable[[], None], what: str) -> None:
        """Do it; ask first when a recording that was asked for would be lost."""
        if self._recording_since is None or not self.session.unsaved:
            self._try(work)
            return

        def confirmed(_: str) -> None:
            self._recording_since = None
            self._try(work)

        self.dialogs.ask(f"{what} throws the recording away. Ctrl+S and Ctrl+E save it.", "Throw away", confirmed)

    def do_undo(self) -> None:
        """Undo a change of a parameter."""
        self._undo_or_redo(self.session.undo, "Nothing to undo.")

    def do_redo(self) -> None:
        """Redo it."""
        self._undo_or_redo(self.session.redo, "Nothing to redo.")

    def _undo_or_redo(self, work: Callable[[], bool], nothing: str) -> None:
        before = self.session.recorder
        if not work():
            self.say(nothing)
        if self.session.recorder is not before:
            self._new_ruler()
        self.controls.show_values()

    def do_next_parameter(self) -> None:
        """To the next parameter's entry."""
        self.controls.focus_next()

    def do_shake_tip(self) -> None:
        """Shake the tip, or still it."""
        if not self.replays:
            self.session.toggle_shake("tip")
            self._update_labels()

    def do_shake_table(self) -> None:
        """Shake the table, or still it."""
        if not self.replays:
            self.session.toggle_shake("table")
            self._update_labels()

    def do_let_go(self) -> None:
        """Let go of the ruler and stop shaking."""
        self._arrows.clear()
        self.session.release()
        for where in ("tip", "table"):
            self.session.shake(where, on=False)

    def do_grip(self) -> None:
        """Pinned or clamped hand."""
        self._cycle("hand.grip", ("pinned", "clamped"), "hand")

    def do_anchor(self) -> None:
        """Pinned, clamped or free fixed end."""
        self._cycle("table.anchor", ("pinned", "clamped", "free"), "fixed end")

    def _cycle(self, key: str, choices: tuple[str, ...], what: str) -> None:
        def change() -> None:
            self.say(f"The {what} is now {self.session.cycle(key, choices)}; the ruler has been laid out anew.")
            self._new_ruler()

        self._if_saved(change, f"Changing the {what}")

    def do_zoom_in(self) -> None:
        """Zoom in."""
        self._zoom(CENTRE_ZOOM)

    def do_zoom_out(self) -> None:
        """Zoom out."""
        self._zoom(1.0 / CENTRE_ZOOM)

    def _zoom(self, factor: float) -> None:
        self.views = [view.zoomed(view.rect.center, factor) for view in self.views]

    def do_fit(self) -> None:
        """Fit the ruler into the view."""
        self._fit()

    def do_show_tension(self) -> None:
        """Show the tension or not."""
        self._toggle(tension=not self.options.tension)

    def do_show_friction(self) -> None:
        """Show the table's friction or not."""
        self._toggle(friction=not self.options.friction)

    def do_show_trace(self) -> None:
        """Show the tip's trace or not."""
        self._toggle(trace=not self.options.trace)

    def do_show_layers(self) -> None:
        """Show the layer numbers or not."""
        self._toggle(layers=not self.options.layers)

    def do_pulled_end(self) -> None:
        """Turn round which end of the network the pulled end stands for."""
        self._toggle(deep=not self.options.deep)
        if self.options.deep:
            self.say("The pulled end stands for the output, as in the paper and in measured networks.")
        else:
            self.say("The pulled end stands for the input, as a press article has it; measured networks say otherwise.")

    def _toggle(self, **changes: bool) -> None:
        self.options = Options(**{**self.options.__dict__, **changes})

    def do_freeze(self) -> None:
        """Freeze the graphs or let them go on."""
        self.frozen = not self.frozen
        self._frozen_shares = self._shares_now() if self.frozen else None

    def do_ghost(self) -> None:
        """The next network to compare with."""
        self.say(self.ghosts.next_network())

    def do_learning(self) -> None:
        """The next network that learns while the ruler opens."""
        self.say(self.ghosts.next_learning())

    def _progress(self, scene: Scene) -> float:
        """How far the pull is, 0 to 1: of a replay in time, of a ruler under the hand in extension."""
        if self.replays:
            return self.replays[0].time / self.replays[0].end if self.replays[0].end > 0 else 1.0
        start = self.session.start_extension
        now = float(scene.outer[-1, 0] - scene.inner[0, 0]) / scene.full_length
        return (now - start) / (USUAL_EXTENSION - start) if start < USUAL_EXTENSION else 1.0

    def do_keep_ghost(self) -> None:
        """Keep this run's curve to compare with."""
        shares = self._shares_now()
        if shares is None:
            self.say("Nothing has opened yet: there is no curve to keep.")
        else:
            self.ghosts.keep_run(shares)
            self.say("This run's load curve stays in the graph; K again replaces it.")

    def do_bigger(self) -> None:
        """Bigger type."""
        self._rescale(1)

    def do_smaller(self) -> None:
        """Smaller type."""
        self._rescale(-1)

    def _rescale(self, by: int) -> None:
        place = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - self.scale))
        self._wanted_scale = SCALES[min(len(SCALES) - 1, max(0, place + by))]
        self._build()
        if self.scale < self._wanted_scale:
            self.say("The window is too small for anything bigger.")

    def do_full_screen(self) -> None:
        """Full screen or not."""
        pygame.display.toggle_fullscreen()
        self._resized()

    def do_help(self) -> None:
        """The overview of keys."""
        self._help = not self._help

    def do_quit(self) -> None:
        """Quit; asks when a recording would be lost."""

        def leave() -> None:
            self.running = False

        if self._record_to is not None:
            leave()
        else:
            self._if_saved(leave, "Quitting")

    # Files

    def do_pick_scenario(self) -> None:
        """Choose a scenario."""
        self.dialogs.pick_scenario(lambda name: self.open_file(Path(name)))

    def do_open(self) -> None:
        """Open a file."""
        self.dialogs.ask_file(
            "Open", {"toml", "csv", "npz", "parquet"}, True, Path.cwd(), lambda p: self.open_file(Path(p))
        )

    def do_open_second(self) -> None:
        """Open a second recording beside the first."""
        if not self.replays:
            self.say("Open a recording first; then a second one can be put beside it.")
            return
        self.dialogs.ask_file(
            "Compare with", {"csv", "npz", "parquet"}, True, Path.cwd(), lambda p: self._second(Path(p))
        )

    def open_file(self, path: Path) -> None:
        """Open a scenario or a recording; a bad one is a message and nothing changes."""
        self._if_saved(lambda: self._open(path), f"Opening {path.name}")

    def _open(self, path: Path) -> None:
        try:
            if path.suffix.lower() in RECORDINGS:
                self.show_recording(load_recording(path), path.stem)
            else:
                self._start_session(path)
            if path.is_file():
                remember(path)
        except RulerError as error:
            self.dialogs.tell("This file cannot be opened", str(error))

    def _start_session(self, path: Path) -> None:
        session = Session(load_scenario(path), path.stem, self.session.journal)
        self.session.close()
        self.session = session
        self.replays = []
        self._recording_since = None
        self._build()
        self._new_ruler()
        self.clock.paused = False
        self.say(f"{session.original.title}. Pull the tip, or let the script pull: P.")

    def show_recording(self, recording: Recording, name: str) -> None:
        """Replay a recording instead of the ruler under the hand."""
        replay = Replay(recording, name)
        replay.speed = self.clock.speed
        self.session.release()
        self.replays = [replay]
        self._replay_histories()
        self._build()

    def _second(self, path: Path) -> None:
        try:
            replay = Replay(load_recording(path), path.stem)
        except RulerError as error:
            self.dialogs.tell("This file cannot be opened", str(error))
            return
        replay.speed = self.clock.speed
        self.replays = [self.replays[0], replay]
        for each in self.replays:
            each.seek(0.0)
        self._replay_histories()
        self._build()

    def _replay_histories(self) -> None:
        self._histories = []
        for replay in self.replays:
            history = History(replay.recording.hinges)
            history.append(replay.recording.time, replay.recording.opening)
            self._histories.append(history)

    def do_back_to_lab(self) -> None:
        """Back from a replay to the ruler."""
        if self.replays:
            self.replays = []
            self._histories = [History(self.session.base.ruler.hinges)]
            self._build()

    def do_verify(self) -> None:
        """Simulate the replayed recording again."""
        if not self.replays:
            self.say("Open a recording first.")
            return
        texts = []
        for replay in self.replays:
            difference = replay.verify()
            texts.append(f"{replay.name}: {difference.text}")
            if difference.sample is not None:
                replay.seek(difference.time)
        self.say("; ".join(texts))

    def do_record(self) -> None:
        """Begin to record from a fresh ruler; again: stop and save."""
        if self.replays:
            self.say("Go back to the lab (B) to record.")
        elif self._recording_since is None:
            self._reset(scripted=self.session.scripted)
            self._recording_since = self.session.simulation.step
            self.say("Recording. Ctrl+R again stops and saves it.")
        else:
            self.clock.paused = True
            self.do_save_scenario()
        self._update_labels()

    def do_save_scenario(self) -> None:
        """Save the session as a scenario."""
        start = Path.cwd() / f"{self.session.name}-session.toml"
        self.dialogs.ask_file("Save this session as a scenario", {"toml"}, False, start, self._save_scenario)

    def _save_scenario(self, chosen: str) -> None:
        path = Path(chosen).with_suffix(".toml")
        text = scenario_to_toml(self.session.scenario())
        self._overwrite_or_write(path, lambda force: write_text(path, text, force))

    def do_save_recording(self) -> None:
        """Save what has been recorded."""
        start = Path.cwd() / f"{self.session.name}.csv"
        self.dialogs.ask_file("Save the recording", RECORDINGS, False, start, self._save_recording)

    def _save_recording(self, chosen: str) -> None:
        from ruler.analysis import summarised

        path = Path(chosen)
        if path.suffix.lower() not in RECORDINGS:
            path = path.with_name(path.name + ".csv")
        recording = self.replays[0].recording if self.replays else summarised(self.session.recording())
        self._overwrite_or_write(path, lambda force: save_recording(recording, path, force))

    def _overwrite_or_write(self, path: Path, write: Callable[[bool], object]) -> None:
        def done(force: bool) -> None:
            try:
                write(force)
            except RulerError as error:
                self.dialogs.tell("It could not be saved", str(error))
                return
            self.session.saved_step = self.session.simulation.step
            self._recording_since = None
            remember(path)
            self.say(f"saved: {path}")

        if path.exists():
            self.dialogs.ask(f"{path.name} exists already. Replace it?", "Replace", lambda _: done(True))
        else:
            done(False)

    def do_screenshot(self) -> None:
        """Save a picture of the window."""
        number = next(n for n in range(1, 100_000) if not Path(f"ruler-{n:03d}.png").exists())
        path = Path(f"ruler-{number:03d}.png")
        try:
            pygame.image.save(self.surface, path)
        except (OSError, pygame.error) as error:
            self.say(f"{path}: the picture could not be saved: {error}")
            return
        self.say(f"picture: {path.resolve()}")

    # Drawing

    def _shares_now(self) -> np.ndarray | None:
        scene = self.scenes()[0]
        return None if scene.share is None else (scene.share if self.options.deep else scene.share[::-1])

    def draw(self) -> None:
        """Draw a frame."""
        scenes = self.scenes()
        over_table = self.layout.table.collidepoint(self._mouse) and not self.dialogs.open
        index = self._view_at(self._mouse)
        hovered = None
        if over_table and not self._panning and scenes[index].blocks is None:
            at = (float(self._mouse[0]), float(self._mouse[1]))
            hovered = hinge_at(self.views[index], scenes[index], at, radius=14.0 * self.scale)
        if len(self.views) > 1:
            pygame.draw.rect(self.surface, theme.LINE, self.layout.table)
        for number, (view, scene) in enumerate(zip(self.views, scenes, strict=True)):
            shown = Options(**{**self.options.__dict__, "hovered": hovered if number == index else None})
            draw_picture(self.surface, view, scene, shown, self.scale)
        for replay, view in zip(self.replays, self.views, strict=False):
            draw_name(self.surface, view.rect, replay.name, self.scale)
        self._draw_graphs(scenes)
        measures = self._measures(scenes[0])
        draw_readout(
            self.surface,
            self.layout.readout,
            measures,
            self.ghosts.resembles(measures),
            self._replay_note(),
            self.scale,
        )
        text, warning = self._status()
        draw_status(self.surface, self.layout.status, text, warning, self._numbers(), self.scale)
        self._draw_background()
        if self.replays:
            about = [(replay.name, replay.about) for replay in self.replays]
            draw_about(self.surface, self.layout.controls, about, self.scale)
        self._manager.draw_ui(self.surface)
        draw_toolbar_speed(
            self.surface, self.controls.speed_rect, self._speed_text(), self.clock.too_slow(), self.scale
        )
        if hovered is not None:
            draw_hover(self.surface, self._mouse, scenes[index], hovered, self.scale)
        if self._hints and not self.dialogs.open:
            draw_hints(self.surface, self.layout.table, self.scale)
        if self._help:
            draw_help(self.surface, self.scale)

    def _draw_background(self) -> None:
        for rect in (self.layout.toolbar, self.layout.controls, self.layout.timeline):
            if rect.height:
                pygame.draw.rect(self.surface, PANEL, rect)

    def _draw_graphs(self, scenes: list[Scene]) -> None:
        cursor = (float(self._mouse[0]), float(self._mouse[1]))
        moment = self.replays[0].time if self.replays else None
        draw_openings_graph(
            self.surface,
            self.layout.openings,
            self._histories[0],
            scale=self.scale,
            cursor=cursor,
            frozen=self.frozen,
            now=moment,
        )
        shares = self._frozen_shares if self.frozen else self._shares_now()
        draw_load_bars(
            self.surface,
            self.layout.bars,
            shares,
            scale=self.scale,
            cursor=cursor,
            frozen=self.frozen,
            count=len(scenes[0].opening),
        )
        self.ghosts.follow(self._progress(scenes[0]))
        ghosts = list(self.ghosts.curves())
        if len(scenes) > 1 and scenes[1].share is not None:
            other = scenes[1].share if self.options.deep else scenes[1].share[::-1]
            ghosts.append((self.replays[1].name, np.linspace(0.0, 1.0, other.size + 1), load_curve(other)))
        draw_load_curve(
            self.surface, self.layout.curve, shares, ghosts, scale=self.scale, cursor=cursor, frozen=self.frozen
        )

    def _measures(self, scene: Scene) -> Measures:
        shares = self._frozen_shares if self.frozen else scene.share
        if shares is None:
            return measure_loads(np.zeros(len(scene.opening)))
        ordered = shares if self.options.deep or self.frozen else shares[::-1]
        return measure_loads(ordered)

    def _replay_note(self) -> str | None:
        if not self.replays:
            return None
        first = self.replays[0]
        return first.difference.text if first.difference is not None else None

    def _speed_text(self) -> str:
        if self.clock.too_slow() and not self.replays:
            return f"{self.clock.real_time_factor:.1f}x of {self.clock.speed:g}x"
        return f"{self.clock.speed:g}x"

    def _status(self) -> tuple[str, bool]:
        if self._message_left > 0.0:
            return self._message, False
        if self.replays:
            names = " and ".join(replay.name for replay in self.replays)
            return f"Replay of {names}. Space plays, arrows step, drag the timeline, B goes back.", False
        if self.session.trouble:
            return f"Stopped: {self.session.trouble}", True
        if self.clock.too_slow():
            return f"This machine reaches {self.clock.real_time_factor:.1f}x; the physics stays exact.", True
        if self.session.simulation.live_shaking("tip") and self.session.holding:
            return "The tip is being shaken: pull on, and the hinges open evenly. S stops the shaking.", False
        if self.session.holding:
            return "Move slowly and only the outer hinges open. S or the right button shakes: it evens out.", False
        if self.session.simulation.phase.hold:
            return f'The script pulls: phase "{self.session.simulation.phase.name}". Grab the tip to take over.', False
        return (
            "Drag the tip of the ruler, or hold the right arrow key. P lets the script pull. F1 shows all keys.",
            False,
        )

    def _numbers(self) -> str:
        if self.replays:
            replay = self.replays[0]
            return (
                f"sample {replay.index + 1} of {len(replay.recording.time)}   {replay.time:.2f} of {replay.end:.2f} s"
            )
        simulation = self.session.simulation
        parts = [f"step {simulation.step}", f"{simulation.time:.2f} s"]
        if self._recording_since is not None:
            seconds = (simulation.step - self._recording_since) * (1.0 / self.session.base.simulation.rate)
            size = self.session.recorder.bytes_used / 1e6
            parts.insert(0, f"REC {int(seconds) // 60:02d}:{int(seconds) % 60:02d} {size:.1f} MB")
        error = self.session.energy_error()
        if error is not None:
            parts.append(f"energy closes to {100.0 * error:.1f} %")
        return "   ".join(parts)

    def _update_labels(self) -> None:
        controls = self.controls
        paused = not self.replays[0].playing if self.replays else self.clock.paused
        controls.show_text("play_pause", "Play" if paused else "Pause")
        if self.replays:
            controls.show_selected("loop", self.replays[0].loop)
            controls.show_moment(self.replays[0].time / self.replays[0].end if self.replays[0].end > 0 else 0.0)
            return
        shaking = self.session.simulation.shaking
        controls.show_selected("shake_tip", shaking["tip"])
        controls.show_selected("shake_table", shaking["table"])
        controls.show_selected("record", self._recording_since is not None)
        controls.show_text("record", "Record" if self._recording_since is None else "Stop, save")
        controls.show_enabled("undo", self.session.can_undo)
        controls.show_enabled("redo", self.session.can_redo)
        controls.show_values()


def _icon() -> pygame.Surface:
    """A small zigzag."""
    icon = pygame.Surface((64, 64), pygame.SRCALPHA)
    points = [(6, 50), (18, 14), (30, 50), (44, 18), (58, 44)]
    pygame.draw.lines(icon, theme.BEECH_EDGE, False, points, 11)
    pygame.draw.lines(icon, theme.BEECH, False, points, 7)
    for point in points:
        pygame.draw.circle(icon, theme.BRASS_DARK, point, 5)
        pygame.draw.circle(icon, theme.BRASS_LIGHT, point, 3)
    return icon


def open_window(
    source: str | None, record_to: Path | None = None, scale: float | None = None, size: tuple[int, int] = (1280, 800)
) -> None:
    """Open the lab on a scenario or a recording and run it until it is closed.

    Args:
        source: a scenario file, the name of a shipped scenario, or a recording; None: steady.
        record_to: where the session is saved as a scenario at the end.
        scale: UI scale.
        size: of the window, px.

    Raises:
        BadInputError: the source cannot be used.
    """
    from ruler.lab.crash import journal_for_this_process, report_crash

    recording = None
    if source is not None and Path(source).suffix.lower() in RECORDINGS:
        recording = load_recording(source)
        Replay(recording, source)
    name = "steady" if source is None or recording is not None else source
    session = Session(load_scenario(find_scenario(name)), Path(name).stem, journal_for_this_process())
    app = App(session, scale=scale, size=size, record_to=record_to)
    if recording is not None and source is not None:
        app.show_recording(recording, Path(source).stem)
    try:
        app.run()
    except Exception as error:
        sys.exit(report_crash(app.session, error))


__all__ = ["App", "open_window"]
