"""Uneven hinges: what the spread draws, and what the other torques make of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.scenario import load_scenario
from ruler.scenario.hinges import hinge_factors, hinge_torques


def many(spread, seed):
    return load_scenario("steady", ["ruler.hinges=500", f"hinge.spread={spread}"], seed)


def test_even_hinges_have_the_torque_of_the_file():
    torques = hinge_torques(load_scenario("steady"))
    for each in (torques.opening, torques.closing, torques.static):
        assert each.tolist() == [0.01] * 10


def test_one_torque_per_hinge():
    each = [0.001 * i for i in range(10)]
    torques = hinge_torques(load_scenario("steady", [f"hinge.torque={each}", "hinge.static_torque=0.02"]))
    assert torques.opening.tolist() == torques.closing.tolist() == each
    assert torques.static.tolist() == [0.02] * 10


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0])
def test_factors_have_mean_one_and_the_spread(spread):
    factors = np.concatenate([hinge_factors(many(spread, seed)) for seed in range(200)])
    # 100,000 factors; of a log-normal the fourth moment decides how well the spread shows.
    assert factors.mean() == pytest.approx(1.0, abs=5.0 * spread / np.sqrt(factors.size))
    assert factors.std() == pytest.approx(spread, rel=0.05)
    assert np.log(factors).std() == pytest.approx(np.sqrt(np.log1p(spread**2)), rel=0.01)


@given(st.floats(0.0, 2.0), st.integers(0, 2**63 - 1), st.floats(0.0, 10.0), st.floats(1.0, 3.0), st.floats(0.0, 10.0))
def test_static_and_closing_torque_scale_with_the_factor(spread, seed, torque, rise, closing):
    scenario = load_scenario("steady")
    hinge = {"torque": torque, "static_torque": rise * torque, "closing_torque": closing, "spread": spread}
    scenario = scenario.model_copy(update={"hinge": scenario.hinge.model_copy(update=hinge), "seed": seed})
    factors, torques = hinge_factors(scenario), hinge_torques(scenario)
    assert np.isfinite(factors).all()
    assert (factors > 0.0).all()
    np.testing.assert_allclose(torques.opening, torque * factors)
    np.testing.assert_allclose(torques.static, rise * torque * factors)
    np.testing.assert_allclose(torques.closing, closing * factors)
    assert (torques.static >= torques.opening).all()


def test_factors_depend_on_the_seed_alone():
    one, same = many(0.3, 1), load_scenario("jerky", ["hinge.spread=0.3"], 1)
    assert hinge_factors(one)[:10].tolist() == hinge_factors(same).tolist()
    assert hinge_factors(one)[:10].tolist() != hinge_factors(many(0.3, 2))[:10].tolist()
