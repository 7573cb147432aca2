"""Results of the theory as recordings, which plot, export and files take as they take ruler runs.

The slow limit fills every column as a run of the ruler would. A spring-block chain has springs
where the ruler has hinges, and no unit:

    time_s             time of the model
    tip_x_m            the pulled end, tip_y_m is 0
    extension          the pulled end over the target
    pull_force_N       force on the pulled end, mean over the chains
    opening_i_deg      180 deg times (elongation of spring i, mean over the chains) / target
    elastic_energy_J   energy in the springs, mean over the chains
    all others         0: not known

180 deg is the whole target, so that the openings sum to 180 deg, an opening is proportional to the
load, and a spring that takes all of it is open as far as a hinge can be. `meta` says so under
"columns" and gives the factor as "degrees_per_elongation".
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from ruler._version import versions
from ruler.analysis import summarised
from ruler.arrays import Floats
from ruler.recording import Recording
from ruler.recording.recording import column_names
from ruler.scenario import Scenario, scenario_to_full_data
from ruler.theory.chain_run import ChainRun, chain_summary
from ruler.theory.from_scenario import SlowPull, slow_pull_of
from ruler.theory.quasi_static import QuasiStaticPull, count_steps, default_step, pull_slowly
from ruler.theory.spring_block import FirstOrder

QUASI_STATIC = "quasi-static"
SPRING_BLOCK = "spring-block"
# Opening, deg, of a spring that is stretched by the whole target.
WHOLE = 180.0

_SPRING_COLUMNS = {
    "time_s": "time of the model, no unit",
    "tip_x_m": "place of the pulled end, no unit",
    "extension": "place of the pulled end over the target",
    "pull_force_N": "force on the pulled end, mean over the chains, no unit",
    "opening_i_deg": "180 deg x (elongation of spring i, mean over the chains) / target",
    "elastic_energy_J": "energy in the springs, mean over the chains, no unit",
}


def quasi_static_recording(
    scenario: Scenario,
    *,
    name: str | None = None,
    step: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> Recording:
    """A scenario in the slow limit, as a recording of kind "quasi-static".

    `work_J` is what was worn off in hinges and on the table: in the slow limit nothing else becomes of the
    work of the hand and, on a tilted table, of the slope, so that the energy account closes by definition.
    `pull_force_N` is the force along x in the last small step before the sample.

    Args:
        scenario: what to pull; see `slow_pull_of` for what has a slow limit.
        name: what the scenario is called, in messages and in the metadata; None: its title.
        step: m, the longest step of the tip; None: `default_step`.
        progress: called with the part of the work that is done, 0 to 1.

    Raises:
        BadInputError: a scenario without a slow limit.
        FailedError: no way is left for the tip.
    """
    way = slow_pull_of(scenario, name or scenario.title)
    longest = default_step(way.ruler) if step is None else step
    pull = pull_slowly(way.ruler, way.displacement, step=longest, progress=progress)
    meta = {
        "kind": QUASI_STATIC,
        "name": name or scenario.title,
        "seed": scenario.seed,
        "source": scenario_to_full_data(scenario),
        "ignored": list(way.ignored),
        "longest_step_m": longest,
        "versions": versions(()),
    }
    phases = tuple(phase.name for phase in scenario.phase)
    steps = count_steps(way.displacement, longest)
    return _complete(_quasi_static_table(way, pull), phases, meta, steps)


def _quasi_static_table(way: SlowPull, pull: QuasiStaticPull) -> Floats:
    full = sum(way.ruler.section_length)
    tip, inner = pull.node[:, -1], pull.node[:, 0]
    return _table(
        way.ruler.hinges,
        {
            "time_s": way.time,
            "phase": way.phase.astype(np.float64),
            "tip_x_m": tip[:, 0],
            "tip_y_m": tip[:, 1],
            "extension": (tip[:, 0] - inner[:, 0]) / full,
            "pull_force_N": pull.force[:, 0],
            "work_J": pull.hinge_loss + pull.table_loss,
            "hinge_loss_J": pull.hinge_loss,
            "table_loss_J": pull.table_loss,
            "elastic_energy_J": np.zeros(len(pull.force)),
        },
        np.rad2deg(pull.opening),
    )


def spring_block_recording(run: ChainRun, *, name: str = SPRING_BLOCK, title: str | None = None) -> Recording:
    """An ensemble of chains as a recording of kind "spring-block"; the module says what its columns mean.

    Args:
        run: the ensemble.
        name: what it is called.
        title: one line about it; None: made from the settings.
    """
    model = run.model
    order = 1 if isinstance(model, FirstOrder) else 2
    meta: dict[str, Any] = {
        "kind": SPRING_BLOCK,
        "name": name,
        "seed": run.seed,
        "source": {
            "title": title or f"Spring-block chain, order {order}, {run.chains} chains",
            "order": order,
            **asdict(model),
            "chains": run.chains,
            "steps": run.steps,
        },
        "columns": _SPRING_COLUMNS,
        "degrees_per_elongation": WHOLE / model.target,
        "ensemble": chain_summary(run),
        "versions": versions(()),
    }
    columns = {
        "time_s": run.time,
        "tip_x_m": run.right_end,
        "extension": run.right_end / model.target,
        "pull_force_N": model.stiffness * run.elongation[:, -1],
        "elastic_energy_J": run.elastic,
    }
    table = _table(run.springs, columns, WHOLE / model.target * run.elongation)
    return _complete(table, ("pull",), meta, run.steps)


def _complete(table: Floats, phases: tuple[str, ...], meta: Mapping[str, Any], steps: int) -> Recording:
    """A recording that has come to its end, with its summary."""
    end = {"status": "complete", "steps": steps, "simulated_s": float(table[-1, 0]), "worst_joint_gap_m": 0.0}
    return summarised(Recording(table, phases, {**meta, **end}))


def _table(hinges: int, columns: Mapping[str, Floats], opening_deg: Floats) -> Floats:
    """A recording's table from some of its columns; the others are 0."""
    names = column_names(hinges)
    table = np.zeros((len(opening_deg), len(names)))
    for name, values in columns.items():
        table[:, names.index(name)] = values
    first = names.index("opening_1_deg")
    table[:, first : first + hinges] = opening_deg
    return table
