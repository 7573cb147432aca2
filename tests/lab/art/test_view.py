from dataclasses import replace

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.lab.art.view import FARTHEST, LARGEST_SCALE, SMALLEST_SCALE, View, scene_bounds

RECT = pygame.Rect(30, 40, 800, 500)
numbers = st.floats(-50, 50)


@given(numbers, numbers, st.floats(2, 20_000), numbers, numbers)
def test_round_trip(cx, cy, zoom, x, y):
    view = View(RECT, (cx, cy), zoom)
    there = view.to_screen([x, y])
    np.testing.assert_allclose(view.to_world(there), [x, y], atol=1e-8)


def test_middle_and_directions():
    view = View(RECT, (1.0, 2.0), 100.0)
    np.testing.assert_allclose(view.to_screen([1.0, 2.0]), RECT.center, atol=0.6)
    np.testing.assert_allclose(view.to_screen([2.0, 3.0]) - view.to_screen([1.0, 2.0]), [100.0, -100.0])
    assert view.to_screen(np.zeros((4, 3, 2))).shape == (4, 3, 2)


@given(st.floats(0.01, 100), st.floats(30, 800), st.floats(40, 500))
def test_zoom_keeps_the_point_under_the_mouse(factor, x, y):
    view = View(RECT, (0.3, -0.2), 300.0)
    np.testing.assert_allclose(view.zoomed((x, y), factor).to_world((x, y)), view.to_world((x, y)), atol=1e-9)


@pytest.mark.parametrize("factor", [1e9, 1e-9, 0.0, -1.0, float("nan"), float("inf")])
def test_zoom_is_clamped(factor):
    view = View(RECT, (0.0, 0.0), 300.0).zoomed((100, 100), factor)
    assert SMALLEST_SCALE <= view.px_per_m <= LARGEST_SCALE
    assert np.isfinite(view.centre).all()


def test_pan_moves_with_the_mouse_and_stays_near():
    view = View(RECT, (0.0, 0.0), 200.0)
    np.testing.assert_allclose(view.panned(10, -20).to_screen([0, 0]), np.add(view.to_screen([0, 0]), (10, -20)))
    assert max(np.abs(view.panned(1e12, -1e12).centre)) <= FARTHEST
    assert np.isfinite(view.panned(float("nan"), 0).centre).all()


def test_fit_shows_everything(scene):
    ruler = scene(opening_deg=10.0)
    for rect in (pygame.Rect(0, 0, 600, 300), pygame.Rect(10, 20, 2000, 1200), pygame.Rect(0, 0, 300, 900)):
        view = View.fit(rect, ruler)
        points = view.to_screen(np.concatenate((ruler.inner, ruler.outer)))
        assert all(rect.collidepoint(point) for point in points)
        assert rect.collidepoint(view.to_screen(ruler.inner[0] + [0.75 * ruler.full_length, 0]))


def test_fit_survives_nothing(scene):
    view = View.fit(pygame.Rect(0, 0, 0, 0), scene())
    assert np.isfinite(view.px_per_m)
    point = np.ones((4, 2))
    view = View.fit(RECT, replace(scene(), inner=point, outer=point, full_length=0.0, section_length=0.0))
    assert view.px_per_m <= LARGEST_SCALE
    broken = scene()
    broken.inner[:] = np.nan
    broken.outer[:] = np.nan
    assert np.isfinite(View.fit(RECT, broken).centre).all()
    assert np.isfinite(scene_bounds(broken)).all()
