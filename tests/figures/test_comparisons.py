"""Figures of rulers compared with networks."""

import pytest

from ruler.analysis.compare import compare_loads
from ruler.errors import BadInputError
from ruler.figures.comparisons import plot_comparison
from ruler.figures.frame import save_figure


@pytest.mark.parametrize("network", [[[1, 2, 3], [1, 2, 4]], [1, 1], [1, -1, 0], [[5.0]]])
def test_every_comparison_can_be_drawn(network, tmp_path):
    figure = plot_comparison([compare_loads([1, 2, 2.0, 3], network)], ["ruler"], ["network"])
    save_figure(figure, tmp_path / "a.svg")
    assert "<svg" in (tmp_path / "a.svg").read_text()


def test_a_figure_has_a_limit():
    with pytest.raises(BadInputError, match="1 to 6 comparisons; got 7: name fewer networks"):
        plot_comparison([compare_loads([1, 2], [1, 2])] * 7, ["r"] * 7, ["n"] * 7)


def test_one_layer_and_no_load_are_said_in_words():
    figure = plot_comparison(
        [compare_loads([5.0], [1, 2.0]), compare_loads([0.0, 0.0], [1, 2.0])], ["r"] * 2, ["n"] * 2
    )
    one, none = (part.get_suptitle() for part in figure.subfigs)
    assert "rank correlation not defined" in one
    assert "has not opened" in none
    assert figure.subfigs[0].axes[1].get_title() == "Load at 1 layer (1 hinge, 2 layers)"
