"""Friction that is not plain Coulomb: limits that are set anew before every step."""

import math

import numpy as np

from ruler.mechanics.chain import PADS_PER_SECTION, Chain, friction_torque, pad_limits, pad_positions
from ruler.mechanics.handles import Joints, StateLog
from ruler.mechanics.ledger import ANGLE, SPIN, VX, VY
from ruler.scenario.model import Hinge, Scenario

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
        self._per_second = 1.0 / dt
        self._speed = [0.0] * len(chain.motors)
        self._limit = [motor.max_force for motor in chain.motors]
        self.adopt(scenario.hinge)

    def adopt(self, hinge: Hinge) -> None:
        """Go by these parameters from now on."""
        self._torque = friction_torque(hinge)
        rise = 0.0 if hinge.static_torque is None else hinge.static_torque - hinge.torque
        self._static = self._torque + rise
        self._viscous, self._power = hinge.viscous, hinge.viscous_power
        # Whether the joints do it alone, so that nothing has to be set.
        self.constant = hinge.viscous == 0.0 and rise == 0.0
        if self.constant:
            self._limit = [self._torque] * len(self._limit)
            for i in range(len(self._limit)):
                self._motors.set_limit(i, self._torque)

    def see(self, log: StateLog) -> None:
        """Take note of how fast the hinges turn."""
        spins = log.last()[: len(self._speed) + 1, SPIN].tolist()
        smooth = self._smooth
        self._speed = [
            speed + smooth * (abs(outer - inner) - speed)
            for speed, inner, outer in zip(self._speed, spins, spins[1:], strict=False)
        ]

    def set_limits(self) -> None:
        """Pass the friction limits for these speeds on to the motors."""
        viscous, power, torque, static = self._viscous, self._power, self._torque, self._static
        for i, speed in enumerate(self._speed):
            limit = (static if speed < RESTING_SPIN else torque) + viscous * speed**power
            if abs(limit - self._limit[i]) > LIMIT_CHANGE * self._limit[i]:
                self._limit[i] = limit
                self._motors.set_limit(i, limit)

    def torques(self) -> list[float]:
        """Friction torque of each hinge in the last step, N m."""
        per_second = self._per_second
        return [impulse * per_second for impulse in self._motors.impulses()]


class GroundLaw:
    """Friction on the table where resting and sliding differ; else the joints do it alone."""

    def __init__(self, scenario: Scenario, chain: Chain) -> None:
        self._shape = chain.shape
        self._place = pad_positions(chain.shape)
        self._pads = Joints(chain.pads)
        self._any = bool(chain.pads)
        self._sections = chain.shape.length.size
        self._limit = pad_limits(scenario, chain.shape, scenario.table.friction)
        self.adopt(scenario)

    def adopt(self, scenario: Scenario) -> None:
        """Go by these parameters from now on."""
        table = scenario.table
        static = table.friction if table.static_friction is None else table.static_friction
        self._sliding = pad_limits(scenario, self._shape, table.friction)
        self._resting = pad_limits(scenario, self._shape, static)
        self._wanted = self._sliding if static == table.friction else self._resting
        # Whether the joints do it alone, so that nothing has to be set.
        self.constant = static == table.friction or not self._any
        if self._any:
            self.set_limits()

    def see(self, log: StateLog) -> None:
        """Take note of which pads rest."""
        row = log.last()
        body = np.repeat(row[: self._sections], PADS_PER_SECTION, axis=0)
        turn = self._place * body[:, SPIN]
        table = row[-1, [VX, VY]] if len(row) > self._sections + 1 else np.zeros(2)
        speed = np.hypot(
            body[:, VX] - turn * np.sin(body[:, ANGLE]) - table[0],
            body[:, VY] + turn * np.cos(body[:, ANGLE]) - table[1],
        )
        self._wanted = np.where(speed < RESTING_SPEED, self._resting, self._sliding)

    def set_limits(self) -> None:
        """Pass the changed friction limits on to the pads."""
        for i in np.flatnonzero(self._wanted != self._limit).tolist():
            self._pads.set_limit(i, float(self._wanted[i]))
        self._limit = self._wanted
