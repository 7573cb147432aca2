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


def test_table_lines_up():
    shown = text.table(["runs", "name"], [["1", "steady"], ["12345", "x"]])
    assert shown.splitlines() == [" runs  name", "    1  steady", "12345  x"]
