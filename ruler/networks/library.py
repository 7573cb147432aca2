"""The networks that ship with the program: found by name, told in words, and the nearest to a ruler.

Nobody needs torch for that, and looking for the nearest is quick enough for the window.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ruler.analysis.compare import align_curves, curve_distance
from ruler.analysis.loads import load_curve, load_shares
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.io import FORMATS
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import Separation
from ruler.networks.settings import NetworkSettings
from ruler.networks.tables import read_network_table, read_networks
from ruler.shipped import shipped
from ruler.text import suggest

# Networks that answer fewer of their training samples right have not learned their task, and how
# they share their load says little.
LEAST_ACCURACY = 0.95

DATA_WORDS = {"digits-augmented": "augmented digits"}


@dataclass(frozen=True, eq=False)
class ShippedNetwork:
    """A shipped network and how to name it.

    Attributes:
        address: for `find_network` and the command line, such as "dropout-digits:alpha=0,dropout=0.2".
        title: in plain words, such as "ReLU network, dropout 0.2 (digits)".
        profile: its separation, loads and accuracies.
        trained: whether its mean train accuracy is at least `LEAST_ACCURACY`.
    """

    address: str
    title: str
    profile: LayerProfile
    trained: bool


@dataclass(frozen=True, eq=False)
class Resemblance:
    """A network like a given ruler.

    Attributes:
        network: which.
        distance: RMS distance of the load curves, 0 = the same (see `ruler.analysis.compare`).
    """

    network: ShippedNetwork
    distance: float


# By name


@cache
def shipped_tables() -> tuple[str, ...]:
    """Names of the shipped tables, such as "dropout-digits"."""
    return tuple(sorted(path.stem for path in (shipped("assets") / "networks").glob("*.csv")))


@cache
def load_table(name: str) -> tuple[LayerProfile, ...]:
    """All networks of a shipped table, seeds joined. Read once, then kept.

    Args:
        name: one of `shipped_tables()`.

    Raises:
        BadInputError: there is no such table.
    """
    if name not in shipped_tables():
        raise BadInputError(f"network {name!r}: no such shipped table; {suggest(name, shipped_tables())}")
    return tuple(read_network_table(shipped("assets") / "networks" / f"{name}.csv"))


def open_networks(name: str, separation: Separation = "trace-ratio") -> tuple[LayerProfile, ...]:
    """Networks by any name a user gives: a file, a shipped table, or one network of it.

    Args:
        name: path of a file in one of `io.FORMATS`, or "TABLE", or "TABLE:SETTING=VALUE,...".
        separation: how D is computed from features in an .npz file.

    Raises:
        BadInputError: no such file, table or network, or the file cannot be used.
        MissingExtraError: the library that the file's format needs is missing.
    """
    if Path(name).suffix.lower() in FORMATS:
        return tuple(read_networks(name, separation))
    return (find_network(name),) if ":" in name else load_table(name)


def one_network(address: str) -> LayerProfile:
    """The one network of a file, or one shipped network by name; see `open_networks`.

    Raises:
        BadInputError: there is none, or there are several.
    """
    first, *others = open_networks(address)
    if others:
        example = f"; name one, such as {address}:alpha=0" if not Path(address).suffix else ""
        raise BadInputError(f"{address}: holds {1 + len(others)} networks, where one is needed{example}")
    return first


def find_network(name: str) -> LayerProfile:
    """One shipped network by name.

    Args:
        name: "TABLE:SETTING=VALUE,...", for example "dropout-digits:alpha=0,dropout=0.2". A setting
            that is not given takes the table's value where all its networks have the same (data,
            depth), else the default of `NetworkSettings`.

    Returns:
        The network with all its seeds.

    Raises:
        BadInputError: no such table or setting, or no network with these settings.
    """
    table, _, rest = name.partition(":")
    wanted: dict[str, str] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise BadInputError(f"network {name!r}: {part!r} is not SETTING=VALUE, such as dropout=0.2")
        wanted[key.strip()] = value.strip()
    return select(load_table(table), wanted, name)


def select(networks: Iterable[LayerProfile], wanted: Mapping[str, Any], name: str = "") -> LayerProfile:
    """The network with these settings.

    Args:
        networks: to choose from, as of `load_table`.
        wanted: settings and their values, as numbers or text; the rest is as for `find_network`.
        name: what was asked for, for the message.

    Raises:
        BadInputError: an unknown setting, or no network has these settings.
    """
    known = NetworkSettings.model_fields
    for key in wanted:
        if key not in known:
            raise BadInputError(f"network {name!r}: no setting {key!r}; {suggest(key, known)}")
    choice = list(networks)
    asked = {key: value for key, value in _defaults().items() if key in varying(choice)} | dict(wanted)
    for network in choice:
        if all(_same(network.settings[key], value) for key, value in asked.items()):
            return network
    there = {key: sorted({str(network.settings[key]) for network in choice}) for key in wanted}
    offers = "; ".join(f"{key} in {', '.join(values)}" for key, values in there.items())
    raise BadInputError(f"network {name!r}: none has these settings; there are {offers or 'none with the defaults'}")


def network_address(table: str, profile: LayerProfile) -> str:
    """The name under which `find_network` finds a network of a shipped table.

    Args:
        table: its table.
        profile: with settings; those that are not the default are named, and always alpha.
    """
    settings, varied = profile.settings, varying(load_table(table))
    named = [
        key for key, default in _defaults().items() if key == "alpha" or (key in varied and settings[key] != default)
    ]
    return f"{table}:" + ",".join(f"{key}={_short(settings[key])}" for key in named)


def varying(networks: Iterable[LayerProfile]) -> set[str]:
    """The settings in which some networks differ."""
    first, *others = networks
    return {key for key in first.settings if any(other.settings[key] != first.settings[key] for other in others)}


def _defaults() -> dict[str, Any]:
    return NetworkSettings().model_dump()


def _same(ours: Any, asked: Any) -> bool:
    """Whether a setting has the value asked for, "0.20" and 0.2 being the same."""
    try:
        return float(ours) == float(asked)
    except ValueError:
        return str(ours).lower() == str(asked).lower()


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# In words


def is_trained(profile: LayerProfile) -> bool:
    """Whether a network's mean train accuracy is at least `LEAST_ACCURACY`, or not known."""
    return profile.accuracy is None or float(profile.accuracy.mean()) >= LEAST_ACCURACY


def network_title(profile: LayerProfile) -> str:
    """A network in plain words, such as "ReLU network, dropout 0.2 (digits)".

    Args:
        profile: one with settings gets words for them; any other keeps its name.
    """
    if set(profile.settings) != set(NetworkSettings.model_fields):
        return profile.name
    data = profile.settings["data"]
    activation, _, rest = NetworkSettings(**{**profile.settings, "data": "digits"}).title.partition(", ")
    return f"{activation} network, {rest} ({DATA_WORDS.get(data, data)})"


@cache
def shipped_networks() -> tuple[ShippedNetwork, ...]:
    """All shipped classifiers, each once: of the same settings in two tables the one with more seeds.

    Networks whose D is not the trace ratio (language models) are left out: they are not to be compared with the others.
    """
    best: dict[tuple[object, ...], ShippedNetwork] = {}
    for table in shipped_tables():
        for profile in load_table(table):
            if profile.measure != "trace-ratio":
                continue
            key = tuple(profile.settings.values())
            if key not in best or len(profile.seeds) > len(best[key].profile.seeds):
                best[key] = ShippedNetwork(
                    network_address(table, profile), network_title(profile), profile, is_trained(profile)
                )
    return tuple(best.values())


# The nearest


def closest(shares: ArrayLike, count: int = 5, *, trained_only: bool = True) -> tuple[Resemblance, ...]:
    """The shipped networks most like a ruler, by the RMS distance of load curves.

    Well under a millisecond after the first call, which reads the shipped tables.

    Args:
        shares: loads of the ruler from the input (fixed end) to the output layer, shape (hinges,);
            any unit, they need not sum to 1.
        count: how many to return at most.
        trained_only: skip networks whose train accuracy is below `LEAST_ACCURACY`.

    Returns:
        The most similar first; empty when there is nothing to share.

    Raises:
        BadInputError: not one row of finite numbers, or a count below 1.
    """
    loads = np.asarray(shares, dtype=np.float64)
    if loads.ndim != 1 or loads.size == 0 or not np.isfinite(loads).all():
        raise BadInputError(f"closest: one row of finite loads is needed, not {loads.shape}")
    if count < 1:
        raise BadInputError(f"closest: at least 1 network must be asked for, not {count}")
    wanted = load_shares(loads)
    if wanted is None:
        return ()
    curve = load_curve(wanted)
    found: list[Resemblance] = []
    for depth, (networks, curves) in _by_depth(trained_only).items():
        layers = min(loads.size, depth)
        distances = curve_distance(align_curves(curves, layers), align_curves(curve, layers))
        nearest = np.argsort(distances, kind="stable")[:count]
        found += [Resemblance(networks[place], float(distances[place])) for place in nearest]
    return tuple(sorted(found, key=lambda one: one.distance)[:count])


@cache
def _by_depth(trained_only: bool) -> dict[int, tuple[list[ShippedNetwork], Floats]]:
    """The networks of each depth, and their load curves, shape (networks, depth + 1)."""
    shelves: dict[int, tuple[list[ShippedNetwork], list[Floats]]] = {}
    for network in shipped_networks():
        curve = network.profile.load_curve
        if curve is not None and (network.trained or not trained_only):
            networks, curves = shelves.setdefault(network.profile.depth, ([], []))
            networks.append(network)
            curves.append(curve)
    return {depth: (networks, np.stack(curves)) for depth, (networks, curves) in shelves.items()}
