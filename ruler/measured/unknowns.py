"""What a fit looks for, as a vector: friction, what each hinge has more or less of it, and the start.

Per-hinge factors are drawn towards 1 by a prior, log-normal with the relative standard deviation `factor_prior`; the
openings at the start, which were measured with the same error as all others, towards what was measured. The ratio

    torque / (table friction x section mass x gravity x section length)

has no prior: it is all that a slow pull tells of friction. Its inverse stands in the vector, for openings change evenly
with that: tight hinges on a smooth table open alike, whatever the ratio. All else but the start stands as a logarithm.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.scenario import Scenario
from ruler.text import suggest

RATIO = "hinge.torque / (table.friction * ruler.section_mass * table.gravity * ruler.section_length)"
TORQUE, VISCOUS, POWER = "hinge.torque", "hinge.viscous", "hinge.viscous_power"
FRICTION, MASS, SPREAD = "table.friction", "ruler.section_mass", "hinge.spread"
FREE_KEYS = (TORQUE, VISCOUS, POWER, FRICTION, MASS, SPREAD)
# What can be looked for in a slow pull and in a film; of the rest it is said that the data do not tell.
SLOW_KEYS, FILM_KEYS = (TORQUE,), (TORQUE, VISCOUS, POWER, FRICTION)
# Ranges in which is looked, where none is given; of torque and viscous friction over what the ratio is over.
RATIO_RANGE, VISCOUS_RANGE = (0.05, 500.0), (1e-3, 500.0)
WIDE = {FRICTION: (0.02, 2.0), POWER: (0.5, 2.5)}
FIRST_VISCOUS = 2.0
# Standard deviation of the logarithm that these are drawn to their first value with.
WIDE_PRIOR = {VISCOUS: math.log(10.0), FRICTION: math.log(2.0), POWER: 0.25}
# A parameter is not determined when its interval spans more than this factor, or leaves this much of its prior.
WIDEST, PRIOR_LEFT = 10.0, 0.8


@dataclass(frozen=True)
class Unknowns:
    """How the vector of a fit is made up.

    Attributes:
        base: the scenario that the other keys are from.
        keys: parameters that are looked for, the torque first.
        bounds: of each, in the units of its scenario key.
        hinges: N.
        per_hinge: whether each hinge has a factor.
        start: whether the openings at the start are looked for.
        factor_prior: relative standard deviation of the factors.
        noise: of an angle, rad.
    """

    base: Scenario
    keys: tuple[str, ...]
    bounds: Mapping[str, tuple[float, float]]
    hinges: int
    per_hinge: bool
    start: bool
    factor_prior: float
    noise: float

    @property
    def size(self) -> int:
        """Length of the vector."""
        return len(self.keys) + self.hinges * (self.per_hinge + self.start)

    @property
    def weight(self) -> float:
        """Table friction x mass x gravity x length of a section, N m: what the ratio is over."""
        return _weight(self.base)

    def first(self) -> Floats:
        """Where the search begins, but for the ratio."""
        x = np.zeros(self.size)
        x[0] = 1.0 / 5.0
        for place, key in enumerate(self.keys[1:], start=1):
            x[place] = math.log(FIRST_VISCOUS if key == VISCOUS else _value(self.base, key))
        return np.clip(x, *self.limits())

    def limits(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the vector."""
        low, high = np.full(self.size, -np.inf), np.full(self.size, np.inf)
        for place, key in enumerate(self.keys):
            low[place], high[place] = np.log(self.bounds[key])
        low[0], high[0] = (1.0 / bound for bound in reversed(self.bounds[TORQUE]))
        if self.per_hinge:
            at = slice(len(self.keys), len(self.keys) + self.hinges)
            low[at], high[at] = -math.log(20.0), math.log(20.0)
        return low, high

    def steps(self, x: Floats) -> Floats:
        """Differences with which slopes are taken at a vector."""
        parts = [np.full(len(self.keys), 0.03)]
        parts[0][0] = 0.03 * x[0] + 0.001
        parts += [np.full(self.hinges, 0.03)] * self.per_hinge + [np.full(self.hinges, 0.01)] * self.start
        return np.concatenate(parts)

    def factors(self, x: Floats) -> Floats:
        """Of each hinge, not yet of mean 1, shape (B, N), from vectors of shape (B, size)."""
        if not self.per_hinge:
            return np.ones((len(x), self.hinges))
        return np.exp(x[:, len(self.keys) : len(self.keys) + self.hinges])

    def ratios(self, x: Floats) -> Floats:
        """Ratio of each hinge, shape (B, N)."""
        return np.asarray(self.factors(x) / x[:, :1])

    def start_opening(self, x: Floats, measured: Floats) -> Floats:
        """At the start, rad, shape (B, N)."""
        moved = x[:, self.size - self.hinges :] if self.start else np.zeros((len(x), self.hinges))
        return np.clip(measured + moved, np.radians(0.1), np.radians(179.9))

    def pulls(self, x: Floats) -> Floats:
        """What the priors say of vectors, each residual of standard deviation 1, shape (B, priors)."""
        parts = [np.zeros((len(x), 0))]
        start = self.first()
        for place, key in enumerate(self.keys):
            if key in WIDE_PRIOR:
                parts.append((x[:, place : place + 1] - start[place]) / WIDE_PRIOR[key])
        at = len(self.keys)
        if self.per_hinge:
            parts.append(x[:, at : at + self.hinges] / _log_spread(self.factor_prior))
        if self.start:
            parts.append(x[:, self.size - self.hinges :] / self.noise)
        return np.concatenate(parts, axis=1)

    def value(self, key: str, x: Floats) -> Floats:
        """A parameter in the unit of its scenario key, factors being of mean 1, shape (B,)."""
        mean = self.factors(x).mean(axis=1)
        if key == RATIO:
            return np.asarray(mean / x[:, 0])
        friction = self.value(FRICTION, x) / self.base.table.friction if FRICTION in self.keys else 1.0
        if key == TORQUE:
            return np.asarray(self.weight * friction * mean / x[:, 0])
        place = self.keys.index(key)
        return np.asarray(np.exp(x[:, place]) * (self.weight * friction if key == VISCOUS else 1.0))


def make_unknowns(
    base: Scenario, free: Sequence[str], per_hinge: bool, timed: bool, factor_prior: float, noise: float
) -> tuple[Unknowns, dict[str, str]]:
    """What is looked for, and of asked keys that the data cannot tell, why not.

    Args:
        base: the scenario the rest is from.
        free: KEY or KEY=LOW:HIGH.
        per_hinge: one factor for each hinge.
        timed: a film, not stills.
        factor_prior: see `Unknowns`.
        noise: of an angle, rad.

    Raises:
        BadInputError: a key that cannot be fitted, or a range that is none.
    """
    asked = dict(_asked(text) for text in free)
    weight = _weight(base)
    if weight <= 0.0:
        raise BadInputError("table.friction: 0: what is fitted is torque over table friction; give the table friction")
    known = FILM_KEYS if timed else SLOW_KEYS
    keys = (TORQUE, *(key for key in known[1:] if key in asked or key == VISCOUS))
    bounds = {}
    for key in keys:
        low, high = asked.get(key) or (None, None)
        unit = weight if key in (TORQUE, VISCOUS) else 1.0
        usual = {TORQUE: RATIO_RANGE, VISCOUS: VISCOUS_RANGE, **WIDE}[key]
        bounds[key] = usual if low is None or high is None else (low / unit, high / unit)
    unknown = Unknowns(
        base=base,
        keys=keys,
        bounds=bounds,
        hinges=base.ruler.hinges,
        per_hinge=per_hinge or SPREAD in asked,
        start=not timed,
        factor_prior=factor_prior,
        noise=noise,
    )
    return unknown, {key: why(key, timed) for key in (*asked, FRICTION, MASS) if key not in (*keys, SPREAD)}


def why(key: str, timed: bool) -> str:
    """Why the data do not tell a parameter."""
    if key == MASS:
        return "no force was measured: mass, table friction and torque could all be larger alike; kept"
    if timed:
        return "kept; --free looks for it"
    return {FRICTION: "a slow pull fixes only torque over (table friction x mass), not the two apart; kept"}.get(
        key, "a slow pull does not depend on it; kept: film a quick pull to learn it"
    )


def _asked(text: str) -> tuple[str, tuple[float, float] | None]:
    key, equals, span = text.partition("=")
    key = key.strip()
    if key not in FREE_KEYS:
        raise BadInputError(f"--free {text}: {key!r} cannot be fitted; {suggest(key, FREE_KEYS)}")
    if not equals:
        return key, None
    low, colon, high = span.partition(":")
    try:
        values = float(low), float(high)
    except ValueError:
        values = (math.nan, math.nan)
    if not colon or not 0.0 < values[0] < values[1] < math.inf:
        raise BadInputError(f"--free {text}: the range must be LOW:HIGH, above 0 and rising, such as {key}=0.001:0.1")
    return key, values


def _weight(base: Scenario) -> float:
    return base.table.friction * base.ruler.section_mass * base.table.gravity * base.ruler.section_length


def _value(base: Scenario, key: str) -> float:
    table, name = key.split(".")
    value: Any = getattr(getattr(base, table), name)
    return float(value)


def _log_spread(relative: float) -> float:
    """Standard deviation of the logarithm of what has this relative one."""
    return math.sqrt(math.log1p(relative**2))
