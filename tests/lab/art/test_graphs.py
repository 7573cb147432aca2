import itertools

import numpy as np
import pygame
import pytest

from ruler.lab.art import openings_graph
from ruler.lab.art.axes import nice_step, thinned
from ruler.lab.art.blocks import draw_blocks
from ruler.lab.art.graphs import History, draw_load_bars, draw_load_curve, draw_openings_graph
from ruler.lab.art.load_graphs import layer_ticks
from ruler.lab.art.openings_graph import group_text, grouped, time_text, window_length

RECT = pygame.Rect(120, 90, 500, 260)
GROUND = (1, 2, 3)
X = np.linspace(0, 1, 11)
GHOSTS = [("a network with a very long name indeed", X, 1 - X**2), ("bad", X, X[:3]), ("nan", X, X * np.nan)] + [
    (f"run {n}", X, 1 - X ** (0.3 * n)) for n in range(1, 9)
]


def pixels(surface):
    return pygame.surfarray.array3d(surface).astype(int)


def filled_and_nothing_else(surface, rect):
    seen = pixels(surface)
    touched = (seen != GROUND).any(axis=2)
    inside = np.zeros_like(touched)
    inside[rect.left : rect.right, rect.top : rect.bottom] = True
    return touched[inside].all() and not touched[~inside].any()


def recorded(hinges=10, samples=2000, rate=100.0):
    history = History(hinges)
    times = np.arange(samples) / rate
    history.append(times, np.radians(90 + 80 * np.sin(times[:, None] / 3 + np.arange(hinges) / hinges)))
    return history


SHARES = [
    None,
    np.full(10, 0.1),
    np.array([1.0]),
    np.array([-0.5, 1.5]),
    np.array([np.nan, 1.0]),
    np.linspace(0, 1, 200) / 100,
    np.array([1e9, -1e9]),
    np.array([]),
]
CURSORS = [None, (300.0, 200.0), (170.0, 140.0), (-5.0, 4000.0), (610.0, 300.0)]
SIZES = [(500, 260), (0, 0), (1, 1), (60, 40), (90, 80), (300, 10), (150, 110)]


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_load_graphs_fill_their_rectangle(surface, shares, scale):
    for cursor in CURSORS:
        surface.fill(GROUND)
        draw_load_bars(surface, RECT, shares, scale=scale, cursor=cursor, frozen=True, count=7)
        assert filled_and_nothing_else(surface, RECT)
        surface.fill(GROUND)
        draw_load_curve(surface, RECT, shares, GHOSTS, scale=scale, cursor=cursor, frozen=True)
        assert filled_and_nothing_else(surface, RECT)


@pytest.mark.parametrize("size", SIZES)
def test_graphs_of_any_size(surface, size):
    rect = pygame.Rect(RECT.topleft, size)
    for draw in (
        lambda: draw_load_bars(surface, rect, np.full(10, 0.1), cursor=(150, 110)),
        lambda: draw_load_curve(surface, rect, np.full(10, 0.1), GHOSTS, cursor=(150, 110)),
        lambda: draw_openings_graph(surface, rect, recorded(), cursor=(150, 110), now=1.0),
        lambda: draw_blocks(surface, rect, np.linspace(0, 1, 8)),
    ):
        surface.fill(GROUND)
        draw()
        assert filled_and_nothing_else(surface, rect)


@pytest.mark.parametrize("hinges", [1, 10, 100, 200])
@pytest.mark.parametrize("span", [None, 5.0, 0.0])
def test_openings_graph(surface, hinges, span):
    history = recorded(hinges)
    for cursor in CURSORS:
        surface.fill(GROUND)
        draw_openings_graph(surface, RECT, history, span=span, cursor=cursor, frozen=True, now=3.0)
        assert filled_and_nothing_else(surface, RECT)


def test_openings_graph_of_nothing(surface):
    history = History(5)
    draw_openings_graph(surface, RECT, history, cursor=(300, 200), now=0.0)
    assert filled_and_nothing_else(surface, RECT)
    history.append([0.0], np.zeros((1, 5)))
    draw_openings_graph(surface, RECT, history, cursor=(300, 200), now=0.0)
    assert filled_and_nothing_else(surface, RECT)


@pytest.mark.parametrize("span", [None, 4.0])
def test_drawn_bit_by_bit_is_nearly_the_same_as_at_once(surface, span):
    whole = recorded(4, 1500)
    slow = History(4)
    times, low, _ = whole._levels[0].between(-np.inf, np.inf)
    for start in range(0, 1500, 7):
        slow.append(times[start : start + 7], low[start : start + 7])
        draw_openings_graph(surface, RECT, slow, span=span)
    first = pixels(surface)
    draw_openings_graph(surface, RECT, whole, span=span)
    second = pixels(surface)
    assert (np.abs(first - second).max(axis=2) > 60).mean() < 0.01


def test_pictures_of_histories_are_bounded(surface):
    history = recorded(3, 50)
    for width in range(200, 260):
        draw_openings_graph(surface, pygame.Rect(0, 0, width, 150), history)
    assert len(openings_graph._pictures[history]) <= openings_graph.KEPT
    before = len(openings_graph._pictures)
    del history
    assert len(openings_graph._pictures) < before


def test_bars_are_as_tall_as_their_shares(surface):
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    draw_load_bars(surface, RECT, shares)
    from ruler.lab.art.theme import load_colours

    counts = [int((pixels(surface) == colour).all(axis=2).sum()) for colour in load_colours(shares, 4)]
    assert all(a < b for a, b in itertools.pairwise(counts))
    assert counts[3] / counts[1] == pytest.approx(2.0, rel=0.15)


def test_history_keeps_extremes_when_decimated():
    history = History(2, capacity=64)
    rng = np.random.default_rng(0)
    samples = rng.uniform(0, 1, (20_000, 2)).astype(np.float32)
    samples[7000, 0] = 3.0
    samples[13_000, 1] = -2.0
    for start in range(0, 20_000, 137):
        history.append(np.arange(start, min(start + 137, 20_000)) / 100, samples[start : start + 137])
    envelope = history.envelope(0, 50, 4.0)
    assert envelope.high[:, 0].max() == 3.0
    assert envelope.low[:, 1].min() == -2.0
    assert envelope.low[:, 0].min() == samples[:, 0].min()
    assert (np.diff(envelope.column) > 0).all()
    assert envelope.column[-1] == 49
    assert len(history) == 20_000


def test_history_memory_is_bounded():
    history = History(10, capacity=256)
    block = np.zeros((1000, 10))
    for number in range(400):
        history.append((number * 1000 + np.arange(1000)) / 100, block)
    assert sum(len(level.begin) for level in history._levels) <= 9 * 256
    assert len(history.entries(0, 4000, 10.0)[0]) < 2000


def test_history_is_exact_where_it_is_fine():
    history = History(1)
    times = np.arange(1000) / 100
    history.append(times, times[:, None])
    envelope = history.envelope(0, 1000, 0.01)
    np.testing.assert_allclose(envelope.low[:, 0], times, atol=1e-6)
    found = history.at(3.2101)
    assert found is not None
    assert found[0] == pytest.approx(3.21)
    assert found[1][0] == pytest.approx(3.21, abs=1e-5)


def test_history_newest_samples_are_never_missing():
    history = History(1, capacity=32)
    for step in range(3000):
        history.append([step / 100], [[float(step)]])
        if step > 40 and step % 97 == 0:
            assert history.entries(0, 1e9, 20.0)[2].max() == step


def test_history_starts_over_when_time_runs_back_and_leaves_out_what_is_no_number():
    history = History(1)
    history.append([0.0, 1.0, 2.0], [[1.0], [np.nan], [3.0]])
    assert len(history) == 2
    generation = history.generation
    history.append([0.5], [[1.0]])
    assert len(history) == 1
    assert history.generation == generation + 1
    history.append([], np.empty((0, 1)))
    with pytest.raises(ValueError, match="2 hinges"):
        history.append([1.0], [[1.0, 2.0]])
    history.clear()
    assert history.at(0.0) is None


def test_ticks():
    assert nice_step(1.0, 4) == 0.25
    assert nice_step(0.0, 4) == 1.0
    assert thinned(100, 3.0, 20.0) == 10
    assert [text for _, text in layer_ticks(10, 30.0, 1.0)] == [str(n) for n in range(1, 11)]
    assert [text for _, text in layer_ticks(100, 4.0, 1.0)][:3] == ["1", "10", "20"]
    assert window_length(0.0) == 5
    assert window_length(61) == 120
    assert window_length(5000) == 7200
    assert time_text(2.5) == "2.5 s"
    assert time_text(125) == "2:05"


def test_neighbouring_numbers_share_a_label():
    assert [group_text(group) for group in grouped([10, 11, 50, 12, 90], 8)] == ["1\u20264", "3", "5"]
    assert [group_text(group) for group in grouped([5.0, 5.0, 5.0], 8)] == ["1\u20133"]
    assert grouped([], 5) == []


@pytest.mark.parametrize("positions", [[], [0.5], [0.1, np.nan, 5.0], np.linspace(0, 1, 300), np.zeros(5)])
def test_blocks(surface, positions):
    draw_blocks(surface, RECT, positions, 1.5)
    assert filled_and_nothing_else(surface, RECT)
