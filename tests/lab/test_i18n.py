import string

import pygame
import pytest

from ruler.errors import BadInputError
from ruler.lab import i18n
from ruler.lab.i18n import catalogue
from ruler.lab.recent import remember_setting, setting

CODES = tuple(i18n.catalogues())


@pytest.fixture(scope="module")
def wanted():
    return catalogue.used()


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_german_is_there_from_a_file_of_its_own():
    assert CODES == ("de",)
    assert i18n.languages() == ("en", "de")


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_stale(code, wanted):
    assert catalogue.stale(catalogue.read(code), wanted) == []


@pytest.mark.parametrize("code", CODES)
def test_translations_keep_their_values(code, wanted):
    for message in catalogue.read(code):
        if message.id and message.string:
            ids, strings = ([text] if isinstance(text, str) else text for text in (message.id, message.string))
            for text in strings:
                assert fields(text) == fields(ids[-1]), text


def test_collecting_finds_calls_marks_actions_and_data(wanted):
    for text in (
        "In English.",
        "let go; close a dialog",
        "Coulomb friction while turning: one number or one per hinge",
    ):
        assert text in wanted


def test_a_text_without_translation_stays_english():
    i18n.use("de")
    assert i18n._("In English.") == "Auf Deutsch."
    assert i18n._("no such text") == "no such text"
    assert i18n._("") == ""
    i18n.use("en")
    assert i18n._("In English.") == "In English."


def test_an_unknown_language_is_refused():
    with pytest.raises(BadInputError, match="did you mean 'de'"):
        i18n.use("dee")


@pytest.mark.parametrize(
    ("remembered", "environment", "expected"),
    [
        ("de", {"LANG": "en_US.UTF-8"}, "de"),
        (None, {"LANG": "de_DE.UTF-8"}, "de"),
        (None, {"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        (None, {"LANGUAGE": "fr:de", "LANG": "fr_FR.UTF-8"}, "de"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        ("xx", {}, "en"),
    ],
)
def test_the_language_is_the_remembered_one_else_the_systems(monkeypatch, remembered, environment, expected):
    for key in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(key, raising=False)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setattr(i18n.locale, "getlocale", lambda: (None, None))
    assert i18n.chosen(remembered) == expected


def test_settings_are_remembered_beside_recent_files():
    assert setting("language") is None
    remember_setting("language", "de")
    remember_setting("theme", "dark")
    assert (setting("language"), setting("theme")) == ("de", "dark")


def test_the_window_changes_its_language_while_it_is_open(lab):
    lab.key(pygame.K_l, pygame.KMOD_CTRL)
    assert (i18n.language(), setting("language")) == ("de", "de")
    assert lab.app.message == "Auf Deutsch."
    lab.key(pygame.K_l, pygame.KMOD_CTRL)
    assert (i18n.language(), lab.app.message) == ("en", "In English.")


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_left_untranslated(code, wanted):
    assert catalogue.missing(catalogue.read(code), wanted) == []
