"""Networks: measured from a model or a file, and trained."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruler import io
from ruler.api.comparison import is_recording
from ruler.errors import BadInputError
from ruler.networks import (
    Advised,
    LayerProfile,
    NetworkSettings,
    Progress,
    Separation,
    about_training,
    check_advice,
    load_data,
    make_settings,
    one_network,
    open_networks,
    train_seeds,
    write_network_table,
)
from ruler.networks import measure as measure_model
from ruler.networks.advise import advise as advise_profile
from ruler.networks.training import EPISODE, need_training


def measure(
    model_or_file: Any,
    data: Any = None,
    layers: Sequence[str] | None = None,
    *,
    separation: Separation = "trace-ratio",
    **options: Any,
) -> LayerProfile:
    """Say how a network separates its classes, layer by layer.

    >>> profile = ruler.measure("features.npz")
    >>> profile.layers, profile.loads.shape  # of each layer, nats
    (('layer_1', 'layer_2'), (2,))

    Args:
        model_or_file: a torch.nn.Module, or a file; see `measure_file`.
        data: with a model: (inputs, labels), or an iterable of such pairs, for example a DataLoader.
        layers: with a model: names of the modules that are measured, in order; see `ruler.networks.measure`.
        separation: how D is computed from features, one of `ruler.networks.SEPARATIONS`, which say how.
        **options: with a model: further arguments of `ruler.networks.measure`.

    Raises:
        BadInputError: features that cannot be measured, a file that cannot be used or holds several networks.
        MissingExtraError: torch is missing for a model.
    """
    if not isinstance(model_or_file, str | Path):
        return measure_model(model_or_file, data, layers, separation=separation, **options)
    first, *others = measure_file(model_or_file, separation)
    if others:
        raise BadInputError(f"{model_or_file}: holds {1 + len(others)} networks; open_networks gives them all")
    return first


def measure_file(file: str | Path, separation: Separation = "trace-ratio") -> tuple[LayerProfile, ...]:
    """The networks of a file.

    >>> [profile.depth for profile in ruler.api.measure_file("features.npz")]
    [2]

    Args:
        file: features (.npz, made with numpy.savez(file, labels=labels, input=inputs, layer_1=...), each
            of shape (samples, ...)), or a table (in another of `io.FORMATS`) with columns layer and D, or layer and
            load, or what `train` wrote.
        separation: as for `measure`.

    Raises:
        BadInputError: no such file, a recording of a ruler, or features that cannot be measured.
    """
    if Path(file).suffix.lower() not in io.FORMATS:
        raise BadInputError(f"{file}: measure takes a file ending in {io.either(io.FORMATS)}; see --help")
    if is_recording(file):
        raise BadInputError(f"{file}: is a recording of a ruler, not of a network; see: ruler export --help")
    return open_networks(str(file), separation)


def advise(
    network: str | Path | LayerProfile,
    *,
    check: bool = False,
    progress: Callable[[Progress], None] | None = None,
    **settings: Any,
) -> Advised:
    """Say where a network's load lies, and what dropout or learning rate would even it, from the shipped tables.

    >>> advised = ruler.advise("dropout-digits:alpha=0")
    >>> [(each.setting, each.now) for each in advised.advice]
    [('dropout', 0.0), ('learning_rate', 0.001)]

    Args:
        network: one network: a shipped one's name, a file, or a profile.
        check: train it once more as the first advice says (needs torch and scikit-learn).
        progress: of that training, called after every epoch.
        **settings: what the network is where it does not say so itself: alpha, dropout, learning_rate, architecture.

    Returns:
        The advice; none, with the reason, where the tables do not reach.

    Raises:
        BadInputError: no such network, several of them, or a setting that does not exist.
        FailedError: the training diverged, or a library for it is missing.
    """
    profile = network if isinstance(network, LayerProfile) else one_network(str(network))
    advised = advise_profile(profile, **settings)
    return check_advice(profile, advised, progress) if check else advised


def train(
    output: str | Path | None = None,
    seeds: Sequence[int] = (0,),
    *,
    data_folder: str | Path | None = None,
    history: bool = False,
    checkpoint: str | Path | None = None,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
    **settings: Any,
) -> LayerProfile:
    """Train a network with several seeds and measure how it separates its classes (needs torch and scikit-learn).

    >>> profile = ruler.train("mine.csv", seeds=(0, 1), dropout=0.2, depth=3, width=20, epochs=5)
    >>> profile.seed_loads.shape  # (seeds, layers)
    (2, 3)

    Args:
        output: the table (.csv; a .json beside it says how it was made), which `compare` takes; None for none.
        seeds: one network each, whole numbers from 0.
        data_folder: folder of the IDX files of mnist or fashion-mnist. Nothing is downloaded.
        history: also keep D over the epochs, so that the learning can be played.
        checkpoint: file from which the same call goes on when interrupted; with several seeds one for
            each, "-seed0" and so on added to its name.
        force: replace existing files.
        progress: called after every epoch; may raise to stop.
        **settings: keys of `ruler.networks.NetworkSettings`, such as alpha, dropout, learning_rate.

    Returns:
        One profile with a row for each seed.

    Raises:
        BadInputError: a setting, seed or file that cannot be used, or a library that is missing.
        FailedError: the training diverged, or the table cannot be written.
    """
    chosen = make_settings(settings, "network train")
    path = None if output is None else io.check_table(output, force, (".csv",), "a table of networks")
    kept = None if checkpoint is None else Path(checkpoint)
    if kept is not None and (kept.is_dir() or not kept.parent.is_dir()):
        raise BadInputError(f"{kept}: --checkpoint names a file in a folder that exists")
    need_training()
    images = load_data(chosen.data, None if data_folder is None else Path(data_folder))
    record = sorted(epoch for epoch in {*EPISODE, chosen.epochs} if epoch <= chosen.epochs) if history else ()
    profile = train_seeds(chosen, seeds, data=images, record=record, progress=progress, checkpoint=kept)
    if path is None:
        return profile
    command = _command(chosen, seeds, path, history)
    profile = replace(profile, command=command)
    write_network_table(profile, path, about_training(command, seeds, {images.source: images.licence}), force=force)
    return profile


def _command(settings: NetworkSettings, seeds: Sequence[int], path: Path, history: bool) -> str:
    """The command line that makes this table again."""
    parts = ["ruler network train"]
    for key, value in settings.model_dump(exclude_defaults=True).items():
        flag = key.replace("_", "-")
        parts.append(f"--{'' if value else 'no-'}{flag}" if isinstance(value, bool) else f"--{flag} {value}")
    if settings.data in {"mnist", "fashion-mnist"}:
        parts.append("--data-folder FOLDER")
    parts.append(f"--seeds {','.join(map(str, seeds))}")
    if history:
        parts.append("--history")
    return " ".join([*parts, f"-o {path.name}"])
