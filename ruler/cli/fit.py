"""`ruler fit`: friction of a measured ruler."""

from typing import Annotated

from cyclopts import Parameter

import ruler
from ruler.cli.core import app
from ruler.cli.options import FigureFile, Flag, Force, Json, MaybeOutput, answer
from ruler.errors import FailedError
from ruler.progress import progress


@app.command
def fit(
    measured: str,
    /,
    *,
    ruler_: Annotated[str | None, Parameter(name="--ruler")] = None,
    free: Annotated[list[str] | None, Parameter(negative=())] = None,
    per_hinge: Flag = False,
    prior: float = 0.2,
    noise: float | None = None,
    seed: int = 1,
    workers: int = 1,
    output: MaybeOutput = None,
    figure: FigureFile = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Find the friction of a real ruler from photographs of a slow pull, or from a film.

    Example: ruler fit paper-steady --per-hinge -o mine.toml --figure fit.png

    Says which numbers the data fix and which they leave open, with 95 % intervals, and predicts the last row from the
    others. A slow pull fixes only torque over table friction, mass and length; the rest is kept.

    Parameters
    ----------
    measured
        A measured recording ({tables}) with the columns tip_x_m, tip_y_m, opening_1_deg ..., and time_s when it was
        filmed; or the name of a shipped one (paper-steady, paper-jerky).
    ruler_
        A scenario whose section length and mass, table and hand the ruler has.
    free
        What is looked for besides hinge.torque, as KEY or KEY=LOW:HIGH; may be repeated. Of films: hinge.viscous
        (always), hinge.viscous_power, table.friction; hinge.spread: as --per-hinge.
    per_hinge
        Each hinge has its own torque, drawn to the mean by --prior.
    prior
        Relative standard deviation that is expected of the hinges' torques.
    noise
        How far a measured angle may be off, deg; default: as the recording says, or 1.5.
    seed
        Of the rulers that are tried on photographs and of the draws that intervals are made from.
    workers
        Processes; only films need more than one.
    output
        The fitted ruler as a scenario (.toml), which `ruler run` and the window play.
    """
    from ruler import io
    from ruler.cli.measured_reports import fit_report
    from ruler.measured import FitSettings, fit_recording, load_measured, save_fitted

    settings = FitSettings(tuple(free or ()), per_hinge, prior, noise, seed, workers)
    path = None if output is None else io.check(output, force, (".toml",), "a fitted scenario")
    picture = None
    if figure is not None:
        from ruler.figures import figure_path

        picture = figure_path(figure, force)
    recording = load_measured(measured)
    base = None if ruler_ is None else ruler.load_scenario(ruler_)
    with progress("fitting", "rulers tried") as show:
        tried = 0

        def watch(more: int, misfit: float) -> None:
            nonlocal tried
            tried += more
            show(tried, None, f"{misfit:.2f} deg rms")

        try:
            found = fit_recording(recording, settings, base=base, progress=watch)
        except KeyboardInterrupt:
            raise FailedError("interrupted; nothing was saved") from None
    if path is not None:
        save_fitted(found.scenario, measured, path, force)
    if picture is not None:
        from ruler.figures.fits import plot_fit
        from ruler.figures.frame import save_figure

        save_figure(plot_fit(found), picture)
    saved = [f"{what}: {file}" for what, file in (("scenario", path), ("figure", picture)) if file is not None]
    content = {"measured": measured, **found.as_dict(), "scenario": path and str(path)}
    answer(json_, {**content, "figure": picture and str(picture)}, fit_report(found), *saved)
