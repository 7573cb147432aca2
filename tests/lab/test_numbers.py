"""Every number that the window writes says what it is; what a ruler resembles says how near."""

import numpy as np
import pytest

from ruler.analysis import LOAD_MEASURES, measure_loads
from ruler.lab.ghosts import FAR, Ghosts, resemblance_in_words
from ruler.networks import closest, shipped_networks


def hover(lab, at):
    lab.app.mouse_at = at
    lab.frames(1)
    return lab.app.explained.at(at)


def pull(lab):
    start = lab.tip()
    lab.drag(start, (start[0] + 150, start[1]), 40)
    return lab.frames(1)


def test_every_measure_read_out_has_a_tooltip_with_what_unit_and_range(lab):
    pull(lab)
    read = [measure for measure in LOAD_MEASURES.values() if measure.readout]
    said = [about for _rect, about in lab.app.explained.places]
    for measure in read:
        (about,) = [text for text in said if text.startswith(measure.label)]
        assert measure.words in about
        assert "no unit" in about
        assert f"{measure.low:g} to {measure.high:g}" in about


def test_the_status_lines_numbers_have_tooltips(lab):
    pull(lab)
    numbers = lab.app.player.numbers()
    assert [each.text.split()[0] for each in numbers] == ["step", numbers[1].text.split()[0], "energy"]
    assert all(len(each.about) > 30 for each in numbers)
    places = {about: rect for rect, about in lab.app.explained.places}
    for each in numbers:
        rect = places[each.about]
        assert lab.app.layout.status.contains(rect)
        assert hover(lab, rect.center) == each.about


def test_what_load_is_stands_at_the_graphs_titles(lab):
    for name, words in (("bars", "Load share of a layer"), ("curve", "Load curve"), ("openings", "in s")):
        rect = lab.app.layout.graphs[name]
        about = hover(lab, (rect.x + 40, rect.y + 12))
        assert words in about
        assert "0 to" in about or "from 1" in about


def test_a_tooltip_is_drawn_where_the_mouse_is(lab):
    import pygame

    pull(lab)
    rect = lab.app.explained.places[0][0]
    hover(lab, (5, 300))
    before = pygame.surfarray.array3d(lab.app.surface)
    hover(lab, rect.center)
    above = (slice(rect.x, rect.right), slice(rect.y - 60, rect.y - 20))
    assert (pygame.surfarray.array3d(lab.app.surface)[above] != before[above]).mean() > 0.2


def test_resembles_says_how_near_and_a_click_draws_the_network(open_lab):
    lab = open_lab("jerky")
    lab.app.do("play_script")
    lab.app.clock.speed = 8.0
    for _ in range(400):
        lab.app.frame(0.1, [])
        if lab.app.session.simulation.time > 1.5:
            break
    found = lab.app.resembles
    assert found is not None
    assert found.distance < FAR
    assert f"resembles, {found.distance:.3f} away: " in resemblance_in_words(found)
    lab.press(lab.app.resembles_rect.center)
    (network,) = lab.app.ghosts.curves()
    assert network.name == found.network.title
    np.testing.assert_allclose(network.curve, found.network.profile.load_curve)


def test_what_no_network_does_is_said_to_be_like_none():
    (nearest,) = closest(np.r_[np.zeros(9), 1.0], 1)
    assert nearest.distance > FAR
    assert resemblance_in_words(nearest).startswith("nothing measured is like this")


def test_a_ruler_that_has_hardly_opened_resembles_nothing():
    """Openings of a shaken ruler that is still shut: the centre of load is -3.5, which is no linear network."""
    opened = np.radians([3.0, -1.0, 1.0, -1.5, 1.0, -2.0, 1.0, -1.0, -0.5, 0.2])
    measures = measure_loads(opened)
    assert measures.center_of_load < -1.0
    assert Ghosts().resembles(measures, float(opened.mean())) is None
    assert "too little" in resemblance_in_words(None)


def test_the_threshold_is_how_far_seeds_of_one_network_are_apart():
    from ruler.analysis import load_curve, load_shares
    from ruler.analysis.compare import curve_distance

    away = [
        float(curve_distance(load_curve(load_shares(loads)), network.profile.load_curve))
        for network in shipped_networks()
        if network.trained and network.profile.load_curve is not None
        for loads in network.profile.seed_loads
    ]
    assert max(away) == pytest.approx(FAR, abs=0.005)
