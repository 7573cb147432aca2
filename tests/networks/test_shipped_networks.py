"""The shipped tables: well formed, reproducible, and with the paper's three regimes in them."""

import itertools
import re

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.networks import (
    find_network,
    load_table,
    open_networks,
    read_companion,
    select,
    shipped_networks,
    shipped_tables,
)
from ruler.shipped import shipped
from ruler.sweeps.training import find_grid, training_grids

FOLDER = shipped("assets") / "networks"

# Centre of load measured earlier with a separate program (another split of the digits, 3 seeds).
ELSEWHERE = {
    0.0: {0.0: 0.69, 0.05: 0.63, 0.1: 0.59, 0.2: 0.50, 0.3: 0.40},
    0.4: {0.0: 0.58, 0.05: 0.50, 0.1: 0.45, 0.2: 0.37, 0.3: 0.32},
    0.8: {0.0: 0.48, 0.05: 0.34, 0.1: 0.30, 0.2: 0.25, 0.3: 0.21},
    1.0: {0.0: 0.41, 0.05: 0.35, 0.1: 0.30, 0.2: 0.24, 0.3: 0.19},
}


def centers(network):
    return np.array([measures.center_of_load for measures in network.seed_measures])


def test_every_grid_ships():
    assert set(shipped_tables()) == set(training_grids())


@pytest.mark.parametrize("name", training_grids())
def test_a_table_is_its_grid(name):
    networks, grid = load_table(name), find_grid(name)
    assert [network.settings for network in networks] == [cell.data["settings"] for cell in grid.cells]
    for network in networks:
        assert list(network.seeds) == grid.sweep.seeds
        assert network.depth == len(network.loads) == network.settings["depth"]
        assert network.measures.load is not None
        assert np.all((network.accuracy > 0) & (network.accuracy <= 1))
        assert np.all((network.test_accuracy > 0) & (network.test_accuracy <= 1))
        assert list(network.epochs) == grid.sweep.network.record
        assert network.command == f"ruler network train --grid {name} -o {name}.csv"


@pytest.mark.parametrize("name", training_grids())
def test_a_companion_names_command_versions_source_and_licence(name):
    about = read_companion(FOLDER / f"{name}.csv")
    assert about["grid"] == name
    source, licence = about["data"][0]["source"], about["data"][0]["licence"]
    if name.startswith("transformer"):
        assert "pydoc_data" in source
        assert "Python Software Foundation License" in licence
    else:
        assert "UCI Machine Learning Repository" in source
        assert licence == "CC BY 4.0"
    assert {"torch", "numpy", "python", "scikit-learn", "folding-ruler"} == set(about["versions"])


def test_tables_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 300_000


@pytest.mark.parametrize(("alpha", "dropout"), [(alpha, level) for alpha in ELSEWHERE for level in ELSEWHERE[alpha]])
def test_centers_agree_with_an_earlier_measurement(alpha, dropout):
    network = select(load_table("dropout-digits"), {"alpha": alpha, "dropout": dropout})
    assert centers(network).mean() == pytest.approx(ELSEWHERE[alpha][dropout], abs=0.05)


def test_relu_with_little_noise_is_concave_with_the_load_at_the_deep_end():
    network = find_network("dropout-digits:alpha=0,dropout=0")
    assert np.all(centers(network) > 0.65)
    for measures in network.seed_measures:
        assert measures.curvature < 0
        assert measures.outer_share > 0.65
    assert network.load_curve[1:-1] == pytest.approx(np.maximum(network.load_curve[1:-1], 1 - np.arange(1, 7) / 7))


def test_the_right_dropout_straightens_it():
    network = find_network("dropout-digits:alpha=0,dropout=0.2")
    assert np.all(np.abs(centers(network) - 0.5) < 0.05)
    assert max(measures.unevenness for measures in network.seed_measures) < 0.25
    np.testing.assert_allclose(network.load_curve, 1 - np.arange(8) / 7, atol=0.06)


@pytest.mark.parametrize("name", ["alpha=1,dropout=0.2", "alpha=0.8,dropout=0.3", "alpha=0,dropout=0.4"])
def test_linear_or_heavy_noise_is_convex(name):
    network = find_network(f"dropout-digits:{name}")
    assert np.all(centers(network) < 0.35)
    for measures in network.seed_measures:
        assert measures.curvature > 0
        assert measures.outer_share < 0.35


def test_more_dropout_and_less_nonlinearity_always_move_the_load_to_the_input():
    networks = load_table("dropout-digits")
    levels = sorted({network.settings["dropout"] for network in networks})
    alphas = sorted({network.settings["alpha"] for network in networks})
    grid = np.array([[centers(select(networks, {"alpha": a, "dropout": d})).mean() for d in levels] for a in alphas])
    assert np.all(np.diff(grid, axis=1) < 0)
    assert np.all(np.diff(grid, axis=0) < 0.02)


def test_a_higher_learning_rate_acts_like_noise():
    rates = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
    for alpha in (0, 0.2, 0.4, 0.6, 0.8, 1):
        networks = [find_network(f"learning-rate-digits:alpha={alpha},learning_rate={rate}") for rate in rates]
        assert np.all(np.diff([centers(network).mean() for network in networks]) < 0)


def test_the_augmented_digits_have_an_accuracy_optimum_at_some_dropout():
    networks = load_table("dropout-augmented")
    levels = sorted({network.settings["dropout"] for network in networks})
    accuracies = [select(networks, {"alpha": 0, "dropout": level}).test_accuracy for level in levels]
    means = [values.mean() for values in accuracies]
    best = int(np.argmax(means))
    assert 0 < best < len(levels) - 1
    # The worst seed of the best network beats the best seeds without dropout and with the most.
    assert accuracies[best].min() > max(accuracies[0].max(), accuracies[-1].max())


def test_learning_can_be_played_from_no_load_to_the_final_one():
    for network in load_table("epochs-digits"):
        assert network.epochs[0] == 0
        assert network.epochs[-1] == network.settings["epochs"] == 100
        fallen = network.history[..., 0] - network.history[..., -1]
        assert np.all(fallen[:, 0] < 0.3 * fallen[:, -1])
        np.testing.assert_array_equal(network.at_epoch(-1).separation, network.separation)
        same = find_network(f"dropout-digits:alpha={network.settings['alpha']},dropout={network.settings['dropout']}")
        np.testing.assert_allclose(network.separation, same.separation[:3], atol=1e-5)


def test_a_transformer_has_no_load_before_training_and_a_nearly_straight_one_after_it():
    """The law of next-token prediction: log residual falls in a straight line over the blocks (He and Su)."""
    for table in ("transformer-3", "transformer-6"):
        for network in load_table(table):
            assert network.measure == "prediction-residual"
            before = network.at_epoch(0)
            assert before.load_curve is None
            assert "no work to share" in before.measures.note
            assert network.measures.straightness_r2 > 0.9
    assert find_network("transformer-3").measures.straightness_r2 > 0.995


def test_language_models_are_not_among_the_closest():
    assert all(network.profile.measure == "trace-ratio" for network in shipped_networks())


def test_smaller_batches_are_more_noise():
    for alpha in (0.0, 0.4, 1.0):
        of = {
            n.settings["batch_size"]: centers(n).mean()
            for n in load_table("batch-size-digits")
            if n.settings["alpha"] == alpha
        }
        assert of[1297] - of[40] > 0.1


def test_the_read_me_tells_what_is_in_the_tables():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in shipped_tables():
        assert f"ruler network train --grid {name} -o {name}.csv" in text
    networks = load_table("dropout-digits")
    levels = sorted({network.settings["dropout"] for network in networks})
    for alpha in sorted({network.settings["alpha"] for network in networks}):
        row = [select(networks, {"alpha": alpha, "dropout": level}) for level in levels]
        assert f"| {alpha:g} | " + " | ".join(map(table_cell, row)) + " |" in text


def table_cell(network):
    spread = centers(network)
    return f"{spread.mean():.2f} +- {spread.std():.2f} / {network.test_accuracy.mean():.3f}"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dropout-digit", "no such shipped table.*did you mean 'dropout-digits'"),
        ("dropout-digits:alpha", "'alpha' is not SETTING=VALUE"),
        ("dropout-digits:apha=1", "no setting 'apha'; did you mean 'alpha'"),
        (
            "dropout-digits:alpha=0.3,dropout=0.1",
            re.escape("alpha in 0.0, 0.2, 0.4, 0.6, 0.8, 1.0; dropout in 0.0"),
        ),
    ],
)
def test_unknown_networks_are_refused_with_what_there_is(name, says):
    with pytest.raises(BadInputError, match=says):
        find_network(name)


def test_networks_are_found_by_settings():
    for alpha, rate in itertools.product((0.2, 1.0), (0.01, 0.1)):
        network = find_network(f"learning-rate-digits: alpha = {alpha}, learning_rate={rate},optimiser=ADAM")
        assert (network.settings["alpha"], network.settings["learning_rate"]) == (alpha, rate)
    assert find_network("dropout-augmented:alpha=0").settings["data"] == "digits-augmented"


def test_networks_are_opened_by_any_name(tmp_path):
    assert open_networks("dropout-digits") == load_table("dropout-digits")
    assert len(open_networks("dropout-digits:alpha=0")) == 1
    assert len(open_networks(str(FOLDER / "dropout-digits.csv"))) == len(load_table("dropout-digits"))
    (tmp_path / "mine.csv").write_text("layer,load\n1,2\n2,3\n")
    (mine,) = open_networks(str(tmp_path / "mine.csv"))
    assert mine.name == "mine"
    with pytest.raises(BadInputError, match="no such file"):
        open_networks(str(tmp_path / "none.csv"))
    with pytest.raises(BadInputError, match="no such shipped table"):
        open_networks("none")
