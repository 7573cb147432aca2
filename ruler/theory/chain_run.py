"""An ensemble of spring-block chains as one result: mean loads over time, every chain's last loads.

What a layer's load is: L blocks have L + 1 springs, and the elongation of spring l, block l minus
block l - 1 (the wall before the first block, the pulled end behind the last), is the load of layer
l, for l = 1 .. L + 1. With the paper's D_l = y - x_l, how far block l still is from the target,
these are its loads d_l = D_(l-1) - D_l; D falls from y before the first layer to zero behind the
last, so that the loads sum to y and the load curve runs from 1 to 0 as the ruler's does. L + 1
hinges, or a network of which L + 1 layers were measured, stand beside a chain of L blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ruler.analysis.loads import Measures, load_curve, measure_loads
from ruler.arrays import Floats
from ruler.errors import FailedError
from ruler.theory.equilibrium import shaken_bend
from ruler.theory.spring_block import BATCH, Chain, FirstOrder, SecondOrder, check_range, mean_interval, simulate_chains

# Positions held at a time while an ensemble is run in parts.
MOST_POSITIONS = 4_000_000
# Numbers that the result may hold: last loads of every chain, or mean loads at every sample.
MOST_NUMBERS = 50_000_000
MOST_STEPS = 1_000_000_000_000
# Chains of an ensemble with noise; one says all there is to say when nothing is random.
CHAINS = 200


@dataclass(frozen=True)
class ChainRun:
    """An ensemble of chains, run; dimensionless. Springs are numbered from the wall.

    Attributes:
        model: what was run.
        seed: of the noise.
        steps: how many steps each chain made.
        time: shape (samples,); the first is 0, before the pull, when all elongations are 0.
        right_end: shape (samples,), where the pulled end is.
        elongation: shape (samples, springs), mean over the chains.
        elastic: shape (samples,), energy in the springs, mean over the chains.
        final: shape (chains, springs), elongations at the end.
    """

    model: FirstOrder | SecondOrder
    seed: int
    steps: int
    time: Floats
    right_end: Floats
    elongation: Floats
    elastic: Floats
    final: Floats

    @property
    def chains(self) -> int:
        """Number of chains."""
        return int(self.final.shape[0])

    @property
    def springs(self) -> int:
        """Number of springs = layers, blocks + 1."""
        return int(self.final.shape[1])

    @property
    def shares(self) -> Floats:
        """Load shares of every chain at the end, shape (chains, springs), each summing to 1."""
        return np.asarray(self.final / self.right_end[-1])

    @property
    def curves(self) -> Floats:
        """Load curves of every chain at the end, shape (chains, springs + 1), from 1 to 0."""
        return load_curve(self.shares)

    @property
    def measures(self) -> Measures:
        """Measures of the mean loads at the end."""
        return measure_loads(self.final.mean(axis=0))


def run_chains(
    model: FirstOrder | SecondOrder,
    *,
    steps: int,
    chains: int | None = None,
    seed: int = 0,
    samples: int = 200,
    progress: Callable[[float], None] | None = None,
) -> ChainRun:
    """Run an ensemble in parts, so that memory grows with chains and with samples, not with their product.

    Args:
        model: the chain and its step.
        steps: how many steps each makes, at least 1.
        chains: how many, at least 1; None for `CHAINS`, or a single one without noise.
        seed: 0 or more.
        samples: how many samples to take over the run, at least 1, besides the start.
        progress: called every few milliseconds with the part of the work that is done, 0 to 1.

    Raises:
        BadInputError: a number that cannot be used, or a result that would be too large.
        FailedError: the positions went beyond the largest numbers there are.
    """
    if chains is None:
        chains = CHAINS if model.noise > 0.0 else 1
    _check_size(model, chains, steps, samples)
    at = np.unique(np.ceil(np.linspace(0.0, steps, samples + 1)[1:]).astype(np.int64))
    springs = model.blocks + 1
    total, squares = np.zeros((at.size, springs)), np.zeros(at.size)
    final = np.empty((chains, springs))
    most = float(np.sqrt(np.finfo(np.float64).max) / springs)
    part = int(np.clip(MOST_POSITIONS // (at.size * model.blocks), 1, BATCH))
    for first in range(0, chains, part):
        count = min(part, chains - first)
        with np.errstate(over="ignore", invalid="ignore"):
            ensemble = simulate_chains(
                model,
                chains=count,
                sample_steps=at,
                seed=seed,
                first_chain=first,
                progress=_part_of(progress, first / chains, count / chains),
            )
        elongation = ensemble.elongation
        if not (np.abs(elongation) < most).all():
            raise FailedError("the chains left the range of numbers; give smaller target, noise or friction")
        total += elongation.sum(axis=1)
        squares += np.einsum("tcs,tcs->t", elongation, elongation)
        final[first : first + count] = elongation[-1]
    return ChainRun(
        model=model,
        seed=seed,
        steps=steps,
        time=np.append(0.0, ensemble.time),
        right_end=np.append(0.0, ensemble.right_end),
        elongation=np.vstack((np.zeros(springs), total / chains)),
        elastic=np.append(0.0, 0.5 * model.stiffness * squares / chains),
        final=final,
    )


def _part_of(progress: Callable[[float], None] | None, done: float, share: float) -> Callable[[float], None] | None:
    return None if progress is None else lambda part: progress(done + share * part)


def chain_summary(run: ChainRun) -> dict[str, Any]:
    """The end of a run as plain data for JSON: loads, curve, measures, 95 % intervals over the chains.

    "load", "load_curve" and the measures are those of the mean over the chains. "interval" holds,
    for each of them, the half width of the 95 % confidence interval of the mean; None with a single
    chain. "unevenness_per_chain" is the mean of the single chains' unevenness, which, unlike that
    of the mean, does not average the chains' noise out. "bend" is the mean difference of
    neighbouring elongations, "shaken_bend" what lasting noise leads to, "bend_range" what friction
    can hold without noise.
    """
    shares = run.shares
    bend = (run.final[:, -1] - run.final[:, 0]) / (run.springs - 1)
    place = np.arange(run.springs) / (run.springs - 1)
    uneven = shares.std(axis=1) / np.abs(shares.mean(axis=1))
    mean_shares = shares.mean(axis=0)
    return {
        **run.measures.as_dict(),
        "load_curve": load_curve(mean_shares).tolist(),
        "elongation": run.final.mean(axis=0).tolist(),
        "unevenness_per_chain": float(uneven.mean()),
        "bend": float(bend.mean()),
        "shaken_bend": shaken_bend(run.model),
        "bend_range": bend_range(run.model),
        "interval": {
            "load": half_width(shares),
            "load_curve": half_width(run.curves),
            "elongation": half_width(run.final),
            "center_of_load": half_width(shares @ place),
            "unevenness_per_chain": half_width(uneven),
            "bend": half_width(bend),
        },
    }


def bend_range(model: Chain) -> list[float]:
    """Least and greatest difference of neighbouring elongations that friction can hold."""
    return [-model.friction_left / model.stiffness, model.friction_right / model.stiffness]


def half_width(values: Floats) -> Any:
    """Half width of the 95 % interval of the mean over chains, as plain data; None for a single chain."""
    return None if values.shape[0] < 2 else mean_interval(values).half_width.tolist()


def _check_size(model: Chain, chains: int, steps: int, samples: int) -> None:
    for name, value, most in (
        ("blocks", model.blocks, MOST_NUMBERS // 2),
        ("steps", steps, MOST_STEPS),
        ("chains", chains, MOST_NUMBERS // (model.blocks + 1)),
        ("samples", samples, MOST_NUMBERS // (model.blocks + 1)),
    ):
        check_range(name, value, 1, most)
