"""Runs that go wrong stop, in finite time, with the time, the step and the cause; what was recorded stays."""

import re

import numpy as np
import pytest

from ruler.errors import FailedError
from ruler.mechanics import Simulation, SimulationError
from ruler.recording import Recorder
from ruler.scenario.files import scenario_from_data

ENDLESS = {
    "a hand too weak": {
        "hand": {"strength": 0.05},
        "phase": [{"pull": {"speed": 0.1}, "until": {"extension": 0.55}}],
    },
    "a force too weak": {"phase": [{"pull": {"force": 0.05}, "until": {"extension": 0.55}}]},
    "a force that stalls half way": {"phase": [{"pull": {"force": 0.3}, "until": {"extension": 0.55}}]},
    "a soft hand too weak": {
        "hand": {"stiffness": 300.0, "damping": 2.0, "strength": 0.05},
        "phase": [{"pull": {"speed": 0.1}, "until": {"extension": 0.55}}],
    },
    "a soft hand that never quite gets there": {
        "hand": {"stiffness": 5.0, "damping": 1.0},
        "phase": [{"pull": {"path": [[0.0, 0.0, 0.0], [2.0, 1.0, 0.0]]}, "until": {"extension": 0.57}}],
    },
    "a ruler shut by its limits": {
        "ruler": {"limits": [0.0, 20.0]},
        "hand": {"strength": 5.0},
        "phase": [{"pull": {"speed": 0.1}, "until": {"extension": 0.55}}],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("case", ENDLESS)
def test_phase_that_never_ends_is_given_up(case):
    simulation = Simulation(scenario_from_data({"simulation": {"rate": 500}, **ENDLESS[case]}, case))
    with pytest.raises(SimulationError, match=r"no farther towards .* in 10 s") as stopped:
        simulation.advance(120 * 500)
    found = re.match(r'stopped at ([\d.]+) s \(step (\d+), phase "pull"\)', str(stopped.value))
    assert found is not None
    assert float(found[1]) == pytest.approx(int(found[2]) / 500, abs=1e-3)


def torn():
    """A ruler thrown about so hard that its joints come apart."""
    shake = {"amplitude": 2.0, "frequency": 30.0, "fade_in": 0.2}
    return scenario_from_data({"phase": [{"name": "tear", "shake": [shake], "until": {"time": 20.0}}]}, "torn")


def test_joint_that_comes_apart_stops_the_run():
    recorder = Recorder(torn())
    with pytest.raises(
        SimulationError, match=r'phase "tear"\): the path asks .* rad/s: at .* s a joint was forced .*hand.strength=20'
    ):
        recorder.run()
    assert recorder.simulation.time < 2.0


def test_what_was_recorded_until_then_is_kept():
    recorder = Recorder(torn())
    with pytest.raises(SimulationError):
        recorder.run()
    kept = recorder.recording()
    assert len(kept.time) > 3
    assert np.isfinite(kept.table).all()
    assert not kept.complete
    assert kept.meta["status"].startswith("stopped at")


def test_number_that_is_none_stops_the_run():
    recorder = Recorder(scenario_from_data({"phase": [{"pull": {"speed": 0.1}, "until": {"time": 5.0}}]}, "a run"))
    recorder.simulation.advance(500)
    recorder.collect()
    recorder.simulation._chain.sections[3].velocity = (float("nan"), 0.0)
    with pytest.raises(SimulationError, match="no longer a number"):
        recorder.run()
    assert np.isfinite(recorder.recording().table).all()
    assert recorder.recording().time[-1] >= 0.45


def test_trouble_is_a_failure_not_bad_input():
    assert issubclass(SimulationError, FailedError)
    assert SimulationError.exit_code == 1
