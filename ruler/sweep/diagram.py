"""A phase diagram as data: a grid of load curves, of a ruler, a spring-block chain or networks."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.analysis.loads import center_of_load, load_curve, load_shares
from ruler.errors import BadInputError
from ruler.networks import LayerProfile, NetworkSettings, open_networks, shipped_tables
from ruler.shipped import shipped
from ruler.sweep.cells import FOLDER, shipped_sweeps
from ruler.sweep.folder import TABLE, is_number, read_about

Floats = NDArray[np.float64]

# Values above 0 that span more than this factor are taken by their logarithm.
LOGARITHMIC = 30.0

NETWORK_LABELS = {
    "alpha": "slope below nought, alpha (1 = linear, 0 = ReLU)",
    "dropout": "dropout",
    "learning_rate": "learning rate",
    "label_noise": "label noise",
    "data_noise": "data noise",
    "batch_size": "batch size",
}


@dataclass(frozen=True)
class Direction:
    """An axis of the diagram.

    Attributes:
        column: its name.
        label: for people, with the unit.
        values: in order; up and to the right.
    """

    column: str
    label: str
    values: tuple[Any, ...]

    @cached_property
    def positions(self) -> Floats:
        """Where the values lie between 0 and 1, shape (values,), rising.

        By size where they are numbers; by the logarithm where all are above 0 and span more than
        `LOGARITHMIC`; else evenly. Falling values (alpha) are counted from the first.
        """
        return self.positions_on(self)

    def positions_on(self, scale: "Direction") -> Floats:
        """Where the values lie on the scale of another direction of the same kind, shape (values,).

        0 and 1 are the ends of that one; values beyond them are below 0 or above 1.
        """
        numbers = all(isinstance(value, (int, float)) for value in (*self.values, *scale.values))
        if len(scale.values) < 2 or not numbers:
            return np.linspace(0.0, 1.0, len(self.values))
        own, at = (np.asarray(each.values, dtype=np.float64) for each in (self, scale))
        if min(at.min(), own.min()) > 0.0 and at.max() / at.min() > LOGARITHMIC:
            own, at = np.log(own), np.log(at)
        return np.asarray((own - at[0]) / (at[-1] - at[0]))


@dataclass(frozen=True, eq=False)
class Square:
    """One setting of the grid.

    Attributes:
        loads: shape (seeds, layers), from input to output; any unit, only shares count.
        numbers: mean over the seeds of every column of numbers.
    """

    loads: Floats
    numbers: Mapping[str, float]

    @cached_property
    def curve(self) -> Floats | None:
        """Load curve of the mean loads, shape (layers + 1,); None when there is nothing to share."""
        return _curve(self.loads.mean(axis=0)) if len(self.loads) else None

    @cached_property
    def seed_curves(self) -> Floats:
        """Load curve of each seed that has one, shape (seeds, layers + 1)."""
        curves = [curve for curve in map(_curve, self.loads) if curve is not None]
        return np.array(curves) if curves else np.empty((0, self.loads.shape[1] + 1))

    @property
    def center(self) -> float | None:
        """Centre of load of the mean loads."""
        return None if self.curve is None else center_of_load(-np.diff(self.curve))


@dataclass(frozen=True, eq=False)
class Diagram:
    """A grid of load curves.

    Attributes:
        name: what the table is called.
        title: one line.
        kind: "ruler", "spring-block" or "network".
        up: axis that plays the part of the friction (nonlinearity).
        right: axis that plays the part of the shaking (noise).
        squares: by place on `up` and place on `right`; some may be missing.
        failed: runs that failed and are left out.
    """

    name: str
    title: str
    kind: str
    up: Direction
    right: Direction
    squares: Mapping[tuple[int, int], Square]
    failed: int = 0

    @property
    def shade(self) -> str:
        """Column that shades it unless another is asked for."""
        return "test_accuracy" if self.kind == "network" and "test_accuracy" in self.columns else "unevenness"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of numbers."""
        return tuple(dict.fromkeys(name for square in self.squares.values() for name in square.numbers))


def _curve(loads: Floats) -> Floats | None:
    shares = load_shares(loads)
    return None if shares is None else load_curve(shares)


def open_diagram(source: str) -> Diagram:
    """The diagram of a sweep or of a table of networks.

    Args:
        source: folder of a sweep, its table (.csv with its .json), a table of networks, or the name
            of a shipped one of either.

    Raises:
        BadInputError: there is no such table, or it is no grid along one or two axes.
    """
    path = Path(source)
    if path.is_dir():
        return _sweep_diagram(path / TABLE)
    if path.suffix == ".csv":
        of_sweep = _header(path).startswith("cell,") or _is_sweep(path)
        return _sweep_diagram(path) if of_sweep else network_diagram(open_networks(source), path.stem)
    if source in shipped_sweeps():
        return _sweep_diagram(shipped("assets") / FOLDER / f"{source}.csv")
    if source in shipped_tables():
        return network_diagram(open_networks(source), source)
    raise BadInputError(
        f"{source}: is no folder of a sweep and no table; the shipped ones are: "
        f"{', '.join([*shipped_sweeps(), *shipped_tables()])}"
    )


def _header(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: cannot be read: {error}") from None


def _is_sweep(path: Path) -> bool:
    about = path.with_suffix(".json")
    return about.is_file() and "axes" in read_about(about)


def _sweep_diagram(path: Path) -> Diagram:
    if not path.is_file():
        raise BadInputError(f"{path}: there is no such table; make one with: ruler sweep")
    about = read_about(path.with_suffix(".json"))
    axes, kind = about.get("axes"), about.get("kind")
    if not isinstance(axes, list) or kind not in ("ruler", "spring-block"):
        raise BadInputError(f"{path.with_suffix('.json')}: does not describe a sweep")
    if not 1 <= len(axes) <= 2:
        raise BadInputError(f"{path}: a phase diagram has one or two axes; this sweep has {len(axes)}")
    rows = [row for row in _rows(path) if row.get("status")]
    sound = [row for row in rows if row["status"] == "complete" and row.get("share_1")]
    if not sound:
        raise BadInputError(f"{path}: has no complete run yet")
    try:
        directions = [_direction(axis) for axis in axes]
    except (KeyError, TypeError, AttributeError):
        raise BadInputError(f"{path.with_suffix('.json')}: its axes are not those of a sweep") from None
    up, right = directions if len(axes) == 2 else (Direction("", "", ("",)), directions[0])
    groups: dict[tuple[int, int], list[dict[str, str]]] = {}
    for row in sound:
        place = (_place(up, row, path), _place(right, row, path))
        groups.setdefault(place, []).append(row)
    squares = {place: _sweep_square(group) for place, group in groups.items()}
    title = str(about.get("title", path.stem))
    name = str(about.get("name", path.stem))
    return Diagram(name, title, str(kind), up, right, squares, len(rows) - len(sound))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, restkey="", restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(f"{path}: cannot be read: {error}") from None
    if any("" in row for row in rows):
        raise BadInputError(f"{path}: a row is longer than the header; the table was changed")
    return rows


def _direction(axis: Mapping[str, Any]) -> Direction:
    values = list(axis["values"])
    if all(isinstance(value, (int, float)) for value in values):
        values.sort()
    unit = f" ({axis['unit']})" if axis.get("unit") else ""
    return Direction(str(axis["column"]), f"{axis['label']}{unit}", tuple(values))


def _place(direction: Direction, row: Mapping[str, str], path: Path) -> int:
    """Where on the axis a row lies."""
    if not direction.column:
        return 0
    text = row.get(direction.column, "")
    for i, value in enumerate(direction.values):
        if text == str(value) or (is_number(text) and isinstance(value, (int, float)) and float(text) == value):
            return i
    raise BadInputError(f"{path}: {direction.column} = {text!r} is not on the axis; the table was changed")


def _sweep_square(rows: Sequence[Mapping[str, str]]) -> Square:
    layers = 0
    while rows[0].get(f"share_{layers + 1}"):
        layers += 1
    try:
        loads = np.array([[float(row[f"share_{i}"]) for i in range(1, layers + 1)] for row in rows])
    except ValueError:
        raise BadInputError(f"cell {rows[0].get('cell')}: a share is not a number; the table was changed") from None
    numbers = {
        name: float(np.mean([float(row[name]) for row in rows]))
        for name in rows[0]
        if name != "cell" and all(is_number(row[name] or "") for row in rows)
    }
    return Square(loads, numbers)


def network_diagram(networks: Iterable[LayerProfile], name: str) -> Diagram:
    """The diagram of a table of networks: nonlinearity up, the other setting to the right.

    Args:
        networks: all of one table, seeds joined.
        name: what the table is called.

    Raises:
        BadInputError: not one or two of their settings vary.
    """
    profiles = list(networks)
    varying = [key for key in NetworkSettings.model_fields if len({p.settings.get(key) for p in profiles}) > 1]
    if not 1 <= len(varying) <= 2:
        what = ", ".join(varying) or "none"
        raise BadInputError(f"{name}: a phase diagram needs one or two settings that vary; here vary: {what}")
    varying.sort(key=lambda key: key != "alpha")
    directions = [_network_direction(key, profiles) for key in varying]
    up, right = directions if len(varying) == 2 else (Direction("", "", ("",)), directions[0])
    squares = {}
    for profile in profiles:
        place = tuple(
            direction.values.index(profile.settings[direction.column]) if direction.column else 0
            for direction in (up, right)
        )
        squares[place[0], place[1]] = Square(profile.seed_loads, _network_numbers(profile))
    return Diagram(name, f"Networks: {name}", "network", up, right, squares)


def _network_direction(key: str, profiles: Sequence[LayerProfile]) -> Direction:
    values = sorted({profile.settings[key] for profile in profiles}, key=lambda value: (isinstance(value, str), value))
    # Nonlinearity grows upwards, as friction does.
    return Direction(key, NETWORK_LABELS.get(key, key), tuple(values[::-1] if key == "alpha" else values))


def _network_numbers(profile: LayerProfile) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for column, values in (("train_accuracy", profile.accuracy), ("test_accuracy", profile.test_accuracy)):
        if values is not None:
            numbers[column] = float(values.mean())
    for column in ("center_of_load", "unevenness", "curvature", "outer_share"):
        known = [getattr(measures, column) for measures in profile.seed_measures]
        if all(value is not None for value in known):
            numbers[column] = float(np.mean(known))
    return numbers
