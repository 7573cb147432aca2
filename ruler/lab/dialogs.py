"""Windows inside the window: files, questions, messages, the picker of scenarios."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygame
import pygame_gui
from pygame_gui.elements import UIButton, UISelectionList, UITextBox, UIWindow
from pygame_gui.windows import UIConfirmationDialog, UIFileDialog, UIMessageWindow

from ruler.lab.recent import recent_files
from ruler.scenario import load_scenario, shipped_scenarios

Chosen = Callable[[str], None]


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

    def ask_file(self, title: str, suffixes: set[str], existing: bool, start: Path, chosen: Chosen) -> None:
        """Ask for a file to open or to write."""
        self.close()
        self._chosen = chosen
        self._window = UIFileDialog(
            self._place(620, 440),
            self._manager,
            window_title=title,
            allowed_suffixes=suffixes if existing else None,
            initial_file_path=str(start),
            allow_existing_files_only=existing,
        )

    def ask(self, question: str, yes: str, chosen: Chosen) -> None:
        """Ask whether to go on."""
        self.close()
        self._chosen = chosen
        rect = self._place(420, 220)
        self._window = UIConfirmationDialog(
            rect,
            self._text(question, rect),
            self._manager,
            window_title="Are you sure?",
            action_short_name=yes,
        )

    def tell(self, title: str, text: str) -> None:
        """Show a message."""
        self.close()
        self._chosen = None
        rect = self._place(560, 300)
        self._window = UIMessageWindow(rect, self._text(text, rect), self._manager, window_title=title)

    def _text(self, text: str, rect: pygame.Rect) -> str:
        """A text for a window of this size; pygame_gui cannot break a word that is wider than the window."""
        most = max(8, int((rect.width - 80) / (10.0 * max(1.0, self._scale))))
        lines = []
        for line in text.split("\n"):
            words = [word[i : i + most] for word in line.split() for i in range(0, len(word), most)]
            lines.append(html.escape(" ".join(words)))
        return "<br>".join(lines)

    def pick_scenario(self, chosen: Chosen) -> None:
        """Choose a shipped scenario, with its description, or a recent file."""
        self.close()
        self._chosen = chosen
        rect = self._place(760, 460)
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
        self._open_button = UIButton(
            pygame.Rect(
                inner[0] - round(120 * self._scale) - gap,
                gap + height - button_height,
                round(120 * self._scale),
                button_height,
            ),
            "Open",
            self._manager,
            container=window,
            object_id="#open_picked",
        )

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

    def confirm(self) -> bool:
        """Enter was pressed: as if the dialog's main button were; True when there was one."""
        if self.open and isinstance(self._window, UIFileDialog):
            return _press(self._window.ok_button)
        if self.open and isinstance(self._window, UIConfirmationDialog):
            self._done("yes")
            return True
        return self.open and self._list is not None and self._list.alive() and self._pick()

    def _pick(self) -> bool:
        selected: Any = None if self._list is None else self._list.get_single_selection()
        if selected is None:
            return False
        self._done(self._about[selected][0])
        return True

    def move_selection(self, by: int) -> bool:
        """Arrow keys in the picker; True when it was open."""
        if not self.open or self._list is None or not self._list.alive():
            return False
        names = list(self._about)
        selected = self._list.get_single_selection()
        place = (names.index(str(selected)) + by) % len(names) if selected in names else 0
        self._fill_list(names[place])
        self._describe(names[place])
        return True

    def _fill_list(self, selected: str | None = None) -> None:
        """Make the picker's list; pygame_gui can select an item only when the list is made."""
        if self._list is not None and self._list.alive():
            self._list.kill()
        self._list = UISelectionList(
            self._list_rect,
            list(self._about),
            manager=self._manager,
            container=self._window,
            default_selection=selected,
        )

    def _describe(self, name: str) -> None:
        if self._about_box is not None:
            self._about_box.set_text(self._about[name][1])

    def _done(self, outcome: str) -> None:
        chosen, self._chosen = self._chosen, None
        self.close()
        if chosen is not None:
            chosen(outcome)


def _press(button: UIButton | None) -> bool:
    if button is None or not button.is_enabled:
        return False
    pygame.event.post(pygame.event.Event(pygame_gui.UI_BUTTON_PRESSED, {"ui_element": button}))
    return True


def _choices() -> dict[str, tuple[str, str]]:
    """What the picker offers: what to open and its description, by the name shown."""
    choices = {}
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        text = f"<b>{html.escape(scenario.title)}</b><br><br>{html.escape(' '.join(scenario.description.split()))}"
        choices[name] = (name, text)
    for path in recent_files():
        choices[f"{path.name} (recent)"] = (
            str(path),
            f"<b>{html.escape(path.name)}</b><br><br>{html.escape(str(path.parent).replace('/', '/ '))}",
        )
    return choices
