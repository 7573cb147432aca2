"""docs/sweeps.md says what the program says."""

import re
from pathlib import Path

import pytest

from ruler.cli.network_reports import agreement_report
from ruler.sweeps.agreement import agree
from ruler.sweeps.cells import plan_sweep, shipped_sweeps
from ruler.sweeps.diagram import open_diagram, open_diagrams
from ruler.sweeps.splits import over_splits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sweeps.md"
TEXT = PAGE.read_text(encoding="utf-8")
FITTED = "dropout-digits"
FLAT = ("phase-ruler-tip", "phase-ruler-table", "phase-springs", "phase-spring-block")
TILTED = {"tip": "phase-ruler-tilt-tip", "table": "phase-ruler-tilt-table"}
OTHERS = ("learning-rate-digits", "dropout-augmented")
FAR = ("depth-4-digits", "depth-11-digits", "label-noise-digits", "batch-size-digits", "convolutional-digits")
KNOWN = ("plane", "quadratic", "nearest")
SPLITS = range(10)


def report(name):
    said = agreement_report(agree(open_diagram(name), open_diagram(FITTED)))
    return f"`ruler agree {name} {FITTED}`:\n\n```\n{said}\n```"


def flat_rows():
    """RMS of curves by the flat tables' diagrams, and in brackets how near their nearest curve comes."""
    others = [open_diagram(name) for name in OTHERS]
    found = [agree(open_diagram(name), open_diagram(FITTED), others, resamples=2) for name in FLAT]
    for key, table in found[0].judged.items():
        own = [f"{each.judged[key]['mechanics'].curves.value:.3f} ({each.reach[key]:.3f})" for each in found]
        known = [f"{table[name].curves.value:.3f}" for name in ("constant", *KNOWN)]
        yield f"| {' | '.join([key, str(found[0].cells[key]), *own, *known])} |"


def over_ten(name, others, rivals, **how):
    diagrams = [open_diagram(other) for other in (FITTED, *others)]
    chains = [open_diagrams(rival) for rival in rivals]
    found = [agree(open_diagrams(name), *diagrams[:1], diagrams[1:], split=k, rivals=chains, **how) for k in SPLITS]
    return found[0], over_splits(found)


def verdict(spread):
    return f"{spread.verdict} {spread.behind:+.3f} [{spread.low:+.3f}, {spread.high:+.3f}]"


def tilted_rows():
    """RMS of curves by the tilted diagrams, means of ten splits, and what they do against each other prediction."""
    chain = "phase-spring-block"
    made = {
        f"{where}, {6 + loosen} numbers": over_ten(name, OTHERS, [chain], loosen=loosen)[1]
        for where, name in TILTED.items()
        for loosen in (False, True)
    }
    for key in next(iter(made.values())):
        for first, (how, judged) in enumerate(made.items()):
            table = judged[key]
            against = [verdict(table[name]) for name in (chain, *KNOWN)]
            yield f"| {'' if first else key} | {how} | {table['mechanics'].curves:.3f} | {' | '.join(against)} |"
        yield f"| | | | {' | '.join(f'{table[name].curves:.3f}' for name in (chain, *KNOWN))} |"


def far_rows():
    """RMS of curves on what nothing was fitted to, means of ten splits."""
    flat, chain = "phase-ruler-tip", "phase-spring-block"
    one, judged = over_ten(TILTED["tip"], FAR, [chain, flat], loosen=True)
    for key, table in judged.items():
        others = [f"{table[name].curves:.3f} {verdict(table[name])}" for name in (flat, chain, *KNOWN)]
        own = f"{table['mechanics'].curves:.3f}"
        yield f"| {' | '.join([key, str(one.cells[key]), own, *others, f'{one.reach[key]:.3f}'])} |"


HEADS = {
    "flat": "judged on | cells | tip | table | springs | spring-block | one curve | plane | quadratic | nearest",
    "tilted": "judged on | mechanics | RMS | chain | plane | quadratic | nearest",
    "far": "judged on | cells | tilted table | flat table | chain | plane | quadratic | nearest | "
    "nearest curve of the diagram",
}


def whole_table(name, rows):
    head = HEADS[name]
    lines = (f"<!-- {name} -->", f"| {head} |", "|---" * (head.count("|") + 1) + "|", *rows, f"<!-- end of {name} -->")
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["phase-ruler-tip", "phase-spring-block"])
def test_reports_are_what_the_command_prints(name):
    assert report(name) in TEXT


@pytest.mark.slow
def test_table_of_agreement():
    assert all(row in TEXT for row in flat_rows())


@pytest.mark.slow
def test_table_of_the_tilted_diagrams():
    """Means of ten splits on the left-out digits, by maps of seven and of six numbers."""
    _, judged = over_ten(TILTED["tip"], [], ["phase-spring-block"], loosen=True, resamples=2)
    (table,) = judged.values()
    curves = {name: f"{each.curves:.3f}" for name, each in table.items()}
    assert f"| left-out cells of dropout-digits | tip, 6 numbers | {curves['six numbers']} |" in TEXT
    assert f"|  | tip, 7 numbers | {curves['mechanics']} |" in TEXT
    known = [curves[name] for name in ("phase-spring-block", *KNOWN)]
    assert f"| | | | {' | '.join(known)} |" in TEXT


def test_examples_are_valid_and_sweeps_are_named():
    examples = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    import tomllib

    assert [plan_sweep(tomllib.loads(text), "page", "page").runs for text in examples] == [105, 3, 27]
    assert all(name in TEXT for name in shipped_sweeps())


def test_figures_are_there():
    for figure in re.findall(r"\]\(\.\./(assets/sweeps/[^)]+)\)", TEXT):
        assert (Path(__file__).resolve().parents[2] / figure).is_file()


if __name__ == "__main__":  # brings the page up to date; takes minutes
    text = TEXT
    for name in ("phase-ruler-tip", "phase-spring-block"):
        made = report(name)
        head = made.partition("\n")[0]
        text = re.sub(rf"{re.escape(head)}\n\n```\n.*?\n```", lambda _, made=made: made, text, count=1, flags=re.S)
    for name, rows in (("flat", flat_rows()), ("tilted", tilted_rows()), ("far", far_rows())):
        made = whole_table(name, rows)
        text = re.sub(rf"<!-- {name} -->.*<!-- end of {name} -->", lambda _, made=made: made, text, flags=re.S)
    PAGE.write_text(text, encoding="utf-8")
