"""The real window on a virtual screen, pulled and shaken with a real mouse and real keys."""

import time

import numpy as np
import pytest

import ruler
from ruler.recording import load_recording
from ruler.scenario import load_scenario


def session_summary(window, path):
    """Quit the window and play what it has saved, without a window."""
    window.quit()
    return ruler.summarise(ruler.simulate(load_scenario(path)))


def test_dragging_slowly_opens_the_outer_hinges(open_window, tip, tmp_path):
    window = open_window("--record", "session.toml")
    start, end = tip(0.55)
    window.focus()
    window.drag(start, end, seconds=10.0)
    window.tool("mouseup", 1)
    summary = session_summary(window, tmp_path / "session.toml")
    assert summary["outer_share"] > 0.8
    assert sum(summary["opening_deg"]) > 500.0


@pytest.mark.slow
def test_shaking_while_pulling_evens_it_out(open_window, tip, tmp_path):
    window = open_window("--record", "session.toml")
    start, end = tip(0.55)
    window.focus()
    window.move(start)
    window.key("s")
    window.drag(start, end, seconds=6.0)
    summary = session_summary(window, tmp_path / "session.toml")
    assert summary["center_of_load"] < 0.6
    assert summary["unevenness"] < 0.35


@pytest.mark.slow
def test_open_record_save_and_replay_the_same_bytes(open_window, tmp_path):
    window = open_window("jerky")
    window.focus()
    window.key("ctrl+r")
    window.key("p")
    # Playing the script throws the running recording away: it asks, and is told so.
    window.key("t")
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
    window.quit()
