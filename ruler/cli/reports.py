"""What the commands print of rulers and chains: plain text, made for a terminal of 80 columns."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ruler.analysis import Measures, recording_measures, summarise
from ruler.recording import Recording
from ruler.scenario import Scenario
from ruler.text import MOST_ROWS, REGIMES, Column, bar, count, number, plus_minus, regime, table
from ruler.theory.chain_run import ChainRun, chain_summary

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
        _openings(recording, "the recording"),
        "",
        measures_line(recording_measures(recording)),
        _quality_line(summary, wall),
        *_trust_lines(summary),
    ]
    return "\n".join(lines)


def _openings(recording: Recording, see: str, simulated: Recording | None = None, called: str = "slow limit") -> str:
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
    return f"{_account_line(summary, wall)}; joints within {gap:.3f} mm"


def _trust_lines(summary: Mapping[str, Any]) -> list[str]:
    """How far the numbers are to be trusted, when that is not good."""
    return [] if summary["trust"] == "good" else [f"trust: {summary['trust']} ({summary['trust_reason']})"]


def _account_line(summary: Mapping[str, Any], wall: float) -> str:
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
        lines += [f"{'':<8} {line}" for line in _trust_lines(summarise(recording))]
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


# Theory


def chain_report(run: ChainRun, title: str, wall: float) -> str:
    """The outcome of one ensemble of spring-block chains."""
    summary = chain_summary(run)
    spread, elongation = summary["interval"], summary["elongation"]
    low, high = summary["bend_range"]
    lines = [
        title,
        f"{count(run.model.blocks, 'block')}, {count(run.chains, 'chain')}, {count(run.steps, 'step')}, "
        f"to t = {run.time[-1]:g}, seed {run.seed}",
        table(
            ("spring", range(1, run.springs + 1), "d"),
            ("elongation", elongation, ".4f"),
            ("+-95 %", spread["elongation"], ".4f"),
            ("share", run.measures.load, ".3f"),
            ("(1 is at the wall, the input)", [bar(each / (max(elongation) or 1.0)) for each in elongation]),
            see="--json or the recording",
        ),
        "",
        measures_line(run.measures, plus_minus(summary["center_of_load"], spread["center_of_load"], ".3f")),
        regime_words(run.measures),
        f"elongation rises by {plus_minus(summary['bend'], spread['bend'], '.5f')} from spring to spring; "
        "friction alone",
        f"can hold {low:.4g} to {high:.4g}, lasting noise leads to {summary['shaken_bend']:.4g}",
        f"{run.chains * run.steps:.3g} steps in {wall:.2f} s",
    ]
    return "\n".join(lines)


def presets_report(runs: Mapping[str, ChainRun], what: Mapping[str, str]) -> str:
    """Two lines for each preset: the measures; what marks it and what has come of it."""
    measures = [run.measures for run in runs.values()]
    numbers = table(
        ("preset", runs),
        ("chains", [run.chains for run in runs.values()], "d"),
        ("centre", [each.center_of_load for each in measures], ".2f"),
        ("unevenness", [each.unevenness for each in measures], ".2f"),
        ("load from input to output", [_spark(run) for run in runs.values()]),
    )
    lines = [f"{name:<9}  {what[name]}: {regime_words(run.measures)}" for name, run in runs.items()]
    return "\n".join([numbers, "", *lines])


def _spark(run: ChainRun) -> str:
    loads = run.final.mean(axis=0)
    heights = np.clip(np.round(loads / max(float(loads.max()), 1e-300) * 8.0), 0, 8).astype(int)
    return "".join(" ▁▂▃▄▅▆▇█"[height] for height in heights[:MOST_ROWS])


def reference_report(recording: Recording, simulated: Recording | None, walls: Sequence[float]) -> str:
    """A run of the second opinion, alone or beside the simulated one; `walls` are what each took, s."""
    lines = [
        f"{recording.title} (seed {recording.meta.get('seed')}): a second opinion, by section angles",
        _openings(recording, "--json or the recording", simulated, "reference"),
        "",
        measures_line(recording_measures(recording)),
    ]
    if simulated is not None:
        lines += _beside(recording, simulated)
    for name, each, wall in zip(("reference", "simulation"), (recording, simulated), walls, strict=False):
        if each is not None:
            summary = each.meta["summary"]
            lines += [f"{name}: {line}" for line in (_account_line(summary, wall), *_trust_lines(summary))]
    return "\n".join(lines)


def _beside(recording: Recording, simulated: Recording) -> list[str]:
    """The simulation in two lines: its measures, and how far the worst hinge is from the recording's."""
    difference = np.abs(recording.opening_deg[-1] - simulated.opening_deg[-1])
    return [
        f"simulated: {measures_line(recording_measures(simulated))}",
        f"worst hinge: {difference.argmax() + 1}, {difference.max():.2f}° apart",
    ]


def slow_report(recording: Recording, simulated: Recording | None, wall: float) -> str:
    """A slow pull, alone or beside the simulated one."""
    lines = [
        f"{recording.title}: the slow limit",
        _openings(recording, "--json or the recording", simulated),
        "",
        measures_line(recording_measures(recording)),
    ]
    if simulated is not None:
        lines += _beside(recording, simulated)
    hinges, ground = (recording.column(f"{part}_loss_J")[-1] for part in ("hinge", "table"))
    lines.append(f"worn off: {hinges:.3f} J in the hinges, {ground:.3f} J on the table")
    if recording.meta["ignored"]:
        beside = "" if simulated is None else "; the simulation has it"
        lines.append(f"left out, being nothing in the slow limit: {', '.join(recording.meta['ignored'])}{beside}")
    return "\n".join([*lines, f"{recording.meta['steps']} steps in {wall:.2f} s"])
