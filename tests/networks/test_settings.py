"""Settings are checked when they are made, and say what is wrong."""

import pytest
from pydantic import ValidationError

from ruler.errors import BadInputError
from ruler.networks import NetworkSettings, make_settings


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"dropuot": 0.1}, "dropuot: no such setting; there are data, depth"),
        ({"alpha": 1.5}, "alpha: 1.5 is not allowed: .*less than or equal to 1"),
        ({"alpha": "0.5"}, "alpha: '0.5' is not allowed"),
        ({"alpha": float("nan")}, "alpha: nan"),
        ({"depth": 0}, "depth: 0 is not allowed"),
        ({"depth": 7.0}, "depth: 7.0 is not allowed"),
        ({"dropout": 1.0}, "dropout: 1.0 is not allowed: .*less than 1"),
        ({"batch_size": 1}, "batch_size: 1 is not allowed: .*or.*'full'"),
        ({"learning_rate": 0}, "learning_rate: 0 is not allowed: .*greater than 0"),
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


def test_settings_can_be_compared_and_used_as_keys():
    assert len({NetworkSettings(alpha=0.2), NetworkSettings(alpha=0.2), NetworkSettings()}) == 2
