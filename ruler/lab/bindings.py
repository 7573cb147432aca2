"""The binding table: every action, its keys, what it does. The help overlay is made from it."""

from dataclasses import dataclass

import pygame


@dataclass(frozen=True)
class Binding:
    """One action.

    Attributes:
        action: name of the method that carries it out.
        keys: such as "space", "ctrl+s", "shift+r"; the first is shown on buttons.
        text: what it does.
        group: heading in the help.
    """

    action: str
    keys: tuple[str, ...]
    text: str
    group: str


BINDINGS: tuple[Binding, ...] = (
    Binding("play_pause", ("space",), "play or pause", "Time"),
    Binding("step_forward", (".",), "one step (in a replay one sample) forward", "Time"),
    Binding("step_back", (",",), "in a replay one sample back", "Time"),
    Binding("faster", ("]",), "faster, up to 8x", "Time"),
    Binding("slower", ("[",), "slower, down to 0.1x", "Time"),
    Binding("to_start", ("home",), "replay: to the start", "Time"),
    Binding("to_end", ("end",), "replay: to the end", "Time"),
    Binding("loop", ("o",), "replay: loop", "Time"),
    Binding("reset", ("r",), "lay the ruler out again", "Ruler"),
    Binding("restore", ("shift+r",), "all parameters back as in the scenario", "Ruler"),
    Binding("play_script", ("p",), "let the scenario's hand pull", "Ruler"),
    Binding("undo", ("ctrl+z",), "undo a change of a parameter", "Ruler"),
    Binding("redo", ("ctrl+y", "ctrl+shift+z"), "redo it", "Ruler"),
    Binding("next_parameter", ("tab",), "to the next parameter's entry; Enter sets it", "Ruler"),
    Binding("shake_tip", ("s",), "shake the tip (or hold the right mouse button)", "Hand"),
    Binding("shake_table", ("t",), "shake the table", "Hand"),
    Binding("let_go", ("escape",), "let go; close a dialog", "Hand"),
    Binding("grip", ("g",), "scripted hand: pinned or clamped (lays out anew)", "Hand"),
    Binding("anchor", ("a",), "fixed end: pinned, clamped or free (lays out anew)", "Hand"),
    Binding("zoom_in", ("+", "="), "zoom in (or turn the wheel)", "View"),
    Binding("zoom_out", ("-",), "zoom out", "View"),
    Binding("fit", ("f",), "fit the ruler into the view", "View"),
    Binding("show_tension", ("1",), "show the tension along the ruler", "View"),
    Binding("show_friction", ("2",), "show the table's friction", "View"),
    Binding("show_trace", ("3",), "show where the tip has been", "View"),
    Binding("show_layers", ("l",), "show the layer numbers", "View"),
    Binding("pulled_end", ("d",), "pulled end is output (paper) or input (press)", "View"),
    Binding("freeze", ("c",), "freeze the graphs", "View"),
    Binding("ghost", ("n",), "load curve: next network to compare with", "View"),
    Binding("learning", ("e",), "load curve: next network that learns while the ruler opens", "View"),
    Binding("keep_ghost", ("k",), "load curve: keep this run's curve to compare with", "View"),
    Binding("bigger", ("ctrl+=", "ctrl++"), "bigger type and controls", "View"),
    Binding("smaller", ("ctrl+-",), "smaller type and controls", "View"),
    Binding("full_screen", ("f11",), "full screen", "View"),
    Binding("pick_scenario", ("ctrl+p",), "shipped scenarios and recent files", "Files"),
    Binding("open", ("ctrl+o",), "open a scenario or recording (or drop it here)", "Files"),
    Binding("open_second", ("ctrl+shift+o",), "replay: open a second recording beside it", "Files"),
    Binding("save_scenario", ("ctrl+s",), "save this session as a scenario", "Files"),
    Binding("save_recording", ("ctrl+e",), "save what has been recorded", "Files"),
    Binding("record", ("ctrl+r",), "lay the ruler out and record; again: stop and save", "Files"),
    Binding("verify", ("v",), "replay: simulate again and mark the first difference", "Files"),
    Binding("back_to_lab", ("b",), "replay: back to the ruler", "Files"),
    Binding("screenshot", ("f12",), "save a picture of the window", "Files"),
    Binding("help", ("f1", "shift+/", "?"), "this overview", "Help"),
    Binding("quit", ("ctrl+q",), "quit", "Help"),
)

# What the mouse and held keys do; they are not actions of one key press.
GESTURES: tuple[tuple[str, str], ...] = (
    ("left button", "drag the tip or any section"),
    ("right button", "shake the tip while it is held down"),
    ("arrow keys", "pull the tip at a steady speed"),
    ("wheel", "zoom to the mouse"),
    ("drag the table", "move the view"),
)

GROUPS = tuple(dict.fromkeys(binding.group for binding in BINDINGS))

ARROWS = {
    pygame.K_RIGHT: (1.0, 0.0),
    pygame.K_LEFT: (-1.0, 0.0),
    pygame.K_UP: (0.0, 1.0),
    pygame.K_DOWN: (0.0, -1.0),
}

_NAMES = {"escape": "Esc", "space": "Space", "home": "Home", "end": "End", "tab": "Tab"}


def key_name(event: pygame.event.Event) -> str:
    """Name of a pressed key with its modifiers, as the table spells it: "ctrl+shift+o"."""
    base = pygame.key.name(event.key)
    parts = [
        name
        for name, flag in (("ctrl", pygame.KMOD_CTRL | pygame.KMOD_META), ("shift", pygame.KMOD_SHIFT))
        if event.mod & flag
    ]
    return "+".join([*parts, base])


_BY_KEY = {key: binding.action for binding in BINDINGS for key in binding.keys}


def action_of(event: pygame.event.Event) -> str | None:
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


def shown_key(binding: Binding) -> str:
    """The first key of an action as it is shown to people: "Ctrl+S"."""
    parts = binding.keys[0].split("+") if binding.keys[0] != "+" else ["+"]
    return "+".join(_NAMES.get(part, part.upper() if len(part) < 4 else part.capitalize()) for part in parts)


def key_for(action: str) -> str:
    """The key of an action as shown to people."""
    return shown_key(next(binding for binding in BINDINGS if binding.action == action))
