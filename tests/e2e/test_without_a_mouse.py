"""The real window with real keys: menus, palette, dialogs, export, a session pasted from one window into another."""

import subprocess
import sys
import time

import numpy as np
import pytest

import ruler
from ruler.lab.layout import lay_out_window
from ruler.recording import load_recording
from ruler.scenario import load_scenario

pytestmark = pytest.mark.slow

SIZE = (1280, 800)


def image_on_clipboard(window, seconds=15.0):
    """Width and height of the image that another program finds there, px."""
    code = "import copykitten; print(*copykitten.paste_image()[1:])"
    end = time.monotonic() + seconds
    while True:
        found = subprocess.run([sys.executable, "-c", code], env=window.environment, capture_output=True, text=True)
        if found.returncode == 0:
            width, height = map(int, found.stdout.split())
            return width, height
        assert time.monotonic() < end, found.stderr
        time.sleep(0.2)


def commands(path):
    return [entry.model_dump(exclude_none=True) for entry in load_scenario(path).command]


def test_palette_menus_and_a_dialog(open_window, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Mine"\n[ruler]\nhinges = 4\n[[phase]]\nuntil = { time = 9.0 }\n')
    window = open_window("--record", "session.toml")
    window.focus()
    # A dialog: a few letters find the file.
    window.key("ctrl+o")
    window.type("mine")
    window.key("Return")
    # The palette: a few letters find the action.
    window.key("ctrl+k")
    window.type("shake tab")
    window.key("Return")
    time.sleep(0.5)
    # The menu bar by the keyboard, and back.
    window.key("F10", "Right", "Right", "Right", "Right")
    window.key("Down", "Escape")
    # A click with the right button on the empty table opens its menu; "Shake the table" is in it.
    window.click((600, 480), button=3)
    window.type("s")
    window.key("Return")
    time.sleep(0.3)
    window.quit()
    scenario = load_scenario(tmp_path / "session.toml")
    assert scenario.ruler.hinges == 4
    given = commands(tmp_path / "session.toml")
    assert [each["shake"]["where"] for each in given if "shake" in each] == ["table"]
    assert [each["still"] for each in given if "still" in each] == ["table"]


def test_keyboard_alone_from_the_start_to_an_exported_figure(open_window, tmp_path):
    window = open_window()
    window.focus()
    window.tool("keydown", "--window", window.window, "Right")
    time.sleep(2.0)
    window.tool("keyup", "--window", window.window, "Right")
    # A graph as an image: another program finds it on the clipboard.
    window.key("ctrl+c", "Return")
    graph = lay_out_window(SIZE, 1.0, replay=False).graphs["openings"]
    assert image_on_clipboard(window) == (2 * graph.width, 2 * graph.height)
    # Save ...: the name is selected; Tab to each kind of file, an arrow chooses.
    window.key("ctrl+shift+s")
    window.type("pulled")
    window.key("Tab", "Tab", "Tab", "Tab", "Right", "Return")
    figure = window.wait_for(tmp_path / "pulled.svg")
    assert "Load curve" in figure.read_text()
    recorded = load_recording(window.wait_for(tmp_path / "pulled.csv"))
    assert recorded.table[-1, 2] > recorded.table[0, 2] + 0.01  # the tip, m
    again = ruler.simulate(load_scenario(window.wait_for(tmp_path / "pulled.toml")))
    assert np.array_equal(again.table, recorded.table)
    # Nothing would be lost: it quits without a question.
    window.quit()


def test_a_session_is_pasted_into_another_window(open_window, tmp_path):
    first = open_window("fast")
    first.focus()
    first.key("p")
    time.sleep(1.2)
    first.key("space")
    first.key("ctrl+shift+e")
    first.key("ctrl+s")
    first.type("one.toml")
    first.key("Return")
    first.wait_for(tmp_path / "one.toml")
    second = open_window("--record", "two.toml")
    second.focus()
    second.key("ctrl+v")
    time.sleep(3.0)
    second.quit()
    assert commands(tmp_path / "two.toml") == commands(tmp_path / "one.toml")
    one, two = (ruler.simulate(load_scenario(tmp_path / name)).table for name in ("one.toml", "two.toml"))
    assert np.array_equal(one, two)
