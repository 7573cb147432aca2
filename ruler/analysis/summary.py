"""A recording in a few numbers, and layer by layer."""

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ruler.analysis.loads import Measures, load_curve, measure_loads
from ruler.errors import InaccurateWarning
from ruler.recording import Recording
from ruler.recording.trust import energy_error as energy_error
from ruler.recording.trust import trust_of

PulledEnd = Literal["deep", "shallow"]

_HELP = "raise simulation.rate, pull and shake more gently, or give the hand a strength (hand.strength = 20)"
# Less than this in all (rad) is the solver's creep, not opening.
NOTHING_OPENED = 1e-4


@dataclass(frozen=True)
class Layers:
    """A recording's final state, layer by layer, from the input to the output layer.

    Attributes:
        layer: 1 .. N.
        hinge: hinge that stands for the layer; hinge 1 is nearest the fixed end.
        opening_deg: final opening, deg.
        load_share: share of the whole opening; None when nothing opened.
        load_curve: 1 - (share_1 + ... + share_layer); None when nothing opened.
    """

    layer: list[int]
    hinge: list[int]
    opening_deg: list[float]
    load_share: list[float] | None
    load_curve: list[float] | None


def recording_measures(recording: Recording, pulled_end: PulledEnd = "deep") -> Measures:
    """Measures of the final opening.

    Args:
        recording: the recording.
        pulled_end: which end of the network the pulled end stands for. "deep" (the output layer,
            as in the paper and in measured networks) or "shallow" (as a press article has it).
    """
    return measure_loads(_in_layer_order(recording.opened[-1], pulled_end), NOTHING_OPENED)


def layers(recording: Recording, pulled_end: PulledEnd = "deep") -> Layers:
    """The final state layer by layer; arguments as for `recording_measures`."""
    shares = recording_measures(recording, pulled_end).load
    numbers = np.arange(1, recording.hinges + 1)
    return Layers(
        layer=numbers.tolist(),
        hinge=_in_layer_order(numbers, pulled_end).tolist(),
        opening_deg=_in_layer_order(recording.opening_deg[-1], pulled_end).tolist(),
        load_share=None if shares is None else list(shares),
        load_curve=None if shares is None else load_curve(shares)[1:].tolist(),
    )


def _in_layer_order(values: NDArray[Any], pulled_end: PulledEnd) -> NDArray[Any]:
    return values if pulled_end == "deep" else values[::-1]


def warn(recording: Recording) -> None:
    """Warn (`InaccurateWarning`) of a run whose numbers are not to be trusted."""
    trust = trust_of(recording)
    if trust.level == "poor":
        name = recording.meta.get("name", recording.title)
        warnings.warn(f"{name}: trust is {trust}; {_HELP}", InaccurateWarning, stacklevel=3)


def summarise(recording: Recording) -> dict[str, Any]:
    """The summary that is stored with a recording and printed by `ruler run`: plain data, no NaN."""
    measures, trust = recording_measures(recording), trust_of(recording)
    return {
        "opening_deg": recording.opening_deg[-1].tolist(),
        **measures.as_dict(),
        "steps": recording.meta.get("steps"),
        "simulated_s": recording.meta.get("simulated_s"),
        "worst_joint_gap_m": recording.meta.get("worst_joint_gap_m"),
        "energy_error": energy_error(recording),
        "status": recording.meta.get("status"),
        "trust": trust.level,
        "trust_reason": trust.reason,
    }


def summarised(recording: Recording) -> Recording:
    """The recording with its summary, and how far it is to be trusted, in the metadata."""
    summary = summarise(recording)
    return recording.with_meta(summary=summary, trust=summary["trust"], trust_reason=summary["trust_reason"])
