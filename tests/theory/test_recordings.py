"""Results of the theory as recordings: columns, files, exports."""

import json

import numpy as np
import pytest

from ruler.analysis import layers, recording_measures
from ruler.errors import BadInputError
from ruler.recording import load_recording, save_recording
from ruler.scenario import load_scenario
from ruler.theory import (
    PRESETS,
    FirstOrder,
    SecondOrder,
    chain_summary,
    mean_interval,
    quasi_static_recording,
    run_chains,
    simulate_chains,
    spring_block_recording,
)

MODEL = FirstOrder(blocks=4, noise=0.1, target=2.0)
FORMATS = (".csv", ".npz", ".parquet")


@pytest.fixture(scope="module")
def chains():
    return run_chains(MODEL, chains=30, steps=2000, seed=3, samples=40)


@pytest.fixture(scope="module")
def slow():
    return quasi_static_recording(load_scenario("dry-steady", ["recording.rate=5"]), name="dry-steady")


def test_an_ensemble_in_parts_is_the_whole_one(chains, monkeypatch):
    monkeypatch.setattr("ruler.theory.chain_run.MOST_POSITIONS", 7 * 40 * 4)
    parts = run_chains(MODEL, chains=30, steps=2000, seed=3, samples=40)
    np.testing.assert_array_equal(parts.final, chains.final)
    np.testing.assert_allclose(parts.elongation, chains.elongation, atol=1e-14)
    whole = simulate_chains(MODEL, chains=30, sample_steps=[1000, 2000], seed=3).elongation
    np.testing.assert_array_equal(chains.final, whole[-1])
    np.testing.assert_allclose(chains.elongation[20], whole[0].mean(axis=0), atol=1e-14)
    np.testing.assert_allclose(chains.elastic[20], 0.5 * (whole[0] ** 2).sum(axis=1).mean(), atol=1e-14)


def test_loads_are_the_papers_differences_of_distance_to_the_target(chains):
    position = simulate_chains(MODEL, chains=30, sample_steps=[2000], seed=3).position[-1]
    distance = MODEL.target - np.hstack((np.zeros((30, 1)), position, np.full((30, 1), MODEL.target)))
    np.testing.assert_allclose(chains.final, distance[:, :-1] - distance[:, 1:])
    np.testing.assert_allclose(chains.curves, distance / MODEL.target, atol=1e-12)


def test_the_summary_has_measures_and_intervals(chains):
    summary = chain_summary(chains)
    shares = chains.shares
    assert sum(summary["load"]) == pytest.approx(1.0)
    np.testing.assert_allclose(summary["load"], shares.mean(axis=0))
    np.testing.assert_allclose(summary["interval"]["load"], mean_interval(shares).half_width)
    centers = shares @ np.arange(5) / 4
    assert summary["center_of_load"] == pytest.approx(centers.mean())
    assert summary["interval"]["center_of_load"] == pytest.approx(1.96 * centers.std(ddof=1) / np.sqrt(30))
    assert summary["load_curve"][0] == 1.0
    assert summary["load_curve"][-1] == 0.0
    assert summary["bend_range"] == [-0.1, 0.1]
    json.dumps(summary, allow_nan=False)


def test_a_single_chain_has_no_interval():
    summary = chain_summary(run_chains(FirstOrder(), chains=1, steps=100))
    assert set(summary["interval"].values()) == {None}


def test_progress_rises_to_one():
    seen = []
    run_chains(MODEL, chains=2000, steps=200, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 1


def test_spring_block_columns(chains):
    recording = spring_block_recording(chains)
    assert recording.meta["kind"] == "spring-block"
    assert recording.hinges == MODEL.blocks + 1
    assert recording.complete
    np.testing.assert_allclose(recording.opening_deg[0], 0.0)
    np.testing.assert_allclose(recording.opening_deg[1:].sum(axis=1), 180.0)
    np.testing.assert_allclose(recording.opening_deg, chains.elongation * recording.meta["degrees_per_elongation"])
    np.testing.assert_allclose(recording_measures(recording).load, chain_summary(chains)["load"])
    assert recording.column("extension")[-1] == 1.0
    assert recording.column("tip_x_m")[-1] == MODEL.target
    np.testing.assert_allclose(recording.column("pull_force_N"), chains.elongation[:, -1])
    assert "order 1" in recording.title
    assert recording.meta["source"]["friction_left"] == 0.1
    with pytest.raises(BadInputError, match="spring-block"):
        _ = recording.scenario


def test_a_pull_that_takes_time_moves_the_tip():
    run = run_chains(SecondOrder(pull_time=10.0), chains=2, steps=400, samples=8)
    tip = spring_block_recording(run).column("tip_x_m")
    np.testing.assert_allclose(tip, [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0])


def test_quasi_static_columns(slow):
    assert slow.meta["kind"] == "quasi-static"
    assert slow.meta["summary"]["center_of_load"] == pytest.approx(0.75, abs=0.01)
    assert slow.title == "Dry hinges, slow and steady"
    assert slow.column("extension")[-1] == pytest.approx(0.55, abs=1e-4)
    np.testing.assert_allclose(slow.column("tip_y_m"), 0.0, atol=1e-4)
    losses = slow.column("hinge_loss_J") + slow.column("table_loss_J")
    np.testing.assert_allclose(slow.column("work_J"), losses)
    assert slow.phase[-1] == "rest"
    assert slow.meta["steps"] > 300
    assert slow.scenario == load_scenario("dry-steady", ["recording.rate=5"])


def test_quasi_static_and_simulated_agree_all_the_way(slow, play):
    simulated = play("dry-steady")
    for name, tolerance in (("tip_x_m", 1e-3), ("extension", 1e-3), ("hinge_loss_J", 2e-3), ("table_loss_J", 2e-3)):
        other = np.interp(slow.time, simulated.time, simulated.column(name))
        np.testing.assert_allclose(slow.column(name), other, atol=tolerance)
    for hinge in range(slow.hinges):
        other = np.interp(slow.time, simulated.time, simulated.opening_deg[:, hinge])
        np.testing.assert_allclose(slow.opening_deg[:, hinge], other, atol=1.0)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", ["spring-block", "quasi-static"])
def test_files_give_the_same_back(kind, ending, tmp_path, request):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    if kind == "spring-block":
        recording = spring_block_recording(request.getfixturevalue("chains"))
    else:
        recording = request.getfixturevalue("slow")
    path = save_recording(recording, tmp_path / f"run{ending}")
    loaded = load_recording(path)
    np.testing.assert_array_equal(loaded.table, recording.table)
    assert loaded.meta == json.loads(json.dumps(dict(recording.meta)))
    assert layers(loaded) == layers(recording)


def test_presets_show_what_they_say():
    found = {}
    for name, preset in PRESETS.items():
        run = run_chains(preset.model, chains=100, steps=preset.steps)
        found[name] = (run.measures.center_of_load, run.measures.unevenness)
    assert found["lazy"][0] > 0.8
    assert found["active"][1] < 0.05
    assert found["convex"][0] < 0.35
    assert found["notebook"][1] < 0.05


def test_a_chain_has_no_energy_account_to_be_judged_by():
    recording = spring_block_recording(run_chains(FirstOrder(), chains=1, steps=200, seed=1, samples=5), name="chain")
    assert recording.meta["summary"]["energy_error"] is None
    assert recording.meta["trust"] == "good"
