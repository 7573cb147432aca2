"""The path of a scripted hand, known before the run, and what it asks of the ruler."""

import math
from collections.abc import Iterator

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.drive import Drive, Pose
from ruler.scenario.geometry import lay_out
from ruler.scenario.reach import PathFinding, is_rigid, path_findings
from ruler.scenario.scenario import Scenario, planned_duration

# Of a longer phase so many points are looked at, evenly spread.
_MOST_POINTS = 1_000_000
# A hand that goes straight on needs no more.
_STRAIGHT_POINTS = 1000


def find_impossible(scenario: Scenario) -> list[PathFinding]:
    """What the scripted hand asks of the ruler beyond what it can follow; empty where only the run can tell."""
    if not is_rigid(scenario):
        return []
    return [finding for phase, *path in hand_paths(scenario) for finding in path_findings(scenario, phase, *path)]


def forced_words(scenario: Scenario, gap: float, time: float) -> str:
    """What the hand asked for when it forced a joint apart by `gap` (m) at `time` (s), and what would help."""
    share = 100.0 * gap / scenario.ruler.section_length
    gives = not (math.isinf(scenario.hand.strength) and math.isinf(scenario.hand.stiffness))
    helps = "raise simulation.rate" if gives else "give the hand a strength, such as --set hand.strength=20"
    return (
        f"the path asks for what the ruler cannot follow{_asked_at(scenario, time)}: at {time:.3f} s a joint was "
        f"forced {1000.0 * gap:.3g} mm apart, {share:.2g} % of a section; {helps}, or shake less"
    )


def _asked_at(scenario: Scenario, time: float) -> str:
    """Where the hand is sent at a time (s) and how fast it goes round the pin there; empty where nobody knows."""
    for _, times, x, y in hand_paths(scenario):
        if time > times[-1] or times.size < 3:
            continue
        at = int(np.searchsorted(times, time).clip(1, times.size - 2))
        place = f", near x {x[at]:.3g}, y {y[at]:.3g} m"
        if scenario.table.anchor == "free":
            return place
        turned = np.diff(np.unwrap(np.arctan2(y[at - 1 : at + 2], x[at - 1 : at + 2]))).sum()
        turning = abs(turned) / (times[at + 1] - times[at - 1])
        return (
            f"{place}, {math.hypot(x[at], y[at]):.3g} m from the pin, where the line to it turns at {turning:.3g} rad/s"
        )
    return ""


def hand_paths(scenario: Scenario) -> Iterator[tuple[str, Floats, Floats, Floats]]:
    """Name, time (s, since the start) and x, y (m, from the pin) of the hand in each phase that can be foretold.

    The shakes are those of the run: they follow from the seed. A hand that lets go, or pulls by a force, is where
    the ruler takes it, which ends what can be foretold.
    """
    shape = lay_out(scenario.ruler)
    pose: Pose = (float(shape.tip[0]), float(shape.tip[1]), 0.0, 0.0)
    began = 0.0
    for index, phase in enumerate(scenario.phase):
        planned = planned_duration(phase, pose[0], shape.full_length)
        if planned is None or not phase.hold or (phase.pull is not None and phase.pull.force is not None):
            return
        dt = max(1.0 / scenario.steps_per_second, planned / _MOST_POINTS)
        if not phase.shake and (phase.pull is None or phase.pull.path is None):
            dt = max(dt, planned / _STRAIGHT_POINTS)
        drive = Drive(phase, pose, planned, dt, scenario.seed, index)
        steps = drive.steps or 1
        moved = drive.moves(steps)[:, :2] * dt
        drive.go_by(steps)
        place: Floats = np.vstack((pose[:2], pose[:2] + np.cumsum(moved, axis=0)))
        time: Floats = began + dt * np.arange(steps + 1, dtype=np.float64)
        yield phase.name, time, place[:, 0], place[:, 1]
        pose = drive.position
        began += steps * dt
