"""Figures of ensembles of chains."""

import pytest

from ruler.errors import BadInputError
from ruler.figures.chains import plot_runs
from ruler.figures.frame import save_figure
from ruler.theory import FirstOrder, run_chains


def test_the_figure_of_ensembles(chains, tmp_path):
    single = run_chains(FirstOrder(), chains=1, steps=100)
    for runs in ([chains], [single], [chains, single, chains]):
        figure = plot_runs(runs, ["x"] * len(runs))
        assert len(figure.axes) == 2 * len(runs)
        save_figure(figure, tmp_path / f"{len(runs)}.svg")
    with pytest.raises(BadInputError, match="1 to 8"):
        plot_runs([], [])


def test_the_legend_is_where_the_curve_is_not():
    corners = {}
    for name, right in (("concave", 0.1), ("convex", 0.0)):
        noise = 0.0 if name == "concave" else 0.3
        run = run_chains(FirstOrder(friction_right=right, noise=noise), chains=40, steps=4000)
        axes = plot_runs([run], [name]).axes[0]
        corners[name] = axes.get_legend()._loc
    assert corners == {"concave": 3, "convex": 1}  # lower left, upper right
