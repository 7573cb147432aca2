"""The state of a running simulation at one moment, for whoever wants to look at it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.mechanics.chain import CARRIER_MASS, PADS_PER_SECTION, Chain, pad_positions
from ruler.mechanics.kernel_data import ANGLE, DURATION, HAND_FX, HAND_VX, MOUSE_FX, SPIN, TABLE_VX, VX, VY, X, Y
from ruler.mechanics.pointer import Pointer
from ruler.scenario.geometry import opening_from_angles

# Slower than this (rad/s) a hinge is shown as sticking.
STICKING_SPIN = 0.01


@dataclass(frozen=True)
class Snapshot:
    """What the ruler is doing now; SI units, angles in rad.

    Attributes:
        inner, outer: ends of each section, m, shape (N + 1, 2).
        opening: of each hinge, rad, shape (N,).
        sticks: whether each hinge sticks, shape (N,).
        torque: friction torque of each hinge in the last step, N m, shape (N,).
        torque_limit: the most it could have been, N m, shape (N,).
        tension: force through each hinge in the last step, N, shape (N,).
        friction: force of the table on each section in the last step, N, shape (N + 1, 2).
        table: how far the table is from its place, m, shape (2,).
        hand: where the scripted hand is, m, or None when it does not hold the tip.
        mouse: where the mouse's hand is, m, or None when it holds nothing.
        mouse_at: where it holds the ruler, m, or None.
        hand_force, mouse_force: N, shape (2,); zero when there is none.
    """

    inner: Floats
    outer: Floats
    opening: Floats
    sticks: NDArray[np.bool_]
    torque: Floats
    torque_limit: Floats
    tension: Floats
    friction: Floats
    table: Floats
    hand: Floats | None
    mouse: Floats | None
    mouse_at: Floats | None
    hand_force: Floats
    mouse_force: Floats


def take_snapshot(
    chain: Chain, row: Floats, part: Floats, pointer: Pointer | None, hand: bool, firm: bool, ahead: float
) -> Snapshot:
    """What the ruler is doing.

    Args:
        chain: the ruler.
        row: states of the bodies, shape (bodies, FIELDS).
        part: what was set and applied in the last part of a step, shape (PART_COLUMNS,).
        pointer: the mouse while it holds a section.
        hand: whether the scripted hand holds the tip.
        firm: whether the mouse holds the last section as firmly as a scripted hand.
        ahead: s after the last step for which positions are given.
    """
    # Before the first step nothing has acted, whatever it is divided by.
    dt = float(part[DURATION]) or 1.0
    inner, outer = section_ends(row, chain.shape.length, ahead)
    held = None
    if pointer is not None:
        held = inner[pointer.section] + pointer.along * (outer[pointer.section] - inner[pointer.section])
    pulling = _hand_force(chain, row, part, dt)
    mouse = None
    if pointer is not None:
        mouse = np.array(chain.hand.position) if firm else np.array([pointer.x, pointer.y])
    return Snapshot(
        inner=inner,
        outer=outer,
        table=np.array(chain.table.position) if chain.table_moves else np.zeros(2),
        hand=np.array(chain.hand.position) if hand else None,
        mouse=mouse,
        mouse_at=held,
        hand_force=np.zeros(2) if firm else pulling,
        mouse_force=pulling if firm else np.zeros(2) if pointer is None else part[MOUSE_FX:].copy(),
        **joint_forces(chain, row, dt),
    )


def _hand_force(chain: Chain, row: Floats, part: Floats, dt: float) -> Floats:
    """Force of the hand, N: what its carrier lost in the last part of a step, or what it pulled with by a spring."""
    lost = part[HAND_VX:TABLE_VX] - row[chain.hand_place, VX:SPIN]
    return np.asarray(CARRIER_MASS * lost / dt + part[HAND_FX:MOUSE_FX])


def section_ends(row: Floats, length: Floats, ahead: float) -> tuple[Floats, Floats]:
    """Inner and outer ends of the sections, m, `ahead` seconds after the state `row`."""
    sections = row[: length.size]
    angle = sections[:, ANGLE] + ahead * sections[:, SPIN]
    half = 0.5 * length[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    centre = sections[:, [X, Y]] + ahead * sections[:, [VX, VY]]
    return centre - half, centre + half


def joint_forces(chain: Chain, row: Floats, dt: float) -> dict[str, Any]:
    """What the joints of the ruler did in the last step: the fields of a Snapshot of these names."""
    spin = row[: len(chain.sections), SPIN]
    return {
        "opening": opening_from_angles(row[: len(chain.sections), ANGLE], chain.shape.side),
        "sticks": np.abs(np.diff(spin)) < STICKING_SPIN,
        "torque": np.array([motor.impulse for motor in chain.motors]) / dt,
        "torque_limit": np.array([motor.max_force for motor in chain.motors]),
        "tension": np.array([pivot.impulse for pivot in chain.pivots]) / dt,
        "friction": _pad_forces(chain, row, dt),
    }


def _pad_forces(chain: Chain, row: Floats, dt: float) -> Floats:
    """Friction on each section, N, shape (N + 1, 2): each pad's force against its sliding."""
    count = len(chain.sections)
    if not chain.pads:
        return np.zeros((count, 2))
    size = np.array([pad.impulse for pad in chain.pads]) / dt
    body = np.repeat(row[:count], PADS_PER_SECTION, axis=0)
    turn = pad_positions(chain.shape) * body[:, SPIN]
    table = np.array(chain.table.velocity)
    velocity = np.column_stack(
        (body[:, VX] - turn * np.sin(body[:, ANGLE]) - table[0], body[:, VY] + turn * np.cos(body[:, ANGLE]) - table[1])
    )
    speed = np.hypot(*velocity.T)[:, None]
    against = np.divide(-velocity, speed, out=np.zeros_like(velocity), where=speed > 1e-9)
    return np.asarray((size[:, None] * against).reshape(count, PADS_PER_SECTION, 2).sum(axis=1))
