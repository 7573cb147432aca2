"""`ruler theory` as a user calls it."""

import json
import subprocess
import sys

import pytest

from ruler.recording import load_recording
from ruler.theory import Reference, chain_run, quasi_static

QUICK = ("--chains", 20, "--steps", 300)


def test_help_has_an_example(cli):
    examples = {
        "spring-block": "--preset active",
        "quasi-static": "dry-steady --compare",
        "reference": "jerky --compare",
    }
    for command, words in examples.items():
        outcome = cli("theory", command, "--help")
        assert outcome.code == 0
        assert words in " ".join(outcome.out.split())


def test_spring_block_prints_a_table(cli):
    outcome = cli("theory", "spring-block", "--preset", "lazy")
    assert outcome.code == 0
    assert "concave" in outcome.out
    assert "0.4000" in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_spring_block_json(cli):
    outcome = cli(
        "theory", "spring-block", "--preset", "active", *QUICK, "--blocks", 5, "--friction-left", 0.2, "--json"
    )
    said = json.loads(outcome.out)
    assert said["model"]["blocks"] == 5
    assert said["model"]["friction_left"] == 0.2
    assert said["model"]["noise"] == 0.1
    assert (said["chains"], said["steps"], said["order"]) == (20, 300, 1)
    assert len(said["load"]) == len(said["interval"]["load"]) == 6
    assert len(said["load_curve"]) == 7


def test_all_presets_side_by_side(cli, tmp_path):
    outcome = cli("theory", "spring-block", "--preset", "all", *QUICK, "--json", "-o", tmp_path / "all.png")
    said = json.loads(outcome.out)
    assert list(said["presets"]) == ["lazy", "active", "convex", "notebook"]
    assert (tmp_path / "all.png").stat().st_size > 10_000
    table = cli("theory", "spring-block", "--preset", "all", *QUICK)
    assert max(map(len, table.out.splitlines())) <= 80


def test_order_two_and_time(cli):
    said = json.loads(
        cli("theory", "spring-block", "--order", 2, "--time", 5, "--chains", 3, "--mass", 2, "--json").out
    )
    assert said["order"] == 2
    assert said["steps"] == 100
    assert said["model"]["mass"] == 2.0


def test_seeds_repeat(cli):
    def load(seed):
        return json.loads(cli("theory", "spring-block", "--preset", "active", *QUICK, "--seed", seed, "--json").out)[
            "load"
        ]

    assert load(1) == load(1) != load(2)


def test_outputs_go_by_their_ending(cli, tmp_path):
    csv, npz, png, svg = (tmp_path / f"out.{ending}" for ending in ("csv", "npz", "png", "svg"))
    arguments = ("theory", "spring-block", "--noise", 0.1, *QUICK, "-o", csv, "-o", npz, "-o", png, "--figure", svg)
    outcome = cli(*arguments)
    assert outcome.code == 0
    assert load_recording(csv).meta["kind"] == "spring-block"
    assert all(path.exists() for path in (npz, png, svg))
    assert cli(*arguments).code == 2
    assert cli(*arguments, "--force").code == 0
    assert cli("plot", csv, "-o", tmp_path / "plot.png").code == 0
    assert cli("export", csv, "-o", tmp_path / "layers.csv").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--friction-left", -1), ("--friction-left", "-1.0", "0 or more")),
        (("--noise", "nan"), ("--noise", "nan")),
        (("--step", 0.6), ("--step", "0.6", "at most 0.5")),
        (("--steps", 0), ("--steps", "0", "at least 1")),
        (("--steps", 10**30), ("--steps", "at most")),
        (("--steps", 3, "--time", 1), ("--time", "not both")),
        (("--time", "inf"), ("--time", "inf")),
        (("--chains", 0), ("--chains", "0")),
        (("--chains", 10**9), ("--chains", "at most")),
        (("--blocks", 10**10), ("--blocks", "at most")),
        (("--samples", 0), ("--samples", "0")),
        (("--seed", -1), ("--seed", "-1")),
        (("--mass", 2), ("--mass", "--order 2")),
        (("--preset", "active", "--order", 2), ("--order", "active")),
        (("--preset", "nice"), ("--preset", "nice", "lazy")),
        (("--order", 3), ("--order", "3")),
        (("--preset", "all", "-o", "x.csv"), ("-o x.csv", "preset")),
        (("-o", "x.txt"), ("-o x.txt", ".png", ".csv")),
        (("-o", "nowhere/x.png"), ("nowhere", "does not exist")),
        (("--figure", "x.csv"), ("--figure x.csv", ".png")),
        (("-o", "x.png", "--figure", "x.png"), ("x.png", "twice")),
    ],
)
def test_bad_input_names_the_flag(cli, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = cli("theory", "spring-block", *arguments)
    assert outcome.code == 2
    for word in words:
        assert word in outcome.err
    assert not list(tmp_path.iterdir())


def test_overflow_fails_with_words(cli):
    outcome = cli("theory", "spring-block", "--target", "1e308", "--json")
    assert outcome.code == 1
    assert "range of numbers" in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("command", ["spring-block", "quasi-static", "reference"])
def test_an_interrupt_exits_with_1_and_leaves_nothing(cli, command, monkeypatch, tmp_path):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(chain_run, "simulate_chains", stop)
    monkeypatch.setattr(quasi_static._Way, "advance", stop)
    monkeypatch.setattr(Reference, "advance", stop)
    more = () if command == "spring-block" else ("steady",)
    outcome = cli("theory", command, *more, "-o", tmp_path / "run.csv")
    assert outcome.code == 1
    assert "interrupted" in outcome.err
    assert not list(tmp_path.iterdir())


QUICK_RULER = ("--set", "ruler.hinges=3", "--set", "phase.0.pull.speed=1.0", "--set", "phase.1.until.time=0.1")


def test_reference_beside_the_simulation(cli, tmp_path):
    files = [tmp_path / name for name in ("both.png", "run.npz")]
    outcome = cli(
        "theory", "reference", "fast", *QUICK_RULER, "--compare", "--json", "-o", files[0], "-o", files[1], "--seed", 3
    )
    said, alone = json.loads(outcome.out), json.loads(cli("run", "fast", *QUICK_RULER, "--json", "--seed", 3).out)
    assert set(alone) - {"worst_joint_gap_m"} <= set(said)
    assert "worst_joint_gap_m" not in said
    assert set(alone) == set(said["simulation"])
    assert said["simulation"]["opening_deg"] == alone["opening_deg"]
    apart = [abs(a - b) for a, b in zip(said["opening_deg"], alone["opening_deg"], strict=True)]
    assert said["worst_hinge_deg"] == pytest.approx(max(apart))
    assert said["worst_hinge_deg"] < 0.5
    assert said["recording"] == str(files[1])
    assert said["figures"] == [str(files[0])]
    assert load_recording(files[1]).meta["kind"] == "reference"


def test_reference_prints_a_table(cli):
    outcome = cli("theory", "reference", "fast", *QUICK_RULER, "--compare")
    assert outcome.code == 0
    assert "worst hinge" in outcome.out
    assert outcome.out.count("energy account closes") == 2
    assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fast", "--rate", 0), ("--rate", "0.0", "above 0")),
        (("fast", "--set", "command=[{step=3, end=true}]"), ("fast", "1 commands", "ruler run")),
        (("nothing-here",), ("nothing-here", "no such file")),
    ],
)
def test_reference_refuses_with_key_and_reason(cli, arguments, words):
    outcome = cli("theory", "reference", *arguments)
    assert outcome.code == 2
    for word in words:
        assert word in outcome.err


def test_quasi_static_beside_the_simulation(cli, tmp_path):
    files = [tmp_path / name for name in ("slow.png", "slow.csv")]
    options = ("--set", "ruler.hinges=4", "--set", "phase.0.pull.speed=0.05", "--compare", "--json")
    outcome = cli("theory", "quasi-static", "dry-steady", *options, "-o", files[0], "-o", files[1])
    said = json.loads(outcome.out)
    assert said["compare"]["worst_deg"] < 1.0
    assert said["compare"]["worst_deg"] == max(map(abs, said["compare"]["difference_deg"]))
    assert len(said["load_curve"]) == 5
    assert said["work_J"] == pytest.approx(said["hinge_loss_J"] + said["table_loss_J"])
    assert said["ignored"] == []
    assert all(path.exists() for path in files)
    assert load_recording(files[1]).meta["kind"] == "quasi-static"


def test_quasi_static_prints_a_table(cli):
    options = ("--set", "ruler.hinges=3", "--set", "phase.0.pull.speed=0.3")
    alone, beside = (cli("theory", "quasi-static", "steady", *options, *more) for more in ((), ("--compare",)))
    assert "left out, being nothing in the slow limit: hinge.viscous" in alone.out
    assert "worst hinge" in beside.out
    for outcome in (alone, beside):
        assert outcome.code == 0
        assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("jerky",), ("jerky", "phase.0.shake.0.amplitude", "shaking")),
        (("springs",), ("hinge.stiffness",)),
        (("steady", "--set", "hand.grip=clamped"), ("hand.grip", "clamped")),
        (("steady", "--step", 0), ("--step", "0.0")),
        (("nothing-here",), ("nothing-here", "no such file")),
    ],
)
def test_quasi_static_refuses_with_key_and_reason(cli, arguments, words):
    outcome = cli("theory", "quasi-static", *arguments)
    assert outcome.code == 2
    for word in words:
        assert word in outcome.err


def test_the_command_line_stays_light():
    heavy = ("numpy", "scipy", "matplotlib", "pymunk", "ruler.theory")
    code = f"import sys, ruler.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
