"""A hand that gives like a spring, or pulls with a set force: a force at the tip, no joint."""

import math
from dataclasses import dataclass

Force = tuple[float, float]


@dataclass(frozen=True)
class RodPoint:
    """A point of a rod, as the force of a soft hand needs it; SI units; the arm is from the rod's centre."""

    x: float
    y: float
    vx: float
    vy: float
    arm_x: float
    arm_y: float
    mass: float
    moment: float


def rod_point(state: list[float], place: float, length: float, mass: float) -> RodPoint:
    """The point `place` m from the centre of a rod with the state [x, y, angle, vx, vy, spin]."""
    x, y, angle, vx, vy, spin = state
    arm_x, arm_y = place * math.cos(angle), place * math.sin(angle)
    moment = mass * length**2 / 12.0
    return RodPoint(x + arm_x, y + arm_y, vx - spin * arm_y, vy + spin * arm_x, arm_x, arm_y, mass, moment)


def spring_force(
    end: RodPoint,
    target: tuple[float, float],
    velocity: tuple[float, float],
    stiffness: float,
    damping: float,
    dt: float,
) -> Force:
    """Force in N of a spring and damper from a point of a rod to a moving target.

    Chipmunk moves bodies by their old velocities before it applies forces, so the spring is taken
    where the point will then be; that makes the step symplectic.

    The damping is limited to what brings the point to rest within a step,
    (1 - exp(-c dt K)) / (dt K) with K the greatest inverse mass at the point, which keeps the
    explicit step stable for any damping. The stiffness has to be below `greatest_stiffness`.

    Args:
        end: the point of the rod, often its end.
        target: where the spring pulls to, m.
        velocity: of the target, m/s.
        stiffness: k, N/m.
        damping: c, N s/m.
        dt: step, s.
    """
    per_step = dt * (1.0 / end.mass + (end.arm_x**2 + end.arm_y**2) / end.moment)
    damping = -math.expm1(-damping * per_step) / per_step
    return (
        stiffness * (target[0] - end.x - dt * end.vx) + damping * (velocity[0] - end.vx),
        stiffness * (target[1] - end.y - dt * end.vy) + damping * (velocity[1] - end.vy),
    )


def limited(force: Force, strength: float) -> Force:
    """The force, or as much of it as the hand is able to pull (N)."""
    size = math.hypot(*force)
    part = min(1.0, strength / size) if size > 0.0 else 1.0
    return force[0] * part, force[1] * part


def in_body_frame(force: Force, angle: float) -> Force:
    """A force given in table coordinates, in the frame of a body turned by `angle` rad."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return cosine * force[0] + sine * force[1], -sine * force[0] + cosine * force[1]
