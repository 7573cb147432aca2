"""WHAT to do: the scenario model, TOML in and out, overrides, messages that name the key."""

from ruler.scenario.files import find_scenario as find_scenario
from ruler.scenario.files import load_scenario as load_scenario
from ruler.scenario.files import scenario_from_data as scenario_from_data
from ruler.scenario.files import scenario_schema as scenario_schema
from ruler.scenario.files import scenario_to_data as scenario_to_data
from ruler.scenario.files import scenario_to_full_data as scenario_to_full_data
from ruler.scenario.files import scenario_to_toml as scenario_to_toml
from ruler.scenario.files import shipped_scenarios as shipped_scenarios
from ruler.scenario.scenario import Scenario as Scenario
