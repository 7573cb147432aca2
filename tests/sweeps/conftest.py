"""A sweep that is done in a second or two."""

import copy

import pytest

from ruler.sweeps.cells import plan_sweep

TINY = {
    "title": "tiny",
    "base": "jerky",
    "scenario": {"simulation": {"rate": 1000, "iterations": 5}, "recording": {"rate": 10.0}, "ruler": {"hinges": 3}},
    "seeds": 2,
    "axis": [
        {"name": "friction", "keys": ["table.friction", "hinge.torque"], "factor": True, "values": [0.3, 1.0]},
        {"name": "shaking", "key": "phase.0.shake.0.amplitude", "values": [0.0, 0.015]},
    ],
}


@pytest.fixture(scope="session")
def tiny_data():
    """Data of a sweep file of 8 runs, not to be changed."""
    return TINY


@pytest.fixture
def tiny():
    """The same, to be changed."""
    return copy.deepcopy(TINY)


@pytest.fixture
def plan(tiny):
    """The same, ready to run."""
    return plan_sweep(tiny, "tiny", "tiny.toml")
