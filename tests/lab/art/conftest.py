import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from dataclasses import replace

import numpy as np
import pygame
import pytest

from ruler.lab.art.pose import pose_from_opening
from ruler.lab.scene import Holder, Scene


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
    return replace(scene, **more)


@pytest.fixture
def scene():
    return make_scene


@pytest.fixture
def surface():
    pygame.font.init()
    picture = pygame.Surface((900, 600), 0, 32)
    picture.fill((1, 2, 3))
    return picture
