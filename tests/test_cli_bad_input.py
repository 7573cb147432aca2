"""Wrong scenarios, flags and paths, through the real entry point: the message, exit code 2, nothing touched."""

import os
import sys
import tempfile

import numpy as np
import pytest

# One `--set` on the shipped scenario "steady" each: what it does wrong, and what the message must say.
WRONG_KEYS = {
    "unknown table": ("hinges.torque=1", "hinges: is not a known key; did you mean 'hinge'?"),
    "unknown key": ("hinge.torq=1", "hinge.torq: is not a known key; did you mean 'torque'?"),
    "key like nothing": ("table.colour=1", "table.colour: is not a known key; known here: friction"),
    "key with a hyphen": (
        "ruler.section-length=0.3",
        "ruler.section-length: is not a known key; did you mean 'section_length'?",
    ),
    "key called float": ("float=1", "float: is not a known key"),
    "table that is a number": ("hinge=3", "hinge: 3: must be a table of keys"),
    "list that is a number": ("phase=3", "phase: 3: must be a list"),
    "text for a number": ("hinge.torque=much", "hinge.torque: 'much': must be a number"),
    "truth for a number": ("hinge.torque=true", "hinge.torque: True: must be a number"),
    "number for a text": ("title=3", "title: 3: must be a text in quotes"),
    "fraction for a count": ("ruler.hinges=3.5", "ruler.hinges: 3.5: must be a whole number"),
    "no hinge": ("ruler.hinges=0", "ruler.hinges: 0: must be a whole number, 1 or more and at most 500"),
    "10^9 hinges": (
        "ruler.hinges=1000000000",
        "ruler.hinges: 1000000000: must be a whole number, 1 or more and at most",
    ),
    "negative mass": ("ruler.section_mass=-1", "ruler.section_mass: -1: must be a number, 1e-06 or more"),
    "no mass": ("ruler.section_mass=0", "in kg)"),
    "NaN": ("ruler.section_mass=nan", "ruler.section_mass: nan: must be a finite number"),
    "infinite length": ("ruler.section_length=inf", "ruler.section_length: inf: must be a finite number"),
    "infinite time": ("phase.1.until.time=inf", "phase.1.until.time: inf: must be a finite number"),
    "opening beyond straight": ("ruler.opening=200", "ruler.opening: 200: must be a number, 0 or more and at most 180"),
    "opening beyond its limits": (
        "ruler.limits=[20, 90]",
        "ruler.opening: 10.0: must lie within ruler.limits, 20.0 to 90.0",
    ),
    "too few openings": ("ruler.opening=[10, 20]", "one per hinge, that is 10"),
    "limits the wrong way round": ("ruler.limits=[90, 10]", "the first limit must be below the second"),
    "one limit": ("ruler.limits=[90]", "ruler.limits: [90]: must have at least 2 entries; it has 1"),
    "static below kinetic torque": ("hinge.static_torque=0.001", "static_torque 0.001 must not be below torque 0.01"),
    "static below kinetic friction": ("table.static_friction=0.1", "must not be below friction 0.3"),
    "unknown choice": ("table.anchor=pined", "must be 'pinned', 'clamped' or 'free'; did you mean 'pinned'?"),
    "hand without strength": ("hand.strength=0", "hand.strength: 0: must be a number, above 0"),
    "hand too stiff for the step": (
        ("simulation.rate=1000", "hand.stiffness=2e6"),
        "is too stiff for 1000 steps per second: at most 1500 N/m, or raise simulation.rate to 36515, or use inf",
    ),
    "hand too stiff for any step": (
        "hand.stiffness=1e9",
        "is too stiff for 64000 steps per second: at most 6.144e+06 N/m, or use inf for a rigid hand",
    ),
    "spring too stiff for the step": (
        ("simulation.rate=1000", "hinge.stiffness=41"),
        "is too stiff for 1000 steps per second: at most 40 N m/rad, or raise simulation.rate to 1012",
    ),
    "no phase": ("phase=[]", "phase: []: must have at least 1"),
    "phase without end": ("phase.0.until={}", "phase.0.until: {}: give extension or time"),
    "extension behind the start": (
        "phase.0.until.extension=0.01",
        "is never reached with speed 0.05; the phase begins at extension 0.087",
    ),
    "extension past straight": (
        "phase.0.until.extension=1.5",
        "phase.0.until.extension: 1.5: must be a number, 0 or more and below 1",
    ),
    "pull that does not move": ("phase.0.pull.speed=0", "phase.0.until.extension: 0.55: is never reached with speed 0"),
    "pull the wrong way": ("phase.0.pull.speed=-1", "is never reached with speed -1.0"),
    "nothing pulls": ("phase.1.until={extension=0.9}", "is never reached, for nothing pulls"),
    "path that stops short": (
        "phase.0.pull={path=[[0,0,0],[1,0.1,0]]}",
        "phase.0.until.extension: 0.55: is never reached by the path",
    ),
    "pulled too far": ("phase.0.until={time=1e4}", "but the straight ruler is 2 m long; end the phase sooner"),
    "two pulls": ("phase.0.pull.force=2", "give exactly one of speed, force and path; got speed and force"),
    "no pull": ("phase.0.pull={}", "give exactly one of speed, force and path; got none of them"),
    "path going back in time": ("phase.0.pull={path=[[0,0,0],[0,1,1]]}", "times must increase; point 1 is at 0.0 s"),
    "path that starts late": ("phase.0.pull={path=[[1,0,0],[2,1,1]]}", "the first point must be at time 0"),
    "path of pairs": ("phase.0.pull={path=[[0,0],[1,1]]}", "must have at least 3 entries; it has 2"),
    "shake without amplitude": ("phase.0.shake=[{}]", "phase.0.shake.0.amplitude: is missing; it must be given"),
    "shake too fast for the step": (
        ("simulation.rate=1000", "phase.0.shake=[{amplitude=0.1,frequency=900}]"),
        "phase.0.shake.0.frequency: 900.0: must be at most an eighth of simulation.rate, 125 Hz",
    ),
    "decay without its envelope": (
        "phase.0.shake=[{amplitude=0.1,decay=3}]",
        'decay is used only with envelope = "decay"',
    ),
    "envelope without decay": ('phase.0.shake=[{amplitude=0.1,envelope="decay"}]', "needs a decay above 0"),
    "shaken tip of a pull by force": (
        "phase.0={pull={force=2},shake=[{amplitude=0.01}],until={time=1}}",
        "phase.0.shake.0.where: 'tip': cannot be shaken by a set amplitude while a set force pulls it",
    ),
    "fade towards an unknown end": (
        'phase.0={pull={force=2},shake=[{where="table",amplitude=0.01,envelope="fade"}],until={extension=0.5}}',
        "needs a phase whose end is known",
    ),
    "torques of other hinges": (
        "hinge.torque=[0.01,0.02]",
        "hinge.torque: '2 numbers': must be one number or one per hinge, that is 10",
    ),
    "a negative torque among many": ("hinge.torque=[1,2,-1]", "hinge.torque.2: -1: must be a number, 0 or more"),
    "a torque without end": ("hinge.torque=[inf]", "hinge.torque.0: inf: must be a finite number, 0 or more"),
    "torque that is no number": ("hinge.torque=nan", "hinge.torque: nan: must be a finite number, 0 or more"),
    "torque at rest below one of many": (
        ("hinge.static_torque=0.01", "hinge.torque=[0,0,0,0,0,0,0,0,0,0.1]"),
        "static_torque 0.01 must not be below torque 0.1",
    ),
    "negative spread": ("hinge.spread=-0.1", "hinge.spread: -0.1: must be a number, 0 or more and at most 2"),
    "spread too wide": ("hinge.spread=3", "hinge.spread: 3: must be a number, 0 or more and at most 2"),
    "spread that is no number": ("hinge.spread=nan", "hinge.spread: nan: must be a finite number"),
    "table too steep": ("table.tilt=46", "table.tilt: 46: must be a number, -45 or more and at most 45"),
    "tilt that is no number": ("table.tilt=inf", "table.tilt: inf: must be a finite number"),
    "rate in other words": ("simulation.rate=fast", "simulation.rate: 'fast': must be a whole number"),
    "iterations mistyped": ("simulation.iterations=atuo", "or 'auto'; did you mean 'auto'?"),
    "rate out of range": ("simulation.rate=10", "simulation.rate: 10: must be a whole number, 50 or more"),
    "recorded more often than stepped": (
        ("simulation.rate=1000", "recording.rate=5000"),
        "recording.rate: 5000.0: must not exceed simulation.rate",
    ),
    "seed that is no number": ("seed=abc", "seed: 'abc': must be a whole number"),
    "seed too large": ("seed=9999999999999999999999", "seed: 9999999999999999999999: must be a whole number"),
    "format of tomorrow": ("format=2", "format: 2: must be 1"),
    "no key": ("=3", "must be KEY=VALUE"),
    "no value": ("hinge.torque", "must be KEY=VALUE, for example --set hinge.torque=0.02"),
    "phase that is not there": ("phase.7.pull.speed=1", "phase has 2 entries, numbered from 0; '7' is not one of them"),
    "key inside a number": ("seed.x=1", "seed"),
    "more steps than sensible": (
        ("phase.1.until.time=1e5", "simulation.rate=100000", "recording.rate=1"),
        "steps in 1e+05 s; at most 1e+09 are sensible",
    ),
    "more samples than sensible": ("phase.1.until.time=1e5", "recording.rate: 100.0: makes a table of"),
}


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("case", WRONG_KEYS)
def test_wrong_key(cli, case, command):
    overrides, message = WRONG_KEYS[case]
    many = overrides if isinstance(overrides, tuple) else (overrides,)
    done = cli(command, "steady", *[word for override in many for word in ("--set", override)])
    assert message in done.err
    assert done.err.startswith("ruler: ")
    assert (done.code, done.out) == (2, "")


WRONG_FILES = {
    "not TOML": (b"phase = [", "is not valid TOML"),
    "nothing in it": (b"", "phase: is missing; a scenario needs at least one [[phase]]"),
    "binary": (bytes(range(256)), "is not a text file"),
    "key given twice": (b"seed = 1\nseed = 2\n", "is not valid TOML"),
    "nested beyond reason": (b"a = " + b"[" * 100_000, "is not valid TOML"),
    "a long number": (b"seed = " + b"9" * 5000 + b"\n[[phase]]\nuntil = { time = 1.0 }", "file"),
    "until missing": (b"[[phase]]\nname = 'x'\n", "phase.0.until: is missing; it must be given (when the phase ends)"),
}


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("case", WRONG_FILES)
def test_wrong_file(cli, tmp_path, case, command):
    content, message = WRONG_FILES[case]
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    done = cli(command, path)
    assert str(path) in done.err
    assert message in done.err
    assert (done.code, done.out) == (2, "")


def test_every_fault_of_a_file_is_reported_at_once(cli, tmp_path):
    path = tmp_path / "file.toml"
    path.write_text(
        "[ruler]\nhinges = 0\nsection_mass = -1.0\n[hinge]\ntorq = 3\n[table]\nanchor = 'glued'\n"
        "[[phase]]\npull = { speed = 1.0, force = 1.0 }\nuntil = {}\n"
    )
    done = cli("check", path)
    keys = ["ruler.hinges: 0", "ruler.section_mass: -1.0", "hinge.torq:", "table.anchor: 'glued'", "phase.0.pull:"]
    for key in [*keys, "phase.0.until: {}"]:
        assert key in done.err
    assert done.code == 2


# Command lines; HERE stands for a folder with "kept.csv" and "kept.json", "kept.npz", "kept.png", "text.csv".
WRONG_COMMANDS = {
    "unknown command": ("frobnicate", "frobnicate"),
    "unknown flag": ("run steady --sed 3", "Did you mean --seed"),
    "no scenario": ("run", "SCENARIO"),
    "two scenarios": ("run steady jerky", "jerky"),
    "seed that is no number": ("run steady --seed x", "--seed"),
    "negative seed": ("run steady --seed -1", "seed: -1: must be a whole number, 0 or more"),
    "flag without its value": ("run steady -o", "requires an argument"),
    "missing scenario": ("run nosuch", "there is no such file and no shipped scenario of this name"),
    "misspelt scenario": ("run stedy", "did you mean 'steady'?"),
    "missing scenario file": ("check HERE/nosuch.toml", "there is no such file"),
    "folder as scenario": ("run HERE", "is a folder; name a file"),
    "missing folder": ("run steady -o HERE/nosuch/a.csv", "does not exist; make it first"),
    "wrong ending": ("run steady -o HERE/a.xlsx", "must end in .csv, .npz, .parquet, or be an existing folder"),
    "existing file": ("run steady -o HERE/kept.npz", "exists already; choose another name, or replace it with --force"),
    "existing companion": ("run steady -o HERE/half.csv", "half.json: exists already"),
    "existing file in a folder": ("run steady -o HERE", "steady.csv: exists already"),
    "check without a file": ("check", "name a scenario file, or use --schema"),
    "plot nothing": ("plot -o HERE/a.png", "name at least one recording"),
    "plot without a figure": ("plot HERE/kept.npz", "--output"),
    "plot into a text": ("plot HERE/kept.npz -o HERE/a.txt", "a figure must end in .png, .svg or .pdf"),
    "plot over a figure": ("plot HERE/kept.npz -o HERE/kept.png", "kept.png: exists already"),
    "plot a missing recording": ("plot HERE/nosuch.csv -o HERE/a.png", "there is no such file"),
    "plot a text": ("plot HERE/text.csv -o HERE/a.png", "its companion text.json is missing"),
    "plot a scenario": ("plot HERE/scenario.toml -o HERE/a.png", "a recording must end in .csv, .npz or .parquet"),
    "plot too many": ("plot" + " HERE/kept.npz" * 9 + " -o HERE/a.png", "1 to 8 recordings; got 9"),
    "export over a table": ("export HERE/kept.npz -o HERE/kept.csv", "kept.csv: exists already"),
    "export into a figure": ("export HERE/kept.npz -o HERE/a.png", "must end in .csv, .npz or .parquet"),
    "export without a table": ("export HERE/kept.npz", "--output"),
    "no such end": ("export HERE/kept.npz -o HERE/a.csv --pulled-end sideways", "deep"),
    "recover nothing": ("recover HERE/nosuch.journal", "there is no such file"),
    "recover a folder": ("recover HERE", "is a folder; name a file"),
    "recover something else": ("recover HERE/text.csv -o HERE/a.csv", "is not a journal of this program"),
    "demo into a missing folder": ("demo -o HERE/nosuch/demo", "does not exist; make it first"),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory, shipped_run):
    from ruler import save_recording

    folder = tmp_path_factory.mktemp("here")
    for name in ("kept.csv", "kept.npz", "steady.csv"):
        save_recording(shipped_run("fast"), folder / name)
    (folder / "kept.png").write_bytes(b"a figure")
    (folder / "half.json").write_text("{}")
    (folder / "text.csv").write_text("not,a,recording\n1,2,3\n")
    (folder / "scenario.toml").write_text("[[phase]]\nuntil = { time = 1.0 }\n")
    return folder


@pytest.mark.parametrize("case", WRONG_COMMANDS)
def test_wrong_command_line(cli, here, case):
    command, message = WRONG_COMMANDS[case]
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    done = cli(*command.replace("HERE", str(here)).split())
    assert message in done.err
    assert "Traceback" not in done.err
    assert (done.code, done.out) == (2, "")
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_there_are_enough_wrong_cases():
    assert len(WRONG_KEYS) + len(WRONG_FILES) + len(WRONG_COMMANDS) >= 40


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind the administrator")
def test_read_only_folder(cli, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    done = cli("run", "steady", "-o", folder / "a.csv")
    assert "cannot be written to" in done.err
    assert done.code == 2


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind the administrator")
def test_unreadable_scenario(cli, tmp_path):
    path = tmp_path / "secret.toml"
    path.write_text("seed = 1")
    path.chmod(0)
    done = cli("check", path)
    assert "cannot be read" in done.err
    assert done.code == 2


def test_read_only_folder_is_noticed_before_the_run(cli, tmp_path, monkeypatch):
    """The same for the administrator too: what the system would answer, it is told to answer."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    done = cli("run", "deep-steady", "-o", tmp_path / "a.csv")
    assert "cannot be written to" in done.err
    assert done.code == 2


def test_forced_run_replaces_the_file(cli, tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"old")
    assert cli("run", "fast", "-o", path, "--force").code == 0
    with np.load(path) as archive:
        assert "opening_10_deg" in archive.files


SHELL = {
    "missing scenario": (["run", "nosuch"], "there is no such file"),
    "10^9 hinges": (["run", "steady", "--set", "ruler.hinges=1000000000"], "at most 500"),
    "unknown flag": (["run", "steady", "--nonsense"], "--nonsense"),
    "not a recording": (["plot", __file__, "-o", "x.png"], "a recording must end in"),
}


@pytest.mark.parametrize("case", SHELL)
def test_as_a_user_sees_it(shell, case):
    arguments, message = SHELL[case]
    done = shell(*arguments)
    assert message in done.err
    assert "Traceback" not in done.err
    assert (done.code, done.out) == (2, "")
