"""Recordings in files: exact, whole or not at all, and damaged ones refused clearly."""

import csv
import json
import os

import numpy as np
import pytest

from ruler import load_recording, load_scenario, save_recording, simulate
from ruler.errors import BadInputError, FailedError
from ruler.recording import Recording, output_path
from ruler.recording.recording import column_names

SUFFIXES = [".csv", ".npz", ".parquet"]
FORMATS = pytest.mark.parametrize("suffix", SUFFIXES)

# The documented columns, in order; a column may be added at the end.
COLUMNS = [
    "time_s", "phase", "tip_x_m", "tip_y_m", "extension", "pull_force_N",
    *[f"opening_{i}_deg" for i in range(1, 11)],
    "kinetic_energy_J", "work_J", "hinge_loss_J", "table_loss_J",
]  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return simulate(load_scenario("fast", ["recording.rate=37"]))


def awkward():
    """Numbers that a careless format would lose, and names that a careless reader would stumble over."""
    table = np.random.default_rng(1).standard_normal((6, len(column_names(2)))) * 10.0 ** np.arange(-6, 7)
    table[0, 2:5] = [0.1 + 0.2, 5e-324, -0.0]
    table[:, 1] = [0, 0, 1, 1, 2, 2]
    meta = {"kind": "ruler", "seed": 2**62, "status": "complete", "note": 'ö, "quoted"\nline', "nothing": None}
    return Recording(table, ('a "name", with commas', "ünïcode", "three\nlines"), meta)


def test_columns_are_the_documented_ones(run):
    assert run.columns[: len(COLUMNS)] == COLUMNS


@FORMATS
@pytest.mark.parametrize("which", ["run", "awkward"])
def test_what_is_saved_reads_back_to_the_last_bit(run, tmp_path, suffix, which):
    recording = run if which == "run" else awkward()
    path = save_recording(recording, tmp_path / f"r{suffix}")
    again = load_recording(path)
    assert again.table.tobytes() == recording.table.tobytes()
    assert again.phases == recording.phases
    assert again.phase == recording.phase
    assert again.meta == json.loads(json.dumps(recording.meta))


@FORMATS
def test_whole_scenario_is_inside(run, tmp_path, suffix):
    again = load_recording(save_recording(run, tmp_path / f"r{suffix}"))
    assert again.scenario == run.scenario
    assert again.meta["summary"] == run.meta["summary"]


def test_csv_is_plain(run, tmp_path):
    path = save_recording(run, tmp_path / "r.csv")
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert len(rows) == len(run.time)
    assert [row["phase"] for row in rows] == run.phase
    assert float(rows[-1]["opening_10_deg"]) == run.opening_deg[-1, 9]
    meta = json.loads(path.with_suffix(".json").read_text())
    assert meta["source"]["title"] == run.title


def test_npz_opens_with_numpy_alone(run, tmp_path):
    with np.load(save_recording(run, tmp_path / "r.npz"), allow_pickle=False) as archive:
        assert archive["opening_3_deg"].tobytes() == run.opening_deg[:, 2].tobytes()


def test_parquet_opens_with_pandas_alone(run, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(save_recording(run, tmp_path / "r.parquet"))
    assert frame["time_s"].to_numpy().tolist() == run.time.tolist()
    assert frame["phase"].tolist() == run.phase


def test_to_pandas(run):
    pytest.importorskip("pandas")
    frame = run.to_pandas()
    assert list(frame.columns) == run.columns
    assert frame["phase"].tolist() == run.phase
    assert frame["work_J"].to_numpy().tolist() == run.column("work_J").tolist()


def test_missing_pandas_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(BadInputError, match="pip install pandas"):
        run.to_pandas()


def test_missing_pyarrow_says_what_to_install(run, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(BadInputError, match=r'pip install "folding-ruler\[parquet\]"'):
        save_recording(run, tmp_path / "r.parquet")


# Whole, or not at all


@FORMATS
def test_existing_file_is_kept_unless_forced(run, tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(BadInputError, match="exists already; choose another name, or replace it with --force"):
        save_recording(run, path)
    assert path.read_bytes() == b"old"
    save_recording(run, path, force=True)
    assert load_recording(path).table.tobytes() == run.table.tobytes()


def test_existing_companion_is_kept(run, tmp_path):
    (tmp_path / "r.json").write_text("mine")
    with pytest.raises(BadInputError, match="exists already"):
        save_recording(run, tmp_path / "r.csv")
    assert (tmp_path / "r.json").read_text() == "mine"
    assert not (tmp_path / "r.csv").exists()


@FORMATS
def test_failed_write_leaves_the_old_file_and_no_rest(run, tmp_path, suffix, monkeypatch):
    path = save_recording(run, tmp_path / f"r{suffix}")
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}

    def full(*_args, **_keys):
        raise OSError(28, "No space left on device")

    if suffix == ".csv":
        monkeypatch.setattr(csv, "writer", full)
    elif suffix == ".npz":
        monkeypatch.setattr(np, "savez", full)
    else:
        import pyarrow.parquet

        monkeypatch.setattr(pyarrow.parquet, "write_table", full)
    with pytest.raises(FailedError, match="could not be written: No space left on device"):
        save_recording(run.with_meta(seed=99), path, force=True)
    after = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    assert after.keys() == before.keys()
    assert after[path.name] == before[path.name]
    assert load_recording(path).table.tobytes() == run.table.tobytes()


@FORMATS
def test_write_broken_off_half_way_leaves_nothing(run, tmp_path, suffix, monkeypatch):
    """Killed between writing and renaming: the name does not exist yet."""

    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(tmp_path), "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_recording(run, tmp_path / f"r{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_nobody_ever_sees_half_a_file(run, tmp_path, monkeypatch):
    """The file gets its name only when it is complete."""
    seen = []
    replace = type(tmp_path).replace

    def look(source, target):
        seen.append((target.name, os.path.exists(target), len(source.read_bytes()) > 100))  # noqa: PTH110
        return replace(source, target)

    monkeypatch.setattr(type(tmp_path), "replace", look)
    save_recording(run, tmp_path / "r.csv")
    assert seen == [("r.json", False, True), ("r.csv", False, True)]


# Where it goes


def test_folder_takes_a_csv_of_the_scenarios_name(tmp_path):
    assert output_path(tmp_path, "steady", force=False) == tmp_path / "steady.csv"


@pytest.mark.parametrize("name", ["r", "r.txt", "r.csv.gz", ".npz"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(BadInputError, match=r"must end in \.csv, \.npz, \.parquet"):
        output_path(tmp_path / name, "r", force=False)


def test_endings_in_capitals_are_understood(run, tmp_path):
    assert load_recording(save_recording(run, tmp_path / "R.NPZ")).hinges == 10


def test_folder_of_the_files_name_is_refused(run, tmp_path):
    (tmp_path / "r.json").mkdir()
    with pytest.raises(BadInputError, match="is a folder"):
        save_recording(run, tmp_path / "r.csv", force=True)


# Damaged files


@FORMATS
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_file_cut_short_is_refused(run, tmp_path, suffix, part):
    path = save_recording(run, tmp_path / f"r{suffix}")
    content = path.read_bytes()
    # A table in plain text that ends after a whole row is a shorter table: cut within a row.
    path.write_bytes(content[: content.rfind(b",", 0, int(part * len(content)) + 1)] if part else b"")
    with pytest.raises(BadInputError, match=str(path.name)):
        load_recording(path)


@FORMATS
def test_garbage_is_refused(tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    path.write_bytes(bytes(range(256)) * 10)
    path.with_suffix(".json").write_text('{"phases": ["pull"]}')
    with pytest.raises(BadInputError, match=str(path.name)):
        load_recording(path)


def damage(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_missing_companion_is_named(run, tmp_path):
    path = save_recording(run, tmp_path / "r.csv")
    path.with_suffix(".json").unlink()
    with pytest.raises(BadInputError, match=r"its companion r\.json is missing; keep the two files together"):
        load_recording(path)


DAMAGES = {
    "a column is missing": ("time_s,", "time,", "the column time_s is missing"),
    "a phase nobody knows": (",pull,", ",push,", "'push' is none of the phases pull, rest"),
    "a word for a number": ("0.0,pull,", "none,pull,", "column time_s: holds something that is no number"),
    "not a number": ("0.0,pull,", "nan,pull,", "column time_s: holds a value that is not a finite number"),
    "a row too long": ("0.0,pull,", "0.0,0.0,pull,", "line 2 has"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damaged_table_is_refused(run, tmp_path, case):
    old, new, message = DAMAGES[case]
    path = save_recording(run, tmp_path / "r.csv")
    damage(path, old, new)
    with pytest.raises(BadInputError, match=message):
        load_recording(path)


COMPANIONS = {
    "": r"r\.json: is not a readable JSON file",
    "{": r"r\.json: is not a readable JSON file",
    "[" * 100_000: r"r\.json: is not a readable JSON file",
    "[]": r"r\.json: a JSON object is needed, not list",
    "null": r"r\.json: a JSON object is needed, not NoneType",
    '{"phases": 3}': r"r\.csv: is not a recording: its metadata lack the phases",
}


@pytest.mark.parametrize("companion", COMPANIONS, ids=lambda text: text[:15] or "empty")
def test_damaged_companion_is_refused(run, tmp_path, companion):
    path = save_recording(run, tmp_path / "r.csv")
    path.with_suffix(".json").write_text(companion)
    with pytest.raises(BadInputError, match=COMPANIONS[companion]):
        load_recording(path)


def test_table_without_rows_is_refused(run, tmp_path):
    path = save_recording(run, tmp_path / "r.csv")
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="holds no samples"):
        load_recording(path)


def test_npz_of_somebody_else_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.arange(3))
    with pytest.raises(BadInputError, match="it carries no metadata"):
        load_recording(tmp_path / "other.npz")


def test_pickles_are_never_opened(tmp_path):
    np.savez(tmp_path / "evil.npz", metadata=np.array([{"a": 1}], dtype=object))
    with pytest.raises(BadInputError, match=r"is not a readable \.npz file: Object arrays cannot be loaded"):
        load_recording(tmp_path / "evil.npz")


def test_columns_of_different_length_are_refused(run, tmp_path):
    path = save_recording(run, tmp_path / "r.npz")
    with np.load(path) as archive:
        columns = dict(archive)
    columns["work_J"] = columns["work_J"][:-1]
    np.savez(path, **columns)
    with pytest.raises(BadInputError, match=r"r\.npz"):
        load_recording(path)


def test_parquet_of_somebody_else_is_refused(tmp_path):
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"x": [1.0]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(BadInputError, match="carries no metadata of this program"):
        load_recording(tmp_path / "other.parquet")


def test_recording_of_something_else_has_no_scenario(run):
    with pytest.raises(BadInputError, match="is of a spring-block, not of a ruler"):
        _ = run.with_meta(kind="spring-block").scenario
