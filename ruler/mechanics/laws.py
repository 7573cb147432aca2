"""Friction and springs of a scenario as the kernel takes them."""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.mechanics.chain import CARRIER_MASS, Chain, pad_limits, pad_positions, set_biases, slope, stop_turns
from ruler.mechanics.engine import Kernel
from ruler.mechanics.kernel_data import Laws, Spring
from ruler.mechanics.pointer import Hold
from ruler.mechanics.step_log import StepLog
from ruler.scenario.geometry import Shape
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.scenario import Scenario

NO_SPRING = Spring(False, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def laws(scenario: Scenario, shape: Shape, kernel: Kernel) -> Laws:
    """The friction that is set anew before every step, and what else acts on all sections."""
    hinge, table = scenario.hinge, scenario.table
    torques = hinge_torques(scenario)
    friction, static = torques.friction, torques.resting
    stops, mobility = stop_turns(scenario, shape), _mobility(shape)
    sliding = pad_limits(scenario, shape, table.friction)
    resting = pad_limits(scenario, shape, table.friction if table.static_friction is None else table.static_friction)
    rests = bool(np.any(static != friction))
    return Laws(
        varies=hinge.viscous > 0.0 or rests,
        torque=kernel.given(friction),
        static=kernel.given(static),
        viscous=kernel.given(np.full(friction.size, hinge.viscous)),
        power=hinge.viscous_power,
        mobility=kernel.given(mobility),
        gain=kernel.given(hinge.viscous * hinge.viscous_power * mobility),
        rests=rests,
        ground=bool(np.any(resting != sliding)),
        sliding=kernel.given(sliding),
        resting=kernel.given(resting),
        place=kernel.given(pad_positions(shape)),
        least=kernel.given(stops[:, 0]),
        most=kernel.given(stops[:, 1]),
        tilt=slope(scenario),
        carrier=CARRIER_MASS,
    )


def _mobility(shape: Shape) -> Floats:
    """What a torque in each hinge does to its speed, 1/(kg m^2), shape (N,), about.

    Sections free to turn about the hinge have 3 / (m L^2) each; in a ruler they carry others along. With a
    third of it, rulers of 10 and of 40 hinges come near to their limit of many steps.
    """
    inverse = 1.0 / (shape.mass * shape.length**2)
    return np.asarray(inverse[:-1] + inverse[1:])


def set_limits(scenario: Scenario, chain: Chain, log: StepLog) -> None:
    """Give joints the limits of the parameters as they are now, as for a ruler at rest; the steps set them anew."""
    torques, table = hinge_torques(scenario), scenario.table
    log.limit[:] = torques.resting
    for motor, limit in zip(chain.motors, log.limit.tolist(), strict=True):
        motor.max_force = limit
    if chain.pads:
        log.pad_limit[:] = pad_limits(scenario, chain.shape, max(table.friction, table.static_friction or 0.0))
        for pad, limit in zip(chain.pads, log.pad_limit.tolist(), strict=True):
            pad.max_force = limit
    set_biases(scenario, chain)
    chain.space.gravity = (slope(scenario), 0.0)


def spring(hold: Hold, shape: Shape, section: int, place: float) -> Spring:
    """A hand that pulls the point `place` m from the centre of a section."""
    mass, length = float(shape.mass[section]), float(shape.length[section])
    # Greatest inverse mass at a point of a uniform rod: across it.
    mobility = 1.0 / mass + place**2 / (mass * length**2 / 12.0)
    return Spring(True, section, place, hold.stiffness, hold.damping, mobility, hold.strength, hold.push)


def scripted_hold(scenario: Scenario, force: float | None) -> Hold | None:
    """How the scripted hand pulls when it is no joint: by a set force (N), or as a hand that gives; else None."""
    hand = scenario.hand
    if force is not None:
        return Hold(0.0, 0.0, hand.strength, force)
    if math.isfinite(hand.stiffness):
        return Hold(hand.stiffness, hand.damping, hand.strength)
    return None
