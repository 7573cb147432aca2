"""What is printed of real rulers: fits and tracked films."""

from typing import Any

import numpy as np

from ruler.measured import Fit, Parameter
from ruler.measured.unknowns import RATIO
from ruler.text import count, interval, number, table

_NAMES = {RATIO: "torque ratio *"}


def fit_report(fit: Fit) -> str:
    """What was found, as text for a terminal of 80 columns."""
    pull = fit.pull
    rows = ", ".join(number(value) for value in fit.rms_deg_per_row)
    what = "a film" if pull.time is not None else count(len(pull.opening), "still") + " of a slow pull"
    lines = [
        f"{pull.name}: {pull.hinges} hinges, {what}",
        f"misfit {number(fit.rms_deg)} deg rms (rows after the first: {rows})",
    ]
    if fit.held_out_rms_deg is not None:
        lines.append(f"last row predicted from the others: {number(fit.held_out_rms_deg)} deg rms")
    told = [parameter for parameter in fit.parameters if parameter.low is not None]
    lines += ["", table(
        ("parameter", [_NAMES.get(each.key, each.key) for each in told]),
        ("value [95 %]", [interval(each.value, each.low, each.high, ".3g") for each in told]),
        ("", [_word(each) for each in told]),
    )]  # fmt: skip
    lines += ["* torque / (table friction x mass x gravity x section length)"]
    if fit.hinge_factors is not None:
        lines += ["", _factors(fit)]
    kept = [each for each in fit.parameters if each.low is None]
    lines += ["", *(f"{each.key} {each.value:g}: {each.note}" for each in kept)]
    lines.append(f"{fit.evaluations} rulers tried in {fit.wall_s:.0f} s")
    return "\n".join(lines)


def _word(parameter: Parameter) -> str:
    return parameter.note or "" if parameter.determined else "not determined"


def _factors(fit: Fit) -> str:
    low, high, known = fit.factor_low, fit.factor_high, fit.factor_determined
    if fit.hinge_factors is None or low is None or high is None or known is None:
        return ""
    rows = zip(fit.hinge_factors.tolist(), low.tolist(), high.tolist(), strict=True)
    return table(
        ("hinge", [str(i) for i in range(1, len(known) + 1)], ">"),
        ("factor [95 %]", [interval(*row) for row in rows]),
        ("measured", fit.pull_deg[-1].tolist(), ".1f"),
        ("fitted, deg", fit.predicted_deg[-1].tolist(), ".1f"),
        ("", ["" if each else "not determined" for each in known]),
    )


def real_demo_report(rows: dict[str, dict[str, Any]]) -> str:
    """Photograph against simulation, hinge by hinge."""
    blocks = []
    for name, row in rows.items():
        seen, made = np.asarray(row["photograph_deg"]), np.asarray(row["simulated_deg"])
        blocks.append(
            "\n".join(
                (
                    f"{name}: opening of each hinge from the fixed end, deg",
                    f"  photograph  {' '.join(f'{value:5.1f}' for value in seen)}",
                    f"  simulated   {' '.join(f'{value:5.1f}' for value in made)}",
                    f"  {row['rms_deg']:.1f} deg rms apart; load curves {row['curve_rms']:.3f} rms apart",
                )
            )
        )
    return "\n\n".join(blocks)
