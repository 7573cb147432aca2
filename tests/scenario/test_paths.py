"""Dotted keys: what is put somewhere is found there, and what leads nowhere is refused."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruler.errors import BadInputError
from ruler.scenario import paths

NAMES = st.text("abcxyz_", min_size=1, max_size=4)
VALUES = st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.lists(st.integers(), max_size=3)
DATA = {"a": {"b": 1}, "list": [{"c": 2}, 3]}


@given(st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=3), max_size=4))
def test_flat_keys_build_the_table_again(table):
    again = {}
    for key, value in paths.flat(table):
        assert paths.get(table, key) == value
        paths.put(again, key, value, "here")
    assert again == table


@pytest.mark.parametrize(("key", "value"), [("a.b", 1), ("list.0.c", 2), ("list.1", 3), ("list", DATA["list"])])
def test_get(key, value):
    assert paths.get(DATA, key) == value


@pytest.mark.parametrize("key", ["", "b", "a.b.c", "list.2", "list.x", "list.-1", "list.0.d", "a.b.0"])
def test_get_of_nothing(key):
    assert paths.get(DATA, key) is None


def test_put_makes_tables_but_no_entries():
    data = copy.deepcopy(DATA)
    paths.put(data, "new.table.key", 1, "here")
    paths.put(data, "list.0.c", 5, "here")
    paths.put(data, "list.1", 6, "here")
    assert data == {"a": {"b": 1}, "list": [{"c": 5}, 6], "new": {"table": {"key": 1}}}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("a.b.c", "here: a.b holds a value, not keys"),
        ("list.2", "here: list has 2 entries, numbered from 0; '2' is not one of them"),
        ("list.-1.c", "here: list has 2 entries, numbered from 0; '-1' is not one of them"),
        ("list.²", "here: list has 2 entries, numbered from 0; '²' is not one of them"),
    ],
)
def test_put_where_nothing_is(key, message):
    with pytest.raises(BadInputError) as caught:
        paths.put(copy.deepcopy(DATA), key, 1, "here")
    assert str(caught.value) == message
