"""What the openings have been since the start: minutes or hours of it, in bounded memory.

Level 0 holds the latest samples one by one, level 1 the smallest and largest of every 4 samples, level
2 of every 16, and so on. Each level forgets its oldest entries; what is asked for comes from the
finest level that still knows it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

GROUP = 4
LEVELS = 9
FIRST_ROOM = 256


class _Level:
    """A ring of the smallest and largest openings in equal groups of samples, and when each group began."""

    def __init__(self, hinges: int, capacity: int) -> None:
        self.capacity = capacity
        room = min(FIRST_ROOM, capacity)
        self.low: Singles = np.empty((room, hinges), dtype=np.float32)
        self.high: Singles = np.empty((room, hinges), dtype=np.float32)
        self.begin: Floats = np.empty(room)
        self.count = 0  # ever added
        self.waiting: tuple[Floats, Singles, Singles] = (np.empty(0), self.low[:0], self.high[:0])

    def _grow(self, wanted: int) -> None:
        room = len(self.begin)
        if wanted <= room or room >= self.capacity:
            return
        grown = min(self.capacity, max(wanted, 2 * room))
        for name in ("low", "high", "begin"):
            old = getattr(self, name)
            new = np.empty((grown, *old.shape[1:]), dtype=old.dtype)
            new[:room] = old
            setattr(self, name, new)

    def add(self, begin: Floats, low: Singles, high: Singles) -> tuple[Floats, Singles, Singles]:
        """Add entries; the complete groups they make, for the next level."""
        self._grow(self.count + len(begin))
        room = len(self.begin)
        kept = slice(max(0, len(begin) - room), None)
        places = np.arange(self.count, self.count + len(begin))[kept] % room
        self.begin[places], self.low[places], self.high[places] = begin[kept], low[kept], high[kept]
        self.count += len(begin)
        begin = np.concatenate((self.waiting[0], begin))
        low, high = np.concatenate((self.waiting[1], low)), np.concatenate((self.waiting[2], high))
        whole = len(begin) - len(begin) % GROUP
        self.waiting = (begin[whole:], low[whole:], high[whole:])
        shape = (whole // GROUP, GROUP, low.shape[1])
        return begin[:whole:GROUP], low[:whole].reshape(shape).min(axis=1), high[:whole].reshape(shape).max(axis=1)

    def _order(self) -> tuple[int, int]:
        """Number of entries held and the place of the oldest."""
        held = min(self.count, len(self.begin))
        return held, (self.count - held) % max(1, len(self.begin))

    @property
    def oldest(self) -> float:
        """When the oldest entry began, s."""
        held, first = self._order()
        return float(self.begin[first]) if held else np.inf

    def between(self, start: float, end: float) -> tuple[Floats, Singles, Singles]:
        """Entries that begin in [start, end)."""
        held, first = self._order()
        if not held:
            return self.begin[:0], self.low[:0], self.high[:0]
        # The ring is two sorted runs: the older one from `first`, the newer one from 0.
        runs = [(first, min(first + held, len(self.begin)))]
        if first + held > len(self.begin):
            runs.append((0, first + held - len(self.begin)))
        parts = []
        for low, high in runs:
            begin = self.begin[low:high]
            chosen = slice(low + int(np.searchsorted(begin, start)), low + int(np.searchsorted(begin, end)))
            if chosen.stop > chosen.start:
                parts.append(chosen)
        if len(parts) == 1:
            return self.begin[parts[0]], self.low[parts[0]], self.high[parts[0]]
        if not parts:
            return self.begin[:0], self.low[:0], self.high[:0]
        return (
            np.concatenate([self.begin[part] for part in parts]),
            np.concatenate([self.low[part] for part in parts]),
            np.concatenate([self.high[part] for part in parts]),
        )


@dataclass(frozen=True)
class Envelope:
    """Smallest and largest openings per pixel column.

    Attributes:
        column: number of the column (its time is `column * width`), shape (columns with data,).
        low: rad, shape (columns with data, N).
        high: rad, shape (columns with data, N).
    """

    column: Ints
    low: Singles
    high: Singles


class History:
    """Openings over time.

    Attributes:
        hinges: number of hinges, N.
        generation: changes when everything is forgotten, so that pictures made of it are too.
        latest: the last openings, rad, shape (N,), or None.
    """

    def __init__(self, hinges: int, capacity: int = 8192) -> None:
        """An empty history; `capacity` is the number of entries kept per level."""
        self.hinges = hinges
        self.generation = 0
        self._capacity = max(GROUP * GROUP, capacity)
        self._start_over()

    def _start_over(self) -> None:
        self._levels = [_Level(self.hinges, self._capacity)]
        self.first_time = 0.0
        self.last_time = 0.0
        self.latest: Singles | None = None

    def clear(self) -> None:
        """Forget everything."""
        self.generation += 1
        self._start_over()

    def __len__(self) -> int:
        """Number of samples ever added since the start."""
        return self._levels[0].count

    def append(self, times: ArrayLike, openings: ArrayLike) -> None:
        """Add samples; rows that are not numbers are left out, and going back in time starts over.

        Args:
            times: s, shape (R,), rising.
            openings: rad, shape (R, N).
        """
        when = np.atleast_1d(np.asarray(times, dtype=np.float64))
        if len(when) == 0:
            return
        rows = np.asarray(openings, dtype=np.float32).reshape(len(when), -1)
        if rows.shape[1] != self.hinges:
            raise ValueError(f"openings of {rows.shape[1]} hinges for a history of {self.hinges}")
        good = np.isfinite(when) & np.isfinite(rows).all(axis=1)
        when, rows = when[good], rows[good]
        if len(when) == 0:
            return
        if len(self) and when[0] < self.last_time:
            self.clear()
        if not len(self):
            self.first_time = float(when[0])
        self.last_time, self.latest = float(when[-1]), rows[-1].copy()
        entries: tuple[Floats, Singles, Singles] = (when, rows, rows)
        for number in range(LEVELS):
            if number == len(self._levels):
                self._levels.append(_Level(self.hinges, self._capacity))
            entries = self._levels[number].add(*entries)
            if len(entries[0]) == 0:
                break

    def entries(self, start: float, end: float, width: float) -> tuple[Floats, Singles, Singles]:
        """Groups of samples between two times, no longer than `width` seconds where they are known so finely.

        Returns:
            When each group begins (s), its smallest and its largest openings (rad).
        """
        spacing = (self.last_time - self.first_time) / max(1, len(self) - 1)
        number = 0
        while number + 1 < len(self._levels) and (
            self._levels[number].oldest > max(start, self.first_time) or spacing * GROUP ** (number + 1) <= 0.5 * width
        ):
            number += 1
        parts = [self._levels[number].between(start, end)]
        # A coarse level lacks the newest samples, whose group is not complete: they wait in finer ones.
        for finer in range(number - 1, -1, -1):
            begin, low, high = self._levels[finer].waiting
            asked = (begin >= start) & (begin < end)
            parts.append((begin[asked], low[asked], high[asked]))
        begins, lows, highs = zip(*parts, strict=True)
        return np.concatenate(begins), np.concatenate(lows), np.concatenate(highs)

    def envelope(self, start: int, stop: int, width: float) -> Envelope:
        """Smallest and largest openings in the columns from `start` up to `stop` (exclusive), each `width` s wide."""
        begin, low, high = self.entries(start * width, stop * width, width)
        if len(begin) == 0:
            return Envelope(np.empty(0, dtype=np.int64), low, high)
        column = np.floor(begin / width + 1e-9).astype(np.int64)
        first = np.flatnonzero(np.concatenate(([True], np.diff(column) > 0)))
        return Envelope(column[first], np.minimum.reduceat(low, first), np.maximum.reduceat(high, first))

    def at(self, time: float) -> tuple[float, Floats] | None:
        """The sample (or the middle of the group of samples) nearest to a time: when, and openings in rad."""
        if not len(self):
            return None
        number = 0
        while number + 1 < len(self._levels) and self._levels[number].oldest > max(time, self.first_time):
            number += 1
        aside = 2.0 * GROUP**number * (self.last_time - self.first_time) / max(1, len(self) - 1)
        begin, low, high = self._levels[number].between(time - aside, time + aside + 1e-9)
        if len(begin) == 0:
            begin, low, high = self._levels[number].between(-np.inf, np.inf)
        place = int(np.abs(begin - time).argmin())
        return float(begin[place]), np.asarray(0.5 * (low[place] + high[place]), dtype=np.float64)
