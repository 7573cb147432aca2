import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from dataclasses import replace

import numpy as np
import pygame
import pytest

from ruler.lab.scene import Holder, Scene
from ruler.mechanics import Snapshot
from ruler.scenario.geometry import pose_from_opening


def make_scene(hinges=10, opening_deg=60.0, share="even", section=0.2, **more):
    lengths = np.full(hinges + 1, section)
    lengths[[0, -1]] *= 0.5
    opening = np.radians(np.broadcast_to(np.asarray(opening_deg, dtype=float), (hinges,))).copy()
    inner, outer = pose_from_opening(opening, lengths)
    if isinstance(share, str):
        share = np.full(hinges, 1 / hinges)
    hand = Holder("hand", outer[-1], outer[-1], np.array([0.4, 0.1]))
    scene = Scene(
        inner=inner,
        outer=outer,
        opening=opening,
        share=share,
        full_length=float(lengths.sum()),
        section_length=section,
        holders=(hand,),
    )
    forces = {name: more.pop(name) for name in ("table", "tension", "friction") if name in more}
    if forces:
        more["snapshot"] = make_snapshot(scene, **forces)
    return replace(scene, **more)


def make_snapshot(scene, **forces):
    hinges, nothing = len(scene.opening), np.zeros(2)
    rest = Snapshot(
        inner=scene.inner,
        outer=scene.outer,
        opening=scene.opening,
        sticks=np.ones(hinges, dtype=bool),
        torque=np.zeros(hinges),
        torque_limit=np.zeros(hinges),
        tension=np.zeros(hinges),
        friction=np.zeros((hinges + 1, 2)),
        table=nothing,
        hand=None,
        mouse=None,
        mouse_at=None,
        hand_force=nothing,
        mouse_force=nothing,
    )
    return replace(rest, **forces)


@pytest.fixture
def scene():
    return make_scene


@pytest.fixture
def surface():
    pygame.font.init()
    picture = pygame.Surface((900, 600), 0, 32)
    picture.fill((1, 2, 3))
    return picture
