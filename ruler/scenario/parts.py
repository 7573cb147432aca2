"""What every table of a scenario file is made of: strict models whose fields carry all that is said of a key.

A field holds its unit, its meaning and marks: whether a command can change it (`Live`), how it is set in
the window (`Slider`), what the slow limit makes of it (`Slow`). Commands, window, slow limit, messages
and schema are made from these.
"""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

MAX_TIME = 100_000.0
INF = float("inf")


@dataclass(frozen=True)
class Live:
    """A command can set the key while the ruler moves; any other key needs a new ruler."""


LIVE = Live()


@dataclass(frozen=True)
class Slider:
    """The key can be set in the window.

    Attributes:
        low, high: range of its slider; the entry takes whatever the scenario allows.
        power: how the slider is bent, 1 = straight; 3 gives small values more room.
        label: short name; empty: the key's own.
        group: heading it stands under; empty: the table's name.
        unit: a shorter unit than the field's; empty: the field's own.
    """

    low: float
    high: float
    power: float = 1.0
    label: str = ""
    group: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Slow:
    """What the slow limit makes of the key.

    Attributes:
        neutral: value at which the key does nothing.
        same_as: instead of that, key of the same table whose value is the neutral one.
        refused: why any other value has no slow limit; None when its effect only vanishes there.
    """

    neutral: Any = None
    same_as: str | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Notes:
    """What a field says besides its type and meaning: its unit and marks. In the schema stands the unit."""

    unit: str
    marks: tuple[Live | Slider | Slow, ...]

    def __call__(self, schema: dict[str, Any]) -> None:
        """Called by pydantic when it makes the schema of the field."""
        if self.unit:
            schema["unit"] = self.unit


def quantity(default: Any, unit: str, text: str, *marks: Live | Slider | Slow, **limits: Any) -> Any:
    """A field with its unit, meaning and marks; `limits` are pydantic's ge, gt, le, lt, allow_inf_nan."""
    return Field(default, description=text, json_schema_extra=Notes(unit, marks), **limits)


def choice(default: Any, text: str, *marks: Live | Slider | Slow) -> Any:
    """A field without a unit."""
    return quantity(default, "", text, *marks)


def unit_of(field: FieldInfo) -> str:
    """The unit of a field; "1" for a plain number."""
    return (field.json_schema_extra.unit if isinstance(field.json_schema_extra, Notes) else "") or "1"


def marks_of(field: FieldInfo) -> tuple[Live | Slider | Slow, ...]:
    """The marks of a field."""
    return field.json_schema_extra.marks if isinstance(field.json_schema_extra, Notes) else ()


def is_whole(field: FieldInfo) -> bool:
    """Whether the field holds a whole number, be it beside a word such as "auto"."""
    return any(int in (branch, *get_args(branch)) for branch in (field.annotation, *get_args(field.annotation)))


class StrictModel(BaseModel):
    """Base of every table of the file: strict types, no unknown keys, finite numbers, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, validate_default=False, allow_inf_nan=False)


def exactly_one(*names: str, example: str = "") -> Any:
    """A check of a model: exactly one of these keys is given; `example` says what one may give."""

    def check(keys: StrictModel) -> StrictModel:
        called = {name: type(keys).model_fields[name].alias or name for name in names}
        given = [called[name] for name in names if getattr(keys, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "none of them"
            *first, last = called.values()
            known = f"{', '.join(first)} and {last}"
            raise ValueError(f"give exactly one of {known}{example and f', {example}'}; got {found}")
        return keys

    return model_validator(mode="after")(check)


def not_below(rest: str, moving: str) -> Any:
    """A check of a model: friction at rest, where it is given, is not below that while moving."""

    def check(keys: StrictModel) -> StrictModel:
        least, given = getattr(keys, moving), getattr(keys, rest)
        least = max(least, default=0.0) if isinstance(least, list) else least
        if given is not None and given < least:
            raise ValueError(f"{rest} {given} must not be below {moving} {least}")
        return keys

    return model_validator(mode="after")(check)
