"""The convex problem of a step: which rates cost least inertia and friction.

Kinks, such as |w|, are rounded to sqrt(w^2 + eps^2), and the minimum is found by a primal-dual Newton's method (Chan,
Golub and Mulet, SIAM J. Sci. Comput. 1999, 10.1137/S1064827596299767): friction forces are unknowns beside the rates,
and the last problem's are the first guess of the next one's, so that the number of iterations hardly depends on eps.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.errors import FailedError

# Speeds at which friction is rounded: hinges rad/s; points on the table, and a hand that slips, m/s.
SPIN_EPS = 1e-5
SLIDE_EPS = 1e-6
# Newton's last step, as a part of the rates (rad/s) or of this rate; it converges quadratically.
TOLERANCE = 1e-4
LEAST_RATE = 1e-2
_ITERATIONS = 100
_CUTS = 20


class NoMinimumError(FailedError):
    """Newton's method did not come to an end."""


@dataclass
class Problem:
    """What the rates v, shape (n,), make least, subject to `held @ v = path`.

    1/2 v^T quadratic v - linear v
    + sum weight |points v - slide|
    + sum torque |turn v| + viscous |turn v|^(power + 1) / (power + 1)
    + sum stop / 2 (what turn v is above most or below least)^2
    + a hand that gives: damping / 2 |tip v - lead|^2, straight on from where its force is its strength

    All but the rates are of a step: impulses, not forces.

    Attributes:
        quadratic, linear: shape (n, n) and (n,).
        rows: what slides and turns: P points along x, along y, then N hinges, shape (2 P + N, n).
        slide: speed of what the points slide on, m/s, shape (2, P).
        weight: greatest friction of each point, N s, shape (P,).
        torque: friction of each hinge, N m s, shape (N,).
        viscous, power: friction of the hinges that grows with their speed.
        stop: stiffness of the stops, N m s^2.
        least, most: rates at which each hinge just meets its stops, rad/s, shape (N,).
        held: shape (2, n), what is led; None without a firm hand.
        path: m/s, shape (2,).
        give: a hand that gives, or None.
    """

    quadratic: Floats
    linear: Floats
    rows: Floats
    slide: Floats
    weight: Floats
    torque: Floats
    viscous: float
    power: float
    stop: float
    least: Floats
    most: Floats
    held: Floats | None
    path: Floats
    give: "Give | None" = None


class Give(NamedTuple):
    """A hand that gives: see `Problem`; `tip` has the shape (2, n)."""

    tip: Floats
    lead: Floats
    damping: float
    strength: float

    def impulse(self, v: Floats) -> Floats:
        """What it gives to the tip, N s, shape (2,)."""
        pull = self.damping * (self.lead - self.tip @ v)
        return np.asarray(pull * min(1.0, self.strength / max(math.hypot(*pull), 1e-300)))

    def bend(self, v: Floats) -> Floats:
        """Minus the slope of the impulse by the rates, shape (n, n)."""
        pull = self.damping * (self.lead - self.tip @ v)
        size = math.hypot(*pull)
        local = self.damping * np.eye(2)
        if size > self.strength:
            local = self.damping * self.strength / size * (np.eye(2) - np.outer(pull, pull) / size**2)
        return np.asarray(self.tip.T @ local @ self.tip)


class _Local(NamedTuple):
    """What is at some rates: slope of the sum; of points (2, P) and hinges (N,) rounded speed and part of it."""

    slope: Floats
    speed: Floats
    unit: Floats
    spin: Floats
    share: Floats
    drag: Floats | float
    stopped: NDArray[np.bool_]


class Minimiser:
    """Solves one problem after another.

    Args:
        points, hinges: P and N.
        spin_eps, slide_eps: speeds at which friction is rounded, rad/s and m/s.

    Attributes:
        rub: friction of each point as a part of its greatest, along the sliding, shape (2, P).
        iterations: Newton's steps so far.
    """

    def __init__(self, points: int, hinges: int, spin_eps: float = SPIN_EPS, slide_eps: float = SLIDE_EPS) -> None:
        self._spin_eps, self._slide_eps = spin_eps, slide_eps
        self._points = points
        self.rub = np.zeros((2, points))
        self._grip = np.zeros(hinges)
        self.iterations = 0

    def rates(self, problem: Problem, guess: Floats) -> tuple[Floats, Floats]:
        """The rates, shape (n,), and the impulse that leads what is held, N s, shape (2,).

        Raises:
            NoMinimumError: the iteration did not come to an end.
        """
        v, here = guess, self._local(problem, guess)
        searching = problem.held is None
        for _ in range(_ITERATIONS):
            self.iterations += 1
            step, force = _newton_step(problem, v, here.slope, self._bend(problem, v, here))
            last = np.abs(step).max() <= TOLERANCE * (LEAST_RATE + np.abs(v).max())
            # The first step brings what is held on its path; after it the minimum is looked for along the way.
            part, there = self._search(problem, v, step, here.slope) if searching and not last else (1.0, None)
            self._rub_on(problem, here, part * step)
            v = v + part * step
            if last:
                return v, force
            here, searching = there or self._local(problem, v), True
        raise NoMinimumError("no minimum found")

    def _search(self, problem: Problem, v: Floats, step: Floats, slope: Floats) -> tuple[float, _Local]:
        """How far along the step the sum has fallen and does not rise steeply again."""
        fall, part = max(-float(slope @ step), 0.0), 1.0
        for _ in range(_CUTS):
            there = self._local(problem, v + part * step)
            rise = float(there.slope @ step)
            if rise <= 0.5 * fall or fall == 0.0:
                break
            part *= max(0.25, fall / (fall + rise))
        return part, there

    def _local(self, problem: Problem, v: Floats) -> _Local:
        moved, count = problem.rows @ v, 2 * self._points
        point, hinge = moved[:count].reshape(2, -1) - problem.slide, moved[count:]
        speed = np.sqrt(point[0] * point[0] + point[1] * point[1] + self._slide_eps**2)
        spin = np.sqrt(hinge * hinge + self._spin_eps**2)
        unit, share = point / speed, hinge / spin
        drag = problem.viscous * spin ** (problem.power - 1.0) if problem.viscous else 0.0
        beyond = np.maximum(hinge - problem.most, 0.0) + np.minimum(hinge - problem.least, 0.0)
        resist = np.concatenate(
            ((problem.weight * unit).ravel(), problem.torque * share + drag * hinge + problem.stop * beyond)
        )
        slope = problem.quadratic @ v - problem.linear + resist @ problem.rows
        if problem.give is not None:
            slope = slope - problem.give.impulse(v) @ problem.give.tip
        return _Local(slope, speed, unit, spin, share, drag, beyond != 0.0)

    def _bend(self, problem: Problem, v: Floats, here: _Local) -> Floats:
        """Curvature of the sum by the rates and the present friction, shape (n, n)."""
        half, count = self._points, 2 * self._points
        pull, rub, unit = problem.weight / here.speed, self.rub, here.unit
        along, across = pull * (1.0 - rub * unit), -0.5 * pull * (rub[0] * unit[1] + rub[1] * unit[0])
        curve = problem.torque / here.spin * (1.0 - self._grip * here.share) + problem.stop * here.stopped
        curve += here.drag * (1.0 + (problem.power - 1.0) * here.share * here.share)
        weighted = np.concatenate((along.ravel(), curve))[:, None] * problem.rows
        weighted[:half] += across[:, None] * problem.rows[half:count]
        weighted[half:count] += across[:, None] * problem.rows[:half]
        bend = problem.quadratic + problem.rows.T @ weighted
        return bend if problem.give is None else bend + problem.give.bend(v)

    def _rub_on(self, problem: Problem, here: _Local, step: Floats) -> None:
        """Newton's step of the friction forces; none may exceed its greatest."""
        moved, count = problem.rows @ step, 2 * self._points
        unit, turned = here.unit, moved[:count].reshape(2, -1) / here.speed
        rub = unit + turned - self.rub * (unit[0] * turned[0] + unit[1] * turned[1])
        self.rub = rub / np.maximum(1.0, np.sqrt(rub[0] * rub[0] + rub[1] * rub[1]))
        turned = moved[count:] / here.spin
        self._grip = np.clip(here.share + turned - self._grip * here.share * turned, -1.0, 1.0)


def _newton_step(problem: Problem, v: Floats, slope: Floats, bend: Floats) -> tuple[Floats, Floats]:
    if problem.held is None:
        return np.asarray(np.linalg.solve(bend, -slope), dtype=np.float64), np.zeros(2)
    n = v.size
    system, right = np.zeros((n + 2, n + 2)), np.empty(n + 2)
    system[:n, :n], system[:n, n:], system[n:, :n] = bend, problem.held.T, problem.held
    # A straight ruler cannot be led along itself: there, the hand gives by this little.
    system[n, n] = system[n + 1, n + 1] = -1e-12 * np.square(problem.held).sum() / bend.trace()
    right[:n], right[n:] = -slope, problem.path - problem.held @ v
    solved = np.asarray(np.linalg.solve(system, right), dtype=np.float64)
    return solved[:n], -solved[n:]
