"""The sweep file: a base, axes over its keys, seeds. Strict, frozen, plain data.

The first axis runs up the phase diagram and plays the part of the friction, the second runs to the
right and plays the part of the shaking.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from ruler.networks import NetworkSettings
from ruler.scenario.parts import StrictModel, choice, exactly_one
from ruler.sweeps.jobs import KINDS
from ruler.text import clean
from ruler.theory import FirstOrder, SecondOrder

MAX_AXES = 6
MAX_VALUES = 10_000
MAX_SEEDS = 1_000_000
MAX_RUNS = 1_000_000

Seed = Annotated[int, Field(ge=0, lt=2**63)]


def _is_line(text: str) -> bool:
    return not set("\n\t") & set(text) and clean(text) == text


def _one_line(text: str) -> str:
    if not _is_line(text):
        raise ValueError("must be of one line, without control characters")
    return text


Line = Annotated[str, AfterValidator(_one_line)]


class Span(StrictModel):
    """Values from `from` to `to`, both included."""

    from_: float = Field(..., alias="from", description="first value")
    to: float = Field(..., description="last value")
    count: int = Field(..., description="how many values", ge=2, le=MAX_VALUES)

    @model_validator(mode="after")
    def _differ(self) -> "Span":
        if self.from_ == self.to:
            raise ValueError(f"from and to must differ; both are {self.to}")
        return self


class LogSpan(Span):
    """Values from `from` to `to`, both above 0, each the same multiple of the one before."""

    @model_validator(mode="after")
    def _above_zero(self) -> "LogSpan":
        if min(self.from_, self.to) <= 0.0:
            raise ValueError(f"logarithmic values must be above 0; from is {self.from_}, to is {self.to}")
        return self


def _twice(values: Iterable[Any]) -> Any:
    """The first value that is there more than once, or None."""
    return next((value for value, times in Counter(values).items() if times > 1), None)


def _keys_differ(keys: list[str]) -> list[str]:
    if _twice(keys) is not None:
        raise ValueError(f"names a key twice: {', '.join(keys)}")
    return keys


class Axis(StrictModel):
    """One direction of the grid: a key, or several tied together, and their values."""

    name: Line | None = Field(None, description="column of the table; default: the (first) key", min_length=1)
    label: Line | None = Field(None, description="what figures write at the axis; default: the name")
    unit: Line = choice("", "unit of the values, for figures")
    key: str | None = Field(None, description="the key that varies, such as hinge.torque", min_length=1)
    keys: Annotated[list[str], AfterValidator(_keys_differ)] | None = Field(
        None, description="several keys that vary together", min_length=1
    )
    listed: list[Any] | None = Field(
        None,
        alias="values",
        description="the values; with keys also one list of values for each key",
        min_length=1,
        max_length=MAX_VALUES,
    )
    linear: Span | None = Field(None, description="evenly spaced values { from, to, count }")
    logarithmic: LogSpan | None = Field(None, description="values with even ratios { from, to, count }")
    factor: bool = choice(False, "whether the values multiply what the base has, instead of taking its place")

    _one_key = exactly_one("key", "keys", example='for example key = "hinge.torque"')
    _one_of_values = exactly_one("listed", "linear", "logarithmic", example="for example values = [0.1, 0.3, 1.0]")

    @model_validator(mode="after")
    def _values_fit(self) -> "Axis":
        if self.per_key:
            _check_per_key(self)
        if self.factor and any(not is_number(value) for value in self.listed or []):
            raise ValueError("with factor = true every value must be a number, which multiplies the base value")
        values = self.values
        if not all(isinstance(value, (int, float, str)) for value in values):
            raise ValueError("values must be numbers or texts (or with keys: one list for each key)")
        if (value := _twice(values)) is not None:
            raise ValueError(f"has the value {value!r} twice; name each value once")
        given = [each for value in self.listed or [] for each in (value if isinstance(value, list) else [value])]
        if any(isinstance(text, str) and not (text and _is_line(text)) for text in given):
            raise ValueError("texts must be of one line, without control characters")
        return self

    @property
    def paths(self) -> list[str]:
        """The keys that vary."""
        return [self.key] if self.key is not None else list(self.keys or [])

    @property
    def column(self) -> str:
        """Name of the column in the table."""
        return self.name or self.paths[0]

    @property
    def per_key(self) -> bool:
        """Whether each of `keys` has a list of values of its own."""
        return bool(self.keys and self.listed and any(isinstance(value, list) for value in self.listed))

    @property
    def values(self) -> list[Any]:
        """Where the cells lie on this axis: the values, the factors, or the first key's values.

        With a list for each key, of which the first has a value twice, the values of all keys as text.
        """
        if self.listed is None:
            span = self.linear or self.logarithmic
            assert span is not None
            return spread(span)
        if not self.per_key:
            return list(self.listed)
        tied = list(zip(*self.listed, strict=True))
        first = [each[0] for each in tied]
        return first if self.name is None or _twice(first) is None else [", ".join(map(str, each)) for each in tied]

    def value(self, place: int, key: int, base: Any) -> Any:
        """What a key becomes at a place of the axis.

        Args:
            place: number of the place.
            key: number of the key in `paths`.
            base: what the base has there, a number or one for each hinge; used with `factor`.
        """
        if self.per_key:
            assert self.listed is not None
            return self.listed[key][place]
        value = self.values[place]
        if not self.factor:
            return value
        return [value * each for each in base] if isinstance(base, list) else value * base


def _check_per_key(axis: Axis) -> None:
    values, keys = axis.listed or [], axis.keys or []
    if not all(isinstance(value, list) for value in values) or len(values) != len(keys):
        raise ValueError(f"values must be numbers, or one list for each of the {len(keys)} keys")
    lengths = {len(value) for value in values}
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError(f"the lists in values must be of one length; they have {sorted(lengths)} entries")
    if axis.factor:
        raise ValueError("factor = true takes one list of factors, not one for each key")


def is_number(value: Any) -> bool:
    """Whether it is a number, and neither true nor false."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def spread(span: Span) -> list[float]:
    """The values of a span, shape (count,): first and last exactly as given."""
    steps = span.count - 1
    if isinstance(span, LogSpan):
        inner = [span.from_ * (span.to / span.from_) ** (i / steps) for i in range(1, steps)]
    else:
        inner = [span.from_ + (span.to - span.from_) * (i / steps) for i in range(1, steps)]
    # Twelve digits: 0.1 + 0.2 is 0.3 in tables and figures.
    return [span.from_, *(float(f"{value:.12g}") for value in inner), span.to]


class ChainKeys(StrictModel):
    """How a chain is run."""

    preset: Literal["lazy", "active", "convex", "notebook"] = choice("lazy", "settings to start from")
    chains: int = Field(50, description="chains in the ensemble of a run", ge=1, le=1_000_000)
    steps: int | None = Field(None, description="steps of a run; default: the preset's", ge=1)


def _chain_settings() -> dict[str, Any]:
    """A key for every setting of a chain; one that is missing comes from the preset."""
    settings = {field.name: field for model in (SecondOrder, FirstOrder) for field in fields(model)}
    types = get_type_hints(SecondOrder)
    return {
        name: (types[name] | None, Field(None, description=field.metadata.get("description")))
        for name, field in settings.items()
    }


if TYPE_CHECKING:
    SpringBlock = ChainKeys
else:
    SpringBlock = create_model("SpringBlock", __base__=ChainKeys, **_chain_settings())


class Training(NetworkSettings):
    """A network instead of a ruler: its settings, and when to look at it."""

    record: list[int] = Field([], description="epochs after which D is kept too, rising, 0 = before training")


def _seeds(value: Any) -> Any:
    """A number of seeds as the list 1 .. number."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_SEEDS:
        return list(range(1, value + 1))
    return value


def _seeds_differ(seeds: list[int]) -> list[int]:
    if (seed := _twice(seeds)) is not None:
        raise ValueError(f"has the seed {seed} twice; name each seed once")
    return seeds


class Sweep(StrictModel):
    """A whole sweep file."""

    format: Literal[1] = choice(1, "version of this file format")
    title: Line = Field("Untitled", description="one line", max_length=200)
    description: str = Field("", description="what to look for", max_length=5000)
    base: str | None = Field(None, description="scenario to start from: a shipped one's name or a file")
    scenario: dict[str, Any] = Field({}, description="keys of the scenario that differ from the base, or all of it")
    spring_block: SpringBlock | None = Field(None, description="a spring-block chain instead of a ruler")
    network: Training | None = Field(None, description="a network, trained, instead of a ruler")
    seeds: Annotated[
        list[Seed], Field(min_length=1, max_length=MAX_SEEDS), BeforeValidator(_seeds), AfterValidator(_seeds_differ)
    ] = Field([1], description="how many seeds (1, 2, ...), or a list of them")
    axis: list[Axis] = Field([], description="directions of the grid", max_length=MAX_AXES)

    @property
    def kind(self) -> str:
        """A key of `KINDS`."""
        return "spring-block" if self.spring_block else "network" if self.network else "ruler"

    @model_validator(mode="after")
    def _one_kind_of_base(self) -> "Sweep":
        ruler = self.base is not None or bool(self.scenario)
        given = ruler + (self.spring_block is not None) + (self.network is not None)
        if given > 1:
            raise ValueError(
                "give either base and [scenario] (a ruler) or [spring_block] or [network], not two of them"
            )
        if not given:
            raise ValueError('give base = "SCENARIO", or [scenario], or [spring_block], or [network]')
        return self

    @model_validator(mode="after")
    def _axes_fit_together(self) -> "Sweep":
        columns = [axis.column for axis in self.axis]
        keys = [key for axis in self.axis for key in axis.paths]
        for what, names in (("name", columns), ("key", keys)):
            if (name := _twice(names)) is not None:
                raise ValueError(f'two axes have the {what} "{name}"; each needs its own')
        for name in columns:
            if KINDS[self.kind].has_column(name):
                raise ValueError(f'an axis cannot be named "{name}": the table has such a column')
        runs = len(self.seeds) * math.prod(len(axis.values) for axis in self.axis)
        if runs > MAX_RUNS:
            raise ValueError(f"makes {runs} runs; at most {MAX_RUNS} are sensible")
        return self
