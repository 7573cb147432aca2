"""The chain of blocks and springs against closed forms, limits and its own convergence."""

import tracemalloc

import numpy as np
import pytest

from ruler.analysis.loads import center_of_load, load_shares, unevenness
from ruler.errors import BadInputError
from ruler.theory import (
    FirstOrder,
    SecondOrder,
    holds,
    mean_interval,
    pulled_from_rest,
    shaken_bend,
    simulate_chains,
    spring_block,
)

AUTHORS_SECOND = SecondOrder()
AUTHORS_STEPS = 14_000  # t = 700


def final_elongation(model, *, chains, steps, seed=1):
    return simulate_chains(model, chains=chains, sample_steps=[steps], seed=seed).elongation[-1]


def bend(elongation):
    """Mean difference of neighbouring elongations of each chain."""
    return (elongation[:, -1] - elongation[:, 0]) / (elongation.shape[1] - 1)


# Streams


@pytest.mark.parametrize("model", [FirstOrder(noise=0.1), FirstOrder(noise=0.1, sharing="common"), AUTHORS_SECOND])
def test_a_chain_is_the_same_in_any_batch(model, monkeypatch):
    whole = simulate_chains(model, chains=5, sample_steps=[0, 3, 57], seed=4)
    monkeypatch.setattr(spring_block, "BATCH", 2)
    monkeypatch.setattr(spring_block, "NOISE_BUFFER", 40)
    batched = simulate_chains(model, chains=5, sample_steps=[0, 3, 57], seed=4)
    late = simulate_chains(model, chains=2, sample_steps=[0, 3, 57], seed=4, first_chain=3)
    np.testing.assert_array_equal(whole.position, batched.position)
    np.testing.assert_array_equal(whole.position[:, 3:], late.position)


def test_seeds_and_chains_differ():
    first = simulate_chains(FirstOrder(noise=0.1), chains=2, sample_steps=[50], seed=0).position
    second = simulate_chains(FirstOrder(noise=0.1), chains=2, sample_steps=[50], seed=1).position
    assert not np.array_equal(first, second)
    assert not np.array_equal(first[:, 0], first[:, 1])


def test_memory_does_not_grow_with_steps():
    def peak(steps):
        tracemalloc.start()
        simulate_chains(FirstOrder(noise=0.1), chains=256, sample_steps=[steps])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(9000) < 1.05 * peak(3000)


def test_samples_and_shapes():
    ensemble = simulate_chains(FirstOrder(blocks=4, pull_time=0.1), chains=3, sample_steps=[0, 5, 10])
    assert ensemble.position.shape == (3, 3, 4)
    assert ensemble.elongation.shape == (3, 3, 5)
    np.testing.assert_allclose(ensemble.time, [0.0, 0.05, 0.1])
    np.testing.assert_allclose(ensemble.right_end, [0.0, 0.5, 1.0])
    np.testing.assert_allclose(ensemble.elongation.sum(axis=2), ensemble.right_end[:, None] * np.ones(3))


# First order


def test_one_step_is_the_authors_rule():
    model = FirstOrder(noise=0.3, friction_right=0.1, friction_left=0.2, step=0.01)
    before, after = simulate_chains(model, chains=4, sample_steps=[400, 401], seed=2).position
    for chain in range(4):
        stream = np.random.Generator(np.random.SFC64(np.random.SeedSequence(2, spawn_key=(chain,))))
        kick = 0.3 * stream.standard_normal((401, 7))[400]
        ends = np.concatenate(([0.0], before[chain], [1.0]))
        force = ends[2:] - 2 * ends[1:-1] + ends[:-2] + kick
        moved = np.where(force > 0.1, force - 0.1, np.where(force < -0.2, force + 0.2, 0.0))
        np.testing.assert_allclose(after[chain], before[chain] + 0.01 * moved, atol=1e-15)


@pytest.mark.parametrize(("k", "mu", "blocks"), [(1.0, 0.1, 7), (1.0, 0.03, 7), (2.0, 0.05, 12), (0.5, 0.9, 3)])
def test_without_noise_the_curve_is_concave_with_the_exact_slopes(k, mu, blocks):
    model = FirstOrder(stiffness=k, friction_right=mu, friction_left=mu, blocks=blocks)
    ensemble = simulate_chains(model, chains=1, sample_steps=[60_000])
    np.testing.assert_allclose(ensemble.position[-1, 0], pulled_from_rest(model), atol=1e-9)
    elongation = ensemble.elongation[-1, 0]
    stretched = elongation > 1e-9
    np.testing.assert_allclose(np.diff(elongation[stretched]), mu / k, atol=1e-9)
    assert center_of_load(load_shares(elongation)) > 0.5


def test_noise_makes_the_curve_straight():
    model = FirstOrder(noise=0.1)
    elongation = final_elongation(model, chains=400, steps=10_000)
    mean = elongation.mean(axis=0)
    # Straight to within the scatter of single chains after the 10,000 steps of the paper ...
    assert (np.abs(mean - 1 / 8) < elongation.std(axis=0, ddof=1)).all()
    assert unevenness(mean) < 0.03
    assert unevenness(simulate_chains(FirstOrder(), chains=1, sample_steps=[10_000]).elongation[-1, 0]) > 1.0
    # ... and to within the interval of the mean once the start is forgotten.
    settled = mean_interval(final_elongation(model, chains=400, steps=30_000), quantile=3.0)
    assert (np.abs(settled.mean - 1 / 8) < settled.half_width).all()


@pytest.mark.parametrize("noise", [0.2, 0.5])
def test_harder_to_move_left_and_strong_noise_make_the_curve_convex(noise):
    model = FirstOrder(noise=noise, friction_left=0.16, friction_right=0.1)
    elongation = final_elongation(model, chains=400, steps=10_000)
    measured = mean_interval(bend(elongation), quantile=3.0)
    assert abs(measured.mean - shaken_bend(model)) < measured.half_width
    assert measured.mean + measured.half_width < 0.0
    assert center_of_load(load_shares(elongation.mean(axis=0))) < 0.35


# Second order


def test_a_block_below_the_threshold_never_stirs():
    model = SecondOrder(noise=0.0, friction_right=0.1, stiffness=0.1, target=0.999)
    ensemble = simulate_chains(model, chains=1, sample_steps=[1, 10, 5000])
    assert (ensemble.position == 0.0).all()


def test_a_block_that_stops_rests_exactly():
    model = SecondOrder(noise=0.0, damping=0.0)
    ensemble = simulate_chains(model, chains=1, sample_steps=[60_000, 60_001, 70_000])
    assert (ensemble.position[0] == ensemble.position).all()
    assert holds(model, ensemble.position[0, 0], tolerance=1e-12)


@pytest.mark.parametrize("mass", [1.0, 0.1])
def test_slow_pull_with_inertia_ends_at_the_closed_form(mass):
    model = SecondOrder(noise=0.0, mass=mass, pull_time=3000.0, step=0.2)
    ensemble = simulate_chains(model, chains=1, sample_steps=[24_000])
    np.testing.assert_allclose(ensemble.position[-1, 0], pulled_from_rest(model), atol=1e-6)


def test_unequal_thresholds_are_equal_ones_and_a_constant_force():
    uneven = SecondOrder(friction_right=0.003, friction_left=0.007, blocks=5)
    even = SecondOrder(friction_right=0.005, friction_left=0.005, blocks=5)
    rng = np.random.default_rng(0)
    place = np.arange(7.0)[:, None]
    # The parabola whose springs balance the constant force.
    parabola = (0.007 - 0.003) / (4.0 * uneven.stiffness) * place * (6.0 - place)
    left = np.vstack([np.zeros((1, 3)), rng.normal(size=(5, 3)), np.ones((1, 3))])
    right = left + parabola
    left_velocity, right_velocity = np.zeros((5, 3)), np.zeros((5, 3))
    for kick in 0.01 * rng.normal(size=(500, 5, 3)):
        spring_block.second_order_step(even, left, left_velocity, kick)
        spring_block.second_order_step(uneven, right, right_velocity, kick)
    np.testing.assert_allclose(right, left + parabola, atol=1e-12)


def test_the_authors_second_order_ensemble():
    curve = mean_interval(final_elongation(AUTHORS_SECOND, chains=200, steps=AUTHORS_STEPS))
    assert (curve.half_width < 1e-3).all()
    assert curve.mean.sum() == pytest.approx(1.0)
    # With this noise the curve is almost straight at t = 700 ...
    assert unevenness(curve.mean) < 0.03
    # ... with the strength that the notebook's matrix of ones really gives, sqrt(7) times, it is
    # convex, as the unequal thresholds ask.
    stronger = SecondOrder(noise=AUTHORS_SECOND.noise * np.sqrt(7.0))
    convex = final_elongation(stronger, chains=200, steps=AUTHORS_STEPS)
    measured = mean_interval(bend(convex), quantile=3.0)
    assert abs(measured.mean - shaken_bend(stronger)) < measured.half_width
    assert center_of_load(load_shares(convex.mean(axis=0))) < 0.48


def test_without_mass_the_second_order_step_is_the_first_order_step():
    first = FirstOrder(noise=0.2, step=0.01)
    mass, damping = 1e-9, 2.0
    dt = damping * first.step
    second = SecondOrder(
        **{name: getattr(first, name) for name in ("stiffness", "friction_right", "friction_left", "sharing")},
        mass=mass,
        damping=damping,
        step=dt,
        noise=first.noise * np.sqrt(dt) / mass,
        noise_decay=0.0,
    )
    steps = [10, 1000, 4000]
    one = simulate_chains(first, chains=3, sample_steps=steps, seed=5).position
    two = simulate_chains(second, chains=3, sample_steps=steps, seed=5).position
    np.testing.assert_allclose(two, one, atol=1e-6)


def test_a_small_mass_is_a_small_change():
    first = FirstOrder(step=0.01)
    one = simulate_chains(first, chains=1, sample_steps=[200, 400]).position

    def difference(mass):
        second = SecondOrder(stiffness=1.0, friction_right=0.1, friction_left=0.1, noise=0.0, mass=mass, step=0.01)
        return np.abs(simulate_chains(second, chains=1, sample_steps=[200, 400]).position - one).max()

    assert difference(0.02) / difference(0.01) == pytest.approx(2.0, rel=0.15)
    assert difference(0.01) < 0.02


def convergence(friction):
    """Strong and weak order of the positions at t = 20: how their errors rise with the step.

    The finest path is the reference; coarser ones see the sums of its noise.
    """
    finest, chains, blocks, time = 2**13, 300, 7, 20.0
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((finest, blocks, chains)) * np.sqrt(time / finest)
    ends = {}
    levels = (0, 3, 4, 5, 6, 7)
    for level in levels:
        model = SecondOrder(
            friction_right=friction,
            friction_left=friction,
            noise=0.02,
            noise_decay=0.0,
            step=time * 2**level / finest,
        )
        position, velocity = np.zeros((blocks + 2, chains)), np.zeros((blocks, chains))
        position[-1] = 1.0
        for kick in noise.reshape(-1, 2**level, blocks, chains).sum(axis=1):
            spring_block.second_order_step(model, position, velocity, model.noise * kick)
        ends[level] = position
    error = [ends[level] - ends[0] for level in levels[1:]]
    strong = [np.sqrt((e**2).mean()) for e in error]
    weak = [np.abs(e.mean(axis=1)).max() for e in error]
    steps = [2.0**level for level in levels[1:]]
    return [np.polyfit(np.log(steps), np.log(errors), 1)[0] for errors in (strong, weak)]


def test_order_of_convergence_without_friction_is_one():
    strong, weak = convergence(0.0)
    assert strong == pytest.approx(1.0, abs=0.1)
    assert weak == pytest.approx(1.0, abs=0.15)


def test_order_of_convergence_with_friction():
    strong, weak = convergence(0.02)
    assert 0.75 < strong < 1.0
    assert weak == pytest.approx(1.0, abs=0.15)


# Input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FirstOrder(blocks=0), ("blocks", "0", "at least 1")),
        (lambda: FirstOrder(stiffness=-1.0), ("stiffness", "-1.0", "above 0")),
        (lambda: FirstOrder(friction_left=float("nan")), ("friction_left", "nan", "0 or more")),
        (lambda: FirstOrder(step=0.6), ("step", "0.6", "0.5")),
        (lambda: FirstOrder(sharing="some"), ("sharing", "some", "independent, common")),
        (lambda: SecondOrder(mass=0.0), ("mass", "0.0", "above 0")),
        (lambda: SecondOrder(damping=-1.0), ("damping", "-1.0", "0 or more")),
        (lambda: SecondOrder(step=50.0), ("step", "50.0", "less than")),
        (lambda: simulate_chains(FirstOrder(), chains=0, sample_steps=[1]), ("chains", "0", "at least 1")),
        (lambda: simulate_chains(FirstOrder(), chains=1, sample_steps=[1], seed=-1), ("seed", "-1")),
        (lambda: simulate_chains(FirstOrder(), chains=1, sample_steps=[2, 2]), ("sample_steps", "rise")),
        (lambda: simulate_chains(FirstOrder(), chains=1, sample_steps=[0.5]), ("sample_steps", "whole")),
        (lambda: mean_interval([1.0]), ("chains", "at least 2")),
    ],
)
def test_bad_input_names_key_value_and_remedy(make, words):
    with pytest.raises(BadInputError) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


def test_the_longest_second_order_step_is_the_edge_of_stability():
    def reach(factor):
        # The bound holds for any number of blocks; many come close to it.
        edge = (1.0 + np.sqrt(1.0 + 16.0 * 0.1)) / 0.4
        model = SecondOrder(blocks=60, friction_right=0.0, friction_left=0.0, noise=0.01, step=edge * factor)
        return np.abs(simulate_chains(model, chains=1, sample_steps=[2000]).position).max()

    assert reach(0.999) < 10.0
    with pytest.raises(BadInputError, match="step"):
        reach(1.001)
