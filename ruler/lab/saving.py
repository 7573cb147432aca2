"""Saving: a scenario or a recording by itself, or with "Record" all at once; what is not saved is asked about."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pygame

from ruler import io
from ruler.errors import BadInputError, FailedError
from ruler.lab.actions import lay_out, ruler_under_hand
from ruler.lab.bindings import action
from ruler.lab.dialogs import system_dialogs
from ruler.lab.form import Button, Choice, Form, Line, Values
from ruler.lab.i18n import N_, _
from ruler.lab.jobs import LAST_SECONDS, figure, film
from ruler.lab.line_edit import LineEdit
from ruler.lab.native import there_is_one
from ruler.lab.recent import remember, remember_setting, setting
from ruler.lab.replay import Replays
from ruler.lab.window import Window
from ruler.recording import Recording, save_recording
from ruler.scenario import scenario_to_toml
from ruler.text import reason

FIGURES = (".svg", ".pdf", ".png")
# What can be saved of a session: name, label, endings, and the one proposed at first.
PARTS = (
    ("data", N_("Data"), tuple(io.FORMATS), ".csv"),
    ("scenario", N_("Scenario"), (".toml",), ".toml"),
    ("film", N_("Film"), (".mp4", ".gif"), ""),
    ("figure", N_("Figure"), FIGURES, ""),
)


# One file


@action("ctrl+s", "save this session as a scenario", "File", label="Save as scenario ...", needs="hand", rule=True)
def _save_scenario(window: Window) -> None:
    session = ruler_under_hand(window).session

    def save(chosen: Path) -> None:
        path, text = chosen.with_suffix(".toml"), scenario_to_toml(session.scenario())
        _save(window, path, lambda force: io.write_text(path, text, force), partial(session_is_saved, window))

    window.dialogs.ask_to_save(_("Save this session as a scenario"), f"{session.name}-session.toml", save)


@action("ctrl+e", "save what has been recorded", "File", label="Save the recording ...")
def _save_recording(window: Window) -> None:
    def save(chosen: Path) -> None:
        path = chosen if chosen.suffix.lower() in io.FORMATS else chosen.with_name(chosen.name + ".csv")
        player = window.player
        recording = player.recording()

        def saved() -> None:
            if isinstance(player, Replays):
                player.give_up_left()
            else:
                session_is_saved(window)

        _save(window, path, lambda force: save_recording(recording, path, force), saved)

    window.dialogs.ask_to_save(_("Save the recording"), f"{window.session.name}.csv", save)


def session_is_saved(window: Window) -> None:
    """What has happened up to now would not be lost."""
    window.session.saved_step = window.session.simulation.step
    window.live.recording_since = None


def _save(window: Window, path: Path, write: Callable[[bool], object], saved: Callable[[], None]) -> None:
    """Write the file, then call `saved`; asks before another one is replaced."""

    def done(force: bool) -> None:
        if not window.dialogs.try_to(lambda: write(force), _("It could not be saved")):
            return
        saved()
        remember(path)
        window.say(_("saved: {path}").format(path=path))

    ask_to_replace(window, [path], done)


def ask_to_replace(window: Window, paths: Sequence[Path], done: Callable[[bool], None]) -> None:
    """Do it, with True when there are such files and they may be replaced."""
    try:
        there = ", ".join(path.name for path in paths if path.exists())
    except OSError as error:
        raise BadInputError(_("This name cannot be used: {reason}.").format(reason=reason(error))) from None
    if there:
        question = _("{name} exists already. Replace it?").format(name=there)
        window.dialogs.ask(question, _("Replace"), partial(done, True))
    else:
        done(False)


# All at once


@action(
    "ctrl+r",
    "lay the ruler out and record; again: stop and save data, scenario, film, figure",
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
        window.say(_("Recording. Ctrl+R again stops and saves it."))
    else:
        ask_what_to_save(window)


@action(
    "ctrl+shift+s",
    "save data, scenario, film and figure at once, as you choose",
    "File",
    label="Save ...",
)
def _save_parts(window: Window) -> None:
    ask_what_to_save(window)


def ask_what_to_save(window: Window, then: Callable[[], object] = lambda: None) -> None:
    """Ask what is to be saved of what is shown, under which name; save it, and go on with `then`.

    Closed without an answer, everything goes on as before.
    """
    name = Line("name", _("Name"), LineEdit(Path(window.session.name).stem))
    name.edit.select()
    fields: list[Line | Choice] = [name, *(_choice(*part) for part in PARTS)]
    buttons = [Button(_("Save"), partial(_save_all, window, then))]
    if window.live.recording_since is not None and window.player is window.live:
        buttons.append(Button(_("Throw away"), lambda _values: _throw_away(window, then)))
    buttons.append(Button(_("Go on")))
    text = _("{seconds:.2f} s recorded; the files go into {folder}")
    seconds = float(window.player.recording().time[-1])
    text = text.format(seconds=seconds, folder=Path.cwd())
    window.overlay = Form(_("Save"), text, buttons, fields, width=520.0)


def _choice(name: str, label: str, endings: Sequence[str], proposed: str) -> Choice:
    remembered = setting(f"save {name}")
    wanted = remembered if remembered in ("", *endings) else proposed
    choices = [("", "\u2013"), *((ending, ending[1:]) for ending in endings)]
    return Choice(name, _(label), choices, next(i for i, (ending, _text) in enumerate(choices) if ending == wanted))


def _throw_away(window: Window, then: Callable[[], object]) -> None:
    window.live.recording_since = None
    window.say(_("The recording has been thrown away; the ruler goes on."))
    then()


def _save_all(window: Window, then: Callable[[], object], values: Values) -> None:
    chosen = {part: values[part] for part, *_rest in PARTS if values[part]}
    stem = values["name"].strip()
    if not stem or not chosen:
        window.say(_("Nothing was saved: a name and one kind of file are needed."))
        return
    for part, *_rest in PARTS:
        remember_setting(f"save {part}", values[part])
    # A name may hold dots: only the endings are ours.
    try:
        base = Path(stem).expanduser().absolute()
        paths = {part: base.with_name(base.name + chosen[part]) for part in chosen}
    except (RuntimeError, ValueError) as error:
        raise BadInputError(_("This name cannot be used: {reason}.").format(reason=reason(error))) from None
    recording, name = window.player.recording(), base.name

    def write(force: bool) -> None:
        if not window.dialogs.try_to(lambda: _write(window, recording, paths, force), _("It could not be saved")):
            return
        if window.player is window.live:
            session_is_saved(window)
        window.say(_("saved: {path}").format(path=", ".join(map(str, paths.values()))))
        _begin_slow(window, recording, name, paths)
        then()

    ask_to_replace(window, list(paths.values()), write)


def _write(window: Window, recording: Recording, paths: dict[str, Path], force: bool) -> None:
    """Write what is quickly written, and check that the rest can be."""
    if "film" in paths:
        io.need("imageio_ffmpeg", "video", "a film")
    if "data" in paths:
        save_recording(recording, paths["data"], force)
        remember(paths["data"])
    if "scenario" in paths:
        scenario = window.session.scenario() if window.player is window.live else recording.scenario
        io.write_text(paths["scenario"], scenario_to_toml(scenario), force)
        remember(paths["scenario"])


def _begin_slow(window: Window, recording: Recording, name: str, paths: dict[str, Path]) -> None:
    for part, work in (("film", film), ("figure", figure)):
        if part in paths:
            begin_job(window, work, recording, name, paths[part])


def begin_job(
    window: Window, work: Callable[..., None], recording: Recording, name: str, path: Path, *more: object
) -> None:
    """Make a film or a figure beside the window; when it is there it is said."""
    window.jobs.start(
        work,
        recording,
        name,
        path,
        *more,
        done=lambda: window.say(_("saved: {path}").format(path=path)),
        failed=lambda text: window.dialogs.tell(_("It could not be saved"), text),
    )


@action("f9", "save a film of the last ten seconds", "File", label="Film of the last seconds")
def _film_last(window: Window) -> None:
    io.need("imageio_ffmpeg", "video", "a film")
    recording = window.player.recording()
    end = float(recording.time[-1]) if window.player.moment is None else window.player.moment
    path = io.free_path(Path(f"{window.session.name}-last.mp4").absolute())
    begin_job(window, film, recording, window.session.name, path, max(0.0, end - LAST_SECONDS), end)
    window.say(_("The last {seconds:g} s become a film: {path}").format(seconds=min(end, LAST_SECONDS), path=path))


@action("f12", "save a picture of the window", "File", label="Picture of the window")
def _screenshot(window: Window) -> None:
    path = next(path for n in range(1, 100_000) if not (path := Path(f"ruler-{n:03d}.png")).exists())
    try:
        pygame.image.save(window.surface, path)
    except (OSError, pygame.error) as error:
        raise FailedError(f"{path}: the picture could not be saved: {error}") from None
    window.say(_("picture: {path}").format(path=path.resolve()))


@action(
    "",
    "ask for files in the dialogs of this system",
    "File",
    "system_dialogs",
    label="Dialogs of the system",
    rule=True,
    on=lambda _window: system_dialogs(),
)
def _system_dialogs(_window: Window) -> None:
    if not there_is_one():
        raise BadInputError(_("This system has no file dialogs that could be used; zenity or kdialog would do."))
    remember_setting("system dialogs", not system_dialogs())
