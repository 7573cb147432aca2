"""`ruler`, `ruler lab` and `ruler video`."""

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Flag, Force, Output
from ruler.errors import BadInputError, FailedError
from ruler.progress import progress


def _has_display() -> bool:
    """Whether a window can be opened; a video driver that was asked for is taken at its word."""
    if os.environ.get("SDL_VIDEODRIVER") or sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def need_display(otherwise: str) -> None:
    """Refuse to open a window without a display; `otherwise`: what can be done instead.

    Raises:
        FailedError: there is none.
    """
    if not _has_display():
        raise FailedError(f"there is no display to open a window on; {otherwise}")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


@app.default
def default() -> None:
    """Open the lab."""
    lab()


@app.command
def lab(
    source: str | None = None,
    /,
    *,
    record: Annotated[str | None, Parameter(name="--record")] = None,
    network: str | None = None,
    scale: float | None = None,
    size: str = "1280x800",
    language: str | None = None,
    theme: str | None = None,
    keys: Flag = False,
    force: Force = False,
) -> None:
    """Open the window: pull the ruler by hand, play scenarios, replay recordings.

    Example: ruler lab jerky

    Parameters
    ----------
    source
        A scenario file, the name of a shipped scenario, or a recording ({tables}). Or a
        file of a network, such as a training that is being recorded: its load curve stands
        beside the ruler's and follows the file.
    record
        Save the session as this scenario (.toml) when the window closes; ruler run plays it again.
    network
        A network whose load curve is drawn beside the ruler's: a file, or a shipped one, for
        example dropout-digits:alpha=0,dropout=0.2 (see: ruler network list).
    scale
        Size of type and controls, 0.75 to 3; default: what suits the screen.
    size
        Size of the window, WIDTHxHEIGHT in pixels.
    language
        Language of the window, en or de; default: the one chosen in it last, else the system's.
    theme
        Colours of the window; default: as chosen in it last. [choices: {themes}]
    keys
        Print every action, its keys and where it is found, instead of opening the window.
    """
    from ruler.io import check

    if keys:
        _print_keys()
        return
    if scale is not None and not 0.75 <= scale <= 3.0:
        raise BadInputError(f"--scale {scale:g}: must be 0.75 to 3")
    width_height = _size(size)
    record_to = None if record is None else Path(record)
    if record_to is not None:
        if record_to.suffix.lower() != ".toml":
            raise BadInputError(f"--record {record_to}: a session is saved as a scenario; the name must end in .toml")
        check(record_to, force)
    if network is not None:
        from ruler.networks import one_network

        one_network(network)
    if language is not None:
        from ruler.lab.i18n import check_language

        check_language(language)
    if theme is not None:
        from ruler.lab.art.palettes import NAMES
        from ruler.text import check_known

        check_known("theme", theme, NAMES)
    need_display("without one, try: ruler demo")
    from ruler.lab.opening import open_window

    open_window(source, record_to, scale, width_height, network, force, language, theme)


def _print_keys() -> None:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from ruler.lab.actions_table import actions_table
    from ruler.text import table

    names, keys, where = zip(*actions_table(), strict=True)
    print(table(("action", names), ("keys", keys), ("where", where)))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise BadInputError(f"--size {text}: must be WIDTHxHEIGHT in pixels, for example 1280x800")
    size = int(width), int(height)
    if not (450 <= size[0] <= 16_384 and 300 <= size[1] <= 16_384):
        raise BadInputError(f"--size {text}: must be at least 450x300 and at most 16384x16384")
    return size


@app.command
def video(
    recording: str,
    /,
    *,
    output: Output,
    size: str = "1280x720",
    speed: float = 1.0,
    fps: int = 30,
    last: float | None = None,
    force: Force = False,
) -> None:
    """Make a film of a recording, drawn as the lab draws it; needs no display.

    Example: ruler video jerky.csv -o jerky.mp4

    Parameters
    ----------
    recording
        A recording ({tables}).
    output
        The film: .mp4 or .gif.
    size
        WIDTHxHEIGHT in pixels.
    speed
        Seconds of the recording per second of the film.
    fps
        Frames per second.
    last
        Only so many seconds at the end of the recording.
    """
    from ruler.io import check

    path = check(output, force, (".mp4", ".gif"), "a film")
    width_height = _size(size)
    if not 0.01 <= speed <= 100.0:
        raise BadInputError(f"--speed {speed:g}: must be 0.01 to 100")
    if not 1 <= fps <= 120:
        raise BadInputError(f"--fps {fps}: must be 1 to 120")
    if last is not None and not last > 0.0:
        raise BadInputError(f"--last {last:g}: must be more than 0, in seconds")
    loaded = ruler.load_recording(recording)
    since = 0.0 if last is None else max(0.0, float(loaded.time[-1]) - last)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from ruler.lab.video import make_video

    with progress("drawing", "frames") as show:
        frames = make_video(loaded, Path(recording).stem, path, width_height, speed, fps, show, part=(since, None))
    say(f"film: {path} ({frames} frames)")
