"""MANY RUNS: grids, local processes or Dask, resume, phase diagrams, agreement with networks.

>>> from ruler.sweep import LocalEngine, agree, load_plan, open_diagram, run_sweep
>>> run_sweep(load_plan("phase-ruler-tip"), Path("tip"), LocalEngine())
>>> agree(open_diagram("tip"), open_diagram("dropout-digits")).beats_all
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruler.sweep.agreement import Agreement, agree
    from ruler.sweep.cells import Plan, load_plan, shipped_sweeps
    from ruler.sweep.diagram import Diagram, open_diagram
    from ruler.sweep.engine import DaskEngine, LocalEngine
    from ruler.sweep.run import run_sweep
    from ruler.sweep.training import find_grid, train_grid

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
    "run_sweep",
    "shipped_sweeps",
    "train_grid",
]

_MODULES = {
    "agreement": ("Agreement", "agree"),
    "cells": ("Plan", "load_plan", "shipped_sweeps"),
    "diagram": ("Diagram", "open_diagram"),
    "engine": ("DaskEngine", "LocalEngine"),
    "run": ("run_sweep",),
    "training": ("find_grid", "train_grid"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a sweep starts without matplotlib and networks."""
    import importlib

    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"ruler.sweep.{module}"), name)
    raise AttributeError(f"module 'ruler.sweep' has no attribute {name!r}")
