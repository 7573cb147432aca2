"""Menus, context menus, the palette: what is in the binding table is found, and does what its key does."""

import pygame
import pytest

from ruler.lab.bindings import ACTIONS, GROUPS
from ruler.lab.controls import REPLAY_TOOLBAR, TOOLBAR
from ruler.lab.fuzzy import fit, fitting
from ruler.lab.menus import group_menu, what_is_at
from ruler.lab.popup import Popup

CTRL = pygame.KMOD_LCTRL


def open_group(lab, group):
    lab.app.menu_bar.unfold(GROUPS.index(group))
    return lab.frames().app.overlay


def line(popup, label):
    number = next(i for i, entry in enumerate(popup.entries) if entry.label == label)
    return popup.rows.rects[number].center


def test_every_action_stands_in_one_menu_with_its_key(lab):
    entries = [entry for group in GROUPS for entry in group_menu(lab.app, group)]
    assert sorted(entry.label for entry in entries) == sorted(action.label for action in ACTIONS.values())
    assert len({action.label for action in ACTIONS.values()}) == len(ACTIONS)
    for entry in entries:
        assert entry.tip
    by_label = {entry.label: entry.key for entry in entries}
    assert by_label["Undo"] == "Ctrl+Z"
    assert by_label["Bigger type"] == "Ctrl+="
    assert by_label["Zoom in"] == "+"
    assert all(name in ACTIONS for name, _, _ in (*TOOLBAR, *REPLAY_TOOLBAR) if name)


def test_the_mouse_opens_a_menu_goes_to_another_and_chooses(lab):
    titles = [rect.center for rect in lab.app.menu_bar.rects]
    lab.press(titles[GROUPS.index("Time")]).release(titles[GROUPS.index("Time")])
    assert lab.app.overlay.entries[0].label == "Play or pause"
    lab.move(titles[GROUPS.index("View")], held=(0, 0, 0)).frames()
    at = line(lab.app.overlay, "Tension along the ruler")
    lab.move(at, held=(0, 0, 0)).press(at).release(at)
    assert lab.app.options.tension
    assert lab.app.overlay is None
    assert lab.app.menu_bar.opened is None


def test_the_keyboard_opens_a_menu_and_chooses(lab):
    lab.key(pygame.K_F10).frames()
    for _ in range(GROUPS.index("View")):
        lab.key(pygame.K_RIGHT)
    lab.post(pygame.TEXTINPUT, text="f").frames()
    labels = [entry.label for entry in lab.app.overlay.entries]
    assert labels[lab.app.overlay.rows.selected] == "Fit the view"
    lab.post(pygame.TEXTINPUT, text="f").frames().key(pygame.K_RETURN, text="\r")
    assert lab.app.options.friction
    lab.key(pygame.K_F10).key(pygame.K_ESCAPE)
    assert lab.app.overlay is None


def test_what_cannot_be_done_now_is_grey_and_not_done(lab):
    popup = open_group(lab, "Time")
    usable = {entry.label: entry.usable for entry in popup.entries}
    assert usable["Play or pause"]
    assert not usable["Loop"]
    before = lab.app.player
    at = line(popup, "Loop")
    lab.move(at, held=(0, 0, 0)).press(at).release(at)
    assert lab.app.overlay is popup
    assert lab.app.player is before


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("hand", "Shake the tip"),
        ("hinge", "Layer numbers"),
        ("section", "Tension along the ruler"),
        ("table", "Fit the view"),
        ("graph", "Freeze the graphs"),
    ],
)
def test_a_click_with_the_right_button_opens_the_menu_of_what_is_there(lab, place, label):
    scene, layout = lab.app.session.scene(), lab.app.layout
    at = {
        "hand": lab.tip(),
        "hinge": lab.point(scene.outer[3]),
        "section": lab.point(0.5 * (scene.inner[5] + scene.outer[5])),
        "table": (layout.table.centerx, layout.table.bottom - 40),
        "graph": layout.graphs["bars"].center,
    }[place]
    assert what_is_at(lab.app, at).target.place == place
    lab.press(at, button=3).release(at, button=3).frames()
    assert label in [entry.label for entry in lab.app.overlay.entries]
    # A click disturbs nothing: nothing was shaken or grabbed.
    assert not lab.app.session.unsaved
    beside = (layout.table.x + 5, layout.table.bottom - 5)
    lab.press(beside).release(beside)
    assert lab.app.overlay is None


def test_the_palette_finds_an_action_by_a_few_letters(lab):
    lab.key(pygame.K_k, CTRL, "k").post(pygame.TEXTINPUT, text="sh tab").frames()
    assert lab.app.overlay.selected.label == "Hand: Shake the table"
    lab.key(pygame.K_RETURN, text="\r")
    assert lab.app.session.simulation.shaking["table"]


def test_the_palette_finds_fields_and_scenarios_too(lab):
    lab.key(pygame.K_k, CTRL, "k").post(pygame.TEXTINPUT, text="viscous").frames()
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.controls.focused_entry() == "hinge.viscous"
    lab.key(pygame.K_k, CTRL, "k").post(pygame.TEXTINPUT, text="scenario jerky").frames()
    assert lab.app.overlay.selected.label == "Scenario: jerky"
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.session.name == "jerky"


def test_letters_typed_into_the_palette_are_no_keys_of_the_window(lab):
    lab.key(pygame.K_k, CTRL, "k")
    for letter in "rs":
        lab.key(ord(letter), text=letter).post(pygame.TEXTINPUT, text=letter).frames()
    assert not lab.app.session.simulation.shaking["tip"]
    assert lab.app.overlay.edit.text == "rs"
    lab.key(pygame.K_a, CTRL).key(pygame.K_BACKSPACE)
    assert len(lab.app.overlay.found) == len(lab.app.overlay.items) > len(ACTIONS)
    lab.key(pygame.K_ESCAPE)
    assert lab.app.overlay is None


def test_overlays_stay_when_the_window_is_resized(lab):
    lab.key(pygame.K_k, CTRL, "k")
    lab.app.surface = pygame.display.set_mode((800, 600), pygame.RESIZABLE)
    lab.post(pygame.VIDEORESIZE, size=(800, 600), w=800, h=600).frames(2)
    assert pygame.Rect(0, 0, 800, 600).contains(lab.app.overlay.rect)
    popup = open_group(lab, "View")
    assert isinstance(popup, Popup)
    assert pygame.Rect(0, 0, 800, 600).contains(popup.rect)


def test_fitting_prefers_whole_words_and_starts():
    choices = ["Reset", "Restore the scenario", "Shake the tip", "Shake the table"]
    assert fitting("res", choices, str) == ["Reset", "Restore the scenario"]
    assert fitting("stt", choices, str)[0].startswith("Shake")
    assert fitting("", choices, str) == choices
    assert fit("xyz", "Reset") is None


def choose(lab, at, label):
    lab.press(at, button=3).release(at, button=3).frames()
    place = line(lab.app.overlay, label)
    return lab.move(place, held=(0, 0, 0)).press(place).release(place).frames(2)


def test_a_hinge_is_tightened_loosened_and_given_a_torque_from_its_menu(lab):
    hinge = lab.point(lab.app.session.scene().outer[3])
    choose(lab, hinge, "Tighten this hinge")
    assert lab.app.session.value("hinge.torque.4") == pytest.approx(0.0125)
    assert lab.app.session.value("hinge.torque.5") == pytest.approx(0.01)
    choose(lab, hinge, "Loosen this hinge")
    assert lab.app.session.value("hinge.torque.4") == pytest.approx(0.01)
    choose(lab, hinge, "Torque of this hinge ...")
    assert lab.app.options.selected == 3
    assert lab.app.controls.focused_entry() == "hinge.torque.4"


def test_a_section_is_held_from_its_menu_and_moved_by_the_arrow_keys(lab):
    scene = lab.app.session.scene()
    choose(lab, lab.point(0.5 * (scene.inner[5] + scene.outer[5])), "Take hold here")
    assert lab.app.session.simulation.held_section == 6
    before = lab.app.session.scene().outer[5].copy()
    lab.hold(pygame.K_UP, 90)
    assert lab.app.session.scene().outer[5][1] > before[1] + 0.03
    lab.key(pygame.K_ESCAPE)
    assert not lab.app.session.holding
    for section in (1, 2):
        lab.key(pygame.K_g, pygame.KMOD_LSHIFT, "G")
        assert lab.app.session.simulation.held_section == section


def test_ctrl_and_an_arrow_key_move_the_view(lab):
    before = lab.app.views[0].to_screen([0.0, 0.0])
    lab.key(pygame.K_RIGHT, CTRL)
    assert lab.app.views[0].to_screen([0.0, 0.0]) - before == pytest.approx([-60.0, 0.0])
    assert not lab.app.session.holding


def test_the_release_that_opened_a_menu_chooses_nothing(lab):
    """Near an edge the menu comes to lie under the mouse."""
    at = lab.app.layout.graphs["curve"].center
    lab.press(at, button=3).release(at, button=3).frames()
    assert lab.app.overlay.title == "Load curve"


def test_what_is_not_saved_is_marked(lab):
    from ruler.lab.views import name_of

    assert name_of(lab.app) == "steady"
    start = lab.tip()
    lab.drag(start, (start[0] + 50, start[1]), 10)
    assert name_of(lab.app) == "by hand, from steady (not saved)"
