"""The actions on real rulers: films and photographs are tracked in the window, friction is fitted beside it."""

from functools import partial
from pathlib import Path

from ruler import io
from ruler.errors import BadInputError
from ruler.lab.actions import replays_of
from ruler.lab.bindings import action
from ruler.lab.files import open_file, show_recording
from ruler.lab.i18n import _
from ruler.lab.jobs import fitted
from ruler.lab.tracking_window import TrackingWindow
from ruler.lab.window import Window
from ruler.measured.film import FILMS, PHOTOGRAPHS, Film, opencv
from ruler.recording import Recording, load_recording


@action("", "track the hinges of a real ruler in a film", "Compare", label="Film of a ruler ...", rule=True)
def _open_film(window: Window) -> None:
    if window.dialogs.try_to(opencv, _("Films cannot be read")):
        window.dialogs.ask_to_open(_("Film of a ruler"), FILMS, partial(track, window))


@action(
    "",
    "track the hinges of a real ruler in a folder of photographs of a slow pull: choose one of them",
    "Compare",
    label="Photographs of a ruler ...",
)
def _open_photographs(window: Window) -> None:
    if window.dialogs.try_to(opencv, _("Photographs cannot be read")):
        title = _("One of the photographs; the others are in its folder")
        window.dialogs.ask_to_open(title, PHOTOGRAPHS, lambda path: track(window, path.parent))


def track(window: Window, film: Path) -> None:
    """Click and track the joints of a film, or a folder of photographs; what is saved of it opens as a replay."""

    def begin() -> None:
        opened = Film(film)
        opened.frame(0)
        window.live.let_go()
        window.tracking = TrackingWindow(opened, 0, io.free_path(Path.cwd() / f"{opened.path.stem}.csv"))

    window.dialogs.try_to(begin, _("This film cannot be read"))


def end_tracking(window: Window, tracking: TrackingWindow) -> None:
    """Back to the lab, with the recording if there is one."""
    window.tracking = None
    if tracking.saved is None:
        window.build()
    else:
        show_recording(window, load_recording(tracking.saved), tracking.saved.stem)
        window.say(_("Tracked: {path}. Compare, Fit its friction finds what held it.").format(path=tracking.saved.name))


@action(
    "",
    "replay of a real ruler: find its friction, as a scenario beside the photographs",
    "Compare",
    label="Fit its friction ...",
    needs="replay",
)
def _fit_friction(window: Window) -> None:
    recording = replays_of(window).replays[0].recording
    if not recording.measured:
        raise BadInputError(_("This ruler was simulated: open a film, photographs or a recording of a real one first."))
    if window.dialogs.try_to(_need_scipy, _("Friction cannot be fitted")):
        stem = window.player.about()[0][0]
        window.dialogs.ask_to_save(_("The fitted ruler"), f"{stem}-fitted.toml", partial(_begin_fit, window, recording))


def _need_scipy() -> None:
    io.need("scipy.optimize", "fit", "fitting a ruler")


def _begin_fit(window: Window, recording: Recording, chosen: Path) -> None:
    path = io.free_path(chosen.with_suffix(".toml"))

    def done() -> None:
        question = _("The friction of {name} is in {path}. Open it?").format(name=recording.where, path=path.name)
        window.dialogs.ask(question, _("Open"), partial(open_file, window, path))

    failed = partial(window.dialogs.tell, _("Friction cannot be fitted"))
    window.jobs.start(fitted, recording, path, done=done, failed=failed)
    window.say(_("Fitting the friction beside the window, which goes on ..."))
