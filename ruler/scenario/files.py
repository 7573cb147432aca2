"""Scenario files: TOML in and out, and the scenarios that ship."""

import math
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.io import read_toml
from ruler.scenario.messages import describe
from ruler.scenario.overrides import apply_overrides
from ruler.scenario.scenario import Scenario
from ruler.shipped import by_name, find, shipped


def shipped_scenarios() -> dict[str, Path]:
    """Name and file of every shipped scenario, in alphabetical order."""
    return by_name(shipped("scenarios"), ".toml")


def find_scenario(name: str | Path) -> Path:
    """The file a user means: a path, or the name of a shipped scenario; errors as for `shipped.find`."""
    return find(name, shipped_scenarios(), "scenario")


def load_scenario(source: str | Path, overrides: list[str] | None = None, seed: int | None = None) -> Scenario:
    """Read and check a scenario.

    Args:
        source: a TOML file, or the name of a shipped scenario such as "steady".
        overrides: "key.path=value" texts, applied before the checks.
        seed: replaces the file's seed.

    Raises:
        BadInputError: with every fault of the file, one a line.
    """
    path = find_scenario(source)
    data = apply_overrides(read_toml(path), overrides or [])
    if seed is not None:
        data["seed"] = seed
    return scenario_from_data(data, str(source))


def scenario_from_data(data: Any, source: str) -> Scenario:
    """A scenario from plain TOML (or JSON) data; `source` names it in messages.

    Raises:
        BadInputError: with every fault, one a line.
    """
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        lines = describe(error, Scenario)
        lines += [line for line in _faults_beyond(data, error) if line not in lines]
        raise BadInputError("\n".join(f"{source}: {line}" for line in lines)) from None


def _faults_beyond(data: Any, error: ValidationError) -> list[str]:
    """Faults that show only when keys are looked at together, found by leaving the wrong keys out.

    Only those that do not touch a table in which something was left out: there the default, not
    the user, would be judged.
    """
    wrong = [tuple(detail["loc"]) for detail in error.errors()]
    tables = {str(loc[0]) for loc in wrong if loc}
    if not isinstance(data, dict) or not tables or tables & {"phase", "ruler"}:
        return []
    rest = {key: value for key, value in data.items() if key not in tables}
    try:
        Scenario.model_validate(rest)
    except ValidationError as second:
        return [line for line in describe(second, Scenario) if not line.startswith(tuple(f"{t}." for t in tables))]
    return []


def scenario_to_data(scenario: Scenario) -> dict[str, Any]:
    """Plain data of the scenario without the keys that have their default, ready for TOML or JSON."""
    data = scenario.model_dump(exclude_defaults=True, exclude_none=True)
    return {"format": 1, **data}


def scenario_to_full_data(scenario: Scenario) -> dict[str, Any]:
    """Plain data with every key spelt out, for JSON; only None and inf, both defaults, are left out."""
    return dict(_without_unwritable(scenario.model_dump()))


def _without_unwritable(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_unwritable(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry is not None}
    if isinstance(value, list):
        return [_without_unwritable(entry) for entry in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def scenario_schema() -> dict[str, Any]:
    """JSON schema of scenario files, with units, for editors."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Scenario of the folding ruler"
    return dict(_writable_defaults(schema))


def _writable_defaults(schema: Any) -> Any:
    """The schema with defaults of infinity as TOML writes them, since JSON has no infinity."""
    if isinstance(schema, dict):
        return {key: _writable_defaults(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_writable_defaults(value) for value in schema]
    return "inf" if isinstance(schema, float) and math.isinf(schema) else schema


def scenario_to_toml(scenario: Scenario) -> str:
    """The scenario as TOML; loading it gives an equal scenario."""
    return tomli_w.dumps(scenario_to_data(scenario))
