"""What commands share: options, options made from a model, one JSON object, files sorted by their ending."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, TypeVar, get_type_hints

from cyclopts import Parameter

from ruler.cli.console import say
from ruler.errors import BadInputError, FailedError
from ruler.progress import progress

if TYPE_CHECKING:
    from ruler.api.runs import Watch
    from ruler.mechanics import Simulation
    from ruler.recording import Recording

T = TypeVar("T")

PulledEnd = Literal["deep", "shallow"]
Sets = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative=(),
        help="change a key, for example --set hinge.torque=0.02 or --set phase.0.pull.speed=0.3; may be repeated",
    ),
]
Flag = Annotated[bool, Parameter(negative=())]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="print exactly one JSON object")]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="replace an existing file")]
Output = Annotated[str, Parameter(name=["--output", "-o"])]
MaybeOutput = Annotated[str | None, Parameter(name=["--output", "-o"])]
Outputs = Annotated[
    list[str] | None,
    Parameter(
        name=["--output", "-o"],
        negative=(),
        help="a figure (.png, .svg, .pdf) or a recording ({tables}), by its ending; may be repeated",
    ),
]
FigureFile = Annotated[str | None, Parameter(name="--figure", help="a figure; the same as -o with its ending")]
Pulled = Annotated[
    PulledEnd,
    Parameter(
        help="which end of the network the pulled end stands for: deep (the output layer, as in the paper and in "
        "measured networks) or shallow (as a press article has it)"
    ),
]

# As `ruler.networks.SEPARATIONS`, which takes too long to import for a help.
MeasureName = Annotated[
    Literal["trace-ratio", "pseudo-inverse", "fuzziness", "nc1", "nc2", "effective-rank", "probe"],
    Parameter(
        name="--measure",
        help="how D is computed from features: trace-ratio is log tr S_within - log tr S_between; pseudo-inverse is "
        "log tr(S_within pinv(S_between)), which is the log of the separation fuzziness; nc1, nc2 are those of neural "
        "collapse, log; effective-rank, log; probe is the share that a linear classifier gets wrong",
    ),
]


def print_json(content: Mapping[str, Any], indent: int | None = None) -> None:
    """Print one JSON object; a NaN, which JSON does not know, would be an error of ours."""
    print(json.dumps(content, allow_nan=False, indent=indent))


def answer(json_: bool, content: Mapping[str, Any], *lines: str) -> None:
    """What a command has found: one JSON object, or the same for people."""
    if json_:
        print_json(content)
    else:
        say("\n".join(lines))


@contextmanager
def playing() -> "Iterator[Watch]":
    """Say on stderr which scenario is played, and how far it is."""
    said = set()
    with progress("playing", "s simulated") as show:

        def watch(name: str, simulation: "Simulation") -> None:
            if name not in said:
                said.add(name)
                say(f"playing {name} ...", error=True)
            show(simulation.time, simulation.planned_time, name)

        yield watch


@contextmanager
def percent(title: str) -> Iterator[Callable[[float], None]]:
    """Show which part of the work, from 0 to 1, is done; Ctrl-C ends the command as failed."""
    with progress(title, "%") as show:
        try:
            yield lambda part: show(round(100.0 * part), 100)
        except KeyboardInterrupt:
            raise FailedError("interrupted; nothing was saved") from None


def model_options(name: str, model: type, defaults: Mapping[str, Any]) -> Any:
    """Options for the fields of a model, for `Annotated[..., Parameter(name="*")]`: a dict of those that were given.

    Args:
        name: of the type that is made.
        model: a dataclass or a pydantic model, with words for each field; see `described`.
        defaults: for each field wanted, its default, or what is said of it.
    """
    kinds, words = get_type_hints(model), described(model)
    options = {
        key: Annotated[kinds[key], Parameter(help=f"{words[key]} Default {in_words(default)}.")]
        for key, default in defaults.items()
    }
    return TypedDict(name, options, total=False)  # type: ignore[operator]


def in_words(value: Any) -> str:
    """The value of an option, as a user gives it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def described(model: type) -> dict[str, str]:
    """What each field of a model is, by the description it carries, as a sentence."""
    if is_dataclass(model):
        own = [each for base in reversed(model.__mro__) if is_dataclass(base) for each in fields(base)]
        texts = {each.name: each.metadata["description"] for each in own if "description" in each.metadata}
    else:
        texts = {name: each.description or "" for name, each in getattr(model, "model_fields", {}).items()}
    return {name: text[:1].upper() + text[1:].removesuffix(".") + "." for name, text in texts.items()}


def flagged(arguments: Collection[str], work: Callable[[], T]) -> T:
    """What `work` returns; a complaint that begins with one of its arguments names the flag instead."""
    try:
        return work()
    except BadInputError as error:
        argument, colon, rest = str(error).partition(":")
        if argument not in arguments:
            raise
        raise BadInputError(f"--{argument.replace('_', '-')}{colon}{rest}") from None


@dataclass
class Targets:
    """Files to write, checked before the work begins, and sorted by their ending."""

    figures: list[Path] = field(default_factory=list)
    recordings: list[Path] = field(default_factory=list)

    def save(self, recording: "Callable[[], Recording]", draw: Callable[[], Any], force: bool) -> None:
        """Write everything; what is not wanted is neither made nor drawn."""
        if self.recordings:
            from ruler.recording import save_recording

            made = recording()
            for path in self.recordings:
                save_recording(made, path, force)
        if self.figures:
            from ruler.figures.frame import save_figure

            drawn = draw()
            for path in self.figures:
                save_figure(drawn, path)

    def as_dict(self) -> dict[str, list[str]]:
        """Their names, for JSON."""
        return {"recordings": [*map(str, self.recordings)], "figures": [*map(str, self.figures)]}

    @property
    def lines(self) -> list[str]:
        """A line for each."""
        return [*(f"recording: {path}" for path in self.recordings), *(f"figure: {path}" for path in self.figures)]


def targets(output: list[str] | None, figure: str | None, force: bool) -> Targets:
    """Sort what is to be written.

    Raises:
        BadInputError: another ending, a file named twice, or one that cannot be written.
    """
    found = Targets()
    asked = [*(("-o", name) for name in output or []), *([("--figure", figure)] if figure else [])]
    if not asked:
        return found
    from ruler import io
    from ruler.figures import ENDINGS, figure_path
    from ruler.recording import output_path

    for flag, name in asked:
        ending = Path(name).suffix.lower()
        if ending in ENDINGS:
            found.figures.append(figure_path(name, force))
        elif flag == "--figure":
            raise BadInputError(f"--figure {name}: a figure must end in {', '.join(ENDINGS)}")
        elif ending in io.FORMATS:
            found.recordings.append(output_path(name, "theory", force))
        else:
            raise BadInputError(
                f"-o {name}: must be a figure ({', '.join(ENDINGS)}) or a recording ({', '.join(io.FORMATS)}), by its "
                "ending"
            )
    paths = [*found.figures, *found.recordings]
    for path in paths:
        if [other.resolve() for other in paths].count(path.resolve()) > 1:
            raise BadInputError(f"{path}: is named twice; name each file once")
    return found
