"""What the theory's commands print: plain text, made for a terminal of 80 columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ruler.recording import Recording
from ruler.report import bar, measures_line
from ruler.theory.chain_run import ChainRun, chain_summary

_MOST_ROWS = 60
# As in `ruler.report`: below this unevenness the layers share evenly.
_STRAIGHT = 0.15


def chain_report(run: ChainRun, title: str, wall: float) -> str:
    """The outcome of one ensemble."""
    summary = chain_summary(run)
    lines = [title, f"{_ensemble(run)}, seed {run.seed}", _head(run)]
    most = max(summary["elongation"])
    errors = summary["interval"]["elongation"] or [None] * run.springs
    rows = zip(summary["elongation"], errors, summary["load"] or [0.0] * run.springs, strict=True)
    for i, (elongation, error, share) in enumerate(rows, start=1):
        if i <= _MOST_ROWS:
            spread = "       " if error is None else f"{error:7.4f}"
            filled = bar(180.0 * elongation / most) if most > 0.0 else ""
            lines.append(f"{i:6d}  {elongation:10.4f}  {spread}  {share:6.3f}  {filled}")
    if run.springs > _MOST_ROWS:
        lines.append(f"   ... {run.springs - _MOST_ROWS} more; see --json or the recording")
    lines += ["", _measures(summary), *_bend(summary), f"{run.chains * run.steps:.3g} steps in {wall:.2f} s"]
    return "\n".join(lines)


def _ensemble(run: ChainRun) -> str:
    chains = "1 chain" if run.chains == 1 else f"{run.chains} chains"
    blocks = "1 block" if run.model.blocks == 1 else f"{run.model.blocks} blocks"
    return f"{blocks}, {chains}, {run.steps} steps, to t = {run.time[-1]:g}"


def _head(run: ChainRun) -> str:
    spread = "        " if run.chains == 1 else "  +-95 %"
    return f"spring  elongation {spread}   share  (1 is at the wall, the input)"


def regime(measures: Mapping[str, Any]) -> str:
    """What the measures say about the load curve, in words."""
    if measures["load"] is None:
        return "nothing to read"
    if measures["unevenness"] <= _STRAIGHT:
        return "straight, every layer does its share"
    if measures["center_of_load"] > 0.5:
        return "concave, the deep layers take the load"
    return "convex, the early layers take the load"


def _measures(summary: Mapping[str, Any]) -> str:
    if summary["load"] is None:
        return str(summary["note"])
    error = summary["interval"]["center_of_load"]
    spread = "" if error is None else f" +- {error:.3f}"
    return (
        f"centre of load {summary['center_of_load']:.3f}{spread}, unevenness {summary['unevenness']:.2f}: "
        f"{regime(summary)}"
    )


def _bend(summary: Mapping[str, Any]) -> list[str]:
    error, (low, high) = summary["interval"]["bend"], summary["bend_range"]
    spread = "" if error is None else f" +- {error:.2g}"
    return [
        f"elongation rises by {summary['bend']:.4f}{spread} from spring to spring; friction alone",
        f"can hold {low:.4g} to {high:.4g}, lasting noise leads to {summary['shaken_bend']:.4g}",
    ]


def presets_report(runs: Mapping[str, ChainRun], what: Mapping[str, str]) -> str:
    """Two lines for each preset: the measures; what marks it and what has come of it."""
    lines = ["preset     chains  centre  unevenness  load from input to output"]
    for name, run in runs.items():
        measures = run.measures
        center, uneven = measures.center_of_load, measures.unevenness
        numbers = "   --          --" if center is None or uneven is None else f"{center:6.2f}  {uneven:10.2f}"
        lines.append(f"{name:<9}  {run.chains:6d}  {numbers}  {_spark(run)}")
    lines.append("")
    lines += [f"{name:<9}  {what[name]}: {regime(run.measures.as_dict())}" for name, run in runs.items()]
    return "\n".join(lines)


def _spark(run: ChainRun) -> str:
    loads = run.final.mean(axis=0)
    heights = np.clip(np.round(loads / max(float(loads.max()), 1e-300) * 8.0), 0, 8).astype(int)
    return "".join(" ▁▂▃▄▅▆▇█"[height] for height in heights[:_MOST_ROWS])


def slow_report(recording: Recording, simulated: Recording | None, wall: float) -> str:
    """A slow pull, alone or beside the simulated one."""
    opening = recording.opening_deg[-1]
    lines = [f"{recording.title}: the slow limit"]
    if simulated is None:
        shares = recording.meta["summary"]["load"] or [0.0] * recording.hinges
        lines.append("hinge   opening   share  (1 is nearest the fixed end)")
        rows = [f"{i:5d}  {o:7.1f}°  {s:6.3f}  {bar(o)}" for i, (o, s) in _numbered(opening, shares)]
    else:
        other = simulated.opening_deg[-1]
        lines.append("hinge  slow limit  simulated  difference  (1 is nearest the fixed end)")
        rows = [f"{i:5d}  {a:9.1f}°  {b:8.1f}°  {b - a:+9.2f}°  {bar(a)}" for i, (a, b) in _numbered(opening, other)]
    lines += rows[:_MOST_ROWS]
    if len(rows) > _MOST_ROWS:
        lines.append(f"  ... {len(rows) - _MOST_ROWS} more; see --json or the recording")
    lines += ["", measures_line(recording)]
    if simulated is not None:
        worst = int(np.argmax(np.abs(opening - simulated.opening_deg[-1])))
        difference = abs(float(opening[worst] - simulated.opening_deg[-1, worst]))
        lines.append(f"simulated: {measures_line(simulated)}")
        lines.append(f"worst hinge: {worst + 1}, {difference:.2f}° apart")
    lines.append(_losses(recording))
    if recording.meta["ignored"]:
        beside = "" if simulated is None else "; the simulation has it"
        lines.append(f"left out, being nothing in the slow limit: {', '.join(recording.meta['ignored'])}{beside}")
    lines.append(f"{recording.meta['steps']} steps in {wall:.2f} s")
    return "\n".join(lines)


def _numbered(first: Any, second: Any) -> Sequence[tuple[int, tuple[float, float]]]:
    return list(enumerate(zip(first, second, strict=True), start=1))


def _losses(recording: Recording) -> str:
    hinges, table = (float(recording.column(f"{part}_loss_J")[-1]) for part in ("hinge", "table"))
    return f"worn off: {hinges:.3f} J in the hinges, {table:.3f} J on the table"
