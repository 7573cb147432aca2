"""What is asked in the window: files, questions, messages, the picker of scenarios."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pygame

from ruler.errors import RulerError
from ruler.lab import native
from ruler.lab.file_finder import FileFinder
from ruler.lab.finder import Finder, Item
from ruler.lab.form import Button, Form
from ruler.lab.i18n import N_, _
from ruler.lab.left import left_sessions
from ruler.lab.overlay import Overlay
from ruler.lab.recent import recent_files, setting
from ruler.scenario import load_scenario, shipped_scenarios
from ruler.text import clean

Chosen = Callable[[Path], None]

_LEFT = N_("Left by a window that did not end well. It opens as a replay: Ctrl+E saves it, Delete gives it up.")


def system_dialogs() -> bool:
    """Whether files are asked for in the platform's own dialogs: where there are, unless it was switched off."""
    return setting("system dialogs") is not False and native.there_is_one()


class Dialogs:
    """What lies over the window, at most one thing at a time; its outcome goes to the function given with it."""

    def __init__(self) -> None:
        self._overlay: Overlay | None = None

    @property
    def overlay(self) -> Overlay | None:
        """What lies over the window and has mouse and keyboard, or None."""
        return None if self._overlay is None or self._overlay.closed else self._overlay

    def show(self, overlay: Overlay | None) -> None:
        """Lay something over the window, in the place of what is there."""
        before, self._overlay = self.overlay, overlay
        if before is not None:
            before.close()
        if overlay is not None and pygame.display.get_init():
            pygame.key.set_repeat(400, 30)

    @property
    def open(self) -> bool:
        """Whether there is a dialog for whose answer the hand waits; a menu is none."""
        return self.overlay is not None and self.overlay.modal

    def close(self) -> None:
        """Close what is open without an outcome."""
        self.show(None)

    def ask_to_open(self, title: str, suffixes: Collection[str], chosen: Chosen) -> None:
        """Ask for a file to open, of one of these endings, each with its dot."""
        self._ask_file(title, Path.cwd(), suffixes, saving=False, chosen=chosen)

    def ask_to_save(self, title: str, name: str, chosen: Chosen) -> None:
        """Ask for a file to write; this name is proposed."""
        self._ask_file(title, Path.cwd() / name, (), saving=True, chosen=chosen)

    def _ask_file(self, title: str, start: Path, suffixes: Collection[str], saving: bool, chosen: Chosen) -> None:
        if system_dialogs() and (arguments := native.command(title, start, suffixes, saving)) is not None:
            dialog = native.NativeDialog(arguments, chosen)
            if not dialog.closed:
                self.show(dialog)
                return
        self.show(FileFinder(title, start, chosen, suffixes, saving))

    def ask(
        self,
        question: str,
        yes: str,
        confirmed: Callable[[], object],
        other: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """Ask whether to go on.

        Args:
            question: what is asked.
            yes: on the button that Enter presses.
            confirmed: what it does.
            other: buttons between it and Cancel, and what they do.
        """
        choices = [(yes, confirmed), *other]
        buttons = [Button(label, lambda _values, run=run: run()) for label, run in choices]  # type: ignore[misc]
        self.show(Form(_("Are you sure?"), clean(question), [*buttons, Button(_("Cancel"))]))

    def tell(self, title: str, text: str) -> None:
        """Show a message."""
        self.show(Form(clean(title), clean(text), [Button(_("OK"))], width=560.0))

    def try_to(self, work: Callable[[], object], title: str) -> bool:
        """Do something; an error is shown under this title. Whether it was done."""
        try:
            work()
        except RulerError as error:
            self.tell(title, str(error))
            return False
        return True

    def pick_scenario(self, chosen: Chosen) -> None:
        """Choose a shipped scenario, with its description, a recent file, or a session that was left."""
        self.show(Finder(_("Scenarios and recent files"), _choices(chosen), size=(760, 460)))


def _choices(chosen: Chosen) -> list[Item]:
    """What the picker offers."""

    def item(label: str, path: Path, detail: str, about: str, words: str = "") -> Item:
        return Item(clean(label), lambda: chosen(path), detail, words, " ".join(clean(about).split()))

    items = [item(left.title, left.path, _("left"), _(_LEFT)) for left in left_sessions()]
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        description = " ".join(scenario.description.split())
        items.append(item(name, Path(name), "", f"{_(scenario.title)}. {_(description)}", _(scenario.title)))
    return items + [item(path.name, path, _("recent"), str(path), str(path)) for path in recent_files()]
