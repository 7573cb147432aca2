"""Runs commands of the command line, one after the other, in a process whose memory is bounded.

Reads a JSON list of arguments a line from standard input and answers each with a line of JSON:
exit code, what went to stderr, seconds, and the traceback of what nobody caught.
"""

import contextlib
import io
import json
import sys
import time
import traceback
import warnings
from pathlib import Path

EXTRA_MEMORY = 1_000_000_000  # bytes beyond what the program itself takes


def bound_memory():
    """Let this process have `EXTRA_MEMORY` more than it has now, where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (own + EXTRA_MEMORY, resource.RLIM_INFINITY))


def answer(arguments):
    from ruler.cli import main

    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["ruler", *arguments]
    started, code, trace = time.perf_counter(), 0, ""
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        code, trace = -1, traceback.format_exc()
    return {
        "code": code,
        "out": out.getvalue()[-2000:],
        "err": err.getvalue()[-2000:],
        "seconds": time.perf_counter() - started,
        "traceback": trace,
    }


def run():
    channel = sys.stdout
    for line in sys.stdin:
        channel.write(json.dumps(answer(json.loads(line))) + "\n")
        channel.flush()


if __name__ == "__main__":
    # What the commands need is loaded first: the bound is on what files make of it.
    import pyarrow.parquet  # noqa: F401

    import ruler.analysis.compare
    import ruler.networks
    import ruler.sweeps.diagram
    import ruler.theory  # noqa: F401

    bound_memory()
    run()
