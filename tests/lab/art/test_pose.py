import numpy as np
import pytest

from ruler.lab.art.pose import pose_from_opening
from ruler.scenario import load_scenario
from ruler.scenario.geometry import lay_out, opening_from_angles, start_opening


def test_same_as_the_layout_at_the_start():
    shape = lay_out(load_scenario("steady").ruler)
    inner, outer = pose_from_opening(start_opening(load_scenario("steady").ruler), shape.length, None, shape.tip)
    reach = outer - inner
    np.testing.assert_allclose(np.hypot(*reach.T), shape.length)
    np.testing.assert_allclose(outer[-1], shape.tip, atol=1e-12)
    np.testing.assert_allclose(np.cos(shape.angle), reach[:, 0] / shape.length, atol=1e-12)
    np.testing.assert_allclose(np.sin(shape.angle), reach[:, 1] / shape.length, atol=1e-12)


@pytest.mark.parametrize("hinges", [1, 2, 7, 100])
def test_openings_come_back(hinges):
    rng = np.random.default_rng(hinges)
    angle = rng.uniform(-1, 1, hinges + 1).cumsum()
    side = np.where(np.arange(hinges) % 2 == 0, 1.0, -1.0)
    opening = opening_from_angles(angle, side)
    inner, outer = pose_from_opening(opening, np.full(hinges + 1, 0.2), np.array([0.1, -0.3]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(inner[1:], outer[:-1])
    np.testing.assert_allclose(inner[0], [0.1, -0.3])
    reach = outer - inner
    back = opening_from_angles(np.arctan2(reach[:, 1], reach[:, 0]), side)
    np.testing.assert_allclose(np.cos(back - opening), 1.0)
    toward = outer[-1] - inner[0]
    assert np.cross(np.append(toward, 0), [0.9, 1.3, 0])[2] == pytest.approx(0, abs=1e-9)


def test_closed_on_itself_is_no_error():
    inner, outer = pose_from_opening(np.array([0.0]), np.array([0.1, 0.1]), None, np.array([0.5, 0.0]))
    assert np.isfinite(inner).all()
    assert np.isfinite(outer).all()
