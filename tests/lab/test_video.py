"""Films: the lab's drawing without a display, and the command that makes them."""

import subprocess

import numpy as np
import pytest

import ruler
from ruler.cli.lab import app
from ruler.errors import BadInputError, FailedError
from ruler.lab.video import Stage
from ruler.recording import save_recording
from ruler.scenario import load_scenario


@pytest.fixture(scope="module")
def recording():
    return ruler.simulate(load_scenario("fast"))


def command(*words):
    return app(list(words), result_action="return_value")


def test_frames_show_the_ruler_opening(recording):
    stage = Stage(recording, "fast", (640, 360))
    first, last = (np.frombuffer(stage.frame(time), dtype=np.uint8) for time in (0.0, 2.0))
    assert first.size == 640 * 360 * 3
    assert np.mean(first != last) > 0.01
    assert np.array_equal(np.frombuffer(stage.frame(0.0), dtype=np.uint8), first)


@pytest.mark.parametrize("ending", ["mp4", "gif"])
def test_a_film_is_made_and_can_be_read(recording, own_folders, ending):
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="films need imageio-ffmpeg")
    save_recording(recording, own_folders / "fast.npz")
    command("video", "fast.npz", "-o", f"fast.{ending}", "--size", "450x300", "--fps", "10", "--speed", "2")
    info = subprocess.run(
        [ffmpeg.get_ffmpeg_exe(), "-i", f"fast.{ending}", "-f", "null", "-"], capture_output=True, text=True, check=True
    ).stderr
    assert "450x300" in info
    assert sorted(path.name for path in own_folders.iterdir()) == [f"fast.{ending}", "fast.npz"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-o", "fast.avi"], "must end in .mp4 or .gif"),
        (["-o", "no/fast.mp4"], "does not exist"),
        (["-o", "fast.mp4", "--size", "big"], "WIDTHxHEIGHT"),
        (["-o", "fast.mp4", "--size", "1x1"], "at least 450x300"),
        (["-o", "fast.mp4", "--speed", "0"], "0.01 to 100"),
        (["-o", "fast.mp4", "--fps", "0"], "1 to 120"),
    ],
)
def test_bad_input(recording, own_folders, words, told):
    save_recording(recording, own_folders / "fast.npz")
    with pytest.raises(BadInputError, match=told):
        command("video", "fast.npz", *words)


def test_the_lab_without_a_display_points_to_the_demo(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(FailedError, match="ruler demo"):
        command("lab")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--scale", "9"], "0.75 to 3"),
        (["--size", "12"], "WIDTHxHEIGHT"),
        (["--record", "x.csv"], "must end in .toml"),
        (["nosuch"], "no such file"),
        (["bad.csv"], "no such file"),
        (["--network", "nosuch:alpha=0"], "no such shipped table"),
    ],
)
def test_bad_words_for_the_lab(words, told):
    with pytest.raises(BadInputError, match=told):
        command("lab", *words)
