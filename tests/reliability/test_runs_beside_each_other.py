"""No run loses another: journals are locked while written; nothing is deleted that is not whole elsewhere."""

import json
import signal
import subprocess
import threading

import pytest

import ruler

POSIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs POSIX signals")


@pytest.fixture
def long_run(start, wait, long_scenario, tmp_path):
    """A run that goes on, and where it writes."""
    path = tmp_path / "long.csv"
    process = start("run", *long_scenario, "-o", path)
    wait((tmp_path / "long.csv.journal").exists)
    return process, path


@POSIX
def test_the_journal_of_a_run_that_goes_on_is_not_recovered(long_run, shell):
    process, path = long_run
    journal = path.with_name("long.csv.journal")
    outcome = shell("recover", journal)
    assert outcome.code == 2
    assert str(journal) in outcome.err
    assert "still" in outcome.err
    assert journal.exists()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert ruler.load_recording(path).table.shape[0] > 10
    assert not journal.exists()


@POSIX
def test_a_second_run_onto_the_same_name_is_refused_even_by_force(long_run, shell):
    process, path = long_run
    outcome = shell("run", "steady", "-o", path, "--force")
    assert outcome.code == 2
    assert "another" in outcome.err
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert ruler.load_recording(path).meta["status"].startswith("interrupted")


@POSIX
def test_a_run_whose_place_was_taken_meanwhile_is_saved_beside_it(long_run):
    process, path = long_run
    path.write_text("someone else's", encoding="utf-8")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert path.read_text(encoding="utf-8") == "someone else's"
    beside = path.with_name("long-2.csv")
    assert ruler.load_recording(beside).table.shape[0] > 10
    assert str(beside) in errors
    assert not path.with_name("long.csv.journal").exists()


def test_a_journal_is_not_recovered_onto_itself(cli, tmp_path):
    run = ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"]))
    header = {"magic": "folding-ruler journal 1", "hinges": run.hinges, "phases": list(run.phases), "meta": run.meta}
    journal = tmp_path / "kept.csv"
    journal.write_bytes(json.dumps(header).encode() + b"\n" + run.table.tobytes())
    before = journal.read_bytes()
    outcome = cli("recover", journal, "-o", journal, "--force")
    assert outcome.code == 2
    assert journal.read_bytes() == before


def test_a_recording_is_not_exported_onto_itself(cli, tmp_path):
    path = tmp_path / "run.csv"
    ruler.save_recording(ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"])), path)
    before = path.read_bytes()
    outcome = cli("export", path, "-o", path, "--force")
    assert outcome.code == 2
    assert path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(20))
def test_two_runs_into_one_file_at_once(attempt, command, tmp_path):
    """One wins, the other says so; what is there is whole and one of the two."""
    path = tmp_path / "one.csv"
    until = f"phase.0.until.time={0.3 + 0.1 * (attempt % 4)}"
    processes = [
        subprocess.Popen(
            [*command, "run", "jerky", "--seed", str(seed), "--set", until, "-o", path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed in (1, 2)
    ]  # fmt: skip
    ends = [process.communicate(timeout=60) for process in processes]
    codes = [process.returncode for process in processes]
    saved = sorted(tmp_path.glob("*.csv"))
    runs = [ruler.load_recording(each) for each in saved]
    # A second run is refused at once, refused later, or saved beside the first; never lost in silence.
    assert sorted(codes) in ([0, 0], [0, 2])
    assert len({run.meta["seed"] for run in runs}) == len(runs) == codes.count(0)
    for (_, errors), code in zip(ends, codes, strict=True):
        assert "Traceback" not in errors
        assert code == 0 or str(path) in errors
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(20))
def test_two_recoveries_of_one_journal_at_once(attempt, tmp_path, shell):
    run = ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"]))
    header = {"magic": "folding-ruler journal 1", "hinges": run.hinges, "phases": list(run.phases), "meta": run.meta}
    journal = tmp_path / "run.csv.journal"
    journal.write_bytes(json.dumps(header).encode() + b"\n" + run.table.tobytes())
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(shell("recover", journal))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.code for outcome in outcomes) == [0, 2]
    assert ruler.load_recording(tmp_path / "run.csv").table.shape == run.table.shape
