"""The system's clipboard; where there is none, one of this window alone for text."""

from contextlib import suppress

import pygame

from ruler.errors import FailedError
from ruler.lab.i18n import _

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


def put_image(picture: pygame.Surface) -> None:
    """Put a picture on the clipboard.

    Raises:
        FailedError: there is no clipboard that takes one.
    """
    # pygame's own takes text only.
    import copykitten

    try:
        copykitten.copy_image(pygame.image.tobytes(picture, "RGBA"), *picture.get_size())
    except copykitten.CopykittenError as error:
        raise FailedError(_("The image could not be copied: {reason}.").format(reason=error)) from None
