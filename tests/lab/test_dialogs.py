"""Dialogs: files are found and named with the keyboard, recordings end in one dialog, nothing is lost unasked."""

import os
import time

import numpy as np
import pygame
import pytest

import ruler
from ruler.lab import jobs
from ruler.lab.art import theme
from ruler.lab.dialogs import system_dialogs
from ruler.lab.file_finder import FileFinder
from ruler.lab.files import open_file
from ruler.lab.form import Choice, Form
from ruler.recording import load_recording
from ruler.scenario import load_scenario

CTRL, SHIFT = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT


def typed(lab, text):
    return lab.post(pygame.TEXTINPUT, text=text).frames()


def pulled(lab, by=100):
    start = lab.tip()
    return lab.drag(start, (start[0] + by, start[1]), 30)


@pytest.fixture
def folder(own_folders):
    (own_folders / "zoo").mkdir()
    (own_folders / ".hidden").mkdir()
    for name in ("zoo/inner.toml", "other.csv", "Apple.toml", "notes.txt", ".secret.toml"):
        (own_folders / name).write_text("format = 1\n[ruler]\nhinges = 4\n[[phase]]\nuntil = { time = 1.0 }\n")
    return own_folders


def test_the_line_has_the_keyboard_and_hidden_ones_come_last(lab, folder):
    finder = lab.key(pygame.K_o, CTRL).app.overlay
    assert isinstance(finder, FileFinder)
    assert [item.label for item in finder.found] == [
        "../", "zoo/", ".hidden/", "Apple.toml", "other.csv", ".secret.toml",
    ]  # fmt: skip
    typed(lab, "app")
    assert [item.label for item in finder.found] == ["Apple.toml"]
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.session.name == "Apple"
    assert not lab.app.dialogs.open


def test_a_folder_is_gone_into_and_a_whole_path_can_be_typed(lab, folder):
    finder = lab.key(pygame.K_o, CTRL).app.overlay
    typed(lab, "zoo/")
    assert finder.folder == folder / "zoo"
    lab.key(pygame.K_BACKSPACE)
    assert finder.folder == folder
    typed(lab, "no such")
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.dialogs.open
    assert "no such" in finder._refused
    lab.key(pygame.K_a, CTRL)
    typed(lab, str(folder / "zoo" / "inner.toml"))
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.session.name == "inner"


@pytest.mark.parametrize("name", ["a" * 300, "~nobody-of-this-name/x"])
@pytest.mark.parametrize("key", [pygame.K_o, pygame.K_s])
def test_a_name_that_no_file_can_have_is_told(lab, folder, name, key):
    lab.key(key, CTRL).key(pygame.K_a, CTRL)
    typed(lab, name)
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.dialogs.open
    lab.key(pygame.K_ESCAPE)
    lab.key(pygame.K_s, CTRL | SHIFT)
    typed(lab, name)
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert "cannot be used" in lab.app.message or lab.app.dialogs.open


def test_file_names_are_read_on_their_ground(lab, folder):
    lab.key(pygame.K_o, CTRL).frames()
    row = lab.app.overlay.rows.rects[3]
    pixels = pygame.surfarray.array3d(lab.app.surface.subsurface(row)).reshape(-1, 3)
    # The ground is most of it; the letters are ink.
    assert tuple(np.median(pixels, axis=0)) == theme.PANEL_RAISED
    assert (np.abs(pixels.astype(int) - theme.INK).sum(axis=1) < 60).sum() > 40


def test_the_wheel_stays_in_the_dialog(lab, folder):
    for number in range(40):
        (folder / f"run{number:02d}.csv").touch()
    zoom = lab.app.views[0].px_per_m
    lab.key(pygame.K_o, CTRL).frames()
    lab.post(pygame.MOUSEWHEEL, x=0, y=-3, precise_x=0.0, precise_y=-3.0, flipped=False).frames()
    assert lab.app.overlay.rows.first == 3
    assert lab.app.views[0].px_per_m == zoom


def test_a_name_is_proposed_and_another_file_replaced_only_when_asked(lab, folder):
    pulled(lab)
    finder = lab.key(pygame.K_s, CTRL).app.overlay
    assert finder.edit.text == "steady-session.toml"
    typed(lab, "Apple")  # over the stem, which is selected
    assert finder.edit.text == "Apple.toml"
    before = (folder / "Apple.toml").read_text()
    lab.key(pygame.K_RETURN, text="\r").frames().key(pygame.K_ESCAPE)
    assert (folder / "Apple.toml").read_text() == before
    lab.key(pygame.K_s, CTRL)
    typed(lab, "Apple")
    lab.key(pygame.K_RETURN, text="\r").frames().key(pygame.K_RETURN, text="\r").frames()
    assert load_scenario(folder / "Apple.toml").command


def test_the_mouse_opens_a_file_with_two_clicks(lab, folder):
    finder = lab.key(pygame.K_o, CTRL).frames().app.overlay
    number = next(i for i, item in enumerate(finder.found) if item.label == "Apple.toml")
    at = finder.rows.rects[number].center
    lab.press(at).release(at)
    assert finder.selected.label == "Apple.toml"
    lab.press(at).release(at).frames()
    assert lab.app.session.name == "Apple"


# The platform's own


@pytest.fixture
def zenity(tmp_path, monkeypatch):
    """A zenity that answers as it is told, and a screen on which it could be seen."""
    tool = tmp_path / "bin" / "zenity"
    tool.parent.mkdir()
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("RULER_DIALOGS", raising=False)
    monkeypatch.setattr("ruler.lab.native.pygame.display.get_driver", lambda: "x11")
    monkeypatch.setattr("ruler.lab.native.sys.platform", "linux")

    def answering(script):
        tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\n{script}\n')
        tool.chmod(0o755)
        return tmp_path / "asked"

    return answering


def answered(lab):
    for _ in range(200):
        lab.frames()
        if not lab.app.dialogs.open:
            return
        time.sleep(0.01)
    raise AssertionError("no answer")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_the_dialog_of_the_system_is_used_where_there_is_one(lab, folder, zenity):
    asked = zenity(f"echo {folder}/Apple.toml")
    assert system_dialogs()
    lab.key(pygame.K_o, CTRL)
    answered(lab)
    assert lab.app.session.name == "Apple"
    assert "--file-filter=" in asked.read_text()
    zenity("exit 1")
    lab.key(pygame.K_o, CTRL)
    answered(lab)
    assert lab.app.session.name == "Apple"
    zenity("sleep 60")
    lab.key(pygame.K_o, CTRL).key(pygame.K_ESCAPE)
    assert not lab.app.dialogs.open
    lab.app.do("system_dialogs")
    lab.key(pygame.K_o, CTRL)
    assert isinstance(lab.app.overlay, FileFinder)


# Record ends in one dialog


def test_a_recording_ends_in_one_dialog_and_is_saved_as_chosen(lab, folder, monkeypatch):
    begun = []
    monkeypatch.setattr(jobs.Jobs, "start", lambda self, work, *given, **told: begun.append((work, given)))
    lab.key(pygame.K_r, CTRL)
    pulled(lab)
    form = lab.key(pygame.K_r, CTRL).app.overlay
    assert isinstance(form, Form)
    assert [each.name for each in form.fields] == ["name", "data", "scenario", "film", "figure"]
    typed(lab, "mine")
    for wanted in ("data", "scenario", "film", "figure"):
        lab.key(pygame.K_TAB)
        field = form.fields[form.focus]
        assert (field.name, isinstance(field, Choice)) == (wanted, True)
        if wanted in ("film", "figure"):
            lab.key(pygame.K_RIGHT)
    lab.key(pygame.K_RETURN, text="\r").frames()
    recorded = load_recording(folder / "mine.csv")
    again = ruler.simulate(load_scenario(folder / "mine.toml"))
    assert np.array_equal(recorded.table, again.table)
    assert [(work.__name__, given[2].name) for work, given in begun] == [("film", "mine.mp4"), ("figure", "mine.svg")]
    assert lab.app.live.recording_since is None
    assert not lab.app.session.unsaved


def test_cancelling_goes_on_recording(lab):
    lab.key(pygame.K_r, CTRL)
    pulled(lab)
    lab.key(pygame.K_r, CTRL).key(pygame.K_ESCAPE).frames(5)
    assert lab.app.live.recording_since is not None
    assert not lab.app.clock.paused
    lab.key(pygame.K_r, CTRL)
    lab.app.overlay.press_button([button.label for button in lab.app.overlay.buttons].index("Throw away"))
    assert lab.app.live.recording_since is None


def test_a_figure_is_drawn_beside_the_window(lab, folder):
    pulled(lab)
    lab.key(pygame.K_s, CTRL | SHIFT)
    form = lab.app.overlay
    form.fields[1].chosen, form.fields[2].chosen, form.fields[4].chosen = 0, 0, 1
    lab.key(pygame.K_RETURN, text="\r")
    lab.app.jobs.finish()
    assert b"<svg" in (folder / "steady.svg").read_bytes()
    assert "steady.svg" in lab.app.message


@pytest.mark.parametrize("leave", ["quit", "open"])
def test_what_is_not_saved_is_asked_about(lab, folder, leave):
    def ask():
        if leave == "quit":
            lab.key(pygame.K_q, CTRL)
        else:
            open_file(lab.app, folder / "Apple.toml")
        return lab.app.dialogs.open

    def left():
        return not lab.app.running if leave == "quit" else lab.app.session.name == "Apple"

    pulled(lab)
    assert ask()
    lab.key(pygame.K_ESCAPE)
    assert not left()
    assert ask()
    lab.key(pygame.K_RETURN, text="\r").frames()
    typed(lab, "kept")
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert (folder / "kept.csv").exists()
    assert left()


def test_an_untouched_ruler_is_left_without_a_question(lab):
    lab.frames(30).key(pygame.K_q, CTRL)
    assert not lab.app.running


def test_the_last_seconds_become_a_film(lab, folder, monkeypatch):
    begun = []
    monkeypatch.setattr(jobs.Jobs, "start", lambda self, work, *given, **told: begun.append((work, given)))
    pulled(lab).frames(60)
    lab.key(pygame.K_F9)
    ((work, given),) = begun
    assert work is jobs.film
    recording, _, path, since, until = given
    assert path == folder / "steady-last.mp4"
    assert since == 0.0
    assert until == recording.time[-1]


def test_a_long_message_scrolls_and_stays_in_the_window(lab):
    lab.app.dialogs.tell("Long", "\n".join(f"line {n}" for n in range(200)))
    lab.frames()
    form = lab.app.overlay
    assert lab.app.surface.get_rect().contains(form.rect)
    lab.post(pygame.MOUSEWHEEL, x=0, y=-500, precise_x=0.0, precise_y=-500.0, flipped=False).frames()
    assert form._scrolled == form._most > 100
