"""A film of a recording: the lab's own drawing, frame by frame, without a display."""

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pygame

from ruler import io
from ruler.analysis import measure_loads
from ruler.errors import FailedError
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.picture import draw_picture
from ruler.lab.art.plot import Shown
from ruler.lab.art.theme import NORMAL
from ruler.lab.art.view import View
from ruler.lab.overlays import readouts
from ruler.lab.replay import Replay
from ruler.lab.scene import Options
from ruler.recording import Recording

Progress = Callable[[int, int], None]

# The last picture stays this long, s.
LAST = 1.5


def make_video(
    recording: Recording,
    name: str,
    path: Path,
    size: tuple[int, int],
    speed: float,
    fps: int,
    progress: Progress | None = None,
    part: tuple[float, float | None] = (0.0, None),
) -> int:
    """Write a film of a recording.

    Args:
        recording: of a ruler.
        name: written into the picture.
        path: .mp4 or .gif.
        size: px.
        speed: seconds of the recording per second of the film.
        fps: frames per second.
        progress: called with frames done and frames in all.
        part: from when on and up to when, s; None for the end.

    Returns:
        The number of frames.

    Raises:
        BadInputError: imageio-ffmpeg is missing, or the recording is not of a ruler.
        FailedError: the film could not be written.
    """
    writer_of = io.need("imageio_ffmpeg", "video", "a film").write_frames
    # Video encoders want even sizes.
    size = size[0] // 2 * 2, size[1] // 2 * 2
    stage = Stage(recording, name, size)
    since, until = max(part[0], 0.0), stage.replay.end if part[1] is None else min(part[1], stage.replay.end)
    frames = int(np.ceil((max(0.0, until - since) / speed + LAST) * fps)) + 1
    try:
        with io.whole(path) as beside:
            # The encoder goes by the ending.
            target = beside.with_suffix(path.suffix)
            try:
                times = np.minimum(since + np.arange(frames) / fps * speed, until)
                _write(writer_of, target, stage, fps, times.tolist(), progress)
                target.replace(beside)
            finally:
                target.unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        raise FailedError(f"{path}: the film could not be written: {error}") from None
    return frames


def _write(writer_of: Any, path: Path, stage: "Stage", fps: int, times: list[float], progress: Progress | None) -> None:
    options: dict[str, Any] = {"fps": fps, "macro_block_size": 2, "ffmpeg_log_level": "error"}
    if path.suffix.lower() == ".gif":
        palette = "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4"
        options |= {"codec": "gif", "pix_fmt_out": "pal8", "quality": None}
        options["output_params"] = ["-lavfi", palette, "-loop", "0"]
    else:
        options |= {"codec": "libx264", "quality": 7}
    film = writer_of(str(path), stage.size, **options)
    film.send(None)
    try:
        for number, time in enumerate(times, start=1):
            film.send(stage.frame(time))
            if progress is not None:
                progress(number, len(times))
    finally:
        film.close()


class Stage:
    """The table above, the graphs below: a replay drawn onto a surface that nobody sees.

    Args:
        recording: of a ruler.
        name: written into the picture.
        size: px.
    """

    def __init__(self, recording: Recording, name: str, size: tuple[int, int]) -> None:
        # Drawing text and shapes needs no window, but pygame wants to be told so.
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        pygame.font.init()
        self.size = size
        self.replay = Replay(recording, name)
        self._canvas = Canvas(pygame.Surface(size), max(0.75, min(size[0] / 1280.0, size[1] / 720.0)))
        self._history = self.replay.history()
        width, height = size
        table = pygame.Rect(0, 0, width, int(height * 0.66))
        edges = [*(number * (width // len(GRAPHS)) for number in range(len(GRAPHS))), width]
        self._graphs = [
            pygame.Rect(left, table.bottom, right - left, height - table.bottom)
            for left, right in itertools.pairwise(edges)
        ]
        self._view = View.fit(table, self.replay.scene(self.replay.end), 32.0 * self._canvas.scale)

    def frame(self, time: float) -> bytes:
        """The picture at a moment, s, as RGB bytes, row by row."""
        self.draw(min(self.replay.end, max(self.replay.start, time)))
        return pygame.image.tobytes(self._canvas.surface, "RGB")

    def draw(self, time: float) -> pygame.Surface:
        """Draw a moment of the replay, s; returns the surface."""
        scene, canvas, corner = self.replay.scene(time), self._canvas, self._view.rect.topleft
        draw_picture(canvas, self._view, scene, Options())
        read = readouts(measure_loads(() if scene.share is None else scene.share))
        parts = [f"{label} {value:.2f}" for label, value in read if value is not None]
        text = "   ".join([self.replay.name, f"{time:.2f} s", *parts])
        at = (corner[0] + 14 * canvas.scale, corner[1] + 10 * canvas.scale)
        canvas.text(text, at, size=NORMAL, bold=True, halo=theme.PAPER)
        shown = Shown(self._history, scene.share, now=time, scene=scene)
        for graph, rect in zip(GRAPHS.values(), self._graphs, strict=True):
            graph.draw(canvas, rect, shown)
        return canvas.surface
