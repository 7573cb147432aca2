"""The folding ruler: how a deep network shares its work over its layers, shown with a mechanical chain.

>>> import ruler
>>> run = ruler.simulate(ruler.load_scenario("steady"))
>>> run.opening.shape  # radians, (samples, hinges)
(1883, 10)
>>> round(ruler.summarise(run)["center_of_load"], 2)
0.75
"""

from typing import TYPE_CHECKING, Any

from ruler._version import __version__
from ruler.errors import BadInputError, FailedError, RulerError

if TYPE_CHECKING:
    from ruler.analysis import Layers, Measures, layers, measure_loads, recording_measures, summarise
    from ruler.api import (
        Closest,
        agree,
        closest_networks,
        closest_scenarios,
        compare,
        export,
        measure,
        phase,
        simulate,
        sweep,
        train,
    )
    from ruler.recording import Recording, load_recording, save_recording
    from ruler.scenario import Scenario, load_scenario, shipped_scenarios

__all__ = [
    "BadInputError",
    "Closest",
    "FailedError",
    "Layers",
    "Measures",
    "Recording",
    "RulerError",
    "Scenario",
    "__version__",
    "agree",
    "closest_networks",
    "closest_scenarios",
    "compare",
    "export",
    "layers",
    "load_recording",
    "load_scenario",
    "measure",
    "measure_loads",
    "phase",
    "recording_measures",
    "save_recording",
    "shipped_scenarios",
    "simulate",
    "summarise",
    "sweep",
    "train",
]

_PUBLIC = {
    "ruler.scenario": ("Scenario", "load_scenario", "shipped_scenarios"),
    "ruler.recording": ("Recording", "load_recording", "save_recording"),
    "ruler.analysis": ("Layers", "Measures", "layers", "measure_loads", "recording_measures", "summarise"),
    "ruler.api": (
        "Closest",
        "agree",
        "closest_networks",
        "closest_scenarios",
        "compare",
        "export",
        "measure",
        "phase",
        "simulate",
        "sweep",
        "train",
    ),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `ruler --help` stays quick."""
    import importlib

    for room, names in _PUBLIC.items():
        if name in names:
            return getattr(importlib.import_module(room), name)
    raise AttributeError(f"module 'ruler' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
