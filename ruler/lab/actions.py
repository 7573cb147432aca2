"""The actions on time, ruler and hand; each is entered in the binding table by its decorator."""

from ruler.errors import BadInputError
from ruler.lab import focus
from ruler.lab.bindings import action
from ruler.lab.i18n import N_, _
from ruler.lab.live import Live
from ruler.lab.replay import Replays
from ruler.lab.window import Window
from ruler.mechanics import find_impossible


def ruler_under_hand(window: Window) -> Live:
    """What only the ruler under the hand can do is done with it.

    Raises:
        BadInputError: recordings are being replayed.
    """
    if window.player.hand is None:
        raise BadInputError(_("This is a replay; B goes back to the ruler."))
    return window.live


def present(window: Window) -> Live:
    """The ruler under the hand at the moment that is looked at, which becomes the present one.

    Raises:
        BadInputError: recordings are being replayed, or the moment is not reached yet.
    """
    live = ruler_under_hand(window)
    if not live.go_on_if_looking():
        raise BadInputError(_("One moment: what was done until there is made again."))
    window.follow_session()
    return live


def replays_of(window: Window) -> Replays:
    """The recordings being replayed.

    Raises:
        BadInputError: there are none.
    """
    if not isinstance(window.player, Replays):
        raise BadInputError(_("Open a recording first."))
    return window.player


# Time


@action("space", "play or pause", "Time", label="Play or pause", at=("table",))
def _play_pause(window: Window) -> None:
    window.player.play_pause()


@action(",", "look one sample back", "Time", "step_back", label="Step back", count=-1)
@action(
    ".", "one step (looking back, one sample) forward", "Time", "step_forward", label="Step forward", rule=True, count=1
)
def _step(window: Window, count: int) -> None:
    window.player.step(count)


@action("[", "slower, down to 0.1x", "Time", "slower", label="Slower", by=-1)
@action("]", "faster, up to 8x", "Time", "faster", label="Faster", rule=True, by=1)
def _change_speed(window: Window, by: int) -> None:
    window.clock.change_speed(by)


@action("end", "to the end, which is the present of a session", "Time", "to_end", label="To the end", part=1.0)
@action("home", "to the start", "Time", "to_start", label="To the start", rule=True, part=0.0)
def _seek(window: Window, part: float) -> None:
    window.player.seek(part)


@action(
    "shift+b",
    "return to what was done before: the next branch",
    "Time",
    label="Next branch",
    on=None,
    needs="hand",
    rule=True,
)
def _next_branch(window: Window) -> None:
    live = ruler_under_hand(window)
    if not live.session.takes:
        raise BadInputError(_("There is no branch yet: drag the timeline back and go on from there."))
    live.past.stop()
    take = live.session.takes[0]
    live.past.look(take.seconds, take)
    if live.past.go_on():
        window.follow_session()
    live.clock.paused = True
    count = len(live.session.takes)
    window.say(
        _("A branch of {seconds} s; branches besides: {count}.").format(seconds=f"{take.seconds:.1f}", count=count)
    )


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
    window.if_saved(lambda: lay_out(window, scripted=False), _("Laying the ruler out again"))


@action("shift+r", "all parameters back as in the scenario", "Ruler", label="Restore the scenario", needs="hand")
def _restore(window: Window) -> None:
    session = ruler_under_hand(window).session
    window.if_saved(session.restore, _("Going back to the scenario"))


@action("p", "let the scenario's hand pull", "Ruler", label="Play the script", needs="hand", at=("hand",))
def _play_script(window: Window) -> None:
    window.if_saved(lambda: lay_out(window, scripted=True), _("Playing the script"))


@action("ctrl+z", "undo a change of a parameter", "Edit", label="Undo", needs="hand")
def _undo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.undo():
        window.say(_("Nothing to undo."))


@action("ctrl+y ctrl+shift+z", "make the change that was undone again", "Edit", label="Redo", needs="hand")
def _redo(window: Window) -> None:
    if not ruler_under_hand(window).session.changes.redo():
        window.say(_("Nothing to redo."))


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
    "the field, button, timeline or graph before gets the keyboard",
    "Edit",
    "focus_before",
    label="Field before",
    back=True,
)
@action(
    "tab",
    "the next field, button, timeline or graph gets the keyboard; Enter sets a number, presses, opens the menu",
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
    present(window).session.toggle_shake(where)


@action(
    "m",
    "the standard hand pulls: slowly, or quickly when the tip is to be shaken",
    "Hand",
    label="Pull for me",
    at=("hand", "section", "table"),
    needs="hand",
)
def _pull_for_me(window: Window) -> None:
    session = present(window).session
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
    what=N_("fixed end"),
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
    what=N_("hand"),
)
def _cycle(window: Window, key: str, what: str) -> None:
    session = ruler_under_hand(window).session

    def change() -> None:
        chosen = session.cycle(key)
        window.say(_("{what}: {chosen}; the ruler has been laid out anew.").format(what=_(what), chosen=_(chosen)))

    window.if_saved(change, _("Changing the ruler"))
