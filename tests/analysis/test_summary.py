"""A recording in numbers, layer by layer and in tables."""

import csv
import json

import pytest

from ruler import io, layers, recording_measures, summarise
from ruler.analysis import energy_error
from ruler.analysis.tables import save_layers
from ruler.errors import BadInputError

SUMMARY = {
    "opening_deg", "load", "center_of_load", "unevenness", "curvature", "outer_share", "steps", "simulated_s",
    "worst_joint_gap_m", "energy_error",
}  # fmt: skip


def test_share_counts_from_the_opening_at_the_start(made_recording):
    run = made_recording([10.0, 50.0, 20.0], [10.0, 60.0, 50.0])
    assert recording_measures(run).load == pytest.approx((0.0, 0.25, 0.75))


def test_summary_has_the_documented_keys(made_recording):
    summary = summarise(made_recording([10.0, 10.0], [20.0, 40.0]))
    assert summary.keys() >= SUMMARY
    assert summary["opening_deg"] == [20.0, 40.0]
    json.dumps(summary, allow_nan=False)


def test_layers_are_the_hinges_from_the_fixed_end(made_recording):
    table = layers(made_recording([0.0] * 3, [10.0, 30.0, 60.0]))
    assert table.layer == table.hinge == [1, 2, 3]
    assert table.load_share == pytest.approx([0.1, 0.3, 0.6])
    assert table.load_curve == pytest.approx([0.9, 0.6, 0.0])


def test_shallow_turns_everything_round(made_recording):
    run = made_recording([0.0] * 3, [10.0, 30.0, 60.0])
    table = layers(run, "shallow")
    assert (table.layer, table.hinge) == ([1, 2, 3], [3, 2, 1])
    assert table.opening_deg == pytest.approx([60.0, 30.0, 10.0])
    assert table.load_curve == pytest.approx([0.4, 0.1, 0.0])
    deep, shallow = recording_measures(run), recording_measures(run, "shallow")
    assert deep.center_of_load + shallow.center_of_load == pytest.approx(1.0)


def test_energy_error_is_what_is_unaccounted_for(made_recording):
    energies = {"work_J": 2.0, "hinge_loss_J": 1.0, "table_loss_J": 0.5, "kinetic_energy_J": 0.3}
    run = made_recording([0.0], [10.0], **energies, elastic_energy_J=0.16)
    assert energy_error(run) == pytest.approx(0.02)


def test_without_work_there_is_no_energy_error(still, made_recording):
    assert energy_error(made_recording([0.0], [10.0])) is None
    assert energy_error(still) is None  # rounding is no work


def test_still_ruler_has_nulls_and_a_note(still):
    summary = summarise(still)
    assert summary["load"] is None
    assert summary["center_of_load"] is None
    assert "nothing was opened" in summary["note"]
    json.dumps(summary, allow_nan=False)
    table = layers(still)
    assert (table.load_share, table.load_curve) == (None, None)


def test_closing_ruler_shares_what_it_closed(made_recording):
    run = made_recording([60.0, 60.0], [50.0, 30.0])
    assert recording_measures(run).load == pytest.approx((0.25, 0.75))


# Tables


def test_table_of_layers(tmp_path, made_recording):
    save_layers(layers(made_recording([0.0] * 3, [10.0, 30.0, 60.0])), tmp_path / "layers.csv")
    rows = list(csv.reader((tmp_path / "layers.csv").open()))
    assert rows[0] == ["layer", "hinge", "opening_deg", "load_share", "load_curve"]
    assert [float(row[3]) for row in rows[1:]] == pytest.approx([0.1, 0.3, 0.6])


def test_table_of_a_still_ruler_has_empty_cells(still, tmp_path):
    save_layers(layers(still), tmp_path / "layers.csv")
    rows = list(csv.DictReader((tmp_path / "layers.csv").open()))
    assert {row["load_share"] for row in rows} == {""}


def test_table_is_not_overwritten(tmp_path, made_recording):
    table = layers(made_recording([0.0], [10.0]))
    save_layers(table, tmp_path / "layers.csv")
    with pytest.raises(BadInputError, match="exists already"):
        save_layers(table, tmp_path / "layers.csv")
    save_layers(table, tmp_path / "layers.csv", force=True)


def test_table_of_several_runs_names_the_run(tmp_path, made_recording):
    runs = {
        "a": layers(made_recording([0.0] * 2, [10.0, 30.0])),
        "b": layers(made_recording([0.0] * 3, [10.0, 30.0, 60.0])),
    }
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
