"""Speed of the spring-block ensemble and of the slow limit.

Run with `pytest tests/benchmarks --benchmark-enable`. The ratio compares two programs in one
process, alternately, so that the speed of the machine cancels.
"""

import time

import numpy as np
import pytest

from ruler.theory import FirstOrder, displacement_to, pull_slowly, reference_ruler, simulate_chains

LEAST_RATIO = 20.0
LONGEST = 5.0  # s, for 1,000 chains x 10,000 steps x 7 blocks


def loop_over_blocks(model, *, steps, seed):
    """One chain, block after block on a NumPy array, as the authors' notebook has it."""
    rng = np.random.default_rng(seed)
    x = np.zeros(model.blocks)
    for _ in range(steps):
        old = x.copy()
        for i in range(model.blocks):
            left = old[i - 1] if i > 0 else 0.0
            right = old[i + 1] if i < model.blocks - 1 else model.target
            force = model.stiffness * (right - 2.0 * old[i] + left) + model.noise * rng.standard_normal()
            if force > model.friction_right:
                x[i] = old[i] + model.step * (force - model.friction_right)
            elif force < -model.friction_left:
                x[i] = old[i] + model.step * (force + model.friction_left)
    return x


def seconds(function):
    """Time of the processor, which a busy machine does not lengthen as it does the clock's."""
    start = time.process_time()
    function()
    return time.process_time() - start


def test_first_order_against_the_loop_over_blocks():
    model, chains, steps = FirstOrder(noise=0.1), 1000, 2000
    ratios = []
    for _ in range(3):
        slow = seconds(lambda: loop_over_blocks(model, steps=steps, seed=0)) / steps
        fast = seconds(lambda: simulate_chains(model, chains=chains, sample_steps=[steps])) / (chains * steps)
        ratios.append(slow / fast)
    assert np.median(ratios) > LEAST_RATIO


def test_bench_first_order(benchmark):
    model = FirstOrder(noise=0.1)
    benchmark.pedantic(simulate_chains, args=(model,), kwargs={"chains": 1000, "sample_steps": [10_000]}, rounds=1)
    if benchmark.enabled:
        assert benchmark.stats["min"] < LONGEST


def test_bench_slow_pull(benchmark):
    pytest.importorskip("clarabel", reason="the slow limit needs the extra 'theory'")
    ruler = reference_ruler()
    benchmark.pedantic(pull_slowly, args=(ruler, displacement_to(ruler, 0.55)), rounds=3)
