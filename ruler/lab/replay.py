"""A recording played again: any moment of it as a scene, and whether it still comes out the same."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ruler.analysis import load_shares
from ruler.analysis.summary import NOTHING_OPENED
from ruler.errors import BadInputError, RulerError
from ruler.lab.scene import Holder, Scene
from ruler.recording import Recorder, Recording
from ruler.scenario import Scenario
from ruler.scenario.geometry import lay_out, pose_from_opening

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Where a recording and its simulation made again part.

    Attributes:
        sample: number of the first sample that differs, or None when none does.
        time: its time, s.
        text: the outcome in words.
    """

    sample: int | None
    time: float
    text: str


class Replay:
    """A recording with a moment in it.

    Args:
        recording: what to play: a ruler, or a spring-block chain.
        name: what it is called.

    Attributes:
        time: the moment, s.
        playing: whether it goes on by itself.
        loop: whether it begins again at its end.
        speed: seconds of the recording per real second.
        difference: the outcome of `verify`, or None.

    Raises:
        BadInputError: the recording is of something else.
    """

    def __init__(self, recording: Recording, name: str) -> None:
        self.recording, self.name = recording, name
        self._scenario = None
        if recording.meta.get("kind") != "spring-block":
            self._scenario = recording.scenario
            self._length = lay_out(self._scenario.ruler).length
        self.time = float(recording.time[0])
        self.playing, self.loop, self.speed = False, False, 1.0
        self.difference: Difference | None = None
        self._opening = recording.opening
        self._table = recording.table

    @property
    def end(self) -> float:
        """Time of the last sample, s."""
        return float(self.recording.time[-1])

    @property
    def index(self) -> int:
        """Number of the sample at or before the moment."""
        return int(np.searchsorted(self.recording.time, self.time + 1e-9, side="right")) - 1

    def advance(self, elapsed: float) -> None:
        """Real time goes on by `elapsed` s."""
        if not self.playing:
            return
        self.time += elapsed * self.speed
        if self.time >= self.end:
            span = self.end - float(self.recording.time[0])
            self.time = float(self.recording.time[0]) + (self.time % span if self.loop and span > 0 else span)
            self.playing = self.loop

    def seek(self, time: float) -> None:
        """Go to a moment, s."""
        self.time = min(self.end, max(float(self.recording.time[0]), time))

    def step(self, samples: int) -> None:
        """Go some samples forward (or back) and pause."""
        self.playing = False
        place = min(len(self.recording.time) - 1, max(0, self.index + samples))
        self.time = float(self.recording.time[place])

    @property
    def about(self) -> str:
        """What it is, in a paragraph."""
        source = self.recording.meta.get("source", {})
        description = " ".join(str(source.get("description", "")).split())
        seed = self.recording.meta.get("seed")
        return f"{self.recording.title}. {description} Seed {seed}; {self.recording.meta.get('status')}."

    def scene(self) -> Scene:
        """The moment as a scene; between two samples it is interpolated."""
        recording, before = self.recording, max(0, self.index)
        after = min(before + 1, len(recording.time) - 1)
        gap = float(recording.time[after] - recording.time[before])
        part = min(1.0, max(0.0, (self.time - float(recording.time[before])) / gap)) if gap > 0 else 0.0
        opening = (1 - part) * self._opening[before] + part * self._opening[after]
        row = (1 - part) * self._table[before] + part * self._table[after]
        share = load_shares(opening - self._opening[0], NOTHING_OPENED)
        if self._scenario is None:
            return _blocks(opening, share)
        return self._ruler(self._scenario, opening, share, row, before)

    def _ruler(self, scenario: Scenario, opening: Floats, share: Floats | None, row: Floats, before: int) -> Scene:
        tip, full = row[2:4], float(self._length.sum())
        inner_end = np.array([tip[0] - row[4] * full, 0.0])
        inner, outer = pose_from_opening(opening, self._length, inner_end, tip)
        phase = scenario.phase[min(len(scenario.phase) - 1, int(self._table[before, 1]))]
        force = np.array([row[5], 0.0])
        kind: Literal["hand", "mouse"] = "hand" if phase.hold else "mouse"
        held = phase.hold or abs(row[5]) > 1e-6
        return Scene(
            inner=inner,
            outer=outer,
            opening=opening,
            share=share,
            full_length=full,
            section_length=scenario.ruler.section_length,
            anchor=scenario.table.anchor,
            holders=(Holder(kind, at=outer[-1], target=outer[-1], force=force),) if held else (),
            trace=self._table[: before + 1, 2:4],
        )

    def verify(self) -> Difference:
        """Simulate the recording's scenario again and find the first sample that differs."""
        try:
            if self.recording.meta.get("kind") != "ruler":
                raise BadInputError("it was calculated, not simulated")
            recorder = Recorder(self.recording.scenario)
            recorder.run()
            self.difference = first_difference(self.recording, recorder.recording())
        except RulerError as error:
            self.difference = Difference(0, 0.0, f"cannot be simulated again: {error}")
        return self.difference


def _blocks(opening: Floats, share: Floats | None) -> Scene:
    """A spring-block chain: its openings are elongations, pi for the whole target."""
    places = np.concatenate(([0.0], np.cumsum(opening / np.pi)))
    points = np.column_stack((places, np.zeros_like(places)))
    return Scene(
        inner=points, outer=points, opening=opening, share=share, full_length=1.0, section_length=0.1, blocks=places
    )


def first_difference(recorded: Recording, again: Recording) -> Difference:
    """Where two recordings part."""
    rows = min(len(recorded.table), len(again.table))
    differs = np.flatnonzero((recorded.table[:rows] != again.table[:rows]).any(axis=1))
    if differs.size:
        sample = int(differs[0])
        return Difference(sample, float(recorded.time[sample]), f"differs from sample {sample + 1} on")
    if len(recorded.table) != len(again.table):
        return Difference(rows - 1, float(recorded.time[rows - 1]), f"the same, but one ends after sample {rows}")
    return Difference(None, 0.0, f"simulated again: all {rows} samples the same, to the last bit")
