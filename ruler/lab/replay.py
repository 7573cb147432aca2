"""Recordings played again: any moment as a scene, and whether they still come out the same."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ruler.analysis import load_shares
from ruler.analysis.summary import NOTHING_OPENED
from ruler.errors import BadInputError, RulerError
from ruler.lab.art.graphs import History
from ruler.lab.art.pose import pose_from_opening
from ruler.lab.clock import Clock
from ruler.lab.player import ButtonLook, Direction
from ruler.lab.scene import Holder, Scene
from ruler.recording import Recorder, Recording
from ruler.scenario import Scenario
from ruler.scenario.geometry import lay_out

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
        self.playing, self.loop = False, False
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
        """If it plays, its time goes on by `elapsed` s."""
        if not self.playing:
            return
        self.time += elapsed
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


class Replays:
    """One recording played again, or two in step.

    Args:
        first: the recording, the one of which graphs and numbers are shown.
        clock: says how fast.

    Attributes:
        replays: one or two.
        history: openings of the first.
    """

    hand = None

    def __init__(self, first: Replay, clock: Clock) -> None:
        self.replays, self._clock = [first], clock
        self.history = History(first.recording.hinges)
        self.history.append(first.recording.time, first.recording.opening)

    def put_beside(self, second: Replay) -> None:
        """A second recording beside the first; both begin anew."""
        self.replays = [self.replays[0], second]
        self.seek(0.0)

    @property
    def moment(self) -> float:
        """The moment of the first."""
        return self.replays[0].time

    @property
    def timeline(self) -> float:
        """How much of the first has been played."""
        first = self.replays[0]
        return first.time / first.end if first.end > 0 else 1.0

    def scenes(self) -> list[Scene]:
        """A view for each."""
        return [replay.scene() for replay in self.replays]

    def about(self) -> list[tuple[str, str]]:
        """Name and description of each."""
        return [(replay.name, replay.about) for replay in self.replays]

    def advance(self, elapsed: float) -> None:
        """Play on at the clock's speed."""
        for replay in self.replays:
            replay.advance(elapsed * self._clock.speed)

    def play_pause(self) -> None:
        """Play or pause; from the start when at the end."""
        play = not self.replays[0].playing
        for replay in self.replays:
            if play and replay.time >= replay.end:
                replay.seek(0.0)
            replay.playing = play

    def step(self, count: int) -> None:
        """Samples forward or back."""
        for replay in self.replays:
            replay.step(count)

    def seek(self, part: float) -> None:
        """Go to a part of each recording, 0 (start) to 1 (end)."""
        for replay in self.replays:
            replay.seek(part * replay.end)

    def scrub(self, part: float) -> None:
        """Pause, and go to a part of each recording."""
        for replay in self.replays:
            replay.playing = False
        self.seek(part)

    def loop(self) -> None:
        """Loop or not."""
        loop = not self.replays[0].loop
        for replay in self.replays:
            replay.loop = loop

    def verify(self) -> str:
        """Simulate them again, go to the first sample that differs; the outcome in words."""
        texts = []
        for replay in self.replays:
            difference = replay.verify()
            texts.append(f"{replay.name}: {difference.text}")
            if difference.sample is not None:
                replay.seek(difference.time)
        return "; ".join(texts)

    def arrow(self, direction: Direction, down: bool) -> None:
        """Right and up step forward, left and down back."""
        if down:
            self.step(1 if sum(direction) > 0.0 else -1)

    def progress(self, scene: Scene) -> float:  # noqa: ARG002
        """In time, whatever the scene."""
        return self.timeline

    def status(self) -> tuple[str, bool]:
        """Names and the most useful keys."""
        names = " and ".join(replay.name for replay in self.replays)
        return f"Replay of {names}. Space plays, arrows step, drag the timeline, B goes back.", False

    def numbers(self) -> str:
        """Sample and time of the first."""
        first = self.replays[0]
        return f"sample {first.index + 1} of {len(first.recording.time)}   {first.time:.2f} of {first.end:.2f} s"

    def note(self) -> str | None:
        """What came out of simulating the first again."""
        difference = self.replays[0].difference
        return None if difference is None else difference.text

    def buttons(self) -> dict[str, ButtonLook]:
        """Playing and looping."""
        first = self.replays[0]
        return {
            "play_pause": ButtonLook("Pause" if first.playing else "Play"),
            "loop": ButtonLook(selected=first.loop),
        }

    def recording(self) -> Recording:
        """The first one."""
        return self.replays[0].recording
