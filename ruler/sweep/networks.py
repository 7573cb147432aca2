"""What a sweep of trainings leaves besides its table: a table of networks, as the program ships them."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ruler import io
from ruler.networks import about_training
from ruler.networks.tables import table_header
from ruler.sweep.cells import Plan
from ruler.sweep.jobs import dataset

NETWORKS = "networks"


def write_network_tables(
    folder: Path, plan: Plan, command: str, cells: Sequence[int], lines: Sequence[list[str] | None]
) -> None:
    """Write all trained networks: `networks.csv`, or a table for each depth where depths differ.

    Args:
        folder: of the sweep.
        plan: the sweep.
        command: how it was started.
        cells: cell of each run, from 1.
        lines: lines of each run; None of a training that failed.

    Raises:
        FailedError: they cannot be written.
    """
    depths = sorted({cell.layers for cell in plan.cells})
    for depth in depths:
        kept = [own or [] for cell, own in zip(cells, lines, strict=True) if plan.cells[cell - 1].layers == depth]
        if not any(kept):
            continue
        table = folder / (f"{NETWORKS}.csv" if len(depths) == 1 else f"{NETWORKS}-depth-{depth}.csv")
        header = ",".join(table_header(depth, epochs=bool(plan.cells[0].data["record"])))
        io.write_json(io.companion(table), _about(plan, command), force=True)
        io.write_text(table, "".join(f"{line}\n" for line in (header, *chain(*kept))), force=True)


def _about(plan: Plan, command: str) -> dict[str, Any]:
    names = dict.fromkeys(cell.data["settings"]["data"] for cell in plan.cells)
    sources = {data.source: data.licence for data in map(dataset, names)}
    return {"grid": plan.name, "title": plan.sweep.title, **about_training(command, plan.sweep.seeds, sources)}
