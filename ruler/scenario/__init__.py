"""WHAT to do: the scenario model, TOML in and out, overrides, messages that name the key."""

from ruler.scenario.files import (
    find_scenario,
    load_scenario,
    scenario_from_data,
    scenario_schema,
    scenario_to_data,
    scenario_to_full_data,
    scenario_to_toml,
    shipped_scenarios,
)
from ruler.scenario.scenario import Scenario

__all__ = [
    "Scenario",
    "find_scenario",
    "load_scenario",
    "scenario_from_data",
    "scenario_schema",
    "scenario_to_data",
    "scenario_to_full_data",
    "scenario_to_toml",
    "shipped_scenarios",
]
