"""How soon the command line answers. Run with `pytest tests/benchmarks --benchmark-enable`."""

import statistics
import subprocess
import sys
import time

import pytest

RULER = "from ruler.cli import main; main()"
ASKED = 0.4  # s, for `ruler --help`


def seconds(*arguments):
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return time.perf_counter() - start


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["run", "fast", "--json"]])
def test_command_answers_soon(benchmark, arguments):
    """Reported beside what Python itself and importing the libraries of the command line take."""
    benchmark.pedantic(seconds, args=("-c", RULER, *arguments), rounds=7, warmup_rounds=1)
    bare = statistics.median(seconds("-c", "pass") for _ in range(5))
    parser = statistics.median(seconds("-c", "import cyclopts") for _ in range(5))
    took = benchmark.stats["median"]
    benchmark.extra_info.update({"python": bare, "python and cyclopts": parser})
    print(  # noqa: T201
        f"\nruler {' '.join(arguments)}: {took:.2f} s; Python alone {bare:.2f} s, with cyclopts {parser:.2f} s; "
        f"asked of --help: {ASKED} s"
    )
    if arguments == ["--help"]:
        # What is ours, beside the parser: no heavy library may creep into the start.
        assert took < 2.0 * parser + 0.1
