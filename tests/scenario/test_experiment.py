import shutil

import pytest

from ruler.errors import BadInputError
from ruler.networks import find_network
from ruler.scenario import shipped_scenarios
from ruler.scenario.experiment import experiment_from_data, is_experiment, load_experiment, shipped_experiments

MINE = """
format = 1
title = "Loose hinges"
scenario = "loose.toml"
question = "What if the hinges are loose?"
task = "Pull slowly."

[[choice]]
text = "All alike"
curve = [1, 0]
"""


def test_four_experiments_ship_in_the_order_of_a_lesson():
    assert list(shipped_experiments()) == ["slow-pull", "shaken-pull", "too-much", "tilted-table"]


@pytest.mark.parametrize("name", shipped_experiments())
def test_shipped_experiments_are_whole(name):
    experiment, scenario = load_experiment(name)
    assert experiment.scenario in shipped_scenarios()
    assert experiment.expected is not None
    assert find_network(experiment.network).load_curve is not None
    # Whatever comes of it, something is said about it.
    assert all((experiment.meaning.concave, experiment.meaning.straight, experiment.meaning.convex, experiment.again))
    assert len(experiment.choice) == 3
    # The hand is meant to do what the scenario's own hand does; too much may be more.
    shakes = [shake.amplitude for phase in scenario.phase for shake in phase.shake]
    if experiment.hand.shake == "none":
        assert shakes == []
    else:
        assert shakes[0] == experiment.hand.amplitude or shakes[0] < experiment.hand.amplitude == 0.06
    assert scenario.phase[0].until.extension == experiment.hand.extension


def test_a_teachers_file_names_a_scenario_beside_it(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    with pytest.raises(BadInputError, match=r"mine\.toml: scenario: .*no such file"):
        load_experiment(tmp_path / "mine.toml")
    shutil.copy(shipped_scenarios()["springs"], tmp_path / "loose.toml")
    experiment, scenario = load_experiment(tmp_path / "mine.toml")
    assert (experiment.title, experiment.hand.speed) == ("Loose hinges", 0.05)
    assert scenario.hinge.stiffness > 0.0
    assert is_experiment(tmp_path / "mine.toml")
    assert not is_experiment(tmp_path / "loose.toml")


def test_every_fault_is_named_with_what_would_be_right():
    data = {
        "title": "x",
        "scenario": "steady",
        "question": "q",
        "task": "t",
        "choice": [{"text": "a", "curve": [1, 0.5, 0.6, 0]}, {"text": "b", "curve": [0.9, 0]}, {"curve": [1, 0]}],
        "hand": {"speed": 0, "shake": "tipp", "extension": 1.5},
        "meanings": {},
    }
    with pytest.raises(BadInputError) as caught:
        experiment_from_data(data, "f.toml")
    said = str(caught.value)
    for part in (
        "f.toml: choice.0.curve: [1, 0.5, 0.6, 0]: must not rise anywhere",
        "choice.1.curve: [0.9, 0]: must begin with 1 and end with 0",
        "choice.2.text: is missing",
        "hand.speed: 0: must be a number, above 0",
        "hand.shake: 'tipp': must be 'none', 'tip' or 'table'; did you mean 'tip'?",
        "hand.extension: 1.5: must be a number, above 0 and below 1",
        "meanings: is not a known key; did you mean 'meaning'?",
    ):
        assert part in said


def test_check_takes_experiments(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINE.replace("loose.toml", "springs"))
    assert "valid experiment" in cli("check", "mine.toml").out
    assert '"experiment"' in cli("check", "slow-pull", "--json").out
    (tmp_path / "mine.toml").write_text(MINE.replace("loose.toml", "springs").replace("[1, 0]", "[1, 2]"))
    bad = cli("check", "mine.toml")
    assert (bad.code, "choice.0.curve" in bad.err) == (2, True)
    (tmp_path / "mine.toml").write_text('network = "dropout-digit"\n' + MINE.replace("loose.toml", "springs"))
    assert "did you mean 'dropout-digits'" in cli("check", "mine.toml").err
