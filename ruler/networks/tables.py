"""Tables of many trained networks: one row a training, with every setting and D of every layer.

A table is a .csv file with a .json file of the same name, which holds the command that made it,
versions, and source and licence of the data.
"""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ruler._version import __version__
from ruler.errors import BadInputError
from ruler.networks.files import Table, read_profile, read_table, refuse_existing, write_whole
from ruler.networks.optional import require
from ruler.networks.profile import LayerProfile, join_seeds
from ruler.networks.separation import Measure
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
    """The rows of a trained network: one a seed, or one a seed and recorded epoch.

    Args:
        profile: from `train` or `train_seeds`. With epochs, the accuracies are in the last row only.

    Raises:
        BadInputError: it has no settings or accuracies: not a network trained here.
    """
    if set(profile.settings) != set(SETTING_COLUMNS) or profile.accuracy is None or profile.test_accuracy is None:
        raise BadInputError(f"network {profile.name!r}: only networks trained by this program go into such a table")
    settings = [str(profile.settings[key]) for key in SETTING_COLUMNS]
    lines = []
    for place, seed in enumerate(profile.seeds):
        start = [*settings, str(seed)]
        accuracies = _rounded([profile.accuracy[place], profile.test_accuracy[place]])
        if profile.history is None:
            lines.append([*start, *accuracies, *_rounded(profile.separation[place])])
            continue
        for epoch, values in zip(profile.epochs, profile.history[place], strict=True):
            shown = accuracies if epoch == profile.epochs[-1] else ["", ""]
            lines.append([*start, str(epoch), *shown, *_rounded(values)])
    return [",".join(line) for line in lines]


def write_network_table(profile: LayerProfile, path: Path, about: Mapping[str, Any], *, force: bool = False) -> None:
    """Write a trained network as a table of the same form as the shipped ones.

    Args:
        profile: from `train` or `train_seeds`.
        path: .csv file; a .json file of the same name is written beside it.
        about: for the .json file, from `about_training`.
        force: replace existing files.

    Raises:
        BadInputError: another ending, an existing file, or a network not trained here.
        FailedError: it cannot be written.
    """
    if path.suffix != ".csv":
        raise BadInputError(f"{path}: a table of networks is a .csv file")
    refuse_existing(path, force=force)
    refuse_existing(companion(path), force=force)
    header = ",".join(table_header(profile.depth, epochs=profile.history is not None))
    content = "".join(line + "\n" for line in (header, *table_lines(profile)))
    write_companion(path, about, force=force)
    write_whole(path, content.encode(), force=force)


def about_training(command: str, seeds: Sequence[int], sources: Mapping[str, str]) -> dict[str, Any]:
    """What the .json file of a table says: how it was made, with what, from which data.

    Args:
        command: the command line.
        seeds: trained for every network.
        sources: source of every data set, to its licence.

    Raises:
        FailedError: torch or scikit-learn is missing.
    """
    return {
        "format": 1,
        "command": command,
        "columns": {
            "D_l": "log tr S_within - log tr S_between of the features after hidden layer l, nats; D_0 is "
            "the input after its batch norm; evaluation mode, training data",
            "load": "d_l = D_(l-1) - D_l",
            "train_accuracy, test_accuracy": "share of right answers, 0..1",
            "settings": "as in ruler.networks.NetworkSettings, which gives the units",
        },
        "note": "A network with a low train_accuracy has not learned its task; its loads say little.",
        "measure": "trace-ratio",
        "seeds": list(seeds),
        "data": [{"source": source, "licence": licence} for source, licence in sources.items()],
        "versions": {
            "folding-ruler": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": str(require("torch", "networks", "training a network").__version__),
            "scikit-learn": str(require("sklearn", "networks", "training a network").__version__),
        },
    }


def read_networks(path: Path, measure: Measure = "trace-ratio") -> list[LayerProfile]:
    """The networks of any file this program reads: a table of networks, or one network.

    Args:
        path: a .csv of trained networks, or what `read_profile` reads.
        measure: how D is computed from features; a table brings its own.

    Raises:
        BadInputError, FailedError: as `read_network_table` and `read_profile`.
    """
    path = Path(path)
    if path.suffix == ".csv" and "D_0" in read_table(path).columns:
        return read_network_table(path)
    return [read_profile(path, measure)]


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


def _training(table: Table, settings: NetworkSettings, seed: int, rows: Sequence[int], depth: int) -> LayerProfile:
    values = [[table.number(f"D_{layer}", row) for layer in range(depth + 1)] for row in rows]
    accuracy, test_accuracy = (np.array([table.number(key, rows[-1])]) for key in ACCURACY_COLUMNS)
    epochs: tuple[int, ...] = ()
    if "epoch" in table.columns:
        epochs = tuple(table.whole("epoch", row) for row in rows)
        if list(epochs) != sorted(set(epochs)):
            raise BadInputError(f"{table.place(rows[-1])}, column 'epoch': epochs of a training must rise")
    elif len(rows) > 1:
        raise BadInputError(f"{table.place(rows[1])}, column 'seed': seed {seed} of {settings.title} was there before")
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
