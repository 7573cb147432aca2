"""`ruler run`, `scenarios`, `check` and `recover`."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Flag, Force, Json, MaybeOutput, Sets, answer, print_json
from ruler.errors import BadInputError, FailedError
from ruler.progress import progress

if TYPE_CHECKING:
    from ruler.recording import Recorder


@app.command
def run(
    scenario: str,
    /,
    *,
    output: MaybeOutput = None,
    seed: int | None = None,
    set_: Sets = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Play one scenario without a window and say how the ruler has opened.

    Example: ruler run steady -o steady.csv --set ruler.hinges=12

    Parameters
    ----------
    scenario
        A scenario file, or the name of a shipped one (see: ruler scenarios).
    output
        Where the recording goes: a {a_table} file, or an existing folder.
    seed
        Seed of the shaking, instead of the scenario's.
    """
    from ruler.analysis import summarised, warn
    from ruler.cli.reports import run_report
    from ruler.mechanics import find_impossible
    from ruler.recording import Recorder, free_journal, output_path, save_beside

    loaded = ruler.load_scenario(scenario, set_, seed)
    name = Path(scenario).stem
    path = None if output is None else output_path(output, name, force)
    recorder = Recorder(loaded, None if path is None else free_journal(path, force), name)
    warnings = find_impossible(loaded)
    for finding in warnings:
        say(f"{name}: {finding}", error=True)
    started = time.perf_counter()
    trouble = _play(recorder, name)
    wall = time.perf_counter() - started
    recording = recorder.recording()
    if path is not None:
        path = save_beside(summarised(recording), path, force)
        recorder.discard_journal()
    said = [finding.as_dict() for finding in warnings]
    head = {"scenario": scenario, "seed": loaded.seed}
    tail = {"wall_s": wall, "recording": path and str(path), "path_warnings": said}
    saved = [] if path is None else [f"recording: {path}"]
    answer(json_, {**head, **ruler.summarise(recording), **tail}, run_report(recording, wall), *saved)
    if trouble is None:
        warn(recording)
    else:
        kept = "nothing was saved (no --output)" if path is None else f"what was recorded is in {path}"
        raise FailedError(f"{trouble}; {kept}")


def _play(recorder: "Recorder", name: str) -> str | None:
    """Play to the end; returns None, or why it ended early."""
    from ruler.mechanics import SimulationError

    try:
        with progress(name, "s simulated") as show:
            recorder.run(lambda simulation: show(simulation.time, simulation.planned_time))
    except KeyboardInterrupt:
        return recorder.status
    except SimulationError as error:
        return str(error)
    return None


@app.command
def scenarios(*, json_: Json = False) -> None:
    """List the shipped scenarios and what to look for in each, and the experiments for teaching.

    Example: ruler scenarios
    """
    from ruler.cli.experiments import experiments_listed, experiments_report
    from ruler.cli.reports import scenarios_report

    loaded = {name: ruler.load_scenario(path) for name, path in ruler.shipped_scenarios().items()}
    rows = [{"name": n, "title": s.title, "description": s.description.strip()} for n, s in loaded.items()]
    content = {"scenarios": rows, "experiments": experiments_listed()}
    answer(json_, content, scenarios_report(loaded), "", experiments_report())


@app.command
def check(scenario: str | None = None, /, *, set_: Sets = None, schema: Flag = False, json_: Json = False) -> None:
    """Say whether a scenario or an experiment is valid, and if not, everything that is wrong with it.

    Example: ruler check my.toml

    Parameters
    ----------
    scenario
        A file of a scenario or of an experiment for teaching, or the name of a shipped one.
    schema
        Print the JSON schema of scenario files, with units, for editors that can use it.
    """
    from ruler.cli.experiments import check_experiment
    from ruler.mechanics import find_impossible
    from ruler.scenario import scenario_schema
    from ruler.scenario.experiment import is_experiment, shipped_experiments

    if schema:
        print_json(scenario_schema(), indent=2)
        return
    if scenario is None:
        raise BadInputError("check: name a scenario file, or use --schema")
    if is_experiment(Path(scenario)) or scenario in shipped_experiments():
        answer(json_, *check_experiment(scenario, set_))
        return
    loaded = ruler.load_scenario(scenario, set_)
    size = f"{loaded.ruler.hinges} hinges, {len(loaded.phase)} phases"
    steps = loaded.stepping
    warnings = find_impossible(loaded)
    content = {
        "scenario": scenario,
        "valid": True,
        "title": loaded.title,
        "stepping": steps._asdict(),
        "path_warnings": [finding.as_dict() for finding in warnings],
    }
    lines = [
        f'{scenario}: valid ("{loaded.title}", {size})',
        f"steps: {steps}",
        *(f"path: {each}" for each in warnings),
    ]
    answer(json_, content, *lines)


@app.command
def recover(
    journal: str,
    /,
    *,
    output: MaybeOutput = None,
    force: Force = False,
) -> None:
    """Save what a killed run had recorded.

    Example: ruler recover long.npz.journal

    Parameters
    ----------
    journal
        The journal, beside the place where the recording was to go.
    output
        The recording; default: where the run was to write it.
    """
    from ruler.analysis import summarised
    from ruler.io import check_different
    from ruler.recording import output_path, recovered

    source = Path(journal)
    with recovered(source) as found:
        recording = summarised(found)
        path = output_path(output or source.with_suffix(""), "recovered", force)
        check_different(path, source)
        ruler.save_recording(recording, path, force)
    say(f"recovered {recording.table.shape[0]} samples, up to {recording.time[-1]:.3f} s: {path}")
