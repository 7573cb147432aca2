"""Advice checked by training: unevenness before, as advised, and of the best of a grid of eight.

python tests/reliability/advice.py FOLDER

Twenty settings that no shipped table holds (widths, depths, slopes, and one with other data), each begun
without dropout and with much: forty networks. Trainings are kept in FOLDER, and the same command goes on. One
training is asked for by the advice, eight by the grid.
"""

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ruler.networks import load_data, make_settings, train

GRID = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4)
STARTS = (0.0, 0.3)
ALPHAS = (0.1, 0.3, 0.5, 0.7)
DIGITS = tuple({"depth": depth, "width": width} for depth in (5, 9) for width in (60, 150))
SETTINGS: tuple[dict[str, Any], ...] = (
    *({**shape, "alpha": alpha} for shape, alpha in itertools.product(DIGITS, ALPHAS)),
    *({"data": "digits-augmented", "depth": 6, "width": 80, "alpha": alpha} for alpha in ALPHAS),
)


class Trainings:
    """Trained networks by their settings, kept in a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._path = folder / "trainings.jsonl"
        self._known: dict[str, dict[str, Any]] = {}
        self._data: dict[str, Any] = {}
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                row = json.loads(line)
                self._known[row["key"]] = row

    def __call__(self, values: dict[str, Any]) -> dict[str, Any]:
        """Unevenness, D and accuracies of a network."""
        settings = make_settings(values)
        key = json.dumps(settings.model_dump(exclude_defaults=True), sort_keys=True)
        if key not in self._known:
            data = self._data.setdefault(settings.data, load_data(settings.data))
            profile = train(settings, 0, data=data).profile
            row = {
                "key": key,
                "D": profile.separation[0].tolist(),
                "train_accuracy": float(profile.accuracy[0]),
                "test_accuracy": float(profile.test_accuracy[0]),
            }
            self._known[key] = row
            with self._path.open("a") as file:
                file.write(json.dumps(row) + "\n")
        return self._known[key]


def grids(trained: Trainings) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every setting with its eight networks."""
    for values in SETTINGS:
        yield values, [trained({**values, "dropout": dropout}) for dropout in GRID]


def main() -> None:
    """Train what is missing, and print the table."""
    trained = Trainings(Path(sys.argv[1]))
    for values, row in grids(trained):
        loads = [-np.diff(each["D"]) for each in row]
        sys.stdout.write(f"{values} {[f'{load.std() / load.mean():.2f}' for load in loads]}\n")


if __name__ == "__main__":
    main()
