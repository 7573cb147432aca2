"""The ruler by an independent dynamics: the directions of its sections are its only coordinates.

Joints cannot open, for there are none: with the fixed end at the origin, the directions say where every point is. (A
clamped end takes a direction away, a free one adds the place of the fixed end.) A step is implicit and one convex
problem (`least_dissipation`): of all rates v that the hand allows, the ruler takes those that make

    1/2 (v - v*)^T M (v - v*) + dt (dissipation of hinges and table) + springs + stops

least, M being the mass matrix at the middle of the step. Momentum, springs and a tilted table are taken as the discrete
Lagrangian of the midpoint has them (Marsden and West, Acta Numerica 2001, 10.1017/S096249290100006X), so that without
friction the step is of second order and energy does not drift. Friction, stops and the hand act at the step's own rates
(implicit Euler, first order): what sticks sticks, and a stop takes all of a blow.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ruler.arrays import Floats
from ruler.scenario.geometry import Shape
from ruler.theory.least_dissipation import SLIDE_EPS, SPIN_EPS, Give, Minimiser, NoMinimumError, Problem

# Two points of each section, a quarter of its length from its centre, rub like a rod.
PAD_OFFSET = 0.25
# A blow on a stop leaves about this part of its speed within a step.
STOP_REBOUND = 1e-3
# How much the rates still change, rad/s or m/s, in the last pass that finds the middle of a step, and the most passes.
# What is then missing in the rates is this much smaller still: as the angle turned in the step is to a radian.
MIDDLE_TOLERANCE = 1e-3
_PASSES = 12
# A step that is not found, or in which a section turns farther than this (rad), is cut into two, so often at most.
MOST_TURN = 0.2
_CUTS = 10
# Slower than this, hinges (rad/s) and pads (m/s) rest, where static friction holds; as in the simulation.
RESTING_SPIN = 1e-2
RESTING_SPEED = 1e-3
# A hand that slips comes back with this time constant, s; as in the simulation.
JOINT_RELAXATION = 0.02
# A hand that gives has at least this damping, as a part of its stiffness times the step, which is next to nothing.
LEAST_DAMPING = 1e-6


class Linkage:
    """Where the points of a ruler are, and how they move with its coordinates.

    The coordinates q are the directions of the sections (rad), without those that are clamped, and the place of the
    fixed end (m) where it is free. The P points are two pads for each section, which carry its mass, and the tip.

    Args:
        shape: the ruler as it lies at the start.
        anchor: "pinned", "clamped" or "free".
        grip: "pinned" or "clamped".

    Attributes:
        start: the coordinates at the start, shape (n,).
        mass: of each point, kg, shape (P,).
        inertia: moment of inertia beside the points', kg m^2, shape (n,).
        turn: opening rate of each hinge by the rates of the coordinates, shape (N, n).
    """

    def __init__(self, shape: Shape, anchor: str = "pinned", grip: str = "pinned") -> None:
        sections = shape.length.size
        before = np.tril(np.broadcast_to(shape.length, (sections, sections)), -1)
        pads = [before + np.diag(shape.length * (0.5 + place)) for place in (-PAD_OFFSET, PAD_OFFSET)]
        lever = np.pad(np.vstack((*pads, shape.length)), ((0, 0), (0, 2)))
        shift = np.zeros((2, *lever.shape))
        shift[0, :, sections] = shift[1, :, sections + 1] = 1.0
        hinge = np.arange(sections - 1)
        turn = np.zeros((sections - 1, sections + 2))
        turn[hinge, hinge], turn[hinge, hinge + 1] = -shape.side, shape.side
        inertia = np.pad(shape.mass * shape.length**2 * (1.0 / 12.0 - PAD_OFFSET**2), (0, 2))
        start = np.append(shape.angle, (0.0, 0.0))
        free = np.ones(sections + 2, dtype=bool)
        free[0], free[sections - 1], free[sections:] = anchor != "clamped", grip != "clamped", anchor == "free"
        rest = np.where(free, np.inf, start)[:sections][~free[:sections]]
        self._offset = np.stack([lever[:, :sections][:, ~free[:sections]] @ f(rest) for f in (np.cos, np.sin)])
        self._closed = math.pi + turn[:, :sections][:, ~free[:sections]] @ rest
        self._base = np.flatnonzero(free) >= sections
        self._lever, self._shift = lever[:, free], shift[:, :, free]
        self.start, self.inertia, self.turn = start[free], inertia[free], turn[:, free]
        self.mass = np.append(np.tile(0.5 * shape.mass, 2), 0.0)

    def opening(self, q: Floats) -> Floats:
        """Opening of each hinge, rad, shape (N,)."""
        return np.asarray(self._closed + self.turn @ q)

    def points(self, q: Floats) -> Floats:
        """Where the points are, m, shape (2, P); the last is the tip."""
        levers = np.stack((self._lever @ np.cos(q), self._lever @ np.sin(q)))
        return np.asarray(self._offset + self._shift @ q + levers)

    def inner(self, q: Floats) -> Floats:
        """The fixed end, m, shape (2,)."""
        return q[self._base] if self._base.any() else np.zeros(2)

    def jacobian(self, q: Floats) -> Floats:
        """How the points move with the coordinates, shape (2, P, n)."""
        jacobian = self._shift.copy()
        jacobian[0] -= self._lever * np.sin(q)
        jacobian[1] += self._lever * np.cos(q)
        return jacobian

    def mass_matrix(self, jacobian: Floats) -> Floats:
        """M, kg m^2, shape (n, n)."""
        flat = jacobian.reshape(-1, jacobian.shape[-1])
        matrix = flat.T @ (np.tile(self.mass, 2)[:, None] * flat)
        matrix.flat[:: len(matrix) + 1] += self.inertia
        return np.asarray(matrix)

    def gyration(self, q: Floats, velocity: Floats, v: Floats) -> Floats:
        """Slope of the kinetic energy by the coordinates at rates v, shape (n,); `velocity` of the points (2, P)."""
        x, y = (self.mass * velocity) @ self._lever
        return np.asarray(-v * (np.cos(q) * x + np.sin(q) * y))


@dataclass
class Laws:
    """What acts on the ruler beside hand and table.

    Attributes:
        torque, resting_torque: friction of each hinge while it turns and while it rests, N m, shape (N,).
        bias: torque that helps each hinge to open, N m, shape (N,).
        viscous, power: friction of the hinges that grows with their speed, N m (s/rad)^power.
        stiffness: of the hinges' springs, N m/rad.
        rest: opening of each hinge at which its spring has no load, rad, shape (N,).
        least, most: limits of the hinges, rad.
        friction, resting_friction: of each pad while it slides and while it rests, N, shape (P - 1,).
        slope: acceleration along +x, m/s^2.
    """

    torque: Floats
    resting_torque: Floats
    bias: Floats
    viscous: float
    power: float
    stiffness: float
    rest: Floats
    least: float
    most: float
    friction: Floats
    resting_friction: Floats
    slope: float = 0.0


@dataclass
class Hand:
    """What a hand does to the tip in a step.

    Attributes:
        kind: "firm" leads the tip, "slips" leads it with at most its strength, "gives" pulls like a spring, "pushes"
            with a set force.
        place: of the hand at the beginning, m, shape (2,).
        velocity: of the hand, m/s, shape (2,).
        strength: N.
        stiffness, damping: of a hand that gives, N/m and N s/m.
        force: of a hand that pushes, N, shape (2,).
    """

    kind: Literal["firm", "slips", "gives", "pushes"]
    place: Floats
    velocity: Floats
    strength: float = math.inf
    stiffness: float = 0.0
    damping: float = 0.0
    force: Floats | None = None


@dataclass
class Account:
    """Energies since the start, J, and the impulse that the hand gave along x, N s."""

    work: float = 0.0
    hinge_loss: float = 0.0
    table_loss: float = 0.0
    impulse: float = 0.0


class Motion:
    """A ruler that moves step by step.

    Args:
        linkage: the ruler.
        laws: what acts on it; may be replaced between steps.
        spin_eps, slide_eps: see `Minimiser`.

    Attributes:
        q: coordinates, shape (n,).
        v: their rates in the last step, shape (n,).
        account: energies so far.
        steps: steps made, with those that were cut.
    """

    def __init__(self, linkage: Linkage, laws: Laws, spin_eps: float = SPIN_EPS, slide_eps: float = SLIDE_EPS) -> None:
        self.linkage, self.laws = linkage, laws
        self.q, self.v = linkage.start.copy(), np.zeros(linkage.start.size)
        self.account = Account()
        self.steps = 0
        self._momentum = np.zeros(linkage.start.size)
        self._minimiser = Minimiser(linkage.mass.size, len(linkage.turn), spin_eps, slide_eps)
        inertia = linkage.mass_matrix(linkage.jacobian(self.q))
        self._stop = float(np.abs(linkage.turn @ inertia @ linkage.turn.T).max(initial=0.0)) / STOP_REBOUND
        self._tip_velocity, self._spin = np.zeros(2), np.zeros(len(linkage.turn))
        self._slid, self._table_velocity = np.zeros((2, linkage.mass.size - 1)), np.zeros(2)

    @property
    def tip(self) -> Floats:
        """Where the tip is, m, shape (2,)."""
        return np.asarray(self.linkage.points(self.q)[:, -1])

    @property
    def beyond(self) -> float:
        """How far a hinge is beyond its stops at most, rad."""
        opening = self.linkage.opening(self.q)
        return float(np.maximum(opening - self.laws.most, self.laws.least - opening).max(initial=0.0))

    def step(self, dt: float, hand: Hand, table_velocity: Floats, cuts: int = _CUTS) -> None:
        """Make a step of dt (s); one that turns far, or is not found, is made in two.

        Raises:
            NoMinimumError: nor is it found in the smallest parts.
        """
        try:
            self._step(dt, hand, table_velocity)
        except NoMinimumError:
            if cuts == 0:
                raise
            self.step(0.5 * dt, hand, table_velocity, cuts - 1)
            later = replace(hand, place=hand.place + 0.5 * dt * hand.velocity)
            self.step(0.5 * dt, later, table_velocity, cuts - 1)

    def _step(self, dt: float, hand: Hand, table_velocity: Floats) -> None:
        linkage, laws, v = self.linkage, self.laws, self.v
        for _ in range(_PASSES):
            middle = self.q + 0.5 * dt * v
            jacobian = linkage.jacobian(middle)
            inertia = linkage.mass_matrix(jacobian)
            kick = linkage.gyration(middle, jacobian @ v, v) + laws.slope * (linkage.mass @ jacobian[0])
            problem = self._problem(dt, hand, table_velocity, jacobian, inertia, self._momentum + 0.5 * dt * kick)
            before, (v, lead) = v, self._minimiser.rates(problem, v)
            turned = dt * float(np.abs(v).max())
            if turned > MOST_TURN or np.abs(v - before).max() < MIDDLE_TOLERANCE:
                break
        else:
            raise NoMinimumError("the middle of the step was not found")
        if turned > MOST_TURN:
            raise NoMinimumError("a section turns too far")
        spring = laws.stiffness * (linkage.opening(self.q + 0.5 * dt * v) - laws.rest)
        self._momentum = inertia @ v + 0.5 * dt * (kick - spring @ linkage.turn)
        self._charge(dt, hand, table_velocity, problem, v, lead)
        self.q, self.v = self.q + dt * v, v
        self.steps += 1

    def _problem(
        self, dt: float, hand: Hand, table_velocity: Floats, jacobian: Floats, inertia: Floats, momentum: Floats
    ) -> Problem:
        linkage, laws, tip = self.linkage, self.laws, jacobian[:, -1]
        opening = linkage.opening(self.q)
        quadratic, linear = inertia, momentum + dt * (laws.bias @ linkage.turn)
        if laws.stiffness:
            quadratic = inertia + 0.25 * dt * dt * laws.stiffness * (linkage.turn.T @ linkage.turn)
            linear = linear - 0.5 * dt * laws.stiffness * ((opening - laws.rest) @ linkage.turn)
        slide = np.repeat(table_velocity[:, None], linkage.mass.size, axis=1)
        rests = np.hypot(*self._slid) < RESTING_SPEED
        weight = dt * np.append(np.where(rests, laws.resting_friction, laws.friction), 0.0)
        torque = dt * np.where(np.abs(self._spin) < RESTING_SPIN, laws.resting_torque, laws.torque)
        held, path, give = None, (hand.place - self.tip) / dt + hand.velocity, None
        if hand.kind == "firm":
            held = tip
        elif hand.kind == "slips":
            slide[:, -1] = hand.velocity - math.expm1(-dt / JOINT_RELAXATION) * (hand.place - self.tip) / dt
            weight[-1] = dt * hand.strength
        elif hand.kind == "gives":
            damping = max(hand.damping, LEAST_DAMPING * hand.stiffness * dt)
            lead = hand.velocity + hand.stiffness / damping * (hand.place - self.tip)
            give = Give(tip, lead, dt * damping, dt * hand.strength)
        elif hand.force is not None:
            linear = linear + dt * (hand.force @ tip)
        return Problem(
            quadratic=quadratic,
            linear=linear,
            rows=np.concatenate((*jacobian, linkage.turn)),
            slide=slide,
            weight=weight,
            torque=torque,
            viscous=dt * laws.viscous,
            power=laws.power,
            stop=self._stop,
            least=(laws.least - opening) / dt,
            most=(laws.most - opening) / dt,
            held=held,
            path=path,
            give=give,
        )

    def _charge(self, dt: float, hand: Hand, table_velocity: Floats, problem: Problem, v: Floats, lead: Floats) -> None:
        """Enter the step into the account: friction by its law, impulses by the mean of the velocities."""
        account, points = self.account, self.linkage.mass.size
        moved = problem.rows @ v
        spin, velocity = moved[2 * points :], moved[: 2 * points].reshape(2, -1)
        slid = velocity - problem.slide
        rub = problem.weight * self._minimiser.rub
        if hand.kind == "slips":
            lead = -rub[:, -1]
        elif problem.give is not None:
            lead = problem.give.impulse(v)
        elif hand.force is not None:
            lead = dt * hand.force
        table = -rub[:, :-1].sum(axis=1)
        account.impulse += float(lead[0])
        account.work += 0.5 * float(lead @ (velocity[:, -1] + self._tip_velocity))
        account.work += 0.5 * float(table @ (table_velocity + self._table_velocity))
        turned = np.abs(spin)
        account.hinge_loss += float(problem.torque @ turned - dt * self.laws.bias @ spin)
        account.hinge_loss += problem.viscous * float((turned ** (problem.power + 1.0)).sum())
        beyond = np.maximum(spin - problem.most, 0.0) + np.minimum(spin - problem.least, 0.0)
        account.hinge_loss += 0.5 * problem.stop * float(beyond @ (spin + self._spin))
        account.table_loss += float(problem.weight[:-1] @ np.hypot(*slid[:, :-1]))
        self._tip_velocity, self._spin, self._slid = velocity[:, -1], spin, slid[:, :-1]
        self._table_velocity = table_velocity

    def kinetic(self) -> float:
        """Kinetic energy, J."""
        inertia = self.linkage.mass_matrix(self.linkage.jacobian(self.q))
        return 0.5 * float(self._momentum @ np.linalg.solve(inertia, self._momentum))

    def elastic(self) -> float:
        """Energy in the hinges' springs, J."""
        return 0.5 * self.laws.stiffness * float(np.square(self.linkage.opening(self.q) - self.laws.rest).sum())

    def potential(self) -> float:
        """Potential energy on the tilted table, J, 0 with every point at x = 0."""
        return -self.laws.slope * float(self.linkage.mass @ self.linkage.points(self.q)[0])
