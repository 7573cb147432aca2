"""What is made from a field's marks: live keys, sliders, what the slow limit makes of a key."""

import pytest

from ruler.errors import BadInputError
from ruler.scenario import Scenario, load_scenario, scenario_from_data
from ruler.scenario.commands import LIVE_KEYS, Change
from ruler.scenario.model import TABLES, marked
from ruler.scenario.parameters import SLIDERS, changed, get_value, with_value
from ruler.scenario.parts import Live, Slider, Slow, StrictModel, unit_of


def test_every_table_of_a_scenario_is_looked_through():
    tables = {
        name: field.annotation
        for name, field in Scenario.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, StrictModel)
    }
    assert tables == TABLES


def test_live_keys_are_the_marked_fields():
    assert tuple(marked(Live)) == LIVE_KEYS
    assert {"hinge.torque", "table.gravity"} <= set(LIVE_KEYS)
    assert "hinge.closing_torque" not in LIVE_KEYS


def test_sliders_say_what_the_field_says():
    for key, slider in SLIDERS.items():
        table, name = key.split(".")
        field = TABLES[table].model_fields[name]
        assert slider.help == field.description
        assert slider.unit in {"", unit_of(field), "N m s^p", "1/s"}
        assert slider.live == (key in LIVE_KEYS)
        assert slider.low < slider.high
    assert set(SLIDERS) == set(marked(Slider))


@pytest.mark.parametrize("key", SLIDERS)
def test_every_place_of_a_slider_is_allowed(key):
    scenario = scenario_from_data({"phase": [{"until": {"time": 0.1}}]}, "still")
    for fraction in (0.0, 0.3, 1.0):
        value = SLIDERS[key].at(fraction)
        again = scenario_from_data(with_value(scenario, key, value), "slid")
        assert get_value(again, key) == value
        assert SLIDERS[key].fraction(value) == pytest.approx(fraction, abs=0.03)


@pytest.mark.parametrize("key", LIVE_KEYS)
def test_live_change(key):
    table, name = key.split(".")
    scenario = load_scenario("steady")
    new = changed(scenario, Change(key=key, value=2.0))
    assert getattr(getattr(new, table), name) == 2.0
    with pytest.raises(BadInputError, match=rf"{table}\.{name}: -100"):
        changed(scenario, Change(key=key, value=-100.0))


def test_a_live_torque_is_one_number_or_one_per_hinge():
    scenario = load_scenario("steady")
    each = [0.001 * i for i in range(10)]
    assert changed(scenario, Change(key="hinge.torque", value=each)).hinge.torque == each
    with pytest.raises(BadInputError, match=r"hinge\.torque: 2 numbers: must be one number or one per hinge, .* 10"):
        changed(scenario, Change(key="hinge.torque", value=[0.1, 0.2]))


def test_a_live_change_leaves_the_steps_as_they_are():
    scenario = load_scenario("steady")
    new = changed(scenario, Change(key="hinge.torque", value=1.0))
    assert (new.simulation.rate, new.simulation.iterations) == (1000, 10)


def test_the_slow_limit_refuses_no_default():
    scenario = load_scenario("steady")
    for key, slow in marked(Slow).items():
        table, name = key.split(".")
        default = TABLES[table].model_fields[name].get_default()
        if slow.refused is not None:
            assert default in (None, slow.neutral)
        assert hasattr(getattr(scenario, table), slow.same_as or name)
