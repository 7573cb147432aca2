"""`ruler track` and `ruler film`: hinges of a filmed ruler, and films of made-up ones."""

import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Force, Json, MaybeOutput, Output, answer
from ruler.errors import BadInputError, FailedError
from ruler.progress import progress

if TYPE_CHECKING:
    from ruler.measured.film import Film

Spoil = Literal["noise", "blur", "light", "tremble", "tilt", "hand"]


@app.command
def track(
    film: str,
    /,
    *,
    joints: str | None = None,
    frame: int = 0,
    last: int | None = None,
    output: MaybeOutput = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Find the hinges of a filmed ruler in every frame; the recording goes to `ruler fit` and the window.

    Example: ruler track pull.mp4 --joints joints.json -o pull.csv

    Without --joints a window opens in which the joints are clicked. Frames in which a joint could not be seen well have
    a 1 in the column `unsure`. A folder of photographs is a slow pull.

    Parameters
    ----------
    film
        A film that OpenCV can read, or a folder of photographs.
    joints
        JOINTS.json: the points in pixels from the pin over each hinge to the tip, and the length of a section.
    frame
        Number of the frame to click in, from 0.
    last
        Number of the last frame; default: the end.
    output
        The recording ({tables}); default: nothing is saved, or from the window FILM.csv here.
    """
    from ruler.measured.film import Film
    from ruler.measured.joints import load_joints
    from ruler.measured.track import track_film
    from ruler.recording import output_path

    opened = Film(film)
    if joints is None:
        _click(opened, frame, output, force)
        return
    given = load_joints(joints)
    path = None if output is None else output_path(output, opened.path.stem, force)
    started = time.monotonic()
    with progress("tracking", "frames") as show:
        try:
            tracked = track_film(opened, given, last=last, progress=show)
        except KeyboardInterrupt:
            raise FailedError("interrupted; nothing was saved") from None
    recording = tracked.recording()
    wall = time.monotonic() - started
    if path is not None:
        ruler.save_recording(recording, path, force)
    unsure = int(recording.extra["unsure"].sum())
    length = _section_px(given.points)
    content: dict[str, Any] = {
        "film": film,
        "frames": len(tracked.poses),
        "fps": opened.fps or None,
        "hinges": recording.hinges,
        "section_length_px": length,
        "unsure_frames": unsure,
        "recording": path and str(path),
        "wall_s": wall,
    }
    lines = [
        f"{film}: {len(tracked.poses)} frames, {recording.hinges} hinges, sections of {length:.0f} px, {unsure} unsure",
        f"opening of the last frame, deg: {' '.join(f'{value:.0f}' for value in recording.opening_deg[-1])}",
        f"tracked in {wall:.1f} s, {len(tracked.poses) / max(wall, 1e-9):.0f} frames a second",
    ]
    answer(json_, content, *lines, *([] if path is None else [f"recording: {path}"]))


def _section_px(points: Any) -> float:
    import numpy as np

    return float(np.median(np.hypot(*np.diff(points, axis=0).T)[1:-1]))


def _click(film: "Film", frame: int, output: str | None, force: bool) -> None:
    """Open the window in which the joints are clicked."""
    from ruler.cli.lab import need_display
    from ruler.recording import output_path

    path = output_path(output or f"{film.path.stem}.csv", film.path.stem, force)
    need_display("without one, give --joints")
    from ruler.lab.tracking_window import open_tracking_window

    saved = open_tracking_window(film, frame, path, force)
    say("nothing was saved" if saved is None else f"recording: {saved}")


@app.command
def film(
    recording: str,
    /,
    *,
    output: Output,
    style: Literal["wood", "dark"] = "wood",
    spoil: Annotated[list[Spoil] | None, Parameter(negative=())] = None,
    fps: float = 30.0,
    seed: int = 1,
    force: Force = False,
) -> None:
    """Make a film of a run as a camera above the table would see it, to try `ruler track` on; JOINTS.json beside it.

    Example: ruler film fast.csv -o fast.mp4 --spoil noise --spoil tremble

    Parameters
    ----------
    recording
        A recording of a ruler ({tables}).
    output
        The film: .mp4 or .avi; the joints of its first frame go to a .joints.json of the same name.
    style
        wood: beech on graph paper; dark: black plastic on a light table.
    spoil
        What is wrong with it, may be repeated: noise, blur (of motion), light (that changes), tremble (of the camera),
        tilt (of the camera, 15 deg), hand (over the last section).
    fps
        Frames per second.
    seed
        Of noise and trembling.
    """
    from dataclasses import replace

    from ruler import io
    from ruler.measured.filming import CLEAN, SPOILT, make_film

    path = io.check(output, force, (".mp4", ".avi"), "a film")
    beside = io.check(path.with_suffix(".joints.json"), force)
    run = ruler.load_recording(recording)
    if run.meta.get("kind") == "spring-block" or not run.timed:
        raise BadInputError(f"{recording}: has no ruler in time to be filmed; give a run, or a tracked film")
    spoiling = replace(CLEAN, **{each: getattr(SPOILT, each) for each in spoil or ()})
    with progress("filming", "frames") as show:
        found = make_film(run, path, style, spoiling, fps=fps, seed=seed, progress=show)
    io.write_json(beside, found.as_dict(), force=True)
    answer(False, {}, f"film: {path}", f"joints: {beside}")
