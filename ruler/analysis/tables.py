"""One row per layer, in a file."""

from dataclasses import asdict
from pathlib import Path

from ruler import io
from ruler.analysis.summary import Layers


def save_layers(layers: Layers, path: Path, force: bool = False) -> None:
    """Write one row per layer; the format follows from the ending, an undefined share is an empty cell.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    nothing = [None] * len(layers.layer)
    columns = {name: nothing if values is None else values for name, values in asdict(layers).items()}
    io.write(path, columns, force=force)
