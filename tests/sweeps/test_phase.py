"""Phase diagrams: read from every kind of table, drawn, and what the shipped ones must show."""

import json

import matplotlib.image
import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.shipped import shipped
from ruler.sweeps.cells import load_plan, plan_sweep, shipped_sweeps
from ruler.sweeps.diagram import open_diagram, open_diagrams
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.jobs import run_job
from ruler.sweeps.run import all_jobs, run_sweep
from ruler.sweeps.training import training_grids

# Rounding of seeds that do not matter (no shaking) and of nearly equal centres.
EQUAL = 1e-9


def grid_of(name):
    """Centre of load of every seed, shape (up, right, seeds)."""
    diagram = open_diagram(name)
    place = np.linspace(0.0, 1.0, diagram.cells[0, 0].loads.shape[1])
    rows, columns = len(diagram.up.values), len(diagram.right.values)
    loads = [[diagram.cells[i, j].loads for j in range(columns)] for i in range(rows)]
    return np.array([[each @ place / each.sum(axis=1) for each in row] for row in loads])


def interval_of_step(after, before):
    """Mean difference of the seeds and half width of its 95 % interval (5 seeds: Student's t, 2.78)."""
    difference = after - before
    return difference.mean(axis=-1), 2.78 * difference.std(axis=-1, ddof=1) / np.sqrt(difference.shape[-1])


@pytest.mark.parametrize("name", ["phase-ruler-tip", "phase-ruler-table"])
def test_centre_falls_with_shaking_and_rises_with_friction(name):
    centre = grid_of(name)
    falls, width = interval_of_step(centre[:, 1:], centre[:, :-1])
    assert (falls + width < 0.0).all()
    rises, width = interval_of_step(centre[1:], centre[:-1])
    assert (rises > 0.0).all()
    # From the least to the greatest friction it is beyond doubt at every shaking.
    rises, width = interval_of_step(centre[-1], centre[0])
    assert (rises - width > 0.0).all()


def test_spring_block_centre_falls_with_noise_and_rises_with_friction():
    centre = grid_of("phase-spring-block").mean(axis=-1)
    assert (np.diff(centre, axis=1) < 0.002).all()
    assert (np.diff(centre, axis=0) > 0.0).all()


def test_tip_shaking_shows_all_three_regimes():
    diagram = open_diagram("phase-ruler-tip")
    centres = [cell.center for cell in diagram.cells.values()]
    uneven = [cell.numbers["unevenness"] for cell in diagram.cells.values()]
    assert max(centres) > 0.7
    assert min(centres) < 0.4
    assert min(uneven) < 0.1


@pytest.mark.parametrize("name", shipped_sweeps())
def test_shipped_tables_are_whole_and_of_their_sweep(name):
    diagrams, plan = open_diagrams(name), load_plan(name)
    assert not any(diagram.left_out for diagram in diagrams)
    assert sum(len(diagram.cells) for diagram in diagrams) == len(plan.cells)
    cells = [cell for diagram in diagrams for cell in diagram.cells.values()]
    assert all(len(cell.loads) == len(plan.sweep.seeds) for cell in cells)


@pytest.mark.parametrize("name", training_grids())
def test_shipped_networks_are_found_by_the_name_of_their_sweep(name, cli, tmp_path):
    assert open_diagram(name).kind == "network"
    assert cli("phase", name, "-o", tmp_path / "x.svg").code == 0
    assert f"{name}: " in cli("sweeps").out


@pytest.mark.parametrize("name", [name for name in shipped_sweeps() if name not in training_grids()])
def test_shipped_tables_are_what_the_program_computes(name):
    jobs = list(all_jobs(load_plan(name)))
    job = jobs[len(jobs) // 2]
    diagrams = open_diagrams(name)
    place, third = divmod(job.cell, len(diagrams))
    cell = diagrams[third].cells[divmod(place, len(diagrams[third].right.values))]
    seed = load_plan(name).sweep.seeds.index(job.seed)
    assert run_job(job).values["share"] == pytest.approx(cell.loads[seed].tolist(), abs=0.01)


def test_a_third_axis_makes_a_diagram_for_each_of_its_values(cli, tmp_path):
    diagrams = open_diagrams("phase-ruler-tilt-tip")
    assert [diagram.third for diagram in diagrams] == [("tilt", 11.54), ("tilt", 17.46), ("tilt", 23.58)]
    assert diagrams[0].title.endswith("tilt of the table (deg) = 11.54")
    with pytest.raises(BadInputError, match="has 3 diagrams, one for each tilt"):
        open_diagram("phase-ruler-tilt-tip")
    outcome = cli("phase", "phase-ruler-tilt-tip", "dropout-digits", "-o", tmp_path / "x.svg", "--json")
    thirds = [each["third"] for each in json.loads(outcome.out)["diagrams"]]
    assert thirds == [{"tilt": 11.54}, {"tilt": 17.46}, {"tilt": 23.58}, None]


@pytest.mark.parametrize("name", ["phase-ruler-tilt-tip", "phase-ruler-tilt-table"])
def test_tilted_tables_hold_the_convex_networks(name):
    """Networks: centres .69 to .16. On the steeper tables the ruler has them all."""
    for diagram in open_diagrams(name):
        centres = np.array([[diagram.cells[i, j].center for j in range(8)] for i in range(8)])
        assert centres.max() > 0.8
        assert centres.min() < (0.24 if diagram.third == ("tilt", 11.54) else 0.2)
        # More friction, less convex; shaking makes convex where friction holds the ruler.
        assert (np.diff(centres[3:], axis=0) > -0.01).all()
        assert (np.diff(centres[6:], axis=1) < 0.0).all()


def test_centre_on_a_shaken_tilted_table_falls_with_shaking_and_rises_with_friction():
    for diagram in open_diagrams("phase-ruler-tilt-table"):
        centres = np.array([[diagram.cells[i, j].center for j in range(8)] for i in range(8)])
        assert (np.diff(centres, axis=0) > -0.005).all()
        assert (np.diff(centres, axis=1) < 0.005).all()


def test_network_axes():
    diagram = open_diagram("learning-rate-digits")
    assert (diagram.up.column, diagram.right.column, diagram.kind) == ("alpha", "learning_rate", "network")
    assert diagram.up.values[-1] == 0.0, "nonlinearity grows upwards"
    assert diagram.cells[5, 0].center == pytest.approx(0.73, abs=0.01)
    assert diagram.shade == "test_accuracy"


def test_figure_of_three_kinds_side_by_side(cli, tmp_path):
    figure = tmp_path / "three.png"
    outcome = cli("phase", "phase-ruler-tip", "phase-spring-block", "dropout-digits", "-o", figure, "--json")
    shown = json.loads(outcome.out)["diagrams"]
    assert [each["kind"] for each in shown] == ["ruler", "spring-block", "network"]
    assert shown[0]["center_of_load"][3][0] == pytest.approx(0.73, abs=0.01)
    pixels = matplotlib.image.imread(figure)
    assert pixels.shape[1] > 1500
    assert pixels[..., :3].std() > 0.05
    assert cli("phase", "phase-ruler-tip", "-o", figure).code == 2, "not without --force"
    assert cli("phase", "phase-ruler-tip", "-o", figure, "--force", "--shade", "energy_error").code == 0


def test_folder_of_a_sweep_with_one_axis_and_of_an_unfinished_one(tiny, tmp_path, cli):
    plan = plan_sweep({**tiny, "axis": tiny["axis"][:1]}, "one", "one")
    run_sweep(plan, tmp_path / "one", LocalEngine(1))
    diagram = open_diagram(str(tmp_path / "one"))
    assert (len(diagram.up.values), len(diagram.right.values), len(diagram.cells)) == (1, 2, 2)
    table = tmp_path / "one" / "table.csv"
    table.write_text("".join(table.read_text().splitlines(True)[:2]))
    assert len(open_diagram(str(table)).cells) == 1
    assert cli("phase", tmp_path / "one", "-o", tmp_path / "one.svg").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "phase needs at least one table"),
        (("phase-ruler",), "no folder of a sweep and no table"),
        (("phase-ruler-tip", "--shade", "beauty"), "no table has this column of numbers"),
        (("nowhere.csv",), "nowhere.csv: there is no such file"),
        (("epochs-digits",) * 7, "1 to 6 diagrams"),
    ],
)
def test_faults(cli, tmp_path, arguments, message):
    outcome = cli("phase", *arguments, "-o", tmp_path / "x.png")
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda about, text: ({**about, "axes": 3}, text), "does not describe a sweep"),
        (lambda about, text: ({**about, "axes": [{"column": "a"}]}, text), "its axes are not those of a sweep"),
        (
            lambda about, text: (about, text.replace(",complete,", ",complete,,,")),
            "line 2 has 42 entries; the header",
        ),
        (lambda about, text: (about, text.replace(",complete,", ",failed,")), "has no complete run yet"),
        (lambda about, text: (about, text.replace("\n1,0.1,", "\n1,0.7,")), "friction = '0.7' is not on the axis"),
    ],
)
def test_tables_that_were_changed(tmp_path, change, message):
    source = shipped("assets") / "sweeps" / "phase-ruler-tip.csv"
    about, text = change(json.loads(source.with_suffix(".json").read_text()), source.read_text())
    (tmp_path / "t.json").write_text(json.dumps(about))
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(BadInputError, match=message):
        open_diagram(str(tmp_path / "t.csv"))


def test_four_axes_are_no_diagram(tiny, tmp_path):
    tiny["axis"] += [{"key": "hinge.stiffness", "values": [0.0]}, {"key": "table.tilt", "values": [0.0]}]
    tiny["seeds"] = 1
    run_sweep(plan_sweep(tiny, "four", "four"), tmp_path, LocalEngine(1))
    with pytest.raises(BadInputError, match="one to three axes; this sweep has 4"):
        open_diagram(str(tmp_path))
