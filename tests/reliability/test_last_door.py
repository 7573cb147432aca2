"""What nobody thought of ends in one line, with the details in a file; an interrupt ends quietly at any moment."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

POSIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs POSIX signals")


def run(code, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def test_a_fault_of_the_program_is_one_line_and_a_file(tmp_path):
    code = (
        "import ruler.scenario as s\n"
        "def fail(*a, **k): raise ZeroDivisionError('what nobody thought of')\n"
        "s.load_scenario = fail\n"
        "from ruler.cli import main; main()"
    )
    done = run(code, "run", "steady", cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "what nobody thought of" in done.stderr
    details = re.search(r"(\S+\.txt)", done.stderr)
    assert details, done.stderr
    text = Path(details[1]).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "folding-ruler" in text


@POSIX
@pytest.mark.parametrize("attempt", range(10))
def test_an_interrupt_at_any_moment_ends_quietly(attempt, tmp_path):
    code = "import sys; sys.stdout.write('.'); sys.stdout.flush(); from ruler.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", "steady", "--set", "phase.0.pull.speed=0.002"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    process.stdout.read(1)
    time.sleep(0.05 + 0.06 * attempt)
    # A library that is being loaded may swallow an interrupt; then the next is heard.
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
            break
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    assert "interrupted" in errors
    assert process.returncode == 1


@pytest.mark.slow
def test_long_work_off_a_terminal_says_where_it_is(start):
    process = start("run", "steady", "--set", "ruler.hinges=200", "--set", "phase.0.pull.speed=0.01")
    try:
        process.wait(timeout=25)
    except subprocess.TimeoutExpired:
        process.kill()
    _, errors = process.communicate()
    assert process.returncode == 0 or "steady" in errors
