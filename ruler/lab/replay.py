"""Recordings played again: any moment as a scene, and whether they still come out the same."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Literal

import numpy as np

from ruler.analysis import load_shares
from ruler.analysis.summary import NOTHING_OPENED
from ruler.arrays import Floats
from ruler.errors import BadInputError, RulerError, naming
from ruler.lab import numbers
from ruler.lab.art.history import History
from ruler.lab.clock import Clock
from ruler.lab.i18n import _
from ruler.lab.left import give_up
from ruler.lab.measured import MeasuredScenes
from ruler.lab.numbers import Number
from ruler.lab.player import ButtonLook, Direction, Player
from ruler.lab.scene import Holder, Scene
from ruler.recording import Recorder, Recording
from ruler.scenario import Scenario
from ruler.scenario.geometry import lay_out, pose_from_opening
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.parameters import changed

# Live parameters that are seen on the table.
DRAWN_KEYS = ("hinge.torque", "hinge.spread", "table.tilt")


@dataclass(frozen=True)
class Difference:
    """Where a recording and its simulation made again part.

    Attributes:
        sample: number of the first sample that differs, or None when none does.
        text: the outcome in words.
    """

    sample: int | None
    text: str


class Replay:
    """A recording, any moment of which is a scene.

    Args:
        recording: what to play: a ruler, or a spring-block chain.
        name: what it is called.
        journal: where it is left until it is saved, or None.
        scenario: what was played, where the recording does not say it all.

    Attributes:
        recording, name, journal: as given.
        start, end: times of the first and the last sample, s.
        difference: the outcome of `verify`, or None.

    Raises:
        BadInputError: the recording is of something else.
    """

    def __init__(
        self, recording: Recording, name: str, journal: Path | None = None, scenario: Scenario | None = None
    ) -> None:
        self.recording, self.name, self.journal = recording, name, journal
        self._scenario = None
        self._measured = MeasuredScenes(recording) if recording.measured else None
        if recording.meta.get("kind") != "spring-block" and self._measured is None:
            with naming(name):
                self._scenario = scenario or recording.scenario
            hinges = self._scenario.ruler.hinges
            if hinges != recording.hinges:
                raise BadInputError(f"{name}: has {recording.hinges} hinges, the ruler in its metadata {hinges}")
            self._length = lay_out(self._scenario.ruler).length
            self._ways = _parameters_in_time(self._scenario)
        self.start, self.end = float(recording.time[0]), float(recording.time[-1])
        self.difference: Difference | None = None
        self._opening = recording.opening
        self._table = recording.table

    def index(self, time: float) -> int:
        """Number of the sample at or before a moment, s."""
        return max(0, int(np.searchsorted(self.recording.time, time + 1e-9, side="right")) - 1)

    @property
    def about(self) -> str:
        """What it is, in a paragraph."""
        source = self.recording.meta.get("source", {})
        description = " ".join(str(source.get("description", "")).split())
        seed = self.recording.meta.get("seed")
        if self.recording.measured:
            return f"{self.recording.title}. {description}"
        parts = (
            _(self.recording.title),
            _(description),
            _("Seed {seed}; {status}.").format(seed=seed, status=self.recording.meta.get("status")),
        )
        return f"{parts[0]}. {parts[1]} {parts[2]}"

    def history(self) -> History:
        """Its openings over time, for the graph."""
        return History(self.recording.hinges, lambda: self.recording.table)

    def scene(self, time: float) -> Scene:
        """The scene at a moment, s; between two samples it is interpolated."""
        times, before = self.recording.time, self.index(time)
        after = min(before + 1, len(times) - 1)
        gap = float(times[after] - times[before])
        part = min(1.0, max(0.0, (time - float(times[before])) / gap)) if gap > 0 else 0.0
        opening = (1 - part) * self._opening[before] + part * self._opening[after]
        row = (1 - part) * self._table[before] + part * self._table[after]
        share = load_shares(opening - self._opening[0], NOTHING_OPENED)
        if self._measured is not None:
            scene = self._measured.scene(opening, row[2:4], before)
        elif self._scenario is None:
            scene = _blocks(opening, share)
        else:
            scene = self._ruler(self._scenario, opening, share, row, before)
        return replace(scene, opened=float(np.mean(opening - self._opening[0])))

    def _ruler(self, scenario: Scenario, opening: Floats, share: Floats | None, row: Floats, before: int) -> Scene:
        tip, full = row[2:4], float(self._length.sum())
        inner_end = np.array([tip[0] - row[4] * full, 0.0])
        inner, outer = pose_from_opening(opening, self._length, inner_end, tip)
        phase = scenario.phase[min(len(scenario.phase) - 1, int(self._table[before, 1]))]
        force = np.array([row[5], 0.0])
        kind: Literal["hand", "mouse"] = "hand" if phase.hold else "mouse"
        held = phase.hold or abs(row[5]) > 1e-6
        _, tilt, torque = self._ways[bisect_right(self._ways, float(self._table[before, 0]), key=itemgetter(0)) - 1]
        return Scene(
            inner=inner,
            outer=outer,
            opening=opening,
            share=share,
            full_length=full,
            section_length=scenario.ruler.section_length,
            anchor=scenario.table.anchor,
            tilt=tilt,
            torque=torque,
            holders=(Holder(kind, at=outer[-1], target=outer[-1], force=force),) if held else (),
            trace=self._table[: before + 1, 2:4],
        )

    def verify(self) -> float | None:
        """Simulate the recording's scenario again; the time of the first sample that differs, s, or None."""
        try:
            if self.recording.meta.get("kind") != "ruler":
                raise BadInputError(
                    "it was measured, not simulated" if self.recording.measured else "it was calculated, not simulated"
                )
            recorder = Recorder(self.recording.scenario)
            recorder.run()
            self.difference = first_difference(self.recording, recorder.recording())
        except RulerError as error:
            self.difference = Difference(0, _("cannot be simulated again: {reason}").format(reason=error))
        sample = self.difference.sample
        return None if sample is None else float(self.recording.time[sample])


def _parameters_in_time(scenario: Scenario) -> list[tuple[float, float, Floats]]:
    """From when on, s, the table's tilt (deg) and the hinges' torques (N m, shape (N,)) are what they are."""
    ways = [(-math.inf, scenario.table.tilt, hinge_torques(scenario).opening)]
    dt = 1.0 / scenario.steps_per_second
    for command in scenario.command:
        if command.set is not None and command.set.key in DRAWN_KEYS:
            scenario = changed(scenario, command.set)
            ways.append((command.step * dt, scenario.table.tilt, hinge_torques(scenario).opening))
    return ways


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
        return Difference(int(differs[0]), _("differs from sample {sample} on").format(sample=differs[0] + 1))
    if len(recorded.table) != len(again.table):
        return Difference(rows - 1, _("the same, but one ends after sample {sample}").format(sample=rows))
    return Difference(None, _("simulated again: all {count} samples the same, to the last bit").format(count=rows))


class Replays(Player):
    """One recording played again, or two in step.

    Args:
        first: the recording of which graphs and numbers are shown.
        clock: says how fast.

    Attributes:
        replays: one or two.
        start, end: when the first of them begins and the last of them ends, s.
        moment: the moment shown, s; a recording that has ended stays at its end.
        playing: whether it goes on by itself.
        loop: whether it begins again at its end.
        history: openings of the first.
    """

    def __init__(self, first: Replay, clock: Clock) -> None:
        self._clock, self.playing, self.loop = clock, False, False
        self.history = first.history()
        self._begin([first])

    def put_beside(self, second: Replay) -> None:
        """A second recording beside the first; both begin anew."""
        self._begin([self.replays[0], second])

    def _begin(self, replays: list[Replay]) -> None:
        self.replays = replays
        self.start, self.end = min(each.start for each in replays), max(each.end for each in replays)
        self.moment: float = self.start

    @property
    def timeline(self) -> float:
        """How much has been played."""
        return self.moment / self.end if self.end > 0.0 else 1.0

    def scenes(self) -> list[Scene]:
        """A view for each."""
        return [replay.scene(self.moment) for replay in self.replays]

    def about(self) -> list[tuple[str, str]]:
        """Name and description of each."""
        return [(replay.name, replay.about) for replay in self.replays]

    def advance(self, elapsed: float) -> None:
        """If it plays, it goes on at the clock's speed."""
        if not self.playing:
            return
        self.moment += elapsed * self._clock.speed
        if self.moment >= self.end:
            span = self.end - self.start
            self.moment = self.start + (self.moment % span if self.loop and span > 0 else span)
            self.playing = self.loop

    @property
    def runs(self) -> bool:
        """Whether it plays."""
        return self.playing

    def play_pause(self) -> None:
        """Play or pause; from the start when at the end."""
        self.playing = not self.playing
        if self.playing and self.moment >= self.end:
            self.moment = self.start

    def step(self, count: int) -> None:
        """Samples of the longest, forward or back."""
        self.playing = False
        longest = max(self.replays, key=lambda replay: replay.end)
        times = longest.recording.time
        self.moment = float(times[min(len(times) - 1, max(0, longest.index(self.moment) + count))])

    def seek(self, part: float) -> None:
        """Go to a part of it, 0 (start) to 1 (end)."""
        self.playing = False
        self.moment = max(self.start, part * self.end)

    def verify(self) -> str:
        """Simulate them again and go to the first sample that differs; the outcome in words."""
        times = [time for time in [replay.verify() for replay in self.replays] if time is not None]
        if times:
            self.moment = min(times)
        return "; ".join(f"{replay.name}: {replay.difference.text}" for replay in self.replays if replay.difference)

    def arrow(self, direction: Direction, down: bool) -> None:
        """Right and up step forward, left and down back."""
        if down:
            self.step(1 if sum(direction) > 0.0 else -1)

    def progress(self, scene: Scene) -> float:  # noqa: ARG002
        """In time, whatever the scene."""
        return self.timeline

    def status(self) -> tuple[str, bool]:
        """Names and the most useful keys."""
        names = _(" and ").join(replay.name for replay in self.replays)
        text = _("Replay of {names}. Space plays, arrows step, drag the timeline, B goes back.")
        return text.format(names=names), False

    def numbers(self) -> list[Number]:
        """Sample and time of the first."""
        first = self.replays[0]
        sample, samples = first.index(self.moment) + 1, len(first.recording.time)
        return [
            Number(_("sample {sample} of {samples}").format(sample=sample, samples=samples), numbers.SAMPLE),
            Number(_("{time} of {end} s").format(time=f"{self.moment:.2f}", end=f"{self.end:.2f}"), numbers.REPLAYED),
        ]

    def times(self) -> str:
        """The moment, and how long it is."""
        return _("{moment} of {seconds} s").format(moment=f"{self.moment:.2f}", seconds=f"{self.end:.2f}")

    def note(self) -> str | None:
        """What came out of simulating the first again."""
        difference = self.replays[0].difference
        return None if difference is None else difference.text

    def buttons(self) -> dict[str, ButtonLook]:
        """Playing and looping."""
        return {
            "play_pause": ButtonLook(_("Pause") if self.playing else _("Play")),
            "loop": ButtonLook(selected=self.loop),
        }

    def give_up_left(self) -> None:
        """If the first one is a session that was left, its journal is needed no more."""
        first = self.replays[0]
        if first.journal is not None:
            give_up(first.journal)
            first.journal = None

    def recording(self) -> Recording:
        """The first one."""
        return self.replays[0].recording
