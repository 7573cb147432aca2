"""An experiment that is under way: what was predicted, what was done, what it means. Plain data, no drawing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ruler.analysis import load_curve, measure_loads
from ruler.analysis.compare import align_curves, curve_distance
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.lab.art.plot import Ghost
from ruler.lab.ghosts import NETWORK, PREDICTION
from ruler.lab.i18n import N_, _
from ruler.lab.scene import Scene
from ruler.networks import find_network
from ruler.scenario.experiment import Experiment
from ruler.text import number, regime

Stage = Literal["predict", "do", "see"]
# Curves this near, RMS, are as good as the same; a prediction twice as far off saw something of it.
NEAR = 0.06
# What an outcome means where the experiment does not say.
MEANINGS = {
    "concave": N_("The layers at the hand, the output, did the work, as in a network with little noise."),
    "straight": N_("Every layer did its share, as in a network with the right amount of noise."),
    "convex": N_(
        "The layers at the fixed end, the input, did the work, as in a linear network or with too much noise."
    ),
    "uneven": N_("The work is uneven, but neither end did most of it: no network of the analogy does this."),
    "-": N_("Nothing has opened: there is nothing to see yet."),
}


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Attributes:
        sentence: what it means.
        advice: what to do otherwise, when it was to come out otherwise; else empty.
        away: how far the prediction was from it, RMS of the load curves.
        network_away: how far the network is from it; None without one.
    """

    sentence: str
    advice: str
    away: float
    network_away: float | None


class Lesson:
    """An experiment under way.

    Args:
        experiment: which.
        name: its name or file, to begin it again.
        hinges: of its ruler.

    Attributes:
        experiment, name, hinges: as given.
        stage: what comes next: predict, do (by hand), see.
        curve: the prediction: load left after each hinge, shape (hinges + 1,); even until one is made.
        predicted: whether one has been made.
        shares: what came of it, from the input, shape (hinges,); None before.

    Raises:
        BadInputError: there is no such network.
    """

    def __init__(self, experiment: Experiment, name: str, hinges: int) -> None:
        self.experiment, self.name, self.hinges = experiment, name, hinges
        self.stage: Stage = "predict"
        self.curve: Floats = np.linspace(1.0, 0.0, hinges + 1)
        self.predicted = False
        self.shares: Floats | None = None
        self._network: Floats | None = None
        if experiment.network:
            curve = find_network(experiment.network).load_curve
            if curve is None:
                raise BadInputError(f"network {experiment.network!r}: has no load to compare with")
            self._network = np.asarray(curve, dtype=np.float64)
        self._sketched: tuple[float, float] | None = None

    # Predict

    def choose(self, place: int) -> None:
        """Predict what one of the choices says."""
        given = np.asarray(self.experiment.choice[place].curve, dtype=np.float64)
        depth = np.linspace(0.0, 1.0, self.hinges + 1)
        self.curve, self.predicted = np.interp(depth, np.linspace(0.0, 1.0, len(given)), given), True

    def sketch(self, layer: float, left: float) -> None:
        """Draw the prediction on: so much load is left after a layer (0 to hinges); what was between is filled in."""
        here = (min(max(layer, 0.0), float(self.hinges)), min(max(left, 0.0), 1.0))
        (start, height), (end, final) = sorted((self._sketched or here, here))
        for place in range(max(1, round(start)), min(self.hinges - 1, round(end)) + 1):
            part = 1.0 if end == start else min(1.0, max(0.0, (place - start) / (end - start)))
            value = height + part * (final - height)
            # A load curve never rises: what is in the way goes along.
            self.curve[place] = value
            self.curve[1:place] = np.maximum(self.curve[1:place], value)
            self.curve[place + 1 : -1] = np.minimum(self.curve[place + 1 : -1], value)
        self._sketched, self.predicted = here, True

    def lift(self) -> None:
        """The pen is lifted."""
        self._sketched = None

    # Do

    def begin(self) -> None:
        """The prediction stands; now it is done by hand."""
        self.stage, self.shares = "do", None

    def progress(self, scene: Scene) -> float:
        """How far the pull is, 0 to 1."""
        reached = float(scene.outer[-1, 0] - scene.inner[0, 0]) / scene.full_length
        return min(1.0, max(0.0, reached / self.experiment.hand.extension))

    def follow(self, scene: Scene) -> bool:
        """Look whether the tip is where the result is taken; True at the moment it is."""
        return self.stage == "do" and self.progress(scene) >= 1.0 and self.take_result(scene)

    def take_result(self, scene: Scene) -> bool:
        """Take the result now; False while nothing has opened."""
        if scene.share is None:
            return False
        self.shares, self.stage = np.array(scene.share), "see"
        return True

    # See

    def ghosts(self) -> list[Ghost]:
        """The curves beside one's own: the prediction, and once it is done the network."""
        found = [Ghost(_("your prediction"), self.curve, PREDICTION)] if self.predicted else []
        if self.stage == "see" and self._network is not None:
            found.append(Ghost(self.network_name, self._network, NETWORK))
        return found

    @property
    def network_name(self) -> str:
        """What the network is called."""
        return _(self.experiment.network_name) or self.experiment.network

    def verdict(self) -> Verdict | None:
        """What came of it and what that means; None before."""
        if self.shares is None:
            return None
        measures = measure_loads(self.shares)
        shape = regime(measures.unevenness, measures.center_of_load)
        own = load_curve(self.shares)
        expected = self.experiment.expected
        return Verdict(
            sentence=_(getattr(self.experiment.meaning, shape, "") or MEANINGS[shape]),
            advice=_(self.experiment.again) if expected not in (None, shape) else "",
            away=_distance(own, self.curve),
            network_away=None if self._network is None else _distance(own, self._network),
        )


def _distance(own: Floats, other: Floats) -> float:
    layers = min(len(own), len(other)) - 1
    return float(curve_distance(align_curves(own, layers), align_curves(other, layers)))


def verdict_numbers(verdict: Verdict, lesson: Lesson) -> str:
    """How near the prediction and the network were, in a sentence."""
    parts = []
    if lesson.predicted:
        near = _("very near") if verdict.away <= NEAR else _("near") if verdict.away <= 2.0 * NEAR else _("far off")
        parts.append(_("Your prediction: {near} ({distance}).").format(near=near, distance=number(verdict.away)))
    if verdict.network_away is not None:
        text = _("The {network}: {distance} away.")
        parts.append(text.format(network=lesson.network_name, distance=number(verdict.network_away)))
    parts.append(_("(RMS distance of the curves; 0 = the same)"))
    return " ".join(parts)
