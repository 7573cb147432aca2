"""Nothing changes, nothing is drawn: how many frames of a second are drawn in each state."""

import numpy as np
import pygame
import pytest

from ruler.lab.quiet import TURNS
from ruler.lab.views import draw_window

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


@pytest.fixture
def pulled_lab(quiet_lab):
    """The script pulls, and nothing has been done for a while."""
    quiet_lab.app.do("play_script")
    return quiet_lab.frames(60)


def test_while_the_ruler_moves_the_rest_is_drawn_in_turns(pulled_lab):
    app, turns = pulled_lab.app, []
    for _ in range(2 * TURNS):
        pulled_lab.frames()
        turns.append(app.quiet.turn)
        assert app.layout.table in app.drawn_rects
    assert sorted(turns) == sorted([*range(TURNS)] * 2)
    # What is done is seen at once.
    pulled_lab.key(pygame.K_d)
    assert app.quiet.turn is None
    assert app.drawn_rects == [app.surface.get_rect()]


def test_all_turns_together_are_the_whole_window(pulled_lab):
    app = pulled_lab.app
    draw_window(app)
    whole, explained = pygame.surfarray.array3d(app.surface), set(map(str, app.explained.places))
    app.surface.fill((255, 0, 255))
    for turn in range(TURNS):
        draw_window(app, turn)
    np.testing.assert_array_equal(pygame.surfarray.array3d(app.surface), whole)
    assert set(map(str, app.explained.places)) == explained


def test_what_lay_over_the_graphs_is_wiped_off(pulled_lab):
    app = pulled_lab.app
    pulled_lab.move(app.resembles_rect.center, held=(0, 0, 0)).frames(30)
    assert app.explained.at(app.mouse_at) is not None
    assert app.quiet.turn is None
    # Away from it, and the pull goes on: the card is gone with the next frame.
    card = pygame.surfarray.array3d(app.surface.subsurface(app.layout.graphs["curve"]))
    pulled_lab.move(app.layout.table.center, held=(0, 0, 0))
    bare = pygame.surfarray.array3d(app.surface.subsurface(app.layout.graphs["curve"]))
    draw_window(app)
    again = pygame.surfarray.array3d(app.surface.subsurface(app.layout.graphs["curve"]))
    np.testing.assert_array_equal(again, bare)
    assert (card != bare).any(axis=2).sum() > 5000
