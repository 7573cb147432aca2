"""The measures: closed forms, what every set of shares obeys, and what has no answer."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ruler.analysis import (
    LOAD_MEASURES,
    center_of_load,
    curvature,
    load_curve,
    load_shares,
    measure_loads,
    outer_share,
    unevenness,
)
from ruler.analysis import loads as loads_module
from ruler.analysis.loads import centers_of_load, share_rows

LOADS = st.lists(st.floats(0.0, 1e6), min_size=2, max_size=60).filter(lambda loads: sum(loads) > 1e-6)
# Layers of networks can undo work: negative loads.
SIGNED = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60).filter(
    lambda loads: abs(sum(loads)) > max(1e-6, 1e-3 * sum(map(abs, loads)))
)


# Closed forms


@pytest.mark.parametrize("layers", [2, 3, 10, 41])
def test_even_load(layers):
    measures = measure_loads(np.full(layers, 0.7))
    assert measures.center_of_load == pytest.approx(0.5)
    assert measures.unevenness == pytest.approx(0.0, abs=1e-12)
    assert measures.curvature == pytest.approx(0.0, abs=1e-12)
    assert measures.outer_share == pytest.approx(0.5)
    assert load_curve(measures.load) == pytest.approx(np.linspace(1.0, 0.0, layers + 1))


@pytest.mark.parametrize("layers", [2, 3, 10, 41])
def test_all_in_the_last_layer(layers):
    """std of (0, .., 0, 1) is sqrt(N - 1) / N and its mean 1 / N."""
    measures = measure_loads([0.0] * (layers - 1) + [3.0])
    assert measures.center_of_load == 1.0
    assert measures.unevenness == pytest.approx(math.sqrt(layers - 1))
    assert measures.curvature == pytest.approx(-1.0)  # concave
    assert measures.outer_share == 1.0


def test_linear_load():
    """Shares 2 i / (N (N - 1)), i = 0 .. N - 1: centre (2 N - 1) / (3 (N - 1))."""
    layers = 10
    measures = measure_loads(np.arange(layers))
    assert measures.center_of_load == pytest.approx((2 * layers - 1) / (3 * (layers - 1)))
    assert measures.unevenness == pytest.approx(math.sqrt((layers + 1) / (3 * (layers - 1))))


def test_reference_profile():
    """The slow, steady pull at friction 0.3, tau 0.010: centre 0.75, unevenness 0.81."""
    openings = np.array([10, 10, 10, 28, 70, 106, 121, 131, 137, 141])
    measures = measure_loads(openings - 10.0)
    assert measures.center_of_load == pytest.approx(0.75, abs=0.005)
    assert measures.unevenness == pytest.approx(0.81, abs=0.01)


def test_middle_layer_counts_half():
    assert outer_share([0.2, 0.5, 0.3]) == pytest.approx(0.3 + 0.25)


def test_load_curve_begins_at_one():
    assert load_curve([0.5, 0.3, 0.2]) == pytest.approx([1.0, 0.5, 0.2, 0.0])


# What all of them obey


@given(LOADS)
def test_shares_sum_to_one(loads):
    shares = load_shares(loads)
    assert shares is not None
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0.0).all()


@given(SIGNED)
def test_curve_runs_from_one_to_zero(loads):
    shares = load_shares(loads)
    assert shares is not None
    curve = load_curve(shares)
    assert curve[0] == 1.0
    assert curve[-1] == 0.0
    assert -np.diff(curve) == pytest.approx(shares, abs=1e-9 * np.abs(shares).sum())


@given(SIGNED)
def test_turning_round_mirrors(loads):
    there, back = measure_loads(loads), measure_loads(loads[::-1])
    size = 1e-9 * sum(map(abs, there.load))
    assert there.center_of_load + back.center_of_load == pytest.approx(1.0, abs=size)
    assert there.curvature == pytest.approx(-back.curvature, abs=size)
    assert there.outer_share + back.outer_share == pytest.approx(1.0, abs=size)
    assert there.unevenness == pytest.approx(back.unevenness)


@given(SIGNED, st.floats(1e-3, 1e3))
def test_unit_does_not_matter(loads, unit):
    plain, scaled = measure_loads(loads), measure_loads([unit * load for load in loads])
    size = 1e-9 * sum(map(abs, plain.load))
    for key in ("center_of_load", "unevenness", "curvature", "outer_share"):
        assert getattr(scaled, key) == pytest.approx(getattr(plain, key), abs=size, rel=1e-9)


@given(LOADS)
def test_bounds(loads):
    measures = measure_loads(loads)
    assert -1e-9 <= measures.center_of_load <= 1.0 + 1e-9
    assert 0.0 <= measures.unevenness <= math.sqrt(len(loads) - 1) * (1.0 + 1e-9)
    assert -1e-9 <= measures.outer_share <= 1.0 + 1e-9


@given(SIGNED)
def test_curvature_is_first_share_less_last(loads):
    shares = load_shares(loads)
    assume(shares is not None)
    size = 1e-9 * np.abs(shares).sum()
    assert curvature(shares) == pytest.approx(shares[0] - shares[-1], abs=size)


@given(LOADS, st.integers(0, 59), st.floats(0.0, 1.0))
def test_moving_load_outwards_moves_the_centre_outwards(loads, layer, part):
    layer %= len(loads) - 1
    moved = list(loads)
    moved[layer] -= part * loads[layer]
    moved[layer + 1] += part * loads[layer]
    assert center_of_load(load_shares(moved)) >= center_of_load(load_shares(loads)) - 1e-9


# The registry


def test_straightness_is_r_squared_as_numpy_correlates():
    shares = np.array([0.05, 0.1, 0.2, 0.25, 0.4])
    expected = np.corrcoef(np.arange(6), load_curve(shares))[0, 1] ** 2
    assert measure_loads(shares).straightness_r2 == pytest.approx(expected, rel=1e-12)
    assert measure_loads(np.full(7, 0.3)).straightness_r2 == pytest.approx(1.0, abs=1e-12)
    # All in the last of n layers: 1 for l < n, 0 for l = n; R^2 = 3 / (n + 2) by the sums of squares.
    assert measure_loads([0, 0, 0, 0, 1.0]).straightness_r2 == pytest.approx(3 / 7)
    assert measure_loads([1.0]).straightness_r2 is None


def test_summary_keys_keep_their_order():
    keys = list(measure_loads([1.0, 2.0]).as_dict())
    assert keys == ["load", "center_of_load", "unevenness", "curvature", "outer_share", "straightness_r2", "note"]


@given(LOADS)
def test_every_measure_is_an_attribute_and_lies_where_it_says(loads):
    measures = measure_loads(loads)
    for name, measure in LOAD_MEASURES.items():
        value = getattr(measures, name)
        assert value == measures.as_dict()[name] == measure.of(np.array(measures.load))
        assert measure.low - 1e-9 <= value <= measure.high + 1e-9
        assert measure.label
        assert measure.words


def test_a_new_measure_is_everywhere_at_once(monkeypatch):
    monkeypatch.setattr(loads_module, "LOAD_MEASURES", dict(LOAD_MEASURES))

    @loads_module.load_measure("first share", "share of the first layer", low=0.0, high=1.0)
    def first_share(shares):
        return float(shares[0])

    measures = measure_loads([1.0, 3.0])
    assert measures.first_share == measures.as_dict()["first_share"] == 0.25
    assert measure_loads([0.0]).first_share is None


def test_unknown_measure_is_no_attribute():
    measures = pickle.loads(pickle.dumps(measure_loads([1.0, 3.0])))
    assert measures == measure_loads([1.0, 3.0])
    with pytest.raises(AttributeError, match="no load measure 'centre'"):
        _ = measures.centre


def test_rows_are_shared_like_single_loads():
    rows = np.array([[1.0, 3.0], [0.0, 0.0], [1.0, -1.0], [2.0, 2.0]])
    curves = load_curve(share_rows(rows))
    for row, curve in zip(rows, curves, strict=True):
        shares = load_shares(row)
        assert np.isnan(curve).all() if shares is None else curve.tolist() == load_curve(shares).tolist()
    assert centers_of_load(share_rows(rows))[[0, 3]].tolist() == [0.75, 0.5]


# No answer


@pytest.mark.parametrize(
    "loads", [[], [0.0], [0.0] * 10, [1.0, -1.0], [math.nan, 1.0], [math.inf, 1.0], [1e308, 1e308], [5e-324] * 3]
)
def test_nothing_to_share_gives_nulls_and_a_note(loads):
    with np.errstate(all="ignore"):
        measures = measure_loads(loads)
    numbers = (measures.load, measures.center_of_load, measures.unevenness, measures.curvature)
    if measures.load is None:
        assert numbers == (None,) * 4
        assert measures.outer_share is None
        assert measures.note
    else:
        assert np.isfinite(measures.load).all()
        assert sum(measures.load) == pytest.approx(1.0)
    json.dumps(measures.as_dict(), allow_nan=False)


@pytest.mark.parametrize("loads", [[0.0] * 10, [1.0, -1.0], [math.nan, 1.0], []])
def test_these_have_no_shares(loads):
    assert load_shares(loads) is None


def test_creep_is_no_opening():
    assert measure_loads([1e-6, 2e-6], smallest_total=1e-4).load is None
    assert measure_loads([1e-3, 2e-3], smallest_total=1e-4).load == pytest.approx((1 / 3, 2 / 3))


def test_one_layer_has_a_share_but_no_centre():
    measures = measure_loads([2.0])
    assert measures.load == (1.0,)
    assert (measures.center_of_load, measures.curvature) == (None, None)
    assert measures.unevenness == 0.0
    assert measures.outer_share == pytest.approx(0.5)


def test_loads_that_cancel_nearly_are_not_blown_up():
    assert measure_loads([1.0, -1.0 + 1e-12]).load is None


def test_measures_take_any_sequence():
    assert unevenness((0.5, 0.5)) == 0.0
    assert unevenness(np.array([0.25, 0.75])) == pytest.approx(0.5)


def test_each_row_has_its_own_measure_of_nothing():
    """A row of small loads beside one of large ones is shared out; one whose loads cancel is not."""
    rows = np.array([[1e-6, 3e-6], [1e9, 1e9], [1.0, -1.0]])
    shares = share_rows(rows)
    assert shares[:2] == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))
    assert np.isnan(shares[2]).all()


def test_shares_are_in_double_precision():
    assert share_rows(np.array([1.0, 2.0], dtype=np.float32)).dtype == np.float64
    assert load_curve(np.array([0.5, 0.5], dtype=np.float32)).dtype == np.float64


def test_plain_data_hold_the_shares():
    assert measure_loads([1.0, 3.0]).as_dict()["load"] == [0.25, 0.75]
