"""The hand as an agent."""

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gymnasium")

import gymnasium
from gymnasium.utils.env_checker import check_env

from ruler.gym import GOAL, TASK
from ruler.gym.__main__ import jerky, linear, play, smooth


def test_gymnasium_s_own_checker_passes():
    check_env(gymnasium.make(TASK).unwrapped)


def test_a_jerky_hand_opens_the_ruler_evenly_and_a_smooth_one_does_not():
    """As the scenarios `jerky` and `steady` do; the return is what was gained less the unevenness."""
    (even,), (uneven,) = play(jerky, range(1)), play(smooth, range(1))
    assert even[1] < 0.15
    assert uneven[1] > 0.6
    _seen, info = gymnasium.make(TASK).reset(seed=0)
    assert even[0] + even[1] == pytest.approx((GOAL - info["extension"]) / GOAL, abs=0.02)


def test_an_episode_follows_from_its_seed_and_is_cut_off():
    stays = linear(np.zeros(14))
    environment = gymnasium.make(TASK, seconds=0.1, hinges=4)
    ends = []
    for seed in (1, 1, 2):
        environment.reset(seed=seed)
        for _ in range(5):
            seen, _reward, done, late, _info = environment.step([1.0, 0.3])
        ends.append(seen)
        assert (done, late) == (False, True)
    assert ends[0].tolist() == ends[1].tolist() != ends[2].tolist()
    assert stays(seen, 0).tolist() == [0.0, 0.0]


def test_the_page_s_example_is_done():
    page = Path(__file__).parents[1] / "docs" / "gymnasium.md"
    if not page.is_file():
        pytest.skip("the documentation is not here")
    names = {}
    exec(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S)[0], names)
    assert names["info"]["extension"] > 0.0
    assert not names["done"]
