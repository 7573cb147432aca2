"""One parameter changed: a new scenario, checked like any other."""

from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.scenario.commands import Change
from ruler.scenario.messages import describe
from ruler.scenario.scenario import Scenario


def changed(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with one live parameter changed.

    Raises:
        BadInputError: the value is outside the key's range.
    """
    table, _, key = change.key.partition(".")
    part = getattr(scenario, table)
    try:
        new = type(part).model_validate({**part.model_dump(), key: change.value})
    except ValidationError as error:
        raise BadInputError("; ".join(f"{table}.{line}" for line in describe(error, type(part)))) from None
    return scenario.model_copy(update={table: new})
