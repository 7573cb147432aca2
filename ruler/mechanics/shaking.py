"""Shaking: displacements of tip or table over time, generated in blocks.

Every shake has random streams of its own, drawn from (seed, phase, shake, axis), so adding one
shake leaves the numbers of the others alone, and the block size changes nothing.
"""

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.noise import Noise
from ruler.scenario.model import Shake, ShakeKind

# A jerk takes this part of its period; the rest of the period it waits.
JERK_WIDTH = 0.25

AXES = {"x": (1.0, 0.0), "y": (0.0, 1.0), "xy": (1.0, 1.0)}


class Waveform(Protocol):
    """A displacement of unit amplitude, taken block by block in order of time."""

    def take(self, count: int) -> Floats:
        """The next `count` displacements, shape (count, 2)."""


class Sine:
    """Steady shaking: sin(2 pi f t) along x, a quarter of a period ahead along y, so "xy" goes in circles."""

    def __init__(self, frequency: float, dt: float, _streams: list[np.random.Generator]) -> None:
        self._turn = 2.0 * math.pi * frequency * dt
        self._next = 0

    def take(self, count: int) -> Floats:
        """The next `count` displacements in units of the peak, shape (count, 2)."""
        phase = self._turn * np.arange(self._next, self._next + count)
        self._next += count
        return np.column_stack((np.sin(phase), np.cos(phase)))


class Jerk:
    """One quick there-and-back per period, at a random moment of it and in a random direction."""

    def __init__(self, frequency: float, dt: float, streams: list[np.random.Generator]) -> None:
        self._frequency, self._dt, self._stream = frequency, dt, streams[0]
        self._next = 0
        self._periods = np.empty((0, 3))

    def take(self, count: int) -> Floats:
        """The next `count` displacements in units of the peak, shape (count, 2)."""
        time = self._frequency * self._dt * np.arange(self._next, self._next + count)
        self._next += count
        period = np.floor(time).astype(int)
        self._draw(int(period[-1]) + 1)
        start, cosine, sine = self._periods[period].T
        inside = (time - period - start) / JERK_WIDTH
        height = np.where((inside > 0) & (inside < 1), 0.5 - 0.5 * np.cos(2.0 * math.pi * inside), 0.0)
        return np.column_stack((height * cosine, height * sine))

    def _draw(self, periods: int) -> None:
        missing = periods - len(self._periods)
        if missing > 0:
            drawn = self._stream.random((missing, 2))
            angle = 2.0 * math.pi * drawn[:, 1]
            rows = np.column_stack(((1.0 - JERK_WIDTH) * drawn[:, 0], np.cos(angle), np.sin(angle)))
            self._periods = np.concatenate((self._periods, rows))


# Of each kind: made of the frequency in Hz, the step in s and a random stream for each axis.
WAVEFORMS: dict[ShakeKind, Callable[[float, float, list[np.random.Generator]], Waveform]] = {
    "noise": Noise,
    "sine": Sine,
    "jerk": Jerk,
}


def waveform(shake: Shake, dt: float, seed: int, key: tuple[int, ...]) -> Waveform:
    """The waveform of a shake; `key` (phase, shake) makes its random streams its own."""
    streams = [np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*key, axis))) for axis in range(2)]
    return WAVEFORMS[shake.kind](shake.frequency, dt, streams)


def rounded(part: Floats) -> Floats:
    """A raised cosine from 0 to 1 while `part` goes from 0 to 1, flat before and beyond."""
    return np.asarray(0.5 - 0.5 * np.cos(math.pi * np.clip(part, 0.0, 1.0)))


def envelope(shake: Shake, time: Floats, duration: float | None) -> Floats:
    """Strength of a shake, 0 to 1, at times since the phase began; it fades in and out by raised cosines.

    Args:
        shake: the shake.
        time: s, any shape.
        duration: length of the phase in s; None when it is not known, then nothing fades out.
    """
    strength = np.ones_like(time)
    if shake.fade_in > 0.0:
        strength *= rounded(time / shake.fade_in)
    if shake.envelope == "decay":
        strength *= np.exp(-shake.decay * time)
    if duration is not None:
        left = np.clip(duration - time, 0.0, None)
        if shake.envelope == "fade":
            strength *= left / duration
        if shake.fade_out > 0.0:
            strength *= rounded(left / shake.fade_out)
    return strength
