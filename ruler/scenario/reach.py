"""Where a path asks of a ruler what no ruler can do: nearer to the pin, or farther, than it can follow.

A rigid hand goes where it is told. While the ruler is folded it must whip round the pin at the rate at which the
line from pin to hand turns, (speed across) / distance, and the hand must turn it: force = moment of inertia x
angular acceleration / distance, which grows as speed^2 / distance^3 and has no bound at the pin.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from ruler.arrays import Floats
from ruler.scenario.geometry import angles_from_opening, fold_sides, lay_out, start_opening, tip_from_angles
from ruler.scenario.model import Ruler
from ruler.scenario.scenario import Scenario

# What a person's hand does at most in such a whip, N, and what a heavy ruler takes anyhow, in its weights.
HAND_FORCE = 20.0
HAND_FORCE_IN_WEIGHTS = 5.0
STANDARD_GRAVITY = 9.81
# Farther than the ruler reaches by less than this part is rounding.
_TOLERANCE = 1e-6
# How a search for the nearest and farthest place goes on: times round the hinges, crooked shapes to begin with.
_SWEEPS = 30
_CROOKED = 8


@dataclass(frozen=True)
class PathFinding:
    """One thing that a path asks of the ruler and that the ruler, or a hand, cannot do.

    Attributes:
        kind: "whirl" (passes the pin too quickly for its distance), "near" (nearer than the hinges' limits let the
            tip come) or "far" (farther than the ruler is long).
        phase: name of the phase.
        time: s, since the start of the run.
        x, y: m, where the hand is then, from the pin.
        distance: m, how far from the pin that is.
        bound: m, for "near" and "far" the least and greatest distance that the ruler allows; for "whirl" that of
            the folded ruler.
        turning: rad/s, how fast the line from pin to hand turns there.
        force: N, what turning the folded ruler so takes.
    """

    kind: Literal["whirl", "near", "far"]
    phase: str
    time: float
    x: float
    y: float
    distance: float
    bound: float
    turning: float
    force: float

    def __str__(self) -> str:
        """In words, with what would help."""
        where = f'at {self.time:.3f} s (phase "{self.phase}") the hand is sent to x {self.x:.4g}, y {self.y:.4g} m, '
        give = "or let the hand give (hand.strength = 20)"
        if self.kind == "far":
            asked = f"{self.distance:.4g} m from the pin, but the ruler reaches only {self.bound:.4g} m"
            return f"{where}{asked}: shake less, end the pull sooner, {give}"
        if self.kind == "near":
            asked = f"{self.distance:.4g} m from the pin, but ruler.limits let the tip come to {self.bound:.4g} m only"
            return f"{where}{asked}: shake less, keep the pull away from the pin, {give}"
        asked = f"{1000.0 * self.distance:.3g} mm past the pin; the folded ruler must turn at {self.turning:.3g} rad/s"
        return f"{where}{asked}, which takes {self.force:.3g} N: shake less, keep the pull away from the pin, {give}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data, with the words as "text"."""
        units = {"time": "s", "x": "m", "y": "m", "distance": "m", "bound": "m", "turning": "rad_s", "force": "N"}
        named = {f"{name}_{units[name]}" if name in units else name: value for name, value in asdict(self).items()}
        return {**named, "text": str(self)}


def is_rigid(scenario: Scenario) -> bool:
    """Whether the hand goes where it is told, whatever that takes, and the ruler hangs on a pin."""
    hand = scenario.hand
    return math.isinf(hand.strength) and math.isinf(hand.stiffness) and scenario.table.anchor != "free"


def path_findings(scenario: Scenario, phase: str, time: Floats, x: Floats, y: Floats) -> list[PathFinding]:
    """What a path of the hand asks of the ruler beyond what it can follow, the worst of each kind.

    Args:
        scenario: whose ruler; nothing is found for a hand that gives or a free anchor.
        phase: name of the phase.
        time: s, evenly spaced, shape (steps,), since the start of the run.
        x: m, shape (steps,), where the hand is, from the pin along the pull.
        y: m, shape (steps,), the same across it.
    """
    if not is_rigid(scenario) or time.size < 3:
        return []
    whirl = _Whirl(scenario.ruler, time, x, y)
    distance = whirl.distance
    far, near, worst = int(distance.argmax()), int(distance.argmin()), int(whirl.force.argmax())
    # The search takes its time, and most paths come nowhere near what it would find.
    nearest = nearest_distance(scenario.ruler) if distance[near] < whirl.folded else 0.0
    opened = lay_out(scenario.ruler.model_copy(update={"opening": scenario.ruler.limits[1]}))
    farthest = float(np.hypot(*opened.tip))
    if distance[far] > farthest:
        farthest = farthest_distance(scenario.ruler)

    def finding(kind: Literal["whirl", "near", "far"], at: int, bound: float) -> PathFinding:
        numbers = time[at], x[at], y[at], distance[at], bound, whirl.turning[at], whirl.force[at]
        return PathFinding(kind, phase, *(float(number) for number in numbers))

    found = []
    if distance[far] > farthest * (1.0 + _TOLERANCE):
        found.append(finding("far", far, farthest))
    if distance[near] < nearest * (1.0 - _TOLERANCE):
        found.append(finding("near", near, nearest))
    if whirl.force[worst] > max(HAND_FORCE, HAND_FORCE_IN_WEIGHTS * STANDARD_GRAVITY * whirl.mass):
        found.append(finding("whirl", worst, whirl.folded))
    return found


class _Whirl:
    """How fast the line from the pin to the hand turns, and what turning the folded ruler with it takes.

    Attributes:
        distance: m, of the hand from the pin, shape (steps,).
        turning: rad/s, of the line between them.
        force: N, of the hand across that line; 0 where the ruler need not be folded (farther than a section).
        mass: kg, of the ruler.
        folded: m, from the pin to the tip of the folded ruler.
    """

    def __init__(self, ruler: Ruler, time: Floats, x: Floats, y: Floats) -> None:
        self.distance = np.hypot(x, y)
        bearing = np.unwrap(np.arctan2(y, x))
        self.turning = np.abs(np.gradient(bearing, time))
        inertia, self.mass, self.folded = _folded(ruler)
        step = float(time[1] - time[0])
        # The plain second difference: what the steps themselves will ask for.
        angular = np.zeros_like(bearing)
        angular[1:-1] = np.abs(np.diff(bearing, 2)) / step**2
        # At the pin itself the distance is what the hand covers in a step.
        least = 0.5 * float(np.hypot(np.diff(x), np.diff(y)).max()) + 1e-12
        self.force = np.where(
            self.distance < ruler.section_length, inertia * angular / np.maximum(self.distance, least), 0.0
        )


def _folded(ruler: Ruler) -> tuple[float, float, float]:
    """Moment of inertia about the pin (kg m^2), mass (kg) and pin-to-tip distance (m) of the folded ruler."""
    shape = lay_out(ruler.model_copy(update={"opening": ruler.limits[0]}))
    along = shape.length[:, None] * np.column_stack((np.cos(shape.angle), np.sin(shape.angle)))
    centre = np.cumsum(along, axis=0) - 0.5 * along
    inertia = float(shape.mass @ ((centre**2).sum(axis=1) + shape.length**2 / 12.0))
    return inertia, float(shape.mass.sum()), float(np.hypot(*shape.tip))


def nearest_distance(ruler: Ruler) -> float:
    """How near to the pin the hinges' limits let the tip come, m."""
    least = math.inf
    for start in _starts(ruler):
        least = min(least, _extreme(start, ruler, -1.0))
        if least < _TOLERANCE * ruler.section_length:
            return 0.0
    return least


def farthest_distance(ruler: Ruler) -> float:
    """How far from the pin the hinges' limits let the tip be, m."""
    if ruler.limits[1] == 180.0:
        return lay_out(ruler).full_length
    return max(_extreme(start, ruler, 1.0) for start in _starts(ruler))


def _starts(ruler: Ruler) -> list[Floats]:
    low, high = np.radians(ruler.limits).tolist()
    # From a folded or straight ruler, whose sections are all in line, no single hinge finds a way on.
    crooked = np.random.default_rng(0).uniform(low, high, (_CROOKED, ruler.hinges))
    return [start_opening(ruler).copy(), np.full(ruler.hinges, low), np.full(ruler.hinges, high), *crooked]


def _extreme(opening: Floats, ruler: Ruler, sign: float) -> float:
    """Least (sign -1) or greatest (sign 1) distance of the tip that turning one hinge after the other comes to, m.

    Exact for one hinge; with more, each hinge in turn is set to its best, again and again.
    """
    length = lay_out(ruler).length
    low, high = np.radians(ruler.limits).tolist()
    sides = fold_sides(opening.size)
    last = math.inf
    for _ in range(_SWEEPS):
        for hinge in range(opening.size):
            angle = angles_from_opening(opening)
            inner = tip_from_angles(angle[: hinge + 1], length[: hinge + 1])
            outer = tip_from_angles(angle[hinge + 1 :], length[hinge + 1 :])
            # |inner + outer turned by t|^2 = const + 2 |inner| |outer| cos(between + t).
            between = math.atan2(outer[1], outer[0]) - math.atan2(inner[1], inner[0])
            wanted = opening[hinge] - sides[hinge] * (between - (0.0 if sign > 0 else math.pi))
            opening[hinge] = _nearest_allowed(wanted, (low, high))
        now = float(np.hypot(*tip_from_angles(angles_from_opening(opening), length)))
        if abs(now - last) <= 1e-9 * length.sum():
            break
        last = now
    return now


def _nearest_allowed(angle: float, limits: tuple[float, float]) -> float:
    """The allowed opening that lies nearest to an angle on the circle."""
    around: Iterator[float] = (angle + turns * 2.0 * math.pi for turns in range(-3, 4))
    return min((min(max(a, limits[0]), limits[1]) for a in around), key=lambda a: 1.0 - math.cos(a - angle))
