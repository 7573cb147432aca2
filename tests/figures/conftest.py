"""An ensemble of chains and a slow pull for several figures."""

import pytest

from ruler.scenario import load_scenario
from ruler.theory import ChainRun, FirstOrder, quasi_static_recording, run_chains


@pytest.fixture(scope="session")
def chains() -> ChainRun:
    return run_chains(FirstOrder(blocks=4, noise=0.1, target=2.0), chains=30, steps=2000, seed=3, samples=40)


@pytest.fixture(scope="session")
def slow():
    return quasi_static_recording(load_scenario("dry-steady", ["recording.rate=5"]), name="dry-steady")
