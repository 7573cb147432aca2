"""One run of a sweep, in whatever process it is: plain data and a seed in, a row of the table out."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ruler._version import versions as installed
from ruler.analysis.loads import LOAD_MEASURES
from ruler.errors import RulerError
from ruler.text import reason

# The physics engine is not thread safe, and torch has one random stream; workers of a cluster may
# have several threads.
_ONE_AT_A_TIME = threading.Lock()

# Of an inaccurate run, whose trust is poor, the numbers are there, but are not to be relied on.
COMPLETE, FAILED, INACCURATE = "complete", "failed", "inaccurate"
WALL = "wall_s"
SHARE = {"share": "share_{}"}

Values = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        cell: number of the cell.
        seed: of the run.
        kind: a key of `KINDS`.
        data: what is run, see `ruler.sweeps.cells.Cell`.
        keep: whether the recording is wanted.
    """

    cell: int
    seed: int
    kind: str
    data: Mapping[str, Any]
    keep: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        cell: of the job.
        seed: of the job.
        values: by column; lists by their name in the kind's `layers`.
        recording: a `ruler.recording.Recording`, if it was wanted and there is one.
    """

    cell: int
    seed: int
    values: Mapping[str, Any]
    recording: Any = None


def run_jobs(jobs: Sequence[Job]) -> list[Outcome]:
    """Run a batch of jobs, one after the other; a run that fails is an outcome with its reason."""
    return [run_job(job) for job in jobs]


def run_job(job: Job) -> Outcome:
    """Run one job. Never raises for a run that goes wrong."""
    started = time.perf_counter()
    recording = None
    try:
        with _ONE_AT_A_TIME:
            values, recording = KINDS[job.kind].run(job)
        values = _finite(values)
    except RulerError as error:
        values = {"status": FAILED, "reason": reason(error)}
    except Exception as error:  # whatever happens in a run must not end the sweep
        values = {"status": FAILED, "reason": f"{type(error).__name__}: {reason(error)}"}
    values[WALL] = round(time.perf_counter() - started, 6)
    return Outcome(job.cell, job.seed, values, recording)


def died(job: Job) -> Outcome:
    """The outcome of a job whose process was killed or crashed, twice."""
    reason = "the process that ran it died (crashed, was killed, or ran out of memory)"
    return Outcome(job.cell, job.seed, {"status": FAILED, "reason": reason})


def _finite(values: Values) -> Values:
    """A run that ends in numbers that are none has failed, whatever it says."""
    for name, value in values.items():
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, float) and not math.isfinite(number):
                return {"status": FAILED, "reason": f"{name} is {number}"}
    return values


def _complete(measures: Mapping[str, Any], **others: Any) -> Values:
    """Values of a run that came to its end, from the measures of its loads."""
    measured = {name: measures[name] for name in LOAD_MEASURES}
    return {"status": COMPLETE, "reason": measures["note"] or "", **measured, "share": measures["load"] or [], **others}


def _ruler(job: Job) -> tuple[Values, Any]:
    from ruler.analysis import summarise, summarised
    from ruler.recording import Recorder
    from ruler.scenario import scenario_from_data

    recorder = Recorder(scenario_from_data({**job.data, "seed": job.seed}, "cell"))
    recorder.run()
    recording = recorder.recording()
    summary = summarise(recording)
    numbers = {name: summary[name] for name in _MECHANICAL}
    values = _complete(summary, **numbers, opening=summary["opening_deg"], trust=summary["trust"])
    if summary["trust"] == "poor":
        values["status"] = INACCURATE
    if summary["trust_reason"]:
        values["reason"] = summary["trust_reason"]
    return values, summarised(recording) if job.keep else None


def _chain(job: Job) -> tuple[Values, Any]:
    from ruler.theory import PRESETS, run_chains, spring_block_recording

    model = replace(PRESETS[job.data["preset"]].model, **job.data["model"])
    chains = job.data["chains"] if model.noise > 0.0 else 1
    samples = 200 if job.keep else 1
    run = run_chains(model, chains=chains, steps=job.data["steps"], seed=job.seed, samples=samples)
    values = _complete(
        run.measures.as_dict(),
        simulated_s=float(run.time[-1]),
        steps=run.steps,
        elongation=run.final.mean(axis=0).tolist(),
    )
    kept = spring_block_recording(run, name=f"cell {job.cell + 1}", title="Spring-block chain") if job.keep else None
    return values, kept


def _network(job: Job) -> tuple[Values, Any]:
    from ruler.networks import NetworkSettings, train
    from ruler.networks.tables import table_rows

    settings = NetworkSettings(**job.data["settings"])
    profile = train(settings, job.seed, data=dataset(settings.data), record=job.data["record"]).profile
    return _complete(profile.measures.as_dict(), **profile.mean_accuracies, networks=table_rows(profile)), None


@cache
def dataset(name: str) -> Any:
    """The data set of that name, made once in a process."""
    from ruler.networks import load_data

    return load_data(name)


def versions(kind: str) -> dict[str, str]:
    """Versions of everything that decides the results of such runs.

    Raises:
        MissingExtraError: they need a library that is not installed.
    """
    if kind == "network":
        from ruler.networks.training import need_training

        need_training()
    return installed(KINDS[kind].libraries)


@dataclass(frozen=True)
class Kind:
    """One kind of run.

    Attributes:
        run: makes it: values by column, and its recording if that is wanted.
        numbers: its columns, besides status, reason and the measures of the loads.
        layers: columns of every layer, "{}" being its number, by the name of the list in the values.
        libraries: what decides their results besides this program, as they are installed.
        logged: values that are kept in the log, but are no column of the table.
        records: whether its runs can be kept as recordings.
    """

    run: Callable[[Job], tuple[Values, Any]]
    numbers: tuple[str, ...]
    layers: Mapping[str, str]
    libraries: tuple[str, ...] = ("pymunk",)
    logged: tuple[str, ...] = ()
    records: bool = True

    def columns(self, layers: int) -> list[str]:
        """Columns of the results, of runs of so many layers."""
        numbered = [column.format(i) for column in self.layers.values() for i in range(1, layers + 1)]
        return ["status", "reason", *LOAD_MEASURES, *self.numbers, WALL, *numbered]

    def has_column(self, name: str) -> bool:
        """Whether a column of every table of this kind, of any number of layers, has that name."""
        starts = tuple(column.partition("{}")[0] for column in self.layers.values())
        return name in {"cell", "seed", *self.columns(0)} or name.startswith(starts)


_MECHANICAL = ("energy_error", "worst_joint_gap_m", "simulated_s", "steps")
KINDS = {
    "ruler": Kind(_ruler, (*_MECHANICAL, "trust"), {"opening": "opening_{}_deg", **SHARE}),
    "spring-block": Kind(_chain, _MECHANICAL, {"elongation": "elongation_{}", **SHARE}),
    "network": Kind(
        _network,
        ("train_accuracy", "test_accuracy"),
        SHARE,
        libraries=("torch", "scikit-learn"),
        logged=("networks",),
        records=False,
    ),
}
