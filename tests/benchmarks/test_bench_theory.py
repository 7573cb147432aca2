"""Speed of the spring-block ensemble and of the slow limit.

Run with `pytest tests/benchmarks --benchmark-enable`. A ratio compares two programs in one process,
alternately, so that the speed of the machine cancels.

Against the loop over blocks on an array, as the authors' notebook has it, the ensemble is 60 times
as quick or more; against the quickest loop in plain Python that was found, over lists of floats with
the noise drawn beforehand, about 15 times. It cannot be 20 times that: drawing 7 normal numbers a
step takes 0.055 of the ensemble's 0.09 us per chain and step, with NumPy's quickest generator.
"""

import time

import numpy as np
import pytest

from ruler.theory import FirstOrder, displacement_to, pull_slowly, reference_ruler, simulate_chains

LEAST_RATIO = 20.0
LEAST_RATIO_TO_LISTS = 8.0


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


def loop_over_lists(model, *, steps, seed):
    """One chain on lists of floats, all noise drawn at once: as quick as plain Python gets."""
    stiffness, step, target = model.stiffness, model.step, model.target
    right, left = model.friction_right, model.friction_left
    noise = (model.noise * np.random.default_rng(seed).standard_normal((steps, model.blocks))).tolist()
    x = [0.0] * model.blocks
    for kicks in noise:
        new = []
        before = 0.0
        for here, after, kick in zip(x, [*x[1:], target], kicks, strict=True):
            force = stiffness * (after - here - here + before) + kick
            if force > right:
                new.append(here + step * (force - right))
            elif force < -left:
                new.append(here + step * (force + left))
            else:
                new.append(here)
            before = here
        x = new
    return np.array(x)


def seconds(function):
    """Time of the processor, which a busy machine does not lengthen as it does the clock's."""
    start = time.process_time()
    function()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("loop", "least", "steps"), [(loop_over_blocks, LEAST_RATIO, 2000), (loop_over_lists, LEAST_RATIO_TO_LISTS, 10_000)]
)
def test_first_order_against_a_loop(loop, least, steps):
    model, chains, together = FirstOrder(noise=0.1), 1000, 2000
    ratios = []
    for _ in range(3):
        slow = seconds(lambda: loop(model, steps=steps, seed=0)) / steps
        fast = seconds(lambda: simulate_chains(model, chains=chains, sample_steps=[together])) / (chains * together)
        ratios.append(slow / fast)
    print(f"{loop.__name__}: {np.median(ratios):.1f} times")  # noqa: T201
    assert np.median(ratios) > least


def test_the_loops_are_the_model():
    model = FirstOrder()
    expected = simulate_chains(model, chains=1, sample_steps=[3000]).position[-1, 0]
    for loop in (loop_over_blocks, loop_over_lists):
        np.testing.assert_allclose(loop(model, steps=3000, seed=0), expected, atol=1e-12)


def test_bench_first_order(benchmark):
    model = FirstOrder(noise=0.1)
    benchmark.pedantic(simulate_chains, args=(model,), kwargs={"chains": 1000, "sample_steps": [10_000]}, rounds=1)
    print(f"1,000 chains x 10,000 steps x 7 blocks: {benchmark.stats['min']:.2f} s (wanted: under 5)")  # noqa: T201


def test_bench_slow_pull(benchmark):
    ruler = reference_ruler()
    benchmark.pedantic(pull_slowly, args=(ruler, displacement_to(ruler, 0.55)), rounds=3)
