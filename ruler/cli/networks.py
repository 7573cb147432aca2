"""The command line's networks: `ruler compare`, and `ruler network list`, `measure` and `train`."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from ruler.cli.core import Force, Json, Pulled, PulledEnd, _play, app
from ruler.errors import BadInputError, FailedError

if TYPE_CHECKING:
    from ruler.networks import LayerProfile, NetworkSettings
    from ruler.networks.comparison import Row
    from ruler.recording import Recording

DEFAULT_CLOSEST = 5
DATA_ENDINGS = (".csv", ".npz", ".parquet")
# Columns that only a recording has.
RECORDING_COLUMNS = {"time_s", "opening_1_deg"}

network = App(
    name="network",
    help="Layer separation of networks: list the shipped ones, measure your own, train more.",
    help_format="plaintext",
    help_epilogue="Start with: ruler network list",
)
app.command(network)

Output = Annotated[str | None, Parameter(name=["--output", "-o"])]


@dataclass
class _Sides:
    """What the arguments of `compare` stand for."""

    recordings: "list[Recording]" = field(default_factory=list)
    rulers: list[str] = field(default_factory=list)
    networks: "list[tuple[str, LayerProfile]]" = field(default_factory=list)

    @property
    def ruler(self) -> str:
        """What the ruler is called."""
        return self.rulers[0] if len(self.rulers) == 1 else f"{self.rulers[0]} and {len(self.rulers) - 1} more"


Sides = Annotated[
    str,
    Parameter(
        help="A ruler: a recording, several recordings of one scenario with different seeds, or a scenario (a "
        "shipped one's name or a .toml file), which is then played. And networks: a shipped table "
        "(dropout-digits), one network of it (dropout-digits:alpha=0,dropout=0.2; see: ruler network list), or a "
        "file of yours (see: ruler network measure --help). In any order."
    ),
]
Closest = Annotated[
    bool,
    Parameter(
        negative=(),
        show_default=False,
        help="--closest or --closest N. With a ruler: the N (5) networks most like it, of those named, or of all "
        "shipped ones. With a network and no ruler: the shipped scenarios most like it, which are played for this "
        "(some ten seconds).",
    ),
]


@app.command
def compare(
    *sides: Sides,
    closest: Closest = False,
    pulled_end: Pulled = "deep",
    json_: Json = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Compare a ruler with networks: load curves, ranks of the loads, centres, with uncertainty.

    Example: ruler compare steady.csv dropout-digits:alpha=0 -o agreement.png

    Several runs of the same ruler with different seeds:

    ruler compare jerky-1.csv jerky-2.csv jerky-3.csv dropout-digits:alpha=0,dropout=0.2

    The shipped networks most like a run, and the shipped scenarios most like a network:

    ruler compare jerky.csv --closest 3

    ruler compare dropout-digits:alpha=0 --closest

    Parameters
    ----------
    output
        A figure (.png, .svg, .pdf) of up to 6 comparisons: curves with bands over seeds, loads.
    """
    from ruler.figures import figure_path

    extra: dict[str, Any] = {}
    figure = None if output is None else figure_path(output, force)
    names, count = _closest_count(sides, closest)
    found = _sort_sides(names)
    if count is None:
        rows = _compare_all(found, pulled_end)
    elif found.recordings:
        rows, extra = _closest_networks(found, pulled_end, count)
    else:
        rows, extra = _closest_rulers(found, pulled_end, count)
    _draw(rows, figure)
    if json_:
        _print_compare_json(rows, pulled_end, count is not None, extra, figure)
    else:
        _print_compare(rows, pulled_end, count, extra)
        if figure is not None:
            print(f"figure: {figure}")


def _closest_count(sides: Sequence[str], closest: bool) -> tuple[list[str], int | None]:
    """The sides, and how many are wanted of the closest: the one whole number among the arguments."""
    if not closest:
        return list(sides), None
    numbers = [name for name in sides if name.removeprefix("-").isdecimal()]
    if len(numbers) > 1:
        raise BadInputError(f"--closest: takes one number, not {' and '.join(numbers)}")
    count = int(numbers[0]) if numbers else DEFAULT_CLOSEST
    if count < 1:
        raise BadInputError(f"--closest: {count}; a whole number from 1 is needed")
    return [name for name in sides if name not in numbers], count


def _compare_all(found: _Sides, pulled_end: PulledEnd) -> "list[Row]":
    if not found.recordings or not found.networks:
        missing = "a ruler (a recording or a scenario)" if not found.recordings else "a network"
        raise BadInputError(
            f"compare: {missing} is missing; for example: ruler compare steady.csv dropout-digits:alpha=0, "
            "or use --closest to look for one"
        )
    return [_row(found, address, profile, pulled_end) for address, profile in found.networks]


def _closest_networks(found: _Sides, pulled_end: PulledEnd, count: int) -> "tuple[list[Row], dict[str, Any]]":
    from ruler.networks import is_trained, shipped_networks

    named = found.networks or [(one.address, one.profile) for one in shipped_networks()]
    trained = [(address, profile) for address, profile in named if is_trained(profile)]
    rows = [_row(found, address, profile, pulled_end, resamples=0) for address, profile in trained]
    nearest = [(row.address, row.profile) for row in sorted(_with_load(rows), key=_distance)[:count]]
    if not nearest:
        raise BadInputError(f"compare: {rows[0].comparison.note if rows else 'no trained network to compare with'}")
    rows = [_row(found, address, profile, pulled_end) for address, profile in nearest]
    return rows, {"skipped": len(named) - len(trained)}


def _closest_rulers(found: _Sides, pulled_end: PulledEnd, count: int) -> "tuple[list[Row], dict[str, Any]]":
    from ruler.scenario import shipped_scenarios

    if len(found.networks) != 1:
        raise BadInputError(
            f"compare: --closest takes a ruler, or exactly one network, not {len(found.networks)}; name one, such as "
            + (found.networks[0][0] if found.networks else "dropout-digits:alpha=0,dropout=0.2")
        )
    address, profile = found.networks[0]
    rows = []
    for name in shipped_scenarios():
        played = _Sides([_play_scenario(name)], [name])
        rows.append(_row(played, address, profile, pulled_end))
    good = _with_load(rows)
    if not good:
        raise BadInputError(f"{address}: {rows[0].comparison.note}")
    missing = [row.ruler for row in rows if row not in good]
    return sorted(good, key=_distance)[:count], {"missing": missing}


def _with_load(rows: "Sequence[Row]") -> "list[Row]":
    return [row for row in rows if row.comparison.rms_distance.value is not None]


def _distance(row: "Row") -> float:
    value = row.comparison.rms_distance.value
    return float("inf") if value is None else value


def _row(
    found: _Sides, address: str, profile: "LayerProfile", pulled_end: PulledEnd, resamples: int | None = None
) -> "Row":
    from ruler.analysis.compare import RESAMPLES, compare_recordings
    from ruler.networks.comparison import Row

    draws = RESAMPLES if resamples is None else resamples
    comparison = compare_recordings(found.recordings, profile.seed_loads, pulled_end, resamples=draws)
    return Row(found.ruler, address, profile, comparison)


def _draw(rows: "Sequence[Row]", figure: Path | None) -> None:
    if figure is None:
        return
    from ruler.figures.comparisons import plot_comparison
    from ruler.figures.frame import save_figure
    from ruler.networks import network_title

    titles = [network_title(row.profile) for row in rows]
    save_figure(plot_comparison([row.comparison for row in rows], [row.ruler for row in rows], titles), figure)


def _print_compare(rows: "Sequence[Row]", pulled_end: PulledEnd, count: int | None, extra: dict[str, Any]) -> None:
    from ruler.cli.network_reports import closest_networks_report, closest_rulers_report, comparison_report

    if count is None:
        print(comparison_report(rows, pulled_end))
    elif "skipped" in extra:
        print(closest_networks_report(rows, extra["skipped"]))
    else:
        print(closest_rulers_report(rows, extra["missing"]))


def _print_compare_json(
    rows: "Sequence[Row]", pulled_end: PulledEnd, closest: bool, extra: dict[str, Any], figure: Path | None
) -> None:
    from ruler.networks import LEAST_ACCURACY

    common = {"pulled_end": pulled_end, "figure": None if figure is None else str(figure)}
    if "missing" in extra:
        entry = rows[0].as_dict()
        entry.pop("comparison")
        near = [{"scenario": row.ruler, "comparison": row.comparison.as_dict()} for row in rows]
        result = {"network": entry, "closest_scenarios": near, "without_load": extra["missing"], **common}
    else:
        key = "closest_networks" if closest else "networks"
        result = {"ruler": rows[0].ruler, key: [row.as_dict() for row in rows], **common}
        if closest:
            result |= {"least_train_accuracy": LEAST_ACCURACY, "left_out": extra["skipped"]}
    print(json.dumps(result, allow_nan=False))


def _sort_sides(names: Sequence[str]) -> _Sides:
    """Each argument as what it is: recording, scenario or network."""
    found = _Sides()
    for name in names:
        if _is_scenario(name):
            found.recordings.append(_play_scenario(name))
            found.rulers.append(Path(name).stem)
        elif _is_recording(Path(name)):
            from ruler.recording import load_recording

            found.recordings.append(load_recording(name))
            found.rulers.append(Path(name).stem)
        elif Path(name).suffix in DATA_ENDINGS or name.partition(":")[0] in _tables():
            found.networks += _open(name)
        else:
            raise BadInputError(_unknown(name))
    return found


def _is_scenario(name: str) -> bool:
    from ruler.scenario import shipped_scenarios

    return name.endswith(".toml") or name in shipped_scenarios()


def _is_recording(path: Path) -> bool:
    """Whether a file is a recording; anything unreadable is not."""
    if path.suffix.lower() not in DATA_ENDINGS:
        return False
    if not path.is_file():
        raise BadInputError(f"{path}: no such file")
    from ruler.io import column_names

    return set(column_names(path)) >= RECORDING_COLUMNS


def _open(name: str) -> "list[tuple[str, LayerProfile]]":
    """Networks by name, each with how it is called on the command line."""
    from ruler.networks import network_address, open_networks

    table = name.partition(":")[0]
    if Path(name).suffix in DATA_ENDINGS:
        profiles = open_networks(name)
        return [(name if len(profiles) == 1 else f"{name} ({profile.name})", profile) for profile in profiles]
    return [(network_address(table, profile), profile) for profile in open_networks(name)]


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    from ruler.scenario import shipped_scenarios

    near = get_close_matches(name.partition(":")[0], [*shipped_scenarios(), *_tables()], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return (
        f"compare: {name!r} is no recording or table (.csv, .npz, .parquet), no scenario (a .toml file or one of "
        f"{', '.join(shipped_scenarios())}) and no shipped network ({', '.join(_tables())}){hint}"
    )


def _play_scenario(name: str) -> "Recording":
    from ruler.recording import Recorder
    from ruler.scenario import load_scenario

    recorder = Recorder(load_scenario(name), name=Path(name).stem)
    print(f"playing {Path(name).stem} ...", file=sys.stderr)
    trouble = _play(recorder, Path(name).stem)
    if trouble is not None:
        raise FailedError(f"{name}: {trouble}")
    return recorder.recording()


@network.command(name="list")
def list_(table: str | None = None, /, *, json_: Json = False) -> None:
    """List the shipped networks, or those of one table (or file), with centre of load and accuracy.

    Example: ruler network list dropout-digits

    Parameters
    ----------
    table
        A shipped table, one network of it, or a file of yours; without it all tables.
    """
    if table is not None:
        entries = _open(table)
        if json_:
            print(json.dumps({"networks": [_entry(*entry) for entry in entries]}, allow_nan=False))
        else:
            from ruler.cli.network_reports import networks_table

            print(networks_table(entries))
        return
    rows = [_about(name) for name in _tables()]
    if json_:
        print(json.dumps({"tables": rows}, allow_nan=False))
        return
    for row in rows:
        print(f"{row['name']}: {row['networks']} networks x {row['seeds']} seeds, {row['layers']} layers")
        print(f"    {row['title']}")
        print(f"    {row['varies']}")
    print("\none network: TABLE:SETTING=VALUE,..., such as dropout-digits:alpha=0,dropout=0.2")
    print("(alpha 0 = ReLU, 1 = linear); a table's networks: ruler network list TABLE")


def _tables() -> Sequence[str]:
    from ruler.networks import shipped_tables

    return shipped_tables()


def _about(name: str) -> dict[str, Any]:
    from ruler.networks import load_table, read_companion
    from ruler.shipped import shipped

    profiles = load_table(name)
    about = read_companion(shipped("assets") / "networks" / f"{name}.csv")
    varied = {key: sorted({profile.settings[key] for profile in profiles}) for key in ("alpha", "dropout")}
    varied["learning_rate"] = sorted({profile.settings["learning_rate"] for profile in profiles})
    varies = "; ".join(
        f"{key} {', '.join(f'{v:g}' for v in values)}" for key, values in varied.items() if len(values) > 1
    )
    return {
        "name": name,
        "title": about.get("title", ""),
        "networks": len(profiles),
        "seeds": len(profiles[0].seeds),
        "layers": profiles[0].depth,
        "varies": varies,
        "command": profiles[0].command,
        "data": about.get("data", []),
    }


def _entry(address: str, profile: "LayerProfile") -> dict[str, Any]:
    from ruler.networks import is_trained, network_title
    from ruler.text import regime

    return {
        "network": address,
        "title": network_title(profile),
        "layers": list(profile.layers),
        "seeds": list(profile.seeds),
        "measure": profile.measure,
        "D": profile.separation.tolist() if profile.absolute else None,
        "loads": profile.loads.tolist(),
        "load_curve": None if profile.load_curve is None else profile.load_curve.tolist(),
        **profile.measures.as_dict(),
        "seed_centers": [one.center_of_load for one in profile.seed_measures],
        "regime": regime(profile.measures.unevenness, profile.measures.center_of_load),
        "train_accuracy": None if profile.accuracy is None else profile.accuracy.tolist(),
        "test_accuracy": None if profile.test_accuracy is None else profile.test_accuracy.tolist(),
        "trained": is_trained(profile),
        "settings": dict(profile.settings),
        "command": profile.command,
    }


NetworkFile = Annotated[
    str,
    Parameter(
        help="Features: a .npz made with numpy.savez(file, labels=labels, input=inputs, layer_1=..., ...), one array "
        "of shape (samples, width) for the input and each layer, in order, without the output layer. Or a table "
        "(.csv, .parquet) with columns layer and D (0 = input), or layer and load (from 1), and seed if there are "
        "several. Or what ruler network train wrote."
    ),
]
MeasureName = Annotated[
    Literal["trace-ratio", "pseudo-inverse"],
    Parameter(
        name="--measure",
        help="how D is computed from features: trace-ratio is log tr S_within - log tr S_between, pseudo-inverse is "
        "log tr(S_within pinv(S_between))",
    ),
]


@network.command
def measure(
    file: NetworkFile,
    /,
    *,
    measure_: MeasureName = "trace-ratio",
    json_: Json = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Say how a network of yours separates its classes, layer by layer.

    Example: ruler network measure features.npz -o layers.csv

    Parameters
    ----------
    output
        Writes D of each layer as a table (.csv, .parquet), which ruler compare takes.
    """
    from ruler.cli.network_reports import networks_table, profile_report
    from ruler.networks import network_title, open_networks, write_layer_table

    if Path(file).suffix not in DATA_ENDINGS:
        raise BadInputError(f"{file}: measure takes a file ending in .npz, .csv or .parquet; see --help")
    if _is_recording(Path(file)):
        raise BadInputError(f"{file}: is a recording of a ruler, not of a network; see: ruler export --help")
    profiles = open_networks(file, measure_)
    if output is not None:
        if len(profiles) > 1:
            raise BadInputError(f"{file}: holds {len(profiles)} networks; --output takes a single one")
        write_layer_table(profiles[0], Path(output), force=force)
    if json_:
        entries = [_entry(profile.name, profile) for profile in profiles]
        print(json.dumps({"file": file, "table": output, "networks": entries}, allow_nan=False))
        return
    if len(profiles) == 1:
        print(profile_report(profiles[0], network_title(profiles[0])))
    else:
        print(networks_table([(network_title(profile), profile) for profile in profiles]))
    if output is not None:
        print(f"layers: {output}")


@network.command
def train(
    *,
    output: Annotated[str, Parameter(name=["--output", "-o"])],
    grid: str | None = None,
    data: str | None = None,
    data_folder: Path | None = None,
    depth: int | None = None,
    width: int | None = None,
    alpha: float | None = None,
    batch_norm: bool | None = None,
    dropout: float | None = None,
    learning_rate: float | None = None,
    batch_size: str | None = None,
    epochs: int | None = None,
    data_noise: float | None = None,
    label_noise: float | None = None,
    optimiser: str | None = None,
    seeds: str | None = None,
    history: Annotated[bool, Parameter(negative=())] = False,
    checkpoint: Path | None = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Train networks and write how they separate their classes (needs torch and scikit-learn).

    Example: ruler network train --alpha 0 --dropout 0.2 --seeds 0,1,2 -o mine.csv

    A shipped table again (interrupted, the same command goes on):

    ruler network train --grid dropout-digits -o dropout-digits.csv

    Parameters
    ----------
    output
        The table (.csv; a .json beside it says how it was made); ruler compare takes it.
    grid
        All networks of a shipped table (see: ruler network list). Takes no other settings.
    data
        digits (default) or digits-augmented, from scikit-learn; mnist or fashion-mnist, from your files.
    data_folder
        Folder of the IDX files of mnist or fashion-mnist. Nothing is downloaded.
    depth
        Hidden layers (7).
    width
        Features of a hidden layer (100).
    alpha
        Slope of LeakyReLU below nought: 0 = ReLU (default) to 1 = linear.
    batch_norm
        Batch norm on the input and in every layer (yes).
    dropout
        Probability that a feature is dropped (0).
    learning_rate
        Step of the optimiser (0.001).
    batch_size
        Samples a step, or full (default).
    epochs
        Passes over the data (100).
    data_noise
        Standard deviation of noise on the inputs, in units of black to white (0).
    label_noise
        Share of labels replaced at random in each step (0).
    optimiser
        adam (default) or sgd.
    seeds
        One network each: 0,1,2 or 0-4 (default 0).
    history
        Also keep D over the epochs, so that the learning can be played.
    checkpoint
        File from which the same command goes on when interrupted; with several seeds, one for each.
    """
    given = {
        "data": data,
        "depth": depth,
        "width": width,
        "alpha": alpha,
        "batch_norm": batch_norm,
        "dropout": dropout,
        "learning_rate": learning_rate,
        "batch_size": _batch_size(batch_size),
        "epochs": epochs,
        "data_noise": data_noise,
        "label_noise": label_noise,
        "optimiser": optimiser,
    }
    settings = {key: value for key, value in given.items() if value is not None}
    path = Path(output)
    if grid is not None:
        if settings or seeds is not None or history or checkpoint is not None or data_folder is not None:
            raise BadInputError("--grid: a grid has its own settings and seeds, and resumes by itself; give only -o")
        profiles = _train_grid(grid, path, force)
    else:
        profiles = [_train_seeds(settings, _seeds(seeds), path, data_folder, history, checkpoint, force)]
    if json_:
        entries = [_entry(profile.name, profile) for profile in profiles]
        print(json.dumps({"table": str(path), "networks": entries}, allow_nan=False))
    else:
        _print_trained(profiles, path)


def _print_trained(profiles: "Sequence[LayerProfile]", path: Path) -> None:
    from ruler.cli.network_reports import networks_table, profile_report
    from ruler.networks import network_title

    if len(profiles) == 1:
        print(profile_report(profiles[0], network_title(profiles[0])))
    else:
        print(networks_table([(network_title(profile), profile) for profile in profiles]))
    print(f"table: {path}\ncompare it with: ruler compare steady {path}")


def _train_grid(name: str, path: Path, force: bool) -> "list[LayerProfile]":
    from ruler.networks import GridProgress, find_grid, train_grid

    grid = find_grid(name)
    _need_torch()
    total = len(grid.networks) * len(grid.seeds)
    with _training_bar(f"grid {name}", total, "trainings") as advance:

        def shown(progress: GridProgress) -> None:
            advance(progress.done, f"{progress.name}, seed {progress.seed}")

        try:
            return train_grid(grid, path, force=force, progress=shown)
        except KeyboardInterrupt:
            raise FailedError(f"interrupted; finished trainings are in {path}.part: the same command goes on") from None


def _train_seeds(
    values: dict[str, Any],
    seeds: Sequence[int],
    path: Path,
    data_folder: Path | None,
    history: bool,
    checkpoint: Path | None,
    force: bool,
) -> "LayerProfile":
    from dataclasses import replace

    from ruler import io
    from ruler.networks import Progress, about_training, join_seeds, load_data, make_settings, write_network_table
    from ruler.networks import train as train_network
    from ruler.networks.grids import EPISODE

    settings = make_settings(values, "network train")
    io.check_table(path, force, (".csv",), "a table of networks")
    if checkpoint is not None and (checkpoint.is_dir() or not checkpoint.parent.is_dir()):
        raise BadInputError(f"{checkpoint}: --checkpoint names a file in a folder that exists")
    _need_torch()
    images = load_data(settings.data, data_folder)
    record = tuple(epoch for epoch in {*EPISODE, settings.epochs} if epoch <= settings.epochs) if history else ()
    profiles = []
    with _training_bar(settings.title, settings.epochs * len(seeds), "epochs") as advance:
        for place, seed in enumerate(seeds):

            def shown(progress: Progress, before: int = place * settings.epochs) -> None:
                advance(before + progress.epoch, f"seed {progress.seed}, loss {progress.loss:.3f}")

            kept = None if checkpoint is None else _own_checkpoint(checkpoint, seed, len(seeds))
            with _interruptible(kept):
                trained = train_network(
                    settings, seed, data=images, record=sorted(record), progress=shown, checkpoint=kept
                )
            profiles.append(trained.profile)
    command = _command(settings, seeds, path, history)
    profile = replace(join_seeds(profiles), command=command)
    write_network_table(profile, path, about_training(command, seeds, {images.source: images.licence}), force=force)
    return profile


@contextmanager
def _interruptible(checkpoint: Path | None) -> Iterator[None]:
    """Ctrl-C as a failure that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        saved = "nothing was saved (no --checkpoint)"
        if checkpoint is not None:
            saved = f"with the checkpoint {checkpoint} the same command goes on"
        raise FailedError(f"interrupted; {saved}") from None


def _own_checkpoint(checkpoint: Path, seed: int, seeds: int) -> Path:
    return checkpoint if seeds == 1 else checkpoint.with_name(f"{checkpoint.stem}-seed{seed}{checkpoint.suffix}")


def _command(settings: "NetworkSettings", seeds: Sequence[int], path: Path, history: bool) -> str:
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


def _batch_size(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isdecimal() else text


def _seeds(text: str | None) -> tuple[int, ...]:
    """Seeds such as "0,1,2" or "0-4"."""
    seeds: list[int] = []
    for part in (text or "0").split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise BadInputError(f"--seeds: {text!r} is not a list of whole numbers from 0, such as 0,1,2 or 0-4")
        seeds += range(int(first), int(last or first) + 1)
    if not seeds or len(set(seeds)) != len(seeds):
        raise BadInputError(f"--seeds: {text!r}; at least one is needed, and each only once")
    return tuple(seeds)


def _need_torch() -> None:
    """Refuse to train without the libraries for it, before anything is begun."""
    from importlib.util import find_spec

    missing = [name for name, module in (("torch", "torch"), ("scikit-learn", "sklearn")) if find_spec(module) is None]
    if missing:
        raise BadInputError(
            f"training needs {' and '.join(missing)}, which this Python does not have; install with: pip install "
            "torch scikit-learn (the extra 'networks': pip install folding-ruler[networks]). Listing, measuring "
            "files and comparing need neither"
        )


def _unseen(_done: int, _text: str) -> None:
    """Progress when nobody is looking."""


@contextmanager
def _training_bar(title: str, total: int, what: str) -> Iterator[Callable[[int, str], None]]:
    """A progress bar on a terminal's stderr."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.completed:.0f}} of {{task.total:.0f}} {what}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[text]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total, text="")
        yield lambda done, text: bar.update(task, completed=done, text=text)
