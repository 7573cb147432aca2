"""Other load curves beside the ruler's: measured networks, and runs that were kept."""

import itertools
import math
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ruler.analysis import Measures, load_curve
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.lab.art.plot import Ghost
from ruler.lab.i18n import N_, _
from ruler.lab.i18n.phrases import spoken
from ruler.networks import LayerProfile, Resemblance, closest, load_table, one_network
from ruler.text import number

# Each kind of curve has a colour and dash of its own, whatever else is shown.
NETWORK, LEARNING, RUN, SECOND, PREDICTION = range(5)
# Networks to go through with a key: the paper's three regimes, from lazy to noisy.
TOUR: tuple[tuple[str, str], ...] = (
    (N_("ReLU, no dropout"), "dropout-digits:alpha=0,dropout=0"),
    (N_("ReLU, dropout 0.1"), "dropout-digits:alpha=0,dropout=0.1"),
    (N_("ReLU, dropout 0.2"), "dropout-digits:alpha=0,dropout=0.2"),
    (N_("ReLU, dropout 0.3"), "dropout-digits:alpha=0,dropout=0.3"),
    (N_("linear, no dropout"), "dropout-digits:alpha=1,dropout=0"),
    (N_("linear, dropout 0.2"), "dropout-digits:alpha=1,dropout=0.2"),
)
# The shipped table with the separation of a few networks while they learn.
LEARNING_TABLE = "epochs-digits"
# Below a mean opening of the hinges of this, rad, shares say little: a shaken ruler that is still shut has any centre.
LEAST_OPENED = math.radians(2.0)
# The farthest that a seed of any shipped network is from the mean of its seeds, RMS distance of load curves: what is
# farther from every network is like none of them.
FAR = 0.09
# How often the most similar network is looked for, s.
_INTERVAL = 0.5


@dataclass(frozen=True, eq=False)
class Learning:
    """A network's separation while it learns, scaled like a load curve.

    Attributes:
        name: of the network.
        epochs: shape (moments,).
        curves: load still to be taken after each layer, as a part of the trained network's whole load,
            shape (moments, layers + 1): flat at 1 before training, from 1 to 0 after it.
    """

    name: str
    epochs: Floats
    curves: Floats

    def at(self, progress: float) -> Ghost:
        """The curve when a part `progress` (0 to 1) of the training is done."""
        epoch = progress * float(self.epochs[-1])
        curve = np.array([np.interp(epoch, self.epochs, column) for column in self.curves.T])
        return Ghost(_("{network}, epoch {epoch}").format(network=self.name, epoch=f"{epoch:.0f}"), curve, LEARNING)


def learning_of(profile: LayerProfile) -> Learning:
    """A network's learning, mean over its seeds; the measure D as `ruler.networks` gives it over the epochs.

    Not the shares: before about ten epochs there is no load to share, and they mean nothing.
    """
    history = np.asarray(profile.history, dtype=np.float64).mean(axis=0)
    left = history[-1, -1]
    curves = (history - left) / (history[:, :1] - left)
    return Learning(profile.name, np.asarray(profile.epochs, dtype=np.float64), curves)


def _as_it_is(profile: LayerProfile) -> Ghost:
    """The present load curve of a training; flat while there is no load."""
    curve = profile.load_curve
    name = f"{profile.name}, {profile.moments} {profile.epochs[-1]}" if profile.epochs else profile.name
    return Ghost(name, np.ones(profile.depth + 1) if curve is None else curve, NETWORK)


class Ghosts:
    """The curves drawn beside the ruler's own.

    Attributes:
        profile: the network that is shown, where more than its curve is known, or None.
    """

    def __init__(self) -> None:
        self.profile: LayerProfile | None = None
        self._network: Ghost | None = None
        self._table: Path | None = None
        self._read_at, self._changed = 0.0, 0
        self._networks = itertools.cycle((*TOUR, None))
        self._learning: Learning | None = None
        self._learnings: Iterator[LayerProfile | None] | None = None
        self._progress = 0.0
        self._run: Ghost | None = None
        self._looked = -1.0
        self._resembles: Resemblance | None = None

    def next_network(self) -> str:
        """Go to the next network of the tour, after the last one to none; returns what to tell the user."""
        stop = next(self._networks)
        if stop is None:
            self.put_network(None)
            return _("No network in the load curve.")
        title, address = stop
        return self.show_network(address, _(title))

    @property
    def network(self) -> Ghost | None:
        """The curve of the network that is shown, or None."""
        return self._network

    def put_network(self, network: Ghost | None, profile: LayerProfile | None = None) -> None:
        """Show the curve of this network, or none."""
        self._network, self._table, self.profile = network, None, profile

    def show_network(self, address: str, title: str | None = None) -> str:
        """Show one network, shipped or of a file; returns what to tell the user.

        Raises:
            BadInputError: there is no such network, or it has no load.
        """
        profile = one_network(address)
        title = spoken(profile.name if title is None else title)
        if profile.load_curve is None:
            raise BadInputError(f"{address}: {profile.measures.note}")
        self.put_network(Ghost(title, np.asarray(profile.load_curve, dtype=np.float64), NETWORK), profile)
        return _("In the load curve: {network}, mean of its seeds. N shows the next network.").format(network=title)

    def follow_table(self, path: Path) -> str:
        """Show a training that is being recorded as its file has it; returns what to tell the user.

        Raises:
            BadInputError: the file holds no single network.
        """
        self._table, self._read_at, self._changed = path, time.monotonic(), path.stat().st_mtime_ns
        self._show_table(path)
        return _("In the load curve: {name}, as its file has it.").format(name=path.name)

    @property
    def following(self) -> bool:
        """Whether a file is looked at again and again."""
        return self._table is not None

    def _read_again(self) -> None:
        """What the followed file has now; one that cannot be read just then is read the next time."""
        now = time.monotonic()
        if self._table is None or now - self._read_at < _INTERVAL:
            return
        self._read_at = now
        with suppress(OSError, BadInputError):
            changed = self._table.stat().st_mtime_ns
            if changed != self._changed:
                self._show_table(self._table)
                self._changed = changed

    def _show_table(self, path: Path) -> None:
        self.profile = one_network(str(path))
        self._network = _as_it_is(self.profile)

    def next_learning(self) -> str:
        """Go to the next network whose learning is played; after the last one to none; returns what to tell."""
        if self._learnings is None:
            self._learnings = itertools.cycle((*load_table(LEARNING_TABLE), None))
        profile = next(self._learnings)
        self._learning = None if profile is None else learning_of(profile)
        if self._learning is None:
            return _("No learning network in the load curve.")
        text = _("Learns while the ruler opens: {network} (digits). E shows the next one.")
        return text.format(network=self._learning.name)

    def follow(self, progress: float) -> None:
        """The ruler's pull is this far, 0 to 1; the learning network goes along."""
        self._progress = min(1.0, max(0.0, progress))

    def keep_run(self, shares: Floats) -> None:
        """Keep a run's load curve."""
        self._run = Ghost(_("kept run"), load_curve(shares), RUN)

    def curves(self) -> list[Ghost]:
        """All ghosts: label, and curve from 1 at the input to 0."""
        self._read_again()
        learning = None if self._learning is None else self._learning.at(self._progress)
        return [ghost for ghost in (self._network, learning, self._run) if ghost is not None]

    def resembles(self, measures: Measures, opened: float) -> Resemblance | None:
        """The shipped network that a ruler is most like; None while it has hardly opened.

        Args:
            measures: of its load, as shown.
            opened: mean of what its hinges have opened by, rad.
        """
        if measures.load is None or opened < LEAST_OPENED:
            self._resembles, self._looked = None, -1.0
            return None
        now = time.monotonic()
        if now - self._looked >= _INTERVAL:
            self._looked = now
            found = closest(measures.load, 1)
            self._resembles = found[0] if found else None
        return self._resembles


def resemblance_in_words(found: Resemblance | None) -> str:
    """What the nearest network is and how near, or that nothing measured is near."""
    if found is None:
        return _("resembles: too little has opened to tell")
    if found.distance > FAR:
        return _("nothing measured is like this; nearest, {distance} away: {network}").format(
            network=spoken(found.network.title), distance=number(found.distance)
        )
    return _("resembles, {distance} away: {network}").format(
        network=spoken(found.network.title), distance=number(found.distance, ".3f")
    )
