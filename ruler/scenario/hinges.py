"""How stiff each hinge is: its own torques, and what the spread of the hinges makes of them."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ruler.arrays import Floats

if TYPE_CHECKING:
    from ruler.scenario.scenario import Scenario

# Number of the stream of random numbers that the factors come from; shakes have (phase, shake) and small numbers.
_STREAM = 2_000_000


@dataclass(frozen=True)
class HingeTorques:
    """Coulomb friction of every hinge, its factor included, N m, each of shape (N,).

    Attributes:
        opening: while it opens.
        closing: while it closes.
        static: to start opening; never below `opening`.
    """

    opening: Floats
    closing: Floats
    static: Floats

    @property
    def friction(self) -> Floats:
        """Mean of opening and closing torque, N m, shape (N,)."""
        return np.asarray(0.5 * (self.opening + self.closing))

    @property
    def bias(self) -> Floats:
        """Constant torque that helps to open, N m, shape (N,), so that opening meets `opening` and closing `closing`.

        With the friction limit `friction` and this bias a hinge rests exactly while the applied
        torque lies between -closing and +opening.
        """
        return np.asarray(0.5 * (self.closing - self.opening))

    @property
    def resting(self) -> Floats:
        """The friction limit of a hinge at rest, N m, shape (N,): with `bias` it holds up to `static` in opening."""
        return np.asarray(self.friction + self.static - self.opening)


def hinge_factors(scenario: "Scenario") -> Floats:
    """What each hinge's torques are multiplied by, shape (N,): log-normal, mean 1, standard deviation `hinge.spread`.

    Drawn from the scenario's seed; a longer ruler begins with the same factors. Ones without a spread.
    """
    count, spread = scenario.ruler.hinges, scenario.hinge.spread
    if spread == 0.0:
        return np.ones(count)
    rng = np.random.default_rng(np.random.SeedSequence(scenario.seed, spawn_key=(_STREAM,)))
    # exp(N(m, s^2)) has the mean exp(m + s^2 / 2) and the relative variance exp(s^2) - 1.
    variance = math.log1p(spread**2)
    return np.exp(math.sqrt(variance) * rng.standard_normal(count) - 0.5 * variance)


def hinge_torques(scenario: "Scenario") -> HingeTorques:
    """Friction of every hinge: closing and static torque are the hinge's own torque where they are not given."""
    hinge, factors = scenario.hinge, hinge_factors(scenario)
    own: Floats = np.broadcast_to(np.asarray(hinge.torque, dtype=np.float64), factors.shape)
    closing = own if hinge.closing_torque is None else hinge.closing_torque
    static = own if hinge.static_torque is None else hinge.static_torque
    return HingeTorques(opening=own * factors, closing=closing * factors, static=static * factors)
