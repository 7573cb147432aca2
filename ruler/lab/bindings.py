"""The binding table: every action, its keys, what it does and where it is found.

Menus, context menus, the command palette, tooltips, help and keys are made from it. An action is a function of the
window, entered in the table by its decorator:

    @action("ctrl+z", "undo a change of a parameter", "Edit", label="Undo")
    def _undo(window: Window) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pygame

from ruler.lab.i18n import N_, _

Run = Callable[..., None]
# What a click with the right button can be on; "graph" is any of those after it.
Place = Literal["hand", "section", "hinge", "table", "graph", "openings", "bars", "curve"]
# What an action works on: the ruler under the hand, or recordings.
Needs = Literal["hand", "replay"]

# The menus, and headings of the help, in this order.
GROUPS = ("File", "Edit", "Time", "Ruler", "Hand", "View", "Compare", "Experiments", "Help")


@dataclass(frozen=True)
class Action:
    """One action.

    Attributes:
        name: of its function.
        keys: such as "space", "ctrl+s", "shift+r"; the first is shown on buttons and in menus. There may be none.
        text: what it does, for help and tooltips.
        group: the menu in which it stands, and its heading in the help.
        run: does it, given the window.
        label: its name in menus and in the palette.
        at: the context menus in which it stands too.
        on: whether what it switches is on, given the window; None when it is no switch.
        needs: what must be there for it; None when it can always be done.
        rule: whether a line is drawn above it in its menu.
    """

    name: str
    keys: tuple[str, ...]
    text: str
    group: str
    run: Run
    label: str
    at: tuple[Place, ...] = ()
    on: Callable[[Any], bool] | None = None
    needs: Needs | None = None
    rule: bool = False

    @property
    def shown_key(self) -> str:
        """Its first key as it is shown to people: "Ctrl+S"; empty without one."""
        return self.shown_keys[0] if self.keys else ""

    @property
    def shown_keys(self) -> list[str]:
        """All its keys as they are shown to people."""
        return [_shown(key) for key in self.keys]


def _shown(key: str) -> str:
    parts = [*key[:-2].split("+"), "+"] if key.endswith("++") else [key] if key == "+" else key.split("+")
    names = (_NAMES.get(part, part.upper() if len(part) < 4 else part.capitalize()) for part in parts)
    return "+".join(map(_, names))


ACTIONS: dict[str, Action] = {}
_BY_KEY: dict[str, Action] = {}
_NAMES = {
    "ctrl": N_("Ctrl"),
    "shift": N_("Shift"),
    "space": N_("Space"),
    "escape": "Esc",
    "return": "Enter",
    "home": N_("Home"),
    "end": N_("End"),
    "tab": "Tab",
    "delete": N_("Del"),
}


def action(
    keys: str,
    text: str,
    group: str,
    name: str | None = None,
    *,
    label: str | None = None,
    at: tuple[Place, ...] = (),
    on: Callable[[Any], bool] | None = None,
    needs: Needs | None = None,
    rule: bool = False,
    **given: Any,
) -> Callable[[Run], Run]:
    """Enter a function into the binding table, under its name without the leading underscore.

    A function that does several things is entered for each of them, with a name; the lowest line comes first.

    Args:
        keys: that call it, with spaces between them; may be empty.
        text: what it does, for help and tooltips.
        group: its menu and heading in the help, one of GROUPS.
        name: instead of the function's.
        label: its name in menus; by default the text up to the first bracket.
        at: context menus in which it stands too.
        on: whether what it switches is on, given the window.
        needs: what must be there for it: the ruler under the hand, or a replay.
        rule: whether a line is drawn above it in its menu.
        given: what the function is called with besides the window.
    """

    def enter(run: Run) -> Run:
        named = name or run.__name__.lstrip("_")
        plain = text.partition(" (")[0]
        shown = label or plain[:1].upper() + plain[1:]
        call = partial(run, **given)
        entry = Action(named, tuple(keys.split()), text, group, call, shown, at, on, needs, rule)
        ACTIONS[entry.name] = entry
        _BY_KEY.update(dict.fromkeys(entry.keys, entry))
        return run

    return enter


# What the mouse and held keys do; they are not actions of one key press.
GESTURES: tuple[tuple[str, str], ...] = (
    (N_("left button"), N_("drag the tip or any section")),
    (N_("click"), N_("a hinge: its own torque, to be changed")),
    (N_("right button"), N_("shakes the tip while it is held; a click: a menu")),
    (N_("arrow keys"), N_("pull the tip at a steady speed")),
    (N_("wheel"), N_("zoom to the mouse")),
    (N_("drag the table"), N_("move the view; so does Ctrl with an arrow key")),
)

ARROWS = {
    pygame.K_RIGHT: (1.0, 0.0),
    pygame.K_LEFT: (-1.0, 0.0),
    pygame.K_UP: (0.0, 1.0),
    pygame.K_DOWN: (0.0, -1.0),
}


def key_name(event: pygame.event.Event) -> str:
    """Name of a pressed key with its modifiers, as the table spells it: "ctrl+shift+o"."""
    base = pygame.key.name(event.key)
    parts = [
        name
        for name, flag in (("ctrl", pygame.KMOD_CTRL | pygame.KMOD_META), ("shift", pygame.KMOD_SHIFT))
        if event.mod & flag
    ]
    return "+".join([*parts, base])


def action_of(event: pygame.event.Event) -> Action | None:
    """The action that a key press asks for, or None.

    The character typed decides where the key's name does not, so that + and ? work on any keyboard.
    """
    named = _BY_KEY.get(key_name(event))
    if named is not None:
        return named
    typed = getattr(event, "unicode", "")
    if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_ALT) or typed not in "+-=?[].,":
        return None
    return _BY_KEY.get(typed) if typed else None
