"""Numbers, tables and choices in words."""

import pytest

from ruler import text


@pytest.mark.parametrize(("value", "shown"), [(-0.001, "+0.00"), (-0.01, "-0.01"), (0.005001, "+0.01"), (None, "-")])
def test_no_minus_zero(value, shown):
    assert text.number(value, "+.2f") == shown


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
