"""Real rulers in the window: the film behind the ruler, and photographed hinges beside simulated ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pygame

from ruler.analysis import load_shares
from ruler.analysis.summary import NOTHING_OPENED
from ruler.arrays import Floats
from ruler.errors import BadInputError, RulerError
from ruler.lab.scene import Backdrop, Scene
from ruler.measured import MeasuredGhost, measured_of
from ruler.recording import Recording
from ruler.scenario import Scenario
from ruler.scenario.geometry import lay_out, pose_from_opening

# What of the film lies behind the ruler: so far around the way of the tip, in section lengths.
MARGIN = (0.6, 0.95)
# A picture is made no finer than this, px, and so many are kept.
MOST_WIDTH, KEPT = 1600, 8


class FilmPictures:
    """The frames of a tracked film, laid flat on the table.

    Args:
        recording: of kind measured, tracked in a film.

    Raises:
        BadInputError: its film is not there any more, or it was not tracked in one.
        MissingExtraError: OpenCV is not installed.
    """

    def __init__(self, recording: Recording) -> None:
        from ruler.measured.film import Film, opencv

        about = recording.meta.get("film")
        if not isinstance(about, dict) or "path" not in about or "table_to_picture" not in about:
            raise BadInputError(f"{recording.where}: was not tracked in a film")
        self._cv: Any = opencv()
        self._film = Film(about["path"])
        self._matrix = np.array(about["table_to_picture"], dtype=np.float64)
        self._frame = recording.extra.get("frame", np.arange(len(recording.table)))
        section, tip = recording.ruler.section_length, recording.table[:, 2:4]
        around = section * np.array(MARGIN)
        low, high = np.minimum(tip.min(axis=0), 0.0) - around, np.maximum(tip.max(axis=0), 0.0) + around
        width = high - low
        self._px_per_m = min(MOST_WIDTH / width[0], self._film.size[0] / width[0])
        self._size = (max(1, int(width[0] * self._px_per_m)), max(1, int(width[1] * self._px_per_m)))
        self._place = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        zoom = 1.0 / self._px_per_m
        to_table = np.array([[zoom, 0.0, low[0]], [0.0, -zoom, high[1]], [0.0, 0.0, 1.0]])
        self._flat = self._matrix @ to_table
        self._kept: dict[int, Backdrop] = {}

    def at(self, row: int) -> Backdrop | None:
        """The picture of a row of the recording; None when the film has no such frame any more."""
        number = int(self._frame[row])
        if number not in self._kept:
            try:
                picture = self._film.frame(number)
            except RulerError:
                return None
            cv = self._cv
            flat = cv.warpPerspective(
                cv.cvtColor(picture, cv.COLOR_BGR2RGB),
                self._flat,
                self._size,
                flags=cv.INTER_LINEAR | cv.WARP_INVERSE_MAP,
                borderMode=cv.BORDER_REPLICATE,
            )
            surface = pygame.image.frombuffer(np.ascontiguousarray(flat).tobytes(), self._size, "RGB")
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[number] = Backdrop(surface, self._place)
        return self._kept[number]


def film_of(recording: Recording) -> FilmPictures | None:
    """The film of a recording, if it has one that can be shown."""
    try:
        return FilmPictures(recording)
    except RulerError:
        return None


class MeasuredBeside:
    """The measured ruler that a scenario names, beside the run of it.

    Args:
        ghost: the measured ruler.
    """

    def __init__(self, ghost: MeasuredGhost) -> None:
        self._ghost, self._film = ghost, film_of(ghost.recording)

    def on(self, scene: Scene, time: float) -> Scene:
        """A scene of the run at a time, s, with the photographed hinges, and the film behind it."""
        seen = self._ghost.at(scene.outer[-1], time)
        backdrop = None if self._film is None else self._film.at(seen.number)
        return replace(scene, photographed=seen, backdrop=backdrop)


def measured_beside(scenario: Scenario, path: Path) -> MeasuredBeside | None:
    """What the key `measured` of a scenario's file names; None without one.

    Raises:
        BadInputError: it cannot be read, or is of another ruler.
    """
    ghost = measured_of(scenario, path.parent)
    return None if ghost is None else MeasuredBeside(ghost)


class MeasuredScenes:
    """Scenes of a measured recording.

    Args:
        recording: of kind measured.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording, self._film = recording, film_of(recording)
        self._length = lay_out(recording.ruler).length

    def scene(self, opening: Floats, tip: Floats, row: int) -> Scene:
        """The ruler with such openings (rad) and tip (m); the film's frame is that of the row."""
        recording = self._recording
        inner, outer = pose_from_opening(opening, self._length, None, tip)
        return Scene(
            inner=inner,
            outer=outer,
            opening=opening,
            share=load_shares(opening - recording.opening[0], NOTHING_OPENED),
            full_length=float(self._length.sum()),
            section_length=recording.ruler.section_length,
            trace=recording.table[: row + 1, 2:4],
            backdrop=None if self._film is None else self._film.at(row),
            outline=self._film is not None,
        )
