"""A phase diagram as data: a grid of load curves, of a ruler, a spring-block chain or networks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ruler import io
from ruler.analysis.loads import DEFAULT_SHADE, LOAD_MEASURES, center_of_load, load_curve, share_rows
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks import LayerProfile, NetworkSettings, open_networks, setting_words, shipped_tables
from ruler.shipped import shipped
from ruler.sweeps.cells import FOLDER, shipped_sweeps
from ruler.sweeps.jobs import COMPLETE, INACCURATE, KINDS
from ruler.sweeps.networks import NETWORKS
from ruler.sweeps.store import TABLE
from ruler.text import suggest

# Values above 0 that span more than this factor are taken by their logarithm.
LOGARITHMIC = 30.0


@dataclass(frozen=True)
class DiagramAxis:
    """An axis of the diagram.

    Attributes:
        column: its name.
        label: for people, with the unit.
        values: in order; up and to the right.
    """

    column: str
    label: str
    values: tuple[Any, ...]

    def positions_on(self, scale: "DiagramAxis") -> Floats:
        """Where the values lie on the scale of another axis, or on the own one if that is of another kind.

        By size where they are numbers; by the logarithm where all are above 0 and span more than
        `LOGARITHMIC`; else evenly. Falling values (alpha) are counted from the first.

        Returns:
            Shape (values,); 0 and 1 are the ends of the scale, values beyond them are below 0 or above 1.
        """
        scale = scale if scale.column == self.column else self
        numbers = all(isinstance(value, (int, float)) for value in (*self.values, *scale.values))
        if len(scale.values) < 2 or not numbers:
            return np.linspace(0.0, 1.0, len(self.values))
        own, at = (np.asarray(each.values, dtype=np.float64) for each in (self, scale))
        if min(at.min(), own.min()) > 0.0 and at.max() / at.min() > LOGARITHMIC:
            own, at = np.log(own), np.log(at)
        return np.asarray((own - at[0]) / (at[-1] - at[0]))


@dataclass(frozen=True, eq=False)
class DiagramCell:
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
        mean = self.loads.mean(axis=0, keepdims=True) if len(self.loads) else self.loads
        return next(iter(_curves(mean)), None)

    @cached_property
    def seed_curves(self) -> Floats:
        """Load curve of each seed that has one, shape (seeds, layers + 1)."""
        return _curves(self.loads)

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
        cells: by place on `up` and place on `right`; some may be missing.
        third: of a sweep with three axes, column and value of the third, such as ("tilt", 11.54).
        failed: runs that failed and are left out.
        inaccurate: runs whose numbers are not to be relied on (their trust is poor), left out too.
        poor: how many these are at each place that has some.
    """

    name: str
    title: str
    kind: str
    up: DiagramAxis
    right: DiagramAxis
    cells: Mapping[tuple[int, int], DiagramCell]
    third: tuple[str, Any] | None = None
    failed: int = 0
    inaccurate: int = 0
    poor: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def left_out(self) -> str:
        """What is left out, in words, such as "2 failed and 1 inaccurate runs"; empty if nothing is."""
        counts = {"failed": self.failed, "inaccurate": self.inaccurate}
        words = " and ".join(f"{count} {what}" for what, count in counts.items() if count)
        return words and f"{words} run{'' if self.failed + self.inaccurate == 1 else 's'}"

    @property
    def shade(self) -> str:
        """Column that shades it unless another is asked for."""
        return "test_accuracy" if self.kind == "network" and "test_accuracy" in self.columns else DEFAULT_SHADE

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of numbers."""
        return tuple(dict.fromkeys(name for cell in self.cells.values() for name in cell.numbers))


def _curves(loads: Floats) -> Floats:
    """Load curves of the rows that have one; layers that undo more than they do have none."""
    shares = share_rows(loads)
    return load_curve(shares[np.isfinite(shares).all(axis=1) & (loads.sum(axis=1) > 0.0)])


def open_diagram(source: str) -> Diagram:
    """The one diagram of a sweep along one or two axes, or of a table of networks; see `open_diagrams`.

    Raises:
        BadInputError: there is no such table, or it is no grid along one or two axes.
    """
    first, *others = open_diagrams(source)
    if others:
        raise BadInputError(f"{source}: has {len(others) + 1} diagrams, one for each {first.third and first.third[0]}")
    return first


def open_diagrams(source: str) -> list[Diagram]:
    """The diagrams of a sweep, one for each value of its third axis if it has three, or that of a table of networks.

    Args:
        source: folder of a sweep, its table (.csv with its .json), a table of networks, or the name
            of a shipped one of either.

    Raises:
        BadInputError: there is no such table, or it is no grid along one to three axes.
    """
    path = Path(source)
    if io.is_folder(path):
        return _sweep_diagrams(path / TABLE)
    if path.suffix == ".csv":
        of_sweep = "cell" in io.column_names(path)[:1] or _is_sweep(path)
        return _sweep_diagrams(path) if of_sweep else [network_diagram(open_networks(source), path.stem)]
    if source in shipped_tables():
        return [network_diagram(open_networks(source), source)]
    table = shipped("assets") / FOLDER / f"{source}.csv"
    if source in shipped_sweeps() and table.is_file():
        return _sweep_diagrams(table)
    hint = suggest(source, [*shipped_sweeps(), *shipped_tables()], "the shipped ones are:")
    raise BadInputError(f"{source}: is no folder of a sweep and no table; {hint}")


def _is_sweep(path: Path) -> bool:
    about = io.companion(path)
    return about.is_file() and "axes" in io.read_json(about)


def _sweep_diagrams(path: Path) -> list[Diagram]:
    if not io.is_file(path):
        raise BadInputError(f"{path}: there is no such table; make one with: ruler sweep")
    about_file = io.companion(path)
    about = io.read_json(about_file)
    axes, kind = about.get("axes"), about.get("kind")
    if not isinstance(axes, list) or kind not in KINDS:
        raise BadInputError(f"{about_file}: does not describe a sweep")
    table = io.read(path)
    rows = range(table.rows)
    if not any(_is_sound(table, row) for row in rows):
        inaccurate = list(table.column("status")).count(INACCURATE)
        raise BadInputError(
            f"{path}: has no complete run yet" + (f", only {inaccurate} inaccurate" if inaccurate else "")
        )
    title, name = str(about.get("title", path.stem)), str(about.get("name", path.stem))
    try:
        if kind == "network":
            labels = {axis["column"]: axis["label"] for axis in axes if axis["label"] != axis["column"]}
            tables = sorted(path.parent.glob(f"{NETWORKS}*.csv"))
            networks = [network for each in tables for network in open_networks(str(each))]
            return [_with_left_out(replace(network_diagram(networks, name, labels), title=title), table, rows)]
        if not 1 <= len(axes) <= 3:
            raise BadInputError(f"{path}: a phase diagram has one to three axes; this sweep has {len(axes)}")
        up, right = _up_and_right([_axis(axis) for axis in axes[:2]])
        thirds = [_axis(axis) for axis in axes[2:]]
    except (KeyError, TypeError, AttributeError):
        raise BadInputError(f"{about_file}: its axes are not those of a sweep") from None
    whole = Diagram(name, title, kind, up, right, {})
    if not thirds:
        return [_filled(whole, table, rows)]
    (third,) = thirds
    groups: list[list[int]] = [[] for _ in third.values]
    for row in rows:
        groups[_place(third, table, row)].append(row)
    return [
        _filled(replace(whole, title=f"{title}\n{third.label} = {value}", third=(third.column, value)), table, group)
        for value, group in zip(third.values, groups, strict=True)
    ]


def _is_sound(table: io.Table, row: int) -> bool:
    # A network may have nothing to share and yet be what it is.
    shared = "train_accuracy" in table.columns or table.column("share_1")[row]
    return bool(table.column("status")[row] == COMPLETE and shared)


def _with_left_out(diagram: Diagram, table: io.Table, rows: Sequence[int]) -> Diagram:
    """The diagram with how many runs of some rows failed, and how many are inaccurate."""
    inaccurate = sum(table.column("status")[row] == INACCURATE for row in rows)
    failed = sum(not _is_sound(table, row) for row in rows) - inaccurate
    return replace(diagram, failed=failed, inaccurate=inaccurate)


def _filled(diagram: Diagram, table: io.Table, rows: Sequence[int]) -> Diagram:
    """The diagram with the cells of some rows of its table."""
    groups: dict[tuple[int, int], list[int]] = {}
    poor: Counter[tuple[int, int]] = Counter()
    for row in rows:
        place = _place(diagram.up, table, row), _place(diagram.right, table, row)
        if _is_sound(table, row):
            groups.setdefault(place, []).append(row)
        elif table.column("status")[row] == INACCURATE:
            poor[place] += 1
    cells = {place: _sweep_cell(table, group) for place, group in groups.items()}
    return _with_left_out(replace(diagram, cells=cells, poor=poor), table, rows)


def _up_and_right(axes: Sequence[DiagramAxis]) -> tuple[DiagramAxis, DiagramAxis]:
    """One axis alone goes to the right."""
    return (axes[0], axes[1]) if len(axes) == 2 else (DiagramAxis("", "", ("",)), axes[0])


def _axis(axis: Mapping[str, Any]) -> DiagramAxis:
    values = list(axis["values"])
    if all(isinstance(value, (int, float)) for value in values):
        values.sort()
    unit = f" ({axis['unit']})" if axis.get("unit") else ""
    return DiagramAxis(str(axis["column"]), f"{axis['label']}{unit}", tuple(values))


def _place(axis: DiagramAxis, table: io.Table, row: int) -> int:
    """Where on the axis a row lies."""
    if not axis.column:
        return 0
    text = table.column(axis.column)[row]
    for i, value in enumerate(axis.values):
        if text == str(value) or (io.is_number(text) and isinstance(value, (int, float)) and float(text) == value):
            return i
    raise BadInputError(f"{table.path}: {axis.column} = {text!r} is not on the axis; the table was changed")


def _sweep_cell(table: io.Table, rows: Sequence[int]) -> DiagramCell:
    # Columns of layers that this cell does not have are empty.
    shares = [name for name, column in table.columns.items() if name.startswith("share_") and column[rows[0]]]
    loads = np.array([[table.number(name, row) for name in shares] for row in rows])
    numbers = {}
    for name, column in table.columns.items():
        texts = [column[row] for row in rows]
        if name != "cell" and all(map(io.is_number, texts)):
            numbers[name] = float(np.mean([float(text) for text in texts]))
    return DiagramCell(loads, numbers)


def network_diagram(networks: Iterable[LayerProfile], name: str, labels: Mapping[str, str] | None = None) -> Diagram:
    """The diagram of a table of networks: nonlinearity up, the other setting to the right.

    Args:
        networks: all of one table, seeds joined.
        name: what the table is called.
        labels: what stands at the axes, by setting, where it is not the setting's own label.

    Raises:
        BadInputError: not one or two of their settings vary.
    """
    profiles = list(networks)
    varying = [key for key in NetworkSettings.model_fields if len({p.settings.get(key) for p in profiles}) > 1]
    if not 1 <= len(varying) <= 2:
        what = ", ".join(varying) or "none"
        raise BadInputError(f"{name}: a phase diagram needs one or two settings that vary; here vary: {what}")
    varying.sort(key=lambda key: key != "alpha")
    up, right = _up_and_right([_network_axis(key, profiles, labels or {}) for key in varying])
    cells = {}
    for profile in profiles:
        place = [axis.values.index(profile.settings[axis.column]) if axis.column else 0 for axis in (up, right)]
        cells[place[0], place[1]] = DiagramCell(profile.seed_loads, _network_numbers(profile))
    return Diagram(name, f"Networks: {name}", "network", up, right, cells)


def _network_axis(key: str, profiles: Sequence[LayerProfile], labels: Mapping[str, str]) -> DiagramAxis:
    values = sorted({profile.settings[key] for profile in profiles}, key=lambda value: (isinstance(value, str), value))
    # Nonlinearity grows upwards, as friction does, and noise to the right: small batches have more.
    label = labels.get(key, setting_words(key)["label"])
    return DiagramAxis(key, label, tuple(values[::-1] if key in {"alpha", "batch_size"} else values))


def _network_numbers(profile: LayerProfile) -> dict[str, float]:
    numbers = {name: mean for name, mean in profile.mean_accuracies.items() if mean is not None}
    for column in LOAD_MEASURES:
        known = [getattr(measures, column) for measures in profile.seed_measures]
        if all(value is not None for value in known):
            numbers[column] = float(np.mean(known))
    return numbers
