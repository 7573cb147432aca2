"""The actions that open and save files and begin and end replays."""

from contextlib import suppress
from functools import partial
from pathlib import Path

from ruler import io
from ruler.errors import BadInputError, RulerError
from ruler.lab.actions import replays_of
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.left import ENDING, LeftSession, read_left
from ruler.lab.lessons import begin_lesson
from ruler.lab.live import Live
from ruler.lab.measured import measured_beside
from ruler.lab.recent import remember
from ruler.lab.replay import Replay, Replays
from ruler.lab.session import Session
from ruler.lab.takes import Take, take_of
from ruler.lab.window import Window
from ruler.networks import is_network_file
from ruler.recording import Recording, load_recording
from ruler.scenario import Scenario, find_scenario, load_scenario
from ruler.scenario.experiment import is_experiment

_RECORDINGS = set(io.FORMATS)


@action("ctrl+p", "shipped scenarios and recent files", "File", label="Scenarios ...")
def _pick_scenario(window: Window) -> None:
    window.dialogs.pick_scenario(partial(open_file, window))


@action("ctrl+o", "open a scenario or recording (or drop it here)", "File", label="Open ...")
def _open(window: Window) -> None:
    window.dialogs.ask_to_open(_("Open"), {".toml", *_RECORDINGS}, partial(open_file, window))


@action(
    "ctrl+shift+o",
    "replay: open a second recording beside it",
    "Compare",
    label="Recording beside it ...",
    needs="replay",
    rule=True,
)
def _open_second(window: Window) -> None:
    replays_of(window)
    window.dialogs.ask_to_open(_("Compare with"), _RECORDINGS, partial(open_beside, window))


def open_file(window: Window, path: Path) -> None:
    """Open a scenario, an experiment or a recording; a bad one is a message and nothing changes."""

    def open_it() -> None:
        if path.suffix == ENDING:
            show_left(window, read_left(path))
            return
        if is_network_file(path):
            window.say(window.ghosts.follow_table(path))
        elif is_recording(path):
            show_recording(window, load_recording(path), path.stem)
        elif is_experiment(path):
            begin_lesson(window, path)
        else:
            scenario = load_scenario(path)
            beside = measured_beside(scenario, find_scenario(path))
            start_session(window, scenario, path.stem)
            window.session.beside = beside
        if path.is_file():
            remember(path)

    window.if_saved(
        lambda: window.dialogs.try_to(open_it, _("This file cannot be opened")),
        _("Opening {name}").format(name=path.name),
        leaving=True,
    )


def is_recording(path: Path) -> bool:
    """Whether a file is a recording by its name."""
    return path.suffix.lower() in io.FORMATS


def start_session(window: Window, scenario: Scenario, name: str) -> None:
    """Begin a session with another scenario."""
    # Made before the old one is closed, which has the journal until then.
    session, journal = Session(scenario, name), window.session.journal
    window.session.close()
    session.start_journal(journal)
    window.live = Live(session, window.clock)
    window.clock.paused = False
    window.right_shake = False
    window.show(window.live)
    text = _("{title}. Pull the tip, or let the script pull: P.")
    window.say(text.format(title=_(session.original.title)))


def show_recording(window: Window, recording: Recording, name: str, journal: Path | None = None) -> None:
    """Replay a recording instead of the ruler under the hand; `journal`: where it is left until it is saved."""
    replays = Replays(Replay(recording, name, journal), window.clock)
    window.live.let_go()
    window.show(replays)


def show_left(window: Window, left: LeftSession) -> None:
    """Replay a session that an earlier window left."""
    show_recording(window, left.recording, left.title, left.path)
    window.say(_("Ctrl+E saves this session, Delete gives it up; until then it is offered again."))


def open_beside(window: Window, path: Path) -> None:
    """Put a second recording beside the one that is replayed."""
    replays = replays_of(window)

    def put_beside() -> None:
        replays.put_beside(Replay(load_recording(path), path.stem))
        window.show(replays)

    window.dialogs.try_to(put_beside, _("This file cannot be opened"))


@action(
    "delete",
    "replay: give up a session an earlier window left",
    "File",
    label="Give up a left session ...",
    needs="replay",
)
def _give_up(window: Window) -> None:
    replays = replays_of(window)
    first = replays.replays[0]
    if first.journal is None:
        raise BadInputError(_("This is no session that an earlier window left; there is nothing to give up."))

    def confirmed() -> None:
        replays.give_up_left()
        _back_to_lab(window)
        window.say(_("given up: {name}").format(name=first.name))

    question = _("The {name} is lost for ever. Ctrl+E saves it.").format(name=first.name)
    window.dialogs.ask(question, _("Give up"), confirmed)


@action(
    "v",
    "replay: simulate again and mark the first difference",
    "Compare",
    label="Simulate again",
    needs="replay",
)
def _verify(window: Window) -> None:
    window.say(replays_of(window).verify())


@action("return", "go on from the moment that is looked at, with its own ruler", "Time", label="Go on from here")
def _go_on(window: Window) -> None:
    player = window.player
    if not isinstance(player, Replays):
        if window.live.past.moment is None:
            raise BadInputError(_("This is the present: drag the timeline back to look at another moment."))
        window.live.go_on()
        return
    take = take_of(player.replays[0].recording)
    window.if_saved(partial(_go_on_from, window, take, player.moment), _("Going on from the recording"), leaving=True)


def _go_on_from(window: Window, take: Take, moment: float) -> None:
    start_session(window, take.base, window.player.about()[0][0])
    window.live.past.look(moment, take)
    window.live.go_on()
    window.say(_("Gone on from {moment} s of the recording, with its own ruler.").format(moment=f"{moment:.2f}"))


@action("b", "replay: back to the ruler", "File", label="Back to the lab", needs="replay", rule=True)
def _back_to_lab(window: Window) -> None:
    player = window.player
    if not isinstance(player, Replays):
        return
    with suppress(RulerError):
        if not window.session.commands and not window.session.scripted:
            # Nothing has been done with the ruler there, so it is the recording's own that one goes back to.
            start_session(window, take_of(player.replays[0].recording).base, player.replays[0].name)
            return
    window.show(window.live)
