"""The fit's slow limit against the reference, which shares no code with it."""

import numpy as np
import pytest

from ruler.measured import load_measured
from ruler.measured.slow import SlowRulers, pull_batch
from ruler.theory.quasi_static import pull_slowly
from ruler.theory.slow_ruler import QuasiStaticRuler, nodes_at


def slow_ruler(opening, ratio, length, whole=1.0):
    return QuasiStaticRuler(
        section_length=tuple(length),
        section_mass=tuple(length / whole),
        opening=tuple(opening),
        torque=tuple(ratio * 0.3 * 9.81 * whole),
        friction=0.3,
    )


def test_agrees_with_the_reference_on_rulers_of_one_batch():
    """Two rulers in a batch, each as the reference has it; 0.5 deg is a third of what a photograph is read to."""
    length = np.array([0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5])
    opening = np.radians([8.0, 12.0, 5.0, 10.0, 9.0, 11.0])
    ratios = np.array([[3.0, 2.5, 3.5, 2.8, 3.3, 2.0], [12.0, 14.0, 9.0, 13.0, 11.0, 12.0]])
    ruler = slow_ruler(opening, ratios[0], length)
    start = nodes_at(ruler, ruler.angles)[-1]
    ways = np.array([0.8, 1.6])
    path = np.vstack((start, start + np.column_stack((ways, [0.0, 0.0]))))
    found = pull_batch(SlowRulers(length, np.tile(opening, (2, 1)), ratios, 1.0), path)
    for ratio, rows in zip(ratios, found, strict=True):
        expected = pull_slowly(slow_ruler(opening, ratio, length), ways).opening
        assert np.degrees(rows[1:]) == pytest.approx(np.degrees(expected), abs=0.5)
    assert found[:, 0] == pytest.approx(np.tile(opening, (2, 1)), abs=1e-12)


def test_half_as_long_steps_change_the_papers_ruler_by_less_than_it_was_read_to():
    recording = load_measured("paper-steady")
    length = np.full(13, 0.15)
    length[[0, -1]] *= 0.48
    rulers = SlowRulers(length, recording.opening[:1], np.full((1, 12), 20.0), 0.15)
    tips = recording.table[:, 2:4]
    coarse, fine = (np.degrees(pull_batch(rulers, tips, step)) for step in (0.05, 0.025))
    assert np.sqrt(((coarse - fine) ** 2).mean()) < 0.3


def test_only_the_ratio_counts():
    """A ruler twice as long in another unit is the same ruler."""
    length, opening = np.array([0.5, 1.0, 1.0, 0.5]), np.radians([[10.0, 12.0, 9.0]])
    ratio, path = np.array([[4.0, 5.0, 3.0]]), np.array([[0.3, 0.0], [1.0, 0.1], [1.8, -0.1]])
    one = pull_batch(SlowRulers(length, opening, ratio, 1.0), path)
    two = pull_batch(SlowRulers(2 * length, opening, ratio, 2.0), 2 * path)
    assert two == pytest.approx(one, abs=1e-9)
