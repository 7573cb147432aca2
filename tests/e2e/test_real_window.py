"""The real window on a virtual screen, pulled and shaken with a real mouse and real keys."""

import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

import ruler
from ruler.lab.layout import lay_out_window
from ruler.recording import load_recording
from ruler.scenario import load_scenario

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
        reason="needs Xvfb and xdotool (apt-get install)",
    ),
]
SIZE = (1280, 800)
# Between two moves of the mouse, s.
MOVE_TIME = 0.02


@pytest.fixture(scope="module")
def display():
    """A virtual screen of its own.

    Without -noreset the server starts anew whenever its last client goes, which here is after every
    xdotool call, and a window that opens in that moment finds no screen.
    """
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(timeout=10)


class RealWindow:
    """A lab in a process of its own, and the hand of a user."""

    def __init__(self, display, folder, *arguments):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "RULER_STATE": str(folder / "state"),
            "SDL_VIDEODRIVER": "x11",
            "SDL_VIDEO_WINDOW_POS": "0,0",
        }
        # Marked as opened before, so that no hints cover the table.
        (folder / "state").mkdir(exist_ok=True)
        (folder / "state" / "lab.json").write_text('{"opened": true}')
        command = [sys.executable, "-c", "from ruler.cli import main; main()", "lab", *arguments, "--scale", "1"]
        self.process = subprocess.Popen(command, cwd=folder, env=self.environment, stderr=subprocess.PIPE, text=True)
        started = time.monotonic()
        while (window := self.find_window()) is None:
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() - started < 30, "no window"
            time.sleep(0.05)
        self.window = window
        time.sleep(0.7)

    def tool(self, *arguments, check=True):
        done = subprocess.run(
            ["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=check
        )
        return done.stdout.strip()

    def find_window(self):
        for window in self.tool("search", "--class", ".*", check=False).split():
            if self.tool("getwindowname", window, check=False) == "Folding ruler":
                return window
        return None

    def move(self, at):
        self.tool("mousemove", "--window", self.window, round(at[0]), round(at[1]))

    def key(self, *keys):
        self.tool("key", "--window", self.window, *keys)
        time.sleep(0.3)

    def focus(self):
        self.tool("windowfocus", self.window, check=False)
        time.sleep(0.2)

    def drag(self, start, end, seconds):
        """Go from start to end at one speed, in one process: one for each move makes a jerky hand of a busy machine."""
        self.move(start)
        self.tool("mousedown", 1)
        moves = round(seconds / MOVE_TIME)
        way = []
        for number in range(1, moves + 1):
            part = number / moves
            x, y = start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
            way += ["mousemove", "--window", self.window, round(x), round(y), "sleep", MOVE_TIME]
        self.tool(*way)
        time.sleep(0.2)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)


@pytest.fixture
def open_window(display, tmp_path):
    opened = []

    def make(*arguments):
        window = RealWindow(display, tmp_path, *arguments)
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close()


def table_points(extension):
    """Where the tip is at the start, and where it is at an extension, px; as the window lays it out."""
    import pygame

    from ruler.lab.art.view import View
    from ruler.lab.session import Session

    session = Session(load_scenario("steady"), "steady")
    scene = session.scene()
    view = View.fit(pygame.Rect(lay_out_window(SIZE, 1.0, replay=False).table), scene, 28.0)
    start = scene.outer[-1]
    end = np.array([extension * scene.full_length, 0.0])
    return tuple(view.to_screen(start)), tuple(view.to_screen(end))


def session_summary(window, path):
    """Quit the window and play what it has saved, without a window."""
    window.key("ctrl+q")
    window.process.wait(timeout=20)
    assert window.process.returncode == 0, window.process.stderr.read()
    return ruler.summarise(ruler.simulate(load_scenario(path)))


def test_dragging_slowly_opens_the_outer_hinges(open_window, tmp_path):
    window = open_window("--record", "session.toml")
    start, end = table_points(0.55)
    window.focus()
    window.drag(start, end, seconds=10.0)
    window.tool("mouseup", 1)
    summary = session_summary(window, tmp_path / "session.toml")
    assert summary["outer_share"] > 0.8
    assert sum(summary["opening_deg"]) > 500.0


def test_shaking_while_pulling_evens_it_out(open_window, tmp_path):
    window = open_window("--record", "session.toml")
    start, end = table_points(0.55)
    window.focus()
    window.move(start)
    window.key("s")
    window.drag(start, end, seconds=6.0)
    summary = session_summary(window, tmp_path / "session.toml")
    assert summary["center_of_load"] < 0.6
    assert summary["unevenness"] < 0.35


def test_open_record_save_and_replay_the_same_bytes(open_window, tmp_path):
    window = open_window("jerky")
    window.focus()
    window.key("ctrl+r")
    window.key("p")
    # Playing the script throws the running recording away: it asks, and is told so.
    window.key("Return")
    time.sleep(2.0)
    window.key("space")
    window.key("ctrl+e")
    window.key("Return")
    window.key("ctrl+s")
    window.key("Return")
    time.sleep(0.5)
    recorded = load_recording(tmp_path / "jerky.csv")
    again = ruler.simulate(load_scenario(tmp_path / "jerky-session.toml"))
    assert np.array_equal(recorded.table, again.table)
    assert recorded.time[-1] > 1.0
    window.key("ctrl+q")
    window.process.wait(timeout=20)
    assert window.process.returncode == 0
