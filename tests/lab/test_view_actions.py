"""Actions on the view that no other test is about."""

import pygame
import pytest

from ruler.lab.art.quantities import QUANTITIES
from ruler.lab.file_finder import FileFinder
from ruler.lab.files import show_recording

SHIFT = pygame.KMOD_LSHIFT


def test_zooming_in_and_out_again_ends_where_it_began(lab):
    before = lab.app.views[0].px_per_m
    lab.key(pygame.K_PLUS, text="+")
    assert lab.app.views[0].px_per_m == pytest.approx(1.2 * before)
    lab.key(pygame.K_MINUS, text="-")
    assert lab.app.views[0].px_per_m == pytest.approx(before)


def test_all_parameters_go_back_to_the_scenario_s(lab):
    lab.app.session.set_value("hinge.torque", 0.02)
    lab.app.session.set_value("ruler.hinges", 5.0)
    lab.key(pygame.K_r, SHIFT)
    assert lab.app.session.value("hinge.torque") == 0.01
    assert len(lab.app.session.scene().opening) == 10


def test_each_quantity_is_plotted_from_the_menu(lab):
    for name in QUANTITIES:
        lab.app.do(f"plot_{name}")
        assert lab.app.options.quantity == name
        lab.frames(2)


def test_a_longer_time_is_shown_again(lab):
    lab.frames(60)
    lab.key(pygame.K_z).key(pygame.K_z)
    short = lab.app.options.length
    lab.key(pygame.K_z, SHIFT)
    assert lab.app.options.length is None or lab.app.options.length > short


def test_full_screen_is_asked_of_the_display(lab, monkeypatch):
    asked = []
    monkeypatch.setattr(pygame.display, "toggle_fullscreen", lambda: asked.append(True))
    lab.key(pygame.K_F11)
    assert asked == [True]


def test_a_second_recording_is_asked_for_only_in_a_replay(lab):
    lab.key(pygame.K_o, pygame.KMOD_LCTRL | SHIFT)
    assert lab.app.overlay is None
    assert "Open a recording first" in lab.app.message
    lab.app.session.advance(100)
    show_recording(lab.app, lab.app.session.recording(), "run")
    lab.key(pygame.K_o, pygame.KMOD_LCTRL | SHIFT)
    assert isinstance(lab.app.overlay, FileFinder)
