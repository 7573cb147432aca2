"""Every shipped scenario, played once: sound numbers, joints that hold, an energy account that closes."""

import math

import numpy as np
import pytest

import ruler
from ruler.analysis import energy_error
from ruler.scenario.geometry import lay_out

SCENARIOS = pytest.mark.parametrize("name", ruler.shipped_scenarios())
VIOLENT = {"violent"}

pytestmark = pytest.mark.slow


@SCENARIOS
def test_is_finite_and_complete(shipped_run, name):
    run = shipped_run(name)
    assert run.complete
    assert np.isfinite(run.table).all()


@SCENARIOS
def test_joints_hold(shipped_run, name):
    """Joint gaps: 0.1 % of a section; violent ones 1 %."""
    run = shipped_run(name)
    part = 0.01 if name in VIOLENT else 0.001
    assert 0.0 < run.meta["worst_joint_gap_m"] < part * run.scenario.ruler.section_length


@SCENARIOS
def test_energy_account_closes(shipped_run, name):
    assert energy_error(shipped_run(name)) <= 0.015


@SCENARIOS
def test_energy_account_closes_at_every_sample(shipped_run, name):
    """Not by chance at the end: all along, within 1.5 % of the work done in all."""
    run = shipped_run(name)
    kept = sum(run.column(c) for c in ("kinetic_energy_J", "hinge_loss_J", "table_loss_J", "elastic_energy_J"))
    assert np.abs(run.column("work_J") - kept).max() <= 0.015 * run.column("work_J")[-1]


@SCENARIOS
def test_friction_only_takes(shipped_run, name):
    run = shipped_run(name)
    for column in ("hinge_loss_J", "table_loss_J"):
        assert (np.diff(run.column(column)) >= -1e-12).all()


@SCENARIOS
def test_openings_stay_within_the_limits(shipped_run, name):
    run = shipped_run(name)
    low, high = run.scenario.ruler.limits
    # A stop is a joint too: a hinge thrown against it goes through by a fraction of a degree.
    assert run.opening_deg.min() > low - 1.0
    assert run.opening_deg.max() < high + 1.0


@SCENARIOS
def test_tip_ends_where_the_phases_say(shipped_run, name):
    run = shipped_run(name)
    scenario = run.scenario
    extension = run.column("extension")
    opening = math.sin(math.radians(5.0))  # 10 deg; of the paper's ruler each hinge has its own
    assert extension[0] == pytest.approx(opening, abs=1e-9) or isinstance(scenario.ruler.opening, list)
    assert extension[-1] == pytest.approx(scenario.phase[0].until.extension, abs=1e-3)
    full = lay_out(scenario.ruler).full_length
    assert run.column("tip_x_m")[-1] == pytest.approx(extension[-1] * full, abs=1e-3)


@SCENARIOS
def test_samples_come_at_the_recording_rate_and_the_last_is_the_final_state(shipped_run, name):
    run = shipped_run(name)
    steps = np.diff(run.time)
    assert steps[:-1] == pytest.approx(1.0 / run.scenario.recording.rate, abs=1e-9)
    assert run.time[-1] == pytest.approx(run.meta["simulated_s"], abs=1e-12)
    assert run.meta["steps"] == pytest.approx(run.time[-1] * run.scenario.steps_per_second)


@SCENARIOS
def test_every_phase_is_in_the_recording(shipped_run, name):
    run = shipped_run(name)
    assert list(dict.fromkeys(run.phase)) == [phase.name for phase in run.scenario.phase]


@pytest.mark.parametrize("name", ["dry-steady", "steady", "deep-steady", "fast", "frictionless-table", "springs"])
def test_hand_force_times_way_is_the_work_of_an_unshaken_hand(shipped_run, name):
    run = shipped_run(name)
    work = (run.column("pull_force_N")[1:] * np.diff(run.column("tip_x_m"))).sum()
    assert work == pytest.approx(run.column("work_J")[-1], rel=0.01)


@pytest.mark.parametrize("seed", range(1, 11))
def test_energy_account_closes_for_every_seed_of_jerky(play, seed):
    assert energy_error(play("jerky", seed=seed)) <= 0.003


@pytest.mark.parametrize("hand", ["hand.strength=20", "hand.stiffness=100"])
def test_a_soft_hand_that_moves_when_its_phase_ends_leaves_the_account_closed(play, hand):
    phases = "phase=[{pull={speed=0.3},until={time=0.5,extension=0.9}},{until={time=0.1}}]"
    assert energy_error(play("steady", phases, hand)) <= 0.003


def test_the_energy_account_closes_at_every_rate_of_a_violent_run(play):
    for rate in (1000, 2000, 4000):
        assert energy_error(play("violent", f"simulation.rate={rate}", seed=8)) <= 0.003
