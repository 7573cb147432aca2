"""The lab opened on whatever it is given: a scenario, an experiment, a recording, a network."""

import sys
from pathlib import Path

from ruler.lab import i18n
from ruler.lab.all_actions import appearance, files, lessons
from ruler.lab.app import App
from ruler.lab.crash import journal_for_this_process, leaving_on_signals, report_crash, tell
from ruler.lab.left import left_sessions, offer
from ruler.lab.measured import measured_beside
from ruler.lab.recent import setting
from ruler.lab.replay import Replay
from ruler.lab.session import Session
from ruler.networks import is_network_file
from ruler.recording import load_recording
from ruler.scenario import find_scenario, load_scenario
from ruler.scenario.experiment import is_experiment, load_experiment, shipped_experiments

# Sessions that were left are offered this long in the status line, s; the picker has them always.
OFFER_TIME = 30.0


def open_window(
    source: str | None,
    record_to: Path | None = None,
    scale: float | None = None,
    size: tuple[int, int] = (1280, 800),
    network: str | None = None,
    replace: bool = False,
    language: str | None = None,
    theme: str | None = None,
) -> None:
    """Open the lab on a scenario or a recording and run it until it is closed.

    Args:
        source: a scenario or an experiment, shipped (its name) or a file, a recording, or a file of a
            network, which is then followed; None: steady.
        record_to: where the session is saved as a scenario at the end.
        scale: UI scale.
        size: of the window, px.
        network: address of a shipped network, or a file of one, to draw beside the ruler's load curve.
        replace: whether what is there by the name `record_to` may be replaced.
        theme: one of `ruler.lab.art.theme.THEMES`; None: the one chosen in it last, else light.
        language: code of the window's language; None: the one chosen in it last, else the system's.

    Raises:
        BadInputError: the source cannot be used.
        FailedError: the session could not be saved.
    """
    appearance.begin(theme)
    i18n.use(language or i18n.chosen(setting("language")))
    path = Path("steady" if source is None else source)
    table = path if is_network_file(path) else None
    recording = load_recording(path) if files.is_recording(path) and table is None else None
    if recording is not None:
        # One that cannot be shown is told before there is a window.
        Replay(recording, path.stem)
    lesson = path if is_experiment(path) else shipped_experiments().get(str(source))
    if lesson is not None:
        load_experiment(lesson)
    name = str(path) if recording is None and lesson is None and table is None else "steady"
    session = Session(load_scenario(find_scenario(name)), Path(name).stem, journal_for_this_process())
    session.beside = measured_beside(session.original, find_scenario(name))
    app = App(session, scale=scale, size=size, record_to=record_to)
    if network is not None:
        app.say(app.ghosts.show_network(network))
    if table is not None:
        app.say(app.ghosts.follow_table(table))
    if recording is not None:
        files.show_recording(app, recording, path.stem)
    # The experiments are offered until the first click or key.
    app.hints_shown = source is None
    if lesson is not None:
        lessons.begin_lesson(app, lesson if is_experiment(path) else str(source))
    if left := left_sessions():
        app.say(offer(left), OFFER_TIME)
    with leaving_on_signals(app.leave):
        try:
            app.run()
        except Exception as error:
            sys.exit(report_crash(app.session, error))
        app.save_session(replace)
        if app.jobs.running:
            tell("a film or figure is still being made")
            app.jobs.finish()
