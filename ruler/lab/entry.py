"""A field for a number: a click selects all, Enter gives the keyboard back, what is wrong stays to be corrected."""

import pygame
from pygame_gui.elements import UITextEntryLine

# Between two changes of a blinking cursor, s.
BLINK = 0.4


class NumberEntry(UITextEntryLine):
    """An entry of pygame_gui with the ways of this window.

    What is selected by code, or was before its text changed, can be deleted too: pygame_gui keeps the selection
    twice, tells its layout of such changes late or not at all, and fails on deleting.

    Attributes:
        complaint: what is wrong with the text, or None.
    """

    complaint: str | None = None
    # Whether it has got the keyboard and nothing has been selected since.
    _fresh = False

    def focus(self) -> None:
        """It gets the keyboard; pygame_gui tells this before the click that gave it."""
        self._fresh = not self.is_focused
        super().focus()  # type: ignore[no-untyped-call]

    def select_all(self) -> None:
        """Select the whole text."""
        self.select_range = [0, len(self.get_text())]
        self.edit_position = len(self.get_text())
        self.selection_in_progress = self._fresh = False

    def process_event(self, event: pygame.event.Event) -> bool:
        """As pygame_gui does, but the click that gives it the keyboard selects all."""
        clicked = event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT
        first = clicked and (self._fresh or not self.is_focused)
        consumed = bool(super().process_event(event))
        if first and consumed:
            self.select_all()
        if event.type in (pygame.KEYDOWN, pygame.TEXTINPUT) and consumed:
            self.complaint = None
        return consumed

    def _delete_text_in_selection_range(self) -> None:
        low, high = (min(place, len(self.text)) for place in sorted(self.select_range))
        self.select_range = [low, high]
        layout = None if self.drawable_shape is None else self.drawable_shape.text_box_layout
        if low == high or layout is None:
            return
        layout.set_text_selection(low, high)
        super()._delete_text_in_selection_range()  # type: ignore[no-untyped-call]
