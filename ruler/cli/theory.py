"""`ruler theory quasi-static`; `spring-block`, whose options come from the chain, is read when it is used."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ruler
from ruler.cli.core import group
from ruler.cli.options import FigureFile, Flag, Force, Json, Outputs, Sets, answer, flagged, percent, targets

if TYPE_CHECKING:
    from ruler.recording import Recording

theory = group(
    "theory",
    "The paper's own model (blocks and springs) and the slow limit of the ruler.",
    "For example: ruler theory spring-block --preset all -o regimes.png",
)
theory.command("ruler.cli.spring_block:spring_block")


@theory.command
def quasi_static(
    scenario: str,
    /,
    *,
    set_: Sets = None,
    compare: Flag = False,
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
    from ruler.cli.reports import slow_report
    from ruler.theory import quasi_static_recording, require_solver

    require_solver()
    loaded = ruler.load_scenario(scenario, set_)
    files = targets(output, figure, force)
    name = Path(scenario).stem
    started = time.perf_counter()
    with percent(name) as show:
        slow = flagged(["step"], lambda: quasi_static_recording(loaded, name=scenario, step=step, progress=show))
    wall = time.perf_counter() - started
    simulated = None
    if compare:
        with percent(f"{name}, simulated") as show:
            simulated = ruler.simulate(
                loaded, lambda run: show(min(1.0, run.time / (run.planned_time or run.time or 1.0)))
            )
    files.save(lambda: slow, lambda: _figure(slow, simulated, name), force)
    content = {**_result(slow, simulated, scenario, wall), **files.as_dict()}
    answer(json_, content, slow_report(slow, simulated, wall), *files.lines)


def _figure(slow: "Recording", simulated: "Recording | None", name: str) -> Any:
    from ruler.figures.recordings import plot_recordings

    recordings = [each for each in (slow, simulated) if each is not None]
    return plot_recordings(recordings, [f"{name}, slow limit", f"{name}, simulated"][: len(recordings)])


def _result(slow: "Recording", simulated: "Recording | None", scenario: str, wall: float) -> dict[str, Any]:
    from ruler.analysis import load_curve

    summary = dict(slow.meta["summary"])
    load = summary["load"]
    last = ("pull_force_N", "work_J", "hinge_loss_J", "table_loss_J")
    return {
        "scenario": scenario,
        **summary,
        "load_curve": None if load is None else load_curve(load).tolist(),
        **{name: float(slow.column(name)[-1]) for name in last},
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
