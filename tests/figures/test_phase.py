"""Figures of phase diagrams."""

import pytest
from PIL import Image

from ruler.errors import BadInputError
from ruler.figures.frame import save_figure
from ruler.figures.phase import plot_diagrams
from ruler.sweeps.diagram import open_diagram


def test_the_same_figure_every_time(tmp_path):
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        save_figure(plot_diagrams([open_diagram("phase-springs")]), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_palette_changes_little_but_the_size(tmp_path):
    figure = plot_diagrams([open_diagram("phase-springs")])
    full, small = tmp_path / "full.png", tmp_path / "small.png"
    save_figure(figure, full)
    save_figure(figure, small, palette=True)
    assert small.stat().st_size < 0.6 * full.stat().st_size
    assert Image.open(small).mode == "P"
    assert Image.open(small).size == Image.open(full).size


def test_a_shade_that_no_table_has_is_suggested():
    with pytest.raises(BadInputError, match="did you mean 'unevenness'"):
        plot_diagrams([open_diagram("phase-springs")], "uneveness")
