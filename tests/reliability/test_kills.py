"""Killed at any moment, a command damages nothing and loses at most half a second."""

import random
import time

import pytest

import ruler

LOST = 0.5  # s
SLACK = 0.4  # s: a busy machine keeps a process waiting


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(20))
def test_a_killed_run_is_recovered(attempt, start, wait, long_scenario, tmp_path, shell):
    path = tmp_path / f"run{('.csv', '.npz')[attempt % 2]}"
    journal = path.with_name(path.name + ".journal")
    process = start("run", *long_scenario, "-o", path)
    wait(journal.exists)
    time.sleep(random.Random(attempt).uniform(0.0, 1.5))
    written = journal.stat().st_mtime
    killed = time.time()
    process.kill()
    process.communicate()
    assert killed - max(written, journal.stat().st_mtime) <= LOST + SLACK
    assert not path.exists()
    assert shell("recover", journal).code == 0
    recording = ruler.load_recording(path)
    assert recording.table.shape[0] > 1
    assert not journal.exists()


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(20))
def test_a_killed_export_leaves_the_old_table_or_the_new_one(attempt, start, tmp_path):
    source, target = tmp_path / "run.csv", tmp_path / "layers.csv"
    ruler.save_recording(ruler.simulate(ruler.load_scenario("steady", ["phase.0.until.time=0.2"])), source)
    target.write_text("old\n", encoding="utf-8")
    process = start("export", source, "-o", target, "--force")
    time.sleep(random.Random(attempt).uniform(0.1, 0.8))
    process.kill()
    process.communicate()
    text = target.read_text(encoding="utf-8")
    assert text == "old\n" or (text.startswith("layer,hinge") and text.count("\n") == 11)


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(20))
def test_a_killed_demo_leaves_only_whole_recordings(attempt, start, wait, tmp_path):
    folder = tmp_path / "demo"
    process = start("demo", "-o", folder)
    wait(folder.is_dir)
    time.sleep(random.Random(attempt).uniform(0.0, 2.0))
    process.kill()
    process.communicate()
    for path in folder.glob("*.csv"):
        assert ruler.load_recording(path).complete
