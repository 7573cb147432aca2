"""A Dask cluster that runs the runs of a sweep.

Dask waits for ever for a scheduler that accepts and says nothing. So whatever is asked of a cluster
here is asked in a thread that is left behind when its time is over, and a scheduler is asked who it
is before Dask's client is made.
"""

import asyncio
import logging
import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

from ruler.errors import BadInputError, FailedError, RulerError
from ruler.io import need
from ruler.sweeps.engine import Engine
from ruler.sweeps.jobs import Outcome, versions
from ruler.text import reason, shorter

# To reach a scheduler in, and for its workers to load what they need, s.
CONNECT_TIME = 10.0
WORKERS_TIME = 60.0
# When nothing came for so long, a scheduler is asked whether it is there, s.
SILENCE = 30.0
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx", "ucxx")
_ADDRESS = re.compile(r"(?:(?P<scheme>[^:/]*)://)?(?P<host>\[[^\[\]\s]+\]|[^\[\]\s:/]+):(?P<port>\d{1,5})(?:/\S*)?")
_LOGGERS = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application", "asyncio")

Answer = TypeVar("Answer")


class DaskEngine(Engine):
    """A Dask cluster; its workers need this program, with the same versions.

    It is trusted: what it and its workers send is loaded as Python objects. `tls://` takes certificates
    from Dask's configuration.

    Args:
        address: of the scheduler, such as "tcp://host:8786".
        kind: of the runs, a key of `ruler.sweeps.jobs.KINDS`: its libraries must be the same too.

    Raises:
        BadInputError: that is no address.
        FailedError: nobody answers, there is no worker, or its versions differ.
        MissingExtraError: Dask is missing.
    """

    def __init__(self, address: str, kind: str = "ruler") -> None:
        self._called = f"--scheduler {shorter(address)}"
        host, port = _check_address(address, self._called)
        distributed = need("distributed", "cluster", "--scheduler")
        _silence()
        self._address = address
        self._killed = distributed.KilledWorker
        try:
            self._client = _within(CONNECT_TIME, lambda: _connect(address, host, port))
        except Exception as error:  # whatever the network, or a stranger at that address, brings about
            raise FailedError(f"{self._called}: no scheduler answers there: {_why(error)}") from None
        try:
            self.workers = self._check_workers(kind)
        except BaseException:
            self.stop()
            raise
        # Not pure: equal batches are still to be run each time.
        self._pool = self._client.get_executor(pure=False)
        self._heard = time.monotonic()

    def _check_workers(self, kind: str) -> int:
        """Number of threads of all workers; every worker must have what this process has."""
        here = versions(kind)
        try:
            threads = sum(_within(CONNECT_TIME, self._client.nthreads).values())
            found = _within(WORKERS_TIME, lambda: self._client.run(versions, kind)) if threads else {}
        except Exception as error:  # whatever an import on another computer raises
            raise FailedError(f"{self._called}: a worker cannot load folding-ruler: {_why(error)}") from None
        if not threads:
            raise FailedError(f"{self._called}: no worker has joined; start one with: dask worker {self._address}")
        for worker, known in found.items():
            if known != here:
                raise FailedError(f"{self._called}: worker {worker} has {known}, here is {here}; results would differ")
        return int(threads)

    def _executor(self) -> Executor:
        return self._pool  # type: ignore[no-any-return]

    def _submit(self, batch: Any) -> "Future[list[Outcome]]":
        try:
            return super()._submit(batch)
        except Exception as error:  # a client that has lost its scheduler takes nothing more
            raise self._lost(_why(error)) from None

    def _outcomes(self, future: "Future[list[Outcome]]") -> list[Outcome] | None:
        self._heard = time.monotonic()
        try:
            return super()._outcomes(future)
        except Exception as error:  # whatever the network or a worker raises
            why = "its scheduler is gone" if future.cancelled() else f"{type(error).__name__}: {_why(error)}"
            raise self._lost(why) from None

    def _look_up(self) -> None:
        if time.monotonic() - self._heard < SILENCE:
            return
        try:
            _within(CONNECT_TIME, lambda: asyncio.run(_identity(self._address)))
        except Exception as error:  # as in `__init__`
            raise self._lost(_why(error)) from None
        self._heard = time.monotonic()

    def _lost(self, why: str) -> FailedError:
        return FailedError(
            f"{self._called}: the cluster was lost, or cannot run jobs: {why}; finished runs are in the table, and "
            "the same command goes on"
        )

    def stop(self) -> None:
        """Leave the cluster; what it still runs for this sweep is dropped."""
        with suppress(Exception):  # it may be gone already
            _within(CONNECT_TIME, self._client.close)


def _check_address(address: str, called: str) -> tuple[str, int]:
    """Host and port of an address that can be one of a scheduler."""
    scheme = address.partition("://")[0] if "://" in address else "tcp"
    if scheme not in SCHEMES:
        raise BadInputError(
            f"{called}: {shorter(scheme, 20)!r} is no way to reach a scheduler: {', '.join(SCHEMES)} are"
        )
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        raise BadInputError(f"{called}: is no address; give one such as tcp://HOST:8786")
    return found["host"].strip("[]"), int(found["port"])


def _silence() -> None:
    """What a user is to know stands in the message of an error; Dask writes pages besides."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _connect(address: str, host: str, port: int) -> Any:
    """A client of the scheduler, once that has said that it is one."""
    from distributed import Client

    # First in this thread: the loop's own threads would keep the process from ending until they know.
    socket.getaddrinfo(host, port)
    kind = asyncio.run(asyncio.wait_for(_identity(address), CONNECT_TIME)).get("type")
    if kind != "Scheduler":
        raise FailedError(f"it is a {kind}" if kind else "it is something else")
    return Client(address, timeout=CONNECT_TIME, set_as_default=False)


async def _identity(address: str) -> dict[str, Any]:
    """What a scheduler says of itself."""
    from distributed import Security
    from distributed.comm.core import connect

    comm = await connect(address, timeout=CONNECT_TIME / 2, **Security().get_connection_args("client"))
    try:
        await comm.write({"op": "identity", "reply": True})
        return dict(await comm.read())
    finally:
        comm.abort()


def _within(seconds: float, function: Callable[[], Answer]) -> Answer:
    """What a function gives.

    Raises:
        TimeoutError: it took longer; its thread is left behind, and ends with the process at the latest.
    """
    answer: Future[Answer] = Future()

    def ask() -> None:
        try:
            answer.set_result(function())
        except BaseException as error:  # for whoever waits
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError as error:
        raise TimeoutError(str(error) or f"nothing within {seconds:g} s") from None


def _why(error: BaseException) -> str:
    return str(error) if isinstance(error, RulerError) else shorter(reason(error), 200)
