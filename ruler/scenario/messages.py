"""From pydantic's errors to sentences that name the key, the value and what would be right."""

from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ruler.scenario.parts import is_whole, unit_of
from ruler.scenario.scenario import ProblemsError
from ruler.text import nearest, suggest

_LONGEST_VALUE = 60


def describe(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line for each thing wrong, in the order of the file's keys."""
    found: dict[str, list[str]] = {}
    for detail in error.errors():
        if _is_other_branch(detail):
            continue
        for line in _lines(detail, model):
            # What each branch of a "number or word" wants makes one line.
            head, must, wanted = line.partition(": must be ")
            branches = found.setdefault(head + must, [])
            if wanted not in branches:
                branches.append(wanted)
    return [head + ", or ".join(branches) for head, branches in found.items()]


def _is_other_branch(detail: ErrorDetails) -> bool:
    """Whether this fault belongs to the branch of "a number or a list" that the user did not mean."""
    branch = str(detail["loc"][-1]) if detail["loc"] else ""
    is_list = isinstance(detail["input"], list)
    return (branch.startswith("list[") and not is_list) or (branch == "constrained-float" and is_list)


def show_value(value: Any) -> str:
    """A value as a user wrote it, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def _lines(detail: ErrorDetails, model: type[BaseModel]) -> list[str]:
    problems = detail.get("ctx", {}).get("error")
    if isinstance(problems, ProblemsError):
        return [f"{p.key}: {show_value(p.value)}: {p.text}" for p in problems.problems]
    location = _file_location(detail["loc"])
    if detail["type"] == "extra_forbidden":
        # Whatever it is called, the last part is the user's own key.
        location = (*_file_location(detail["loc"][:-1]), detail["loc"][-1])
    key = ".".join(str(part) for part in location) or "the file"
    kind = detail["type"]
    if kind == "missing":
        return [f"{key}: is missing; {_what_it_is(model, location)}"]
    if kind == "extra_forbidden":
        return [f"{key}: is not a known key; {_nearest(model, location)}"]
    return [f"{key}: {show_value(detail['input'])}: {_what_would_be_right(detail, model, location)}"]


def _file_location(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The location without the names pydantic adds for the branches of a union or a wrapper."""
    return tuple(
        part for part in loc if isinstance(part, int) or not ("[" in part or "-" in part or part in {"float", "list"})
    )


def _what_would_be_right(detail: ErrorDetails, model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(**context) + _near_choice(detail, context)
    field = _field(model, location)
    wanted = _TYPES.get(kind)
    bounds = _bounds(field) if field is not None else ""
    if wanted is None or "number" in wanted:
        return "must be " + ", ".join(filter(None, [wanted or _type_of(field), bounds])) + _meaning(field)
    return f"must be {wanted}{_meaning(field)}"


# What each fault says by itself; pydantic fills in the numbers.
_SENTENCES = {
    "value_error": "{error}",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} entries; it has {actual_length}",
    "too_long": "must have at most {max_length} entries; it has {actual_length}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
}
_LIMITS = {Ge: "{0.ge:g} or more", Gt: "above {0.gt:g}", Le: "at most {0.le:g}", Lt: "below {0.lt:g}"}
_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "a text in quotes",
    "list_type": "a list",
    "model_type": "a table of keys, { key = value }",
    "dict_type": "a table of keys, { key = value }",
    "finite_number": "a finite number",
}


def _type_of(field: FieldInfo | None) -> str:
    return "a whole number" if field is not None and is_whole(field) else "a number"


def _bounds(field: FieldInfo) -> str:
    return " and ".join(_LIMITS[type(limit)].format(limit) for limit in _limits(field) if type(limit) in _LIMITS)


def _limits(field: FieldInfo) -> list[Any]:
    """The numeric limits of a field, also those inside an Annotated member of a union."""
    found = list(field.metadata)
    for branch in (field.annotation, *get_args(field.annotation)):
        for note in getattr(branch, "__metadata__", ()):
            found += note.metadata if isinstance(note, FieldInfo) else [note]
    return found


def _meaning(field: FieldInfo | None) -> str:
    if field is None or not field.description:
        return ""
    unit = unit_of(field)
    unit_text = "" if unit == "1" else f", in {unit}"
    return f" ({field.description}{unit_text})"


def _what_it_is(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    field = _field(model, location)
    if location == ("phase",):
        return (
            "a scenario needs at least one [[phase]], for example pull = { speed = 0.05 }, until = { extension = 0.55 }"
        )
    return f"it must be given{_meaning(field)}"


def _nearest(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    parent = _model_at(model, location[:-1])
    return "remove it" if parent is None else suggest(str(location[-1]), _keys(parent), "known here:")


def _near_choice(detail: ErrorDetails, context: dict[str, Any]) -> str:
    if "expected" not in context:
        return ""
    choices = [part.strip(" '") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
    near = nearest(str(detail["input"]), choices)
    return "" if near is None else f"; did you mean {near!r}?"


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that holds the keys at this place of the file."""
    here: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or here is None:
            continue
        field = _keys(here).get(part)
        here = None if field is None else _inner_model(field.annotation)
    return here


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields by what they are called in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    for branch in (annotation, *get_args(annotation)):
        if isinstance(branch, type) and issubclass(branch, BaseModel):
            return branch
    return None


def _field(model: type[BaseModel], location: tuple[int | str, ...]) -> FieldInfo | None:
    names = [part for part in location if isinstance(part, str)]
    if not names:
        return None
    parent = _model_at(model, tuple(names[:-1]))
    return None if parent is None else _keys(parent).get(names[-1])
