"""The actions that change how things are seen and compared, and help; each is entered by its decorator."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pygame

from ruler.arrays import Floats
from ruler.errors import FailedError
from ruler.lab import i18n
from ruler.lab.bindings import action
from ruler.lab.clock import stepped
from ruler.lab.i18n import _
from ruler.lab.keys_card import KeysCard
from ruler.lab.menus import open_context_menu_by_key, open_palette
from ruler.lab.recent import remember_setting
from ruler.lab.tools import ZOOM
from ruler.lab.window import Window

SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


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
        window.say(_("The pulled end stands for the output, as in the paper and in measured networks."))
    else:
        window.say(
            _("The pulled end stands for the input, as a press article has it; measured networks say otherwise.")
        )


def _shares_now(window: Window) -> Floats | None:
    return window.in_layer_order(window.player.scenes()[0].share)


@action("c", "freeze the graphs", "View", at=("graph",), on=lambda window: window.frozen)
def _freeze(window: Window) -> None:
    window.frozen_shares = _shares_now(window)
    window.frozen = not window.frozen


@action("n", "load curve: next network of the tour", "Compare", label="Next network", at=("curve",))
def _ghost(window: Window) -> None:
    window.say(window.ghosts.next_network())


@action(
    "e",
    "load curve: next network that learns while the ruler opens",
    "Compare",
    label="Next learning network",
    at=("curve",),
)
def _learning(window: Window) -> None:
    window.say(window.ghosts.next_learning())


@action("k", "load curve: keep this run's curve to compare with", "Compare", label="Keep this curve", at=("curve",))
def _keep_ghost(window: Window) -> None:
    shares = _shares_now(window)
    if shares is None:
        window.say(_("Nothing has opened yet: there is no curve to keep."))
    else:
        window.ghosts.keep_run(shares)
        window.say(_("This run's load curve stays in the graph; K again replaces it."))


@action("ctrl+-", "smaller type and controls", "View", "smaller", label="Smaller type", by=-1)
@action("ctrl+= ctrl++", "bigger type and controls", "View", "bigger", label="Bigger type", rule=True, by=1)
def _rescale(window: Window, by: int) -> None:
    window.wanted_scale = stepped(SCALES, window.scale, by)
    window.build()
    if window.scale < window.wanted_scale:
        window.say(_("The window is too small for anything bigger."))


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
    window.menu_bar.unfold(0)


@action(
    "f1 shift+/ ?",
    "this overview",
    "Help",
    label="Keys and mouse",
    on=lambda window: isinstance(window.overlay, KeysCard),
)
def _help(window: Window) -> None:
    window.overlay = KeysCard()


@action("ctrl+q", "quit", "File", rule=True)
def _quit(window: Window) -> None:
    def leave() -> None:
        window.running = False

    if window.record_to is not None:
        leave()
    else:
        window.if_saved(leave, _("Quitting"), leaving=True)
