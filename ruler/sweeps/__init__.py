"""MANY RUNS: grids, local processes or Dask, resume, phase diagrams, agreement with networks.

>>> from ruler.sweeps import LocalEngine, agree, load_plan, open_diagram, run_sweep
>>> run_sweep(load_plan("phase-ruler-tip"), Path("tip"), LocalEngine())
>>> agree(open_diagram("tip"), open_diagram("dropout-digits")).beats_all

A worker's process reads no more of the room than it needs.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruler.sweeps.agreement import Agreement, agree
    from ruler.sweeps.cells import Plan, load_plan, shipped_sweeps
    from ruler.sweeps.cluster import DaskEngine
    from ruler.sweeps.diagram import Diagram, open_diagram, open_diagrams
    from ruler.sweeps.engine import LocalEngine
    from ruler.sweeps.run import run_sweep
    from ruler.sweeps.training import find_grid, train_grid

__all__ = [
    "Agreement",
    "DaskEngine",
    "Diagram",
    "LocalEngine",
    "Plan",
    "agree",
    "find_grid",
    "load_plan",
    "open_diagram",
    "open_diagrams",
    "run_sweep",
    "shipped_sweeps",
    "train_grid",
]

_MODULES = {
    "agreement": ("Agreement", "agree"),
    "cells": ("Plan", "load_plan", "shipped_sweeps"),
    "cluster": ("DaskEngine",),
    "diagram": ("Diagram", "open_diagram", "open_diagrams"),
    "engine": ("LocalEngine",),
    "run": ("run_sweep",),
    "training": ("find_grid", "train_grid"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a sweep starts without matplotlib and networks."""
    import importlib

    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"ruler.sweeps.{module}"), name)
    raise AttributeError(f"module 'ruler.sweeps' has no attribute {name!r}")
