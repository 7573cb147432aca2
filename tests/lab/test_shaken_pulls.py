"""The recipe of the README, by hand: lay out, arm the shaking, wait as one likes, pull; it opens evenly.

`RULER_TRIES=40 pytest tests/lab/test_shaken_pulls.py -s` makes as many tries and prints each; two are made always.
"""

import math
import os
import random

import numpy as np
import pygame
import pytest

from ruler.lab.views import status

# Seconds of simulated time that a hand needs go by frame by frame; nothing of them is looked at.
pytestmark = pytest.mark.usefixtures("unhurried")
TRIES = int(os.environ.get("RULER_TRIES", "2"))


@pytest.fixture
def unhurried(monkeypatch):
    """Every frame makes all its steps, however busy the machine is, and draws nothing."""
    monkeypatch.setattr("ruler.lab.clock.BUDGET", math.inf)
    monkeypatch.setattr("ruler.lab.app.draw_window", lambda *_: [])


def try_once(open_lab, number):
    """One pull with real events: waits, speeds, seeds, the mouse's unsteadiness and the end differ from try to try."""
    rng = random.Random(number)
    lab = open_lab(size=(900, 600), overrides=[f"seed={number}"])
    wait, hold, speed = rng.uniform(0.0, 5.0), rng.uniform(0.0, 1.0), rng.uniform(0.08, 0.35)
    end = rng.uniform(0.5, 0.6)
    lab.key(pygame.K_r).key(pygame.K_s)
    lab.frames(round(60 * wait))
    x, y = at = lab.tip()
    lab.press(at).frames(round(60 * hold))
    scene, view = lab.app.session.scene(), lab.app.views[0]
    goal = float(view.to_screen(np.array([end * scene.full_length, 0.0]))[0])
    while x < goal:
        x += speed * view.px_per_m / 60.0
        lab.move((round(x), round(y + rng.gauss(0.0, 1.0))))
    lab.release((round(x), y)).frames(30)
    share = lab.app.session.scene().share
    unevenness, center = float(share.std() / share.mean()), float(np.arange(10) @ share / 9.0)
    print(  # noqa: T201
        f"try {number}: waited {wait:.1f} s, held {hold:.1f} s, {speed:.2f} m/s to {end:.2f}: "
        f"unevenness {unevenness:.2f}, centre {center:.2f}"
    )
    return unevenness


def test_the_shaken_pull_by_hand_opens_evenly(open_lab):
    uneven = [try_once(open_lab, number) for number in range(1, TRIES + 1)]
    assert sum(value <= 0.2 for value in uneven) >= 0.95 * TRIES


def test_a_tip_shaken_in_place_before_the_pull_still_opens_evenly(open_lab):
    """Held and shaken for 3 s first: the mouse's spring flung the tip, the outer hinges shut and stayed shut."""
    lab = open_lab(size=(900, 600))
    x, y = at = lab.tip()
    lab.key(pygame.K_s).press(at).frames(180)
    # Shaken by 17.5 mm either way, it stays within three times that; a spring took it 150 mm across.
    tip = lab.app.session.recorder.rows[:, 2:4]
    assert np.ptp(tip, axis=0).max() < 6.0 * 0.0175
    view, full = lab.app.views[0], lab.app.session.scene().full_length
    goal = float(view.to_screen(np.array([0.55 * full, 0.0]))[0])
    while x < goal:
        x += 0.15 * view.px_per_m / 60.0
        lab.move((round(x), y))
    lab.release((round(x), y)).frames(30)
    share = lab.app.session.scene().share
    assert share.std() / share.mean() <= 0.2
    assert lab.app.session.shut_hinges == 0


def test_hinges_that_have_shut_are_named(open_lab):
    lab = open_lab()
    lab.app.session.set_value("lab.amplitude", 0.03)
    lab.app.session.set_value("lab.frequency", 8.0)
    lab.key(pygame.K_s).press(lab.tip())
    for _ in range(40):
        lab.app.session.advance(250)
        if lab.app.session.shut_hinges:
            break
    text, warning = status(lab.app)
    assert warning
    assert "shut" in text


def test_shaking_stops_when_the_hand_lets_go_and_waits_for_the_next(lab):
    session = lab.app.session
    lab.key(pygame.K_s).press(lab.tip()).frames(30)
    assert session.simulation.shaking["tip"]
    lab.release(lab.tip()).frames(2)
    assert not session.simulation.shaking["tip"]
    assert session.shaking["tip"]
    lab.key(pygame.K_r).press(lab.tip())
    assert session.simulation.shaking["tip"]


def test_the_right_button_alone_takes_shakes_and_pulls_the_tip(lab):
    x, y = lab.tip()
    lab.press((x, y), button=3).frames(30)
    assert lab.app.session.simulation.shaking["tip"]
    for way in range(60):
        lab.move((x + 2 * way, y), held=(0, 0, 1))
    assert lab.tip()[0] > x + 80
    lab.release((x + 118, y), button=3)
    assert not lab.app.session.holding


@pytest.mark.parametrize(("shaken", "low", "high"), [(False, 0.7, 1.0), (True, 0.0, 0.2)])
def test_the_standard_hand_pulls_by_itself(lab, shaken, low, high):
    if shaken:
        lab.key(pygame.K_s)
    lab.key(pygame.K_m).frames(2)
    session = lab.app.session
    while session.holding:
        session.advance(16)
    assert session.scene().outer[-1][0] == pytest.approx(0.55 * session.scene().full_length, abs=0.06)
    share = session.scene().share
    assert low <= share.std() / share.mean() <= high


def test_the_speed_beside_the_hand_is_the_mouse_s(lab):
    (x, y), pace = lab.tip(), 2
    lab.press((x, y))
    for way in range(90):
        lab.move((x + pace * way, y))
    (holder,) = lab.app.session.scene().holders
    assert holder.speed == pytest.approx(pace * 60.0 / lab.app.views[0].px_per_m, rel=0.1)
