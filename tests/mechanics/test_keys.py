"""Every key of a scenario does what it says, as a run shows it."""

import math

import numpy as np
import pytest

import ruler
from ruler.mechanics import Simulation
from ruler.mechanics.shaking import WAVEFORMS
from ruler.scenario.files import scenario_from_data
from ruler.scenario.geometry import lay_out

LENGTH, MASS, GRAVITY = 0.20, 0.012, 9.81
WEIGHT = MASS * GRAVITY
# Rounding of a hand that weighs 1e6 kg: 1e6 kg x 4e-16 x 3 m/s / 1 ms, N.
LOAD_CELL = 2e-6


def play(phase, **tables):
    """Run a scenario of one phase (or several)."""
    phases = phase if isinstance(phase, list) else [phase]
    data = {"phase": phases, "recording": {"rate": 1000.0}, **tables}
    return ruler.simulate(scenario_from_data(data, "a run"))


def rod(friction=0.0, **table):
    """One straight, practically rigid rod of 0.2 m and 0.012 kg that nothing holds: two locked halves."""
    return {
        "ruler": {"hinges": 1, "end_sections": 0.5, "opening": 180.0},
        "hinge": {"torque": 100.0, "viscous": 0.0},
        "table": {"anchor": "free", "friction": friction, **table},
    }


def lever(hinge, friction=0.0):
    """A section of 0.2 m that swings on a hinge; the other one is clamped at 45 deg, the swinging one lies
    at -45 deg, so that a force F along x turns the hinge with F L sin 45 deg."""
    return {
        "ruler": {"hinges": 1, "end_sections": 1.0, "opening": 90.0},
        "hinge": {"viscous": 0.0, **hinge},
        "table": {"anchor": "clamped", "friction": friction},
    }


ARM = LENGTH * math.sin(math.pi / 4.0)
QUICK = {"pull": {"speed": 0.5}, "until": {"extension": 0.3}}


def section_angles(run):
    """Angles of the sections, rad, from the openings and the tip: shape (samples, N + 1), first section first.

    Only for a ruler whose inner end stays at the origin.
    """
    shape = lay_out(run.scenario.ruler)
    turned = np.cumsum(np.hstack((np.zeros((len(run.time), 1)), shape.side * (run.opening - math.pi))), axis=1)
    ends = (shape.length * np.exp(1j * turned)).sum(axis=1)
    tip = run.column("tip_x_m") + 1j * run.column("tip_y_m")
    return turned + np.angle(tip / ends)[:, None]


# How the fixed end is held


def test_pinned_anchor_lets_the_first_section_turn():
    angles = section_angles(play(QUICK, table={"anchor": "pinned"}))
    assert abs(angles[-1, 0] - angles[0, 0]) > 0.01


def test_clamped_anchor_holds_the_first_section():
    angles = section_angles(play(QUICK, table={"anchor": "clamped"}))
    assert abs(angles[-1, 0] - angles[0, 0]) < 1e-3


def test_free_anchor_lets_the_ruler_slide_along():
    run = play({"pull": {"speed": 0.2}, "until": {"time": 1.0}}, **rod(friction=0.3))
    assert run.column("tip_x_m")[-1] == pytest.approx(0.2 + 0.2, abs=1e-4)
    assert run.column("extension")[-1] == pytest.approx(1.0, abs=1e-4)  # tip from the ruler's own inner end


def test_free_ruler_is_dragged_with_the_force_of_sliding_friction():
    run = play({"pull": {"speed": 0.2}, "until": {"time": 1.0}}, **rod(friction=0.3))
    assert run.column("pull_force_N")[500:].mean() == pytest.approx(0.3 * WEIGHT, rel=1e-3)


# The hand


@pytest.mark.parametrize(("grip", "turns"), [("pinned", True), ("clamped", False)])
def test_grip(grip, turns):
    angles = section_angles(play(QUICK, hand={"grip": grip}))
    turned = abs(angles[-1, -1] - angles[0, -1])
    assert (turned > 0.05) == turns
    assert turns or turned < 2e-3


def test_hand_slips_beyond_its_strength():
    """A hand of 1.5 times the friction accelerates a rod with (F - mu m g) / m while it runs ahead."""
    strength, friction, time = 1.5 * 0.3 * WEIGHT, 0.3, 0.2
    run = play({"pull": {"speed": 3.0}, "until": {"time": time}}, **rod(friction=friction), hand={"strength": strength})
    moved = run.column("tip_x_m")[-1] - 0.2
    assert moved == pytest.approx(0.5 * (strength / MASS - friction * GRAVITY) * time**2, rel=0.02)
    assert run.column("pull_force_N").max() <= strength + LOAD_CELL


def test_hand_too_weak_for_the_friction_moves_nothing():
    run = play({"pull": {"speed": 0.1}, "until": {"time": 1.0}}, **rod(friction=0.3), hand={"strength": 0.29 * WEIGHT})
    assert run.column("tip_x_m")[-1] == pytest.approx(0.2, abs=1e-5)


def test_soft_hand_lags_by_force_over_stiffness():
    stiffness, speed = 30.0, 0.1
    run = play(
        {"pull": {"speed": speed}, "until": {"time": 1.0}},
        **rod(friction=0.3),
        hand={"stiffness": stiffness, "damping": 0.5},
    )
    lag = 0.2 + speed - run.column("tip_x_m")[-1]
    assert lag == pytest.approx(0.3 * WEIGHT / stiffness, abs=1.1e-3 * speed)  # a step's way


def test_soft_hand_oscillates_at_its_own_frequency():
    """A rod on a spring: x = v t - v/w sin(w t), w = sqrt(k / m), when nothing damps it."""
    stiffness, speed = 30.0, 0.1
    run = play(
        {"pull": {"speed": speed}, "until": {"time": 0.5}}, **rod(), hand={"stiffness": stiffness, "damping": 0.0}
    )
    omega = math.sqrt(stiffness / MASS)
    expected = 0.2 + speed * run.time - speed / omega * np.sin(omega * run.time)
    assert run.column("tip_x_m") == pytest.approx(expected, abs=0.03 * speed / omega + 0.001 * speed)


def test_damping_of_a_soft_hand_damps():
    """The amplitude of the rod on the spring falls as exp(-c t / 2 m)."""
    stiffness, speed, damping, time = 30.0, 0.1, 0.06, 0.6
    run = play(
        [{"pull": {"speed": speed}, "until": {"time": time}}],
        **rod(),
        hand={"stiffness": stiffness, "damping": damping},
    )
    swing = run.column("tip_x_m") - 0.2 - speed * run.time
    first, last = np.abs(swing[:130]).max(), np.abs(swing[-130:]).max()
    between = run.time[-130 + np.abs(swing[-130:]).argmax()] - run.time[np.abs(swing[:130]).argmax()]
    assert last / first == pytest.approx(math.exp(-damping * between / (2.0 * MASS)), rel=0.1)


def test_strength_limits_a_soft_hand():
    run = play(
        {"pull": {"speed": 0.5}, "until": {"time": 0.5}},
        **rod(friction=0.3),
        hand={"stiffness": 300.0, "strength": 0.31 * WEIGHT},
    )
    assert run.column("pull_force_N").max() <= 0.31 * WEIGHT + LOAD_CELL
    assert run.column("tip_x_m")[-1] < 0.2 + 0.05


# Pulls


@pytest.mark.parametrize(("force", "friction"), [(0.1, 0.3), (-0.1, 0.3), (0.05, 0.0)])
def test_force_accelerates(force, friction):
    """A rod on the table: (F - mu m g) / m."""
    run = play({"pull": {"force": force}, "until": {"time": 0.3}}, **rod(friction=friction))
    drive = math.copysign(abs(force) - friction * WEIGHT, force)
    assert run.column("tip_x_m")[-1] - 0.2 == pytest.approx(0.5 * drive / MASS * 0.3**2, rel=0.02)
    assert run.column("pull_force_N")[1:] == pytest.approx(force)


def test_force_ends_at_an_extension():
    run = play(
        {"pull": {"force": 2.0}, "until": {"extension": 0.4}},
        hinge={"torque": 0.005, "viscous": 0.05},
    )
    assert run.column("extension")[-1] == pytest.approx(0.4, abs=0.01)
    assert run.column("extension")[-2] < 0.4


def test_hand_takes_hold_where_a_force_has_left_the_tip():
    phases = [
        {"name": "push", "pull": {"force": 1.0}, "until": {"extension": 0.3}},
        {"name": "hold", "until": {"time": 0.2}},
    ]
    run = play(phases)
    hold = run.column("phase") == 1
    tip = run.column("tip_x_m")[hold]
    assert np.ptp(tip[5:]) < 2e-3
    assert run.column("extension")[-1] == pytest.approx(0.3, abs=0.01)


def test_path_leads_the_tip():
    path = [[0.0, 1.0, 1.0], [0.4, 1.1, 1.05], [0.8, 1.3, 1.0]]
    run = play({"pull": {"path": path}, "until": {"time": 0.8}})
    points = np.array(path)
    start = lay_out(run.scenario.ruler).tip
    for column, axis in (("tip_x_m", 0), ("tip_y_m", 1)):
        asked = start[axis] + np.interp(run.time, points[:, 0], points[:, 1 + axis] - points[0, 1 + axis])
        assert run.column(column) == pytest.approx(asked, abs=1.1e-3 * 0.6)  # a step's way


def test_path_ends_at_an_extension_on_its_way():
    path = [[0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]
    run = play({"pull": {"path": path}, "until": {"extension": 0.4}})
    assert run.column("extension")[-1] == pytest.approx(0.4, abs=1e-3)


def test_negative_speed_folds_the_ruler_up():
    run = play({"pull": {"speed": -0.3}, "until": {"extension": 0.2}}, ruler={"opening": 60.0})
    assert run.column("extension")[-1] == pytest.approx(0.2, abs=1e-3)
    assert (run.opened[-1] < 1e-3).all()


# How a phase ends


def test_phase_ends_after_its_time():
    run = play({"pull": {"speed": 0.1}, "until": {"time": 0.25}})
    assert run.time[-1] == pytest.approx(0.25, abs=1e-9)


@pytest.mark.parametrize(("time", "extension"), [(0.25, 0.55), (60.0, 0.2)])
def test_phase_ends_with_whichever_comes_first(time, extension):
    run = play({"pull": {"speed": 0.5}, "until": {"time": time, "extension": extension}})
    start = lay_out(run.scenario.ruler)
    needed = (extension * start.full_length - start.tip[0]) / 0.5
    assert run.time[-1] == pytest.approx(min(time, needed), abs=1e-3)


def test_phase_without_pull_holds_still():
    run = play({"until": {"time": 0.3}})
    assert np.ptp(run.column("tip_x_m")) < 1e-9
    assert np.abs(run.opened).max() < 1e-6


def test_phases_follow_each_other_without_a_jump():
    phases = [
        {"name": "one", "pull": {"speed": 0.3}, "until": {"extension": 0.2}},
        {"name": "two", "pull": {"speed": 0.6}, "until": {"extension": 0.4}},
        {"name": "three", "until": {"time": 0.1}},
    ]
    run = play(phases)
    assert list(dict.fromkeys(run.phase)) == ["one", "two", "three"]
    assert np.abs(np.diff(run.column("tip_x_m"))).max() < 0.6e-3 + 1e-4


# The hinge law


def broke_away(hinge, force, time=0.4):
    """Whether a force on the lever turns its hinge."""
    run = play({"pull": {"force": force}, "until": {"time": time}}, **lever(hinge))
    return abs(run.opened[-1, 0]) > 1e-3


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_torque_holds_and_lets_go(side):
    limit = 0.005 / ARM
    assert not broke_away({"torque": 0.005}, side * 0.97 * limit)
    assert broke_away({"torque": 0.005}, side * 1.05 * limit)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_static_torque_holds_and_lets_go(side):
    hinge, limit = {"torque": 0.005, "static_torque": 0.010}, 0.010 / ARM
    assert not broke_away(hinge, side * 0.97 * limit)
    assert broke_away(hinge, side * 1.05 * limit)


def test_once_it_turns_only_the_kinetic_torque_brakes():
    """Just above the static torque, 0.010, the excess over the kinetic one, 0.005, accelerates."""
    force, time = 1.05 * 0.010 / ARM, 0.1
    run = play({"pull": {"force": force}, "until": {"time": time}}, **lever({"torque": 0.005, "static_torque": 0.010}))
    inertia = MASS * LENGTH**2 / 3.0
    angle, spin = -math.pi / 4.0, 0.0
    for _ in range(100):
        spin += 1e-3 * (-math.sin(angle) * force * LENGTH - 0.005) / inertia
        angle += 1e-3 * spin
    # It rests for some steps first.
    assert run.opened[-1, 0] == pytest.approx(angle + math.pi / 4.0, rel=0.1)


def test_closing_torque_is_another_than_the_opening_one():
    hinge = {"torque": 0.004, "closing_torque": 0.008}
    for side, limit in ((1.0, 0.004), (-1.0, 0.008)):
        assert not broke_away(hinge, side * 0.97 * limit / ARM)
        assert broke_away(hinge, side * 1.05 * limit / ARM)


def test_hinge_loss_is_torque_times_angle():
    """Opened slowly by hand, and closed again: each way with its own torque."""
    path = [[0.0, 0.0, 0.0], [1.0, 0.06, 0.0], [2.0, 0.0, 0.0]]
    run = play(
        {"pull": {"path": path}, "until": {"time": 2.0}},
        ruler={"hinges": 1, "end_sections": 1.0, "opening": 90.0},
        hinge={"torque": 0.004, "closing_torque": 0.008, "viscous": 0.0},
        table={"friction": 0.0},
    )
    turned = np.diff(run.opening[:, 0])
    opened, closed = turned[turned > 0].sum(), -turned[turned < 0].sum()
    assert opened > 0.2
    expected = 0.004 * opened + 0.008 * closed
    assert run.column("hinge_loss_J")[-1] == pytest.approx(expected, rel=0.01)
    assert run.column("work_J")[-1] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("viscous", "power"), [(0.0005, 1.0), (0.0005, 1.5), (0.0001, 2.0)])
def test_speed_dependent_torque(viscous, power):
    """A section swings freely on a clamped one: I dw/dt = -(tau + c w^p), integrated finely beside it."""
    hinge = {"torque": 0.0005, "viscous": viscous, "viscous_power": power}
    phase = {"hold": False, "until": {"time": 0.15}}
    data = {**lever(hinge), "phase": [phase], "recording": {"rate": 1000.0}}
    simulation = Simulation(scenario_from_data(data, "a lever"))
    chain = simulation._chain
    section, spin = chain.sections[1], 6.0
    centre = (-spin * 0.5 * LENGTH * math.sin(section.angle), spin * 0.5 * LENGTH * math.cos(section.angle))
    for body in chain.space.bodies:
        if body.position == section.position:  # the turning body and the point mass at its centre
            body.velocity = centre
    section.angular_velocity = spin
    simulation.advance(150)
    spins = np.abs(np.diff(simulation.take_samples().opening[:, 0])) * 1000.0
    # The law sees the speed smoothed over 4 ms, from rest: leave it the first 20 ms.
    expected = [spins[20]]
    for _ in spins[21:]:
        spin = expected[-1]
        for _ in range(100):
            spin -= 1e-5 * (0.0005 + viscous * spin**power) / (MASS * LENGTH**2 / 3.0)
        expected.append(spin)
    assert spins[20:] == pytest.approx(expected, abs=0.1)
    assert expected[-1] < 0.9 * expected[0]


def test_springs_keep_the_work_as_elastic_energy():
    """No friction at all: what the hand puts in is kept, 1/2 k sum (opening - start)^2 and the motion."""
    run = play(
        {"pull": {"speed": 0.2}, "until": {"extension": 0.5}},
        hinge={"torque": 0.0, "viscous": 0.0, "stiffness": 0.02},
        table={"friction": 0.0},
    )
    elastic = run.column("elastic_energy_J")
    assert elastic == pytest.approx(0.5 * 0.02 * (run.opened**2).sum(axis=1), abs=1e-12)
    assert elastic[-1] > 0.01
    assert elastic + run.column("kinetic_energy_J") == pytest.approx(run.column("work_J"), abs=0.005 * elastic[-1])
    assert run.column("hinge_loss_J")[-1] == 0.0


def test_spring_balances_a_force():
    """k (opening - start) = F L sin(angle to the force), at rest."""
    force, stiffness = 0.03, 0.02
    run = play(
        {"pull": {"force": force}, "until": {"time": 6.0}},
        **lever({"torque": 0.0, "viscous": 0.0006, "viscous_power": 1.0, "stiffness": stiffness}),
    )
    turned = run.opened[-1, 0]
    assert stiffness * turned == pytest.approx(force * LENGTH * math.sin(math.pi / 4.0 - turned), rel=0.01)


# The ruler and the table


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_friction_on_the_table_holds_and_lets_go(side):
    def slid(force, **friction):
        run = play({"pull": {"force": side * force}, "until": {"time": 0.5}}, **rod(**friction))
        return side * (run.column("tip_x_m")[-1] - 0.2)

    assert slid(0.97 * 0.3 * WEIGHT, friction=0.3) == pytest.approx(0.0, abs=1e-5)
    assert slid(1.05 * 0.3 * WEIGHT, friction=0.3) > 0.01
    assert slid(0.97 * 0.4 * WEIGHT, friction=0.3, static_friction=0.4) == pytest.approx(0.0, abs=1e-5)
    # Once it slides it is braked by the kinetic coefficient only: (1.05 x 0.4 - 0.3) g t^2 / 2
    assert slid(1.05 * 0.4 * WEIGHT, friction=0.3, static_friction=0.4) == pytest.approx(
        0.5 * (1.05 * 0.4 - 0.3) * GRAVITY * 0.5**2, rel=0.05
    )


def test_only_the_product_of_friction_and_gravity_counts():
    usual = play(QUICK, table={"friction": 0.3, "gravity": 9.81})
    other = play(QUICK, table={"friction": 0.6, "gravity": 4.905})
    assert other.opening_deg == pytest.approx(usual.opening_deg, abs=1e-9)


def test_no_gravity_is_no_friction():
    none = play(QUICK, table={"gravity": 0.0})
    assert none.column("table_loss_J")[-1] == 0.0
    assert none.opening_deg == pytest.approx(play(QUICK, table={"friction": 0.0}).opening_deg, abs=1e-9)


def test_everything_scales_with_the_mass():
    """Twice the mass and twice the torques: the same motion with twice the forces."""
    light = play(QUICK)
    heavy = play(QUICK, ruler={"section_mass": 0.024}, hinge={"torque": 0.020, "viscous": 0.10})
    assert heavy.opening_deg == pytest.approx(light.opening_deg, abs=1e-3)
    assert heavy.column("work_J")[-1] == pytest.approx(2.0 * light.column("work_J")[-1], rel=1e-4)


def test_lengths_and_masses_of_the_sections():
    run = play(QUICK, ruler={"hinges": 3, "section_length": 0.3, "section_mass": 0.02, "end_sections": 0.4})
    shape = lay_out(run.scenario.ruler)
    assert shape.length == pytest.approx([0.12, 0.3, 0.3, 0.12])
    assert shape.mass == pytest.approx([0.008, 0.02, 0.02, 0.008])
    assert run.hinges == 3


def test_opening_at_the_start_one_per_hinge():
    openings = [10.0, 40.0, 25.0, 90.0]
    run = play({"until": {"time": 0.01}}, ruler={"hinges": 4, "opening": openings})
    assert run.opening_deg[0] == pytest.approx(openings)
    assert run.column("tip_y_m")[0] == pytest.approx(0.0, abs=1e-12)


def test_hinges_stop_at_their_limits():
    run = play(
        {"pull": {"speed": 0.3}, "until": {"extension": 0.6}},
        ruler={"limits": [5.0, 90.0]},
        hinge={"torque": 0.005, "viscous": 0.0},
    )
    assert run.opening_deg.max() == pytest.approx(90.0, abs=1.0)


def test_recording_rate_sets_the_samples():
    data = {"phase": [{"pull": {"speed": 0.2}, "until": {"time": 1.0}}], "recording": {"rate": 30.0}}
    run = ruler.simulate(scenario_from_data(data, "a run"))
    # 1/30 s is no whole number of steps: the nearest step each time, and no drift
    assert run.time[:-1] == pytest.approx(np.arange(len(run.time) - 1) / 30.0, abs=0.51e-3)
    assert run.time[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("rate", [500, 2000])
def test_simulation_rate_sets_the_steps(rate):
    run = play({"pull": {"speed": 0.2}, "until": {"time": 0.5}}, simulation={"rate": rate}, recording={"rate": 100.0})
    assert run.meta["steps"] == 0.5 * rate


def test_more_iterations_keep_the_joints_closer():
    gaps = [play(QUICK, simulation={"iterations": iterations}).meta["worst_joint_gap_m"] for iterations in (3, 30)]
    assert gaps[1] < 0.5 * gaps[0]


@pytest.mark.parametrize("where", ["tip", "table"])
@pytest.mark.parametrize("kind", WAVEFORMS)
def test_shaking_costs_work(where, kind):
    """The same pull, shaken: hand or table work, friction takes it, and the account still closes."""
    shake = {"where": where, "kind": kind, "amplitude": 0.01, "frequency": 6.0}
    calm = play(QUICK)
    run = play({**QUICK, "shake": [shake]})
    assert run.column("work_J")[-1] > 1.05 * calm.column("work_J")[-1]
    assert run.meta["summary"]["energy_error"] < 0.015


@pytest.mark.parametrize("direction", ["x", "y", "xy"])
def test_tip_goes_where_it_is_shaken(direction):
    shake = {"amplitude": 0.01, "frequency": 6.0, "direction": direction}
    run = play({**QUICK, "shake": [shake]})
    calm_x = run.column("tip_x_m")[0] + 0.5 * run.time
    assert (np.abs(run.column("tip_x_m") - calm_x).max() > 0.005) == ("x" in direction)
    assert (np.abs(run.column("tip_y_m")).max() > 0.005) == ("y" in direction)


def test_decaying_and_fading_shakes_are_gentler_at_the_end():
    base = {"kind": "sine", "direction": "x", "amplitude": 0.01, "frequency": 8.0, "fade_in": 0.0, "fade_out": 0.0}
    late = {}
    for envelope, more in (("constant", {}), ("fade", {}), ("decay", {"decay": 3.0})):
        shake = {**base, "envelope": envelope, **more}
        run = play({"pull": {"speed": 0.3}, "shake": [shake], "until": {"time": 1.5}})
        away = run.column("tip_x_m") - run.column("tip_x_m")[0] - 0.3 * run.time
        late[envelope] = np.abs(away[-250:]).max()
    assert late["constant"] == pytest.approx(0.01, rel=0.1)
    assert late["fade"] == pytest.approx(0.01 * 0.25 / 1.5, rel=0.4)
    assert late["decay"] == pytest.approx(0.01 * math.exp(-3.0 * 1.25), rel=0.5)


@pytest.mark.parametrize("kind", WAVEFORMS)
def test_shake_without_fade_in_ends_where_the_hand_is(kind):
    """However abruptly it begins, when the shaking has died away the tip is where the pull alone brings it."""
    shake = {"kind": kind, "amplitude": 0.002, "frequency": 6.0, "fade_in": 0.0}
    run = play([{**QUICK, "shake": [shake]}, {"until": {"time": 0.2}}], simulation={"rate": 2000})
    assert run.column("tip_y_m")[-1] == pytest.approx(0.0, abs=1e-4)
    assert run.column("extension")[-1] == pytest.approx(0.3, abs=1e-4)
