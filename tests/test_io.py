"""Every file in one way: what is written reads back, whole or not at all, and damage is one clear message."""

import json
import os
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruler import io
from ruler.errors import BadInputError, FailedError

FORMATS = pytest.mark.parametrize("suffix", io.FORMATS)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=12).filter(
    # Of an archive's members, "metadata" is taken and "/" is a folder.
    lambda name: name == name.strip() and name != "metadata" and not set(name) & set('/\\:*?"<>|.')
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(
    lambda text: not text.endswith("\0")
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
META = st.none() | st.dictionaries(st.text(max_size=8), st.none() | st.integers() | NUMBERS | TEXTS, max_size=4)
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def tables(draw):
    """Columns of numbers and of texts, equally long."""
    rows = draw(st.integers(1, 5))
    kinds = st.sampled_from([NUMBERS, TEXTS, st.integers(-(2**53), 2**53)])
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=lambda name: name.casefold()))
    return {name: draw(st.lists(draw(kinds), min_size=rows, max_size=rows)) for name in names}


def plain(values):
    return [value.item() if isinstance(value, np.generic) else value for value in values]


# Round trips


@FORMATS
@given(columns=tables(), meta=META)
@MANY
def test_what_is_written_reads_back(tmp_path, suffix, columns, meta):
    path = tmp_path / f"t{suffix}"
    for old in tmp_path.iterdir():
        old.unlink()
    io.write(path, columns, meta)
    table = io.read(path)
    assert table.meta == meta
    assert list(table.columns) == list(columns)
    assert table.rows == len(next(iter(columns.values())))
    assert io.column_names(path) == [*columns, *(["metadata"] if suffix == ".npz" and meta is not None else [])]
    for name, values in columns.items():
        if io.FORMATS[suffix].text and not isinstance(values[0], str):
            assert [float(cell) for cell in table.column(name)] == values
        else:
            assert plain(table.column(name)) == values


@FORMATS
def test_only_the_columns_wanted(tmp_path, suffix):
    path = io.write(tmp_path / f"t{suffix}", {"a": [1.0], "b": [2.0]}, {"k": 1})
    assert "b" in io.read(path, only=["b"]).columns
    assert io.read(path, only=["b"]).meta == {"k": 1}


@pytest.mark.parametrize(("suffix", "empty"), [(".csv", ""), (".parquet", None)])
def test_none_is_an_empty_cell(tmp_path, suffix, empty):
    table = io.read(io.write(tmp_path / f"t{suffix}", {"a": [None, 1.0], "b": [None, None]}))
    assert (table.column("a")[0], table.column("b")[1]) == (empty, empty)


def test_none_is_nan_or_an_empty_text_in_npz(tmp_path):
    table = io.read(io.write(tmp_path / "t.npz", {"a": [None, 1.0], "b": [None, None], "c": [None, "x"]}))
    assert np.isnan(table.column("a")[0])
    assert np.isnan(table.column("b")).all()
    assert list(table.column("c")) == ["", "x"]


@pytest.mark.parametrize("bad", ["a,b\r\n1,2\r\n", "\ufeffa,b\n1,2\n", "a, b\n\n1,2\n\n"])
def test_csv_as_other_programs_write_it(tmp_path, bad):
    (tmp_path / "t.csv").write_bytes(bad.encode())
    table = io.read(tmp_path / "t.csv")
    assert {name: list(values) for name, values in table.columns.items()} == {"a": ["1"], "b": ["2"]}


# Whole or not at all


@FORMATS
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_broken_off_leaves_what_was_there(tmp_path, suffix, error, monkeypatch):
    path = io.write(tmp_path / f"t{suffix}", {"a": [1.0]}, {"k": 1})
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}

    def fail(*_args):
        raise error

    monkeypatch.setattr(type(tmp_path), "replace", fail)
    with pytest.raises((FailedError, KeyboardInterrupt), match=r"could not be written: No space left|^$"):
        io.write(path, {"a": [2.0]}, {"k": 2}, force=True)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


@FORMATS
def test_nothing_is_replaced_unless_forced(tmp_path, suffix):
    path = io.write(tmp_path / f"t{suffix}", {"a": [1.0]})
    with pytest.raises(BadInputError, match="exists already; choose another name, or replace it with --force"):
        io.write(path, {"a": [2.0]})
    io.write(path, {"a": [2.0]}, force=True)
    assert float(io.read(path).column("a")[0]) == 2.0


def test_the_companion_is_not_replaced_either(tmp_path):
    (tmp_path / "t.json").write_text("mine")
    with pytest.raises(BadInputError, match=r"t\.json: exists already"):
        io.write(tmp_path / "t.csv", {"a": [1.0]}, {"k": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["t.json"]


def test_text_is_written_whole(tmp_path):
    io.write_text(tmp_path / "t.txt", "ö\n")
    io.write_json(tmp_path / "t.json", {"a": [1, None]})
    assert io.read_text(tmp_path / "t.txt") == "ö\n"
    assert io.read_json(tmp_path / "t.json") == {"a": [1, None]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.json", "t.txt"]


# Paths


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none/t.csv", "the folder .*none does not exist; make it first"),
        ("t.txt", r"t\.txt: the table must end in \.csv, \.npz or \.parquet"),
        ("folder.csv", "is a folder; name a file"),
        ("x" * 300 + ".csv", "cannot be used: File name too long"),
    ],
)
def test_paths_that_cannot_be_written(tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadInputError, match=message):
        io.check_table(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "there is no such file"),
        ("folder.csv", "is a folder; name a file"),
        ("t.txt", r"the file must end in \.csv, \.npz or \.parquet"),
    ],
)
def test_paths_that_cannot_be_read(tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "t.txt").write_text("a\n1\n")
    with pytest.raises(BadInputError, match=message):
        io.read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(BadInputError, match="is no regular file"):
        io.read(tmp_path / "t.csv")


def test_a_file_too_large_is_refused(tmp_path):
    (tmp_path / "t.toml").write_text("a = 1")
    with pytest.raises(BadInputError, match="has 0 MB; at most 0 MB are read"):
        io.read_text(tmp_path / "t.toml", most=3)


def test_new_folder_gets_a_number(tmp_path):
    assert [io.new_folder(tmp_path / "a").name for _ in range(3)] == ["a", "a-2", "a-3"]


# Damage: one message, that names the file


def complaint_about(path):
    try:
        io.read(path)
    except BadInputError as error:
        return str(error)
    return None


@FORMATS
@given(part=st.floats(0.0, 0.999), garbage=st.binary(max_size=30))
@MANY
def test_damage_is_one_message(tmp_path, suffix, part, garbage):
    path = tmp_path / f"t{suffix}"
    io.write(path, {"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}, {"k": 1}, force=True)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))] + garbage)
    complaint = complaint_about(path)
    # Some cuts leave a table, only a shorter one.
    assert complaint is None or (str(path) in complaint and "\n" not in complaint)
    io.column_names(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty; a header line and rows are needed"),
        ("a,a\n1,2\n", "column 'a' is there twice"),
        ("a,b\n\n1,2\n1\n", "line 4 has 1 entries; the header has 2"),
        ('a,b\n"1,2\n', r"is not a readable \.csv file"),
    ],
)
def test_damaged_csv(tmp_path, content, message):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(BadInputError, match=message):
        io.read(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.json", "[1]", "a JSON object is needed, not list"),
        ("t.json", "{", "is not a readable JSON file"),
        ("t.json", "[" * 100_000, "is not a readable JSON file"),
        ("t.toml", "a = [", "is not valid TOML"),
        ("t.toml", "a = " + "[" * 5000, "is not valid TOML"),
    ],
)
def test_damaged_text(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(BadInputError, match=message):
        (io.read_json if name.endswith("json") else io.read_toml)(tmp_path / name)


def test_binary_is_no_text(tmp_path):
    (tmp_path / "t.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInputError, match="is not a text file in UTF-8"):
        io.read_toml(tmp_path / "t.toml")


def test_metadata_that_are_no_object(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.arange(2), metadata=np.array(json.dumps([1])))
    with pytest.raises(BadInputError, match="its metadata are no JSON object"):
        io.read(tmp_path / "t.npz")


def test_pickles_are_never_opened(tmp_path):
    np.savez(tmp_path / "t.npz", a=np.array([{"a": 1}], dtype=object))
    with pytest.raises(BadInputError, match=r"is not a readable \.npz file: Object arrays cannot be loaded"):
        io.read(tmp_path / "t.npz")


# Cells


def test_cells_are_asked_for_by_name_and_row(tmp_path):
    (tmp_path / "t.csv").write_text("layer,load\n1,2.5\nx,nan\n1.5,inf\n")
    table = io.read(tmp_path / "t.csv")
    assert (table.whole("layer", 0), table.number("load", 0)) == (1, 2.5)
    with pytest.raises(BadInputError, match=r"t\.csv, line 3, column 'layer': 'x' is not a finite number"):
        table.whole("layer", 1)
    with pytest.raises(BadInputError, match=r"line 4, column 'layer': 1\.5 is not a whole number from 0"):
        table.whole("layer", 2)
    for row in (1, 2):
        with pytest.raises(BadInputError, match="is not a finite number"):
            table.number("load", row)
    with pytest.raises(BadInputError, match=r"column 'loads' is missing; did you mean 'load'\?"):
        table.column("loads")


# Extras


@pytest.mark.parametrize("loaded_before", [True, False])
def test_a_missing_library_says_what_to_install(tmp_path, monkeypatch, loaded_before):
    if loaded_before:
        pytest.importorskip("pyarrow.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for act in (lambda: io.write(tmp_path / "t.parquet", {"a": [1]}), lambda: io.check(tmp_path / "t.parquet")):
        with pytest.raises(io.MissingExtraError, match=r"pyarrow.*pip install \"folding-ruler\[parquet\]\""):
            act()
    assert list(tmp_path.iterdir()) == []


def test_a_format_is_one_entry(tmp_path, monkeypatch):
    def read(path, _only):
        return {name: [value] for name, value in json.loads(path.read_text()).items()}, None

    def write(path, columns, _meta):
        path.write_text(json.dumps({name: values[0] for name, values in columns.items()}))

    monkeypatch.setitem(io.FORMATS, ".row", io.Format(read, write, lambda path: list(json.loads(path.read_text()))))
    path = io.write(tmp_path / "t.row", {"a": [1.5]})
    assert (io.read(path).columns, io.column_names(path)) == ({"a": [1.5]}, ["a"])
