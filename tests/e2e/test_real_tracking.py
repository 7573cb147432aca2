"""From a film to the fitted ruler beside it, with a real mouse and real keys on a virtual screen."""

import json
import time

import numpy as np
import pytest
from PIL import Image

import ruler
from ruler.measured.filming import Spoiling, make_film

pytestmark = pytest.mark.slow

pytest.importorskip("cv2")


@pytest.fixture
def film(tmp_path):
    keys = ["ruler.hinges=4", "phase.0.pull.speed=0.4", "phase.0.until.extension=0.5", "phase.1.until.time=0.05"]
    run = ruler.simulate(ruler.load_scenario("steady", keys))
    return make_film(run, tmp_path / "pull.mp4", "wood", Spoiling(noise=3.0, tremble=1.0)), run


def titled(window, words):
    """Wait until the title says how many corrections there are, and of how many frames."""
    until = time.monotonic() + 60.0
    while words not in window.tool("getwindowname", window.window, check=False):
        assert time.monotonic() < until, "not tracked"
        time.sleep(0.2)
    time.sleep(0.3)


def test_click_track_correct_fit_and_play_beside_the_film(open_window, film, tmp_path, shell, monkeypatch):
    joints, run = film
    window = open_window("pull.mp4", "-o", "pull.csv", command=("track",))
    window.focus()
    # The film is 1280x720 and the window 1280x800: a pixel is a pixel, three lines further down.
    places = joints.points + np.array([0.0, 3.0])
    for place in places:
        window.click(place)
    # A click that was off, and taken back.
    window.click((900, 600))
    window.key("ctrl+z")
    window.type("0.2")
    window.key("Return")
    titled(window, "- 0 / ")
    window.key(*["Right"] * 5)
    # The place of the third joint in the sixth frame, by the run; taken hold of there and let go 2 px further.
    at = joints.points[2] + (_later(run, joints, 5 / 30) - joints.points[2]) + np.array([0.0, 3.0])
    window.drag(at, at + np.array([2.0, 0.0]), 0.4)
    window.tool("mouseup", 1)
    titled(window, "- 1 / ")
    window.key("Return")
    window.wait_for(tmp_path / "pull.csv", 20.0)
    window.process.wait(timeout=20)
    assert window.process.returncode == 0
    recording = ruler.load_recording(tmp_path / "pull.csv")
    assert [each["frame"] for each in recording.meta["joints"]["corrections"]] == [5]
    true = np.array([np.interp(recording.time, run.time, values) for values in run.opening_deg.T]).T
    assert np.median(np.abs(recording.opening_deg - true)) < 1.5
    done = shell("fit", tmp_path / "pull.csv", "-o", tmp_path / "mine.toml", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["rms_deg"] < 3.0
    lab = open_window("mine.toml")
    lab.focus()
    lab.key("p")
    time.sleep(2.0)
    lab.key("F12")
    lab.wait_for(tmp_path / "ruler-001.png", 30.0)
    time.sleep(1.0)
    picture = np.asarray(Image.open(tmp_path / "ruler-001.png").convert("RGB"), dtype=int)
    # The film's paper is greenish, the table's is not.
    green = (picture[..., 1] > picture[..., 0] + 4) & (picture[..., 1] > picture[..., 2] + 8)
    assert green.mean() > 0.02


def _later(run, joints, at):
    """Where the third joint is in the picture some seconds after the start, px."""
    from ruler.measured.filming import FilmMaker

    maker = FilmMaker(run, "wood")
    return maker.pixels(at)[2]
