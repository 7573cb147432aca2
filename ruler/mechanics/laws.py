"""Friction that is not plain Coulomb: limits that are set anew before every step."""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.chain import PADS_PER_SECTION, Chain, friction_torque, one_torque, pad_limits, pad_positions
from ruler.mechanics.handles import Joints, StateLog
from ruler.mechanics.ledger import ANGLE, SPIN, VX, VY
from ruler.scenario.scenario import Scenario

INF = math.inf
# The speed that the hinge law sees is smoothed over this time, s.
SPEED_SMOOTHING = 0.004
# Slower than this, a hinge (rad/s) or a pad (m/s) counts as resting, where static friction holds.
RESTING_SPIN = 1e-2
RESTING_SPEED = 1e-3
# A friction limit is passed on when it has changed by more than this part.
LIMIT_CHANGE = 1e-4


class HingeLaw:
    """Friction of the hinges: Coulomb, plus what depends on speed or on whether the hinge rests."""

    def __init__(self, scenario: Scenario, chain: Chain, dt: float) -> None:
        self._motors = Joints(chain.motors)
        self._smooth = 1.0 - math.exp(-dt / SPEED_SMOOTHING)
        self._speed = [0.0] * len(chain.motors)
        self._limit = [motor.max_force for motor in chain.motors]
        self.set_parameters(scenario)

    def set_parameters(self, scenario: Scenario) -> None:
        """Go by these parameters from now on."""
        hinge = scenario.hinge
        self._torque = friction_torque(hinge)
        rise = 0.0 if hinge.static_torque is None else hinge.static_torque - one_torque(hinge)
        self._static = self._torque + rise
        self._viscous, self._power = hinge.viscous, hinge.viscous_power
        # Slower than this, what friction gains from speed is not worth passing on.
        self._slow = (
            (LIMIT_CHANGE * self._torque / hinge.viscous) ** (1.0 / hinge.viscous_power) if hinge.viscous else INF
        )
        # Whether the joints do it alone, so that nothing has to be set.
        self.constant = hinge.viscous == 0.0 and rise == 0.0
        self._limit = [self._limit_at(speed) for speed in self._speed]
        for i, limit in enumerate(self._limit):
            self._motors.set_limit(i, limit)

    def _limit_at(self, speed: float) -> float:
        """Friction limit of a hinge that turns at `speed` rad/s, N m."""
        coulomb = self._static if speed < RESTING_SPIN else self._torque
        return coulomb if speed < self._slow else coulomb + self._viscous * speed**self._power

    def follow(self, log: StateLog) -> None:
        """Take note of how fast the hinges turn and pass their friction limits on, for the next step."""
        speeds, limits, smooth = self._speed, self._limit, self._smooth
        torque, static, viscous, power, slow = self._torque, self._static, self._viscous, self._power, self._slow
        spins, set_limit = log.last_column(SPIN, len(speeds) + 1), self._motors.set_limit
        inner, rest = spins[0], min(RESTING_SPIN, slow)
        # `_limit_at` written out, on plain floats: for ten hinges twice as fast as with arrays.
        for i, outer in enumerate(spins[1:]):
            turn = outer - inner
            inner = outer
            speed = speeds[i]
            speeds[i] = speed = speed + smooth * ((turn if turn > 0.0 else -turn) - speed)
            if speed < rest and limits[i] == static:
                continue
            limit = static if speed < RESTING_SPIN else torque
            if speed >= slow:
                limit += viscous * speed**power
            before = limits[i]
            change = limit - before
            if change and not -LIMIT_CHANGE * before <= change <= LIMIT_CHANGE * before:
                limits[i] = limit
                set_limit(i, limit)

    def impulses(self) -> list[float]:
        """Size of each hinge's friction impulse in the last step, N m s."""
        return self._motors.impulses()


class GroundLaw:
    """Friction on the table where resting and sliding differ; else the joints do it alone."""

    def __init__(self, scenario: Scenario, chain: Chain) -> None:
        self._shape = chain.shape
        self._place = pad_positions(chain.shape)
        self._pads = Joints(chain.pads)
        self._any = bool(chain.pads)
        self._sections = chain.shape.length.size
        self._limit = pad_limits(scenario, chain.shape, scenario.table.friction)
        self.set_parameters(scenario)

    def set_parameters(self, scenario: Scenario) -> None:
        """Go by these parameters from now on."""
        table = scenario.table
        static = table.friction if table.static_friction is None else table.static_friction
        self._sliding = pad_limits(scenario, self._shape, table.friction)
        self._resting = pad_limits(scenario, self._shape, static)
        # Whether the joints do it alone, so that nothing has to be set.
        self.constant = static == table.friction or not self._any
        if self._any:
            self._pass_on(self._sliding if static == table.friction else self._resting)

    def follow(self, log: StateLog) -> None:
        """Take note of which pads rest and pass the changed limits on, for the next step."""
        row = log.last()
        body = np.repeat(row[: self._sections], PADS_PER_SECTION, axis=0)
        turn = self._place * body[:, SPIN]
        table = row[-1, [VX, VY]] if len(row) > self._sections + 1 else np.zeros(2)
        speed = np.hypot(
            body[:, VX] - turn * np.sin(body[:, ANGLE]) - table[0],
            body[:, VY] + turn * np.cos(body[:, ANGLE]) - table[1],
        )
        self._pass_on(np.where(speed < RESTING_SPEED, self._resting, self._sliding))

    def _pass_on(self, wanted: Floats) -> None:
        for i in np.flatnonzero(wanted != self._limit).tolist():
            self._pads.set_limit(i, float(wanted[i]))
        self._limit = wanted
