"""Real time to steps."""

import pytest

from ruler.lab.clock import BUDGET, LONGEST_FRAME, SPEEDS, Clock


class Watch:
    """A watch that goes on only when it is told."""

    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    made = Clock(rate=1000, now=Watch())
    made.paused = False
    return made


@pytest.mark.parametrize("speed", SPEEDS)
def test_no_step_is_lost_or_made_twice_by_rounding(clock, speed):
    clock.speed = speed
    steps = sum(clock.steps_due(1 / 60) for _ in range(600))
    assert steps == pytest.approx(10_000 * speed, abs=1)


def test_a_paused_clock_makes_none(clock):
    clock.paused = True
    assert clock.steps_due(1.0) == 0


def test_a_late_frame_makes_no_leap(clock):
    assert clock.steps_due(10.0) == round(1000 * LONGEST_FRAME)


def test_what_does_not_fit_is_lost_counted_and_told(clock):
    def slow(steps):
        clock._now.time += steps * 1e-3  # a step takes as long as it simulates

    # 133 steps are due in a frame of 16.7 ms; BUDGET lets it make about 32 of them.
    clock.speed = 8.0
    for _ in range(200):
        clock.run(clock.steps_due(1 / 60), 1 / 60, slow)
    assert clock.lost > 10.0
    assert clock.too_slow()
    assert BUDGET < 1 / 60
    assert 1.0 < clock.real_time_factor < 3.0


def test_speeds_end_at_both_ends(clock):
    for _ in range(20):
        clock.change_speed(1)
    assert clock.speed == SPEEDS[-1] == 8.0
    for _ in range(20):
        clock.change_speed(-1)
    assert clock.speed == SPEEDS[0] == 0.1
