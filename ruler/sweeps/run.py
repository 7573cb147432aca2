"""Run a sweep, or what is left of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ruler.sweeps.cells import Plan
from ruler.sweeps.engine import Engine
from ruler.sweeps.jobs import FAILED, INACCURATE, Job
from ruler.sweeps.store import Folder, open_folder


@dataclass(frozen=True)
class State:
    """Where a sweep is.

    Attributes:
        done: runs that have their row, those of an earlier call included.
        total: runs in all.
        failed: how many of those done failed.
        inaccurate: how many of those done have numbers that are not to be relied on.
        rate: runs per second of this call; 0 before the first.
        left: s to the end at this rate; None before the first.
    """

    done: int
    total: int
    failed: int
    inaccurate: int
    rate: float
    left: float | None


@dataclass(frozen=True)
class Result:
    """What a sweep came to.

    Attributes:
        table: the table's file.
        runs: rows in it.
        ran: runs of this call.
        failed: rows of runs that failed.
        inaccurate: rows of runs whose numbers are not to be relied on.
        dropped: damaged lines that were dropped, their runs run again.
        wall: s of this call.
        digest: stands for all results, whoever ran them.
    """

    table: Path
    runs: int
    ran: int
    failed: int
    inaccurate: int
    dropped: int
    wall: float
    digest: str


def run_sweep(
    plan: Plan,
    folder: Path,
    engine: Engine,
    *,
    command: str = "",
    recordings: bool = False,
    progress: Callable[[State], None] | None = None,
) -> Result:
    """Run a sweep to its end; runs that have their row already are not run again.

    Args:
        plan: the sweep.
        folder: where its table is, or will be.
        engine: who runs it; it is stopped in the end.
        command: how it was started, for the table's .json.
        recordings: whether to keep every recording.
        progress: called after every batch.

    Raises:
        BadInputError, FailedError: as for `ruler.sweeps.store.open_folder`, or the engine failed.
        KeyboardInterrupt: it was interrupted; finished runs are in the table.
    """
    started = time.perf_counter()
    try:
        with open_folder(folder, plan, command, recordings) as open_:
            before = set(open_.done)
            jobs = [job for job in all_jobs(plan, recordings) if (job.cell, job.seed) not in before]
            for outcomes in engine.run(jobs):
                open_.add(outcomes)
                if progress is not None:
                    progress(_state(plan, open_, len(before), time.perf_counter() - started))
        return Result(
            table=open_.table,
            runs=len(open_.done),
            ran=len(open_.done) - len(before),
            failed=open_.count(FAILED),
            inaccurate=open_.count(INACCURATE),
            dropped=open_.dropped,
            wall=time.perf_counter() - started,
            digest=open_.digest(),
        )
    finally:
        engine.stop()


def all_jobs(plan: Plan, keep: bool = False) -> Iterator[Job]:
    """Every run of a plan, in order; all cells have their first seed before any has its second."""
    for seed in plan.sweep.seeds:
        for cell in plan.cells:
            yield Job(cell.number, seed, plan.kind, cell.data, keep)


def _state(plan: Plan, folder: Folder, before: int, wall: float) -> State:
    done = len(folder.done)
    rate = (done - before) / wall if wall > 0.0 else 0.0
    left = (plan.runs - done) / rate if rate > 0.0 else None
    return State(done, plan.runs, folder.count(FAILED), folder.count(INACCURATE), rate, left)
