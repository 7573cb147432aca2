"""The noise of a hand against the theory of its linear process; bounds are 5 standard errors unless said otherwise."""

import math

import numpy as np
import pytest
from scipy.linalg import expm, solve_continuous_lyapunov

from ruler.mechanics import noise
from ruler.mechanics.noise import CUTOFF, DAMPING, NODES, Noise

FREQUENCY = 6.0
OMEGA = 2.0 * math.pi * FREQUENCY
DT = 1e-3
RATES = (500, 1000, 4000, 16000)

# States (y, y', u, u'), time in 1 / OMEGA: an oscillator u driven by white noise, low-passed to y.
Z, R = DAMPING, CUTOFF
FLOW = np.array([[0, 1, 0, 0], [-R * R, -2 * R, R * R, 0], [0, 0, 0, 1], [0, 0, -1, -2 * Z]])
COVARIANCE = solve_continuous_lyapunov(FLOW, -np.diag([0.0, 0.0, 0.0, 1.0]))
COVARIANCE /= COVARIANCE[0, 0]
PLACE, VELOCITY, ACCELERATION = np.eye(4)[0], np.eye(4)[1], FLOW[1]


def rms(row):
    """Of a state or a mixture of states, time in 1 / OMEGA."""
    return math.sqrt(row @ COVARIANCE @ row)


def rms_error(row, seconds):
    """Relative standard error of an rms taken over a time: sqrt(integral of the squared correlation / time)."""
    lags = np.linspace(0.0, 40.0, 4001)
    step = expm(lags[1] * FLOW)
    state, correlation = COVARIANCE @ row, []
    for _ in lags:
        correlation.append(row @ state / rms(row) ** 2)
        state = step @ state
    integral = np.trapezoid(np.square(correlation), lags) / OMEGA
    return math.sqrt(integral / seconds)


def path(seconds, rate=1000, seed=1, frequency=FREQUENCY):
    streams = [np.random.default_rng((seed, axis)) for axis in range(2)]
    return Noise(frequency, 1.0 / rate, streams).take(round(seconds * rate))


@pytest.fixture(scope="module")
def long_path():
    """400 s in both directions, some 2400 periods."""
    return path(400.0)


@pytest.mark.parametrize("seed", range(1, 9))
def test_rms_is_one(seed):
    seconds = 200.0
    error = rms_error(PLACE, seconds)
    assert error < 0.02
    measured = np.sqrt((path(seconds, 500, seed) ** 2).mean(axis=0))
    assert measured == pytest.approx([1.0, 1.0], abs=5.0 * error)


def test_it_is_gaussian(long_path):
    assert long_path.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.05)
    fourth = (long_path**4).mean(axis=0) / (long_path**2).mean(axis=0) ** 2
    assert fourth == pytest.approx([3.0, 3.0], abs=0.3)


def test_spectrum_is_that_of_the_oscillator_and_the_low_pass(long_path):
    """Density ~ |1 / (1 - x^2 + 2 i z x)|^2 |r^2 / (r + i x)^2|^2 with x = f / frequency, over six decades of it."""
    size, window = 2000, np.hanning(2000)
    segments = np.concatenate([axis.reshape(-1, size) for axis in long_path.T])
    power = (np.abs(np.fft.rfft(window * segments, axis=1)) ** 2).mean(axis=0) * 2.0 * DT / (window**2).sum()
    frequencies = np.fft.rfftfreq(size, DT)
    x = np.linspace(0.0, 400.0, 400_001)

    def shape(x):
        return 1.0 / np.abs((1.0 - x**2 + 2j * Z * x) * (R + 1j * x) ** 2) ** 2

    theory = shape(frequencies / FREQUENCY) / (FREQUENCY * np.trapezoid(shape(x), x))
    # The window mixes three neighbouring frequencies.
    theory[1:-1] = (theory[:-2] + 4.0 * theory[1:-1] + theory[2:]) / 6.0
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 1.0), (1.0, 1.2), (1.2, 2.0), (2.0, 4.0), (4.0, 8.0)):
        band = (frequencies >= low * FREQUENCY) & (frequencies < high * FREQUENCY)
        # A band of a falling spectrum has fewer independent numbers than frequencies.
        weight = theory[band] / theory[band].sum()
        error = math.sqrt(2.0 * (weight**2).sum() / len(segments))
        assert power[band].sum() / theory[band].sum() == pytest.approx(1.0, abs=5.0 * error), (low, high)


@pytest.mark.parametrize("lag", [0.01, 0.02, 0.05, 0.1])
def test_correlation_over_time(long_path, lag):
    steps = round(lag / DT)
    products = long_path[steps:] * long_path[: len(long_path) - steps]
    expected = PLACE @ expm(lag * OMEGA * FLOW) @ COVARIANCE @ PLACE
    assert products.mean(axis=0) == pytest.approx([expected, expected], abs=7.0 * rms_error(PLACE, 400.0))


def test_directions_are_independent(long_path):
    x, y = long_path.T
    for lag in (0, 20, 42):
        assert abs(np.corrcoef(x[lag:], y[: len(y) - lag])[0, 1]) < 0.06


@pytest.mark.parametrize("rate", RATES[1:])
def test_acceleration_is_finite_and_does_not_depend_on_the_rate(rate):
    seconds = 100.0
    moved = path(seconds, rate, seed=5)
    acceleration = np.diff(moved, 2, axis=0) * rate**2 / OMEGA**2
    expected = rms(ACCELERATION)
    assert expected == pytest.approx(1.060, abs=0.001)  # a sine's is 1
    measured = np.sqrt((acceleration**2).mean(axis=0))
    assert measured == pytest.approx([expected, expected], rel=5.0 * rms_error(ACCELERATION, seconds))
    finer = np.sqrt((np.diff(path(seconds, 32_000, seed=5), 2, axis=0) ** 2).mean(axis=0)) * 32_000**2 / OMEGA**2
    assert measured == pytest.approx(finer, rel=0.002)


def test_the_path_is_the_same_at_every_rate():
    coarse = path(20.0, RATES[0])
    for rate in RATES[1:]:
        assert path(20.0, rate)[:: rate // RATES[0]] == pytest.approx(coarse, abs=1e-10)


def test_it_is_stationary_from_the_first_sample_on():
    """Place, velocity and acceleration at time 0 over the seeds, each with its own rms."""
    seeds = 1000
    begun = np.array([path(3.0 / 8000.0, 8000, seed) for seed in range(seeds)])
    h = OMEGA / 8000.0
    first = (begun[:, 0], np.diff(begun, axis=1)[:, 0] / h, np.diff(begun, 2, axis=1)[:, 0] / h**2)
    error = 1.0 / math.sqrt(2.0 * seeds)
    for values, row in zip(first, (PLACE, VELOCITY, ACCELERATION), strict=True):
        expected = rms(row)
        assert values.std(axis=0) == pytest.approx([expected, expected], rel=5.0 * error + 0.002)


def test_the_process_is_stepped_exactly():
    """Transition and covariances against SciPy's matrix exponential and Lyapunov equation."""
    step = expm(2.0 * math.pi / NODES * FLOW)
    kick, start = np.array(noise._KICK), np.array(noise._START)
    assert np.array(noise._STEP) == pytest.approx(step, abs=1e-14)
    assert start @ start.T == pytest.approx(COVARIANCE, abs=1e-13)
    assert kick @ kick.T == pytest.approx(COVARIANCE - step @ COVARIANCE @ step.T, abs=1e-14)


def test_between_the_nodes_it_keeps_to_the_process():
    """A path drawn eight times as finely, against the quintics through every eighth of its nodes."""
    fine, h = 8, 2.0 * math.pi / NODES
    step = expm(h / fine * FLOW)
    kick = np.linalg.cholesky(COVARIANCE - step @ COVARIANCE @ step.T)
    random = np.random.default_rng(1)
    states = [np.linalg.cholesky(COVARIANCE) @ random.standard_normal(4)]
    for _ in range(fine * 20_000):
        states.append(step @ states[-1] + kick @ random.standard_normal(4))
    nodes = np.array(states) @ np.stack((PLACE, h * VELOCITY, h * h * ACCELERATION), axis=1)
    coarse, at = nodes[::fine], np.arange(fine) / fine
    joined = noise._quintic(coarse[:-1, None], coarse[1:, None], at).ravel()
    missed = joined - nodes[:-1, 0]
    assert math.sqrt((missed**2).mean()) < 1e-5
    # A second difference sees the acceleration; 40 nodes a period leave out 1e-4 of its variance.
    bend, true = (np.square(np.diff(values, 2)).mean() for values in (joined, nodes[:-1, 0]))
    assert bend / true == pytest.approx(1.0, abs=3e-4)


@pytest.mark.parametrize("frequency", [0.1, 6.0, 700.0])
def test_frequency_only_scales_the_time(frequency):
    """Same seed, same nodes: the path of another frequency is the same path, played quicker."""
    scaled = path(6.0 / frequency, 100.0 * frequency, frequency=frequency)
    assert scaled == pytest.approx(path(1.0, 600.0), abs=1e-9)


def test_a_frequency_far_above_the_rate_is_drawn_in_parts():
    whole = path(10.0, 50, frequency=1000.0)
    assert np.isfinite(whole).all()
    assert whole.std(axis=0) == pytest.approx([1.0, 1.0], rel=5.0 / math.sqrt(2.0 * len(whole)))
