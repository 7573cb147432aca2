"""`ruler compare` and `ruler network` as a user types them."""

import json
import sys
from typing import get_args

import numpy as np
import pytest

from ruler.api import comparison
from ruler.cli.options import MeasureName
from ruler.networks import SEPARATIONS, Separation, find_network, read_features, read_layer_table
from ruler.recording import save_recording
from ruler.scenario import shipped_scenarios
from ruler.text import regime

RELU = "dropout-digits:alpha=0"
STRAIGHT = "dropout-digits:alpha=0,dropout=0.2"


@pytest.fixture
def fast(shipped_run, tmp_path):
    return save_recording(shipped_run("fast"), tmp_path / "fast.csv")


def strict(text):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("command", [("compare",), ("network", "list"), ("network", "measure"), ("network", "train")])
def test_help_has_an_example(cli, command):
    done = cli(*command, "--help")
    assert done.code == 0
    assert f"Example: ruler {' '.join(command)}" in " ".join(done.out.split())


def test_compare_prints_both_curves_and_the_numbers(cli, fast, tmp_path):
    done = cli("compare", fast, RELU, "-o", tmp_path / "a.png")
    assert done.code == 0
    assert "Ruler: fast, 10 hinges, 1 run; pulled end = the network's output (deep) end." in done.out
    assert "ReLU network, no dropout (digits), 7 layers, 5 seeds" in done.out
    for words in (
        "RMS distance of load curves",
        "rank correlation of loads",
        "difference of centres",
        "2000 bootstrap",
    ):
        assert words in done.out
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert max(map(len, done.out.splitlines()[:-1])) <= 80
    assert cli("compare", fast, RELU, "-o", tmp_path / "a.png").code == 2
    assert cli("compare", fast, RELU, "-o", tmp_path / "a.png", "--force").code == 0


def test_compare_in_json_in_any_order(cli, fast):
    there, back = (strict(cli("compare", *sides, "--json").out) for sides in ((fast, RELU), (RELU, fast)))
    assert there == back
    (entry,) = there["networks"]
    assert entry["network"] == RELU
    assert entry["trained"] is True
    comparison = entry["comparison"]
    assert len(comparison["ruler"]["load_curve"]) == len(comparison["network"]["load_curve"]) == 8
    estimate = comparison["rms_distance"]
    assert estimate["low"] <= estimate["value"] <= estimate["high"]
    assert (comparison["resamples"], comparison["confidence"]) == (2000, 0.95)


def test_pulled_end_turns_the_ruler_round(cli, fast):
    centers = [
        strict(cli("compare", fast, RELU, "--json", "--pulled-end", end).out)["networks"][0]["comparison"]["ruler"][
            "center_of_load"
        ]
        for end in ("deep", "shallow")
    ]
    assert sum(centers) == pytest.approx(1.0)


def test_a_whole_table_gives_a_line_each(cli, fast):
    done = cli("compare", fast, "dropout-digits")
    assert sum("dropout-digits:" in line for line in done.out.splitlines()) == 36
    assert "dropout-digits:alpha=0,dropout=0.4 (!)" in done.out
    assert "train accuracy below 0.95" in done.out
    refused = cli("compare", fast, "dropout-digits", "-o", "never.png")
    assert refused.code == 2
    assert "got 36: name fewer networks" in refused.err


def test_a_scenario_is_played(cli, tmp_path):
    assert "Ruler: fast, 10 hinges" in cli("compare", "fast", RELU).out


def test_several_runs_give_uncertainty(cli, play, tmp_path):
    paths = [save_recording(play("fast", seed=seed), tmp_path / f"run{seed}.npz") for seed in (1, 2)]
    done = cli("compare", *paths, STRAIGHT)
    assert "run1 and 1 more, 10 hinges, 2 runs" in done.out
    assert "network seeds and the 2 runs" in done.out
    twice = cli("compare", paths[0], paths[0], STRAIGHT)
    assert (twice.code, "same seed" in twice.err) == (2, True)


def test_closest_networks(cli, fast):
    done = cli("compare", fast, "--closest", "2")
    assert done.code == 0
    assert done.out.count("RMS distance 0.") == 2
    assert "train accuracy below 0.95 (task not learned): 25 networks" in done.out
    for arguments in (("--closest", fast), (fast, "--closest")):
        assert cli("compare", *arguments).out.count("RMS distance 0.") == 5
    result = strict(cli("compare", fast, "--closest", "3", "--json").out)
    distances = [one["comparison"]["rms_distance"]["value"] for one in result["closest_networks"]]
    assert distances == sorted(distances)
    assert len(distances) == 3
    assert (result["least_train_accuracy"], result["left_out"]) == (0.95, 25)


def test_closest_of_named_networks(cli, fast):
    result = strict(cli("compare", fast, RELU, STRAIGHT, "--closest", "1", "--json").out)
    assert len(result["closest_networks"]) == 1
    assert result["left_out"] == 0


def test_closest_scenarios(cli, monkeypatch, tmp_path):
    shipped = shipped_scenarios()
    monkeypatch.setattr(comparison, "shipped_scenarios", lambda: {n: shipped[n] for n in ("fast", "springs")})
    done = cli("compare", "--closest", STRAIGHT)
    assert done.code == 0
    assert done.out.index("springs") < done.out.index("fast")
    result = strict(cli("compare", "--closest", "1", STRAIGHT, "--json").out)
    assert [one["scenario"] for one in result["closest_scenarios"]] == ["springs"]
    assert result["network"]["network"] == STRAIGHT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "a ruler (a recording or a scenario) is missing"),
        (("FAST",), "a network is missing"),
        ((RELU,), "a ruler (a recording or a scenario) is missing"),
        (("stedy", RELU), "did you mean 'steady'"),
        (("FAST", "dropout-digit:alpha=0"), "did you mean 'dropout-digits'"),
        (("FAST", "none.csv"), "none.csv: there is no such file"),
        (("FAST", "dropout-digits:alpha=7"), "none has these settings"),
        (("FAST", RELU, "-o", "a.txt"), "a figure must end in"),
        (("FAST", "--closest", "0"), "a whole number from 1"),
        (("FAST", "--closest", "1", "2"), "takes one number"),
        (("--closest", "dropout-digits"), "exactly one network, not 36"),
        (("--closest",), "exactly one network, not 0"),
        (("FAST", "bad.csv"), "bad.csv: column 'layer' is missing"),
        (("FAST", "text.npz"), "text.npz: is not a readable .npz"),
        (("FAST", "empty.csv"), "empty.csv: is empty"),
        (("FAST", "springs", RELU), "differ in more than the seed"),
    ],
)
def test_bad_input_to_compare(cli, fast, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "text.npz").write_text("text")
    done = cli("compare", *[fast if one == "FAST" else one for one in arguments])
    assert done.code == 2
    assert says in done.err
    assert done.out == ""


def test_a_ruler_that_did_not_open_is_said(cli, tmp_path):
    (tmp_path / "still.toml").write_text(
        'format = 1\ntitle = "Still"\n[[phase]]\nname = "rest"\nuntil = { time = 0.1 }\n'
    )
    done = cli("compare", tmp_path / "still.toml", RELU)
    assert done.code == 0
    assert "the ruler has not opened" in done.out
    refused = cli("compare", tmp_path / "still.toml", "--closest")
    assert (refused.code, "has not opened" in refused.err) == (2, True)


def test_network_list(cli):
    done = cli("network", "list")
    assert done.code == 0
    assert "dropout-digits: 36 networks x 5 seeds, 7 layers" in done.out
    rows = strict(cli("network", "list", "--json").out)["tables"]
    assert {row["name"] for row in rows} >= {"dropout-digits", "epochs-digits"}
    assert all(row["command"].startswith("ruler network train --grid") for row in rows)


def test_network_list_of_a_table(cli):
    done = cli("network", "list", "dropout-digits")
    assert "0.69 +- 0.01    0.59  1.000  0.978  concave   dropout-digits:alpha=0\n" in done.out
    assert "straight  dropout-digits:alpha=0,dropout=0.2\n" in done.out
    (entry,) = strict(cli("network", "list", STRAIGHT, "--json").out)["networks"]
    assert entry["regime"] == "straight"
    assert entry["settings"]["dropout"] == 0.2
    missing = cli("network", "list", "dropout-digit")
    assert (missing.code, "did you mean 'dropout-digits'" in missing.err) == (2, True)


def test_network_measure(cli, tmp_path):
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 50)
    centers = rng.normal(size=(3, 8))
    layers = [centers[labels] * size + rng.normal(size=(150, 8)) for size in (0.5, 1, 3)]
    np.savez(tmp_path / "mine.npz", labels=labels, input=layers[0], first=layers[1], second=layers[2])
    done = cli("network", "measure", tmp_path / "mine.npz", "-o", tmp_path / "layers.csv")
    assert done.code == 0
    assert "mine: 2 layers, 1 seed" in done.out
    np.testing.assert_array_equal(
        read_layer_table(tmp_path / "layers.csv").separation, read_features(tmp_path / "mine.npz").separation
    )
    (entry,) = strict(cli("network", "measure", tmp_path / "mine.npz", "--json").out)["networks"]
    assert entry["layers"] == ["first", "second"]
    other = strict(cli("network", "measure", tmp_path / "mine.npz", "--json", "--measure", "pseudo-inverse").out)
    assert other["networks"][0]["D"] != entry["D"]
    again = strict(cli("compare", "fast", tmp_path / "mine.npz", "--json", "--measure", "nc1").out)
    loads = np.array(other["networks"][0]["load"])
    np.testing.assert_allclose(again["networks"][0]["comparison"]["network"]["load"], loads, rtol=1e-9)
    assert cli("network", "measure", tmp_path / "mine.npz", "-o", tmp_path / "layers.csv").code == 2
    compared = cli("compare", "fast", tmp_path / "layers.csv")
    assert "uncertainty can be given" in compared.out


def test_the_measures_of_the_commands_are_all_there_are():
    names = get_args(get_args(MeasureName)[0])
    assert names == get_args(Separation) == tuple(SEPARATIONS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("dropout-digits:alpha=0", "--measure", "nc1"), "has its D by another measure; only features"),
        (("--closest", "--measure", "nc1"), "the networks --closest looks among have the trace-ratio"),
        (("dropout-digits:alpha=0", "--measure", "nc3"), "nc3"),
    ],
)
def test_compare_refuses_measures_that_a_table_does_not_have(cli, fast, arguments, says):
    done = cli("compare", fast, *arguments)
    assert (done.code, says in done.err) == (2, True)


def test_network_measure_refuses_what_is_no_network(cli, fast, tmp_path):
    done = cli("network", "measure", fast)
    assert (done.code, "is a recording of a ruler" in done.err) == (2, True)
    assert cli("network", "measure", tmp_path / "none.npz").code == 2
    assert "takes a file" in cli("network", "measure", "dropout-digits").err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--output"),
        (("-o", "a.txt"), "a table of networks must end in .csv"),
        (("-o", "nowhere/a.csv"), "the folder nowhere does not exist"),
        (("-o", "a.csv", "--alpha", "2"), "alpha: 2.0: must be a number, 0 or more and at most 1"),
        (("-o", "a.csv", "--seeds", "x"), "not a list of whole numbers"),
        (("-o", "a.csv", "--seeds", "1,1"), "each only once"),
        (("-o", "a.csv", "--seeds", "3-1"), "at least one"),
        (("-o", "a.csv", "--grid", "none"), "grid: 'none' is not known"),
        (("-o", "a.csv", "--grid", "dropout-digits", "--alpha", "1"), "a grid has its own settings"),
        (("-o", "a.csv", "--checkpoint", "nowhere/c.pt"), "--checkpoint names a file"),
    ],
)
def test_bad_input_to_train(cli, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = cli("network", "train", *arguments)
    assert done.code == 2
    assert says in done.err
    assert list(tmp_path.iterdir()) == []


def test_training_without_torch_says_what_to_install(cli, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for what in (("--alpha", "1"), ("--grid", "dropout-digits")):
        done = cli("network", "train", *what, "-o", tmp_path / "a.csv")
        assert done.code == 2
        assert "pip install torch scikit-learn" in done.err
        assert "folding-ruler[networks]" in done.err
        assert list(tmp_path.iterdir()) == []


def test_train_writes_a_table_with_the_command_that_makes_it_again(cli, tmp_path, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    command = "network train --alpha 0.5 --epochs 3 --width 10 --depth 3 --no-batch-norm --seeds 0,2 --history -o a.csv"
    done = cli(*command.split(), "--checkpoint", "c.pt")
    assert done.code == 0, done.err
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "a.json", "c-seed0.pt", "c-seed2.pt"}
    noted = json.loads((tmp_path / "a.json").read_text())["command"]
    first = (tmp_path / "a.csv").read_bytes()
    assert cli(*noted.removeprefix("ruler ").split(), "--force").code == 0
    assert (tmp_path / "a.csv").read_bytes() == first
    assert "3 layers, 2 seeds" in cli("compare", "fast", "a.csv").out


def test_an_interrupted_training_fails_cleanly_and_goes_on(cli, tmp_path, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    from ruler.networks import training

    start = ["network", "train", "--epochs", "20", "--width", "5", "--depth", "2"]
    command = [*start, "--checkpoint", "c.pt", "-o", "a.csv"]
    whole = training._Run._train_epoch

    def interrupted(run):
        if run._epoch == 13:
            raise KeyboardInterrupt
        return whole(run)

    with monkeypatch.context() as patch:
        patch.setattr(training._Run, "_train_epoch", interrupted)
        done = cli(*command)
    assert done.code == 1
    assert "with the checkpoint c.pt the same command goes on" in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"c.pt"}
    assert cli(*command).code == 0
    resumed = (tmp_path / "a.csv").read_bytes()
    assert cli(*start, "-o", "b.csv").code == 0
    assert (tmp_path / "b.csv").read_bytes() == resumed


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (RELU, "concave"),
        (STRAIGHT, "straight"),
        ("dropout-digits:alpha=1,dropout=0.2", "convex"),
    ],
)
def test_regimes(address, word):
    measures = find_network(address).measures
    assert regime(measures.unevenness, measures.center_of_load) == word


@pytest.mark.slow
def test_demo_says_what_each_run_resembles(cli, tmp_path):
    done = cli("demo", "-o", tmp_path / "demo")
    lines = [line for line in done.out.splitlines() if "  promised  0." in line]
    assert [line.split()[0] for line in lines] == ["steady", "jerky", "violent"]
    assert "ReLU network, no dropout" in lines[0]
