"""One measured network: its separation D layer by layer, and the loads that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ruler.analysis.loads import LOAD_MEASURES, Measures, load_curve, measure_loads
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks.settings import NetworkSettings

NO_WORK = "the layers do not lower D, taken together: there is no work to share"


@dataclass(frozen=True, eq=False)
class LayerProfile:
    """How one network separates its classes, layer by layer.

    Layers run from the input to the output. The output layer does not count (as in Shi, Pan and
    Dokmanić, PRL 2025): a network with 7 hidden layers has 7 loads and D_0 .. D_7, where D_0 is
    that of the input as it enters the first layer. Loads are d_l = D_(l-1) - D_l.

    Attributes:
        name: for people, such as "ReLU, dropout 0.2".
        layers: a name for each layer that carries load, length `depth`.
        separation: D in nats, shape (seeds, depth + 1), read-only.
        layers: names of the layers; default "layer 1", "layer 2", ...
        seeds: the seed of every row; a network without seeds has the one seed 0.
        measure: "trace-ratio" or "pseudo-inverse".
        absolute: False when only loads were known; D then starts from 0.
        accuracy: share of right answers on the data D was measured on, shape (seeds,), or None.
        test_accuracy: the same on unseen data, shape (seeds,), or None.
        settings: how the network was made, plain values.
        command: command line that made it, or "".
        epochs: training epochs at which `history` was taken; of a recorded training, its steps.
        moments: what `epochs` are, "epoch" or "step".
        history: D over the training, shape (seeds, epochs, depth + 1), or None.
    """

    name: str
    layers: tuple[str, ...]
    separation: Floats
    seeds: tuple[int, ...] = (0,)
    measure: str = "trace-ratio"
    absolute: bool = True
    accuracy: Floats | None = None
    test_accuracy: Floats | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    epochs: tuple[int, ...] = ()
    moments: str = "epoch"
    history: Floats | None = None

    def __post_init__(self) -> None:
        seeds, depth = len(self.seeds), len(self.layers)
        if depth == 0 or seeds == 0:
            raise BadInputError(f"network {self.name!r}: at least one layer and one seed are needed")
        self._freeze("separation", (seeds, depth + 1))
        self._freeze("accuracy", (seeds,))
        self._freeze("test_accuracy", (seeds,))
        self._freeze("history", (seeds, len(self.epochs), depth + 1))

    def _freeze(self, key: str, shape: tuple[int, ...]) -> None:
        value = getattr(self, key)
        if value is None:
            return
        array = np.array(value, dtype=np.float64)
        if array.shape != shape:
            raise BadInputError(f"network {self.name!r}: {key} has shape {array.shape}, {shape} is needed")
        if not np.all(np.isfinite(array)):
            raise BadInputError(f"network {self.name!r}: {key} has NaN or infinite numbers; all must be finite")
        array.flags.writeable = False
        object.__setattr__(self, key, array)

    @property
    def depth(self) -> int:
        """Layers that carry load."""
        return len(self.layers)

    @property
    def seed_loads(self) -> Floats:
        """d_l = D_(l-1) - D_l of every seed, shape (seeds, depth), nats."""
        return np.asarray(-np.diff(self.separation, axis=1))

    @property
    def loads(self) -> Floats:
        """Mean of the loads over the seeds, shape (depth,), nats."""
        return np.asarray(self.seed_loads.mean(axis=0))

    @property
    def load_curve(self) -> Floats | None:
        """Load curve of the mean loads, from 1 to 0, shape (depth + 1,); None when nothing was shared."""
        shares = self.measures.load
        return None if shares is None else load_curve(shares)

    @property
    def measures(self) -> Measures:
        """Measures of the mean loads, by the same functions as the ruler's; none where D does not fall."""
        return _measured(self.loads)

    @property
    def seed_measures(self) -> tuple[Measures, ...]:
        """Measures of each seed on its own, for the spread."""
        return tuple(map(_measured, self.seed_loads))

    @property
    def mean_accuracies(self) -> dict[str, float | None]:
        """Mean over the seeds of "train_accuracy" and "test_accuracy"; None where it is not known."""
        known = {"train_accuracy": self.accuracy, "test_accuracy": self.test_accuracy}
        return {name: None if values is None else float(values.mean()) for name, values in known.items()}

    def at_epoch(self, index: int) -> "LayerProfile":
        """The network as it was at `epochs[index]` of its training.

        Args:
            index: place in `epochs`; negative counts from the end.

        Returns:
            A profile without history and accuracy; its settings have that number of epochs.

        Raises:
            BadInputError: there is no history, or no such place in it.
        """
        if self.history is None:
            raise BadInputError(f"network {self.name!r}: no D over its epochs was recorded")
        if not -len(self.epochs) <= index < len(self.epochs):
            raise BadInputError(f"network {self.name!r}: epoch {index} of {len(self.epochs)} recorded ones")
        return replace(
            self,
            separation=self.history[:, index],
            settings={**self.settings, "epochs": self.epochs[index]} if self.settings else {},
            accuracy=None,
            test_accuracy=None,
            epochs=(),
            history=None,
        )


def _measured(loads: Floats) -> Measures:
    """Measures of loads; of layers that undo more than they do, such as untrained ones, shares mean nothing."""
    if loads.sum() > 0.0:
        return measure_loads(loads)
    return Measures(None, dict.fromkeys(LOAD_MEASURES), NO_WORK)


def profile_from_loads(
    loads: ArrayLike, name: str, layers: Sequence[str] | None = None, seeds: Sequence[int] | None = None
) -> LayerProfile:
    """A profile of which only the loads are known; D starts from 0.

    Args:
        loads: shape (depth,) or (seeds, depth), nats or any unit: only shares are used.
        name: for people.
        layers: names of the layers; default "layer 1", "layer 2", ...
        seeds: the seed of every row; default 0, 1, ...

    Returns:
        The profile, `absolute` False.

    Raises:
        BadInputError: wrong shape, or NaN or infinite numbers.
    """
    rows = np.atleast_2d(np.asarray(loads, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise BadInputError(f"network {name!r}: loads of shape {rows.shape}; (layers,) or (seeds, layers) is needed")
    fallen = np.concatenate([np.zeros((len(rows), 1)), -np.cumsum(rows, axis=1)], axis=1)
    return LayerProfile(
        name=name,
        layers=tuple(layers) if layers is not None else numbered_layers(rows.shape[1]),
        separation=fallen,
        seeds=tuple(range(len(rows)) if seeds is None else seeds),
        absolute=False,
    )


def trained_profile(settings: NetworkSettings, separation: Floats, seed: int, **known: Any) -> LayerProfile:
    """The profile of a network that was trained with these settings.

    Args:
        settings: of the network; they give it its name and those of its layers.
        separation: D, shape (1, depth + 1).
        seed: of the training.
        **known: further fields of `LayerProfile`.
    """
    made = settings.model_dump()
    return LayerProfile(settings.title, settings.layer_names, separation, (seed,), settings=made, **known)


def numbered_layers(depth: int) -> tuple[str, ...]:
    """Names for layers that have none: "layer 1", "layer 2", ..."""
    return tuple(f"layer {number}" for number in range(1, depth + 1))


def join_seeds(profiles: Sequence[LayerProfile]) -> LayerProfile:
    """One profile with a seeds axis, from profiles of the same network with different seeds.

    Args:
        profiles: at least one; all of the same layers, settings and recorded epochs.

    Returns:
        The first profile with the rows of all.

    Raises:
        BadInputError: nothing to join, or they are not the same network.
    """
    if not profiles:
        raise BadInputError("no networks to join")
    first = profiles[0]
    made = [(each.layers, dict(each.settings), each.epochs) for each in profiles]
    for other, how in zip(profiles, made, strict=True):
        if how != made[0]:
            raise BadInputError(f"networks {first.name!r} and {other.name!r} differ in more than the seed")
    return replace(
        first,
        separation=np.concatenate([profile.separation for profile in profiles]),
        seeds=tuple(seed for profile in profiles for seed in profile.seeds),
        accuracy=_joined([profile.accuracy for profile in profiles]),
        test_accuracy=_joined([profile.test_accuracy for profile in profiles]),
        history=_joined([profile.history for profile in profiles]),
    )


def _joined(parts: Sequence[Floats | None]) -> Floats | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None
