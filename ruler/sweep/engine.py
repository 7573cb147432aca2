"""Where the runs of a sweep are run: processes of this computer (joblib), or a Dask cluster.

Both take jobs in batches and give back outcomes as they come. A batch is as long as `BATCH_TIME`
lets it be, judged by the runs so far: quick runs are not eaten up by the handing over, and a kill
costs little. Results do not depend on who runs what.
"""

import os
import signal
import threading
import time
from asyncio import CancelledError
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from ruler.errors import BadInputError, FailedError
from ruler.sweep.jobs import Job, Outcome, died, run_jobs

# Runs are handed over together until a batch takes about this long, s.
BATCH_TIME = 0.25
LONGEST_BATCH = 200
# How often a worker looks whether the sweep that started it is still there, s.
PARENT_WATCH = 1.0
CONNECT_TIME = 10.0


class Engine(Protocol):
    """Runs jobs."""

    def run(self, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """Outcomes of all jobs, batch by batch, as they come."""
        ...

    def stop(self) -> None:
        """Give up whatever is being run."""
        ...


class Batches:
    """Cuts jobs into batches, as long as the runs so far let them be."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = list(jobs)
        self._next = 0
        self._runs = 0
        self._seconds = 0.0

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        """Take note of how long runs take."""
        for outcome in outcomes:
            self._runs += 1
            self._seconds += float(outcome.values.get("wall_s") or 0.0)

    def __iter__(self) -> "Batches":
        return self

    def __next__(self) -> list[Job]:
        if self._next >= len(self._jobs):
            raise StopIteration
        start, self._next = self._next, self._next + self._size()
        return self._jobs[start : self._next]

    def _size(self) -> int:
        if self._seconds == 0.0:
            return 1
        return int(min(max(1.0, BATCH_TIME * self._runs / self._seconds), LONGEST_BATCH))


class LocalEngine:
    """Processes of this computer.

    Args:
        workers: how many; 1 runs everything in this process.

    Raises:
        BadInputError: fewer than one.
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and workers < 1:
            raise BadInputError(f"--workers {workers}: at least 1 is needed")
        self.workers = workers or _cores()

    def run(self, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """Outcomes of all jobs, batch by batch; a job whose process dies is tried once more, alone."""
        if self.workers == 1:
            batches = Batches(jobs)
            for batch in batches:
                outcomes = run_jobs(batch)
                batches.learn(outcomes)
                yield outcomes
            return
        left = {(job.cell, job.seed): job for job in jobs}
        while left:
            started: dict[tuple[int, int], Job] = {}
            try:
                for outcomes in self._pool(list(left.values()), started):
                    for outcome in outcomes:
                        left.pop((outcome.cell, outcome.seed))
                        started.pop((outcome.cell, outcome.seed))
                    yield outcomes
            except _worker_died():
                for run, job in started.items():
                    left.pop(run)
                    yield [self._alone(job)]

    def _pool(self, jobs: Sequence[Job], started: dict[tuple[int, int], Job]) -> Iterator[list[Outcome]]:
        from joblib import Parallel, delayed

        batches = Batches(jobs)

        def tasks() -> Iterator[Any]:
            for batch in batches:
                started.update({(job.cell, job.seed): job for job in batch})
                yield delayed(_in_worker)(batch, os.getpid())

        pool = Parallel(
            n_jobs=self.workers, backend="loky", batch_size=1, pre_dispatch="2*n_jobs", return_as="generator_unordered"
        )
        for outcomes in pool(tasks()):
            batches.learn(outcomes)
            yield outcomes

    def _alone(self, job: Job) -> Outcome:
        """Run a job in a process of its own, so that it can do no harm to others."""
        from joblib import Parallel, delayed

        outcomes: list[Outcome]
        try:
            # Two workers, for joblib runs a single one in this process.
            (outcomes,) = Parallel(n_jobs=2, backend="loky")([delayed(_in_worker)([job], os.getpid())])
        except _worker_died():
            return died(job)
        return outcomes[0]

    def stop(self) -> None:
        """Kill the processes."""
        if self.workers > 1:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _worker_died() -> type[Exception]:
    from joblib.externals.loky.process_executor import BrokenProcessPool

    return BrokenProcessPool  # type: ignore[no-any-return]


def _cores() -> int:
    from joblib import cpu_count

    return max(1, int(cpu_count()))


_watched = False


def _in_worker(jobs: Sequence[Job], parent: int) -> list[Outcome]:
    """Run a batch in a worker process, which leaves Ctrl-C to its parent and does not outlive it."""
    global _watched
    if not _watched and os.getpid() != parent:
        _watched = True
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    return run_jobs(jobs)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH)
    os._exit(1)


class DaskEngine:
    """A Dask cluster; its workers need this program, with the same versions.

    Args:
        address: of the scheduler, such as "tcp://host:8786".

    Raises:
        FailedError: Dask is missing, nobody answers, there is no worker, or its versions differ.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise FailedError(
                "--scheduler needs dask[distributed]; install it with: pip install folding-ruler[cluster]"
            ) from None
        try:
            self._client = Client(address, timeout=CONNECT_TIME, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise FailedError(f"--scheduler {address}: no scheduler answers there: {_first_line(error)}") from None
        try:
            self.workers = self._check_workers(address)
        except BaseException:
            self._client.close()
            raise

    def _check_workers(self, address: str) -> int:
        """Number of threads of all workers; every worker must have what this process has."""
        from ruler._version import versions

        threads = sum(self._client.nthreads().values())
        if not threads:
            raise FailedError(f"--scheduler {address}: no worker has joined; start one with: dask worker {address}")
        try:
            found = self._client.run(versions)
        except Exception as error:  # whatever an import on another computer raises
            raise FailedError(
                f"--scheduler {address}: a worker cannot load folding-ruler: {_first_line(error)}"
            ) from None
        for worker, known in found.items():
            if known != versions():
                raise FailedError(
                    f"--scheduler {address}: worker {worker} has {known}, here is {versions()}; results would differ"
                )
        return int(threads)

    def run(self, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """Outcomes of all jobs, batch by batch; Dask runs what was lost with a worker again.

        Raises:
            FailedError: the scheduler was lost, or a worker cannot run jobs at all.
        """
        from distributed import as_completed

        batches = Batches(jobs)
        coming = as_completed(loop=self._client.loop)
        running: dict[Any, list[Job]] = {}

        def submit(batch: list[Job] | None) -> None:
            if batch is not None:
                future = self._client.submit(run_jobs, batch, pure=False)
                running[future.key] = batch
                coming.add(future)

        for _ in range(2 * self.workers):
            submit(next(batches, None))
        for future in coming:
            batch = running.pop(future.key)
            outcomes = _collected(future)
            if outcomes is not None:
                batches.learn(outcomes)
                submit(next(batches, None))
                yield outcomes
            elif len(batch) > 1:
                # One of them takes its worker with it; apart, the others are safe.
                for job in batch:
                    submit([job])
            else:
                submit(next(batches, None))
                yield [died(batch[0])]

    def stop(self) -> None:
        """Leave the cluster; what it still runs for this sweep is dropped."""
        self._client.close()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _collected(future: Any) -> list[Outcome] | None:
    """What a batch came to; None if it took its workers with it, several times."""
    from distributed import KilledWorker

    try:
        return list(future.result(timeout=CONNECT_TIME))
    except KilledWorker:
        return None
    except (Exception, CancelledError) as error:
        raise FailedError(
            f"the cluster was lost, or cannot run jobs: {type(error).__name__}: {_first_line(error)}; finished runs "
            "are in the table, and the same command goes on"
        ) from None
