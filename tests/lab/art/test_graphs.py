import itertools

import numpy as np
import pygame
import pytest

from ruler.lab.art import openings_graph
from ruler.lab.art.blocks import draw_blocks
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.history import History
from ruler.lab.art.load_graphs import layer_ticks
from ruler.lab.art.openings_graph import group_text, grouped, time_text, window_length
from ruler.lab.art.plot import Shown
from ruler.lab.art.ticks import nice_step, round_up, thinned, ticks_at
from ruler.recording.recording import column_names

RECT = pygame.Rect(120, 90, 500, 260)
GROUND = (1, 2, 3)
X = np.linspace(0, 1, 11)
GHOSTS = [("a network with a very long name indeed", 1 - X**2), ("bad", X[:1]), ("nan", X * np.nan)] + [
    (f"run {n}", 1 - X ** (0.3 * n)) for n in range(1, 9)
]


def pixels(surface):
    return pygame.surfarray.array3d(surface).astype(int)


def filled_and_nothing_else(surface, rect):
    seen = pixels(surface)
    touched = (seen != GROUND).any(axis=2)
    inside = np.zeros_like(touched)
    inside[rect.left : rect.right, rect.top : rect.bottom] = True
    return touched[inside].all() and not touched[~inside].any()


def table_of(times, degrees):
    """A recording's table with these openings."""
    degrees = np.asarray(degrees, dtype=float)
    degrees = degrees[:, None] if degrees.ndim == 1 else degrees
    table = np.zeros((len(times), len(column_names(degrees.shape[1]))))
    table[:, 0], table[:, 6 : 6 + degrees.shape[1]] = times, degrees
    return table


def history_of(times, degrees):
    table = table_of(times, degrees)
    return History(table.shape[1] - len(column_names(0)), lambda: table)


def recorded(hinges=10, samples=2000, rate=100.0):
    times = np.arange(samples) / rate
    return history_of(times, 90 + 80 * np.sin(times[:, None] / 3 + np.arange(hinges) / hinges))


def draw(name, surface, rect, scale=1.0, history=None, **shown):
    GRAPHS[name].draw(Canvas(surface, scale), rect, Shown(history or recorded(7, 5), **shown))


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
        draw("bars", surface, RECT, scale, shares=shares, cursor=cursor, frozen=True)
        assert filled_and_nothing_else(surface, RECT)
        surface.fill(GROUND)
        draw("curve", surface, RECT, scale, shares=shares, ghosts=GHOSTS, cursor=cursor, frozen=True)
        assert filled_and_nothing_else(surface, RECT)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_of_any_size(surface, size, name):
    rect = pygame.Rect(RECT.topleft, size)
    surface.fill(GROUND)
    shares = np.full(10, 0.1)
    draw(name, surface, rect, history=recorded(), shares=shares, ghosts=GHOSTS, cursor=(150, 110), now=1.0)
    assert filled_and_nothing_else(surface, rect)


@pytest.mark.parametrize("size", SIZES)
def test_blocks_of_any_size(surface, size):
    rect = pygame.Rect(RECT.topleft, size)
    draw_blocks(Canvas(surface), rect, np.linspace(0, 1, 8))
    assert filled_and_nothing_else(surface, rect)


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_of_nothing_at_all(surface, name):
    draw(name, surface, RECT, history=history_of([], np.empty((0, 5))), cursor=(300, 200), now=0.0)
    assert filled_and_nothing_else(surface, RECT)


@pytest.mark.parametrize("hinges", [1, 10, 100, 200])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_openings_graph(surface, hinges, scale):
    history = recorded(hinges)
    for cursor in CURSORS:
        surface.fill(GROUND)
        draw("openings", surface, RECT, scale, history, cursor=cursor, frozen=True, now=3.0)
        assert filled_and_nothing_else(surface, RECT)


def test_openings_graph_of_one_sample(surface):
    draw("openings", surface, RECT, history=history_of([0.0], np.zeros((1, 5))), cursor=(300, 200), now=0.0)
    assert filled_and_nothing_else(surface, RECT)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_drawn_bit_by_bit_is_nearly_the_same_as_at_once(surface, scale):
    times = np.arange(1500) / 100
    table = table_of(times, 90 + 80 * np.sin(times[:, None] / 3 + np.arange(4) / 4))
    shown = 0
    slow = History(4, lambda: table[:shown])
    for shown in range(0, 1500, 7):  # noqa: B007 - the history reads it
        draw("openings", surface, RECT, scale, slow)
    shown = 1500
    draw("openings", surface, RECT, scale, slow)
    first = pixels(surface)
    draw("openings", surface, RECT, scale, History(4, lambda: table))
    second = pixels(surface)
    assert (np.abs(first - second).max(axis=2) > 60).mean() < 0.01


def test_pictures_of_histories_are_bounded(surface):
    history = recorded(3, 50)
    for width in range(200, 260):
        draw("openings", surface, pygame.Rect(0, 0, width, 150), history=history)
    assert len(openings_graph._pictures[history]) <= openings_graph.KEPT
    before = len(openings_graph._pictures)
    del history
    assert len(openings_graph._pictures) < before


def test_bars_are_as_tall_as_their_shares(surface):
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    draw("bars", surface, RECT, shares=shares)
    from ruler.lab.art.theme import load_colours

    counts = [int((pixels(surface) == colour).all(axis=2).sum()) for colour in load_colours(shares, 4)]
    assert all(a < b for a, b in itertools.pairwise(counts))
    assert counts[3] / counts[1] == pytest.approx(2.0, rel=0.15)


def test_history_keeps_extremes():
    rng = np.random.default_rng(0)
    samples = rng.uniform(0, 1, (20_000, 2))
    samples[7000, 0] = 3.0
    samples[13_000, 1] = -2.0
    history = history_of(np.arange(20_000) / 100, samples)
    envelope = history.envelope(0, 50, 4.0)
    assert envelope.high[:, 0].max() == 3.0
    assert envelope.low[:, 1].min() == -2.0
    assert envelope.low[:, 0].min() == samples[:, 0].min()
    assert (np.diff(envelope.column) > 0).all()
    assert envelope.column[-1] == 49
    assert len(history) == 20_000


def test_history_keeps_no_samples_of_its_own():
    table = table_of(np.arange(400_000) / 100, np.zeros((400_000, 10)))
    history = History(10, lambda: table)
    assert np.shares_memory(history.at(4000.0)[1], table)
    assert len(history.envelope(0, 400, 10.0).column) == 400


def test_history_is_exact_where_it_is_fine():
    times = np.arange(1000) / 100
    history = history_of(times, times)
    envelope = history.envelope(0, 1000, 0.01)
    np.testing.assert_array_equal(envelope.low[:, 0], times)
    found = history.at(3.2101)
    assert found is not None
    assert found[0] == 3.21
    assert found[1][0] == 3.21


def test_history_newest_samples_are_never_missing():
    table, rows = table_of(np.arange(3000) / 100, np.arange(3000)), 0
    history = History(1, lambda: table[:rows])
    for rows in range(41, 3000, 97):
        assert history.envelope(0, 10**6, 0.3).high.max() == rows - 1
        assert history.last_time == (rows - 1) / 100


def test_history_leaves_out_what_is_no_number_and_forgets_what_its_table_forgets():
    table = table_of(np.arange(3.0), [1.0, np.nan, 3.0])
    history = History(1, lambda: table)
    assert history.envelope(0, 10, 1.0).column.tolist() == [0, 2]
    assert history.envelope(0, 1, 3.0).high.tolist() == [[3.0]]
    table = table[:1]
    assert len(history) == 1
    assert history.last_time == 0.0
    table = table[:0]
    assert history.at(0.0) is None
    assert history.envelope(0, 10, 1.0).low.shape == (0, 1)


def test_ticks():
    assert nice_step(1.0, 4) == 0.25
    assert nice_step(0.0, 4) == 1.0
    assert thinned(100, 3.0, 20.0) == 10
    assert [round_up(value) for value in (0.11, 1.0, 2.01, 600.0)] == [0.2, 1.0, 5.0, 1000.0]
    assert ticks_at(0.1, 0.1, 0.3, "{:.1f}".format) == [(0.1, "0.1"), (0.2, "0.2"), (pytest.approx(0.3), "0.3")]
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
    draw_blocks(Canvas(surface, 1.5), RECT, positions)
    assert filled_and_nothing_else(surface, RECT)
