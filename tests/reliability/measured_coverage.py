"""Made-up rulers whose hinges are known, measured with an error, fitted: how well friction is found again.

Run it by hand: python tests/reliability/measured_coverage.py [RULERS] [FIRST_SEED]. It prints the median error of the
hinges' factors and of the ratio, how often the 95 % intervals hold the truth, and how far off the ratio would be by the
Cramer-Rao bound, which no unbiased fit can beat. docs/reliability.md has what it gave.
"""

import math
import sys

import numpy as np

from ruler.errors import FailedError
from ruler.measured.fit import FitSettings, fit_recording
from ruler.measured.pull import measured_pull
from ruler.measured.slow import SlowRulers, pull_batch
from ruler.measured.unknowns import RATIO
from ruler.recording import Recording, measured_recording
from ruler.theory.quasi_static import pull_slowly
from ruler.theory.slow_ruler import QuasiStaticRuler

NOISE_DEG = 1.5
# Relative standard deviation that factors of 0.7 to 1.4 have; steps of the bound's slopes, relative and rad.
PRIOR = 0.2
STEP, TURN = 2e-3, 6e-4
FACTORS = (0.7, 1.4)
LENGTH, MASS, FRICTION = 0.2, 0.012, 0.3


def made_up(seed: int) -> tuple[Recording, float, np.ndarray]:
    """Stills of a ruler, the ratio of its torque, its factors (mean 1); the reference slow limit pulls it."""
    rng = np.random.default_rng(seed)
    hinges, ratio = int(rng.integers(6, 17)), float(np.exp(rng.uniform(np.log(2.0), np.log(30.0))))
    factors = np.exp(rng.uniform(*np.log(FACTORS), hinges))
    factors /= factors.mean()
    length = np.full(hinges + 1, LENGTH)
    length[[0, -1]] *= 0.5
    opening = np.radians(rng.uniform(5.0, 15.0, hinges))
    ruler = QuasiStaticRuler(
        section_length=tuple(length),
        section_mass=tuple(MASS * length / LENGTH),
        opening=tuple(opening),
        torque=tuple(ratio * FRICTION * MASS * 9.81 * LENGTH * factors),
        friction=FRICTION,
    )
    rows = int(rng.integers(4, 9))
    ways = np.linspace(0.0, 1.0, rows)[1:] * (0.5 * length.sum() - 0.09 * length.sum())
    pull = pull_slowly(ruler, ways)
    clean = np.degrees(np.vstack((opening, pull.opening)))
    first = ruler.angles
    start = [(length * np.cos(first)).sum(), (length * np.sin(first)).sum()]
    tip = np.vstack((start, pull.node[:, -1]))
    measured = np.clip(clean + NOISE_DEG * rng.standard_normal(clean.shape), 0.0, 180.0)
    return measured_recording(measured, tip, name=f"made up {seed}", section_length=LENGTH), ratio, factors


def least_deviation(recording: Recording, ratio: float, factors: np.ndarray) -> float:
    """Least standard deviation of the logarithm of the ratio, from the information in the stills and the prior.

    The unknowns are the logarithms of the hinges' torques, whose differences the prior holds together, and the start.
    """
    pull = measured_pull(recording)
    hinges = factors.size
    size, noise = 2 * hinges, math.radians(NOISE_DEG)
    steps = np.repeat((STEP, TURN), hinges)
    moved = np.concatenate((np.diag(steps), -np.diag(steps)))
    rulers = SlowRulers(
        pull.length,
        np.clip(pull.opening[0] + moved[:, hinges:], 1e-3, None),
        ratio * factors * np.exp(moved[:, :hinges]),
        pull.ruler.section_length,
    )
    openings = pull_batch(rulers, pull.tip)[:, 1:].reshape(2 * size, -1)
    slopes = (openings[:size] - openings[size:]) / (2.0 * steps[:, None])
    information = slopes @ slopes.T / noise**2
    information[hinges:, hinges:] += np.eye(hinges) / noise**2
    information[:hinges, :hinges] += (np.eye(hinges) - 1.0 / hinges) / math.log1p(PRIOR**2)
    way = np.concatenate((factors / factors.sum(), np.zeros(hinges)))
    return math.sqrt(way @ np.linalg.solve(information, way))


def main() -> None:
    """Fit many and print what came out."""
    rulers = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    errors, told_errors, ratios, held, held_ratio, bounds = [], [], [], [], [], []
    normal = np.random.default_rng(0).standard_normal(4001)
    for seed in range(first, first + rulers):
        try:
            recording, ratio, factors = made_up(seed)
        except FailedError as error:
            print(f"{seed}: left out: {error}", flush=True)
            continue
        fit = fit_recording(recording, FitSettings(per_hinge=True, factor_prior=PRIOR), held_out=False)
        off = np.abs(fit.hinge_factors / factors - 1.0)
        errors += off.tolist()
        told_errors += off[list(fit.factor_determined)].tolist()
        held += ((fit.factor_low <= factors) & (factors <= fit.factor_high)).tolist()
        found = next(each for each in fit.parameters if each.key == RATIO)
        ratios.append(abs(found.value / ratio - 1.0))
        held_ratio.append(found.low <= ratio <= found.high)
        bounds.append(least_deviation(recording, ratio, factors))
        # What errors would be in the median if each were normal with its ruler's bound.
        bound = np.median(np.abs(np.expm1(np.outer(bounds, normal))))
        print(
            f"{seed}: {factors.size} hinges, ratio {ratio:.1f} found {found.value:.1f} "
            f"[{found.low:.1f}, {found.high:.1f}], rms {fit.rms_deg:.2f} deg, "
            f"factors off {100 * np.median(off):.1f} %, {sum(fit.factor_determined)} determined",
            flush=True,
        )
        print(
            f"  so far: factors off by {100 * np.median(errors):.1f} % (median; determined ones "
            f"{100 * np.median(told_errors):.1f} %), ratio {100 * np.median(ratios):.1f} % "
            f"(bound {100 * bound:.1f} %); intervals hold the truth: {100 * np.mean(held):.1f} % of "
            f"{len(held)} factors, {100 * np.mean(held_ratio):.1f} % of {len(ratios)} ratios",
            flush=True,
        )


if __name__ == "__main__":
    main()
