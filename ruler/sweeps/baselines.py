"""Predictions of networks' load curves that know no mechanics: what the mechanics has to beat."""

from collections.abc import Callable, Sequence

import numpy as np

from ruler.analysis.loads import centers_of_load, load_curve, share_rows
from ruler.arrays import Floats
from ruler.sweeps.cell_group import CellGroup

# Centres that a one-parameter family of curves can have.
CENTERS = (0.01, 0.99)
_HALVINGS = 60
# Fitted cells closer together than this are equally near.
_SAME = 1e-9
# Terms of a centre over the two axes, by their powers of nonlinearity and noise: three numbers, and six, as
# many as the mechanics' map has.
Powers = tuple[int, int]
PLANE: tuple[Powers, ...] = ((0, 0), (1, 0), (0, 1))
QUADRATIC: tuple[Powers, ...] = (*PLANE, (2, 0), (1, 1), (0, 2))


Predictor = Callable[[Floats, Floats], Floats]
"""From nonlinearity and noise, shape (cells,), to curves, shape (cells, layers + 1)."""


def constant(cells: CellGroup) -> Predictor:
    """Every network has the mean curve of the fitted ones."""
    mean = cells.curves.mean(axis=0)
    return lambda nonlinearity, _: np.broadcast_to(mean, (len(nonlinearity), mean.size))


def nearest(cells: CellGroup) -> Predictor:
    """The curve of the nearest fitted cell; of several equally near ones, their mean."""

    def predict(nonlinearity: Floats, noise: Floats) -> Floats:
        away = np.hypot(nonlinearity[:, None] - cells.nonlinearity, noise[:, None] - cells.noise)
        near = away <= away.min(axis=1, keepdims=True) + _SAME
        return np.asarray((near / near.sum(axis=1, keepdims=True)) @ cells.curves)

    return predict


def surface(cells: CellGroup, powers: Sequence[Powers], row: CellGroup | None = None) -> Predictor:
    """The centre of load is a surface over the two axes, the curve of a one-parameter family with that centre.

    Of the two families (loads like a power of the depth, loads like an exponential of it) it takes
    the one that fits the fitted cells better.

    Args:
        cells: fitted, by least squares.
        powers: terms of the surface, each nonlinearity^i noise^j.
        row: cells of one nonlinearity with another kind of noise: they set the terms of noise alone
            and the height anew, those with nonlinearity are kept.
    """
    depth = cells.curves.shape[1] - 1
    terms = _terms(powers, cells.nonlinearity, cells.noise)
    weights = np.linalg.lstsq(terms, centers(cells.curves), rcond=None)[0]
    fitted = [(float(((family(terms @ weights, depth) - cells.curves) ** 2).mean()), family) for family in FAMILIES]
    best = min(fitted, key=lambda found: found[0])[1]
    if row is not None:
        terms = _terms(powers, row.nonlinearity, row.noise)
        anew = np.array([i == 0 for i, _ in powers])
        rest = centers(row.curves) - terms[:, ~anew] @ weights[~anew]
        weights[anew] = np.linalg.lstsq(terms[:, anew], rest, rcond=None)[0]
    return lambda nonlinearity, noise: best(_terms(powers, nonlinearity, noise) @ weights, depth)


def _terms(powers: Sequence[Powers], nonlinearity: Floats, noise: Floats) -> Floats:
    return np.column_stack([nonlinearity**i * noise**j for i, j in powers])


def centers(curves: Floats) -> Floats:
    """Centre of load of curves, shape (..., layers + 1) to (...)."""
    return centers_of_load(-np.diff(curves, axis=-1))


def power_curves(center: Floats, layers: int) -> Floats:
    """Curves 1 - (l / layers)^k with these centres, shape (cells, layers + 1)."""
    depth = np.arange(layers + 1) / layers
    return _with_centers(lambda k: 1.0 - depth ** np.exp(k)[:, None], center)


def exponential_curves(center: Floats, layers: int) -> Floats:
    """Curves of loads that go like exp(k l), with these centres, shape (cells, layers + 1)."""
    layer = np.linspace(-1.0, 1.0, layers)

    def curves(k: Floats) -> Floats:
        size = 20.0 * k[:, None] * layer
        loads = np.exp(size - size.max(axis=1, keepdims=True))
        return load_curve(share_rows(loads))

    return _with_centers(curves, center)


FAMILIES: tuple[Callable[[Floats, int], Floats], ...] = (power_curves, exponential_curves)


def _with_centers(curves: Callable[[Floats], Floats], center: Floats) -> Floats:
    """Curves whose centre, which rises with the family's number, is the one asked for (by bisection)."""
    wanted = np.clip(np.atleast_1d(np.asarray(center, dtype=np.float64)), *CENTERS)
    low, high = np.full(wanted.shape, -6.0), np.full(wanted.shape, 6.0)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        above = centers(curves(middle)) > wanted
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return curves(0.5 * (low + high))


def baselines(cells: CellGroup, row: CellGroup | None = None) -> dict[str, Predictor]:
    """All baselines, fitted.

    Args:
        cells: what is fitted.
        row: cells with another kind of noise, that set the scale of the noise; see `surface`.
    """
    both = cells.joined(row)
    return {
        "constant": constant(both),
        "plane": surface(cells, PLANE, row),
        "quadratic": surface(cells, QUADRATIC, row),
        "nearest": nearest(both),
    }
