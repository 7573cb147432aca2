"""Hinges of their own torque, and a table that falls towards the hand."""

import math

import numpy as np
import pytest

import ruler
from ruler.scenario import scenario_from_data
from ruler.scenario.hinges import hinge_torques

GRAVITY = 9.81


def left_alone(tilt, friction, time=0.5, **more):
    """A ruler that nothing holds, lying on a tilted table."""
    data = {
        "ruler": {"hinges": 3},
        "table": {"tilt": tilt, "friction": friction, "anchor": "free"},
        "phase": [{"hold": False, "until": {"time": time}}],
        **more,
    }
    return ruler.simulate(scenario_from_data(data, "a run"))


@pytest.mark.parametrize("tilt", [-20.0, 5.0, 30.0])
def test_on_a_smooth_slope_everything_falls_alike(tilt):
    run = left_alone(tilt, 0.0)
    way = 0.5 * GRAVITY * math.sin(math.radians(tilt)) * 0.5**2
    assert run.column("tip_x_m")[-1] - run.column("tip_x_m")[0] == pytest.approx(way, rel=5e-3)
    assert np.abs(run.opened[-1]).max() < 1e-6
    assert run.column("work_J")[-1] == pytest.approx(run.column("kinetic_energy_J")[-1], rel=1e-3)


def test_friction_holds_up_to_its_angle():
    steepest = math.degrees(math.atan(0.3))
    assert np.abs(np.diff(left_alone(0.97 * steepest, 0.3).column("tip_x_m")[[0, -1]])).max() < 1e-4
    sliding = left_alone(1.5 * steepest, 0.3)
    slope = math.radians(1.5 * steepest)
    way = 0.5 * GRAVITY * (math.sin(slope) - 0.3 * math.cos(slope)) * 0.5**2
    assert sliding.column("tip_x_m")[-1] - sliding.column("tip_x_m")[0] == pytest.approx(way, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("overrides", "within"),
    [
        (["hinge.spread=0.4", "seed=5"], 0.5),
        # Sevenfold: the two differ by 0.8 deg in one hinge, at every rate of either.
        (["hinge.torque=[0.02,0.005,0.01,0.015,0.003,0.01,0.02,0.004,0.012,0.008]"], 1.0),
        (["table.tilt=8", "phase.0.until={extension=0.35}"], 0.5),
        (["table.tilt=-10"], 0.5),
    ],
)
def test_uneven_hinges_and_slopes_agree_with_the_second_opinion(overrides, within):
    scenario = ruler.load_scenario("steady", ["phase.0.pull.speed=0.1", *overrides])
    simulated, independent = ruler.simulate(scenario), ruler.reference(scenario)
    assert simulated.opening_deg[-1] == pytest.approx(independent.opening_deg[-1], abs=within)


def test_a_tighter_hinge_opens_less():
    even = ruler.simulate(ruler.load_scenario("fast"))
    tight = ruler.simulate(ruler.load_scenario("fast", ["hinge.torque=[" + ",".join(["0.01"] * 9) + ",0.05]"]))
    assert tight.opening_deg[-1, -1] < even.opening_deg[-1, -1] - 20.0


def test_a_live_change_gives_each_hinge_its_torque():
    torques = [0.005, 0.02, 0.01]
    data = {"ruler": {"hinges": 3}, "phase": [{"pull": {"speed": 0.1}, "until": {"time": 0.5}}]}
    end = {"step": 300, "end": True}
    changed = {**data, "command": [{"step": 0, "set": {"key": "hinge.torque", "value": torques}}, end]}
    given = {
        **data,
        "hinge": {"torque": torques},
        "command": [{"step": 0, "set": {"key": "hinge.viscous", "value": 0.05}}, end],
    }
    runs = [ruler.simulate(scenario_from_data(one, "a run")) for one in (changed, given)]
    assert (runs[0].table == runs[1].table).all()
    assert hinge_torques(scenario_from_data(given, "a run")).opening.tolist() == torques
