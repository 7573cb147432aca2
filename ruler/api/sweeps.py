"""Many runs, their phase diagrams, and how well these agree with networks."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ruler.errors import BadInputError
from ruler.figures import figure_path
from ruler.sweeps.agreement import Agreement
from ruler.sweeps.agreement import agree as judge
from ruler.sweeps.cells import load_plan
from ruler.sweeps.cluster import DaskEngine
from ruler.sweeps.diagram import Diagram, open_diagrams
from ruler.sweeps.engine import LocalEngine
from ruler.sweeps.run import Result, State, run_sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sweep(
    file: str | Path,
    output: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    recordings: bool = False,
    progress: Callable[[State], None] | None = None,
) -> Result:
    """Run a scenario, the paper's chain or a training, many times over a grid of settings.

    The same call goes on with a sweep that was stopped or killed. Results are the same, bit for bit,
    for any number of workers and on a cluster.

    >>> result = ruler.sweep("tiny.toml", "tiny", workers=1)
    >>> result.runs, result.failed
    (8, 0)

    Args:
        file: a sweep file (.toml), or the name of a shipped one.
        output: folder for the table (table.csv, one row a run); made if it is not there.
        workers: processes on this computer; default: one for every core.
        scheduler: address of a Dask scheduler to run on instead, such as "tcp://host:8786".
        recordings: also keep the recording of every run, in the folder "recordings".
        progress: called now and then with where the sweep is.

    Raises:
        BadInputError: the file or the folder cannot be used, or both workers and a scheduler were given.
        FailedError: the processes or the cluster were lost; finished runs are in the table.
    """
    if workers is not None and scheduler is not None:
        raise BadInputError("--workers and --scheduler: give one of them; a cluster has its own workers")
    plan = load_plan(file)
    engine = LocalEngine(workers) if scheduler is None else DaskEngine(scheduler, plan.kind)
    command = sweep_command(file, output, recordings)
    return run_sweep(plan, Path(output), engine, command=command, recordings=recordings, progress=progress)


def sweep_command(file: str | Path, output: str | Path, recordings: bool = False) -> str:
    """The command line that runs a sweep, or goes on with it."""
    return f"ruler sweep {file} -o {output}" + (" --recordings" if recordings else "")


def phase(
    tables: str | Path | Diagram | Sequence[str | Path | Diagram],
    output: str | Path | None = None,
    *,
    shade: str | None = None,
    force: bool = False,
) -> "Figure":
    """Draw phase diagrams: in a grid of settings, the load curve of each.

    >>> figure = ruler.phase(["phase-ruler-tip", "dropout-digits"], "both.png")

    Args:
        tables: folder or table of a sweep, table of networks, or the name of a shipped one of either;
            several are drawn side by side, as are those of a sweep with a third axis.
        output: where the figure goes (.png, .svg, .pdf); None for nowhere.
        shade: column that shades the cells; default: unevenness, for networks test_accuracy.
        force: replace an existing figure.

    Returns:
        A matplotlib figure.

    Raises:
        BadInputError: a table or column that is not there, or a figure that cannot be written.
    """
    from ruler.figures.frame import save_figure
    from ruler.figures.phase import plot_diagrams

    path = None if output is None else figure_path(output, force)
    figure = plot_diagrams([one for each in _listed(tables) for one in _diagrams(each)], shade)
    if path is not None:
        save_figure(figure, path, palette=True)
    return figure


def agree(
    mechanical: str | Path | Diagram,
    network: str | Path | Diagram,
    *others: str | Path | Diagram,
    split: int = 0,
    fit_share: float = 0.5,
    loosen: bool = False,
) -> Agreement:
    """Say in numbers how well a mechanical diagram predicts networks it was not fitted to.

    A monotone map of six numbers (nonlinearity to friction, noise to shaking) is fitted on a part of
    the networks and judged on the rest, beside predictions that know no mechanics.

    >>> found = ruler.agree("phase-spring-block", "dropout-digits")
    >>> sorted(found.judged["left-out cells of dropout-digits"])
    ['constant', 'mechanics', 'nearest', 'plane', 'quadratic']

    Args:
        mechanical: folder or table of a sweep, or the name of a shipped one: friction up, shaking to the right.
            Of a third axis (tilt) the value that fits best on the fitted cells is taken.
        network: table of networks, or the name of a shipped one; a part of its cells is fitted.
        *others: further tables of networks, judged with what was fitted to the first; further mechanical
            tables, fitted as the first and judged beside it.
        split: seed that chooses the fitted cells.
        fit_share: which part of the cells is fitted, above 0 and below 1.
        loosen: give the map a seventh number, by which noise loosens friction, and judge it beside that of six.

    Raises:
        BadInputError: tables that are not there or cannot be compared.
    """
    mechanics, (networks, *rest), *further = (_diagrams(each) for each in (mechanical, network, *others))
    if rest:
        raise BadInputError("agree takes a table of a sweep first, then one or more tables of networks")
    rivals = [each for each in further if each[0].kind != "network"]
    tables = [each[0] for each in further if each[0].kind == "network"]
    return judge(mechanics, networks, tables, split=split, fit_share=fit_share, loosen=loosen, rivals=rivals)


def _listed(tables: str | Path | Diagram | Sequence[str | Path | Diagram]) -> Sequence[str | Path | Diagram]:
    return [tables] if isinstance(tables, str | Path | Diagram) else tables


def _diagrams(table: str | Path | Diagram) -> list[Diagram]:
    return [table] if isinstance(table, Diagram) else open_diagrams(str(table))
