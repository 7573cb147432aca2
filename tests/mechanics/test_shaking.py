"""The shaking: its statistics, its envelopes, and that shakes leave each other alone."""

import math
from typing import get_args

import numpy as np
import pytest

from ruler.mechanics.drive import Drive
from ruler.mechanics.shaking import JERK_WIDTH, NOISE_DAMPING, WAVEFORMS, envelope, waveform
from ruler.scenario.model import Phase, Pull, Shake, ShakeKind, Until

FREQUENCY = 6.0
DT = 1e-3


def shake(**keys):
    return Shake(**{"amplitude": 0.01, "frequency": FREQUENCY, **keys})


def noise(seconds, dt=DT, seed=1, key=(0, 0)):
    return waveform(shake(), dt, seed, key).take(round(seconds / dt))


@pytest.fixture(scope="module")
def long_noise():
    """400 s in both directions: some 2400 periods, correlated over about 1 / (0.3 2 pi 6 Hz) = 0.09 s."""
    return noise(400.0)


def test_noise_has_the_rms_it_is_given(long_noise):
    assert long_noise.std(axis=0) == pytest.approx([1.0, 1.0], rel=0.05)
    assert long_noise.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.05)


def test_noise_is_gaussian(long_noise):
    fourth = (long_noise**4).mean(axis=0) / (long_noise**2).mean(axis=0) ** 2
    assert fourth == pytest.approx([3.0, 3.0], abs=0.3)


def test_noise_has_the_spectrum_of_a_damped_resonance(long_noise):
    """Density ~ 1 / ((f0^2 - f^2)^2 + (2 z f0 f)^2), greatest at f0 sqrt(1 - 2 z^2)."""
    segments = long_noise[:, 0].reshape(-1, 4000)
    power = (np.abs(np.fft.rfft(segments, axis=1)) ** 2).mean(axis=0)[1:]
    f = np.fft.rfftfreq(4000, DT)[1:]
    theory = 1.0 / ((FREQUENCY**2 - f**2) ** 2 + (2.0 * NOISE_DAMPING * FREQUENCY * f) ** 2)
    for low, high in ((0.0, 3.0), (3.0, 5.0), (5.0, 7.0), (7.0, 12.0)):
        band = (f >= low) & (f < high)
        assert power[band].sum() / power.sum() == pytest.approx(theory[band].sum() / theory.sum(), abs=0.03)
    smooth = np.convolve(power, np.ones(9) / 9.0, "same")
    peak = FREQUENCY * math.sqrt(1.0 - 2.0 * NOISE_DAMPING**2)
    assert f[smooth.argmax()] == pytest.approx(peak, abs=1.0)


def test_directions_are_independent(long_noise):
    x, y = long_noise.T
    for lag in (0, 20, 42):
        assert abs(np.corrcoef(x[lag:], y[: len(y) - lag])[0, 1]) < 0.06


@pytest.mark.parametrize("rate", [500, 1000, 4000])
def test_statistics_do_not_depend_on_the_step(rate):
    """Autocorrelation after 20 ms: exp(-z w t) (cos w' t + z / sqrt(1 - z^2) sin w' t), whatever the step."""
    x = noise(200.0, 1.0 / rate, seed=3).T.ravel()
    lag, omega, z = round(0.02 * rate), 2.0 * math.pi * FREQUENCY, NOISE_DAMPING
    damped = omega * math.sqrt(1.0 - z * z)
    theory = math.exp(-z * omega * 0.02) * (
        math.cos(damped * 0.02) + z / math.sqrt(1.0 - z * z) * math.sin(damped * 0.02)
    )
    assert x.std() == pytest.approx(1.0, rel=0.06)
    assert np.corrcoef(x[lag:], x[:-lag])[0, 1] == pytest.approx(theory, abs=0.04)


def test_noise_begins_as_strong_as_it_goes_on():
    """Started in its stationary state: the first number has rms 1 over the seeds."""
    first = np.array([noise(0.002, seed=seed)[0] for seed in range(400)])
    assert first.std(axis=0) == pytest.approx([1.0, 1.0], rel=0.12)


def test_every_kind_has_a_waveform():
    assert tuple(WAVEFORMS) == get_args(ShakeKind)


@pytest.mark.parametrize("kind", WAVEFORMS)
def test_blocks_change_no_bit(kind):
    whole = waveform(shake(kind=kind), DT, 1, (0, 0)).take(3000)
    parts = waveform(shake(kind=kind), DT, 1, (0, 0))
    pieces = np.vstack([parts.take(n) for n in (1, 2, 497, 1500, 1000)])
    assert pieces.tobytes() == whole.tobytes()


@pytest.mark.parametrize("kind", ["noise", "jerk"])
def test_seed_phase_and_shake_have_streams_of_their_own(kind):
    def numbers(seed, key):
        return waveform(shake(kind=kind), DT, seed, key).take(2000)

    first = numbers(1, (0, 0))
    for seed, key in ((2, (0, 0)), (1, (0, 1)), (1, (1, 0))):
        assert np.abs(numbers(seed, key) - first).max() > 0.1


def test_sine_goes_in_circles():
    x, y = waveform(shake(kind="sine"), DT, 1, (0, 0)).take(2000).T
    assert np.hypot(x, y) == pytest.approx(np.ones(2000))
    assert x == pytest.approx(np.sin(2.0 * math.pi * FREQUENCY * DT * np.arange(2000)))


def test_jerk_comes_once_a_period_and_returns():
    moved = np.hypot(*waveform(shake(kind="jerk"), DT, 1, (0, 0)).take(10_000).T)
    assert moved.max() == pytest.approx(1.0, abs=0.01)
    periods = np.floor(FREQUENCY * DT * np.arange(10_000)).astype(int)
    for period in range(60):
        inside = moved[periods == period]
        assert inside.max() > 0.9
        assert np.mean(inside > 0.0) == pytest.approx(JERK_WIDTH, abs=0.02)
    directions = waveform(shake(kind="jerk"), DT, 1, (0, 0)).take(10_000)
    far = directions[moved > 0.9]
    assert abs((far / np.hypot(*far.T)[:, None]).mean(axis=0)).max() < 0.35  # every direction


TIME = np.array([0.0, 0.025, 0.05, 1.0, 1.5, 1.85, 1.925, 2.0])


def test_constant_envelope_fades_in_and_out():
    strength = envelope(shake(), TIME, 2.0)
    assert strength == pytest.approx([0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0])


def test_fade_envelope_falls_linearly_to_zero():
    strength = envelope(shake(envelope="fade", fade_in=0.0, fade_out=0.0), TIME, 2.0)
    assert strength == pytest.approx(1.0 - TIME / 2.0)


def test_decay_envelope_falls_exponentially():
    strength = envelope(shake(envelope="decay", decay=1.5, fade_in=0.0, fade_out=0.0), TIME, 2.0)
    assert strength == pytest.approx(np.exp(-1.5 * TIME))


def test_nothing_fades_out_when_the_end_is_not_known():
    strength = envelope(shake(fade_in=0.0), TIME, None)
    assert strength == pytest.approx(np.ones(TIME.size))


def test_slow_fades():
    strength = envelope(shake(fade_in=1.0, fade_out=1.0), TIME, 2.0)
    assert strength == pytest.approx(np.minimum(TIME, 2.0 - TIME))


def positions(*shakes, steps=1000, pull=None):
    """x, y of hand and x, y of table after each step of a phase of 2 s."""
    phase = Phase(pull=pull, shake=list(shakes), until=Until(time=2.0))
    drive = Drive(phase, (0.5, 0.0, 0.0, 0.0), 2.0, DT, 1, 0)
    moves = np.array(drive.moves(steps))
    moved = np.array((0.5, 0.0, 0.0, 0.0)) + DT * np.cumsum(moves, axis=0)
    assert moved[-1] == pytest.approx(drive.position, abs=1e-12)
    return moved


@pytest.mark.parametrize("where", ["tip", "table"])
@pytest.mark.parametrize("direction", ["x", "y", "xy"])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_shake_moves_what_it_names_and_nothing_else(where, direction, kind):
    moved = np.ptp(positions(shake(where=where, direction=direction, kind=kind)), axis=0)
    axes = {"x": [True, False], "y": [False, True], "xy": [True, True]}[direction]
    expected = [*axes, False, False] if where == "tip" else [False, False, *axes]
    assert (moved > 0.005).tolist() == expected  # amplitude 0.01 m


def test_adding_a_shake_leaves_the_others_alone():
    first, second = shake(direction="x"), shake(where="table", kind="jerk")
    alone, both = positions(first), positions(first, second)
    assert both[:, :2].tobytes() == alone[:, :2].tobytes()
    assert np.abs(both[:, 2:]).max() > 0.0


def test_shakes_add_up():
    first, second = shake(kind="sine"), shake(kind="sine", frequency=3.0)
    neither = positions(shake(amplitude=0.0), shake(amplitude=0.0))
    together, one, other = positions(first, second), positions(first), positions(second)
    assert together - neither == pytest.approx(one - neither + other - neither, abs=1e-12)


def test_shaking_adds_to_the_pull_and_is_over_at_the_end():
    pull = Pull(speed=0.2)
    shaken, plain = positions(shake(), steps=2000, pull=pull), positions(steps=2000, pull=pull)
    assert np.abs(shaken - plain).max() > 0.005
    assert shaken[-1] == pytest.approx(plain[-1], abs=1e-12)


def test_hand_does_not_jump_when_shaking_begins():
    first = positions(shake(kind="noise"), shake(kind="sine"))[0]
    assert first == pytest.approx([0.5, 0.0, 0.0, 0.0], abs=0.001)


def test_path_is_followed_point_by_point():
    path = [[0.0, 9.0, 9.0], [0.5, 9.1, 9.0], [1.0, 9.1, 8.8]]
    moved = positions(pull=Pull(path=path))
    assert moved[249] == pytest.approx([0.55, 0.0, 0.0, 0.0])
    assert moved[499] == pytest.approx([0.60, 0.0, 0.0, 0.0])
    assert moved[999] == pytest.approx([0.60, -0.2, 0.0, 0.0])
