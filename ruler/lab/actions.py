"""The actions that are not about files; each is entered in the binding table by its decorator."""

from dataclasses import replace

import pygame

from ruler.errors import BadInputError, FailedError
from ruler.lab.bindings import action
from ruler.lab.player import Live
from ruler.lab.replay import Replays
from ruler.lab.scene import Floats
from ruler.lab.tools import ZOOM
from ruler.lab.window import Window

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


@action(".", "one step (in a replay one sample) forward", "Time")
def _step_forward(window: Window) -> None:
    window.player.step(1)


@action(",", "in a replay one sample back", "Time")
def _step_back(window: Window) -> None:
    window.player.step(-1)


@action("]", "faster, up to 8x", "Time")
def _faster(window: Window) -> None:
    window.clock.change_speed(1)


@action("[", "slower, down to 0.1x", "Time")
def _slower(window: Window) -> None:
    window.clock.change_speed(-1)


@action("home", "replay: to the start", "Time")
def _to_start(window: Window) -> None:
    replays_of(window).seek(0.0)


@action("end", "replay: to the end", "Time")
def _to_end(window: Window) -> None:
    replays_of(window).seek(1.0)


@action("o", "replay: loop", "Time")
def _loop(window: Window) -> None:
    replays = replays_of(window)
    replays.loop = not replays.loop


# Ruler


def lay_out(window: Window, scripted: bool) -> None:
    """Lay the ruler out again, for the hand or for the script."""
    ruler_under_hand(window).session.reset(scripted)
    window.clock.paused = False


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


@action("tab", "to the next parameter's entry; Enter sets it", "Ruler")
def _next_parameter(window: Window) -> None:
    window.controls.focus_next()


# Hand


def _toggle_shake(window: Window, where: str) -> None:
    ruler_under_hand(window).session.toggle_shake(where)


@action("s", "shake the tip (or hold the right mouse button)", "Hand")
def _shake_tip(window: Window) -> None:
    _toggle_shake(window, "tip")


@action("t", "shake the table", "Hand")
def _shake_table(window: Window) -> None:
    _toggle_shake(window, "table")


@action("escape", "let go; close a dialog", "Hand")
def _let_go(window: Window) -> None:
    window.live.let_go()
    for where in ("tip", "table"):
        window.session.shake(where, on=False)


def _cycle(window: Window, key: str, choices: tuple[str, ...], what: str) -> None:
    session = ruler_under_hand(window).session

    def change() -> None:
        window.say(f"The {what} is now {session.cycle(key, choices)}; the ruler has been laid out anew.")

    window.if_saved(change, f"Changing the {what}")


@action("g", "scripted hand: pinned or clamped (lays out anew)", "Hand")
def _grip(window: Window) -> None:
    _cycle(window, "hand.grip", ("pinned", "clamped"), "hand")


@action("a", "fixed end: pinned, clamped or free (lays out anew)", "Hand")
def _anchor(window: Window) -> None:
    _cycle(window, "table.anchor", ("pinned", "clamped", "free"), "fixed end")


# View


def _zoom(window: Window, factor: float) -> None:
    window.views = [view.zoomed(view.rect.center, factor) for view in window.views]


@action("+ =", "zoom in (or turn the wheel)", "View")
def _zoom_in(window: Window) -> None:
    _zoom(window, ZOOM)


@action("-", "zoom out", "View")
def _zoom_out(window: Window) -> None:
    _zoom(window, 1.0 / ZOOM)


@action("f", "fit the ruler into the view", "View")
def _fit(window: Window) -> None:
    window.fit()


def _toggle(window: Window, option: str) -> None:
    window.options = replace(window.options, **{option: not getattr(window.options, option)})


@action("1", "show the tension along the ruler", "View")
def _show_tension(window: Window) -> None:
    _toggle(window, "tension")


@action("2", "show the table's friction", "View")
def _show_friction(window: Window) -> None:
    _toggle(window, "friction")


@action("3", "show where the tip has been", "View")
def _show_trace(window: Window) -> None:
    _toggle(window, "trace")


@action("l", "show the layer numbers", "View")
def _show_layers(window: Window) -> None:
    _toggle(window, "layers")


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


def _rescale(window: Window, by: int) -> None:
    place = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - window.scale))
    window.wanted_scale = SCALES[min(len(SCALES) - 1, max(0, place + by))]
    window.build()
    if window.scale < window.wanted_scale:
        window.say("The window is too small for anything bigger.")


@action("ctrl+= ctrl++", "bigger type and controls", "View")
def _bigger(window: Window) -> None:
    _rescale(window, 1)


@action("ctrl+-", "smaller type and controls", "View")
def _smaller(window: Window) -> None:
    _rescale(window, -1)


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
