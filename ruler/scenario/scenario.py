"""A whole scenario: its tables, and the checks that look at several keys at once.

These find impossible geometry, rates that do not fit together, and phases that can never end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from ruler.scenario.commands import MAX_COMMANDS, Command
from ruler.scenario.geometry import lay_out
from ruler.scenario.model import (
    MAX_PHASES,
    MAX_RATE,
    Hand,
    Hinge,
    Phase,
    Pull,
    RecordingKeys,
    Ruler,
    SimulationKeys,
    Table,
)
from ruler.scenario.parts import StrictModel, choice
from ruler.scenario.stepping import (
    STEPS_PER_PERIOD,
    Stepping,
    all_shakes,
    greatest_spring,
    greatest_stiffness,
    stepping,
)

MAX_STEPS = 1_000_000_000
MAX_CELLS = 50_000_000
# Numbers per sample besides the hinges: time, tip, force, energies.
COLUMNS_BESIDE_HINGES = 12


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the key's path, its value, and what would be right."""

    key: str
    value: Any
    text: str


class ProblemsError(ValueError):
    """Several problems at once; pydantic carries it inside its own error."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.key}: {p.text}" for p in problems))
        self.problems = problems


class Scenario(StrictModel):
    """A whole scenario file. A missing key takes the value it has in its table."""

    format: Literal[1] = choice(1, "version of this file format")
    title: str = Field("Untitled", description="one line", max_length=200)
    description: str = Field("", description="what to look for", max_length=5000)
    seed: int = Field(1, description="seed of every shake", ge=0, lt=2**63)
    measured: str = Field(
        "",
        description="recording of a real ruler that the window shows beside this one: a file, seen from this one, or "
        "the name of a shipped one",
        max_length=1000,
    )
    ruler: Ruler = Field(default_factory=Ruler, description="the ruler")
    hinge: Hinge = Field(default_factory=Hinge, description="the hinge law")
    table: Table = Field(default_factory=Table, description="the table")
    hand: Hand = Field(default_factory=Hand, description="the hand")
    phase: list[Phase] = Field(..., description="what happens, in order", min_length=1, max_length=MAX_PHASES)
    simulation: SimulationKeys = Field(default_factory=SimulationKeys, description="the fixed-step simulation")
    recording: RecordingKeys = Field(default_factory=RecordingKeys, description="what is kept")
    command: list[Command] = Field(
        default=[], description="what a hand in the window did, step by step", max_length=MAX_COMMANDS
    )

    @model_validator(mode="after")
    def _keys_fit_together(self) -> "Scenario":
        problems = find_problems(self)
        if problems:
            raise ProblemsError(problems)
        return self

    @property
    def stepping(self) -> Stepping:
        """How finely a run is stepped, and why."""
        return stepping(self)

    @property
    def steps_per_second(self) -> int:
        """Steps per second of a run: `simulation.rate`, or what "auto" chooses."""
        return stepping(self).rate

    @property
    def iterations(self) -> int:
        """Solver iterations per step: `simulation.iterations`, or what "auto" chooses."""
        return stepping(self).iterations

    def with_numbers(self) -> "Scenario":
        """The scenario with its rate and iterations as numbers, so that they stay when the ruler changes."""
        made = stepping(self)
        numbers = SimulationKeys(rate=made.rate, iterations=made.iterations)
        return self.model_copy(update={"simulation": numbers})


def find_problems(scenario: Scenario) -> list[Problem]:
    """Everything about this scenario that no single key shows."""
    problems = [*_ruler_problems(scenario), *_command_problems(scenario)]
    if not any(p.key == "hinge.torque" for p in problems):
        problems += _rate_problems(scenario)
    if not any(p.key.startswith(("ruler", "hinge.torque")) for p in problems):
        problems += _phase_problems(scenario)
    return problems


def _ruler_problems(scenario: Scenario) -> Iterator[Problem]:
    ruler = scenario.ruler
    low, high = ruler.limits
    openings = ruler.opening if isinstance(ruler.opening, list) else [ruler.opening]
    if isinstance(ruler.opening, list) and len(openings) != ruler.hinges:
        yield Problem(
            "ruler.opening",
            f"{len(openings)} numbers",
            f"must be one number or one per hinge, that is {ruler.hinges}",
        )
    for i, opening in enumerate(openings):
        if not low <= opening <= high:
            key = f"ruler.opening.{i}" if isinstance(ruler.opening, list) else "ruler.opening"
            yield Problem(key, opening, f"must lie within ruler.limits, {low} to {high} deg")
    yield from torque_problems("hinge.torque", scenario.hinge.torque, ruler.hinges)


def torque_problems(key: str, torque: float | list[float] | None, hinges: int) -> Iterator[Problem]:
    """Whether a torque given at this key is one number or one per hinge."""
    if isinstance(torque, list) and len(torque) != hinges:
        yield Problem(key, f"{len(torque)} numbers", f"must be one number or one per hinge, that is {hinges}")


def _rate_problems(scenario: Scenario) -> Iterator[Problem]:
    rate = scenario.steps_per_second
    if scenario.recording.rate > rate:
        yield Problem("recording.rate", scenario.recording.rate, f"must not exceed simulation.rate, {rate} per second")
    hand, spring = scenario.hand.stiffness, scenario.hinge.stiffness
    if hand < float("inf"):
        greatest = greatest_stiffness(scenario.ruler, rate)
        yield from _stiffness_problems("hand.stiffness", hand, greatest, "N/m", rate, ", or use inf for a rigid hand")
    yield from _stiffness_problems("hinge.stiffness", spring, greatest_spring(scenario.ruler, rate), "N m/rad", rate)
    for key, shake in all_shakes(scenario):
        if shake.frequency > rate / STEPS_PER_PERIOD:
            yield Problem(
                f"{key}.frequency",
                shake.frequency,
                f"must be at most an eighth of simulation.rate, {rate / STEPS_PER_PERIOD:g} Hz, or the shaking cannot "
                "be followed",
            )


def _stiffness_problems(
    key: str, value: float, greatest: float, unit: str, rate: int, instead: str = ""
) -> Iterator[Problem]:
    if value > greatest:
        enough = rate * (value / greatest) ** 0.5
        finer = f", or raise simulation.rate to {enough:.0f}" if enough <= MAX_RATE else ""
        yield Problem(
            key, value, f"is too stiff for {rate} steps per second: at most {greatest:.4g} {unit}{finer}{instead}"
        )


def _command_problems(scenario: Scenario) -> Iterator[Problem]:
    before = 0
    taken = scenario.ruler.hinges + 1
    for i, command in enumerate(scenario.command):
        if command.step < before:
            yield Problem(f"command.{i}.step", command.step, f"must not be before the last command's, {before}")
        before = max(before, command.step)
        if command.set is not None and command.set.key == "hinge.torque":
            yield from torque_problems(f"command.{i}.set.value", command.set.value, scenario.ruler.hinges)
        if command.end and i + 1 < len(scenario.command):
            yield Problem(f"command.{i}.end", True, "must be the last command")
        if command.grab is not None and command.grab.section > taken:
            yield Problem(f"command.{i}.grab.section", command.grab.section, f"the ruler has {taken} sections")
        if command.grab is not None and command.grab.section == taken and scenario.phase[-1].hold:
            yield Problem(
                f"command.{i}.grab.section",
                taken,
                "takes the tip from the script, which then goes on with the last phase; that phase needs hold = false",
            )
    if scenario.command and not scenario.command[-1].end:
        yield Problem(
            "command", f"{len(scenario.command)} commands", "the last one must be the session's end, end = true"
        )


def path_end_time(path: list[list[float]], start_x: float, goal_x: float) -> float | None:
    """When a path that begins with the tip at `start_x` first has it at `goal_x`, in s, or None.

    Args:
        path: rows [t, x, y] in s and m; the first point is where the hand is.
        start_x: x of the tip when the path begins, in m.
        goal_x: x to reach, in m.
    """
    points = np.asarray(path, dtype=np.float64)
    ahead = start_x + points[:, 1] - points[0, 1] - goal_x
    crossed = np.flatnonzero(np.sign(ahead[:-1]) != np.sign(ahead[1:]))
    if crossed.size == 0:
        return None
    i = int(crossed[0])
    part = ahead[i] / (ahead[i] - ahead[i + 1])
    return float(points[i, 0] + part * (points[i + 1, 0] - points[i, 0]))


def planned_duration(phase: Phase, start_x: float | None, full_length: float) -> float | None:
    """How long a phase lasts when the hand gets where it is going, in s; None when only the run can tell.

    Args:
        phase: the phase.
        start_x: x of the hand from the fixed end when the phase begins, in m; None if unknown.
        full_length: length of the straight ruler in m.
    """
    goal = _time_to_extension(phase, start_x, full_length)
    times = [time for time in (goal, phase.until.time) if time is not None]
    open_ended = phase.until.extension is not None and goal is None
    if not times or (open_ended and phase.until.time is None):
        return None
    return min(times)


def planned_time(scenario: Scenario) -> float | None:
    """How long the whole scenario lasts if the hand gets where it is going, s; None when only the run can tell."""
    total = 0.0
    for stretch in stretches(scenario):
        if stretch.duration is None:
            return None
        total += stretch.duration
    return _until_command(scenario, total)


def _until_command(scenario: Scenario, total: float) -> float:
    """A time in s, or that of the command that ends the session, if it comes before."""
    return min(total, scenario.command[-1].step / scenario.steps_per_second) if scenario.command else total


class Stretch(NamedTuple):
    """A phase as it is planned; None: only the run can tell.

    Attributes:
        phase: the phase.
        start: x of the hand from the fixed end when it begins, in m.
        duration: how long it lasts, in s.
        end: x of the hand when it ends, in m.
    """

    phase: Phase
    start: float | None
    duration: float | None
    end: float | None


def stretches(scenario: Scenario) -> Iterator[Stretch]:
    """The phases, one after the other, if the hand gets where it is going."""
    shape = lay_out(scenario.ruler)
    x: float | None = float(shape.tip[0])
    for phase in scenario.phase:
        duration = planned_duration(phase, x, shape.full_length)
        end = _hand_after(phase.pull, x, duration)
        yield Stretch(phase, x, duration, end)
        x = end


def _time_to_extension(phase: Phase, start_x: float | None, full_length: float) -> float | None:
    pull, extension = phase.pull, phase.until.extension
    if extension is None or pull is None or start_x is None:
        return None
    goal_x = extension * full_length
    if pull.speed:
        time = (goal_x - start_x) / pull.speed
        return time if time >= 0 else None
    return path_end_time(pull.path, start_x, goal_x) if pull.path else None


def _phase_problems(scenario: Scenario) -> Iterator[Problem]:
    full = lay_out(scenario.ruler).full_length
    total = 0.0
    for i, (phase, start, duration, x) in enumerate(stretches(scenario)):
        found = [*_end_problems(f"phase.{i}", phase, start, full), *_shake_problems(f"phase.{i}", phase, duration)]
        yield from found
        if found:
            return  # where the hand is after a wrong phase is anybody's guess
        total += duration or 0.0
        if _held_firmly(scenario) and x is not None and abs(x) > full * (1 + 1e-12):
            yield Problem(
                f"phase.{i}.until",
                phase.until.model_dump(exclude_none=True),
                f"takes the hand to x = {x:.3g} m, but the straight ruler is {full:.3g} m long; end the phase sooner",
            )
            return
    yield from _size_problems(scenario, total)


def _held_firmly(scenario: Scenario) -> bool:
    hand = scenario.hand
    return hand.strength == float("inf") and hand.stiffness == float("inf") and scenario.table.anchor != "free"


def _hand_after(pull: Pull | None, x: float | None, duration: float | None) -> float | None:
    if pull is None or x is None:
        return x
    if pull.force is not None or duration is None:
        return None
    if pull.speed is not None:
        return x + pull.speed * duration
    points = np.asarray(pull.path, dtype=np.float64)
    return x + float(np.interp(duration, points[:, 0], points[:, 1]) - points[0, 1])


def _end_problems(key: str, phase: Phase, x: float | None, full: float) -> Iterator[Problem]:
    goal = phase.until.extension
    if goal is None:
        return
    never = f"{key}.until.extension"
    where = "" if x is None else f"; the phase begins at extension {x / full:.4g}"
    if phase.pull is None:
        yield Problem(never, goal, "is never reached, for nothing pulls; add a pull, or end the phase by time")
    elif phase.pull.path is not None:
        if x is not None and path_end_time(phase.pull.path, x, goal * full) is None:
            yield Problem(never, goal, f"is never reached by the path{where}")
    else:
        drive = phase.pull.speed if phase.pull.speed is not None else phase.pull.force
        name = "speed" if phase.pull.speed is not None else "force"
        if not drive:
            yield Problem(never, goal, f"is never reached with {name} 0")
        elif x is not None and (goal * full - x) * drive < 0:
            yield Problem(never, goal, f"is never reached with {name} {drive}{where}")


def _shake_problems(key: str, phase: Phase, duration: float | None) -> Iterator[Problem]:
    by_force = phase.pull is not None and phase.pull.force is not None
    for j, shake in enumerate(phase.shake):
        if by_force and shake.where == "tip":
            yield Problem(
                f"{key}.shake.{j}.where",
                "tip",
                "cannot be shaken by a set amplitude while a set force pulls it; pull with speed or path, or shake "
                "the table",
            )
        if shake.envelope == "fade" and duration is None:
            yield Problem(
                f"{key}.shake.{j}.envelope",
                "fade",
                "needs a phase whose end is known; add until.time, or use decay",
            )


def _size_problems(scenario: Scenario, total: float) -> Iterator[Problem]:
    total = _until_command(scenario, total)
    steps = total * scenario.steps_per_second
    if steps > MAX_STEPS:
        yield Problem(
            "simulation.rate",
            scenario.steps_per_second,
            f"makes {steps:.3g} steps in {total:.3g} s; at most {MAX_STEPS:.0e} are sensible: shorten the phases "
            "or step less often",
        )
    cells = total * scenario.recording.rate * (scenario.ruler.hinges + COLUMNS_BESIDE_HINGES)
    if cells > MAX_CELLS:
        yield Problem(
            "recording.rate",
            scenario.recording.rate,
            f"makes a table of {cells:.3g} numbers; at most {MAX_CELLS:.0e} are sensible: record less often",
        )
