"""The command line: parses, calls a room, prints. Errors go to stderr with exit code 2 or 1."""

import sys


def main() -> None:
    """Run the command line and exit. Nothing is imported before, so that an interrupt ends it quietly at any moment."""
    try:
        from ruler.cli import demo, fit, lab, networks, recordings, runs, sweep, theory, track  # noqa: F401
        from ruler.cli.core import run

        code = run()
    except KeyboardInterrupt:
        sys.stderr.write("ruler: interrupted\n")
        code = 1
    sys.exit(code)
