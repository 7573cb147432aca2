"""What the commands print of networks, alone, beside rulers and predicted by mechanics."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ruler.analysis.compare import CONFIDENCE, Aligned, Comparison, Estimate
from ruler.cli.reports import measures_line
from ruler.networks.advise import Advised
from ruler.networks.comparison import Row
from ruler.networks.language import LanguageMeasurement, straightness
from ruler.networks.library import LEAST_ACCURACY, is_trained, network_title
from ruler.networks.profile import LayerProfile
from ruler.sweeps.agreement import Agreement
from ruler.sweeps.axes_map import LOOSENING
from ruler.sweeps.judgement import MECHANICS, SIX
from ruler.sweeps.splits import Spread, over_splits
from ruler.text import count, interval, number, plus_minus, regime, table

MOST_BLOCKS = 4
UNTRAINED = f"(!) train accuracy below {LEAST_ACCURACY:g}: task not learned, the loads say little"
WHAT = {
    MECHANICS: "the mechanics",
    SIX: "the mechanics, six numbers",
    "constant": "one curve for all",
    "plane": "plane and curve family",
    "quadratic": "quadratic surface and curve family",
    "nearest": "nearest fitted cell",
}


# Networks


def profile_report(profile: LayerProfile, name: str) -> str:
    """One measured network, layer by layer."""
    lines = [
        f"{name}: {count(profile.depth, 'layer')}, {count(len(profile.seeds), 'seed')}",
        _layers(profile),
        "",
        _measures_line(profile) if profile.measures.load else str(profile.measures.note),
    ]
    accuracies = [
        f"{name.replace('_', ' ')} {mean:.3f}" for name, mean in profile.mean_accuracies.items() if mean is not None
    ]
    if accuracies:
        lines.append(", ".join(accuracies))
    if profile.absolute:
        unit = ", nats" if profile.measure != "probe" else " (share of wrong answers)"
        lines.append(f"D: {profile.measure}{unit}; loads are d_l = D_(l-1) - D_l")
    if not is_trained(profile):
        lines.append(UNTRAINED)
    return "\n".join(lines)


def _measures_line(profile: LayerProfile) -> str:
    straightness = profile.measures.straightness_r2
    line = measures_line(profile.measures, _center(profile))
    return line if straightness is None else f"{line}, R^2 of the straight line {straightness:.3f}"


def _layers(profile: LayerProfile) -> str:
    curve, shares = profile.load_curve, profile.measures.load
    separation = [("D", profile.separation.mean(axis=0), ".3f")] if profile.absolute else []
    return table(
        ("layer", ["input", *range(1, profile.depth + 1)], "d"),
        *separation,
        ("load", ["", *profile.loads], ".3f"),
        ("share", ["", *(shares or [None] * profile.depth)], ".3f"),
        ("load curve", curve, ".3f"),
        ("(1 = input side)", ["", *profile.layers]),
        see="--output",
    )


def _center(profile: LayerProfile) -> str:
    """Mean of the seeds' centres of load, with their (population) standard deviation where there are several."""
    centers = [one.center_of_load for one in profile.seed_measures if one.center_of_load is not None]
    spread = float(np.std(centers)) if len(centers) > 1 else None
    return plus_minus(float(np.mean(centers)), spread) if centers else "-"


def language_report(found: LanguageMeasurement) -> str:
    """One language model, block by block, with the separation of its tokens beside."""
    profile, measures = found.profile, found.measures
    values, apart = profile.separation[0], found.separation.separation[0]
    blocks = straightness(values[1:])
    lines = [
        f"{profile.name}: {count(profile.depth, 'block')}, {found.tokens} tokens, {found.wall:.1f} s",
        table(
            ("block", ["embedding", *range(1, profile.depth + 1)], "d"),
            ("residual", np.exp(values), ".4f"),
            ("D", values, ".4f"),
            ("load", ["", *profile.loads], ".4f"),
            ("share", ["", *(measures.load or [None] * profile.depth)], ".3f"),
            ("classes D", apart, ".3f"),
            ("", ["", *profile.layers]),
            see="--output",
        ),
        "",
        f"{measures.note}" if measures.load is None else measures_line(measures),
        f"R^2 of the straight line: {number(measures.straightness_r2, '.3f')} with the embedding, "
        f"{number(blocks, '.3f')} over the blocks alone",
        f"loss {found.loss:.2f} nats a token (frequencies alone: {found.unigram:.2f})",
        f"residual: share of variance of the next token's {found.target} that a linear fit to the features leaves; "
        "D is its log",
        "classes D: log tr S_within - log tr S_between of tokens in classes that the same token follows",
    ]
    return "\n".join(lines)


def advice_report(name: str, advised: Advised) -> str:
    """Where the load of a network lies and what would even it."""
    where = f"centre of load {number(advised.center_of_load)}, unevenness {number(advised.unevenness)}"
    lines = [f"{name}: {where} ({regime(advised.unevenness, advised.center_of_load)})"]
    for each in advised.advice:
        spoken = each.setting.replace("_", " ")
        change = interval(each.advised, each.low, each.high, ".3g")
        lines += [
            f"{spoken}: {each.now:.3g} -> {change}, unevenness then about {each.expected:.2f}",
            f"    {each.reason}",
        ]
    if not advised.advice:
        lines.append(f"not known: {advised.not_known}")
    if (check := advised.checked) is not None:
        before = "" if check.before_test_accuracy is None else f" (before {check.before_test_accuracy:.3f})"
        lines.append(
            f"trained with {check.setting.replace('_', ' ')} {check.value:.3g}: centre of load "
            f"{number(check.center_of_load)}, unevenness {number(check.unevenness)}, test accuracy "
            f"{check.test_accuracy:.3f}{before}"
        )
    elif advised.advice:
        lines.append("each by itself; [ ]: middle 95 % over seeds. Train it so: ruler network advise --check")
    return "\n".join(lines)


def networks_table(entries: Sequence[tuple[str, LayerProfile]]) -> str:
    """A line for each network: centre with the spread of the seeds, unevenness, accuracies, address."""
    profiles = [profile for _, profile in entries]
    measures = [profile.measures for profile in profiles]
    shown = table(
        ("centre of load", [_center(profile) for profile in profiles], ">"),
        ("uneven", [each.unevenness for each in measures], ".2f"),
        *((word, [each.mean_accuracies[f"{word}_accuracy"] for each in profiles], ".3f") for word in ("train", "test")),
        ("regime", [regime(each.unevenness, each.center_of_load) for each in measures]),
        ("network", [address if is_trained(profile) else f"{address} (!)" for address, profile in entries]),
    )
    return "\n".join([shown, *_untrained(profiles)])


def _untrained(profiles: Iterable[LayerProfile]) -> list[str]:
    return [] if all(map(is_trained, profiles)) else ["", UNTRAINED]


# Comparisons


def comparison_report(rows: Sequence[Row], pulled_end: str) -> str:
    """Curves side by side and the numbers; with many networks the numbers only."""
    first = rows[0]
    end = "output (deep)" if pulled_end == "deep" else "input (shallow)"
    lines = [
        f"Ruler: {first.ruler}, {count(first.comparison.ruler.count, 'hinge')}, "
        f"{count(first.comparison.ruler.seeds, 'run')}; pulled end = the network's {end} end.",
    ]
    if len(rows) <= MOST_BLOCKS:
        for row in rows:
            lines += ["", *_block(row)]
    else:
        names = [row.address if is_trained(row.profile) else f"{row.address} (!)" for row in rows]
        lines += ["", _distances("network", names, rows), *_untrained(row.profile for row in rows)]
        lines += ["", f"For the curves side by side name at most {MOST_BLOCKS} networks."]
    return _with_uncertainty(lines, rows)


def closest_networks_report(rows: Sequence[Row], skipped: int) -> str:
    """The networks most like a ruler, the nearest first."""
    hinges = count(rows[0].comparison.ruler.count, "hinge")
    lines = [f"Networks most like {rows[0].ruler} ({hinges}), by load curve:", ""]
    for place, row in enumerate(rows, start=1):
        one = row.comparison
        first, *rest = _names(row)
        lines += [
            f"{place:2d}. {first}",
            *rest,
            f"    RMS distance {_estimate(one.rms_distance)}, rank correlation {number(one.rank_correlation.value)}, "
            f"centres {number(one.center_difference.value, '+.2f')}",
        ]
    if skipped:
        left_out = f"Left out for a train accuracy below {LEAST_ACCURACY:g} (task not learned)"
        lines += ["", f"{left_out}: {count(skipped, 'network')}."]
    return _with_uncertainty(lines, rows)


def closest_rulers_report(rows: Sequence[Row], missing: Sequence[str]) -> str:
    """The scenarios most like a network, the nearest first."""
    lines = ["Scenarios most like this network, by load curve:", *_names(rows[0]), ""]
    lines.append(_distances("scenario", [row.ruler for row in rows], rows))
    if missing:
        lines += ["", f"without a load: {', '.join(missing)}"]
    return _with_uncertainty([*lines, *_untrained([rows[0].profile])], rows)


def _distances(what: str, names: Sequence[str], rows: Sequence[Row]) -> str:
    """A line for each comparison."""
    comparisons = [row.comparison for row in rows]
    return table(
        ("RMS distance", [_estimate(one.rms_distance) for one in comparisons]),
        ("ranks", [one.rank_correlation.value for one in comparisons], ".2f"),
        ("centres", [one.center_difference.value for one in comparisons], "+.2f"),
        (what, names),
    )


def _block(row: Row) -> list[str]:
    comparison = row.comparison
    ruler, network = comparison.ruler, comparison.network
    lines = [
        *_names(row),
        f"{'':7}share of the load     load still to be taken (load curve)",
        table(
            ("layer", range(1, comparison.layers + 1), "d"),
            # As wide as the line above needs.
            (f"{'ruler':>7}", ruler.load, ".3f"),
            ("network", network.load, ".3f"),
            (f"{'ruler':>11}", None if ruler.curve is None else ruler.curve[1:], ".3f"),
            ("network", None if network.curve is None else network.curve[1:], ".3f"),
            *_seed_ranges(network),
            see="--json",
        ),
        "",
        *_number_lines(comparison),
    ]
    return lines if is_trained(row.profile) else [*lines, UNTRAINED]


def _names(row: Row) -> list[str]:
    """A network in words, and how it is named on the command line."""
    title, network = network_title(row.profile), row.comparison.network
    words = f"{title}, {count(network.count, 'layer')}, {count(network.seeds, 'seed')}"
    return [words] if title == row.address else [words, f"    {row.address}"]


def _seed_ranges(side: Aligned) -> list[tuple[str, list[str]]]:
    """A column with the lowest and highest load curve of the seeds, if there are several."""
    if len(side.seed_curves) < 2:
        return []
    ends = zip(side.seed_curves.min(axis=0)[1:], side.seed_curves.max(axis=0)[1:], strict=True)
    return [("(its seeds)", [f"({number(low, '.3f')}..{number(high, '.3f')})" for low, high in ends])]


def _number_lines(comparison: Comparison) -> list[str]:
    if comparison.note is not None:
        return [comparison.note]
    ruler, network = (number(side.center_of_load) for side in (comparison.ruler, comparison.network))
    return [
        f"RMS distance of load curves   {_estimate(comparison.rms_distance)}",
        f"rank correlation of loads     {_estimate(comparison.rank_correlation, '.2f')}",
        f"difference of centres        {_estimate(comparison.center_difference, '+.2f')}  "
        f"(ruler {ruler}, network {network})",
    ]


def _with_uncertainty(lines: Sequence[str], rows: Sequence[Row]) -> str:
    return "\n".join([*lines, "", *_uncertainty([row.comparison for row in rows])])


def _uncertainty(comparisons: Sequence[Comparison]) -> list[str]:
    unequal = [one for one in comparisons if one.ruler.count != one.network.count]
    lines = []
    if unequal:
        lines.append("Load curves: interpolated over relative depth to the fewer of hinges and layers.")
    lines.append("RMS distance: 0 = the same load curve. Centres: ruler minus network.")
    resamples = max(one.resamples for one in comparisons)
    if resamples == 0:
        return [*lines, "One seed and one run: no uncertainty can be given."]
    runs = comparisons[0].ruler.seeds
    drawn = "network seeds" if runs == 1 else f"network seeds and the {runs} runs"
    if all(one.network.seeds == 1 for one in comparisons):
        drawn = f"the {runs} runs"
    lines.append(f"[ ]: middle {100 * CONFIDENCE:g} % of {resamples} bootstrap resamples of {drawn}.")
    return lines


def _estimate(estimate: Estimate, form: str = ".3f") -> str:
    return interval(estimate.value, estimate.low, estimate.high, form)


# Agreement


def agreement_report(found: Agreement) -> str:
    """The numbers, and in words whether the mechanics beats the baselines."""
    lines = [
        f"{found.mechanics} against networks",
        f"fitted on {found.fitted} cells of {found.networks}, chosen at random (split {found.split})",
        *_third_lines(found),
        _map_line(found.map),
    ]
    if found.left_out_runs:
        lines.append(f"{found.mechanics}: {found.left_out_runs} left out")
    for name, networks in found.left_out.items():
        if networks:
            lines.append(f"{name}: {networks} of its networks have not learned their task and take no part")
    for name, judged in found.judged.items():
        lines += ["", f"judged on {name}", f"({found.cells[name]} cells; smaller is closer; 95 % intervals)"]
        lines.append(
            table(
                ("", [WHAT.get(key, key) for key in judged]),
                ("load curves, RMS", [_estimate(each.curves) for each in judged.values()]),
                ("centres, RMS", [_estimate(each.centers) for each in judged.values()]),
            )
        )
        lines.append(f"(nearest curve anywhere in the mechanical diagram, no prediction: {found.reach[name]:.3f})")
        others = {WHAT[key]: each for key, each in judged.items() if key not in found.maps}
        lines += _verdict("load curves", {name: each.verdict for name, each in others.items()})
        lines += _verdict("centres", {name: each.centers_verdict for name, each in others.items()})
        for key, each in judged.items():
            if key in found.maps and key != MECHANICS:
                lines.append(
                    f'against "{WHAT.get(key, key)}": {each.verdict} in load curves, {each.centers_verdict} in centres'
                )
    return "\n".join(lines)


def splits_report(found: Sequence[Agreement]) -> str:
    """The same over several splits: means, and what holds in all of them."""
    first, last = found[0], found[-1]
    lines = [
        f"{first.mechanics} against networks, splits {first.split} to {last.split}",
        f"fitted on {first.fitted} cells of {first.networks} each time",
    ]
    for name in first.thirds:
        chosen = Counter(each.thirds[name] for each in found)
        times = ", ".join(f"{value} ({count(times, 'split')})" for (_, value), times in sorted(chosen.items()))
        lines.append(f"{WHAT.get(name, name)}: {first.thirds[name][0]} = {times}")
    for name, spreads in over_splits(found).items():
        lines += ["", f"judged on {name} ({first.cells[name]} cells)", _spreads(list(spreads.items()))]
    return "\n".join(
        [
            *lines,
            "",
            "Means of the splits. behind: how much farther than the mechanics [95 % interval, mean of the splits'].",
            "beats, loses: that interval leaves out 0. better, worse: splits whose own interval does.",
        ]
    )


def _spreads(spreads: Sequence[tuple[str, Spread]]) -> str:
    known = [spread for _, spread in spreads]
    behind = ["" if each.behind is None else interval(each.behind, each.low, each.high, "+.3f") for each in known]
    return table(
        ("", [WHAT.get(key, key) for key, _ in spreads]),
        ("load curves, RMS", [each.curves for each in known], ".3f"),
        ("behind", behind),
        ("the mechanics", [each.verdict for each in known]),
        ("better, worse", ["" if each.behind is None else f"{each.better}, {each.worse}" for each in known]),
    )


def _third_lines(found: Agreement) -> list[str]:
    """Which values of a third axis were chosen."""
    return [
        f"{WHAT.get(name, name)}: {column} = {value}, the nearest to the fitted cells"
        for name, (column, value) in found.thirds.items()
    ]


def _map_line(numbers: Mapping[str, float]) -> str:
    loosening = f" - {numbers[LOOSENING]:.2f} z" if LOOSENING in numbers else ""
    return (
        f"map: friction {_part(numbers, 'friction')}{loosening}, shaking {_part(numbers, 'shaking')}\n"
        "     (0 and 1: ends of the mechanical axis; n nonlinearity, z noise, 0 to 1 along their axes)"
    )


def _part(numbers: Mapping[str, float], name: str) -> str:
    low, high, power = (numbers[f"{name}_{part}"] for part in ("from", "to", "power"))
    letter = "n" if name == "friction" else "z"
    return f"{low:.2f} .. {high:.2f} as {letter}^{power:.2f}"


def _verdict(what: str, verdicts: Mapping[str, str]) -> list[str]:
    """Whether the mechanics beats all baselines in something, from the verdict on each of them."""
    if all(verdict == "better" for verdict in verdicts.values()):
        return [f"{what}: the mechanics BEATS all {len(verdicts)} baselines"]
    parts = []
    for words, wanted in (
        ("closer than", "better"),
        ("farther than", "worse"),
        ("not clearly different from", "no clear difference"),
    ):
        names = [f'"{name}"' for name, verdict in verdicts.items() if verdict == wanted]
        parts += [f"{words} {', '.join(names)}"] if names else []
    text = f"{what}: the mechanics does NOT beat all baselines: {'; '.join(parts)}"
    return textwrap.wrap(text, 78, subsequent_indent="    ")
