"""`ruler theory`: the paper's chain of blocks and springs, and the slow limit of the ruler."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from cyclopts import App, Parameter

from ruler.errors import BadInputError, FailedError

if TYPE_CHECKING:
    from ruler.recording import Recording
    from ruler.theory import ChainRun, FirstOrder, Preset, SecondOrder

theory = App(
    name="theory",
    help="The paper's own model (blocks and springs) and the slow limit of the ruler.",
    help_format="plaintext",
    help_epilogue="For example: ruler theory spring-block --preset all -o regimes.png",
)

Outputs = Annotated[
    list[str] | None,
    Parameter(
        name=["--output", "-o"],
        negative=(),
        help="a figure (.png, .svg, .pdf) or a recording (.csv, .npz, .parquet), by its ending; may be repeated",
    ),
]
FigureFile = Annotated[str | None, Parameter(name="--figure", help="a figure; the same as -o with its ending")]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="print exactly one JSON object")]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="replace existing files")]
PresetName = Literal["lazy", "active", "convex", "notebook", "all"]

_SECOND_ORDER_ONLY = ("mass", "damping")


@theory.command
def spring_block(
    *,
    preset: PresetName | None = None,
    order: Literal[1, 2] | None = None,
    blocks: int | None = None,
    stiffness: float | None = None,
    target: float | None = None,
    friction_right: float | None = None,
    friction_left: float | None = None,
    noise: float | None = None,
    noise_decay: float | None = None,
    sharing: Literal["independent", "common"] | None = None,
    mass: float | None = None,
    damping: float | None = None,
    pull_time: float | None = None,
    step: float | None = None,
    steps: int | None = None,
    time_: Annotated[float | None, Parameter(name="--time")] = None,
    chains: int | None = None,
    samples: int = 200,
    seed: int = 1,
    json_: Json = False,
    output: Outputs = None,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Run an ensemble of the paper's chains of blocks and springs; everything is dimensionless.

    Example: ruler theory spring-block --preset active --noise 0.05 -o weak.png

    L blocks between a wall (input) and a pulled end (output) have L + 1
    springs; the elongation of a spring is the load of a layer. In a recording
    an elongation as long as the target is 180 deg.

    Parameters
    ----------
    preset
        Three regimes, the authors' second order settings, or all four. Other options change it.
    order
        1: overdamped (default); 2: with inertia.
    blocks
        Number of blocks, default 7.
    stiffness
        Of every spring; default 1, in second order 0.1.
    target
        Where the end is pulled to, default 1.
    friction_right
        Threshold against moving right, default 0.1; in second order 0.003.
    friction_left
        Threshold against moving left, default 0.1; in second order 0.004.
    noise
        Of the force in each step, default 0; second order: of the velocity per root of time, 0.003.
    noise_decay
        The noise falls as exp(-decay t); default 0, in second order 0.001.
    sharing
        independent noise on every block, or common: the same on all (default in second order).
    mass
        Second order only, default 1.
    damping
        Second order only, default 1.
    pull_time
        The end goes evenly to the target in this time; default 0: at once.
    step
        Length of a time step; default 0.01, in second order 0.05.
    steps
        How many steps; default 10000, in second order 14000.
    time_
        How long, in the model's time, instead of --steps.
    chains
        How many chains, default 200; without noise 1.
    samples
        How many samples a recording gets.
    seed
        Of the noise.
    """
    given = {
        "blocks": blocks,
        "stiffness": stiffness,
        "target": target,
        "friction_right": friction_right,
        "friction_left": friction_left,
        "noise": noise,
        "noise_decay": noise_decay,
        "sharing": sharing,
        "mass": mass,
        "damping": damping,
        "pull_time": pull_time,
        "step": step,
    }
    jobs = _jobs(preset, order, {name: value for name, value in given.items() if value is not None}, steps, time_)
    targets = _targets(output, figure, force)
    if len(jobs) > 1 and targets.recordings:
        raise BadInputError(f"-o {targets.recordings[0]}: a recording holds one ensemble; name a preset other than all")
    started = time.perf_counter()
    runs = _run_all(jobs, chains, samples, seed)
    wall = time.perf_counter() - started
    recordings = {} if not targets.recordings else {name: _chain_recording(name, run) for name, run in runs.items()}
    _save(targets, list(recordings.values()), lambda: _chain_figure(runs), force)
    if json_:
        _print_json(_chains_json(runs, jobs, wall), targets)
        return
    print(_chains_text(runs, jobs, wall))
    _print_targets(targets)


class _Job(NamedTuple):
    """One ensemble to run."""

    model: "FirstOrder | SecondOrder"
    steps: int
    what: str


def _jobs(
    preset: PresetName | None, order: int | None, given: dict[str, Any], steps: int | None, time_: float | None
) -> dict[str, _Job]:
    from ruler.theory import PRESETS

    names = list(PRESETS) if preset == "all" else [preset or ("notebook" if order == 2 else "lazy")]
    title = preset or f"order {order or 1}"
    return {
        (name if preset else title): _job(name if preset else None, PRESETS[name], order, given, steps, time_)
        for name in names
    }


def _job(
    name: str | None, preset: "Preset", order: int | None, given: dict[str, Any], steps: int | None, time_: float | None
) -> _Job:
    from ruler.theory import FirstOrder

    of_order = 1 if isinstance(preset.model, FirstOrder) else 2
    if order is not None and order != of_order:
        raise BadInputError(f"--order: {order} does not fit the preset {name}, which is of order {of_order}")
    known = {field.name for field in fields(preset.model)}
    for key, value in given.items():
        if key not in known:
            where = "give --order 2 too" if name is None else f"the preset {name} is of order {of_order}"
            raise BadInputError(f"{_flag(key)}: {value}: only the second order has it; {where}")
    model = _flagged(lambda: replace(preset.model, **given))
    return _Job(model, _steps(preset, model.step, steps, time_), preset.what)


def _steps(preset: "Preset", step: float, steps: int | None, time_: float | None) -> int:
    if time_ is None:
        return preset.steps if steps is None else steps
    if steps is not None:
        raise BadInputError(f"--time: {time_}: give either --time or --steps, not both")
    if not (time_ > 0.0 and time_ / step < 1e15):
        raise BadInputError(f"--time: {time_} must be above 0 and finite")
    return max(1, round(time_ / step))


def _flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _flagged(work: Callable[[], Any]) -> Any:
    """What `work` returns; a complaint about a field names the flag instead."""
    try:
        return work()
    except BadInputError as error:
        field, colon, rest = str(error).partition(":")
        named = f"{_flag(field)}{colon}{rest}" if field.replace("_", "").isalpha() else str(error)
        raise BadInputError(named) from None


def _run_all(jobs: dict[str, _Job], chains: int | None, samples: int, seed: int) -> "dict[str, ChainRun]":
    return {name: _flagged(partial(_run, name, job, chains, samples, seed)) for name, job in jobs.items()}


def _run(name: str, job: _Job, chains: int | None, samples: int, seed: int) -> "ChainRun":
    from ruler.theory import CHAINS, run_chains

    number = chains if chains is not None else (CHAINS if job.model.noise > 0.0 else 1)
    with _Bar(name) as progress:
        return run_chains(job.model, chains=number, steps=job.steps, seed=seed, samples=samples, progress=progress)


def _chain_recording(name: str, run: "ChainRun") -> "Recording":
    from ruler.theory import spring_block_recording

    return spring_block_recording(run, name=name, title=f"Spring-block chain, {name}")


def _chain_figure(runs: "dict[str, ChainRun]") -> Any:
    from ruler.figures.chains import plot_runs

    return plot_runs(list(runs.values()), list(runs))


def _chains_json(runs: "dict[str, ChainRun]", jobs: dict[str, _Job], wall: float) -> dict[str, Any]:
    objects = {name: _chain_json(name, run) for name, run in runs.items()}
    if len(objects) == 1:
        return {**next(iter(objects.values())), "wall_s": wall}
    return {"presets": {name: {**entry, "what": jobs[name].what} for name, entry in objects.items()}, "wall_s": wall}


def _chain_json(name: str, run: "ChainRun") -> dict[str, Any]:
    from ruler.theory import FirstOrder, chain_summary

    return {
        "name": name,
        "order": 1 if isinstance(run.model, FirstOrder) else 2,
        "model": asdict(run.model),
        "seed": run.seed,
        "chains": run.chains,
        "steps": run.steps,
        "time": float(run.time[-1]),
        **chain_summary(run),
    }


def _chains_text(runs: "dict[str, ChainRun]", jobs: dict[str, _Job], wall: float) -> str:
    from ruler.cli.reports import chain_report, presets_report

    if len(runs) > 1:
        return presets_report(runs, {name: job.what for name, job in jobs.items()})
    ((name, run),) = runs.items()
    return chain_report(run, f"Spring-block chain, {name}", wall)


@theory.command
def quasi_static(
    scenario: str,
    /,
    *,
    set_: Annotated[
        list[str] | None,
        Parameter(name="--set", negative=(), help="change a key, as in ruler run; may be repeated"),
    ] = None,
    compare: Annotated[bool, Parameter(negative=())] = False,
    step: float | None = None,
    json_: Json = False,
    output: Outputs = None,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Pull a scenario's ruler infinitely slowly: each step costs the least friction.

    Example: ruler theory quasi-static dry-steady --compare -o both.png

    For scenarios whose phases pull with a speed, or rest, and shake nothing.
    Needs clarabel and scipy (the extra "theory").

    Parameters
    ----------
    scenario
        A scenario file, or the name of a shipped one (see: ruler scenarios).
    compare
        Also simulate the scenario and say how far the worst hinge is apart.
    step
        Longest step of the tip, in m; default: 0.0125 mean section lengths, less beyond 24 hinges.
    """
    from ruler.scenario import load_scenario
    from ruler.theory import quasi_static_recording, require_solver

    require_solver()
    loaded = load_scenario(scenario, set_)
    targets = _targets(output, figure, force)
    name = Path(scenario).stem
    started = time.perf_counter()
    with _Bar(name) as progress:
        slow = _flagged_step(lambda: quasi_static_recording(loaded, name=scenario, step=step, progress=progress))
    wall = time.perf_counter() - started
    simulated = _simulated(loaded, name) if compare else None
    _save(targets, [slow], lambda: _slow_figure(slow, simulated, name), force)
    if json_:
        _print_json(_slow_json(slow, simulated, scenario, wall), targets)
        return
    from ruler.cli.reports import slow_report

    print(slow_report(slow, simulated, wall))
    _print_targets(targets)


def _flagged_step(work: "Callable[[], Recording]") -> "Recording":
    """What `work` returns; a complaint about the step names the flag."""
    try:
        return work()
    except BadInputError as error:
        raise BadInputError(f"--{error}" if str(error).startswith("step:") else str(error)) from None


def _simulated(scenario: Any, name: str) -> "Recording":
    import ruler

    with _Bar(f"{name}, simulated") as progress:
        if progress is None:
            return ruler.simulate(scenario)
        return ruler.simulate(
            scenario, lambda run: progress(min(1.0, run.time / (run.planned_time or run.time or 1.0)))
        )


def _slow_figure(slow: "Recording", simulated: "Recording | None", name: str) -> Any:
    from ruler.figures.recordings import plot_recordings

    if simulated is None:
        return plot_recordings([slow], [f"{name}, slow limit"])
    return plot_recordings([slow, simulated], [f"{name}, slow limit", f"{name}, simulated"])


def _slow_json(slow: "Recording", simulated: "Recording | None", scenario: str, wall: float) -> dict[str, Any]:
    from ruler.analysis import load_curve

    summary = dict(slow.meta["summary"])
    load = summary["load"]
    return {
        "scenario": scenario,
        **summary,
        "load_curve": None if load is None else load_curve(load).tolist(),
        "pull_force_N": float(slow.column("pull_force_N")[-1]),
        **{name: float(slow.column(name)[-1]) for name in ("work_J", "hinge_loss_J", "table_loss_J")},
        "ignored": slow.meta["ignored"],
        "compare": None if simulated is None else _comparison(slow, simulated),
        "wall_s": wall,
    }


def _comparison(slow: "Recording", simulated: "Recording") -> dict[str, Any]:
    difference = simulated.opening_deg[-1] - slow.opening_deg[-1]
    worst = int(abs(difference).argmax())
    return {
        "opening_deg": simulated.opening_deg[-1].tolist(),
        "difference_deg": difference.tolist(),
        "worst_hinge": worst + 1,
        "worst_deg": float(abs(difference[worst])),
        "center_of_load": simulated.meta["summary"]["center_of_load"],
    }


class _Targets(NamedTuple):
    """Files to write, checked."""

    figures: list[Path]
    recordings: list[Path]


def _targets(output: list[str] | None, figure: str | None, force: bool) -> _Targets:
    """Sort what is to be written by its ending, before the work begins."""
    asked = [*((f"-o {name}", name) for name in output or []), *([(f"--figure {figure}", figure)] if figure else [])]
    if not asked:
        return _Targets([], [])
    from ruler.figures import ENDINGS, figure_path
    from ruler.io import FORMATS
    from ruler.recording import output_path

    targets = _Targets([], [])
    for flag, name in asked:
        ending = Path(name).suffix.lower()
        if ending in ENDINGS:
            targets.figures.append(figure_path(name, force))
        elif flag.startswith("--figure"):
            raise BadInputError(f"{flag}: a figure must end in {', '.join(ENDINGS)}")
        elif ending in FORMATS:
            targets.recordings.append(output_path(name, "theory", force))
        else:
            raise BadInputError(
                f"{flag}: must be a figure ({', '.join(ENDINGS)}) or a recording ({', '.join(FORMATS)}), by its ending"
            )
    _check_different([*targets.figures, *targets.recordings])
    return targets


def _check_different(paths: list[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise BadInputError(f"{path}: is named twice; name each file once")
        seen.add(path.resolve())


def _save(targets: _Targets, recordings: "list[Recording]", draw: Callable[[], Any], force: bool) -> None:
    from ruler.recording import save_recording

    for path in targets.recordings:
        save_recording(recordings[0], path, force)
    if targets.figures:
        from ruler.figures.frame import save_figure

        drawn = draw()
        for path in targets.figures:
            save_figure(drawn, path)


def _print_json(result: dict[str, Any], targets: _Targets) -> None:
    files = {"recordings": [str(path) for path in targets.recordings], "figures": [str(p) for p in targets.figures]}
    print(json.dumps({**result, **files}, allow_nan=False))


def _print_targets(targets: _Targets) -> None:
    for path in targets.recordings:
        print(f"recording: {path}")
    for path in targets.figures:
        print(f"figure: {path}")


class _Bar:
    """A progress bar on a terminal's stderr, shown when the work takes more than a second.

    Used as a context; gives a function that takes the part that is done, or None without a terminal.
    Ctrl-C within it ends the command as failed.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._bar: Any = None
        self._started = time.monotonic()

    def __enter__(self) -> Callable[[float], None] | None:
        return self._show if sys.stderr.isatty() else None

    def _show(self, part: float) -> None:
        if self._bar is None:
            if time.monotonic() - self._started < 1.0:
                return
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._name, total=1.0)
        self._bar.update(self._task, completed=part)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            raise FailedError("interrupted; nothing was saved") from None
