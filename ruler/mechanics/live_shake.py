"""Shaking that is switched on and off by commands."""

from ruler.mechanics.shaking import AXES, waveform
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
        stopping: whether it has been told to stop.
    """

    def __init__(self, shake: LiveShake, dt: float, seed: int, number: int) -> None:
        self.where = shake.where
        axes = AXES[shake.direction]
        self._scale = (shake.amplitude * axes[0], shake.amplitude * axes[1])
        like = Shake.model_validate(shake.model_dump())
        self._wave = waveform(like, dt, seed, (_FIRST_KEY + number, 0))
        self._block: list[list[float]] = []
        self._next = 0
        self._gain, self._in, self._out = 0.0, dt / FADE_IN, dt / FADE_OUT
        self.stopping = False

    def stop(self) -> None:
        """Begin to fade out."""
        self.stopping = True

    @property
    def over(self) -> bool:
        """Whether it has faded out."""
        return self.stopping and self._gain == 0.0

    def advance(self) -> tuple[float, float]:
        """Displacement at the next step, m."""
        self._gain = max(0.0, self._gain - self._out) if self.stopping else min(1.0, self._gain + self._in)
        if self._next == len(self._block):
            self._block, self._next = self._wave.take(_BLOCK).tolist(), 0
        x, y = self._block[self._next]
        self._next += 1
        return self._gain * self._scale[0] * x, self._gain * self._scale[1] * y
