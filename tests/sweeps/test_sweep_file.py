"""Sweep files: what they mean, and every fault named before anything runs."""

import dataclasses

import pytest
import tomli_w

from ruler.errors import BadInputError
from ruler.networks import NetworkSettings
from ruler.sweeps.cells import load_plan, plan_sweep, shipped_sweeps
from ruler.theory import SecondOrder

FRICTION = {"key": "table.friction", "values": [0.1, 0.2]}
CHAIN = {"spring_block": {"steps": 10}, "axis": [{"key": "noise", "values": [0.0, 0.1]}]}


def plan_of(**changes):
    return plan_sweep({"base": "jerky", **changes}, "s", "s.toml")


def keys_of(plan):
    return [dict(cell.keys) for cell in plan.cells]


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ({"values": [0.1, 0.5]}, [0.1, 0.5]),
        ({"linear": {"from": 0.1, "to": 0.5, "count": 3}}, [0.1, 0.3, 0.5]),
        ({"logarithmic": {"from": 0.01, "to": 1.0, "count": 3}}, [0.01, 0.1, 1.0]),
        ({"factor": True, "values": [0.5, 2.0]}, [0.15, 0.6]),
    ],
)
def test_values_of_an_axis(axis, values):
    plan = plan_of(axis=[{"key": "table.friction", **axis}])
    assert [cell.data.get("table", {}).get("friction", 0.3) for cell in plan.cells] == pytest.approx(values)


def test_tied_keys_take_one_list_each():
    axis = {"name": "friction", "keys": ["table.friction", "hinge.torque"], "values": [[0.1, 0.2], [0.001, 0.002]]}
    plan = plan_of(axis=[axis])
    assert keys_of(plan) == [
        {"table.friction": 0.1, "hinge.torque": 0.001},
        {"table.friction": 0.2, "hinge.torque": 0.002},
    ]
    assert [cell.values["friction"] for cell in plan.cells] == [0.1, 0.2]


def test_last_axis_counts_quickest():
    plan = plan_of(axis=[FRICTION, {"key": "phase.0.shake.0.amplitude", "values": [0, 0.01]}], seeds=[7, 3])
    assert [tuple(cell.values.values()) for cell in plan.cells] == [(0.1, 0), (0.1, 0.01), (0.2, 0), (0.2, 0.01)]
    assert plan.runs == 8


def test_whole_numbers_stay_whole():
    plan = plan_of(axis=[{"key": "ruler.hinges", "linear": {"from": 4, "to": 6, "count": 3}}])
    assert [cell.layers for cell in plan.cells] == [4, 5, 6]


def test_scenario_keys_change_the_base_and_a_scenario_stands_alone():
    changed = plan_of(scenario={"hinge": {"stiffness": 0.5}, "phase": {"0": {"pull": {"speed": 0.3}}}})
    assert changed.cells[0].data["hinge"]["stiffness"] == 0.5
    assert changed.cells[0].data["phase"][0]["pull"]["speed"] == 0.3
    alone = {"phase": [{"until": {"time": 0.1}}]}
    assert plan_sweep({"scenario": alone}, "s", "s").cells[0].data["phase"][0]["until"] == {"time": 0.1}


def test_base_beside_the_sweep_file(tmp_path):
    (tmp_path / "mine.toml").write_text('title = "mine"\n[[phase]]\nuntil = { time = 0.2 }\n')
    (tmp_path / "sweep.toml").write_text('base = "mine.toml"\n')
    assert load_plan(tmp_path / "sweep.toml").cells[0].data["title"] == "mine"


def test_spread_tilt_and_rate_are_axes():
    axes = [
        {"key": "hinge.spread", "values": [0.0, 0.3]},
        {"key": "table.tilt", "linear": {"from": -10.0, "to": 10.0, "count": 3}},
        {"key": "simulation.rate", "linear": {"from": 1000.0, "to": 2000.0, "count": 2}},
    ]
    last = plan_of(axis=axes).cells[-1].data
    assert (last["hinge"]["spread"], last["table"]["tilt"], last["simulation"]["rate"]) == (0.3, 10.0, 2000)


def test_a_factor_multiplies_every_hinge():
    each = [0.001 * i for i in range(1, 11)]
    axis = {"keys": ["table.friction", "hinge.torque"], "values": [1.0, 2.0], "factor": True}
    made = plan_of(scenario={"hinge": {"torque": each}}, axis=[axis]).cells[1].data
    assert made["hinge"]["torque"] == [2.0 * torque for torque in each]
    assert made["table"]["friction"] == 0.6


def test_chain_axes():
    plan = plan_sweep(CHAIN, "s", "s.toml")
    assert (plan.kind, plan.runs, plan.cells[0].layers) == ("spring-block", 2, 8)
    assert [cell.data["model"]["noise"] for cell in plan.cells] == [0.0, 0.1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 3}, "s.toml: seed: is not a known key; did you mean 'seeds'?"),
        ({"seeds": 0}, "seeds: 0: must be a list"),
        ({"seeds": [1, 1]}, "has the seed 1 twice"),
        ({"seeds": [-1]}, "seeds.0: -1: must be"),
        (
            {"base": "jerkey"},
            "s.toml: base: jerkey: there is no such file and no shipped scenario of this name; did you",
        ),
        ({"axis": [{"key": "table.friction"}]}, "give exactly one of values, linear and logarithmic"),
        ({"axis": [{"values": [1]}]}, "give exactly one of key and keys"),
        ({"axis": [{**FRICTION, "vlaues": [1]}]}, "axis.0.vlaues: is not a known key; did you mean 'values'?"),
        ({"axis": [{**FRICTION, "values": []}]}, "axis.0.values: []: must have at least 1 entries"),
        ({"axis": [{**FRICTION, "values": [0.1, 0.1]}]}, "has the value 0.1 twice"),
        ({"axis": [{**FRICTION, "values": ["a"], "factor": True}]}, "every value must be a number"),
        ({"axis": [FRICTION, FRICTION]}, 'two axes have the name "table.friction"'),
        ({"axis": [FRICTION, {**FRICTION, "name": "b"}]}, 'two axes have the key "table.friction"'),
        ({"axis": [{**FRICTION, "name": "seed"}]}, 'an axis cannot be named "seed"'),
        ({"axis": [{"keys": ["a", "a"], "values": [1]}]}, "names a key twice"),
        ({"axis": [{"keys": ["table.friction", "hinge.torque"], "values": [[1], [1, 2]]}]}, "of one length"),
        ({"axis": [{"keys": ["table.friction", "hinge.torque"], "values": [[1, 2]]}]}, "one list for each of the 2"),
        ({"axis": [{"key": "a", "logarithmic": {"from": 0.0, "to": 1.0, "count": 3}}]}, "must be above 0"),
        ({"axis": [{"key": "a", "linear": {"from": 1.0, "to": 1.0, "count": 3}}]}, "from and to must differ"),
        ({"axis": [{"key": "a", "linear": {"from": 0.0, "to": 1.0, "count": 1}}]}, "axis.0.linear.count: 1: must be"),
        ({"axis": [{"key": "hinge.name", "factor": True, "values": [2.0]}]}, "no value for hinge.name to multiply"),
        ({"axis": [{"key": "hand.grip", "factor": True, "values": [2.0]}]}, "hand.grip is 'pinned' in the base"),
        (
            {"axis": [{"key": "phase.5.name", "values": ["a"]}]},
            "phase.5.name: phase has 2 entries, numbered from 0",
        ),
        ({"axis": [{"key": "title", "values": ["a\nb"]}]}, "texts must be of one line"),
        ({"axis": [{"key": "ruler.opening", "values": [[1.0], [2.0]]}]}, "values must be numbers or texts"),
        ({"axis": [{"key": "title.a", "values": ["a"]}]}, "axis key title.a: title holds a value, not keys"),
        (
            {"axis": [{"key": "table.friction", "values": [0.1, -1.0]}]},
            "s.toml: cell 2 (table.friction = -1.0): table.friction: -1.0: must be",
        ),
        ({"axis": [{"key": "table.frction", "values": [0.1]}]}, "did you mean 'friction'?"),
        ({"axis": [{"key": "phase.0.until.extension", "values": [0.5, 0.01]}]}, "is never reached"),
        ({"axis": [{**FRICTION, "values": list(range(10_000))}], "seeds": 101}, "1010000 runs; at most 1000000"),
        (
            {"axis": [{"key": "hinge.spread", "values": [0.1, 3.0]}]},
            "cell 2 (hinge.spread = 3.0): hinge.spread: 3.0: must",
        ),
        ({"axis": [{"key": "table.tilt", "values": [60.0]}]}, "table.tilt: 60.0: must be a number, -45 or more"),
        (
            {"scenario": {"hinge": {"torque": [0.01] * 10}}, "axis": [{"key": "ruler.hinges", "values": [10, 12]}]},
            "cell 2 (ruler.hinges = 12): hinge.torque: '10 numbers': must be one number or one per hinge, that is 12",
        ),
        ({"axis": [{"key": "simulation.rate", "factor": True, "values": [2.0]}]}, "is 'auto' in the base; a factor"),
        ({"spring_block": {}}, "or [spring_block] or [network], not two of them"),
    ],
)
def test_faults_are_named(changes, message):
    with pytest.raises(BadInputError) as refused:
        plan_of(**changes)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"spring_block": {"nois": 1.0}}, "spring_block.nois: is not a known key; did you mean 'noise'?"),
        ({"spring_block": {"mass": 1.0}}, "spring_block.mass: is not a key of the preset lazy"),
        (
            {"axis": [{"key": "niose", "values": [1.0]}]},
            "preset lazy; did you mean 'noise'?",
        ),
        ({"axis": [{"key": "step", "values": [9.0]}]}, "s.toml: cell 1 (step = 9.0): step: 9.0 is unstable"),
        ({"axis": [{"key": "chains", "values": [0]}]}, "cell 1 (chains = 0): chains: 0: must be"),
        (
            {"axis": [{"key": "noise", "values": ["much"]}]},
            "'much': must be a number (strength of the noise at",
        ),
    ],
)
def test_faults_of_chains_are_named(changes, message):
    with pytest.raises(BadInputError) as refused:
        plan_sweep({**CHAIN, **changes}, "s", "s.toml")
    assert message in str(refused.value)


NETWORK = {"network": {"depth": 2, "epochs": 4}, "axis": [{"key": "alpha", "values": [0, 1]}]}


def test_network_axes():
    plan = plan_sweep({**NETWORK, "axis": [*NETWORK["axis"], {"key": "depth", "values": [1, 3]}]}, "s", "s.toml")
    assert (plan.kind, plan.runs) == ("network", 4)
    assert [cell.layers for cell in plan.cells] == [1, 3, 1, 3]
    assert plan.cells[0].data["settings"] == NetworkSettings(depth=1, epochs=4).model_dump()
    assert plan.cells[3].data["settings"]["alpha"] == 1.0


def test_every_setting_of_a_network_and_of_a_chain_is_an_axis():
    for name, field in NetworkSettings.model_fields.items():
        axis = [{"key": name, "values": [field.default]}]
        assert name in plan_sweep({"network": {}, "axis": axis}, "s", "s").cells[0].data["settings"]
    for field in dataclasses.fields(SecondOrder):
        axis = [{"key": field.name, "values": [getattr(SecondOrder(), field.name)]}]
        plan = plan_sweep({"spring_block": {"preset": "notebook"}, "axis": axis}, "s", "s")
        assert plan.cells[0].data["model"] == dataclasses.asdict(SecondOrder())


def test_tied_values_whose_first_list_repeats_are_told_apart():
    axis = {"name": "both", "keys": ["alpha", "dropout"], "values": [[0.0, 0.0, 1.0], [0.0, 0.2, 0.2]]}
    plan = plan_sweep({"network": {}, "axis": [axis]}, "s", "s")
    assert [cell.values["both"] for cell in plan.cells] == ["0.0, 0.0", "0.0, 0.2", "1.0, 0.2"]
    with pytest.raises(BadInputError, match=r"has the value '0.0, 0.0' twice"):
        plan_sweep({"network": {}, "axis": [{**axis, "values": [[0.0, 0.0], [0.0, 0.0]]}]}, "s", "s")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": {"dropuot": 0.1}}, "s.toml: network.dropuot: is not a known key; did you mean 'dropout'?"),
        ({"network": {"alpha": 2.0}}, "s.toml: network.alpha: 2.0: must be"),
        (
            {"axis": [{"key": "alhpa", "values": [1.0]}]},
            "cell 1 (alhpa = 1.0): alhpa: is not a known key; did you mean",
        ),
        ({"axis": [{"key": "dropout", "values": [0.1, 1.0]}]}, "s.toml: cell 2 (dropout = 1.0): dropout: 1.0: must be"),
        ({"axis": [{"key": "test_accuracy", "values": [1.0]}]}, "the table has such a column"),
        ({"network": {"data": "mnist"}}, "mnist lies in files of yours"),
        ({"network": {"epochs": 4, "record": [0, 5]}}, "record: epochs must rise from 0 to at most 4, not [0, 5]"),
        ({"base": "jerky"}, "not two of them"),
    ],
)
def test_faults_of_networks_are_named(changes, message):
    with pytest.raises(BadInputError) as refused:
        plan_sweep({**NETWORK, **changes}, "s", "s.toml")
    assert message in str(refused.value)


def test_neither_base_nor_chain():
    with pytest.raises(BadInputError, match=r'give base = "SCENARIO"'):
        plan_sweep({}, "s", "s.toml")


def test_unknown_file_names_the_nearest_sweep():
    with pytest.raises(BadInputError, match="did you mean 'phase-ruler-tip'"):
        load_plan("phase-ruler-tipp")


def test_not_toml(tmp_path):
    (tmp_path / "bad.toml").write_text("axis = [")
    with pytest.raises(BadInputError, match="is not valid TOML"):
        load_plan(tmp_path / "bad.toml")


def test_fingerprint_sees_results_not_words(tiny):
    first = plan_sweep(tiny, "a", "a").fingerprint
    assert plan_sweep({**tiny, "title": "other", "description": "words"}, "b", "b").fingerprint == first
    assert plan_sweep({**tiny, "seeds": 3}, "a", "a").fingerprint != first


@pytest.mark.parametrize("name", shipped_sweeps())
def test_shipped_sweeps_are_valid(name):
    plan = load_plan(name)
    assert plan.runs == len(plan.cells) * len(plan.sweep.seeds) >= 3


def test_a_sweep_written_out_is_the_same_sweep(plan, tmp_path):
    data = plan.sweep.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True)
    (tmp_path / "again.toml").write_text(tomli_w.dumps(data))
    assert load_plan(tmp_path / "again.toml").fingerprint == plan.fingerprint
