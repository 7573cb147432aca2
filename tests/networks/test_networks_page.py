"""docs/networks.md says what the program prints."""

import re
from pathlib import Path

import numpy as np
import pytest

from ruler.analysis.compare import compare_recordings
from ruler.networks import find_network, is_trained, load_table, select
from ruler.text import regime

PAGE = Path(__file__).parents[2] / "docs" / "networks.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not here")


@pytest.mark.parametrize(
    ("table", "key"),
    [("dropout-digits", "dropout"), ("learning-rate-digits", "learning_rate"), ("dropout-augmented", "dropout")],
)
def test_regimes_are_those_of_the_shipped_networks(table, key):
    text, networks = PAGE.read_text(encoding="utf-8"), load_table(table)
    levels = sorted({network.settings[key] for network in networks})
    for alpha in sorted({network.settings["alpha"] for network in networks}):
        row = [select(networks, {"alpha": alpha, key: level}) for level in levels]
        assert f"| {alpha:g} | " + " | ".join(map(cell, row)) + " |" in text


def cell(network):
    centers = np.array([measures.center_of_load for measures in network.seed_measures])
    flag = "" if is_trained(network) else " (!)"
    word = regime(network.measures.unevenness, network.measures.center_of_load)
    return f"{word} {centers.mean():.2f} ± {centers.std():.2f}{flag}"


def test_agreement_of_steady_is_as_measured(shipped_run):
    address = "dropout-digits:alpha=0"
    comparison = compare_recordings([shipped_run("steady")], find_network(address).seed_loads)
    row = re.search(rf"\| steady \| .*`{address}` \| (\S+) .*\| (\S+) .*\| (\S+) ", PAGE.read_text(encoding="utf-8"))
    estimates = (comparison.rms_distance, comparison.rank_correlation, comparison.center_difference)
    for written, estimate in zip(row.groups(), estimates, strict=True):
        assert estimate.value == pytest.approx(float(written), abs=0.011)
