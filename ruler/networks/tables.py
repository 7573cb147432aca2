"""Tables of many trained networks: one row a training, with every setting and D of every layer.

A table is a .csv file with a .json file of the same name, which holds the command that made it,
versions, and source and licence of the data.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ruler.errors import BadInputError
from ruler.networks.files import Table, read_table, write_whole
from ruler.networks.profile import LayerProfile, join_seeds
from ruler.networks.settings import NetworkSettings, make_settings

SETTING_COLUMNS = tuple(NetworkSettings.model_fields)
ACCURACY_COLUMNS = ("train_accuracy", "test_accuracy")
DECIMALS = 6


def table_header(depth: int, *, epochs: bool) -> list[str]:
    """Columns of a table of networks with `depth` hidden layers.

    Args:
        depth: hidden layers; D_0 (input) to D_<depth> are the last columns.
        epochs: with a column `epoch`, several rows a training.
    """
    epoch = ["epoch"] if epochs else []
    return [
        *SETTING_COLUMNS,
        "seed",
        *epoch,
        *ACCURACY_COLUMNS,
        *(f"D_{layer}" for layer in range(depth + 1)),
    ]


def table_lines(profile: LayerProfile) -> list[str]:
    """The rows of one training: one, or one for each recorded epoch.

    Args:
        profile: of one seed, from `train`. With epochs, the accuracies are in the last row only.
    """
    settings = [str(profile.settings[key]) for key in SETTING_COLUMNS]
    start = [*settings, str(profile.seeds[0])]
    accuracies = [
        _rounded([values[0]])[0] for values in (profile.accuracy, profile.test_accuracy) if values is not None
    ]
    if profile.history is None:
        return [",".join([*start, *accuracies, *_rounded(profile.separation[0])])]
    last = len(profile.epochs) - 1
    return [
        ",".join([*start, str(epoch), *(accuracies if place == last else ["", ""]), *_rounded(values)])
        for place, (epoch, values) in enumerate(zip(profile.epochs, profile.history[0], strict=True))
    ]


def read_network_table(path: Path) -> list[LayerProfile]:
    """All networks of a table, seeds of the same settings joined.

    Args:
        path: the .csv file; its .json beside it gives the command, if it is there.

    Returns:
        One profile for each settings, in the order of the file.

    Raises:
        BadInputError: a column is missing, a cell is wrong, or a network is there twice.
    """
    path = Path(path)
    command = str(read_companion(path).get("command", ""))
    return join_networks(read_trainings(path), command)


def read_trainings(path: Path) -> list[LayerProfile]:
    """Every training of a table on its own: one profile for each settings and seed.

    Raises:
        BadInputError: as for `read_network_table`.
    """
    table = read_table(path)
    depth = _depth(table)
    for column in table_header(depth, epochs="epoch" in table.columns):
        table.column(column)
    runs: dict[tuple[NetworkSettings, int], list[int]] = {}
    for row in range(table.rows):
        runs.setdefault((_settings(table, row, depth), table.whole("seed", row)), []).append(row)
    return [_training(table, settings, seed, rows, depth) for (settings, seed), rows in runs.items()]


def join_networks(trainings: Iterable[LayerProfile], command: str = "") -> list[LayerProfile]:
    """Trainings with the same settings as one profile with a seeds axis each."""
    groups: dict[NetworkSettings, list[LayerProfile]] = {}
    for training in trainings:
        groups.setdefault(make_settings(training.settings), []).append(training)
    return [replace(join_seeds(group), command=command) for group in groups.values()]


def companion(path: Path) -> Path:
    """The .json file that belongs to a table."""
    return path.with_suffix(".json")


def read_companion(path: Path) -> dict[str, Any]:
    """What is known about a table: its .json file, or nothing if there is none.

    Raises:
        BadInputError: it is there but cannot be read.
    """
    file = companion(path)
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"{file}: not a readable JSON file: {error}") from error
    if not isinstance(content, dict):
        raise BadInputError(f"{file}: a JSON object is needed, not {type(content).__name__}")
    return content


def write_companion(path: Path, content: Mapping[str, Any], *, force: bool) -> None:
    """Write the .json file of a table."""
    write_whole(companion(path), (json.dumps(content, indent=2) + "\n").encode(), force=force)


def _rounded(values: Sequence[float] | np.ndarray[Any, Any]) -> list[str]:
    return [f"{float(value):.{DECIMALS}f}" for value in values]


def _depth(table: Table) -> int:
    depth = 0
    while f"D_{depth + 1}" in table.columns:
        depth += 1
    if depth == 0:
        raise BadInputError(
            f"{table.path}: columns 'D_0', 'D_1', ... are missing: not a table of trained networks; it has "
            f"{', '.join(table.columns)}"
        )
    return depth


def _settings(table: Table, row: int, depth: int) -> NetworkSettings:
    settings = make_settings(
        {key: _cell(table, key, row) for key in SETTING_COLUMNS}, where=f"{table.place(row)}, column"
    )
    if settings.depth != depth:
        raise BadInputError(
            f"{table.place(row)}, column 'depth': {settings.depth}, but there are columns D_0 to D_{depth}"
        )
    return settings


def _cell(table: Table, key: str, row: int) -> Any:
    """A cell as the type its setting has; text that does not fit is left for the settings to refuse."""
    text = str(table.column(key)[row])
    if text in {"True", "False"}:
        return text == "True"
    default = NetworkSettings.model_fields[key].default
    try:
        return float(text) if isinstance(default, float) else int(text)
    except ValueError:
        return text


def _training(
    table: Table, settings: NetworkSettings, seed: int, rows: Sequence[int], depth: int
) -> LayerProfile:
    values = [[table.number(f"D_{layer}", row) for layer in range(depth + 1)] for row in rows]
    accuracy, test_accuracy = (np.array([table.number(key, rows[-1])]) for key in ACCURACY_COLUMNS)
    epochs: tuple[int, ...] = ()
    if "epoch" in table.columns:
        epochs = tuple(table.whole("epoch", row) for row in rows)
        if list(epochs) != sorted(set(epochs)):
            raise BadInputError(f"{table.place(rows[-1])}, column 'epoch': epochs of a training must rise")
    elif len(rows) > 1:
        raise BadInputError(
            f"{table.place(rows[1])}, column 'seed': seed {seed} of {settings.title} was there before"
        )
    return LayerProfile(
        name=settings.title,
        layers=settings.layer_names,
        separation=np.array(values[-1:]),
        seeds=(seed,),
        accuracy=accuracy,
        test_accuracy=test_accuracy,
        settings=settings.model_dump(),
        epochs=epochs,
        history=np.array([values]) if epochs else None,
    )
