"""From a sweep file to its cells, every one checked before anything runs."""

import copy
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.io import read_toml
from ruler.scenario import find_scenario, scenario_from_data, scenario_to_data, scenario_to_full_data
from ruler.scenario.messages import describe
from ruler.shipped import by_name, find, shipped
from ruler.sweep.model import SpringBlock, Sweep
from ruler.text import suggest
from ruler.theory import PRESETS

FOLDER = "sweeps"


@dataclass(frozen=True)
class Cell:
    """One setting of the grid.

    Attributes:
        number: from 0; the last axis counts quickest.
        places: value on each axis, by the axis's column.
        keys: value of each key that varies, by its path.
        data: what is run: a scenario's data, or {"model", "order", "steps", "chains"} of a chain.
        layers: hinges or springs.
    """

    number: int
    places: Mapping[str, Any]
    keys: Mapping[str, Any]
    data: Mapping[str, Any]
    layers: int


@dataclass(frozen=True)
class Plan:
    """A sweep that can be run.

    Attributes:
        name: of the file, without ending.
        sweep: the file.
        kind: "ruler" or "spring-block".
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
    try:
        sweep = Sweep.model_validate(data)
    except ValidationError as error:
        raise BadInputError("\n".join(f"{source}: {line}" for line in describe(error, Sweep))) from None
    if sweep.spring_block is not None:
        cells = tuple(_chain_cells(sweep, sweep.spring_block, source))
    else:
        cells = tuple(_ruler_cells(sweep, source, folder))
    kind = "ruler" if sweep.spring_block is None else "spring-block"
    return Plan(name, sweep, kind, cells, _fingerprint(sweep, kind, cells))


def _fingerprint(sweep: Sweep, kind: str, cells: tuple[Cell, ...]) -> str:
    content = {
        "kind": kind,
        "seeds": sweep.seeds,
        "cells": [{"places": dict(cell.places), "data": _decisive(kind, cell.data)} for cell in cells],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _decisive(kind: str, data: Mapping[str, Any]) -> Any:
    """Everything that decides a cell's results, with the defaults written out."""
    if kind == "spring-block":
        return dict(data)
    full = scenario_to_full_data(scenario_from_data(dict(data), "cell"))
    return {key: value for key, value in full.items() if key not in {"title", "description", "seed"}}


def _ruler_cells(sweep: Sweep, source: str, folder: Path | None) -> Iterator[Cell]:
    base = _base_data(sweep, source, folder)
    # The base itself may be wrong on purpose (an axis can put it right), so only the cells are judged.
    full = _with_defaults(base)
    for number, chosen in enumerate(_choices(sweep)):
        data = copy.deepcopy(base)
        places, keys = _coordinates(sweep, chosen, full, source)
        for key, value in keys.items():
            _set(data, key, value, f"{source}: axis key {key}")
        title = f"{source}: {_cell_title(number, places)}"
        scenario = scenario_from_data(data, title)
        if scenario.command:
            raise BadInputError(f"{title}: command: a recorded session cannot be swept; give a scenario of phases")
        yield Cell(number, places, keys, scenario_to_data(scenario), scenario.ruler.hinges)


def _base_data(sweep: Sweep, source: str, folder: Path | None) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if sweep.base is not None:
        beside = None if folder is None else folder / sweep.base
        try:
            path = beside if beside is not None and beside.is_file() else find_scenario(sweep.base)
        except BadInputError as error:
            raise BadInputError(f"{source}: base: {error}") from None
        data = read_toml(path)
    for key, value in _flat(sweep.scenario):
        _set(data, key, value, f"{source}: scenario.{key}")
    return data


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted paths and values of a nested table; lists are values."""
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _with_defaults(data: dict[str, Any]) -> dict[str, Any]:
    """The base with its defaults where it is a whole scenario, else as it is."""
    try:
        return scenario_to_full_data(scenario_from_data(data, "base"))
    except BadInputError:
        return data


def _choices(sweep: Sweep) -> Iterator[tuple[int, ...]]:
    """Place on each axis, for every cell."""
    return itertools.product(*(range(len(axis.places)) for axis in sweep.axis))


def _coordinates(
    sweep: Sweep, chosen: tuple[int, ...], base: Mapping[str, Any], source: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Value on each axis and value of each key of a cell."""
    places: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    for i, (axis, place) in enumerate(zip(sweep.axis, chosen, strict=True)):
        places[axis.column] = axis.places[place]
        for k, key in enumerate(axis.paths):
            start = _base_number(base, key, f"{source}: axis.{i}.factor") if axis.factor else None
            keys[key] = _as_whole(axis.value(place, k, start), base, key)
    return places, keys


def _as_whole(value: Any, base: Mapping[str, Any], key: str) -> Any:
    """5.0 as 5 where the base has a whole number: spans are made of decimal numbers."""
    whole = isinstance(value, float) and value.is_integer() and type(_found(base, key)) is int
    return int(value) if whole else value


def _found(base: Mapping[str, Any], key: str) -> Any:
    """What the base has at a dotted path; None if nothing."""
    here: Any = base
    for part in key.split("."):
        try:
            here = here[int(part)] if isinstance(here, list) else here[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return here


def _base_number(base: Mapping[str, Any], key: str, where: str) -> float:
    here = _found(base, key)
    if here is None:
        raise BadInputError(f"{where}: the base has no value for {key} to multiply; give it there, or give values")
    if isinstance(here, bool) or not isinstance(here, (int, float)):
        raise BadInputError(f"{where}: {key} is {here!r} in the base; a factor needs a number")
    return float(here)


def _set(data: dict[str, Any], key: str, value: Any, where: str) -> None:
    """Set a dotted path in plain data; tables that are missing are made, list entries are not."""
    here: Any = data
    parts = key.split(".")
    for part, following in itertools.zip_longest(parts, parts[1:]):
        if isinstance(here, list):
            if not (part.isascii() and part.isdigit() and int(part) < len(here)):
                raise BadInputError(f"{where}: there are {len(here)} entries, numbered from 0; {part!r} is not one")
            slot: Any = int(part)
        elif isinstance(here, dict):
            slot = part
            if following is not None:
                here.setdefault(part, {})
        else:
            raise BadInputError(f"{where}: {part!r} is below a value, not below a table of keys")
        if following is None:
            here[slot] = copy.deepcopy(value)
        else:
            here = here[slot]


def _cell_title(number: int, places: Mapping[str, Any]) -> str:
    what = ", ".join(f"{name} = {value}" for name, value in places.items())
    return f"cell {number + 1} ({what})" if what else "the only cell"


def _chain_cells(sweep: Sweep, base: SpringBlock, source: str) -> Iterator[Cell]:
    preset = PRESETS[base.preset]
    given = base.model_dump(exclude_none=True, exclude={"preset", "chains", "steps"})
    numbers = {"chains": base.chains, "steps": preset.steps if base.steps is None else base.steps}
    known = {field.name for field in fields(preset.model)}
    for key in [*given, *(key for axis in sweep.axis for key in axis.paths)]:
        if key not in known and key not in numbers:
            hint = suggest(key, sorted([*known, *numbers]), "known here:")
            raise BadInputError(f"{source}: spring_block.{key}: is not a key of the preset {base.preset}; {hint}")
    full = {**asdict(preset.model), **given, **numbers}
    for number, chosen in enumerate(_choices(sweep)):
        places, keys = _coordinates(sweep, chosen, full, source)
        title = f"{source}: {_cell_title(number, places)}"
        yield _chain_cell(number, places, keys, {**full, **keys}, base.preset, title)


def _chain_cell(
    number: int, places: dict[str, Any], keys: dict[str, Any], full: dict[str, Any], preset: str, title: str
) -> Cell:
    model = PRESETS[preset].model
    # The same strict types as in the file, for values that come from an axis.
    try:
        SpringBlock.model_validate({key: value for key, value in full.items() if value is not None})
    except ValidationError as error:
        raise BadInputError("\n".join(f"{title}: {line}" for line in describe(error, SpringBlock))) from None
    values = {key: value for key, value in full.items() if key not in {"chains", "steps"}}
    try:
        changed = replace(model, **values)
    except BadInputError as error:
        raise BadInputError(f"{title}: {error}") from None
    data = {"preset": preset, "model": asdict(changed), "chains": full["chains"], "steps": full["steps"]}
    return Cell(number, places, keys, data, changed.blocks + 1)
