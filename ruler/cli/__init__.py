"""The command line: parses, calls a room, prints. Errors go to stderr with exit code 2 or 1."""

from ruler.cli import lab, networks, recordings, runs, sweep, theory
from ruler.cli.core import app, main

__all__ = ["app", "lab", "main", "networks", "recordings", "runs", "sweep", "theory"]
