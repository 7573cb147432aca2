"""Running sweeps: the same results whoever runs them, and nothing lost however they end."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
import tomli_w
from filelock import FileLock

from ruler.errors import BadInputError, FailedError
from ruler.io import MissingExtraError
from ruler.sweeps.cells import plan_sweep
from ruler.sweeps.cluster import DaskEngine
from ruler.sweeps.engine import BATCH_TIME, LONGEST_BATCH, LocalEngine, batch_size
from ruler.sweeps.jobs import Job, run_job
from ruler.sweeps.run import all_jobs, run_sweep
from ruler.sweeps.store import LOG, TABLE, TableColumns

RULER = [sys.executable, "-c", "from ruler.cli import main; main()"]


def rows_of(folder):
    with (folder / TABLE).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, tiny_data):
    """The tiny sweep, run in this process."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return folder, run_sweep(plan_sweep(tiny_data, "tiny", "tiny"), folder, LocalEngine(1))


def test_one_row_a_run_in_order(plan, undisturbed):
    folder, result = undisturbed
    rows = rows_of(folder)
    assert (result.runs, result.ran, result.failed) == (8, 8, 0)
    assert [(int(row["cell"]), int(row["seed"])) for row in rows] == [(c, s) for c in range(1, 5) for s in (1, 2)]
    first = rows[-1]
    assert (first["friction"], first["shaking"], first["status"]) == ("1.0", "0.015", "complete")
    assert sum(float(first[f"share_{i}"]) for i in (1, 2, 3)) == pytest.approx(1.0)
    assert all(first[name] for name in ("opening_3_deg", "unevenness", "energy_error", "wall_s", "hinge.torque"))


def test_a_row_is_what_the_scenario_gives_alone(undisturbed, plan):
    import ruler
    from ruler.scenario import scenario_from_data

    recording = ruler.simulate(scenario_from_data({**plan.cells[3].data, "seed": 2}, "cell"))
    row = rows_of(undisturbed[0])[-1]
    assert [float(row[f"opening_{i}_deg"]) for i in (1, 2, 3)] == recording.opening_deg[-1].tolist()


def test_two_workers_give_the_same_bits(plan, undisturbed, tmp_path):
    assert run_sweep(plan, tmp_path, LocalEngine(2)).digest == undisturbed[1].digest


def test_nothing_is_run_twice(plan, undisturbed, tmp_path):
    folder, _ = undisturbed
    content = (folder / TABLE).read_bytes()
    for name in (TABLE, LOG, "table.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert run_sweep(plan, tmp_path, LocalEngine(1)).ran == 0
    assert (tmp_path / TABLE).read_bytes() == content


@pytest.mark.parametrize("file", [LOG, TABLE])
@pytest.mark.parametrize("lost", [1, 40, 700])
def test_a_torn_end_costs_only_its_runs(plan, undisturbed, tmp_path, lost, file):
    """Of the log, and of the table of a folder that an earlier version left, which had no log."""
    folder, whole = undisturbed
    content = (folder / file).read_bytes()
    (tmp_path / "table.json").write_bytes((folder / "table.json").read_bytes())
    (tmp_path / file).write_bytes(content[:-lost])
    result = run_sweep(plan, tmp_path, LocalEngine(1))
    assert result.digest == whole.digest
    assert result.ran == content[-lost:].count(b"\n")
    assert {line[:40] for line in (tmp_path / LOG).read_bytes().splitlines()} == {
        line[:40] for line in (folder / LOG).read_bytes().splitlines()
    }


@pytest.mark.parametrize("file", [LOG, TABLE])
def test_a_damaged_line_is_run_again(plan, undisturbed, tmp_path, file):
    folder, whole = undisturbed
    lines = (folder / file).read_bytes().split(b"\n")
    lines[3] = b"\0" * len(lines[3])
    lines[5] = lines[5][:30]
    (tmp_path / "table.json").write_bytes((folder / "table.json").read_bytes())
    (tmp_path / file).write_bytes(b"\n".join(lines))
    result = run_sweep(plan, tmp_path, LocalEngine(1))
    assert (result.digest, result.ran, result.dropped) == (whole.digest, 2, 2)


@pytest.mark.parametrize("file", [LOG, TABLE])
def test_other_columns_are_refused(plan, undisturbed, tmp_path, file):
    folder, _ = undisturbed
    (tmp_path / "table.json").write_bytes((folder / "table.json").read_bytes())
    (tmp_path / file).write_bytes((folder / file).read_bytes().replace(b"unevenness", b"evenness"))
    with pytest.raises(BadInputError, match=f"{file}: its columns are not those of this sweep"):
        run_sweep(plan, tmp_path, LocalEngine(1))


def test_rows_without_their_sweep_are_refused(plan, undisturbed, tmp_path):
    folder, _ = undisturbed
    (tmp_path / LOG).write_bytes((folder / LOG).read_bytes())
    with pytest.raises(BadInputError, match=f"has a {LOG} without its table.json"):
        run_sweep(plan, tmp_path, LocalEngine(1))


def test_the_table_can_be_read_while_it_runs(plan, tmp_path, monkeypatch):
    from ruler.sweeps.diagram import open_diagram

    monkeypatch.setattr("ruler.sweeps.store.REFRESH", 0.0)
    monkeypatch.setattr("ruler.sweeps.store.MOST_REFRESHING", 1e9)
    seen = []
    run_sweep(
        plan, tmp_path, LocalEngine(1), progress=lambda state: seen.append(len(open_diagram(str(tmp_path)).cells))
    )
    assert (seen[0], seen[-1]) == (1, 4)
    assert seen == sorted(seen)


def test_folder_of_another_sweep_is_refused(tiny, undisturbed):
    folder, _ = undisturbed
    other = plan_sweep({**tiny, "seeds": 5}, "other", "other")
    with pytest.raises(BadInputError, match="belongs to another sweep, 'tiny'"):
        run_sweep(other, folder, LocalEngine(1))


def test_other_versions_and_recordings_are_not_mixed(plan, undisturbed, tmp_path):
    folder, _ = undisturbed
    about = json.loads((folder / "table.json").read_text())
    (tmp_path / "table.json").write_text(json.dumps({**about, "versions": {"pymunk": "0"}}))
    with pytest.raises(BadInputError, match="was begun with pymunk 0"):
        run_sweep(plan, tmp_path, LocalEngine(1))
    with pytest.raises(BadInputError, match="was begun without --recordings"):
        run_sweep(plan, folder, LocalEngine(1), recordings=True)


def test_a_failed_run_is_a_row_with_its_reason(tmp_path):
    data = {
        "scenario": {"phase": [{"pull": {"speed": 0.1}, "until": {"extension": 0.55}}], "ruler": {"hinges": 3},
                     "simulation": {"rate": 500}},
        "axis": [{"key": "hand.strength", "values": [0.01, 50.0]}],
    }  # fmt: skip
    result = run_sweep(plan_sweep(data, "weak", "weak"), tmp_path, LocalEngine(1))
    weak, strong = rows_of(tmp_path)
    assert (result.failed, weak["status"], strong["status"]) == (1, "failed", "complete")
    assert "no farther towards" in weak["reason"]
    assert weak["opening_1_deg"] == ""


class Bomb:
    """Kills the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (3,)


def test_a_run_that_kills_its_process_is_a_row(plan):
    jobs = list(all_jobs(plan))[:3]
    jobs.insert(1, Job(3, 2, "ruler", {"phase": Bomb()}))
    outcomes = {(o.cell, o.seed): o for batch in LocalEngine(2).run(jobs) for o in batch}
    assert len(outcomes) == 4
    assert "the process that ran it died" in outcomes[3, 2].values["reason"]
    assert all(o.values["status"] == "complete" for run, o in outcomes.items() if run != (3, 2))


class BombOnce:
    """Kills the process that unpickles it, but only the first."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        mark = repr(str(self.mark))
        bomb = f"lambda os: os.path.isdir({mark}) or (os.mkdir({mark}), os._exit(3))"
        return eval, (f"({bomb})(__import__('os'))",)


def test_a_job_whose_process_died_is_tried_once_more(plan, tmp_path):
    jobs = list(all_jobs(plan))[:3]
    jobs.insert(1, Job(3, 2, "ruler", {"phase": BombOnce(tmp_path / "mark")}))
    outcomes = {(o.cell, o.seed): o for batch in LocalEngine(2).run(jobs) for o in batch}
    assert (tmp_path / "mark").is_dir()
    # The second time it is no bomb any more, only no scenario either.
    assert "phase: True: must be a list" in outcomes[3, 2].values["reason"]
    assert all(o.values["status"] == "complete" for run, o in outcomes.items() if run != (3, 2))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_worker_killed_in_mid_run_costs_nothing(plan, undisturbed, tmp_path):
    """Killed from outside while it works, as by a system short of memory."""
    killed = []

    def kill(state):
        alive = [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]
        workers = [each for each in alive if "popen_loky" in " ".join(each.cmdline())]
        if not killed and workers:
            workers[0].kill()
            killed.append(workers[0].pid)

    result = run_sweep(plan, tmp_path, LocalEngine(2), progress=kill)
    assert killed
    assert (result.digest, result.failed, result.runs) == (undisturbed[1].digest, 0, 8)


def test_unexpected_errors_are_reasons_too():
    outcome = run_job(Job(0, 1, "spring-block", {}))
    assert outcome.values["status"] == "failed"
    assert "KeyError" in outcome.values["reason"]


def test_recordings_are_kept(tiny, tmp_path):
    from ruler.recording import load_recording

    plan = plan_sweep({**tiny, "axis": tiny["axis"][:1], "seeds": 1}, "kept", "kept")
    run_sweep(plan, tmp_path, LocalEngine(1), recordings=True)
    recording = load_recording(tmp_path / "recordings" / "cell-0002-seed-1.npz")
    assert recording.complete
    assert recording.opening_deg[-1, 0] == float(rows_of(tmp_path)[1]["opening_1_deg"])


def test_chains_run_too(tmp_path):
    data = {"spring_block": {"steps": 50, "chains": 3, "blocks": 2}, "axis": [{"key": "noise", "values": [0.0, 0.1]}]}
    run_sweep(plan_sweep(data, "chain", "chain"), tmp_path, LocalEngine(1))
    row = rows_of(tmp_path)[1]
    assert sum(float(row[f"elongation_{i}"]) for i in (1, 2, 3)) == pytest.approx(1.0)


def test_quick_runs_travel_together_and_slow_ones_alone():
    assert batch_size(0, 0.0) == 1
    assert batch_size(1, BATCH_TIME / 10) == 10
    assert batch_size(2, 100.0) == 1
    assert batch_size(1000, 1e-9) == LONGEST_BATCH


def test_every_job_is_run_once_in_batches():
    jobs = [Job(i, 1, "nothing", {}) for i in range(1000)]
    batches = list(LocalEngine(1).run(jobs))
    assert sorted(outcome.cell for batch in batches for outcome in batch) == list(range(1000))
    assert len(batches[0]) == 1
    assert max(map(len, batches)) > 10


def test_columns_of_rulers_of_different_length():
    axis = [{"key": "ruler.hinges", "values": [2, 4]}]
    assert "opening_4_deg" in TableColumns.of(plan_sweep({"base": "jerky", "axis": axis}, "s", "s")).table


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_five_times_the_table_is_that_of_an_undisturbed_sweep(tiny, tmp_path):
    tiny["seeds"] = 24
    file, folder = tmp_path / "tiny.toml", tmp_path / "killed"
    file.write_text(tomli_w.dumps(tiny))
    command = [*RULER, "sweep", str(file), "-o", str(folder), "--workers", "2"]
    chance, kept = random.Random(6), set()
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20.0
        while lines_in(folder) <= len(kept) + 1 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = whole_lines(folder)
        assert kept <= now, "a row that was there is gone"
        kept = now
    assert 1 < len(kept) < 97, "the kills did not come in the middle"
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["ran"] == 96 - (len(kept) - 1)
    assert kept <= whole_lines(folder), "a run was run again"
    plan = plan_sweep(tiny, "tiny", "tiny")
    assert run_sweep(plan, tmp_path / "whole", LocalEngine(1)).digest == result["digest"]


def lines_in(folder):
    return len(whole_lines(folder))


def whole_lines(folder):
    log = folder / LOG
    return {line for line in log.read_bytes().splitlines(True) if line.endswith(b"\n")} if log.exists() else set()


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(tiny, tmp_path):
    tiny["seeds"] = 200
    file, folder = tmp_path / "tiny.toml", tmp_path / "stopped"
    file.write_text(tomli_w.dumps(tiny))
    command = [*RULER, "sweep", str(file), "-o", str(folder), "--workers", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while lines_in(folder) < 3 and process.poll() is None:
        time.sleep(0.01)
    # To all processes of the terminal, as a keyboard does.
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20.0)
    assert process.returncode == 1
    assert "interrupted; finished runs are in" in err
    assert f"Go on with: ruler sweep {file} -o {folder}" in err
    assert "Traceback" not in err


def test_two_processes_cannot_run_one_folder(plan, tmp_path):
    with FileLock(tmp_path / ".lock"), pytest.raises(BadInputError, match="another process is running this sweep"):
        run_sweep(plan, tmp_path, LocalEngine(1))
    assert run_sweep(plan, tmp_path, LocalEngine(1)).ran == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOG, TABLE, "table.json"]


@pytest.fixture
def start_cluster(tmp_path_factory):
    """Starts a real scheduler with two worker processes; gives its address and the processes."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    where = folder / "scheduler.json"
    # Not four workers, but one, have to die before a task is given up.
    impatient = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "env": impatient}
    processes = []

    def dask(what, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(where), *options]
        processes.append(subprocess.Popen(command, **quiet))
        return processes[-1]

    def start(nanny="--no-nanny"):
        scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        until = time.monotonic() + 40.0
        # It is there before it is written.
        while not (where.exists() and where.read_text().endswith("}")) and time.monotonic() < until:
            time.sleep(0.05)
        workers = [dask("worker", "--nthreads", "1", "--no-dashboard", nanny) for _ in range(2)]
        address = json.loads(where.read_text())["address"]
        wait_for_workers(address, 2)
        return address, scheduler, workers

    yield start
    for process in reversed(processes):
        process.terminate() if process.poll() is None and sys.platform != "win32" else process.kill()
        process.wait()


def wait_for_workers(address, count):
    from distributed import Client

    with Client(address, timeout=20, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=40)


def test_a_cluster_gives_the_same_bits(start_cluster, plan, undisturbed, tmp_path):
    result = run_sweep(plan, tmp_path, DaskEngine(start_cluster()[0]), recordings=True)
    assert (result.digest, result.ran) == (undisturbed[1].digest, 8)
    assert len(list((tmp_path / "recordings").iterdir())) == 8


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_cluster_whose_worker_is_killed_gives_the_same_bits(start_cluster, plan, undisturbed, tmp_path):
    address, _, workers = start_cluster()

    def kill(state):
        if workers[0].poll() is None:
            workers[0].kill()

    result = run_sweep(plan, tmp_path, DaskEngine(address), progress=kill)
    assert workers[0].poll() is not None
    assert (result.digest, result.failed, result.ran) == (undisturbed[1].digest, 0, 8)


class Deadly:
    """A scenario that kills the process in which it is looked at."""

    def keys(self):
        os._exit(3)

    def __getitem__(self, key):
        raise KeyError(key)


class ByValue:
    """Something that is sent with its class, for neither scheduler nor workers can import the tests."""

    def __init__(self, what):
        self.what = what

    def __reduce__(self):
        cloudpickle = pytest.importorskip("cloudpickle")
        cloudpickle.register_pickle_by_value(sys.modules[Deadly.__module__])
        return cloudpickle.loads, (cloudpickle.dumps(self.what),)


@pytest.mark.slow
def test_a_run_that_kills_its_cluster_workers_is_a_row(start_cluster, plan):
    """Dask starts workers anew (--nanny), gives a task that kills them up, and the rest is run."""
    address, _, _ = start_cluster("--nanny")
    jobs = list(all_jobs(plan))[:3]
    jobs.insert(1, Job(3, 2, "ruler", ByValue(Deadly())))
    engine = DaskEngine(address)
    outcomes = {(o.cell, o.seed): o for batch in engine.run(jobs) for o in batch}
    engine.stop()
    assert len(outcomes) == 4
    assert "the process that ran it died" in outcomes[3, 2].values["reason"]
    assert all(o.values["status"] == "complete" for run, o in outcomes.items() if run != (3, 2))


@pytest.mark.slow
def test_a_lost_scheduler_is_named_and_the_sweep_goes_on_elsewhere(start_cluster, plan, undisturbed, tmp_path):
    address, scheduler, _ = start_cluster()
    with pytest.raises(FailedError, match="the cluster was lost"):
        run_sweep(plan, tmp_path, DaskEngine(address), progress=lambda state: scheduler.kill())
    result = run_sweep(plan, tmp_path, LocalEngine(1))
    assert 0 < result.ran < 8
    assert result.digest == undisturbed[1].digest


def test_a_cluster_that_does_not_answer(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("ruler.sweeps.cluster.CONNECT_TIME", 1.0)
    with pytest.raises(FailedError, match="no scheduler answers there"):
        DaskEngine("tcp://127.0.0.1:9")


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"folding-ruler\[cluster\]"):
        DaskEngine("tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("no-such", "-o", "x"), 2, "no shipped sweep of this name"),
        (("phase-ruler-tip", "-o", "x", "--workers", "0"), 2, "--workers 0: at least 1"),
        (("phase-ruler-tip", "-o", "x", "--workers", "2", "--scheduler", "a"), 2, "give one of them"),
    ],
)
def test_command_line_faults(cli, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    outcome = cli("sweep", *arguments)
    assert outcome.code == code
    assert message in outcome.err


def test_command_line_from_file_to_parquet(cli, tiny, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "tiny.toml").write_text(tomli_w.dumps(tiny))
    outcome = cli("sweep", tmp_path / "tiny.toml", "-o", tmp_path / "out", "--workers", "1", "--parquet", "--json")
    result = json.loads(outcome.out)
    assert (outcome.code, result["runs"], result["failed"]) == (0, 8, 0)
    table = parquet.read_table(result["parquet"])
    rows = rows_of(tmp_path / "out")
    assert table.column("share_3").to_pylist() == [float(row["share_3"]) for row in rows]
    assert table.column("seed").to_pylist() == [int(row["seed"]) for row in rows]
    again = cli("sweep", tmp_path / "tiny.toml", "-o", tmp_path / "out", "--workers", "1")
    assert "8 runs, 0 of them now" in again.out
    assert result["digest"] in again.out


def test_sweeps_are_listed(cli):
    outcome = cli("sweeps")
    assert outcome.code == 0
    assert "phase-ruler-tip" in outcome.out
