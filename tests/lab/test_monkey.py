"""A monkey at the window: random events of every kind, and nothing may break.

A short one is in the suite; RULER_MONKEY=20000 lets it go on for so many events and looks at the memory too.
"""

import gc
import os
import random

import numpy as np
import psutil
import pygame
import pygame_gui
import pytest

from ruler.errors import RulerError
from ruler.lab import i18n
from ruler.lab.art import theme
from ruler.lab.bindings import ACTIONS, ARROWS
from ruler.lab.jobs import Jobs

EVENTS = int(os.environ.get("RULER_MONKEY", "1000"))
SIZES = [(900, 600), (1280, 800), (640, 480), (1600, 1000)]
# These fill the disk; the monkey may use all others.
LEFT_OUT = {"full_screen", "screenshot", "film_last"}
WORDS = ("shake", "dark", "0.5", "/", "..", "relu", "x", "\u00e4\U0001f600", "a" * 300, "folding-ruler:1:0:A:")


class Monkey:
    def __init__(self, window, folder, seed):
        self.window, self.random = window, random.Random(seed)
        self.bad = []
        for number, content in enumerate(
            [b"", b"\x00\xff\xfe", b"[hinge]\ntorque=-1", b"not toml at all = = =", b"PK\x03\x04"]
        ):
            for suffix in (".toml", ".csv", ".npz", ".parquet"):
                path = folder / f"bad{number}{suffix}"
                path.write_bytes(content)
                self.bad.append(path)
        self.actions = [name for name in ACTIONS if name not in LEFT_OUT]
        self.keys = [key for action in ACTIONS.values() if action.name not in LEFT_OUT for key in action.keys]

    def point(self):
        width, height = self.window.app.surface.get_size()
        if self.random.random() < 0.3:
            x, y = self.window.tip()
            return x + self.random.randrange(-10, 11), y + self.random.randrange(-10, 11)
        return self.random.randrange(width), self.random.randrange(height)

    def press_key(self):
        name = self.random.choice(self.keys)
        *modifiers, base = (
            name.split("+") if name not in "+" and not name.endswith("++") else [*name[:-2].split("+"), "+"]
        )
        mod = sum({"ctrl": pygame.KMOD_LCTRL, "shift": pygame.KMOD_LSHIFT}.get(m, 0) for m in modifiers)
        code = pygame.key.key_code(base)
        fields = {"key": code, "mod": mod, "unicode": base if len(base) == 1 else "", "scancode": 0}
        self.window.post(pygame.KEYDOWN, **fields)
        self.window.post(pygame.KEYUP, **fields)

    def hold_arrow(self):
        kind = self.random.choice([pygame.KEYDOWN, pygame.KEYUP])
        self.window.post(kind, key=self.random.choice(list(ARROWS)), mod=0, unicode="", scancode=0)

    def mouse(self):
        at, button = self.point(), self.random.choice([1, 1, 1, 2, 3])
        kind = self.random.random()
        if kind < 0.25:
            self.window.post(pygame.MOUSEBUTTONDOWN, pos=at, button=button, touch=False)
        elif kind < 0.5:
            self.window.post(pygame.MOUSEBUTTONUP, pos=at, button=button, touch=False)
        elif kind < 0.95:
            self.window.post(pygame.MOUSEMOTION, pos=at, rel=(3, -2), buttons=(1, 0, 0), touch=False)
        else:
            self.window.post(
                pygame.MOUSEWHEEL, x=0, y=1, precise_x=0.0, precise_y=self.random.uniform(-9, 9), flipped=False
            )

    def slider(self):
        rows = self.window.app.controls._rows
        if rows:
            row = self.random.choice(rows)
            # Rulers of many hinges and short steps only make the monkey slow.
            most = 0.3 if row.parameter.key in ("ruler.hinges", "simulation.rate", "simulation.iterations") else 1.0
            row.slider.set_current_value(self.random.uniform(0.0, most))
            self.window.post(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, ui_element=row.slider)

    def entry(self):
        rows = self.window.app.controls._rows
        if rows:
            row = self.random.choice(rows)
            row.entry.set_text(self.random.choice(["", "abc", "-1", "nan", "1e99", "0.01", "7", "inf", "1,5"]))
            self.window.post(pygame_gui.UI_TEXT_ENTRY_FINISHED, ui_element=row.entry, text=row.entry.get_text())

    def drop(self):
        self.window.post(pygame.DROPFILE, file=str(self.random.choice(self.bad)))

    def resize(self):
        size = self.random.choice(SIZES)
        self.window.app.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        self.window.post(pygame.VIDEORESIZE, size=size, w=size[0], h=size[1])

    def do_action(self):
        """Through the menus: what they have without a key is met too."""
        try:
            self.window.app.do(self.random.choice(self.actions))
        except RulerError as error:
            assert str(error)  # noqa: PT017 - told in the status line

    def right_click(self):
        at = self.point()
        self.window.post(pygame.MOUSEBUTTONDOWN, pos=at, button=3, touch=False)
        self.window.post(pygame.MOUSEBUTTONUP, pos=at, button=3, touch=False)

    def in_overlay(self):
        """What one does in menus, lists and questions: go, type, choose, leave."""
        codes = [pygame.K_DOWN, pygame.K_UP, pygame.K_TAB, pygame.K_RETURN, pygame.K_ESCAPE, pygame.K_LEFT,
                 pygame.K_RIGHT, pygame.K_BACKSPACE, pygame.K_PAGEDOWN, pygame.K_HOME, pygame.K_SPACE]  # fmt: skip
        fields = {"key": self.random.choice(codes), "mod": self.random.choice([0, 0, pygame.KMOD_LSHIFT])}
        self.window.post(pygame.KEYDOWN, unicode="", scancode=0, **fields)
        if self.random.random() < 0.3:
            self.window.post(pygame.TEXTINPUT, text=self.random.choice(WORDS))

    def act(self):
        if self.window.app.overlay is not None and self.random.random() < 0.5:
            self.in_overlay()
            return
        acts = {self.mouse: 60, self.press_key: 20, self.hold_arrow: 10, self.slider: 4, self.entry: 4, self.drop: 1,
                self.resize: 0.5, self.do_action: 12, self.right_click: 4, self.in_overlay: 6}  # fmt: skip
        self.random.choices(list(acts), weights=list(acts.values()))[0]()


# The standard ruler, and a light one without friction that grows with speed, which a hand can whip about.
RULERS = {
    "standard": [],
    "light": ["ruler.section_mass=0.0015", "ruler.hinges=12", "hinge.viscous=0.0", "hinge.torque=0.003"],
}


@pytest.mark.slow
@pytest.mark.parametrize("ruler", RULERS)
def test_random_events(open_lab, own_folders, monkeypatch, ruler):
    # Films and figures are made by other processes, which have tests of their own.
    monkeypatch.setattr(Jobs, "start", lambda self, work, *given, done, failed: done())
    monkeypatch.setattr("ruler.lab.clipboard.put_image", lambda picture: None)
    lab = open_lab(overrides=RULERS[ruler])
    monkey = Monkey(lab, own_folders, seed=1)
    process = psutil.Process()
    memory = []
    for number in range(EVENTS):
        monkey.act()
        if number % 8 == 0:
            lab.frames()
            scene = lab.app.player.scenes()[0]
            assert np.isfinite(scene.opening).all()
            assert np.isfinite(scene.outer).all()
            # A window that is gone needs no monkey.
            lab.app.running = True
            if lab.app.dialogs.open and monkey.random.random() < 0.3:
                lab.app.dialogs.close()
        if EVENTS >= 20_000 and number in (EVENTS - 10_000, EVENTS - 1):
            gc.collect()
            memory.append(process.memory_info().rss)
    theme.use("light")
    i18n.use("en")
    if memory:
        # By then the drawing's caches, which are bounded, are full; what follows may not take much more.
        print([f"{size / 1e6:.0f} MB" for size in memory])  # noqa: T201
        assert memory[1] - memory[0] < 150e6
