"""Shaking: displacements of tip or table over time, generated in blocks.

Every shake has random streams of its own, drawn from (seed, phase, shake, axis), so adding one
shake leaves the numbers of the others alone, and the block size changes nothing.
"""

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np

from ruler.arrays import Floats
from ruler.scenario.model import Shake, ShakeKind

# Damping ratio of the resonance that shapes the noise.
NOISE_DAMPING = 0.3
# A jerk takes this part of its period; the rest of the period it waits.
JERK_WIDTH = 0.25

AXES = {"x": (1.0, 0.0), "y": (0.0, 1.0), "xy": (1.0, 1.0)}


class Waveform(Protocol):
    """A displacement of unit amplitude, taken block by block in order of time."""

    def take(self, count: int) -> Floats:
        """The next `count` displacements, shape (count, 2)."""


class Noise:
    """Gaussian noise around a frequency: a damped oscillator driven by white noise, sampled exactly.

    x'' + 2 z w x' + w^2 x = white noise, with z = 0.3 and w = 2 pi frequency, scaled to rms 1 in
    each direction. Position and velocity are stepped with the exact transition matrix and noise
    covariance of the continuous process (Q = P - A P A^T with the stationary P = diag(1, w^2)),
    starting from its stationary state, so the statistics do not depend on the step.
    """

    def __init__(self, frequency: float, dt: float, streams: list[np.random.Generator]) -> None:
        self._streams = streams
        self._step = _oscillator_step(2.0 * math.pi * frequency, dt)
        omega = 2.0 * math.pi * frequency
        self._state = [(g.standard_normal(), omega * g.standard_normal()) for g in streams]

    def take(self, count: int) -> Floats:
        """The next `count` displacements in units of the rms, shape (count, 2)."""
        columns = [self._take_axis(axis, count) for axis in range(2)]
        return np.column_stack(columns)

    def _take_axis(self, axis: int, count: int) -> Floats:
        xx, xv, vx, vv, l_xx, l_vx, l_vv = self._step
        x, v = self._state[axis]
        kicks = self._streams[axis].standard_normal((count, 2)).tolist()
        out = [0.0] * count
        # A recursion cannot be vectorised; on plain floats it costs a fraction of a microsecond
        # a sample and gives the same bits on every machine.
        for i, (a, b) in enumerate(kicks):
            out[i] = x
            x, v = xx * x + xv * v + l_xx * a, vx * x + vv * v + l_vx * a + l_vv * b
        self._state[axis] = (x, v)
        return np.array(out)


def _oscillator_step(omega: float, dt: float) -> tuple[float, float, float, float, float, float, float]:
    """Transition matrix (row by row) and Cholesky factor of the noise covariance of one step."""
    z = NOISE_DAMPING
    damped = omega * math.sqrt(1.0 - z * z)
    decay, c, s = math.exp(-z * omega * dt), math.cos(damped * dt), math.sin(damped * dt)
    xx = decay * (c + z * omega / damped * s)
    xv = decay * s / damped
    vx = -decay * omega * omega / damped * s
    vv = decay * (c - z * omega / damped * s)
    w2 = omega * omega
    q_xx = max(0.0, 1.0 - xx * xx - xv * xv * w2)
    q_xv = -xx * vx - xv * vv * w2
    q_vv = w2 - vx * vx - vv * vv * w2
    l_xx = math.sqrt(q_xx)
    l_vx = q_xv / l_xx if l_xx > 0.0 else 0.0
    l_vv = math.sqrt(max(0.0, q_vv - l_vx * l_vx))
    return xx, xv, vx, vv, l_xx, l_vx, l_vv


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


def envelope(shake: Shake, time: Floats, duration: float | None) -> Floats:
    """Strength of a shake, 0 to 1, at times since the phase began.

    Args:
        shake: the shake.
        time: s, any shape.
        duration: length of the phase in s; None when it is not known, then nothing fades out.
    """
    strength = np.ones_like(time)
    if shake.fade_in > 0.0:
        strength *= np.clip(time / shake.fade_in, 0.0, 1.0)
    if shake.envelope == "decay":
        strength *= np.exp(-shake.decay * time)
    if duration is not None:
        left = np.clip(duration - time, 0.0, None)
        if shake.envelope == "fade":
            strength *= left / duration
        if shake.fade_out > 0.0:
            strength *= np.clip(left / shake.fade_out, 0.0, 1.0)
    return strength
