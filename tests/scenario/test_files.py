"""Scenario files: in and out, the schema, the shipped ones, overrides."""

import json
import math
import tomllib
from typing import get_args

import jsonschema
import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruler
from ruler.errors import BadInputError
from ruler.scenario import (
    find_scenario,
    load_scenario,
    scenario_from_data,
    scenario_schema,
    scenario_to_data,
    scenario_to_full_data,
    scenario_to_toml,
)
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.model import ShakeKind

# The documented scenario file, whole.
WHOLE_FILE = """
format = 1
title = "Slow and steady"
seed = 1

[ruler]
hinges = 10
section_length = 0.20
section_mass = 0.012
end_sections = 0.5
opening = 10.0
limits = [0.0, 180.0]

[hinge]
torque = 0.010
static_torque = 0.010
closing_torque = 0.010
viscous = 0.05
viscous_power = 1.5
spread = 0.0
stiffness = 0.0

[table]
friction = 0.3
static_friction = 0.3
gravity = 9.81
tilt = 0.0
anchor = "pinned"

[hand]
grip = "pinned"
strength = inf
stiffness = inf
damping = 0.0

[[phase]]
name = "pull"
pull = { speed = 0.05 }
shake = [ { where = "tip", kind = "noise", amplitude = 0.015, frequency = 6.0, direction = "xy", envelope = "constant", fade_in = 0.05, fade_out = 0.15 } ]
until = { extension = 0.55 }

[[phase]]
name = "rest"
until = { time = 0.3 }

[simulation]
rate = "auto"
iterations = "auto"

[recording]
rate = 100
"""  # noqa: E501


def test_every_key_of_the_format_is_read():
    data = tomllib.loads(WHOLE_FILE)
    scenario = scenario_from_data(data, "the format")
    assert scenario.hinge.static_torque == 0.010
    assert scenario.phase[0].shake[0].fade_out == 0.15
    assert scenario.hand.strength == math.inf


def test_a_missing_key_takes_the_documented_default():
    data = tomllib.loads(WHOLE_FILE)
    for key in ("static_torque", "closing_torque"):
        del data["hinge"][key]  # default: torque
    del data["table"]["static_friction"]  # default: friction
    bare = {"title": data["title"], "phase": data["phase"]}
    assert scenario_from_data(bare, "bare") == scenario_from_data(data, "all")


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_shipped_scenario_saves_and_loads_equal(name, tmp_path):
    scenario = load_scenario(name)
    path = tmp_path / "again.toml"
    path.write_text(scenario_to_toml(scenario), encoding="utf-8")
    assert load_scenario(path) == scenario
    assert scenario_from_data(scenario_to_full_data(scenario), "full data") == scenario


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_shipped_scenario_says_what_to_look_for(name):
    scenario = load_scenario(name)
    assert len(scenario.description.split()) >= 15
    assert scenario.title != "Untitled"


def test_these_scenarios_ship():
    wanted = {"steady", "jerky", "violent", "fast", "dry-steady", "dry-shaken", "frictionless-table"}
    wanted |= {"table-shake", "springs", "deep-steady", "deep-jerky", "tilted-jerky"}
    assert wanted <= ruler.shipped_scenarios().keys()


def test_titles_differ():
    titles = [load_scenario(name).title for name in ruler.shipped_scenarios()]
    assert len(set(titles)) == len(titles)


def test_full_data_is_strict_json():
    for name in ruler.shipped_scenarios():
        json.dumps(scenario_to_full_data(load_scenario(name)), allow_nan=False)


# Random valid scenarios


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


def some(**keys):
    """Tables in which each key may be there or not."""
    return st.fixed_dictionaries({}, optional=keys)


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
FADES = {"fade_in": numbers(0.0, 1.0), "fade_out": numbers(0.0, 1.0)}
SHAKE = st.one_of(
    st.fixed_dictionaries(
        {"amplitude": numbers(0.0, 0.1), "envelope": st.just("decay"), "decay": numbers(0.1, 10.0)},
        optional=FADES,
    ),
    st.fixed_dictionaries(
        {"amplitude": numbers(0.0, 0.1)},
        optional={
            "where": st.sampled_from(["tip", "table"]),
            "kind": st.sampled_from(get_args(ShakeKind)),
            "frequency": numbers(0.1, 50.0),
            "direction": st.sampled_from(["x", "y", "xy"]),
            "envelope": st.sampled_from(["constant", "fade"]),
            **FADES,
        },
    ),
)
PULL = st.one_of(
    st.builds(lambda v: {"speed": v}, numbers(0.01, 0.3)),
    st.builds(
        lambda rows: {"path": [[float(i), 0.02 * i + 0.001 * x, 0.001 * y] for i, (x, y) in enumerate(rows)]},
        st.lists(st.tuples(numbers(-1, 1), numbers(-1, 1)), min_size=2, max_size=6),
    ),
)
PHASE = st.fixed_dictionaries(
    {"until": st.builds(lambda t: {"time": t}, numbers(0.01, 0.4))},
    optional={"name": LETTERS, "pull": PULL, "shake": st.lists(SHAKE, max_size=3)},
)
SCENARIO = st.fixed_dictionaries(
    {"phase": st.lists(PHASE, min_size=1, max_size=3)},
    optional={
        "title": LETTERS,
        "description": LETTERS,
        "seed": st.integers(0, 2**63 - 1),
        "ruler": some(
            hinges=st.integers(8, 40),
            section_length=numbers(0.2, 2.0),
            section_mass=numbers(0.001, 1.0),
            end_sections=numbers(0.5, 1.0),
            opening=numbers(0.0, 20.0),
        ),
        "hinge": some(
            torque=numbers(0.0, 0.1), spread=numbers(0.0, 2.0), viscous=numbers(0, 1), viscous_power=numbers(0.5, 2.0)
        ),
        "table": some(
            friction=numbers(0.0, 1.0),
            tilt=numbers(-45.0, 45.0),
            static_friction=numbers(1.0, 2.0),
            anchor=st.sampled_from(["pinned", "clamped", "free"]),
        ),
        "hand": some(
            grip=st.sampled_from(["pinned", "clamped"]),
            strength=st.one_of(numbers(0.1, 100.0), st.just(math.inf)),
            stiffness=st.one_of(numbers(1.0, 100.0), st.just(math.inf)),
        ),
        "simulation": some(
            rate=st.one_of(st.just("auto"), st.integers(1000, 4000)),
            iterations=st.one_of(st.just("auto"), st.integers(1, 100)),
        ),
        "recording": some(rate=st.one_of(st.integers(1, 500), numbers(0.1, 500.0))),
    },
)


@given(SCENARIO)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_scenario_saves_and_loads_equal(data):
    scenario = scenario_from_data(data, "random")
    again = scenario_from_data(tomllib.loads(scenario_to_toml(scenario)), "again")
    assert again == scenario
    assert scenario_from_data(scenario_to_full_data(scenario), "full data") == scenario


@given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=20))
def test_a_torque_for_each_hinge_saves_and_loads_equal(torque):
    data = {"ruler": {"hinges": len(torque)}, "hinge": {"torque": torque}, "phase": [{"until": {"time": 0.1}}]}
    scenario = scenario_from_data(data, "uneven")
    assert scenario_from_data(tomllib.loads(scenario_to_toml(scenario)), "again") == scenario
    assert hinge_torques(scenario).opening.tolist() == torque
    short = {**data, "ruler": {"hinges": len(torque) + 1}}
    with pytest.raises(BadInputError, match=rf"hinge.torque: .* one per hinge, that is {len(torque) + 1}"):
        scenario_from_data(short, "uneven")


@given(
    st.one_of(
        st.floats(max_value=-1e-300),
        st.floats(min_value=1.001e4),
        st.just(math.nan),
        st.text(max_size=5),
        st.booleans(),
        st.none(),
    ),
    st.integers(0, 9),
)
def test_one_wrong_torque_among_many_is_named(wrong, place):
    torque = [0.01] * 10
    torque[place] = wrong
    with pytest.raises(
        BadInputError, match=rf"uneven: hinge\.torque\.{place}: .*: must be a (finite )?number, 0 or more"
    ):
        scenario_from_data({"hinge": {"torque": torque}, "phase": [{"until": {"time": 0.1}}]}, "uneven")


# Schema


@pytest.fixture(scope="module")
def schema():
    return json.loads(json.dumps(scenario_schema(), allow_nan=False))


def test_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_schema_accepts_every_shipped_file(schema, name):
    data = tomllib.loads(ruler.shipped_scenarios()[name].read_text(encoding="utf-8"))
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


def test_schema_accepts_the_whole_format(schema):
    data = tomllib.loads(WHOLE_FILE)
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "wrong", [{"hinges": 0}, {"hinges": "ten"}, {"section_mass": -1.0}, {"hinge": 3}, {"opening": [200.0]}]
)
def test_schema_refuses_what_is_wrong(schema, wrong):
    data = {"ruler": wrong, "phase": [{"until": {"time": 1.0}}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


def test_schema_gives_every_number_its_unit_and_meaning(schema):
    for name, part in schema["$defs"].items():
        for key, field in part["properties"].items():
            assert field.get("description"), f"{name}.{key}"
            kinds = {field.get("type"), *(branch.get("type") for branch in field.get("anyOf", []))}
            if kinds & {"number", "integer"}:
                assert field.get("unit") or "unit" in field["description"], f"{name}.{key}"


# Overrides and finding


def test_overrides_change_the_named_keys_and_no_other():
    plain = load_scenario("steady")
    changed = load_scenario("steady", ["hinge.torque=0.02", "phase.0.pull.speed=0.3", "title=Mine"])
    assert (changed.hinge.torque, changed.phase[0].pull.speed, changed.title) == (0.02, 0.3, "Mine")
    data = scenario_to_data(changed)
    data["hinge"] = {}
    data["title"] = plain.title
    data["phase"][0]["pull"]["speed"] = 0.05
    assert scenario_from_data(data, "back") == plain


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e-1", 0.1), ("2", 2.0), (" 0.25 ", 0.25), ("inf", math.inf)],
)
def test_override_reads_numbers_as_people_type_them(text, value):
    assert load_scenario("steady", [f"hand.strength={text}"]).hand.strength == value


def test_override_takes_toml_values():
    scenario = load_scenario(
        "steady", ['table.anchor="free"', "table.anchor=clamped", "phase.0.until={time=1.0}", "ruler.limits=[0, 90]"]
    )
    assert scenario.table.anchor == "clamped"
    assert scenario.phase[0].until.time == 1.0
    assert scenario.ruler.limits == [0.0, 90.0]


def test_overrides_reach_into_lists():
    scenario = load_scenario("jerky", ["phase.0.shake.0.amplitude=0.002"])
    assert scenario.phase[0].shake[0].amplitude == 0.002


def test_seed_replaces_the_files():
    assert load_scenario("jerky", seed=7).seed == 7


def test_a_file_goes_before_a_shipped_scenario_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steady").write_text(tomli_w.dumps({"title": "mine", "phase": [{"until": {"time": 1.0}}]}))
    assert load_scenario("steady").title == "mine"


def test_near_spelling_is_suggested():
    with pytest.raises(BadInputError, match="did you mean 'jerky'"):
        find_scenario("jerk")


def test_scenario_cannot_be_changed():
    scenario = load_scenario("steady")
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 3
