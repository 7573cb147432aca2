"""What the kernel takes and writes: plain tuples of numbers, flat arrays and C functions."""

from typing import Any, NamedTuple

# Fields of a body in a row, in the order in which pymunk's batch writes them.
X, Y, ANGLE, VX, VY, SPIN = range(6)
FIELDS = 6
# Columns of the log of parts: duration in s; velocities set for hand and table, m/s; forces of a
# hand that gives and of the mouse, N.
DURATION, HAND_VX, HAND_VY, TABLE_VX, TABLE_VY, HAND_FX, HAND_FY, MOUSE_FX, MOUSE_FY = range(9)
PART_COLUMNS = 9
# Columns of the asked-for motion, a row per step: velocities of hand and table, m/s; where the mouse's
# pointer is when the step begins, m, and its velocity, m/s.
POINTER_X, POINTER_Y, POINTER_VX, POINTER_VY = range(4, 8)
MOVE_COLUMNS = 8
# What is known after a part: fastest spin of any section, rad/s; the solver's iterations; parts of the step; the
# spin that the hardest pressed stop gives a section, rad/s; parts and steps still to come that feel a blow.
FASTEST, ITERATIONS, PARTS_NOW, PRESSED, BLOW, AFTER = range(6)


class Calls(NamedTuple):
    """The C functions of Chipmunk that a step needs; vectors are passed as two numbers."""

    step: Any
    set_iterations: Any
    collect: Any
    set_position: Any
    set_velocity: Any
    apply_force: Any
    set_limit: Any
    impulse: Any


class Handles(NamedTuple):
    """What they are called with: addresses of the space, its bodies and joints."""

    space: Any
    collector: Any
    batch: Any
    hand: Any
    table: Any
    sections: Any
    motors: Any
    stops: Any
    pads: Any


class Plan(NamedTuple):
    """Sizes that do not change during a run.

    Attributes:
        bodies: bodies in a row of states; the sections come first, from the fixed end.
        hinges: number of hinges.
        hand: place of the hand's carrier in a row.
        table: place of the table's carrier in a row; 0 when the table rests.
        duration: of a step, s.
        iterations: of the solver in a calm step.
        capacity: rows that the log can hold.
    """

    bodies: int
    hinges: int
    hand: int
    table: int
    duration: float
    iterations: int
    capacity: int


class Laws(NamedTuple):
    """Friction as the parameters have it now.

    Attributes:
        varies: whether the hinges' limits depend on their speed; if not, the joints do it alone.
        torque, static, viscous: of each hinge, N m while turning and resting, N m (s/rad)^power.
        power: of the speed.
        mobility: of each hinge, what an impulse of 1 N m s does to its speed, rad/s, about.
        gain: of each hinge, viscous * power / moment of inertia of its sections: how steeply friction brakes.
        rests: whether a resting hinge has another limit than a turning one.
        ground: whether resting and sliding friction on the table differ.
        sliding, resting: of each pad, N.
        place: of each pad on its section from the centre, m.
        least, most: of each hinge's stops: how far its outer section can turn against its inner one, rad.
        tilt: acceleration of everything along +x, m/s^2; hand and table are held against it.
        carrier: mass of hand and table, kg.
    """

    varies: bool
    torque: Any
    static: Any
    viscous: Any
    power: float
    mobility: Any
    gain: Any
    rests: bool
    ground: bool
    sliding: Any
    resting: Any
    place: Any
    least: Any
    most: Any
    tilt: float
    carrier: float


class Spring(NamedTuple):
    """A hand that pulls a point of a section by a spring with damper, or by a set force.

    Attributes:
        acts: whether there is one.
        section: number of the section from 0.
        place: on the section from its centre, m.
        stiffness: N/m.
        damping: N s/m.
        mobility: greatest inverse mass at the point, 1/kg.
        strength: the most it pulls, N.
        push: a force along +x besides, N.
    """

    acts: bool
    section: int
    place: float
    stiffness: float
    damping: float
    mobility: float
    strength: float
    push: float


class Watch(NamedTuple):
    """What ends the stretch early: the tip's distance along x from the fixed end.

    Attributes:
        acts: whether to look.
        goal: distance along x, m.
        sign: +1 when the tip comes from below, -1 from above.
        inner, outer: half the length of the first and of the last section, m.
    """

    acts: bool
    goal: float
    sign: float
    inner: float
    outer: float


class Log(NamedTuple):
    """What is written down, flat: a row for each part of a step; row 0 is the state before.

    Attributes:
        state: FIELDS numbers for each body.
        part: PART_COLUMNS numbers.
        rub, hit: impulses of the friction and of the stop of each hinge, N m s.
        end: row that ends each step of the stretch.
        limit: friction limit of each hinge now, N m; one row.
        pad_limit: friction limit of each pad now, N; one row.
        slip: speed of each hinge by which friction goes, rad/s; one row.
        speed: speed of each hinge smoothed over REST_SMOOTHING, rad/s; one row.
        now: FASTEST, ITERATIONS, PARTS_NOW, PRESSED, BLOW and AFTER.
    """

    state: Any
    part: Any
    rub: Any
    hit: Any
    end: Any
    limit: Any
    pad_limit: Any
    slip: Any
    speed: Any
    now: Any
