"""The mechanics against textbook answers, on the very chain that every scenario uses."""

import math
from itertools import pairwise

import numpy as np
import pytest

from ruler.mechanics.chain import CARRIER_MASS, TURNING_MASS, build_chain
from ruler.scenario.files import scenario_from_data

LENGTH, MASS, FRICTION, GRAVITY = 0.20, 0.012, 0.3, 9.81


def make_chain(hinges=1, rate=1000, iterations=10, **tables):
    """A chain of full sections on the table."""
    data = {
        "ruler": {
            "hinges": hinges,
            "section_length": LENGTH,
            "section_mass": MASS,
            "end_sections": 1.0,
            "opening": 90.0,
        },
        "hinge": {"torque": 0.0, "viscous": 0.0},
        "table": {"friction": FRICTION, "gravity": GRAVITY},
        "phase": [{"until": {"time": 1.0}}],
        "simulation": {"rate": rate, "iterations": iterations},
    }
    for name, keys in tables.items():
        data[name] = {**data[name], **keys}
    return build_chain(scenario_from_data(data, "a chain"), table_moves=False)


def points_of(chain):
    """The point mass at the centre of each section; a section is two bodies."""
    points = []
    for section in chain.sections:
        others = [c.a for c in section.constraints if c.b is section and c.a.moment == math.inf]
        masses = [body for body in others if body.mass < CARRIER_MASS]
        assert len(masses) == 1
        points.append(masses[0])
    return points


def release(chain):
    """Take the hand away."""
    chain.space.remove(*[c for c in chain.space.constraints if chain.hand in (c.a, c.b)])


def cut(chain, hinge):
    """Saw the ruler through at a hinge."""
    ends = {chain.sections[hinge], chain.sections[hinge + 1]}
    chain.space.remove(*[c for c in chain.space.constraints if {c.a, c.b} == ends])


def set_motion(chain, index, velocity, spin):
    """Set a whole section in motion: its turning body and its point mass."""
    section, point = chain.sections[index], points_of(chain)[index]
    section.velocity = point.velocity = velocity
    section.angular_velocity = spin


def swing(chain, index, spin):
    """Let a section turn about its inner end, which is at rest."""
    half, angle = 0.5 * LENGTH, chain.sections[index].angle
    set_motion(chain, index, (-spin * half * math.sin(angle), spin * half * math.cos(angle)), spin)


def speeds_until_rest(chain, speed, dt, longest=10.0):
    """`speed()` after each step until a ten-thousandth of it is left: the solver halts within some steps, not at 0."""
    speeds = [speed()]
    while speeds[-1] > 1e-4 * speeds[0]:
        chain.space.step(dt)
        speeds.append(speed())
        assert len(speeds) * dt < longest
    return np.array(speeds)


def test_two_bodies_are_one_uniform_rod():
    chain = make_chain()
    for section, point in zip(chain.sections, points_of(chain), strict=True):
        assert section.mass + point.mass == pytest.approx(MASS, rel=1e-12)
        assert section.mass == pytest.approx(TURNING_MASS * MASS, rel=1e-12)
        assert section.moment == pytest.approx(MASS * LENGTH**2 / 12.0, rel=1e-12)


@pytest.mark.parametrize("spin", [2.0, 10.0])
@pytest.mark.parametrize("rate", [1000, 4000])
def test_pinned_rod_stops_when_table_friction_says(spin, rate):
    """Torque about the pin: mu (m/L) g int r dr = mu m g L/2; two pads: (mu m g/2)(L/4 + 3L/4), the same."""
    chain, dt = make_chain(rate=rate), 1.0 / rate
    cut(chain, 0)
    release(chain)
    swing(chain, 0, spin)
    speeds = speeds_until_rest(chain, lambda: chain.sections[0].angular_velocity, dt)
    inertia, torque = MASS * LENGTH**2 / 3.0, FRICTION * MASS * GRAVITY * LENGTH / 2.0
    stop = inertia * spin / torque
    assert (len(speeds) - 1) * dt == pytest.approx(stop, abs=2.0 * dt + 2e-3 * stop)
    time = dt * np.arange(len(speeds))
    assert speeds == pytest.approx(np.maximum(0.0, spin - torque / inertia * time), abs=2e-3 * spin)


@pytest.mark.parametrize("rate", [1000, 4000])
def test_free_rod_turning_about_its_centre_stops_when_table_friction_says(rate):
    """Torque about the centre: 2 mu (m/L) g int_0^(L/2) r dr = mu m g L/4; two pads: 2 (mu m g/2) L/4."""
    chain, dt, spin = make_chain(rate=rate), 1.0 / rate, 10.0
    cut(chain, 0)
    release(chain)
    set_motion(chain, 1, (0.0, 0.0), spin)
    speeds = speeds_until_rest(chain, lambda: abs(chain.sections[1].angular_velocity), dt)
    stop = MASS * LENGTH**2 / 12.0 * spin / (FRICTION * MASS * GRAVITY * LENGTH / 4.0)
    assert (len(speeds) - 1) * dt == pytest.approx(stop, abs=2.0 * dt + 2e-3 * stop)


def slide(direction, speed):
    """How far a rod slides along and across the way it was pushed, m; `direction` from its own axis, rad."""
    chain, dt = make_chain(), 1e-3
    cut(chain, 0)
    release(chain)
    rod = chain.sections[1]
    start = np.array(rod.position)
    heading = np.array([math.cos(rod.angle + direction), math.sin(rod.angle + direction)])
    set_motion(chain, 1, tuple((speed * heading).tolist()), 0.0)
    speeds_until_rest(chain, lambda: rod.velocity.length, dt)
    slid = np.array(rod.position) - start
    return slid @ heading, slid @ [-heading[1], heading[0]]


@pytest.mark.parametrize("direction", [0.0, math.pi / 2.0, math.pi])
@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_sliding_rod_stops_where_table_friction_says(speed, direction):
    along, across = slide(direction, speed)
    # A step moves with the speed that friction has left at its end: v dt / 2 short in all.
    assert along == pytest.approx(speed**2 / (2.0 * FRICTION * GRAVITY), abs=speed * 1e-3)
    assert abs(across) < 1e-6


@pytest.mark.parametrize("direction", [0.3, 0.8, 1.3])
def test_rod_pushed_aslant_stops_nearly_where_table_friction_says(direction):
    """Friction of a rod lying aslant points up to 9 deg away from the sliding (K is 1 to 1.375):
    Chipmunk clamps a joint along K^-1 v, see TURNING_MASS. What that costs is bounded here."""
    along, across = slide(direction, 2.0)
    assert along == pytest.approx(2.0**2 / (2.0 * FRICTION * GRAVITY), rel=0.01)
    assert abs(across) < 0.08 * along


def dry_hinge(torque=0.005):
    """A section that swings on a hinge whose other section is clamped; no friction on the table."""
    chain = make_chain(table={"friction": 0.0, "anchor": "clamped"}, hinge={"torque": torque, "viscous": 0.0})
    release(chain)
    return chain


def test_dry_hinge_slows_down_linearly():
    chain, dt, torque, spin = dry_hinge(), 1e-3, 0.005, 8.0
    swing(chain, 1, spin)
    speeds = speeds_until_rest(chain, lambda: abs(chain.sections[1].angular_velocity), dt)
    deceleration = torque / (MASS * LENGTH**2 / 3.0)
    expected = np.maximum(0.0, spin - deceleration * dt * np.arange(len(speeds)))
    assert speeds == pytest.approx(expected, abs=2e-3 * spin)


@pytest.mark.parametrize("part", [0.5, 0.99])
def test_dry_hinge_below_its_torque_rests_for_ever(part):
    chain, torque = dry_hinge(), 0.005
    rod = chain.sections[1]
    for step in range(2000):  # the load grows over a second; then the joints settle
        rod.torque = part * torque * min(1.0, step / 1000)
        chain.space.step(1e-3)
    start = rod.angle
    for _ in range(10_000):
        rod.torque = part * torque
        chain.space.step(1e-3)
    assert abs(rod.angle - start) < 1e-6


def test_dry_hinge_gives_hardly_when_it_is_loaded_at_once():
    """A load that falls in at once shifts the joints by their softness, some 1e-5 rad, once and no more."""
    chain, torque = dry_hinge(), 0.005
    rod, start = chain.sections[1], chain.sections[1].angle
    for _ in range(1000):
        rod.torque = 0.99 * torque
        chain.space.step(1e-3)
    assert abs(rod.angle - start) < 1e-4


def test_dry_hinge_above_its_torque_turns():
    """The excess torque accelerates: 1/2 (0.1 tau / I) t^2."""
    chain, torque, time = dry_hinge(), 0.005, 0.2
    rod, start = chain.sections[1], chain.sections[1].angle
    for _ in range(200):
        rod.torque = 1.1 * torque
        chain.space.step(1e-3)
    turned = 0.5 * 0.1 * torque / (MASS * LENGTH**2 / 3.0) * time**2
    assert rod.angle - start == pytest.approx(turned, rel=0.01)


def frictionless_chain(rate):
    """Four sections that nothing holds, each set spinning on its own."""
    chain = make_chain(3, rate, table={"friction": 0.0, "anchor": "free"})
    release(chain)
    velocity = np.zeros(2)
    for i, spin in enumerate((1.2, -0.8, 1.6, -0.4)):
        angle = chain.sections[i].angle
        across = 0.5 * LENGTH * spin * np.array([-math.sin(angle), math.cos(angle)])
        set_motion(chain, i, tuple((velocity + across).tolist()), spin)
        velocity = velocity + 2.0 * across
    return chain


def energy(bodies):
    return sum(
        0.5 * b.mass * b.velocity.length**2 + (0.0 if math.isinf(b.moment) else 0.5 * b.moment * b.angular_velocity**2)
        for b in bodies
    )


def angular_momentum(bodies):
    return sum(
        b.mass * b.position.cross(b.velocity) + (0.0 if math.isinf(b.moment) else b.moment * b.angular_velocity)
        for b in bodies
    )


def drift_in_half_a_second(rate):
    """Relative drift of energy and of angular momentum of the frictionless chain; no hinge meets its stop."""
    chain = frictionless_chain(rate)
    bodies = [*chain.sections, *points_of(chain)]
    before = energy(bodies), angular_momentum(bodies)
    for _ in range(rate // 2):
        chain.space.step(1.0 / rate)
    angles = np.array([section.angle for section in chain.sections])
    opening = math.pi + chain.shape.side * np.diff(angles)
    assert np.abs(opening - math.pi / 2.0).max() > 0.5
    assert 0.1 < opening.min() < opening.max() < math.pi - 0.1
    return abs(energy(bodies) / before[0] - 1.0), abs(angular_momentum(bodies) / before[1] - 1.0)


def test_frictionless_chain_keeps_energy_and_angular_momentum():
    """Measured: energy drifts by 3.1e-6, angular momentum by 3.5e-7 in 0.5 s at 1000 steps per second, and
    both fall in proportion to the step (order 1.00), as they must for a symplectic Euler scheme with
    velocity constraints."""
    rates = np.array([1000, 2000, 4000, 8000])
    drift = np.array([drift_in_half_a_second(int(rate)) for rate in rates])
    order = -np.polyfit(np.log(rates), np.log(drift), 1)[0]
    assert drift[0, 0] < 1e-5
    assert drift[0, 1] < 1e-6
    assert order == pytest.approx([1.0, 1.0], abs=0.1)


def test_frictionless_chain_keeps_its_momentum():
    chain = frictionless_chain(1000)
    bodies = [*chain.sections, *points_of(chain)]
    before = sum(body.mass * np.array(body.velocity) for body in bodies)
    for _ in range(500):
        chain.space.step(1e-3)
    after = sum(body.mass * np.array(body.velocity) for body in bodies)
    assert after == pytest.approx(before, abs=1e-12 * np.abs(before).max() * 500)


def test_frictionless_table_has_the_same_tension_everywhere():
    """A slow pull without friction on the table: every joint passes the hand's force on unchanged."""
    data = {
        "hinge": {"torque": 0.010, "viscous": 0.0},
        "table": {"friction": 0.0},
        "phase": [{"pull": {"speed": 0.02}, "until": {"extension": 0.55}}],
    }
    chain = build_chain(scenario_from_data(data, "a pull"), table_moves=False)
    joints = chain_of_pivots(chain)
    impulses = np.zeros(len(joints))
    for step in range(5000):
        chain.hand.velocity = (0.02, 0.0)
        chain.space.step(1e-3)
        if step >= 4000:
            impulses += [joint.impulse for joint in joints]
    tension = impulses / 1000 / 1e-3
    assert tension.mean() > 0.05  # N: it is being pulled
    assert np.ptp(tension) < 0.02 * tension.mean()


def chain_of_pivots(chain):
    """The joints that pass the pull on: the anchor, every hinge, the grip."""
    sections = chain.sections
    pairs = [(chain.space.static_body, sections[0]), *pairwise(sections)]
    kind = type(chain.grip)
    found = [[c for c in b.constraints if isinstance(c, kind) and {c.a, c.b} == {a, b}] for a, b in pairs]
    assert all(len(joints) == 1 for joints in found)
    return [*(joints[0] for joints in found), chain.grip]
