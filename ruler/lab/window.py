"""The window's parts and state, and the changes that several actions and tools make to them."""

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pygame
import pygame_gui

from ruler.analysis import Measures, measure_loads
from ruler.arrays import Floats
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.labels import layer_number
from ruler.lab.art.theme import gui_fonts, gui_theme
from ruler.lab.art.view import View
from ruler.lab.bindings import GROUPS, Action, Place
from ruler.lab.clock import Clock
from ruler.lab.controls import Controls
from ruler.lab.dialogs import Dialogs
from ruler.lab.ghosts import Ghosts
from ruler.lab.i18n import _
from ruler.lab.jobs import Jobs
from ruler.lab.layout import SMALLEST, default_scale, fitting_scale, lay_out_window, remembered_dividers
from ruler.lab.lesson import Lesson
from ruler.lab.lesson_bar import Places
from ruler.lab.live import Live
from ruler.lab.numbers import Explained
from ruler.lab.overlay import Overlay
from ruler.lab.player import Player
from ruler.lab.popup import MenuBar
from ruler.lab.recent import first_run, setting
from ruler.lab.scene import Options, Scene
from ruler.lab.session import Session
from ruler.lab.stills import Stills
from ruler.lab.tracking_window import TrackingWindow
from ruler.networks import Resemblance
from ruler.scenario import Scenario
from ruler.shipped import shipped

# A message in the status line stays this long, s.
MESSAGE_TIME = 6.0


# Within so many px at scale 1 a hinge and the tip are under the mouse.
NEAR = 14.0


class Target(NamedTuple):
    """What a context menu was opened on: the kind, the hinge or section there (from 0), the graph's name."""

    place: Place
    number: int | None = None
    graph: str | None = None


class Focused(NamedTuple):
    """What has the keyboard besides the hand and the entries: a button, table, timeline or graph, and its name."""

    kind: str
    name: str


class Press(NamedTuple):
    """Where the left button went down: the point, the hinge there (from 0), and the section (from 1), how far along."""

    at: tuple[int, int]
    hinge: int | None
    section: int | None = None
    along: float = 1.0


class RightPress(NamedTuple):
    """Where the right button went down, and for how long it has been held, s."""

    at: tuple[int, int]
    held: float


class Window:
    """What the window shows and what the user is doing.

    Args:
        session: the ruler under the hand.
        scale: UI scale; None picks one for the screen.
        size: of the window, px.
        record_to: where the session is saved as a scenario when the window closes, or None.

    Attributes:
        live: the ruler under the hand, there also while recordings are replayed.
        player: what is shown and played: `live`, or recordings.
        clock: how fast.
        running: False when the window is to close.
        surface, layout, views: what is drawn on, where things are in it, and how the table is seen.
        scale, wanted_scale: UI scale in use (what fits), and what was asked for.
        options, ghosts, frozen, frozen_shares: what is shown besides the ruler.
        controls, manager: pygame_gui's widgets.
        overlay: what lies over the window and has mouse and keyboard, or None.
        dialogs, jobs: what can be asked, and what is being worked on beside the window.
        message, message_left: a message in the status line, and for how long, s.
        message_warns: whether it tells of something that could not be done.
        banner_left: for how long the banner over the table stands out, s.
        record_to: where the session is saved as a scenario at the end, or None.
        hints_shown: whether it is offered what to do first.
        lesson: the experiment under way, or None.
        over_table: what lies over the table and can be clicked: the offer at the start, an experiment's task.
        explained: where the numbers are, and what each is.
        tracking: where the joints of a film are clicked, in the place of all else, or None.
        laid_over: whether something lies over the parts of the window beside the table.
        resembles, resembles_rect: the nearest network, and where it is written: a click draws it.
        menu_bar: the menus along the top.
        less_motion, stills: whether what is shaken is shown as stills, and these.
        focused: the button, table, timeline or graph that has the keyboard, or None.
        target: what the context menu was opened on, for the action chosen there; else None.
        mouse_at, panning, right_shake: where the mouse is, whether it moves the view or shakes the tip.
        dividers, divider: where the dividers are, and the name of the one that is dragged, or None.
        cursor: the mouse's look.
        right_holds: whether the right button has taken the tip as well.
        press: where the left button went down on the table, while that may yet be a click.
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
        pygame.display.set_icon(pygame.image.load(shipped("assets") / "icons" / "ruler.png"))
        self.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        desktop = pygame.display.get_desktop_sizes()[0] if pygame.display.get_desktop_sizes() else size
        self.wanted_scale = default_scale(desktop) if scale is None else scale
        self.clock = Clock(session.steps_per_second)
        self.clock.paused = False
        self.live = Live(session, self.clock, recording_since=0 if record_to else None)
        self.player: Player = self.live
        self.running = True
        self.options, self.ghosts = Options(), Ghosts()
        self.frozen = False
        self.frozen_shares: Floats | None = None
        self.message, self.message_left = "", 0.0
        self.message_warns, self.banner_left = False, 0.0
        self.record_to = record_to
        self.hints_shown = first_run()
        self.lesson: Lesson | None = None
        self.over_table = Places()
        self.explained = Explained()
        self.laid_over = False
        self.tracking: TrackingWindow | None = None
        self.resembles: Resemblance | None = None
        self.resembles_rect = pygame.Rect(0, 0, 0, 0)
        self.less_motion, self.stills = bool(setting("less motion")), Stills()
        self.target: Target | None = None
        self.focused: Focused | None = None
        self.dialogs, self.jobs = Dialogs(), Jobs()
        self.menu_bar = MenuBar(GROUPS, self.open_menu)
        self.mouse_at = (-1, -1)
        self.panning = self.right_shake = self.right_holds = False
        self.dividers = remembered_dividers()
        self.divider: str | None = None
        self.cursor = pygame.SYSTEM_CURSOR_ARROW
        self.press: Press | None = None
        self.right_press: RightPress | None = None
        self.build()

    @property
    def session(self) -> Session:
        """The ruler under the hand."""
        return self.live.session

    @property
    def overlay(self) -> Overlay | None:
        """What lies over the window and has mouse and keyboard, or None."""
        return self.dialogs.overlay

    @overlay.setter
    def overlay(self, overlay: Overlay | None) -> None:
        self.dialogs.show(overlay)

    @property
    def runs(self) -> bool:
        """Whether time goes by on its own."""
        return self.player.runs and not (self.dialogs.open and self.player.hand is not None)

    @property
    def awake(self) -> bool:
        """Whether something that is seen may change although nothing happens: a cursor blinks, a film is made."""
        return self.controls.typing or self.jobs.running or self.right_press is not None or self.ghosts.following

    def can(self, action: Action) -> bool:
        """Whether what an action works on is there."""
        return action.needs is None or (action.needs == "hand") == (self.player.hand is not None)

    # What `App` fills in, since it wires menus, actions and files together.

    def do(self, action: str) -> None:
        """Carry out an action of the binding table."""
        raise NotImplementedError

    def save_first(self, then: Callable[[], object]) -> None:
        """Ask what is to be saved, then do it."""
        raise NotImplementedError

    def open_path(self, path: Path) -> None:
        """Open a scenario, an experiment or a recording."""
        raise NotImplementedError

    def start_session(self, scenario: Scenario, name: str) -> None:
        """Begin a session with another scenario."""
        raise NotImplementedError

    def open_menu(self, number: int, at: tuple[int, int]) -> None:
        """Open a menu of the bar with its upper left corner at a point, px."""
        raise NotImplementedError

    def build(self, keep_views: bool = False) -> None:
        """Make widgets and layout for the present size, scale, theme and player; the views are fitted, unless kept."""
        size, replay = self.surface.get_size(), self.player.hand is None
        self.scale = fitting_scale(self.wanted_scale, size)
        self.layout = lay_out_window(size, self.scale, replay, self.dividers)
        self.manager = pygame_gui.UIManager(size, theme_path=gui_theme(self.scale))
        self.manager.preload_fonts(gui_fonts(self.scale))
        self.controls = Controls(self.manager, self.layout, self.scale, replay, self.session.value)
        self.menu_bar.place(Canvas(self.surface, self.scale), self.layout.menu_bar)
        self.select(None if replay else self.options.selected)
        self.controls.blink(not self.less_motion)
        if not keep_views:
            self.fit()
        # The old widgets hold each other and some 10 MB of pictures; they are let go of here, not at some later moment.
        # What is left stays: to look through all of it again and again costs a frame 10 ms now and then.
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def resized(self) -> None:
        """The window has another size."""
        size = self.surface.get_size()
        if size[0] < SMALLEST[0] * 0.5 or size[1] < SMALLEST[1] * 0.5:
            size = (max(size[0], SMALLEST[0] // 2), max(size[1], SMALLEST[1] // 2))
            self.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        if self.manager.window_resolution != self.surface.get_size():
            self.build()

    def fit(self) -> None:
        """Fit what there is into its part of the window."""
        scenes = self.player.scenes()
        margin = 28.0 * self.scale
        self.views = [
            View.fit(rect, scene, margin) for rect, scene in zip(self._table_rects(len(scenes)), scenes, strict=True)
        ]

    def _table_rects(self, count: int) -> list[pygame.Rect]:
        """The table, or its upper and lower half for two views."""
        table = self.layout.table
        if count < 2:
            return [table]
        half = table.height // 2
        return [
            pygame.Rect(table.x, table.y, table.width, half - 1),
            pygame.Rect(table.x, table.y + half + 1, table.width, table.height - half - 1),
        ]

    def view_at(self, at: tuple[int, int]) -> int:
        """Number of the view under a point of the window, px."""
        return 1 if len(self.views) > 1 and self.views[1].rect.collidepoint(at) else 0

    def show(self, player: Player) -> None:
        """Play something else."""
        self.player, self.press = player, None
        # Nothing is known yet of how fast it goes.
        self.clock.real_time_factor = self.clock.speed
        self.build()

    def follow_session(self) -> None:
        """When another ruler has been laid out, graph and view begin anew."""
        if self.live.renewed:
            self.live.begin()
            self.right_shake = self.right_holds = False
            self.press = None
            self.select(self.options.selected)
            if not self.session.resumed:
                self.fit()

    def select(self, hinge: int | None) -> None:
        """Look at the own torque of a hinge, counted from 0, or of none; one that is not there is none."""
        if hinge is not None and hinge >= self.session.base.ruler.hinges:
            hinge = None
        self.options = replace(self.options, selected=hinge)
        number = 0 if hinge is None else layer_number(hinge, self.session.base.ruler.hinges, self.options.deep)
        self.controls.show_hinge(hinge, number)

    def say(self, text: str, seconds: float = MESSAGE_TIME, warns: bool = False) -> None:
        """Show a message in the status line for a while; one that warns looks like it."""
        self.message, self.message_left, self.message_warns = text, seconds, warns

    def if_saved(self, work: Callable[[], object], what: str, leaving: bool = False) -> None:
        """Do it; ask first when a recording that was asked for would be lost, or, when leaving it, any session."""
        if not self.session.unsaved or (self.live.recording_since is None and not leaving):
            work()
            return

        def confirmed() -> None:
            self.live.recording_since = None
            work()

        question = _("{what}: this session has not been saved.").format(what=what)
        self.dialogs.ask(question, _("Save ..."), lambda: self.save_first(work), [(_("Throw away"), confirmed)])

    def update_labels(self) -> None:
        """Bring buttons, sliders and entries up to date."""
        for action, look in self.player.buttons().items():
            self.controls.show_button(action, look)
        self.controls.show_moment(self.player.timeline)
        self.controls.show_values()

    def in_layer_order(self, share: Floats | None) -> Floats | None:
        """Load shares from the input layer on, shape (N,); None while nothing has opened."""
        return share if share is None or self.options.deep else share[::-1]

    def shares(self, scene: Scene) -> Floats | None:
        """Load shares shown, frozen or as they are, from the input layer on, shape (N,)."""
        return self.frozen_shares if self.frozen else self.in_layer_order(scene.share)

    def measures(self, scene: Scene) -> Measures:
        """Measures of the load shares shown."""
        shares = self.shares(scene)
        return measure_loads(() if shares is None else shares)
