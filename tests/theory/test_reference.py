"""The second opinion: scenarios played by the independent dynamics, beside the simulation."""

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.mechanics import SimulationError
from ruler.theory import Reference, default_step, play_reference, pull_slowly, slow_pull_of

FAST = ("phase.0.pull.speed=0.8", "phase.0.until.extension=0.4", "phase.1.until.time=0.1")


def beside(name: str, *sets: str, rate: float | None = None) -> tuple[ruler.Recording, ruler.Recording]:
    scenario = ruler.load_scenario(name, list(sets))
    return play_reference(scenario, rate=rate), ruler.simulate(scenario)


def worst_hinge(reference: ruler.Recording, simulated: ruler.Recording) -> float:
    return float(np.abs(reference.opening_deg[-1] - simulated.opening_deg[-1]).max())


@pytest.mark.parametrize(
    "sets",
    [
        (),
        ("ruler.hinges=3", "ruler.opening=[10, 40, 20]"),
        ("hinge.closing_torque=0.03",),
        ("hinge.stiffness=0.02", "hinge.viscous=0.0"),
        ("table.anchor=clamped", "hand.grip=clamped"),
        ("table.anchor=free", "phase.0.until={time=0.5}"),
        ("hand.stiffness=300.0", "hand.damping=2.0", "hand.strength=0.9"),
        ("hand.strength=5.0",),
        # Caught at some speed: at 1000 steps per second the last hinge is 1.3 deg off.
        ("phase.0={pull={force=0.8}, until={extension=0.4}}", "simulation.rate=2000"),
        ("phase.0={pull={path=[[0, 0, 0], [0.3, 0.2, 0.05], [0.6, 0.4, -0.05]]}, until={time=0.6}}",),
        ("phase.1={pull={speed=-0.3}, until={time=0.3}}",),
    ],
)
def test_every_kind_of_ruler_and_hand_agrees_with_the_simulation(sets):
    reference, simulated = beside("fast", *FAST, *sets)
    assert reference.table.shape == simulated.table.shape
    assert reference.time == pytest.approx(simulated.time, abs=0.02)
    assert worst_hinge(reference, simulated) < 0.7
    # A hand that starts at once is a blow, whose losses the step smears.
    assert reference.meta["summary"]["energy_error"] < 0.02
    assert reference.column("work_J")[-1] == pytest.approx(simulated.column("work_J")[-1], rel=0.03)
    assert reference.column("table_loss_J")[-1] == pytest.approx(simulated.column("table_loss_J")[-1], rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["steady", "dry-steady", "fast", "springs", "frictionless-table"])
def test_calm_scenarios_agree_within_a_third_of_a_degree(name, shipped_run):
    reference, simulated = play_reference(ruler.load_scenario(name)), shipped_run(name)
    assert worst_hinge(reference, simulated) < 0.35
    assert reference.meta["summary"]["energy_error"] < 0.005


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jerky", "table-shake"])
def test_shaken_scenarios_agree_on_the_same_path(name, shipped_run):
    reference, simulated = play_reference(ruler.load_scenario(name), rate=2000.0), shipped_run(name)
    first, second = (run.meta["summary"]["center_of_load"] for run in (reference, simulated))
    assert first == pytest.approx(second, abs=0.01)
    # The simulated tip is up to a step behind the hand, which moves at up to 2 m/s.
    assert reference.column("tip_y_m") == pytest.approx(simulated.column("tip_y_m"), abs=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sets",
    [
        ("ruler.hinges=4",),
        ("ruler.hinges=4", "hinge.torque=[0.01, 0.006, 0.02, 0.015]", "hinge.spread=0.2", "table.tilt=5.0"),
        ("ruler.hinges=4", "table.tilt=-8.0", "ruler.limits=[0.0, 100.0]"),
        pytest.param((), marks=pytest.mark.slow),
    ],
)
def test_slowly_pulled_it_comes_to_the_slow_limit(sets):
    scenario = ruler.load_scenario("dry-steady", [*sets, "phase.1.until.time=0.1"])
    slow = slow_pull_of(scenario)
    limit = pull_slowly(slow.ruler, slow.displacement, step=0.25 * default_step(slow.ruler)).opening[-1]
    opening = play_reference(scenario, rate=250.0).opening_deg[-1]
    assert opening == pytest.approx(np.degrees(limit), abs=0.1)


def test_the_result_does_not_depend_on_the_rounding_of_friction():
    openings = []
    for factor in (0.1, 10.0):
        reference = Reference(ruler.load_scenario("fast", [*FAST, "hinge.viscous=0.0"]))
        minimiser = reference._motion._minimiser
        minimiser._spin_eps *= factor
        minimiser._slide_eps *= factor
        reference.advance(10_000)
        openings.append(np.degrees(reference.samples().opening[-1]))
    assert openings[0] == pytest.approx(openings[1], abs=0.05)


@pytest.mark.slow
def test_the_account_and_the_openings_converge_with_the_rate():
    shaken = "phase.0.shake=[{where='tip', kind='sine', amplitude=0.01, frequency=5.0}]"
    slower = "phase.0.pull.speed=0.3"
    scenario = ruler.load_scenario("fast", [*FAST, slower, shaken, "simulation.rate=4000"])
    runs = [play_reference(scenario, rate=rate) for rate in (500.0, 1000.0, 4000.0)]
    errors = [run.meta["summary"]["energy_error"] for run in runs]
    assert errors[1] < 0.6 * errors[0] < 2e-3
    assert errors[2] < 0.4 * errors[1]
    apart = [np.abs(run.opening_deg[-1] - runs[-1].opening_deg[-1]).max() for run in runs[:2]]
    assert apart[1] < 0.6 * apart[0] < 0.6


def test_how_far_it_is_advanced_at_a_time_changes_nothing():
    scenario = ruler.load_scenario("fast", list(FAST))
    one, many = Reference(scenario), Reference(scenario)
    one.advance(100_000)
    while not many.finished:
        many.advance(7)
    assert np.array_equal(one.samples().opening, many.samples().opening)


def test_a_tilted_table_pulls_the_ruler_open():
    sets = ("table.tilt=20.0", "table.friction=0.02", "phase=[{hold=false, until={time=0.4}}]", "hinge.viscous=0.0")
    run = play_reference(ruler.load_scenario("steady", [*sets, "hinge.torque=0.0005", "ruler.opening=60.0"]))
    assert run.opened[-1].sum() > 0.1
    work = run.column("work_J")[-1]
    assert work > 0.01, "the slope's"
    assert run.column("elastic_energy_J")[-1] == 0.0
    spent = [run.column(name)[-1] for name in ("hinge_loss_J", "table_loss_J", "kinetic_energy_J", "elastic_energy_J")]
    assert sum(spent) == pytest.approx(work, rel=0.01)


def test_a_recording_of_it_is_like_any_other(tmp_path):
    run = ruler.reference(ruler.load_scenario("fast", list(FAST)), name="mine")
    assert (run.meta["kind"], run.meta["name"], run.meta["step_s"]) == ("reference", "mine", 0.001)
    ruler.save_recording(run, tmp_path / "run.csv")
    again = ruler.load_recording(tmp_path / "run.csv")
    assert np.array_equal(again.table, run.table)
    assert again.scenario == run.scenario
    assert ruler.export(tmp_path / "run.csv", tmp_path / "layers.csv").exists()


def test_a_session_of_the_window_is_refused():
    scenario = ruler.load_scenario("fast", ["command=[{step=10, end=true}]"])
    with pytest.raises(BadInputError, match=r"1 commands.*session of the window"):
        ruler.reference(scenario)


@pytest.mark.parametrize("rate", [0.0, -1.0, 1e6, float("nan")])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(BadInputError, match="rate: "):
        ruler.reference(ruler.load_scenario("fast"), rate=rate)


def test_a_hand_too_weak_for_the_ruler_is_not_waited_for_for_ever():
    sets = ["ruler.hinges=3", "hand.strength=0.05"]
    with pytest.raises(SimulationError, match=r"no farther towards 0.55 in 10 s"):
        ruler.reference(ruler.load_scenario("fast", sets), rate=250.0)


def test_a_path_that_no_ruler_can_follow_ends_the_run_in_words():
    sets = ["ruler.limits=[5.0, 60.0]", "phase.0.pull.speed=1.0"]
    with pytest.raises(SimulationError, match=r"stopped at .*hand.strength"):
        ruler.reference(ruler.load_scenario("fast", sets))
