"""Sweeps of trainings: killed at any point they resume and repeat nothing; tables read back what was trained."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import tomli_w

from ruler.errors import BadInputError, FailedError
from ruler.networks import NetworkSettings, open_networks, read_network_table, train
from ruler.shipped import shipped
from ruler.sweeps.cells import load_plan, plan_sweep
from ruler.sweeps.diagram import open_diagram
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.jobs import run_job
from ruler.sweeps.run import all_jobs, run_sweep
from ruler.sweeps.store import LOG
from ruler.sweeps.training import find_grid, train_grid, training_grids

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("sklearn", reason="the digits come with scikit-learn")

TINY = {"depth": 2, "width": 4, "epochs": 2, "batch_size": 500}
TWO = {"name": "network", "keys": ["alpha", "dropout"], "values": [[0.0, 0.5], [0.0, 0.1]]}


def grid(name, axis=TWO, seeds=(0, 3), **settings):
    data = {"title": "a test", "seeds": list(seeds), "network": {**TINY, **settings}, "axis": [axis]}
    return plan_sweep(data, name, f"{name}.toml")


GRID, FILM = grid("tiny"), grid("film", record=[0, 1, 2])
SECOND = NetworkSettings(**TINY, alpha=0.5, dropout=0.1)


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """Trainings so small travel together; here each is to be a step of its own."""
    monkeypatch.setattr("ruler.sweeps.engine.BATCH_TIME", 0.0)


class KilledError(Exception):
    pass


def kill_after(count):
    def stop(state):
        if state.done == count:
            raise KilledError

    return stop


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    for plan in (GRID, FILM):
        train_grid(plan, folder / f"{plan.name}.csv", workers=1)
    return folder


def test_a_row_is_what_was_trained(whole):
    networks = read_network_table(whole / "tiny.csv")
    assert [network.seeds for network in networks] == [(0, 3), (0, 3)]
    trained = train(SECOND, 3).profile
    np.testing.assert_allclose(networks[1].separation[1], trained.separation[0], atol=1e-6)
    np.testing.assert_allclose(networks[1].test_accuracy[1], trained.test_accuracy[0], atol=1e-6)
    assert networks[1].settings == SECOND.model_dump()
    assert networks[1].name == "LeakyReLU 0.5, dropout 0.1, batch 500, 2 layers, width 4, 2 epochs"
    assert networks[1].command == "ruler network train --grid tiny -o tiny.csv"


def test_epochs_are_read_back(whole):
    network = read_network_table(whole / "film.csv")[0]
    assert network.epochs == (0, 1, 2)
    trained = train(NetworkSettings(**TINY), 0, record=(0, 1, 2)).profile
    np.testing.assert_allclose(network.history[0], trained.history[0], atol=1e-6)
    np.testing.assert_array_equal(network.history[:, -1], network.separation)


def test_the_companion_says_where_it_all_comes_from(whole):
    about = json.loads((whole / "tiny.json").read_text())
    assert about["command"] == "ruler network train --grid tiny -o tiny.csv"
    assert (about["grid"], about["title"], about["seeds"]) == ("tiny", "a test", [0, 3])
    assert about["data"][0]["licence"] == "CC BY 4.0"
    assert {"torch", "numpy", "scikit-learn", "python", "folding-ruler"} <= set(about["versions"])
    assert str(whole) not in (whole / "tiny.json").read_text()


@pytest.mark.parametrize("plan", [GRID, FILM], ids=["tiny", "film"])
@pytest.mark.parametrize("cut", [0, 1, 40])
def test_a_killed_grid_goes_on_and_repeats_nothing(tmp_path, whole, plan, cut):
    file = tmp_path / f"{plan.name}.csv"
    with pytest.raises(KilledError):
        train_grid(plan, file, workers=1, progress=kill_after(3))
    assert not file.exists()
    log = tmp_path / f"{plan.name}.csv.part" / LOG
    log.write_bytes(log.read_bytes()[: len(log.read_bytes()) - cut])
    seen = []
    networks = train_grid(plan, file, workers=1, progress=lambda state: seen.append(state.done))
    assert seen == ([4] if cut == 0 else [3, 4])
    assert file.read_bytes() == (whole / file.name).read_bytes()
    assert len(networks) == 2
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json"]


def test_a_log_with_a_header_alone_or_less_is_no_training(tmp_path, whole):
    with pytest.raises(KilledError):
        train_grid(GRID, tmp_path / "tiny.csv", workers=1, progress=kill_after(1))
    log = tmp_path / "tiny.csv.part" / LOG
    log.write_bytes(log.read_bytes().splitlines(True)[0] + b'[1, "0.0, ')
    with pytest.raises(KilledError):
        train_grid(GRID, tmp_path / "tiny.csv", workers=1, progress=kill_after(1))
    assert len(log.read_text().splitlines()) == 2
    log.write_bytes(b'["cell", ')
    train_grid(GRID, tmp_path / "tiny.csv", workers=1)
    assert (tmp_path / "tiny.csv").read_bytes() == (whole / "tiny.csv").read_bytes()


@pytest.mark.slow
def test_two_workers_train_the_same_networks(tmp_path, whole):
    train_grid(GRID, tmp_path / "tiny.csv", workers=2)
    for name in ("tiny.csv", "tiny.json"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "data,depth,width\n"])
def test_a_strange_part_file_is_refused(tmp_path, content):
    part = tmp_path / "t.csv.part"
    part.write_text(content)
    with pytest.raises(BadInputError, match=r"t.csv.part: cannot be used as a folder"):
        train_grid(GRID, tmp_path / "t.csv", workers=1)
    assert part.read_text() == content


def test_a_part_of_another_grid_is_refused(tmp_path):
    with pytest.raises(KilledError):
        train_grid(GRID, tmp_path / "t.csv", workers=1, progress=kill_after(1))
    with pytest.raises(BadInputError, match=r"t.csv.part: belongs to another sweep, 'a test' \(tiny\)"):
        train_grid(FILM, tmp_path / "t.csv", workers=1)


def test_impossible_grids_are_refused(tmp_path, whole):
    with pytest.raises(BadInputError, match="exists already"):
        train_grid(GRID, whole / "tiny.csv")
    with pytest.raises(BadInputError, match=r"to a .csv file"):
        train_grid(GRID, tmp_path / "t.parquet")
    with pytest.raises(BadInputError, match="different depth"):
        train_grid(grid("g", {"key": "depth", "values": [2, 3]}), tmp_path / "t.csv")
    with pytest.raises(BadInputError, match=r"'nets' is not known; there are .*dropout-augmented"):
        find_grid("nets")
    assert find_grid("dropout-digits").fingerprint == load_plan("dropout-digits").fingerprint


def test_a_training_that_diverges_is_a_failed_row(tmp_path):
    axis = {"key": "learning_rate", "values": [0.001, 100.0]}
    plan = grid("wild", axis, seeds=(0,), optimiser="sgd", batch_norm=False, epochs=20)
    result = run_sweep(plan, tmp_path / "wild", LocalEngine(1))
    assert (result.runs, result.failed) == (2, 1)
    rows = (tmp_path / "wild" / "table.csv").read_text().splitlines()
    assert ",failed," in rows[2]
    assert "diverged" in rows[2] or "cannot be measured" in rows[2]
    (network,) = read_network_table(tmp_path / "wild" / "networks.csv")
    assert network.settings["learning_rate"] == 0.001
    with pytest.raises(FailedError, match="1 of 2 trainings failed"):
        train_grid(plan, tmp_path / "t.csv", workers=1)
    assert not (tmp_path / "t.csv").exists()


def test_a_sweep_by_command_leaves_a_table_of_networks(cli, tmp_path, whole):
    (tmp_path / "tiny.toml").write_text(tomli_w.dumps(GRID.sweep.model_dump(by_alias=True, exclude_none=True)))
    outcome = cli("sweep", tmp_path / "tiny.toml", "-o", tmp_path / "out", "--workers", "1", "--json")
    assert (outcome.code, json.loads(outcome.out)["runs"]) == (0, 4)
    assert (tmp_path / "out" / "networks.csv").read_bytes() == (whole / "tiny.csv").read_bytes()
    assert len(open_networks(str(tmp_path / "out" / "networks.csv"))) == 2
    diagram = open_diagram(str(tmp_path / "out"))
    assert (diagram.kind, diagram.title, diagram.failed) == ("network", "a test", 0)
    assert (diagram.up.values, diagram.right.values) == ((0.5, 0.0), (0.0, 0.1))
    refused = cli("sweep", tmp_path / "tiny.toml", "-o", tmp_path / "other", "--recordings")
    assert refused.code == 2
    assert "a network has none" in refused.err


def test_depths_have_a_table_each(tmp_path):
    run_sweep(grid("deep", {"key": "depth", "values": [2, 3]}, seeds=(0,)), tmp_path, LocalEngine(1))
    assert [read_network_table(tmp_path / f"networks-depth-{depth}.csv")[0].depth for depth in (2, 3)] == [2, 3]
    assert len(open_diagram(str(tmp_path)).cells) == 2


DEFAULTS = {key: str(value) for key, value in NetworkSettings().model_dump().items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", training_grids())
def test_shipped_tables_are_what_the_program_trains(name):
    jobs = list(all_jobs(load_plan(name)))
    job = jobs[len(jobs) // 3]
    if name.startswith("transformer"):
        # Long to train: the weights before training, and once also the first epoch.
        few = {"settings": {**job.data["settings"], "epochs": 1}, "record": [0, 1]}
        job = replace(job, data=few)
        if name != "transformer-3":
            pytest.skip("takes half a minute; transformer-3 is trained by the same program")
    rows = run_job(job).values["networks"]
    if name.startswith("transformer"):
        rows = [{**row, "epochs": "6"} for row in rows]
    with (shipped("assets") / "networks" / f"{name}.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    known = [key for key in rows[-1] if key in NetworkSettings.model_fields or key in {"seed", "epoch"}]
    # A setting without a column had its default.
    (theirs,) = [row for row in table if all(row.get(key, DEFAULTS.get(key)) == rows[-1][key] for key in known)]
    layers = range(int(theirs["depth"]) + 1)
    numbers = [[float(row[f"D_{layer}"]) for layer in layers] for row in (rows[-1], theirs)]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-3)


@pytest.mark.parametrize("networks", ["5", '[{"alpha": "1"}, {}]', "[[1]]"])
def test_a_log_with_strange_networks_is_refused(tmp_path, networks):
    with pytest.raises(KilledError):
        train_grid(GRID, tmp_path / "tiny.csv", workers=1, progress=kill_after(1))
    log = tmp_path / "tiny.csv.part" / LOG
    header, row = log.read_text(encoding="utf-8").splitlines()
    *values, _ = json.loads(row)
    log.write_text(f"{header}\n{json.dumps([*values, json.loads(networks)])}\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"holds networks that no sweep has written"):
        train_grid(GRID, tmp_path / "tiny.csv", workers=1)
