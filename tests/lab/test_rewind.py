"""One timeline: look back, go on from there, return to what was done; the same bytes without a window."""

import math
import tomllib

import numpy as np
import pygame
import pytest

import ruler
from ruler.lab.art import theme
from ruler.lab.clock import Clock
from ruler.lab.files import open_file, show_recording
from ruler.lab.live import Live
from ruler.lab.session import Session
from ruler.lab.views import name_of, status
from ruler.mechanics.rerun import LAGS, Followers, Rerun
from ruler.recording import recover, save_recording
from ruler.scenario import load_scenario, scenario_from_data, scenario_to_toml


def pulled(session, seconds, speed=0.1, frame=16):
    """Go on pulling the tip at a speed, as frames of a window do."""
    session.grab_tip()
    x, y = session.hand.place
    for _ in range(round(seconds * session.steps_per_second / frame)):
        x += speed * frame / session.steps_per_second
        session.drag(x, y)
        session.advance(frame)


def played_again(session):
    """The session's table, made without a window, through its file."""
    return ruler.simulate(scenario_from_data(tomllib.loads(scenario_to_toml(session.scenario())), "again")).table


def to(live, moment):
    live.past.look(moment)
    while not live.go_on():
        live.past.advance()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Every frame makes all its steps, however busy the machine is."""
    monkeypatch.setattr("ruler.lab.clock.BUDGET", math.inf)


@pytest.fixture
def live():
    session = Session(load_scenario("steady"), "steady")
    return Live(session, Clock(session.steps_per_second))


def test_going_on_from_a_moment_is_a_session_like_any_other(live):
    session = live.session
    session.shake("tip", on=True)
    pulled(session, 1.0)
    session.set_value("hinge.torque", 0.02)
    pulled(session, 0.5)
    whole = session.recording().table
    to(live, 0.8)
    assert session.simulation.step == 800
    assert session.value("hinge.torque") == 0.01
    assert np.array_equal(session.recorder.rows, whole[:81])
    assert not session.holding
    pulled(session, 0.4, speed=0.3)
    branch = session.recording().table
    assert np.array_equal(branch, played_again(session))
    assert not np.array_equal(branch[:150], whole[:150])
    (left,) = session.takes
    live.past.look(left.seconds, left)
    while not live.go_on():
        live.past.advance()
    assert np.array_equal(session.recorder.rows, whole[: len(session.recorder.rows)])
    assert session.simulation.step == left.end
    assert session.value("hinge.torque") == 0.02
    assert np.array_equal(played_again(session), session.recording().table)
    assert [take.end for take in session.takes] == [1200]


def test_a_moment_of_the_script_goes_on_as_the_script(live):
    session = live.session
    session.reset(scripted=True)
    session.advance(1500)
    live.begin()
    to(live, 0.7)
    assert session.simulation.phase.name == "pull"
    session.advance(1000)
    assert np.array_equal(session.recording().table, played_again(session))


def test_a_reset_leaves_a_branch_and_an_untouched_ruler_none(live):
    session = live.session
    session.advance(500)
    session.reset()
    assert session.takes == []
    pulled(session, 0.3)
    session.set_value("ruler.hinges", 6)
    assert [take.started.ruler.hinges for take in session.takes] == [10]


@pytest.mark.slow
def test_those_that_lag_behind_make_any_way_back_short(live):
    session, followers = live.session, Followers()
    pulled(session, 0.2)
    session.advance(45_000)
    for _ in range(40):
        followers.tend(session.started, session.commands, session.simulation.step, 1.0)
    for back in (16.0, 25.0, 34.0):
        step = session.simulation.step - round(1000 * back)
        nearest = followers.to(session.started, session.commands, step)
        # Each lags twice as far as the one before, and a tenth more at most.
        assert 0 <= step - nearest.simulation.step <= 1500 * back
    assert LAGS[0] < 20.0


def test_one_that_lags_behind_is_of_no_use_to_another_branch(live):
    session = live.session
    pulled(session, 0.3)
    rerun = Rerun(session.started)
    rerun.go(session.commands, 250)
    assert rerun.leads_to(session.started, session.commands, 300)
    assert not rerun.leads_to(session.started, session.commands, 200)
    assert not rerun.leads_to(session.started, session.commands[:3], 300)
    other = session.commands[:]
    other[5] = other[5].model_copy()
    assert not rerun.leads_to(session.started, other, 300)


def test_the_journal_goes_back_too(tmp_path):
    session = Session(load_scenario("steady"), "steady", tmp_path / "a.journal")
    live = Live(session, Clock(session.steps_per_second))
    pulled(session, 0.6)
    to(live, 0.3)
    session.advance(200)
    session.recorder._journal.close()
    assert np.array_equal(recover(tmp_path / "a.journal").table, session.recorder.rows)


def test_the_timeline_and_a_click_on_the_time_graph_look_back(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 100, start[1]), 60)
    session, live = lab.app.session, lab.app.live
    end = session.simulation.step
    lab.app.player.seek(0.5)
    lab.frames(10)
    assert live.moment == pytest.approx(0.5 * end / 1000, abs=0.01)
    assert session.simulation.step == end
    assert "Looking back" in status(lab.app)[0]
    assert lab.tip()[0] > start[0] + 90
    graph = lab.app.layout.graphs["openings"]
    at = (graph.x + graph.width // 10, graph.centery)
    lab.press(at).release(at)
    assert 0.0 < live.moment < 0.45 * end / 1000
    moment = live.moment
    lab.key(pygame.K_COMMA).key(pygame.K_COMMA)
    assert live.moment == pytest.approx(moment - 0.02, abs=0.011)
    lab.key(pygame.K_END)
    assert live.moment is None
    lab.app.player.seek(0.4)
    lab.key(pygame.K_RETURN)
    assert session.simulation.step == pytest.approx(0.4 * end, abs=40)
    assert len(session.takes) == 1
    lab.key(pygame.K_b, pygame.KMOD_LSHIFT)
    assert session.simulation.step == pytest.approx(end, abs=60)
    assert lab.app.clock.paused


def test_pulling_while_one_looks_back_goes_on_from_there(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 100, start[1]), 60)
    lab.app.player.seek(0.0)
    lab.frames(2)
    lab.press(start)
    assert lab.app.session.holding
    assert lab.app.session.simulation.step < 100
    assert len(lab.app.session.takes) == 1


@pytest.fixture
def twenty(tmp_path):
    scenario = load_scenario("steady", ["ruler.hinges=20", "phase.0.until.extension=0.15"])
    path = tmp_path / "twenty.npz"
    save_recording(ruler.simulate(scenario), path)
    return path


def test_any_recording_goes_on_with_its_own_ruler(lab, twenty):
    open_file(lab.app, twenty)
    lab.app.player.seek(0.5)
    moment = lab.app.player.moment
    lab.key(pygame.K_RETURN).frames(60)
    session = lab.app.session
    assert lab.app.player is lab.app.live
    assert session.base.ruler.hinges == 20
    assert session.simulation.time >= moment
    assert len(lab.app.live.history) > 10
    assert np.array_equal(played_again(session), session.recording().table)
    assert session.base.phase[0].name == "pull"


@pytest.mark.slow
def test_the_way_back_from_a_recording_leads_to_its_ruler_unless_another_was_touched(lab, twenty):
    open_file(lab.app, twenty)
    lab.key(pygame.K_b)
    assert lab.app.session.base.ruler.hinges == 20
    lab.drag(lab.tip(), (lab.tip()[0] + 40, lab.tip()[1]), 20)
    rows = len(lab.app.live.history)
    show_recording(lab.app, ruler.simulate(load_scenario("steady", ["phase.0.until.extension=0.12"])), "ten")
    lab.key(pygame.K_b)
    assert lab.app.session.base.ruler.hinges == 20
    assert len(lab.app.live.history) >= rows


def test_a_drag_while_time_stands_still_says_why_nothing_moves(lab):
    lab.key(pygame.K_SPACE)
    assert "Paused" in lab.app.player.banner()
    lab.press(lab.tip())
    assert lab.app.banner_left > 0.0
    lab.key(pygame.K_SPACE)
    assert lab.app.player.banner() is None


@pytest.mark.slow
def test_what_could_not_be_done_looks_like_it_and_goes(lab):
    lab.key(pygame.K_b, pygame.KMOD_LSHIFT)
    text, warns = status(lab.app)
    assert "no branch" in text
    assert warns
    lab.frames(8 * 60)
    assert status(lab.app)[0] != text


def test_the_name_says_whose_hand_it_was(lab):
    assert name_of(lab.app) == "steady"
    lab.press(lab.tip()).frames(5)
    assert name_of(lab.app).startswith("by hand, from steady")
    saved = lab.app.session.scenario()
    assert saved.title == "By hand, from: Slow and steady"
    assert Session(saved, "again").scenario().title == saved.title
    lab.key(pygame.K_r)
    assert name_of(lab.app) == "steady"


def test_hand_and_shake_begin_as_the_scenario_has_them():
    jerky = Session(load_scenario("jerky"), "jerky")
    assert [jerky.value(key) for key in ("lab.speed", "lab.amplitude", "lab.frequency")] == [0.15, 0.0195, 6.0]
    assert Session(load_scenario("steady"), "steady").value("lab.speed") == 0.05


def marked(lab):
    """Where the timeline is crossed by a mark in the accent's colour, px from its left edge, beside its handle."""
    lab.frames()
    timeline = lab.app.controls.timeline
    row = pygame.surfarray.array3d(lab.app.surface)[timeline.rect.left : timeline.rect.right, timeline.rect.top + 1]
    found = np.flatnonzero((row == theme.ACCENT).all(axis=1))
    return found[np.abs(found + timeline.rect.left - timeline.sliding_button.rect.centerx) > 15]


def test_a_mark_on_the_timeline_says_where_a_branch_parts(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 60, start[1]), 30)
    lab.frames(30)
    assert not marked(lab).size
    lab.app.player.seek(0.3)
    fork = 1000 * lab.app.live.moment
    lab.key(pygame.K_RETURN)
    lab.drag(lab.tip(), (lab.tip()[0], lab.tip()[1] - 60), 30)
    lab.key(pygame.K_SPACE)
    marks = marked(lab)
    ((part, seconds),) = lab.app.live.forks()
    # The hand that held the tip let go there.
    assert part * lab.app.session.simulation.step == pytest.approx(fork, abs=1)
    assert seconds == pytest.approx(lab.app.session.takes[0].end / 1000)
    at = lab.app.controls.timeline_at(part)
    assert np.abs(marks + lab.app.controls.timeline.rect.left - at).max() <= 4
    # The mouse on it says so.
    lab.move((at, lab.app.controls.timeline.rect.centery), held=(0, 0, 0)).frames()
    assert f"branch of {seconds:.1f} s" in lab.app.explained.at(lab.app.mouse_at)
    # Another ruler has no branches on its timeline.
    lab.key(pygame.K_r)
    lab.frames(10)
    assert lab.app.live.forks() == []


def test_the_timeline_is_moved_by_the_keyboard_alone(lab):
    lab.frames(60)
    while lab.app.focused is None or lab.app.focused.kind != "timeline":
        lab.key(pygame.K_TAB)
    end = lab.app.session.simulation.time
    for _ in range(10):
        lab.key(pygame.K_LEFT)
    assert lab.app.live.moment == pytest.approx(0.8 * end, abs=0.05)
    lab.key(pygame.K_RIGHT)
    assert lab.app.live.moment == pytest.approx(0.82 * end, abs=0.05)
    assert not lab.app.session.holding
    lab.key(pygame.K_RETURN)
    assert lab.app.live.moment is None
    assert lab.app.session.simulation.time == pytest.approx(0.82 * end, abs=0.1)
