"""What a German window writes: numbers with a comma, and what other rooms say in parts."""

import pygame
import pytest

from ruler.lab import i18n
from ruler.lab.art import theme
from ruler.lab.bindings import GESTURES
from ruler.lab.i18n.phrases import spoken
from ruler.networks import shipped_networks
from ruler.recording.trust import judge


@pytest.fixture
def german():
    i18n.use("de")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.25 s", "0,25 s"),
        ("-0.5 (0.3)", "-0,5 (0,3)"),
        ("0.5x of 1.0x", "0,5x of 1,0x"),
        ("12.5 %; 1.0.", "12,5 %; 1,0."),
        # Names, addresses and versions.
        ("run0.5.csv run-0.5 ab/0.5 2.5.8", "run0.5.csv run-0.5 ab/0.5 2.5.8"),
        ("digits:alpha=0.2,dropout=0.1", "digits:alpha=0.2,dropout=0.1"),
    ],
)
def test_numbers_have_a_comma_and_names_keep_their_points(german, text, written):
    assert theme.one_line(text) == written
    i18n.use("en")
    assert theme.one_line(text) == text


def test_a_number_in_a_field_has_a_comma_and_is_typed_so(german, open_lab):
    lab = open_lab()
    row = next(row for row in lab.app.controls._rows if row.parameter.key == "hinge.torque")
    assert row.entry.get_text() == "0,01"
    lab.click(row.entry)
    for letter in "0,02":
        lab.post(pygame.KEYDOWN, key=ord(letter), mod=0, unicode=letter, scancode=0)
        lab.post(pygame.TEXTINPUT, text=letter).frames()
    lab.key(pygame.K_RETURN, text="\r").frames(2)
    assert lab.app.session.value("hinge.torque") == 0.02
    assert row.entry.get_text() == "0,02"


def test_no_title_of_a_network_and_no_reason_of_trust_stays_english(german):
    words = ("network", "dropout", "no ", " rate", "noise", "layers", "epochs", "digits", "account", "joint", "section")
    reasons = [judge(0.03, 0.02, 0.5, gap_time=1.0), judge(0.03, 0.02), judge(0.01), judge(None, status="stopped")]
    for text in [*(network.title for network in shipped_networks()), *(reason.reason for reason in reasons)]:
        assert not [word for word in words if word in spoken(text)], spoken(text)


def test_what_mouse_and_arrows_do_is_not_cut_in_the_smallest_window(german):
    for _keys, text in GESTURES:
        assert theme.shortened(i18n._(text), 250.0, theme.SMALL) == i18n._(text)
