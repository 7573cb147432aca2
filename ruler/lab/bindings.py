"""The binding table: every action, its keys, what it does. Help, tooltips and keys are made from it.

An action is a function of the window, entered in the table by its decorator:

    @action("ctrl+z", "undo a change of a parameter", "Ruler")
    def _undo(window: Window) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pygame

Run = Callable[..., None]

# Headings of the help, in its order.
GROUPS = ("Time", "Ruler", "Hand", "View", "Files", "Help")


@dataclass(frozen=True)
class Action:
    """One action.

    Attributes:
        name: of its function.
        keys: such as "space", "ctrl+s", "shift+r"; the first is shown on buttons.
        text: what it does.
        group: heading in the help.
        run: does it, given the window.
    """

    name: str
    keys: tuple[str, ...]
    text: str
    group: str
    run: Run

    @property
    def shown_key(self) -> str:
        """Its first key as it is shown to people: "Ctrl+S"."""
        parts = self.keys[0].split("+") if self.keys[0] != "+" else ["+"]
        return "+".join(_NAMES.get(part, part.upper() if len(part) < 4 else part.capitalize()) for part in parts)


ACTIONS: dict[str, Action] = {}
_BY_KEY: dict[str, Action] = {}
_NAMES = {"escape": "Esc", "end": "End", "tab": "Tab"}


def action(keys: str, text: str, group: str, name: str | None = None, **given: Any) -> Callable[[Run], Run]:
    """Enter a function into the binding table, under its name without the leading underscore.

    A function that does several things is entered for each of them, with a name; the lowest line comes first.

    Args:
        keys: that call it, with spaces between them.
        text: what it does, for help and tooltips.
        group: heading in the help, one of GROUPS.
        name: instead of the function's.
        given: what the function is called with besides the window.
    """

    def enter(run: Run) -> Run:
        named = name or run.__name__.lstrip("_")
        entry = Action(named, tuple(keys.split()), text, group, partial(run, **given))
        ACTIONS[entry.name] = entry
        _BY_KEY.update(dict.fromkeys(entry.keys, entry))
        return run

    return enter


# What the mouse and held keys do; they are not actions of one key press.
GESTURES: tuple[tuple[str, str], ...] = (
    ("left button", "drag the tip or any section"),
    ("click", "a hinge: its own torque, to be changed; Esc closes"),
    ("right button", "shake the tip while it is held down"),
    ("arrow keys", "pull the tip at a steady speed"),
    ("wheel", "zoom to the mouse"),
    ("drag the table", "move the view"),
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
