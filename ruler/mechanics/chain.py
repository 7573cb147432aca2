"""The ruler in Pymunk: sections, hinges, table friction, anchor and hand, put together once."""

import math
from dataclasses import dataclass

import numpy as np
import pymunk

from ruler.arrays import Floats
from ruler.scenario.geometry import Shape, lay_out
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.scenario import Scenario

# Hand and shaken table are very heavy bodies whose velocity is set: what a joint does to them
# shows as a change of velocity, which makes them load cells (impulse = mass x change).
CARRIER_MASS = 1e6
# Table friction acts at two points of each section, a quarter of its length from its centre:
# exact for pure sliding and for pure turning of a uniform rod.
PADS_PER_SECTION = 2
PAD_OFFSET = 0.25
# A section is two bodies that together move as one uniform rod: one that turns, with the whole
# moment of inertia but only this part of the mass, and a point mass pivoted on its centre. Chipmunk
# clamps a friction joint along K^-1 v instead of v, K being the inverse mass at the joint, so on a
# plain rod (1/m along it, 1.75/m across at the pads) table friction points up to 16 deg away from
# the sliding. A quarter of the mass makes that 1 to 1.19: what a shaken table takes is then right to
# 0.2 to 0.3 % (0.7 % with half the mass).
TURNING_MASS = 0.25
# A joint that has come apart, or a hinge that has gone through its stop, goes back with this time
# constant, s. Closing under load gives energy to the ruler, so it is no quicker than it need be.
JOINT_RELAXATION = 0.05
STOP_RELAXATION = 0.1
# Stiffness of the spring that stands in for a constant torque, as a part of that torque per
# radian: over a whole turn the torque changes by less than one part in 10^5.
_CONSTANT_TORQUE_SOFTNESS = 1e-6


@dataclass(frozen=True)
class Chain:
    """A ruler in its Pymunk space.

    Attributes:
        space: the space; it holds nothing else.
        shape: lengths, masses and starting angles.
        sections: N + 1 turning bodies, from the fixed end; everything hangs on them.
        hand: the carrier that holds the tip.
        table: the body that table friction hangs on; a carrier when it can be shaken.
        motors: one per hinge: its friction.
        stops: one per hinge: its limits.
        pivots: one per hinge: what holds the sections together.
        biases: one per hinge: a constant torque that helps to open; empty where opening and closing are alike.
        pads: PADS_PER_SECTION per section: friction on the table; empty without friction.
        grip: the joint between hand and tip.
        table_moves: whether the table is a carrier.
    """

    space: pymunk.Space
    shape: Shape
    sections: list[pymunk.Body]
    hand: pymunk.Body
    table: pymunk.Body
    motors: list[pymunk.SimpleMotor]
    stops: list[pymunk.RotaryLimitJoint]
    pivots: list[pymunk.PivotJoint]
    biases: list[pymunk.DampedRotarySpring]
    pads: list[pymunk.PivotJoint]
    grip: pymunk.PivotJoint
    table_moves: bool

    @property
    def bodies(self) -> list[pymunk.Body]:
        """Bodies in the order in which their states are logged: sections, table if it moves, hand."""
        return [*self.sections, *([self.table] if self.table_moves else []), self.hand]

    @property
    def hand_place(self) -> int:
        """Place of the hand among the logged bodies."""
        return len(self.sections) + self.table_moves

    @property
    def table_place(self) -> int:
        """Place of the table among the logged bodies; 0 when it rests."""
        return len(self.sections) if self.table_moves else 0


def build_chain(scenario: Scenario, table_moves: bool, live: bool = False) -> Chain:
    """Lay the scenario's ruler on the table.

    Args:
        scenario: the scenario.
        table_moves: whether the table is ever shaken; a resting table is a static body.
        live: whether parameters can change, so that friction on the table must not be left out.
    """
    space = pymunk.Space()
    space.iterations = scenario.iterations
    space.gravity = (slope(scenario), 0.0)
    shape = lay_out(scenario.ruler)
    sections = _add_sections(space, shape)
    table = _add_carrier(space, (0.0, 0.0)) if table_moves else space.static_body
    hand = _add_carrier(space, (float(shape.tip[0]), float(shape.tip[1])))
    # The solver goes through the joints in this order, again and again. From the hand inwards one
    # pass carries a jerk of the hand all along the ruler, and at each hinge the pivot has the last
    # word, which keeps it together; other orders leave the joints up to ten times further apart.
    pads = _add_pads(space, scenario, shape, table, sections) if live or _has_table_friction(scenario) else []
    _add_point_masses(space, shape, sections)
    grip = _add_grip(space, scenario, shape, hand, sections[-1])
    motors, stops, pivots, biases = _add_hinges(space, scenario, shape, sections)
    _add_anchor(space, scenario.table.anchor, sections[0], shape.length[0])
    return Chain(space, shape, sections, hand, table, motors, stops, pivots, biases, pads, grip, table_moves)


def point_ahead(chain: Chain, along: float, dt: float) -> tuple[float, float]:
    """Where a point of the last section comes to in the next step, before a hand that takes it can stop it, m.

    Args:
        chain: the ruler.
        along: where on the section, 0 = inner end, 1 = outer end.
        dt: step, s.
    """
    last, place = chain.sections[-1], ((along - 0.5) * float(chain.shape.length[-1]), 0.0)
    point = last.local_to_world(place) + dt * last.velocity_at_local_point(place)
    return point.x, point.y


def _add_carrier(space: pymunk.Space, position: tuple[float, float]) -> pymunk.Body:
    body = pymunk.Body(CARRIER_MASS, math.inf)
    body.position = position
    space.add(body)
    return body


def _add_sections(space: pymunk.Space, shape: Shape) -> list[pymunk.Body]:
    sections = []
    inner = np.zeros(2)
    for length, mass, angle in zip(shape.length.tolist(), shape.mass.tolist(), shape.angle.tolist(), strict=True):
        along = length * np.array([math.cos(angle), math.sin(angle)])
        body = pymunk.Body(TURNING_MASS * mass, mass * length**2 / 12.0)
        body.angle = angle
        body.position = tuple((inner + 0.5 * along).tolist())
        space.add(body)
        sections.append(body)
        inner = inner + along
    return sections


def _add_point_masses(space: pymunk.Space, shape: Shape, sections: list[pymunk.Body]) -> None:
    for section, mass in zip(reversed(sections), shape.mass[::-1].tolist(), strict=True):
        point = pymunk.Body((1.0 - TURNING_MASS) * mass, math.inf)
        point.position = section.position
        space.add(point)
        _add_pivot(space, point, section, (0.0, 0.0), (0.0, 0.0))


def _add_pivot(
    space: pymunk.Space, a: pymunk.Body, b: pymunk.Body, on_a: tuple[float, float], on_b: tuple[float, float]
) -> pymunk.PivotJoint:
    pivot = pymunk.PivotJoint(a, b, on_a, on_b)
    pivot.error_bias = math.exp(-1.0 / JOINT_RELAXATION)
    space.add(pivot)
    return pivot


def _add_anchor(space: pymunk.Space, anchor: str, first: pymunk.Body, length: float) -> None:
    # The anchor stands in the room, as the hand does; a shaken table slides underneath both.
    if anchor == "free":
        return
    _add_pivot(space, space.static_body, first, (0.0, 0.0), (-0.5 * length, 0.0))
    if anchor == "clamped":
        space.add(pymunk.GearJoint(space.static_body, first, first.angle, 1.0))


def _add_grip(
    space: pymunk.Space, scenario: Scenario, shape: Shape, hand: pymunk.Body, last: pymunk.Body
) -> pymunk.PivotJoint:
    if scenario.hand.grip == "clamped":
        space.add(pymunk.GearJoint(hand, last, last.angle, 1.0))
    return _add_pivot(space, hand, last, (0.0, 0.0), (0.5 * shape.length[-1], 0.0))


def _add_hinges(
    space: pymunk.Space, scenario: Scenario, shape: Shape, sections: list[pymunk.Body]
) -> tuple[
    list[pymunk.SimpleMotor], list[pymunk.RotaryLimitJoint], list[pymunk.PivotJoint], list[pymunk.DampedRotarySpring]
]:
    """Add the hinges from the hand inwards; returns motors, stops, pivots and biases from the fixed end."""
    motors, stops, pivots, biases = [], [], [], []
    friction = hinge_torques(scenario).friction.tolist()
    for i, turns in reversed(list(enumerate(stop_turns(scenario, shape).tolist()))):
        inner, outer = sections[i], sections[i + 1]
        stop = pymunk.RotaryLimitJoint(inner, outer, turns[0], turns[1])
        stop.error_bias = math.exp(-1.0 / STOP_RELAXATION)
        motor = pymunk.SimpleMotor(inner, outer, 0.0)
        motor.max_force = friction[i]
        space.add(motor, stop)
        if scenario.hinge.stiffness > 0.0:
            space.add(pymunk.DampedRotarySpring(inner, outer, inner.angle - outer.angle, scenario.hinge.stiffness, 0.0))
        if scenario.hinge.closing_torque is not None:
            biases.append(pymunk.DampedRotarySpring(inner, outer, 0.0, 0.0, 0.0))
            space.add(biases[-1])
        ends = (0.5 * shape.length[i], 0.0), (-0.5 * shape.length[i + 1], 0.0)
        pivots.append(_add_pivot(space, inner, outer, *ends))
        motors.append(motor)
        stops.append(stop)
    return motors[::-1], stops[::-1], pivots[::-1], biases[::-1]


def stop_turns(scenario: Scenario, shape: Shape) -> Floats:
    """How far the outer section of each hinge can turn against its inner one, least and most, rad, shape (N, 2)."""
    return np.sort(np.outer(shape.side, np.radians(scenario.ruler.limits) - math.pi), axis=1)


def set_biases(scenario: Scenario, chain: Chain) -> None:
    """Give the hinges the constant torque that makes opening and closing differ."""
    # Chipmunk has no joint for a constant torque; a very soft spring wound up very far is one.
    for spring, bias, side in zip(chain.biases, hinge_torques(scenario).bias.tolist(), chain.shape.side, strict=False):
        spring.stiffness = _CONSTANT_TORQUE_SOFTNESS * abs(bias)
        spring.rest_angle = -side * math.copysign(1.0 / _CONSTANT_TORQUE_SOFTNESS, bias)


def slope(scenario: Scenario) -> float:
    """Acceleration along +x that a tilted table gives to what lies on it, m/s^2."""
    return scenario.table.gravity * math.sin(math.radians(scenario.table.tilt))


def pad_limits(scenario: Scenario, shape: Shape, coefficient: float) -> Floats:
    """Greatest friction force of each pad in N, shape ((N + 1) PADS_PER_SECTION,)."""
    pressing = scenario.table.gravity * math.cos(math.radians(scenario.table.tilt))
    return np.repeat(coefficient * shape.mass * pressing / PADS_PER_SECTION, PADS_PER_SECTION)


def pad_positions(shape: Shape) -> Floats:
    """Place of each pad along its section from the centre, m, shape ((N + 1) PADS_PER_SECTION,)."""
    return np.asarray(np.outer(shape.length, [-PAD_OFFSET, PAD_OFFSET]).ravel())


def _has_table_friction(scenario: Scenario) -> bool:
    return max(scenario.table.friction, scenario.table.static_friction or 0.0) * scenario.table.gravity > 0.0


def _add_pads(
    space: pymunk.Space, scenario: Scenario, shape: Shape, table: pymunk.Body, sections: list[pymunk.Body]
) -> list[pymunk.PivotJoint]:
    limits = pad_limits(scenario, shape, scenario.table.friction)
    pads = []
    for i, (limit, place) in enumerate(zip(limits.tolist(), pad_positions(shape).tolist(), strict=True)):
        body = sections[i // PADS_PER_SECTION]
        point = body.local_to_world((place, 0.0))
        pad = pymunk.PivotJoint(table, body, table.world_to_local(point), (place, 0.0))
        pad.max_bias = 0.0
        pad.max_force = limit
        space.add(pad)
        pads.append(pad)
    return pads
