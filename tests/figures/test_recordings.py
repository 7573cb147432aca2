"""Figures of recordings: what they show, for every size and kind, the same every time."""

import pytest
from matplotlib.text import Text

import ruler
from ruler import recording_measures
from ruler.analysis import load_curve
from ruler.errors import BadInputError
from ruler.figures import figure_path
from ruler.figures.frame import save_figure
from ruler.figures.recordings import plot_recordings
from ruler.theory import spring_block_recording


def lines_of(axes):
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def test_figure_shows_what_was_recorded(made_recording):
    runs = [made_recording([0.0] * 3, [10.0, 30.0, 60.0]), made_recording([0.0] * 3, [20.0, 20.0, 20.0])]
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


def test_figures_of_rulers_of_different_size(tmp_path, made_recording):
    runs = [made_recording([0.0] * n, [10.0 * (i + 1) for i in range(n)]) for n in (1, 3, 12)]
    save_figure(plot_recordings(runs, ["1", "3", "12"]), tmp_path / "sizes.svg")
    assert (tmp_path / "sizes.svg").stat().st_size > 1000


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_same_data_same_bytes(tmp_path, suffix, made_recording):
    run = made_recording([0.0] * 3, [10.0, 30.0, 60.0])
    for name in "ab":
        save_figure(plot_recordings([run], ["run"]), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


@pytest.mark.parametrize("count", [0, 9])
def test_no_more_recordings_than_can_be_told_apart(count, made_recording):
    run = made_recording([0.0], [10.0])
    with pytest.raises(BadInputError, match=f"1 to 8 recordings; got {count}"):
        plot_recordings([run] * count, ["run"] * count)


def test_figure_path_is_checked_before_the_work(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(BadInputError, match="exists already"):
        figure_path(tmp_path / "a.png", force=False)
    assert figure_path(tmp_path / "a.png", force=True) == tmp_path / "a.png"
    with pytest.raises(BadInputError, match="must end in"):
        figure_path(tmp_path / "a.bmp", force=False)


def texts(figure):
    figure.canvas.draw()
    axes = [axes for part in (figure.subfigs or [figure]) for axes in part.axes]
    labels = [label for each in axes for label in (each.get_xlabel(), each.get_ylabel(), each.get_title())]
    return " | ".join(labels + [text.get_text() for each in axes for text in each.texts])


def test_plots_of_chains_speak_of_elongation(chains):
    said = texts(plot_recordings([spring_block_recording(chains)], ["chain"]))
    for words in ("elongation (of the target)", "time (model)", "share of the elongation", "5 (pulled end)"):
        assert words in said
    assert "deg" not in said
    assert "hand" not in said


def test_plots_of_slow_pulls_speak_of_degrees(slow):
    said = texts(plot_recordings([slow], ["slow"]))
    assert "opening (deg)" in said
    assert "10 (hand)" in said


def test_different_kinds_in_one_figure_each_have_their_axis(chains, slow):
    said = texts(plot_recordings([slow, spring_block_recording(chains)], ["a", "b"]))
    for words in ("opening (deg)", "elongation (of the target)", "share of the load"):
        assert words in said


def test_a_figure_says_the_trust_only_when_it_is_not_good():
    run = ruler.simulate(ruler.load_scenario("fast"))
    cut = run.with_meta(status="interrupted")
    for recording, said in ((run, []), (cut, ["trust: poor"])):
        texts = [text.get_text() for text in plot_recordings([recording], ["a"]).findobj(Text)]
        assert [text for text in texts if text.startswith("trust")] == said
