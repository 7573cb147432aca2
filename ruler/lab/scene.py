"""What there is to draw, as plain data: the same for the running ruler, a replay, a screenshot, a video."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.measured import Photographed
from ruler.mechanics import Snapshot

# Torques that differ by less than this part of their mean are alike: what rounding leaves.
ALIKE = 1e-9
# A hinge that is open by less than this has shut, deg.
SHUT = 1.0


@dataclass(frozen=True)
class Holder:
    """Something that holds the ruler: the scripted hand at the tip, or the mouse at a section.

    Attributes:
        kind: "hand" (scripted) or "mouse".
        at: where it holds the ruler, m, shape (2,).
        target: where it pulls to, m, shape (2,); the same as `at` for a rigid hand, else a spring is drawn.
        force: what it pulls with, N, shape (2,); None when not known (a replay).
        clamped: whether the section cannot turn in it.
        shaking: whether it is being shaken.
        speed: how fast the user's hand goes, m/s, to be shown beside it; None when it is not to be.
    """

    kind: Literal["hand", "mouse"]
    at: Floats
    target: Floats
    force: Floats | None = None
    clamped: bool = False
    shaking: bool = False
    speed: float | None = None


def holders(
    now: Snapshot, clamped: bool, tip_shaken: bool, tip_in_mouse: bool, speed: float | None = None
) -> tuple[Holder, ...]:
    """Who holds the ruler of a snapshot.

    Args:
        now: the snapshot.
        clamped: whether the scripted hand clamps the last section.
        tip_shaken: whether the tip is being shaken.
        tip_in_mouse: whether it is the tip that the mouse holds.
        speed: of the mouse's hand, m/s.
    """
    found = []
    if now.hand is not None:
        found.append(Holder("hand", now.outer[-1], now.hand, now.hand_force, clamped, tip_shaken))
    if now.mouse is not None and now.mouse_at is not None:
        shaking = tip_shaken and tip_in_mouse
        found.append(Holder("mouse", now.mouse_at, now.mouse, now.mouse_force, shaking=shaking, speed=speed))
    return tuple(found)


@dataclass(frozen=True)
class Backdrop:
    """A picture of the table, laid flat.

    Attributes:
        picture: the picture.
        place: left, lower, right and upper edge on the table, m.
    """

    picture: pygame.Surface
    place: tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    """A ruler with N hinges on its table at one moment.

    Attributes:
        inner: inner end of each section, m, shape (N + 1, 2); x to the right along the pull, y up.
        outer: outer end of each section, m, shape (N + 1, 2).
        opening: of each hinge, rad, shape (N,), from the fixed end.
        share: load share of each hinge, shape (N,), or None while nothing has opened.
        opened: mean of what the hinges have opened by since the start, rad.
        full_length: of the straight ruler, m.
        section_length: of a full section, m.
        anchor: how the fixed end is held.
        tilt: how far the table falls towards +x, deg.
        torque: own friction torque of each hinge, its factor included, N m, shape (N,); None when not known.
        table_shaking: whether the table is being shaken.
        holders: who holds the ruler.
        snapshot: the running simulation's own account of the moment, forces and all; None in a replay.
        trace: where the tip has been, m, shape (points, 2).
        blocks: positions of the blocks of a spring-block chain, 0 to 1, shape (N + 1,), drawn instead
            of a ruler; None for a ruler.
        backdrop: a film's frame behind the ruler, or None.
        outline: whether the ruler is drawn as an outline only, over its film.
        photographed: a real ruler beside this one, drawn as an outline, or None.
    """

    inner: Floats
    outer: Floats
    opening: Floats
    share: Floats | None
    full_length: float
    section_length: float
    opened: float = 0.0
    anchor: Literal["pinned", "clamped", "free"] = "pinned"
    tilt: float = 0.0
    torque: Floats | None = None
    table_shaking: bool = False
    holders: tuple[Holder, ...] = ()
    snapshot: Snapshot | None = None
    trace: Floats | None = None
    blocks: Floats | None = None
    backdrop: Backdrop | None = None
    outline: bool = False
    photographed: Photographed | None = None

    @property
    def tightness(self) -> Floats | None:
        """Own torque of each hinge over their mean, shape (N,); None when they are alike, or not known."""
        if self.torque is None or not np.isfinite(self.torque).all():
            return None
        mean = float(self.torque.mean())
        return None if float(np.ptp(self.torque)) <= ALIKE * mean else self.torque / mean

    @property
    def table(self) -> Floats:
        """How far the table has been shaken out of place, m, shape (2,); zero when not known."""
        return np.zeros(2) if self.snapshot is None else self.snapshot.table


@dataclass(frozen=True)
class Options:
    """What is drawn besides the ruler.

    Attributes:
        tension, friction, trace: overlays.
        hovered: number of the hinge under the mouse, or None.
        selected: number of the hinge whose own torque is being looked at, or None.
        layers: whether layer numbers and INPUT / OUTPUT are written.
        deep: whether the pulled end stands for the deep end (output), as in the paper.
        quantity: what the graph over time shows, a name of `QUANTITIES`.
        length, end: how long a stretch of time it shows, and where that ends, s; None: all, and the latest.
    """

    tension: bool = False
    friction: bool = False
    trace: bool = False
    hovered: int | None = None
    selected: int | None = None
    layers: bool = True
    deep: bool = True
    quantity: str = "openings"
    length: float | None = None
    end: float | None = None


def shut_from_hand(opening: Floats, start: Floats) -> int:
    """How many hinges, counted from the hand, have shut since the start; openings in rad, shape (N,)."""
    closed = (np.degrees(opening) < SHUT) & (np.degrees(start) > 2.0 * SHUT)
    return closed.size if closed.all() else int(np.argmin(closed[::-1]))
