"""The noise of a hand: Gaussian, around a frequency, with a finite acceleration, the same path at every step.

With time counted in 1 / (2 pi frequency), z = DAMPING and r = CUTOFF, an oscillator driven by white noise is
followed by a critically damped low-pass,

    u'' + 2 z u' + u = white noise,    y'' + 2 r y' + r^2 y = r^2 u,

and y is scaled to rms 1. Its velocity has rms 0.85 and its acceleration 1.06 (a sine's both have 1).
"""

import math

import numpy as np

from ruler.arrays import Floats

# Damping ratio of the oscillator.
DAMPING = 0.3
# Where the low-pass lies, in frequencies of the oscillator.
CUTOFF = 2.5
# Nodes in a period of the oscillator, at which the process is drawn. At 40 the quintics between them leave out
# 1e-4 of the acceleration's variance and 2e-9 of the displacement's.
NODES = 40
_SPACING = 2.0 * math.pi / NODES
_MOST_NODES = 4096

Rows = list[list[float]]


class Noise:
    """Noise in two directions, drawn exactly at nodes that do not depend on the step, joined by quintics.

    It is stationary from time 0 on. Between the nodes, place, velocity and acceleration are continuous and the
    place is within 5e-6 rms of the process.

    Args:
        frequency: of the oscillator, Hz.
        dt: step, s.
        streams: a random stream for each direction.
    """

    def __init__(self, frequency: float, dt: float, streams: list[np.random.Generator]) -> None:
        self._streams = streams
        self._nodes_per_step = dt * frequency * NODES
        # A frequency far above the step's takes many nodes a step; they are drawn in parts that memory holds.
        self._part = max(1, int(_MOST_NODES / self._nodes_per_step))
        self._next = 0
        self._states = [_correlated(_START, stream.standard_normal((4, 1)))[:, 0].tolist() for stream in streams]
        self._first = 0
        self._nodes = np.empty((0, 2, 3))

    def take(self, count: int) -> Floats:
        """The next `count` displacements in units of the rms, shape (count, 2)."""
        return np.vstack([self._take(min(self._part, count - i)) for i in range(0, count, self._part)])

    def _take(self, count: int) -> Floats:
        time = self._nodes_per_step * np.arange(self._next, self._next + count)
        self._next += count
        node = np.floor(time)
        index = node.astype(int)
        self._keep(int(index[0]), int(index[-1]) + 2)
        index -= self._first
        return _quintic(self._nodes[index], self._nodes[index + 1], (time - node)[:, None])

    def _keep(self, first: int, end: int) -> None:
        """Have the nodes from `first` to before `end` at hand, and none before."""
        missing = max(0, end - self._first - len(self._nodes))
        drawn = np.stack([self._draw(axis, missing) for axis in range(2)], axis=1)
        self._nodes = np.concatenate((self._nodes, drawn))[first - self._first :]
        self._first = first

    def _draw(self, axis: int, count: int) -> Floats:
        """Place, velocity and acceleration at the next `count` nodes, time in nodes, shape (count, 3)."""
        (yy, yv, yu, ys), (vy, vv, vu, vs), (_, _, uu, us), (_, _, su, ss) = _STEP
        y, v, u, s = self._states[axis]
        kicks = _correlated(_KICK, self._streams[axis].standard_normal((count, 4)).T)
        states = []
        # A recursion cannot be vectorised; on plain floats it costs a fraction of a microsecond a node.
        for a, b, c, d in kicks.T.tolist():
            states.append((y, v, u))
            y, v, u, s = (
                yy * y + yv * v + yu * u + ys * s + a,
                vy * y + vv * v + vu * u + vs * s + b,
                uu * u + us * s + c,
                su * u + ss * s + d,
            )
        self._states[axis] = [y, v, u, s]
        place, velocity, driven = np.array(states).reshape(count, 3).T
        acceleration = CUTOFF**2 * (driven - place) - 2.0 * CUTOFF * velocity
        return np.column_stack((place, _SPACING * velocity, _SPACING**2 * acceleration))


def _quintic(start: Floats, end: Floats, part: Floats) -> Floats:
    """The place at a part of the way, 0 to 1, between nodes: place, velocity, acceleration in the last axis."""
    (y, v, a), (y_end, v_end, a_end) = np.moveaxis(start, -1, 0), np.moveaxis(end, -1, 0)
    # What going on at the starting acceleration would miss at the end.
    dy, dv, da = y_end - y - v - 0.5 * a, v_end - v - a, a_end - a
    third, fourth, fifth = 10.0 * dy - 4.0 * dv + 0.5 * da, -15.0 * dy + 7.0 * dv - da, 6.0 * dy - 3.0 * dv + 0.5 * da
    place: Floats = y + part * (v + part * (0.5 * a + part * (third + part * (fourth + part * fifth))))
    return place


def _process() -> tuple[Rows, Rows, Rows]:
    """Of the states (y, y', u, u'): transition from node to node, Cholesky factors of its noise and of the start.

    The stationary covariance P solves F P + P F^T + D = 0, which is done here by hand with E[y^2] = 1; the noise
    of a step with the transition matrix A = exp(F h) has the covariance P - A P A^T.
    """
    z, r = DAMPING, CUTOFF
    flow = np.array([[0, 1, 0, 0], [-r * r, -2.0 * r, r * r, 0], [0, 0, 0, 1], [0, 0, -1, -2.0 * z]])
    k = (r * r - 1.0) / (2.0 * (r + z))
    vu = 1.0 / (k + 2.0 * z + 0.5 / r)
    yu, vs, uu = vu * (k + 2.0 * z), vu * k, vu * (k + 2.0 * z + (2.0 * r - k) / (r * r))
    stationary = np.array([[1, 0, yu, -vu], [0, 0.5 * r * vu, vu, vs], [yu, vu, uu, 0], [-vu, vs, 0, uu]])
    step = term = np.eye(4)
    for n in range(1, 40):
        term = _product(term, _SPACING / n * flow)
        step = step + term
    noise = stationary - _product(_product(step, stationary), step.T)
    return step.tolist(), _cholesky(noise.tolist()), _cholesky(stationary.tolist())


# BLAS rounds differently from machine to machine, so the three below do without.


def _product(a: Floats, b: Floats) -> Floats:
    product: Floats = (a[:, :, None] * b).sum(axis=1)
    return product


def _cholesky(matrix: Rows) -> Rows:
    lower = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(lower):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(row[n] * lower[j][n] for n in range(j))
            row[j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def _correlated(lower: Rows, normal: Floats) -> Floats:
    """What a lower triangular matrix makes of independent numbers, shape (4, n)."""
    return np.array([sum(row[j] * normal[j] for j in range(i + 1)) for i, row in enumerate(lower)])


_STEP, _KICK, _START = _process()
