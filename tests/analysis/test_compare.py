"""Ruler against network: closed forms, an independent computation, and what must hold for any loads."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ruler.analysis import load_curve, load_shares, measure_loads
from ruler.analysis.compare import (
    RESAMPLES,
    align_curves,
    compare_loads,
    compare_recordings,
    curve_distance,
    rank_correlation,
    ruler_loads,
)
from ruler.errors import BadInputError

loads = st.lists(st.floats(0.01, 100.0), min_size=2, max_size=12)


def strip(comparison):
    """The numbers of a comparison."""
    return [getattr(comparison, key).value for key in ("rms_distance", "rank_correlation", "center_difference")]


def test_identical_loads_agree_fully_whatever_their_unit():
    assert strip(compare_loads([1, 2, 4], [10, 20, 40])) == [0.0, 1.0, 0.0]


def test_mirrored_loads():
    comparison = compare_loads([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    # Curves 1, 5/6, 1/2, 0 and 1, 1/2, 1/6, 0: both inner layers are 1/3 apart.
    assert strip(comparison) == pytest.approx([np.sqrt(2 / 27), -1.0, 1 / 3])
    assert comparison.ruler.curve == pytest.approx([1, 5 / 6, 1 / 2, 0])
    assert comparison.network.curve == pytest.approx([1, 1 / 2, 1 / 6, 0])


def test_all_in_the_last_layer_against_all_in_the_first():
    for layers in (2, 5, 10):
        first, last = np.eye(layers)[0], np.eye(layers)[-1]
        distance, _, centers = strip(compare_loads(last, first))
        assert distance == pytest.approx(np.sqrt((layers - 1) / layers))
        assert centers == 1.0


def test_equal_counts_are_taken_one_to_one():
    ruler, network = [3.0, 1.0, 4.0, 1.0, 5.0], [2.0, 7.0, 1.0, 8.0, 2.0]
    comparison = compare_loads(ruler, network)
    np.testing.assert_allclose(comparison.ruler.load, load_shares(ruler), rtol=1e-14)
    np.testing.assert_allclose(comparison.network.curve, load_curve(load_shares(network)), rtol=1e-14)
    assert comparison.ruler.center_of_load == pytest.approx(measure_loads(ruler).center_of_load)


def test_the_longer_side_is_interpolated_over_relative_depth():
    # Four hinges as two layers: two hinges each. Three as two: the middle one is split.
    np.testing.assert_allclose(compare_loads([1, 2, 3, 4], [1, 1]).ruler.load, [0.3, 0.7])
    np.testing.assert_allclose(compare_loads([1, 2, 1.0], [1, 1]).ruler.load, [0.5, 0.5])
    turned = compare_loads([1, 1], [1, 2, 3, 4])
    assert (turned.layers, turned.ruler.count, turned.network.count) == (2, 2, 4)
    np.testing.assert_allclose(turned.network.load, [0.3, 0.7])


@given(loads, st.integers(1, 20))
def test_interpolated_curves_run_from_1_to_0_and_lie_on_the_curve(values, layers):
    curve = load_curve(load_shares(values))
    aligned = align_curves(curve, layers)
    expected = np.interp(np.linspace(0, 1, layers + 1), np.linspace(0, 1, len(curve)), curve)
    np.testing.assert_allclose(aligned, expected, atol=1e-12)
    assert (aligned[0], aligned[-1]) == (1.0, 0.0)


@given(loads, loads)
def test_turning_the_comparison_round(ruler, network):
    there, back = compare_loads(ruler, network), compare_loads(network, ruler)
    distance, ranks, centers = strip(there)
    assert strip(back)[0] == pytest.approx(distance, abs=1e-12)
    assert strip(back)[2] == pytest.approx(-centers, abs=1e-12)
    assert (ranks is None) == (strip(back)[1] is None)
    assert 0 <= distance <= 1
    assert ranks is None or -1 <= ranks <= 1


@given(loads)
def test_mirroring_both_sides_changes_only_the_sign_of_the_centres(values):
    other = np.sqrt(values) + 1
    there, mirrored = compare_loads(values, other), compare_loads(values[::-1], other[::-1])
    assert strip(mirrored)[2] == pytest.approx(-strip(there)[2], abs=1e-9)
    assert strip(mirrored)[1] == pytest.approx(strip(there)[1], nan_ok=True)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=9), st.randoms())
def test_rank_correlation_is_spearmans_with_ties(values, random):
    other = [random.randint(0, 4) for _ in values]
    ours = float(rank_correlation(values, other))
    if len(set(values)) == 1 or len(set(other)) == 1:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(stats.spearmanr(values, other).statistic)


def test_rounding_makes_no_ranks():
    even = np.full(7, 1 / 7) * (1 + 1e-13 * np.arange(7))
    assert strip(compare_loads(even, np.arange(7.0)))[1] is None
    # Ten even hinges at seven layers are even up to rounding too.
    assert strip(compare_loads(np.ones(10), np.arange(7.0)))[1] is None


def test_a_single_layer_has_neither_ranks_nor_centre():
    comparison = compare_loads([5.0], [1.0, 2.0])
    assert strip(comparison) == [0.0, None, None]
    assert comparison.as_dict()["network"]["center_of_load"] is None


@pytest.mark.parametrize(
    ("ruler", "network", "note"),
    [([0.0, 0.0], [1.0, 2.0], "has not opened"), ([1e-5, 2e-5], [1, 2], "has not opened"), ([1, 2], [1, -1], "cancel")],
)
def test_nothing_to_share_gives_no_numbers_and_says_why(ruler, network, note):
    comparison = compare_loads(ruler, network, smallest_opening=1e-4)
    assert strip(comparison) == [None, None, None]
    assert note in comparison.note
    assert comparison.as_dict()["rms_distance"] == {"value": None, "low": None, "high": None}


def test_no_uncertainty_from_one_seed_and_one_run():
    comparison = compare_loads([1, 2, 3], [3, 2, 2])
    assert comparison.resamples == 0
    assert comparison.rms_distance.low is None


def test_bootstrap_is_reproducible_and_holds_the_value():
    rng = np.random.default_rng(3)
    network = rng.uniform(1, 2, (5, 7))
    first, again = (compare_loads(np.arange(1.0, 8), network) for _ in range(2))
    assert first.resamples == RESAMPLES
    assert first.as_dict() == again.as_dict()
    assert compare_loads(np.arange(1.0, 8), network, seed=1).rms_distance != first.rms_distance
    for key in ("rms_distance", "center_difference"):
        estimate = getattr(first, key)
        assert estimate.low < estimate.value < estimate.high


def test_bootstrap_of_two_seeds_reaches_from_one_to_the_other():
    # A quarter of the draws take the first seed twice, a quarter the second.
    comparison = compare_loads([1, 1, 1, 1], [[1, 1, 1, 1], [1, 2, 3, 4]])
    alone = [strip(compare_loads([1, 1, 1, 1], seed))[0] for seed in ([1, 1, 1, 1], [1, 2, 3, 4])]
    assert [comparison.rms_distance.low, comparison.rms_distance.high] == pytest.approx(alone)


def test_bootstrap_width_is_that_of_the_mean():
    # Centres of many seeds: the interval is 2 x 1.96 standard errors of their mean wide.
    rng = np.random.default_rng(0)
    inner = rng.normal(0.5, 0.05, 200)
    network = np.column_stack([1 - inner, inner])
    estimate = compare_loads([1.0, 1.0], network).center_difference
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * inner.std() / np.sqrt(200), rel=0.1)


def test_equal_seeds_leave_nothing_open():
    comparison = compare_loads([1, 2, 3], [[3, 2, 2]] * 4)
    assert comparison.rms_distance.low == pytest.approx(comparison.rms_distance.high)


def test_runs_of_the_ruler_are_resampled_too():
    comparison = compare_loads([[1, 2, 3], [1, 3, 2], [2, 2, 2]], [1, 2, 3])
    assert comparison.resamples == RESAMPLES
    assert comparison.ruler.seeds == 3
    assert comparison.rms_distance.high > comparison.rms_distance.low
    assert comparison.ruler.seed_curves.shape == (3, 4)


@pytest.mark.parametrize(
    ("ruler", "network", "says"),
    [
        ([], [1, 2], "ruler: loads of shape"),
        ([1, 2], np.ones((2, 2, 2)), "network: loads of shape"),
        ([1, np.nan], [1, 2], "ruler: a load is NaN"),
        ([1, 2], [1, np.inf], "network: a load is NaN"),
    ],
)
def test_unusable_loads_are_refused(ruler, network, says):
    with pytest.raises(BadInputError, match=says):
        compare_loads(ruler, network)


def test_negative_resamples_are_refused():
    with pytest.raises(BadInputError, match="resamples"):
        compare_loads([1, 2], [1, 2], resamples=-1)


def test_pulled_end(shipped_run):
    fast = shipped_run("fast")
    deep, shallow = (compare_recordings([fast], np.arange(1.0, 11), end) for end in ("deep", "shallow"))
    np.testing.assert_allclose(deep.ruler.load, fast.opened[-1] / fast.opened[-1].sum(), rtol=1e-12)
    np.testing.assert_allclose(shallow.ruler.load, deep.ruler.load[::-1], atol=1e-15)
    assert deep.ruler.center_of_load + shallow.ruler.center_of_load == pytest.approx(1.0)
    assert strip(deep)[1] > 0.9 > 0 > strip(shallow)[1]


def test_runs_with_different_seeds_go_together_others_do_not(play, shipped_run):
    runs = [play("fast", seed=seed) for seed in (1, 2)]
    assert ruler_loads(runs).shape == (2, 10)
    with pytest.raises(BadInputError, match="differ in more than the seed"):
        ruler_loads([runs[0], shipped_run("jerky")])
    with pytest.raises(BadInputError, match="the same seed"):
        ruler_loads([runs[0], replace(runs[0])])
    with pytest.raises(BadInputError, match="no recordings"):
        ruler_loads([])


def test_distance_works_on_many_curves_at_once():
    curves = np.stack([load_curve([0.5, 0.5]), load_curve([1.0, 0.0])])
    np.testing.assert_allclose(curve_distance(curves, load_curve([0.5, 0.5])), [0, np.sqrt(0.125)])
