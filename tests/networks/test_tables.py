"""Features and tables of the user's, read; tables written whole or not at all."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruler.errors import BadInputError
from ruler.networks import (
    LayerProfile,
    NetworkSettings,
    read_network_table,
    read_networks,
    separation,
    write_layer_table,
    write_network_table,
)
from ruler.networks.tables import table_rows, write_rows

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2], 10)
INPUT = RNG.normal(size=(30, 6)) + LABELS[:, None]
FIRST = RNG.normal(size=(30, 2, 2)) + 3 * LABELS[:, None, None]
SECOND = RNG.normal(size=(30, 3)) + 9 * LABELS[:, None]


def read_profile(path, *kind):
    (profile,) = read_networks(path, *kind)
    return profile


def save(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_features_are_measured_in_the_order_they_were_saved(tmp_path):
    file = tmp_path / "mine.npz"
    np.savez(file, input=INPUT, zebra=FIRST, labels=LABELS, ant=SECOND)
    profile = read_profile(file)
    assert profile.name == "mine"
    assert profile.layers == ("zebra", "ant")
    expected = [separation(values, LABELS) for values in (INPUT, FIRST, SECOND)]
    np.testing.assert_array_equal(profile.separation, [expected])
    other = read_profile(file, "pseudo-inverse")
    assert other.measure == "pseudo-inverse"
    assert other.separation[0, 0] == separation(INPUT, LABELS, "pseudo-inverse")


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"input": INPUT, "a": FIRST}, "array 'labels' is missing.*it has input, a"),
        ({"labels": LABELS, "input": INPUT}, "features of 1 layer;"),
        ({"labels": LABELS, "input": INPUT, "a": FIRST[:9]}, "array 'a'.*does not fit features of 9"),
        ({"labels": LABELS, "input": INPUT * np.nan, "a": FIRST}, "array 'input'.*nan"),
        ({"labels": LABELS * 0, "input": INPUT, "a": FIRST}, "array 'input'.*1 class"),
        ({"labels": LABELS, "input": INPUT, "a": np.array([{}] * 30)}, "plain numeric arrays"),
    ],
)
def test_features_that_cannot_be_measured_are_refused(tmp_path, arrays, says):
    file = tmp_path / "mine.npz"
    np.savez(file, **arrays)
    with pytest.raises(BadInputError, match=says) as caught:
        read_profile(file)
    assert str(file) in str(caught.value)


def test_damaged_archives_are_refused(tmp_path):
    file = tmp_path / "mine.npz"
    np.savez(file, labels=LABELS, input=INPUT, a=FIRST)
    whole = file.read_bytes()
    for content in (b"", b"no archive", whole[:100], whole[:-30], whole[:60] + b"xxxxxxxx" + whole[68:]):
        file.write_bytes(content)
        with pytest.raises(BadInputError, match="not a readable"):
            read_profile(file)


def test_a_table_of_d(tmp_path):
    profile = read_profile(save(tmp_path / "n.csv", "layer,D,remark\n0,0.5,input\n2,-2,\n1,0.25,\n"))
    np.testing.assert_allclose(profile.separation, [[0.5, 0.25, -2]])
    assert profile.absolute
    assert profile.layers == ("layer 1", "layer 2")


def test_any_json_file_may_lie_beside_a_layer_table(tmp_path):
    (tmp_path / "n.json").write_text("[1, 2")
    assert read_profile(save(tmp_path / "n.csv", "layer,D\n0,1\n1,0\n")).depth == 1


def test_a_layer_may_have_any_name(tmp_path):
    np.savez(tmp_path / "mine.npz", labels=LABELS, input=INPUT, metadata=FIRST)
    assert read_profile(tmp_path / "mine.npz").layers == ("metadata",)


def test_a_table_of_loads(tmp_path):
    profile = read_profile(save(tmp_path / "n.csv", "\ufefflayer, load\r\n1,1\r\n2,3\r\n"))
    np.testing.assert_allclose(profile.loads, [1, 3])
    assert not profile.absolute


def test_a_table_with_seeds(tmp_path):
    text = "seed,layer,load\n7,1,1\n7,2,2\n9,2,4\n9,1,3\n"
    profile = read_profile(save(tmp_path / "n.csv", text))
    assert profile.seeds == (7, 9)
    np.testing.assert_allclose(profile.seed_loads, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty; a header line and rows are needed"),
        ("layer,D\n", "no rows"),
        ("layer;D\n0;1\n", "column 'layer' is missing; did you mean 'layer;D'"),
        ("Layer,D\n0,1\n1,0\n", "column 'layer' is missing.*'Layer'"),
        ("layer,d\n0,1\n1,0\n", "neither column 'D'.*nor 'load'.*it has layer, d"),
        ("layer,D,D\n0,1,1\n", "column 'D' is there twice"),
        ("layer,D\n0,1\n1\n", "line 3 has 1 entries; the header has 2"),
        ("layer,D\n0,1\n1,much\n", "line 3, column 'D': 'much' is not a finite number"),
        ("layer,D\n0,1\n1,nan\n", "line 3, column 'D': 'nan'"),
        ("layer,D\n0,1\n1,\n", "line 3, column 'D': ''"),
        ("layer,D\n0,1\n0.5,1\n", "line 3, column 'layer': 0.5 is not a whole number"),
        ("layer,D\n0,1\n-1,1\n", "-1 is not a whole number"),
        ("layer,D\n0,1\n0,1\n", "line 3.*layer 0 of seed 0 was there before"),
        ("layer,D\n0,1\n2,1\n", "layer 1 of seed 0 is missing.*0 to 1"),
        ("layer,D\n1,1\n2,1\n", "layer 0 of seed 0 is missing"),
        ("layer,load\n0,1\n1,1\n", "layer 2 of seed 0 is missing.*1 to 2"),
        ("layer,D\n0,1\n", "only layer 0"),
        ("seed,layer,load\n0,1,1\n0,2,1\n1,1,1\n", "layer 2 of seed 1 is missing"),
        ('layer,D\n0,"1\n', "not a readable .csv"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path, text, says):
    file = save(tmp_path / "n.csv", text)
    with pytest.raises(BadInputError, match=says) as caught:
        read_profile(file)
    assert str(file) in str(caught.value)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(BadInputError, match="no such file"):
        read_profile(tmp_path / "none.csv")
    with pytest.raises(BadInputError, match=r"must end in .csv, .npz or .parquet"):
        read_profile(save(tmp_path / "n.txt", "x"))
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00layer")
    with pytest.raises(BadInputError, match="UTF-8"):
        read_profile(tmp_path / "bytes.csv")


PROFILE = LayerProfile("n", ("a", "b"), np.array([[0.1, 1 / 3, -2e-17], [1e9, 2.0, 3.0]]), (4, 2))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_written_table_reads_back_exactly(tmp_path, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow", reason="parquet files need pyarrow")
    file = tmp_path / f"n.{ending}"
    write_layer_table(PROFILE, file)
    back = read_profile(file)
    assert back.seeds == (4, 2)
    np.testing.assert_array_equal(back.separation, PROFILE.separation)


def test_damaged_parquet_is_refused(tmp_path):
    pytest.importorskip("pyarrow", reason="parquet files need pyarrow")
    file = tmp_path / "n.parquet"
    write_layer_table(PROFILE, file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BadInputError, match=r"not a readable .parquet"):
        read_profile(file)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12))
@settings(max_examples=30, deadline=None)
def test_any_profile_survives_a_table(tmp_path_factory, values):
    file = tmp_path_factory.mktemp("t") / "n.csv"
    profile = LayerProfile("n", tuple(map(str, range(len(values) - 1))), np.array([values]))
    write_layer_table(profile, file)
    np.testing.assert_array_equal(read_profile(file).separation, profile.separation)


@given(st.text(alphabet='layerDod,;01.-\n" ', max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_with_a_message(tmp_path_factory, text):
    file = save(tmp_path_factory.mktemp("t") / "n.csv", "layer,D" + text)
    # Whatever is not refused is a network; no other error comes through.
    with contextlib.suppress(BadInputError):
        assert read_profile(file).depth >= 1


def test_files_are_never_replaced_without_force(tmp_path):
    file = tmp_path / "n.csv"
    write_layer_table(PROFILE, file)
    before = file.read_bytes()
    with pytest.raises(BadInputError, match=r"exists already.*--force"):
        write_layer_table(PROFILE, file)
    assert file.read_bytes() == before
    write_layer_table(PROFILE, file, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["n.csv"]


def test_impossible_places_are_refused(tmp_path):
    with pytest.raises(BadInputError, match=r"the folder .*none does not exist"):
        write_layer_table(PROFILE, tmp_path / "none" / "n.csv")
    (tmp_path / "n.csv").mkdir()
    with pytest.raises(BadInputError, match="is a folder"):
        write_layer_table(PROFILE, tmp_path / "n.csv", force=True)
    with pytest.raises(BadInputError, match=r"\.csv or \.parquet"):
        write_layer_table(PROFILE, tmp_path / "n.txt")


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(KeyboardInterrupt):
        write_layer_table(PROFILE, tmp_path / "n.csv")
    assert list(tmp_path.iterdir()) == []


# Tables of trained networks


def trained(**values):
    settings = NetworkSettings(depth=2, width=4, epochs=2, batch_size=500, **values)
    separation, accuracy = RNG.normal(size=(2, 3)), [0.75, 0.5]
    known = {"accuracy": accuracy, "test_accuracy": accuracy, "settings": settings.model_dump()}
    return LayerProfile(settings.title, settings.layer_names, separation, (0, 3), **known)


TINY = (trained(), trained(alpha=0.5, dropout=0.1))
HISTORY = RNG.normal(size=(2, 3, 3))
FILM = replace(TINY[0], separation=HISTORY[:, -1], epochs=(0, 1, 2), history=HISTORY)
ABOUT = {"command": "ruler network train"}


@pytest.fixture
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_rows([row for network in TINY for row in table_rows(network)], folder / "tiny.csv", ABOUT)
    write_network_table(FILM, folder / "film.csv", ABOUT)
    return folder


def test_a_row_is_a_seed_of_a_network(tables):
    networks = read_network_table(tables / "tiny.csv")
    assert [network.seeds for network in networks] == [(0, 3), (0, 3)]
    for network, made in zip(networks, TINY, strict=True):
        np.testing.assert_allclose(network.separation, made.separation, atol=1e-6)
        np.testing.assert_array_equal(network.test_accuracy, made.test_accuracy)
        assert (network.name, network.settings) == (made.name, made.settings)
        assert network.command == "ruler network train"


def test_epochs_are_read_back(tables):
    (network,) = read_network_table(tables / "film.csv")
    assert network.epochs == (0, 1, 2)
    np.testing.assert_allclose(network.history, FILM.history, atol=1e-6)
    np.testing.assert_array_equal(network.separation, network.history[:, -1])
    first, *_, last = table_rows(FILM)
    assert (first["test_accuracy"], last["test_accuracy"]) == ("", "0.500000")
    assert list(first) == list(last)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("D_2", "E_2", "columns D_0 to D_1"),
        ("D_", "E_", "not a table of trained networks"),
        ("dropout", "drop", "column 'dropout' is missing"),
        ("seed", "sed", "column 'seed' is missing"),
        (
            "digits,2,4,0.0",
            "digits,2,4,steep",
            "line 2, column: alpha: 'steep': must be a number, 0 or more and at most 1",
        ),
        ("digits,2,4,0.0", "digits,2,x,0.0", "line 2, column: width: 'x'"),
        ("digits,2,4,0.0", "digits,3,4,0.0", "column 'depth': 3, but there are columns D_0 to D_2"),
        (",3,0.", ",0,0.", "line 3.*seed 0 of .* was there before"),
        (",3,0.", ",-3,0.", "-3 is not a whole number"),
    ],
)
def test_damaged_tables_are_refused(tmp_path, tables, old, new, says):
    text = (tables / "tiny.csv").read_text()
    assert old in text
    (tmp_path / "t.csv").write_text(text.replace(old, new))
    with pytest.raises(BadInputError, match=says):
        read_network_table(tmp_path / "t.csv")


def without(text, *names):
    rows = [line.split(",") for line in text.splitlines()]
    kept = [place for place, name in enumerate(rows[0]) if name not in names]
    return "".join(",".join(row[place] for place in kept) + "\n" for row in rows)


def test_a_setting_without_a_column_has_its_default(tmp_path, tables):
    text = (tables / "tiny.csv").read_text()
    (tmp_path / "t.csv").write_text(without(text, "optimiser", "label_noise", "batch_norm"))
    there, back = (read_network_table(folder / file) for folder, file in ((tables, "tiny.csv"), (tmp_path, "t.csv")))
    assert [network.settings for network in back] == [network.settings for network in there]
    assert back[0].settings["optimiser"] == "adam"
    np.testing.assert_array_equal(back[1].separation, there[1].separation)


def test_a_setting_whose_column_has_another_name_is_not_taken_for_the_default(tmp_path, tables):
    (tmp_path / "t.csv").write_text((tables / "tiny.csv").read_text().replace("optimiser", "optimizer"))
    with pytest.raises(BadInputError, match="column 'optimiser' is missing; did you mean 'optimizer'"):
        read_network_table(tmp_path / "t.csv")


def test_a_damaged_companion_is_refused(tmp_path, tables):
    (tmp_path / "t.csv").write_bytes((tables / "tiny.csv").read_bytes())
    assert read_network_table(tmp_path / "t.csv")[0].command == ""
    for text in ("{", "[]"):
        (tmp_path / "t.json").write_text(text)
        with pytest.raises(BadInputError, match="JSON"):
            read_network_table(tmp_path / "t.csv")


def test_epochs_must_rise(tmp_path, tables):
    lines = (tables / "film.csv").read_text().splitlines()
    (tmp_path / "t.csv").write_text("\n".join([lines[0], lines[2], lines[1], lines[3]]) + "\n")
    with pytest.raises(BadInputError, match="must rise"):
        read_network_table(tmp_path / "t.csv")
