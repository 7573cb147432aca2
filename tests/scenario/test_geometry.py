"""The ruler as it lies at the start, and with its hinges open so far."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.scenario import load_scenario
from ruler.scenario.geometry import lay_out, opening_from_angles, pose_from_opening, start_opening, tip_from_angles
from ruler.scenario.model import Ruler


def test_even_zigzag_lies_along_x():
    """Every section's mean projection on x is sin(opening / 2), however many there are."""
    for hinges in (1, 2, 3, 10, 41):
        shape = lay_out(Ruler(hinges=hinges, opening=50.0))
        assert shape.full_length == pytest.approx(0.2 * hinges)
        assert shape.tip == pytest.approx([shape.full_length * math.sin(math.radians(25.0)), 0.0], abs=1e-12)


def test_straight_ruler_is_straight():
    shape = lay_out(Ruler(opening=180.0))
    assert shape.angle == pytest.approx(np.zeros(11), abs=1e-12)
    assert shape.tip == pytest.approx([2.0, 0.0])


@given(st.lists(st.floats(0.0, 180.0), min_size=1, max_size=30))
def test_openings_of_the_laid_out_ruler_are_those_asked_for(openings):
    ruler = Ruler(hinges=len(openings), opening=openings)
    shape = lay_out(ruler)
    assert opening_from_angles(shape.angle, shape.side) == pytest.approx(start_opening(ruler), abs=1e-9)
    assert np.hypot(*tip_from_angles(shape.angle, shape.length)) == pytest.approx(shape.tip[0], abs=1e-9)
    assert shape.tip[1] == pytest.approx(0.0, abs=1e-9)


def test_neighbouring_hinges_fold_to_opposite_sides():
    shape = lay_out(Ruler(hinges=5))
    assert shape.side.tolist() == [1.0, -1.0, 1.0, -1.0, 1.0]


def test_folded_ruler_stays_within_half_a_section():
    """The line of pull runs through the middle of the zigzag, so every hinge has the same lever arm."""
    shape = lay_out(Ruler(opening=10.0))
    steps = np.stack((shape.length * np.cos(shape.angle), shape.length * np.sin(shape.angle)), axis=1)
    hinges = np.cumsum(steps, axis=0)[:-1]
    assert np.abs(hinges[:, 1]) == pytest.approx(np.full(10, 0.1 * math.cos(math.radians(5.0))))


# Open


def test_same_as_the_layout_at_the_start():
    shape = lay_out(load_scenario("steady").ruler)
    inner, outer = pose_from_opening(start_opening(load_scenario("steady").ruler), shape.length, None, shape.tip)
    reach = outer - inner
    np.testing.assert_allclose(np.hypot(*reach.T), shape.length)
    np.testing.assert_allclose(outer[-1], shape.tip, atol=1e-12)
    np.testing.assert_allclose(np.cos(shape.angle), reach[:, 0] / shape.length, atol=1e-12)
    np.testing.assert_allclose(np.sin(shape.angle), reach[:, 1] / shape.length, atol=1e-12)


@pytest.mark.parametrize("hinges", [1, 2, 7, 100])
def test_openings_come_back(hinges):
    rng = np.random.default_rng(hinges)
    angle = rng.uniform(-1, 1, hinges + 1).cumsum()
    side = np.where(np.arange(hinges) % 2 == 0, 1.0, -1.0)
    opening = opening_from_angles(angle, side)
    inner, outer = pose_from_opening(opening, np.full(hinges + 1, 0.2), np.array([0.1, -0.3]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(inner[1:], outer[:-1])
    np.testing.assert_allclose(inner[0], [0.1, -0.3])
    reach = outer - inner
    back = opening_from_angles(np.arctan2(reach[:, 1], reach[:, 0]), side)
    np.testing.assert_allclose(np.cos(back - opening), 1.0)
    toward = outer[-1] - inner[0]
    assert np.cross(np.append(toward, 0), [0.9, 1.3, 0])[2] == pytest.approx(0, abs=1e-9)


def test_closed_on_itself_is_no_error():
    inner, outer = pose_from_opening(np.array([0.0]), np.array([0.1, 0.1]), None, np.array([0.5, 0.0]))
    assert np.isfinite(inner).all()
    assert np.isfinite(outer).all()
