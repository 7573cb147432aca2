"""One run of a sweep, in whatever process it is: plain data in, a row of the table out."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ruler.errors import RulerError

# The physics engine is not thread safe; workers of a cluster may have several threads.
_ONE_AT_A_TIME = threading.Lock()

COMPLETE, FAILED = "complete", "failed"


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        cell: number of the cell.
        seed: of the run.
        kind: "ruler" or "spring-block".
        data: what is run, see `ruler.sweep.cells.Cell`.
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
        values: by column; openings (deg) or elongations and shares as lists.
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
            values, recording = (_ruler if job.kind == "ruler" else _chain)(job)
    except RulerError as error:
        values = {"status": FAILED, "reason": _one_line(error)}
    except Exception as error:  # whatever happens in a run must not end the sweep
        values = {"status": FAILED, "reason": f"{type(error).__name__}: {_one_line(error)}"}
    values["wall_s"] = round(time.perf_counter() - started, 6)
    return Outcome(job.cell, job.seed, values, recording)


def died(job: Job) -> Outcome:
    """The outcome of a job whose process was killed or crashed, twice."""
    reason = "the process that ran it died (crashed, was killed, or ran out of memory)"
    return Outcome(job.cell, job.seed, {"status": FAILED, "reason": reason})


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _ruler(job: Job) -> tuple[dict[str, Any], Any]:
    from ruler.analysis import summarise, summarised
    from ruler.recording import Recorder
    from ruler.scenario import scenario_from_data

    scenario = scenario_from_data({**job.data, "seed": job.seed}, "cell")
    recorder = Recorder(scenario)
    recorder.run()
    recording = recorder.recording()
    summary = summarise(recording)
    numbers = ("energy_error", "worst_joint_gap_m", "simulated_s", "steps")
    values = {
        "status": COMPLETE,
        "reason": summary["note"] or "",
        **_measured(summary),
        **{name: summary[name] for name in numbers},
        "opening": summary["opening_deg"],
    }
    return _finite(values), summarised(recording) if job.keep else None


def _chain(job: Job) -> tuple[dict[str, Any], Any]:
    from ruler.theory import PRESETS, run_chains, spring_block_recording

    model = replace(PRESETS[job.data["preset"]].model, **job.data["model"])
    chains = job.data["chains"] if model.noise > 0.0 else 1
    samples = 200 if job.keep else 1
    run = run_chains(model, chains=chains, steps=job.data["steps"], seed=job.seed, samples=samples)
    values = {
        "status": COMPLETE,
        "reason": run.measures.note or "",
        **_measured(run.measures.as_dict()),
        "simulated_s": float(run.time[-1]),
        "steps": run.steps,
        "elongation": run.final.mean(axis=0).tolist(),
    }
    kept = spring_block_recording(run, name=f"cell {job.cell + 1}", title="Spring-block chain") if job.keep else None
    return _finite(values), kept


def _measured(summary: Mapping[str, Any]) -> dict[str, Any]:
    measures = ("center_of_load", "unevenness", "curvature", "outer_share")
    return {**{name: summary[name] for name in measures}, "share": summary["load"] or []}


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """A run that ends in numbers that are none has failed, whatever it says."""
    for name, value in values.items():
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, float) and not math.isfinite(number):
                return {"status": FAILED, "reason": f"{name} is {number}"}
    return values
