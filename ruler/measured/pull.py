"""A measured pull as a fit sees it: which rows are compared, the path of the tip, the ruler."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.recording import Recording
from ruler.scenario import Scenario
from ruler.scenario.geometry import lay_out
from ruler.scenario.model import Ruler

# Rows of a film that are compared with the model: frames nearer to each other have nearly the same error.
FILM_ROWS = 12
# At the start of a film this much of the tip's way, in section lengths, is still rest.
REST = 0.01
# The tracked tip is smoothed over about this time before a ruler is led along it, s.
SMOOTHING = 0.05
# Points a second of the path that the simulation's hand follows.
PATH_RATE = 240.0
# A linear density, kg/m, where nothing is known of a ruler's mass: that of the standard ruler.
DENSITY = 0.06


@dataclass(frozen=True)
class MeasuredPull:
    """What was measured, turned so that the pull begins along +x.

    Attributes:
        name: what it is called.
        opening: rad, shape (rows, N); the first row is the start.
        tip: from the pin, m, shape (rows, 2).
        time: s from the start, shape (rows,); None for stills.
        path: of a film, the hand's way [t, x, y], s and m, shape (points, 3); None for stills.
        length: of the sections, m, shape (N + 1,).
        ruler: the ruler with its start.
        noise: how far an angle may be off, rad.
    """

    name: str
    opening: Floats
    tip: Floats
    time: Floats | None
    path: Floats | None
    length: Floats
    ruler: Ruler
    noise: float

    @property
    def hinges(self) -> int:
        """N."""
        return int(self.opening.shape[1])

    def without_last(self) -> "MeasuredPull":
        """All but the last row, which is then predicted."""
        time = None if self.time is None else self.time[:-1]
        return replace(self, opening=self.opening[:-1], tip=self.tip[:-1], time=time)


def measured_pull(recording: Recording, base: Scenario | None = None, noise_deg: float | None = None) -> MeasuredPull:
    """What a fit compares with.

    Args:
        recording: a measured one, or any run, which is then taken as measured.
        base: a scenario whose section length, end sections and mass the ruler has; None: as measured.
        noise_deg: how far an angle may be off, deg; None: as the recording says.

    Raises:
        BadInputError: one row, no opening, another number of hinges than the scenario's.
    """
    where = recording.where
    if len(recording.table) < 2:
        raise BadInputError(f"{where}: has 1 row; a fit needs the start and at least one row after it")
    ruler = _ruler(recording, base)
    opening, tip = recording.opening, recording.table[:, 2:4]
    path = time = None
    if recording.timed:
        path = _path(recording.time, tip, where)
        rows = _rows_of_film(recording, ruler.section_length)
        start, opening, tip = _start(recording, rows[0]), opening[rows], tip[rows]
        opening = np.concatenate((start[None], opening[1:]))
        time = recording.time[rows] - recording.time[0]
    moved = float(np.hypot(*(tip - tip[0]).T).max())
    if moved < REST * ruler.section_length:
        raise BadInputError(f"{where}: the tip goes only {1000 * moved:.2g} mm; nothing was pulled")
    turn = -math.atan2(tip[0, 1], tip[0, 0])
    tip = turned(tip, turn)
    if path is not None:
        path = np.column_stack((path[:, 0], turned(path[:, 1:], turn)))
    ruler = ruler.model_copy(update={"opening": np.degrees(np.clip(opening[0], 1e-3, math.pi)).tolist()})
    noise = noise_deg if noise_deg is not None else float(recording.meta.get("noise_deg", 1.0))
    return MeasuredPull(
        str(recording.meta.get("name", recording.title)), opening, tip, time, path, lay_out(ruler).length, ruler,
        math.radians(noise),
    )  # fmt: skip


def _ruler(recording: Recording, base: Scenario | None) -> Ruler:
    if base is not None:
        if base.ruler.hinges != recording.hinges:
            raise BadInputError(
                f"{recording.where}: has {recording.hinges} hinges, the ruler of the scenario {base.ruler.hinges}; "
                "give a scenario with as many"
            )
        known = recording.ruler if recording.measured else recording.scenario.ruler
        away = known.section_length / base.ruler.section_length
        if not 0.95 < away < 1.05:
            raise BadInputError(
                f"{recording.where}: its sections are {known.section_length:.4g} m long, those of the scenario "
                f"ruler.section_length = {base.ruler.section_length:g}; give the scenario the measured length"
            )
        return base.ruler
    if recording.measured:
        ruler = recording.ruler
        return ruler.model_copy(update={"section_mass": DENSITY * ruler.section_length})
    return recording.scenario.ruler


def _rows_of_film(recording: Recording, section_length: float) -> list[int]:
    """Rows evenly spread over the way of the tip, the first at rest and the last at the end; doubtful ones are left."""
    tip = recording.table[:, 2:4]
    away = np.hypot(*(tip - tip[0]).T) / section_length
    moving = np.flatnonzero(away > REST)
    first = max(0, int(moving[0]) - 1) if moving.size else 0
    way = np.maximum.accumulate(away)
    sure = np.flatnonzero(recording.extra.get("unsure", np.zeros(len(tip))) == 0.0)
    sure = sure[sure > first]
    if sure.size == 0:
        raise BadInputError(f"{recording.where}: no frame after the start was tracked without doubt; track it again")
    goals = np.linspace(0.0, way[sure[-1]], FILM_ROWS + 1)[1:]
    found = {int(sure[np.abs(way[sure] - goal).argmin()]) for goal in goals} | {int(sure[-1])}
    return [first, *sorted(found)]


def _start(recording: Recording, first: int) -> Floats:
    """Openings at rest: the mean over the frames before the pull, rad, shape (N,)."""
    return np.asarray(recording.opening[max(0, first - 10) : first + 1].mean(axis=0))


def _path(time: Floats, tip: Floats, where: str) -> Floats:
    """The tip's way in time without the tracking's tremble, m, shape (points, 3)."""
    time = time - time[0]
    if time[-1] <= 0.0:
        raise BadInputError(f"{where}: column time_s: lasts {time[-1]:g} s; it must go on")
    fine = np.arange(0.0, time[-1] + 0.5 / PATH_RATE, 1.0 / PATH_RATE)
    width = SMOOTHING / 2.0
    ways = []
    for values in tip.T:
        even = np.interp(fine, time, values)
        # A Gaussian window, the ends held; what it takes from a straight way is nothing.
        reach = round(4 * width * PATH_RATE)
        window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (width * PATH_RATE)) ** 2)
        padded = np.concatenate((np.full(reach, even[0]), even, np.full(reach, even[-1])))
        ways.append(np.convolve(padded, window / window.sum(), mode="valid"))
    return np.column_stack((fine, *ways))


def turned(points: Floats, angle: float) -> Floats:
    """Points, shape (rows, 2), turned about the origin by an angle, rad."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]))
