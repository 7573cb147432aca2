"""Menus, context menus and the command palette, all made from the binding table."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.labels import layer_number
from ruler.lab.art.ruler import hinge_at, section_at
from ruler.lab.bindings import ACTIONS, GROUPS, Action, Place
from ruler.lab.finder import Finder, Item
from ruler.lab.i18n import N_, _
from ruler.lab.parameters import PARAMETERS
from ruler.lab.popup import Entry, Popup
from ruler.lab.recent import recent_files
from ruler.lab.window import NEAR, Target, Window
from ruler.scenario import shipped_scenarios
from ruler.scenario.parameters import Parameter

MOST_RECENT = 6
TITLES: dict[Place, str] = {
    "hand": N_("Tip and hand"),
    "section": N_("Section"),
    "hinge": N_("Hinge"),
    "table": N_("Table"),
}


class Found(NamedTuple):
    """What a context menu is opened on, and its heading."""

    title: str
    target: Target


def entry_of(window: Window, action: Action) -> Entry:
    """A line of a menu for an action."""
    return Entry(
        _(action.label),
        lambda: window.do(action.name),
        key=action.shown_key,
        tip=_(action.text),
        on=None if action.on is None else action.on(window),
        usable=window.can(action),
        rule=action.rule,
    )


def group_menu(window: Window, group: str) -> list[Entry]:
    """The lines of a menu of the bar; that of the files ends with the recent ones."""
    entries = [entry_of(window, action) for action in ACTIONS.values() if action.group == group]
    if group == "File":
        for number, path in enumerate(recent_files()[:MOST_RECENT]):
            entries.append(_recent(window, path, rule=number == 0))
    return entries


def _recent(window: Window, path: Path, rule: bool) -> Entry:
    return Entry(path.name, lambda: window.open_path(path), tip=_("open {path}").format(path=path), rule=rule)


def open_group(window: Window, number: int, at: tuple[int, int]) -> None:
    """Open a menu of the bar with its upper left corner at a point, px."""
    window.target = None

    def sideways(by: int) -> None:
        window.menu_bar.unfold(number + by)
        open_menu = window.overlay
        if isinstance(open_menu, Popup):
            open_menu.rows.go(1, [entry.usable for entry in open_menu.entries])

    window.overlay = Popup(group_menu(window, GROUPS[number]), at, sideways=sideways)


def open_context_menu(window: Window, at: tuple[int, int]) -> None:
    """Open the menu for what is under a point of the window, px; nothing happens where there is nothing."""
    found = what_is_at(window, at)
    if found is not None:
        _open_for(window, found, at)


def _open_for(window: Window, found: Found, at: tuple[int, int]) -> None:
    window.target, window.menu_bar.opened = found.target, None
    places = {found.target.place, found.target.graph}
    actions = [action for action in ACTIONS.values() if places & set(action.at)]
    window.overlay = Popup([entry_of(window, action) for action in actions], at, title=found.title)


def open_context_menu_by_key(window: Window) -> None:
    """Open the menu of the graph that has the keyboard, or offer those of all that there is."""
    focused = window.focused
    if focused is not None and focused.kind == "graph":
        rect = window.layout.graphs[focused.name]
        found = Found(_(GRAPHS[focused.name].title), Target("graph", graph=focused.name))
        _open_for(window, found, rect.move(8, 8).topleft)
        return
    at = window.layout.table.move(8, 8).topleft

    def entry(found: Found) -> Entry:
        return Entry(found.title, lambda: _open_for(window, found, at))

    window.menu_bar.opened = None
    window.overlay = popup = Popup([entry(found) for found in _all_there_is(window)], at, title=_("Menu of"))
    popup.rows.go(1)


def _all_there_is(window: Window) -> list[Found]:
    """What has a context menu: the hinge that is looked at stands for all of them."""
    hinge = window.options.selected or 0
    number = layer_number(hinge, window.session.base.ruler.hinges, window.options.deep)
    return [
        Found(_(TITLES["hand"]), Target("hand")),
        Found(f"{_(TITLES['hinge'])} {number}", Target("hinge", hinge)),
        Found(_(TITLES["section"]), Target("section", hinge)),
        Found(_(TITLES["table"]), Target("table")),
        *(Found(_(graph.title), Target("graph", graph=name)) for name, graph in GRAPHS.items()),
    ]


def what_is_at(window: Window, at: tuple[int, int]) -> Found | None:
    """What a click with the right button at a point of the window is on, or None."""
    for name, rect in window.layout.graphs.items():
        if rect.collidepoint(at):
            return Found(_(GRAPHS[name].title), Target("graph", graph=name))
    if not window.layout.table.collidepoint(at):
        return None
    index = window.view_at(at)
    scene, view = window.player.scenes()[index], window.views[index]
    near = NEAR * window.scale
    if scene.blocks is None:
        if np.hypot(*(view.to_screen(scene.outer[-1]) - at)) <= near:
            return Found(_(TITLES["hand"]), Target("hand"))
        if (hinge := hinge_at(view, scene, at, radius=near)) is not None:
            number = layer_number(hinge, len(scene.opening), window.options.deep)
            return Found(f"{_(TITLES['hinge'])} {number}", Target("hinge", hinge))
        if (section := section_at(view, scene, at, radius=near)) is not None:
            number = layer_number(section[0], len(scene.inner), window.options.deep)
            return Found(f"{_(TITLES['section'])} {number}", Target("section", section[0]))
    return Found(_(TITLES["table"]), Target("table"))


def open_palette(window: Window) -> None:
    """Find any action by its name."""
    window.target = None
    actions = sorted(ACTIONS.values(), key=lambda action: GROUPS.index(action.group))
    items = [_item_of(window, action) for action in actions if action.name != "palette"]
    items += _parameters(window) + _scenarios(window)
    window.overlay = Finder(_("Do anything"), items, prompt=_("what do you want to do?"), size=(600, 420))


def _parameters(window: Window) -> list[Item]:
    """The fields, to be typed into."""
    if window.player.hand is None:
        return []

    def item(parameter: Parameter) -> Item:
        value = f"{window.session.value(parameter.key):g} {parameter.unit}"
        name = f"{_(parameter.group)}: {_(parameter.label)} ..."
        words = f"{_(parameter.help)} {parameter.key}"
        return Item(name, lambda: window.controls.focus_entry(parameter.key), detail=value.strip(), words=words)

    return [item(parameter) for parameter in PARAMETERS]


def _scenarios(window: Window) -> list[Item]:
    """The shipped scenarios, to be opened."""

    def item(name: str) -> Item:
        return Item(f"{_('Scenario')}: {name}", lambda: window.open_path(Path(name)), words="scenario")

    return [item(name) for name in shipped_scenarios()]


def _item_of(window: Window, action: Action) -> Item:
    ticked = _(" (on)") if action.on is not None and action.on(window) else ""
    return Item(
        f"{_(action.group)}: {_(action.label)}{ticked}",
        lambda: window.do(action.name),
        detail=action.shown_key,
        words=f"{_(action.text)} {action.label}",
        usable=window.can(action),
    )
