"""What commands print of networks, down to loads that cancel, one layer and more than fit."""

from dataclasses import replace

import numpy as np
import pytest

from ruler.analysis.compare import compare_loads
from ruler.cli.network_reports import (
    UNTRAINED,
    closest_networks_report,
    closest_rulers_report,
    comparison_report,
    networks_table,
    profile_report,
)
from ruler.networks import profile_from_loads
from ruler.networks.comparison import Row
from ruler.text import MOST_ROWS


def row(ruler, network, name="net"):
    return Row("ruler", name, profile_from_loads(network, name), compare_loads(ruler, network, resamples=20))


def table(report, title="layer"):
    lines = report.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(title))
    return lines[start : lines.index("", start)]


def test_a_measured_network_layer_by_layer():
    profile = replace(profile_from_loads([1.0, 3.0], "mine"), absolute=True)
    report = profile_report(profile, "mine")
    assert table(report) == [
        "layer       D   load  share  load curve  (1 = input side)",
        "input   0.000                     1.000",
        "    1  -1.000  1.000  0.250       0.750  layer 1",
        "    2  -4.000  3.000  0.750       0.000  layer 2",
    ]
    assert report.startswith("mine: 2 layers, 1 seed\n")
    assert "\ncentre of load 0.75, outer share 0.75, unevenness 0.50, R^2 of the straight line 0.923\n" in report
    assert "D: trace-ratio, nats" in report


def test_known_loads_only_have_no_separation():
    assert "D" not in profile_report(profile_from_loads([1.0, 3.0], "mine"), "mine")


def test_loads_that_cancel_have_no_shares():
    report = profile_report(profile_from_loads([1.0, -1.0], "mine"), "mine")
    assert table(report)[-1] == "    2  -1.000      -           -  layer 2"
    assert report.endswith("the layers do not lower D, taken together: there is no work to share")
    assert profile_from_loads([1.0, -3.0], "undone").load_curve is None


def test_one_layer_has_no_centre():
    profile = profile_from_loads([2.0], "mine")
    assert "\nouter share 0.50, unevenness 0.00" in profile_report(profile, "mine")
    line = networks_table([("mine", profile)]).splitlines()[1]
    assert line.split() == ["-", "0.00", "-", "-", "-", "mine"]


def test_many_layers_are_cut_short():
    shown = table(profile_report(profile_from_loads(np.ones(90), "mine"), "mine"))
    assert len(shown) == MOST_ROWS + 2
    assert shown[-1] == "  ... 31 more; see --output"  # the line of the input is one more


def test_seeds_spread():
    profile = profile_from_loads([[1.0, 3.0], [3.0, 1.0]], "mine")
    assert "centre of load 0.50 +- 0.25" in profile_report(profile, "mine")


def test_accuracies_and_a_task_that_was_not_learned():
    profile = replace(profile_from_loads([1.0, 3.0], "mine"), accuracy=np.array([0.5]), test_accuracy=np.array([0.4]))
    report = profile_report(profile, "mine")
    assert "\ntrain accuracy 0.500, test accuracy 0.400\n" in report
    assert report.endswith(UNTRAINED)
    lines = networks_table([("mine", profile), ("other", profile_from_loads([1.0, 1.0], "other"))]).splitlines()
    assert lines[:3] == [
        "centre of load  uneven  train   test  regime    network",
        "          0.75    0.50  0.500  0.400  concave   mine (!)",
        "          0.50    0.00      -      -  straight  other",
    ]
    assert lines[-1] == UNTRAINED


def test_curves_side_by_side():
    report = comparison_report([row([1.0, 1.0], [[1.0, 3.0], [1.0, 4.0]])], "deep")
    assert table(report) == [
        "layer    ruler  network        ruler  network  (its seeds)",
        "    1    0.500    0.222        0.500    0.778  (0.750..0.800)",
        "    2    0.500    0.778        0.000    0.000  (0.000..0.000)",
    ]
    assert "bootstrap resamples of network seeds." in report


def test_a_ruler_without_a_load_has_none_in_its_columns():
    report = comparison_report([row([0.0, 0.0], [1.0, 3.0])], "shallow")
    assert table(report)[0] == "layer    ruler  network        ruler  network"
    assert table(report)[1] == "    1        -    0.250            -    0.750"
    assert "the ruler has not opened" in report
    assert "input (shallow) end" in report


@pytest.mark.parametrize(("layers", "more"), [(1, 0), (MOST_ROWS, 0), (MOST_ROWS + 7, 7)])
def test_one_layer_and_many(layers, more):
    shown = table(comparison_report([row(np.ones(layers), np.ones(layers))], "deep"))
    assert len(shown) == 1 + min(layers, MOST_ROWS) + (1 if more else 0)
    assert not more or shown[-1] == f"  ... {more} more; see --json"


def test_many_networks_are_a_table_with_undefined_numbers():
    rows = [row([1.0, 1.0], [1.0, 3.0], f"net {place}") for place in range(4)] + [row([1.0, 1.0], [1.0, -1.0], "none")]
    assert table(comparison_report(rows, "deep"), "RMS")[::5] == [
        "RMS distance  ranks  centres  network",
        "-                 -        -  none",
    ]


def test_the_nearest_first():
    rows = [row([1.0, 1.0], [1.0, 1.0]), row([1.0, 1.0], [[1.0, 3.0], [1.0, 2.0]])]
    report = closest_networks_report(rows, skipped=1)
    assert " 1. net, 2 layers, 1 seed\n    RMS distance 0.000, rank correlation -, centres +0.00\n" in report
    assert "(task not learned): 1 network." in report
    assert "without a load: still\n" in closest_rulers_report(rows, ["still"])
