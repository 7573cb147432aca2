"""Films of made-up rulers: what a camera above the table would have seen of a run, with all that spoils a film.

Tests and documents use them; no film ships that is not ours.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.measured.film import Picture, opencv
from ruler.measured.joints import Joints, mapped
from ruler.recording import Recording
from ruler.scenario.geometry import lay_out, pose_from_opening

Style = Literal["wood", "dark"]
STYLES: tuple[Style, ...] = ("wood", "dark")
WIDTH = 0.13  # of a section, in section lengths
SIZE = (1280, 720)


@dataclass(frozen=True)
class Spoiling:
    """What is wrong with a film.

    Attributes:
        noise: of each pixel, grey levels.
        blur: part of the time between two frames for which the shutter is open.
        light: how far the brightness goes up and down, as a part of it.
        tremble: of the camera, px (one standard deviation).
        tilt: of the camera, deg from straight down.
        hand: whether a hand covers the tip and most of the last section.
    """

    noise: float = 0.0
    blur: float = 0.0
    light: float = 0.0
    tremble: float = 0.0
    tilt: float = 0.0
    hand: bool = False


CLEAN = Spoiling()
SPOILT = Spoiling(noise=6.0, blur=0.4, light=0.25, tremble=2.0, tilt=15.0, hand=True)


class FilmMaker:
    """Draws frames of a run.

    Args:
        recording: a ruler's.
        style: "wood" on graph paper, or "dark" plastic on a light table.
        spoiling: what is wrong with the film.
        size: width and height, px.
        seed: of noise and trembling.
    """

    def __init__(
        self,
        recording: Recording,
        style: Style,
        spoiling: Spoiling = CLEAN,
        size: tuple[int, int] = SIZE,
        seed: int = 1,
    ) -> None:
        self._cv: Any = opencv()
        self._recording, self._style, self._spoiling, self._size = recording, style, spoiling, size
        ruler = recording.ruler if recording.measured else recording.scenario.ruler
        self._ruler, self._length = ruler, lay_out(ruler).length
        self._rng = np.random.default_rng(seed)
        self._section = ruler.section_length
        self._matrix = self._camera()
        self._ground = self._background()

    def _camera(self) -> Floats:
        """From the table (m, y up) to pixels, shape (3, 3)."""
        width, height = self._size
        tips = self._recording.column("tip_x_m")
        low, high = -0.4 * self._section, float(tips.max()) + 0.5 * self._section
        zoom = min(0.94 * width / (high - low), 0.80 * height / (1.35 * self._section))
        middle = 0.5 * (low + high)
        flat = np.array([[zoom, 0.0, width / 2 - zoom * middle], [0.0, -zoom, height / 2], [0.0, 0.0, 1.0]])
        tilt = math.radians(self._spoiling.tilt)
        # A camera two and a half picture widths away, leaning back about the middle line of the picture.
        away = 2.5 * width
        lean = np.array([[1.0, 0.0, 0.0], [0.0, math.cos(tilt), 0.0], [0.0, math.sin(tilt) / away, 1.0]])
        centre = np.array([[1.0, 0.0, width / 2], [0.0, 1.0, height / 2], [0.0, 0.0, 1.0]])
        return np.asarray(centre @ lean @ np.linalg.inv(centre) @ flat)

    def _background(self) -> Picture:
        """The empty table as the camera sees it, with a border for its trembling."""
        cv, (width, height) = self._cv, self._size
        wood = self._style == "wood"
        rng = np.random.default_rng(7)
        shade = np.array([214, 228, 232] if wood else [225, 225, 222], dtype=np.float64)
        picture = np.ones((height, width, 3)) * shade
        picture += cv.GaussianBlur(rng.normal(0.0, 60.0, (height, width, 1)), (0, 0), 9)[..., None]
        picture = np.clip(picture, 0, 255).astype(np.uint8)
        if wood:
            inverse = np.asarray(np.linalg.inv(self._matrix), dtype=np.float64)
            corners = mapped(inverse, np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))
            low, high = corners.min(axis=0), corners.max(axis=0)
            for axis in (0, 1):
                for at in np.arange(math.floor(low[axis] * 100), math.ceil(high[axis] * 100) + 1) / 100.0:
                    ends = np.array([[low[0], low[1]], [high[0], high[1]]])
                    ends[:, axis] = at
                    bold = round(at * 100) % 5 == 0
                    line = mapped(self._matrix, ends)
                    cv.line(picture, *_px(line), (170, 190, 160) if bold else (200, 214, 196), 1, cv.LINE_AA, 4)
        return np.asarray(picture)

    def nodes(self, time: float) -> Floats:
        """Pin, hinges and tip at a time (s), m, shape (N + 2, 2)."""
        recording = self._recording
        at = recording.time
        opening = np.array([np.interp(time, at, values) for values in recording.opening.T])
        tip = np.array([np.interp(time, at, values) for values in recording.table[:, 2:4].T])
        inner, outer = pose_from_opening(opening, self._length, None, tip)
        return np.vstack((inner[:1], outer))

    def pixels(self, time: float) -> Floats:
        """The same in the picture of a camera that does not tremble, px."""
        return mapped(self._matrix, self.nodes(time))

    def joints(self, click_error: float = 0.0) -> Joints:
        """What a person would click in the first frame.

        Args:
            click_error: px, one standard deviation.
        """
        rng = np.random.default_rng(11)
        start = float(self._recording.time[0])
        points = self.pixels(start) + click_error * rng.standard_normal((self._ruler.hinges + 2, 2))
        low, high = -0.3 * self._section, 0.45 * self._section
        span = float(self._recording.column("tip_x_m").max())
        corners = np.array([[0.0, high], [span, high], [span, low], [0.0, low]])
        return Joints(
            0, points, self._section, mapped(self._matrix, corners), (span, high - low), where="the film maker"
        )

    def frame(self, time: float, interval: float) -> Picture:
        """The film's frame at a time, s; `interval`: to the next one, s."""
        cv, spoiling = self._cv, self._spoiling
        shifts = (0.0,) if spoiling.blur == 0.0 else tuple(spoiling.blur * interval * part for part in (0.0, 0.5, 1.0))
        shake = spoiling.tremble * self._rng.standard_normal(2)
        if time == self._recording.time[0]:
            shake[:] = 0.0
        shots = [self._shot(time + shift).astype(np.float32) for shift in shifts]
        picture = np.mean(shots, axis=0)
        if spoiling.tremble:
            move = np.array([[1, 0, shake[0]], [0, 1, shake[1]]], dtype=np.float32)
            picture = cv.warpAffine(picture, move, self._size, borderMode=cv.BORDER_REPLICATE)
        if spoiling.light:
            picture *= 1.0 + spoiling.light * math.sin(2.0 * math.pi * 0.7 * time)
        if spoiling.noise:
            picture += self._rng.normal(0.0, spoiling.noise, picture.shape)
        return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)

    def _shot(self, time: float) -> Picture:
        picture, nodes = self._ground.copy(), self.nodes(time)
        order = list(range(len(nodes) - 1))
        for number in [*order[1::2], *order[0::2]]:
            self._draw_section(picture, nodes[number], nodes[number + 1], number)
        if self._spoiling.hand:
            self._draw_hand(picture, nodes)
        return picture

    def _draw_section(self, picture: Picture, inner: Floats, outer: Floats, number: int) -> None:
        cv, wood = self._cv, self._style == "wood"
        along = (outer - inner) / np.hypot(*(outer - inner))
        across = np.array([-along[1], along[0]])
        half, end = 0.5 * WIDTH * self._section, 0.45 * WIDTH * self._section
        corners = np.array(
            [inner - end * along - half * across, outer + end * along - half * across,
             outer + end * along + half * across, inner - end * along + half * across]
        )  # fmt: skip
        tone = 8 * ((number * 5) % 4 - 1.5)
        body = tuple(float(c + tone) for c in ((110, 170, 205) if wood else (52, 46, 44)))
        edge = tuple(0.6 * c for c in body)
        outline = _px(mapped(self._matrix, corners))
        cv.fillConvexPoly(picture, np.array(outline), body, cv.LINE_AA, 4)
        cv.polylines(picture, [np.array(outline)], True, edge, 1, cv.LINE_AA, 4)
        mark = (50, 80, 110) if wood else (215, 215, 215)
        length = float(np.hypot(*(outer - inner)))
        for tick in np.arange(0.01, length - 0.005, 0.01):
            foot = inner + tick * along - half * across
            reach = 0.5 if round(tick * 100) % 5 == 0 else 0.28
            line = _px(mapped(self._matrix, np.array([foot, foot + reach * 2 * half * across])))
            cv.line(picture, *line, mark, 1, cv.LINE_AA, 4)
        for place in (inner, outer):
            self._draw_rivet(picture, place)

    def _draw_rivet(self, picture: Picture, place: Floats) -> None:
        cv, wood = self._cv, self._style == "wood"
        turn = np.linspace(0.0, 2.0 * math.pi, 17)[:-1]
        circle = np.column_stack((np.cos(turn), np.sin(turn)))
        colours = ((40, 90, 120), (90, 200, 235)) if wood else ((20, 20, 20), (190, 190, 195))
        for radius, colour in zip((0.036, 0.026), colours, strict=True):
            outline = _px(mapped(self._matrix, place + radius * self._section * circle))
            cv.fillConvexPoly(picture, np.array(outline), colour, cv.LINE_AA, 4)

    def _draw_hand(self, picture: Picture, nodes: Floats) -> None:
        cv = self._cv
        along = (nodes[-1] - nodes[-2]) / np.hypot(*(nodes[-1] - nodes[-2]))
        centre = nodes[-1] + 0.02 * self._section * along
        turn = np.linspace(0.0, 2.0 * math.pi, 41)[:-1]
        reach = 0.17 * self._section
        blob = np.column_stack((1.0 * np.cos(turn), (0.72 + 0.08 * np.sin(3 * turn)) * np.sin(turn)))
        cv.fillPoly(
            picture, [np.array(_px(mapped(self._matrix, centre + reach * blob)))], (150, 175, 222), cv.LINE_AA, 4
        )
        for x in (-0.5, -0.1, 0.3):
            line = np.array([centre + reach * np.array([x, -0.35]), centre + reach * np.array([x + 0.12, 0.3])])
            cv.line(picture, *_px(mapped(self._matrix, line)), (110, 135, 190), 2, cv.LINE_AA, 4)


def make_film(
    recording: Recording,
    path: Path,
    style: Style = "wood",
    spoiling: Spoiling = CLEAN,
    *,
    fps: float = 30.0,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Joints:
    """Film a run as a camera above the table would have.

    Args:
        recording: the run; its times are the film's.
        path: the film, ending in .mp4 or .avi.
        style: of ruler and table.
        spoiling: what is wrong with the film.
        fps: frames a second.
        seed: of noise and trembling.
        progress: called with the frames made, of how many.

    Returns:
        Where the joints are in the first frame.

    Raises:
        FailedError: the film could not be written.
    """
    if not 1.0 <= fps <= 240.0:
        raise BadInputError(f"--fps {fps:g}: must be 1 to 240")
    cv = opencv()
    maker = FilmMaker(recording, style, spoiling, seed=seed)
    code = cv.VideoWriter_fourcc(*("mp4v" if path.suffix.lower() == ".mp4" else "MJPG"))
    writer = cv.VideoWriter(str(path), code, fps, SIZE)
    if not writer.isOpened():
        raise FailedError(f"{path}: the film could not be written")
    first, last = float(recording.time[0]), float(recording.time[-1])
    count = int((last - first) * fps) + 1
    try:
        for number in range(count):
            writer.write(maker.frame(first + number / fps, 1.0 / fps))
            if progress is not None:
                progress(number + 1, count)
    finally:
        writer.release()
    return maker.joints()


def _px(points: Floats) -> list[tuple[int, int]]:
    """Points in sixteenths of a pixel, as OpenCV draws them with shift 4."""
    return [(int(x), int(y)) for x, y in np.round(points * 16.0).tolist()]
