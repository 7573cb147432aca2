"""Other load curves beside the ruler's: measured networks, and runs that were kept."""

import time

import numpy as np
from numpy.typing import NDArray

from ruler.analysis import Measures, load_curve
from ruler.networks import closest, find_network

Floats = NDArray[np.float64]
Ghost = tuple[str, Floats, Floats]

# Networks to go through with a key: the paper's three regimes, from lazy to noisy.
TOUR: tuple[tuple[str, str], ...] = (
    ("ReLU, no dropout", "dropout-digits:alpha=0,dropout=0"),
    ("ReLU, dropout 0.1", "dropout-digits:alpha=0,dropout=0.1"),
    ("ReLU, dropout 0.2", "dropout-digits:alpha=0,dropout=0.2"),
    ("ReLU, dropout 0.3", "dropout-digits:alpha=0,dropout=0.3"),
    ("linear, no dropout", "dropout-digits:alpha=1,dropout=0"),
    ("linear, dropout 0.2", "dropout-digits:alpha=1,dropout=0.2"),
)
# How often the most similar network is looked for, s.
_INTERVAL = 0.5


class Ghosts:
    """The curves drawn beside the ruler's own."""

    def __init__(self) -> None:
        self._network: Ghost | None = None
        self._place = -1
        self._run: Ghost | None = None
        self._looked = -1.0
        self._resembles: str | None = None

    def next_network(self) -> str:
        """Go to the next network of the tour, after the last one to none; returns what to tell the user."""
        self._place = -1 if self._place + 1 >= len(TOUR) else self._place + 1
        if self._place < 0:
            self._network = None
            return "No network in the load curve."
        title, address = TOUR[self._place]
        return self.show_network(title, address)

    def show_network(self, title: str, address: str) -> str:
        """Show a shipped network; returns what to tell the user.

        Raises:
            BadInputError: there is no such network.
        """
        curve = np.asarray(find_network(address).load_curve, dtype=np.float64)
        self._network = (title, np.linspace(0.0, 1.0, curve.size), curve)
        return f"In the load curve: {title} (digits, mean of the seeds). N shows the next network."

    def keep_run(self, shares: Floats) -> None:
        """Keep a run's load curve."""
        self._run = ("kept run", np.linspace(0.0, 1.0, shares.size + 1), load_curve(shares))

    def curves(self) -> list[Ghost]:
        """All ghosts: label, depth from 0 to 1, curve from 1 to 0."""
        return [ghost for ghost in (self._network, self._run) if ghost is not None]

    def resembles(self, measures: Measures) -> str | None:
        """The shipped network that a ruler of these measures is most like, in words; None when nothing has opened."""
        if measures.load is None:
            self._resembles = None
            return None
        now = time.monotonic()
        if now - self._looked >= _INTERVAL:
            self._looked = now
            found = closest(measures.load, 1)
            self._resembles = found[0].network.title if found else None
        return self._resembles


__all__ = ["TOUR", "Ghosts"]
