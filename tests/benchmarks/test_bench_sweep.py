"""Speed of sweeps: what the engine adds to its runs, and what a second process brings.

Run with `pytest tests/benchmarks --benchmark-enable` on a machine that does nothing else. The sweeps
are of `steady`, whose runs take some tenths of a second.
"""

import os
import time

import pytest

from ruler.sweep.cells import plan_sweep
from ruler.sweep.engine import LocalEngine
from ruler.sweep.folder import TABLE
from ruler.sweep.run import run_sweep

LEAST_GAIN = 1.85
MOST_OVERHEAD = 0.05
# 0.1 s of arithmetic each: steady at a quarter of its steps.
QUICK = {"simulation": {"rate": 500, "iterations": 5}}


@pytest.fixture(autouse=True)
def _only_when_asked(request):
    if not request.config.getoption("--benchmark-enable", default=False):
        pytest.skip("a benchmark")


def seconds(engine, folder, seeds, scenario):
    """Wall time of a sweep, and the time its runs took in themselves, s."""
    plan = plan_sweep({"base": "steady", "scenario": scenario, "seeds": seeds}, "bench", "bench")
    started = time.perf_counter()
    run_sweep(plan, folder, engine)
    wall = time.perf_counter() - started
    header, *rows = (folder / TABLE).read_text().splitlines()
    column = header.split(",").index("wall_s")
    return wall, sum(float(row.split(",")[column]) for row in rows)


def test_overhead_per_run(tmp_path):
    wall, inside = seconds(LocalEngine(1), tmp_path, 60, QUICK)
    assert wall / inside - 1.0 < MOST_OVERHEAD


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_two_workers_against_one(tmp_path):
    seconds(LocalEngine(2), tmp_path / "warm", 4, QUICK)
    gains = []
    for i in range(3):
        one, _ = seconds(LocalEngine(1), tmp_path / f"one{i}", 40, {})
        two, _ = seconds(LocalEngine(2), tmp_path / f"two{i}", 40, {})
        gains.append(one / two)
    assert max(gains) >= LEAST_GAIN, gains
