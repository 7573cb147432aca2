"""Shaking that commands switch on and off: smooth, the same in any blocks and at every rate."""

import math

import numpy as np
import pytest

from ruler.mechanics.live_shake import FADE_IN, FADE_OUT, RunningShake
from ruler.mechanics.shaking import WAVEFORMS
from ruler.scenario.model import LiveShake

AMPLITUDE = 0.01


def running(rate=1000, number=0, seed=1, **keys):
    return RunningShake(LiveShake(**{"amplitude": AMPLITUDE, "frequency": 6.0, **keys}), 1.0 / rate, seed, number)


def stopped_after(seconds, rate=1000, then=0.2, **keys):
    """The whole path of a shake that is told to stop, from rest to rest."""
    shake = running(rate, **keys)
    before = shake.take(round(seconds * rate))
    shake.stop()
    return np.vstack(([[0.0, 0.0]], before, shake.take(round(then * rate))))


@pytest.mark.parametrize("kind", WAVEFORMS)
@pytest.mark.parametrize("size", [1, 3, 16, 100])
def test_blocks_change_no_bit(kind, size):
    whole = stopped_after(0.4, kind=kind)
    shake, parts = running(kind=kind), [np.zeros((1, 2))]
    for steps in (400, 200):
        left = steps
        while left:
            count = min(left, size)
            parts.append(shake.take(count))
            left -= count
        shake.stop()
    assert np.vstack(parts).tobytes() == whole.tobytes()


def test_one_step_is_a_block_of_one():
    one, many = running(), running()
    assert [tuple(one.take(1)[0].tolist()) for _ in range(50)] == [tuple(row) for row in many.take(50).tolist()]


@pytest.mark.parametrize("stop", [0.01, 0.02, 0.04, 0.5])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_path_does_not_depend_on_the_rate(kind, stop):
    coarse = stopped_after(stop, 500, kind=kind)
    for rate in (1000, 4000):
        assert stopped_after(stop, rate, kind=kind)[:: rate // 500] == pytest.approx(coarse, abs=1e-12)


@pytest.mark.parametrize("stop", [0.0, 0.01, 0.025, 0.05, 0.5])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_acceleration_is_finite_whenever_it_is_stopped(kind, stop):
    """The peak of the second differences, from rest to rest, hardly depends on the step."""
    peaks = [
        np.abs(np.diff(stopped_after(stop, rate, kind=kind), 2, axis=0)).max() * rate**2 for rate in (4000, 16_000)
    ]
    assert peaks[1] == pytest.approx(peaks[0], rel=0.05, abs=0.1)


def test_it_fades_in_and_out_by_raised_cosines():
    """A sine along y begins at its peak: at a frequency of nearly zero only the gain is seen."""
    y = stopped_after(1.0, kind="sine", frequency=1e-6)[:, 1] / AMPLITUDE
    time = np.arange(len(y)) / 1000.0
    rise = 0.5 - 0.5 * np.cos(math.pi * np.clip(time / FADE_IN, 0.0, 1.0))
    fall = 0.5 + 0.5 * np.cos(math.pi * np.clip((time - 1.0) / FADE_OUT, 0.0, 1.0))
    assert y == pytest.approx(rise * fall, abs=1e-9)


def test_it_is_over_when_it_has_faded_out():
    shake = running()
    shake.take(300)
    assert not shake.stopping
    assert not shake.over
    shake.stop()
    assert shake.stopping
    shake.take(149)
    assert not shake.over
    shake.stop()  # once is enough
    assert shake.take(1) == pytest.approx(np.zeros((1, 2)), abs=1e-15)
    assert shake.over


@pytest.mark.parametrize("direction", ["x", "y", "xy"])
def test_directions(direction):
    moved = np.ptp(running(direction=direction).take(1000), axis=0) > 0.0
    assert moved.tolist() == {"x": [True, False], "y": [False, True], "xy": [True, True]}[direction]


def test_every_shake_has_random_streams_of_its_own():
    first = running().take(1000)
    for other in (running(number=1), running(seed=2)):
        assert np.abs(other.take(1000) - first).max() > 0.1 * AMPLITUDE
