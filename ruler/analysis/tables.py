"""One row per layer, in a file."""

import csv
from pathlib import Path

from ruler.analysis.summary import Layers
from ruler.errors import BadInputError
from ruler.recording.files import check_writable, import_pyarrow, whole_file

COLUMNS = ("layer", "hinge", "opening_deg", "load_share", "load_curve")


def save_layers(layers: Layers, path: Path, force: bool = False) -> None:
    """Write one row per layer to a .csv or .parquet file; an undefined share is an empty cell.

    Raises:
        BadInputError: the path cannot be used.
        FailedError: the file could not be written.
    """
    if path.suffix.lower() not in {".csv", ".parquet"}:
        raise BadInputError(f"{path}: a table of layers must end in .csv or .parquet")
    check_writable(path, force)
    nothing: list[float | None] = [None] * len(layers.layer)
    columns = (
        layers.layer,
        layers.hinge,
        layers.opening_deg,
        layers.load_share or nothing,
        layers.load_curve or nothing,
    )
    if path.suffix.lower() == ".parquet":
        pyarrow, parquet = import_pyarrow()
        with whole_file(path) as beside:
            parquet.write_table(pyarrow.table(dict(zip(COLUMNS, columns, strict=True))), beside)
        return
    with whole_file(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(zip(*columns, strict=True))
