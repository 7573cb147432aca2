import itertools
from dataclasses import replace

import numpy as np
import pygame
import pytest

from ruler.lab.art import sprites, wood
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.labels import by_importance, layer_number
from ruler.lab.art.picture import draw_picture
from ruler.lab.art.placed import Labels
from ruler.lab.art.ruler import draw_ruler, hinge_at, section_at
from ruler.lab.art.table import draw_anchor, draw_paper, label_step, length_text
from ruler.lab.art.theme import load_palette
from ruler.lab.art.view import View
from ruler.lab.scene import Holder, Options

RECT = pygame.Rect(100, 80, 700, 420)
GROUND = (1, 2, 3)
ALL = Options(tension=True, friction=True, trace=True, hovered=0)


def pixels(surface):
    return pygame.surfarray.array3d(surface).astype(int)


def full(scene, hinges=10, **more):
    rng = np.random.default_rng(0)
    made = scene(
        hinges,
        tension=rng.normal(0, 1, hinges),
        friction=rng.normal(0, 1, (hinges + 1, 2)),
        trace=rng.uniform(-1, 2, (5000, 2)),
        table_shaking=True,
        **more,
    )
    at = made.outer[0]
    holders = (
        Holder("hand", made.outer[-1], made.outer[-1] + 0.1, np.array([1.0, 2.0]), clamped=True, shaking=True),
        Holder("mouse", at, at + 0.2, None, clamped=True, shaking=True),
        Holder("mouse", at, at, np.array([np.nan, 0.0])),
    )
    return type(made)(**{**made.__dict__, "holders": holders})


def outside_untouched(surface, rect):
    seen = pixels(surface)
    mask = np.ones(seen.shape[:2], dtype=bool)
    mask[rect.left : rect.right, rect.top : rect.bottom] = False
    return (seen[mask] == GROUND).all()


@pytest.mark.parametrize("hinges", [1, 2, 3, 10, 40, 200])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_draws_within_its_rectangle(scene, surface, hinges, scale):
    made = full(scene, hinges)
    draw_picture(Canvas(surface, scale), View.fit(RECT, made), made, ALL)
    assert outside_untouched(surface, RECT)
    inside = pixels(surface)[RECT.left : RECT.right, RECT.top : RECT.bottom]
    assert not (inside == GROUND).all(axis=2).any()
    assert surface.get_clip() == surface.get_rect()


@pytest.mark.parametrize("zoom", [0.01, 0.3, 3.0, 12.0, 60.0, 5000.0])
@pytest.mark.parametrize("anchor", ["pinned", "clamped", "free"])
def test_any_zoom(scene, surface, zoom, anchor):
    made = full(scene, 5, anchor=anchor, table=np.array([0.01, 0.3]))
    draw_picture(Canvas(surface, 1.0), View.fit(RECT, made).zoomed((200, 300), zoom), made, ALL)
    assert outside_untouched(surface, RECT)


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (5, 300), (300, 5), (40, 40)])
def test_tiny_rectangles(scene, surface, size):
    made = full(scene)
    rect = pygame.Rect((100, 100), size)
    draw_picture(Canvas(surface, 2.0), View.fit(rect, made), made, ALL)
    assert outside_untouched(surface, rect)


@pytest.mark.parametrize("field", ["inner", "outer", "opening", "share", "tension", "friction", "trace", "table"])
def test_values_that_are_not_numbers(scene, surface, field):
    made = full(scene)
    # Forces and the table's place are the snapshot's.
    owner = made if field in made.__dict__ else made.snapshot
    value = np.array(getattr(owner, field), dtype=float)
    value[0] = np.nan
    value[-1] = np.inf
    broken = replace(owner, **{field: value})
    broken = broken if owner is made else replace(made, snapshot=broken)
    draw_picture(Canvas(surface, 1.0), View.fit(RECT, scene()), broken, ALL)
    assert outside_untouched(surface, RECT)


def test_nothing_known_but_the_pose(scene, surface):
    made = scene(share=None, holders=())
    draw_picture(Canvas(surface, 1.0), View.fit(RECT, made), made, ALL)
    shallow = Options(deep=False, layers=False, hovered=99)
    draw_picture(Canvas(surface, 1.0), View.fit(RECT, made), made, shallow)


def wedge_area(scene, surface, degrees):
    surface.fill(GROUND)
    made = scene(1, degrees, share=np.array([1.0]), holders=(), section=0.4)
    draw_ruler(Canvas(surface), View(RECT, (0.1, 0.0), 900.0), made, Options(layers=False))
    seen = pixels(surface)
    colour = load_palette()[wedge_level(1)]
    return int((np.abs(seen - colour).max(axis=2) <= 2).sum())


def wedge_level(count):
    from ruler.lab.art.theme import load_levels

    return load_levels(np.array([1.0 / count]), count)[0]


def test_wedge_grows_with_the_opening(scene, surface):
    areas = [wedge_area(scene, surface, degrees) for degrees in (5, 40, 80, 120, 170)]
    assert all(larger > smaller for smaller, larger in itertools.pairwise(areas))


def test_hinges_of_different_share_differ(scene, surface):
    made = scene(3, 90.0, share=np.array([0.0, 0.2, 0.8]), holders=())
    view = View.fit(RECT, made)
    draw_ruler(Canvas(surface), view, made, Options(layers=False))
    ring = 0.4 * 0.135 * made.section_length * view.px_per_m
    seen = [tuple(surface.get_at((round(x), round(y - ring)))[:3]) for x, y in view.to_screen(made.outer[:-1])]
    assert len(set(seen)) == 3


def test_numbers_follow_the_pulled_end():
    assert [layer_number(hinge, 3, True) for hinge in range(3)] == [1, 2, 3]
    assert [layer_number(hinge, 3, False) for hinge in range(3)] == [3, 2, 1]


def test_labels_never_overlap():
    labels = Labels(pygame.Rect(0, 0, 100, 100))
    picture = pygame.Surface((20, 10))
    target = pygame.Surface((100, 100))
    assert labels.try_text(target, picture, (50, 50))
    assert not labels.try_text(target, picture, (60, 52))
    assert labels.try_text(target, picture, (50, 62))
    assert not labels.try_text(target, picture, (95, 95))


def test_importance_names_everyone_once():
    for count in (0, 1, 2, 40, 101):
        assert sorted(by_importance(count)) == list(range(count))
    assert by_importance(20, 7)[:3] == [7, 0, 19]


def test_picking_hinges(scene):
    made = scene(6, 70.0)
    view = View.fit(RECT, made)
    for number, at in enumerate(view.to_screen(made.outer[:-1])):
        assert hinge_at(view, made, (at[0] + 2, at[1] - 3)) == number
    assert hinge_at(view, made, (RECT.right - 3, RECT.top + 3)) is None
    assert hinge_at(view, made, (0, 0), radius=1e6) is None


def test_picking_sections(scene):
    made = scene(6, 70.0)
    view = View.fit(RECT, made)
    for number in range(7):
        part = 0.5
        at = view.to_screen(made.inner[number] * (1 - part) + made.outer[number] * part)
        found = section_at(view, made, tuple(at))
        assert found is not None
        assert found[0] == number
        length = np.hypot(*(made.outer[number] - made.inner[number]))
        assert found[1] == pytest.approx(part * length, abs=1e-6)
    assert section_at(view, made, (RECT.right - 3, RECT.top + 3)) is None


def test_a_still_table_is_one_picture(scene, surface):
    from ruler.lab.art import table

    made = scene()
    view = View.fit(RECT, made)
    draw_paper(Canvas(surface), view, made)
    before = table._paper.cache_info().misses
    for push in np.linspace(-0.02, 0.02, 20):
        draw_paper(Canvas(surface), view, scene(table=np.array([push, -push])))
    assert table._paper.cache_info().misses == before


def test_the_paper_moves_with_the_table(scene, surface):
    view = View(RECT, (0.0, 0.0), 500.0)
    draw_paper(Canvas(surface), view, scene())
    still = pixels(surface)[RECT.left : RECT.right, RECT.top : RECT.bottom - 30]
    draw_paper(Canvas(surface), view, scene(table=np.array([0.02, 0.0])))
    moved = pixels(surface)[RECT.left : RECT.right, RECT.top : RECT.bottom - 30]
    assert (still[:-10] == moved[10:]).all()


def test_scale_labels():
    assert label_step(500.0, 1.0) == pytest.approx(0.2)
    assert label_step(5000.0, 2.0) == pytest.approx(0.05)
    assert length_text(0.0, 0.2) == "0"
    assert length_text(0.4, 0.2) == "0.4 m"
    assert length_text(3.0, 1.0) == "3 m"
    assert length_text(0.35, 0.05) == "35 cm"
    assert length_text(-0.005, 0.005) == "-0.5 cm"


def test_anchor_free_draws_nothing(scene, surface):
    draw_anchor(Canvas(surface), View.fit(RECT, scene()), scene(anchor="free"))
    assert (pixels(surface) == GROUND).all()
    draw_anchor(Canvas(surface), View.fit(RECT, scene()), scene(anchor="pinned"))
    assert not (pixels(surface) == GROUND).all()


def test_kept_pictures_are_bounded(scene, surface):
    made = scene(20)
    view = View.fit(RECT, made)
    for step in range(60):
        draw_picture(Canvas(surface), view.zoomed((200, 200), 1.05**step), made, ALL)
    assert sprites._turned.pixels <= sprites.MOST_TURNED
    for kept in (wood._section, wood._shadow, sprites._disc, sprites._rivet, sprites.card):
        assert kept.cache_info().currsize <= kept.cache_info().maxsize


@pytest.mark.parametrize("degrees", [0.0, 0.3, 33.0, 90.0, 137.0, -90.0, 180.0])
@pytest.mark.parametrize("at", [(100.0, 80.0), (100.4, 80.7)])
def test_turned_sprites_lie_where_they_should(degrees, at):
    surface = pygame.Surface((200, 160), 0, 32)
    distance = wood.capsule(120.0, 24.0, 0.0)
    alpha = np.clip(0.5 - distance / 2, 0, 1)
    sprite = sprites.premultiplied(np.full((*alpha.shape, 3), 255.0), alpha.astype(float))
    sprites.blit_turned(surface, sprite, at, degrees)
    weight = pixels(surface)[..., 0].astype(float)
    x, y = np.mgrid[0:200, 0:160] + 0.5
    middle = ((x * weight).sum() / weight.sum(), (y * weight).sum() / weight.sum())
    assert np.hypot(middle[0] - at[0], middle[1] - at[1]) < 0.45


def test_dashes_cover_their_share_of_the_line():
    dashes = sprites.dashed([(0.0, 0.0), (60.0, 0.0), (60.0, 40.0)], 6.0, 4.0)
    length = sum(np.hypot(*(np.subtract(b, a))) for dash in dashes for a, b in itertools.pairwise(dash))
    assert length == pytest.approx(60.0)
    assert sprites.dashed([], 1, 1) == []
    assert sprites.dashed([(1.0, 1.0)], 1, 1) == []


@pytest.mark.parametrize("tip", [(450, 300), (896, 300), (4, 300), (880, 8), (890, 560), (830, 40)])
@pytest.mark.parametrize("held", [True, False])
def test_no_label_covers_the_tip(scene, surface, monkeypatch, tip, held):
    """Wherever the tip is: cards of labels that are drawn after the ruler stay clear of it."""
    made = scene(opening_deg=100.0)
    made = made if held else replace(made, holders=(Holder("mouse", made.outer[-1], made.outer[-1], np.ones(2)),))
    view = View(surface.get_rect(), (0.0, 0.0), 260.0)
    away = np.asarray(tip) - view.to_screen(made.outer[-1])
    view = view.panned(*away.tolist())
    at = view.to_screen(made.outer[-1])
    cards = []
    original = Canvas.card
    monkeypatch.setattr(
        Canvas, "card", lambda self, box, *a, **k: (cards.append(box.copy()), original(self, box, *a, **k))
    )
    draw_ruler(Canvas(surface), view, made, Options())
    assert not any(card.collidepoint(at) for card in cards)
