"""A scenario in the slow limit: which ruler is pulled, and where its tip goes.

The slow limit has no time of its own. What a scenario says of speeds and rests only sets the clock
that the recorded samples carry. Refused is what the limit cannot know: shaking, forces, a hand that
gives or slips, springs, friction that is greater at rest, commands. Left out is what vanishes when
everything goes slowly enough: friction that grows with speed, and the settings of the simulation.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.scenario import Scenario
from ruler.scenario.geometry import Shape, lay_out, start_opening
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.model import TABLES, Phase, marked
from ruler.scenario.parts import Slow
from ruler.scenario.scenario import stretches
from ruler.theory.quasi_static import STEP
from ruler.theory.slow_ruler import QuasiStaticRuler

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class SlowPull:
    """A scenario's ruler and the way of its tip in the slow limit.

    Attributes:
        ruler: the ruler at its start.
        start: where the tip is at the start, m along +x from the fixed end.
        time: s, shape (samples,), by the scenario's clock; the first is 0, the last its end.
        displacement: m, shape (samples,), of the tip from its start along +x.
        phase: shape (samples,), number of the phase; a sample at a phase's end belongs to it.
        ignored: keys of the scenario that mean something, but nothing in the slow limit.
    """

    ruler: QuasiStaticRuler
    start: float
    time: Floats
    displacement: Floats
    phase: Integers
    ignored: tuple[str, ...]


def slow_pull_of(scenario: Scenario, source: str = "the scenario") -> SlowPull:
    """The slow limit of a scenario whose phases pull with a speed, or rest, and shake nothing.

    Samples are evenly spaced in time, `recording.rate` a second, or rarer, so that the tip goes on
    average a step of the solver (`quasi_static.STEP`) or more from one to the next; the end of the
    scenario is always there.

    Args:
        scenario: the scenario.
        source: its file or name, for messages.

    Raises:
        BadInputError: naming source, key and value, and why there is no slow limit; one line for
            each thing.
    """
    faults = [f"{source}: {key}: {value}: {why}" for key, value, why in _faults(scenario)]
    if faults:
        raise BadInputError("\n".join(faults))
    shape = lay_out(scenario.ruler)
    if shape.tip[0] < 1e-9 * shape.full_length:
        raise BadInputError(
            f"{source}: ruler.opening: {scenario.ruler.opening}: folds the tip onto the fixed end, so that the slow "
            "pull has no direction; open a hinge a little"
        )
    time, displacement, phase = _sampled(
        _stretches(scenario, shape.full_length, source), scenario.recording.rate, float(shape.length.mean())
    )
    return SlowPull(
        ruler=_ruler(scenario, shape, source),
        start=float(shape.tip[0]),
        time=time,
        displacement=displacement,
        phase=phase,
        ignored=tuple(key for key, slow, *_ in _beyond_slowness(scenario) if slow.refused is None),
    )


def _ruler(scenario: Scenario, shape: Shape, source: str) -> QuasiStaticRuler:
    torques, table = hinge_torques(scenario), scenario.table
    low, high = np.radians(scenario.ruler.limits).tolist()
    try:
        return QuasiStaticRuler(
            section_length=tuple(shape.length.tolist()),
            section_mass=tuple(shape.mass.tolist()),
            opening=tuple(start_opening(scenario.ruler).tolist()),
            torque=tuple(torques.opening.tolist()),
            closing_torque=tuple(torques.closing.tolist()),
            limits=(low, high),
            friction=table.friction,
            gravity=table.gravity,
            anchor=table.anchor,
            tilt=math.radians(table.tilt),
        )
    except BadInputError as error:
        field, _, rest = str(error).partition(":")
        key = next((f"{table}.{field}" for table, model in TABLES.items() if field in model.model_fields), field)
        raise BadInputError(f"{source}: {key}:{rest}") from None


def _stretches(scenario: Scenario, full: float, source: str) -> Iterator[tuple[float, float]]:
    """How long each phase lasts (s) and how far the tip goes in it (m, negative: back)."""
    for number, (phase, _, duration, x) in enumerate(stretches(scenario)):
        if duration is None or x is None:  # the scenario's own checks leave nothing that comes here
            raise BadInputError(f"{source}: phase.{number}.until: cannot be told in advance")
        if scenario.table.anchor != "free" and not 0.0 < x < full * (1.0 - 1e-9):
            raise BadInputError(
                f"{source}: phase.{number}.until: takes the tip to {x / full:.4g} full lengths from the fixed end; "
                "the slow limit goes on only between 0 and 1, both excluded: end the phase sooner"
            )
        yield duration, _speed(phase) * duration


def _speed(phase: Phase) -> float:
    return 0.0 if phase.pull is None or phase.pull.speed is None else phase.pull.speed


def _sampled(pulls: Iterator[tuple[float, float]], rate: float, section: float) -> tuple[Floats, Floats, Integers]:
    durations, ways = zip(*pulls, strict=True)
    ends, places = np.cumsum([0.0, *durations]), np.cumsum([0.0, *ways])
    way = sum(map(abs, ways))
    pulling = sum(duration for duration, part in zip(durations, ways, strict=True) if part)
    interval = max(1, int(rate * pulling * STEP * section / way)) / rate
    # A sample closer to the end than rounding reaches is the end.
    count = int(np.ceil(ends[-1] / interval - 1e-6))
    time = np.append(np.arange(count) * interval, ends[-1])
    phase = np.searchsorted(ends[1:-1] + 1e-9, time, side="left")
    return time, np.interp(time, ends, places), phase.astype(np.int64)


Fault = tuple[str, Any, str]


def _faults(scenario: Scenario) -> Iterator[Fault]:
    """Key, value and reason for everything that has no slow limit, or none that is known here."""
    yield from _table_faults(scenario)
    if scenario.command:
        yield "command", f"{len(scenario.command)} commands", "a session of the window has no slow limit"
    for number, phase in enumerate(scenario.phase):
        yield from _phase_faults(f"phase.{number}", phase)
    if not any(_speed(phase) for phase in scenario.phase):
        yield "phase", f"{len(scenario.phase)} phases", "none pulls; the slow limit needs a pull = { speed = ... }"


def _table_faults(scenario: Scenario) -> Iterator[Fault]:
    steepest = math.degrees(math.atan(scenario.table.friction))
    if scenario.table.tilt and abs(scenario.table.tilt) > steepest:
        yield (
            "table.tilt",
            scenario.table.tilt,
            f"friction {scenario.table.friction} holds the sections up to {steepest:.3g} deg; on a steeper table they "
            "slip by themselves, and not slowly: tilt it less or make it rougher",
        )
    for key, slow, value, neutral in _beyond_slowness(scenario):
        if slow.refused is not None:
            yield key, value, f"{slow.refused}; give {json.dumps(neutral) if isinstance(neutral, str) else neutral}"


def _beyond_slowness(scenario: Scenario) -> Iterator[tuple[str, Slow, Any, Any]]:
    """Key, mark, value and neutral value of every key that means something, but nothing in the slow limit."""
    for key, slow in marked(Slow).items():
        table, name = key.split(".")
        keys = getattr(scenario, table)
        value = getattr(keys, name)
        neutral = slow.neutral if slow.same_as is None else getattr(keys, slow.same_as)
        if value not in (None, neutral):
            yield key, slow, value, neutral


def _phase_faults(key: str, phase: Phase) -> Iterator[Fault]:
    pull = phase.pull
    if pull is not None and pull.force is not None:
        yield f"{key}.pull.force", pull.force, "a force beyond friction makes the ruler go fast; pull with a speed"
    if pull is not None and pull.path is not None:
        yield f"{key}.pull.path", f"{len(pull.path)} points", "the slow limit pulls along x only; pull with a speed"
    if not phase.hold:
        yield f"{key}.hold", phase.hold, "the slow limit knows only a hand that holds the tip; give true"
    for number, shake in enumerate(phase.shake):
        if shake.amplitude > 0.0:
            yield f"{key}.shake.{number}.amplitude", shake.amplitude, "shaking is never slow; give 0 or leave it out"
