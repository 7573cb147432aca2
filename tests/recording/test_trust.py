"""Good, fair or poor, and why."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.recording import Recorder, Recording
from ruler.recording.recording import column_names, unaccounted_energy
from ruler.recording.trust import LEVELS, judge, trust_of
from ruler.scenario import load_scenario

parts = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("error", "gap", "level"),
    [
        (None, None, "good"),
        (0.005, 0.001, "good"),
        (0.0051, 0.0, "fair"),
        (0.02, 0.0, "fair"),
        (0.021, 0.0, "poor"),
        (0.0, 0.0011, "fair"),
        (0.0, 0.005, "fair"),
        (0.0, 0.0051, "poor"),
        (math.nan, 0.0, "poor"),
        (math.inf, 0.0, "poor"),
    ],
)
def test_thresholds(error, gap, level):
    trust = judge(error, gap)
    assert trust.level == level
    assert (trust.reason is None) == (level == "good")


@given(parts, parts, parts, parts)
def test_more_wrong_is_never_better(error, gap, more_error, more_gap):
    less = judge(error, gap)
    more = judge(error + more_error, gap + more_gap)
    assert LEVELS.index(more.level) >= LEVELS.index(less.level)


@given(parts, parts, st.floats(1e-6, 10.0))
def test_a_forced_part_is_poor_and_says_when(error, gap, forced):
    trust = judge(error, gap, forced, gap_time=1.25)
    assert trust.level == "poor"
    assert "at 1.250 s" in trust.reason
    assert "forced" in trust.reason


def test_a_run_that_ended_early_is_poor_with_its_status():
    trust = judge(0.0, 0.0, status="interrupted at 0.100 s")
    assert trust.level == "poor"
    assert "interrupted at 0.100 s" in trust.reason


def test_the_reason_is_that_of_the_worst():
    assert "joint" not in judge(0.5, 0.002).reason
    assert "joint" in judge(0.01, 0.002).reason


def test_the_energy_is_what_was_in_play_where_little_work_is_left():
    row = np.zeros(len(column_names(1)))
    row[column_names(1).index("work_J")] = 1e-6
    assert unaccounted_energy(row, 1e-9) == 1.0
    assert unaccounted_energy(row, 1e-9, stored=1.0) == pytest.approx(1e-6)
    assert unaccounted_energy(0.0 * row, 1e-9) is None


def test_a_recorder_says_it_while_it_runs():
    recorder = Recorder(load_scenario("steady"))
    recorder.simulation.advance(1000)
    recorder.collect()
    assert recorder.trust().level == "good"
    assert trust_of(recorder.recording()).level == "poor", "a run that is not at its end"


@pytest.mark.parametrize("meta", [{}, {"source": 3}, {"source": {"ruler": []}}, {"worst_joint_gap_m": "far"}])
def test_metadata_of_foreign_files_do_no_harm(meta):
    table = np.zeros((1, len(column_names(1))))
    assert trust_of(Recording(table, ("pull",), {"status": "complete", **meta})).level == "good"
