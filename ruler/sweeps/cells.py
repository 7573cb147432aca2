"""From a sweep file to its cells, every one checked before anything runs."""

import copy
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ruler.errors import BadInputError, naming
from ruler.io import read_toml
from ruler.networks.data import WHERE_TO_GET
from ruler.networks.training import check_record
from ruler.scenario import find_scenario, paths, scenario_from_data, scenario_to_data, scenario_to_full_data
from ruler.scenario.messages import describe
from ruler.shipped import by_name, find, shipped
from ruler.sweeps.model import SpringBlock, Sweep, Training, is_number
from ruler.text import suggest
from ruler.theory import PRESETS

FOLDER = "sweeps"

Data = Mapping[str, Any]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Cell:
    """One setting of the grid.

    Attributes:
        number: from 0; the last axis counts quickest.
        values: value on each axis, by the axis's column.
        keys: value of each key that varies, by its path.
        data: what is run: a scenario's data; {"preset", "model", "steps", "chains"} of a chain;
            {"settings", "record"} of a network.
        layers: hinges, springs or hidden layers.
    """

    number: int
    values: Data
    keys: Data
    data: Data
    layers: int


@dataclass(frozen=True)
class Plan:
    """A sweep that can be run.

    Attributes:
        name: of the file, without ending.
        sweep: the file.
        kind: a key of `ruler.sweeps.jobs.KINDS`.
        cells: all of them, in order.
        fingerprint: stands for everything that decides the results; equal for equal sweeps.
    """

    name: str
    sweep: Sweep
    kind: str
    cells: tuple[Cell, ...]
    fingerprint: str

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.cells) * len(self.sweep.seeds)


@dataclass(frozen=True)
class _Base:
    """What the axes change.

    Attributes:
        data: keys as in the file.
        full: the same with every default, for factors.
        check: from a cell's keys and its name for messages to what is run, and its layers.
    """

    data: dict[str, Any]
    full: Data
    check: Callable[[dict[str, Any], str], tuple[Data, int]]


def shipped_sweeps() -> dict[str, Path]:
    """Name and file of every shipped sweep, in alphabetical order."""
    return by_name(shipped("assets") / FOLDER, ".toml")


def load_plan(source: str | Path) -> Plan:
    """Read a sweep file and check it with every one of its cells.

    Args:
        source: a TOML file, or the name of a shipped sweep.

    Raises:
        BadInputError: with every fault of the file, or with the faults of the first wrong cell.
    """
    path = find(source, shipped_sweeps(), "sweep")
    return plan_sweep(read_toml(path), path.stem, str(source), path.parent)


def plan_sweep(data: Any, name: str, source: str, folder: Path | None = None) -> Plan:
    """A plan from a sweep file's data.

    Args:
        data: plain TOML data.
        name: what the sweep is called.
        source: names the file in messages.
        folder: where a base that is a file may lie.

    Raises:
        BadInputError: as for `load_plan`.
    """
    sweep = _checked(Sweep, data, source)
    if sweep.spring_block is not None:
        base = _chain_base(sweep, sweep.spring_block, source)
    elif sweep.network is not None:
        base = _network_base(sweep.network)
    else:
        base = _ruler_base(sweep, source, folder)
    cells = tuple(_cells(sweep, base, source))
    return Plan(name, sweep, sweep.kind, cells, _fingerprint(sweep, cells))


def _checked(model: type[Model], data: Any, title: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BadInputError("\n".join(f"{title}: {line}" for line in describe(error, model))) from None


def _fingerprint(sweep: Sweep, cells: tuple[Cell, ...]) -> str:
    content = {
        "kind": sweep.kind,
        "seeds": sweep.seeds,
        "cells": [{"places": dict(cell.values), "data": _decisive(sweep.kind, cell.data)} for cell in cells],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _decisive(kind: str, data: Data) -> Any:
    """Everything that decides a cell's results, with the defaults written out."""
    if kind != "ruler":
        return dict(data)
    full = scenario_to_full_data(scenario_from_data(dict(data), "cell"))
    return {key: value for key, value in full.items() if key not in {"title", "description", "seed"}}


def _cells(sweep: Sweep, base: _Base, source: str) -> Iterator[Cell]:
    places = itertools.product(*(range(len(axis.values)) for axis in sweep.axis))
    for number, chosen in enumerate(places):
        data = copy.deepcopy(base.data)
        values, keys = _coordinates(sweep, chosen, base.full, source)
        for key, value in keys.items():
            paths.put(data, key, value, f"{source}: axis key {key}")
        what = ", ".join(f"{name} = {value}" for name, value in values.items())
        title = f"{source}: " + (f"cell {number + 1} ({what})" if what else "the only cell")
        yield Cell(number, values, keys, *base.check(data, title))


def _coordinates(
    sweep: Sweep, chosen: tuple[int, ...], base: Data, source: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Value on each axis and value of each key of a cell."""
    values: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    for i, (axis, place) in enumerate(zip(sweep.axis, chosen, strict=True)):
        values[axis.column] = axis.values[place]
        for k, key in enumerate(axis.paths):
            start = _base_number(base, key, f"{source}: axis.{i}.factor") if axis.factor else None
            keys[key] = _as_whole(axis.value(place, k, start), base, key)
    return values, keys


def _as_whole(value: Any, base: Data, key: str) -> Any:
    """5.0 as 5 where the base has a whole number, or "auto" for one: spans are made of decimal numbers."""
    here = paths.get(base, key)
    whole = isinstance(value, float) and value.is_integer() and (type(here) is int or here == "auto")
    return int(value) if whole else value


def _base_number(base: Data, key: str, where: str) -> float | list[float]:
    """What a factor multiplies: a number, or one for each hinge."""
    here = paths.get(base, key)
    if here is None:
        raise BadInputError(f"{where}: the base has no value for {key} to multiply; give it there, or give values")
    if isinstance(here, list) and here and all(map(is_number, here)):
        return [float(each) for each in here]
    if not is_number(here):
        raise BadInputError(f"{where}: {key} is {here!r} in the base; a factor needs a number")
    return float(here)


def _ruler_base(sweep: Sweep, source: str, folder: Path | None) -> _Base:
    data: dict[str, Any] = {}
    if sweep.base is not None:
        beside = None if folder is None else folder / sweep.base
        with naming(f"{source}: base"):
            data = read_toml(beside if beside is not None and beside.is_file() else find_scenario(sweep.base))
    for key, value in paths.flat(sweep.scenario):
        paths.put(data, key, value, f"{source}: scenario.{key}")
    try:
        full = scenario_to_full_data(scenario_from_data(data, "base"))
    except BadInputError:
        # The base itself may be wrong on purpose (an axis can put it right): only the cells are judged.
        full = data
    return _Base(data, full, _ruler_cell)


def _ruler_cell(data: dict[str, Any], title: str) -> tuple[Data, int]:
    scenario = scenario_from_data(data, title)
    if scenario.command:
        raise BadInputError(f"{title}: command: a recorded session cannot be swept; give a scenario of phases")
    return scenario_to_data(scenario), scenario.ruler.hinges


def _chain_base(sweep: Sweep, base: SpringBlock, source: str) -> _Base:
    preset = PRESETS[base.preset]
    known = {**asdict(preset.model), "chains": base.chains, "steps": preset.steps}
    given = base.model_dump(exclude_none=True, exclude={"preset"})
    for key in [*given, *(key for axis in sweep.axis for key in axis.paths)]:
        if key not in known:
            hint = suggest(key, known, "known here:")
            raise BadInputError(f"{source}: spring_block.{key}: is not a key of the preset {base.preset}; {hint}")
    full = {**known, **given}

    def cell(data: dict[str, Any], title: str) -> tuple[Data, int]:
        # The same strict types as in the file, for values that come from an axis.
        _checked(SpringBlock, data, title)
        run = {key: data.pop(key) for key in ("chains", "steps")}
        with naming(title):
            model = replace(preset.model, **data)
        return {"preset": base.preset, "model": asdict(model), **run}, model.blocks + 1

    return _Base(full, full, cell)


def _network_base(base: Training) -> _Base:
    full = base.model_dump()
    return _Base(full, full, _network_cell)


def _network_cell(data: dict[str, Any], title: str) -> tuple[Data, int]:
    training = _checked(Training, data, title)
    if training.data in WHERE_TO_GET:
        raise BadInputError(f"{title}: data: {training.data} lies in files of yours, which a sweep cannot take along")
    with naming(title):
        check_record(training, training.record)
    return {"settings": training.model_dump(exclude={"record"}), "record": training.record}, training.depth
