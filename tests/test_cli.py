"""Each command as a user types it."""

import csv
import dataclasses
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

import ruler
from ruler import io, load_recording
from ruler.cli.demo import PROMISED
from ruler.networks import NetworkSettings
from ruler.theory import SecondOrder

COMMANDS = ("run", "demo", "scenarios", "check", "plot", "export", "recover")

# The documented keys of `ruler run --json`.
JSON_KEYS = {
    "scenario", "seed", "opening_deg", "load", "center_of_load", "unevenness", "curvature", "outer_share", "steps",
    "simulated_s", "wall_s", "worst_joint_gap_m", "energy_error", "recording",
}  # fmt: skip


def strict(text):
    """JSON without NaN and Infinity, which Python would let pass."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_version(cli):
    done = cli("--version")
    assert done.code == 0
    assert re.fullmatch(
        rf"folding-ruler {ruler.__version__} \(step kernel: (interpreted|compiled.*)\)", done.out.strip()
    )


def test_help_names_every_command(cli):
    done = cli("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\b", done.out, re.MULTILINE), command


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(cli, command):
    done = cli(command, "--help")
    assert done.code == 0
    assert f"Example: ruler {command}" in " ".join(done.out.split())


def test_run_prints_how_the_ruler_opened(cli, shipped_run):
    done = cli("run", "fast")
    assert done.code == 0
    assert "centre of load 0.59" in done.out
    for i, opening in enumerate(shipped_run("fast").opening_deg[-1], start=1):
        assert re.search(rf"^ *{i} +{opening:.1f}°", done.out, re.MULTILINE)


def test_run_json_is_one_strict_object_with_the_documented_keys(cli, shipped_run, tmp_path):
    path = tmp_path / "fast.npz"
    done = cli("run", "fast", "--json", "-o", path)
    answer = strict(done.out)
    assert answer.keys() >= JSON_KEYS
    assert answer["scenario"] == "fast"
    assert answer["recording"] == str(path)
    assert sum(answer["load"]) == pytest.approx(1.0)
    assert answer["opening_deg"] == shipped_run("fast").opening_deg[-1].tolist()
    assert answer["steps"] == shipped_run("fast").meta["steps"]
    assert answer["wall_s"] > 0.0
    assert (done.code, done.err) == (0, "")


def test_run_json_without_output_has_no_recording(cli):
    assert strict(cli("run", "fast", "--json").out)["recording"] is None


def test_degenerate_run_gives_nulls_and_a_note(cli):
    """Nothing pulls, nothing opens."""
    done = cli("run", "steady", "--set", "phase=[{until={time=0.2}}]", "--json")
    answer = strict(done.out)
    for key in ("load", "center_of_load", "unevenness", "curvature", "outer_share", "energy_error"):
        assert answer[key] is None, key
    assert "nothing was opened" in answer["note"]
    assert done.code == 0


def test_one_hinge_has_no_centre(cli):
    answer = strict(cli("run", "fast", "--set", "ruler.hinges=1", "--json").out)
    assert answer["load"] == [1.0]
    assert answer["center_of_load"] is None
    assert answer["curvature"] is None


def test_degenerate_run_prints_and_exports(cli, tmp_path):
    path = tmp_path / "still.csv"
    done = cli("run", "steady", "--set", "phase=[{until={time=0.2}}]", "-o", path)
    assert "nothing was opened" in done.out
    assert cli("export", path, "-o", tmp_path / "layers.csv").code == 0
    rows = list(csv.DictReader((tmp_path / "layers.csv").open()))
    assert [row["load_share"] for row in rows] == [""] * 10
    assert cli("plot", path, "-o", tmp_path / "still.png").code == 0


def test_run_takes_overrides_and_seed(cli):
    arguments = ("run", "jerky", "--seed", "5", "--set", "ruler.hinges=4", "--set", "phase.0.pull.speed=0.5")
    answer = strict(cli(*arguments, "--json").out)
    assert answer["seed"] == 5
    assert len(answer["opening_deg"]) == 4


def test_run_plays_a_file(cli, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[ruler]\nhinges = 3\n[[phase]]\npull = { speed = 0.5 }\nuntil = { extension = 0.4 }\n")
    done = cli("run", path, "-o", tmp_path)
    assert done.code == 0
    assert load_recording(tmp_path / "mine.csv").hinges == 3


@pytest.mark.parametrize("suffix", [".csv", ".npz", ".parquet"])
def test_run_writes_each_format_and_leaves_no_rest(cli, tmp_path, suffix):
    path = tmp_path / f"fast{suffix}"
    assert cli("run", "fast", "-o", path).code == 0
    assert load_recording(path).complete
    expected = {path.name} | ({"fast.json"} if suffix == ".csv" else set())
    assert {entry.name for entry in tmp_path.iterdir()} == expected


def test_summary_is_inside_the_file(cli, tmp_path):
    path = tmp_path / "fast.npz"
    answer = strict(cli("run", "fast", "-o", path, "--json").out)
    meta = load_recording(path).meta
    assert meta["summary"]["center_of_load"] == answer["center_of_load"]
    assert meta["seed"] == 1
    assert meta["source"]["phase"][0]["pull"]["speed"] == 0.5
    assert meta["versions"].keys() >= {"folding-ruler", "pymunk", "numpy", "python"}


def test_run_that_goes_wrong_keeps_what_it_has_and_returns_1(cli, tmp_path):
    path = tmp_path / "torn.npz"
    shake = "phase=[{until={time=20},shake=[{amplitude=2.0,frequency=30.0}]}]"
    done = cli("run", "steady", "--set", shake, "-o", path)
    assert done.code == 1
    assert "a joint was forced" in done.err
    assert f"what was recorded is in {path}" in done.err
    kept = load_recording(path)
    assert len(kept.time) > 1
    assert kept.meta["status"].startswith("stopped at")


def test_scenarios_lists_every_one(cli):
    done = cli("scenarios")
    for name in ruler.shipped_scenarios():
        assert f"{name}: {ruler.load_scenario(name).title}" in done.out
    rows = strict(cli("scenarios", "--json").out)["scenarios"]
    assert [row["name"] for row in rows] == list(ruler.shipped_scenarios())


@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_check_accepts_every_shipped_scenario(cli, name):
    done = cli("check", name)
    assert done.code == 0
    assert f"{name}: valid" in done.out
    assert strict(cli("check", name, "--json").out)["valid"] is True


def test_check_schema_prints_the_schema(cli):
    schema = strict(cli("check", "--schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "ruler" in schema["properties"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, shipped_run):
    folder = tmp_path_factory.mktemp("recorded")
    return [ruler.save_recording(shipped_run(name), folder / f"{name}.npz") for name in ("fast", "violent")]


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_plot_draws_each_format(cli, recorded, tmp_path, suffix, magic):
    path = tmp_path / f"both{suffix}"
    done = cli("plot", *recorded, "-o", path)
    assert (done.code, done.out) == (0, f"figure: {path}\n")
    assert path.read_bytes().startswith(magic)


def test_export_writes_one_row_per_layer(cli, recorded, tmp_path, shipped_run):
    path = tmp_path / "layers.csv"
    assert cli("export", recorded[0], "-o", path).code == 0
    rows = list(csv.DictReader(path.open()))
    assert list(rows[0]) == ["layer", "hinge", "opening_deg", "load_share", "load_curve"]
    assert [row["layer"] for row in rows] == [row["hinge"] for row in rows] == [str(i) for i in range(1, 11)]
    assert [float(row["opening_deg"]) for row in rows] == shipped_run("fast").opening_deg[-1].tolist()
    assert sum(float(row["load_share"]) for row in rows) == pytest.approx(1.0)
    assert float(rows[-1]["load_curve"]) == 0.0


def test_export_turned_round(cli, recorded, tmp_path):
    deep, shallow = tmp_path / "deep.csv", tmp_path / "shallow.csv"
    assert "input = fixed end" in cli("export", recorded[0], "-o", deep).out
    assert "input = pulled end" in cli("export", recorded[0], "-o", shallow, "--pulled-end", "shallow").out
    forward, backward = (list(csv.DictReader(path.open())) for path in (deep, shallow))
    assert [row["hinge"] for row in backward] == [str(i) for i in range(10, 0, -1)]
    # Added up the other way round, the sum may differ in its last bit.
    shares, turned = ([float(row["load_share"]) for row in rows] for rows in (forward, backward))
    assert turned == pytest.approx(shares[::-1], rel=1e-14)


def test_export_to_parquet(cli, recorded, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "layers.parquet"
    assert cli("export", recorded[0], "-o", path).code == 0
    assert parquet.read_table(path).num_rows == 10


@pytest.mark.slow
def test_demo_shows_the_headline_and_overwrites_nothing(cli, tmp_path):
    folder = tmp_path / "demo"
    done = cli("demo", "-o", folder)
    assert done.code == 0
    names = {"demo.png"} | {f"{n}.{e}" for n in ("steady", "jerky", "violent") for e in ("csv", "json")}
    assert {entry.name for entry in folder.iterdir()} == names
    text = " ".join(done.out.split())
    for reading in (
        r"steady centre of load 0\.7\d, .{,50}: concave, the deep layers do the work",
        r"jerky centre of load 0\.(4[7-9]|5\d), .{,50}: straight, every layer does its share",
        r"violent centre of load 0\.[34]\d, .{,50}: convex, the early layers do the work",
    ):
        assert re.search(reading, text), reading
    lines = [line for line in done.out.splitlines() if str(tmp_path) not in line]
    assert max(map(len, lines)) <= 80
    # Each hand beside the network that the analogy promises and the nearest one, each with distance and interval.
    for name, network in (("steady", "no dropout"), ("jerky", "dropout 0.2"), ("violent", "dropout 0.3")):
        found = re.search(
            rf"{name} promised (0\.\d+) \[(0\.\d+), (0\.\d+)\] ReLU network, {network} \(digits\) "
            r"nearest (0\.\d+) \[",
            text,
        )
        assert found, name
        distance, low, high, nearest = map(float, found.groups())
        assert low <= distance <= high < 0.1
        assert nearest <= distance
        (row,) = ruler.compare(folder / f"{name}.csv", PROMISED[name])
        assert distance == pytest.approx(row.comparison.rms_distance.value, abs=6e-4)
    # A nearly straight curve has many networks near it.
    near = re.search(r"of each curve: steady (\d+), jerky (\d+), violent (\d+)\.", text)
    assert near
    assert int(near[2]) > 5 * int(near[1])
    again = cli("demo", "-o", folder)
    assert again.code == 0
    assert (tmp_path / "demo-2" / "demo.png").exists()


# Runs that are cut short

LONG = ["--set", "phase=[{pull={speed=1e-5},until={time=20000}}]", "--set", "recording.rate=50"]


def start_long_run(path):
    """A run of 20,000 s simulated, in a process of its own; returns when its journal is there."""
    code = "from ruler.cli import main; main()"
    command = [sys.executable, "-c", code, "run", "dry-steady", *LONG, "-o", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    journal, patience = Path(f"{path}.journal"), time.monotonic() + 30.0
    while not journal.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < patience
        time.sleep(0.02)
    return process, journal


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_run_is_recovered_up_to_its_last_half_second(cli, tmp_path):
    path = tmp_path / "long.npz"
    process, journal = start_long_run(path)
    began = time.monotonic()
    first = journal.stat().st_size
    time.sleep(2.2)
    second = journal.stat().st_size
    elapsed = time.monotonic() - began
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    at_death = journal.stat().st_size
    assert not path.exists()

    done = cli("recover", journal)
    assert done.code == 0
    assert re.search(r"recovered \d+ samples, up to [\d.]+ s", done.out)
    kept = load_recording(path)
    assert not journal.exists()
    assert kept.meta["status"].startswith("recovered")
    assert len(kept.time) > 100
    # How much a second of wall time brings, from the journal's growth; half of that may be missing.
    per_second = (second - first) / elapsed
    assert per_second > 0.0
    assert at_death >= second
    # It is written every half second: four times or more while we watched, each time all there was.
    row = 8 * kept.table.shape[1]
    assert len(kept.time) == pytest.approx(at_death / row, abs=at_death / row * 0.01 + 50)
    assert kept.time == pytest.approx([i / 50 for i in range(len(kept.time))])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_no_more_than_half_a_second_is_missing(tmp_path):
    """The age of the newest row in the journal, seen from outside, never exceeds half a second (and a bit)."""
    process, journal = start_long_run(tmp_path / "long.npz")
    sizes, ages, changed = journal.stat().st_size, [], time.monotonic()
    until = changed + 2.5
    while time.monotonic() < until:
        size = journal.stat().st_size
        if size != sizes:
            ages.append(time.monotonic() - changed)
            sizes, changed = size, time.monotonic()
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert len(ages) >= 3
    # Half a second and the few milliseconds between two looks; more only when the machine is busy.
    assert statistics.median(ages) < 0.6
    assert max(ages) < 1.0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT to one process")
@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_ctrl_c_saves_what_there_is(tmp_path, suffix):
    path = tmp_path / f"long{suffix}"
    process, journal = start_long_run(path)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "interrupted at" in err
    assert f"what was recorded is in {path}" in err
    assert "interrupted at" in out
    kept = load_recording(path)
    assert kept.meta["status"].startswith("interrupted at")
    assert len(kept.time) > 10
    assert not journal.exists()


def test_a_killed_runs_journal_is_not_overwritten(cli, tmp_path):
    journal = tmp_path / "fast.npz.journal"
    journal.write_bytes(b"precious")
    done = cli("run", "fast", "-o", tmp_path / "fast.npz")
    assert done.code == 2
    assert "save it with: ruler recover" in done.err
    assert journal.read_bytes() == b"precious"
    assert cli("run", "fast", "-o", tmp_path / "fast.npz", "--force").code == 0
    assert not journal.exists()


def test_output_cut_short_by_its_reader_is_no_error():
    """ruler scenarios | head -1"""
    code = "from ruler.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "scenarios"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(timeout=30)
    assert process.returncode == 0


# Mistyped commands and options

MISTYPED = {
    "command": ("rnu", "'rnu' is not a command of ruler; did you mean 'run'?"),
    "command with an option of its own": (
        "phse tip -o tip.png",
        "'phse' is not a command of ruler; did you mean 'phase'?",
    ),
    "command of a command": ("network lst", "'lst' is not a command of ruler network; did you mean 'list'?"),
    "command like nothing": ("theory xyz", "'xyz' is not a command of ruler theory; there are"),
    "option of the program": ("--hlp", "'--hlp' is not an option of ruler; did you mean '--help'?"),
    "option of a command": ("run steady --sed 3", "Did you mean --seed?"),
    "option made from the settings": ("network train -o a.csv --dropuot 0.1", "Did you mean --dropout?"),
    "option made from the chain": ("theory spring-block --bloks 3", "Did you mean --blocks?"),
}


@pytest.mark.parametrize("case", MISTYPED)
def test_mistyped_names_the_near_one(cli, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    command, message = MISTYPED[case]
    done = cli(*command.split())
    assert message in done.err
    assert (done.code, done.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "near"), [("rnu", "run"), ("network lst", "list"), ("theory quasi-statc", "quasi-static")]
)
def test_mistyped_command_is_refused_before_its_help(cli, command, near):
    done = cli(*command.split(), "--help")
    assert f"did you mean '{near}'?" in done.err
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("command", ["run", "plot", "export", "lab", "video", "network measure", "theory quasi-static"])
def test_help_names_every_format(cli, monkeypatch, command):
    monkeypatch.setitem(io.FORMATS, ".row", io.FORMATS[".csv"])
    text = cli(*command.split(), "--help").out
    assert ".csv, " in text
    assert "{" not in text
    # That of a layer table is known when its room is read.
    assert ".row" in text or command == "network measure"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("run", "Usage: ruler run [OPTIONS] SCENARIO"),
        ("lab", "[choices: light, dark, contrast]"),
        ("network measure", "[choices: index, embedding]"),
    ],
)
def test_help_says_how_a_command_is_called_and_what_there_is_to_choose(shell, command, shown):
    text = shell(*command.split(), "--help").out
    assert shown in " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("group", ["network", "theory"])
def test_a_groups_help_describes_each_of_its_commands(shell, group):
    text = " ".join(shell(group, "--help").out.split())
    for words in {"network": ("Train networks", "List the shipped"), "theory": ("Run an ensemble", "Pull a scenario")}[
        group
    ]:
        assert words in text


def test_options_of_a_training_are_its_settings(cli):
    text = cli("network", "train", "--help").out
    for key in NetworkSettings.model_fields:
        assert f"--{key.replace('_', '-')}" in text
    assert "--no-batch-norm" in text
    words = " ".join(text.translate(str.maketrans("│", " ")).split())
    for default in ("Default 7.", "Default 0.001.", "Default full.", "Default yes.", "Default adam."):
        assert default in words


def test_options_of_a_chain_are_its_fields(cli):
    text = cli("theory", "spring-block", "--help").out
    for field in dataclasses.fields(SecondOrder):
        assert f"--{field.name.replace('_', '-')}" in text
    words = " ".join(text.translate(str.maketrans("│", " ")).split())
    assert "Default 1, in second order 0.1." in words
    assert "Default 1; second order only." in words


# Many recordings in one table


def test_export_of_many_recordings_names_each(cli, recorded, tmp_path):
    (tmp_path / "other").mkdir()
    twin = Path(shutil.copy(recorded[0], tmp_path / "other" / "fast.npz"))
    path = tmp_path / "layers.csv"
    done = cli("export", *recorded, twin, "-o", path)
    assert (done.code, done.out) == (0, f"layers: {path} (input = fixed end, output = pulled end)\n")
    rows = list(csv.DictReader(path.open()))
    assert [row["run"] for row in rows] == [name for name in ("fast", "violent", "fast-2") for _ in range(10)]
    for name, source in (("fast", recorded[0]), ("violent", recorded[1])):
        single = tmp_path / f"{name}.csv"
        assert cli("export", source, "-o", single).code == 0
        assert [{k: v for k, v in row.items() if k != "run"} for row in rows if row["run"] == name] == list(
            csv.DictReader(single.open())
        )
    assert cli("export", "-o", tmp_path / "none.csv").code == 2
    assert cli("export", *recorded, "-o", path).code == 2, "not without --force"
