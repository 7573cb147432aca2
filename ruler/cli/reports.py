"""What the commands print of rulers: plain text, made for a terminal of 80 columns."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruler.analysis import Measures, recording_measures, summarise
from ruler.recording import Recording
from ruler.scenario import Scenario
from ruler.text import REGIMES, Column, bar, number, regime, table

_STRAIGHT_ANGLE = 180.0
_INDENT = "    "


def measures_line(measures: Measures, center: str | None = None) -> str:
    """The measures in one line, or why there are none.

    Args:
        measures: of a ruler, a chain or a network.
        center: the centre of load as it is to be written; default: with two digits.
    """
    if measures.load is None:
        return f"{measures.note}"
    parts = [f"outer share {number(measures.outer_share)}", f"unevenness {number(measures.unevenness)}"]
    if measures.center_of_load is not None:
        parts.insert(0, f"centre of load {center or number(measures.center_of_load)}")
    return ", ".join(parts)


def regime_words(measures: Measures) -> str:
    """What the measures say about the load curve."""
    return REGIMES[regime(measures.unevenness, measures.center_of_load)]


# Rulers


def run_report(recording: Recording, wall: float) -> str:
    """The outcome of one run."""
    summary = summarise(recording)
    lines = [
        f"{recording.title} (seed {recording.meta.get('seed')})",
        openings_table(recording, "the recording"),
        "",
        measures_line(recording_measures(recording)),
        _quality_line(summary, wall),
        *trust_lines(summary),
    ]
    return "\n".join(lines)


def openings_table(
    recording: Recording, see: str, simulated: Recording | None = None, called: str = "slow limit"
) -> str:
    """How far each hinge has opened, with its share, or beside the simulated one."""
    opening = recording.opening_deg[-1]
    columns: list[Column]
    if simulated is None:
        columns = [("opening", _degrees(opening), ">"), ("share", recording_measures(recording).load, ".3f")]
    else:
        other = simulated.opening_deg[-1]
        columns = [
            (called, _degrees(opening), ">"),
            ("simulated", _degrees(other), ">"),
            ("difference", _degrees(other - opening, "+.2f"), ">"),
        ]
    bars = [bar(each / _STRAIGHT_ANGLE) for each in opening]
    return table(("hinge", _places(recording), "d"), *columns, ("(1 is nearest the fixed end)", bars), see=see)


def _degrees(values: Iterable[float], form: str = ".1f") -> list[str]:
    return [f"{number(value, form)}°" for value in values]


def _places(recording: Recording) -> range:
    return range(1, recording.hinges + 1)


def _quality_line(summary: Mapping[str, Any], wall: float) -> str:
    gap = 1000.0 * (summary["worst_joint_gap_m"] or 0.0)
    return f"{account_line(summary, wall)}; joints within {gap:.3f} mm"


def trust_lines(summary: Mapping[str, Any]) -> list[str]:
    """How far the numbers are to be trusted, when that is not good."""
    return [] if summary["trust"] == "good" else [f"trust: {summary['trust']} ({summary['trust_reason']})"]


def account_line(summary: Mapping[str, Any], wall: float) -> str:
    """How far the energy account is open, and what the run took."""
    error = summary["energy_error"]
    account = "no work done" if error is None else f"energy account closes to {100.0 * error:.2f} %"
    return f"{summary['simulated_s']:.2f} s simulated in {wall:.2f} s; {account}"


def demo_report(recordings: Sequence[Recording], names: Sequence[str]) -> str:
    """The opening profiles side by side, as numbers and as bars.

    Args:
        recordings: the runs.
        names: what each is called.
    """
    opened = [
        (name, [f"{opening:5.0f} {bar(opening / _STRAIGHT_ANGLE, 16)}" for opening in recording.opening_deg[-1]])
        for recording, name in zip(recordings, names, strict=True)
    ]
    lines = [
        "How far each hinge has opened, in degrees. Hinge 1 is at the fixed end (the",
        "network's input), the last one at the hand (its output). Same ruler, same table.",
        "",
        table(("hinge", _places(recordings[0]), "d"), *opened),
        "",
    ]
    for recording, name in zip(recordings, names, strict=True):
        measures = recording_measures(recording)
        lines += [f"{name:<8} {measures_line(measures)}:", f"{'':<8} {regime_words(measures)}"]
        lines += [f"{'':<8} {line}" for line in trust_lines(summarise(recording))]
    return "\n".join(lines)


def scenarios_report(scenarios: Mapping[str, Scenario]) -> str:
    """Name, title and description of each scenario."""
    lines = []
    for name, scenario in scenarios.items():
        text = " ".join(scenario.description.split())
        lines += [
            f"{name}: {scenario.title}",
            *textwrap.wrap(text, 76, initial_indent=_INDENT, subsequent_indent=_INDENT),
        ]
    return "\n".join([*lines, "", "play one with: ruler run NAME"])
