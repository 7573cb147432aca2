"""Joints as they are clicked on a frame: points from the pin to the tip, corners of the paper, each click undone."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.lab.i18n import _
from ruler.measured.film import Picture, opencv
from ruler.measured.joints import Joints

Point = tuple[float, float]
# A joint is taken hold of within so many px of the window.
NEAR = 10.0
# What looks less like the joint before the last than this is none; and more joints than this are not looked for.
LIKE, MOST_PROPOSED = 0.6, 60
# Half the side of what is compared, and how far beside the expected place is looked, as parts of a section.
PATCH, AROUND = 0.06, 0.12


@dataclass
class Clicks:
    """What has been clicked.

    Attributes:
        points: px of the frame, from the pin to the tip.
        corners: px, of a rectangle on the table, clockwise from top left; up to four.
    """

    points: list[Point] = field(default_factory=list)
    corners: list[Point] = field(default_factory=list)
    _before: list[tuple[list[Point], list[Point]]] = field(default_factory=list)

    def keep(self) -> None:
        """What is there now can be come back to."""
        self._before.append((list(self.points), list(self.corners)))

    def undo(self) -> bool:
        """Take the last change back; whether there was one."""
        if not self._before:
            return False
        self.points, self.corners = self._before.pop()
        return True

    def add(self, at: Point, corner: bool = False) -> None:
        """A further point, or corner."""
        self.keep()
        (self.corners if corner else self.points).append(at)

    def nearest(self, at: Point, within: float) -> tuple[list[Point], int] | None:
        """The point or corner within so many px, as its list and its number there."""
        found = [
            (math.dist(each, at), number, kind)
            for kind in (self.points, self.corners)
            for number, each in enumerate(kind)
        ]
        close = [entry for entry in found if entry[0] <= within]
        if not close:
            return None
        _, number, kind = min(close, key=lambda entry: entry[0])
        return kind, number

    def propose(self, gray: Picture) -> int:
        """Look for the rest of the joints along the zigzag; how many were found.

        Args:
            gray: the frame.

        Raises:
            BadInputError: fewer than two points.
        """
        if len(self.points) < 2:
            raise BadInputError(_("Click the pin and the first hinge; the rest is then looked for along the zigzag."))
        self.keep()
        begun = len(self.points)
        while len(self.points) - begun < MOST_PROPOSED:
            found = _looked_for(gray, _next(self.points), self.points)
            if found is None:
                break
            self.points.append(found)
        if len(self.points) == begun:
            self._before.pop()
        return len(self.points) - begun

    def joints(self, frame: int, length: float | None, size: tuple[float, float] | None) -> Joints:
        """What is tracked from here.

        Raises:
            BadInputError: points or corners that cannot be a ruler's.
        """
        plane = np.array(self.corners) if len(self.corners) == 4 and size is not None else None
        return Joints(frame, np.array(self.points).reshape(-1, 2), length, plane, size if plane is not None else None)


def _next(points: list[Point]) -> Point:
    """Where the next joint is to be expected: the zigzag goes on as it did."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    if len(points) == 2:
        # The first section is half as long; the next one goes back across the line of pull.
        return x1 + 0.5 * abs(x1 - x0) + (x1 - x0), y1 - 2.0 * (y1 - y0)
    if len(points) == 3:
        (xp, yp), full = points[0], math.hypot(x1 - x0, y1 - y0)
        half = max(1.0, math.hypot(x0 - xp, y0 - yp))
        return x1 + (x0 - xp) * full / half, y1 + (y0 - yp) * full / half
    return x0 + (x1 - points[-3][0]), y0 + (y1 - points[-3][1])


def _looked_for(gray: Picture, at: Point, points: list[Point]) -> Point | None:
    """The place near `at` that looks most like the joint before the last, or None."""
    cv: Any = opencv()
    section = math.dist(points[-2], points[-1]) * (2.0 if len(points) == 2 else 1.0)
    half, room = max(5, int(PATCH * section)), max(8, int(AROUND * section))
    if len(points) == 2:
        room *= 2
    height, width = gray.shape
    if not (0.0 <= at[0] < width and 0.0 <= at[1] < height):
        return None
    model = points[-1]
    patch = cv.getRectSubPix(gray, (2 * half + 1, 2 * half + 1), model)
    area = cv.getRectSubPix(gray, (2 * (half + room) + 1, 2 * (half + room) + 1), at)
    match = cv.matchTemplate(area, patch, cv.TM_CCOEFF_NORMED)
    away = np.arange(-room, room + 1)
    # A round head looks alike however it is turned; of several the nearest is meant.
    score = match - 0.3 * (away[:, None] ** 2 + away[None] ** 2) / room**2
    row, column = np.unravel_index(int(score.argmax()), match.shape)
    if match[row, column] < LIKE:
        return None
    return at[0] + float(column) - room, at[1] + float(row) - room


def as_pairs(points: Floats) -> list[Point]:
    """Rows of an array of shape (points, 2) as pairs."""
    return [(float(x), float(y)) for x, y in points]
