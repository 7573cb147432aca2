"""Closed forms of the resting chain against brute force."""

import numpy as np
import pytest

from ruler.theory import FirstOrder, holds, net_spring_force, position_range, pulled_from_rest

CHAIN = FirstOrder(blocks=5, stiffness=2.0, target=3.0, friction_right=0.3, friction_left=0.5)


def positions_with_bends(chain, bends):
    """Positions whose elongations differ by `bends`, shape (..., blocks), from spring to spring."""
    springs = chain.blocks + 1
    rises = np.concatenate((np.zeros((*bends.shape[:-1], 1)), np.cumsum(bends, axis=-1)), axis=-1)
    first = (chain.target - rises.sum(axis=-1, keepdims=True)) / springs
    return np.cumsum(first + rises, axis=-1)[..., :-1]


def test_holding_is_bounded_differences_of_elongations():
    limits = np.array([-CHAIN.friction_left, CHAIN.friction_right]) / CHAIN.stiffness
    bends = np.random.default_rng(0).uniform(1.5 * limits[0], 1.5 * limits[1], size=(500, 5))
    inside = ((bends >= limits[0]) & (bends <= limits[1])).all(axis=1)
    assert inside.any()
    assert not inside.all()
    np.testing.assert_array_equal(holds(CHAIN, positions_with_bends(CHAIN, bends)), inside)


def test_range_contains_every_held_position_and_is_reached():
    limits = np.array([-CHAIN.friction_left, CHAIN.friction_right]) / CHAIN.stiffness
    low, high = position_range(CHAIN)
    corners = limits[np.indices((2,) * 5).reshape(5, -1).T]
    positions = positions_with_bends(CHAIN, corners)
    np.testing.assert_allclose(positions.min(axis=0), low, atol=1e-12)
    np.testing.assert_allclose(positions.max(axis=0), high, atol=1e-12)
    assert holds(CHAIN, low, tolerance=1e-12)
    assert holds(CHAIN, high, tolerance=1e-12)


@pytest.mark.parametrize("target", [0.1, 1.0, 3.0, 30.0])
def test_pulled_from_rest(target):
    chain = FirstOrder(blocks=5, stiffness=2.0, target=target, friction_right=0.3, friction_left=0.5)
    position = pulled_from_rest(chain)
    elongation = np.diff(np.concatenate(([0.0], position, [target])))
    assert holds(chain, position, tolerance=1e-12)
    assert (elongation >= 0.0).all()
    moved = position > 1e-12
    # What has moved is at its threshold; it would not have moved for less.
    np.testing.assert_allclose(net_spring_force(chain, position)[moved], 0.3, atol=1e-12)


def test_pull_that_moves_nothing():
    chain = FirstOrder(blocks=3, stiffness=1.0, target=0.05, friction_right=0.1)
    np.testing.assert_array_equal(pulled_from_rest(chain), np.zeros(3))
