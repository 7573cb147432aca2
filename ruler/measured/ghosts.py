"""The measured ruler that belongs to a scenario, and where its hinges were: what is drawn beside the simulated ones."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ruler import io
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.measured.pull import turned
from ruler.recording import Recording, load_recording
from ruler.scenario import Scenario, scenario_to_toml
from ruler.scenario.geometry import lay_out, pose_from_opening
from ruler.shipped import by_name, find, shipped


def shipped_measured() -> dict[str, Path]:
    """Name and file of every shipped recording of a real ruler."""
    return by_name(shipped("assets") / "measured", ".csv")


def load_measured(source: str | Path, seen_from: Path | None = None) -> Recording:
    """A measured recording: a file, or the name of a shipped one.

    Args:
        source: as in a scenario's key `measured`, or as a user names it.
        seen_from: folder that a relative path starts at; None: the working directory.

    Raises:
        BadInputError: there is none, or it is not of a real ruler.
    """
    beside = None if seen_from is None else seen_from / source
    path = beside if beside is not None and beside.is_file() else find(source, shipped_measured(), "measured ruler")
    recording = load_recording(path)
    if not recording.measured:
        raise BadInputError(f"{path}: is no recording of a real ruler (kind measured)")
    return recording


def save_fitted(scenario: Scenario, measured: str, path: Path, force: bool = False) -> None:
    """Write a fitted ruler, with what it was fitted to as it is found from there.

    Args:
        scenario: the ruler.
        measured: a shipped measured recording's name, or a file.
        path: where it goes.
        force: whether it may replace another file.

    Raises:
        FailedError: it could not be written.
    """
    name = measured
    if measured not in shipped_measured() or Path(measured).is_file():
        try:
            name = Path(os.path.relpath(measured, path.parent)).as_posix()
        except ValueError:  # on another drive
            name = Path(measured).resolve().as_posix()
    io.write_text(path, scenario_to_toml(scenario.model_copy(update={"measured": name})), force)


def measured_of(scenario: Scenario, folder: Path) -> "MeasuredGhost | None":
    """What a scenario's key `measured` names, seen from the folder of its file; None without one.

    Raises:
        BadInputError: it cannot be read, or has another number of hinges.
    """
    if not scenario.measured:
        return None
    recording = load_measured(scenario.measured, folder)
    if recording.hinges != scenario.ruler.hinges:
        raise BadInputError(
            f"measured: {scenario.measured}: has {recording.hinges} hinges, the scenario's ruler "
            f"{scenario.ruler.hinges}"
        )
    return MeasuredGhost(recording)


@dataclass(frozen=True)
class Photographed:
    """A real ruler at one row of its recording.

    Attributes:
        number: of the row, from 0.
        label: what it is called, such as "photograph 2 of 4".
        nodes: pin, hinges, tip, m, shape (N + 2, 2), the first tip on +x.
        opening: rad, shape (N,).
    """

    number: int
    label: str
    nodes: Floats
    opening: Floats


class MeasuredGhost:
    """A measured recording beside a run of its scenario.

    Args:
        recording: of kind measured.

    Attributes:
        recording: as given.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        tip = recording.table[:, 2:4]
        self._tip = turned(tip, -math.atan2(tip[0, 1], tip[0, 0]))
        self._length = lay_out(recording.ruler).length

    def at(self, tip: Floats, time: float | None = None) -> Photographed:
        """The row that belongs to a moment of a run: of a film by its time (s), of stills the one whose tip is nearest.

        Args:
            tip: of the run, m, shape (2,).
            time: of the run, s; None: the tip decides also for a film.
        """
        recording = self.recording
        if recording.timed and time is not None:
            times = recording.time - recording.time[0]
            number, what = min(len(times) - 1, int(np.searchsorted(times, time - 1e-9))), "frame"
        else:
            number, what = int(np.hypot(*(self._tip - tip).T).argmin()), "photograph"
        inner, outer = pose_from_opening(recording.opening[number], self._length, None, self._tip[number])
        return Photographed(
            number,
            f"{what} {number + 1} of {len(self._tip)}",
            np.vstack((inner[:1], outer)),
            recording.opening[number],
        )
