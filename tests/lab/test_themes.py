"""Every theme can be read, also as eyes that lack one kind of cone see it.

The matrices are those of Machado, Oliveira and Fernandes (IEEE Trans. Vis. Comput. Graph. 15, 2009) at severity 1,
contrast is that of WCAG 2, differences of colour are CIE 1976 delta E in L*a*b* (D65).
"""

import itertools

import numpy as np
import pygame
import pytest

from ruler.lab.art import theme
from ruler.lab.recent import setting

EYES = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)
# What is written on what; the grounds of graphs, cards, lists, table.
INKS = {
    "PANEL": ["INK", "MUTED", "ACCENT", "WARNING", "AMBER"],
    "PANEL_RAISED": ["INK", "MUTED", "ACCENT"],
    "PANEL_SUNK": ["INK"],
    "ACCENT_PALE": ["INK", "ACCENT_DARK"],
    "HOVER": ["INK"],
    "CARD": ["INK", "ACCENT_DARK", "FRICTION_INK"],
    "ACCENT": ["ON_ACCENT"],
    "PAPER": ["INK", "PAPER_INK", "TENSION_INK", "ACCENT"],
}


@pytest.fixture(params=theme.THEMES)
def name(request):
    theme.use(request.param)
    yield request.param
    theme.use("light")


@pytest.fixture(params=EYES)
def eye(request):
    return np.array(EYES[request.param])


def linear(colour):
    part = np.asarray(colour, dtype=float) / 255.0
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def seen(colour, eye):
    return np.clip(eye @ linear(colour), 0.0, 1.0)


def contrast(one, other, eye):
    low, high = sorted(float(TO_XYZ[1] @ seen(colour, eye)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab_of(colour, eye):
    part = TO_XYZ @ seen(colour, eye) / WHITE
    root = np.where(part > 0.008856, np.cbrt(part), 7.787 * part + 16.0 / 116.0)
    return np.array([116.0 * root[1] - 16.0, 500.0 * (root[0] - root[1]), 200.0 * (root[1] - root[2])])


def apart(one, other, eye):
    return float(np.linalg.norm(lab_of(one, eye) - lab_of(other, eye)))


def test_the_measures_are_the_known_ones():
    assert contrast((255, 255, 255), (0, 0, 0), np.eye(3)) == pytest.approx(21.0)
    assert lab_of((255, 0, 0), np.eye(3)) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    # To a protan eye pure red is dark; a white stays white.
    assert lab_of((255, 0, 0), np.array(EYES["protan"]))[0] < 45.0
    assert seen((255, 255, 255), np.array(EYES["deutan"])) == pytest.approx([1.0, 1.0, 1.0], abs=1e-4)


def test_text_is_read_on_its_ground(name, eye):
    least = 7.0 if name == "contrast" else 4.5
    # A simulated eye may lose a little of it.
    least -= 0.0 if np.array_equal(eye, np.eye(3)) else 0.5
    poor = {}
    for ground, inks in INKS.items():
        for ink in inks:
            ratio = contrast(getattr(theme, ink), getattr(theme, ground), eye)
            if ratio < least:
                poor[ink, ground] = round(ratio, 2)
    for number, colour in enumerate(theme.GHOSTS):
        if (ratio := contrast(colour, theme.PANEL_RAISED, eye)) < least:
            poor["ghost", number] = round(ratio, 2)
    assert poor == {}


def test_what_cannot_be_chosen_and_edges_are_still_seen(name, eye):
    assert contrast(theme.FAINT, theme.PANEL_RAISED, eye) >= 3.0
    # The ring around what has the keyboard, and the bar at the selected row.
    assert contrast(theme.ACCENT, theme.PANEL, eye) >= 3.0
    assert contrast(theme.ACCENT, theme.PANEL_RAISED, eye) >= 3.0


def test_loads_go_from_light_to_dark_and_stay_apart(name, eye):
    shares = np.array([0.0, 0.5, 1.0, 2.0, 4.0]) / 10.0
    colours = theme.load_colours(shares, 10)
    lightness = [lab_of(colour, eye)[0] for colour in theme.load_palette()]
    steps = np.diff(lightness)
    assert (steps > -0.3).all() or (steps < 0.3).all()
    assert abs(lightness[-1] - lightness[0]) > 45.0
    for one, other in itertools.pairwise(colours):
        assert apart(one, other, eye) > 9.0


def test_curves_beside_each_other_stay_apart(name, eye):
    curves = [theme.ACCENT, *theme.GHOSTS]
    least = {pair: apart(*pair, eye) for pair in itertools.combinations(curves, 2)}
    # They have dashes of their own besides.
    assert min(least.values()) > 20.0, min(least.items(), key=lambda item: item[1])


def test_the_first_and_the_last_hinge_are_told_apart(name, eye):
    lines = theme.line_colours(10)
    assert apart(lines[0], lines[-1], eye) > 40.0
    for line in lines:
        assert contrast(line, theme.PANEL_RAISED, eye) >= 3.0


def test_a_theme_is_chosen_drawn_and_remembered(lab):
    corner = lab.app.layout.controls.bottomleft
    at = (corner[0] + 3, corner[1] - 3)
    views = list(lab.app.views)
    seen = set()
    for name in theme.THEMES:
        lab.app.do(f"theme_{name}")
        lab.frames(2)
        assert setting("theme") == name
        assert tuple(lab.app.surface.get_at(at))[:3] == theme.PANEL
        seen.add(theme.PANEL)
        assert [view.px_per_m for view in lab.app.views] == [view.px_per_m for view in views]
    theme.use("light")
    assert len(seen) == 3


def test_less_motion_shows_what_is_shaken_as_stills(lab, monkeypatch):
    lab.app.do("less_motion")
    begin = lab.app.stills._since + 1.0
    now = [begin]
    monkeypatch.setattr("ruler.lab.stills.time.monotonic", lambda: now[0])
    lab.app.session.grab_tip()
    lab.key(pygame.K_s)
    pictures = set()
    table = lab.app.surface.subsurface(lab.app.layout.table)
    for frame in range(50):
        now[0] = begin + (frame + 1) / 50
        lab.frames()
        pictures.add(pygame.image.tobytes(table, "RGB"))
    assert 2 <= len(pictures) <= 4
    lab.app.do("less_motion")
    lab.frames(3)
    first = pygame.image.tobytes(table, "RGB")
    lab.frames(3)
    assert pygame.image.tobytes(table, "RGB") != first
