"""Fields for numbers, and the keyboard's way through the window."""

import pygame
import pygame_gui
import pytest

SHIFT = pygame.KMOD_LSHIFT


def row_of(lab, key):
    return next(row for row in lab.app.controls._rows if row.parameter.key == key)


def typed(lab, text):
    for letter in text:
        lab.post(pygame.KEYDOWN, key=ord(letter), mod=0, unicode=letter, scancode=0)
        lab.post(pygame.TEXTINPUT, text=letter).frames()
    return lab


def enter(lab):
    return lab.key(pygame.K_RETURN, text="\r").frames(2)


def test_enter_gives_the_keyboard_back(lab):
    lab.click(row_of(lab, "lab.speed").entry)
    enter(typed(lab, "0.5"))
    assert lab.app.session.value("lab.speed") == 0.5
    assert not lab.app.controls.typing
    before = lab.app.session.recorder
    typed(lab, "r")
    assert lab.app.session.recorder is not before  # R is the window's again: the ruler is laid out anew
    assert row_of(lab, "lab.speed").entry.get_text() == "0.5"


def test_enter_on_an_unchanged_number_gives_the_keyboard_back_too(lab):
    lab.click(row_of(lab, "lab.speed").entry)
    enter(lab)
    assert not lab.app.controls.typing


def test_a_click_selects_all_and_the_next_one_a_place(lab):
    entry = row_of(lab, "hinge.torque").entry
    lab.click(entry)
    assert entry.select_range == [0, 4]
    typed(lab, "7")
    assert entry.get_text() == "7"
    lab.click(entry)
    assert entry.select_range[0] == entry.select_range[1]


@pytest.mark.parametrize(("text", "told"), [("abc", "not a number"), ("-3", "0 or more")])
def test_a_bad_number_stays_for_correction_with_its_range(lab, text, told):
    row = row_of(lab, "hinge.torque")
    lab.click(row.entry)
    enter(typed(lab, text)).frames(20)
    assert row.entry.get_text() == text
    assert lab.app.controls.typing
    complaint = lab.app.controls.complaint("hinge.torque")
    assert told in complaint
    assert f"{row.parameter.low:g} to {row.parameter.high:g} N m" in complaint
    # It is seen: the card below the field is in the warning's colour.
    lab.key(pygame.K_a, pygame.KMOD_LCTRL).key(pygame.K_BACKSPACE)
    assert lab.app.controls.complaint("hinge.torque") is None
    enter(typed(lab, "0.02"))
    assert lab.app.session.value("hinge.torque") == 0.02
    assert not lab.app.controls.typing


def test_escape_puts_the_old_number_back(lab):
    row = row_of(lab, "hinge.torque")
    lab.click(row.entry)
    enter(typed(lab, "abc")).key(pygame.K_ESCAPE).frames(10)
    assert row.entry.get_text() == "0.01"
    assert lab.app.controls.complaint("hinge.torque") is None


def test_arrows_in_a_field_change_its_number_as_the_slider_would(lab):
    row = row_of(lab, "hinge.torque")
    lab.click(row.entry)
    lab.key(pygame.K_UP).frames(2)
    assert lab.app.session.value("hinge.torque") > 0.01
    lab.key(pygame.K_DOWN).key(pygame.K_DOWN).frames(2)
    assert lab.app.session.value("hinge.torque") < 0.01
    # The ruler was not pulled by them.
    assert not lab.app.session.holding
    lab.app.controls.focus_entry("ruler.hinges")
    lab.key(pygame.K_UP).frames(2)
    assert lab.app.session.value("ruler.hinges") == 11


def test_tab_goes_through_everything_and_each_is_seen(lab):
    """Every field, button and graph, each within the window, with a ring in the accent's colour."""
    seen, rings = [], set()
    for _ in range(60):
        lab.key(pygame.K_TAB).frames(2)
        here = lab.app.controls.focused_entry() or lab.app.focused
        if here in seen:
            break
        seen.append(here)
        rings.add(pygame.image.tobytes(lab.app.surface, "RGB"))
        entry = lab.app.controls.focused_entry()
        if entry is not None:
            rect = row_of(lab, entry).entry.rect
            assert lab.app.layout.controls.contains(rect), entry
    rows = {row.parameter.key for row in lab.app.controls._rows}
    names = {each.name for each in seen if not isinstance(each, str)}
    assert rows <= set(seen)
    assert names >= {"pick_scenario", "record", "help", "table", "timeline", "openings", "bars", "curve"}
    assert len(rings) == len(seen)
    lab.key(pygame.K_TAB, SHIFT)
    assert (lab.app.controls.focused_entry() or lab.app.focused) == seen[-1]
    lab.key(pygame.K_ESCAPE)
    assert lab.app.focused is None


def test_a_button_with_the_keyboard_is_pressed_and_a_graph_opens_its_menu(lab):
    while lab.app.focused is None or lab.app.focused.name != "shake_table":
        lab.key(pygame.K_TAB)
    lab.key(pygame.K_SPACE, text=" ")
    assert lab.app.session.simulation.shaking["table"]
    assert not lab.app.clock.paused
    while lab.app.focused.name != "curve":
        lab.key(pygame.K_TAB)
    enter(lab)
    assert lab.app.overlay.title == "Load curve"
    assert "Freeze the graphs" in [entry.label for entry in lab.app.overlay.entries]


def test_context_menus_are_reached_by_the_keyboard(lab):
    lab.key(pygame.K_F10, SHIFT).frames()
    titles = [entry.label for entry in lab.app.overlay.entries]
    assert titles == [
        "Tip and hand",
        "Hinge 1",
        "Section",
        "Table",
        "Opening of each hinge",
        "Load per layer",
        "Load curve",
    ]
    enter(lab)
    assert lab.app.overlay.title == "Tip and hand"
    lab.key(pygame.K_DOWN).key(pygame.K_ESCAPE)
    assert lab.app.overlay is None


def test_what_was_begun_before_a_dialog_ends_with_the_button(lab):
    at = lab.tip()
    lab.press(at)
    assert lab.app.session.holding
    lab.key(pygame.K_o, pygame.KMOD_LCTRL)
    lab.release(at)
    lab.key(pygame.K_ESCAPE)
    assert not lab.app.session.holding


def test_sliders_still_set_values_while_a_field_has_the_keyboard(lab):
    row = row_of(lab, "hinge.torque")
    lab.app.controls.focus_entry("table.friction")
    row.slider.set_current_value(0.8)
    pygame.event.post(pygame.event.Event(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, {"ui_element": row.slider}))
    lab.frames(2)
    assert lab.app.session.value("hinge.torque") == pytest.approx(row.parameter.at(0.8))
