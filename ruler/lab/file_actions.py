"""The actions that open and save files, and begin and end replays."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ruler.analysis import summarised
from ruler.errors import RulerError
from ruler.io import write_text
from ruler.lab.app_values import RECORDINGS
from ruler.lab.art.graphs import History
from ruler.lab.recent import remember
from ruler.lab.replay import Replay
from ruler.lab.session import Session
from ruler.recording import Recording, load_recording, save_recording
from ruler.scenario import load_scenario, scenario_to_toml

if TYPE_CHECKING:
    from ruler.lab.app import App


class FileActions:
    """What a key or a button does with files; a method for each action of its name.

    Args:
        app: the window.
    """

    def __init__(self, app: "App") -> None:
        self._app = app

    def pick_scenario(self) -> None:
        """Choose a scenario."""
        self._app.dialogs.pick_scenario(lambda name: self.open_file(Path(name)))

    def open(self) -> None:
        """Open a file."""
        self._app.dialogs.ask_file(
            "Open", {"toml", "csv", "npz", "parquet"}, True, Path.cwd(), lambda p: self.open_file(Path(p))
        )

    def open_second(self) -> None:
        """Open a second recording beside the first."""
        app = self._app
        if not app.replays:
            app.say("Open a recording first; then a second one can be put beside it.")
            return
        app.dialogs.ask_file(
            "Compare with", {"csv", "npz", "parquet"}, True, Path.cwd(), lambda p: self.second(Path(p))
        )

    def open_file(self, path: Path) -> None:
        """Open a scenario or a recording; a bad one is a message and nothing changes."""
        self._app.actions.if_saved(lambda: self._open(path), f"Opening {path.name}")

    def _open(self, path: Path) -> None:
        try:
            if path.suffix.lower() in RECORDINGS:
                self.show_recording(load_recording(path), path.stem)
            else:
                self._start_session(path)
            if path.is_file():
                remember(path)
        except RulerError as error:
            self._app.dialogs.tell("This file cannot be opened", str(error))

    def _start_session(self, path: Path) -> None:
        app = self._app
        session = Session(load_scenario(path), path.stem, app.session.journal)
        app.session.close()
        app.session = session
        app.replays = []
        app.recording_since = None
        app.build()
        app.new_ruler()
        app.clock.paused = False
        app.say(f"{session.original.title}. Pull the tip, or let the script pull: P.")

    def show_recording(self, recording: Recording, name: str) -> None:
        """Replay a recording instead of the ruler under the hand."""
        app = self._app
        replay = Replay(recording, name)
        replay.speed = app.clock.speed
        app.session.release()
        app.replays = [replay]
        self._replay_histories()
        app.build()

    def second(self, path: Path) -> None:
        """Put a second recording beside the first."""
        app = self._app
        try:
            replay = Replay(load_recording(path), path.stem)
        except RulerError as error:
            app.dialogs.tell("This file cannot be opened", str(error))
            return
        replay.speed = app.clock.speed
        app.replays = [app.replays[0], replay]
        for each in app.replays:
            each.seek(0.0)
        self._replay_histories()
        app.build()

    def _replay_histories(self) -> None:
        app = self._app
        app.histories = []
        for replay in app.replays:
            history = History(replay.recording.hinges)
            history.append(replay.recording.time, replay.recording.opening)
            app.histories.append(history)

    def back_to_lab(self) -> None:
        """Back from a replay to the ruler."""
        app = self._app
        if app.replays:
            app.replays = []
            app.histories = [History(app.session.base.ruler.hinges)]
            app.build()

    def verify(self) -> None:
        """Simulate the replayed recording again."""
        app = self._app
        if not app.replays:
            app.say("Open a recording first.")
            return
        texts = []
        for replay in app.replays:
            difference = replay.verify()
            texts.append(f"{replay.name}: {difference.text}")
            if difference.sample is not None:
                replay.seek(difference.time)
        app.say("; ".join(texts))

    def record(self) -> None:
        """Begin to record from a fresh ruler; again: stop and save."""
        app = self._app
        if app.replays:
            app.say("Go back to the lab (B) to record.")
        elif app.recording_since is None:
            app.actions.lay_out(scripted=app.session.scripted)
            app.recording_since = app.session.simulation.step
            app.say("Recording. Ctrl+R again stops and saves it.")
        else:
            app.clock.paused = True
            self.save_scenario()
        app.update_labels()

    def save_scenario(self) -> None:
        """Save the session as a scenario."""
        start = Path.cwd() / f"{self._app.session.name}-session.toml"
        self._app.dialogs.ask_file("Save this session as a scenario", {"toml"}, False, start, self._save_scenario)

    def _save_scenario(self, chosen: str) -> None:
        path = Path(chosen).with_suffix(".toml")
        text = scenario_to_toml(self._app.session.scenario())
        self._overwrite_or_write(path, lambda force: write_text(path, text, force))

    def save_recording(self) -> None:
        """Save what has been recorded."""
        start = Path.cwd() / f"{self._app.session.name}.csv"
        self._app.dialogs.ask_file("Save the recording", RECORDINGS, False, start, self._save_recording)

    def _save_recording(self, chosen: str) -> None:
        app = self._app
        path = Path(chosen)
        if path.suffix.lower() not in RECORDINGS:
            path = path.with_name(path.name + ".csv")
        recording = app.replays[0].recording if app.replays else summarised(app.session.recording())
        self._overwrite_or_write(path, lambda force: save_recording(recording, path, force))

    def _overwrite_or_write(self, path: Path, write: Callable[[bool], object]) -> None:
        app = self._app

        def done(force: bool) -> None:
            try:
                write(force)
            except RulerError as error:
                app.dialogs.tell("It could not be saved", str(error))
                return
            app.session.saved_step = app.session.simulation.step
            app.recording_since = None
            remember(path)
            app.say(f"saved: {path}")

        if path.exists():
            app.dialogs.ask(f"{path.name} exists already. Replace it?", "Replace", lambda _: done(True))
        else:
            done(False)
