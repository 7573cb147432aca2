"""The system's clipboard: text; where there is none, one of this window alone."""

from contextlib import suppress

import pygame

_own = ""


def put_text(text: str) -> None:
    """Put a text on the clipboard."""
    global _own
    _own = text
    with suppress(pygame.error):
        pygame.scrap.put_text(text)


def get_text() -> str:
    """The text on the clipboard; empty when there is none."""
    try:
        return pygame.scrap.get_text()
    except pygame.error:
        return _own
