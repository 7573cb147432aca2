"""Which network a ruler resembles: found again, named, quick."""

import time

import numpy as np
import pytest

from ruler.analysis.compare import compare_loads
from ruler.errors import BadInputError
from ruler.networks import (
    LEAST_ACCURACY,
    closest,
    find_network,
    network_title,
    profile_from_loads,
    shipped_networks,
)


def test_every_shipped_network_is_its_own_closest():
    for network in shipped_networks():
        nearest = closest(network.profile.loads, 1, trained_only=False)[0]
        assert nearest.network is network
        assert nearest.distance == pytest.approx(0.0, abs=1e-12)


def test_addresses_lead_back():
    for network in shipped_networks():
        np.testing.assert_array_equal(find_network(network.address).separation, network.profile.separation)


def test_each_network_is_there_once():
    assert len({tuple(network.profile.settings.values()) for network in shipped_networks()}) == len(shipped_networks())
    assert len({network.title for network in shipped_networks()}) == len(shipped_networks())


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("dropout-digits:alpha=0,dropout=0.2", "ReLU network, dropout 0.2 (digits)"),
        ("dropout-augmented:alpha=1", "linear network, no dropout (augmented digits)"),
        (
            "learning-rate-digits:alpha=0.4,learning_rate=0.01",
            "LeakyReLU 0.4 network, no dropout, learning rate 0.01 (digits)",
        ),
    ],
)
def test_titles_are_plain_words(address, title):
    assert network_title(find_network(address)) == title
    assert network_title(profile_from_loads([1, 2], "mine")) == "mine"


@pytest.mark.parametrize("hinges", [1, 2, 5, 7, 10, 40])
def test_distances_are_those_of_compare(hinges):
    shares = np.random.default_rng(hinges).uniform(0.1, 1, hinges)
    found = closest(shares, 3)
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    for one in found:
        comparison = compare_loads(shares, one.network.profile.loads)
        assert one.distance == pytest.approx(comparison.rms_distance.value, abs=1e-12)


def test_networks_that_did_not_learn_are_skipped_unless_asked_for():
    bad = [network for network in shipped_networks() if not network.trained]
    assert bad
    assert all(network.profile.accuracy.mean() < LEAST_ACCURACY for network in bad)
    for network in bad:
        assert closest(network.profile.loads, 1)[0].network.trained
    assert len(closest([1, 2, 3], 1000)) == len(shipped_networks()) - len(bad)


def test_unit_does_not_matter_and_nothing_resembles_nothing():
    first, second = (closest(np.array([1.0, 2.0, 3.0]) * unit, 1)[0] for unit in (1, 100))
    assert first.network is second.network
    assert closest([0.0, 0.0]) == ()


@pytest.mark.parametrize("shares", [[], [np.nan, 1], [[1, 2]]])
def test_unusable_loads_are_refused(shares):
    with pytest.raises(BadInputError, match="one row of finite loads"):
        closest(shares)


def test_a_count_below_one_is_refused():
    with pytest.raises(BadInputError, match="at least 1"):
        closest([1, 2], 0)


def test_quick_enough_for_the_window():
    shares = np.random.default_rng(0).uniform(size=10)
    closest(shares)
    best = min(_timed(shares) for _ in range(20))
    assert best < 0.003


def _timed(shares):
    started = time.perf_counter()
    closest(shares)
    return time.perf_counter() - started
