"""Experiments and languages in the real window, with a real mouse."""

import json
import time

import numpy as np
import pygame
import pytest

import ruler
from ruler.analysis import measure_loads
from ruler.scenario import load_scenario
from ruler.scenario.experiment import load_experiment
from ruler.text import regime

pytestmark = pytest.mark.slow

# On the card of an experiment, px: the first answer, "Do it", and where a falling curve is drawn.
FIRST_ANSWER, DO_IT = (880, 275), (950, 623)
DRAWN = [(380, 320), (480, 340), (580, 380), (700, 520)]


@pytest.mark.parametrize(
    ("name", "seconds"), [("slow-pull", 6.0), ("shaken-pull", 5.0), ("too-much", 5.5), ("tilted-table", 3.5)]
)
def test_an_experiment_from_prediction_to_result(open_window, tip, tmp_path, name, seconds):
    experiment, _ = load_experiment(name)
    goal = experiment.hand.extension
    window = open_window(name, "--record", "session.toml")
    window.focus()
    # The card is drawn with the first frame, which on a busy machine comes late.
    time.sleep(2.5)
    if name == "slow-pull":
        # Predicted by drawing; the others by choosing.
        window.move(DRAWN[0])
        window.tool("mousedown", 1)
        for at in DRAWN:
            window.move(at)
            time.sleep(0.05)
        window.tool("mouseup", 1)
    else:
        window.move(FIRST_ANSWER)
        window.tool("click", 1)
    time.sleep(0.3)
    window.move(DO_IT)
    window.tool("click", 1)
    time.sleep(1.0)
    start, end = tip(goal + 0.1, experiment.scenario)
    window.drag(start, end, seconds)
    # On a busy machine the window is behind the hand.
    time.sleep(1.0)
    window.tool("mouseup", 1)
    # The card with the result lies over the window: Escape closes it.
    window.key("Escape")
    window.quit()
    done = ruler.simulate(load_scenario(tmp_path / "session.toml"))
    # What was shown is what lay there when the tip came to its mark, and it is what the experiment is about.
    row = int(np.argmax(done.column("extension") >= goal))
    assert row > 0
    measures = measure_loads(done.opened[row])
    assert regime(measures.unevenness, measures.center_of_load) == experiment.expected
    # Time stood still under the card, although the hand went on.
    assert done.column("extension")[-1] < goal + 0.06


def test_the_window_speaks_german_where_the_system_does_and_changes_when_asked(open_window, tmp_path):
    window = open_window("--size", "900x600", LANGUAGE="de")
    window.focus()
    window.key("F12")
    window.key("ctrl+l")
    time.sleep(1.5)
    window.key("F12")
    time.sleep(0.5)
    german, english = (pygame.image.load(tmp_path / f"ruler-{n:03d}.png") for n in (1, 2))
    settings = json.loads((tmp_path / "state" / "lab.json").read_text())["settings"]
    assert settings["language"] == "en"  # from German it went to English
    bar = pygame.Rect(0, 0, 600, 26)
    assert (pygame.surfarray.array3d(german.subsurface(bar)) != pygame.surfarray.array3d(english.subsurface(bar))).any()
    window.quit()
