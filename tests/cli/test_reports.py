"""What commands print of rulers and chains, down to nothing opened, one hinge and more than fit."""

from dataclasses import replace

import numpy as np
import pytest

from ruler.cli.reports import demo_report, measures_line, run_report
from ruler.cli.theory_reports import chain_report, presets_report, slow_report
from ruler.text import MOST_ROWS
from ruler.theory import FirstOrder, run_chains

NAMES = ("steady", "jerky", "violent")


def rows(report, first="hinge"):
    """The lines of the table that begins with this title."""
    lines = report.splitlines()
    start = next(place for place, line in enumerate(lines) if line.lstrip().startswith(first))
    return lines[start : lines.index("", start)]


def test_a_run(made_recording):
    shown = rows(run_report(made_recording([10.0, 10.0], [20.0, 100.0]), 0.1))
    assert shown == [
        "hinge  opening  share  (1 is nearest the fixed end)",
        "    1    20.0°  0.100  ██··················",
        "    2   100.0°  0.900  ███████████·········",
    ]


def test_nothing_opened_has_no_shares(still):
    report = run_report(still, 0.1)
    assert rows(report)[1] == "    1    10.0°      -  █···················"
    assert "nothing was opened: there is no load to share\n" in report
    assert "no work done" in report


def test_one_hinge_has_no_centre(made_recording):
    report = run_report(made_recording([0.0], [90.0]), 0.1)
    assert rows(report)[1] == "    1    90.0°  1.000  ██████████··········"
    assert "\nouter share 0.50, unevenness 0.00\n" in report


def test_rounding_is_not_shown_as_minus_zero(made_recording):
    shown = rows(run_report(made_recording([0.0, 0.0], [-0.001, 90.0]), 0.1))
    assert "-" not in shown[1].replace("-0.0°", "0.0°")
    assert "  0.0°  0.000" in shown[1]


@pytest.mark.parametrize(("hinges", "more"), [(MOST_ROWS, 0), (MOST_ROWS + 1, 1), (90, 30)])
def test_many_hinges_are_cut_short(made_recording, hinges, more):
    recording = made_recording([0.0] * hinges, [1.0] * hinges)
    shown = rows(run_report(recording, 0.1))
    assert len(shown) == 1 + MOST_ROWS + (1 if more else 0)
    assert not more or shown[-1] == f"  ... {more} more; see the recording"


def test_a_run_that_ended_early_says_so(made_recording):
    recording = made_recording([0.0], [1.0]).with_meta(status="interrupted")
    assert run_report(recording, 0.1).endswith("\ntrust: poor (the run did not come to its end: interrupted)")


def test_the_demo_side_by_side(made_recording, still):
    runs = [made_recording([0.0] * 10, end) for end in ([5.0] * 10, [float(i) for i in range(0, 100, 10)])]
    report = demo_report([*runs, still], NAMES)
    assert rows(report)[0] == f"hinge  {'steady':24}{'jerky':24}violent"
    assert rows(report)[10] == "   10      5 ················     90 ████████········     10 █···············"
    assert "straight, every layer does its share" in report
    assert "concave, the deep layers do the work" in report
    assert "nothing to read" in report
    assert max(map(len, report.splitlines())) <= 80


@pytest.mark.parametrize(("chains", "blocks"), [(1, 1), (20, 7), (1, 90), (20, 90)])
def test_chains(chains, blocks):
    run = run_chains(FirstOrder(blocks=blocks, noise=0.1), chains=chains, steps=300)
    report = chain_report(run, "title", 0.1)
    shown = rows(report, "spring")
    assert " ".join(shown[0].split()) == "spring elongation +-95 % share (1 is at the wall, the input)"
    assert (shown[1].split()[2] == "-") == (chains == 1)
    assert (shown[-1] == f"  ... {blocks + 1 - MOST_ROWS} more; see --json or the recording") == (blocks > MOST_ROWS)
    assert f"{blocks} block{'' if blocks == 1 else 's'}, {chains} chain{'' if chains == 1 else 's'}" in report
    assert max(map(len, report.splitlines())) <= 80


def test_presets_side_by_side():
    run = run_chains(FirstOrder(), chains=1, steps=3000)
    still = replace(run, final=np.zeros((1, 8)))
    shown = presets_report({"lazy": run, "still": still}, {"lazy": "friction", "still": "not pulled"}).splitlines()
    assert [line.split()[:4] for line in shown[1:3]] == [["lazy", "1", "0.86", "1.18"], ["still", "1", "-", "-"]]
    assert shown[1].endswith("▂▄▆█")
    assert shown[-2:] == [
        "lazy       friction: concave, the deep layers do the work",
        "still      not pulled: nothing to read",
    ]


def test_slow_pull_alone_and_beside_the_simulation(made_recording):
    meta = {"kind": "quasi-static", "steps": 3, "ignored": ["hinge.viscous"]}
    slow = made_recording([0.0, 0.0], [10.0, 100.0]).with_meta(**meta)
    alone = slow_report(slow, None, 0.1)
    assert rows(alone)[2] == "    2   100.0°  0.909  ███████████·········"
    assert "left out, being nothing in the slow limit: hinge.viscous\n" in alone
    beside = slow_report(slow, made_recording([0.0, 0.0], [10.001, 90.0]), 0.1)
    assert rows(beside) == [
        "hinge  slow limit  simulated  difference  (1 is nearest the fixed end)",
        "    1       10.0°      10.0°      +0.00°  █···················",
        "    2      100.0°      90.0°     -10.00°  ███████████·········",
    ]
    assert "worst hinge: 2, 10.00° apart" in beside
    assert "; the simulation has it" in beside


def test_measures_may_have_a_centre_of_their_own(made_recording):
    from ruler import recording_measures

    measures = recording_measures(made_recording([0.0, 0.0], [10.0, 30.0]))
    assert measures_line(measures) == "centre of load 0.75, outer share 0.75, unevenness 0.50"
    assert measures_line(measures, "0.7 +- 0.1").startswith("centre of load 0.7 +- 0.1, ")
