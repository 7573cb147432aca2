"""The graphs as a user handles them: what is plotted, over which time, and the dividers between the parts."""

import pygame
import pytest

from ruler.lab.layout import Dividers, lay_out_window
from ruler.lab.parameters import PARAMETERS


def wheel(lab, at, turns):
    lab.app.mouse_at = at
    lab.post(pygame.MOUSEWHEEL, y=turns, x=0, precise_y=float(turns), precise_x=0.0, flipped=False).frames()


def test_the_wheel_over_the_graph_zooms_its_time_and_not_the_table(lab):
    lab.frames(30)
    at, before = lab.app.layout.graphs["openings"].center, lab.app.views[0].px_per_m
    wheel(lab, at, 4)
    assert lab.app.options.length == pytest.approx(5.0 / 1.2**4, rel=0.02)
    assert lab.app.views[0].px_per_m == before
    wheel(lab, at, -5)
    assert lab.app.options.length is None


def test_keys_zoom_the_time_and_choose_the_quantity(lab):
    lab.frames(20)
    lab.key(pygame.K_z)
    assert lab.app.options.length == pytest.approx(5.0 / 1.5, rel=0.02)
    assert lab.app.options.end is None  # it goes on following
    lab.key(pygame.K_x)
    assert lab.app.options.length is None
    seen = {lab.app.options.quantity}
    for _ in range(4):
        seen.add(lab.key(pygame.K_q).app.options.quantity)
    assert seen == {"openings", "tension", "force", "extension", "energy"}


def test_the_tension_is_noted_while_the_ruler_is_pulled(lab):
    lab.app.do("play_script")
    lab.app.do("plot_tension")
    lab.frames(40)
    tension = lab.app.player.history.tension
    # It falls from the hand inwards: the table takes its part.
    assert len(tension) > 20
    assert tension.at(tension.last_time)[1][-1] > 2 * tension.at(tension.last_time)[1][0]


def drag_divider(lab, name, by):
    start = lab.app.layout.dividers[name].center
    return lab.drag(start, (start[0] + by[0], start[1] + by[1]), 3)


@pytest.mark.slow
def test_dividers_are_dragged_and_remembered(lab, open_lab):
    before = lab.app.layout
    drag_divider(lab, "side", (-80, 0))
    assert lab.app.layout.controls.width == pytest.approx(before.controls.width + 80, abs=6)
    drag_divider(lab, "below", (0, -60))
    assert lab.app.layout.graphs["openings"].height == pytest.approx(before.graphs["openings"].height + 60, abs=6)
    drag_divider(lab, "curve", (0, -50))
    assert lab.app.layout.graphs["curve"].height == pytest.approx(before.graphs["curve"].height + 50, abs=6)
    before = lab.app.layout
    drag_divider(lab, "between", (-70, 0))
    assert lab.app.layout.graphs["bars"].width == pytest.approx(before.graphs["bars"].width + 70, abs=6)
    assert not lab.app.session.holding
    again = open_lab()
    assert again.app.layout == lab.app.layout


@pytest.mark.parametrize("size", [(800, 600), (1280, 800), (1600, 1000), (2560, 1440)])
@pytest.mark.parametrize("part", [0.0, 0.5, 1.0, None])
def test_every_part_keeps_some_room_wherever_the_dividers_are(size, part):
    layout = lay_out_window(size, 1.0, True, Dividers(part, part, part, part))
    for rect in (layout.table, layout.controls, layout.readout, *layout.graphs.values()):
        assert rect.width >= 80
        assert rect.height >= 60
    whole = pygame.Rect(0, 0, *size)
    assert all(whole.contains(rect) for rect in (layout.table, layout.controls, *layout.graphs.values()))


def test_a_big_window_gives_its_graphs_more_room():
    small, big = (lay_out_window(size, 1.0, False).graphs for size in ((1280, 800), (1600, 1000)))
    for name in small:
        assert big[name].height > 1.2 * small[name].height
    assert big["curve"].width > 1.2 * small["curve"].width


def test_units_are_those_of_the_parameters():
    units = {parameter.key: parameter.unit for parameter in PARAMETERS}
    assert units["simulation.rate"] == "1/s"
    assert units["hinge.viscous"] == "N m s^p"
    assert all(len(unit) < 8 for unit in units.values())


def test_after_d_every_number_at_a_hinge_is_the_layers(lab):
    lab.app.select(9)
    labels = lambda: [text.text for row in lab.app.controls._rows[:1] for text in row.texts]  # noqa: E731
    assert labels()[0] == "hinge 10 torque"
    lab.key(pygame.K_d)
    assert labels()[0] == "hinge 1 torque"
