"""The window's loop: events in, frames out. Actions, tools and views are wired together here.

Importing `all_actions` fills the binding table.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import pygame
import pygame_gui

from ruler import io
from ruler.errors import FailedError, RulerError
from ruler.lab import focus, menus, tools
from ruler.lab.all_actions import actions, files, lessons, real_rulers, saving
from ruler.lab.bindings import ACTIONS, ARROWS, action_of
from ruler.lab.controls import parse_value
from ruler.lab.crash import tell
from ruler.lab.i18n import _
from ruler.lab.overlay import MOUSE
from ruler.lab.popup import Popup
from ruler.lab.quiet import NAP, Quiet
from ruler.lab.views import draw_window
from ruler.lab.window import Window
from ruler.mechanics.background import load_in_background
from ruler.scenario import Scenario, scenario_to_toml

FRAME_RATE = 60
# A press of Ctrl and an arrow key moves the view so far, px at scale 1.
PAN = 60.0
# Labels and buttons are brought up to date this often, s: pygame_gui's text is slow.
LABEL_INTERVAL = 0.1
# Of the turns that `quiet` takes, the one before the widgets are drawn.
WIDGETS_TURN = 2


class App(Window):
    """The lab's window, running; arguments as for `Window`."""

    # Whether a signal has ended it, so that nobody could be asked.
    told_to_leave = False
    # Whether a frame is drawn also when there is nothing new to show, and whether the last one was.
    draws_always = drawn = True
    # What the last one drew, px.
    drawn_rects: Sequence[pygame.Rect] = ()
    _label_time = _widget_time = 0.0
    # The character of the key press that was the last action.
    _acted = ""
    _told_trouble: str | None = None

    @cached_property
    def quiet(self) -> Quiet:
        """Says which frames have something new to show."""
        return Quiet()

    def run(self) -> None:
        """Run until the window is closed."""
        watch = pygame.time.Clock()
        self.draws_always = False
        give_up: Callable[[], None] | None = None
        while self.running:
            first = [pygame.event.wait(NAP)] if self.quiet.asleep else []
            elapsed = watch.tick(FRAME_RATE) / 1000.0
            events = [event for event in (*first, *pygame.event.get()) if event.type != pygame.NOEVENT]
            self.frame(elapsed, events)
            if self.drawn:
                pygame.display.update(self.drawn_rects)
            if give_up is None:
                # The window is there first; simulations go over to the compiled steps when they are.
                give_up = load_in_background()
        if give_up is not None:
            give_up()
        # A dialog of the system goes with the window.
        self.overlay = None
        pygame.quit()

    def leave(self) -> None:
        """End after this frame, whatever is open."""
        self.running, self.told_to_leave = False, True

    def save_session(self, replace: bool = False) -> None:
        """Save what is to be saved at the end; `replace`: whether the file may take the place of another.

        Raises:
            FailedError: it could not be saved; it is in its journal.
        """
        try:
            if self.record_to is not None:
                self._record(self.record_to, replace)
            elif self.told_to_leave and self.session.unsaved:
                if self.session.keep() is not None:
                    tell("the session is kept; the window offers it when it is opened again")
                return
        except RulerError as error:
            raise FailedError(f"{error}; the session is kept in {self.session.keep()}") from None
        self.session.close()

    def _record(self, path: Path, replace: bool) -> None:
        free = path if replace or not path.exists() else io.free_path(path)
        io.write_text(free, scenario_to_toml(self.session.scenario()), replace)
        if free != path:
            tell(f"{path}: came to be meanwhile and was left as it is; saved as {free}")

    def frame(self, elapsed: float, events: list[pygame.event.Event]) -> None:
        """Handle events, let time pass and draw, if there is something new to show.

        Args:
            elapsed: real time since the last frame, s.
            events: what has happened since.
        """
        if self.tracking is not None:
            self._track(elapsed, events)
            return
        for event in events:
            self.handle(event)
        self.advance(elapsed)
        self.drawn = self.quiet.wants(self, events, elapsed) or self.draws_always
        turn = None if self.draws_always else self.quiet.turn
        self._widget_time += elapsed
        if turn is None or turn == WIDGETS_TURN:
            self._tend_widgets()
        if self.drawn:
            self.drawn_rects = draw_window(self, turn)

    def _track(self, elapsed: float, events: list[pygame.event.Event]) -> None:
        tracking = self.tracking
        assert tracking is not None
        tracking.step(elapsed, events)
        self.drawn, self.drawn_rects, self.quiet.asleep = True, [self.surface.get_rect()], False
        if not tracking.running:
            tracking.finish()
            real_rulers.end_tracking(self, tracking)

    def _tend_widgets(self) -> None:
        """Let the widgets know how much time has gone by, and what there is to show."""
        self.manager.update(self._widget_time)
        self._label_time += self._widget_time
        self._widget_time = 0.0
        if self._label_time >= LABEL_INTERVAL:
            self._label_time = 0.0
            self.update_labels()

    def advance(self, elapsed: float) -> None:
        """Let time pass; the hand waits while a dialog is open, a replay does not."""
        self.follow_session()
        self.message_left = max(0.0, self.message_left - elapsed)
        self.banner_left = max(0.0, self.banner_left - elapsed)
        if self.player.hand is None or not self.dialogs.open:
            self.player.advance(elapsed)
        tools.wait_for_right_button(self, elapsed)
        self.jobs.look()
        if self.overlay is not None:
            self.overlay.advance()
            if self.overlay is None:
                pygame.key.set_repeat()
        lessons.follow_lesson(self)
        self._tell_trouble()

    def _tell_trouble(self) -> None:
        trouble, told = self.session.trouble, self._told_trouble
        self._told_trouble = trouble
        if trouble and not told:
            self.clock.paused = True
            self.dialogs.tell(
                _("The simulation has stopped"), f"{trouble}\n\n{_('Reset (R) lays the ruler out again.')}"
            )

    def handle(self, event: pygame.event.Event) -> None:
        """Take one event; what cannot be done is a message."""
        try:
            self._take(event)
        except RulerError as error:
            self.say(str(error).splitlines()[0], warns=True)
        self.follow_session()

    def _take(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self.do("quit")
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.resized()
        elif event.type == pygame.DROPFILE:
            self.overlay = None
            self.open_path(Path(event.file))
        elif self._swallowed(event) or self._taken_by_overlay(event):
            return
        else:
            self._take_beside_overlays(event)

    def _take_beside_overlays(self, event: pygame.event.Event) -> None:
        if self._taken_by_widgets(event):
            return
        if event.type == pygame.KEYDOWN:
            self._key_down(event)
        elif event.type == pygame.KEYUP and event.key in ARROWS:
            self.player.arrow(ARROWS[event.key], down=False)
        elif event.type in MOUSE:
            tools.use_mouse(self, event)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.live.let_arrows_go()

    def _swallowed(self, event: pygame.event.Event) -> bool:
        """Whether it is the character of a key that was an action: what that action opened must not get it."""
        if event.type == pygame.KEYDOWN:
            self._acted = ""
        swallowed = event.type == pygame.TEXTINPUT and bool(self._acted) and event.text == self._acted
        if event.type == pygame.TEXTINPUT:
            self._acted = ""
        return swallowed

    def _taken_by_overlay(self, event: pygame.event.Event) -> bool:
        overlay = self.overlay
        if overlay is None:
            return False
        if event.type in MOUSE and event.type != pygame.MOUSEWHEEL:
            self.mouse_at = event.pos
            title = self.menu_bar.at(event.pos)
            if title is not None and isinstance(overlay, Popup) and self.menu_bar.opened is not None:
                self._over_menu_bar(event, title)
                return True
        if event.type == pygame.MOUSEBUTTONUP:
            # What was begun before the overlay came ends with the button.
            tools.let_go(self, event.button)
        taken = overlay.handle(event)
        if self.overlay is None:
            # Keys that are held down repeat where one types only.
            pygame.key.set_repeat()
        if self.overlay is None:
            self.target = None
        if not isinstance(self.overlay, Popup):
            self.menu_bar.opened = None
        return taken

    def _over_menu_bar(self, event: pygame.event.Event, title: int) -> None:
        """With a menu open, the mouse on another title opens that one, and a click on its own closes it."""
        if event.type == pygame.MOUSEBUTTONDOWN and title == self.menu_bar.opened:
            self.overlay = self.menu_bar.opened = None
        elif title != self.menu_bar.opened:
            self.menu_bar.unfold(title)

    def _taken_by_widgets(self, event: pygame.event.Event) -> bool:
        controls = self.controls
        if event.type == pygame.KEYDOWN and focus.take_key(self, event):
            return True
        if event.type == pygame.MOUSEBUTTONDOWN:
            self.focused = None
        consumed = self.manager.process_events(event)
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and controls.slider_let_go():
            self.session.changes.slid()
        if (action := controls.pressed(event)) is not None:
            self.do(action)
        elif (change := controls.changed(event)) is not None:
            self._set_parameter(*change)
        elif event.type == pygame_gui.UI_TEXT_ENTRY_FINISHED:
            # Entered as it stood.
            focus.leave(self)
        elif (part := controls.sought(event)) is not None:
            self.player.seek(part)
        else:
            return bool(consumed)
        return True

    def _set_parameter(self, key: str, text: str) -> None:
        typed = self.controls.focused_entry() == key
        actions.present(self)
        try:
            self.session.set_value(key, parse_value(key, text))
        except RulerError as error:
            if typed:
                # The field says itself which number it is.
                self.controls.complain(key, str(error).splitlines()[0].rpartition(f"{key}: ")[2].rstrip("."))
            raise
        else:
            if typed:
                self.controls.focus_entry(None)
        finally:
            # First that there may be another ruler, with fewer hinges.
            self.follow_session()
            self.controls.show_values()

    def _key_in_entry(self, event: pygame.event.Event) -> None:
        """What a field does not take itself: up and down change its number a bit, Enter gives the keyboard back."""
        if event.key in (pygame.K_UP, pygame.K_DOWN):
            change = self.controls.nudge(1 if event.key == pygame.K_UP else -1)
            if change is not None:
                self.session.set_value(change[0], parse_value(*change))
                self.follow_session()
                self.controls.refresh(change[0])

    def _key_down(self, event: pygame.event.Event) -> None:
        if event.key == pygame.K_ESCAPE:
            self._escape()
        elif self.controls.typing and not event.mod & pygame.KMOD_CTRL and not _is_function_key(event.key):
            self._key_in_entry(event)
        elif event.key in ARROWS and event.mod & pygame.KMOD_CTRL:
            # The table goes the way of the arrow.
            right, up = ARROWS[event.key]
            self.views = [view.panned(-PAN * right * self.scale, PAN * up * self.scale) for view in self.views]
        elif event.key in ARROWS and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            self.player.arrow(ARROWS[event.key], down=True)
        elif (action := action_of(event)) is not None:
            self._acted = event.unicode
            self.do(action.name)

    def _escape(self) -> None:
        if focus.leave(self):
            self.controls.show_values()
        elif self.options.selected is not None:
            self.select(None)
        else:
            self.do("let_go")

    def save_first(self, then: Callable[[], object]) -> None:
        """Ask what is to be saved, then do it."""
        saving.ask_what_to_save(self, then)

    def open_path(self, path: Path) -> None:
        """Open a scenario, an experiment or a recording."""
        files.open_file(self, path)

    def start_session(self, scenario: Scenario, name: str) -> None:
        """Begin a session with another scenario."""
        files.start_session(self, scenario, name)

    def open_menu(self, number: int, at: tuple[int, int]) -> None:
        """Open a menu of the bar with its upper left corner at a point, px."""
        menus.open_group(self, number, at)

    def do(self, action: str) -> None:
        """Carry out an action of the binding table."""
        self.hints_shown = False
        ACTIONS[action].run(self)
        self.follow_session()
        self.update_labels()


def _is_function_key(key: int) -> bool:
    return pygame.K_F1 <= key <= pygame.K_F12
