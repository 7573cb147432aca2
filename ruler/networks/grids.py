"""Grids of trainings: nonlinearity against one kind of noise, several seeds each.

A grid can be killed at any time: every finished training is a line in `FILE.part`, and the same
call goes on after the last whole one. These functions made the tables in assets/networks.
"""

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruler import io
from ruler.errors import BadInputError, FailedError
from ruler.networks.data import load_data
from ruler.networks.profile import LayerProfile
from ruler.networks.settings import DataName, NetworkSettings
from ruler.networks.tables import ACCURACY_COLUMNS, SETTING_COLUMNS, networks_of, read_network_table, table_rows
from ruler.networks.training import about_training, train

ALPHAS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# At 0.5 the ReLU networks hardly learn at all (train accuracy 0.34).
DROPOUTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4)
# The best accuracy on the augmented digits lies at little dropout.
AUGMENTED_DROPOUTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
# At 1e-4 the networks are not trained after 100 epochs (train accuracy 0.97); at 0.1 the nearly
# linear ones begin to fail (0.92).
LEARNING_RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SEEDS = (0, 1, 2, 3, 4)
EPISODE = (*range(11), *range(15, 101, 5))  # epochs recorded: closer together while much happens


@dataclass(frozen=True)
class Grid:
    """Trainings that belong together.

    Attributes:
        name: as on the command line.
        title: what varies, for people.
        networks: settings of the cells.
        seeds: trained for every cell.
        record: epochs at which D is kept; empty for the end only.
    """

    name: str
    title: str
    networks: tuple[NetworkSettings, ...]
    seeds: tuple[int, ...] = SEEDS
    record: tuple[int, ...] = ()


@dataclass(frozen=True)
class GridProgress:
    """Where a grid is.

    Attributes:
        done: trainings finished, those of an earlier call included.
        total: trainings in all.
        name: the network that was finished last.
        seed: its seed.
    """

    done: int
    total: int
    name: str
    seed: int


def _dropout_networks(data: DataName, levels: Sequence[float]) -> tuple[NetworkSettings, ...]:
    return tuple(NetworkSettings(data=data, alpha=alpha, dropout=level) for alpha in ALPHAS for level in levels)


GRIDS = {
    grid.name: grid
    for grid in (
        Grid("dropout-digits", "nonlinearity x dropout, digits", _dropout_networks("digits", DROPOUTS)),
        Grid(
            "learning-rate-digits",
            "nonlinearity x learning rate, digits",
            tuple(NetworkSettings(alpha=alpha, learning_rate=rate) for alpha in ALPHAS for rate in LEARNING_RATES),
        ),
        Grid(
            "dropout-augmented",
            "nonlinearity x dropout, augmented digits",
            _dropout_networks("digits-augmented", AUGMENTED_DROPOUTS),
        ),
        Grid(
            "epochs-digits",
            "D over the epochs of one network for each regime, digits",
            (
                NetworkSettings(alpha=0.0, dropout=0.0),
                NetworkSettings(alpha=0.0, dropout=0.2),
                NetworkSettings(alpha=0.4, dropout=0.05),
                NetworkSettings(alpha=1.0, dropout=0.2),
            ),
            seeds=(0, 1, 2),
            record=EPISODE,
        ),
    )
}


def find_grid(name: str) -> Grid:
    """The grid of that name.

    Raises:
        BadInputError: there is none.
    """
    if name not in GRIDS:
        raise BadInputError(f"grid: {name!r} is not known; there are {', '.join(GRIDS)}")
    return GRIDS[name]


def train_grid(
    grid: Grid,
    path: Path,
    *,
    force: bool = False,
    progress: Callable[[GridProgress], None] | None = None,
) -> list[LayerProfile]:
    """Train all networks of a grid, or those that are still missing.

    Args:
        grid: from `find_grid`, or your own.
        path: .csv file to make, with a .json of the same name. While it is made, finished trainings
            are in `path` + ".part".
        force: replace existing files.
        progress: called after every training; may raise to stop.

    Returns:
        One profile for each network, seeds joined.

    Raises:
        BadInputError: the file exists, or the part file belongs to another grid.
        FailedError: torch or scikit-learn is missing, a training diverged, or writing failed.
    """
    path = Path(path)
    io.check(path, force, (".csv",), "the table of a grid")
    io.need("torch", "networks", "training a grid")
    part = path.with_name(path.name + ".part")
    done = _resume(grid, part)
    datasets = {name: load_data(name) for name in {network.data for network in grid.networks}}
    jobs = [(network, seed) for network in grid.networks for seed in grid.seeds]
    for count, (network, seed) in enumerate(jobs, start=1):
        if (network, seed) in done:
            continue
        profile = train(network, seed, data=datasets[network.data], record=grid.record).profile
        _append(part, [",".join(row.values()) for row in table_rows(profile)])
        if progress is not None:
            progress(GridProgress(count, len(jobs), profile.name, seed))
    about = _about(grid, path, {dataset.source: dataset.licence for dataset in datasets.values()})
    io.write_json(io.companion(path), about, force=True)
    part.replace(path)
    return read_network_table(path)


def _resume(grid: Grid, part: Path) -> set[tuple[NetworkSettings, int]]:
    """What the part file holds already; it is made, or cut back to whole trainings."""
    depths = {network.depth for network in grid.networks}
    if len(depths) != 1:
        raise BadInputError(f"grid {grid.name!r}: networks of different depth do not fit in one table")
    header = _header(depths.pop(), epochs=bool(grid.record))
    lines = _whole_lines(grid, part, header)
    done: set[tuple[NetworkSettings, int]] = set()
    wanted = {(network, seed) for network in grid.networks for seed in grid.seeds}
    if len(lines) > 1:
        columns = zip(header, zip(*csv.reader(lines[1:]), strict=False), strict=False)
        for network in networks_of(io.Table(part, dict(columns))):
            done |= {(NetworkSettings(**network.settings), seed) for seed in network.seeds}
    for settings, seed in done - wanted:
        raise BadInputError(
            f"{part}: holds {settings.title}, seed {seed}, which is not in grid {grid.name!r}; remove "
            "the file or choose another name"
        )
    io.write_text(part, "".join(line + "\n" for line in lines), force=True)
    return done


def _header(depth: int, *, epochs: bool) -> list[str]:
    epoch = ["epoch"] if epochs else []
    return [*SETTING_COLUMNS, "seed", *epoch, *ACCURACY_COLUMNS, *(f"D_{layer}" for layer in range(depth + 1))]


def _whole_lines(grid: Grid, part: Path, header: Sequence[str]) -> list[str]:
    """Header and trainings of a part file that were written to their end; a kill can cut the last one."""
    if not part.exists():
        return [",".join(header)]
    lines = part.read_text(encoding="utf-8").split("\n")[:-1]
    if not lines or lines[0] != ",".join(header):
        raise BadInputError(f"{part}: not the part file of grid {grid.name!r}; remove it or choose another name")
    rows_each = max(1, len(grid.record))
    return lines[: 1 + (len(lines) - 1) // rows_each * rows_each]


def _append(part: Path, lines: Sequence[str]) -> None:
    try:
        with part.open("a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FailedError(f"{part}: cannot be written: {error}") from error


def _about(grid: Grid, path: Path, sources: Mapping[str, str]) -> dict[str, Any]:
    command = f"ruler network train --grid {grid.name} -o {path.name}"
    return {"grid": grid.name, "title": grid.title, **about_training(command, grid.seeds, sources)}
