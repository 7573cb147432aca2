"""The verbs of the Python interface, the commands' own words: each command parses, calls one of these, prints.

They need more than one room; what a single room does is imported from there.
"""

from ruler.api.comparison import Closest, closest_networks, closest_scenarios, compare, is_ruler
from ruler.api.runs import export, simulate
from ruler.api.sweeps import agree, phase, sweep
from ruler.api.training import measure, measure_file, train

__all__ = [
    "Closest",
    "agree",
    "closest_networks",
    "closest_scenarios",
    "compare",
    "export",
    "is_ruler",
    "measure",
    "measure_file",
    "phase",
    "simulate",
    "sweep",
    "train",
]
