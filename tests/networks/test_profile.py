"""Loads, curve and measures of a profile; joining seeds; going through epochs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.analysis.loads import load_curve, load_shares, measure_loads
from ruler.errors import BadInputError
from ruler.networks import LayerProfile, join_seeds, profile_from_loads

D = np.array([[0.5, 0.0, -1.0, -3.0], [0.7, 0.1, -1.0, -2.8]])


def profile(**changes):
    return LayerProfile(**{"name": "n", "layers": ("a", "b", "c"), "separation": D, "seeds": (0, 1), **changes})


def test_loads_are_the_falls_of_d_from_layer_to_layer():
    network = profile()
    assert network.depth == 3
    np.testing.assert_allclose(network.seed_loads, [[0.5, 1.0, 2.0], [0.6, 1.1, 1.8]])
    np.testing.assert_allclose(network.loads, [0.55, 1.05, 1.9])
    assert network.measures == measure_loads(network.loads)
    assert len(network.seed_measures) == 2
    np.testing.assert_allclose(network.load_curve, load_curve(load_shares(network.loads)))


def test_seven_hidden_layers_have_seven_loads():
    assert len(profile_from_loads(np.ones(7), "n").loads) == 7


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=20))
def test_loads_come_back_and_the_curve_falls_from_one_to_zero(loads):
    network = profile_from_loads(loads, "n")
    assert not network.absolute
    np.testing.assert_allclose(network.loads, loads, rtol=1e-9)
    assert network.load_curve[0] == 1.0
    assert network.load_curve[-1] == 0.0
    assert np.all(np.diff(network.load_curve) < 1e-12)


def test_a_network_that_separates_nothing_has_no_shares():
    network = profile_from_loads([0.0, 0.0], "n")
    assert network.load_curve is None
    assert network.measures.center_of_load is None


def test_arrays_are_copied_and_cannot_be_written_to():
    values = D.copy()
    network = profile(separation=values)
    values[0, 0] = 99
    assert network.separation[0, 0] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        network.separation[0, 0] = 1


def test_an_epoch_is_a_profile_of_its_own():
    history = np.stack([D * 0, D / 2, D], axis=1)
    network = profile(epochs=(0, 5, 10), history=history, settings={"epochs": 10}, accuracy=[1.0, 0.9])
    half = network.at_epoch(1)
    np.testing.assert_allclose(half.separation, D / 2)
    assert half.settings["epochs"] == 5
    assert half.history is None
    assert half.accuracy is None
    np.testing.assert_allclose(network.at_epoch(-1).separation, D)
    with pytest.raises(BadInputError, match="epoch 3 of 3"):
        network.at_epoch(3)
    with pytest.raises(BadInputError, match="no D over its epochs"):
        profile().at_epoch(0)


def test_seeds_are_joined_in_order():
    one = profile(separation=D[:1], seeds=(3,), accuracy=[0.5])
    two = profile(separation=D[1:], seeds=(1,), accuracy=[0.75])
    both = join_seeds([one, two])
    assert both.seeds == (3, 1)
    np.testing.assert_array_equal(both.separation, D)
    np.testing.assert_array_equal(both.accuracy, [0.5, 0.75])
    assert both.test_accuracy is None


def test_different_networks_are_not_joined():
    with pytest.raises(BadInputError, match="differ in more than the seed"):
        join_seeds([profile(settings={"alpha": 0}), profile(settings={"alpha": 1})])
    with pytest.raises(BadInputError, match="no networks"):
        join_seeds([])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layers": ()}, "at least one layer"),
        ({"seeds": ()}, "at least one layer and one seed"),
        ({"separation": D[:, :3]}, r"separation has shape \(2, 3\), \(2, 4\) is needed"),
        ({"separation": D * np.nan}, "separation has NaN"),
        ({"accuracy": [1.0]}, r"accuracy has shape \(1,\)"),
        ({"history": np.zeros((2, 3, 4))}, r"history has shape \(2, 3, 4\), \(2, 0, 4\)"),
    ],
)
def test_profiles_that_do_not_fit_are_refused(changes, says):
    with pytest.raises(BadInputError, match=says):
        profile(**changes)


def test_loads_of_no_layer_are_refused():
    with pytest.raises(BadInputError, match="loads of shape"):
        profile_from_loads([], "n")
