"""The shaking: its waveforms, its envelopes, and that shakes leave each other alone."""

import math
from typing import get_args

import numpy as np
import pytest

from ruler.mechanics.drive import Drive
from ruler.mechanics.shaking import JERK_WIDTH, WAVEFORMS, envelope, waveform
from ruler.scenario.model import Phase, Pull, Shake, ShakeKind, Until

FREQUENCY = 6.0
DT = 1e-3


def shake(**keys):
    return Shake(**{"amplitude": 0.01, "frequency": FREQUENCY, **keys})


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
    assert strength == pytest.approx(0.5 - 0.5 * np.cos(math.pi * np.minimum(TIME, 2.0 - TIME)))


def test_fades_are_raised_cosines():
    time = np.linspace(0.0, 2.0, 1001)
    rise = 0.5 - 0.5 * np.cos(math.pi * np.minimum(time / 0.4, 1.0))
    assert envelope(shake(fade_in=0.4, fade_out=0.0), time, 2.0) == pytest.approx(rise)
    assert envelope(shake(fade_in=0.0, fade_out=0.4), time, 2.0) == pytest.approx(rise[::-1])


def positions(*shakes, steps=1000, pull=None, dt=DT):
    """x, y of hand and x, y of table after each step of a phase of 2 s."""
    phase = Phase(pull=pull, shake=list(shakes), until=Until(time=2.0))
    drive = Drive(phase, (0.5, 0.0, 0.0, 0.0), 2.0, dt, 1, 0)
    moves = drive.moves(steps)
    drive.go_by(steps)
    moved = np.array((0.5, 0.0, 0.0, 0.0)) + dt * np.cumsum(moves, axis=0)
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


@pytest.mark.parametrize("where", ["tip", "table"])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_hand_and_table_go_the_same_way_at_every_rate(kind, where):
    coarse = positions(shake(kind=kind, where=where), steps=1000, dt=2e-3)
    for rate in (1000, 4000, 16_000):
        fine = positions(shake(kind=kind, where=where), steps=2 * rate, dt=1.0 / rate)
        assert fine[rate // 500 - 1 :: rate // 500] == pytest.approx(coarse, abs=1e-10)


@pytest.mark.parametrize("where", ["tip", "table"])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_acceleration_is_finite_from_rest_to_rest(kind, where):
    """The peak of the second differences, fades included, hardly depends on the step."""
    still = np.array([[0.5, 0.0, 0.0, 0.0]] * 2)
    peaks = []
    for rate in (4000, 16_000):
        moved = positions(shake(kind=kind, where=where), steps=2 * rate, dt=1.0 / rate)
        whole = np.vstack((still, moved, moved[-1:]))
        peaks.append(np.abs(np.diff(whole, 2, axis=0)).max() * rate**2)
    assert peaks[1] == pytest.approx(peaks[0], rel=0.05)
    # amplitude times the square of the highest angular frequency: of a jerk, 4 x 6 Hz; of the fade, 10 Hz
    assert peaks[1] < 0.05 * (2.0 * math.pi * 24.0) ** 2


def test_path_is_followed_point_by_point():
    path = [[0.0, 9.0, 9.0], [0.5, 9.1, 9.0], [1.0, 9.1, 8.8]]
    moved = positions(pull=Pull(path=path))
    assert moved[249] == pytest.approx([0.55, 0.0, 0.0, 0.0])
    assert moved[499] == pytest.approx([0.60, 0.0, 0.0, 0.0])
    assert moved[999] == pytest.approx([0.60, -0.2, 0.0, 0.0])
