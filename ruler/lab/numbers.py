"""The numbers that the window writes, each with what it is, its unit and its range."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pygame

from ruler.analysis import LOAD_MEASURES
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.i18n import N_, _

CARD_WIDTH = 330.0  # px at scale 1

STEP = N_("Steps of the simulation since the ruler was laid out. A whole number, from 0.")
TIME = N_("Time in the simulation since the ruler was laid out, in s, from 0.")
SAMPLE = N_("Sample that is shown, of those recorded. A whole number, from 1.")
REPLAYED = N_("Time in the recording, in s, and where it ends.")
RECORDED = N_("How long has been recorded, in minutes and seconds, and how much memory it takes, in MB.")
ENERGY = N_(
    "How well the energy account closes: work of hand and table, less what friction wore off, what moves and what "
    "springs hold, as a part of the work. In %, from 0; up to 0.5 % is good, from 2 % on poor."
)
TRUST = N_(
    "How far the numbers are to be trusted, from the energy account, the gaps in the joints and the hinges that were "
    "forced: good, fair or poor. It is written when it is not good."
)
RESEMBLES = N_(
    "The measured network whose load curve is nearest, and how far it is: RMS distance of the curves, no unit, from 0 "
    "(the same) to 1. Seeds of one network lie within 0.09 of their mean; beyond that nothing measured is like this. A "
    "click draws the network."
)


class Number(NamedTuple):
    """A number as it is written, and what it is."""

    text: str
    about: str


@dataclass
class Explained:
    """Where numbers were drawn, and what is said of each when the mouse is on it."""

    places: list[tuple[pygame.Rect, str]] = field(default_factory=list)

    def add(self, rect: pygame.Rect, about: str) -> None:
        """A number was drawn here."""
        self.places.append((rect, about))

    def forget(self, rect: pygame.Rect) -> None:
        """What was drawn here is drawn anew."""
        self.places = [place for place in self.places if not rect.collidepoint(place[0].center)]

    def at(self, point: tuple[int, int]) -> str | None:
        """What is said of the number under a point, px; None beside them."""
        return next((about for rect, about in self.places if rect.collidepoint(point)), None)


def about_measure(name: str) -> str:
    """What a load measure is, its unit and its range."""
    measure = LOAD_MEASURES[name]
    unit = _("no unit") if measure.unit == "1" else measure.unit
    between = _("{low:g} to {high:g} as long as no layer undoes work").format(low=measure.low, high=measure.high)
    return f"{_(measure.label)}: {_(measure.words)}. {unit}, {between}."


def draw_about(canvas: Canvas, mouse: tuple[int, int], about: str) -> None:
    """A card beside the mouse that says what a number is."""
    pad, line = canvas.px(10), canvas.px(18)
    lines = theme.wrapped(about, canvas.px(CARD_WIDTH), theme.SMALL, canvas.scale)
    width = max(theme.text_size(text, theme.SMALL, canvas.scale)[0] for text in lines)
    box = pygame.Rect(0, 0, width + 2 * pad, line * len(lines) + pad)
    box.midbottom = (mouse[0], mouse[1] - canvas.px(12))
    box.clamp_ip(canvas.surface.get_rect())
    canvas.card(box, theme.CARD, edge=theme.CARD_EDGE, radius=6.0)
    for number, text in enumerate(lines):
        canvas.text(text, (box.x + pad, box.y + pad // 2 + number * line))
