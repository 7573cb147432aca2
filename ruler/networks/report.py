"""What the command line prints about networks and comparisons: plain text, made for 80 columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ruler.analysis.compare import CONFIDENCE, Aligned, Comparison, Estimate, rounded
from ruler.networks.library import LEAST_ACCURACY, is_trained, network_title
from ruler.networks.profile import LayerProfile

MOST_BLOCKS = 4
MOST_LAYERS = 60
UNTRAINED = f"(!) train accuracy below {LEAST_ACCURACY:g}: task not learned, the loads say little"


@dataclass(frozen=True, eq=False)
class Row:
    """One comparison and how its two sides are called.

    Attributes:
        ruler: name of the ruler.
        address: how the network is named on the command line.
        profile: the network.
        comparison: the numbers.
    """

    ruler: str
    address: str
    profile: LayerProfile
    comparison: Comparison

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "network": self.address,
            "title": network_title(self.profile),
            "train_accuracy": _mean(self.profile.accuracy),
            "test_accuracy": _mean(self.profile.test_accuracy),
            "trained": is_trained(self.profile),
            "comparison": self.comparison.as_dict(),
        }


def comparison_report(rows: Sequence[Row], pulled_end: str) -> str:
    """Curves side by side and the numbers; with many networks the numbers only."""
    first = rows[0]
    end = "output (deep)" if pulled_end == "deep" else "input (shallow)"
    lines = [
        f"Ruler: {first.ruler}, {_count(first.comparison.ruler.count, 'hinge')}, "
        f"{_count(first.comparison.ruler.seeds, 'run')}; pulled end = the network's {end} end.",
    ]
    if len(rows) <= MOST_BLOCKS:
        for row in rows:
            lines += ["", *_block(row)]
    else:
        lines += ["", *_number_rows(rows), "", f"For the curves side by side name at most {MOST_BLOCKS} networks."]
    return "\n".join([*lines, "", *_uncertainty([row.comparison for row in rows])])


def closest_networks_report(rows: Sequence[Row], skipped: int) -> str:
    """The networks most like a ruler, the nearest first."""
    first = rows[0].comparison
    lines = [f"Networks most like {rows[0].ruler} ({_count(first.ruler.count, 'hinge')}), by load curve:", ""]
    lines += _near_rows(rows)
    if skipped:
        lines += [
            "",
            f"Left out for a train accuracy below {LEAST_ACCURACY:g} (task not learned): {_count(skipped, 'network')}.",
        ]
    return "\n".join([*lines, "", *_uncertainty([row.comparison for row in rows])])


def closest_rulers_report(rows: Sequence[Row], missing: Sequence[str]) -> str:
    """The scenarios most like a network, the nearest first."""
    lines = ["Scenarios most like this network, by load curve:", *_names(rows[0]), ""]
    lines += _table([row.ruler for row in rows], [row.comparison for row in rows], "scenario")
    if missing:
        lines += ["", f"without a load: {', '.join(missing)}"]
    if not is_trained(rows[0].profile):
        lines += ["", UNTRAINED]
    return "\n".join([*lines, "", *_uncertainty([row.comparison for row in rows])])


def profile_report(profile: LayerProfile, name: str) -> str:
    """One measured network, layer by layer."""
    measures = profile.measures
    lines = [f"{name}: {_count(profile.depth, 'layer')}, {_count(len(profile.seeds), 'seed')}"]
    absolute = "      D" if profile.absolute else ""
    lines.append(f"layer {absolute}    load    share  load curve   (1 = input side)")
    mean = profile.separation.mean(axis=0)
    curve = profile.load_curve
    if profile.absolute:
        lines.append(f"input {mean[0]:7.3f}{'':18}1.000")
    for layer in range(1, min(profile.depth, MOST_LAYERS) + 1):
        share = "      -" if measures.load is None else rounded(measures.load[layer - 1], "7.3f")
        left = "      -" if curve is None else rounded(float(curve[layer]), "9.3f")
        value = f" {mean[layer]:7.3f}" if profile.absolute else " "
        lines.append(f"{layer:5d}{value} {profile.loads[layer - 1]:7.3f}  {share} {left}   {profile.layers[layer - 1]}")
    if profile.depth > MOST_LAYERS:
        lines.append(f"  ... {profile.depth - MOST_LAYERS} more; see --output")
    lines += ["", _measures_line(profile), *_accuracy_line(profile)]
    if profile.absolute:
        lines.append(f"D: {profile.measure}, nats; loads are d_l = D_(l-1) - D_l")
    if not is_trained(profile):
        lines.append(UNTRAINED)
    return "\n".join(lines)


def networks_table(entries: Sequence[tuple[str, LayerProfile]]) -> str:
    """A line for each network: centre with the spread of the seeds, unevenness, accuracies, address."""
    lines = ["centre of load   uneven  train  test   regime    network"]
    for address, profile in entries:
        centers = [one.center_of_load for one in profile.seed_measures if one.center_of_load is not None]
        mean, spread = _mean_and_spread(centers)
        flag = "" if is_trained(profile) else " (!)"
        train, test = (_number(_mean(values), ".3f") for values in (profile.accuracy, profile.test_accuracy))
        uneven = _number(profile.measures.unevenness, ".2f")
        lines.append(f"{mean:5} +- {spread:5}   {uneven:6}  {train:5}  {test:5}  {regime(profile):8}  {address}{flag}")
    if not all(is_trained(profile) for _, profile in entries):
        lines += ["", UNTRAINED]
    return "\n".join(lines)


def regime(profile: LayerProfile) -> str:
    """The shape of the load curve in a word: concave, straight, convex, or uneven.

    Straight when the mean shares differ from even by at most 0.25 of the mean (unevenness), else
    concave or convex by the side of the even line its centre of load is on; "uneven" when the
    centre is within 0.05 of the middle, "-" when there is no load.
    """
    measures = profile.measures
    if measures.unevenness is None or measures.center_of_load is None:
        return "-"
    if measures.unevenness <= 0.25:
        return "straight"
    if abs(measures.center_of_load - 0.5) <= 0.05:
        return "uneven"
    return "concave" if measures.center_of_load > 0.5 else "convex"


def _block(row: Row) -> list[str]:
    comparison = row.comparison
    lines = [
        *_names(row),
        f"{'':7}share of the load     load still to be taken (load curve)",
        f"layer{'ruler':>9}{'network':>9}{'ruler':>13}{'network':>9}",
    ]
    ruler, network = comparison.ruler, comparison.network
    for layer in range(1, min(comparison.layers, MOST_LAYERS) + 1):
        cells = [_cell(side.load, layer - 1) for side in (ruler, network)]
        cells += [_cell(side.curve, layer) for side in (ruler, network)]
        lines.append(
            f"{layer:5d}{cells[0]:>9}{cells[1]:>9}{cells[2]:>13}{cells[3]:>9}{_seed_range(network, layer):>17}".rstrip()
        )
    if comparison.layers > MOST_LAYERS:
        lines.append(f"  ... {comparison.layers - MOST_LAYERS} more layers; see --json")
    lines += ["", *_number_lines(comparison)]
    if not is_trained(row.profile):
        lines.append(UNTRAINED)
    return lines


def _names(row: Row) -> list[str]:
    """A network in words, and how it is named on the command line."""
    title, network = network_title(row.profile), row.comparison.network
    words = f"{title}, {_count(network.count, 'layer')}, {_count(network.seeds, 'seed')}"
    return [words] if title == row.address else [words, f"    {row.address}"]


def _cell(values: Any, place: int) -> str:
    return "-" if values is None else rounded(float(values[place]), ".3f")


def _seed_range(side: Aligned, layer: int) -> str:
    """Lowest and highest load curve of the seeds."""
    if len(side.seed_curves) < 2:
        return ""
    curves = side.seed_curves[:, layer]
    return f"({rounded(float(curves.min()), '.3f')}..{rounded(float(curves.max()), '.3f')})"


def _number_lines(comparison: Comparison) -> list[str]:
    if comparison.note is not None:
        return [comparison.note]
    centers = f"(ruler {_number(comparison.ruler.center_of_load, '.2f')}, network "
    centers += f"{_number(comparison.network.center_of_load, '.2f')})"
    return [
        f"RMS distance of load curves   {_estimate(comparison.rms_distance, '.3f')}",
        f"rank correlation of loads     {_estimate(comparison.rank_correlation, '.2f')}",
        f"difference of centres        {_estimate(comparison.center_difference, '+.2f')}  {centers}",
    ]


def _number_rows(rows: Sequence[Row]) -> list[str]:
    """A line for each network, for many of them."""
    names = [row.address if is_trained(row.profile) else f"{row.address} (!)" for row in rows]
    lines = _table(names, [row.comparison for row in rows], "network")
    return lines if all(is_trained(row.profile) for row in rows) else [*lines, "", UNTRAINED]


def _near_rows(rows: Sequence[Row]) -> list[str]:
    """Three lines for each network, in plain words."""
    lines = []
    for place, row in enumerate(rows, start=1):
        one = row.comparison
        first, *rest = _names(row)
        lines += [f"{place:2d}. {first}", *rest]
        ranks, centers = one.rank_correlation.value, one.center_difference.value
        lines.append(
            f"    RMS distance {_estimate(one.rms_distance, '.3f')}, rank correlation {_number(ranks, '.2f')}, "
            f"centres {_number(centers, '+.2f')}"
        )
    return lines


def _table(names: Sequence[str], comparisons: Sequence[Comparison], what: str) -> list[str]:
    lines = [f"{'RMS distance':20}   ranks  centres  {what}"]
    for name, one in zip(names, comparisons, strict=True):
        distance = f"{_estimate(one.rms_distance, '.3f'):20}"
        ranks = _number(one.rank_correlation.value, ".2f")
        lines.append(f"{distance}  {ranks:>6}  {_number(one.center_difference.value, '+.2f'):>7}  {name}")
    return lines


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


def _estimate(estimate: Estimate, form: str) -> str:
    text = _number(estimate.value, form)
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{rounded(estimate.low, form)}, {rounded(estimate.high, form)}]"


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else rounded(value, form)


def _measures_line(profile: LayerProfile) -> str:
    measures = profile.measures
    if measures.load is None:
        return "the loads cancel: there is nothing to share"
    centers = [one.center_of_load for one in profile.seed_measures if one.center_of_load is not None]
    mean, spread = _mean_and_spread(centers)
    center = f"centre of load {mean}" + (f" +- {spread}" if len(centers) > 1 else "")
    parts = [center, f"unevenness {measures.unevenness:.2f}", f"outer share {measures.outer_share:.2f}"]
    return ", ".join(parts)


def _accuracy_line(profile: LayerProfile) -> list[str]:
    known = (("train", profile.accuracy), ("test", profile.test_accuracy))
    parts = [f"{word} accuracy {values.mean():.3f}" for word, values in known if values is not None]
    return [", ".join(parts)] if parts else []


def _mean_and_spread(values: Sequence[float]) -> tuple[str, str]:
    """Mean and (population) standard deviation, as text."""
    if not values:
        return "-", "-"
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    return f"{mean:.2f}", f"{spread:.2f}"


def _mean(values: Any) -> float | None:
    return None if values is None else float(values.mean())


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
