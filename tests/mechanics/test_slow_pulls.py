"""Slow pulls of a purely Coulomb ruler: what a program that shares nothing with the mechanics says.

The expected openings were computed by the quasi-static limit (`ruler.theory.pull_slowly`: each small
step of the tip costs the least friction work), for the reference ruler:
10 hinges, 0.20 m, 0.012 kg, 10 deg, pulled to 0.55 of its length.
"""

import math

import numpy as np
import pytest

QUASI_STATIC = {
    # mu, tau (N m): openings from the fixed end, deg
    (0.3, 0.005): [10.0, 10.0, 10.0, 14.73, 56.22, 114.80, 138.84, 144.78, 152.02, 155.66],
    (0.3, 0.010): [10.0, 10.0, 10.0, 28.92, 70.96, 104.48, 119.42, 129.06, 136.55, 141.09],
    (0.3, 0.020): [10.0, 10.0, 19.91, 48.91, 78.61, 94.36, 105.08, 113.71, 119.98, 124.85],
    (0.1, 0.005): [10.0, 10.0, 10.57, 37.27, 80.01, 101.57, 112.01, 121.34, 127.73, 132.49],
}
ROWS = pytest.mark.parametrize(("friction", "torque"), QUASI_STATIC)


@pytest.fixture
def pulled(play):
    """Final openings, deg, of a dry ruler pulled at 0.02 m/s."""

    def openings(friction, torque, *more):
        overrides = (f"table.friction={friction}", f"hinge.torque={torque}", *more)
        return play("dry-steady", *overrides).opening_deg[-1]

    return openings


@pytest.mark.slow
@ROWS
def test_slow_pull_is_the_quasi_static_one(pulled, friction, torque):
    assert pulled(friction, torque) == pytest.approx(QUASI_STATIC[friction, torque], abs=1.5)


@pytest.mark.slow
@ROWS
def test_doubling_both_frictions_changes_nothing(pulled, friction, torque):
    doubled = pulled(2.0 * friction, 2.0 * torque)
    assert doubled == pytest.approx(pulled(friction, torque), abs=0.5)


@pytest.mark.slow
@ROWS
def test_half_the_step_changes_nothing(pulled, friction, torque):
    finer = pulled(friction, torque, "simulation.rate=2000")
    assert finer == pytest.approx(pulled(friction, torque), abs=0.3)


@pytest.mark.slow
def test_half_the_speed_changes_nothing(pulled):
    slower = pulled(0.3, 0.010, "phase.0.pull.speed=0.01")
    assert slower == pytest.approx(pulled(0.3, 0.010), abs=0.3)


@pytest.mark.slow
def test_without_friction_on_the_table_a_slow_pull_opens_evenly(pulled):
    """Equal tension and equal lever arms: the tip is at L_full sin(opening / 2) in an even zigzag."""
    even = 2.0 * math.degrees(math.asin(0.55))
    assert pulled(0.0, 0.010) == pytest.approx(np.full(10, even), abs=1.5)


@pytest.mark.slow
def test_numbers_of_the_quasi_static_limit_are_current():
    """The numbers above are what the quasi-static program says today."""
    from ruler.theory import displacement_to, pull_slowly, reference_ruler

    ruler = reference_ruler(friction=0.3, torque=0.010)
    run = pull_slowly(ruler, displacement_to(ruler, 0.55))
    assert np.rad2deg(run.opening[-1]) == pytest.approx(QUASI_STATIC[0.3, 0.010], abs=0.1)
