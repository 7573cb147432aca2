"""What a sweep of trainings leaves besides its table: a table of networks, as the program ships them."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ruler.networks import about_training
from ruler.networks.residuals import RESIDUAL
from ruler.networks.tables import write_rows
from ruler.sweeps.cells import Plan
from ruler.sweeps.jobs import dataset

NETWORKS = "networks"


def write_network_tables(
    folder: Path, plan: Plan, command: str, cells: Sequence[int], rows: Sequence[list[dict[str, str]] | None]
) -> None:
    """Write all trained networks: `networks.csv`, or a table for each depth where depths differ.

    Args:
        folder: of the sweep.
        plan: the sweep.
        command: how it was started.
        cells: cell of each run, from 1.
        rows: rows of each run; None of a training that failed.

    Raises:
        FailedError: they cannot be written.
    """
    depths = sorted({cell.layers for cell in plan.cells})
    for depth in depths:
        own = [each or [] for cell, each in zip(cells, rows, strict=True) if plan.cells[cell - 1].layers == depth]
        if any(own):
            name = f"{NETWORKS}.csv" if len(depths) == 1 else f"{NETWORKS}-depth-{depth}.csv"
            write_rows([*chain(*own)], folder / name, _about(plan, command), force=True)


def _about(plan: Plan, command: str) -> dict[str, Any]:
    names = dict.fromkeys(cell.data["settings"]["data"] for cell in plan.cells)
    sources = {data.source: data.licence for data in map(dataset, names)}
    kinds = {cell.data["settings"]["architecture"] == "transformer" for cell in plan.cells}
    measured = RESIDUAL if kinds == {True} else "trace-ratio"
    return {
        "grid": plan.name,
        "title": plan.sweep.title,
        **about_training(command, plan.sweep.seeds, sources, measured),
    }
