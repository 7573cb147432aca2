"""One row per layer, in a file."""

from collections.abc import Mapping
from pathlib import Path

from ruler import io
from ruler.analysis.summary import Layers
from ruler.errors import BadInputError

ENDINGS = (".csv", ".parquet")
COLUMNS = ("layer", "hinge", "opening_deg", "load_share", "load_curve")


def save_layers(layers: Layers | Mapping[str, Layers], path: Path, force: bool = False) -> Path:
    """Write one row per layer to a .csv or .parquet file; an undefined share is an empty cell.

    Args:
        layers: of one recording, or of several by their names, which a first column `run` then has.
        path: the table.
        force: replace an existing file.

    Raises:
        BadInputError: there is no run, or the path cannot be used.
        FailedError: the file could not be written.
    """
    io.check(path, force, ENDINGS, "a table of layers")
    runs = {"": layers} if isinstance(layers, Layers) else layers
    if not runs:
        raise BadInputError(f"{path}: name at least one recording for the table of layers")
    columns: dict[str, list[object]] = {name: [] for name in (("run",) if len(runs) > 1 else ()) + COLUMNS}
    for run, each in runs.items():
        nothing = [None] * len(each.layer)
        for name, values in columns.items():
            values += [run] * len(each.layer) if name == "run" else getattr(each, name) or nothing
    return io.write(path, columns, force=force)
