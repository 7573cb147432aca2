"""What the command line prints: plain text, made for a terminal of 80 columns."""

import textwrap
from collections.abc import Mapping, Sequence

from ruler.analysis import recording_measures, summarise
from ruler.recording import Recording
from ruler.scenario import Scenario

_BAR = 20
_MOST_ROWS = 60


def run_report(recording: Recording, wall: float) -> str:
    """The outcome of one run."""
    summary = summarise(recording)
    lines = [
        f"{recording.title} (seed {recording.meta.get('seed')})",
        "hinge   opening  share   (1 is nearest the fixed end)",
    ]
    shares = summary["load"] or [0.0] * recording.hinges
    for i, (opening, share) in enumerate(zip(summary["opening_deg"], shares, strict=True), start=1):
        if i <= _MOST_ROWS:
            lines.append(f"{i:5d}  {opening:7.1f}°  {round(share, 3) + 0.0:6.3f}  {bar(opening)}")
    if recording.hinges > _MOST_ROWS:
        lines.append(f"  ... {recording.hinges - _MOST_ROWS} more; see the recording")
    lines += ["", measures_line(recording), _quality_line(summary, wall)]
    if not recording.complete:
        lines.append(f"status: {summary['status']}")
    return "\n".join(lines)


def measures_line(recording: Recording) -> str:
    """The measures in one line, or why there are none."""
    measures = recording_measures(recording)
    if measures.load is None:
        return f"{measures.note}"
    parts = [f"outer share {measures.outer_share:.2f}", f"unevenness {measures.unevenness:.2f}"]
    if measures.center_of_load is not None:
        parts.insert(0, f"centre of load {measures.center_of_load:.2f}")
    return ", ".join(parts)


def _quality_line(summary: Mapping[str, object], wall: float) -> str:
    simulated, error = summary["simulated_s"], summary["energy_error"]
    account = "no work done" if error is None else f"energy account closes to {100.0 * float(str(error)):.2f} %"
    gap = 1000.0 * float(str(summary["worst_joint_gap_m"] or 0.0))
    return f"{simulated:.2f} s simulated in {wall:.2f} s; {account}; joints within {gap:.3f} mm"


def bar(opening_deg: float, width: int = _BAR) -> str:
    """An opening from 0 to 180 deg as a bar."""
    filled = min(width, max(0, round(opening_deg / 180.0 * width)))
    return "█" * filled + "·" * (width - filled)


def demo_report(recordings: Sequence[Recording], names: Sequence[str], resembling: Sequence[str] = ()) -> str:
    """The opening profiles side by side, as numbers and as bars.

    Args:
        recordings: the runs.
        names: what each is called.
        resembling: the network each resembles most, in words; empty when that is not known.
    """
    width = 16
    lines = [
        "How far each hinge has opened, in degrees. Hinge 1 is at the fixed end (the",
        "network's input), the last one at the hand (its output). Same ruler, same table.",
        "",
        "hinge  " + "  ".join(f"{name:<{width + 6}}" for name in names),
    ]
    for i in range(recordings[0].hinges):
        cells = [f"{r.opening_deg[-1, i]:5.0f} {bar(r.opening_deg[-1, i], width)}" for r in recordings]
        lines.append(f"{i + 1:5d}  " + "  ".join(cells))
    lines.append("")
    for recording, name in zip(recordings, names, strict=True):
        lines += [f"{name:<8} {measures_line(recording)}:", f"{'':<8} {_reading(recording)}"]
    if resembling:
        lines += ["", "Of the measured networks that ship with this program, each is most like:"]
        lines += [f"{name:<8} {network}" for name, network in zip(names, resembling, strict=True)]
        lines.append("(shortest RMS distance of load curves; more: ruler compare RECORDING --closest)")
    return "\n".join(lines)


def _reading(recording: Recording) -> str:
    measures = recording_measures(recording)
    if measures.center_of_load is None or measures.unevenness is None:
        return "nothing to read"
    if measures.unevenness <= 0.15:
        return "straight, every layer does its share"
    return (
        "concave, the deep layers do the work"
        if measures.center_of_load > 0.5
        else "convex, the early layers do the work"
    )


def scenarios_report(scenarios: Mapping[str, Scenario]) -> str:
    """Name, title and description of each scenario."""
    lines = []
    for name, scenario in scenarios.items():
        text = " ".join(scenario.description.split())
        lines += [
            f"{name}: {scenario.title}",
            *textwrap.wrap(text, 76, initial_indent="    ", subsequent_indent="    "),
        ]
    return "\n".join([*lines, "", "play one with: ruler run NAME"])
