"""Where the runs of a sweep are run: processes of this computer (loky), or a Dask cluster (`ruler.sweeps.cluster`).

Both are executors of `concurrent.futures`: they take jobs in batches and give back outcomes as they
come. A batch is as long as `BATCH_TIME` lets it be, judged by the runs so far: quick runs are not
eaten up by the handing over, and a kill costs little. Results do not depend on who runs what.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

import psutil

from ruler.errors import BadInputError
from ruler.sweeps.jobs import WALL, Job, Outcome, died, run_jobs

# Runs are handed over together until a batch takes about this long, s.
BATCH_TIME = 0.25
LONGEST_BATCH = 200
# How often a waiting sweep looks up, for Ctrl-C, and a worker, whether its sweep is still there, s.
LOOK_UP = 1.0
# As many processes as cores leave none for threads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Engine:
    """Runs jobs.

    Attributes:
        workers: how many jobs run at a time.
    """

    workers = 1
    # Batches that each worker has, the one it runs included.
    _ahead = 2
    # What a future raises when the process that ran it died.
    _killed: type[Exception] = BrokenProcessPool

    def run(self, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """Outcomes of all jobs, batch by batch; a job whose process dies is tried once more, alone.

        Raises:
            FailedError: a cluster was lost.
        """
        waiting, suspects = deque(jobs), deque[Job]()
        running: dict[Future[list[Outcome]], list[Job]] = {}
        runs, seconds = 0, 0.0
        while waiting or running or suspects:
            # After a death nothing new is begun until whoever may have caused it has been tried.
            while waiting and not suspects and len(running) < self._ahead * self.workers:
                size = min(batch_size(runs, seconds), len(waiting))
                batch = [waiting.popleft() for _ in range(size)]
                running[self._submit(batch)] = batch
            if not running:
                yield self._run_isolated(suspects.popleft())
                continue
            done = wait(running, LOOK_UP, FIRST_COMPLETED).done
            if not done:
                self._look_up()
            for future in done:
                batch = running.pop(future)
                outcomes = self._outcomes(future)
                if outcomes is None:
                    suspects.extend(batch)
                    continue
                runs += len(outcomes)
                seconds += sum(outcome.values[WALL] for outcome in outcomes)
                yield outcomes

    def stop(self) -> None:
        """Give up whatever is being run."""

    def _look_up(self) -> None:
        """Called while nothing comes: whoever runs the jobs may be gone without a word."""

    def _executor(self) -> Executor:
        """What runs batches now; another one when the last one broke."""
        raise NotImplementedError

    def _submit(self, batch: list[Job]) -> "Future[list[Outcome]]":
        try:
            return self._executor().submit(run_jobs, batch)
        except self._killed as error:
            broken: Future[list[Outcome]] = Future()
            broken.set_exception(error)
            return broken

    def _outcomes(self, future: "Future[list[Outcome]]") -> list[Outcome] | None:
        """What a batch came to; None if it, or another one beside it, took its process with it."""
        try:
            return future.result()
        except self._killed:
            return None

    def _run_isolated(self, job: Job) -> list[Outcome]:
        """Run a job while nothing else runs, so that it can do no harm to others."""
        return self._outcomes(self._submit([job])) or [died(job)]


def batch_size(runs: int, seconds: float) -> int:
    """How many jobs to hand over together when so many runs have taken so long."""
    return int(min(max(1.0, BATCH_TIME * runs / seconds), LONGEST_BATCH)) if seconds else 1


class _Here(Executor):
    """Runs in this process, at once."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(function(*args, **kwargs))
        return future


class LocalEngine(Engine):
    """Processes of this computer.

    Args:
        workers: how many; 1 runs everything in this process. Default: one for every core.

    Raises:
        BadInputError: fewer than one.
    """

    def __init__(self, workers: int | None = None) -> None:
        from loky import cpu_count

        if workers is not None and workers < 1:
            raise BadInputError(f"--workers {workers}: at least 1 is needed")
        self.workers = workers or max(1, int(cpu_count()))
        self._pool: Any = None
        if self.workers == 1:
            self._ahead = 1

    def _executor(self) -> Executor:
        if self.workers == 1:
            return _Here()
        from loky import get_reusable_executor

        self._pool = get_reusable_executor(
            self.workers, timeout=None, initializer=_follow, initargs=(os.getpid(),), env=ONE_THREAD
        )
        return self._pool  # type: ignore[no-any-return]

    def stop(self) -> None:
        """Kill the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)


def _follow(parent: int) -> None:
    """Make a worker leave Ctrl-C to the process that started it, and not outlive that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """Leave when the process of that number ends; one that is younger than this process only has its number."""
    with suppress(psutil.Error):
        process, own = psutil.Process(parent), psutil.Process()
        started = process.create_time() <= own.create_time()
        while started and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(LOOK_UP)
    os._exit(1)
