"""Recordings of real rulers: what is needed, what is absent, what is refused."""

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.recording import load_recording, measured_recording, save_recording

OPENING = np.array([[10.0, 12.0, 9.0], [10.5, 30.0, 41.0]])
TIP = np.array([[0.1, 0.0], [0.25, 0.01]])


def made(**more):
    return measured_recording(OPENING, TIP, name="mine", section_length=0.2, **more)


@pytest.mark.parametrize("suffix", [".csv", ".npz", ".parquet"])
def test_reads_back_with_what_it_has_and_no_more(tmp_path, suffix):
    recording = made(time=np.array([0.0, 0.5]), extra={"unsure": np.array([0.0, 1.0])})
    again = load_recording(save_recording(recording, tmp_path / f"r{suffix}"))
    assert again.measured
    assert again.opening_deg.tolist() == OPENING.tolist()
    assert again.time.tolist() == [0.0, 0.5]
    assert again.extra["unsure"].tolist() == [0.0, 1.0]
    assert np.isnan(again.column("pull_force_N")).all()
    assert again.ruler.section_length == 0.2


def test_stills_have_no_time_in_their_file(tmp_path):
    path = save_recording(made(), tmp_path / "r.csv")
    header = path.read_text().splitlines()[0].split(",")
    assert "time_s" not in header
    assert "pull_force_N" not in header
    assert not load_recording(path).timed


def test_a_bare_table_is_a_measured_ruler_and_its_lengths_come_from_it(tmp_path):
    """The tip of a ruler of 0.2 m sections, calculated; the file says nothing of lengths."""
    from ruler.scenario.geometry import angles_from_opening, tip_from_angles

    lengths = np.array([0.1, 0.2, 0.2, 0.1])
    reach = [np.hypot(*tip_from_angles(angles_from_opening(row), lengths)) for row in np.radians(OPENING)]
    path = tmp_path / "mine.csv"
    rows = [f"{x},0,{','.join(map(str, row))}" for x, row in zip(reach, OPENING, strict=True)]
    path.write_text("tip_x_m,tip_y_m,opening_1_deg,opening_2_deg,opening_3_deg\n" + "\n".join(rows))
    assert load_recording(path).ruler.section_length == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tip_x_m,opening_1_deg\n0.1,10\n", "column tip_y_m is missing"),
        ("tip_x_m,tip_y_m,opening_2_deg\n0.1,0,10\n", "column opening_1_deg is missing"),
        ("tip_x_m,tip_y_m,opening_1_deg\n", "holds no rows"),
        (
            "tip_x_m,tip_y_m,opening_1_deg\n0.1,0,nan\n",
            "column opening_1_deg: holds a value that is not a finite number",
        ),
        ("tip_x_m,tip_y_m,opening_1_deg\n0.1,0,wide\n", "column opening_1_deg: holds something that is no number"),
        ("tip_x_m,tip_y_m,opening_1_deg\n0.1,0,300\n", "300 is no opening"),
        ("time_s,tip_x_m,tip_y_m,opening_1_deg\n1,0.1,0,10\n1,0.1,0,10\n", "column time_s: must be later"),
    ],
)
def test_bad_tables_are_named(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(BadInputError, match=words):
        load_recording(path)


def test_one_row_is_not_enough_for_a_fit(tmp_path, cli):
    path = tmp_path / "one.csv"
    path.write_text("tip_x_m,tip_y_m,opening_1_deg\n0.1,0,10\n")
    outcome = cli("fit", path)
    assert outcome.code == 2
    assert "has 1 row" in outcome.err


def test_its_loads_are_those_of_any_recording(tmp_path, cli):
    path = save_recording(made(), tmp_path / "r.csv")
    shares = ruler.recording_measures(load_recording(path)).load
    assert shares == pytest.approx(np.array([0.5, 18.0, 32.0]) / 50.5)
    assert cli("plot", path, "-o", tmp_path / "f.png").code == 0
    assert cli("export", path, "-o", tmp_path / "layers.csv").code == 0
