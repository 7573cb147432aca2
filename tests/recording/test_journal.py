"""The journal: rows on disk every half second, and what is made of them after a kill."""

import json

import numpy as np
import pytest

from ruler import load_scenario
from ruler.errors import BadInputError, FailedError
from ruler.recording import Recorder, journal_path, recover
from ruler.recording import journal as journals
from ruler.recording.journal import Journal
from ruler.recording.recording import column_names

ROWS = np.arange(4 * len(column_names(2)), dtype=np.float64).reshape(4, -1)
ROWS[:, 1] = 0.0


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(journals.time, "monotonic", lambda: now[0])
    return now


def begin(path):
    return Journal(path, 2, ("pull",), {"kind": "ruler", "seed": 7})


def test_journal_lies_beside_the_recording(tmp_path):
    assert journal_path(tmp_path / "a.npz") == tmp_path / "a.npz.journal"


def test_short_run_makes_no_journal(tmp_path, clock):
    journal = begin(tmp_path / "j")
    journal.add(ROWS)
    clock[0] += 0.49
    journal.add(ROWS)
    assert not (tmp_path / "j").exists()
    journal.remove()


def test_rows_are_written_every_half_second(tmp_path, clock):
    journal = begin(tmp_path / "j")
    for count in (1, 2, 3):
        clock[0] += 0.5
        journal.add(ROWS)
        assert len(recover(tmp_path / "j").table) == 4 * count
    clock[0] += 0.1
    journal.add(ROWS)
    assert len(recover(tmp_path / "j").table) == 12


def test_recovered_rows_are_the_rows(tmp_path, clock):
    journal = begin(tmp_path / "j")
    clock[0] += 1.0
    journal.add(ROWS)
    kept = recover(tmp_path / "j")
    assert kept.table.tobytes() == ROWS.tobytes()
    assert kept.phases == ("pull",)
    assert kept.meta["seed"] == 7
    assert not kept.complete


@pytest.mark.parametrize("lost", [1, 7, 8, 100])
def test_half_a_row_is_left_out(tmp_path, clock, lost):
    journal = begin(tmp_path / "j")
    clock[0] += 1.0
    journal.add(ROWS)
    content = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(content[:-lost])
    assert recover(tmp_path / "j").table.tobytes() == ROWS[:3].tobytes()


def test_closing_writes_what_is_waiting(tmp_path, clock):
    journal = begin(tmp_path / "j")
    clock[0] += 1.0
    journal.add(ROWS)
    journal.add(ROWS)
    journal.close()
    assert len(recover(tmp_path / "j").table) == 8


def test_a_journal_that_is_there_is_not_overwritten(tmp_path, clock):
    (tmp_path / "j").write_bytes(b"precious")
    journal = begin(tmp_path / "j")
    clock[0] += 1.0
    with pytest.raises(FailedError, match="the journal could not be written"):
        journal.add(ROWS)
    assert (tmp_path / "j").read_bytes() == b"precious"


WRONG = {
    "empty": b"",
    "text": b"time_s,phase\n0.0,pull\n",
    "binary": bytes(range(256)),
    "other magic": b'{"magic": "something", "hinges": 2, "phases": [], "meta": {}}\n',
    "no hinges": b'{"magic": "folding-ruler journal 1"}\n',
    "list": b"[1, 2]\n",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_journal_is_refused(tmp_path, case):
    (tmp_path / "j").write_bytes(WRONG[case])
    with pytest.raises(BadInputError, match="is not a journal of this program"):
        recover(tmp_path / "j")


def test_journal_without_rows_says_so(tmp_path):
    header = {"magic": "folding-ruler journal 1", "hinges": 2, "phases": ["pull"], "meta": {}}
    (tmp_path / "j").write_bytes(json.dumps(header).encode() + b"\n")
    with pytest.raises(BadInputError, match="holds no sample yet"):
        recover(tmp_path / "j")


def test_recorder_keeps_a_journal_while_it_runs_and_removes_it_when_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(journals, "INTERVAL", 0.0)
    recorder = Recorder(load_scenario("fast"), tmp_path / "j", "fast")
    recorder.simulation.advance(1000)
    recorder.collect()
    kept = recover(tmp_path / "j")
    assert kept.table.tobytes() == recorder.recording().table.tobytes()
    assert kept.scenario == load_scenario("fast")
    recorder.run()
    assert recover(tmp_path / "j").table.tobytes() == recorder.recording().table.tobytes()
    recorder.discard_journal()
    assert not (tmp_path / "j").exists()


def test_interrupted_run_keeps_everything_up_to_the_interruption():
    recorder = Recorder(load_scenario("steady"))

    def stop(simulation):
        if simulation.time >= 1.0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorder.run(stop)
    kept = recorder.recording()
    stopped = recorder.simulation.time
    assert 1.0 <= stopped < 10.0
    assert kept.meta["status"] == f"interrupted at {stopped:.3f} s"
    assert kept.time[-1] == pytest.approx(stopped)


def test_long_recording_outgrows_its_first_table():
    """More than the 1024 rows that are set aside at the start, none lost or repeated."""
    recorder = Recorder(load_scenario("fast", ["recording.rate=1000"]))
    recorder.run()
    time = recorder.recording().time
    assert len(time) > 2048
    assert np.diff(time) == pytest.approx(np.full(len(time) - 1, 1e-3))
