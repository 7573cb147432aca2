"""Networks in files: features or loads of the user's, layer tables, and tables of trained networks.

A table of trained networks has one row a training, with every setting and D of every layer. Beside
it is a .json file of the same name, which holds the command that made it, versions, and source and
licence of the data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler import io
from ruler.errors import BadInputError, naming
from ruler.networks.profile import LayerProfile, join_seeds, numbered_layers, profile_from_loads, trained_profile
from ruler.networks.separation import SEPARATIONS, Separation
from ruler.networks.separation import separation as separation_of
from ruler.networks.settings import NetworkSettings, make_settings
from ruler.text import check_known, count, nearest, suggest

FEATURES_ENDING = ".npz"
TABLE_ENDINGS = tuple(ending for ending in io.FORMATS if ending != FEATURES_ENDING)
LABELS_KEY = "labels"
SETTING_COLUMNS = tuple(NetworkSettings.model_fields)
ACCURACY_COLUMNS = ("train_accuracy", "test_accuracy")
# Of a recorded training: steps done, and seconds since its beginning.
STEP_COLUMN, TIME_COLUMN = "step", "time_s"
DECIMALS = 6


def read_networks(path: str | Path, separation: Separation = "trace-ratio") -> list[LayerProfile]:
    """The networks of any file this program reads.

    Args:
        path: features (see `read_features`), a table of trained networks (`read_network_table`) or
            one with a row a layer (`read_layer_table`).
        separation: how D is computed from features; a table brings its own D or loads.

    Returns:
        One profile for each network.

    Raises:
        BadInputError: the file is missing, of another kind, or not as described.
        MissingExtraError: the library that its format needs is missing.
    """
    path = Path(path)
    if path.suffix.lower() == FEATURES_ENDING:
        return [read_features(path, separation)]
    return read_network_table(path) if "D_0" in io.column_names(path) else [read_layer_table(path)]


def is_network_file(path: str | Path) -> bool:
    """Whether a file holds networks by its columns: features, layers or trainings; no damaged one does."""
    path = Path(path)
    if path.suffix.lower() not in io.FORMATS or not io.is_file(path):
        return False
    names = set(io.column_names(path))
    features = path.suffix.lower() == FEATURES_ENDING and LABELS_KEY in names
    return features or "D_0" in names or ("layer" in names and not names.isdisjoint({"D", "load"}))


def read_features(path: str | Path, separation: Separation = "trace-ratio") -> LayerProfile:
    """Measure a network from its features, saved with `numpy.savez(file, labels=..., input=..., ...)`.

    Args:
        path: `.npz` with `labels`, shape (samples,), and one array for the input and each layer,
            shape (samples, ...), in the order in which they were saved. The first is the input,
            D_0; leave out the network's output layer.
        separation: one of `SEPARATIONS`.

    Returns:
        The profile, named after the file; layers are named after the arrays.

    Raises:
        BadInputError: not such a file, or features that cannot be measured, naming the array.
    """
    check_known("separation", separation, SEPARATIONS)
    path = io.existing(path)
    try:
        arrays = dict(io.read(path, endings=(FEATURES_ENDING,)).columns)
    except BadInputError as error:
        raise BadInputError(f"{error}; features are plain numeric arrays, written with numpy.savez") from None
    if LABELS_KEY not in arrays:
        raise BadInputError(f"{path}: array 'labels' is missing; {suggest(LABELS_KEY, arrays, 'it has')}")
    labels = arrays.pop(LABELS_KEY)
    if len(arrays) < 2:
        layers = count(len(arrays), "layer")
        raise BadInputError(f"{path}: features of {layers}; 'labels', the input and at least one layer are needed")
    values = []
    for key, features in arrays.items():
        with naming(f"{path}: array {key!r}"):
            values.append(separation_of(features, labels, separation))
    return LayerProfile(path.stem, tuple(arrays)[1:], np.array([values]), measure=separation)


# Tables with a row a layer


def read_layer_table(path: str | Path) -> LayerProfile:
    """A network from a table with one row a layer.

    Args:
        path: one of `TABLE_ENDINGS`, with columns `layer` and `D` (layers 0, 1, ..., where 0 is the
            input) or `layer` and `load` (layers 1, 2, ...), and `seed` if there are several.
            D wins when both are there; other columns are not read.

    Returns:
        The profile, named after the file; `absolute` is False when only loads were given.

    Raises:
        BadInputError: a column or layer is missing, or a cell is not a number.
        MissingExtraError: the library that its format needs is missing.
    """
    table = _with_rows(io.read(path, endings=TABLE_ENDINGS, meta=False))
    table.column("layer")
    name = table.path.stem
    if "D" not in table.columns and "load" in table.columns:
        seeds, loads = _by_seed(table, "load", 1)
        return profile_from_loads(loads, name, seeds=seeds)
    if "D" not in table.columns:
        raise BadInputError(
            f"{path}: neither column 'D' (separation, layers from 0 = input) nor 'load' (layers from 1); "
            f"it has {', '.join(table.columns)}"
        )
    seeds, values = _by_seed(table, "D", 0)
    if values.shape[1] < 2:
        raise BadInputError(f"{path}: only layer 0, the input; at least one layer after it is needed")
    return LayerProfile(name, numbered_layers(values.shape[1] - 1), values, seeds)


def write_layer_table(profile: LayerProfile, path: str | Path, *, force: bool = False) -> None:
    """Write a profile as a table that `read_layer_table` reads back exactly.

    Args:
        profile: what to write: columns `seed`, `layer` (0 = input) and `D`.
        path: ends in one of `TABLE_ENDINGS`.
        force: replace an existing file.

    Raises:
        BadInputError: another ending, or the file exists.
        FailedError: it cannot be written.
        MissingExtraError: the library that its format needs is missing.
    """
    path = io.check(path, force, TABLE_ENDINGS, "a layer table")
    layers = profile.depth + 1
    columns: dict[str, Sequence[Any]] = {
        "seed": [seed for seed in profile.seeds for _ in range(layers)],
        "layer": list(range(layers)) * len(profile.seeds),
        "D": profile.separation.ravel().tolist(),
    }
    io.write(path, columns, force=force)


def _with_rows(table: io.Table) -> io.Table:
    if not table.rows:
        raise BadInputError(f"{table.path}: the table has no rows")
    return table


def _by_seed(table: io.Table, key: str, first: int) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """The values of `key` as (seeds, layers), every seed with the same layers without gaps."""
    found: dict[int, dict[int, float]] = {}
    for row in range(table.rows):
        seed = table.whole("seed", row) if "seed" in table.columns else 0
        layer = table.whole("layer", row)
        layers = found.setdefault(seed, {})
        if layer in layers:
            raise BadInputError(f"{table.place(row)}, column 'layer': layer {layer} of seed {seed} was there before")
        layers[layer] = table.number(key, row)
    wanted = range(first, first + max(len(layers) for layers in found.values()))
    for seed, layers in found.items():
        missing = [layer for layer in wanted if layer not in layers]
        if missing:
            raise BadInputError(
                f"{table.path}: layer {missing[0]} of seed {seed} is missing; column {key!r} needs layers "
                f"{wanted[0]} to {wanted[-1]}"
            )
    return tuple(found), np.array([[layers[layer] for layer in wanted] for layers in found.values()])


# Tables of trained networks


def table_rows(profile: LayerProfile) -> list[dict[str, str]]:
    """The rows of a trained network: one a seed, or one a seed and recorded epoch.

    Args:
        profile: from `train` or `train_seeds`.

    Returns:
        Column to cell: the settings, `seed`, `epoch` if epochs were recorded, accuracies (with
        epochs in the last row only), D_0 (input) to D_<depth>.

    Raises:
        BadInputError: it has no settings or accuracies: not a network trained here.
    """
    if set(profile.settings) != set(SETTING_COLUMNS) or profile.accuracy is None or profile.test_accuracy is None:
        raise BadInputError(f"network {profile.name!r}: only networks trained by this program go into such a table")
    settings = {key: str(profile.settings[key]) for key in SETTING_COLUMNS}
    rows = []
    for place, seed in enumerate(profile.seeds):
        accuracies = (_rounded(values[place]) for values in (profile.accuracy, profile.test_accuracy))
        known = dict(zip(ACCURACY_COLUMNS, accuracies, strict=True))
        start = {**settings, "seed": str(seed)}
        if profile.history is None:
            rows.append({**start, **known, **_separation_cells(profile.separation[place])})
            continue
        for epoch, values in zip(profile.epochs, profile.history[place], strict=True):
            shown = known if epoch == profile.epochs[-1] else dict.fromkeys(ACCURACY_COLUMNS, "")
            rows.append({**start, "epoch": str(epoch), **shown, **_separation_cells(values)})
    return rows


def write_network_table(
    profile: LayerProfile, path: str | Path, about: Mapping[str, Any], *, force: bool = False
) -> None:
    """Write a trained network as a table of the same form as the shipped ones.

    Args:
        profile: from `train` or `train_seeds`.
        path: .csv file; a .json file of the same name is written beside it.
        about: for the .json file, from `ruler.networks.about_training`.
        force: replace existing files.

    Raises:
        BadInputError: another ending, an existing file, or a network not trained here.
        FailedError: it cannot be written.
    """
    write_rows(table_rows(profile), path, about, force=force)


def write_rows(
    rows: Sequence[Mapping[str, str]], path: str | Path, about: Mapping[str, Any], *, force: bool = False
) -> None:
    """`write_network_table` for rows of any number of networks of one depth, each from `table_rows`."""
    path = io.check_table(path, force, (".csv",), "a table of networks")
    io.write(path, {key: [row[key] for row in rows] for key in rows[0]}, about, force)


def read_companion(path: str | Path) -> dict[str, Any]:
    """What is known about a table: its .json file, or nothing if there is none.

    Raises:
        BadInputError: it is there but cannot be read.
    """
    file = io.companion(Path(path))
    return io.read_json(file) if file.exists() else {}


def read_network_table(path: str | Path) -> list[LayerProfile]:
    """All networks of a table, seeds of the same settings joined.

    Args:
        path: the file; its .json beside it gives the command, if it is there.

    Returns:
        One profile for each settings, in the order of the file.

    Raises:
        BadInputError: a column is missing, a cell is wrong, or a network is there twice.
    """
    table = _with_rows(io.read(path, endings=TABLE_ENDINGS))
    depth = _depth(table)
    if STEP_COLUMN in table.columns:
        return [_recorded(table, depth)]
    _refuse_misspelt(table, depth)
    runs: dict[NetworkSettings, dict[int, list[int]]] = {}
    for row in range(table.rows):
        seeds = runs.setdefault(_settings(table, row, depth), {})
        seeds.setdefault(table.whole("seed", row), []).append(row)
    command = str((table.meta or {}).get("command", ""))
    return [
        replace(join_seeds([_training(table, settings, seed, rows) for seed, rows in seeds.items()]), command=command)
        for settings, seeds in runs.items()
    ]


def _rounded(value: float) -> str:
    return f"{value:.{DECIMALS}f}"


def separation_columns(depth: int) -> list[str]:
    """The columns of D of a network with so many layers, the input first."""
    return [f"D_{layer}" for layer in range(depth + 1)]


def _separation_cells(values: Sequence[float] | NDArray[np.float64]) -> dict[str, str]:
    return dict(zip(separation_columns(len(values) - 1), map(_rounded, values), strict=True))


def _depth(table: io.Table) -> int:
    depth = 0
    while f"D_{depth + 1}" in table.columns:
        depth += 1
    if depth == 0:
        raise BadInputError(
            f"{table.path}: columns 'D_0', 'D_1', ... are missing: not a table of trained networks; it has "
            f"{', '.join(table.columns)}"
        )
    return depth


def _refuse_misspelt(table: io.Table, depth: int) -> None:
    """A setting without a column has its default, but not when its column only has another name."""
    known = {*SETTING_COLUMNS, *ACCURACY_COLUMNS, "seed", "epoch", *(f"D_{layer}" for layer in range(depth + 1))}
    strange = [name for name in table.columns if name not in known]
    for key in SETTING_COLUMNS:
        if key not in table.columns and nearest(key, strange):
            table.column(key)


def _settings(table: io.Table, row: int, depth: int) -> NetworkSettings:
    cells = {key: str(table.columns[key][row]) for key in SETTING_COLUMNS if key in table.columns}
    settings = make_settings(cells, f"{table.place(row)}, column", text=True)
    if settings.depth != depth:
        raise BadInputError(
            f"{table.place(row)}, column 'depth': {settings.depth}, but there are columns D_0 to D_{depth}"
        )
    return settings


def _recorded(table: io.Table, depth: int) -> LayerProfile:
    """A training as `LoadRecorder` writes it: one row a recorded step."""
    about = table.meta or {}
    names = about.get("layers")
    rows = range(table.rows)
    steps = tuple(table.whole(STEP_COLUMN, row) for row in rows)
    if list(steps) != sorted(set(steps)):
        raise BadInputError(f"{table.path}, column '{STEP_COLUMN}': steps of a training must rise")
    history = np.array([[table.number(key, row) for key in separation_columns(depth)] for row in rows])
    known = ACCURACY_COLUMNS[0] in table.columns and bool(str(table.columns[ACCURACY_COLUMNS[0]][rows[-1]]))
    return LayerProfile(
        table.path.stem,
        tuple(map(str, names)) if isinstance(names, list) and len(names) == depth else numbered_layers(depth),
        history[-1:],
        (table.whole("seed", 0) if "seed" in table.columns else 0,),
        measure=str(about.get("measure", "trace-ratio")),
        accuracy=np.array([table.number(ACCURACY_COLUMNS[0], rows[-1])]) if known else None,
        epochs=steps,
        moments="step",
        history=history[None],
    )


def _training(table: io.Table, settings: NetworkSettings, seed: int, rows: Sequence[int]) -> LayerProfile:
    values = np.array([[table.number(f"D_{layer}", row) for layer in range(settings.depth + 1)] for row in rows])
    accuracy, test_accuracy = (np.array([table.number(key, rows[-1])]) for key in ACCURACY_COLUMNS)
    epochs: tuple[int, ...] = ()
    if "epoch" in table.columns:
        epochs = tuple(table.whole("epoch", row) for row in rows)
        if list(epochs) != sorted(set(epochs)):
            raise BadInputError(f"{table.place(rows[-1])}, column 'epoch': epochs of a training must rise")
    elif len(rows) > 1:
        raise BadInputError(f"{table.place(rows[1])}, column 'seed': seed {seed} of {settings.title} was there before")
    history = values[None] if epochs else None
    known = {
        "accuracy": accuracy,
        "test_accuracy": test_accuracy,
        "epochs": epochs,
        "history": history,
        "measure": str((table.meta or {}).get("measure", "trace-ratio")),
    }
    return trained_profile(settings, values[-1:], seed, **known)
