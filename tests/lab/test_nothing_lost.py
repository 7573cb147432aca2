"""What the window keeps: across other scenarios, signals, kills and strange files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pygame
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.lab.app import App
from ruler.lab.crash import journal_for_this_process
from ruler.lab.files import open_file
from ruler.lab.left import left_sessions
from ruler.lab.recent import state_folder
from ruler.lab.session import Session
from ruler.recording import load_recording, save_recording
from ruler.scenario import load_scenario

CTRL = pygame.KMOD_LCTRL
POSIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs POSIX signals")
STRANGE = "\x00\x1b[31m $\\foo$ \u202e\nline"
# The window, whose script pulls by itself and that tells how far it has recorded.
WATCHED = """
import sys, time
from ruler.lab.app import App
plain = App.frame
def frame(self, elapsed, events):
    if not self.session.scripted:
        self.session.reset(scripted=True)
    plain(self, elapsed, events)
    print(self.session.recorder.rows[-1, 0] if len(self.session.recorder.rows) else 0.0, flush=True)
App.frame = frame
from ruler.cli import main
main()
"""


def begin(*arguments, code=WATCHED):
    def usual_signals():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)

    return subprocess.Popen(
        [sys.executable, "-c", code, "lab", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), preexec_fn=usual_signals,
    )  # fmt: skip


def played(process, seconds):
    """Read what the window tells until it has recorded so much; returns how far it is."""
    for line in process.stdout:
        with_time = line.split()
        if len(with_time) == 1 and float(with_time[0]) >= seconds:
            return float(with_time[0])
    raise AssertionError(process.stderr.read())


@pytest.fixture
def kept_lab():
    """A window with a journal, as it is opened from the command line."""
    app = App(Session(load_scenario("steady"), "steady", journal_for_this_process()), scale=1.0)
    pygame.event.clear()
    yield app
    app.session.close()
    pygame.display.quit()


def test_another_scenario_opens_beside_its_own_journal(kept_lab, own_folders):
    open_file(kept_lab, Path("jerky"))
    assert kept_lab.session.name == "jerky"
    assert kept_lab.session.journal is not None
    session = kept_lab.session
    (own_folders / "bad.toml").write_text("[hinge]\ntorque = -1\n")
    open_file(kept_lab, own_folders / "bad.toml")
    assert kept_lab.session is session
    kept_lab.dialogs.close()
    session.reset()
    session.set_value("ruler.hinges", 6)
    session.advance(700)
    time.sleep(0.6)
    session.advance(100)
    assert session.journal.exists()


def test_a_reset_that_is_refused_leaves_ruler_and_journal(kept_lab, monkeypatch):
    session = kept_lab.session
    recorder, base = session.recorder, session.base

    def refuse(*_, **__):
        raise BadInputError("impossible")

    monkeypatch.setattr("ruler.lab.session.Recorder", refuse)
    with pytest.raises(BadInputError):
        session.set_value("ruler.hinges", 6)
    assert session.recorder is recorder
    assert session.base is base
    session.advance(100)


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_save_the_session(name, own_folders):
    process = begin("--record", "s.toml")
    played(process, 0.5)
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert ruler.simulate(load_scenario(own_folders / "s.toml")).time[-1] >= 0.5
    assert not left_sessions()


@pytest.mark.slow
@POSIX
def test_a_signal_keeps_a_session_that_nobody_saved(own_folders):
    process = begin()
    far = played(process, 0.7)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    (left,) = left_sessions()
    assert left.recording.time[-1] >= far


def test_a_name_taken_during_the_session_is_left_alone(kept_lab, own_folders, capsys):
    kept_lab.record_to = own_folders / "s.toml"
    kept_lab.session.grab_tip()
    kept_lab.session.advance(100)
    (own_folders / "s.toml").write_text("mine")
    kept_lab.save_session()
    assert (own_folders / "s.toml").read_text() == "mine"
    assert ruler.simulate(load_scenario(own_folders / "s-2.toml")).time[-1] == pytest.approx(0.1)
    assert "s-2.toml" in capsys.readouterr().err


@pytest.mark.slow
@POSIX
def test_a_killed_session_is_offered_opened_and_saved(own_folders):
    process = begin()
    far = played(process, 2.0)
    running = left_sessions()
    process.kill()
    process.communicate(timeout=30)
    assert not running
    (left,) = left_sessions()
    assert left.recording.time[-1] >= far - 0.6
    seen = begin(
        code="""
import ruler.lab.app as lab
from ruler.lab.views import status
def run(self):
    print(status(self)[0], flush=True)
lab.App.run = run
from ruler.cli import main
main()
"""
    )
    told, errors = seen.communicate(timeout=60)
    assert seen.returncode == 0, errors
    assert left.title in told
    app = App(Session(load_scenario("steady"), "steady", journal_for_this_process()), scale=1.0)
    pygame.event.clear()
    key = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_p, mod=CTRL, unicode="", scancode=0)
    app.frame(0.02, [key])
    for pressed in (pygame.K_RETURN,):
        app.frame(0.02, [pygame.event.Event(pygame.KEYDOWN, key=pressed, mod=0, unicode="", scancode=0)])
    assert app.player is not app.live
    assert left.path.exists()
    app.frame(0.02, [pygame.event.Event(pygame.KEYDOWN, key=pygame.K_e, mod=CTRL, unicode="", scancode=0)])
    app.frame(0.02, [pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="", scancode=0)])
    for _ in range(3):
        app.frame(0.02, pygame.event.get())
    assert load_recording(own_folders / "steady.csv").time[-1] == left.recording.time[-1]
    assert not left_sessions()
    app.session.close()
    pygame.display.quit()


def test_a_left_session_is_given_up_only_when_asked(kept_lab):
    other = Session(load_scenario("steady"), "steady", state_folder() / "session-1.npz.journal")
    other.grab_tip()
    other.advance(500)
    path = other.keep()
    open_file(kept_lab, path)
    assert kept_lab.dialogs.open  # its window is still open
    kept_lab.dialogs.close()
    other.recorder._journal.close()
    open_file(kept_lab, path)
    kept_lab.do("give_up")
    assert path.exists()
    kept_lab.dialogs.overlay.press_button(0)
    assert not path.exists()
    assert kept_lab.player is kept_lab.live


@pytest.mark.parametrize(
    "change",
    [{"source": None}, {"source": "text"}, {"source": {"ruler": {"hinges": 3}}}, {"source": {}}, {"kind": None}],
    ids=str,
)
def test_wrong_metadata_are_a_message(kept_lab, own_folders, change):
    path = own_folders / "run.csv"
    scenario = load_scenario("steady", ["ruler.hinges=4", "phase.0.until.extension=0.2", "phase.0.pull.speed=1"])
    save_recording(ruler.simulate(scenario), path)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), **change}))
    told = []
    kept_lab.dialogs.tell = lambda title, text: told.append(text)
    open_file(kept_lab, path)
    kept_lab.frame(0.02, [])
    assert kept_lab.player is kept_lab.live
    assert "run" in told[0]


def test_strange_titles_do_no_harm_in_window_and_film(kept_lab, own_folders):
    from ruler.lab.video import Stage

    scenario = load_scenario("steady", ["ruler.hinges=4", "phase.0.until.extension=0.2", "phase.0.pull.speed=1"])
    strange = scenario.model_copy(update={"title": STRANGE, "description": STRANGE})
    path = own_folders / "run.npz"
    save_recording(ruler.simulate(strange), path)
    open_file(kept_lab, path)
    assert kept_lab.player is not kept_lab.live
    kept_lab.say(STRANGE)
    kept_lab.dialogs.tell(STRANGE, STRANGE)
    kept_lab.frame(0.02, [])
    assert Stage(load_recording(path), STRANGE, (640, 360)).frame(0.0)
