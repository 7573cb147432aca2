"""What "auto" chooses: enough for the ruler, no more for a calm one, and what is given is obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ruler
from ruler.scenario import load_scenario
from ruler.scenario.stepping import QUICK_RATES, RATES, fineness

PAPER = ("ruler.hinges=12", "ruler.section_length=0.15", "ruler.section_mass=0.0015", "hinge.torque=0.0093")


def steps(*overrides):
    return load_scenario("steady", list(overrides)).stepping


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_shipped_scenarios_leave_it_to_the_program(name):
    scenario = load_scenario(name)
    # Forty hinges in a row; the paper's ruler is light and its hinges are tight.
    steps = {"deep": (2000, 20), "paper": (16000, 10)}.get(name.split("-")[0], (1000, 10))
    assert (scenario.steps_per_second, scenario.iterations) == steps
    assert scenario.stepping.chosen == ("rate", "iterations")
    assert scenario.stepping.shortfall == 1.0


@pytest.mark.parametrize("change", ["ruler.hinges=5", "hinge.torque=0.02", "table.friction=1", "ruler.section_mass=1"])
def test_a_calm_ruler_is_stepped_as_the_standard_one(change):
    assert steps(change)[:2] == (1000, 10)


@pytest.mark.parametrize(
    ("overrides", "rate", "reason"),
    [
        (PAPER, 8000, "friction takes 3.42 rad/s"),
        ((*PAPER, "phase.0.shake=[{amplitude=0.04,frequency=5}]"), 16000, "the shaken tip gives it 0.26"),
        (("ruler.section_mass=0.0002",), 16000, "friction takes 15.1 rad/s"),
        (("hinge.spread=2",), 4000, "friction takes 2.54 rad/s"),
        (("hinge.viscous=5",), 8000, "viscous friction of 5"),
        (("ruler.hinges=80",), 2000, "80 hinges"),
        (("ruler.end_sections=0.05",), 8000, "from an end section"),
        (("ruler.end_sections=0.05", "hinge.torque=0"), 4000, "end sections of 0.05"),
        (("hinge.stiffness=10000",), 16000, "springs of 10000 N m/rad"),
        (("hand.stiffness=100000",), 16000, "a hand of 100000 N/m"),
        (("recording.rate=5000",), 8000, "5000 samples a second"),
        (("phase.0.shake=[{amplitude=1e-6,frequency=900}]",), 8000, "shaking at 900 Hz"),
    ],
)
def test_a_rough_ruler_gets_a_higher_rate_and_a_reason(overrides, rate, reason):
    made = steps(*overrides)
    assert made.rate == rate
    assert reason in made.reason
    assert made.shortfall == 1.0
    assert "rate and iterations chosen" in str(made)


def test_a_shaken_table_asks_for_no_more_than_its_friction_passes_on():
    assert steps(*PAPER, "phase.0.shake=[{where='table',amplitude=0.04,frequency=5}]")[:2] == (8000, 10)


def test_what_is_given_is_obeyed_and_judged():
    made = steps(*PAPER, "simulation.rate=500", "simulation.iterations=7")
    assert (made.rate, made.iterations, made.chosen) == (500, 7, ())
    assert made.shortfall > 50.0
    assert "(as given)" in str(made)
    assert "times too coarse: friction takes" in str(made)


def test_the_other_number_makes_up_for_one_that_is_given():
    assert steps(*PAPER, "simulation.rate=4000")[:3] == (4000, 20, ("iterations",))
    assert steps(*PAPER, "simulation.iterations=40")[:3] == (4000, 40, ("rate",))


def test_beyond_the_greatest_rate_it_says_so():
    made = steps("hinge.viscous=10000")
    assert (made.rate, made.iterations) == (16000, 40)
    assert made.shortfall > 100.0
    assert "times too coarse: viscous friction of 10000" in str(made)


def test_a_session_that_does_not_say_its_steps_has_those_of_all_old_ones():
    assert steps(*PAPER, "command=[{step=5,end=true}]")[:2] == (1000, 10)


def test_the_numbers_can_be_written_down():
    said = load_scenario("steady", list(PAPER)).with_numbers()
    assert (said.simulation.rate, said.simulation.iterations) == (8000, 10)
    assert said.stepping.chosen == ()


def stretched(key, factor):
    """The standard ruler with one of its numbers greater."""
    table, name = key.split(".")
    scenario = load_scenario("steady")
    part = getattr(scenario, table)
    changed = part.model_copy(update={name: type(getattr(part, name))(getattr(part, name) * factor)})
    return scenario.model_copy(update={table: changed})


@given(
    st.sampled_from(["hinge.torque", "hinge.viscous", "ruler.hinges", "table.friction"]),
    st.floats(1.0, 50.0),
    st.floats(1.0, 50.0),
)
def test_rougher_is_never_stepped_more_coarsely(key, one, other):
    low, high = sorted((one, other))
    calmer, rougher = stretched(key, low).stepping, stretched(key, high).stepping
    assert fineness(calmer.rate, calmer.iterations) <= fineness(rougher.rate, rougher.iterations)
    assert calmer.rate in RATES


@given(st.floats(1e-3, 1.0), st.floats(1e-3, 1.0))
def test_lighter_sections_are_never_stepped_more_coarsely(one, other):
    lighter, heavier = (stretched("ruler.section_mass", factor).stepping for factor in sorted((one, other)))
    assert fineness(lighter.rate, lighter.iterations) >= fineness(heavier.rate, heavier.iterations)


@given(st.floats(0.0, 1e4), st.floats(1.0, 1e6), st.floats(1.0, 1e5))
def test_springs_and_samples_are_followed(stiffness, hand, samples):
    scenario = load_scenario("steady")
    scenario = scenario.model_copy(
        update={
            "hinge": scenario.hinge.model_copy(update={"stiffness": stiffness}),
            "hand": scenario.hand.model_copy(update={"stiffness": hand}),
            "recording": scenario.recording.model_copy(update={"rate": samples}),
        }
    )
    made = scenario.stepping
    assert made.rate in QUICK_RATES
    if made.rate < QUICK_RATES[-1]:
        assert samples <= made.rate
        assert stiffness <= 40.0 * (made.rate / 1000) ** 2 * (1 + 1e-9)
        assert hand <= 1500.0 * (made.rate / 1000) ** 2 * (1 + 1e-9)
