"""Rulers beside networks: compared, or looked for."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ruler import io
from ruler.analysis.compare import RESAMPLES, compare_recordings
from ruler.analysis.summary import PulledEnd
from ruler.api.runs import Watch, play
from ruler.errors import BadInputError
from ruler.networks import (
    LayerProfile,
    Separation,
    is_trained,
    network_address,
    open_networks,
    shipped_networks,
    shipped_tables,
)
from ruler.networks.comparison import Row
from ruler.recording import Recording, load_recording
from ruler.scenario import shipped_scenarios
from ruler.text import nearest

Ruler = str | Path | Recording
Network = str | Path | LayerProfile
# Columns that only a recording has.
RECORDING_COLUMNS = {"time_s", "opening_1_deg"}


class Closest(NamedTuple):
    """What was found to be most alike.

    Attributes:
        found: the nearest first, by the RMS distance of load curves.
        left_out: names of those that could not be judged: networks that have not learned their task,
            scenarios without a load.
    """

    found: tuple[Row, ...]
    left_out: tuple[str, ...]


def compare(
    rulers: Ruler | Sequence[Ruler],
    networks: Network | Sequence[Network],
    *,
    pulled_end: PulledEnd = "deep",
    separation: Separation = "trace-ratio",
    resamples: int = RESAMPLES,
    progress: Watch | None = None,
) -> tuple[Row, ...]:
    """Compare a ruler with networks: load curves, ranks of the loads, centres, with uncertainty.

    >>> (row,) = ruler.compare("fast", "dropout-digits:alpha=0,dropout=0.2")
    >>> round(row.comparison.rms_distance.value, 3)  # of load curves, 0 = the same
    0.094

    Args:
        rulers: a recording or its file (one of `io.FORMATS`), a scenario's name or file (.toml),
            which is then played; or several, of one scenario with different seeds.
        networks: one or more: a shipped table ("dropout-digits"), one network of it
            ("dropout-digits:alpha=0,dropout=0.2"), a file (one of `io.FORMATS`), a profile.
        pulled_end: which end of the network the pulled end stands for, "deep" (the output) or "shallow".
        separation: how D is computed from features in a file, one of `ruler.networks.SEPARATIONS`;
            networks whose D was computed in another way are refused.
        resamples: bootstrap draws behind the intervals; 0 for none.
        progress: see `Watch`.

    Returns:
        One comparison for each network, in their order.

    Raises:
        BadInputError: a name that stands for nothing, or recordings that do not belong together.
        FailedError: a scenario could not be played to its end.
    """
    sides = _named_networks(networks, separation)
    other = next((address for address, profile in sides if profile.measure != separation and profile.absolute), None)
    if other is not None and separation != "trace-ratio":
        raise BadInputError(
            f"compare: --measure {separation}: {other} has its D by another measure; only features (.npz) can be "
            "measured again"
        )
    return _compared(_played(rulers, progress), sides, pulled_end, resamples)


def closest_networks(
    rulers: Ruler | Sequence[Ruler],
    count: int = 5,
    *,
    among: Network | Sequence[Network] = (),
    pulled_end: PulledEnd = "deep",
    progress: Watch | None = None,
) -> Closest:
    """The trained networks most like a ruler, by the RMS distance of load curves.

    >>> ruler.closest_networks("fast", 1).found[0].address
    'dropout-augmented:alpha=0,dropout=0.05'

    Args:
        rulers: as for `compare`.
        count: how many, at most.
        among: networks to choose from, as for `compare`; default: all shipped ones.
        pulled_end: as for `compare`.
        progress: see `Watch`.

    Raises:
        BadInputError, FailedError: as for `compare`; also when no network is trained, or the ruler has no load.
    """
    sides = _named_networks(among) or [(one.address, one.profile) for one in shipped_networks()]
    trained = [(address, profile) for address, profile in sides if is_trained(profile)]
    played = _played(rulers, progress)
    rows = _compared(played, trained, pulled_end, resamples=0)
    found = _sorted(rows, count)
    if not found:
        raise BadInputError(f"compare: {rows[0].comparison.note if rows else 'no trained network to compare with'}")
    # Only for those that are shown it is worth drawing seeds anew.
    found = _compared(played, [(row.address, row.profile) for row in found], pulled_end, RESAMPLES)
    return Closest(found, tuple(address for address, profile in sides if not is_trained(profile)))


def closest_scenarios(
    network: Network | Sequence[Network],
    count: int = 5,
    *,
    pulled_end: PulledEnd = "deep",
    progress: Watch | None = None,
) -> Closest:
    """The shipped scenarios most like a network, by the RMS distance of load curves; they are played for this.

    >>> found = ruler.closest_scenarios("dropout-digits:alpha=0", 2).found
    >>> [row.ruler for row in found]
    ['dry-steady', 'steady']

    Args:
        network: one network, as for `compare`.
        count: how many, at most.
        pulled_end: as for `compare`.
        progress: see `Watch`.

    Raises:
        BadInputError: a name that stands for no network, or for several; or the network has no load.
        FailedError: a scenario could not be played to its end.
    """
    sides = _named_networks(network)
    if len(sides) != 1:
        raise BadInputError(
            f"compare: --closest takes a ruler, or exactly one network, not {len(sides)}; name one, such as "
            + (sides[0][0] if sides else "dropout-digits:alpha=0,dropout=0.2")
        )
    rows = [
        row for name in shipped_scenarios() for row in _compared(_played(name, progress), sides, pulled_end, RESAMPLES)
    ]
    found = _sorted(rows, count)
    if not found:
        raise BadInputError(f"{sides[0][0]}: {rows[0].comparison.note}")
    return Closest(found, tuple(row.ruler for row in rows if _distance(row) is None))


def is_ruler(name: str | Path) -> bool:
    """Whether a name stands for a ruler (a recording's file or a scenario); else it stands for networks.

    Raises:
        BadInputError: it stands for neither, or there is no such file.
    """
    name, suffix = str(name), Path(name).suffix.lower()
    if suffix == ".toml" or name in shipped_scenarios():
        return True
    if suffix in io.FORMATS:
        return is_recording(name)
    if name.partition(":")[0] in shipped_tables():
        return False
    near = nearest(name.partition(":")[0], [*shipped_scenarios(), *shipped_tables()])
    hint = f"; did you mean {near!r}?" if near else ""
    raise BadInputError(
        f"compare: {name!r} is no recording or table ({', '.join(io.FORMATS)}), no scenario (a .toml file or one of "
        f"{', '.join(shipped_scenarios())}) and no shipped network ({', '.join(shipped_tables())}){hint}"
    )


def is_recording(file: str | Path) -> bool:
    """Whether a table is a recording of a ruler; a damaged one is not.

    Raises:
        BadInputError: there is no such file, or it is no table.
    """
    return set(io.column_names(file)) >= RECORDING_COLUMNS


def named_networks(name: str | Path, separation: Separation = "trace-ratio") -> list[tuple[str, LayerProfile]]:
    """The networks of a file, a shipped table, or one of them, each with what it is called on the command line."""
    profiles = open_networks(str(name), separation)
    if Path(name).suffix.lower() in io.FORMATS:
        return [(str(name) if len(profiles) == 1 else f"{name} ({each.name})", each) for each in profiles]
    return [(network_address(str(name).partition(":")[0], each), each) for each in profiles]


def _named_networks(
    networks: Network | Sequence[Network], separation: Separation = "trace-ratio"
) -> list[tuple[str, LayerProfile]]:
    found: list[tuple[str, LayerProfile]] = []
    for each in [networks] if isinstance(networks, str | Path | LayerProfile) else networks:
        found += [(each.name, each)] if isinstance(each, LayerProfile) else named_networks(each, separation)
    return found


class _Runs(NamedTuple):
    """Recordings of one ruler, and what it is called."""

    recordings: Sequence[Recording]
    name: str


def _played(rulers: Ruler | Sequence[Ruler], progress: Watch | None) -> _Runs:
    """Read what is recorded, play what is not."""
    sides = [rulers] if isinstance(rulers, str | Path | Recording) else rulers
    names = [str(one.meta.get("name", one.title)) if isinstance(one, Recording) else Path(one).stem for one in sides]
    recordings = [one if isinstance(one, Recording) else _recording(one, progress) for one in sides]
    return _Runs(recordings, names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more" if names else "")


def _recording(source: str | Path, progress: Watch | None) -> Recording:
    return load_recording(source) if Path(source).suffix.lower() in io.FORMATS else play(source, progress)


def _compared(
    runs: _Runs, networks: Iterable[tuple[str, LayerProfile]], pulled_end: PulledEnd, resamples: int
) -> tuple[Row, ...]:
    return tuple(
        Row(
            runs.name,
            address,
            profile,
            compare_recordings(runs.recordings, profile.seed_loads, pulled_end, resamples=resamples),
        )
        for address, profile in networks
    )


def _sorted(rows: Iterable[Row], count: int) -> tuple[Row, ...]:
    """The nearest of those that have a load."""
    with_load = [(distance, row) for row in rows if (distance := _distance(row)) is not None]
    return tuple(row for _, row in sorted(with_load, key=lambda pair: pair[0])[:count])


def _distance(row: Row) -> float | None:
    return row.comparison.rms_distance.value
