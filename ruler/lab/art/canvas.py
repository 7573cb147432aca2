"""A surface and the UI scale of what is drawn on it: text, cards, clipping."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pygame

from ruler.lab.art.sprites import BLEND, card
from ruler.lab.art.theme import SMALL, Colour, text_image


@dataclass(frozen=True)
class Canvas:
    """What is drawn on; places are px of the surface, sizes of type and corners px at a scale of 1.

    Attributes:
        surface: no display is needed.
        scale: UI scale.
    """

    surface: pygame.Surface
    scale: float = 1.0

    def px(self, size: float) -> int:
        """Whole px of the surface for a size at scale 1."""
        return round(size * self.scale)

    @contextmanager
    def clipped(self, rect: pygame.Rect) -> Iterator[pygame.Rect]:
        """Draw within a rectangle only, and within what it was clipped to before; gives where that is."""
        before = self.surface.get_clip()
        self.surface.set_clip(rect.clip(before))
        try:
            yield self.surface.get_clip()
        finally:
            self.surface.set_clip(before)

    def text(
        self,
        text: str,
        at: tuple[float, float],
        *,
        size: float = SMALL,
        colour: Colour | None = None,
        bold: bool = False,
        anchor: str = "topleft",
        halo: Colour | None = None,
    ) -> pygame.Rect:
        """Draw a line of text; `anchor` is the point of its rectangle that goes to `at` ("topleft", "center", ...).

        Returns:
            Where it was drawn.
        """
        image = text_image(text, size, self.scale, colour, bold, halo)
        box = image.get_rect()
        setattr(box, anchor, (round(at[0]), round(at[1])))
        self.surface.blit(image, box)
        return box

    def card(
        self, box: pygame.Rect, colour: Colour, opacity: float = 1.0, edge: Colour | None = None, radius: float = 5.0
    ) -> None:
        """Draw a rounded ground for text."""
        if box.width > 0 and box.height > 0:
            picture = card(box.width, box.height, self.px(radius), colour, round(255 * opacity), edge)
            self.surface.blit(picture, box, None, BLEND)
