"""Speed of sweeps: what the engine adds to its runs, and what a second process brings.

Run with `pytest tests/benchmarks --benchmark-enable`. The overhead is measured with runs that sleep, so
that other work on the machine does not count; the gain over one worker needs two cores that do nothing else.
"""

import csv
import os
import time

import pytest

from ruler.sweeps.cells import plan_sweep
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.jobs import Job
from ruler.sweeps.run import run_sweep
from ruler.sweeps.store import open_folder

LEAST_GAIN = 1.85
MOST_OVERHEAD = 0.05
RUN_TIME = 0.1  # s
RUNS = 100
# Other work on the machine, in cores, with which a gain says nothing.
MOST_LOAD = 0.3


class Sleeping:
    """A scenario that takes `RUN_TIME` to be looked at, and is none."""

    def keys(self):
        time.sleep(RUN_TIME)
        raise ValueError("slept")

    def __getitem__(self, key):
        raise KeyError(key)


@pytest.fixture(autouse=True)
def _only_when_asked(request):
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("a benchmark; run with --benchmark-enable")


@pytest.mark.parametrize("workers", [1, 2])
def test_overhead_per_run(tmp_path, workers):
    engine = LocalEngine(workers)
    list(engine.run([Job(0, 1 + i, "ruler", Sleeping()) for i in range(2 * workers)]))
    plan = plan_sweep({"base": "steady", "seeds": RUNS * workers}, "bench", "bench")
    inside = 0.0
    with open_folder(tmp_path, plan, "") as folder:
        started = time.perf_counter()
        for outcomes in engine.run([Job(0, seed, "ruler", Sleeping()) for seed in plan.sweep.seeds]):
            inside += sum(outcome.values["wall_s"] for outcome in outcomes)
            folder.add(outcomes)
        overhead = (time.perf_counter() - started) * workers / inside - 1.0
    engine.stop()
    print(f"{workers} workers: {100.0 * overhead:.1f} % on top of runs of {RUN_TIME} s")  # noqa: T201
    assert overhead < MOST_OVERHEAD


def sweep_of_steady(workers, folder, seeds):
    """Wall time of a sweep of `steady`, and of its runs in themselves, s."""
    plan = plan_sweep({"base": "steady", "seeds": seeds}, "bench", "bench")
    started = time.perf_counter()
    result = run_sweep(plan, folder, LocalEngine(workers))
    wall = time.perf_counter() - started
    with result.table.open(newline="") as file:
        return wall, sum(float(row["wall_s"]) for row in csv.DictReader(file))


def test_both_workers_are_kept_busy(tmp_path):
    """Holds on a busy machine too, where runs take longer, but as long in sum."""
    list(LocalEngine(2).run([Job(0, 1, "ruler", {})]))
    wall, inside = sweep_of_steady(2, tmp_path, 60)
    print(f"two workers: {inside / wall:.2f} runs at a time")  # noqa: T201
    assert inside / wall >= LEAST_GAIN


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_two_workers_against_one(tmp_path):
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > MOST_LOAD:
        pytest.skip(f"the machine is busy: load {os.getloadavg()[0]:.1f}")
    gains = []
    for i in range(3):
        one, two = (sweep_of_steady(workers, tmp_path / f"{i}-{workers}", 60)[0] for workers in (1, 2))
        gains.append(one / two)
    print("two workers against one: " + ", ".join(f"{gain:.2f}" for gain in gains))  # noqa: T201
    assert max(gains) >= LEAST_GAIN
