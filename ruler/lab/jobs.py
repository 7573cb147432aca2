"""Work that takes a while, such as films, in a process beside the window."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from ruler.analysis.graph_data import GraphData
from ruler.errors import RulerError
from ruler.recording import Recording

FILM_SIZE, FILM_RATE = (1280, 720), 30
# A film of the last seconds is of so many, s.
LAST_SECONDS = 10.0


class Jobs:
    """What is being worked on."""

    def __init__(self) -> None:
        self._running: list[tuple[Future[Any], Callable[[], None], Callable[[str], None]]] = []

    def start(
        self, work: Callable[..., object], *given: object, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Begin some work; what comes of it is told by `look`."""
        from loky import get_reusable_executor

        future = get_reusable_executor(max_workers=1, timeout=30).submit(work, *given)
        self._running.append((future, done, failed))

    @property
    def running(self) -> bool:
        """Whether there is any."""
        return bool(self._running)

    def look(self) -> None:
        """Tell of what is finished."""
        finished = [job for job in self._running if job[0].done()]
        self._running = [job for job in self._running if job not in finished]
        for job in finished:
            _tell(*job)

    def finish(self) -> None:
        """Wait for all of it."""
        while self._running:
            _tell(*self._running.pop(0))


def _tell(future: Future[Any], done: Callable[[], None], failed: Callable[[str], None]) -> None:
    try:
        future.result()
    except RulerError as error:
        failed(str(error))
    except Exception as error:
        failed(f"{type(error).__name__}: {error}")
    else:
        done()


def film(recording: Recording, name: str, path: Path, since: float = 0.0, until: float | None = None) -> None:
    """Write a film of a recording, from a moment on and up to another, s.

    Raises:
        RulerError: it could not be written.
    """
    from ruler.lab.video import make_video

    make_video(recording, name, path, FILM_SIZE, 1.0, FILM_RATE, part=(since, until))


def figure(recording: Recording, name: str, path: Path) -> None:
    """Draw a recording's openings, load shares and load curve as a figure.

    Raises:
        RulerError: it could not be written.
    """
    from ruler.figures.frame import save_figure
    from ruler.figures.recordings import plot_recordings

    save_figure(plot_recordings([recording], [name]), path)


def fitted(recording: Recording, path: Path) -> None:
    """Fit the friction of a measured ruler, and write it as a scenario.

    Raises:
        RulerError: the recording cannot be used, or the file not be written.
    """
    from ruler.measured import fit_recording, save_fitted

    save_fitted(fit_recording(recording, held_out=False).scenario, recording.where, path)


def graph_figure(data: GraphData, path: Path) -> None:
    """Draw one graph as a figure.

    Raises:
        RulerError: it could not be written.
    """
    from ruler.figures.frame import save_figure
    from ruler.figures.graphs import plot_graph

    save_figure(plot_graph(data), path)
