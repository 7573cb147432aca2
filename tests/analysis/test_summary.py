"""A recording in numbers, layer by layer, in figures and in tables."""

import csv
import json

import numpy as np
import pytest

from ruler import io, layers, load_scenario, recording_measures, simulate, summarise
from ruler.analysis import energy_error, load_curve
from ruler.analysis.figures import figure_path, plot_recordings, save_figure
from ruler.analysis.tables import save_layers
from ruler.errors import BadInputError
from ruler.recording import Recording
from ruler.recording.recording import column_names

SUMMARY = {
    "opening_deg", "load", "center_of_load", "unevenness", "curvature", "outer_share", "steps", "simulated_s",
    "worst_joint_gap_m", "energy_error",
}  # fmt: skip


def recording(start, end, **columns):
    """Two samples of a ruler that opened from `start` to `end`, deg."""
    names = column_names(len(start))
    table = np.zeros((2, len(names)))
    first = names.index("opening_1_deg")
    table[:, first : first + len(start)] = start, end
    for name, value in columns.items():
        table[1, names.index(name)] = value
    return Recording(table, ("pull",), {"kind": "ruler", "status": "complete", "steps": 1, "simulated_s": 0.001})


@pytest.fixture(scope="module")
def still():
    """A ruler that nothing pulls."""
    return simulate(load_scenario("steady", ["phase=[{until={time=0.1}}]"]))


def test_share_counts_from_the_opening_at_the_start():
    run = recording([10.0, 50.0, 20.0], [10.0, 60.0, 50.0])
    assert recording_measures(run).load == pytest.approx((0.0, 0.25, 0.75))


def test_summary_has_the_documented_keys():
    summary = summarise(recording([10.0, 10.0], [20.0, 40.0]))
    assert summary.keys() >= SUMMARY
    assert summary["opening_deg"] == [20.0, 40.0]
    json.dumps(summary, allow_nan=False)


def test_layers_are_the_hinges_from_the_fixed_end():
    table = layers(recording([0.0] * 3, [10.0, 30.0, 60.0]))
    assert table.layer == table.hinge == [1, 2, 3]
    assert table.load_share == pytest.approx([0.1, 0.3, 0.6])
    assert table.load_curve == pytest.approx([0.9, 0.6, 0.0])


def test_shallow_turns_everything_round():
    run = recording([0.0] * 3, [10.0, 30.0, 60.0])
    table = layers(run, "shallow")
    assert (table.layer, table.hinge) == ([1, 2, 3], [3, 2, 1])
    assert table.opening_deg == pytest.approx([60.0, 30.0, 10.0])
    assert table.load_curve == pytest.approx([0.4, 0.1, 0.0])
    deep, shallow = recording_measures(run), recording_measures(run, "shallow")
    assert deep.center_of_load + shallow.center_of_load == pytest.approx(1.0)


def test_energy_error_is_what_is_unaccounted_for():
    energies = {"work_J": 2.0, "hinge_loss_J": 1.0, "table_loss_J": 0.5, "kinetic_energy_J": 0.3}
    run = recording([0.0], [10.0], **energies, elastic_energy_J=0.16)
    assert energy_error(run) == pytest.approx(0.02)


def test_without_work_there_is_no_energy_error(still):
    assert energy_error(recording([0.0], [10.0])) is None
    assert energy_error(still) is None  # rounding is no work


def test_still_ruler_has_nulls_and_a_note(still):
    summary = summarise(still)
    assert summary["load"] is None
    assert summary["center_of_load"] is None
    assert "nothing was opened" in summary["note"]
    json.dumps(summary, allow_nan=False)
    table = layers(still)
    assert (table.load_share, table.load_curve) == (None, None)


def test_closing_ruler_shares_what_it_closed():
    run = recording([60.0, 60.0], [50.0, 30.0])
    assert recording_measures(run).load == pytest.approx((0.25, 0.75))


# Figures


def lines_of(axes):
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def test_figure_shows_what_was_recorded():
    runs = [recording([0.0] * 3, [10.0, 30.0, 60.0]), recording([0.0] * 3, [20.0, 20.0, 20.0])]
    figure = plot_recordings(runs, ["one", "two"])
    panels = [axes for part in figure.subfigs for axes in part.axes]
    titles = [axes.get_title() for axes in panels]
    assert titles[:2] == ["one", "two"]
    curves = lines_of(panels[titles.index("Load curve")])
    for run, label in zip(runs, ["one (centre 0.75)", "two (centre 0.50)"], strict=True):
        assert curves[label][:, 1] == pytest.approx(load_curve(recording_measures(run).load))
    bars = panels[titles.index("Load share of each layer")].containers
    assert [bar.get_height() for bar in bars[0]] == pytest.approx([0.1, 0.3, 0.6])
    for axes in panels:
        assert axes.get_xlabel()


def test_figure_of_a_still_ruler(still, tmp_path):
    save_figure(plot_recordings([still], ["still"]), tmp_path / "still.png")
    assert (tmp_path / "still.png").stat().st_size > 1000


def test_figures_of_rulers_of_different_size(tmp_path):
    runs = [recording([0.0] * n, [10.0 * (i + 1) for i in range(n)]) for n in (1, 3, 12)]
    save_figure(plot_recordings(runs, ["1", "3", "12"]), tmp_path / "sizes.svg")
    assert (tmp_path / "sizes.svg").stat().st_size > 1000


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_same_data_same_bytes(tmp_path, suffix):
    run = recording([0.0] * 3, [10.0, 30.0, 60.0])
    for name in "ab":
        save_figure(plot_recordings([run], ["run"]), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("count", [0, 9])
def test_no_more_recordings_than_can_be_told_apart(count):
    run = recording([0.0], [10.0])
    with pytest.raises(BadInputError, match=f"1 to 8 recordings; got {count}"):
        plot_recordings([run] * count, ["run"] * count)


def test_figure_path_is_checked_before_the_work(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(BadInputError, match="exists already"):
        figure_path(tmp_path / "a.png", force=False)
    assert figure_path(tmp_path / "a.png", force=True) == tmp_path / "a.png"
    with pytest.raises(BadInputError, match="must end in"):
        figure_path(tmp_path / "a.bmp", force=False)


# Tables


def test_table_of_layers(tmp_path):
    save_layers(layers(recording([0.0] * 3, [10.0, 30.0, 60.0])), tmp_path / "layers.csv")
    rows = list(csv.reader((tmp_path / "layers.csv").open()))
    assert rows[0] == ["layer", "hinge", "opening_deg", "load_share", "load_curve"]
    assert [float(row[3]) for row in rows[1:]] == pytest.approx([0.1, 0.3, 0.6])


def test_table_of_a_still_ruler_has_empty_cells(still, tmp_path):
    save_layers(layers(still), tmp_path / "layers.csv")
    rows = list(csv.DictReader((tmp_path / "layers.csv").open()))
    assert {row["load_share"] for row in rows} == {""}


def test_table_is_not_overwritten(tmp_path):
    table = layers(recording([0.0], [10.0]))
    save_layers(table, tmp_path / "layers.csv")
    with pytest.raises(BadInputError, match="exists already"):
        save_layers(table, tmp_path / "layers.csv")
    save_layers(table, tmp_path / "layers.csv", force=True)


def test_table_of_several_runs_names_the_run(tmp_path):
    runs = {"a": layers(recording([0.0] * 2, [10.0, 30.0])), "b": layers(recording([0.0] * 3, [10.0, 30.0, 60.0]))}
    save_layers(runs, tmp_path / "layers.csv")
    rows = list(csv.DictReader((tmp_path / "layers.csv").open()))
    assert [row["run"] for row in rows] == ["a", "a", "b", "b", "b"]
    assert [row["hinge"] for row in rows] == ["1", "2", "1", "2", "3"]


@pytest.mark.parametrize("suffix", io.FORMATS)
def test_table_of_a_still_ruler_in_every_format(still, tmp_path, suffix):
    save_layers(layers(still), tmp_path / f"layers{suffix}")
    table = io.read(tmp_path / f"layers{suffix}")
    assert [float(cell) for cell in table.column("hinge")] == list(range(1, 11))
    assert not any(io.is_number(cell) for cell in table.column("load_share"))
