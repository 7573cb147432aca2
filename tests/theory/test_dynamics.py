"""The independent dynamics against what mechanics books say."""

import math

import numpy as np
import pytest

from ruler.scenario.geometry import Shape, lay_out
from ruler.scenario.model import Ruler
from ruler.theory.dynamics import Hand, Laws, Linkage, Motion

NO_HAND = Hand("pushes", np.zeros(2), np.zeros(2))
REST = np.zeros(2)
SLOPE = 9.81 * math.sin(math.radians(30.0))


def frictionless(hinges: int, **changes) -> Laws:
    none = np.zeros(hinges)
    laws = {
        "torque": none,
        "resting_torque": none,
        "bias": none,
        "viscous": 0.0,
        "power": 1.0,
        "stiffness": 0.0,
        "rest": none,
        "least": -1e3,
        "most": 1e3,
        "friction": np.zeros(2 * (hinges + 1)),
        "resting_friction": np.zeros(2 * (hinges + 1)),
    }
    return Laws(**{**laws, **changes})


def rod(angle: float, length: float = 0.3, mass: float = 0.02) -> Shape:
    tip = length * np.array([math.cos(angle), math.sin(angle)])
    return Shape(np.array([length]), np.array([mass]), np.array([angle]), np.empty(0), tip)


def energy(motion: Motion) -> float:
    return motion.kinetic() + motion.elastic() + motion.potential()


def test_a_rod_on_a_tilted_table_swings_like_a_physical_pendulum():
    """T = 2 pi sqrt(2 L / (3 g sin t)) for small swings about +x."""
    motion = Motion(Linkage(rod(0.01)), frictionless(0, slope=SLOPE))
    before, swung = energy(motion), []
    while len(swung) < 3:
        angle = motion.q[0]
        motion.step(1e-3, NO_HAND, REST)
        if angle > 0.0 >= motion.q[0] or angle < 0.0 <= motion.q[0]:
            swung.append(1e-3 * (motion.steps - 1 + angle / (angle - motion.q[0])))
    assert swung[2] - swung[0] == pytest.approx(2.0 * math.pi * math.sqrt(2.0 * 0.3 / (3.0 * SLOPE)), rel=1e-4)
    assert energy(motion) == pytest.approx(before, abs=1e-6 * abs(before))


def swing(steps_per_second: int, hinges: int = 4, time: float = 0.5, anchor: str = "pinned") -> tuple[Motion, float]:
    """A frictionless chain falls along a tilted table; returns it and the worst change of its energy, J."""
    shape = lay_out(Ruler(hinges=hinges, opening=100.0))
    motion = Motion(
        Linkage(shape, anchor), frictionless(hinges, slope=SLOPE, stiffness=0.01, rest=np.full(hinges, 1.0))
    )
    before, worst = energy(motion), 0.0
    for _ in range(round(time * steps_per_second)):
        motion.step(1.0 / steps_per_second, NO_HAND, REST)
        worst = max(worst, abs(energy(motion) - before))
    return motion, worst


def test_a_frictionless_chain_keeps_its_energy_and_converges_with_the_square_of_the_step():
    coarse, middle, fine, finest = (swing(rate) for rate in (250, 500, 1000, 4000))
    errors = [np.abs(motion.q - finest[0].q).max() for motion, _ in (coarse, middle, fine)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.25)
    assert errors[1] / errors[2] == pytest.approx(4.3, rel=0.25)
    assert [worst < 1e-3 * motion.kinetic() for motion, worst in (coarse, fine)] == [True, True]
    assert finest[1] < 0.02 * coarse[1]


def test_a_free_chain_keeps_its_momentum():
    motion, _ = swing(1000, anchor="free", time=0.4)
    # The rates are those of the middle of the step.
    velocity = motion.linkage.jacobian(motion.q - 0.5e-3 * motion.v) @ motion.v
    mass = motion.linkage.mass
    assert (velocity @ mass)[0] / mass.sum() == pytest.approx(SLOPE * (0.4 - 0.5e-3), rel=1e-4)
    assert (velocity @ mass)[1] == pytest.approx(0.0, abs=1e-6)


def test_the_mass_matrix_is_that_of_uniform_rods():
    shape = lay_out(Ruler(hinges=1, end_sections=1.0, opening=180.0))
    linkage = Linkage(shape)
    matrix = linkage.mass_matrix(linkage.jacobian(linkage.start))
    unit = float(shape.mass[0] * shape.length[0] ** 2)
    assert matrix == pytest.approx(unit * np.array([[4.0 / 3.0, 0.5], [0.5, 1.0 / 3.0]]))


def test_a_sliding_ruler_stops_after_v_squared_over_2_mu_g():
    hinges, friction, speed = 2, 0.3, 1.0
    shape = lay_out(Ruler(hinges=hinges, opening=180.0))
    load = friction * 9.81 * np.tile(0.5 * shape.mass, 2)
    laws = frictionless(hinges, friction=load, resting_friction=load)
    motion = Motion(Linkage(shape, "free"), laws)
    motion.step(1e-3, Hand("firm", motion.tip, np.array([speed, 0.0])), REST)
    start = motion.tip[0]
    for _ in range(600):
        motion.step(1e-3, NO_HAND, REST)
    assert motion.tip[0] - start == pytest.approx(speed**2 / (2.0 * friction * 9.81), rel=5e-3)
    assert np.abs(motion.v).max() < 1e-6
    assert motion.account.work == pytest.approx(motion.account.table_loss, rel=5e-3)


def test_a_stop_takes_all_of_a_blow():
    shape = lay_out(Ruler(hinges=1, end_sections=1.0, opening=170.0))
    motion = Motion(Linkage(shape), frictionless(1, most=math.pi, slope=SLOPE))
    openings = []
    for _ in range(400):
        motion.step(1e-3, NO_HAND, REST)
        openings.append(motion.linkage.opening(motion.q)[0])
    hit = int(np.argmax(np.array(openings) > math.pi - 1e-4))
    assert max(openings) < math.pi + 1e-3
    assert min(openings[hit : hit + 20]) > math.pi - 0.01
    assert motion.account.hinge_loss > 0.0


def test_a_step_in_which_a_section_would_turn_far_is_made_in_parts():
    motion = Motion(Linkage(rod(0.0)), frictionless(0))
    motion.step(5e-3, Hand("slips", motion.tip, np.array([0.0, 30.0]), strength=1e6), REST)
    assert motion.steps > 1
