"""Paths that cannot be written are found out before the work."""

import os
import subprocess
import time
from pathlib import Path

import pytest

LONG_NAME = "n" * 300
NOT_ROOT = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")


@pytest.mark.parametrize("length", [240, 250])
def test_a_name_as_long_as_the_system_allows(length, cli, tmp_path):
    path = tmp_path / ("n" * (length - 4) + ".csv")
    outcome = cli("run", "steady", "--set", "phase.0.until.time=0.1", "-o", path)
    assert outcome.code in (0, 2)
    assert outcome.code == 2 or path.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("run", "steady", "-o", f"{LONG_NAME}.csv"),
        ("run", LONG_NAME),
        ("check", LONG_NAME),
        ("sweep", LONG_NAME, "-o", "out"),
        ("plot", f"{LONG_NAME}.csv", "-o", "f.png"),
        ("network", "list", f"{LONG_NAME}.csv"),
        ("phase", LONG_NAME, "-o", "f.png"),
        ("demo", "-o", LONG_NAME),
        ("recover", f"{LONG_NAME}.csv.journal"),
        ("sweep", "phase-springs", "-o", LONG_NAME),
    ],
    ids=lambda command: "-".join(part if len(part) < 99 else "long" for part in command),
)
def test_names_that_are_too_long(command, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    outcome = shell(*command)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert time.monotonic() - started < 10.0


def test_dev_full(command):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [*command, "scenarios"], stdout=out, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "space" in done.stderr


@NOT_ROOT
def test_a_folder_that_may_not_be_entered(cli, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o000)
    try:
        assert cli("run", folder / "x.toml").code == 2
        assert cli("run", "steady", "-o", folder / "x.csv").code == 2
        assert cli("phase", folder, "-o", tmp_path / "f.png").code == 2
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("key", ['title = "a\\nb"', 'name = "a\\nb"', 'label = "a\\rb"', 'unit = "a\\u0000b"'])
def test_sweep_names_with_a_line_break_are_refused_before_the_runs(key, cli, tmp_path):
    title, own = (key, "") if key.startswith("title") else ("", key)
    path = tmp_path / "s.toml"
    axis = f'[[axis]]\nkey = "hinge.torque"\nvalues = [0.01]\n{own}\n'
    path.write_text(f'base = "steady"\n{title}\n{axis}', encoding="utf-8")
    outcome = cli("sweep", path, "-o", tmp_path / "out", "--workers", "1")
    assert outcome.code == 2
    assert key.split(" ")[0] in outcome.err
    assert not (tmp_path / "out").exists()
