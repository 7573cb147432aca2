"""The window: events in, frames out. All that is done to the ruler goes through the session."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame
import pygame_gui

from ruler.errors import RulerError
from ruler.io import write_text
from ruler.lab.actions import Actions
from ruler.lab.app_values import FRAME_RATE, LABEL_INTERVAL, MESSAGE_TIME, RECORDINGS
from ruler.lab.art import theme
from ruler.lab.art.graphs import History
from ruler.lab.art.theme import gui_fonts, gui_theme
from ruler.lab.art.view import View
from ruler.lab.bindings import ARROWS, action_of
from ruler.lab.clock import Clock
from ruler.lab.controls import Controls, parse_value
from ruler.lab.dialogs import Dialogs
from ruler.lab.file_actions import FileActions
from ruler.lab.ghosts import Ghosts
from ruler.lab.layout import SMALLEST, default_scale, fitting_scale, lay_out_window
from ruler.lab.painter import Painter
from ruler.lab.recent import first_run
from ruler.lab.replay import Replay
from ruler.lab.scene import Floats, Options, Scene
from ruler.lab.session import Session
from ruler.lab.table_mouse import TableMouse
from ruler.recording import load_recording
from ruler.recording.recording import FIRST_COLUMNS
from ruler.scenario import find_scenario, load_scenario, scenario_to_toml

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
        surface, layout, views: what is drawn on, where things are in it, and how the table is seen.
        scale, wanted_scale: UI scale in use (what fits), and what was asked for.
        options, ghosts, frozen, frozen_shares: what is shown besides the ruler.
        clock, histories: the session's clock, and what the graphs show.
        controls, dialogs, manager: pygame_gui's widgets.
        actions, files, mouse, painter: what carries out actions, takes the mouse, draws.
        message, message_left: a message in the status line, and for how long, s.
        recording_since: step at which the recording asked for began, or None.
        record_to: where the session is saved as a scenario at the end, or None.
        help_shown, hints_shown, arrows, mouse_at: what the user is doing.
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
        self.wanted_scale = default_scale(desktop) if scale is None else scale
        self.session = session
        self.replays: list[Replay] = []
        self.running = True
        self.options = Options()
        self.clock = Clock(session.base.simulation.rate)
        self.clock.paused = False
        self.frozen = False
        self.ghosts = Ghosts()
        self.record_to = record_to
        self.recording_since: int | None = 0 if record_to else None
        self.histories = [History(session.base.ruler.hinges)]
        self.help_shown = False
        self.hints_shown = first_run()
        self.message, self.message_left = "", 0.0
        self._label_time = 0.0
        self.arrows: dict[int, bool] = {}
        self.mouse_at = (-1, -1)
        self.frozen_shares: Floats | None = None
        self.actions, self.files = Actions(self), FileActions(self)
        self.mouse, self.painter = TableMouse(self), Painter(self)
        self.build()

    def build(self) -> None:
        """Make widgets and layout for the present size, scale and mode."""
        size = self.surface.get_size()
        self.scale = fitting_scale(self.wanted_scale, size)
        self.layout = lay_out_window(size, self.scale, bool(self.replays))
        self.manager = pygame_gui.UIManager(size, theme_path=gui_theme(self.scale))
        self.manager.preload_fonts(gui_fonts(self.scale))
        self.controls = Controls(self.manager, self.layout, self.scale, bool(self.replays), self.session.value)
        self.dialogs = Dialogs(self.manager, size, self.scale)
        self.fit()
        # The old widgets hold each other and some 10 MB of pictures; they are let go of here, not at some later moment.
        gc.collect()

    def fit(self) -> None:
        """Fit what there is into its part of the window."""
        rects = self.table_rects()
        margin = 28.0 * self.scale
        self.views = [View.fit(rect, scene, margin) for rect, scene in zip(rects, self.scenes(), strict=True)]

    def table_rects(self) -> list[pygame.Rect]:
        """The table, or its upper and lower half for two replays."""
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
        self.message, self.message_left = text, MESSAGE_TIME

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
        self.manager.update(elapsed)
        self.advance(elapsed)
        self.painter.draw()

    def advance(self, elapsed: float) -> None:
        """Let time pass."""
        self.message_left = max(0.0, self.message_left - elapsed)
        for replay in self.replays:
            replay.advance(elapsed)
        if not self.replays and not self.dialogs.open:
            steps = self.clock.steps_due(elapsed)
            self.clock.run(steps, elapsed, self.advance_session)
        self._label_time += elapsed
        if self._label_time >= LABEL_INTERVAL:
            self._label_time = 0.0
            self.update_labels()

    def advance_session(self, steps: int) -> None:
        """Make steps; show them in the graphs, and a message if the simulation stops."""
        had_trouble = self.session.trouble
        rows = self.session.advance(steps)
        if rows is not None and len(rows):
            first = len(FIRST_COLUMNS)
            openings = np.radians(rows[:, first : first + self.session.base.ruler.hinges])
            self.histories[0].append(rows[:, 0], openings)
        if self.session.trouble and not had_trouble:
            self.clock.paused = True
            self.dialogs.tell(
                "The simulation has stopped", f"{self.session.trouble}\n\nReset (R) lays the ruler out again."
            )

    def _close(self) -> None:
        if self.record_to is not None:
            write_text(self.record_to, scenario_to_toml(self.session.scenario()), force=True)
        self.session.close()
        pygame.quit()

    def handle(self, event: pygame.event.Event) -> None:
        """Take one event."""
        if event.type == pygame.QUIT:
            self.do("quit")
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.resized()
        elif event.type == pygame.DROPFILE:
            self.files.open_file(Path(event.file))
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
            self.mouse.handle(event)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._stop_arrows()

    def resized(self) -> None:
        """The window has another size."""
        size = self.surface.get_size()
        if size[0] < SMALLEST[0] * 0.5 or size[1] < SMALLEST[1] * 0.5:
            size = (max(size[0], SMALLEST[0] // 2), max(size[1], SMALLEST[1] // 2))
            self.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        if self.manager.window_resolution != self.surface.get_size():
            self.build()

    def _handled_by_widgets(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and not self.dialogs.open:
            self.controls.focus_next(back=bool(event.mod & pygame.KMOD_SHIFT))
            return True
        consumed = self.manager.process_events(event)
        if self.dialogs.handle(event):
            return True
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.controls.slider_let_go():
            self.session.slid()
        action = self.controls.pressed(event)
        if action is not None:
            self.do(action)
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
            self.attempt(lambda: self._change(key, value))
        self.controls.show_values()

    def _change(self, key: str, value: float) -> None:
        before = self.session.recorder
        self.session.set_value(key, value)
        if self.session.recorder is not before:
            self.new_ruler()

    def new_ruler(self) -> None:
        """A ruler has been laid out: graphs and view begin anew."""
        self.histories = [History(self.session.base.ruler.hinges)]
        self.clock.rate = self.session.base.simulation.rate
        self.clock.lost = 0.0
        self.mouse.right_shake = False
        self.fit()

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
                self.do(action)

    def _key_in_dialog(self, event: pygame.event.Event) -> None:
        if event.key in (pygame.K_DOWN, pygame.K_UP):
            self.dialogs.move_selection(1 if event.key == pygame.K_DOWN else -1)
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self.dialogs.confirm()

    def _key_up(self, event: pygame.event.Event) -> None:
        if event.key in self.arrows:
            self._arrow(event.key, down=False)

    def _arrow(self, key: int, down: bool) -> None:
        if self.replays:
            if down:
                self.actions.step_replays(1 if key in (pygame.K_RIGHT, pygame.K_UP) else -1)
            return
        if down:
            self.arrows[key] = True
        else:
            self.arrows.pop(key, None)
        right = sum(ARROWS[k][0] for k in self.arrows)
        up = sum(ARROWS[k][1] for k in self.arrows)
        self.attempt(lambda: self.session.pull_by_key(right, up))

    def _stop_arrows(self) -> None:
        for key in list(self.arrows):
            self._arrow(key, down=False)

    def _escape(self) -> None:
        if self.dialogs.open:
            self.dialogs.close()
        elif self.help_shown:
            self.help_shown = False
        elif self.controls.typing:
            self.manager.set_focus_set(None)
            self.controls.show_values()
        else:
            self.do("let_go")

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something; what cannot be done is a message."""
        try:
            work()
        except RulerError as error:
            self.say(str(error).splitlines()[0])

    def do(self, action: str) -> None:
        """Carry out an action of the binding table."""
        self.hints_shown = False
        self.attempt(self.find_action(action))

    def find_action(self, action: str) -> Callable[[], None]:
        """The method that carries out an action of the binding table."""
        owner = self.actions if hasattr(self.actions, action) else self.files
        method: Callable[[], None] = getattr(owner, action)
        return method

    def update_labels(self) -> None:
        """Bring buttons, sliders and entries up to date."""
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
        controls.show_selected("record", self.recording_since is not None)
        controls.show_text("record", "Record" if self.recording_since is None else "Stop, save")
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
    source: str | None,
    record_to: Path | None = None,
    scale: float | None = None,
    size: tuple[int, int] = (1280, 800),
    network: str | None = None,
) -> None:
    """Open the lab on a scenario or a recording and run it until it is closed.

    Args:
        source: a scenario file, the name of a shipped scenario, or a recording; None: steady.
        record_to: where the session is saved as a scenario at the end.
        scale: UI scale.
        size: of the window, px.
        network: address of a shipped network to draw beside the ruler's load curve.

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
    if network is not None:
        app.say(app.ghosts.show_network(network))
    if recording is not None and source is not None:
        app.files.show_recording(recording, Path(source).stem)
    try:
        app.run()
    except Exception as error:
        sys.exit(report_crash(app.session, error))


__all__ = ["App", "open_window"]
