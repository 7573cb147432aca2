"""The path of a scripted hand, known before the run, and what it asks of the ruler."""

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
