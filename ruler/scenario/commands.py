"""Commands: what a hand in the window did, each stamped with the step before which it acts.

A scenario with commands is a session of the lab: played without a window, it gives the same bytes.
"""

from typing import Any, Literal

from pydantic import Field

from ruler.scenario.model import Coordinate, LiveShake, marked
from ruler.scenario.parts import Live, StrictModel, choice, exactly_one, quantity

MAX_STEP = 1_000_000_000
MAX_COMMANDS = 1_000_000

# Keys that a command can set while the ruler moves.
LIVE_KEYS = tuple(marked(Live))


class Grab(StrictModel):
    """The mouse takes hold of a section; its pointer is then at x, y."""

    section: int = quantity(..., "1", "section, 1 = the one at the fixed end", ge=1)
    along: float = quantity(1.0, "1", "where on it: 0 = inner end, 1 = outer end", ge=0.0, le=1.0)
    x: Coordinate = quantity(..., "m", "pointer")
    y: Coordinate = quantity(..., "m", "pointer")


class Move(StrictModel):
    """The pointer glides in a straight line to x, y."""

    x: Coordinate = quantity(..., "m", "pointer")
    y: Coordinate = quantity(..., "m", "pointer")
    steps: int = quantity(1, "steps", "how many steps it takes", ge=1, le=MAX_STEP)


class Change(StrictModel):
    """A parameter gets a new value."""

    key: Literal[LIVE_KEYS] = choice(..., "the key, as in the scenario file")  # type: ignore[valid-type]
    value: float | list[float] | None = Field(..., description="the new value, in the key's unit")


ACTIONS = ("grab", "move", "release", "shake", "still", "set", "end")


class Command(StrictModel):
    """One command: a step and exactly one action."""

    step: int = quantity(..., "steps", "it acts before this step, counted from 0", ge=0, le=MAX_STEP)
    grab: Grab | None = Field(default=None, description="take hold of a section")
    move: Move | None = Field(default=None, description="move the pointer")
    release: Literal[True] | None = Field(default=None, description="let go")
    shake: LiveShake | None = Field(default=None, description="begin to shake")
    still: Literal["tip", "table"] | None = Field(default=None, description="stop shaking it")
    set: Change | None = Field(default=None, description="change a parameter")
    end: Literal[True] | None = Field(default=None, description="the session ends")

    _exactly_one = exactly_one(*ACTIONS)

    @property
    def action(self) -> str:
        """Name of the action."""
        return next(name for name in ACTIONS if getattr(self, name) is not None)


def command(step: int, **action: Any) -> Command:
    """Make a command from plain data, for example {"move": {"x": 1.0, "y": 0.0, "steps": 16}}."""
    return Command.model_validate({"step": step, **action})
