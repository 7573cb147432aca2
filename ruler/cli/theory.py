"""`ruler theory quasi-static` and `reference`; `spring-block`, whose options come from the chain, is read when used."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ruler
from ruler.cli.console import say
from ruler.cli.core import group
from ruler.cli.options import FigureFile, Flag, Force, Json, Outputs, Sets, answer, flagged, percent, targets
from ruler.errors import naming

if TYPE_CHECKING:
    from ruler.recording import Recording

theory = group(
    "theory",
    "The paper's own model (blocks and springs), the slow limit of the ruler, and a second opinion on it.",
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

    Parameters
    ----------
    scenario
        A scenario file, or the name of a shipped one (see: ruler scenarios).
    compare
        Also simulate the scenario and say how far the worst hinge is apart.
    step
        Longest step of the tip, in m; default: 0.0125 mean section lengths, less beyond 12 hinges.
    """
    from ruler.cli.theory_reports import slow_report
    from ruler.theory import quasi_static_recording

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
            simulated = ruler.simulate(loaded, lambda run: _show(show, run))
    files.save(lambda: slow, lambda: _figure(slow, simulated, name), force)
    content = {**_result(slow, simulated, scenario, wall), **files.as_dict()}
    answer(json_, content, slow_report(slow, simulated, wall), *files.lines)


@theory.command
def reference(
    scenario: str,
    /,
    *,
    seed: int | None = None,
    set_: Sets = None,
    compare: Flag = False,
    rate: float | None = None,
    json_: Json = False,
    output: Outputs = None,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """A second opinion: play a scenario by an independent dynamics, on the same hand's path.

    Example: ruler theory reference jerky --compare

    Its coordinates are the directions of the sections, so joints cannot open; its steps are implicit.
    It plays every scenario but a recorded session of the window.

    Parameters
    ----------
    scenario
        A scenario file, or the name of a shipped one (see: ruler scenarios).
    seed
        Seed of the shaking, instead of the scenario's.
    compare
        Also simulate the scenario and say how far the worst hinge is apart.
    rate
        Steps a second; default: a whole part of the simulation's, 1000 or more.
    """
    from ruler.cli.theory_reports import reference_report
    from ruler.mechanics import find_impossible

    loaded = ruler.load_scenario(scenario, set_, seed)
    files = targets(output, figure, force)
    name = Path(scenario).stem
    findings = find_impossible(loaded)
    for finding in findings:
        say(f"{name}: {finding}", error=True)
    walls, played = [], []
    with naming(scenario), percent(name) as show:
        started = time.perf_counter()
        made = flagged(["rate"], lambda: ruler.reference(loaded, lambda run: _show(show, run), name=name, rate=rate))
        played.append(made)
        walls.append(time.perf_counter() - started)
    if compare:
        with percent(f"{name}, simulated") as show:
            started = time.perf_counter()
            played.append(ruler.simulate(loaded, lambda run: _show(show, run), name=name))
            walls.append(time.perf_counter() - started)
    simulated = played[1] if compare else None
    files.save(lambda: made, lambda: _figure(made, simulated, name, "reference"), force)
    said = {"scenario": scenario, "seed": loaded.seed, "path_warnings": [finding.as_dict() for finding in findings]}
    content = {**said, **made.meta["summary"], "wall_s": walls[0]}
    del content["worst_joint_gap_m"]
    if simulated is not None:
        content["simulation"] = {**said, **simulated.meta["summary"], "wall_s": walls[1], "recording": None}
        content["worst_hinge_deg"] = float(abs(simulated.opening_deg[-1] - made.opening_deg[-1]).max())
    content["recording"] = next(map(str, files.recordings), None)
    answer(json_, {**content, **files.as_dict()}, reference_report(made, simulated, walls), *files.lines)


def _show(show: Callable[[float], None], run: Any) -> None:
    show(min(1.0, run.time / (run.planned_time or run.time or 1.0)))


def _figure(theory: "Recording", simulated: "Recording | None", name: str, called: str = "slow limit") -> Any:
    from ruler.figures.recordings import plot_recordings

    recordings = [each for each in (theory, simulated) if each is not None]
    return plot_recordings(recordings, [f"{name}, {called}", f"{name}, simulated"][: len(recordings)])


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
