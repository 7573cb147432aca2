"""Foreign input: only regular files, of a bounded size and depth, a byte order mark anywhere."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import ruler

READERS = (
    ("check", "{}.toml"),
    ("run", "{}.toml"),
    ("sweep", "{}.toml", "-o", "{folder}/out"),
    ("plot", "{}.csv", "-o", "{folder}/f.png"),
    ("export", "{}.npz", "-o", "{folder}/l.csv"),
    ("export", "{}.parquet", "-o", "{folder}/l.csv"),
    ("network", "measure", "{}.csv"),
    ("network", "measure", "{}.npz"),
    ("phase", "{}.csv", "-o", "{folder}/f.png"),
    ("compare", "{}.csv", "steady"),
    ("recover", "{}.csv.journal"),
)


def arguments(reader, stem, folder):
    return [part.format(stem, folder=folder) for part in reader]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: "-".join(reader[:2]))
def test_a_pipe_is_refused_at_once(reader, shell, tmp_path):
    name = next(part for part in reader if part.startswith("{}")).format(tmp_path / "pipe")
    os.mkfifo(name)
    outcome = shell(*arguments(reader, tmp_path / "pipe", tmp_path))
    assert outcome.code == 2
    assert "regular file" in outcome.err


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: "-".join(reader[:2]))
def test_a_device_is_refused_at_once(reader, shell, tmp_path):
    name = next(part for part in reader if part.startswith("{}")).format(tmp_path / "zero")
    Path(name).symlink_to("/dev/zero")
    outcome = shell(*arguments(reader, tmp_path / "zero", tmp_path))
    assert outcome.code == 2
    assert "regular file" in outcome.err


@pytest.mark.parametrize("name", ["steady.toml", "run.csv", "networks.csv", "sweep.toml"])
def test_a_byte_order_mark_is_no_matter(name, cli, tmp_path):
    if name == "steady.toml":
        shutil.copy(ruler.shipped_scenarios()["steady"], tmp_path / name)
        command = ("check", tmp_path / name)
    elif name == "run.csv":
        ruler.save_recording(ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.1"])), tmp_path / name)
        side = tmp_path / "run.json"
        side.write_bytes(b"\xef\xbb\xbf" + side.read_bytes())
        command = ("export", tmp_path / name, "-o", tmp_path / "l.csv")
    elif name == "networks.csv":
        (tmp_path / name).write_text("layer,load\n1,0.5\n2,0.5\n", encoding="utf-8")
        command = ("network", "measure", tmp_path / name)
    else:
        (tmp_path / name).write_text(
            'seeds = 1\n[spring_block]\npreset = "lazy"\nsteps = 20\nchains = 1\n', encoding="utf-8"
        )
        command = ("sweep", tmp_path / name, "-o", tmp_path / "out", "--workers", "1")
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + content)
    outcome = cli(*command)
    assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 1000) + " = 1\n",
        ".".join(["a"] * 50_000) + " = 1\n",
        f"seed = {'9' * 5000}\n",
        "a = " + "[" * 20_000 + "]" * 20_000,
        "a = " + "{ b = " * 500 + "1" + "}" * 500,
    ],
    ids=["1000 keys", "50000 keys", "5000 digits", "lists", "tables"],
)
@pytest.mark.parametrize("command", ["check", "sweep"])
def test_toml_too_deep_or_long(text, command, shell, tmp_path):
    path = tmp_path / "deep.toml"
    path.write_text(text, encoding="utf-8")
    outcome = shell(command, path, *(["-o", tmp_path / "out"] if command == "sweep" else []))
    assert outcome.code == 2
    assert str(path) in outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 3000


def test_set_too_deep(shell):
    outcome = shell("check", "steady", "--set", ".".join(["a"] * 5000) + "=1")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 3000


def _recording(tmp_path, **meta):
    run = ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.1"]))
    path = tmp_path / "run.csv"
    ruler.save_recording(run, path)
    side = tmp_path / "run.json"
    side.write_text(json.dumps({**json.loads(side.read_text(encoding="utf-8")), **meta}), encoding="utf-8")
    return path


@pytest.mark.parametrize("source", [None, "text", 3, [1], {"title": None}, {"ruler": {"hinges": 3}}])
@pytest.mark.parametrize("command", ["export", "plot", "compare", "video"])
def test_metadata_with_another_source(source, command, cli, tmp_path):
    path = _recording(tmp_path, source=source)
    rest = {
        "export": ["-o", tmp_path / "l.csv"],
        "plot": ["-o", tmp_path / "f.png"],
        "compare": ["dropout-digits:alpha=0"],
        "video": ["-o", tmp_path / "v.gif"],
    }[command]
    outcome = cli(command, path, *rest)
    assert outcome.code in (0, 2)
    assert outcome.code == 0 or str(path) in outcome.err


def _journal(tmp_path, hinges, body):
    path = tmp_path / "run.csv.journal"
    header = {"magic": "folding-ruler journal 1", "hinges": hinges, "phases": ["pull"], "meta": {}}
    path.write_bytes(json.dumps(header).encode() + b"\n" + body)
    return path


@pytest.mark.parametrize("hinges", [10**9, -1, 0, 10**30, 2.5, "ten", None])
def test_a_journal_of_impossible_hinges(hinges, shell, tmp_path):
    outcome = shell("recover", _journal(tmp_path, hinges, b"\0" * 800))
    assert outcome.code == 2
    assert "journal" in outcome.err


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_journal_ends_at_the_first_number_that_is_none(number, cli, tmp_path):
    rows = np.zeros((5, 12))
    rows[:, 0] = np.arange(5) / 100.0
    rows[3, 6] = number
    outcome = cli("recover", _journal(tmp_path, 1, rows.tobytes()))
    assert outcome.code == 0, outcome.err
    assert ruler.load_recording(tmp_path / "run.csv").table.shape[0] == 3


def test_a_table_beside_another_runs_side_file_is_refused(cli, tmp_path):
    path = _recording(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    ruler.save_recording(ruler.simulate(ruler.load_scenario("fast", ["phase.0.until.time=0.4"])), other / "run.csv")
    shutil.copy(other / "run.csv", path)
    outcome = cli("export", path, "-o", tmp_path / "l.csv")
    assert outcome.code == 2
    assert "run.json" in outcome.err


def test_a_table_cut_short_is_refused(cli, tmp_path):
    path = _recording(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-3]), encoding="utf-8")
    outcome = cli("export", path, "-o", tmp_path / "l.csv")
    assert outcome.code == 2
    assert "rows" in outcome.err
