"""What commands set going: the pointer that holds a section, and shakes switched on and off."""

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.live_shake import RunningShake
from ruler.mechanics.pointer import FASTEST, Pointer
from ruler.scenario.commands import Grab, Move
from ruler.scenario.model import LiveShake


class LiveHand:
    """The state that commands have left behind, stepped along with the simulation.

    Attributes:
        pointer: the mouse while it holds a section, else None.
        offset: where live shaking has the tip's holder (first two) and the table (last two), m, shape (4,).
    """

    def __init__(self, dt: float, seed: int) -> None:
        self._dt, self._seed = dt, seed
        self._shakes: list[RunningShake] = []
        self._started = 0
        self.pointer: Pointer | None = None
        self.offset: Floats = np.zeros(4)

    @property
    def active(self) -> bool:
        """Whether there is anything to do step by step."""
        return self.pointer is not None or bool(self._shakes)

    def shakes(self, where: str) -> bool:
        """Whether tip or table is being shaken and has not been told to stop."""
        return any(shake.where == where and not shake.stopping for shake in self._shakes)

    def grab(self, grab: Grab) -> None:
        """Hold a section."""
        self.pointer = Pointer(grab.section - 1, grab.along, grab.x, grab.y, FASTEST * self._dt)

    def move(self, move: Move) -> None:
        """Move the pointer, if it holds anything."""
        if self.pointer is not None:
            self.pointer.glide(move.x, move.y, move.steps)

    def release(self) -> None:
        """Let go."""
        self.pointer = None

    def shake(self, shake: LiveShake) -> None:
        """Begin to shake; what was shaking there fades out."""
        self.still(shake.where)
        self._shakes.append(RunningShake(shake, self._dt, self._seed, self._started))
        self._started += 1

    def still(self, where: str) -> None:
        """Let the shaking of tip or table fade out."""
        for shake in self._shakes:
            if shake.where == where:
                shake.stop()

    def shaken(self, count: int) -> Floats:
        """Where live shaking has tip (first two) and table for `count` steps, m, shape (count + 1, 4).

        The first row is where they are now; afterwards these steps have gone by.
        """
        moved = np.zeros((count + 1, 4))
        moved[0] = self.offset
        for shake in self._shakes:
            columns = slice(0, 2) if shake.where == "tip" else slice(2, 4)
            moved[1:, columns] += shake.take(count)
        self._shakes = [shake for shake in self._shakes if not shake.over]
        self.offset = moved[-1]
        return moved

    def pointed(self, count: int) -> Floats:
        """Where the pointer is for `count` steps, m, shape (count + 1, 2); afterwards they have gone by."""
        places = [] if self.pointer is None else self.pointer.take(count)
        return np.array(places) if places else np.zeros((count + 1, 2))
