"""The simulated ruler against the slow limit: two programs that share nothing but the scenario."""

import numpy as np
import pytest

import ruler
from ruler.scenario import scenario_from_data
from ruler.theory import pull_slowly, slow_pull_of

HINGES = (3, 5, 7, 9, 11, 13, 14, 16, 18, 20, 22, 24)
SPEED = 0.02  # m/s, slow enough: half of it changes no hinge by more than 0.1 deg


def random_scenario(hinges, rng):
    """A slow pull of a dry ruler: friction in hinges and on the table of comparable strength."""
    length, mass, friction = rng.uniform(0.1, 0.3), rng.uniform(0.005, 0.03), rng.uniform(0.1, 0.5)
    ratio = np.exp(rng.uniform(np.log(0.3), np.log(3.0)))
    data = {
        "format": 1,
        "ruler": {
            "hinges": hinges,
            "section_length": length,
            "section_mass": mass,
            "opening": rng.uniform(5.0, 20.0),
        },
        "hinge": {"torque": ratio * friction * mass * 9.81 * length, "viscous": 0.0},
        "table": {"friction": friction},
        "recording": {"rate": 1.0},
        "phase": [
            {"name": "pull", "pull": {"speed": SPEED}, "until": {"extension": 0.55}},
            {"name": "rest", "until": {"time": 0.3}},
        ],
    }
    return scenario_from_data(data, f"{hinges} hinges")


def worst_hinge(scenario):
    """How far the worst hinge of the simulation ends from the slow limit, deg."""
    slow = slow_pull_of(scenario)
    limit = np.rad2deg(pull_slowly(slow.ruler, slow.displacement).opening[-1])
    return float(np.abs(ruler.simulate(scenario).opening_deg[-1] - limit).max())


@pytest.mark.slow
def test_twelve_random_dry_rulers():
    rng = np.random.default_rng(3)
    worst = {hinges: worst_hinge(random_scenario(hinges, rng)) for hinges in HINGES}
    print("worst hinge, deg:", {hinges: round(error, 2) for hinges, error in worst.items()})  # noqa: T201
    assert np.median(list(worst.values())) < 0.5
    assert max(worst.values()) < 2.5


@pytest.mark.slow
def test_a_long_ruler_needs_shorter_steps_and_gets_them():
    scenario = ruler.load_scenario("deep-steady", ["hinge.viscous=0", "phase.0.pull.speed=0.1", "recording.rate=1"])
    assert scenario.ruler.hinges == 40
    assert worst_hinge(scenario) < 1.5


@pytest.mark.parametrize(
    ("tables", "until", "tolerance"),
    [
        ({"ruler": {"hinges": 4, "opening": [10.0, 40.0, 25.0, 15.0]}}, 0.55, 1.0),
        ({"ruler": {"hinges": 6, "end_sections": 1.0, "limits": [0.0, 100.0]}}, 0.5, 1.0),
        ({"ruler": {"hinges": 4}, "table": {"anchor": "clamped", "friction": 0.05}}, 0.5, 1.0),
        # It opens until it is cheaper to slide whole: where that is, small errors of friction decide.
        ({"ruler": {"hinges": 5}, "table": {"anchor": "free"}}, 0.6, 2.5),
    ],
    ids=["uneven", "limits", "clamped", "free"],
)
def test_other_rulers(tables, until, tolerance):
    data = {"format": 1, "phase": [{"pull": {"speed": SPEED}, "until": {"extension": until}}], **tables}
    assert worst_hinge(scenario_from_data({**data, "hinge": {"viscous": 0.0}}, "a ruler")) < tolerance


def test_there_and_back_against_a_closing_torque():
    data = {
        "format": 1,
        "ruler": {"hinges": 3, "opening": 30.0},
        "hinge": {"viscous": 0.0, "closing_torque": 0.015},
        "phase": [
            {"name": "pull", "pull": {"speed": SPEED}, "until": {"extension": 0.6}},
            {"name": "back", "pull": {"speed": -SPEED}, "until": {"extension": 0.5}},
        ],
    }
    assert worst_hinge(scenario_from_data(data, "there and back")) < 1.0
