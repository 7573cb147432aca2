"""Nothing changes, nothing is drawn: how many frames of a second are drawn in each state."""

import pygame
import pytest

FRAMES = 60


@pytest.fixture
def quiet_lab(lab):
    lab.app.hints_shown = lab.app.draws_always = False
    # Whatever was done at the start has settled.
    lab.frames(120)
    return lab


def drawn(lab, frames=FRAMES):
    count = 0
    for _ in range(frames):
        lab.frames()
        count += lab.app.drawn
    return count


def test_paused_and_untouched_nothing_is_drawn_and_the_window_sleeps(quiet_lab):
    quiet_lab.key(pygame.K_SPACE).frames(120)
    assert drawn(quiet_lab) == 0
    assert quiet_lab.app.quiet.asleep


def test_behind_a_dialog_nothing_is_drawn(quiet_lab):
    quiet_lab.app.dialogs.tell("A message", "It waits.")
    quiet_lab.frames(120)
    assert drawn(quiet_lab) == 0
    assert quiet_lab.app.quiet.asleep


def test_a_ruler_at_rest_is_drawn_ten_times_a_second_and_a_moving_one_always(quiet_lab):
    assert 8 <= drawn(quiet_lab) <= 12
    quiet_lab.press(quiet_lab.tip())
    assert drawn(quiet_lab, 20) == 20


def test_what_happens_is_drawn_at_once(quiet_lab):
    quiet_lab.key(pygame.K_SPACE).frames(120)
    quiet_lab.move((400, 300), held=(0, 0, 0))
    assert quiet_lab.app.drawn
    quiet_lab.frames(120)
    quiet_lab.app.say("Something has ended.")
    quiet_lab.frames()
    assert quiet_lab.app.drawn
    # It is drawn once more when it goes away.
    assert drawn(quiet_lab, 60 * 7) == 1
