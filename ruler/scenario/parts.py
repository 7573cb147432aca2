"""What every table of a scenario file is made of: strict models whose fields carry unit and meaning."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MAX_TIME = 100_000.0
INF = float("inf")


def quantity(default: Any, unit: str, text: str, **limits: Any) -> Any:
    """A field with its unit and meaning; `limits` are pydantic's ge, gt, le, lt, allow_inf_nan."""
    limits.setdefault("allow_inf_nan", False)
    return Field(default, description=text, json_schema_extra={"unit": unit}, **limits)


def choice(default: Any, text: str) -> Any:
    """A field without a unit."""
    return Field(default, description=text)


class Part(BaseModel):
    """Base of every table of the file: strict types, no unknown keys, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, validate_default=False)
