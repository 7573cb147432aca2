"""Sweeps that are killed, met by a second one, or short of room lose nothing they have finished."""

import csv
import errno
import json
import os
import random
import time

import psutil
import pytest

from ruler.errors import BadInputError, FailedError
from ruler.sweeps.cells import plan_sweep
from ruler.sweeps.diagram import open_diagram
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.jobs import Outcome
from ruler.sweeps.run import run_sweep
from ruler.sweeps.store import LOG, TABLE

ATTEMPTS = 20
CHAINS = """
seeds = 150
[spring_block]
preset = "lazy"
blocks = 2
chains = 2
steps = 100
[[axis]]
key = "noise"
values = [0.05, 0.1]
"""
RUNS = 300


@pytest.fixture
def chains(tmp_path):
    path = tmp_path / "chains.toml"
    path.write_text(CHAINS, encoding="utf-8")
    return path


@pytest.fixture
def plan():
    return plan_sweep({"spring_block": {"steps": 20, "chains": 2, "blocks": 2}, "seeds": 4}, "few", "few")


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    """Of the chains, run undisturbed."""
    from ruler.sweeps.cells import load_plan

    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "chains.toml").write_text(CHAINS, encoding="utf-8")
    return run_sweep(load_plan(folder / "chains.toml"), folder / "out", LocalEngine(1)).digest


def whole_lines(folder):
    log = folder / LOG
    return {line for line in log.read_bytes().splitlines(True) if line.endswith(b"\n")} if log.exists() else set()


@pytest.mark.slow
def test_killed_twenty_times_nothing_is_lost_or_run_again(chains, digest, start, tmp_path, shell):
    folder, chance, kept, kills = tmp_path / "out", random.Random(17), set(), 0
    for attempt in range(ATTEMPTS):
        process = start("sweep", chains, "-o", folder, "--workers", 2 if attempt % 5 == 0 else 1)
        until = time.monotonic() + 20.0
        while len(whole_lines(folder)) <= len(kept) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.05))
        kills += process.poll() is None
        process.kill()
        process.communicate()
        now = whole_lines(folder)
        assert kept <= now, "a row that was there is gone"
        kept = now
    assert kills >= ATTEMPTS // 2, "the kills did not come in the middle"
    outcome = shell("sweep", chains, "-o", folder, "--workers", "1", "--json")
    result = json.loads(outcome.out)
    assert (result["runs"], result["ran"], result["digest"]) == (RUNS, RUNS + 1 - len(kept), digest)
    assert kept <= whole_lines(folder), "a run was run again"
    assert {path.name for path in folder.iterdir()} >= {LOG, TABLE, "table.json"}


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_two_sweeps_into_one_folder(attempt, chains, digest, start, tmp_path, shell):
    """One wins, the other says so, or comes so late that nothing is left to do."""
    folder = tmp_path / "out"
    processes = [start("sweep", chains, "-o", folder, "--workers", "1", "--json")]
    time.sleep(random.Random(attempt).uniform(0.0, 0.2))
    processes.append(start("sweep", chains, "-o", folder, "--workers", "1", "--json"))
    ends = [process.communicate(timeout=60) for process in processes]
    codes = [process.returncode for process in processes]
    assert sorted(codes) in ([0, 0], [0, 2]), ends
    for (out, err), code in zip(ends, codes, strict=True):
        if code:
            assert "another process is running this sweep just now" in err
            assert err.count("\n") == 1
        else:
            assert json.loads(out)["digest"] == digest
    assert sum(json.loads(out)["ran"] for (out, _), code in zip(ends, codes, strict=True) if code == 0) == RUNS
    assert len(whole_lines(folder)) == RUNS + 1


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_workers_do_not_outlive_their_sweep(start, wait, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('base = "steady"\nseeds = 50\n', encoding="utf-8")
    process = start("sweep", path, "-o", tmp_path / "out", "--workers", "2")
    wait(lambda: len(whole_lines(tmp_path / "out")) > 1)
    workers = [each for each in psutil.Process(process.pid).children() if "loky" in " ".join(each.cmdline())]
    assert workers
    process.kill()
    # Not reaped: the number of a process that has ended is there until then.
    wait(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in workers), timeout=20)


def test_a_full_disk_while_the_log_is_written(plan, tmp_path, monkeypatch):
    sync, calls = os.fsync, []

    def full(number):
        """Full from the third row on; the table has no room either."""
        calls.append(number)
        if len(calls) > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(number)

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        patched.setattr("ruler.sweeps.engine.BATCH_TIME", 0.0)
        with pytest.raises(FailedError, match=r"No space left on device; finished runs are kept") as raised:
            run_sweep(plan, tmp_path, LocalEngine(1))
    assert "\n" not in str(raised.value)
    done = len(whole_lines(tmp_path)) - 1
    assert done > 0
    assert run_sweep(plan, tmp_path, LocalEngine(1)).ran == 4 - done


def test_a_folder_that_may_not_be_used(plan, tmp_path, monkeypatch):
    """Also as root, who may use any."""

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    closed = tmp_path / "closed"
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.mkdir", refuse)
        with pytest.raises(BadInputError, match="closed: cannot be used as a folder: Permission denied"):
            run_sweep(plan, closed, LocalEngine(1))
    closed.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr("filelock.FileLock.acquire", refuse)
        with pytest.raises(BadInputError, match="closed: cannot be written: Permission denied"):
            run_sweep(plan, closed, LocalEngine(1))
    assert not list(closed.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_a_folder_of_another_user(mode, plan, tmp_path):
    """As root becomes nobody for the time of the call."""
    folder = tmp_path / "closed"
    folder.mkdir()
    for each in (tmp_path, *tmp_path.parents[:3]):
        if each.owner() == "root" and str(each) not in ("/", "/tmp"):
            each.chmod(0o755)
    folder.chmod(mode)
    os.seteuid(65534)
    try:
        with pytest.raises(BadInputError, match=r"closed.*Permission denied"):
            run_sweep(plan, folder, LocalEngine(1))
        with pytest.raises(BadInputError):
            open_diagram(str(folder))
    finally:
        os.seteuid(0)


def test_a_name_that_is_too_long(plan, tmp_path):
    with pytest.raises(BadInputError, match="cannot be used as a folder: File name too long"):
        run_sweep(plan, tmp_path / ("n" * 300), LocalEngine(1))


@pytest.mark.parametrize("spoil", ["NaN", "Infinity", "[[[1]]]", '{"a": 1}', "1" * 5000])
def test_a_line_of_the_log_that_no_run_has_written_is_run_again(spoil, plan, tmp_path):
    run_sweep(plan, tmp_path, LocalEngine(1))
    header, first, *rest = (tmp_path / LOG).read_text(encoding="utf-8").splitlines(True)
    names, row = json.loads(header), json.loads(first)
    place = names.index("unevenness")
    texts = [spoil if i == place else json.dumps(value) for i, value in enumerate(row)]
    (tmp_path / LOG).write_text(header + f"[{', '.join(texts)}]\n" + "".join(rest), encoding="utf-8")
    result = run_sweep(plan, tmp_path, LocalEngine(1))
    assert (result.ran, result.dropped) == (1, 1)
    for line in whole_lines(tmp_path):
        json.loads(line, parse_constant=lambda found: pytest.fail(f"{found} in the log"))


def test_no_number_that_json_has_not_is_written(plan, tmp_path):
    class Odd(LocalEngine):
        def run(self, jobs):
            for job in jobs:
                values = {"status": "complete", "reason": "", "unevenness": float("nan"), "share": [float("inf")]}
                yield [Outcome(job.cell, job.seed, values)]

    run_sweep(plan, tmp_path, Odd(1))
    for line in whole_lines(tmp_path):
        json.loads(line, parse_constant=lambda found: pytest.fail(f"{found} in the log"))


COARSE = {
    "base": "steady",
    "scenario": {"simulation": {"rate": 1000, "iterations": 10}},
    "axis": [{"key": "hinge.viscous", "values": [0.05, 0.06, 1000.0]}],
}


@pytest.fixture
def inaccurate(tmp_path):
    """A sweep of which one run of three has an open account."""
    data = COARSE
    folder = tmp_path / "open"
    return folder, run_sweep(plan_sweep(data, "open", "open"), folder, LocalEngine(1))


def test_inaccurate_runs_are_counted_left_out_and_said(inaccurate, cli, tmp_path):
    folder, result = inaccurate
    assert (result.runs, result.failed, result.inaccurate) == (3, 0, 1)
    diagram = open_diagram(str(folder))
    assert (len(diagram.cells), diagram.failed, diagram.inaccurate) == (2, 0, 1)
    assert diagram.left_out == "1 inaccurate run"
    outcome = cli("phase", folder, "-o", tmp_path / "f.png", "--json")
    drawn = json.loads(outcome.out)["diagrams"][0]
    assert drawn["inaccurate"] == 1
    assert drawn["poor"] == [[0, 0, 1]]
    names, *rows = csv.reader((folder / "table.csv").open(encoding="utf-8"))
    trust, reason = names.index("trust"), names.index("reason")
    assert [row[trust] for row in rows] == ["good", "good", "poor"]
    assert "energy account" in rows[2][reason]


def test_inaccurate_runs_are_not_run_again(inaccurate):
    folder, _ = inaccurate
    data = COARSE
    again = run_sweep(plan_sweep(data, "open", "open"), folder, LocalEngine(1))
    assert (again.ran, again.inaccurate) == (0, 1)


def test_limits_may_be_infinite(tmp_path):
    data = {"base": "steady", "axis": [{"key": "hand.strength", "values": [50.0, float("inf")]}]}
    run_sweep(plan_sweep(data, "limits", "limits"), tmp_path, LocalEngine(1))
    about = (tmp_path / "table.json").read_text(encoding="utf-8")
    axes = json.loads(about, parse_constant=lambda found: pytest.fail(f"{found} in JSON"))["axes"]
    assert axes[0]["values"] == [50.0, "inf"]
    assert len(open_diagram(str(tmp_path)).cells) == 2
    assert run_sweep(plan_sweep(data, "limits", "limits"), tmp_path, LocalEngine(1)).ran == 0
