"""What `ruler agree` prints."""

import textwrap
from collections.abc import Mapping

from ruler.analysis.compare import Estimate
from ruler.sweep.agreement import MECHANICS, Agreement, Judgement

WHAT = {
    MECHANICS: "the mechanics",
    "constant": "one curve for all",
    "plane": "plane and curve family",
    "nearest": "nearest fitted cell",
}


def agreement_report(found: Agreement) -> str:
    """The numbers, and in words whether the mechanics beats the baselines."""
    lines = [
        f"{found.mechanics} against networks",
        f"fitted on {found.fitted} cells of {found.networks}, chosen at random (split {found.split})",
        _map_line(found.map),
    ]
    for name, count in found.left_out.items():
        if count:
            lines.append(f"{name}: {count} of its networks have not learned their task and take no part")
    for name, table in found.judged.items():
        lines += ["", f"judged on {name}", f"({found.cells[name]} cells; smaller is closer; 95 % intervals)"]
        lines.append(f"{'':<24}{'load curves, RMS':<24}centres, RMS")
        lines += [_row(key, judgement) for key, judgement in table.items()]
        lines.append(f"(nearest curve anywhere in the mechanical diagram, no prediction: {found.reach[name]:.3f})")
        lines += _verdict(table)
    return "\n".join(lines)


def _map_line(numbers: Mapping[str, float]) -> str:
    return (
        f"map: friction {_part(numbers, 'friction')}, shaking {_part(numbers, 'shaking')}\n"
        "     (0 and 1: ends of the mechanical axis; n nonlinearity, z noise, 0 to 1 along their axes)"
    )


def _part(numbers: Mapping[str, float], name: str) -> str:
    low, high, power = (numbers[f"{name}_{part}"] for part in ("from", "to", "power"))
    letter = "n" if name == "friction" else "z"
    return f"{low:.2f} .. {high:.2f} as {letter}^{power:.2f}"


def _row(key: str, judgement: Judgement) -> str:
    return f"{WHAT[key]:<24}{_shown(judgement.curves):<24}{_shown(judgement.centers)}"


def _shown(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} ({estimate.low:.3f} .. {estimate.high:.3f})"


def _verdict(table: Mapping[str, Judgement]) -> list[str]:
    others = {key: judgement for key, judgement in table.items() if key != MECHANICS}
    lines = []
    for what, verdicts in (
        ("load curves", {key: judgement.verdict for key, judgement in others.items()}),
        ("centres", {key: judgement.centers_verdict for key, judgement in others.items()}),
    ):
        beaten = [WHAT[key] for key, verdict in verdicts.items() if verdict == "better"]
        ahead = [WHAT[key] for key, verdict in verdicts.items() if verdict == "worse"]
        open_ = [WHAT[key] for key, verdict in verdicts.items() if verdict == "no clear difference"]
        if len(beaten) == len(others):
            lines.append(f"{what}: the mechanics BEATS all {len(others)} baselines")
            continue
        parts = [f"closer than {_list(beaten)}"] if beaten else []
        parts += [f"farther than {_list(ahead)}"] if ahead else []
        parts += [f"not clearly different from {_list(open_)}"] if open_ else []
        text = f"{what}: the mechanics does NOT beat all baselines: {'; '.join(parts)}"
        lines += textwrap.wrap(text, 78, subsequent_indent="    ")
    return lines


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
