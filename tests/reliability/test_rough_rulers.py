"""A few of the experiments with rough rulers, each short; `rough_rulers.py` beside this has them all."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from ruler.scenario import scenario_from_data

EXPERIMENTS = runpy.run_path(str(Path(__file__).with_name("rough_rulers.py")))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("ratio", [5, 14])
def test_the_papers_ruler_does_not_tear_in_a_shaking_hand(ratio):
    data = EXPERIMENTS["paper_ruler"](ratio, 0.3, 0.08, 0.025, 5.0, 1)
    one = EXPERIMENTS["run"](scenario_from_data({**data, "hand": {"strength": 20.0}}, "a shaken pull"))
    assert not one.trouble
    assert one.account <= 0.02
    assert one.gap <= 0.005


@pytest.mark.parametrize("seed", range(6))
def test_random_rulers_neither_tear_nor_overflow(seed):
    one = EXPERIMENTS["run"](scenario_from_data(EXPERIMENTS["random_ruler"](seed), "a random ruler"))
    assert not one.trouble
    assert np.isfinite([one.account, one.gap, one.centre]).all()
