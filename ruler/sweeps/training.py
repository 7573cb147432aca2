"""All networks of a sweep as one table, the way the shipped ones were made."""

import shutil
from collections.abc import Callable
from pathlib import Path

from ruler import io
from ruler.errors import BadInputError, FailedError
from ruler.networks import LayerProfile, read_network_table
from ruler.sweeps.cells import Plan, load_plan, shipped_sweeps
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.networks import NETWORKS
from ruler.sweeps.run import State, run_sweep


def training_grids() -> list[str]:
    """Names of the shipped sweeps that train networks: their tables ship too."""
    return [name for name, path in shipped_sweeps().items() if "network" in io.read_toml(path)]


def find_grid(name: str) -> Plan:
    """The shipped sweep of that name that trains networks.

    Raises:
        BadInputError: there is none.
    """
    if name not in training_grids():
        raise BadInputError(f"grid: {name!r} is not known; there are {', '.join(training_grids())}")
    return load_plan(name)


def train_grid(
    plan: Plan,
    path: Path,
    *,
    workers: int | None = None,
    force: bool = False,
    progress: Callable[[State], None] | None = None,
) -> list[LayerProfile]:
    """Train all networks of a sweep, or those that are still missing, to one table.

    Args:
        plan: from `find_grid`, or your own.
        path: .csv file to make, with a .json of the same name. While it is made, finished trainings
            are in the folder `path` + ".part".
        workers: processes; default: one for every core.
        force: replace existing files.
        progress: called as trainings finish; may raise to stop.

    Returns:
        One profile for each network, seeds joined.

    Raises:
        BadInputError: the file exists, or the folder belongs to another grid.
        FailedError: a training failed, or writing did.
    """
    path = Path(path)
    if len({cell.layers for cell in plan.cells}) != 1:
        raise BadInputError(f"grid {plan.name!r}: networks of different depth do not fit in one table")
    if path.suffix != ".csv":
        raise BadInputError(f"{path}: a grid is written to a .csv file")
    io.check(path, force)
    part = path.with_name(path.name + ".part")
    command = f"ruler network train --grid {plan.name} -o {path.name}"
    result = run_sweep(plan, part, LocalEngine(workers), command=command, progress=progress)
    if result.failed:
        raise FailedError(f"{result.failed} of {result.runs} trainings failed; {result.table} says why")
    for ending in (".json", ".csv"):
        (part / NETWORKS).with_suffix(ending).replace(path.with_suffix(ending))
    shutil.rmtree(part)
    return read_network_table(path)
