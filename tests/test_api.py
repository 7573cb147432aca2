"""The Python interface, as it is documented."""

import doctest
import subprocess
import sys

import numpy as np
import pytest

import ruler
from ruler import api
from ruler.networks import open_networks


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


# What the functions' docstrings show

EXAMPLES = {
    "ruler": ruler,
    "sweep": api.sweep,
    "measure_file": api.measure_file,
    **{name: getattr(ruler, name) for name in ruler.__all__ if name in api.__all__},
}


@pytest.fixture(scope="module")
def example_folder(tmp_path_factory, shipped_run):
    """The files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    for name in ("fast", "jerky"):
        ruler.save_recording(shipped_run(name), folder / f"{name}.csv")
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20)
    features = {
        name: rng.normal(size=(60, 4)) + labels[:, None] * i for i, name in enumerate(("input", "layer_1", "layer_2"))
    }
    np.savez(folder / "features.npz", labels=labels, **features)
    (folder / "tiny.toml").write_text(
        'format = 1\ntitle = "Tiny"\nbase = "fast"\nseeds = 2\n[scenario.ruler]\nhinges = 3\n'
        '[[axis]]\nkey = "hinge.torque"\nvalues = [0.01, 0.02]\n[[axis]]\nkey = "table.friction"\nvalues = [0.1, 0.3]\n'
    )
    return folder


def test_every_verb_has_an_example():
    for name in set(api.__all__) - {"Closest", "is_ruler"}:
        assert ">>> " in getattr(api, name).__doc__, name


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_do_what_they_say(example_folder, monkeypatch, name):
    if name == "train":
        pytest.importorskip("torch")
    monkeypatch.chdir(example_folder)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name].__doc__, {"ruler": ruler}, name, None, None)
    said = []
    assert runner.run(test, out=said.append).failed == 0, "".join(said)


def test_an_input_that_cannot_be_used_is_a_bad_input_error(tmp_path):
    for call in (
        lambda: ruler.compare("stedy", "dropout-digits"),
        lambda: ruler.compare("fast", "dropout-digit"),
        lambda: ruler.closest_scenarios("dropout-digits"),
        lambda: ruler.measure(tmp_path / "none.npz"),
        lambda: ruler.train(tmp_path / "a.csv", alpha=2.0),
        lambda: ruler.train(tmp_path / "a.csv", alpa=1.0),
        lambda: ruler.phase("none", tmp_path / "a.png"),
        lambda: ruler.agree("dropout-digits", "phase-ruler-tip"),
        lambda: ruler.export([], tmp_path / "a.csv"),
        lambda: api.sweep("none", tmp_path / "out"),
        lambda: api.sweep("phase-ruler-tip", tmp_path / "out", workers=2, scheduler="tcp://host:1"),
    ):
        with pytest.raises(ruler.BadInputError):
            call()
    assert list(tmp_path.iterdir()) == []


def test_compare_takes_what_is_at_hand(shipped_run):
    """Recordings and profiles, or their names: the same numbers."""
    (profile,) = open_networks("dropout-digits:alpha=0")
    (named,) = ruler.compare("fast", "dropout-digits:alpha=0", resamples=0)
    (given,) = ruler.compare(shipped_run("fast"), profile, resamples=0)
    assert named.comparison.rms_distance == given.comparison.rms_distance
    assert (named.ruler, named.address) == ("fast", "dropout-digits:alpha=0")


def test_compare_reports_which_scenario_is_played():
    seen = []
    ruler.compare("fast", "dropout-digits:alpha=0", resamples=0, progress=lambda name, run: seen.append(name))
    assert set(seen) == {"fast"}
