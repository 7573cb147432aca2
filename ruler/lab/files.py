"""The actions that open and save files and begin and end replays."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pygame

from ruler import io
from ruler.errors import BadInputError, FailedError, RulerError
from ruler.lab.actions import lay_out, replays_of, ruler_under_hand
from ruler.lab.bindings import action
from ruler.lab.left import ENDING, LeftSession, give_up, read_left
from ruler.lab.player import Live
from ruler.lab.recent import remember
from ruler.lab.replay import Replay, Replays
from ruler.lab.session import Session
from ruler.lab.window import Window
from ruler.recording import Recording, load_recording, save_recording
from ruler.scenario import load_scenario, scenario_to_toml

_RECORDINGS = {suffix[1:] for suffix in io.FORMATS}


@action("ctrl+p", "shipped scenarios and recent files", "File", label="Scenarios ...")
def _pick_scenario(window: Window) -> None:
    window.dialogs.pick_scenario(partial(open_file, window))


@action("ctrl+o", "open a scenario or recording (or drop it here)", "File", label="Open ...")
def _open(window: Window) -> None:
    window.dialogs.ask_to_open("Open", {"toml", *_RECORDINGS}, partial(open_file, window))


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
    window.dialogs.ask_to_open("Compare with", _RECORDINGS, partial(open_beside, window))


def open_file(window: Window, path: Path) -> None:
    """Open a scenario or a recording; a bad one is a message and nothing changes."""

    def open_it() -> None:
        if path.suffix == ENDING:
            show_left(window, read_left(path))
            return
        if is_recording(path):
            show_recording(window, load_recording(path), path.stem)
        else:
            _start_session(window, path)
        if path.is_file():
            remember(path)

    window.if_saved(lambda: _or_tell(window, "This file cannot be opened", open_it), f"Opening {path.name}")


def is_recording(path: Path) -> bool:
    """Whether a file is a recording by its name."""
    return path.suffix.lower() in io.FORMATS


def _or_tell(window: Window, title: str, work: Callable[[], object]) -> bool:
    """Do it; an error is shown in a dialog. Whether it was done."""
    try:
        work()
    except RulerError as error:
        window.dialogs.tell(title, str(error))
        return False
    return True


def _start_session(window: Window, path: Path) -> None:
    # Loaded before the old one is closed, which has the journal until then.
    session, journal = Session(load_scenario(path), path.stem), window.session.journal
    window.session.close()
    session.start_journal(journal)
    window.live = Live(session, window.clock)
    window.clock.paused = False
    window.right_shake = False
    window.show(window.live)
    window.say(f"{session.original.title}. Pull the tip, or let the script pull: P.")


def show_recording(window: Window, recording: Recording, name: str, journal: Path | None = None) -> None:
    """Replay a recording instead of the ruler under the hand; `journal`: where it is left until it is saved."""
    replays = Replays(Replay(recording, name, journal), window.clock)
    window.live.let_go()
    window.show(replays)


def show_left(window: Window, left: LeftSession) -> None:
    """Replay a session that an earlier window left."""
    show_recording(window, left.recording, left.title, left.path)
    window.say("Ctrl+E saves this session, Delete gives it up; until then it is offered again.")


def open_beside(window: Window, path: Path) -> None:
    """Put a second recording beside the one that is replayed."""
    replays = replays_of(window)

    def put_beside() -> None:
        replays.put_beside(Replay(load_recording(path), path.stem))
        window.show(replays)

    _or_tell(window, "This file cannot be opened", put_beside)


@action("ctrl+s", "save this session as a scenario", "File", label="Save as scenario ...", rule=True)
def _save_scenario(window: Window) -> None:
    def save(chosen: Path) -> None:
        path, text = chosen.with_suffix(".toml"), scenario_to_toml(window.session.scenario())
        _save(window, path, lambda force: io.write_text(path, text, force), partial(_session_is_saved, window))

    window.dialogs.ask_to_save("Save this session as a scenario", f"{window.session.name}-session.toml", save)


@action("ctrl+e", "save what has been recorded", "File", label="Save the recording ...")
def _save_recording(window: Window) -> None:
    def save(chosen: Path) -> None:
        path = chosen if is_recording(chosen) else chosen.with_name(chosen.name + ".csv")
        player = window.player
        recording = player.recording()

        def saved() -> None:
            if isinstance(player, Replays):
                _give_up_left(player)
            else:
                _session_is_saved(window)

        _save(window, path, lambda force: save_recording(recording, path, force), saved)

    window.dialogs.ask_to_save("Save the recording", f"{window.session.name}.csv", save)


def _session_is_saved(window: Window) -> None:
    window.session.saved_step = window.session.simulation.step
    window.live.recording_since = None


def _give_up_left(replays: Replays) -> None:
    """If the first recording is a session that was left, its journal is needed no more."""
    first = replays.replays[0]
    if first.journal is not None:
        give_up(first.journal)
        first.journal = None


def _save(window: Window, path: Path, write: Callable[[bool], object], saved: Callable[[], None]) -> None:
    """Write the file, then call `saved`; asks before another one is replaced."""

    def done(force: bool) -> None:
        if not _or_tell(window, "It could not be saved", lambda: write(force)):
            return
        saved()
        remember(path)
        window.say(f"saved: {path}")

    if path.exists():
        window.dialogs.ask(f"{path.name} exists already. Replace it?", "Replace", partial(done, True))
    else:
        done(False)


@action(
    "ctrl+r",
    "lay the ruler out and record; again: stop and save",
    "File",
    label="Record",
    on=lambda window: window.live.recording_since is not None,
    needs="hand",
)
def _record(window: Window) -> None:
    live = ruler_under_hand(window)
    if live.recording_since is None:
        lay_out(window, scripted=live.session.scripted)
        live.recording_since = live.session.simulation.step
        window.say("Recording. Ctrl+R again stops and saves it.")
    else:
        window.clock.paused = True
        _save_scenario(window)


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
        raise BadInputError("This is no session that an earlier window left; there is nothing to give up.")

    def confirmed() -> None:
        _give_up_left(replays)
        _back_to_lab(window)
        window.say(f"given up: {first.name}")

    window.dialogs.ask(f"The {first.name}, is lost for ever. Ctrl+E saves it.", "Give up", confirmed)


@action(
    "v",
    "replay: simulate again and mark the first difference",
    "Compare",
    label="Simulate again",
    needs="replay",
)
def _verify(window: Window) -> None:
    window.say(replays_of(window).verify())


@action("b", "replay: back to the ruler", "File", label="Back to the lab", needs="replay", rule=True)
def _back_to_lab(window: Window) -> None:
    if window.player is not window.live:
        window.show(window.live)


@action("f12", "save a picture of the window", "File", label="Picture of the window")
def _screenshot(window: Window) -> None:
    path = next(path for n in range(1, 100_000) if not (path := Path(f"ruler-{n:03d}.png")).exists())
    try:
        pygame.image.save(window.surface, path)
    except (OSError, pygame.error) as error:
        raise FailedError(f"{path}: the picture could not be saved: {error}") from None
    window.say(f"picture: {path.resolve()}")
