"""`ruler theory spring-block`. Not read before it is used: its options come from the fields of a chain."""

import time
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from ruler.cli.options import (
    FigureFile,
    Force,
    Json,
    Outputs,
    answer,
    flagged,
    in_words,
    model_options,
    percent,
    targets,
)
from ruler.cli.theory_reports import chain_report, presets_report
from ruler.errors import BadInputError
from ruler.figures.chains import plot_runs
from ruler.theory import (
    PRESETS,
    ChainRun,
    FirstOrder,
    Preset,
    SecondOrder,
    chain_summary,
    make_chain,
    run_chains,
    spring_block_recording,
)

PresetName = Literal["lazy", "active", "convex", "notebook", "all"]


def _defaults() -> dict[str, str]:
    """The default of each field in words: of the first order, and of the second where it is another."""
    first, second = asdict(FirstOrder()), asdict(SecondOrder())
    words = {name: in_words(value) for name, value in {**second, **first}.items()}
    for name, value in second.items():
        if name not in first:
            words[name] += "; second order only"
        elif first[name] != value:
            words[name] += f", in second order {in_words(value)}"
    return {name: words[name] for name in second}


if TYPE_CHECKING:
    Chain = dict[str, Any]
else:
    Chain = model_options("Chain", SecondOrder, _defaults())


def spring_block(
    *,
    preset: PresetName | None = None,
    order: Literal[1, 2] | None = None,
    chain: Annotated[Chain | None, Parameter(name="*")] = None,
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
    arguments = [*_defaults(), "order", "steps", "time", "chains", "samples", "seed"]
    jobs = {
        name or f"order {order or 1}": flagged(
            arguments, partial(make_chain, name, order, steps=steps, time=time_, **(chain or {}))
        )
        for name in ([*PRESETS] if preset == "all" else [preset])
    }
    files = targets(output, figure, force)
    if len(jobs) > 1 and files.recordings:
        raise BadInputError(f"-o {files.recordings[0]}: a recording holds one ensemble; name a preset other than all")
    started = time.perf_counter()
    runs = {name: flagged(arguments, partial(_run, name, job, chains, samples, seed)) for name, job in jobs.items()}
    wall = time.perf_counter() - started
    name, run = next(iter(runs.items()))
    title = f"Spring-block chain, {name}"
    files.save(
        lambda: spring_block_recording(run, name=name, title=title),
        lambda: plot_runs(list(runs.values()), list(runs)),
        force,
    )
    what = {name: job.what for name, job in jobs.items()}
    text = presets_report(runs, what) if len(runs) > 1 else chain_report(run, title, wall)
    answer(json_, {**_result(runs, what), "wall_s": wall, **files.as_dict()}, text, *files.lines)


def _run(name: str, job: Preset, chains: int | None, samples: int, seed: int) -> ChainRun:
    with percent(name) as show:
        return run_chains(job.model, chains=chains, steps=job.steps, seed=seed, samples=samples, progress=show)


def _result(runs: dict[str, ChainRun], what: dict[str, str]) -> dict[str, Any]:
    """One ensemble's numbers; those of several under their names."""
    results = [
        {
            "name": name,
            "order": run.model.order,
            "model": asdict(run.model),
            "seed": run.seed,
            "chains": run.chains,
            "steps": run.steps,
            "time": float(run.time[-1]),
            **chain_summary(run),
        }
        for name, run in runs.items()
    ]
    if len(results) == 1:
        return results[0]
    return {"presets": {each["name"]: {**each, "what": what[each["name"]]} for each in results}}
