import itertools

import numpy as np
import pygame
import pytest

from ruler.lab.art import plot, time_graph
from ruler.lab.art.blocks import draw_blocks
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.history import History
from ruler.lab.art.load_graphs import layer_ticks
from ruler.lab.art.plot import Ghost, Shown, plot_area
from ruler.lab.art.quantities import QUANTITIES
from ruler.lab.art.theme import GHOSTS as GHOST_COLOURS
from ruler.lab.art.theme import SMALL, text_size
from ruler.lab.art.ticks import decimals, nice_step, round_up, thinned, ticks_at, written
from ruler.lab.art.time_graph import apart, group_text, grouped, time_text, window_length
from ruler.recording.recording import column_names

RECT = pygame.Rect(120, 90, 500, 260)
GROUND = (1, 2, 3)
X = np.linspace(0, 1, 11)
GHOSTS = [
    Ghost("a network with a very long name indeed", 1 - X**2),
    Ghost("bad", X[:1], 1),
    Ghost("nan", X * np.nan, 2),
    *(Ghost(f"run {n}", 1 - X ** (0.3 * n), n) for n in range(1, 9)),
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
@pytest.mark.parametrize("samples_a_frame", [1, 7])
def test_drawn_bit_by_bit_is_the_same_as_at_once(surface, scale, samples_a_frame):
    times = np.arange(240) / 100
    table = table_of(times, 90 + 80 * np.sin(times[:, None] / 3 + np.arange(4) / 4))
    shown = 0
    slow = History(4, lambda: table[:shown])
    for shown in range(0, 240, samples_a_frame):  # noqa: B007 - the history reads it
        draw("openings", surface, RECT, scale, slow)
    shown = 240
    draw("openings", surface, RECT, scale, slow)
    first = pixels(surface)
    draw("openings", surface, RECT, scale, History(4, lambda: table))
    assert (first == pixels(surface)).all()


def test_a_window_that_follows_the_latest_shows_the_same_as_one_drawn_at_once(surface):
    times = np.arange(700) / 100
    table = table_of(times, 90 + 80 * np.sin(times[:, None] * 3 + np.arange(4) / 4))
    shown = 0
    slow = History(4, lambda: table[:shown])
    for shown in range(1, 700, 9):  # noqa: B007 - the history reads it
        draw("openings", surface, RECT, history=slow, length=2.0)
    shown = 700
    draw("openings", surface, RECT, history=slow, length=2.0)
    first = pixels(surface)
    draw("openings", surface, RECT, history=History(4, lambda: table), length=2.0)
    assert (first == pixels(surface)).all()


def test_a_flat_line_is_as_thick_everywhere(surface):
    shown = 0
    table = table_of(np.arange(300) / 100, np.full((300, 1), 100.0))
    history = History(1, lambda: table[:shown])
    for shown in range(1, 300, 3):  # noqa: B007 - the history reads it
        draw("openings", surface, RECT, history=history)
    seen = pixels(surface)
    y = plot_of("openings", surface).y
    columns = seen[180:380, y + 20 : y + 140]
    assert (columns == columns[:1]).mean() > 0.99


def test_pictures_of_histories_are_bounded(surface):
    history = recorded(3, 50)
    for width in range(200, 260):
        draw("openings", surface, pygame.Rect(0, 0, width, 150), history=history)
    assert len(time_graph._pictures[history]) <= time_graph.KEPT
    before = len(time_graph._pictures)
    del history
    assert len(time_graph._pictures) < before


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


def plot_of(name, surface, rect=RECT, scale=1.0, **shown):
    area = plot_area(Canvas(surface, scale), rect, GRAPHS[name], Shown(recorded(7, 5), **shown))
    assert area is not None
    return area.plot


@pytest.fixture
def seen_ticks(monkeypatch):
    """The plot and the labels of the axes of what is drawn."""
    seen = {}
    original = plot.PlotArea.backdrop

    def backdrop(area, x, y, x_ticks, y_ticks):
        seen.update(plot=area.plot, rect=area.rect, x=x_ticks, y=y_ticks)
        return original(area, x, y, x_ticks, y_ticks)

    monkeypatch.setattr(plot.PlotArea, "backdrop", backdrop)
    return seen


@pytest.mark.parametrize("layers", [1, 2, 7, 10, 40, 100, 500])
def test_percent_labels_say_what_their_ticks_are(surface, seen_ticks, layers):
    draw("bars", surface, RECT, shares=np.full(layers, 1 / layers))
    labels = [label for _, label in seen_ticks["y"]]
    assert len(set(labels)) == len(labels)
    for value, label in seen_ticks["y"]:
        assert float(label.removesuffix(" %")) == pytest.approx(100 * value, abs=1e-9)


def test_labels_of_an_axis_are_never_cut(surface, seen_ticks):
    for scale in (1.0, 2.0):
        for name in GRAPHS:
            draw(name, surface, RECT, scale, shares=np.array([-4.5, 5.5]), ghosts=GHOSTS[:1])
            widest = max(text_size(label, SMALL, scale)[0] for _, label in seen_ticks["y"])
            assert seen_ticks["plot"].x - seen_ticks["rect"].x - 6 * scale >= widest


def test_a_curve_keeps_its_colour_whatever_else_is_shown(surface):
    def colours(*ghosts):
        draw("curve", surface, RECT, shares=np.full(10, 0.1), ghosts=ghosts)
        seen = pixels(surface)
        return {number for number, colour in enumerate(GHOST_COLOURS) if (seen == colour).all(axis=2).sum() > 20}

    network, run = Ghost("network", 1 - X**2, 0), Ghost("run", 1 - X**0.5, 2)
    assert colours(network) == {0}
    assert colours(run) == {2}
    assert colours(network, run) == {0, 2}


@pytest.fixture
def written_texts(monkeypatch):
    texts = []
    original = Canvas.text
    monkeypatch.setattr(
        Canvas, "text", lambda self, text, at, **look: (texts.append(text), original(self, text, at, **look))[1]
    )
    return texts


@pytest.mark.parametrize("width", [240, 300, 500])
def test_names_of_curves_are_whole_and_the_even_line_is_always_named(surface, written_texts, width):
    name = "ReLU network, dropout 0.2 (augmented digits)"
    for ghosts in ((), (Ghost(name, 1 - X**2),), (Ghost(name, 1 - X**2), Ghost("kept run", 1 - X, 2))):
        written_texts.clear()
        draw("curve", surface, pygame.Rect(*RECT.topleft, width, 260), shares=np.full(10, 0.1), ghosts=ghosts)
        assert "even" in written_texts
        said = " ".join(written_texts)
        assert all(ghost.name in said for ghost in ghosts)
        assert "\u2026" not in said


def test_hinges_are_numbered_as_at_the_ruler(surface, written_texts):
    times = np.arange(300) / 100
    history = history_of(times, 20 * np.arange(1, 8) + times[:, None])
    for deep in (True, False):
        written_texts.clear()
        draw("openings", surface, RECT, history=history, deep=deep)
        drawn = [text for text in written_texts if text in "1234567"]
        # From the top: the most open hinge is the one nearest the hand.
        assert drawn == list("7654321" if deep else "1234567")


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_quantity_can_be_seen_over_time(surface, name, written_texts):
    history = recorded(5)
    history.note_tension(0.0, np.zeros(5))
    history.note_tension(1.0, np.full(5, 0.25))
    history.note_tension(0.5, np.full(5, 9.0))
    draw("openings", surface, RECT, history=history, quantity=name, cursor=(400, 200))
    assert filled_and_nothing_else(surface, RECT)
    assert QUANTITIES[name].of(history).range is not None
    assert all(line in written_texts for line in QUANTITIES[name].lines)


def test_the_range_of_a_quantity_grows_with_it_and_forgets_what_its_table_forgets():
    table, rows = table_of(np.arange(100.0), np.arange(100.0) - 50), 10
    history = History(1, lambda: table[:rows])
    assert history.range == (-50.0, -41.0)
    rows = 100
    assert history.range == (-50.0, 49.0)
    rows = 1
    assert history.range == (-50.0, -50.0)
    rows = 0
    assert history.range is None


def test_a_short_pull_after_a_long_wait_can_be_seen(surface):
    times = np.arange(7400) / 100
    opening = np.where(times < 70, 10.0, np.minimum(10.0 + 40.0 * (times - 70), 170.0))
    history = history_of(times, opening)

    def width_of_pull(**shown):
        surface.fill(GROUND)
        draw("openings", surface, RECT, history=history, **shown)
        colour = QUANTITIES["openings"].colours(1)[0]
        close = np.abs(pixels(surface) - colour).sum(axis=2) < 60
        middle = close[:, RECT.y + 60 : RECT.y + 180].any(axis=1)
        return int(middle[150:560].sum())

    assert width_of_pull() < 20
    assert width_of_pull(length=5.0) > 150
    assert width_of_pull(length=5.0, end=74.5) > 150


def test_zooming_keeps_the_time_under_the_mouse_and_ends_at_all_there_is():
    history = history_of(np.arange(6000) / 100, np.zeros(6000))
    whole = time_graph.stretch_shown(history, None, None, 400)
    length, end = time_graph.zoomed(history, whole, 20.0, 0.5)
    part = time_graph.stretch_shown(history, length, end, 400)
    start, stop = part.ends
    assert stop - start == pytest.approx(30.0, rel=0.01)
    assert (20.0 - start) / (stop - start) == pytest.approx(20.0 / 60.0, abs=0.01)
    assert time_graph.zoomed(history, part, 20.0, 10.0) == (None, None)
    assert time_graph.zoomed(history, whole, 59.99, 0.1)[1] is None


def test_names_of_lines_are_kept_apart():
    assert apart([10.0, 11.0, 12.0], 5.0, 0.0, 100.0) == [10.0, 15.0, 20.0]
    assert apart([98.0, 99.0], 5.0, 0.0, 100.0) == [95.0, 100.0]
    assert apart([], 5.0, 0.0, 100.0) == []


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
    assert time_text(70.25, 0.05) == "1:10.25"
    assert time_text(0.0025, 0.0005) == "0.0025 s"
    assert [decimals(step) for step in (2.0, 2.5, 0.25, 0.005, 10.0)] == [0, 1, 2, 3, 0]
    assert [written(0.025, " %", 100.0)(value) for value in (-0.0, 0.025, 0.05)] == ["0.0 %", "2.5 %", "5.0 %"]


def test_neighbouring_numbers_share_a_label():
    assert [group_text(group) for group in grouped([10, 11, 50, 12, 90], 8)] == ["1\u20264", "3", "5"]
    assert [group_text(group) for group in grouped([5.0, 5.0, 5.0], 8)] == ["1\u20133"]
    assert grouped([], 5) == []


@pytest.mark.parametrize("positions", [[], [0.5], [0.1, np.nan, 5.0], np.linspace(0, 1, 300), np.zeros(5)])
def test_blocks(surface, positions):
    draw_blocks(Canvas(surface, 1.5), RECT, positions)
    assert filled_and_nothing_else(surface, RECT)
