"""A whole scenario: its tables, checked together. One that exists is valid."""

from pydantic import model_validator

from ruler.scenario.checks import ProblemsError, find_problems
from ruler.scenario.model import ScenarioTables


class Scenario(ScenarioTables):
    """A whole scenario file. A missing key takes the value it has in its table."""

    @model_validator(mode="after")
    def _keys_fit_together(self) -> "Scenario":
        problems = find_problems(self)
        if problems:
            raise ProblemsError(problems)
        return self
