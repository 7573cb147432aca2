"""WHAT IT MEANS: load shares, load curve, measures, comparisons."""

from ruler.analysis.loads import (
    LOAD_MEASURES,
    LoadMeasure,
    Measures,
    center_of_load,
    curvature,
    load_curve,
    load_shares,
    measure_loads,
    outer_share,
    unevenness,
)
from ruler.analysis.summary import Layers, energy_error, layers, recording_measures, summarise, summarised

__all__ = [
    "LOAD_MEASURES",
    "Layers",
    "LoadMeasure",
    "Measures",
    "center_of_load",
    "curvature",
    "energy_error",
    "layers",
    "load_curve",
    "load_shares",
    "measure_loads",
    "outer_share",
    "recording_measures",
    "summarise",
    "summarised",
    "unevenness",
]
