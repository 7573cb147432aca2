"""Experiments for teaching: predict, do, see. Their TOML files, checked as scenarios are, and those that ship.

An experiment names a scenario for its ruler and table, asks what will happen to the load curve, says what to do
by hand, and what each outcome means.
"""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from ruler.errors import BadInputError
from ruler.io import read_toml
from ruler.scenario.files import load_scenario, shipped_scenarios
from ruler.scenario.messages import describe
from ruler.scenario.parts import StrictModel, choice, quantity
from ruler.scenario.scenario import Scenario
from ruler.shipped import by_name, find, shipped

# A text that a card has room for.
Text = Annotated[str, Field(min_length=1, max_length=600)]


class Choice(StrictModel):
    """An answer that can be chosen instead of drawing a curve."""

    text: Annotated[str, Field(min_length=1, max_length=80)] = Field(..., description="the answer, in a few words")
    curve: Annotated[list[float], Field(min_length=2, max_length=200)] = Field(
        ..., description="its load curve: the load left after each layer, evenly spaced, from 1 down to 0"
    )

    @field_validator("curve")
    @classmethod
    def _falls(cls, curve: list[float]) -> list[float]:
        if curve[0] != 1.0 or curve[-1] != 0.0:
            raise ValueError("must begin with 1 and end with 0")
        if any(after > before for before, after in pairwise(curve)):
            raise ValueError("must not rise anywhere: each layer takes load away or leaves it")
        return curve


class HandKeys(StrictModel):
    """How the hand is meant to pull."""

    speed: float = quantity(0.05, "m/s", "how fast the arrow keys pull", gt=0.0, le=2.0)
    shake: Literal["none", "tip", "table"] = choice("none", "what is shaken while one pulls: none, tip or table")
    amplitude: float = quantity(0.0195, "m", "how far it is shaken, rms", gt=0.0, le=0.2)
    frequency: float = quantity(6.0, "Hz", "how fast it is shaken", gt=0.0, le=50.0)
    extension: float = quantity(
        0.55, "1", "the result is taken when the tip is at this fraction of the full length", gt=0.0, lt=1.0
    )


class Meaning(StrictModel):
    """What each shape of the load curve means; empty: what the program says by itself."""

    concave: str = quantity("", "", "the layers at the output did the work", max_length=600)
    straight: str = quantity("", "", "every layer did its share", max_length=600)
    convex: str = quantity("", "", "the layers at the input did the work", max_length=600)
    uneven: str = quantity("", "", "neither", max_length=600)


class Experiment(StrictModel):
    """A whole experiment file."""

    format: Literal[1] = choice(1, "version of this file format")
    title: Annotated[str, Field(min_length=1, max_length=80)] = Field(..., description="one line")
    scenario: Text = Field(..., description="ruler and table: a shipped scenario, or a file beside this one")
    question: Text = Field(..., description="what is to be predicted")
    task: Text = Field(..., description="what is to be done by hand")
    network: str = Field("", description="address of a shipped network to compare with", max_length=200)
    network_name: str = Field("", description="what the network is called", max_length=80)
    expected: Literal["concave", "straight", "convex", "uneven"] | None = choice(
        None, "the load curve that comes of it when it is done as asked"
    )
    again: str = Field("", description="what to do otherwise when something else has come of it", max_length=600)
    hand: HandKeys = Field(default_factory=HandKeys, description="how the hand is meant to pull")
    choice: list[Choice] = Field(default=[], description="answers to choose from", max_length=4)
    meaning: Meaning = Field(default_factory=Meaning, description="what each outcome means")


def shipped_experiments() -> dict[str, Path]:
    """Name and file of every shipped experiment, in their order."""
    found = by_name(shipped("scenarios") / "experiments", ".toml")
    first = ("slow-pull", "shaken-pull", "too-much", "tilted-table")
    return dict(sorted(found.items(), key=lambda item: (first.index(item[0]) if item[0] in first else 99, item[0])))


def is_experiment(path: Path) -> bool:
    """Whether a TOML file is meant as an experiment rather than a scenario: it asks a question."""
    if path.suffix.lower() != ".toml" or not path.is_file():
        return False
    try:
        return bool({"question", "task", "choice"} & set(read_toml(path)))
    except BadInputError:
        return False


def find_experiment(name: str | Path) -> Path:
    """The file a user means: a path, or the name of a shipped experiment; errors as for `shipped.find`."""
    return find(name, shipped_experiments(), "experiment")


def load_experiment(source: str | Path) -> tuple[Experiment, Scenario]:
    """Read and check an experiment and its scenario.

    Args:
        source: a TOML file, or the name of a shipped experiment such as "slow-pull".

    Raises:
        BadInputError: with every fault of the file, one a line, or of its scenario.
    """
    path = find_experiment(source)
    experiment = experiment_from_data(read_toml(path), str(source))
    beside = path.parent / experiment.scenario
    try:
        scenario = load_scenario(beside if beside.is_file() else _shipped_only(experiment.scenario))
    except BadInputError as error:
        raise BadInputError(f"{source}: scenario: {error}") from None
    return experiment, scenario


def _shipped_only(name: str) -> Path:
    """The file of a shipped scenario: what lies in the working directory is none of an experiment's business."""
    known = shipped_scenarios()
    return known[name] if name in known else find(name, known, "scenario")


def experiment_from_data(data: Any, source: str) -> Experiment:
    """An experiment from plain TOML data; `source` names it in messages.

    Raises:
        BadInputError: with every fault, one a line.
    """
    try:
        return Experiment.model_validate(data)
    except ValidationError as error:
        raise BadInputError("\n".join(f"{source}: {line}" for line in describe(error, Experiment))) from None
