"""Friction of a measured ruler: the most likely unknowns, intervals, and the last row predicted from the others.

The misfit of each opening counts in units of its error (the measuring one and that of the model's steps), priors as
further residuals of standard deviation 1. What a ruler does is full of kinks, of hinges that just stick or slip, so
that slopes at one place say little of what lies a little further on. Stills are therefore fitted in rounds of
statistical linearization: a plane is laid through the residuals of some vectors as likely as the last round left
them, what the plane misses counts as further error, and the normal distribution that follows is the next round's
(Garcia-Fernandez, Svensson, Morelande and Sarkka, Posterior linearization filter, IEEE Trans. Signal Process. 63,
2015). From its middle SciPy's trust-region method goes to the smallest sum of squares; intervals are the middle 95 %
of that distribution around it, wider when the misfit is larger than the error that was named. Films, whose misfit is
smoother and costs a simulation, go by slopes alone.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruler import io
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.measured.models import FilmModel, Predict, fitted_scenario, slow_model
from ruler.measured.pull import MeasuredPull, measured_pull
from ruler.measured.slow import start_angles
from ruler.measured.unknowns import (
    PRIOR_LEFT,
    RATIO,
    SPREAD,
    TORQUE,
    WIDE_PRIOR,
    WIDEST,
    Unknowns,
    make_unknowns,
)
from ruler.recording import Recording
from ruler.scenario import Scenario, scenario_from_data

# What the model's steps miss, deg, and where the tip was at the start, in section lengths.
MODEL_ERROR = 0.4
TIP_ERROR = 0.02
# First values of the ratio that are tried.
SCAN = tuple(np.geomspace(0.3, 80.0, 10).tolist())
TOLERANCE = 1e-3
# How often a search may look.
MOST_LOOKS = 8
# Rounds of linearization: at most, and how far the middle still moves, in standard deviations, when it has settled;
# how wide the first one looks, in steps of the slopes, and how many vectors for each unknown.
ROUNDS, SETTLED, FIRST_WIDE, VECTORS = 10, 0.2, 5.0, 4
# The inverse ratio goes by at most this factor in a round.
FARTHEST = 3.0
DRAWS = 4000
# Fewer rows than this leave nothing to predict from.
LEAST_FOR_HELD_OUT = 3

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class FitSettings:
    """How a ruler is fitted.

    Attributes:
        free: what is looked for besides the torque, KEY or KEY=LOW:HIGH.
        per_hinge: one factor for each hinge.
        factor_prior: relative standard deviation that the factors are drawn to 1 with.
        noise_deg: how far a measured angle may be off, deg; None: as the recording says.
        seed: of the rulers that stills are tried on, and of the draws that intervals are made from.
        workers: processes, for films.
    """

    free: tuple[str, ...] = ()
    per_hinge: bool = False
    factor_prior: float = 0.2
    noise_deg: float | None = None
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if not 0.0 < self.factor_prior <= 2.0:
            raise BadInputError(f"--prior {self.factor_prior:g}: must be above 0 and at most 2 (relative)")
        if self.noise_deg is not None and not 0.05 <= self.noise_deg <= 30.0:
            raise BadInputError(f"--noise {self.noise_deg:g}: must be 0.05 to 30 (deg)")
        if not 1 <= self.workers <= 1024:
            raise BadInputError(f"--workers {self.workers}: must be 1 to 1024")


@dataclass(frozen=True)
class Parameter:
    """One fitted number: key, value, middle 95 %, whether the data fix it, and if not, why."""

    key: str
    value: float
    low: float | None
    high: float | None
    determined: bool
    note: str | None = None


@dataclass(frozen=True)
class Fit:
    """What was found.

    Attributes:
        pull: what was measured.
        parameters: with intervals.
        hinge_factors, factor_low, factor_high: of mean 1, shape (N,); None without factors.
        factor_determined: whether the data fix each; None without factors.
        predicted_deg: openings of the fitted ruler, deg, shape (rows, N).
        held_out_deg: the last row predicted from the others, deg, shape (N,); None with fewer than 3 rows.
        evaluations: rulers that were tried.
        wall_s: how long it took.
        scenario: the fitted ruler, led along the measured way.
    """

    pull: MeasuredPull
    parameters: tuple[Parameter, ...]
    hinge_factors: Floats | None
    factor_low: Floats | None
    factor_high: Floats | None
    factor_determined: tuple[bool, ...] | None
    predicted_deg: Floats
    held_out_deg: Floats | None
    evaluations: int
    wall_s: float
    scenario: Scenario

    @property
    def pull_deg(self) -> Floats:
        """What was measured, deg, shape (rows, N)."""
        return np.degrees(self.pull.opening)

    @property
    def rms_deg_per_row(self) -> list[float]:
        """Of each row but the first, deg."""
        off = self.predicted_deg[1:] - self.pull_deg[1:]
        return [float(value) for value in np.sqrt((off**2).mean(axis=1))]

    @property
    def rms_deg(self) -> float:
        """Over all rows but the first, deg."""
        return math.sqrt(sum(value**2 for value in self.rms_deg_per_row) / len(self.rms_deg_per_row))

    @property
    def held_out_rms_deg(self) -> float | None:
        """Of the last row, predicted from the others, deg."""
        if self.held_out_deg is None:
            return None
        return float(np.sqrt(((self.held_out_deg - self.pull_deg[-1]) ** 2).mean()))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for `ruler fit --json`."""
        factors = None if self.hinge_factors is None else self.hinge_factors.tolist()
        return {
            "rms_deg": self.rms_deg,
            "rms_deg_per_row": self.rms_deg_per_row,
            "parameters": [vars(parameter) for parameter in self.parameters],
            "hinge_factors": factors,
            "hinge_factors_low": None if self.factor_low is None else self.factor_low.tolist(),
            "hinge_factors_high": None if self.factor_high is None else self.factor_high.tolist(),
            "hinge_factors_determined": None if self.factor_determined is None else list(self.factor_determined),
            "held_out_rms_deg": self.held_out_rms_deg,
            "evaluations": self.evaluations,
            "wall_s": self.wall_s,
        }


def fit_recording(
    recording: Recording,
    settings: FitSettings | None = None,
    *,
    base: Scenario | None = None,
    progress: Progress | None = None,
    held_out: bool = True,
) -> Fit:
    """Find the friction of a measured ruler.

    Args:
        recording: of kind "measured"; stills (no time) go by the slow limit, a film by the simulation.
        settings: what is looked for.
        base: a scenario with all that is not looked for; None: the measured lengths, all else as by default.
        progress: called with the rulers tried and the present rms misfit, deg.
        held_out: whether the last row is also predicted from the others.

    Raises:
        BadInputError: data or settings that cannot be used.
        MissingExtraError: SciPy is not installed.
    """
    settings = settings or FitSettings()
    io.need("scipy.optimize", "fit", "fitting a ruler")
    started = time.monotonic()
    pull = measured_pull(recording, base, settings.noise_deg)
    usual = {"ruler": pull.ruler.model_dump(), "phase": [{"until": {"time": 1.0}}]}
    base = base or scenario_from_data(usual, pull.name)
    base = base.model_copy(update={"ruler": pull.ruler})
    timed = pull.time is not None
    noise = math.hypot(pull.noise, math.radians(MODEL_ERROR))
    unknowns, untold = make_unknowns(base, settings.free, settings.per_hinge, timed, settings.factor_prior, pull.noise)
    search = _Search(pull, unknowns, noise, settings, progress)
    found, cov = search.run()
    last = None
    if held_out and len(pull.opening) >= LEAST_FOR_HELD_OUT:
        fewer = _Search(pull.without_last(), unknowns, noise, settings, search.count_on)
        last = np.degrees(search.predict(fewer.run(found if timed else None)[0][None])[0, -1])
    draws = _draws(found, cov, unknowns, settings.seed)
    factors, low, high, known = _factors(unknowns, draws, found) if unknowns.per_hinge else (None, None, None, None)
    return Fit(
        pull,
        _parameters(unknowns, found, draws, untold, settings.factor_prior),
        hinge_factors=factors,
        factor_low=low,
        factor_high=high,
        factor_determined=known,
        predicted_deg=np.degrees(search.predict(found[None])[0]),
        held_out_deg=last,
        evaluations=search.evaluations,
        wall_s=time.monotonic() - started,
        scenario=fitted_scenario(pull, unknowns, found),
    )


class _Search:
    """The smallest sum of squares.

    Attributes:
        predict: the model.
        evaluations: rulers tried so far.
    """

    def __init__(
        self, pull: MeasuredPull, unknowns: Unknowns, noise: float, settings: FitSettings, progress: Progress | None
    ) -> None:
        self._pull, self._unknowns, self._noise, self._progress = pull, unknowns, noise, progress
        self._seed = settings.seed
        self.evaluations = 0
        slow = pull.time is None
        self.predict: Predict = slow_model(pull, unknowns) if slow else FilmModel(pull, unknowns, settings.workers)
        self._rows = pull.opening[1:].size

    def count_on(self, tried: int, misfit: float) -> None:
        """A search beside this one has tried some rulers."""
        self.evaluations += tried
        if self._progress is not None:
            self._progress(tried, misfit)

    def residuals(self, x: Floats) -> Floats:
        """Of vectors of shape (B, size), each of standard deviation 1 if the model is right, shape (B, residuals)."""
        pull, predicted = self._pull, self.predict(x)
        off = ((predicted[:, 1:] - pull.opening[1:]) / self._noise).reshape(len(x), -1)
        parts = [off, self._unknowns.pulls(x)]
        if self._unknowns.start:
            angle = start_angles(predicted[:, 0], pull.length, np.array([1.0, 0.0]))
            reach = (pull.length * np.cos(angle)).sum(axis=1)
            away = (reach - np.hypot(*pull.tip[0])) / (TIP_ERROR * pull.ruler.section_length)
            parts.append(away[:, None])
        self.count_on(len(x), math.degrees(self._noise * math.sqrt((off**2).mean(axis=1).min())))
        return np.concatenate(parts, axis=1)

    def run(self, begin: Floats | None = None) -> tuple[Floats, Floats]:
        """The best vector, shape (size,), and the covariance around it, shape (size, size).

        Args:
            begin: a vector that is near; None: looked for from the best ratio of `SCAN`.
        """
        x = self._scan() if begin is None else begin
        if self._pull.time is not None:
            x = self._down(x)
            slopes = self.slopes(x)
            cov = np.asarray(np.linalg.pinv(slopes.T @ slopes, hermitian=True), dtype=np.float64)
        else:
            x, cov = self._rounds(x)
            x = self._down(x)
        squares = float((self.residuals(x[None])[0] ** 2).sum())
        return x, cov * max(1.0, squares / max(1, self._rows - len(self._unknowns.keys)))

    def _rounds(self, x: Floats) -> tuple[Floats, Floats]:
        """Middle and covariance of the unknowns, by rounds of linearization that begin around a vector."""
        low, high = self._unknowns.limits()
        size = x.size
        rng = np.random.default_rng(self._seed)
        z = rng.standard_normal((VECTORS * size // 2 + 2, size))
        z = np.concatenate((z, -z))
        # Exactly of variance 1, so that the vectors of a round are spread as the round before says.
        z = np.linalg.solve(np.linalg.cholesky(z.T @ z / len(z)), z.T).T
        cov = np.diag((FIRST_WIDE * self._unknowns.steps(x)) ** 2)
        for _ in range(ROUNDS):
            tried = np.clip(x + z @ np.linalg.cholesky(cov).T, low + 1e-9, high)
            residuals = self.residuals(tried)
            plane = np.column_stack((np.ones(len(tried)), tried - x))
            laid = np.linalg.lstsq(plane, residuals, rcond=None)[0]
            missed = residuals - plane @ laid
            error = np.eye(residuals.shape[1]) + missed.T @ missed / (len(tried) - size - 1)
            weighted = np.linalg.solve(error, laid[1:].T)
            inverse = laid[1:] @ weighted
            cov = np.linalg.inv(inverse)
            move = -cov @ (weighted.T @ laid[0])
            moved = math.sqrt(move @ inverse @ move / size)
            far = np.clip(x[0] + move[0], x[0] / FARTHEST, x[0] * FARTHEST) - x[0]
            x = x + move * (far / move[0] if move[0] != 0.0 else 1.0)
            if moved < SETTLED:
                break
        return np.clip(x, low, high), cov

    def _down(self, x: Floats) -> Floats:
        """The nearest vector of least squares."""
        from scipy.optimize import least_squares

        low, high = self._unknowns.limits()
        found = least_squares(
            lambda at: self.residuals(at[None])[0],
            np.clip(x, low + 1e-6, high - 1e-6),
            self.slopes,
            bounds=(low, high),
            x_scale=10.0 * self._unknowns.steps(x),
            ftol=TOLERANCE,
            xtol=TOLERANCE,
            max_nfev=MOST_LOOKS,
        )
        return np.asarray(found.x)

    def _scan(self) -> Floats:
        tried = np.tile(self._unknowns.first(), (len(SCAN), 1))
        tried[:, 0] = 1.0 / np.array(SCAN)
        tried = np.clip(tried, *self._unknowns.limits())
        return np.asarray(tried[(self.residuals(tried) ** 2).sum(axis=1).argmin()])

    def slopes(self, x: Floats) -> Floats:
        """Of the residuals, shape (residuals, size), over a step to each side."""
        steps = self._unknowns.steps(x)
        # The inverse ratio stays above 0.
        steps[0] = min(steps[0], 0.9 * x[0])
        tried = self.residuals(np.concatenate((x + np.diag(steps), x - np.diag(steps))))
        return np.asarray((tried[: len(steps)] - tried[len(steps) :]).T / (2.0 * steps))


def _draws(x: Floats, cov: Floats, unknowns: Unknowns, seed: int) -> Floats:
    """Vectors as likely as the data leave them, shape (DRAWS, size)."""
    rng = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(cov)
    spread = vectors * np.sqrt(np.maximum(values, 0.0))
    low, high = unknowns.limits()
    return np.asarray(np.clip(x + rng.standard_normal((DRAWS, x.size)) @ spread.T, low, high))


def _factors(unknowns: Unknowns, draws: Floats, x: Floats) -> tuple[Floats, Floats, Floats, tuple[bool, ...]]:
    drawn, best = unknowns.factors(draws), unknowns.factors(x[None])[0]
    drawn = drawn / drawn.mean(axis=1, keepdims=True)
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    left = np.log(drawn).std(axis=0) / math.sqrt(math.log1p(unknowns.factor_prior**2))
    return best / best.mean(), low, high, tuple(bool(part < PRIOR_LEFT) for part in left)


def _parameters(
    unknowns: Unknowns, x: Floats, draws: Floats, untold: dict[str, str], prior: float
) -> tuple[Parameter, ...]:
    found = []
    for key in (RATIO, *unknowns.keys):
        values = unknowns.value(key, draws)
        low, high = np.percentile(values, (2.5, 97.5)).tolist()
        told = high < WIDEST * low
        if key in WIDE_PRIOR:
            told = told and float(np.log(values).std()) < PRIOR_LEFT * WIDE_PRIOR[key]
        note = None if told else "the data leave it open"
        if told and key == TORQUE:
            note = "for the table friction and section mass that were kept"
        found.append(Parameter(key, float(unknowns.value(key, x[None])[0]), low, high, told, note))
    if unknowns.per_hinge:
        drawn = unknowns.factors(draws)
        spread = (drawn / drawn.mean(axis=1, keepdims=True)).std(axis=1)
        low, high = np.percentile(spread, (2.5, 97.5)).tolist()
        told = high < min(WIDEST * low, 2.0 * prior + low)
        note = "written as one torque per hinge" if told else "the data leave it open"
        found.append(Parameter(SPREAD, float(np.median(spread)), low, high, told, note))
    for key, reason in untold.items():
        table, name = key.split(".")
        kept = getattr(getattr(unknowns.base, table), name)
        found.append(Parameter(key, float(np.mean(kept)), None, None, False, reason))
    return tuple(found)
