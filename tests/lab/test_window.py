"""The window under the dummy driver, with real pygame events: every action of the binding table."""

import importlib
import os
import time

import numpy as np
import pygame
import pygame_gui
import pytest

import ruler
from ruler.errors import RulerError
from ruler.lab.bindings import ACTIONS, GROUPS, action_of, key_name
from ruler.lab.files import open_beside, show_recording
from ruler.lab.keys_card import KeysCard, overview
from ruler.lab.overlays import trust_colour
from ruler.lab.views import status
from ruler.recording import load_recording, save_recording
from ruler.scenario import load_scenario, scenario_from_data

CTRL = pygame.KMOD_LCTRL


def steps(window):
    return window.app.session.simulation.step


def share(window):
    return window.app.session.scene().share


def test_time_goes_by_at_the_chosen_speed(lab):
    lab.frames(60)
    assert steps(lab) == pytest.approx(1000, abs=40)


def test_dragging_the_tip_opens_the_ruler(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 250, start[1]), 150)
    assert share(lab) is not None
    assert share(lab)[5:].sum() > 0.7
    assert not lab.app.session.holding


def test_any_section_can_be_dragged(lab):
    scene = lab.app.session.scene()
    middle = lab.point(0.5 * (scene.inner[5] + scene.outer[5]))
    lab.press(middle)
    # Section 6, counted from 1, is on top there: even ones lie below, as on a real ruler.
    assert lab.app.session.simulation.held_section == 6
    lab.release(middle)
    assert lab.app.session.simulation.held_section is None


def test_the_right_button_shakes_while_it_is_held(lab):
    lab.press(lab.tip(), button=3).frames(20)
    assert lab.app.session.simulation.shaking["tip"]
    lab.release(lab.tip(), button=3)
    assert not lab.app.session.simulation.shaking["tip"]
    assert lab.app.overlay is None


def test_the_right_button_shakes_at_once_when_it_moves_or_the_hand_holds(lab):
    at = lab.tip()
    lab.press(at, button=3).move((at[0] + 9, at[1]), held=(0, 0, 1))
    assert lab.app.session.simulation.shaking["tip"]
    lab.release(at, button=3)
    assert not lab.app.session.simulation.shaking["tip"]
    lab.app.session.release()
    lab.press(lab.tip()).press(lab.tip(), button=3)
    assert lab.app.session.simulation.shaking["tip"]


@pytest.mark.parametrize(("key", "where"), [(pygame.K_s, "tip"), (pygame.K_t, "table")])
def test_keys_shake(lab, key, where):
    lab.key(key)
    assert lab.app.session.shaking[where]
    # A tip that nobody holds is shaken as soon as it is held.
    assert lab.app.session.simulation.shaking == {"tip": False, "table": where == "table"}
    lab.press(lab.tip())
    assert lab.app.session.simulation.shaking[where]
    lab.key(key)
    assert not lab.app.session.shaking[where]
    assert not lab.app.session.simulation.shaking[where]


def test_arrow_keys_pull_steadily(lab):
    x = lab.app.session.scene().outer[-1][0]
    lab.hold(pygame.K_RIGHT, 120)
    moved = lab.app.session.scene().outer[-1][0] - x
    assert moved == pytest.approx(2.0 * lab.app.session.lab_values["lab.speed"], rel=0.15)


def test_pause_and_single_steps(lab):
    lab.key(pygame.K_SPACE)
    before = steps(lab)
    lab.frames(20)
    assert steps(lab) == before
    lab.key(pygame.K_PERIOD, text=".")
    assert steps(lab) == before + 1


def test_speed_from_a_tenth_to_eight(lab):
    for _ in range(10):
        lab.key(pygame.K_RIGHTBRACKET, text="]")
    assert lab.app.clock.speed == 8.0
    for _ in range(10):
        lab.key(pygame.K_LEFTBRACKET, text="[")
    assert lab.app.clock.speed == 0.1


def test_the_script_plays_to_its_end_and_then_the_ruler_is_free(lab):
    lab.key(pygame.K_p)
    lab.app.clock.speed = 8.0
    for _ in range(400):
        lab.frames()
        if lab.app.session.simulation.phase.name == "by hand":
            break
    assert lab.app.session.simulation.phase.name == "by hand"
    assert share(lab)[5:].sum() > 0.85


def test_taking_the_tip_from_the_script_is_visible(lab):
    lab.key(pygame.K_p).frames(30)
    lab.press(lab.tip())
    assert "taken the tip" in status(lab.app)[0]


def test_reset_lays_the_ruler_out_again(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 100, start[1]), 30)
    lab.key(pygame.K_r)
    assert steps(lab) < 40
    assert np.degrees(lab.app.session.scene().opening) == pytest.approx(10.0, abs=0.1)


def test_sliders_and_entries_set_parameters_with_undo(lab):
    row = next(row for row in lab.app.controls._rows if row.parameter.key == "hinge.torque")
    row.slider.set_current_value(0.8)
    pygame.event.post(pygame.event.Event(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, {"ui_element": row.slider}))
    lab.frames(2)
    assert lab.app.session.value("hinge.torque") == pytest.approx(row.parameter.at(0.8))
    lab.key(pygame.K_z, CTRL)
    assert lab.app.session.value("hinge.torque") == 0.01
    lab.key(pygame.K_y, CTRL)
    assert lab.app.session.value("hinge.torque") == pytest.approx(row.parameter.at(0.8))


def type_into(lab, key, text):
    row = next(row for row in lab.app.controls._rows if row.parameter.key == key)
    lab.app.manager.set_focus_set(row.entry)
    row.entry.set_text(text)
    return lab.key(pygame.K_RETURN, text="\r").frames(2)


def test_typing_a_value_and_enter_sets_it(lab):
    type_into(lab, "ruler.hinges", "7")
    assert len(lab.app.session.scene().opening) == 7


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [("hinge.torque", "abc", "not a number"), ("hinge.torque", "-3", "0 or more"), ("ruler.hinges", "1e9", "at most")],
)
def test_bad_values_are_told_and_change_nothing(lab, key, text, told):
    before = lab.app.session.value(key)
    type_into(lab, key, text)
    assert told in lab.app.message
    assert lab.app.session.value(key) == before


def test_tab_goes_through_the_entries(lab):
    lab.key(pygame.K_TAB)
    assert lab.app.controls.typing
    lab.key(pygame.K_s, text="s")
    assert not lab.app.session.simulation.shaking["tip"]
    lab.key(pygame.K_ESCAPE)
    assert not lab.app.controls.typing


def test_buttons_do_what_their_keys_do(lab):
    lab.click(lab.app.controls.buttons["shake_tip"])
    assert lab.app.session.shaking["tip"]
    lab.click(lab.app.controls.buttons["play_pause"])
    assert lab.app.clock.paused


@pytest.mark.parametrize(
    ("key", "mod", "text", "option"),
    [
        (pygame.K_1, 0, "1", "tension"),
        (pygame.K_2, 0, "2", "friction"),
        (pygame.K_3, 0, "3", "trace"),
        (pygame.K_l, 0, "l", "layers"),
    ],
)
def test_overlays_go_on_and_off(lab, key, mod, text, option):
    before = getattr(lab.app.options, option)
    lab.key(key, mod, text)
    assert getattr(lab.app.options, option) is not before
    lab.frames(3)


def test_pulled_end_can_be_named_the_other_way(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 200, start[1]), 60)
    deep = lab.app.measures(lab.app.player.scenes()[0]).center_of_load
    lab.key(pygame.K_d)
    assert lab.app.measures(lab.app.player.scenes()[0]).center_of_load == pytest.approx(1.0 - deep, abs=0.05)


def test_zoom_is_to_the_mouse_and_fit_comes_back(lab):
    at = (400, 250)
    place = lab.app.views[0].to_world(np.array(at, dtype=float))
    lab.move(at, held=(0, 0, 0))
    lab.post(pygame.MOUSEWHEEL, x=0, y=3, precise_x=0.0, precise_y=3.0, flipped=False).frames()
    assert lab.app.views[0].to_screen(place) == pytest.approx(at, abs=1e-6)
    zoomed = lab.app.views[0].px_per_m
    lab.key(pygame.K_f)
    assert lab.app.views[0].px_per_m < zoomed


def test_dragging_the_table_pans(lab):
    before = lab.app.views[0].to_screen(np.zeros(2))
    empty = (lab.app.layout.table.centerx, lab.app.layout.table.top + 60)
    lab.press(empty).move((empty[0] + 30, empty[1] + 10), rel=(30, 10)).release(empty)
    assert lab.app.views[0].to_screen(np.zeros(2)) - before == pytest.approx([30, 10])


def test_grip_and_anchor_go_round(lab):
    lab.key(pygame.K_g)
    assert lab.app.session.base.hand.grip == "clamped"
    for anchor in ("clamped", "free", "pinned"):
        lab.key(pygame.K_a)
        assert lab.app.session.base.table.anchor == anchor
    lab.frames(10)


def test_ghosts_of_networks_and_of_a_run(lab):
    lab.key(pygame.K_n)
    assert len(lab.app.ghosts.curves()) == 1
    lab.key(pygame.K_k)
    assert "Nothing has opened" in lab.app.message
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1]), 40)
    lab.key(pygame.K_k)
    assert len(lab.app.ghosts.curves()) == 2


def test_freeze_keeps_the_graphs(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1]), 40)
    lab.key(pygame.K_c)
    frozen = lab.app.measures(lab.app.player.scenes()[0])
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1]), 40)
    assert lab.app.measures(lab.app.player.scenes()[0]) == frozen


def test_help_is_made_from_the_bindings(lab):
    lab.key(pygame.K_F1).frames()
    assert isinstance(lab.app.overlay, KeysCard)
    shown = overview()
    for action in ACTIONS.values():
        assert ((action.shown_key, action.label) in shown) == bool(action.keys)
    assert lab.app.surface.get_rect().contains(lab.app.overlay.rect)
    lab.key(pygame.K_ESCAPE)
    assert lab.app.overlay is None


def test_every_binding_has_an_action_and_no_key_is_used_twice(lab):
    keys = [key for action in ACTIONS.values() for key in action.keys]
    assert len(keys) == len(set(keys))
    for action in ACTIONS.values():
        assert callable(action.run)
        assert action.group in GROUPS
        assert action.text


@pytest.mark.slow
@pytest.mark.parametrize("replay", [False, True])
def test_every_action_runs_in_the_lab_and_in_a_replay(lab, recorded, replay):
    for name in ACTIONS:
        if replay and lab.app.player.hand is not None:
            show_recording(lab.app, load_recording(recorded), "fast")
        try:
            lab.app.do(name)
        except RulerError as error:
            assert str(error).endswith(".")  # noqa: PT017 - told in the status line
        lab.frames(2)
        lab.app.dialogs.close()


def test_keys_are_found_on_other_keyboards():
    slash = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SLASH, mod=pygame.KMOD_LSHIFT, unicode="?")
    german_question = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_MINUS, mod=pygame.KMOD_LSHIFT, unicode="?")
    assert action_of(slash) is action_of(german_question) is ACTIONS["help"]
    assert key_name(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_o, mod=CTRL | pygame.KMOD_LSHIFT)) == "ctrl+shift+o"


def test_bigger_and_smaller(lab):
    lab.key(pygame.K_EQUALS, CTRL, "=")
    assert lab.app.scale == 1.25  # 1280 x 800 has room for it
    lab.key(pygame.K_MINUS, CTRL, "-")
    assert lab.app.scale == 1.0


def test_picker_shows_descriptions_and_opens(lab):
    lab.key(pygame.K_p, CTRL)
    assert lab.app.dialogs.open
    lab.key(pygame.K_DOWN).key(pygame.K_DOWN)
    lab.key(pygame.K_RETURN, text="\r").frames(2)
    assert not lab.app.dialogs.open
    assert lab.app.session.name in ruler.shipped_scenarios()


def test_a_bad_file_is_a_message(lab, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[hinge]\ntorque = -1\n")
    session = lab.app.session
    lab.post(pygame.DROPFILE, file=str(bad)).frames(2)
    assert lab.app.dialogs.open
    assert lab.app.session is session
    lab.key(pygame.K_ESCAPE)
    assert not lab.app.dialogs.open


def test_dropping_a_scenario_opens_it_and_remembers_it(lab, tmp_path):
    from ruler.lab.recent import recent_files

    good = tmp_path / "mine.toml"
    good.write_text('title = "Mine"\n[ruler]\nhinges = 4\n[[phase]]\nuntil = { time = 1.0 }\n')
    lab.post(pygame.DROPFILE, file=str(good)).frames(2)
    assert len(lab.app.session.scene().opening) == 4
    assert recent_files() == [good]


def save_with_enter(lab, key):
    lab.key(key, CTRL)
    assert lab.app.dialogs.open
    return lab.key(pygame.K_RETURN, text="\r").frames(3)


def test_a_session_saved_plays_headless_to_the_same_bytes(lab, own_folders):
    lab.key(pygame.K_r, CTRL)
    lab.key(pygame.K_s)
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1] - 10), 60)
    lab.key(pygame.K_SPACE)
    save_with_enter(lab, pygame.K_e)
    save_with_enter(lab, pygame.K_s)
    recorded = load_recording(own_folders / "steady.csv")
    again = ruler.simulate(load_scenario(own_folders / "steady-session.toml"))
    assert np.array_equal(recorded.table, again.table)
    assert lab.app.live.recording_since is None


def test_a_recording_asked_for_is_not_thrown_away_unasked(lab):
    lab.key(pygame.K_r, CTRL)
    start = lab.tip()
    lab.drag(start, (start[0] + 50, start[1]), 10)
    lab.key(pygame.K_r)
    assert lab.app.dialogs.open
    lab.key(pygame.K_ESCAPE)
    assert steps(lab) > 100
    lab.key(pygame.K_q, CTRL)
    assert lab.app.running
    # Enter saves first; "Throw away" is a button of its own.
    lab.key(pygame.K_t, text="t").frames()
    assert not lab.app.running


@pytest.fixture
def recorded(tmp_path):
    recording = ruler.simulate(load_scenario("fast"))
    return save_recording(recording, tmp_path / "fast.npz")


def test_replay_scrubs_steps_loops_and_verifies(lab, recorded):
    lab.post(pygame.DROPFILE, file=str(recorded)).frames(2)
    player = lab.app.player
    recording = player.replays[0].recording
    lab.key(pygame.K_END)
    assert player.moment == recording.time[-1]
    opening = np.degrees(player.scenes()[0].opening)
    assert opening == pytest.approx(recording.opening_deg[-1])
    lab.key(pygame.K_COMMA, text=",")
    assert player.moment == recording.time[-2]
    lab.key(pygame.K_HOME).key(pygame.K_RIGHT)
    assert player.moment == recording.time[1]
    lab.key(pygame.K_o).key(pygame.K_SPACE).frames(30)
    assert player.loop
    assert player.moment == pytest.approx(31 / 60, abs=0.1)
    lab.key(pygame.K_v)
    assert "to the last bit" in lab.app.message
    lab.key(pygame.K_b)
    assert lab.app.player is lab.app.live


def test_a_changed_recording_shows_where_it_differs(lab, recorded):
    recording = load_recording(recorded)
    recording.table[50, 10] += 1e-9
    save_recording(recording, recorded, force=True)
    lab.post(pygame.DROPFILE, file=str(recorded)).frames(2)
    lab.key(pygame.K_v)
    assert lab.app.player.replays[0].difference.sample == 50
    assert lab.app.player.moment == recording.time[50]


def test_the_timeline_seeks(lab, recorded):
    lab.post(pygame.DROPFILE, file=str(recorded)).frames(2)
    timeline = lab.app.controls.timeline
    timeline.set_current_value(0.5)
    pygame.event.post(pygame.event.Event(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, {"ui_element": timeline, "value": 0.5}))
    lab.frames(2)
    assert lab.app.player.moment == pytest.approx(0.5 * lab.app.player.end, rel=0.05)


def test_two_recordings_side_by_side_in_step(lab, recorded, tmp_path):
    other = save_recording(ruler.simulate(load_scenario("fast", ["hinge.viscous=0.1"])), tmp_path / "other.npz")
    lab.post(pygame.DROPFILE, file=str(recorded)).frames(2)
    open_beside(lab.app, other)
    lab.frames(2).key(pygame.K_SPACE).frames(30)
    assert lab.app.player.moment > 0.3
    first, second = lab.app.player.scenes()
    assert len(lab.app.views) == 2
    # Both are pulled at the same speed, but do not open alike.
    assert first.outer[-1] == pytest.approx(second.outer[-1], abs=1e-6)
    assert np.abs(first.opening - second.opening).max() > 0.01


def test_of_two_recordings_the_shorter_one_waits_at_its_end(lab, recorded, tmp_path):
    long = save_recording(ruler.simulate(load_scenario("fast", ["phase.1.until.time=1.0"])), tmp_path / "long.npz")
    lab.post(pygame.DROPFILE, file=str(recorded)).frames(2)
    open_beside(lab.app, long)
    lab.frames(2).key(pygame.K_END)
    player = lab.app.player
    short, long = player.replays
    assert player.moment == long.end > short.end
    assert np.degrees(player.scenes()[0].opening) == pytest.approx(short.recording.opening_deg[-1])
    lab.key(pygame.K_LEFT)
    assert player.moment == long.recording.time[-2]


def test_screenshot(lab, own_folders):
    lab.key(pygame.K_F12)
    assert pygame.image.load(own_folders / "ruler-001.png").get_size() == (1280, 800)


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (2560, 1440), (3840, 2160)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_parts_of_the_window_do_not_overlap(size, scale):
    from ruler.lab.layout import lay_out_window

    for replay in (False, True):
        layout = lay_out_window(size, scale, replay)
        parts = [rect for rect in vars(layout).values() if isinstance(rect, pygame.Rect) and rect.height]
        parts += layout.graphs.values()
        assert all(rect.width > 0 and rect.height > 0 for rect in parts)
        window = pygame.Rect((0, 0), size)
        assert all(window.contains(rect) for rect in parts)
        assert all(not a.colliderect(b) for i, a in enumerate(parts) for b in parts[i + 1 :])


def test_resizing_lays_everything_out_anew(lab):
    lab.app.surface = pygame.display.set_mode((900, 600), pygame.RESIZABLE)
    lab.post(pygame.VIDEORESIZE, size=(900, 600), w=900, h=600).frames(3)
    assert lab.app.layout.status.bottom == 600


def test_a_simulation_that_stops_is_told(lab, monkeypatch):
    from ruler.mechanics import SimulationError

    def broken(_):
        raise SimulationError("stopped at 1 s: a joint has come apart")

    monkeypatch.setattr(lab.app.session.simulation, "advance", broken)
    lab.frames(2)
    assert lab.app.dialogs.open
    assert lab.app.clock.paused
    lab.key(pygame.K_ESCAPE).key(pygame.K_r).frames(10)
    assert lab.app.session.trouble is None
    assert steps(lab) > 0


def test_a_slow_machine_says_by_how_much(lab):
    lab.app.clock.paused = False
    lab.app.clock.real_time_factor = 0.4
    assert lab.app.clock.too_slow()
    assert "0.4x" in status(lab.app)[0]


def test_an_unexpected_error_keeps_the_session(tmp_path, capsys):
    from ruler.lab.crash import journal_for_this_process, report_crash
    from ruler.lab.session import Session
    from ruler.recording import recover

    session = Session(load_scenario("steady"), "steady", journal_for_this_process())
    session.grab_tip()
    session.advance(1234)
    code = report_crash(session, RuntimeError("boom"))
    told = capsys.readouterr().err
    assert code == 1
    assert "boom" in told
    assert "ruler recover" in told
    recovered = recover(session.journal)
    assert recovered.time[-1] == pytest.approx(1.234)
    again = ruler.simulate(scenario_from_data(dict(recovered.meta["source"]), "recovered"))
    assert np.array_equal(again.table, recovered.table)


def test_a_network_learns_while_the_ruler_opens(lab):
    lab.key(pygame.K_e)
    label, before, style = lab.app.ghosts.curves()[0]
    assert "epoch 0" in label
    assert before == pytest.approx(1.0, abs=0.15)  # before training no layer separates the classes
    start = lab.tip()
    end = lab.point([1.1, 0.0])
    lab.drag(start, end, 120)
    label, after, later = lab.app.ghosts.curves()[0]
    assert later == style
    assert int(label.split()[-1]) > 90
    assert after[0] == pytest.approx(1.0)
    assert after[-1] == pytest.approx(0.0, abs=0.1)


def test_advice_on_the_network_that_is_shown(lab):
    def ask():
        lab.key(pygame.K_k, pygame.KMOD_CTRL, "k").post(pygame.TEXTINPUT, text="advise").frames()
        lab.key(pygame.K_RETURN)

    ask()
    assert "No network is shown" in lab.app.message
    lab.app.say(lab.app.ghosts.show_network("dropout-digits:alpha=0"))
    ask()
    assert lab.app.dialogs.open
    lab.frames(2)
    lab.key(pygame.K_ESCAPE)
    lab.key(pygame.K_n)
    assert lab.app.ghosts.profile is not None


def test_a_training_that_is_being_recorded_is_followed(lab, tmp_path, monkeypatch):
    """A table of two layers: flat before there is a load, then as the newest line has it."""
    table = tmp_path / "run.csv"
    table.write_text("seed,step,time_s,train_accuracy,D_0,D_1,D_2\n0,0,0.0,0.3,1.0,1.1,1.2\n")
    lab.app.open_path(table)
    ((label, curve, _),) = lab.app.ghosts.curves()
    assert label == "run, step 0"
    assert list(curve) == [1.0, 1.0, 1.0]
    clock = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: clock + 10.0)
    with table.open("a") as file:
        file.write("0,50,3.0,0.9,1.0,0.5,-1.0\n")
    os.utime(table, ns=(10**18, 10**18))
    lab.frames(2)
    ((label, curve, _),) = lab.app.ghosts.curves()
    assert label == "run, step 50"
    assert list(curve) == pytest.approx([1.0, 0.75, 0.0])
    table.unlink()
    monkeypatch.setattr(time, "monotonic", lambda: clock + 20.0)
    assert lab.app.ghosts.curves()[0].name == "run, step 50"
    table.write_text("layer,wrong\n")
    lab.app.open_path(table)
    assert lab.app.dialogs.open


@pytest.mark.parametrize("key", [pygame.K_DELETE, pygame.K_BACKSPACE])
def test_what_is_selected_in_an_entry_can_be_deleted_at_once(lab, key):
    """Before a frame has told the entry's layout of the selection, and after its text has changed beneath it."""
    entry = lab.app.controls._rows[0].entry
    for text in (None, "0.123456"):
        lab.key(pygame.K_TAB)
        lab.app.manager.set_focus_set(entry)
        entry.select_range = [0, len(entry.get_text())]
        if text is not None:
            entry.set_text("1")
        lab.key(key).frames(2)
        assert entry.get_text() == ""
        entry.set_text("0.123456")


def test_a_chain_of_blocks_is_replayed(lab, own_folders):
    from ruler.cli.core import app

    importlib.import_module("ruler.cli.theory")
    app(["theory", "spring-block", "--preset", "lazy", "-o", "chain.npz"], result_action="return_value")
    lab.post(pygame.DROPFILE, file=str(own_folders / "chain.npz")).frames(2)
    lab.key(pygame.K_END).frames(2)
    (scene,) = lab.app.player.scenes()
    assert scene.blocks[-1] == pytest.approx(1.0, abs=1e-6)  # pulled to the target
    assert scene.share[-1] > scene.share[0]  # lazy: the deep end takes the load
    lab.key(pygame.K_v)
    assert "calculated" in lab.app.message


def test_a_session_that_gets_too_long_stops_and_says_so(lab, monkeypatch):
    monkeypatch.setattr("ruler.lab.session.LONGEST_SESSION", 0.2)
    lab.frames(30)
    assert "save it" in lab.app.session.trouble
    assert lab.app.dialogs.open


@pytest.mark.parametrize(("gap", "level"), [(0.0, "good"), (0.003, "fair"), (0.01, "poor")])
def test_the_status_line_says_the_trust_in_words_and_colour(lab, gap, level):
    session = lab.app.session
    session.simulation.account.worst_gap = gap * session.base.ruler.section_length
    lab.frames()
    player = lab.app.player
    assert (f"trust: {level}" in [number.text for number in player.numbers()]) == (level != "good")
    assert ("Trust is poor" in status(lab.app)[0]) == (level == "poor")
    line = lab.app.surface.subsurface(lab.app.layout.status)
    drawn = {tuple(line.get_at((x, y)))[:3] for x in range(line.width) for y in range(line.height)}
    assert (trust_colour(level) in drawn) or level == "good"


def test_playing_a_script_says_what_its_path_asks_of_the_ruler(open_lab, tmp_path):
    shake = '[{where = "tip", amplitude = 1.5, frequency = 8.0}]'
    far = tmp_path / "far.toml"
    far.write_text(f"format = 1\n[[phase]]\nshake = {shake}\nuntil = {{time = 2.0}}\n", encoding="utf-8")
    lab = open_lab(str(far))
    lab.click(lab.app.controls.buttons["play_script"])
    assert "the hand is sent to" in status(lab.app)[0]


def test_a_forced_joint_stops_no_hand(lab):
    session = lab.app.session
    session.simulation.account.worst_gap = 0.5 * session.base.ruler.section_length
    session.grab_tip()
    lab.frames(10)
    assert session.trouble is None
    assert session.recording().complete
