"""Agreement where the answer is known: mechanics that made the networks must win, random ones must not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ruler.cli.network_reports import agreement_report, splits_report
from ruler.errors import BadInputError
from ruler.sweeps.agreement import agree
from ruler.sweeps.axes_map import NAMES, CurveGrid, fit_map, mapped
from ruler.sweeps.baselines import baselines, centers, exponential_curves, power_curves
from ruler.sweeps.cell_group import CellGroup
from ruler.sweeps.diagram import Diagram, DiagramAxis, DiagramCell, open_diagram
from ruler.sweeps.splits import over_splits

LAYERS = 7
TRUE = np.array([0.1, 0.9, 1.7, 0.05, 0.8, 0.6])


def shares(friction, shaking):
    """Loads with two humps that no one-parameter family has, moved by friction and shaking."""
    place = np.linspace(0.0, 1.0, LAYERS)
    hump = np.exp(-(((place - 0.15 - 0.7 * friction * (1.0 - shaking)) / 0.12) ** 2))
    return 0.3 + hump + 1.5 * shaking * np.exp(-(((place - 0.5) / 0.1) ** 2))


def mechanics(make=shares, size=9):
    values = tuple(np.linspace(0.0, 1.0, size))
    cells = {(i, j): DiagramCell(make(a, b)[None], {}) for i, a in enumerate(values) for j, b in enumerate(values)}
    return Diagram("mechanics", "m", "ruler", DiagramAxis("f", "f", values), DiagramAxis("s", "s", values), cells)


def networks(make=shares, noise="dropout", top=0.4, seed=0, accuracy=1.0, true=TRUE):
    stream = np.random.default_rng(seed)
    alphas, levels = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0), tuple(np.linspace(0.0, top, 6))
    cells = {}
    for i, alpha in enumerate(alphas):
        for j, level in enumerate(levels):
            u, v = mapped(true, np.array([1.0 - alpha]), np.array([level / top]))
            loads = make(np.clip(u[0], 0.0, 1.0), v[0]) * (1.0 + 0.01 * stream.standard_normal((3, LAYERS)))
            cells[i, j] = DiagramCell(loads, {"train_accuracy": accuracy})
    return Diagram(noise, "n", "network", DiagramAxis("alpha", "a", alphas), DiagramAxis(noise, "z", levels), cells)


def test_mechanics_that_made_the_networks_win():
    found = agree(mechanics(), networks(), [networks(noise="label_noise", top=0.9, seed=1)], resamples=300)
    assert len(found.judged) == 3
    assert all(found.beats_all.values())
    assert "BEATS all 4 baselines" in agreement_report(found)
    for table in found.judged.values():
        assert table["mechanics"].curves.value < 0.02
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["fitted_cells"] == 18


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_mechanics_do_not_win(seed):
    stream = np.random.default_rng(seed)
    found = agree(mechanics(lambda *_: stream.uniform(0.1, 1.0, LAYERS)), networks(), resamples=300)
    assert not any(found.beats_all.values())
    assert "does NOT beat all baselines" in agreement_report(found)


def test_a_plane_with_its_family_is_not_beaten_by_what_it_knows_exactly():
    def plain(friction, shaking):
        return -np.diff(exponential_curves(np.array([0.3 + 0.4 * friction - 0.2 * shaking]), LAYERS)[0])

    straight = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    assert straight.shape == TRUE.shape
    found = agree(mechanics(), networks(plain), resamples=300)
    (table,) = found.judged.values()
    assert table["plane"].verdict == "worse"


def test_the_map_is_found_and_monotone():
    cell = mechanics()
    grid = CurveGrid(np.array([[cell.cells[i, j].curve for j in range(9)] for i in range(9)]))
    n, z = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 1, 6)))
    curves = grid.read(*mapped(TRUE, n, z))
    found = fit_map(grid, n, z, curves)
    assert found == pytest.approx(TRUE, abs=0.03)
    assert found[0] <= found[1]
    assert found[3] <= found[4]
    kept = fit_map(grid, n, z, curves, TRUE[:3])
    assert kept[:3].tolist() == TRUE[:3].tolist()


def test_the_loosening_is_found_and_needed():
    """Networks made by a map with the seventh number: it is found, and six numbers are clearly behind."""
    true = np.array([*TRUE, 0.5])
    grid = CurveGrid(np.array([[mechanics().cells[i, j].curve for j in range(9)] for i in range(9)]))
    n, z = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 1, 6)))
    curves = grid.read(*mapped(true, n, z))
    found = fit_map(grid, n, z, curves, loosen=True)
    assert ((grid.read(*mapped(found, n, z)) - curves) ** 2).mean() < 1e-5
    assert found[6] == pytest.approx(0.5, abs=0.1)
    kept = fit_map(grid, n, z, curves, true[:3], loosen=True)
    assert kept[:3].tolist() == true[:3].tolist()
    judged = agree(mechanics(), networks(true=true), resamples=300, loosen=True)
    (table,) = judged.judged.values()
    assert table["six numbers"].verdict == "better"
    assert set(judged.map) == {*NAMES, "loosening"}
    assert set(judged.maps["six numbers"]) == set(NAMES)
    assert 'against "the mechanics, six numbers": better' in agreement_report(judged)


@pytest.mark.slow
def test_the_third_value_is_chosen_on_the_fitted_cells():
    """Of three diagrams the one that made the networks is taken; a rival stands beside it and is no baseline."""
    wrong = [mechanics(lambda a, b, k=k: shares(a, b)[::-1] + k) for k in (0.0, 1.0)]
    three = [replace(each, third=("tilt", k)) for k, each in enumerate([wrong[0], mechanics(), wrong[1]])]
    rival = replace(wrong[0], name="rival")
    found = agree(three, networks(), resamples=300, rivals=[[rival]])
    assert found.thirds == {"mechanics": ("tilt", 1)}
    assert found.map == agree(mechanics(), networks(), resamples=10).map
    (table,) = found.judged.values()
    assert table["rival"].verdict == "better"
    assert all(found.beats_all.values())
    report = agreement_report(found)
    assert "the mechanics: tilt = 1, the nearest to the fitted cells" in report
    assert 'against "rival": better in load curves, better in centres' in report
    again = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert again["third_axis"] == {"mechanics": {"tilt": 1}}


def test_several_splits_are_means_of_single_ones():
    found = [agree(mechanics(), networks(), resamples=50, split=split) for split in (0, 1, 2)]
    (name,) = found[0].judged
    spread = over_splits(found)[name]["plane"]
    behind = [each.judged[name]["plane"].behind for each in found]
    assert spread.behind == pytest.approx(np.mean([each.value for each in behind]))
    assert (spread.low, spread.high) == pytest.approx(np.mean([(each.low, each.high) for each in behind], axis=0))
    assert (spread.better, spread.worse, spread.verdict) == (3, 0, "beats")
    assert over_splits(found)[name]["mechanics"].verdict == ""
    assert "splits 0 to 2" in splits_report(found)


def test_what_is_judged_was_not_fitted():
    """Changing the judged networks changes nothing in the map."""
    first = networks()
    found = agree(mechanics(), first, resamples=10)
    chosen = np.random.default_rng(0).permutation(36)[:18]
    places = sorted(first.cells)
    changed = {
        place: cell if i in chosen else DiagramCell(cell.loads[:, ::-1], cell.numbers)
        for i, (place, cell) in enumerate((place, first.cells[place]) for place in places)
    }
    other = Diagram("dropout", "n", "network", first.up, first.right, changed)
    again = agree(mechanics(), other, resamples=10)
    assert again.map == found.map
    assert again.fit_distance == found.fit_distance
    assert again.judged != found.judged


def test_splits_are_seeded():
    one, same, other = (agree(mechanics(), networks(), resamples=50, split=split) for split in (0, 0, 1))
    assert one.as_dict() == same.as_dict()
    assert one.map != other.map


@pytest.mark.parametrize("family", [power_curves, exponential_curves])
def test_families_have_the_centres_they_are_asked_for(family):
    wanted = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    curves = family(wanted, LAYERS)
    assert centers(curves) == pytest.approx(wanted, abs=1e-6)
    assert curves[:, 0] == pytest.approx(1.0)
    assert curves[:, -1] == pytest.approx(0.0, abs=1e-12)


def test_baselines_on_their_own_cells():
    n, z = (axis.ravel() for axis in np.meshgrid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]))
    curves = power_curves(0.3 + 0.3 * n - 0.1 * z, LAYERS)
    group = CellGroup("known", n, z, (), curves)
    found = {name: predict(n, z) for name, predict in baselines(group).items()}
    assert found["nearest"] == pytest.approx(curves)
    assert found["plane"] == pytest.approx(curves, abs=1e-6)
    assert found["quadratic"] == pytest.approx(curves, abs=1e-6)
    assert found["constant"][3] == pytest.approx(curves.mean(axis=0))


def test_a_quadratic_surface_has_six_numbers_and_knows_no_seventh():
    """It holds every surface of second order, and nothing of a cubic one that is at right angles to these."""
    n, z = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, 6), np.linspace(0, 1, 6)))
    center = 0.5 + 0.2 * n - 0.3 * z + 0.1 * n * n - 0.15 * n * z + 0.1 * z * z
    second = baselines(CellGroup("known", n, z, (), power_curves(center, LAYERS)))
    assert centers(second["quadratic"](n, z)) == pytest.approx(center, abs=1e-6)
    assert np.abs(centers(second["plane"](n, z)) - center).max() > 0.02
    cubic = 0.2 * (n - 0.5) ** 3
    third = baselines(CellGroup("known", n, z, (), power_curves(center + cubic, LAYERS)))
    assert np.abs(centers(third["quadratic"](n, z)) - center - cubic).max() > 0.003


@pytest.mark.parametrize(("name", "bend"), [("plane", 0.0), ("quadratic", 0.2)])
def test_another_kind_of_noise_is_scaled_by_its_row(name, bend):
    """Noise of twice the strength: height and terms of noise alone come from the row, the others are kept."""

    def center(n, z):
        return 0.4 + 0.2 * n - 0.2 * z + bend * (z * z - n * n)

    n, z = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 5)))
    fitted = CellGroup("fitted", n, z, (), power_curves(center(n, z), LAYERS))
    other = power_curves(center(n, 0.5 * z) - 0.05, LAYERS)
    row, rest = n == 1.0, n < 1.0
    scaled = baselines(fitted, CellGroup("row", n[row], z[row], (), other[row]))
    assert scaled[name](n[rest], z[rest]) == pytest.approx(other[rest], abs=1e-6)


def test_shared_axes_keep_their_scale():
    longer, shorter = DiagramAxis("dropout", "d", (0.0, 0.2, 0.4)), DiagramAxis("dropout", "d", (0.0, 0.3))
    assert shorter.positions_on(longer).tolist() == pytest.approx([0.0, 0.75])
    rates = DiagramAxis("learning_rate", "l", (1e-3, 1e-2, 1e-1))
    assert rates.positions_on(rates) == pytest.approx([0.0, 0.5, 1.0])
    assert rates.positions_on(longer) == pytest.approx([0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((networks(), networks()), "a table of a sweep first"),
        ((mechanics(), mechanics()), "a table of a sweep first"),
        ((mechanics(), networks(accuracy=0.5)), "0 trained networks are too few"),
    ],
)
def test_tables_that_do_not_fit(arguments, message):
    with pytest.raises(BadInputError, match=message):
        agree(*arguments)


def test_a_hole_in_the_grid_is_named():
    holed = mechanics()
    cells = {place: cell for place, cell in holed.cells.items() if place != (2, 0)}
    with pytest.raises(BadInputError, match=r"no complete run at f = 0.25, s = 0.0; finish the sweep"):
        agree(Diagram("m", "m", "ruler", holed.up, holed.right, cells), networks())


def test_command_line(cli):
    outcome = cli("agree", "phase-ruler-tip", "dropout-digits", "learning-rate-digits", "--json")
    found = json.loads(outcome.out)
    assert (found["fitted_cells"], len(found["judged"])) == (18, 3)
    for table in found["judged"].values():
        assert set(table["predictions"]) == {"mechanics", "constant", "plane", "quadratic", "nearest"}
        for judged in table["predictions"].values():
            assert judged["curves"]["low"] < judged["curves"]["high"]
    text = cli("agree", "phase-spring-block", "dropout-digits")
    assert text.code == 0
    assert "chosen at random (split 0)" in text.out
    several = cli("agree", "phase-ruler-tilt-tip", "dropout-digits", "phase-spring-block", "--splits", "2", "--json")
    table = json.loads(several.out)["judged"]["left-out cells of dropout-digits"]
    assert table["phase-spring-block"]["mechanics"] == "beats"
    assert cli("agree", "phase-spring-block", "dropout-digits", "--splits", "0").code == 2
    assert cli("agree", "dropout-digits", "phase-ruler-tip").code == 2
    assert cli("agree", "phase-ruler-tip", "dropout-digits", "--fit-share", "1.5").code == 2


def test_whole_curves_are_read_at_the_layers_of_the_networks():
    assert open_diagram("phase-ruler-tip").cells[0, 0].curve.size == 11
