"""The actions that are not about files; each is entered in the binding table by its decorator."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pygame

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.lab import focus, i18n
from ruler.lab.bindings import action
from ruler.lab.clock import stepped
from ruler.lab.i18n import _
from ruler.lab.menus import open_context_menu_by_key, open_palette
from ruler.lab.player import Live
from ruler.lab.recent import remember_setting
from ruler.lab.replay import Replays
from ruler.lab.tools import ZOOM
from ruler.lab.window import Window
from ruler.mechanics import find_impossible

SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


def ruler_under_hand(window: Window) -> Live:
    """What only the ruler under the hand can do is done with it.

    Raises:
        BadInputError: recordings are being replayed.
    """
    if window.player.hand is None:
        raise BadInputError("This is a replay; B goes back to the ruler.")
    return window.live


def replays_of(window: Window) -> Replays:
    """The recordings being replayed.

    Raises:
        BadInputError: there are none.
    """
    if not isinstance(window.player, Replays):
        raise BadInputError("Open a recording first.")
    return window.player


# Time


@action("space", "play or pause", "Time", label="Play or pause", at=("table",))
def _play_pause(window: Window) -> None:
    window.player.play_pause()


@action(",", "in a replay one sample back", "Time", "step_back", label="Step back", needs="replay", count=-1)
@action(
    ".", "one step (in a replay one sample) forward", "Time", "step_forward", label="Step forward", rule=True, count=1
)
def _step(window: Window, count: int) -> None:
    window.player.step(count)


@action("[", "slower, down to 0.1x", "Time", "slower", label="Slower", by=-1)
@action("]", "faster, up to 8x", "Time", "faster", label="Faster", rule=True, by=1)
def _change_speed(window: Window, by: int) -> None:
    window.clock.change_speed(by)


@action("end", "replay: to the end", "Time", "to_end", label="To the end", needs="replay", part=1.0)
@action("home", "replay: to the start", "Time", "to_start", label="To the start", needs="replay", rule=True, part=0.0)
def _seek(window: Window, part: float) -> None:
    replays_of(window).seek(part)


def _looping(window: Window) -> bool:
    return isinstance(window.player, Replays) and window.player.loop


@action("o", "replay: loop", "Time", label="Loop", needs="replay", on=_looping)
def _loop(window: Window) -> None:
    replays = replays_of(window)
    replays.loop = not replays.loop


# Ruler


def lay_out(window: Window, scripted: bool) -> None:
    """Lay the ruler out again, for the hand or for the script."""
    session = ruler_under_hand(window).session
    session.reset(scripted)
    window.clock.paused = False
    impossible = find_impossible(session.base) if scripted else []
    if impossible:
        window.say(f"{impossible[0]}.")


@action("r", "lay the ruler out again", "Ruler", label="Reset", needs="hand", at=("section", "table"))
def _reset(window: Window) -> None:
    window.if_saved(lambda: lay_out(window, scripted=False), "Laying the ruler out again")


@action("shift+r", "all parameters back as in the scenario", "Ruler", label="Restore the scenario", needs="hand")
def _restore(window: Window) -> None:
    session = ruler_under_hand(window).session
    window.if_saved(session.restore, "Going back to the scenario")


@action("p", "let the scenario's hand pull", "Ruler", label="Play the script", needs="hand", at=("hand",))
def _play_script(window: Window) -> None:
    window.if_saved(lambda: lay_out(window, scripted=True), "Playing the script")


@action("ctrl+z", "undo a change of a parameter", "Edit", label="Undo", needs="hand")
def _undo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.undo():
        window.say("Nothing to undo.")


@action("ctrl+y ctrl+shift+z", "make the change that was undone again", "Edit", label="Redo", needs="hand")
def _redo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.redo():
        window.say("Nothing to redo.")


@action("shift+h", "look at the hinge before", "Ruler", "previous_hinge", label="Hinge before", needs="hand", by=-1)
@action(
    "h",
    "look at the next hinge's own torque (or click it)",
    "Ruler",
    "next_hinge",
    label="Next hinge",
    needs="hand",
    rule=True,
    by=1,
)
def _next_hinge(window: Window, by: int) -> None:
    hinges, now = ruler_under_hand(window).session.base.ruler.hinges, window.options.selected
    first = 0 if by > 0 else hinges - 1
    window.select(first if now is None else (now + by) % hinges)


@action(
    "shift+tab",
    "the field, button or graph before gets the keyboard",
    "Edit",
    "focus_before",
    label="Field before",
    back=True,
)
@action(
    "tab",
    "the next field, button or graph gets the keyboard; Enter sets a number, presses, opens the menu",
    "Edit",
    "focus_next",
    label="Next field",
    rule=True,
    back=False,
)
def _focus(window: Window, back: bool) -> None:
    focus.go(window, back)


# Hand


@action(
    "t",
    "shake the table",
    "Hand",
    "shake_table",
    label="Shake the table",
    at=("table",),
    on=lambda window: window.session.shaking["table"],
    needs="hand",
    where="table",
)
@action(
    "s",
    "shake the tip, as soon as it is held (or hold the right mouse button)",
    "Hand",
    "shake_tip",
    label="Shake the tip",
    at=("hand", "section"),
    on=lambda window: window.session.shaking["tip"],
    needs="hand",
    where="tip",
)
def _shake(window: Window, where: str) -> None:
    ruler_under_hand(window).session.toggle_shake(where)


@action(
    "m",
    "the standard hand pulls: slowly, or quickly when the tip is to be shaken",
    "Hand",
    label="Pull for me",
    at=("hand", "section", "table"),
    needs="hand",
)
def _pull_for_me(window: Window) -> None:
    session = ruler_under_hand(window).session
    window.clock.paused = False
    session.pull_by_itself()


@action("escape", "let go; close a dialog", "Hand", label="Let go", at=("hand", "section"))
def _let_go(window: Window) -> None:
    window.live.let_go()
    for where in ("tip", "table"):
        window.session.shake(where, on=False)


@action(
    "a",
    "fixed end: pinned, clamped or free (lays out anew)",
    "Hand",
    "anchor",
    label="Fixed end: pinned, clamped, free",
    at=("table",),
    needs="hand",
    key="table.anchor",
    what="fixed end",
)
@action(
    "g",
    "scripted hand: pinned or clamped (lays out anew)",
    "Hand",
    "grip",
    label="Hand: pinned, clamped",
    at=("hand",),
    needs="hand",
    rule=True,
    key="hand.grip",
    what="hand",
)
def _cycle(window: Window, key: str, what: str) -> None:
    session = ruler_under_hand(window).session

    def change() -> None:
        window.say(f"The {what} is now {session.cycle(key)}; the ruler has been laid out anew.")

    window.if_saved(change, f"Changing the {what}")


# View


@action("-", "zoom out", "View", "zoom_out", at=("table",), factor=1.0 / ZOOM)
@action("+ =", "zoom in (or turn the wheel)", "View", "zoom_in", at=("table",), factor=ZOOM)
def _zoom(window: Window, factor: float) -> None:
    window.views = [view.zoomed(view.rect.center, factor) for view in window.views]


@action("f", "fit the ruler into the view", "View", label="Fit the view", at=("table",))
def _fit(window: Window) -> None:
    window.fit()


def _switched(option: str) -> Callable[[Window], bool]:
    """Whether an option of the view is on."""
    return lambda window: bool(getattr(window.options, option))


@action(
    "l",
    "show the layer numbers",
    "View",
    "show_layers",
    label="Layer numbers",
    at=("hinge", "table"),
    on=_switched("layers"),
    option="layers",
)
@action(
    "3",
    "show where the tip has been",
    "View",
    "show_trace",
    label="Way of the tip",
    at=("hand",),
    on=_switched("trace"),
    option="trace",
)
@action(
    "2",
    "show the table's friction",
    "View",
    "show_friction",
    label="Friction of the table",
    at=("section", "table"),
    on=_switched("friction"),
    option="friction",
)
@action(
    "1",
    "show the tension along the ruler",
    "View",
    "show_tension",
    label="Tension along the ruler",
    at=("section", "hinge"),
    on=_switched("tension"),
    rule=True,
    option="tension",
)
def _toggle(window: Window, option: str) -> None:
    switched: dict[str, Any] = {option: not getattr(window.options, option)}
    window.options = replace(window.options, **switched)


@action(
    "d",
    "pulled end is output (paper) or input (press)",
    "View",
    label="Pulled end is the output",
    at=("graph",),
    on=_switched("deep"),
)
def _pulled_end(window: Window) -> None:
    _toggle(window, "deep")
    if window.player.hand is not None:
        window.select(window.options.selected)
    if window.options.deep:
        window.say("The pulled end stands for the output, as in the paper and in measured networks.")
    else:
        window.say("The pulled end stands for the input, as a press article has it; measured networks say otherwise.")


def _shares_now(window: Window) -> Floats | None:
    return window.in_layer_order(window.player.scenes()[0].share)


@action("c", "freeze the graphs", "View", at=("graph",), on=lambda window: window.frozen)
def _freeze(window: Window) -> None:
    window.frozen_shares = _shares_now(window)
    window.frozen = not window.frozen


@action("n", "load curve: next network of the tour", "Compare", label="Next network", at=("graph",))
def _ghost(window: Window) -> None:
    window.say(window.ghosts.next_network())


@action(
    "e",
    "load curve: next network that learns while the ruler opens",
    "Compare",
    label="Next learning network",
    at=("graph",),
)
def _learning(window: Window) -> None:
    window.say(window.ghosts.next_learning())


@action("k", "load curve: keep this run's curve to compare with", "Compare", label="Keep this curve", at=("graph",))
def _keep_ghost(window: Window) -> None:
    shares = _shares_now(window)
    if shares is None:
        window.say("Nothing has opened yet: there is no curve to keep.")
    else:
        window.ghosts.keep_run(shares)
        window.say("This run's load curve stays in the graph; K again replaces it.")


@action("ctrl+-", "smaller type and controls", "View", "smaller", label="Smaller type", by=-1)
@action("ctrl+= ctrl++", "bigger type and controls", "View", "bigger", label="Bigger type", rule=True, by=1)
def _rescale(window: Window, by: int) -> None:
    window.wanted_scale = stepped(SCALES, window.scale, by)
    window.build()
    if window.scale < window.wanted_scale:
        window.say("The window is too small for anything bigger.")


@action("ctrl+l", "language: English, Deutsch", "View", label="Language: English, Deutsch")
def _language(window: Window) -> None:
    known = i18n.languages()
    i18n.use(known[(known.index(i18n.language()) + 1) % len(known)])
    remember_setting("language", i18n.language())
    window.build()
    window.say(_("In English."))


@action("f11", "full screen", "View", label="Full screen")
def _full_screen(window: Window) -> None:
    try:
        pygame.display.toggle_fullscreen()
    except pygame.error as error:
        raise FailedError(f"This display has no full screen: {error}.") from None
    window.resized()


# Help


@action("ctrl+k ctrl+shift+p", "find any action by its name", "Help", label="Find an action ...")
def _palette(window: Window) -> None:
    open_palette(window)


@action("shift+f10 menu", "open the context menu of anything with the keyboard", "Help", label="Menu of ...")
def _context_menu(window: Window) -> None:
    open_context_menu_by_key(window)


@action("f10", "open the menus with the keyboard", "Help", label="Menus")
def _menus(window: Window) -> None:
    window.menu_bar.open(0)


@action("f1 shift+/ ?", "this overview", "Help", label="Keys and mouse", on=lambda window: window.help_shown)
def _help(window: Window) -> None:
    window.help_shown = not window.help_shown


@action("ctrl+q", "quit", "File", rule=True)
def _quit(window: Window) -> None:
    def leave() -> None:
        window.running = False

    if window.record_to is not None:
        leave()
    else:
        window.if_saved(leave, "Quitting", leaving=True)
