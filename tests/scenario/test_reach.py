"""Paths that no ruler can follow: too near the pin, beyond its length, outside its hinges' limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ruler
from ruler.mechanics import find_impossible
from ruler.mechanics.hand_path import hand_paths
from ruler.scenario import load_scenario, scenario_from_data
from ruler.scenario.geometry import angles_from_opening, lay_out, tip_from_angles
from ruler.scenario.model import Ruler
from ruler.scenario.reach import farthest_distance, nearest_distance, path_findings

PAPER = {"hinges": 12, "section_length": 0.15, "section_mass": 0.0015, "end_sections": 0.48, "opening": 5.0}


def paper(**tables):
    still = {"until": {"time": 1.0}}
    return scenario_from_data({"ruler": PAPER, "phase": [still], **tables}, "paper")


def passing(distance, speed, scenario=None, rate=100_000):
    """What is found when the hand passes the pin in a straight line."""
    time = np.arange(-0.05, 0.05, 1.0 / rate)
    return path_findings(scenario or paper(), "pull", time, speed * time, np.full(time.size, distance))


def test_the_force_is_that_of_a_rod_whipped_round_the_pin():
    (found,) = passing(0.020, 3.0)
    # Twelve whole sections folded on one another: M L^2 / 12, but for the pin at 0.48 of a section.
    inertia = 12 * 0.0015 * 0.15**2 / 12.0
    # Bearing atan(v t / d): its second derivative over the distance is greatest at v t = d / 2.
    distance = 0.020 * math.sqrt(1.25)
    force = inertia * 0.64 * (3.0 / 0.020) ** 2 / distance
    assert found.kind == "whirl"
    assert found.force == pytest.approx(force, rel=0.05)
    assert found.distance == pytest.approx(distance, rel=0.01)
    assert found.turning == pytest.approx(3.0 / 0.020 * 0.8, rel=0.01)
    assert "hand.strength = 20" in str(found)
    assert found.as_dict()["force_N"] == found.force


@pytest.mark.parametrize("distance", [0.0, 0.0007, 0.002])
def test_passing_at_the_pin_is_impossible_at_any_speed_of_a_hand(distance):
    (found,) = passing(distance, 1.0)
    assert found.force > 1000.0


@pytest.mark.parametrize(("distance", "speed"), [(0.05, 3.0), (0.02, 1.0), (0.16, 10.0)])
def test_a_wide_berth_or_a_slow_hand_is_followed(distance, speed):
    assert passing(distance, speed) == []


def test_a_hand_that_gives_and_a_free_ruler_follow_anything():
    for tables in ({"hand": {"strength": 20.0}}, {"hand": {"stiffness": 200.0}}, {"table": {"anchor": "free"}}):
        scenario = paper(simulation={"rate": 4000}, **tables)
        assert passing(0.0007, 3.0, scenario) == []


def test_a_heavy_ruler_is_pulled_by_a_strong_hand():
    light, heavy = paper(), paper(ruler={**PAPER, "section_mass": 1.0})
    (found,) = passing(0.1, 10.0, heavy)
    assert found.force > 5.0 * 9.81 * 12.0
    assert passing(0.1, 10.0, light) == []
    assert passing(0.1, 1.0, heavy) == []


def test_beyond_the_straight_ruler():
    time = np.linspace(0.0, 1.0, 1001)
    full = lay_out(Ruler(**PAPER)).full_length
    (found,) = path_findings(paper(), "pull", time, full * (0.5 + 0.51 * time), np.zeros(1001))
    assert (found.kind, found.bound, found.time) == ("far", full, 1.0)
    assert found.distance == pytest.approx(1.01 * full)
    assert path_findings(paper(), "pull", time, full * (0.5 + 0.5 * time), np.zeros(1001)) == []


def test_a_ruler_whose_limits_keep_the_tip_away():
    stiff = Ruler(hinges=1, end_sections=1.0, section_length=0.2, limits=[60.0, 120.0], opening=90.0)
    assert nearest_distance(stiff) == pytest.approx(0.2)
    assert farthest_distance(stiff) == pytest.approx(0.4 * math.sin(math.radians(60.0)))
    time = np.linspace(0.0, 1.0, 1001)
    scenario = paper(ruler=stiff.model_dump())
    (found,) = path_findings(scenario, "pull", time, 0.28 - 0.1 * time, np.zeros(1001))
    assert found.kind == "near"
    assert found.bound == pytest.approx(0.2)
    assert "ruler.limits" in str(found)


@settings(deadline=None)  # a search, on machines that have other things to do
@given(st.integers(1, 7), st.floats(0.05, 1.0), st.floats(0.0, 80.0), st.floats(100.0, 180.0), st.integers(0, 1000))
def test_no_shape_lies_outside_what_was_found(hinges, ends, low, high, seed):
    made = Ruler(hinges=hinges, end_sections=ends, limits=[low, high], opening=90.0)
    near, far = nearest_distance(made), farthest_distance(made)
    rng, length = np.random.default_rng(seed), lay_out(made).length
    for _ in range(50):
        opening = np.radians(rng.uniform(low, high, hinges))
        distance = float(np.hypot(*tip_from_angles(angles_from_opening(opening), length)))
        assert near - 1e-6 <= distance <= far + 1e-6


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_every_shipped_scenario_can_be_followed(name):
    for seed in (1, 2, 3):
        assert find_impossible(load_scenario(name, seed=seed)) == []


@pytest.mark.parametrize("name", ["steady", "jerky", "violent", "table-shake"])
def test_the_path_is_the_one_that_is_played(name):
    scenario = load_scenario(name, ["phase.0.until={time=0.5}", "phase.1.until.time=0.1"])
    run = ruler.simulate(scenario)
    paths = list(hand_paths(scenario))
    time, x, y = (np.concatenate([path[i][1:] for path in paths]) for i in (1, 2, 3))
    assert time[-1] == pytest.approx(run.time[-1])
    # The tip follows the hand within a step and a half.
    within = 1.5 * float(np.hypot(np.diff(x), np.diff(y)).max()) + 1e-4
    for name, path in (("tip_x_m", x), ("tip_y_m", y)):
        np.testing.assert_allclose(np.interp(run.time[1:], time, path), run.column(name)[1:], atol=within)


def test_what_only_the_run_can_tell_ends_the_foresight():
    by_force = {"pull": {"force": 2.0}, "until": {"time": 1.0}}
    assert list(hand_paths(paper(phase=[by_force]))) == []
    loose = {"hold": False, "until": {"time": 1.0}}
    assert [path[0] for path in hand_paths(paper(phase=[{"name": "a", "until": {"time": 1.0}}, loose]))] == ["a"]


def test_pushed_through_the_pin():
    back = {"pull": {"speed": -1.0}, "until": {"time": 0.15}}
    (found,) = find_impossible(paper(phase=[back]))
    assert found.kind == "whirl"
