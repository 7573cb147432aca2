"""The Python interface, as it is documented."""

import subprocess
import sys

import numpy as np
import pytest

import ruler


def test_the_readme_lines():
    run = ruler.simulate(ruler.load_scenario("fast"))
    assert run.opening.shape == (len(run.time), 10)
    assert np.degrees(run.opening[0]) == pytest.approx([10.0] * 10)
    assert ruler.summarise(run)["center_of_load"] == pytest.approx(0.59, abs=0.01)


def test_every_public_name_is_there():
    for name in ruler.__all__:
        assert getattr(ruler, name) is not None
    assert set(dir(ruler)) >= set(ruler.__all__)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="simulat3"):
        _ = ruler.simulat3


def test_simulate_reports_progress():
    seen = []
    run = ruler.simulate(ruler.load_scenario("fast"), lambda simulation: seen.append(simulation.time))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(run.time[-1])


def test_simulate_carries_its_summary_and_scenario():
    scenario = ruler.load_scenario("fast")
    run = ruler.simulate(scenario)
    assert run.scenario == scenario
    assert run.meta["summary"] == ruler.summarise(run)


@pytest.mark.parametrize("module", ["ruler", "ruler.cli"])
def test_importing_is_light(module):
    """Heavy libraries are imported where they are used."""
    heavy = ["numpy", "pymunk", "pygame", "matplotlib", "pyarrow", "torch", "pandas", "pydantic"]
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
