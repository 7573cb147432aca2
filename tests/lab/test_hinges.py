"""One hinge's own torque in the window, how uneven hinges look, and the level of a tilted table."""

import numpy as np
import pygame
import pygame_gui
import pytest

import ruler
from ruler.lab.art.ruler import rivet_sizes
from ruler.lab.controls import show_number
from ruler.lab.session import Session
from ruler.recording import save_recording
from ruler.scenario import load_scenario

CTRL = pygame.KMOD_LCTRL
UNEVEN = [0.002 * i for i in range(1, 11)]


def torques(lab):
    return np.array(lab.app.session.scene().torque)


def click_hinge(lab, hinge):
    at = lab.point(lab.app.session.scene().outer[hinge])
    return lab.press(at).release(at)


def hinge_row(lab):
    row = lab.app.controls._rows[0]
    assert row.parameter.key == f"hinge.torque.{lab.app.options.selected + 1}"
    return row


def enter(lab, text):
    row = hinge_row(lab)
    lab.app.manager.set_focus_set(row.entry)
    row.entry.set_text(text)
    return lab.key(pygame.K_RETURN, text="\r").frames(2)


@pytest.fixture
def uneven(open_lab, tmp_path):
    lab = open_lab()
    lab.app.session.set_value("hinge.torque", UNEVEN)
    lab.app.session.changes.clear()
    return lab


def test_a_click_shows_a_hinge_and_leaves_the_ruler_alone(uneven):
    commands = list(uneven.app.session._commands)
    click_hinge(uneven, 6)
    assert uneven.app.options.selected == 6
    assert uneven.app.session._commands == commands
    assert hinge_row(uneven).entry.get_text() == show_number(0.014)
    assert uneven.app.layout.table.contains(uneven.app.controls.hinge_field)
    uneven.key(pygame.K_ESCAPE)
    assert uneven.app.options.selected is None
    assert uneven.app.controls.hinge_field is None


def test_a_click_elsewhere_puts_it_away_and_one_on_its_field_does_not(uneven):
    click_hinge(uneven, 6)
    field = uneven.app.controls.hinge_field
    uneven.press((field.left + 3, field.top + 3)).release((field.left + 3, field.top + 3))
    assert uneven.app.options.selected == 6
    click_hinge(uneven, 2)
    assert uneven.app.options.selected == 2
    empty = (uneven.app.layout.table.centerx, uneven.app.layout.table.top + 60)
    uneven.press(empty).release(empty)
    assert uneven.app.options.selected is None


def test_a_drag_from_a_hinge_drags_its_section(lab):
    at = lab.point(lab.app.session.scene().outer[6])
    lab.press(at)
    lab.move((at[0] + 10, at[1]))
    assert lab.app.session.simulation.held_section in (7, 8)
    before = lab.app.session.scene().outer[6]
    for i in range(60):
        lab.move((at[0] + 10 + i, at[1]))
    assert np.hypot(*(lab.app.session.scene().outer[6] - before)) > 0.02
    lab.release((at[0] + 69, at[1]))
    assert lab.app.session.simulation.held_section is None
    assert lab.app.options.selected is None


def test_a_click_on_the_last_hinge_leaves_the_tip_to_the_script(lab):
    lab.key(pygame.K_p).frames(60)
    click_hinge(lab, 9)
    assert lab.app.options.selected == 9
    assert lab.app.session.simulation.phase.hold


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_entry_changes_this_hinge_alone(open_lab, spread):
    lab = open_lab()
    lab.app.session.set_value("hinge.spread", spread)
    before = torques(lab)
    click_hinge(lab, 3)
    enter(lab, "0.031")
    expected = before.copy()
    expected[3] = 0.031
    assert torques(lab) == pytest.approx(expected, rel=1e-12)
    lab.key(pygame.K_z, CTRL)
    assert (torques(lab) == before).all()
    lab.key(pygame.K_y, CTRL)
    assert torques(lab) == pytest.approx(expected, rel=1e-12)


def test_the_slider_changes_it_in_one_undo(uneven):
    click_hinge(uneven, 4)
    row = hinge_row(uneven)
    for part in (0.3, 0.5, 0.7):
        row.slider.set_current_value(part)
        uneven.post(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, ui_element=row.slider).frames()
    assert torques(uneven)[4] == pytest.approx(row.parameter.at(0.7))
    uneven.release(row.slider.rect.center)
    uneven.key(pygame.K_z, CTRL)
    assert torques(uneven) == pytest.approx(UNEVEN)
    assert not uneven.app.session.changes.can_undo


@pytest.mark.parametrize(("text", "told"), [("abc", "hinge.torque.3"), ("-1", "hinge.torque"), ("1e9", "hinge.torque")])
def test_a_bad_torque_is_told_and_changes_nothing(lab, text, told):
    before = torques(lab)
    click_hinge(lab, 2)
    enter(lab, text)
    assert told in lab.app.message
    assert (torques(lab) == before).all()


def test_what_is_shown_rounded_and_entered_as_it_stands_is_no_change(open_lab):
    lab = open_lab()
    lab.app.session.set_value("hinge.spread", 0.3)
    lab.app.session.changes.clear()
    click_hinge(lab, 1)
    enter(lab, hinge_row(lab).entry.get_text())
    assert not lab.app.session.changes.can_undo


def test_keys_go_through_the_hinges(lab):
    for hinge in (0, 1):
        lab.key(pygame.K_h, text="h")
        assert lab.app.options.selected == hinge
    for hinge in (0, 9):
        lab.key(pygame.K_h, pygame.KMOD_LSHIFT, text="H")
        assert lab.app.options.selected == hinge
    lab.key(pygame.K_TAB)
    assert hinge_row(lab).entry in lab.app.manager.get_focus_set()


def test_a_hinge_that_is_gone_is_no_longer_selected(lab):
    click_hinge(lab, 8)
    row = next(row for row in lab.app.controls._rows if row.parameter.key == "ruler.hinges")
    lab.app.manager.set_focus_set(row.entry)
    row.entry.set_text("5")
    lab.key(pygame.K_RETURN, text="\r").frames(2)
    assert len(torques(lab)) == 5
    assert lab.app.options.selected is None
    lab.key(pygame.K_z, CTRL).frames(2)
    click_hinge(lab, 8)
    lab.key(pygame.K_y, CTRL).frames(2)
    assert lab.app.options.selected is None
    click_hinge(lab, 3)
    lab.key(pygame.K_r).frames(2)
    assert lab.app.options.selected == 3
    lab.key(pygame.K_MINUS, CTRL, text="-").frames(2)
    assert hinge_row(lab).entry.alive()


def test_what_was_done_to_a_hinge_plays_again_to_the_last_bit(lab, tmp_path):
    start = lab.tip()
    lab.drag(start, (start[0] + 60, start[1]), 30)
    click_hinge(lab, 7)
    enter(lab, "0.05")
    lab.app.session.set_value("table.tilt", 12.0)
    start = lab.tip()
    lab.drag(start, (start[0] + 120, start[1]), 40)
    session = lab.app.session
    [change] = [c.set for c in session.scenario().command if c.set is not None and c.set.key == "hinge.torque"]
    assert change.value == [*[0.01] * 7, 0.05, *[0.01] * 2]
    recording = session.recording()
    again = ruler.simulate(session.scenario())
    assert again.table.tobytes() == recording.table.tobytes()
    # A replay shows torques and tilt as they were at the time.
    from ruler.lab.replay import Replay

    save_recording(recording, tmp_path / "run.npz")
    replay = Replay(ruler.load_recording(tmp_path / "run.npz"), "run")
    first, last = replay.scene(0.0), replay.scene(replay.end)
    assert (first.tilt, last.tilt) == (0.0, 12.0)
    assert first.tightness is None
    assert last.torque == pytest.approx(torques(lab))


def test_tight_hinges_have_big_rivets_only_where_they_differ():
    even = Session(load_scenario("steady"), "steady").scene()
    assert even.tightness is None
    assert rivet_sizes(even.tightness, 10) == [1.0] * 10
    scene = Session(load_scenario("steady", [f"hinge.torque={UNEVEN}"]), "steady").scene()
    assert scene.tightness.mean() == pytest.approx(1.0)
    sizes = rivet_sizes(scene.tightness, 10)
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.6 < 1.6 < sizes[-1]


@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
def test_a_tilted_table_shows_a_level(open_lab, size):
    lab = open_lab(size=size)
    lab.key(pygame.K_SPACE).frames(2)

    def corner(tilt):
        lab.app.session.set_value("table.tilt", tilt)
        lab.frames()
        table, px = lab.app.layout.table, lab.app.scale
        box = pygame.Rect(table.left + 10 * px, table.bottom - 62 * px, 170 * px, 26 * px)
        return pygame.surfarray.array3d(lab.app.surface.subsurface(box.clip(table))).astype(int)

    level = corner(0.0)
    right, left = corner(8.0), corner(-8.0)
    assert (np.abs(right - level).max(axis=2) > 40).mean() > 0.3
    assert (right != left).any()
    assert (corner(0.0) == level).all()
