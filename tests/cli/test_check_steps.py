"""`ruler check` says how finely a run is stepped, and why."""

import json


def test_check_says_what_was_chosen(cli):
    done = cli("check", "steady", "--set", "ruler.hinges=80")
    assert "steps: 2000 steps a second of 20 iterations (rate and iterations chosen: 80 hinges in a row)" in done.out
    stepping = json.loads(cli("check", "steady", "--set", "ruler.hinges=80", "--json").out)["stepping"]
    assert stepping["rate"] == 2000
    assert stepping["chosen"] == ["rate", "iterations"]


def test_check_says_that_a_given_number_is_too_coarse(cli):
    done = cli("check", "steady", "--set", "simulation.rate=500", "--set", "hinge.viscous=50")
    assert "500 steps a second" in done.out
    assert "times too coarse: viscous friction of 50" in done.out


def test_a_recording_says_how_it_was_stepped(cli, tmp_path):
    done = cli("run", "fast", "--set", "phase.0.until={time=0.1}", "-o", tmp_path / "run.csv")
    assert done.code == 0
    side = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert (side["stepping"]["rate"], side["stepping"]["iterations"]) == (1000, 10)
    assert side["source"]["simulation"] == {"rate": "auto", "iterations": "auto"}


THROUGH_THE_PIN = ("--set", "phase.0={pull={speed=-1},until={time=0.3}}")


def test_a_path_through_the_pin_is_said_before_the_run(cli):
    done = cli("check", "steady", *THROUGH_THE_PIN)
    assert done.code == 0
    assert "path: at 0.1" in done.out
    assert "the folded ruler must turn at" in done.out
    (found,) = json.loads(cli("check", "steady", *THROUGH_THE_PIN, "--json").out)["path_warnings"]
    assert found["kind"] == "whirl"
    assert found["text"].endswith("or let the hand give (hand.strength = 20)")


def test_a_run_says_it_too_and_goes_on(cli):
    done = cli("run", "steady", *THROUGH_THE_PIN, "--json")
    assert "steady: at 0.1" in done.err
    assert [each["kind"] for each in json.loads(done.out)["path_warnings"]] == ["whirl"]
    sound = cli("run", "fast", "--set", "phase.0.until={time=0.1}", "--json")
    assert json.loads(sound.out)["path_warnings"] == []
    assert sound.err == ""
