"""Which networks a ruler resembles: the shortest RMS distance of load curves. Quick enough for the window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from ruler.analysis.compare import align_curves, curve_distance
from ruler.analysis.loads import Floats, load_curve, load_shares
from ruler.errors import BadInputError
from ruler.networks.library import load_table, shipped_tables
from ruler.networks.profile import LayerProfile
from ruler.networks.settings import NetworkSettings

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


@dataclass(frozen=True, eq=False)
class _Shelf:
    """Networks of one depth: their load curves, shape (networks, depth + 1)."""

    networks: tuple[ShippedNetwork, ...]
    curves: Floats


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
    for shelf in _shelves(trained_only):
        layers = min(loads.size, shelf.curves.shape[1] - 1)
        distances = curve_distance(align_curves(shelf.curves, layers), align_curves(curve, layers))
        nearest = np.argsort(distances, kind="stable")[:count]
        found += [Resemblance(shelf.networks[place], float(distances[place])) for place in nearest]
    return tuple(sorted(found, key=lambda one: one.distance)[:count])


@cache
def shipped_networks() -> tuple[ShippedNetwork, ...]:
    """All shipped networks, each once: of the same settings in two tables the one with more seeds."""
    best: dict[tuple[object, ...], ShippedNetwork] = {}
    for table in shipped_tables():
        for profile in load_table(table):
            key = tuple(profile.settings.values())
            if key not in best or len(profile.seeds) > len(best[key].profile.seeds):
                best[key] = ShippedNetwork(
                    network_address(table, profile), network_title(profile), profile, is_trained(profile)
                )
    return tuple(best.values())


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
    settings = NetworkSettings(**profile.settings)
    plain = settings.model_copy(update={"data": "digits"})
    activation, _, rest = plain.title.partition(", ")
    return f"{activation} network, {rest} ({DATA_WORDS.get(settings.data, settings.data)})"


def network_address(table: str, profile: LayerProfile) -> str:
    """The name under which `find_network` finds a network of a shipped table.

    Args:
        table: its table.
        profile: with settings; those that are not the default are named, and always alpha.
    """
    defaults = NetworkSettings().model_dump(exclude={"data"})
    named = {
        key: profile.settings[key]
        for key, default in defaults.items()
        if key == "alpha" or profile.settings[key] != default
    }
    return f"{table}:" + ",".join(f"{key}={_short(value)}" for key, value in named.items())


@cache
def _shelves(trained_only: bool) -> tuple[_Shelf, ...]:
    depths: dict[int, list[ShippedNetwork]] = {}
    for network in shipped_networks():
        if network.profile.load_curve is not None and (network.trained or not trained_only):
            depths.setdefault(network.profile.depth, []).append(network)
    return tuple(_Shelf(tuple(networks), _stack(networks)) for networks in depths.values())


def _stack(networks: Iterable[ShippedNetwork]) -> Floats:
    curves: Sequence[Floats | None] = [network.profile.load_curve for network in networks]
    return np.stack([curve for curve in curves if curve is not None])


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
