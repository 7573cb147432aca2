"""Fits of measured rulers: the paper's, made-up ones, and what they say of themselves."""

import json

import numpy as np
import pytest

from ruler import simulate
from ruler.errors import BadInputError
from ruler.measured import FitSettings, fit_recording, load_measured
from ruler.measured.pull import measured_pull
from ruler.measured.slow import SlowRulers, pull_batch, start_angles
from ruler.measured.unknowns import RATIO
from ruler.recording import load_recording, measured_recording, save_recording
from ruler.scenario import load_scenario


@pytest.fixture(scope="module")
def paper_even():
    return fit_recording(load_measured("paper-steady"))


@pytest.fixture(scope="module")
def made_up():
    """Exact stills of a ruler of 5 hinges, its ratio 6 and its factors, with a little error on the angles."""
    length = np.array([0.1, 0.2, 0.2, 0.2, 0.2, 0.1])
    factors = np.array([1.1, 0.8, 1.2, 0.95, 0.95])
    opening = np.radians([[9.0, 11.0, 8.0, 12.0, 10.0]])
    angle = start_angles(opening, length, np.array([1.0, 0.0]))
    start = float((length * np.cos(angle)).sum())
    path = np.array([[start, 0.0], [0.24, 0.0], [0.4, 0.0], [0.55, 0.0], [0.7, 0.0]])
    pulled = np.degrees(pull_batch(SlowRulers(length, opening, 6.0 * factors[None], 0.2), path))[0]
    noise = 0.3 * np.random.default_rng(3).standard_normal(pulled.shape)
    return measured_recording(pulled + noise, path, name="made up", section_length=0.2, noise_deg=0.3), factors


@pytest.fixture(scope="module")
def uneven(made_up):
    return fit_recording(made_up[0], FitSettings(per_hinge=True), held_out=False)


def parameter(fit, key):
    return next(each for each in fit.parameters if each.key == key)


@pytest.mark.slow
def test_equal_hinges_do_not_explain_the_papers_ruler(paper_even):
    """7 to 9 deg in the prototype, by an independent dynamics, with the start as it was photographed.

    A fit may also bend the start, which helps a little: one hinge by far more than an angle may be off.
    """
    pull = measured_pull(load_measured("paper-steady"))
    ratios = np.geomspace(5.0, 80.0, 9)
    start = np.repeat(pull.opening[:1], ratios.size, axis=0)
    rulers = SlowRulers(pull.length, start, np.outer(ratios, np.ones(pull.hinges)), pull.ruler.section_length)
    off = np.degrees(pull_batch(rulers, pull.tip)[:, 1:] - pull.opening[1:])
    rms = np.sqrt((off**2).mean(axis=(1, 2)))
    assert 6.5 < rms.min() < 9.5
    assert 10.0 < ratios[rms.argmin()] < 35.0
    assert 5.0 < paper_even.rms_deg < rms.min()
    assert np.abs(paper_even.predicted_deg[0] - paper_even.pull_deg[0]).max() > 5.0 * 1.5
    assert paper_even.hinge_factors is None
    assert 10.0 < parameter(paper_even, RATIO).value < 35.0


@pytest.mark.slow
def test_says_what_a_slow_pull_leaves_open(paper_even):
    for key in ("table.friction", "ruler.section_mass"):
        kept = parameter(paper_even, key)
        assert not kept.determined
        assert kept.low is None
        assert kept.note


@pytest.mark.slow
def test_uneven_hinges_are_found_again(made_up, uneven):
    fit, factors = uneven, made_up[1]
    assert np.median(np.abs(fit.hinge_factors / factors - 1.0)) < 0.05
    assert parameter(fit, RATIO).low < 6.0 < parameter(fit, RATIO).high
    assert fit.rms_deg < 0.6


@pytest.mark.slow
def test_the_fitted_scenario_plays_to_the_measured_openings(made_up, uneven):
    run = simulate(uneven.scenario)
    assert run.opening_deg[-1] == pytest.approx(made_up[0].opening_deg[-1], abs=2.5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"free": ("hinge.vicous",)}, "did you mean 'hinge.viscous'"),
        ({"free": ("hinge.torque=3:1",)}, "LOW:HIGH"),
        ({"prior": 0.0}, "--prior"),
        ({"noise": float("nan")}, "--noise"),
        ({"workers": 0}, "--workers"),
    ],
)
def test_bad_settings_are_named(settings, words, cli):
    arguments = [part for key, value in settings.items() for part in _flags(key, value)]
    outcome = cli("fit", "paper-steady", *arguments)
    assert outcome.code == 2
    assert words in outcome.err


def _flags(key, value):
    if key == "free":
        return [part for each in value for part in ("--free", each)]
    return [f"--{key}", value]


def test_another_number_of_hinges_is_refused():
    with pytest.raises(BadInputError, match="12 hinges, the ruler of the scenario 10"):
        fit_recording(load_measured("paper-steady"), base=load_scenario("steady"))


@pytest.mark.slow
def test_command_prints_one_object_and_writes_scenario_and_figure(made_up, cli, tmp_path):
    recording, _ = made_up
    table = save_recording(recording, tmp_path / "mine.csv")
    scenario, figure = tmp_path / "fitted.toml", tmp_path / "fit.png"
    outcome = cli("fit", table, "--json", "-o", scenario, "--figure", figure)
    assert outcome.code == 0, outcome.err
    content = json.loads(outcome.out)
    assert len(content["rms_deg_per_row"]) == 4
    # The same bytes with the same seed, whoever asks.
    again = fit_recording(load_recording(table)).as_dict()
    for key in ("parameters", "rms_deg", "held_out_rms_deg", "evaluations"):
        assert content[key] == again[key]
    assert content["hinge_factors"] is None
    assert content["held_out_rms_deg"] > 0.0
    assert load_scenario(scenario).measured == "mine.csv"
    assert figure.stat().st_size > 1000


def test_viscous_friction_is_found_from_a_quick_pull_in_time():
    """What a film of a quick pull gives: openings with 0.3 deg of error, thirty times a second."""
    keys = ["ruler.hinges=3", "hinge.viscous=0.03", "phase.0.pull.speed=0.4", "phase.1.until.time=0.05"]
    run = simulate(load_scenario("steady", [*keys, "recording.rate=30"]))
    opening = run.opening_deg + 0.3 * np.random.default_rng(5).standard_normal(run.opening_deg.shape)
    film = measured_recording(opening, run.table[:, 2:4], name="film", time=run.time, section_length=0.2, noise_deg=0.3)
    fit = fit_recording(film, base=load_scenario("steady", ["ruler.hinges=3"]), held_out=False)
    viscous = parameter(fit, "hinge.viscous")
    assert viscous.value == pytest.approx(0.03, rel=0.2)
    assert viscous.low < 0.03 < viscous.high
    assert viscous.determined
