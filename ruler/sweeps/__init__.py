"""MANY RUNS: grids, local processes or Dask, resume, phase diagrams, agreement with networks.

`ruler.sweep`, `ruler.phase` and `ruler.agree` do all of it. For one part of it, take its module: a
worker's process reads no more than it needs, neither the networks nor the diagrams.

>>> from ruler.sweeps.cells import load_plan
>>> from ruler.sweeps.engine import LocalEngine
>>> from ruler.sweeps.run import run_sweep
>>> run_sweep(load_plan("phase-ruler-tip"), Path("tip"), LocalEngine())
"""
