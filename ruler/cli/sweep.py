"""`ruler sweep`, `ruler sweeps`, `ruler phase` and `ruler agree`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

import ruler
from ruler.cli.console import say
from ruler.cli.core import app
from ruler.cli.options import Flag, Force, Json, Output, answer
from ruler.errors import BadInputError, FailedError
from ruler.progress import progress
from ruler.text import duration

if TYPE_CHECKING:
    from ruler.sweeps.diagram import Diagram
    from ruler.sweeps.run import State


@app.command
def sweep(
    file: str,
    /,
    *,
    output: Output,
    workers: int | None = None,
    scheduler: str | None = None,
    recordings: Flag = False,
    parquet: Flag = False,
    json_: Json = False,
) -> None:
    """Run a scenario, the paper's chain or a training, many times over a grid of settings.

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
    from ruler.api.sweeps import sweep_command
    from ruler.sweeps.cells import load_plan
    from ruler.sweeps.store import save_parquet

    try:
        with progress(Path(file).stem, "runs") as show:
            result = ruler.sweep(
                file,
                output,
                workers=workers,
                scheduler=scheduler,
                recordings=recordings,
                progress=lambda state: show(state.done, state.total, _words(state)),
            )
    except KeyboardInterrupt:
        again = sweep_command(file, output, recordings)
        raise FailedError(f"interrupted; finished runs are in {output}. Go on with: {again}") from None
    written = save_parquet(result.table) if parquet else None
    lines = [f"{load_plan(file).sweep.title}: {result.runs} runs, {result.ran} of them now, in {result.wall:.1f} s"]
    if result.dropped:
        lines.append(f"{result.dropped} damaged lines were dropped and their runs run again")
    if result.failed:
        lines.append(f"{result.failed} runs failed; the column reason says why")
    if result.inaccurate:
        lines.append(
            f"{result.inaccurate} runs are inaccurate (trust poor), left out of diagrams; the column reason says why"
        )
    lines.append(f"table: {result.table} (results {result.digest})")
    if written is not None:
        lines.append(f"table: {written}")
    answer(json_, {**vars(result), "table": str(result.table), "parquet": written and str(written)}, *lines)


def _words(state: "State") -> str:
    counts = {"failed": state.failed, "inaccurate": state.inaccurate}
    bad = [f"{count} {what}" for what, count in counts.items() if count]
    left = [] if state.left is None else [f"{duration(state.left)} left"]
    return ", ".join([*bad, f"{state.rate:.1f} per second", *left])


@app.command
def sweeps() -> None:
    """List the sweeps that ship with the program.

    Example: ruler sweeps
    """
    from ruler.sweeps.cells import load_plan, shipped_sweeps

    for name in shipped_sweeps():
        plan = load_plan(name)
        axes = " x ".join(f"{axis.label or axis.column} ({len(axis.values)})" for axis in plan.sweep.axis)
        say(f"{name}: {plan.sweep.title}\n    {axes} x {len(plan.sweep.seeds)} seeds = {plan.runs} runs")
    say("\nrun one with: ruler sweep NAME -o FOLDER")


@app.command
def phase(
    *tables: Annotated[
        str,
        Parameter(
            help="Folder of a sweep, its table, a table of networks, or the name of a shipped one of either "
            "(phase-ruler-tip, dropout-digits). Several are drawn side by side."
        ),
    ],
    output: Output,
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
    from ruler.sweeps.diagram import open_diagrams

    if not tables:
        raise BadInputError("phase needs at least one table, for example: ruler phase phase-ruler-tip -o tip.png")
    diagrams = [each for table in tables for each in open_diagrams(table)]
    path = Path(output)
    ruler.phase(diagrams, path, shade=shade, force=force)
    answer(json_, {"figure": str(path), "diagrams": [_plain(each) for each in diagrams]}, f"figure: {path}")


def _plain(diagram: "Diagram") -> dict[str, Any]:
    up, right = ({"column": each.column, "values": list(each.values)} for each in (diagram.up, diagram.right))
    columns = range(len(diagram.right.values))
    centers = [
        [getattr(diagram.cells.get((row, column)), "center", None) for column in columns]
        for row in range(len(diagram.up.values))
    ]
    poor = [[diagram.poor.get((row, column), 0) for column in columns] for row in range(len(diagram.up.values))]
    return {
        "name": diagram.name,
        "kind": diagram.kind,
        "third": dict([diagram.third]) if diagram.third else None,
        "up": up,
        "right": right,
        "center_of_load": centers,
        "failed": diagram.failed,
        "inaccurate": diagram.inaccurate,
        "poor": poor,
    }


@app.command
def agree(
    mechanical: str,
    network: str,
    /,
    *others: str,
    split: int = 0,
    splits: int = 1,
    fit_share: float = 0.5,
    loosen: Flag = False,
    json_: Json = False,
) -> None:
    """Say in numbers how well a mechanical diagram predicts networks it was not fitted to.

    Example: ruler agree phase-ruler-tip dropout-digits learning-rate-digits

    A monotone map of six numbers (nonlinearity to friction, noise to shaking)
    is fitted on a part of the networks and judged on the rest, beside four
    predictions that know no mechanics: one curve for all; a plane in the two
    axes for the centre, and a quadratic surface (six numbers, as many as the
    map), with a one-parameter family of curves; the nearest fitted cell. Of a
    sweep with a third axis (the tilt) the value that fits best is taken.

    Parameters
    ----------
    mechanical
        Folder or table of a sweep, or the name of a shipped one: friction up, shaking to the right.
    network
        Table of networks, or the name of a shipped one; a part of its cells is fitted.
    others
        Further tables of networks, judged with what was fitted to the first; further
        mechanical tables, fitted and judged beside the first.
    split
        Seed that chooses the fitted cells.
    splits
        So many splits, from that seed on: prints means and ranges.
    fit_share
        Which part of the cells is fitted.
    loosen
        Give the map a seventh number, by which noise loosens friction too, and judge it
        beside the map of six.
    """
    from ruler.cli.network_reports import agreement_report, splits_report
    from ruler.sweeps.splits import spreads_as_dict

    if splits < 1:
        raise BadInputError(f"--splits {splits}: at least 1")
    found = [
        ruler.agree(mechanical, network, *others, split=split + i, fit_share=fit_share, loosen=loosen)
        for i in range(splits)
    ]
    if splits == 1:
        answer(json_, found[0].as_dict(), agreement_report(found[0]))
    else:
        answer(json_, spreads_as_dict(found), splits_report(found))
