"""Networks that have learned their task, as places on their axes and load curves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ruler.analysis.compare import align_curves
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks import LEAST_ACCURACY
from ruler.sweeps.diagram import Diagram

LEAST_CELLS = 6


@dataclass(frozen=True, eq=False)
class CellGroup:
    """Networks of a table.

    Attributes:
        name: of the table.
        nonlinearity: 0 to 1 along its axis, shape (cells,).
        noise: likewise.
        loads: of every seed, each of shape (seeds, layers).
        curves: of the mean loads, shape (cells, layers + 1).
        left_out: networks of the table that have not learned their task, or have no load curve.
    """

    name: str
    nonlinearity: Floats
    noise: Floats
    loads: tuple[Floats, ...]
    curves: Floats
    left_out: int = 0

    @property
    def layers(self) -> int:
        """Layers of the networks."""
        return int(self.curves.shape[1]) - 1

    def pick(self, chosen: Sequence[int]) -> "CellGroup":
        """Some of the cells."""
        index = np.asarray(chosen, dtype=np.intp)
        loads = tuple(self.loads[i] for i in chosen)
        return CellGroup(self.name, self.nonlinearity[index], self.noise[index], loads, self.curves[index])

    def joined(self, other: "CellGroup | None") -> "CellGroup":
        """These and others."""
        if other is None:
            return self
        nonlinearity, noise, curves = (
            np.concatenate((getattr(self, name), getattr(other, name))) for name in ("nonlinearity", "noise", "curves")
        )
        return CellGroup(self.name, nonlinearity, noise, self.loads + other.loads, curves)

    def split(self, seed: int, share: float) -> "tuple[CellGroup, CellGroup]":
        """A part of the cells, chosen at random, and the rest."""
        count = len(self.loads)
        order = np.random.default_rng(seed).permutation(count).tolist()
        first = min(max(round(share * count), 3), count - 2)
        return self.pick(sorted(order[:first])), self.pick(sorted(order[first:]))

    def most_nonlinear(self) -> "tuple[CellGroup, CellGroup]":
        """The row of the most nonlinear networks, and the rest."""
        top = self.nonlinearity >= self.nonlinearity.max()
        return self.pick(np.flatnonzero(top).tolist()), self.pick(np.flatnonzero(~top).tolist())

    def at_layers(self, layers: int) -> "CellGroup":
        """The same networks read at another number of layers, over relative depth."""
        if self.layers == layers:
            return self
        loads = tuple(_loads_at(each, layers) for each in self.loads)
        return replace(self, loads=loads, curves=align_curves(self.curves, layers))


def _loads_at(loads: Floats, layers: int) -> Floats:
    """Loads of each seed at another number of layers, their sum kept."""
    start = np.zeros((len(loads), 1))
    fallen = align_curves(np.concatenate((start, np.cumsum(loads, axis=1)), axis=1), layers)
    return np.asarray(np.diff(fallen, axis=1))


def network_cells(diagram: Diagram, scale: Diagram | None = None) -> CellGroup:
    """The cells of a diagram of networks that count.

    Args:
        diagram: of networks.
        scale: diagram whose axes say what 0 and 1 are, where it has the same axes; else they are the
            ends of its own.

    Raises:
        BadInputError: it has no two axes, or too few networks that have learned their task.
    """
    if not diagram.up.column:
        raise BadInputError(f"{diagram.name}: agree needs two axes, nonlinearity and noise; this table has one")
    kept = [place for place, cell in sorted(diagram.cells.items()) if _counts(diagram, place)]
    if len(kept) < LEAST_CELLS:
        raise BadInputError(f"{diagram.name}: {len(kept)} trained networks are too few; at least {LEAST_CELLS}")
    layers = {diagram.cells[place].loads.shape[1] for place in kept}
    if len(layers) != 1:
        raise BadInputError(f"{diagram.name}: networks of different depth ({sorted(layers)}) in one table")
    scale = scale or diagram
    up_at, right_at = diagram.up.positions_on(scale.up), diagram.right.positions_on(scale.right)
    return CellGroup(
        diagram.name,
        np.array([up_at[up] for up, _ in kept]),
        np.array([right_at[right] for _, right in kept]),
        tuple(diagram.cells[place].loads for place in kept),
        np.array([diagram.cells[place].curve for place in kept]),
        len(diagram.cells) - len(kept),
    )


def _counts(diagram: Diagram, place: tuple[int, int]) -> bool:
    cell = diagram.cells[place]
    return cell.curve is not None and cell.numbers.get("train_accuracy", 1.0) >= LEAST_ACCURACY
