"""A monotone map from the axes of networks to those of a mechanical diagram, fitted to load curves.

Nonlinearity n and noise z, both 0 to 1 along their axis, become a place on the mechanical grid,

    u = u0 + (u1 - u0) n^p   (friction),    v = v0 + (v1 - v0) z^q   (shaking),

with 0 <= u0 <= u1 <= 1 and 0 <= v0 <= v1 <= 1, where 0 and 1 are the ends of the grid and its
lines lie evenly between. Six numbers; more nonlinearity never means less friction, more noise never
less shaking. Curves between the lines of the grid are interpolated.

A seventh number k, 0 to 1, may let noise loosen friction as well: u = u0 + (u1 - u0) n^p - k z, read
at the end of the grid where that is beyond it.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats

NAMES = ("friction_from", "friction_to", "friction_power", "shaking_from", "shaking_to", "shaking_power")
LOOSENING = "loosening"
POWERS = (0.25, 4.0)
_ENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
_FIRST_POWERS = (0.4, 1.0, 2.5)
_FIRST_LOOSENINGS = (0.0, 0.3, 0.7)
_FINEST_STEP = 1e-4


@dataclass(frozen=True)
class CurveGrid:
    """Load curves on a full grid, and how to read between its lines.

    Attributes:
        curves: shape (up, right, layers + 1).
    """

    curves: Floats

    def read(self, up: Floats, right: Floats) -> Floats:
        """Curves at places from 0 to 1, linear between the lines.

        Args:
            up: shape (...), place along the first axis.
            right: shape (...), along the second.

        Returns:
            Shape (..., layers + 1).
        """
        rows, columns = self.curves.shape[:2]
        i, s = _cell(up, rows)
        j, t = _cell(right, columns)
        next_i, next_j = np.minimum(i + 1, rows - 1), np.minimum(j + 1, columns - 1)
        s, t = s[..., None], t[..., None]
        near = (1.0 - t) * self.curves[i, j] + t * self.curves[i, next_j]
        far = (1.0 - t) * self.curves[next_i, j] + t * self.curves[next_i, next_j]
        return np.asarray((1.0 - s) * near + s * far)


def _cell(place: Floats, lines: int) -> tuple[NDArray[np.intp], Floats]:
    """Line before each place, and how far on it is to the next."""
    along = np.clip(place, 0.0, 1.0) * (lines - 1)
    before = np.minimum(along.astype(np.intp), max(lines - 2, 0))
    return before, along - before


def mapped(parameters: Floats, nonlinearity: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Places on the mechanical grid.

    Args:
        parameters: shape (6, ...), as `NAMES`, or (7, ...) with the loosening.
        nonlinearity: shape (cells,), 0 to 1; above 1 is beyond the fitted networks.
        noise: shape (cells,), likewise.

    Returns:
        Two arrays of shape (..., cells): friction and shaking, 0 to 1, or outside: beyond the grid.
    """
    u0, u1, p, v0, v1, q, *loosening = (parameter[..., None] for parameter in parameters)
    nonlinearity, noise = np.maximum(nonlinearity, 0.0), np.maximum(noise, 0.0)
    friction = u0 + (u1 - u0) * nonlinearity**p - sum(k * noise for k in loosening)
    return friction, v0 + (v1 - v0) * noise**q


def fit_map(
    grid: CurveGrid,
    nonlinearity: Floats,
    noise: Floats,
    curves: Floats,
    friction: Floats | None = None,
    *,
    loosen: bool = False,
) -> Floats:
    """The map with the least mean square distance of load curves; the same numbers every time.

    Args:
        grid: the mechanical diagram.
        nonlinearity: of each network cell, shape (cells,).
        noise: likewise.
        curves: of each network cell, shape (cells, layers + 1).
        friction: the first three numbers, if they are to be kept; only what noise does is fitted then.
        loosen: whether to fit the loosening too.

    Returns:
        Shape (6,), as `NAMES`; (7,) with the loosening.
    """

    def cost(parameters: Floats) -> Floats:
        """Mean square distance for parameters of shape (numbers, trials)."""
        read = grid.read(*mapped(parameters, nonlinearity, noise))
        return np.asarray(((read - curves)[..., 1:] ** 2).mean(axis=(-2, -1)))

    ends = [(a, b) for a in _ENDS for b in _ENDS if a <= b]
    parts = [(*end, power) for end, power in itertools.product(ends, _FIRST_POWERS)]
    up = parts if friction is None else [tuple(friction)]
    last = [(k,) for k in _FIRST_LOOSENINGS] if loosen else [()]
    starts = np.array([(*one, *other, *k) for one, other, k in itertools.product(up, parts, last)]).T
    best = np.argsort(cost(starts), kind="stable")[:8]
    directions = _directions(len(starts), 0 if friction is None else 3)
    refined = [_refine(cost, starts[:, i], directions) for i in best]
    return min(refined, key=lambda found: found[1])[0]


def _refine(cost: Callable[[Floats], Floats], start: Floats, directions: Floats) -> tuple[Floats, float]:
    """Walk downhill along the parameters, one or two at a time, with ever smaller steps."""
    here, value = start, float(cost(start[:, None])[0])
    step = 0.25
    while step > _FINEST_STEP:
        trials = _allowed(here[:, None] + step * directions)
        costs = cost(trials)
        best = int(np.argmin(costs))
        if costs[best] < value - 1e-15:
            here, value = trials[:, best], float(costs[best])
        else:
            step *= 0.5
    return here, value


def _directions(numbers: int, kept: int) -> Floats:
    """Unit steps of one parameter or of two together, the first ones kept; shape (numbers, directions)."""
    moves = [move for move in itertools.product((-1.0, 0.0, 1.0), repeat=numbers) if 0 < np.count_nonzero(move) <= 2]
    return np.array([move for move in moves if not any(move[:kept])]).T


def _allowed(parameters: Floats) -> Floats:
    """The nearest parameters that keep the map monotone and within the grid."""
    u0, u1, p, v0, v1, q, *loosening = parameters
    u0, v0 = np.clip(u0, 0.0, 1.0), np.clip(v0, 0.0, 1.0)
    u1, v1 = np.clip(u1, u0, 1.0), np.clip(v1, v0, 1.0)
    loosening = [np.clip(k, 0.0, 1.0) for k in loosening]
    return np.array([u0, u1, np.clip(p, *POWERS), v0, v1, np.clip(q, *POWERS), *loosening])
