"""What has been since the start, read from the tables in which the samples are kept anyway."""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.recording.recording import FIRST_COLUMNS

Ints = NDArray[np.int64]
# Tables: a row for each sample, the time in the first column.
Table = Callable[[], Floats]


@dataclass(frozen=True)
class Envelope:
    """Smallest and largest values per pixel column.

    Attributes:
        column: number of the column (its time is `column * width`), shape (columns with data,).
        low, high: shape (columns with data, lines).
    """

    column: Ints
    low: Floats
    high: Floats


class Series:
    """Some quantities over time.

    Args:
        table: gives all samples so far, a row each, the time (s) first; it may grow between two calls but is
            not copied here.
        columns: which columns of it.
    """

    def __init__(self, table: Table, columns: slice) -> None:
        self._table, self._columns = table, columns
        self._seen, self._range = 0, (np.inf, -np.inf)

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

    @property
    def range(self) -> tuple[float, float] | None:
        """The smallest and the largest value so far; None when none is known."""
        rows = len(self)
        if rows < self._seen:
            self._seen, self._range = 0, (np.inf, -np.inf)
        if rows > self._seen:
            new = self._table()[self._seen :, self._columns]
            new = new[np.isfinite(new)]
            low, high = self._range
            self._range = min(low, float(new.min(initial=low))), max(high, float(new.max(initial=high)))
            self._seen = rows
        return self._range if self._range[0] <= self._range[1] else None

    def samples(self) -> tuple[Floats, Floats]:
        """All times, s, shape (samples,), and values, shape (samples, lines)."""
        return self._table()[:, 0], self._table()[:, self._columns]

    def _row_at(self, time: float) -> int:
        """Number of the first sample at or after a time."""
        # Not np.searchsorted, which would first copy the whole column out of the table.
        return bisect_left(self._table()[:, 0], time)

    def column_before(self, column: int, width: float) -> int:
        """The last column before one that has a sample; the one before when there is none."""
        row = self._row_at((column - 1e-9) * width) - 1
        return min(column - 1, math.floor(float(self._table()[row, 0]) / width + 1e-9)) if row >= 0 else column - 1

    def column_after(self, column: int, width: float) -> int:
        """The first column from one on that has a sample; this one when there is none."""
        row = self._row_at((column - 1e-9) * width)
        return math.floor(float(self._table()[row, 0]) / width + 1e-9) if row < len(self) else column

    def envelope(self, start: int, stop: int, width: float) -> Envelope:
        """Smallest and largest values in the columns from `start` up to `stop` (exclusive), each `width` s wide.

        A column in which a value is not known is left out.
        """
        # A sample at the edge of a column belongs to it, whatever the last bit of its time says.
        rows = slice(self._row_at((start - 1e-9) * width), self._row_at((stop - 1e-9) * width))
        column = np.floor(self._table()[rows, 0] / width + 1e-9).astype(np.int64)
        values = self._table()[rows, self._columns]
        if not len(column):
            return Envelope(column, values, values)
        first = np.flatnonzero(np.concatenate(([True], np.diff(column) > 0)))
        low, high = np.fmin.reduceat(values, first), np.fmax.reduceat(values, first)
        known = np.isfinite(low).all(axis=1)
        return Envelope(column[first][known], low[known], high[known])

    def at(self, time: float) -> tuple[float, Floats] | None:
        """The sample nearest to a time: when, and the values, shape (lines,)."""
        if not len(self):
            return None
        after = min(self._row_at(time), len(self) - 1)
        near = [max(0, after - 1), after]
        row = min(near, key=lambda number: abs(float(self._table()[number, 0]) - time))
        return float(self._table()[row, 0]), self._table()[row, self._columns]


class History(Series):
    """Openings over time, and whatever else is recorded.

    Args:
        hinges: number of hinges, N.
        table: gives all samples so far, in the columns of a recording.

    Attributes:
        hinges: as given.
    """

    def __init__(self, hinges: int, table: Table) -> None:
        first = len(FIRST_COLUMNS)
        super().__init__(table, slice(first, first + hinges))
        self.hinges = hinges
        self._tensions = np.empty((256, 1 + hinges))
        self._noted = 0
        self._others: dict[str, Series] = {}

    def columns(self, name: str, columns: slice) -> Series:
        """Other columns of the table, by a name under which they are kept."""
        return self._others.setdefault(name, Series(self._table, columns))

    @property
    def tension(self) -> Series:
        """The force through each hinge, N: not recorded, but noted at each frame of the ruler under the hand."""
        return self._others.setdefault("tension", Series(lambda: self._tensions[: self._noted], slice(1, None)))

    def note_tension(self, time: float, tension: Floats) -> None:
        """Note the force through each hinge, N, at a moment, s; one that is not later than the last is left out."""
        if self._noted and time <= self._tensions[self._noted - 1, 0]:
            return
        if self._noted == len(self._tensions):
            self._tensions = np.concatenate((self._tensions, np.empty_like(self._tensions)))
        self._tensions[self._noted] = (time, *tension)
        self._noted += 1
