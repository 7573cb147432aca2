"""The window in which joints are clicked: with a mouse's own events, from the first click to the saved recording."""

import time

import numpy as np
import pygame
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.lab.clicks import Clicks, as_pairs
from ruler.lab.tracking_window import TrackingWindow
from ruler.measured.film import Film
from ruler.measured.filming import make_film

pytest.importorskip("cv2")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Half a second of a ruler with eight hinges."""
    keys = ["ruler.hinges=8", "phase.0.pull.speed=0.5", "phase.0.until.extension=0.3", "phase.1.until.time=0.05"]
    run = ruler.simulate(ruler.load_scenario("steady", keys))
    path = tmp_path_factory.mktemp("film") / "pull.mp4"
    return path, make_film(run, path), run


@pytest.fixture
def window(film, tmp_path, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    opened = TrackingWindow(Film(film[0]), 0, tmp_path / "pull.csv")
    yield opened
    opened._stop = True
    pygame.quit()


def mouse(window, kind, at, buttons=(0, 0, 0)):
    at = tuple(round(each) for each in at)
    more = {"button": 1} if kind != pygame.MOUSEMOTION else {"buttons": buttons, "rel": (0, 0)}
    window.step(0.0, [pygame.event.Event(kind, pos=at, **more)])


def click(window, at):
    mouse(window, pygame.MOUSEMOTION, at)
    mouse(window, pygame.MOUSEBUTTONDOWN, at)
    mouse(window, pygame.MOUSEBUTTONUP, at)


def drag(window, start, end):
    mouse(window, pygame.MOUSEBUTTONDOWN, start)
    mouse(window, pygame.MOUSEMOTION, end, (1, 0, 0))
    mouse(window, pygame.MOUSEBUTTONUP, end)


def press(window, key, text="", mod=0):
    window.step(0.0, [pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=mod)])


def finish(window):
    until = time.monotonic() + 60.0
    while window.busy and time.monotonic() < until:
        window.step(0.01, [])
    window.step(0.01, [])


def test_click_propose_track_correct_save(film, window, tmp_path):
    _, joints, run = film
    for point in joints.points[:3]:
        click(window, window.to_window(tuple(point)))
    press(window, pygame.K_p, "p")
    # Every hinge and perhaps the tip, which has no rivet of its own under a hand.
    assert len(window.clicks.points) >= len(joints.points) - 1
    proposed = np.array(window.clicks.points[: len(joints.points) - 1])
    assert np.abs(proposed[1:] - joints.points[1:-1]).max() < 6.0
    while len(window.clicks.points) >= len(joints.points):
        window.clicks.points.pop()
    click(window, window.to_window(tuple(joints.points[-1])))
    for at in range(1, len(joints.points)):
        drag(window, window.to_window(window.clicks.points[at]), window.to_window(tuple(joints.points[at])))
    for digit in "0.2":
        press(window, ord(digit), digit)
    press(window, pygame.K_RETURN)
    finish(window)
    assert window.track is not None, window.message
    window._seek(window._slider.right)
    joint = window.track.poses[5].joints[4]
    window._go(5)
    drag(window, window.to_window(tuple(joint)), window.to_window((joint[0] + 4.0, joint[1])))
    finish(window)
    assert list(window.track.joints.corrections) == [5]
    assert window.track.poses[5].joints[4, 0] == pytest.approx(joint[0] + 4.0, abs=1.5)
    press(window, pygame.K_RETURN)
    assert window.saved == tmp_path / "pull.csv"
    recording = ruler.load_recording(window.saved)
    true = np.array([np.interp(recording.time, run.time, values) for values in run.opening_deg.T]).T
    assert np.median(np.abs(recording.opening_deg - true)) < 1.0


def test_undo_takes_clicks_and_drags_back_one_by_one(window):
    at = window.to_window((400.0, 300.0))
    click(window, at)
    drag(window, at, window.to_window((450.0, 300.0)))
    assert window.clicks.points[0][0] == pytest.approx(450.0, abs=1.5)
    press(window, pygame.K_z, "", pygame.KMOD_CTRL)
    assert window.clicks.points[0][0] == pytest.approx(400.0, abs=1.5)
    press(window, pygame.K_z, "", pygame.KMOD_CTRL)
    assert window.clicks.points == []


def test_what_cannot_be_tracked_is_said(window):
    press(window, pygame.K_RETURN)
    assert "at least 4 are needed" in window.message
    press(window, pygame.K_p, "p")
    assert "pin and the first hinge" in window.message
    for digit in "0.x":
        press(window, ord(digit), digit)
    press(window, pygame.K_RETURN)
    assert "such as 0.15" in window.message
    press(window, pygame.K_s, "", pygame.KMOD_CTRL)
    assert "Nothing has been tracked" in window.message


def test_four_corners_set_the_scale(film, window):
    joints = film[1]
    press(window, pygame.K_c, "c")
    for corner in joints.plane:
        click(window, window.to_window(tuple(corner)))
    made = Clicks(as_pairs(joints.points), window.clicks.corners).joints(0, None, joints.plane_size_m)
    assert made.scale()[:2, :2] == pytest.approx(joints.scale()[:2, :2], rel=0.05, abs=1e-4)
    with pytest.raises(BadInputError, match="section_length_m: is missing"):
        Clicks(as_pairs(joints.points)).joints(0, None, None)


def test_a_long_film_can_be_stopped(film, window):
    window.clicks.points = as_pairs(film[1].points)
    window.length = "0.2"
    press(window, pygame.K_RETURN)
    press(window, pygame.K_ESCAPE)
    finish(window)
    assert not window.busy
