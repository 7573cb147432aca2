"""Numbers that are wrong do not pass as right."""

import json

import pytest

import ruler

# Far too coarse for what is asked of them.
COARSE = ("--set", "simulation.rate=1000", "--set", "simulation.iterations=10")


@pytest.mark.parametrize("viscous", [100, 1000])
def test_an_open_account_is_said(viscous, cli, tmp_path):
    outcome = cli("run", "steady", "--set", f"hinge.viscous={viscous}", *COARSE, "--json", "-o", tmp_path / "run.csv")
    assert outcome.code == 0
    result = json.loads(outcome.out)
    assert result["energy_error"] > 0.02
    assert result["trust"] == "poor"
    assert "energy" in result["trust_reason"]
    assert "energy" in outcome.err
    side = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert side["trust"] == side["summary"]["trust"] == "poor"
    assert "energy" in side["trust_reason"]


def test_a_sound_run_is_good(cli):
    outcome = cli("run", "steady", "--json")
    result = json.loads(outcome.out)
    assert (result["trust"], result["trust_reason"]) == ("good", None)
    assert outcome.err == ""


def test_a_sweep_marks_runs_whose_account_is_open(cli, tmp_path):
    sweep = tmp_path / "s.toml"
    sweep.write_text(
        'base = "steady"\nscenario.simulation = { rate = 1000, iterations = 10 }\n'
        '[[axis]]\nkey = "hinge.viscous"\nvalues = [0.05, 1000.0]\n',
        encoding="utf-8",
    )
    assert cli("sweep", sweep, "-o", tmp_path / "out", "--workers", "1").code == 0
    rows = (tmp_path / "out" / "table.csv").read_text(encoding="utf-8").splitlines()
    status = rows[0].split(",").index("status")
    assert [row.split(",")[status] for row in rows[1:]] == ["complete", "inaccurate"]


@pytest.mark.parametrize("stiffness", [1e4, 1e3])
def test_a_spring_too_stiff_for_the_step_is_refused(stiffness, cli, tmp_path):
    outcome = cli("run", "steady", "--set", f"hinge.stiffness={stiffness}", *COARSE, "-o", tmp_path / "run.csv")
    assert outcome.code == 2
    assert "hinge.stiffness" in outcome.err
    assert "simulation.rate" in outcome.err
    assert not list(tmp_path.iterdir())


# A viscous friction of 50 is said to be 1.1 times too steep for the finest steps that "auto" takes.
@pytest.mark.parametrize("change", ["hinge.stiffness=1e4", "hinge.stiffness=1e3", "hinge.viscous=40"])
def test_left_to_the_program_it_is_stepped_finely_enough(change, cli):
    outcome = cli("run", "fast", "--set", change, "--set", "phase.0.until={time=0.5}", "--json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["energy_error"] < 0.005


def test_a_spring_as_stiff_as_is_allowed_runs(cli):
    outcome = cli("run", "steady", "--set", "hinge.stiffness=0.5", "--json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["opening_deg"]


def test_no_json_holds_what_json_has_not(tmp_path):
    run = ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"]))
    spoiled = run.with_meta(summary={"energy_error": float("inf"), "list": [float("nan")]})
    for ending in ("csv", "npz", "parquet"):
        ruler.save_recording(spoiled, tmp_path / f"run.{ending}")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
