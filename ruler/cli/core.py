"""The command line: parses, calls a room, prints. Errors go to stderr with exit code 2 or 1."""

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from ruler._version import __version__
from ruler.cli.progress import running_bar
from ruler.cli.theory import theory
from ruler.errors import BadInputError, FailedError, RulerError

if TYPE_CHECKING:
    from ruler.recording import Recorder, Recording

app = App(
    name="ruler",
    version=f"folding-ruler {__version__}",
    help="Pull open a folding ruler and see how a deep network shares its work over its layers.",
    help_format="plaintext",
    help_epilogue="Start with: ruler demo",
    # main() says that it was interrupted and exits with 1.
    suppress_keyboard_interrupt=False,
)

app.command(theory)

PulledEnd = Literal["deep", "shallow"]
Sets = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative=(),
        help="change a key, for example --set hinge.torque=0.02 or --set phase.0.pull.speed=0.3; may be repeated",
    ),
]
Json = Annotated[bool, Parameter(name="--json", negative=(), help="print exactly one JSON object")]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="replace an existing file")]
Pulled = Annotated[
    PulledEnd,
    Parameter(
        help="which end of the network the pulled end stands for: deep (the output layer, as in the paper and in "
        "measured networks) or shallow (as a press article has it)"
    ),
]


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed or interrupted, 2 bad input."""
    try:
        app()
        sys.stdout.flush()
    except RulerError as error:
        print(f"ruler: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("ruler: interrupted", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (ruler ... | head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


@app.command
def run(
    scenario: str,
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
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
        Where the recording goes: a .csv, .npz or .parquet file, or an existing folder.
    seed
        Seed of the shaking, instead of the scenario's.
    """
    from ruler.analysis import summarise, summarised
    from ruler.recording import Recorder, journal_path, output_path, save_recording
    from ruler.scenario import load_scenario

    loaded = load_scenario(scenario, set_, seed)
    name = Path(scenario).stem
    path = None if output is None else output_path(output, name, force)
    recorder = Recorder(loaded, None if path is None else _free_journal(journal_path(path), force), name)
    started = time.perf_counter()
    trouble = _play(recorder, name)
    wall = time.perf_counter() - started
    recording = recorder.recording()
    if path is not None:
        save_recording(summarised(recording), path, force)
        recorder.discard_journal()
    if json_:
        print(json.dumps(_run_json(summarise(recording), scenario, loaded.seed, wall, path), allow_nan=False))
    else:
        _print_run(recording, wall, path)
    if trouble is not None:
        kept = "nothing was saved (no --output)" if path is None else f"what was recorded is in {path}"
        raise FailedError(f"{trouble}; {kept}")


def _free_journal(path: Path, force: bool) -> Path:
    if path.exists():
        if not force:
            raise BadInputError(
                f"{path}: the journal of a run that was killed is in the way; save it with: ruler recover {path}, "
                "or give it up with --force"
            )
        path.unlink()
    return path


def _play(recorder: "Recorder", name: str) -> str | None:
    """Play to the end; returns None, or why it ended early."""
    from ruler.mechanics import SimulationError

    try:
        with running_bar(name) as progress:
            recorder.run(progress)
    except KeyboardInterrupt:
        return recorder.status
    except SimulationError as error:
        return str(error)
    return None


def _run_json(summary: dict[str, Any], scenario: str, seed: int, wall: float, path: Path | None) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "seed": seed,
        **summary,
        "wall_s": wall,
        "recording": None if path is None else str(path),
    }


def _print_run(recording: "Recording", wall: float, path: Path | None) -> None:
    from ruler.cli.reports import run_report

    print(run_report(recording, wall))
    if path is not None:
        print(f"recording: {path}")


@app.command
def demo(*, output: Annotated[str, Parameter(name=["--output", "-o"])] = "ruler-demo") -> None:
    """The main job, no display needed: three hands on the same ruler, side by side.

    Plays steady, jerky and violent, prints how the ruler opens and which network each resembles, and
    writes the recordings and one figure into a new folder. Example: ruler demo

    Parameters
    ----------
    output
        The folder; when it exists, a number is added, so that nothing is overwritten.
    """
    from ruler.analysis import summarised
    from ruler.cli.reports import demo_report
    from ruler.figures.frame import save_figure
    from ruler.figures.recordings import plot_recordings
    from ruler.recording import Recorder, save_recording
    from ruler.scenario import load_scenario

    folder = _new_folder(output)
    names = ("steady", "jerky", "violent")
    recordings = []
    for name in names:
        print(f"playing {name} ...", file=sys.stderr)
        recorder = Recorder(load_scenario(name), name=name)
        trouble = _play(recorder, name)
        if trouble is not None:
            raise FailedError(f"{name}: {trouble}")
        recordings.append(summarised(recorder.recording()))
        save_recording(recordings[-1], folder / f"{name}.csv")
    save_figure(plot_recordings(recordings, names), folder / "demo.png")
    print(demo_report(recordings, names, [_resembles(recording) for recording in recordings]))
    print(f"\nrecordings and figure: {folder}{os.sep} (demo.png, {', '.join(f'{name}.csv' for name in names)})")


def _resembles(recording: "Recording") -> str:
    """The shipped network a run resembles most, in words."""
    from ruler.networks import closest

    nearest = closest(recording.opened[-1], 1)
    if not nearest:
        return "nothing: no load to compare"
    return f"{nearest[0].network.title}, RMS distance {nearest[0].distance:.3f}"


def _new_folder(name: str) -> Path:
    path = Path(name)
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: the folder {path.parent} does not exist; make it first")
    for number in range(1, 1000):
        folder = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInputError(f"{folder}: cannot be made: {error.strerror}") from None
        return folder
    raise BadInputError(f"{path}: there are a thousand such folders already; name another with --output")


@app.command
def scenarios(*, json_: Json = False) -> None:
    """List the shipped scenarios and what to look for in each.

    Example: ruler scenarios
    """
    from ruler.cli.reports import scenarios_report
    from ruler.scenario import load_scenario, shipped_scenarios

    loaded = {name: load_scenario(path) for name, path in shipped_scenarios().items()}
    if json_:
        rows = [{"name": n, "title": s.title, "description": s.description.strip()} for n, s in loaded.items()]
        print(json.dumps({"scenarios": rows}))
    else:
        print(scenarios_report(loaded))


@app.command
def check(
    scenario: str | None = None,
    /,
    *,
    set_: Sets = None,
    schema: Annotated[bool, Parameter(negative=())] = False,
    json_: Json = False,
) -> None:
    """Say whether a scenario file is valid, and if not, everything that is wrong with it.

    Example: ruler check my.toml

    Parameters
    ----------
    scenario
        A scenario file, or the name of a shipped one.
    schema
        Print the JSON schema of scenario files, with units, for editors that can use it.
    """
    from ruler.scenario import load_scenario, scenario_schema

    if schema:
        print(json.dumps(scenario_schema(), indent=2, allow_nan=False))
        return
    if scenario is None:
        raise BadInputError("check: name a scenario file, or use --schema")
    loaded = load_scenario(scenario, set_)
    if json_:
        print(json.dumps({"scenario": scenario, "valid": True, "title": loaded.title}))
    else:
        print(f'{scenario}: valid ("{loaded.title}", {loaded.ruler.hinges} hinges, {len(loaded.phase)} phases)')


@app.command
def plot(
    *recordings: str,
    output: Annotated[str, Parameter(name=["--output", "-o"])],
    force: Force = False,
) -> None:
    """Draw recordings: openings over time, load shares, load curve.

    Example: ruler plot steady.csv jerky.csv -o both.png

    Parameters
    ----------
    recordings
        One to eight recordings (.csv, .npz, .parquet).
    output
        The figure: .png, .svg or .pdf.
    """
    from ruler.figures import figure_path
    from ruler.recording import load_recording

    path = figure_path(output, force)
    if not recordings:
        raise BadInputError("plot: name at least one recording")
    from ruler.figures.frame import save_figure
    from ruler.figures.recordings import plot_recordings

    save_figure(plot_recordings([load_recording(r) for r in recordings], [Path(r).stem for r in recordings]), path)
    print(f"figure: {path}")


@app.command
def export(
    recording: str,
    /,
    *,
    output: Annotated[str, Parameter(name=["--output", "-o"])],
    pulled_end: Pulled = "deep",
    force: Force = False,
) -> None:
    """Write one row per layer: layer, hinge, opening, load share, load curve.

    Example: ruler export steady.csv -o layers.csv

    Parameters
    ----------
    recording
        A recording (.csv, .npz, .parquet).
    output
        The table: .csv, .npz or .parquet.
    """
    from ruler.analysis import layers
    from ruler.analysis.tables import save_layers
    from ruler.recording import load_recording

    path = Path(output)
    save_layers(layers(load_recording(recording), pulled_end), path, force)
    ends = (
        "input = fixed end, output = pulled end" if pulled_end == "deep" else "input = pulled end, output = fixed end"
    )
    print(f"layers: {path} ({ends})")


@app.command
def recover(
    journal: str,
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
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
    from ruler.recording import output_path, recover, save_recording

    source = Path(journal)
    recording = summarised(recover(source))
    path = output_path(output or source.with_suffix(""), "recovered", force)
    save_recording(recording, path, force)
    source.unlink()
    print(f"recovered {recording.table.shape[0]} samples, up to {recording.time[-1]:.3f} s: {path}")
