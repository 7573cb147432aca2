"""Speed of the network room. Ratios are taken within one run, so that the machine does not matter.

pytest tests/benchmarks/test_bench_networks.py --benchmark-enable
"""

import time

import numpy as np
import pytest

from ruler.networks import NetworkSettings, measure, separation, train
from ruler.networks.separation import SEPARATIONS

SAMPLES, WIDTH, CLASSES = 10_000, 1_000, 10


def best_of(function, rounds=3):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    labels = rng.integers(CLASSES, size=SAMPLES)
    features = rng.normal(size=(SAMPLES, WIDTH)) + rng.normal(size=(CLASSES, WIDTH))[labels]
    return features, labels


@pytest.mark.parametrize("kind", SEPARATIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_separation_takes_at_most_twice_the_two_scatter_products(benchmark, problem, kind, dtype):
    features, labels = problem
    centers = features[:CLASSES]
    products = best_of(lambda: (features.T @ features, centers.T @ centers))
    typed = features.astype(dtype)
    ratio = best_of(lambda: separation(typed, labels, kind)) / products
    benchmark.extra_info["times the two products"] = ratio
    benchmark(separation, typed, labels, kind)
    assert ratio <= 2.0


def test_a_default_network_is_trained_and_measured_quickly(benchmark):
    pytest.importorskip("torch", reason="training needs torch")
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    from ruler.networks.data import digits

    data = digits()
    start = time.perf_counter()
    network = train(NetworkSettings(), data=data)
    training = time.perf_counter() - start
    names = [f"hidden_{number}" for number in range(1, 8)]
    benchmark.extra_info["training, s"] = training
    profile = benchmark(measure, network.model, (data.train_inputs, data.train_labels), names, start="input")
    assert profile.depth == 7
    print(f"training a default network {training:.2f} s (wanted: under 5)")  # noqa: T201
