"""The networks that ship with the program: nobody needs torch to compare with them."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from ruler.errors import BadInputError
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import Measure
from ruler.networks.settings import NetworkSettings
from ruler.networks.tables import read_network_table, read_networks
from ruler.shipped import shipped

FOLDER = "networks"
FILE_ENDINGS = (".csv", ".npz", ".parquet")


def shipped_tables() -> tuple[str, ...]:
    """Names of the shipped tables, such as "dropout-digits"."""
    return tuple(sorted(path.stem for path in _folder().glob("*.csv")))


def load_table(name: str) -> tuple[LayerProfile, ...]:
    """All networks of a shipped table, seeds joined. Read once, then kept.

    Args:
        name: one of `shipped_tables()`.

    Raises:
        BadInputError: there is no such table.
    """
    if name not in shipped_tables():
        near = get_close_matches(name, shipped_tables(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise BadInputError(f"network {name!r}: no such shipped table; there are {', '.join(shipped_tables())}{hint}")
    return _read(_folder() / f"{name}.csv")


def find_network(name: str) -> LayerProfile:
    """One shipped network by name.

    Args:
        name: "TABLE:SETTING=VALUE,...", for example "dropout-digits:alpha=0,dropout=0.2". A setting
            that is not given takes the default of `NetworkSettings`, except the data, which are the
            table's.

    Returns:
        The network with all its seeds.

    Raises:
        BadInputError: no such table or setting, or no network with these settings.
    """
    table, _, rest = name.partition(":")
    wanted: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise BadInputError(f"network {name!r}: {part!r} is not SETTING=VALUE, such as dropout=0.2")
        wanted[key.strip()] = value.strip()
    return select(load_table(table), wanted, name)


def open_networks(name: str, measure: Measure = "trace-ratio") -> tuple[LayerProfile, ...]:
    """Networks by any name a user gives: a file, a shipped table, or one network of it.

    Args:
        name: path of a .csv, .npz or .parquet file, or "TABLE", or "TABLE:SETTING=VALUE,...".
        measure: how D is computed from features in an .npz file.

    Raises:
        BadInputError: no such file, table or network, or the file cannot be used.
        FailedError: pyarrow is missing for `.parquet`.
    """
    if Path(name).suffix in FILE_ENDINGS:
        return tuple(read_networks(Path(name), measure))
    return (find_network(name),) if ":" in name else load_table(name)


def select(networks: Iterable[LayerProfile], wanted: dict[str, Any], name: str = "") -> LayerProfile:
    """The network with these settings.

    Args:
        networks: to choose from, as of `load_table`.
        wanted: settings and their values, as numbers or text; the rest takes the defaults, except
            the data.
        name: what was asked for, for the message.

    Raises:
        BadInputError: an unknown setting, or no network has these settings.
    """
    choice = list(networks)
    unknown = [key for key in wanted if key not in NetworkSettings.model_fields]
    if unknown:
        known = ", ".join(NetworkSettings.model_fields)
        raise BadInputError(f"network {name!r}: no setting {unknown[0]!r}; there are {known}")
    asked = {**NetworkSettings().model_dump(exclude={"data"}), **wanted}
    for network in choice:
        if all(_same(network.settings[key], value) for key, value in asked.items()):
            return network
    there = {key: sorted({str(network.settings[key]) for network in choice}) for key in wanted}
    offers = "; ".join(f"{key} in {', '.join(values)}" for key, values in there.items())
    raise BadInputError(f"network {name!r}: none has these settings; there are {offers or 'none with the defaults'}")


@cache
def _read(path: Path) -> tuple[LayerProfile, ...]:
    return tuple(read_network_table(path))


def _folder() -> Path:
    return shipped("assets") / FOLDER


def _same(ours: Any, asked: Any) -> bool:
    """Whether a setting has the value asked for, "0.20" and 0.2 being the same."""
    try:
        return float(ours) == float(asked)
    except ValueError:
        return str(ours).lower() == str(asked).lower()
