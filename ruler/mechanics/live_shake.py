"""Shaking that is switched on and off by commands."""

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.shaking import AXES, rounded, waveform
from ruler.scenario.model import LiveShake, Shake

FADE_IN = 0.05
FADE_OUT = 0.15
# Streams of live shakes lie beyond those of any phase.
_FIRST_KEY = 1_000_000
_BLOCK = 256


class RunningShake:
    """A shake that fades in, goes on until it is stopped, and fades out.

    Args:
        shake: what to do.
        dt: step, s.
        seed: seed of the scenario.
        number: how many live shakes there were before, which makes its random stream its own.

    Attributes:
        where: tip or table.
    """

    def __init__(self, shake: LiveShake, dt: float, seed: int, number: int) -> None:
        self.where = shake.where
        self._scale = shake.amplitude * np.array(AXES[shake.direction])
        self._dt = dt
        self._wave = waveform(Shake.model_validate(shake.model_dump()), dt, seed, (_FIRST_KEY + number, 0))
        # The waveform begins at time 0, where the hand is already.
        self._ahead = self._wave.take(_BLOCK)[1:]
        self._given = 0
        self._stopped: int | None = None

    def stop(self) -> None:
        """Begin to fade out."""
        if self._stopped is None:
            self._stopped = self._given

    @property
    def stopping(self) -> bool:
        """Whether it has been told to stop."""
        return self._stopped is not None

    @property
    def over(self) -> bool:
        """Whether it has faded out."""
        return self._stopped is not None and (self._given - self._stopped) * self._dt >= FADE_OUT

    def take(self, count: int) -> Floats:
        """Displacements at the next `count` steps, m, shape (count, 2)."""
        step = np.arange(self._given + 1, self._given + count + 1, dtype=np.float64)
        self._given += count
        gain = rounded(step * (self._dt / FADE_IN))
        if self._stopped is not None:
            # The product of both fades goes on without a kink, also when it is stopped while it fades in.
            gain = gain * rounded(1.0 - (step - self._stopped) * (self._dt / FADE_OUT))
        while len(self._ahead) < count:
            self._ahead = np.vstack((self._ahead, self._wave.take(_BLOCK)))
        wave, self._ahead = self._ahead[:count], self._ahead[count:]
        return gain[:, None] * self._scale * wave
