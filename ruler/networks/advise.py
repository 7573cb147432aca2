"""What would even a network's load: how much other dropout or learning rate, from the shipped tables, with an interval.

The tables say how the load curve changes with a noise (dropout, learning rate) at a network's own
nonlinearity and depth: curves between their networks are read linearly, over relative depth. In that
row the curve most like the network's own is looked for, and the most even one; the way between the two is
the advice. Where no curve of the row is like the network's, the tables do not reach and nothing is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from ruler.analysis.compare import CONFIDENCE, align_curves
from ruler.analysis.loads import load_curve, share_rows
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks.library import is_trained, load_table
from ruler.networks.profile import LayerProfile
from ruler.networks.settings import NetworkSettings, make_settings
from ruler.networks.training import Progress, train

# RMS distance of load curves beyond which a row of the tables does not tell of a network.
REACH = 0.1
# Tables go from 4 to 11 layers; so far beyond them they are still read as the nearest.
DEPTHS = (3, 14)
DRAWS = 100
PLACES = 101
# Rows of tables for each noise: each group has one kind of network, in one or several depths.
FAMILIES: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "dropout": (
        ("perceptron", ("depth-4-digits", "dropout-digits", "depth-11-digits")),
        ("perceptron", ("dropout-augmented",)),
        ("convolutional", ("convolutional-digits",)),
    ),
    "learning_rate": (("perceptron", ("learning-rate-digits",)),),
}


@dataclass(frozen=True)
class Advice:
    """How one setting would have to change for an even load.

    Attributes:
        setting: "dropout" or "learning_rate".
        now: its value.
        advised: the value that the tables make most even.
        low, high: between which the middle 95 % of it lies, over the seeds of the tables and of the network.
        expected: unevenness there, in the tables.
        reason: in words.
    """

    setting: str
    now: float
    advised: float
    low: float
    high: float
    expected: float
    reason: str


@dataclass(frozen=True)
class Check:
    """The network trained as advised.

    Attributes:
        setting: that was changed.
        value: of it.
        unevenness, center_of_load, test_accuracy: of the network then.
        before_test_accuracy: as it was, or None where that is not known.
    """

    setting: str
    value: float
    unevenness: float | None
    center_of_load: float | None
    test_accuracy: float
    before_test_accuracy: float | None


@dataclass(frozen=True)
class Advised:
    """Where a network's load lies, and what would even it.

    Attributes:
        center_of_load, unevenness: of the network; None without a load.
        advice: the nearest in the tables first; empty where they do not reach.
        not_known: why there is none, or "".
        checked: what came of training it so, if that was asked for.
    """

    center_of_load: float | None
    unevenness: float | None
    advice: tuple[Advice, ...]
    not_known: str = ""
    checked: Check | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "center_of_load": self.center_of_load,
            "unevenness": self.unevenness,
            "advice": [vars(each) for each in self.advice],
            "known": bool(self.advice),
            "not_known": self.not_known,
            "confidence": CONFIDENCE,
            "checked": self.checked and vars(self.checked),
        }


def check_advice(
    profile: LayerProfile, advised: Advised, progress: Callable[[Progress], None] | None = None
) -> Advised:
    """Train the network once more as the first advice says.

    Args:
        profile: a network trained by the program, with its settings.
        advised: from `advise`.
        progress: called after every epoch.

    Returns:
        The same with `checked`; as it is where there is no advice.

    Raises:
        BadInputError: the network does not say how it was trained, or its data lie in files of the user's.
        MissingExtraError: torch or scikit-learn is missing.
    """
    if not advised.advice:
        return advised
    if set(profile.settings) != set(NetworkSettings.model_fields):
        raise BadInputError(
            f"--check: {profile.name}: only a network that this program has trained can be trained again"
        )
    first = advised.advice[0]
    settings = make_settings({**profile.settings, first.setting: first.advised}, "network advise")
    again = train(settings, profile.seeds[0], progress=progress).profile
    accuracies = [each.mean_accuracies["test_accuracy"] for each in (again, profile)]
    measures = again.measures
    check = Check(
        first.setting, first.advised, measures.unevenness, measures.center_of_load, accuracies[0] or 0.0, accuracies[1]
    )
    return replace(advised, checked=check)


def advise(profile: LayerProfile, draws: int = DRAWS, **settings: Any) -> Advised:
    """Say which way, and by how much, dropout or learning rate would have to change for an even load.

    >>> advised = advise(find_network("dropout-digits:alpha=0"))
    >>> round(advised.advice[0].advised, 1)  # dropout
    0.2

    Args:
        profile: one network; of a table of the program it brings its settings along.
        draws: of seeds, behind the intervals; fewer are quicker.
        **settings: what the network is where it does not say so itself: keys of `NetworkSettings`, of
            which alpha, dropout, learning_rate and architecture count. Those of the profile go first.

    Raises:
        BadInputError: a setting that does not exist or is out of range.
    """
    measures = profile.measures
    known = {**settings, **profile.settings}
    here = (measures.center_of_load, measures.unevenness)
    if reason := _out_of_reach(profile, known):
        return Advised(*here, (), reason)
    made = make_settings({**known, "depth": profile.depth}, "network advise")
    found = [_for(setting, profile, made.model_dump(), draws) for setting in FAMILIES]
    advice = sorted((each for each in found if each is not None), key=lambda pair: pair[0])
    if not advice:
        return Advised(*here, (), "no curve of the tables is like this one: they do not reach to such a network")
    return Advised(*here, tuple(each for _, each in advice))


def _out_of_reach(profile: LayerProfile, known: Mapping[str, Any]) -> str:
    """Why nothing can be said from the start, or ""."""
    if profile.measures.load is None:
        return str(profile.measures.note)
    if profile.measure != "trace-ratio":
        return f"its D is by {profile.measure}, those of the tables by the trace-ratio"
    if "alpha" not in known or "dropout" not in known:
        return "what the network is, is not known: say alpha (0 = ReLU, 1 = linear) and dropout"
    if not is_trained(profile):
        return "it has not learned its task (train accuracy), and its load says little"
    if known.get("architecture", "perceptron") == "transformer":
        return "the tables of transformers are too few"
    if not DEPTHS[0] <= profile.depth <= DEPTHS[1]:
        return f"it has {profile.depth} layers; the tables reach from {DEPTHS[0]} to {DEPTHS[1]}"
    return ""


def _for(setting: str, profile: LayerProfile, made: Mapping[str, Any], draws: int) -> tuple[float, Advice] | None:
    """The advice on one setting and how like the network the tables are (RMS), or None where they do not reach."""
    curve = np.asarray(profile.load_curve)
    rng = np.random.default_rng(0)
    best: list[tuple[float, tuple[float, float, float], Floats, tuple[float, float]]] = []
    for architecture, tables in FAMILIES[setting]:
        if architecture == made["architecture"]:
            row = _row(tables, setting, made, profile.depth, None)
            distance = float(_distances(row, curve).min())
            if distance <= REACH:
                drawn = [_row(tables, setting, made, profile.depth, rng) for _ in range(draws)]
                noise = [_own_noise(tables[0], profile, rng) for _ in range(draws)]
                shifts = [_shift(each, curve + wrong) for each, wrong in zip(drawn, noise, strict=True)]
                ends = (float(row.levels[0]), float(row.levels[-1]))
                best.append((distance, _shift(row, curve), np.array(shifts), ends))
    if not best:
        return None
    best.sort(key=lambda each: each[0])
    distance, (place, even, expected), _, (least, most) = best[0]
    forward, back = _scales(setting)
    pooled = np.concatenate([shifts for _, _, shifts, _ in best])
    start = forward(float(made[setting]))
    tail = 50.0 * (1.0 - CONFIDENCE)
    spread = np.percentile(pooled[:, 1] - pooled[:, 0], [tail, 100.0 - tail])
    if setting == "learning_rate" and not least <= start + even - place <= most:
        return None  # Beyond the learning rates of the tables.
    floor = 0.0 if setting == "dropout" else -np.inf
    advised, low, high = (back(max(floor, start + by)) for by in (even - place, *spread))
    words = _reason(setting, profile, made, back(place), back(even))
    return distance, Advice(
        setting, float(made[setting]), advised, min(low, advised), max(high, advised), expected, words
    )


def _scales(setting: str) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """Dropout counts by its size, a learning rate by its logarithm."""
    if setting == "dropout":
        return float, float
    return lambda value: float(np.log(value)), lambda value: float(np.exp(value))


@dataclass(frozen=True, eq=False)
class _Row:
    """Load curves along one noise.

    Attributes:
        levels: of the noise, on its scale, shape (places,).
        curves: shape (places, layers + 1).
    """

    levels: Floats
    curves: Floats


def _row(
    tables: Sequence[str], setting: str, made: Mapping[str, Any], depth: int, rng: np.random.Generator | None
) -> _Row:
    """The curves along a noise at the network's own nonlinearity and depth; with `rng` with seeds drawn anew."""
    grids = sorted((_grid(table, setting) for table in tables), key=lambda grid: grid.depth)
    shallower = max((grid for grid in grids if grid.depth <= depth), default=grids[0], key=lambda grid: grid.depth)
    deeper = min((grid for grid in grids if grid.depth >= depth), default=grids[-1], key=lambda grid: grid.depth)
    span = np.log(deeper.depth / shallower.depth)
    share = float(np.log(depth / shallower.depth) / span) if span > 0.0 else 0.0
    (levels, curves), (others, beside) = (grid.at(made["alpha"], depth, rng) for grid in (shallower, deeper))
    places = np.linspace(max(levels[0], others[0]), min(levels[-1], others[-1]), PLACES)
    near, far = (
        np.stack([np.interp(places, at, column) for column in rows.T], axis=1)
        for at, rows in ((levels, curves), (others, beside))
    )
    return _Row(places, (1.0 - share) * near + share * far)


@dataclass(frozen=True, eq=False)
class _Grid:
    """The trained networks of a table along nonlinearity and a noise."""

    depth: int
    networks: Mapping[float, Mapping[float, LayerProfile]]

    def at(self, alpha: float, depth: int, rng: np.random.Generator | None) -> tuple[Floats, Floats]:
        """Levels and curves at a nonlinearity, between the two rows beside it."""
        alphas = sorted(self.networks)
        above = next((each for each in alphas if each >= alpha), alphas[-1])
        below = next((each for each in reversed(alphas) if each <= alpha), alphas[0])
        share = 0.0 if above == below else (alpha - below) / (above - below)
        levels = [level for level in self.networks[below] if level in self.networks[above]]
        rows = [[_drawn(self.networks[each][level], depth, rng) for level in levels] for each in (below, above)]
        return np.array(levels), (1.0 - share) * np.array(rows[0]) + share * np.array(rows[1])


@cache
def _grid(table: str, setting: str) -> _Grid:
    forward, _ = _scales(setting)
    rows: dict[float, dict[float, LayerProfile]] = {}
    for profile in _learned(table):
        rows.setdefault(profile.settings["alpha"], {})[forward(float(profile.settings[setting]))] = profile
    kept = {alpha: dict(sorted(row.items())) for alpha, row in rows.items() if len(row) > 1}
    return _Grid(load_table(table)[0].depth, kept)


@cache
def _learned(table: str) -> tuple[LayerProfile, ...]:
    """The networks of a table that have learned their task and share a load."""
    return tuple(each for each in load_table(table) if is_trained(each) and each.load_curve is not None)


def _drawn(profile: LayerProfile, depth: int, rng: np.random.Generator | None) -> Floats:
    """A network's load curve at a number of layers."""
    loads = profile.seed_loads
    if rng is not None:
        loads = loads[rng.integers(len(loads), size=len(loads))]
    return np.asarray(align_curves(load_curve(share_rows(loads.mean(axis=0))), depth))


def _own_noise(table: str, profile: LayerProfile, rng: np.random.Generator) -> Floats:
    """How a seed's curve differs from the mean of its network, in a network of the table drawn at random."""
    networks = _learned(table)
    loads = networks[rng.integers(len(networks))].seed_loads
    one = loads[rng.integers(len(loads), size=len(profile.seeds))].mean(axis=0)
    curves = [align_curves(load_curve(share_rows(each)), profile.depth) for each in (one, loads.mean(axis=0))]
    return np.asarray(curves[0] - curves[1])


def _distances(row: _Row, curve: Floats) -> Floats:
    return np.asarray(np.sqrt(((row.curves - curve)[:, 1:] ** 2).mean(axis=1)))


def _shift(row: _Row, curve: Floats) -> tuple[float, float, float]:
    """Level of the curve most like this one, level of the most even one, and how uneven that is."""
    shares = -np.diff(row.curves, axis=1)
    uneven = shares.std(axis=1) * shares.shape[1]  # their mean is 1 / layers
    even = int(uneven.argmin())
    return float(row.levels[_distances(row, curve).argmin()]), float(row.levels[even]), float(uneven[even])


def _reason(setting: str, profile: LayerProfile, made: Mapping[str, Any], like: float, even: float) -> str:
    spoken = setting.replace("_", " ")
    where = "deep" if (profile.measures.center_of_load or 0.5) > 0.5 else "early"
    if abs(even - like) <= 0.02 * max(even, like):
        return f"in the tables networks with alpha {made['alpha']:g} share their load most evenly as it is"
    way = "more" if even > like else "less"
    return (
        f"the {where} layers do most; in the tables networks with alpha {made['alpha']:g} share their load so at "
        f"{spoken} {like:.2g} and most evenly at {even:.2g}: {way} noise"
    )
