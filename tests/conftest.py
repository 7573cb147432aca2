"""What several test folders share: the shipped scenarios, each played once, and the command line."""

import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import ruler
from ruler.cli import main
from ruler.recording import Recording
from ruler.recording.recording import column_names

# How quickly a busy machine draws examples says nothing of the program.
settings.register_profile("ruler", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ruler")

# Rows of the terminal's frame around cyclopts' own messages.
FRAME = str.maketrans(dict.fromkeys("│╭╮╰╯─", " "))


@dataclass(frozen=True)
class Outcome:
    """What a command left behind; `err` without line breaks, so that a message can be looked for."""

    code: int
    out: str
    err: str


# A shell that starts the tests in the background has interrupts ignored, and the programs that
# tests start and interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shipped_run() -> Callable[[str], Recording]:
    """Recording of a shipped scenario; each is played once a session."""
    return cache(lambda name: ruler.simulate(ruler.load_scenario(name)))


@pytest.fixture(scope="session")
def play() -> Callable[..., Recording]:
    """Recording of a shipped scenario with overrides and a seed; each combination is played once."""

    @cache
    def played(name: str, *overrides: str, seed: int | None = None) -> Recording:
        return ruler.simulate(ruler.load_scenario(name, list(overrides), seed))

    return played


@pytest.fixture(scope="session")
def still() -> Recording:
    """Recording of a ruler that nothing pulls."""
    return ruler.simulate(ruler.load_scenario("steady", ["phase=[{until={time=0.1}}]"]))


@pytest.fixture(scope="session")
def made_recording() -> Callable[..., Recording]:
    """Makes a recording of two samples: a ruler that opened from `start` to `end`, deg."""

    def made(start: list[float], end: list[float], **columns: float) -> Recording:
        names = column_names(len(start))
        table = np.zeros((2, len(names)))
        first = names.index("opening_1_deg")
        table[:, first : first + len(start)] = start, end
        for name, value in columns.items():
            table[1, names.index(name)] = value
        return Recording(table, ("pull",), {"kind": "ruler", "status": "complete", "steps": 1, "simulated_s": 0.001})

    return made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """The real entry point, called in this process as `ruler` would be."""

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["ruler", *map(str, arguments)])
        capsys.readouterr()
        try:
            with warnings.catch_warnings():
                # The command line wonders whether a test meant to call it; this one does.
                warnings.filterwarnings("ignore", "Cyclopts application invoked", UserWarning)
                main()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, _one_line(captured.err))

    return call


@pytest.fixture(scope="session")
def shell() -> Callable[..., Outcome]:
    """The installed command in a process of its own."""

    def call(*arguments: object) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-c", "from ruler.cli import main; main()", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, _one_line(done.stderr))

    return call


def _one_line(text: str) -> str:
    return " ".join(text.translate(FRAME).split())
