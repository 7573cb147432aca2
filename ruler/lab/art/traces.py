"""Lines over time as pixels, a column at a time.

What a column shows depends on its own samples and on where the line was before, never on how many columns
are drawn at once: a line that grows with every frame looks the same as one drawn in one go.
"""

from dataclasses import dataclass

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.lab.art.history import Envelope, Ints
from ruler.lab.art.theme import Colour

TALL = 2.5  # px between the smallest and the largest value of a column; it is then filled between them


@dataclass(frozen=True)
class End:
    """Where lines end: the number of the column, and the height of each there, px from the top, shape (lines,)."""

    column: int
    height: Floats


@dataclass(frozen=True)
class _Cells:
    """The pixels that lines touch: of which line, where, and how much of it is covered, shape (cells,) each."""

    line: Ints
    x: Ints
    y: Ints
    covered: Floats


def paint(
    surface: pygame.Surface, envelope: Envelope, last: End | None, first: int, thick: float, colours: tuple[Colour, ...]
) -> End | None:
    """Draw the lines through some columns, joined to where they ended; returns where they end now.

    Args:
        surface: with alpha, premultiplied; its first pixel column is the column `first`.
        envelope: px from the top.
        last: where the lines ended, or None.
        first: see `surface`.
        thick: px.
        colours: one for each line.
    """
    if not len(envelope.column):
        return last
    middle = 0.5 * (envelope.low + envelope.high)
    known, heights = envelope.column, middle
    if last is not None:
        known, heights = np.concatenate(([last.column], known)), np.vstack((last.height, middle))
    start = int(known[0]) + (last is not None)
    # Columns between two samples are filled in.
    columns = np.arange(start, int(known[-1]) + 1)
    y = np.stack([np.interp(columns, known, line) for line in heights.T], axis=1)
    before = np.vstack((heights[:1], y[:-1]))
    low, high = y.copy(), y.copy()
    place = envelope.column - start
    low[place], high[place] = envelope.low, envelope.high
    cells = _covered(columns - first, y, y - before, np.minimum(low, high), np.maximum(low, high), thick)
    _blend(surface, cells, colours)
    return End(int(columns[-1]), middle[-1])


def _covered(x: Ints, y: Floats, rise: Floats, top: Floats, bottom: Floats, thick: float) -> _Cells:
    """How much of each pixel the lines cover; all but `x` of shape (columns, lines)."""
    ramp = np.maximum(1.0, np.abs(rise))
    upright = thick * np.hypot(1.0, rise)
    centre, half = y - 0.5 * rise, 0.5 * (upright + ramp)
    filled = bottom - top > TALL
    highest = np.floor(np.where(filled, np.minimum(centre - half, top - 0.5), centre - half)).astype(np.int64)
    lowest = np.ceil(np.where(filled, np.maximum(centre + half, bottom + 0.5), centre + half)).astype(np.int64)
    count = (lowest - highest + 1).ravel()
    which = np.repeat(np.arange(count.size), count)
    row = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count) + highest.ravel()[which]
    away = np.abs(row - centre.ravel()[which])
    most = np.minimum(1.0, upright / ramp).ravel()[which]
    covered = np.clip((half.ravel()[which] - away) / ramp.ravel()[which], 0.0, most)
    inside = np.minimum(row + 0.5 - top.ravel()[which], bottom.ravel()[which] + 0.5 - row)
    covered = np.maximum(covered, np.where(filled.ravel()[which], np.clip(inside, 0.0, 1.0), 0.0))
    lines = y.shape[1]
    return _Cells(which % lines, x[which // lines], row, covered)


def _blend(surface: pygame.Surface, cells: _Cells, colours: tuple[Colour, ...]) -> None:
    """Where lines meet in a pixel their colours mix, by how much each covers."""
    width, height = surface.get_size()
    seen = (cells.covered > 0.0) & (cells.x >= 0) & (cells.x < width) & (cells.y >= 0) & (cells.y < height)
    if not seen.any():
        return
    x, covered = cells.x[seen], cells.covered[seen]
    left = int(x.min())
    cols = int(x.max()) + 1 - left
    at = (x - left) * height + cells.y[seen]
    whole = np.bincount(at, covered, cols * height)
    alpha = np.zeros(cols * height)
    np.maximum.at(alpha, at, covered)
    channels = np.asarray(colours, dtype=np.float64)[cells.line[seen]].T * covered
    share = alpha / np.maximum(whole, 1e-9)
    mixed = np.stack([np.bincount(at, channel, cols * height) * share for channel in channels], axis=-1)
    pixels, opacity = pygame.surfarray.pixels3d(surface), pygame.surfarray.pixels_alpha(surface)
    pixels[left : left + cols] = np.rint(mixed).reshape(cols, height, 3)
    opacity[left : left + cols] = np.rint(255.0 * alpha).reshape(cols, height)
