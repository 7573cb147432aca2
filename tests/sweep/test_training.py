"""Grids: killed at any point they resume and repeat nothing; tables read back what was trained."""

import json

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.networks import (
    GRIDS,
    Grid,
    NetworkSettings,
    about_training,
    find_grid,
    profile_from_loads,
    read_network_table,
    read_networks,
    train,
    train_grid,
    train_seeds,
    write_network_table,
)
from ruler.networks.grids import _header

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("sklearn", reason="the digits come with scikit-learn")

TINY = {"depth": 2, "width": 4, "epochs": 2, "batch_size": 500}
GRID = Grid("tiny", "a test", (NetworkSettings(**TINY), NetworkSettings(**TINY, alpha=0.5, dropout=0.1)), seeds=(0, 3))
FILM = Grid("film", "a test", GRID.networks, seeds=(0, 3), record=(0, 1, 2))


class KilledError(Exception):
    pass


def kill_after(count):
    def stop(progress):
        if progress.done == count:
            raise KilledError

    return stop


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    for grid in (GRID, FILM):
        train_grid(grid, folder / f"{grid.name}.csv")
    return folder


def test_a_row_is_what_was_trained(whole):
    networks = read_network_table(whole / "tiny.csv")
    assert [network.seeds for network in networks] == [(0, 3), (0, 3)]
    trained = train(GRID.networks[1], 3).profile
    np.testing.assert_allclose(networks[1].separation[1], trained.separation[0], atol=1e-6)
    np.testing.assert_allclose(networks[1].test_accuracy[1], trained.test_accuracy[0], atol=1e-6)
    assert networks[1].settings == GRID.networks[1].model_dump()
    assert networks[1].name == "LeakyReLU 0.5, dropout 0.1, batch 500, 2 layers, width 4, 2 epochs"
    assert networks[1].command == "ruler network train --grid tiny -o tiny.csv"


def test_epochs_are_read_back(whole):
    network = read_network_table(whole / "film.csv")[0]
    assert network.epochs == (0, 1, 2)
    trained = train(GRID.networks[0], 0, record=(0, 1, 2)).profile
    np.testing.assert_allclose(network.history[0], trained.history[0], atol=1e-6)
    np.testing.assert_array_equal(network.history[:, -1], network.separation)


def test_the_companion_says_where_it_all_comes_from(whole):
    about = json.loads((whole / "tiny.json").read_text())
    assert about["command"] == "ruler network train --grid tiny -o tiny.csv"
    assert about["data"][0]["licence"] == "CC BY 4.0"
    assert {"torch", "numpy", "scikit-learn", "python", "folding-ruler"} <= set(about["versions"])
    assert str(whole) not in (whole / "tiny.json").read_text()


@pytest.mark.parametrize("grid", [GRID, FILM])
@pytest.mark.parametrize("cut", [0, 1, 40])
def test_a_killed_grid_goes_on_and_repeats_nothing(tmp_path, whole, grid, cut):
    file = tmp_path / f"{grid.name}.csv"
    with pytest.raises(KilledError):
        train_grid(grid, file, progress=kill_after(3))
    assert not file.exists()
    part = tmp_path / f"{grid.name}.csv.part"
    part.write_bytes(part.read_bytes()[: len(part.read_bytes()) - cut])
    seen = []
    networks = train_grid(grid, file, progress=lambda step: seen.append(step.done))
    assert seen == ([4] if cut == 0 else [3, 4])
    assert file.read_bytes() == (whole / file.name).read_bytes()
    assert len(networks) == 2
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json"]


def test_a_header_alone_or_less_is_no_training(tmp_path):
    header = ",".join(_header(2, epochs=False))
    (tmp_path / "t.csv.part").write_text(header + "\n" + "digits,2,")
    with pytest.raises(KilledError):
        train_grid(GRID, tmp_path / "t.csv", progress=kill_after(1))
    assert len((tmp_path / "t.csv.part").read_text().splitlines()) == 2


@pytest.mark.parametrize(("content", "says"), [("", "not the part file"), ("a,b\n1,2\n", "not the part file")])
def test_a_strange_part_file_is_refused(tmp_path, content, says):
    (tmp_path / "t.csv.part").write_text(content)
    with pytest.raises(BadInputError, match=says):
        train_grid(GRID, tmp_path / "t.csv")
    assert (tmp_path / "t.csv.part").read_text() == content


def test_a_part_file_of_another_grid_is_refused(tmp_path, whole):
    (tmp_path / "t.csv.part").write_bytes((whole / "tiny.csv").read_bytes())
    with pytest.raises(BadInputError, match="which is not in grid 'one'"):
        train_grid(Grid("one", "", GRID.networks[:1], (0,)), tmp_path / "t.csv")


def test_impossible_grids_are_refused(tmp_path, whole):
    with pytest.raises(BadInputError, match="exists already"):
        train_grid(GRID, whole / "tiny.csv")
    with pytest.raises(BadInputError, match=r"must end in .csv"):
        train_grid(GRID, tmp_path / "t.parquet")
    with pytest.raises(BadInputError, match="different depth"):
        train_grid(Grid("g", "", (NetworkSettings(), NetworkSettings(depth=3))), tmp_path / "t.csv")
    with pytest.raises(BadInputError, match="'nets' is not known; there are dropout-digits"):
        find_grid("nets")
    assert find_grid("dropout-digits") is GRIDS["dropout-digits"]


def test_a_trained_network_is_written_like_a_grid(tmp_path):
    file = tmp_path / "mine.csv"
    profile = train_seeds(GRID.networks[1], (0, 3), record=(0, 2))
    write_network_table(profile, file, about_training("ruler network train", (0, 3), {"digits": "CC BY 4.0"}))
    (back,) = read_networks(file)
    assert (back.seeds, back.epochs, back.command) == ((0, 3), (0, 2), "ruler network train")
    np.testing.assert_allclose(back.history, profile.history, atol=1e-6)
    np.testing.assert_allclose(back.test_accuracy, profile.test_accuracy, atol=1e-6)
    with pytest.raises(BadInputError, match="exists already"):
        write_network_table(profile, file, {})
    with pytest.raises(BadInputError, match=r"must end in \.csv"):
        write_network_table(profile, tmp_path / "mine.npz", {})
    with pytest.raises(BadInputError, match="only networks trained by this program"):
        write_network_table(profile_from_loads([1, 2], "other"), tmp_path / "other.csv", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "mine.json"]
