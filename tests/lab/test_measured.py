"""Real rulers in the window: outlines beside a run, the film behind a tracked ruler."""

from dataclasses import replace

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.lab.measured import measured_beside
from ruler.lab.replay import Replay
from ruler.lab.session import Session
from ruler.measured import load_measured
from ruler.recording import measured_recording, save_recording
from ruler.scenario import find_scenario, load_scenario


def beside(name):
    path = find_scenario(name)
    return measured_beside(load_scenario(path), path)


def test_the_photograph_with_the_nearest_tip_lies_beside_the_run():
    session = Session(load_scenario("paper-steady"), "paper-steady")
    photographs = load_measured("paper-steady")
    scene = session.scene()
    shown = beside("paper-steady").on(scene, 0.0).photographed
    assert shown.number == 0
    assert shown.nodes.shape == (14, 2)
    away = photographs.table[-1, 2] - scene.outer[-1, 0]
    end = replace(scene, outer=scene.outer + np.array([away, 0.0]))
    last = beside("paper-steady").on(end, 0.0).photographed
    assert last.number == 3
    assert np.degrees(last.opening) == pytest.approx(photographs.opening_deg[-1])
    # Its tip is where it was photographed, 1.955 section lengths from the pin, as well as angles read by eye tell.
    assert last.nodes[-1, 0] == pytest.approx(1.955 * 0.15, abs=0.1 * 0.15)


def test_a_scenario_without_a_measured_ruler_has_none_and_a_wrong_one_is_named(tmp_path):
    assert beside("steady") is None
    wrong = load_scenario("steady", ["measured=paper-steady"])
    with pytest.raises(BadInputError, match="12 hinges, the scenario's ruler 10"):
        measured_beside(wrong, tmp_path / "x.toml")
    gone = load_scenario("steady", ["measured=gone.csv"])
    with pytest.raises(BadInputError, match=r"gone\.csv"):
        measured_beside(gone, tmp_path / "x.toml")


def test_a_film_goes_by_the_time_of_the_run_and_its_frame_lies_behind(tmp_path):
    cv2 = pytest.importorskip("cv2")
    film = tmp_path / "photographs"
    film.mkdir()
    for number in range(3):
        cv2.imwrite(str(film / f"{number}.png"), np.full((60, 100, 3), 40 * number, dtype=np.uint8))
    opening, tip = np.array([[10.0, 10.0], [20.0, 30.0], [30.0, 60.0]]), np.array([[0.1, 0], [0.15, 0], [0.2, 0]])
    about = {"path": str(film), "table_to_picture": [[100.0, 0, 30], [0, -100.0, 30], [0, 0, 1]]}
    made = measured_recording(opening, tip, name="f", time=np.array([0, 0.5, 1.0]), section_length=0.2, film=about)
    path = save_recording(made, tmp_path / "f.csv")
    (tmp_path / "mine.toml").write_text(
        'format = 1\nmeasured = "f.csv"\nruler = { hinges = 2 }\nphase = [{ until = { time = 1.0 } }]'
    )
    scenario = load_scenario(tmp_path / "mine.toml")
    scene = measured_beside(scenario, tmp_path / "mine.toml").on(Session(scenario, "mine").scene(), 0.6)
    assert scene.photographed.number == 2
    assert scene.backdrop.picture.get_at((5, 5))[:3] == (80, 80, 80)
    replayed = Replay(ruler.load_recording(path), "f").scene(0.5)
    assert replayed.outline
    assert replayed.backdrop.picture.get_at((5, 5))[:3] == (40, 40, 40)


def test_a_recording_whose_film_is_gone_plays_without_it():
    replay = Replay(load_measured("paper-jerky"), "jerky")
    scene = replay.scene(1.0)
    assert scene.backdrop is None
    assert np.degrees(scene.opening) == pytest.approx(load_measured("paper-jerky").opening_deg[-1])
    assert replay.verify() == 0.0
    assert "measured" in replay.difference.text
