"""Whatever the output can show, commands end as they should; what a file says does not reach a terminal raw."""

import os
import subprocess

import pytest

import ruler

CASES = (
    ("run", "steady", "--set", "phase.0.until.time=0.3"),
    ("scenarios",),
    ("theory", "spring-block", "--chains", "5", "--steps", "200"),
    ("theory", "spring-block", "--preset", "all", "--chains", "5", "--steps", "200"),
    ("network", "list", "dropout-digits"),
    ("compare", "dropout-digits:alpha=0", "steady"),
    ("run", "rnu"),
    ("--help",),
    ("run", "--help"),
)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "cp437"])
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_every_output_encoding(case, encoding, command, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*command, *case], capture_output=True, cwd=tmp_path, env=environment, timeout=120, check=False
    )
    errors = done.stderr.decode(encoding)
    assert "Traceback" not in errors
    assert done.returncode == (2 if case == ("run", "rnu") else 0), errors
    assert done.stdout.decode(encoding) or errors


@pytest.fixture
def strange(tmp_path):
    """A scenario whose texts hold escape sequences, other control characters, and what looks like mathematics."""
    path = tmp_path / "strange.toml"
    path.write_text(
        'title = "\\u001b[31mred\\u0007 $\\\\foo$ \\u202e"\ndescription = "\\u001b]0;x\\u0007"\n'
        '[[phase]]\nname = "\\u001b[2J"\npull = { speed = 0.05 }\nuntil = { time = 0.2 }\n',
        encoding="utf-8",
    )
    return path


def test_control_characters_of_a_file_do_not_reach_the_terminal(strange, cli):
    outcome = cli("run", strange)
    assert outcome.code == 0
    assert "red" in outcome.out
    assert not [c for c in outcome.out + outcome.err if ord(c) < 32 and c != "\n"]


def test_a_title_is_no_mathematics(strange, cli, tmp_path):
    assert cli("run", strange, "-o", tmp_path / "run.csv").code == 0
    for ending in ("png", "svg", "pdf"):
        outcome = cli("plot", tmp_path / "run.csv", "-o", tmp_path / f"figure.{ending}")
        assert outcome.code == 0, outcome.err


def test_names_in_figures_are_no_mathematics(cli, tmp_path):
    run = tmp_path / "$\\foo$.csv"
    assert cli("run", "steady", "--set", "phase.0.until.time=0.2", "-o", run).code == 0
    sweep = tmp_path / "s.toml"
    axis = '[[axis]]\nkey = "noise"\nlabel = "$\\\\bar$"\nvalues = [0.0, 0.1]\n'
    sweep.write_text(
        f'title = "$\\\\foo$"\n[spring_block]\npreset = "lazy"\nsteps = 20\nchains = 1\n{axis}', encoding="utf-8"
    )
    assert cli("sweep", sweep, "-o", tmp_path / "swept", "--workers", "1").code == 0
    for command in (("plot", run), ("phase", tmp_path / "swept")):
        outcome = cli(*command, "-o", tmp_path / f"{command[0]}.png")
        assert outcome.code == 0, outcome.err


def test_control_characters_in_an_error_are_shown_harmless(cli, tmp_path):
    outcome = cli("run", "\x1b[31mred")
    assert outcome.code == 2
    assert "\x1b" not in outcome.err


def test_titles_read_back_as_they_were(strange, cli, tmp_path):
    assert cli("run", strange, "-o", tmp_path / "run.csv").code == 0
    assert ruler.load_recording(tmp_path / "run.csv").title == ruler.load_scenario(strange).title
