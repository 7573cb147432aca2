"""The actions on one part of the ruler: a hinge, a section; with the keyboard on those that are looked at."""

from ruler.lab.actions import ruler_under_hand
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.parameters import hinge_key
from ruler.lab.window import Window

TIGHTER = 1.25


def _hinge(window: Window) -> int:
    """The hinge that was clicked, or is looked at, or the first, counted from 0."""
    if window.target is not None and window.target.place == "hinge":
        return window.target.number or 0
    return window.options.selected or 0


@action(
    "",
    "look at the torque of this hinge alone, and type another",
    "Ruler",
    label="Torque of this hinge ...",
    at=("hinge",),
    needs="hand",
)
def _own_torque(window: Window) -> None:
    ruler_under_hand(window)
    hinge = _hinge(window)
    window.select(hinge)
    window.controls.focus_entry(hinge_key(hinge))


@action(
    "",
    "this hinge alone gets a fifth less torque",
    "Ruler",
    "loosen",
    label="Loosen this hinge",
    at=("hinge",),
    needs="hand",
    factor=1.0 / TIGHTER,
)
@action(
    "",
    "this hinge alone gets a quarter more torque",
    "Ruler",
    "tighten",
    label="Tighten this hinge",
    at=("hinge",),
    needs="hand",
    factor=TIGHTER,
)
def _tighten(window: Window, factor: float) -> None:
    session, hinge = ruler_under_hand(window).session, _hinge(window)
    key = hinge_key(hinge)
    session.set_value(key, float(f"{factor * session.value(key):.4g}"))
    window.select(hinge)


@action(
    "shift+g",
    "take hold of a section in its middle, of the next one by the key; the arrow keys then move it, Esc lets go",
    "Hand",
    label="Take hold here",
    at=("section",),
    needs="hand",
)
def _take_hold(window: Window) -> None:
    session = ruler_under_hand(window).session
    scene = session.scene()
    if window.target is not None and window.target.place == "section":
        section = window.target.number or 0
    else:
        # Sections are counted from 1 by the simulation: the one after the one held.
        section = (session.simulation.held_section or 0) % len(scene.outer)
    x, y = (0.5 * (scene.inner[section] + scene.outer[section])).tolist()
    session.release()
    session.grab(section + 1, 0.5, x, y)
    window.say(_("Section {number} is held; the arrow keys move it, Esc lets go.").format(number=section + 1))
