"""MANY RUNS: grids, local processes or Dask, resume, phase diagrams."""
