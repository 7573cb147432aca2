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

from ruler.networks import LayerProfile, load_data, make_settings, train
from ruler.networks.advise import advise
from ruler.networks.profile import trained_profile

GRID = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4)
STARTS = (0.0, 0.3)
ALPHAS = (0.1, 0.5, 0.3, 0.7)
SHAPES: tuple[dict[str, Any], ...] = (
    *({"depth": depth, "width": width} for depth in (5, 9) for width in (60, 150)),
    {"data": "digits-augmented", "depth": 6, "width": 80},
)
# Shapes take turns, so that what is done when it is stopped early says something of each.
SETTINGS = tuple({**shape, "alpha": alpha} for alpha, shape in itertools.product(ALPHAS, SHAPES))


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


def profile_of(values: dict[str, Any], row: dict[str, Any]) -> LayerProfile:
    """A network as `ruler network advise` meets it: its D, accuracies and settings."""
    accuracies = {"accuracy": [row["train_accuracy"]], "test_accuracy": [row["test_accuracy"]]}
    return trained_profile(make_settings(values), np.array([row["D"]]), 0, **accuracies)


def compared(trained: Trainings) -> Iterator[dict[str, Any]]:
    """For every network: unevenness and test accuracy before, as advised, and of the best of the grid."""
    for values in SETTINGS:
        grid = [(dropout, trained({**values, "dropout": dropout})) for dropout in GRID]
        uneven = {dropout: profile_of(values, row).measures.unevenness or np.inf for dropout, row in grid}
        best = min(uneven, key=uneven.__getitem__)
        for start in STARTS:
            begun = {**values, "dropout": start}
            found = [each for each in advise(profile_of(begun, dict(grid)[start])).advice if each.setting == "dropout"]
            row: dict[str, Any] = {"network": begun, "before": uneven[start], "best": uneven[best], "best_at": best}
            row |= {"accuracy": dict(grid)[start]["test_accuracy"], "best_accuracy": dict(grid)[best]["test_accuracy"]}
            if found:
                as_told = {**values, "dropout": round(found[0].advised, 4)}
                again = trained(as_told)
                row |= {"advised_at": as_told["dropout"], "accuracy_advised": again["test_accuracy"]}
                row |= {"advised": profile_of(as_told, again).measures.unevenness or np.inf}
                row |= {"inside": found[0].low <= best <= found[0].high}
            yield row


def main() -> None:
    """Train what is missing, and print the table and what it comes to."""
    rows = []
    for row in compared(Trainings(Path(sys.argv[1]))):
        rows.append(row)
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    told = [row for row in rows if "advised" in row]
    # Where the network is as even as the best of the grid already there is no gap to close.
    gaps = [row for row in told if row["before"] - row["best"] > 0.02]
    closed = np.array([(row["before"] - row["advised"]) / (row["before"] - row["best"]) for row in gaps])
    change = np.array([row["accuracy_advised"] - row["accuracy"] for row in told])
    medians = {key: float(np.median([row[key] for row in told])) for key in ("before", "advised", "best")}
    sys.stdout.write(
        f"{len(rows)} networks, advice for {len(told)}, with a gap {len(gaps)}\n"
        f"median unevenness: {medians}\n"
        f"part of the gap closed: median {np.median(closed):.2f}, quartiles {np.percentile(closed, [25, 75])}, "
        f"at least 0.6 in {np.mean(closed >= 0.6):.2f}, worse than before in {np.mean(closed < 0):.2f}\n"
        f"test accuracy: change median {np.median(change):+.4f}, from {change.min():+.4f} to {change.max():+.4f}\n"
    )


if __name__ == "__main__":
    main()
