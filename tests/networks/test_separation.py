"""D against closed forms, an independent direct computation, its invariances, and bad input."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruler.errors import BadInputError
from ruler.networks import features as features_module
from ruler.networks import separation
from ruler.networks.separation import SEPARATIONS, gather
from ruler.networks.statistics import ClassStatistics, LeastSquares

RELATIVE = 1e-9
# All that do not hold samples out.
OF_ALL = [kind for kind in SEPARATIONS if kind != "probe"]
BOTH = ["trace-ratio", "pseudo-inverse"]


def direct(features, labels, kind):
    """The definition, written out with both scatter matrices."""
    features = np.asarray(features, dtype=np.float64)
    mean, n = features.mean(axis=0), len(features)
    within = np.zeros((features.shape[1],) * 2)
    between = np.zeros_like(within)
    for label in np.unique(labels):
        rows = features[labels == label]
        rest, step = rows - rows.mean(axis=0), rows.mean(axis=0) - mean
        within += rest.T @ rest / n
        between += len(rows) / n * np.outer(step, step)
    if kind == "trace-ratio":
        return np.log(np.trace(within)) - np.log(np.trace(between))
    if kind == "effective-rank":
        shares = np.linalg.svd(features - mean, compute_uv=False)
        shares = shares[shares > 1e-12 * shares[0]] / shares.sum()
        return -np.sum(shares * np.log(shares))
    if kind == "nc2":
        means = np.array([features[labels == label].mean(axis=0) for label in np.unique(labels)])
        gram = (means - means.mean(axis=0)) @ (means - means.mean(axis=0)).T
        simplex = np.eye(len(means)) - 1 / len(means)
        return np.log(np.linalg.norm(gram / np.linalg.norm(gram) - simplex / np.linalg.norm(simplex)))
    fuzziness = np.trace(within @ np.linalg.pinv(between, rcond=1e-10, hermitian=True))
    return np.log(fuzziness / len(np.unique(labels)) if kind == "nc1" else fuzziness)


def sample(seed, samples=60, width=5, classes=4):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), rng.integers(classes, size=samples - classes)])
    features = rng.normal(size=(samples, width)) @ rng.normal(size=(width, width))
    return features + 2 * rng.normal(size=(classes, width))[labels], labels


def exact_gaussian(means, covariance):
    """Points whose class means and within-class covariance are exactly the given ones."""
    width = len(covariance)
    arms = np.sqrt(width) * np.linalg.cholesky(covariance).T
    points = np.concatenate([arms, -arms])
    features = np.concatenate([mean + points for mean in means])
    return features, np.repeat(np.arange(len(means)), len(points))


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.1, 2.0), (3.0, 1e-3), (1e-3, 1e3)])
@pytest.mark.parametrize("kind", BOTH)
def test_two_points_a_class(a, b, kind):
    features = np.array([[b, a], [b, -a], [-b, a], [-b, -a]])
    labels = [0, 0, 1, 1]
    if kind == "trace-ratio":
        assert separation(features, labels, kind) == pytest.approx(2 * np.log(a / b), rel=RELATIVE, abs=1e-12)
    else:
        # All spread is at right angles to the class means: turn it by 45 degrees to see half of it.
        mixed = features @ np.array([[1, 0], [1, 1]])
        assert separation(mixed, labels, kind) == pytest.approx(2 * np.log(a / b), rel=RELATIVE, abs=1e-12)


def test_gaussian_classes_with_known_scatter():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(3, 3))
    covariance, means = root @ root.T, rng.normal(size=(5, 3))
    features, labels = exact_gaussian(means, covariance)
    between = np.cov(means.T, bias=True)
    assert separation(features, labels) == pytest.approx(np.log(np.trace(covariance) / np.trace(between)), rel=RELATIVE)
    assert separation(features, labels, "pseudo-inverse") == pytest.approx(
        np.log(np.trace(covariance @ np.linalg.inv(between))), rel=RELATIVE
    )


def test_sampled_gaussian_classes_come_near_the_known_value():
    rng = np.random.default_rng(0)
    means = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 3.0]])
    labels = np.repeat(np.arange(3), 20_000)
    features = means[labels] + rng.normal(size=(60_000, 2)) * [0.5, 1.5]
    known = np.log(0.25 + 2.25) - np.log(np.trace(np.cov(means.T, bias=True)))
    assert separation(features, labels) == pytest.approx(known, abs=0.02)


@pytest.mark.parametrize("kind", OF_ALL)
@given(seed=st.integers(0, 10_000), width=st.integers(1, 12), classes=st.integers(3, 6))
@settings(max_examples=40, deadline=None)
def test_agrees_with_the_direct_computation(kind, seed, width, classes):
    features, labels = sample(seed, 50, width, classes)
    assert np.exp(separation(features, labels, kind)) == pytest.approx(
        np.exp(direct(features, labels, kind)), rel=RELATIVE
    )


@pytest.mark.parametrize("kind", OF_ALL)
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
@settings(max_examples=30, deadline=None)
def test_rotation_scale_and_shift_leave_it_unchanged(kind, seed, scale, shift):
    features, labels = sample(seed)
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))
    moved = scale * features @ rotation + shift
    assert np.exp(separation(moved, labels, kind)) == pytest.approx(
        np.exp(separation(features, labels, kind)), rel=1e-8
    )


def test_any_linear_map_leaves_the_pseudo_inverse_unchanged_but_not_the_trace_ratio():
    features, labels = sample(1, width=3, classes=5)
    mapped = features @ np.array([[10.0, 1, 0], [0, 1, 0], [0, 0, 0.1]])
    assert separation(mapped, labels, "pseudo-inverse") == pytest.approx(
        separation(features, labels, "pseudo-inverse"), rel=1e-9
    )
    assert abs(separation(mapped, labels) - separation(features, labels)) > 0.01


@pytest.mark.parametrize("kind", OF_ALL)
def test_names_and_order_of_classes_do_not_matter(kind):
    features, labels = sample(2)
    order = np.random.default_rng(0).permutation(len(labels))
    renamed = np.array(["pear", "fig", "plum", "apple"])[labels]
    expected = separation(features, labels, kind)
    assert separation(features[order], renamed[order], kind) == pytest.approx(expected, rel=RELATIVE)
    assert separation(features, labels.astype(float), kind) == pytest.approx(expected, rel=RELATIVE)


@pytest.mark.parametrize("kind", OF_ALL)
def test_a_large_common_offset_costs_no_accuracy(kind):
    rng = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], 20)
    features = rng.integers(-8, 8, size=(60, 4)) + 10.0 * labels[:, None] * [1, 0, 2, 1] + labels[:, None] ** 2
    assert separation(features + 2.0**40, labels, kind) == pytest.approx(
        separation(features, labels, kind), rel=RELATIVE
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_class_means_of_low_rank_are_seen_as_such(dtype):
    rng = np.random.default_rng(4)
    axis = rng.normal(size=50)
    axis /= np.linalg.norm(axis)
    labels = np.repeat(np.arange(6), 40)
    noise = rng.normal(size=(240, 50))
    for label in range(6):
        noise[labels == label] -= noise[labels == label].mean(axis=0)
    features = (noise + np.outer(3.0 * labels, axis) + 1.0).astype(dtype)
    known = np.log(np.mean((noise @ axis) ** 2)) - np.log(np.var(3.0 * np.arange(6)))
    assert separation(features, labels, "pseudo-inverse") == pytest.approx(known, rel=1e-5)


@pytest.mark.parametrize("kind", OF_ALL)
def test_blocks_do_not_matter(kind, monkeypatch):
    features, labels = sample(6, samples=97)
    expected = separation(features, labels, kind)
    monkeypatch.setattr(features_module, "BLOCK_NUMBERS", 35)
    assert separation(features, labels, kind) == pytest.approx(expected, rel=RELATIVE)


def test_features_of_images_are_flattened():
    features, labels = sample(7, width=12)
    assert separation(features.reshape(-1, 3, 2, 2), labels) == separation(features, labels)


def test_statistics_of_batches_are_those_of_all():
    features, labels = sample(8, samples=100)
    for kind in SEPARATIONS:
        layer = gather(kind)
        for first in range(0, 100, 7):
            layer.add(features[first : first + 7], labels[first : first + 7])
        assert layer.result() == pytest.approx(separation(features, labels, kind), rel=RELATIVE)


def test_fuzziness_and_nc1_are_the_pseudo_inverse_by_other_names():
    features, labels = sample(10)
    known = separation(features, labels, "pseudo-inverse")
    assert separation(features, labels, "fuzziness") == known
    assert separation(features, labels, "nc1") == pytest.approx(known - np.log(4), rel=RELATIVE)


def test_class_means_of_a_stretched_simplex_have_a_known_nc2():
    # Three means at 120 degrees of lengths 1, 1 and r: G = M M^T less its mean, by hand for r = 2.
    angles = np.array([0.0, 2.0, 4.0]) * np.pi / 3.0
    means = np.array([[np.cos(a), np.sin(a)] for a in angles]) * np.array([[1.0], [1.0], [2.0]])
    features, labels = exact_gaussian(means, 0.01 * np.eye(2))
    gram = (means - means.mean(axis=0)) @ (means - means.mean(axis=0)).T
    # Of two matrices of norm 1 the distance is sqrt(2 - 2 <G, P>); the trace of G P is that of G.
    known = np.sqrt(2.0 - 2.0 * np.trace(gram) / (np.linalg.norm(gram) * np.sqrt(2.0)))
    assert np.exp(separation(features, labels, "nc2")) == pytest.approx(known, rel=RELATIVE)


def test_a_regular_simplex_of_class_means_has_no_nc2():
    features, labels = exact_gaussian(np.eye(3), 0.1 * np.eye(3))
    with pytest.raises(BadInputError, match="regular simplex exactly"):
        separation(features, labels, "nc2")


@pytest.mark.parametrize("directions", [1, 2, 7])
def test_equal_singular_values_make_the_effective_rank_their_number(directions):
    arms = np.eye(7)[:directions]
    features = np.concatenate([arms, -arms]) + 5.0
    labels = np.arange(2 * directions) % 3 if directions > 1 else [0, 1]
    if directions == 1:
        features, labels = np.concatenate([features, features[::-1] * [[3.0]] - 10.0]), [0, 1, 0, 0]
    assert np.exp(separation(features, labels, "effective-rank")) == pytest.approx(directions, rel=1e-6)


def test_a_probe_finds_what_a_line_separates_and_guesses_what_nothing_does():
    rng = np.random.default_rng(11)
    labels = np.arange(1000) % 2
    noise = rng.normal(size=(1000, 6))
    assert separation(noise + 12.0 * labels[:, None], labels, "probe") == 0.0
    assert separation(noise, labels, "probe") == pytest.approx(0.5, abs=0.15)
    # Two Gaussians 2 a apart are told apart by a line but for the part of one beyond a.
    apart = noise + np.where(labels[:, None] == 1, 1.0, -1.0) * np.eye(6)[0]
    assert separation(apart, labels, "probe") == pytest.approx(0.159, abs=0.06)


def test_a_probe_is_the_least_squares_fit_to_the_samples_it_does_not_hold_out():
    features, labels = sample(12, samples=200)
    held = np.arange(200) % 5 == 4
    design = np.column_stack([np.ones(200), features])
    fit = np.linalg.lstsq(design[~held], np.eye(4)[labels[~held]], rcond=None)[0]
    wrong = np.mean((design[held] @ fit).argmax(axis=1) != labels[held])
    assert separation(features, labels, "probe") == wrong


@given(seed=st.integers(0, 1000), targets=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_least_squares_from_scatter_leaves_what_numpy_leaves(seed, targets):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(80, 5)) + 30.0
    wanted = features @ rng.normal(size=(5, targets)) + rng.normal(size=(80, targets)) - 7.0
    fit = LeastSquares()
    for first in range(0, 80, 13):
        fit.add(features[first : first + 13], wanted[first : first + 13])
    design = np.column_stack([np.ones(80), features])
    rest = wanted - design @ np.linalg.lstsq(design, wanted, rcond=None)[0]
    spread = wanted - wanted.mean(axis=0)
    assert fit.unexplained() == pytest.approx((rest**2).sum() / (spread**2).sum(), rel=1e-8)


@pytest.mark.parametrize("kind", SEPARATIONS)
def test_single_precision_gives_what_double_gives(kind):
    features, labels = sample(13, samples=300, width=20)
    single = features.astype(np.float32)
    assert separation(single, labels, kind) == pytest.approx(separation(single.astype(float), labels, kind), rel=1e-6)
    assert separation(single, labels, kind) == pytest.approx(separation(features, labels, kind), rel=1e-4, abs=1e-5)


def test_features_too_wide_for_a_scatter_matrix_are_refused_but_not_by_the_trace_ratio():
    features, labels = np.random.default_rng(0).normal(size=(6, 9000)), [0, 1, 2, 0, 1, 2]
    assert np.isfinite(separation(features, labels))
    with pytest.raises(BadInputError, match=r"9000 numbers a sample.*pool: mean"):
        separation(features, labels, "fuzziness")


def test_arguments_are_not_changed():
    features, labels = sample(9)
    before = features.copy()
    for kind in SEPARATIONS:
        separation(features, labels, kind)
    assert np.array_equal(features, before)


GOOD = np.arange(12.0).reshape(6, 2) ** 2
LABELS = np.array([0, 0, 0, 1, 1, 1])
NAN, INF = GOOD.copy(), GOOD.copy()
NAN[4, 1], INF[2, 0] = np.nan, -np.inf


@pytest.mark.parametrize(
    ("features", "labels", "says"),
    [
        (GOOD, np.zeros(6, int), "1 class in 6 samples.*at least 2"),
        (NAN, LABELS, "sample 4, feature 1 is nan.*finite"),
        (INF, LABELS, "sample 2, feature 0 is -inf"),
        (GOOD, LABELS[:5], r"shape \(5,\) does not fit features of 6 samples; \(6,\)"),
        (GOOD, np.eye(2)[LABELS], r"one column a class.*argmax"),
        (GOOD, LABELS + 0.5, "whole numbers or text.*fractions"),
        (GOOD, np.full(6, np.nan), "fractions or NaN"),
        (GOOD, LABELS.astype(object), "whole numbers or text"),
        (GOOD[:, 0], LABELS, r"shape \(6,\).*as \(samples, 1\)"),
        (GOOD[:0], LABELS[:0], r"shape \(0, 2\) is empty"),
        (GOOD[:, :0], LABELS, r"shape \(6, 0\) is empty"),
        (GOOD.astype(complex), LABELS, "real numbers"),
        ([[1, 2], [3]], [0, 1], "different lengths"),
        ([["a", "b"]] * 6, LABELS, "real numbers"),
        (GOOD, np.arange(6), "6 samples for 6 classes.*more samples"),
        (np.ones((6, 2)), LABELS, "all samples are equal"),
        (LABELS[:, None] * 1.0, LABELS, "every sample equals its class mean"),
        (np.array([[1.0], [-1], [0], [1], [-1], [0]]), LABELS, "class means coincide"),
        (GOOD * 1e200, LABELS, "overflow"),
    ],
)
def test_bad_input_is_refused_and_explained(features, labels, says):
    for kind in SEPARATIONS:
        with np.errstate(over="ignore"), pytest.raises(BadInputError, match=says):
            separation(features, labels, kind)


@pytest.mark.parametrize(
    ("labels", "classes", "says"),
    [
        (LABELS, 3, "class 2 of 0..2 has no samples"),
        (LABELS * 5, 2, "class 1 of 0..1 has no samples"),
        ([0, 0, 1, 1, 2, 2], 2, re.escape("class 2 is outside 0..1")),
        (LABELS, 7, "6 samples for 7 classes"),
        (["a"] * 3 + ["b"] * 3, 2, "whole-number labels"),
    ],
)
def test_a_known_number_of_classes_is_checked(labels, classes, says):
    with pytest.raises(BadInputError, match=says):
        separation(GOOD, labels, classes=classes)


def test_an_unknown_kind_is_refused():
    with pytest.raises(BadInputError, match="'trace' is not known; did you mean 'trace-ratio'"):
        separation(GOOD, LABELS, "trace")


def test_batches_of_another_width_are_refused():
    statistics = ClassStatistics()
    statistics.add(GOOD, LABELS)
    with pytest.raises(BadInputError, match=r"3 numbers a sample.*had 2"):
        statistics.add(np.ones((6, 3)), LABELS)
