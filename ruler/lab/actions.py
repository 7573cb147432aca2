"""The actions that are not about files; each is entered in the binding table by its decorator."""

from dataclasses import replace

import pygame

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.lab import i18n
from ruler.lab.bindings import action
from ruler.lab.clock import stepped
from ruler.lab.i18n import _
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


@action("space", "play or pause", "Time")
def _play_pause(window: Window) -> None:
    window.player.play_pause()


@action(",", "in a replay one sample back", "Time", "step_back", count=-1)
@action(".", "one step (in a replay one sample) forward", "Time", "step_forward", count=1)
def _step(window: Window, count: int) -> None:
    window.player.step(count)


@action("[", "slower, down to 0.1x", "Time", "slower", by=-1)
@action("]", "faster, up to 8x", "Time", "faster", by=1)
def _change_speed(window: Window, by: int) -> None:
    window.clock.change_speed(by)


@action("end", "replay: to the end", "Time", "to_end", part=1.0)
@action("home", "replay: to the start", "Time", "to_start", part=0.0)
def _seek(window: Window, part: float) -> None:
    replays_of(window).seek(part)


@action("o", "replay: loop", "Time")
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


@action("r", "lay the ruler out again", "Ruler")
def _reset(window: Window) -> None:
    window.if_saved(lambda: lay_out(window, scripted=False), "Laying the ruler out again")


@action("shift+r", "all parameters back as in the scenario", "Ruler")
def _restore(window: Window) -> None:
    session = ruler_under_hand(window).session
    window.if_saved(session.restore, "Going back to the scenario")


@action("p", "let the scenario's hand pull", "Ruler")
def _play_script(window: Window) -> None:
    window.if_saved(lambda: lay_out(window, scripted=True), "Playing the script")


@action("ctrl+z", "undo a change of a parameter", "Ruler")
def _undo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.undo():
        window.say("Nothing to undo.")


@action("ctrl+y ctrl+shift+z", "redo it", "Ruler")
def _redo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.redo():
        window.say("Nothing to redo.")


@action("shift+h", "look at the hinge before", "Ruler", "previous_hinge", by=-1)
@action("h", "look at the next hinge's own torque (or click it)", "Ruler", "next_hinge", by=1)
def _next_hinge(window: Window, by: int) -> None:
    hinges, now = ruler_under_hand(window).session.base.ruler.hinges, window.options.selected
    first = 0 if by > 0 else hinges - 1
    window.select(first if now is None else (now + by) % hinges)


@action("tab", "to the next parameter's entry; Enter sets it", "Ruler")
def _next_parameter(window: Window) -> None:
    window.controls.focus_next()


# Hand


@action("t", "shake the table", "Hand", "shake_table", where="table")
@action("s", "shake the tip (or hold the right mouse button)", "Hand", "shake_tip", where="tip")
def _shake(window: Window, where: str) -> None:
    ruler_under_hand(window).session.toggle_shake(where)


@action("escape", "let go; close a dialog", "Hand")
def _let_go(window: Window) -> None:
    window.live.let_go()
    for where in ("tip", "table"):
        window.session.shake(where, on=False)


@action(
    "a", "fixed end: pinned, clamped or free (lays out anew)", "Hand", "anchor", key="table.anchor", what="fixed end"
)
@action("g", "scripted hand: pinned or clamped (lays out anew)", "Hand", "grip", key="hand.grip", what="hand")
def _cycle(window: Window, key: str, what: str) -> None:
    session = ruler_under_hand(window).session

    def change() -> None:
        window.say(f"The {what} is now {session.cycle(key)}; the ruler has been laid out anew.")

    window.if_saved(change, f"Changing the {what}")


# View


@action("-", "zoom out", "View", "zoom_out", factor=1.0 / ZOOM)
@action("+ =", "zoom in (or turn the wheel)", "View", "zoom_in", factor=ZOOM)
def _zoom(window: Window, factor: float) -> None:
    window.views = [view.zoomed(view.rect.center, factor) for view in window.views]


@action("f", "fit the ruler into the view", "View")
def _fit(window: Window) -> None:
    window.fit()


@action("l", "show the layer numbers", "View", "show_layers", option="layers")
@action("3", "show where the tip has been", "View", "show_trace", option="trace")
@action("2", "show the table's friction", "View", "show_friction", option="friction")
@action("1", "show the tension along the ruler", "View", "show_tension", option="tension")
def _toggle(window: Window, option: str) -> None:
    window.options = replace(window.options, **{option: not getattr(window.options, option)})


@action("d", "pulled end is output (paper) or input (press)", "View")
def _pulled_end(window: Window) -> None:
    _toggle(window, "deep")
    if window.options.deep:
        window.say("The pulled end stands for the output, as in the paper and in measured networks.")
    else:
        window.say("The pulled end stands for the input, as a press article has it; measured networks say otherwise.")


def _shares_now(window: Window) -> Floats | None:
    return window.in_layer_order(window.player.scenes()[0].share)


@action("c", "freeze the graphs", "View")
def _freeze(window: Window) -> None:
    window.frozen_shares = _shares_now(window)
    window.frozen = not window.frozen


@action("n", "load curve: next network to compare with", "View")
def _ghost(window: Window) -> None:
    window.say(window.ghosts.next_network())


@action("e", "load curve: next network that learns while the ruler opens", "View")
def _learning(window: Window) -> None:
    window.say(window.ghosts.next_learning())


@action("k", "load curve: keep this run's curve to compare with", "View")
def _keep_ghost(window: Window) -> None:
    shares = _shares_now(window)
    if shares is None:
        window.say("Nothing has opened yet: there is no curve to keep.")
    else:
        window.ghosts.keep_run(shares)
        window.say("This run's load curve stays in the graph; K again replaces it.")


@action("ctrl+-", "smaller type and controls", "View", "smaller", by=-1)
@action("ctrl+= ctrl++", "bigger type and controls", "View", "bigger", by=1)
def _rescale(window: Window, by: int) -> None:
    window.wanted_scale = stepped(SCALES, window.scale, by)
    window.build()
    if window.scale < window.wanted_scale:
        window.say("The window is too small for anything bigger.")


@action("ctrl+l", "language: English, Deutsch", "View")
def _language(window: Window) -> None:
    known = i18n.languages()
    i18n.use(known[(known.index(i18n.language()) + 1) % len(known)])
    remember_setting("language", i18n.language())
    window.build()
    window.say(_("In English."))


@action("f11", "full screen", "View")
def _full_screen(window: Window) -> None:
    try:
        pygame.display.toggle_fullscreen()
    except pygame.error as error:
        raise FailedError(f"This display has no full screen: {error}.") from None
    window.resized()


# Help


@action("f1 shift+/ ?", "this overview", "Help")
def _help(window: Window) -> None:
    window.help_shown = not window.help_shown


@action("ctrl+q", "quit", "Help")
def _quit(window: Window) -> None:
    def leave() -> None:
        window.running = False

    if window.record_to is not None:
        leave()
    else:
        window.if_saved(leave, "Quitting")
