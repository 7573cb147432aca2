"""Windows inside the window: files, questions, messages, the picker of scenarios."""

import html
import itertools
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pygame
import pygame_gui
from pygame_gui.elements import UIButton, UISelectionList, UITextBox, UIWindow
from pygame_gui.windows import UIConfirmationDialog, UIFileDialog, UIMessageWindow

from ruler.lab.left import left_sessions
from ruler.lab.recent import recent_files
from ruler.scenario import load_scenario, shipped_scenarios
from ruler.text import clean

Chosen = Callable[[str], None]

_LEFT = "Left by a window that did not end well. It opens as a replay: Ctrl+E saves it, Delete gives it up."


class Dialogs:
    """At most one dialog at a time; its outcome is handed to the function given when it was opened."""

    def __init__(self, manager: pygame_gui.UIManager, size: tuple[int, int], scale: float) -> None:
        self._manager, self._size, self._scale = manager, size, scale
        self._window: UIWindow | None = None
        self._chosen: Chosen | None = None
        self._list: UISelectionList | None = None
        self._list_rect = pygame.Rect(0, 0, 0, 0)
        self._about_box: UITextBox | None = None
        self._open_button: UIButton | None = None
        self._about: dict[str, tuple[str, str]] = {}

    @property
    def open(self) -> bool:
        """Whether a dialog is open."""
        return self._window is not None and self._window.alive()

    def close(self) -> None:
        """Close the dialog without an outcome."""
        if self._window is not None and self._window.alive():
            self._window.kill()
        self._window = None

    def _place(self, width: float, height: float) -> pygame.Rect:
        # pygame_gui's windows have a least size of their own.
        rect = pygame.Rect(0, 0, max(320, round(width * self._scale)), max(310, round(height * self._scale)))
        rect.size = (min(rect.width, self._size[0] - 20), min(rect.height, self._size[1] - 20))
        rect.center = (self._size[0] // 2, self._size[1] // 2)
        return rect

    def _begin(self, width: float, height: float, chosen: Chosen | None) -> pygame.Rect:
        """Close what is open; returns the place of a dialog of this size (px at scale 1)."""
        self.close()
        self._chosen = chosen
        return self._place(width, height)

    def ask_to_open(self, title: str, suffixes: set[str], chosen: Callable[[Path], None]) -> None:
        """Ask for a file to open, of one of these endings."""
        self._ask_file(title, Path.cwd(), chosen, allowed_suffixes=suffixes, allow_existing_files_only=True)

    def ask_to_save(self, title: str, name: str, chosen: Callable[[Path], None]) -> None:
        """Ask for a file to write; this name is proposed."""
        self._ask_file(title, Path.cwd() / name, chosen)

    def _ask_file(self, title: str, start: Path, chosen: Callable[[Path], None], **kinds: Any) -> None:
        rect = self._begin(620, 440, lambda text: chosen(Path(text)))
        self._window = UIFileDialog(rect, self._manager, window_title=title, initial_file_path=str(start), **kinds)

    def ask(self, question: str, yes: str, confirmed: Callable[[], None]) -> None:
        """Ask whether to go on."""
        rect = self._begin(420, 220, lambda _: confirmed())
        text = self._text(question, rect)
        title = "Are you sure?"
        self._window = UIConfirmationDialog(rect, text, self._manager, window_title=title, action_short_name=yes)

    def tell(self, title: str, text: str) -> None:
        """Show a message."""
        rect = self._begin(560, 300, None)
        self._window = UIMessageWindow(rect, self._text(text, rect), self._manager, window_title=clean(title))

    def _text(self, text: str, rect: pygame.Rect) -> str:
        """A text for a window of this size; pygame_gui cannot break a word that is wider than the window."""
        most = max(8, int((rect.width - 80) / (10.0 * max(1.0, self._scale))))
        lines = []
        for line in clean(text).split("\n"):
            words = [word[i : i + most] for word in line.split() for i in range(0, len(word), most)]
            lines.append(html.escape(" ".join(words)))
        return "<br>".join(lines)

    def pick_scenario(self, chosen: Callable[[Path], None]) -> None:
        """Choose a shipped scenario, with its description, or a recent file."""
        rect = self._begin(760, 460, lambda text: chosen(Path(text)))
        window = UIWindow(rect, self._manager, window_display_title="Scenarios", object_id="#picker")
        self._about = _choices()
        inner = window.get_container().get_size()
        gap = round(8 * self._scale)
        list_width, button_height = round(inner[0] * 0.36), round(32 * self._scale)
        height = inner[1] - 2 * gap
        self._list, self._list_rect = None, pygame.Rect(gap, gap, list_width, height)
        self._window = window
        self._fill_list()
        self._about_box = UITextBox(
            "Choose a scenario; a double click opens it.",
            pygame.Rect(list_width + 2 * gap, gap, inner[0] - list_width - 3 * gap, height - button_height - gap),
            self._manager,
            container=window,
        )
        button = pygame.Rect(0, 0, round(120 * self._scale), button_height)
        button.bottomright = (inner[0] - gap, gap + height)
        self._open_button = UIButton(button, "Open", self._manager, container=window, object_id="#open_picked")

    def handle(self, event: pygame.event.Event) -> bool:
        """Take an event of pygame_gui; True when it was the dialog's."""
        # Not `open`: pygame_gui has closed the window by the time it tells its outcome.
        if self._window is None:
            return False
        kind = event.type
        if kind == pygame_gui.UI_FILE_DIALOG_PATH_PICKED and event.ui_element is self._window:
            self._done(event.text)
        elif kind == pygame_gui.UI_CONFIRMATION_DIALOG_CONFIRMED and event.ui_element is self._window:
            self._done("yes")
        elif kind == pygame_gui.UI_SELECTION_LIST_NEW_SELECTION and event.ui_element is self._list:
            self._describe(event.text)
        elif kind == pygame_gui.UI_SELECTION_LIST_DOUBLE_CLICKED_SELECTION and event.ui_element is self._list:
            self._done(self._about[event.text][0])
        elif kind == pygame_gui.UI_BUTTON_PRESSED and event.ui_element is self._open_button:
            self._pick()
        else:
            return False
        return True

    def confirm(self) -> None:
        """Enter was pressed: as if the dialog's main button were."""
        if not self.open:
            return
        if isinstance(self._window, UIFileDialog):
            _press(self._window.ok_button)
        elif isinstance(self._window, UIConfirmationDialog):
            self._done("yes")
        elif self._picking:
            self._pick()

    @property
    def _picking(self) -> bool:
        return self.open and self._list is not None and self._list.alive()

    def _selected(self) -> str | None:
        selected: Any = None if self._list is None else self._list.get_single_selection()
        return None if selected is None else str(selected)

    def _pick(self) -> None:
        selected = self._selected()
        if selected is not None:
            self._done(self._about[selected][0])

    def move_selection(self, by: int) -> None:
        """Arrow keys in the picker."""
        if not self._picking:
            return
        names, selected = list(self._about), self._selected()
        place = (names.index(selected) + by) % len(names) if selected in names else 0
        self._fill_list(names[place])
        self._describe(names[place])

    def _fill_list(self, selected: str | None = None) -> None:
        """Make the picker's list; pygame_gui can select an item only when the list is made."""
        if self._list is not None and self._list.alive():
            self._list.kill()
        names: list[str | tuple[str, str]] = list(self._about)
        self._list = UISelectionList(
            self._list_rect, names, manager=self._manager, container=self._window, default_selection=selected
        )

    def _describe(self, name: str) -> None:
        if self._about_box is not None:
            self._about_box.set_text(self._about[name][1])

    def _done(self, outcome: str) -> None:
        chosen, self._chosen = self._chosen, None
        self.close()
        if chosen is not None:
            chosen(outcome)


def _press(button: UIButton | None) -> None:
    if button is not None and button.is_enabled:
        pygame.event.post(pygame.event.Event(pygame_gui.UI_BUTTON_PRESSED, {"ui_element": button}))


def _choices() -> dict[str, tuple[str, str]]:
    """What the picker offers: what to open and its description, by the name shown."""
    choices: dict[str, tuple[str, str]] = {}
    for left in left_sessions():
        name = _free_name(left.title, choices)
        choices[name] = (str(left.path), _about(left.title, _LEFT))
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        choices[name] = (name, _about(scenario.title, scenario.description))
    for path in recent_files():
        name = _free_name(f"{path.name} (recent)", choices)
        choices[name] = (str(path), _about(path.name, str(path.parent).replace("/", "/ ")))
    return choices


def _about(title: str, text: str) -> str:
    return f"<b>{html.escape(clean(title))}</b><br><br>{html.escape(' '.join(clean(text).split()))}"


def _free_name(name: str, taken: Collection[str]) -> str:
    """The name as it is listed; a number is added to one that is taken."""
    shown = " ".join(clean(name).split())
    return next(free for n in itertools.count(1) if (free := shown if n == 1 else f"{shown} {n}") not in taken)
