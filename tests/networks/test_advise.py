"""Advice: the way to the straight networks of the tables, what is not known, and a check by training."""

import json

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.networks import find_network, profile_from_loads, write_layer_table
from ruler.networks.advise import advise


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        # In the table ReLU is straight at 0.2, alpha 0.4 at 0.05.
        ("dropout-digits:alpha=0", 0.15, 0.25),
        ("dropout-digits:alpha=0,dropout=0.3", 0.15, 0.25),
        ("dropout-digits:alpha=0.4,dropout=0.3", 0.02, 0.09),
        # With 11 layers too, whatever the dropout it is read at.
        ("depth-11-digits:alpha=0.4", 0.02, 0.09),
        ("depth-11-digits:alpha=0.4,dropout=0.2", 0.02, 0.09),
    ],
)
def test_the_way_to_the_straight_network_of_the_table(name, low, high):
    advised = advise(find_network(name))
    (dropout,) = [each for each in advised.advice if each.setting == "dropout"]
    assert low <= dropout.advised <= high
    assert 0.0 <= dropout.low <= dropout.advised <= dropout.high
    assert dropout.expected < 0.25
    assert ("more noise" in dropout.reason) == (dropout.advised > dropout.now)


def test_a_learning_rate_where_the_tables_have_it():
    rates = {each.setting: each for each in advise(find_network("dropout-digits:alpha=0")).advice}
    assert 0.005 < rates["learning_rate"].advised < 0.03
    # Less than the least of the table would be needed here.
    noisy = advise(find_network("dropout-digits:alpha=0.4,dropout=0.3")).advice
    assert [each.setting for each in noisy] == ["dropout"]


def test_a_curve_of_the_users_needs_to_be_told_what_it_is():
    curve = find_network("dropout-digits:alpha=0").loads
    mine = profile_from_loads(curve, "mine")
    assert "say alpha" in advise(mine).not_known
    known = advise(mine, alpha=0.0, dropout=0.0)
    assert known.advice[0].advised == advise(find_network("dropout-digits:alpha=0")).advice[0].advised
    with pytest.raises(BadInputError, match="alpha: 2"):
        advise(mine, alpha=2.0, dropout=0.0)


@pytest.mark.parametrize(
    ("loads", "settings", "says"),
    [
        ([0.1, -0.9], {}, "no work to share"),
        (np.ones(40), {"alpha": 0.0, "dropout": 0.0}, "40 layers; the tables reach from 3 to 14"),
        ([5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0], {"alpha": 0.0, "dropout": 0.1}, "no curve of the tables is like this"),
        (np.ones(7), {"alpha": 0.0, "dropout": 0.1, "architecture": "transformer"}, "transformers are too few"),
    ],
)
def test_where_the_tables_do_not_reach_it_says_so(loads, settings, says):
    advised = advise(profile_from_loads(loads, "mine"), **settings)
    assert not advised.advice
    assert says in advised.not_known
    assert advised.as_dict()["known"] is False


def test_other_measures_and_networks_that_have_not_learned_are_not_advised():
    assert "prediction-residual" in advise(find_network("transformer-3")).not_known
    assert "has not learned" in advise(find_network("dropout-digits:alpha=0,dropout=0.4")).not_known


def test_the_command(cli, tmp_path):
    answer = json.loads(cli("network", "advise", "dropout-digits:alpha=0", "--json").out)
    assert (answer["known"], answer["checked"]) == (True, None)
    assert answer["advice"][0]["setting"] == "dropout"
    assert "dropout: 0 -> 0." in cli("network", "advise", "dropout-digits:alpha=0").out
    write_layer_table(profile_from_loads(np.ones(7), "mine"), tmp_path / "mine.csv")
    assert "not known: what the network is" in cli("network", "advise", tmp_path / "mine.csv").out
    assert (
        "dropout: 0.2 -> 0." in cli("network", "advise", tmp_path / "mine.csv", "--alpha", "0", "--dropout", "0.2").out
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("dropout-digits",), "holds 36 networks, where one is needed"),
        (("nothing.csv",), "nothing.csv"),
        (("dropout-digits:alpha=7",), "none has these settings"),
        (("mine.csv", "--alpha", "0", "--dropout", "0.1", "--check"), "only a network that this program has trained"),
    ],
)
def test_bad_input_is_told(cli, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    write_layer_table(profile_from_loads(np.ones(7), "mine"), tmp_path / "mine.csv")
    done = cli("network", "advise", *arguments)
    assert (done.code, says in done.err) == (2, True), done.err


@pytest.mark.slow
def test_a_check_trains_the_network_once_more():
    pytest.importorskip("torch", reason="training needs torch")
    pytest.importorskip("sklearn", reason="training needs scikit-learn")
    epochs = []
    advised = ruler.advise(
        "depth-4-digits:alpha=0.6,dropout=0.3", check=True, progress=lambda now: epochs.append(now.epoch)
    )
    assert epochs[-1] == 100
    assert advised.checked.value == advised.advice[0].advised
    assert advised.checked.unevenness < advised.unevenness
    assert advised.checked.test_accuracy > 0.95
