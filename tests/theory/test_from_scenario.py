"""Which scenarios have a slow limit, and what it is made of."""

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.scenario import load_scenario, scenario_from_data
from ruler.scenario.geometry import lay_out
from ruler.scenario.hinges import hinge_torques
from ruler.theory import displacement_to, pull_slowly, slow_pull_of

PULL = {"name": "pull", "pull": {"speed": 0.05}, "until": {"extension": 0.4}}
BACK = {"name": "back", "pull": {"speed": -0.02}, "until": {"time": 5.0}}
REST = {"name": "rest", "until": {"time": 0.25}}
SHAKE = {"amplitude": 0.01}


def scenario(*phases, **tables):
    return scenario_from_data({"format": 1, "phase": list(phases or (PULL,)), **tables}, "mine.toml")


def slow(*phases, **tables):
    return slow_pull_of(scenario(*phases, **tables), "mine.toml")


def test_the_ruler_is_the_scenarios():
    made = slow(
        ruler={
            "hinges": 3,
            "section_length": 0.3,
            "section_mass": 0.02,
            "end_sections": 0.25,
            "opening": [10.0, 40.0, 25.0],
            "limits": [5.0, 170.0],
        },
        hinge={"torque": 0.02, "closing_torque": 0.05},
        table={"friction": 0.2, "gravity": 3.7, "anchor": "clamped"},
    ).ruler
    np.testing.assert_allclose(made.section_length, [0.075, 0.3, 0.3, 0.075])
    np.testing.assert_allclose(made.section_mass, [0.005, 0.02, 0.02, 0.005])
    np.testing.assert_allclose(np.rad2deg(made.opening), [10.0, 40.0, 25.0])
    np.testing.assert_allclose(np.rad2deg(made.limits), [5.0, 170.0])
    assert (made.torque, made.closing_torque) == ((0.02,) * 3, (0.05,) * 3)
    assert (made.friction, made.gravity) == (0.2, 3.7)
    assert made.anchor == "clamped"


def test_uneven_hinges_and_a_tilted_table():
    made = slow(hinge={"torque": [0.001 * i for i in range(1, 11)], "spread": 0.2}, table={"tilt": 10.0}).ruler
    torques = hinge_torques(scenario(hinge={"torque": [0.001 * i for i in range(1, 11)], "spread": 0.2}))
    assert made.torque == made.closing_torque == tuple(torques.opening.tolist())
    assert made.tilt == pytest.approx(np.deg2rad(10.0))


@pytest.mark.parametrize("opening", [10.0, [10.0, 40.0, 25.0, 60.0]])
def test_it_lies_as_the_simulated_one(opening):
    # The same zigzag: angles agree but for a mirror image, which friction cannot tell apart.
    config = scenario(ruler={"hinges": 4, "opening": opening})
    made, shape = slow_pull_of(config), lay_out(config.ruler)
    assert made.start == pytest.approx(shape.tip[0])
    np.testing.assert_allclose(np.abs(made.ruler.angles), np.abs(shape.angle), atol=1e-12)


def test_the_tip_goes_where_the_phases_send_it():
    made = slow(PULL, REST, BACK, REST)
    reach = displacement_to(made.ruler, 0.4)
    pulling = reach / 0.05
    ends = [0, pulling, pulling + 0.25, pulling + 5.25, pulling + 5.5]
    assert made.time[-1] == pytest.approx(ends[-1])
    np.testing.assert_allclose(
        made.displacement, np.interp(made.time, ends, [0, reach, reach, reach - 0.1, reach - 0.1]), atol=1e-12
    )
    assert (np.diff(made.time) > 0.0).all()
    for number in range(4):
        inside = made.time[made.phase == number]
        assert ends[number] - 1e-6 <= inside.min()
        assert inside.max() <= ends[number + 1] + 1e-6


def test_samples_are_no_denser_than_asked_nor_than_the_steps():
    few = slow(PULL, recording={"rate": 2.0})
    assert np.diff(few.time)[:-1] == pytest.approx(0.5)
    many = slow(PULL, recording={"rate": 1000.0})
    assert np.diff(many.displacement)[:-1].min() > 0.9 * 0.0125 * np.mean(many.ruler.section_length)


def test_a_free_anchor_and_a_time_limit():
    made = slow({"pull": {"speed": 0.1}, "until": {"time": 2.0, "extension": 0.9}}, table={"anchor": "free"})
    assert made.displacement[-1] == pytest.approx(0.2)


def test_what_the_limit_leaves_out_is_named():
    assert slow().ignored == ("hinge.viscous",)
    assert slow(hinge={"viscous": 0.0}).ignored == ()
    assert "hand.damping" in slow(hand={"damping": 1.0}).ignored


def test_equal_static_friction_and_a_shake_of_nothing_are_let_through():
    slow({**PULL, "shake": [{"amplitude": 0.0}]}, hinge={"static_torque": 0.01}, table={"static_friction": 0.3})


@pytest.mark.parametrize(
    ("phases", "tables", "words"),
    [
        ([{**PULL, "shake": [SHAKE]}], {}, ("phase.0.shake.0.amplitude", "0.01", "shaking")),
        ([PULL, {**REST, "shake": [{**SHAKE, "where": "table"}]}], {}, ("phase.1.shake.0.amplitude",)),
        ([{"pull": {"force": 2.0}, "until": {"time": 1.0}}], {}, ("phase.0.pull.force", "2.0", "speed")),
        ([{"pull": {"path": [[0, 0, 0], [1, 0.1, 0]]}, "until": {"time": 1.0}}], {}, ("phase.0.pull.path",)),
        ([PULL, {**REST, "hold": False}], {}, ("phase.1.hold", "False")),
        ([REST], {}, ("phase", "none pulls")),
        ([PULL], {"hinge": {"stiffness": 0.1}}, ("hinge.stiffness", "0.1", "springs")),
        ([PULL], {"hinge": {"static_torque": 0.02}}, ("hinge.static_torque", "0.02", "give 0.01")),
        ([PULL], {"table": {"static_friction": 0.4}}, ("table.static_friction", "0.4")),
        ([PULL], {"table": {"tilt": 17.0}}, ("table.tilt", "17.0", "16.7 deg", "slip by themselves")),
        ([PULL], {"table": {"tilt": -1.0, "friction": 0.0}}, ("table.tilt", "-1.0", "slip by themselves")),
        ([PULL], {"hand": {"grip": "clamped"}}, ("hand.grip", "clamped", "pinned")),
        ([PULL], {"hand": {"strength": 5.0}}, ("hand.strength", "5.0", "slips")),
        ([PULL], {"hand": {"stiffness": 5.0}}, ("hand.stiffness", "5.0", "gives")),
        ([PULL], {"command": [{"step": 5, "end": True}]}, ("command", "1 commands")),
        ([PULL], {"hinge": {"torque": 0.0}, "table": {"friction": 0.0}}, ("hinge.torque", "nothing resists")),
        ([PULL], {"ruler": {"opening": 0.0}}, ("ruler.opening", "0.0", "open a hinge")),
        ([{**BACK, "until": {"time": 18.0}}], {}, ("phase.0.until", "between 0 and 1")),
    ],
)
def test_what_has_no_slow_limit_names_file_key_and_reason(phases, tables, words):
    config = scenario(*phases, **tables)
    with pytest.raises(BadInputError) as caught:
        slow_pull_of(config, "mine.toml")
    for word in ("mine.toml", *words):
        assert word in str(caught.value)


def test_every_fault_is_named_at_once():
    with pytest.raises(BadInputError) as caught:
        slow({**PULL, "shake": [SHAKE]}, hand={"grip": "clamped", "strength": 1.0})
    assert str(caught.value).count("mine.toml:") == 3


def test_pushing_back_closes_the_ruler_against_the_closing_torque():
    tables = {"ruler": {"hinges": 3}, "recording": {"rate": 5.0}}
    there = slow(PULL, BACK, **tables)
    run = pull_slowly(there.ruler, there.displacement)
    turned = np.searchsorted(there.phase, 1)
    assert run.opening[-1].sum() < run.opening[turned].sum()
    assert run.force[-1, 0] < 0.0 < run.force[turned - 1, 0]


def test_shipped_scenarios_that_have_a_limit():
    for name in ("steady", "dry-steady", "fast", "deep-steady", "frictionless-table"):
        assert slow_pull_of(load_scenario(name), name).displacement[-1] > 0.0
