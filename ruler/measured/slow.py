"""The slow limit of many rulers at once, each led along its own path: what `ruler fit` tries its parameters on.

The same least friction work as in `ruler.theory.quasi_static`, which it is checked against, with three differences that
make a fit quick: all rulers of a batch take each step together, the tip follows any path in the plane (it is the
measured tip), and friction is rounded at `EPS` per section length of the tip's way, so that a hinge that sticks creeps
by some thousandths of a degree. With 12 hinges its openings are 0.04 to 0.12 degrees (rms) from what small steps give,
those of the reference at its own step 0.08 to 0.13, in 1/15 of the time, of many rulers at once 1/200 each.

Everything is in units of the mean section length and of the weight of a section times the table's friction: only the
ratio torque / (friction x mass x gravity x length) counts.
"""

from dataclasses import dataclass

import numpy as np

from ruler.arrays import Floats
from ruler.scenario.geometry import fold_sides

# Longest step of the tip, in mean section lengths: against steps of a quarter of it no hinge of the paper's ruler
# moves by more than the fraction of a degree that a photograph can be read to (tests/measured/test_slow.py).
STEP = 0.05
# Rates, per section length of the tip's way, at which friction is rounded; what holds rates to those before.
EPS = 1e-4
KEEP = 1e-2
STOP = 1e4
TOLERANCE = 1e-3
LEAST_RATE = 1e-1
ITERATIONS = 60
CUTS = 8


@dataclass(frozen=True)
class SlowRulers:
    """Rulers of one shape, all with a pinned end; B of them, with N hinges each.

    Attributes:
        length: of the sections, in any unit, shape (N + 1,); mass is in proportion.
        opening: at the start, rad, shape (B, N).
        ratio: torque of each hinge over friction x mass x gravity x length of a whole section, shape (B, N).
        whole: length of a whole section, in the same unit.
    """

    length: Floats
    opening: Floats
    ratio: Floats
    whole: float


def start_angles(opening: Floats, length: Floats, tip: Floats) -> Floats:
    """Directions of the sections, rad, shape (B, N + 1), with the tip in the direction of `tip`, shape (2,)."""
    turns = np.cumsum(fold_sides(opening.shape[1]) * (opening - np.pi), axis=1)
    angle = np.concatenate((np.zeros((len(opening), 1)), turns), axis=1)
    x, y = (length * np.cos(angle)).sum(1), (length * np.sin(angle)).sum(1)
    return np.asarray(angle + (np.arctan2(tip[1], tip[0]) - np.arctan2(y, x))[:, None])


def pull_batch(rulers: SlowRulers, path: Floats, step: float = STEP) -> Floats:
    """Lead the tips slowly from where they are along straight lines through the points of a path.

    Args:
        rulers: at their start.
        path: places of the tip from the pin, in the unit of the lengths, shape (rows, 2); the ruler is laid out
            towards the first, and led from the place of its own tip.
        step: longest step, in mean section lengths.

    Returns:
        Openings at the points of the path, rad, shape (B, rows, N); the first are those of the start.
    """
    unit = float(np.mean(rulers.length))
    batch = _Batch(rulers, unit, start_angles(rulers.opening, rulers.length, path[0]))
    rows = [batch.opening]
    before = path[0]
    for target in path[1:]:
        count = max(1, int(np.ceil(np.hypot(*(target - before)) / (step * unit))))
        for left in range(count, 0, -1):
            batch.step((target / unit - batch.tip) / left)
        before = target
        rows.append(batch.opening)
    return np.stack(rows, axis=1)


class _Batch:
    """B rulers on their way."""

    def __init__(self, rulers: SlowRulers, unit: float, angle: Floats) -> None:
        self._length = rulers.length / unit
        self.angle, count = angle, rulers.length.size
        self._side = fold_sides(count - 1)
        # Weights and torques in units of friction x mass x gravity of a whole section, and of the mean length.
        self._weight = np.repeat(rulers.length[None] / rulers.whole, 2, axis=0).ravel() / 2.0
        self._torque = rulers.ratio * rulers.whole / unit
        before = np.tril(np.broadcast_to(self._length, (count, count)), -1)
        self._along = np.concatenate([before + np.diag((0.5 + at) * self._length) for at in (-0.25, 0.25)])
        self._turn = self._side[:, None] * (np.eye(count)[1:] - np.eye(count)[:-1])
        rest = (len(angle), 2, len(self._along))
        self._rub, self._grip = np.zeros(rest), np.zeros(rulers.ratio.shape)
        self._rates = np.zeros_like(angle)
        self._force = np.zeros((len(angle), 2))
        self._keep = KEEP * min(float(self._weight.min()), float(self._torque.min()))

    @property
    def opening(self) -> Floats:
        """Rad, shape (B, N)."""
        return np.asarray(np.pi + self._side * np.diff(self.angle, axis=1))

    @property
    def tip(self) -> Floats:
        """In mean section lengths, shape (B, 2)."""
        return np.stack(((self._length * np.cos(self.angle)).sum(1), (self._length * np.sin(self.angle)).sum(1)), 1)

    def step(self, way: Floats) -> None:
        """The tips go by `way`, shape (B, 2), by the implicit midpoint rule.

        Implicit, because which hinges stick is decided by the least of kinks: an explicit rule lets them stick and slip
        in turns, and what a ruler does is then no smooth function of its friction.
        """
        far = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
        self.angle = self.angle + far * self._solve(way / far, far)

    def _rows(self, angle: Floats) -> tuple[Floats, Floats]:
        """How the points on the table, shape (B, 2, P, n), and the tip, shape (B, 2, n), move with the angles."""
        cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
        rows = np.stack((-self._along * sine, self._along * cosine), axis=1)
        return rows, np.concatenate((-self._length * sine, self._length * cosine), axis=1)

    def _solve(self, path: Floats, far: Floats) -> Floats:
        """The cheapest rates, rad per mean section length, shape (B, N + 1)."""
        room = np.stack((-self.opening / far, (np.pi - self.opening) / far))
        v = before = self._rates
        last, force = False, self._force
        for _ in range(ITERATIONS):
            problem = _Problem(*self._rows(self.angle + 0.5 * far * v), path, room, before)
            here = self._local(problem, v)
            step, force = self._newton(problem, v, here, self._bending(problem, here, force, far))
            last = bool((abs(step).max(1) <= TOLERANCE * (LEAST_RATE + abs(v).max(1))).all())
            part = np.ones((len(v), 1)) if last or v is before else self._search(problem, v, step, here)
            self._rub_on(problem, here, part * step)
            v = v + part * step
            if last:
                break
        self._rates, self._force = v, force
        return v

    def _bending(self, problem: "_Problem", here: "_Local", force: Floats, far: Floats) -> Floats:
        """What turning on by half a step does to the levers of all forces, shape (B, n)."""
        rub = self._weight * here.unit
        # The second derivative of a place is minus the lever turned back by a right angle.
        x, y = problem.rows[:, 1], -problem.rows[:, 0]
        bend = -(rub[:, :1] @ x + rub[:, 1:] @ y)[:, 0]
        bend += force[:, :1] * problem.held[:, 1] - force[:, 1:] * problem.held[:, 0]
        return 0.5 * far * np.maximum(bend, 0.0)

    def _local(self, problem: "_Problem", v: Floats) -> "_Local":
        point = _times(problem.rows, v)
        turned = v @ self._turn.T
        rounded = EPS**2
        speed, spin = np.sqrt((point * point).sum(1) + rounded), np.sqrt(turned * turned + rounded)
        unit, share = point / speed[:, None], turned / spin
        beyond = np.maximum(turned - problem.room[1], 0.0) + np.minimum(turned - problem.room[0], 0.0)
        flat = problem.rows.reshape(len(v), -1, v.shape[1])
        slope = ((self._weight * unit).reshape(len(v), 1, -1) @ flat)[:, 0]
        slope += (self._torque * share + STOP * beyond) @ self._turn + self._keep * (v - problem.before)
        return _Local(slope, speed, unit, spin, share, beyond != 0.0)

    def _newton(self, problem: "_Problem", v: Floats, here: "_Local", bending: Floats) -> tuple[Floats, Floats]:
        count, n = v.shape
        pull, rub, unit = (self._weight / here.speed)[:, None], self._rub, here.unit
        same = pull * (1.0 - rub * unit)
        cross = -0.5 * pull[:, 0] * (rub[:, 0] * unit[:, 1] + rub[:, 1] * unit[:, 0])
        curve = self._torque / here.spin * (1.0 - self._grip * here.share) + STOP * here.stopped
        weighted = same[..., None] * problem.rows + cross[:, None, :, None] * problem.rows[:, ::-1]
        system = np.zeros((count, n + 2, n + 2))
        flat = (count, -1, n)
        bend = problem.rows.reshape(flat).transpose(0, 2, 1) @ weighted.reshape(flat)
        bend += self._turn.T @ (curve[..., None] * self._turn)
        system[:, :n, :n] = bend
        system[:, range(n), range(n)] += self._keep + bending
        system[:, :n, n:], system[:, n:, :n] = problem.held.transpose(0, 2, 1), problem.held
        # A straight ruler cannot be led along itself: there, the hand gives by this little.
        give = -1e-12 * np.einsum("bij,bij->b", problem.held, problem.held) / np.trace(bend, axis1=1, axis2=2)
        system[:, n, n] = system[:, n + 1, n + 1] = give
        off = problem.path - (problem.held @ v[..., None])[..., 0]
        right = np.concatenate((-here.slope, off), axis=1)
        solved = np.asarray(np.linalg.solve(system, right[..., None])[..., 0], dtype=np.float64)
        return solved[:, :n], -solved[:, n:]

    def _search(self, problem: "_Problem", v: Floats, step: Floats, here: "_Local") -> Floats:
        """How far along its step each goes before the sum rises steeply again, shape (B, 1)."""
        fall = np.maximum(-(here.slope * step).sum(1), 0.0)
        part = np.ones(len(v))
        for _ in range(CUTS):
            there = self._local(problem, v + part[:, None] * step)
            rise = (there.slope * step).sum(1)
            steep = (rise > 0.5 * fall) & (fall > 0.0)
            if not steep.any():
                break
            cut = np.maximum(0.25, fall / np.maximum(fall + rise, 1e-300))
            part = np.where(steep, part * cut, part)
        return part[:, None]

    def _rub_on(self, problem: "_Problem", here: "_Local", step: Floats) -> None:
        unit = here.unit
        turned = _times(problem.rows, step) / here.speed[:, None]
        rub = unit + turned - self._rub * (unit * turned).sum(1)[:, None]
        self._rub = rub / np.maximum(1.0, np.sqrt((rub * rub).sum(1)))[:, None]
        spun = (step @ self._turn.T) / here.spin
        self._grip = np.clip(here.share + spun - self._grip * here.share * spun, -1.0, 1.0)


def _times(rows: Floats, v: Floats) -> Floats:
    """Rows of shape (B, 2, P, n) times v of shape (B, n), shape (B, 2, P)."""
    count, two, points, n = rows.shape
    return np.asarray((rows.reshape(count, two * points, n) @ v[..., None]).reshape(count, two, points))


@dataclass(frozen=True)
class _Problem:
    rows: Floats
    held: Floats
    path: Floats
    room: Floats
    before: Floats


@dataclass(frozen=True)
class _Local:
    slope: Floats
    speed: Floats
    unit: Floats
    spin: Floats
    share: Floats
    stopped: Floats
