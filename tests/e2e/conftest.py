"""A virtual screen, windows on it in processes of their own, and the hand of a user."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pygame
import pytest

from ruler.lab.art.view import View
from ruler.lab.layout import lay_out_window
from ruler.lab.session import Session
from ruler.mechanics import engine
from ruler.scenario import load_scenario

# A window, px, unless another size is asked for.
SIZE = (1280, 800)

# Between two moves of the mouse, s.
MOVE_TIME = 0.02
# Between two letters that are typed, ms.
TYPE_TIME = 8


def pytest_collection_modifyitems(items):
    missing = shutil.which("Xvfb") is None or shutil.which("xdotool") is None
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.slow)
            if missing:
                item.add_marker(pytest.mark.skip(reason="needs Xvfb and xdotool (apt-get install)"))


@pytest.fixture(scope="session", autouse=True)
def compiled_before():
    """Windows that compile on the side are slower than a hand by script waits for."""
    if engine.can_compile():
        subprocess.run([sys.executable, "-P", "-m", "ruler.mechanics.background"], check=True, timeout=120)


@pytest.fixture(scope="session")
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


def table_points(extension, scenario="steady"):
    """Where the tip is at the start, and where it is at an extension, px; as the window lays it out."""
    ruler = load_scenario(scenario) if isinstance(scenario, str) else scenario
    scene = Session(ruler, "ruler").scene()
    view = View.fit(pygame.Rect(lay_out_window(SIZE, 1.0, replay=False).table), scene, 28.0)
    end = np.array([extension * scene.full_length, 0.0])
    return tuple(view.to_screen(scene.outer[-1])), tuple(view.to_screen(end))


class RealWindow:
    """A lab in a process of its own, and the hand of a user."""

    def __init__(self, display, folder, *arguments, command=("lab", "--scale", "1"), **environment):
        self.folder = folder
        self.environment = {
            **os.environ,
            "LANGUAGE": "en",
            "DISPLAY": display,
            "RULER_STATE": str(folder / "state"),
            "SDL_VIDEODRIVER": "x11",
            "SDL_VIDEO_WINDOW_POS": "0,0",
            "RULER_DIALOGS": "own",
            **environment,
        }
        # Marked as opened before, so that no hints cover the table.
        (folder / "state").mkdir(exist_ok=True)
        (folder / "state" / "lab.json").write_text('{"opened": true}')
        command = [sys.executable, "-c", "from ruler.cli import main; main()", *command, *arguments]
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
        # Another window of this kind may be there.
        for window in self.tool("search", "--pid", self.process.pid, check=False).split():
            if self.tool("getwindowname", window, check=False) == "Folding ruler":
                return window
        return None

    def move(self, at):
        self.tool("mousemove", "--window", self.window, round(at[0]), round(at[1]))

    def key(self, *keys):
        self.tool("key", "--window", self.window, *keys)
        time.sleep(0.3)

    def type(self, text):
        self.tool("type", "--window", self.window, "--delay", TYPE_TIME, text)
        time.sleep(0.3)

    def click(self, at, button=1):
        self.move(at)
        self.tool("click", button)
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

    def drop(self, path, at):
        """Drop a file as a file manager does: by the XDND protocol of the X server."""
        xlib = pytest.importorskip("Xlib", reason="needs python-xlib")
        from Xlib import display
        from Xlib.protocol import event

        server = display.Display(self.environment["DISPLAY"])
        target = server.create_resource_object("window", int(self.window))
        source = server.screen().root.create_window(0, 0, 1, 1, 0, 0)
        atom = server.intern_atom
        source.set_selection_owner(atom("XdndSelection"), xlib.X.CurrentTime)

        def tell(message, *data):
            values = [source.id, *data, *[0] * (4 - len(data))]
            target.send_event(event.ClientMessage(window=target, client_type=atom(message), data=(32, values)))
            server.flush()

        def answer(kind, name=None):
            while True:
                got = server.next_event()
                if got.type == kind and (name is None or got.client_type == atom(name)):
                    return got

        tell("XdndEnter", 5 << 24, atom("text/uri-list"))
        tell("XdndPosition", 0, round(at[0]) << 16 | round(at[1]), 0, atom("XdndActionCopy"))
        answer(xlib.X.ClientMessage, "XdndStatus")
        tell("XdndDrop")
        asked = answer(xlib.X.SelectionRequest)
        asked.requestor.change_property(asked.property, asked.target, 8, f"{path.as_uri()}\r\n".encode())
        asked.requestor.send_event(
            event.SelectionNotify(
                time=asked.time,
                requestor=asked.requestor,
                selection=asked.selection,
                target=asked.target,
                property=asked.property,
            )
        )
        answer(xlib.X.ClientMessage, "XdndFinished")
        server.close()
        time.sleep(0.5)

    def wait_for(self, path, seconds=30.0):
        """Until a file is there; it appears whole."""
        end = time.monotonic() + seconds
        while not path.exists():
            assert time.monotonic() < end, f"{path} never came"
            assert self.process.poll() is None or path.exists(), self.process.stderr.read()
            time.sleep(0.05)
        return path

    def quit(self):
        """Quit by the keyboard, which needs no answer; it has ended well."""
        end = time.monotonic() + 20.0
        while self.process.poll() is None:
            assert time.monotonic() < end, "it has not quit"
            # The window may be gone before the key is let go, and a display that is busy may lose it.
            self.tool("key", "--window", self.window, "ctrl+q", check=False)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=4)
        assert self.process.returncode == 0, self.process.stderr.read()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)


@pytest.fixture
def tip():
    """See `table_points`."""
    return table_points


@pytest.fixture
def open_window(display, tmp_path):
    opened = []

    def make(*arguments, **environment):
        window = RealWindow(display, tmp_path, *arguments, **environment)
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close()
