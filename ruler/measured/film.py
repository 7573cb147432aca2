"""Frames of a film, or of a folder of photographs, read by OpenCV (extra `camera`)."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler import io
from ruler.errors import BadInputError

Picture = NDArray[np.uint8]
# Endings of what OpenCV reads.
FILMS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".ogv", ".wmv")
PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
USUAL_FPS = 30.0
_MOST_FPS = 2000.0


def opencv() -> Any:
    """OpenCV.

    Raises:
        MissingExtraError: it is not installed.
    """
    # What is wrong with a film is said by the messages here, not also by those of the decoder.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    return io.need("cv2", "camera", "reading a film")


class Film:
    """A film, or a folder of photographs of one slow pull, in the order of their names.

    Args:
        path: the film or the folder.

    Attributes:
        path: as given.
        stills: whether it is a folder of photographs.
        fps: frames a second; of stills 0.
        size: width and height, px.
        count: number of frames, as far as the file says.

    Raises:
        BadInputError: there is none, or it cannot be read.
        MissingExtraError: OpenCV is not installed.
    """

    def __init__(self, path: str | Path) -> None:
        self._cv = opencv()
        self._cv.setLogLevel(0) if hasattr(self._cv, "setLogLevel") else None
        self.path = Path(path)
        self.stills = self.path.is_dir()
        self._video: Any = None
        self._next = 0
        if self.stills:
            self._photographs = sorted(each for each in self.path.iterdir() if each.suffix.lower() in PHOTOGRAPHS)
            if not self._photographs:
                raise BadInputError(f"{path}: holds no photographs ({', '.join(PHOTOGRAPHS)})")
            self.count, self.fps = len(self._photographs), 0.0
        else:
            io.existing(self.path, 1 << 40)
            self._video = self._cv.VideoCapture(str(self.path))
            if not self._video.isOpened():
                raise BadInputError(f"{path}: is no film that OpenCV can read")
            self.count = max(0, int(self._video.get(self._cv.CAP_PROP_FRAME_COUNT)))
            fps = float(self._video.get(self._cv.CAP_PROP_FPS))
            self.fps = fps if math.isfinite(fps) and 0.0 < fps <= _MOST_FPS else USUAL_FPS
        first = self.frame(0)
        self.size = (int(first.shape[1]), int(first.shape[0]))

    def frame(self, number: int) -> Picture:
        """A frame, blue, green, red, shape (height, width, 3).

        Raises:
            BadInputError: there is no such frame.
        """
        if self.stills:
            picture = self._read_photograph(number)
        else:
            if number != self._next:
                self._video.set(self._cv.CAP_PROP_POS_FRAMES, number)
            read, picture = self._video.read()
            self._next = number + 1
            if not read:
                self._next = -1
                raise BadInputError(f"{self.path}: has no frame {number}" if number else f"{self.path}: has no frames")
        return np.asarray(picture, dtype=np.uint8)

    def _read_photograph(self, number: int) -> Picture:
        if number >= self.count:
            raise BadInputError(f"{self.path}: has no photograph {number}")
        path = self._photographs[number]
        picture = self._cv.imread(str(path), self._cv.IMREAD_COLOR)
        if picture is None:
            raise BadInputError(f"{path}: is no picture that OpenCV can read")
        if number and picture.shape[:2] != (self.size[1], self.size[0]):
            raise BadInputError(
                f"{path}: is {picture.shape[1]}x{picture.shape[0]} pixels, the first one "
                f"{self.size[0]}x{self.size[1]}; take all photographs with the camera in one place"
            )
        return np.asarray(picture, dtype=np.uint8)

    def frames(self, first: int = 0, last: int | None = None) -> Iterator[tuple[int, Picture]]:
        """Numbers and frames from `first` to `last` (both included), or to the end."""
        number = first
        while last is None or number <= last:
            try:
                picture = self.frame(number)
            except BadInputError:
                if number == first or (self.stills and number < self.count):
                    raise
                return
            yield number, picture
            number += 1

    def gray(self, picture: Picture) -> Picture:
        """The brightness of a frame, shape (height, width)."""
        return np.asarray(self._cv.cvtColor(picture, self._cv.COLOR_BGR2GRAY))
