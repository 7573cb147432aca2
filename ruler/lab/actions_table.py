"""The table of all actions, for `ruler lab --keys` and the documentation, made from the binding table."""

from ruler.lab import all_actions as all_actions
from ruler.lab.bindings import ACTIONS, GROUPS, Action
from ruler.lab.controls import REPLAY_TOOLBAR, TOOLBAR

_PLACES = {"graph": "graphs", "openings": "graph over time", "bars": "load per layer", "curve": "load curve"}


def sorted_actions() -> list[Action]:
    """All actions in the order of the menus."""
    return sorted(ACTIONS.values(), key=lambda action: GROUPS.index(action.group))


def where_seen(action: Action) -> str:
    """Where an action is found: its menu, its buttons, its context menus."""
    seen = [f"menu {action.group}"]
    if action.name in {name for name, _text, _width in (*TOOLBAR, *REPLAY_TOOLBAR)}:
        seen.append("toolbar")
    if action.at:
        seen.append("right click on " + ", ".join(_PLACES.get(place, place) for place in action.at))
    return "; ".join([*seen, "palette"])


def shown_keys(action: Action) -> str:
    """All its keys as they are shown to people; a dash without any."""
    return " or ".join(action.shown_keys) or "-"


def actions_table() -> list[tuple[str, str, str]]:
    """Name, keys, and where it is seen, of each action."""
    return [(action.label, shown_keys(action), where_seen(action)) for action in sorted_actions()]
