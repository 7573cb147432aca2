"""Windows without a screen: pygame's dummy driver, and a state folder of the test's own."""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

import numpy as np
import pygame
import pytest

from ruler.lab import i18n
from ruler.lab.app import App
from ruler.lab.art import theme
from ruler.lab.session import Session
from ruler.scenario import load_scenario

FRAME = 1.0 / 60.0


class Window:
    """The app, driven frame by frame with real pygame events."""

    def __init__(self, app):
        self.app = app

    def post(self, kind, **fields):
        pygame.event.post(pygame.event.Event(kind, fields))
        return self

    def frames(self, count=1):
        for _ in range(count):
            self.app.frame(FRAME, pygame.event.get())
        return self

    def key(self, key, mod=0, text=""):
        self.post(pygame.KEYDOWN, key=key, mod=mod, unicode=text, scancode=0)
        self.post(pygame.KEYUP, key=key, mod=mod, unicode=text, scancode=0)
        return self.frames()

    def hold(self, key, frames):
        self.post(pygame.KEYDOWN, key=key, mod=0, unicode="", scancode=0).frames(frames)
        return self.post(pygame.KEYUP, key=key, mod=0, unicode="", scancode=0).frames()

    def tip(self):
        return self.point(self.app.session.scene().outer[-1])

    def point(self, place):
        return tuple(round(float(v)) for v in self.app.views[0].to_screen(np.asarray(place)))

    def press(self, at, button=1):
        return self.post(pygame.MOUSEBUTTONDOWN, pos=at, button=button, touch=False).frames()

    def release(self, at, button=1):
        return self.post(pygame.MOUSEBUTTONUP, pos=at, button=button, touch=False).frames()

    def move(self, at, rel=(0, 0), held=(1, 0, 0)):
        return self.post(pygame.MOUSEMOTION, pos=at, rel=rel, buttons=held, touch=False).frames()

    def drag(self, start, end, frames):
        self.press(start)
        for i in range(1, frames + 1):
            part = i / frames
            self.move(tuple(round(a + part * (b - a)) for a, b in zip(start, end, strict=True)))
        return self.release(end)

    def click(self, element):
        at = element.rect.center
        pygame.mouse.set_pos(at)
        self.app.manager.mouse_position = at
        self.post(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0), touch=False).frames()
        return self.press(at).release(at).frames(2)


@pytest.fixture(autouse=True)
def in_english_and_light():
    i18n.use("en")
    yield
    i18n.use("en")
    theme.use("light")


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("RULER_STATE", str(tmp_path / "state"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def open_lab():
    opened = []

    def make(scenario="steady", size=(1280, 800), scale=1.0, overrides=()):
        window = Window(App(Session(load_scenario(scenario, overrides), scenario), scale=scale, size=size))
        pygame.event.clear()
        opened.append(window)
        return window.frames(2)

    yield make
    for window in opened:
        window.app.session.close()
    pygame.display.quit()


@pytest.fixture
def lab(open_lab):
    return open_lab()
