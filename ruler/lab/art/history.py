"""What the openings have been since the start, read from the table in which the samples are kept anyway."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.recording.recording import FIRST_COLUMNS

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Envelope:
    """Smallest and largest openings per pixel column.

    Attributes:
        column: number of the column (its time is `column * width`), shape (columns with data,).
        low: deg, shape (columns with data, N).
        high: deg, shape (columns with data, N).
    """

    column: Ints
    low: Floats
    high: Floats


class History:
    """Openings over time.

    Args:
        hinges: number of hinges, N.
        table: gives all samples so far, a row each, in the columns of a recording; it may grow between
            two calls but is not copied here.
    """

    def __init__(self, hinges: int, table: Callable[[], Floats]) -> None:
        self.hinges = hinges
        self._table = table

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._table())

    @property
    def first_time(self) -> float:
        """Time of the first sample, s; 0 when there is none."""
        return float(self._table()[0, 0]) if len(self) else 0.0

    @property
    def last_time(self) -> float:
        """Time of the last sample, s; 0 when there is none."""
        return float(self._table()[-1, 0]) if len(self) else 0.0

    def _openings(self, rows: slice) -> Floats:
        first = len(FIRST_COLUMNS)
        return self._table()[rows, first : first + self.hinges]

    def _row_at(self, time: float) -> int:
        """Number of the first sample at or after a time."""
        # Not np.searchsorted, which would first copy the whole column out of the table.
        return bisect_left(self._table()[:, 0], time)

    def envelope(self, start: int, stop: int, width: float) -> Envelope:
        """Smallest and largest openings in the columns from `start` up to `stop` (exclusive), each `width` s wide.

        A column in which an opening is not known is left out.
        """
        # A sample at the edge of a column belongs to it, whatever the last bit of its time says.
        rows = slice(self._row_at((start - 1e-9) * width), self._row_at((stop - 1e-9) * width))
        column = np.floor(self._table()[rows, 0] / width + 1e-9).astype(np.int64)
        if not len(column):
            nothing = np.empty((0, self.hinges))
            return Envelope(column, nothing, nothing)
        first = np.flatnonzero(np.concatenate(([True], np.diff(column) > 0)))
        openings = self._openings(rows)
        low, high = np.fmin.reduceat(openings, first), np.fmax.reduceat(openings, first)
        known = np.isfinite(low).all(axis=1)
        return Envelope(column[first][known], low[known], high[known])

    def at(self, time: float) -> tuple[float, Floats] | None:
        """The sample nearest to a time: when, and openings in deg, shape (N,)."""
        if not len(self):
            return None
        after = min(self._row_at(time), len(self) - 1)
        near = [max(0, after - 1), after]
        row = min(near, key=lambda number: abs(float(self._table()[number, 0]) - time))
        return float(self._table()[row, 0]), self._openings(slice(row, row + 1))[0]
