"""The slow limit of the ruler against closed forms and known numbers."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ruler.analysis.loads import measure_loads
from ruler.errors import BadInputError, FailedError
from ruler.theory import (
    QuasiStaticRuler,
    TablePoint,
    displacement_to,
    pull_slowly,
    reference_ruler,
    rod_points,
)

WEIGHT = 0.3 * 9.81 * 0.012 * 10  # N, friction of the whole reference ruler


def openings(ruler, extension=0.55, **options):
    return np.rad2deg(pull_slowly(ruler, displacement_to(ruler, extension), **options).opening[-1])


@pytest.mark.parametrize(
    ("friction", "torque", "expected"),
    [
        (0.3, 0.005, [10, 10, 10, 14.6, 56.2, 115, 138.9, 144.8, 152, 155.7]),
        (0.3, 0.020, [10, 10, 19.9, 48.9, 78.6, 94.4, 105.1, 113.8, 120, 124.9]),
        (0.1, 0.005, [10, 10, 10.5, 37.2, 80.1, 101.6, 112.1, 121.4, 127.8, 132.5]),
    ],
)
def test_an_independent_program_found_the_same(friction, torque, expected):
    found = openings(reference_ruler(friction=friction, torque=torque))
    np.testing.assert_allclose(found, expected, atol=0.3)


def test_converged_in_the_step():
    ruler = reference_ruler(torque=0.005)
    coarse = openings(ruler)
    np.testing.assert_allclose(coarse, openings(ruler, step=0.001), atol=0.05)


def test_two_points_stand_for_a_rod():
    two, rod = openings(reference_ruler()), openings(reference_ruler(points=rod_points(20)))
    np.testing.assert_allclose(two, rod, atol=0.2)


def test_measures_of_the_reference_ruler():
    pulled = openings(reference_ruler())
    measures = measure_loads(pulled - 10.0)
    assert measures.center_of_load == pytest.approx(0.75, abs=0.01)
    assert measures.unevenness == pytest.approx(0.81, abs=0.02)


def test_without_table_friction_the_ruler_opens_evenly():
    pulled = openings(reference_ruler(friction=0.0))
    np.testing.assert_allclose(pulled, 2.0 * np.rad2deg(np.arcsin(0.55)), atol=0.01)


def test_one_hinge_in_closed_form():
    # Two half sections: the tip is at L sin(q/2); the force is torque dq/dx.
    ruler = reference_ruler(1, friction=0.0, torque=0.02)
    start = 0.2 * np.sin(np.deg2rad(5.0))
    tip = np.array([0.05, 0.1, 0.15])
    run = pull_slowly(ruler, tip - start, step=0.0005)
    opening = 2.0 * np.arcsin(tip / 0.2)
    np.testing.assert_allclose(run.opening[:, 0], opening, atol=1e-4)
    np.testing.assert_allclose(run.work, 0.02 * (opening - np.deg2rad(10.0)), rtol=1e-3)
    np.testing.assert_allclose(run.force[:, 0], 0.02 * 2.0 / (0.2 * np.cos(opening / 2.0)), rtol=0.01)
    np.testing.assert_allclose(run.force[:, 1], 0.0, atol=1e-5)
    np.testing.assert_allclose(run.node[:, -1], np.column_stack((tip, np.zeros(3))), atol=1e-5)


def test_a_stiff_free_ruler_slides_whole():
    ruler = reference_ruler(torque=10.0, anchor="free")
    run = pull_slowly(ruler, [0.0, 0.1])
    np.testing.assert_allclose(run.opening[-1], run.opening[0], atol=1e-6)
    np.testing.assert_allclose(run.node[-1] - run.node[0], np.tile([0.1, 0.0], (12, 1)), atol=1e-5)
    np.testing.assert_allclose(run.force, [[WEIGHT, 0.0]] * 2, atol=1e-4)
    assert run.table_loss[-1] == pytest.approx(0.1 * WEIGHT, rel=1e-4)


def test_a_straight_free_ruler_slides_whole():
    ruler = reference_ruler(opening=np.pi, anchor="free")
    run = pull_slowly(ruler, [0.05])
    np.testing.assert_allclose(run.force[-1, 0], WEIGHT, rtol=1e-4)


def test_a_clamped_section_does_not_turn():
    ruler = reference_ruler(4, friction=0.05, torque=0.02, anchor="clamped")
    run = pull_slowly(ruler, [0.0, displacement_to(ruler, 0.55)])
    assert run.angle[-1, 0] == pytest.approx(run.angle[0, 0], abs=1e-6)
    assert abs(openings(ruler)[0] - openings(reference_ruler(4, friction=0.05, torque=0.02))[0]) > 1.0


def test_only_the_ratio_of_the_frictions_counts():
    once = reference_ruler(6)
    twice = reference_ruler(6, torque=0.020, friction=0.6)
    shift = displacement_to(once, 0.5)
    one, two = pull_slowly(once, [0.0, shift]), pull_slowly(twice, [0.0, shift])
    np.testing.assert_allclose(two.opening, one.opening, atol=1e-4)
    np.testing.assert_allclose(two.force[:, 0], 2.0 * one.force[:, 0], rtol=1e-3)


def test_the_looser_hinge_opens_first():
    ruler = replace(reference_ruler(2, friction=0.0), torque=(0.01, 0.012))
    one, other = pull_slowly(ruler, [0.05]).opening[-1] - ruler.opening
    assert one > 0.1
    assert other == pytest.approx(0.0, abs=1e-6)
    swapped = replace(ruler, torque=(0.012, 0.01))
    # What sticks creeps by the rounding of friction.
    np.testing.assert_allclose(
        pull_slowly(swapped, [0.05]).opening[-1], ruler.opening[0] + np.array([0.0, one]), atol=1e-6
    )


def test_equal_torques_are_one_torque():
    one, each = reference_ruler(6), replace(reference_ruler(6), torque=(0.01,) * 6, closing_torque=(0.01,) * 6)
    np.testing.assert_array_equal(pull_slowly(one, [0.3]).opening, pull_slowly(each, [0.3]).opening)


@pytest.mark.parametrize("tilt", [-0.15, 0.0, 0.15])
def test_a_stiff_ruler_on_a_slope_has_two_thresholds(tilt):
    # A block with friction mu rests between -(mu cos t + sin t) m g and (mu cos t - sin t) m g.
    ruler = replace(reference_ruler(4, torque=10.0, anchor="free"), tilt=tilt)
    weight = 9.81 * sum(ruler.section_mass)
    down = pull_slowly(ruler, [0.0, 0.001]).force[-1, 0]
    up = pull_slowly(ruler, [0.0, -0.001]).force[-1, 0]
    assert down == pytest.approx(weight * (0.3 * np.cos(tilt) - np.sin(tilt)), rel=1e-3)
    assert up == pytest.approx(-weight * (0.3 * np.cos(tilt) + np.sin(tilt)), rel=1e-3)


def test_on_a_smooth_slope_the_fixed_end_opens_and_on_a_rough_one_the_pulled_end():
    def centre(friction):
        ruler = replace(reference_ruler(friction=friction), tilt=float(np.arcsin(0.2)))
        opened = pull_slowly(ruler, [displacement_to(ruler, 0.35)]).opening[-1] - ruler.opening
        return float(np.arange(10) @ opened / opened.sum() / 9.0)

    assert centre(0.1) < 0.25
    assert 0.4 < centre(0.2) < 0.55
    assert centre(0.3) > 0.75


@pytest.mark.parametrize("tilt", [0.0, 0.2])
def test_the_work_of_the_hand_is_what_is_lost(tilt):
    ruler = replace(reference_ruler(6), tilt=tilt)
    at = np.linspace(0.0, displacement_to(ruler, 0.5), 200)
    run = pull_slowly(ruler, at)
    # Each row's force is that of the step before it.
    done = np.concatenate(([0.0], np.cumsum(run.force[1:, 0] * np.diff(at))))
    np.testing.assert_allclose(done, run.work, rtol=5e-3, atol=1e-5)
    assert (np.diff(run.hinge_loss) >= -1e-9).all()
    assert (np.diff(run.table_loss) >= -1e-9).all()


def test_samples_do_not_disturb_the_way():
    ruler = reference_ruler(6)
    end = displacement_to(ruler, 0.5)
    many, one = pull_slowly(ruler, np.linspace(0.0, end, 37)), pull_slowly(ruler, [end])
    np.testing.assert_allclose(np.rad2deg(many.opening[-1] - one.opening[-1]), 0.0, atol=0.05)


def test_hinges_stop_at_their_limits():
    limit = np.deg2rad(100.0)
    free = reference_ruler(torque=0.005)
    ruler = QuasiStaticRuler(
        section_length=free.section_length,
        section_mass=free.section_mass,
        opening=free.opening,
        torque=free.torque,
        limits=(0.0, limit),
    )
    run = pull_slowly(ruler, np.linspace(0.0, displacement_to(ruler, 0.55), 20))
    assert run.opening.max() <= limit + 1e-6
    assert np.isclose(run.opening[-1], limit, atol=1e-4).sum() >= 3


def test_pushing_back_meets_the_closing_torque():
    easy, hard = reference_ruler(1, friction=0.0), reference_ruler(1, friction=0.0, closing_torque=0.03)
    there_and_back = [0.1, 0.05]
    np.testing.assert_allclose(
        pull_slowly(hard, there_and_back).force[:, 0] / pull_slowly(easy, there_and_back).force[:, 0],
        [1.0, 3.0],
        rtol=1e-4,
    )


def test_the_table_takes_the_way_of_its_points():
    points = (TablePoint(0.3, 0.2, 0.7), TablePoint(-0.4, -0.1, 0.3))
    ruler = reference_ruler(3, points=points)
    run = pull_slowly(ruler, [0.0, 0.0005], step=0.0005)
    along = np.stack((np.cos(run.angle), np.sin(run.angle)), axis=-1)
    across = np.stack((-np.sin(run.angle), np.cos(run.angle)), axis=-1)
    lengths = np.array(ruler.section_length)[:, None]
    loss = 0.0
    for point in points:
        place = run.node[:, :-1] + lengths * ((0.5 + point.along) * along + point.across * across)
        ways = np.hypot(*(place[1] - place[0]).T)
        loss += 0.3 * 9.81 * point.weight * (np.array(ruler.section_mass) @ ways)
    assert run.table_loss[-1] == pytest.approx(loss, rel=1e-3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: reference_ruler(0), ("hinges", "0", "at least 1")),
        (lambda: reference_ruler(torque=-1.0), ("torque", "-1.0", "0 or more")),
        (lambda: reference_ruler(torque=0.0, friction=0.0), ("torque", "nothing resists")),
        (lambda: reference_ruler(opening=4.0), ("opening", "4.0", "hinge 1", "limits")),
        (lambda: reference_ruler(opening=0.0), ("opening", "open a hinge")),
        (lambda: reference_ruler(anchor="glued"), ("anchor", "glued", "pinned, clamped, free")),
        (lambda: reference_ruler(section_mass=0.0), ("section_mass", "0.0", "above 0")),
        (lambda: QuasiStaticRuler((1.0,), (1.0, 1.0), (1.0,), 1.0), ("section_length", "1 values", "give 2")),
        (lambda: replace(reference_ruler(), torque=(0.1, 0.2)), ("torque", "2 values", "one per hinge")),
        (lambda: replace(reference_ruler(2), torque=(0.1, np.nan)), ("torque", "nan", "0 or more")),
        (lambda: replace(reference_ruler(), tilt=2.0), ("tilt", "2.0", "pi/2")),
        (lambda: QuasiStaticRuler((), (), (), 1.0), ("opening", "no hinges")),
        (lambda: reference_ruler(points=(TablePoint(0.0, 0.0, 0.5),)), ("points", "0.5")),
        (lambda: rod_points(0), ("table points", "0", "at least 1")),
        (lambda: displacement_to(reference_ruler(), 1.5), ("extension", "1.5", "below 1")),
        (lambda: pull_slowly(reference_ruler(), [5.0]), ("displacement", "5.0", "straight ruler")),
        (lambda: pull_slowly(reference_ruler(), []), ("displacement", "at least one")),
        (lambda: pull_slowly(reference_ruler(), [0.1], step=0.0), ("step", "0.0", "above 0")),
    ],
)
def test_bad_input_names_key_value_and_remedy(make, words):
    with pytest.raises(BadInputError) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


def test_a_pull_that_the_limits_forbid_fails_with_the_place():
    ruler = QuasiStaticRuler((0.1, 0.1), (0.1, 0.1), (1.0,), torque=0.01, limits=(0.0, 2.0))
    with pytest.raises(FailedError, match="openings"):
        pull_slowly(ruler, [0.1])


def test_importing_the_room_stays_light():
    heavy = ("scipy", "matplotlib", "pymunk")
    code = f"import sys, ruler.theory; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
