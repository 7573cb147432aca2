"""`ruler sweep`, `ruler sweeps`, `ruler phase` and `ruler agree`."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ruler.cli.core import Force, Json, app
from ruler.errors import BadInputError, FailedError

if TYPE_CHECKING:
    from ruler.sweep.run import State

# Without a terminal, a line of progress every so often, s.
LINE_EVERY = 10.0


@app.command
def sweep(
    file: str,
    /,
    *,
    output: Annotated[str, Parameter(name=["--output", "-o"])],
    workers: int | None = None,
    scheduler: str | None = None,
    recordings: Annotated[bool, Parameter(negative=())] = False,
    parquet: Annotated[bool, Parameter(negative=())] = False,
    json_: Json = False,
) -> None:
    """Run a scenario, or the paper's chain, many times over a grid of settings.

    Example: ruler sweep phase-ruler-tip -o tip

    The same command goes on with a sweep that was stopped or killed. Results
    are the same, bit for bit, for any number of workers and on a cluster.

    Parameters
    ----------
    file
        A sweep file (.toml), or the name of a shipped one (see: ruler sweeps).
    output
        Folder for the table (table.csv, one row a run); made if it is not there.
    workers
        Processes on this computer; default: one for every core.
    scheduler
        Address of a Dask scheduler to run on instead, such as tcp://host:8786.
    recordings
        Also keep the recording of every run, in FOLDER/recordings.
    parquet
        Also write the finished table as table.parquet.
    """
    from ruler.sweep.cells import load_plan
    from ruler.sweep.folder import save_parquet
    from ruler.sweep.run import run_sweep

    if workers is not None and scheduler is not None:
        raise BadInputError("--workers and --scheduler: give one of them; a cluster has its own workers")
    plan = load_plan(file)
    command = f"ruler sweep {file} -o {output}" + (" --recordings" if recordings else "")
    engine = _engine(workers, scheduler)
    try:
        with _progress(plan.name) as progress:
            result = run_sweep(plan, Path(output), engine, command=command, recordings=recordings, progress=progress)
    except KeyboardInterrupt:
        raise FailedError(f"interrupted; finished runs are in {output}. Go on with: {command}") from None
    written = save_parquet(result.table) if parquet else None
    if json_:
        print(json.dumps({**result.__dict__, "table": str(result.table), "parquet": written and str(written)}))
        return
    print(f"{plan.sweep.title}: {result.runs} runs, {result.ran} of them now, in {result.wall:.1f} s")
    if result.dropped:
        print(f"{result.dropped} damaged lines were dropped and their runs run again")
    if result.failed:
        print(f"{result.failed} runs failed; the column reason says why")
    print(f"table: {result.table} (results {result.digest})")
    if written is not None:
        print(f"table: {written}")


@app.command
def sweeps() -> None:
    """List the sweeps that ship with the program.

    Example: ruler sweeps
    """
    from ruler.sweep.cells import load_plan, shipped_sweeps

    for name in shipped_sweeps():
        plan = load_plan(name)
        axes = " x ".join(f"{axis.label or axis.column} ({len(axis.places)})" for axis in plan.sweep.axis)
        print(f"{name}: {plan.sweep.title}\n    {axes} x {len(plan.sweep.seeds)} seeds = {plan.runs} runs")
    print("\nrun one with: ruler sweep NAME -o FOLDER")


def _engine(workers: int | None, scheduler: str | None) -> Any:
    from ruler.sweep.engine import DaskEngine, LocalEngine

    return LocalEngine(workers) if scheduler is None else DaskEngine(scheduler)


@contextmanager
def _progress(name: str) -> "Iterator[Callable[[State], None]]":
    """A bar on a terminal; else a line to stderr now and then."""
    if not sys.stderr.isatty():
        last = time.monotonic()

        def line(state: "State") -> None:
            nonlocal last
            if time.monotonic() - last >= LINE_EVERY:
                last = time.monotonic()
                print(f"{name}: {_words(state)}", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn(name), BarColumn(), TextColumn("{task.description}"), console=console, transient=True
    ) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda state: bar.update(task, completed=state.done, total=state.total, description=_words(state))


def _words(state: "State") -> str:
    failed = f", {state.failed} failed" if state.failed else ""
    left = "" if state.left is None else f", {_duration(state.left)} left"
    return f"{state.done} of {state.total} runs{failed}, {state.rate:.1f} per second{left}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


@app.command
def phase(
    *tables: Annotated[
        str,
        Parameter(
            help="Folder of a sweep, its table, a table of networks, or the name of a shipped one of either "
            "(phase-ruler-tip, dropout-digits). Several are drawn side by side."
        ),
    ],
    output: Annotated[str, Parameter(name=["--output", "-o"])],
    shade: str | None = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Draw phase diagrams: in a grid of settings, the load curve of each.

    Example: ruler phase phase-ruler-tip dropout-digits -o both.png

    Parameters
    ----------
    output
        The figure (.png, .svg, .pdf).
    shade
        Column that shades the squares; default: unevenness, for networks test_accuracy.
    """
    from ruler.figures import figure_path
    from ruler.sweep.diagram import open_diagram

    if not tables:
        raise BadInputError("phase needs at least one table, for example: ruler phase phase-ruler-tip -o tip.png")
    path = figure_path(output, force)
    diagrams = [open_diagram(table) for table in tables]
    from ruler.figures.frame import save_figure
    from ruler.figures.phase import plot_diagrams

    save_figure(plot_diagrams(diagrams, shade), path, palette=True)
    if json_:
        shown = [
            {
                "name": each.name,
                "kind": each.kind,
                "up": {"column": each.up.column, "values": list(each.up.values)},
                "right": {"column": each.right.column, "values": list(each.right.values)},
                "center_of_load": [
                    [_center(each.squares.get((up, right))) for right in range(len(each.right.values))]
                    for up in range(len(each.up.values))
                ],
                "failed": each.failed,
            }
            for each in diagrams
        ]
        print(json.dumps({"figure": str(path), "diagrams": shown}, allow_nan=False))
        return
    print(f"figure: {path}")


def _center(square: Any) -> float | None:
    return None if square is None else square.center


@app.command
def agree(
    mechanical: str,
    network: str,
    /,
    *others: str,
    split: int = 0,
    fit_share: float = 0.5,
    json_: Json = False,
) -> None:
    """Say in numbers how well a mechanical diagram predicts networks it was not fitted to.

    Example: ruler agree phase-ruler-tip dropout-digits learning-rate-digits

    A monotone map of six numbers (nonlinearity to friction, noise to shaking)
    is fitted on a part of the networks and judged on the rest, beside three
    predictions that know no mechanics: one curve for all; a plane in the two
    axes for the centre, with a one-parameter family of curves; the nearest
    fitted cell.

    Parameters
    ----------
    mechanical
        Folder or table of a sweep, or the name of a shipped one: friction up, shaking to the right.
    network
        Table of networks, or the name of a shipped one; a part of its cells is fitted.
    others
        Further tables of networks, judged with what was fitted to the first.
    split
        Seed that chooses the fitted cells.
    fit_share
        Which part of the cells is fitted.
    """
    from ruler.cli.network_reports import agreement_report
    from ruler.sweep.agreement import agree as judge
    from ruler.sweep.diagram import open_diagram

    diagrams = [open_diagram(name) for name in (mechanical, network, *others)]
    found = judge(diagrams[0], diagrams[1], diagrams[2:], split=split, fit_share=fit_share)
    if json_:
        print(json.dumps(found.as_dict(), allow_nan=False))
        return
    print(agreement_report(found))
