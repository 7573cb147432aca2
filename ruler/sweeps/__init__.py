"""MANY RUNS: grids, local processes or Dask, resume, phase diagrams, agreement with networks.

>>> from ruler.sweeps import LocalEngine, agree, load_plan, open_diagram, run_sweep
>>> run_sweep(load_plan("phase-ruler-tip"), Path("tip"), LocalEngine())
>>> agree(open_diagram("tip"), open_diagram("dropout-digits")).beats_all

A worker's process reads no more of the room than it needs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
