"""Settings are checked when they are made, and say what is wrong."""

import pytest
from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.networks import NetworkSettings, make_settings, setting_words


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"dropuot": 0.1}, "dropuot: is not a known key; did you mean .dropout."),
        ({"alpha": 1.5}, "alpha: 1.5: must be a number, 0 or more and at most 1 .slope of LeakyReLU"),
        ({"alpha": "0.5"}, "alpha: '0.5': must be a number"),
        ({"alpha": float("nan")}, "alpha: nan: must be a finite number"),
        ({"depth": 0}, "depth: 0: must be a whole number, 1 or more and at most 1000"),
        ({"depth": 7.0}, "depth: 7.0: must be a whole number"),
        ({"dropout": 1.0}, "dropout: 1.0: must be a number, 0 or more and below 1"),
        ({"batch_size": 1}, "batch_size: 1: must be a whole number, 2 or more .*, or 'full'$"),
        ({"learning_rate": 0}, "learning_rate: 0: must be a number, above 0 and at most 100"),
        ({"optimiser": "rmsprop"}, "optimiser: .*'adam' or 'sgd'"),
        ({"alpha": 2, "width": 0}, "width: 0.*alpha: 2|alpha: 2.*width: 0"),
    ],
)
def test_wrong_settings_are_refused_by_name(values, says):
    with pytest.raises(BadInputError, match=f"^net.toml: .*({says})"):
        make_settings(values, where="net.toml")


def test_defaults_are_the_authors_network():
    settings = make_settings({})
    assert (settings.depth, settings.width, settings.alpha, settings.batch_size) == (7, 100, 0.0, "full")
    assert settings.layer_names == tuple(f"hidden {number}" for number in range(1, 8))
    with pytest.raises(ValidationError):
        settings.alpha = 0.5


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "ReLU, no dropout"),
        ({"alpha": 1, "dropout": 0.2}, "linear, dropout 0.2"),
        ({"alpha": 0.4, "learning_rate": 0.01}, "LeakyReLU 0.4, no dropout, learning rate 0.01"),
        ({"depth": 3, "batch_size": 64, "data": "mnist"}, "ReLU, no dropout, batch 64, 3 layers, mnist"),
    ],
)
def test_titles(values, title):
    assert make_settings(values).title == title


def test_titles_name_every_setting_in_one_order():
    settings = make_settings(
        {
            "data": "mnist",
            "depth": 3,
            "width": 9,
            "alpha": 1,
            "batch_norm": False,
            "dropout": 0.2,
            "learning_rate": 1e-5,
            "batch_size": 32,
            "epochs": 2,
            "data_noise": 0.1,
            "label_noise": 0.5,
            "optimiser": "sgd",
        }
    )
    assert settings.title == (
        "linear, dropout 0.2, learning rate 1e-05, data noise 0.1, label noise 0.5, batch 32, 3 layers, width 9, "
        "batch norm False, 2 epochs, sgd, mnist"
    )


@pytest.mark.parametrize("key", NetworkSettings.model_fields)
def test_every_setting_has_words(key):
    assert NetworkSettings.model_fields[key].description
    assert setting_words(key)["label"]
    assert "{" in setting_words(key)["title"]


def test_settings_from_text():
    settings = make_settings({"alpha": "0.20", "batch_norm": "False", "batch_size": "64", "depth": "3"}, text=True)
    assert settings == NetworkSettings(alpha=0.2, batch_norm=False, batch_size=64, depth=3)
    assert make_settings({"batch_size": "full"}, text=True).batch_size == "full"


def test_settings_can_be_compared_and_used_as_keys():
    assert len({NetworkSettings(alpha=0.2), NetworkSettings(alpha=0.2), NetworkSettings()}) == 2
