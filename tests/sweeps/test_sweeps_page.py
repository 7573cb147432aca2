"""docs/sweeps.md says what the program says."""

import re
from pathlib import Path

import pytest

from ruler.cli.network_reports import agreement_report
from ruler.sweeps.agreement import agree
from ruler.sweeps.cells import plan_sweep, shipped_sweeps
from ruler.sweeps.diagram import open_diagram, open_diagrams
from ruler.sweeps.splits import over_splits

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
FITTED = "dropout-digits"


@pytest.mark.parametrize("name", ["phase-ruler-tip", "phase-spring-block"])
def test_reports_are_what_the_command_prints(name):
    report = agreement_report(agree(open_diagram(name), open_diagram(FITTED)))
    assert f"`ruler agree {name} {FITTED}`:\n\n```\n{report}\n```" in PAGE


def test_table_of_agreement():
    names = ["phase-ruler-tip", "phase-ruler-table", "phase-springs", "phase-spring-block"]
    others = [open_diagram(name) for name in ("learning-rate-digits", "dropout-augmented")]
    found = [agree(open_diagram(name), open_diagram(FITTED), others, resamples=2) for name in names]
    for key, table in found[0].judged.items():
        own = [f"{each.judged[key]['mechanics'].curves.value:.3f} ({each.reach[key]:.3f})" for each in found]
        known = [f"{table[name].curves.value:.3f}" for name in ("constant", "plane", "quadratic", "nearest")]
        assert " | ".join([key, str(found[0].cells[key]), *own, *known]) in PAGE


@pytest.mark.slow
def test_table_of_the_tilted_diagrams():
    """Means of ten splits on the left-out digits, by maps of seven and of six numbers."""
    tilted, chain, digits = (open_diagrams(name) for name in ("phase-ruler-tilt-tip", "phase-spring-block", FITTED))
    found = [agree(tilted, digits[0], split=k, loosen=True, rivals=[chain], resamples=2) for k in range(10)]
    (table,) = over_splits(found).values()
    curves = {name: f"{each.curves:.3f}" for name, each in table.items()}
    assert f"| left-out cells of dropout-digits | tip, 6 numbers | {curves['six numbers']} |" in PAGE
    assert f"|  | tip, 7 numbers | {curves['mechanics']} |" in PAGE
    known = [curves[name] for name in ("phase-spring-block", "plane", "quadratic", "nearest")]
    assert f"| | | | {' | '.join(known)} |" in PAGE


def test_examples_are_valid_and_sweeps_are_named():
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    import tomllib

    assert [plan_sweep(tomllib.loads(text), "page", "page").runs for text in examples] == [105, 3, 27]
    assert all(name in PAGE for name in shipped_sweeps())


def test_figures_are_there():
    for figure in re.findall(r"\]\(\.\./(assets/sweeps/[^)]+)\)", PAGE):
        assert (Path(__file__).resolve().parents[2] / figure).is_file()
