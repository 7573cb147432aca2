"""Sharing: graphs to the clipboard and into files, the session as a line of text."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pygame

from ruler import io
from ruler.analysis.graph_data import GraphData
from ruler.errors import BadInputError
from ruler.lab import clipboard
from ruler.lab.actions import ruler_under_hand
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.bindings import action
from ruler.lab.graph_data import data_of
from ruler.lab.i18n import _
from ruler.lab.jobs import graph_figure
from ruler.lab.popup import Entry, Popup
from ruler.lab.saving import FIGURES, ask_to_replace
from ruler.lab.views import shown_in_graphs
from ruler.lab.window import Window
from ruler.scenario.sharing import is_scenario_text, scenario_from_text, scenario_to_text

# A graph is copied this many times as fine as it is in the window.
FINER = 2.0


def _with_graph(window: Window, work: Callable[[Window, str], None]) -> None:
    """Do it with the graph that was clicked or has the keyboard; else ask which one."""
    target, focused = window.target, window.focused
    if target is not None and target.graph is not None:
        work(window, target.graph)
    elif focused is not None and focused.kind == "graph":
        work(window, focused.name)
    else:
        entries = [Entry(_(graph.title), partial(work, window, name)) for name, graph in GRAPHS.items()]
        popup = Popup(entries, window.layout.graphs["openings"].move(20, -40).topleft, title=_("Which graph?"))
        popup.rows.go(1)
        window.overlay = popup


@action("ctrl+c", "copy a graph to the clipboard, as an image", "Edit", label="Copy graph", at=("graph",), rule=True)
def _copy_graph(window: Window) -> None:
    _with_graph(window, _copy_image)


def _copy_image(window: Window, name: str) -> None:
    clipboard.put_image(picture_of(window, name))
    window.say(_("Copied: {graph}, as an image.").format(graph=_(GRAPHS[name].title)))


def picture_of(window: Window, name: str) -> pygame.Surface:
    """A graph as it is in the window, finer, without the mouse."""
    rect = window.layout.graphs[name]
    size = round(FINER * rect.width), round(FINER * rect.height)
    picture = pygame.Surface(size, 0, 32)
    shown = replace(shown_in_graphs(window, window.player.scenes()), cursor=None)
    GRAPHS[name].draw(Canvas(picture, FINER * window.scale), picture.get_rect(), shown)
    return picture


@action(
    "ctrl+shift+c",
    "copy the numbers of a graph to the clipboard, for a table",
    "Edit",
    label="Copy numbers",
    at=("graph",),
)
def _copy_numbers(window: Window) -> None:
    _with_graph(window, _copy_table)


def _data(window: Window, name: str) -> GraphData:
    return data_of(name, shown_in_graphs(window, window.player.scenes()))


def _copy_table(window: Window, name: str) -> None:
    columns = _data(window, name).columns
    rows = ["\t".join(columns)]
    rows += ["\t".join(f"{value:.9g}" for value in row) for row in zip(*columns.values(), strict=True)]
    clipboard.put_text("\n".join(rows) + "\n")
    text = _("Copied: {graph}, {rows} rows of numbers.")
    window.say(text.format(graph=_(GRAPHS[name].title), rows=len(rows) - 1))


@action(
    "ctrl+g",
    "save a graph: a figure (svg, pdf, png) or a table (csv, npz, parquet)",
    "Edit",
    label="Save graph ...",
    at=("graph",),
)
def _save_graph(window: Window) -> None:
    _with_graph(window, _ask_where)


def _ask_where(window: Window, name: str) -> None:
    data = _data(window, name)

    def save(chosen: Path) -> None:
        path = chosen if chosen.suffix.lower() in (*FIGURES, *io.FORMATS) else chosen.with_name(chosen.name + ".svg")
        ask_to_replace(window, [path], lambda force: _save_data(window, data, path, force))

    window.dialogs.ask_to_save(_("Save graph"), f"{window.session.name}-{name}.svg", save)


def _save_data(window: Window, data: GraphData, path: Path, force: bool) -> None:
    def told() -> None:
        window.say(_("saved: {path}").format(path=path))

    if path.suffix.lower() in io.FORMATS:
        if window.dialogs.try_to(lambda: io.write(path, data.columns, force=force), _("It could not be saved")):
            told()
        return
    title = _("It could not be saved")
    window.jobs.start(graph_figure, data, path, done=told, failed=lambda text: window.dialogs.tell(title, text))


# The session


@action(
    "ctrl+shift+e",
    "copy the session to the clipboard as a line of text, hand and all; Ctrl+V in another window plays it",
    "Edit",
    label="Copy session as text",
    needs="hand",
    rule=True,
)
def _copy_session(window: Window) -> None:
    text = scenario_to_text(ruler_under_hand(window).session.scenario())
    clipboard.put_text(text)
    window.say(_("Copied: this session, {count} characters.").format(count=len(text)))


@action("ctrl+v", "open the session that is on the clipboard as text", "Edit", label="Paste a session")
def _paste_session(window: Window) -> None:
    text = clipboard.get_text()
    if not is_scenario_text(text):
        raise BadInputError(_("There is no session on the clipboard; Edit, Copy session as text makes one."))

    def begin() -> None:
        scenario = scenario_from_text(text)
        window.start_session(scenario, "pasted")

    what = _("Pasting a session")
    window.if_saved(lambda: window.dialogs.try_to(begin, _("This session cannot be opened")), what, leaving=True)
