"""Rewind, branches, recordings and the Record dialog in the real window, with a real mouse."""

import time

import numpy as np
import pytest

import ruler
from ruler.lab.layout import lay_out_window
from ruler.recording import load_recording, save_recording
from ruler.scenario import load_scenario

pytestmark = pytest.mark.slow

# Of the window's widgets, px: the ends of the timeline's way, "Record" (then "Stop, save").
TIMELINE, RECORD = ((20, 533), (793, 533)), (764, 47)


def saved(window, folder, name):
    """Save data and scenario, which are proposed; the recording, once it is sure that the scenario gives the same."""
    window.key("ctrl+shift+s")
    window.type(name)
    window.key("Return")
    return played_again(window, folder, name)


def played_again(window, folder, name):
    recorded = load_recording(window.wait_for(folder / f"{name}.csv"))
    again = ruler.simulate(load_scenario(window.wait_for(folder / f"{name}.toml")))
    assert np.array_equal(recorded.table, again.table)
    return recorded


def test_back_on_the_timeline_another_way_and_back_to_the_first_then_record(open_window, tip, tmp_path):
    window = open_window()
    start, far = tip(0.25)
    window.focus()
    window.drag(start, far, 1.5)
    window.tool("mouseup", 1)
    # Back to the start of the timeline, and on from there with the other hand: upwards.
    window.drag(TIMELINE[1], TIMELINE[0], 0.3)
    window.tool("mouseup", 1)
    window.key("space")
    window.drag(start, (start[0] + 60, start[1] - 120), 1.0)
    window.tool("mouseup", 1)
    branch = saved(window, tmp_path, "branch")
    # The first one is still there.
    window.key("shift+b")
    first = saved(window, tmp_path, "first")
    x, y = first.columns.index("tip_x_m"), first.columns.index("tip_y_m")
    assert first.table[-1, x] - first.table[0, x] > 0.3
    assert branch.table[-1, y] - branch.table[0, y] > 0.1
    # They have their beginning in common, and part when the hand first takes hold.
    common = int(np.argmax((first.table[: len(branch.table), x:] != branch.table[: len(first.table), x:]).any(axis=1)))
    assert common > 0

    window.click(RECORD)
    window.drag(start, (start[0] + 80, start[1]), 0.8)
    window.tool("mouseup", 1)
    window.click(RECORD)
    time.sleep(1.0)  # a dialog takes keys once it is there
    window.type("recorded")
    window.key("Return")  # "Save", which lies lower where the folder's name takes more lines
    recorded = played_again(window, tmp_path, "recorded")
    assert recorded.table[-1, x] - recorded.table[0, x] > 0.1
    # Nothing would be lost: it quits without a question.
    window.quit()


def test_a_recording_is_dropped_on_the_window_and_gone_on_from_with_its_own_ruler(open_window, tmp_path):
    pytest.importorskip("Xlib", reason="needs python-xlib")
    scenario = load_scenario("steady", ["ruler.hinges=20", "phase.0.until.extension=0.15"])
    save_recording(ruler.simulate(scenario), tmp_path / "twenty.npz")
    window = open_window()
    window.focus()
    window.drop(tmp_path / "twenty.npz", (500, 300))
    # A click on the graph over time: near its start. Enter goes on from there.
    graph = lay_out_window((1280, 800), 1.0, replay=True).graphs["openings"]
    window.click((graph.x + graph.width // 8, graph.centery))
    window.key("Return")
    # The hand takes the tip from the script; time stands still before it is saved.
    window.key("m")
    time.sleep(0.5)
    window.key("space")
    going_on = saved(window, tmp_path, "on")
    assert going_on.hinges == 20
    assert going_on.table[-1, 0] > 0.5
    # Nothing would be lost: it quits without a question.
    window.quit()
