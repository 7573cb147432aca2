"""From the lab's menus to a tracked film, photographs and fitted friction; what is missing is said."""

import shutil
import sys
import time

import numpy as np
import pygame
import pytest

import ruler
from ruler.lab.files import open_file
from ruler.lab.form import Form
from ruler.lab.real_rulers import track
from ruler.lab.replay import Replays
from ruler.recording import load_recording
from ruler.scenario import load_scenario
from ruler.shipped import shipped


def choose(lab, path):
    """Type a path into the dialog that is open, and Enter."""
    lab.post(pygame.TEXTINPUT, text=str(path)).frames()
    lab.key(pygame.K_RETURN, text="\r").frames()


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A few frames of a ruler with four hinges, and the joints of its first frame, px."""
    pytest.importorskip("cv2")
    from ruler.measured.filming import make_film

    keys = ["ruler.hinges=4", "phase.0.pull.speed=0.5", "phase.0.until.extension=0.25", "phase.1.until.time=0.05"]
    run = ruler.simulate(load_scenario("steady", keys))
    path = tmp_path_factory.mktemp("film") / "pull.mp4"
    return path, make_film(run, path).points


def test_a_film_is_tracked_in_the_window_and_opens_as_a_replay(lab, film, own_folders):
    path, points = film
    lab.app.do("open_film")
    choose(lab, path)
    tracking = lab.app.tracking
    session = lab.app.session
    for point in points:
        at = tuple(round(each) for each in tracking.to_window(tuple(point)))
        lab.move(at, held=(0, 0, 0)).press(at).release(at)
    for letter in "0.2":
        lab.key(ord(letter), text=letter)
    lab.key(pygame.K_RETURN)
    end = time.monotonic() + 60.0
    while tracking.track is None:
        assert time.monotonic() < end, tracking.message
        lab.frames()
        time.sleep(0.01)
    lab.key(pygame.K_RETURN).frames(2)
    assert lab.app.tracking is None
    assert isinstance(lab.app.player, Replays)
    assert load_recording(own_folders / "pull.csv").hinges == 4
    # The ruler under the hand has waited.
    lab.key(pygame.K_b)
    assert lab.app.session is session


def test_photographs_are_tracked_from_one_of_them_and_left_without_a_trace(lab, film, own_folders):
    cv2 = pytest.importorskip("cv2")
    capture = cv2.VideoCapture(str(film[0]))
    for number in range(2):
        cv2.imwrite(str(own_folders / f"{number}.png"), capture.read()[1])
    lab.app.do("open_photographs")
    choose(lab, own_folders / "1.png")
    assert lab.app.tracking.film.count == 2
    lab.key(pygame.K_q, pygame.KMOD_LCTRL)
    assert lab.app.tracking is None
    assert lab.app.player is lab.app.live
    assert lab.app.running
    assert list(own_folders.glob("*.csv")) == []


def test_a_film_that_cannot_be_read_is_told(lab, own_folders):
    pytest.importorskip("cv2")
    (own_folders / "bad.mp4").write_bytes(b"no film")
    track(lab.app, own_folders / "bad.mp4")
    assert lab.app.tracking is None
    assert "bad.mp4" in lab.app.overlay.text


@pytest.mark.slow
def test_the_friction_of_a_photographed_ruler_is_fitted_and_played_beside_it(lab, own_folders, monkeypatch):
    pytest.importorskip("scipy")
    # In this process: another one takes longer to begin than the fit.
    monkeypatch.setattr(lab.app.jobs, "start", lambda work, *given, done, failed: (work(*given), done()))
    for ending in (".csv", ".json"):
        shutil.copy((shipped("assets") / "measured" / "paper-steady").with_suffix(ending), own_folders)
    open_file(lab.app, own_folders / "paper-steady.csv")
    lab.app.do("fit_friction")
    lab.key(pygame.K_RETURN).frames()
    assert isinstance(lab.app.overlay, Form)
    fitted = load_scenario(own_folders / "paper-steady-fitted.toml")
    assert fitted.measured == "paper-steady.csv"
    assert fitted.hinge.torque != load_scenario("steady").hinge.torque
    lab.key(pygame.K_RETURN).frames(2)  # Open
    assert lab.app.session.name == "paper-steady-fitted"
    # The photographed hinges lie beside it.
    assert np.isfinite(lab.app.player.scenes()[0].photographed.nodes).all()


@pytest.mark.parametrize(("name", "extra"), [("open_film", "camera"), ("open_photographs", "camera"), ("fit", "fit")])
def test_what_is_not_installed_is_named_with_its_extra(lab, own_folders, monkeypatch, name, extra):
    if name == "fit":
        open_file(lab.app, shipped("assets") / "measured" / "paper-steady.csv")
        name = "fit_friction"
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    lab.app.do(name)
    assert f"folding-ruler[{extra}]" in lab.app.overlay.text
