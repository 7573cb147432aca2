"""What a ruler of given friction would have done: the slow limit for stills, the simulation for films.

Stills go by the slow limit (`ruler.measured.slow`), which takes a second for all slopes of a fit and knows nothing of
time. Films go by the project's simulation, along the tracked way of the tip, in as many processes as are wanted.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from ruler.arrays import Floats
from ruler.measured.pull import MeasuredPull
from ruler.measured.slow import SlowRulers, pull_batch
from ruler.measured.unknowns import FRICTION, POWER, TORQUE, VISCOUS, Unknowns
from ruler.mechanics import Simulation, SimulationError
from ruler.scenario import Scenario, scenario_from_data
from ruler.scenario.geometry import lay_out

# How slow a pull is that is written from stills, section lengths a second.
SLOW_SPEED = 0.25
# A ruler that cannot follow the hand is as far off as this, rad: worse than any that can.
LOST = 3.0
_STEPS_AT_A_TIME = 20000

# Openings, rad, shape (B, rows, N), for vectors of unknowns, shape (B, size).
Predict = Callable[[Floats], Floats]


def slow_model(pull: MeasuredPull, unknowns: Unknowns) -> Predict:
    """The slow limit, for stills."""

    def predict(x: Floats) -> Floats:
        rulers = SlowRulers(
            length=pull.length,
            opening=unknowns.start_opening(x, pull.opening[0]),
            ratio=unknowns.ratios(x),
            whole=pull.ruler.section_length,
        )
        return pull_batch(rulers, pull.tip)

    return predict


class FilmModel:
    """The simulation, for films.

    Args:
        pull: of a film.
        unknowns: what is looked for.
        workers: processes.
    """

    def __init__(self, pull: MeasuredPull, unknowns: Unknowns, workers: int = 1) -> None:
        self._pull, self._unknowns, self._workers = pull, unknowns, workers

    def __call__(self, x: Floats) -> Floats:
        """As for `Predict`."""
        scenarios = [fitted_scenario(self._pull, self._unknowns, row) for row in x]
        assert self._pull.time is not None
        play = partial(play_at, times=self._pull.time)
        if self._workers == 1 or len(x) == 1:
            return np.stack([play(scenario) for scenario in scenarios])
        from loky import get_reusable_executor

        return np.stack(list(get_reusable_executor(max_workers=self._workers).map(play, scenarios)))


def play_at(scenario: Scenario, times: Floats) -> Floats:
    """Openings of a run at some times (s), rad, shape (times, N); `LOST` when the ruler cannot follow the hand."""
    try:
        simulation = Simulation(scenario)
        while not simulation.finished:
            simulation.advance(_STEPS_AT_A_TIME)
    except SimulationError:
        return np.full((len(times), scenario.ruler.hinges), LOST)
    samples = simulation.take_samples()
    assert samples is not None
    return np.column_stack([np.interp(times, samples.time, values) for values in samples.opening.T])


def fitted_scenario(pull: MeasuredPull, unknowns: Unknowns, x: Floats) -> Scenario:
    """The scenario of a vector of unknowns: this ruler led along the measured way.

    Args:
        pull: what was measured.
        unknowns: what the vector means.
        x: shape (size,).

    Raises:
        BadInputError: the measured way cannot be that of a ruler.
    """
    base, one = unknowns.base, x[None]
    torque = unknowns.value(TORQUE, one)[0] * unknowns.factors(one)[0] / unknowns.factors(one)[0].mean()
    hinge = {"torque": torque.tolist() if unknowns.per_hinge else float(torque[0])}
    for key in (VISCOUS, POWER):
        if key in unknowns.keys:
            hinge[key.split(".")[1]] = float(unknowns.value(key, one)[0])
    if VISCOUS not in unknowns.keys:
        # Nothing is known of it; as much for the torque as the paper's own ruler needs in its quick pull.
        hinge["viscous"] = 0.3 * float(torque.mean())
    kept = base.hinge.model_dump(exclude_defaults=True)
    for name in ("static_torque", "closing_torque", "spread"):
        kept.pop(name, None)
    table = base.table.model_dump(exclude_defaults=True)
    if FRICTION in unknowns.keys:
        table["friction"] = float(unknowns.value(FRICTION, one)[0])
    opening = np.degrees(unknowns.start_opening(one, pull.opening[0])[0])
    path = _path_of(pull) if pull.path is None else _relative(pull.path)
    data = {
        "title": f"{pull.name}, fitted"[:200],
        "description": "A measured ruler, its friction fitted, led along the measured way of its tip.",
        "seed": base.seed,
        "ruler": {**pull.ruler.model_dump(), "opening": opening.tolist()},
        "hinge": {**kept, **hinge},
        "table": table,
        "hand": {**base.hand.model_dump(exclude_defaults=True)},
        "simulation": base.simulation.model_dump(),
        "recording": {"rate": 60.0},
        "phase": [{"name": "pull", "pull": {"path": path}, "until": {"time": path[-1][0]}}],
    }
    return scenario_from_data(data, pull.name)


def _relative(path: Floats) -> list[list[float]]:
    rows: list[list[float]] = np.round(path - [0.0, *path[0, 1:]], 7).tolist()
    return rows


def _path_of(pull: MeasuredPull) -> list[list[float]]:
    """A slow way through the places of the tip, from where openings and lengths put it at the start."""
    start = lay_out(pull.ruler).tip
    places = np.concatenate((start[None], pull.tip[1:]))
    way = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))))
    time = way / (SLOW_SPEED * pull.ruler.section_length)
    time = np.maximum.accumulate(time + 1e-3 * np.arange(len(time)))
    rows: list[list[float]] = np.round(np.column_stack((time, places)), 7).tolist()
    return rows
