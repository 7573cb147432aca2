"""Predict, do, see: an experiment from the offer at the start to its one sentence."""

import numpy as np
import pygame
import pytest

from ruler.lab.form import Form
from ruler.lab.lesson_card import PredictCard, SeeCard
from ruler.lab.lessons import offered
from ruler.scenario.experiment import shipped_experiments
from ruler.text import regime


def click(lab, at):
    lab.move(at, held=(0, 0, 0))
    return lab.press(at).release(at)


def play_until_shown(lab, most=600):
    lab.app.clock.speed = 8.0
    for _ in range(most):
        lab.app.frame(0.1, pygame.event.get())
        if isinstance(lab.app.overlay, SeeCard):
            return lab.frames(2).app.lesson
    raise AssertionError("no result")


def test_the_start_offers_the_experiments(lab):
    lab.app.hints_shown = True
    lab.frames(1)
    assert list(lab.app.over_table.rects) == list(shipped_experiments())
    assert not lab.app.over_table.ground.collidepoint(lab.tip())
    click(lab, lab.app.over_table.rects["too-much"].center)
    assert isinstance(lab.app.overlay, PredictCard)
    assert lab.app.lesson.experiment.title == "Too much"
    assert lab.app.session.name == "too-much"


def test_a_prediction_is_drawn_and_never_rises(lab):
    lab.app.do("lesson_slow_pull")
    lab.frames(1)
    graph, lesson = lab.app.overlay.graph, lab.app.lesson
    lab.press((graph.x + 120, graph.y + 100))
    for step in range(12):
        lab.move((graph.x + 120 + 25 * step, graph.y + 100 + 12 * step))
    lab.move((graph.x + 200, graph.bottom - 60)).release((graph.x + 200, graph.bottom - 60))
    assert lesson.predicted
    assert (lesson.curve[0], lesson.curve[-1]) == (1.0, 0.0)
    assert (np.diff(lesson.curve) <= 0.0).all()
    assert 0.2 < lesson.curve[2] < 1.0
    # No hand has touched the ruler: the button that drew was the pen.
    assert lab.app.session.simulation.step == 0


def test_choosing_and_beginning_by_keyboard_alone(lab):
    lab.key(pygame.K_1, pygame.KMOD_CTRL)
    lab.key(pygame.K_TAB)
    lab.key(pygame.K_RETURN)  # the second choice: all alike
    lesson = lab.app.lesson
    assert lesson.predicted
    np.testing.assert_allclose(lesson.curve, np.linspace(1.0, 0.0, 11))
    lab.key(pygame.K_RETURN)  # "Do it" has the keyboard now
    assert lab.app.overlay is None
    assert lesson.stage == "do"
    lab.hold(pygame.K_RIGHT, 20)
    assert lab.app.session.simulation.step > 0
    assert lesson.progress(lab.app.session.scene()) > 0.05


# The two that take longest are done with a real mouse in tests/e2e, as are these.
@pytest.mark.parametrize("name", ["shaken-pull", "tilted-table"])
def test_the_standard_hand_gets_what_each_experiment_expects(lab, name):
    lab.app.do(f"lesson_{name.replace('-', '_')}")
    lesson = lab.app.lesson
    lesson.choose(0)
    lab.app.overlay.buttons[-1].run()
    lab.app.do("lesson_show")
    play_until_shown(lab)
    verdict = lesson.verdict()
    measures = lab.app.measures(lab.app.player.scenes()[0])
    assert regime(measures.unevenness, measures.center_of_load) == lesson.experiment.expected
    assert verdict.sentence == getattr(lesson.experiment.meaning, lesson.experiment.expected)
    assert verdict.advice == ""
    assert 0.0 < verdict.network_away < 0.15
    # Prediction, own result and network stand in one graph.
    shown = lab.app.overlay.shown()
    assert [ghost.name for ghost in shown.ghosts] == ["your prediction", lesson.experiment.network_name]
    np.testing.assert_allclose(shown.shares.sum(), 1.0)
    # Nothing moves while one looks, and nothing is held.
    step = lab.app.session.simulation.step
    lab.frames(3)
    assert lab.app.session.simulation.step == step
    assert not lab.app.session.holding


def test_another_outcome_is_told_as_what_it_is_with_advice(lab):
    lab.app.do("lesson_shaken_pull")
    lesson = lab.app.lesson
    lab.app.overlay.buttons[-1].run()
    lesson.shares = np.r_[np.zeros(7), 0.2, 0.3, 0.5]
    lesson.stage = "see"
    verdict = lesson.verdict()
    assert verdict.sentence == lesson.experiment.meaning.concave
    assert verdict.advice == lesson.experiment.again


def test_result_now_stop_and_what_comes_next(lab):
    lab.app.do("lesson_slow_pull")
    lab.app.overlay.buttons[-1].run()
    lab.frames(1)
    click(lab, lab.app.over_table.rects["lesson_result"].center)
    assert "Nothing has opened" in lab.app.message
    assert lab.app.lesson.stage == "do"
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1]), 40)
    click(lab, lab.app.over_table.rects["lesson_result"].center)
    assert isinstance(lab.app.overlay, SeeCard)
    lab.key(pygame.K_RETURN)  # next experiment
    assert lab.app.lesson.experiment.title == "Quick and shaken"
    lab.key(pygame.K_ESCAPE)
    assert lab.app.lesson is None
    assert lab.app.overlay is None


def test_a_teachers_file_opens_as_a_lesson_and_a_bad_one_is_told(lab, own_folders):
    path = own_folders / "mine.toml"
    text = 'title = "Mine"\nscenario = "steady"\nquestion = "What?"\ntask = "Pull."\n'
    path.write_text(text)
    lab.app.open_path(path)
    assert (lab.app.lesson.experiment.title, lab.app.lesson.experiment.choice) == ("Mine", [])
    lab.frames(1)
    lab.key(pygame.K_ESCAPE)
    path.write_text(text + 'netwrk = "x"\n')
    lab.app.open_path(path)
    assert lab.app.dialogs.open
    assert lab.app.lesson is None


def test_another_ruler_ends_the_lesson(lab, own_folders):
    lab.app.do("lesson_slow_pull")
    lab.app.overlay.buttons[-1].run()
    lab.app.session.set_value("ruler.hinges", 6.0)
    lab.app.follow_session()
    lab.frames(2)
    assert lab.app.lesson is None


def test_offered_texts_have_a_german_translation():
    from ruler.lab import i18n

    i18n.use("de")
    for experiment in offered().values():
        for text in (experiment.title, experiment.question, experiment.task, experiment.meaning.convex):
            assert i18n._(text) != text


def test_a_session_that_is_not_saved_is_asked_about_before_an_experiment_begins(lab):
    lab.hold(pygame.K_RIGHT, 20)
    session = lab.app.session
    lab.key(pygame.K_1, pygame.KMOD_CTRL).frames()
    assert isinstance(lab.app.overlay, Form)
    assert "has not been saved" in lab.app.overlay.text
    lab.key(pygame.K_ESCAPE)
    assert lab.app.session is session
    lab.key(pygame.K_1, pygame.KMOD_CTRL).frames()
    lab.key(pygame.K_t, text="t").frames()  # Throw away
    assert isinstance(lab.app.overlay, PredictCard)
