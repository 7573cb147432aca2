"""Real processes: started, watched, killed."""

import subprocess
import sys
import time

import pytest

COMMAND = (sys.executable, "-c", "from ruler.cli import main; main()")


@pytest.fixture
def start():
    """Start the command line in a process of its own; what still runs at the end is killed."""
    running = []

    def begin(*arguments, **options):
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options},
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def wait():
    """Wait until something holds."""

    def until(holds, timeout=60.0):
        deadline = time.monotonic() + timeout
        while not holds():
            assert time.monotonic() < deadline, "it did not come to be in time"
            time.sleep(0.02)

    return until


@pytest.fixture(scope="session")
def command():
    """How the command line is started in a process of its own."""
    return COMMAND


@pytest.fixture(scope="session")
def long_scenario():
    """Arguments of a run that takes some seconds: long enough to be killed in the middle."""
    return ("steady", "--set", "phase.0.pull.speed=0.002")
