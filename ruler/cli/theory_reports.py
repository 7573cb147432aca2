"""What `ruler theory` prints: plain text, made for a terminal of 80 columns."""

from collections.abc import Mapping, Sequence

import numpy as np

from ruler.analysis import recording_measures
from ruler.cli.reports import account_line, measures_line, openings_table, regime_words, trust_lines
from ruler.recording import Recording
from ruler.text import MOST_ROWS, bar, count, plus_minus, table
from ruler.theory import ChainRun, chain_summary


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
        openings_table(recording, "--json or the recording", simulated, "reference"),
        "",
        measures_line(recording_measures(recording)),
    ]
    if simulated is not None:
        lines += _beside(recording, simulated)
    for name, each, wall in zip(("reference", "simulation"), (recording, simulated), walls, strict=False):
        if each is not None:
            summary = each.meta["summary"]
            lines += [f"{name}: {line}" for line in (account_line(summary, wall), *trust_lines(summary))]
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
        openings_table(recording, "--json or the recording", simulated),
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
