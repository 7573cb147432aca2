"""Numbers, tables and choices in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler import text

NAMES = ["steady", "jerky", "violent"]


@pytest.mark.parametrize(("value", "shown"), [(-0.001, "+0.00"), (-0.01, "-0.01"), (0.005001, "+0.01"), (None, "-")])
def test_no_minus_zero(value, shown):
    assert text.number(value, "+.2f") == shown


@given(st.floats(-1e6, 1e6), st.sampled_from([".2f", "+.3f", "7.1f", ".3g"]))
def test_number_is_the_format_but_for_minus_zero(value, form):
    shown = text.number(value, form)
    assert float(shown) == float(f"{value:{form}}")
    assert not shown.strip().startswith("-") or float(shown) < 0.0


@pytest.mark.parametrize(
    ("unevenness", "center", "word"),
    [
        (0.0, 0.5, "straight"),
        (0.25, 0.9, "straight"),
        (0.26, 0.56, "concave"),
        (0.26, 0.44, "convex"),
        (0.8, 0.54, "uneven"),
        (None, 0.5, "-"),
        (0.3, None, "-"),
    ],
)
def test_regime(unevenness, center, word):
    assert text.regime(unevenness, center) == word
    assert word in text.REGIMES


def test_count():
    assert (text.count(0, "run"), text.count(1, "run"), text.count(7, "layer")) == ("0 runs", "1 run", "7 layers")


def test_a_near_name_is_suggested_else_all():
    assert text.nearest("stedy", NAMES) == "steady"
    assert text.suggest("stedy", NAMES) == "did you mean 'steady'?"
    assert text.nearest("qqq", NAMES) is None
    assert text.suggest("qqq", NAMES) == "there are steady, jerky, violent"
    assert text.suggest("qqq", iter(NAMES), "known here:") == "known here: steady, jerky, violent"
    assert text.suggest("qqq", []) == "there are none"


@pytest.mark.parametrize(("part", "filled"), [(-1.0, 0), (0.0, 0), (0.5, 10), (1.0, 20), (7.0, 20)])
def test_bar(part, filled):
    assert text.bar(part) == "█" * filled + "·" * (20 - filled)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (60.0, "1 min 0 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 5 min")],
)
def test_duration(seconds, words):
    assert text.duration(seconds) == words


def test_a_missing_number_has_a_word():
    assert text.number(None, ".2f", "not defined") == "not defined"


def test_intervals_and_spreads():
    assert text.interval(0.8, 0.74, 0.88) == "0.80 [0.74, 0.88]"
    assert text.interval(-0.001, None, None, "+.2f") == "+0.00"
    assert text.plus_minus(0.8, 0.02) == "0.80 +- 0.02"
    assert (text.plus_minus(0.8, None), text.plus_minus(None, 0.1)) == ("0.80", "-")


def test_table_lines_up():
    shown = text.table(("runs", [1, 12345], "d"), ("share", [0.5, None], ".2f"), ("name", ["steady", "x"]))
    assert shown.splitlines() == [" runs  share  name", "    1   0.50  steady", "12345      -  x"]


def test_table_keeps_text_among_numbers_and_knows_columns_that_are_missing():
    shown = text.table(("layer", ["input", 1], "d"), ("load", None, ".2f"), ("", ["", "b"]))
    assert shown.splitlines() == ["layer  load", "input     -", "    1     -  b"]


def test_table_is_cut_short_where_all_rows_can_be_seen_elsewhere():
    rows = range(text.MOST_ROWS + 2)
    assert len(text.table(("row", rows, "d")).splitlines()) == len(rows) + 1
    assert text.table(("row", rows, "d"), see="the file").endswith("\n  ... 2 more; see the file")
    assert len(text.table(("row", rows[:-2], "d"), see="the file").splitlines()) == text.MOST_ROWS + 1
