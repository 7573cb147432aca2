"""The step: the one function that makes every step of a run, interpreted or compiled.

It is written over flat indexables and C functions, so that the same source runs on Python's lists
and cffi's functions, and, where Numba is installed (extra `fast`), as machine code on arrays (see
`engine`). Both make the same calls with the same numbers in the same order and give the same bits:
only + - * / and the C library's own functions are used. A friction law, a force, or a quantity to
be watched step by step belongs here and nowhere else; the account reads what is logged here.
"""

import math
from typing import Any

from ruler.mechanics.kernel_data import (
    AFTER,
    ANGLE,
    BLOW,
    DURATION,
    FASTEST,
    FIELDS,
    HAND_FX,
    HAND_FY,
    HAND_VX,
    HAND_VY,
    ITERATIONS,
    MOUSE_FX,
    MOUSE_FY,
    MOVE_COLUMNS,
    PART_COLUMNS,
    PARTS_NOW,
    POINTER_VX,
    POINTER_VY,
    POINTER_X,
    POINTER_Y,
    PRESSED,
    SPIN,
    TABLE_VX,
    TABLE_VY,
    VX,
    VY,
    Calls,
    Handles,
    Laws,
    Log,
    Plan,
    Spring,
    Watch,
    X,
    Y,
)

# A step is split so that no section turns farther than this in a part of it, rad: positions move
# along straight lines, so a section that turns by a drifts off its joints by a^2 / 4 of its length.
TURN = 0.01
# More parts than this are not made, however fast a section whirls.
MAX_PARTS = 64
# A blow goes through the whole ruler at once: a hinge comes upon its stop at more than this speed, rad/s, the
# hand's velocity changes by so much, m/s, or a stop's impulse would change a section's spin by so much, rad/s.
# The solver hands it on from joint to joint, and begins the next part with the impulses of this one, which
# are then far too great: for some parts it makes so many times the iterations, times the number of hinges,
# and for some steps after them so many times.
STRIKE = 5.0
JUMP = 0.2
PRESS = 1.0
BLOW_PARTS, BLOW_ITERATIONS = 2.0, 2
AFTER_STEPS, AFTER_ITERATIONS = 8.0, 8
# The parts of a step become fewer only gradually. Chipmunk begins a part with the impulses of the one before times
# the ratio of their durations, of which a stop can take back no more than the impulse itself: while one presses
# harder than this, rad/s, longer parts would throw the hinge back.
FEWER_PARTS = 0.8
PRESSING = 0.05
# Slower than this, a hinge (rad/s) or a pad (m/s) counts as resting, where static friction holds.
RESTING_SPIN = 1e-2
RESTING_SPEED = 1e-3
# Whether a hinge rests is judged by its speed smoothed over this time, s: a jolt does not break it away.
REST_SMOOTHING = 0.001
# A friction limit is passed on when it has changed by more than this part.
LIMIT_CHANGE = 1e-4


def spring_force(
    spring: Spring, state: Any, base: int, h: float, x: float, y: float, vx: float, vy: float
) -> tuple[float, float, float, float]:
    """Force in N of a spring towards x, y (m), which moves at vx, vy (m/s), and the point on which it acts, m.

    Chipmunk moves bodies by their old velocities before it applies forces, so the spring is taken
    where the point will then be; that makes the step symplectic. The damping is limited to what
    brings the point to rest within a part, (1 - exp(-c h K)) / (h K) with K the mobility, which
    keeps the explicit step stable for any damping. The stiffness has to be below `greatest_stiffness`.
    """
    at = base + spring.section * FIELDS
    angle, spin = state[at + ANGLE], state[at + SPIN]
    arm_x, arm_y = spring.place * math.cos(angle), spring.place * math.sin(angle)
    point_x, point_y = state[at + X] + arm_x, state[at + Y] + arm_y
    point_vx, point_vy = state[at + VX] - spin * arm_y, state[at + VY] + spin * arm_x
    damping = -math.expm1(-spring.damping * h * spring.mobility) / (h * spring.mobility)
    force_x = spring.push + spring.stiffness * (x - point_x - h * point_vx) + damping * (vx - point_vx)
    force_y = spring.stiffness * (y - point_y - h * point_vy) + damping * (vy - point_vy)
    size = math.sqrt(force_x * force_x + force_y * force_y)
    if size > spring.strength:
        force_x, force_y = force_x * spring.strength / size, force_y * spring.strength / size
    return force_x, force_y, point_x, point_y


def act(
    row: int,
    part: int,
    h: float,
    move: int,
    moves: Any,
    calls: Calls,
    handles: Handles,
    plan: Plan,
    laws: Laws,
    hand: Spring,
    mouse: Spring,
    log: Log,
) -> None:
    """What is done before a part of a step: hand and table are set going, and hands that give pull.

    `row` is the row that the part will be logged in, `part` its number in its step, from 1, `h` its
    duration in s, `move` where in `moves` the step begins; all else as for `play`.
    """
    state, parts, entry, base = log.state, log.part, row * PART_COLUMNS, (row - 1) * plan.bodies * FIELDS
    hand_vx, hand_vy, table_vx, table_vy = moves[move], moves[move + 1], moves[move + 2], moves[move + 3]
    parts[entry + DURATION] = h
    parts[entry + HAND_VX], parts[entry + HAND_VY] = hand_vx, hand_vy
    parts[entry + TABLE_VX], parts[entry + TABLE_VY] = table_vx, table_vy
    # Chipmunk moves the bodies first, by the velocities that they had, and then solves for new ones. The hand
    # is put where that takes it to the place that the ruler comes to: it would else always be a part ahead.
    at, before = base + plan.hand * FIELDS, entry - PART_COLUMNS
    lapsed = parts[before + DURATION]
    hand_x = state[at + X] + lapsed * parts[before + HAND_VX]
    hand_y = state[at + Y] + lapsed * parts[before + HAND_VY]
    calls.set_position(handles.hand, hand_x - h * hand_vx, hand_y - h * hand_vy)
    calls.set_velocity(handles.hand, hand_vx, hand_vy)
    if plan.table:
        calls.set_velocity(handles.table, table_vx, table_vy)
    if laws.tilt != 0.0:
        against = -laws.carrier * laws.tilt
        calls.apply_force(handles.hand, against, 0.0, state[at + X], state[at + Y])
        if plan.table:
            at_table = base + plan.table * FIELDS
            calls.apply_force(handles.table, against, 0.0, state[at_table + X], state[at_table + Y])
    if hand.acts:
        fx, fy, px, py = spring_force(hand, state, base, h, hand_x, hand_y, hand_vx, hand_vy)
        calls.apply_force(handles.sections[hand.section], fx, fy, px, py)
        parts[entry + HAND_FX], parts[entry + HAND_FY] = fx, fy
    if mouse.acts:
        vx, vy = moves[move + POINTER_VX], moves[move + POINTER_VY]
        x, y = moves[move + POINTER_X] + part * h * vx, moves[move + POINTER_Y] + part * h * vy
        fx, fy, px, py = spring_force(mouse, state, base, h, x, y, vx, vy)
        calls.apply_force(handles.sections[mouse.section], fx, fy, px, py)
        parts[entry + MOUSE_FX], parts[entry + MOUSE_FY] = fx, fy


def feel_hinges(
    row: int, h: float, calm: float, calls: Calls, handles: Handles, plan: Plan, laws: Laws, log: Log
) -> None:
    """What is read off the hinges after a part, and the friction limits that follow from it for the next.

    `row` is the row of the part, `h` its duration in s, `calm` how much of the smoothed speed the new
    one makes; all else as for `play`.
    """
    state, joint, at = log.state, row * plan.hinges, row * plan.bodies * FIELDS + SPIN
    # Named here, for interpreted each look into a tuple counts.
    impulse, stops, motors, varies, hit, rub, limits = (
        calls.impulse,
        handles.stops,
        handles.motors,
        laws.varies,
        log.hit,
        log.rub,
        log.limit,
    )
    slips, gain, torque, viscous, power = log.slip, laws.gain, laws.torque, laws.viscous, laws.power - 1.0
    rests, static, smooth, mobility, set_limit = laws.rests, laws.static, log.speed, laws.mobility, calls.set_limit
    inner = state[at]
    fastest, pressing = abs(inner), 0.0
    for i in range(plan.hinges):
        at += FIELDS
        outer = state[at]
        spin, speed = abs(outer), abs(outer - inner)
        inner = outer
        if spin > fastest:
            fastest = spin
        pressed = impulse(stops[i])
        hit[joint + i] = pressed
        if pressed > 0.0 and pressed * mobility[i] > pressing:
            pressing = pressed * mobility[i]
        if varies:
            rub[joint + i] = impulse(motors[i])
            # A Newton step towards the speed at which friction and motion agree: friction that grows steeply
            # would else stop the hinge in one step and let it go in the next.
            slip = slips[i]
            steep = (slip if slip > RESTING_SPIN else RESTING_SPIN) ** power
            slip += (speed - slip) / (1.0 + h * gain[i] * steep)
            slips[i] = slip
            limit = torque[i] + viscous[i] * slip * steep
            if rests:
                smooth[i] += calm * (speed - smooth[i])
                if smooth[i] < RESTING_SPIN:
                    limit += static[i] - torque[i]
            before = limits[i]
            if abs(limit - before) > LIMIT_CHANGE * before:
                limits[i] = limit
                set_limit(motors[i], limit)
    log.now[FASTEST], log.now[PRESSED] = fastest, pressing


def feel_ground(row: int, calls: Calls, handles: Handles, plan: Plan, laws: Laws, log: Log) -> None:
    """Which pads rest on the table after a part, and their friction limits for the next; see `play`."""
    state, base, entry = log.state, row * plan.bodies * FIELDS, row * PART_COLUMNS
    for i in range(2 * (plan.hinges + 1)):
        at = base + (i // 2) * FIELDS
        turn = laws.place[i] * state[at + SPIN]
        vx = state[at + VX] - turn * math.sin(state[at + ANGLE]) - log.part[entry + TABLE_VX]
        vy = state[at + VY] + turn * math.cos(state[at + ANGLE]) - log.part[entry + TABLE_VY]
        limit = laws.resting[i] if math.sqrt(vx * vx + vy * vy) < RESTING_SPEED else laws.sliding[i]
        if limit != log.pad_limit[i]:
            log.pad_limit[i] = limit
            calls.set_limit(handles.pads[i], limit)


def will_strike(row: int, h: float, plan: Plan, laws: Laws, log: Log) -> bool:
    """Whether a hinge comes upon a stop in the next part, of `h` s; all else as for `play`.

    Chipmunk moves the bodies first and then looks which hinges have gone too far, so this is known before.
    """
    state, at, joint = log.state, row * plan.bodies * FIELDS, row * plan.hinges
    for i in range(plan.hinges):
        rate = state[at + FIELDS + SPIN] - state[at + SPIN]
        if log.hit[joint + i] == 0.0 and abs(rate) > STRIKE:
            turned = state[at + FIELDS + ANGLE] - state[at + ANGLE] + h * rate
            if turned < laws.least[i] or turned > laws.most[i]:
                return True
        at += FIELDS
    return False


def has_arrived(row: int, plan: Plan, watch: Watch, state: Any) -> bool:
    """Whether the tip is as far from the fixed end as is waited for; see `play`."""
    base = row * plan.bodies * FIELDS
    at = base + plan.hinges * FIELDS
    tip = state[at + X] + watch.outer * math.cos(state[at + ANGLE])
    inner = state[base + X] - watch.inner * math.cos(state[base + ANGLE])
    return bool(watch.sign * (tip - inner - watch.goal) >= 0.0)


def choose_parts(plan: Plan, log: Log) -> int:
    """Parts of the next step, from the state alone, so that they are the same in window, script and sweep."""
    wanted, last = log.now[FASTEST] * plan.duration / TURN, log.now[PARTS_NOW]
    parts = 1 + int(wanted) if wanted < MAX_PARTS - 1 else MAX_PARTS
    return max(parts, int(last if log.now[PRESSED] > PRESSING else FEWER_PARTS * last))


def choose_iterations(
    row: int, h: float, move: int, moves: Any, calls: Calls, handles: Handles, plan: Plan, laws: Laws, log: Log
) -> None:
    """Set the solver's iterations for the next part of a step, of `h` s; all else as for `act`."""
    now, before = log.now, row * PART_COLUMNS
    jump = max(abs(moves[move] - log.part[before + HAND_VX]), abs(moves[move + 1] - log.part[before + HAND_VY]))
    if jump > JUMP or (2.0 * now[FASTEST] > STRIKE and will_strike(row, h, plan, laws, log)):
        now[BLOW], now[AFTER] = BLOW_PARTS, AFTER_STEPS
    elif now[PRESSED] > PRESS:
        now[BLOW] = max(now[BLOW], 1.0)
    iterations = plan.iterations
    if now[BLOW] > 0.0:
        now[BLOW] -= 1.0
        iterations *= max(AFTER_ITERATIONS, BLOW_ITERATIONS * plan.hinges)
    elif now[AFTER] > 0.0:
        iterations *= AFTER_ITERATIONS
    if iterations != now[ITERATIONS]:
        now[ITERATIONS] = iterations
        calls.set_iterations(handles.space, iterations)


def play(
    count: int,
    row: int,
    moves: Any,
    calls: Calls,
    handles: Handles,
    plan: Plan,
    laws: Laws,
    hand: Spring,
    mouse: Spring,
    watch: Watch,
    log: Log,
) -> tuple[int, int, bool]:
    """Make up to `count` steps, fewer when the log is full or the tip has arrived.

    Args:
        count: steps asked for.
        row: rows already in the log besides row 0.
        moves: MOVE_COLUMNS numbers for each step.
        calls: functions of Chipmunk.
        handles: what they are called with.
        plan: sizes.
        laws: friction and slope.
        hand: a scripted hand that gives.
        mouse: the hand at the mouse.
        watch: what may end the stretch.
        log: what is written down.

    Returns:
        Steps made, rows now in the log, whether the tip has arrived.
    """
    made = 0
    while made < count:
        parts = choose_parts(plan, log)
        if row + parts > plan.capacity:
            return made, row, False
        log.now[PARTS_NOW] = parts
        h = plan.duration / parts
        calm = 1.0 - math.exp(-h / REST_SMOOTHING) if laws.rests else 1.0
        for part in range(1, parts + 1):
            choose_iterations(row, h, made * MOVE_COLUMNS, moves, calls, handles, plan, laws, log)
            row += 1
            act(row, part, h, made * MOVE_COLUMNS, moves, calls, handles, plan, laws, hand, mouse, log)
            calls.step(handles.space, h)
            calls.collect(handles.space, handles.collector, handles.batch)
            feel_hinges(row, h, calm, calls, handles, plan, laws, log)
            if laws.ground:
                feel_ground(row, calls, handles, plan, laws, log)
        if log.now[AFTER] > 0.0:
            log.now[AFTER] -= 1.0
        log.end[made] = row
        made += 1
        if watch.acts and has_arrived(row, plan, watch, log.state):
            return made, row, True
    return made, row, False


# The functions that `play` is made of, in the order in which they need each other.
PARTS = (spring_force, act, feel_hinges, feel_ground, will_strike, has_arrived, choose_parts, choose_iterations, play)
