"""The paper's chain of blocks and springs, first and second order, as ensembles.

Shi, Pan and Dokmanić, "Spring-block theory of feature learning in deep neural networks", PRL (2025),
arXiv 2407.19353. L blocks lie in a row between a wall at 0 (the input) and an end that is pulled to
y (the target, the output); springs of stiffness k join neighbours, so that L blocks have L + 1
springs. Everything is dimensionless. The elongation of spring l is the load of layer l.

First order (overdamped), one step of length eta:

    f_l = k (x_(l+1) - 2 x_l + x_(l-1)) + noise_l
    x_l <- x_l + eta (what of f_l exceeds mu_right, when it pushes right, or mu_left)

The noise is drawn afresh in every step and is compared with the friction in that step, as in the
authors' program: the model is defined at its step, and the step is part of it.

Second order:

    m dv_l = (k (x_(l+1) - 2 x_l + x_(l-1)) - gamma v_l - friction) dt + m noise exp(-lambda t) dW_l
    dx_l = v_l dt

with friction mu_right for v > 0, -mu_left for v < 0 and, at rest, whatever within these bounds
holds the block. Unequal thresholds are equal ones, (mu_right + mu_left) / 2, and a constant force
(mu_left - mu_right) / 2 to the left, in both orders. The step is Euler-Maruyama, implicit in what
takes energy away:

    v <- S(m v + dt k (...) + m noise dW) / (m + dt gamma),    x <- x + dt v,

where S takes away dt mu_right or dt mu_left and gives exactly zero in between. A block at rest
stays at rest below its threshold, without chatter. With m -> 0 at a fixed step this *is* the first
order step with eta = dt / gamma. The noise is additive, so that without friction the step converges
strongly with order 1; the jump of the friction force at v = 0 costs up to a quarter of that (3/4 is
the order known for such drifts, Müller-Gronbach and Yaroslavtseva 2020; measured 0.79 to 0.89 for
the positions). The weak order is 1. tests/theory measures both.

In the authors' second order notebook "the same noise for all blocks" is a matrix of ones times L
independent noises: its strength per block is sqrt(L) times the number written there. Here `noise`
is the strength on a block.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.arrays import Floats
from ruler.errors import BadInputError

Integers = NDArray[np.int64]

# Chains that are stepped together: few enough that a batch stays in the cache.
BATCH = 1024

# Random numbers held at a time.
NOISE_BUFFER = 1 << 20

SHARINGS = ("independent", "common")


def setting(default: Any, description: str) -> Any:
    """A field of a chain; sweep files take their keys, and what messages say of them, from here."""
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What both orders share; dimensionless. Each field says what it is.

    Raises:
        BadInputError: naming the field, its value and what would be right.
    """

    blocks: int = setting(7, "how many, L, at least 1; there are L + 1 springs")
    stiffness: float = setting(1.0, "of every spring, k, above 0")
    target: float = setting(1.0, "where the right end is pulled to, y, above 0")
    friction_right: float = setting(0.1, "threshold against moving right, mu_right, 0 or more")
    friction_left: float = setting(0.1, "threshold against moving left, mu_left, 0 or more")
    noise: float = setting(
        0.0,
        "strength of the noise at the start, 0 or more; first order: standard deviation of the random force in each "
        "step; second order: of the velocity, per square root of time",
    )
    noise_decay: float = setting(0.0, "how fast the noise falls, lambda in exp(-lambda t)")
    sharing: Literal["independent", "common"] = setting(
        "independent", "independent noise on every block, or common: the same on all"
    )
    pull_time: float = setting(
        0.0, "the right end goes evenly from 0 to the target in this time; 0: it is there at once"
    )
    step: float = setting(0.01, "length of a time step, eta or dt, above 0")

    def __post_init__(self) -> None:
        if self.blocks < 1:
            raise BadInputError(f"blocks: {self.blocks} is too few; give at least 1")
        for name in ("stiffness", "target", "step"):
            _check_above(name, getattr(self, name))
        for name in ("friction_right", "friction_left", "noise", "noise_decay", "pull_time"):
            _check_not_below(name, getattr(self, name))
        if self.sharing not in SHARINGS:
            raise BadInputError(f"sharing: {self.sharing!r} is unknown; give one of {', '.join(SHARINGS)}")

    def right_end(self, time: ArrayLike) -> Floats:
        """Where the right end is at these times, same shape."""
        times = np.asarray(time, dtype=np.float64)
        if self.pull_time == 0.0:
            return np.full(times.shape, self.target)
        return np.asarray(self.target * np.clip(times / self.pull_time, 0.0, 1.0))


@dataclass(frozen=True, kw_only=True)
class FirstOrder(Chain):
    """The overdamped chain; fields as in `Chain`, defaults as in the authors' notebook.

    Raises:
        BadInputError: also when the step is too long to be stable, step * stiffness > 1/2.
    """

    order: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.step * self.stiffness > 0.5:
            raise BadInputError(f"step: {self.step} is unstable; give at most {0.5 / self.stiffness:.4g}")


@dataclass(frozen=True, kw_only=True)
class SecondOrder(Chain):
    """The chain with inertia; defaults as in the authors' notebook.

    Raises:
        BadInputError: also when the step is too long to be stable, 4 k dt^2 >= 4 m + 2 gamma dt.
    """

    order: ClassVar[int] = 2
    stiffness: float = 0.1
    friction_right: float = 0.003
    friction_left: float = 0.004
    noise: float = 0.003
    noise_decay: float = 0.001
    sharing: Literal["independent", "common"] = "common"
    step: float = 0.05
    mass: float = setting(1.0, "of every block, m, above 0")
    damping: float = setting(1.0, "of every block, gamma, 0 or more")

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_above("mass", self.mass)
        _check_not_below("damping", self.damping)
        # The stiffest mode of the chain has the frequency sqrt(4 k / m).
        longest = (self.damping + np.sqrt(self.damping**2 + 16.0 * self.stiffness * self.mass)) / (4.0 * self.stiffness)
        if self.step >= longest:
            raise BadInputError(f"step: {self.step} is unstable; give less than {longest:.4g}")


@dataclass(frozen=True)
class Ensemble:
    """Chains at the sampled times.

    Attributes:
        time: shape (samples,).
        position: shape (samples, chains, blocks).
        right_end: shape (samples,).
    """

    time: Floats
    position: Floats
    right_end: Floats

    @property
    def elongation(self) -> Floats:
        """Load of every layer, shape (samples, chains, blocks + 1), from the wall to the pulled end.

        These are the elongations of the springs: what `ruler.analysis.loads` calls loads.
        """
        return elongations(self.position, self.right_end[:, None, None])


def elongations(position: ArrayLike, right_end: ArrayLike) -> Floats:
    """Elongations of the springs from the wall to the pulled end, shape (..., blocks + 1).

    Args:
        position: shape (..., blocks).
        right_end: where the pulled end is, broadcast to (..., 1).
    """
    inner = np.asarray(position, dtype=np.float64)
    wall = np.zeros((*inner.shape[:-1], 1))
    return np.asarray(np.diff(np.concatenate((wall, inner, wall + right_end), axis=-1), axis=-1))


class MeanInterval(NamedTuple):
    """A mean over chains and the half width of its confidence interval, shapes alike."""

    mean: Floats
    half_width: Floats


def mean_interval(values: ArrayLike, quantile: float = 1.96) -> MeanInterval:
    """The mean over chains with a confidence interval of the normal approximation.

    Args:
        values: shape (chains, ...), at least 2 chains.
        quantile: of the standard normal distribution; 1.96 is for 95 %.

    Raises:
        BadInputError: fewer than 2 chains.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim == 0 or numbers.shape[0] < 2:
        raise BadInputError("chains: an interval needs at least 2")
    error = numbers.std(axis=0, ddof=1) / np.sqrt(numbers.shape[0])
    return MeanInterval(np.asarray(numbers.mean(axis=0)), np.asarray(quantile * error))


def simulate_chains(
    model: FirstOrder | SecondOrder,
    *,
    chains: int,
    sample_steps: ArrayLike,
    seed: int = 0,
    first_chain: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Ensemble:
    """Run an ensemble from rest at 0 and give it at the asked steps.

    Chain number c draws from its own stream, NumPy's SeedSequence(seed, spawn_key=(c,)): it is the
    same numbers whatever other chains are run with it, in whatever batches. Memory grows with
    samples x chains x blocks, not with steps.

    Args:
        model: the chain and its step.
        chains: how many.
        sample_steps: shape (samples,), numbers of steps after which to record, 0 is the start;
            rising. The last one ends the run.
        seed: 0 or more.
        first_chain: number of the first chain, so that an ensemble can be run in parts.
        progress: called every few milliseconds with the part of the work that is done, 0 to 1.

    Raises:
        BadInputError: a number that cannot be used.
    """
    samples = _checked_samples(sample_steps)
    for name, value, least in (("chains", chains, 1), ("seed", seed, 0), ("first_chain", first_chain, 0)):
        check_range(name, value, least)
    position = np.empty((samples.size, chains, model.blocks))
    for start in range(0, chains, BATCH):
        stop = min(start + BATCH, chains)
        numbers = range(first_chain + start, first_chain + stop)
        for part in _run_batch(model, numbers, samples, seed, position[:, start:stop]):
            if progress is not None:
                progress((start + part * (stop - start)) / chains)
    time: Floats = np.asarray(samples * model.step, dtype=np.float64)
    return Ensemble(time=time, position=position, right_end=model.right_end(time))


def second_order_step(model: SecondOrder, ends: Floats, velocity: Floats, kick: Floats) -> None:
    """One step of the second order chain, in place.

    Args:
        model: the chain and its step.
        ends: positions with both ends, shape (blocks + 2, chains); the rows between are moved.
        velocity: shape (blocks, chains).
        kick: change of the velocity by the noise in this step, noise * dW, broadcast to velocity.
    """
    step, mass = model.step, model.mass
    velocity *= mass
    velocity += step * model.stiffness * np.diff(ends, 2, axis=0)
    velocity += mass * kick
    velocity -= velocity.clip(-step * model.friction_left, step * model.friction_right)
    velocity /= mass + step * model.damping
    ends[1:-1] += step * velocity


def _run_batch(
    model: FirstOrder | SecondOrder, numbers: range, samples: Integers, seed: int, position: Floats
) -> Iterator[float]:
    """Run the chains with these numbers; `position` (samples, chains, blocks) receives them.

    Yields:
        The part of the steps that is done, now and then.
    """
    ends = np.zeros((model.blocks + 2, len(numbers)))
    advance = _first_order(model, ends) if isinstance(model, FirstOrder) else _second_order(model, ends)
    where = dict(zip(samples.tolist(), range(samples.size), strict=True))
    if 0 in where:
        position[where[0]] = ends[1:-1].T
    done = 0
    for block in _noise(model, numbers, int(samples[-1]), seed):
        right = model.right_end((done + 1 + np.arange(len(block))) * model.step).tolist()
        for kick, end in zip(block, right, strict=True):
            ends[-1] = end
            advance(kick)
            done += 1
            if done in where:
                position[where[done]] = ends[1:-1].T
        yield done / int(samples[-1])


def _first_order(model: FirstOrder, ends: Floats) -> Callable[[Floats], None]:
    """A function that takes the noise of a step, shape (blocks or 1, chains), and moves `ends`.

    It keeps its work arrays, and forces times eta, which saves a multiplication per step.
    """
    stretch = np.empty((ends.shape[0] - 1, ends.shape[1]))
    move = np.empty((ends.shape[0] - 2, ends.shape[1]))
    held = np.empty_like(move)
    inner = ends[1:-1]
    pull = model.step * model.stiffness
    left, right = -model.step * model.friction_left, model.step * model.friction_right

    def advance(kick: Floats) -> None:
        np.subtract(ends[1:], ends[:-1], out=stretch)
        np.subtract(stretch[1:], stretch[:-1], out=move)
        np.multiply(move, pull, out=move)
        np.add(move, kick, out=move)
        np.maximum(move, left, out=held)
        np.minimum(held, right, out=held)
        np.subtract(move, held, out=move)
        np.add(inner, move, out=inner)

    return advance


def _second_order(model: SecondOrder, ends: Floats) -> Callable[[Floats], None]:
    velocity = np.zeros((ends.shape[0] - 2, ends.shape[1]))

    def advance(kick: Floats) -> None:
        second_order_step(model, ends, velocity, kick)

    return advance


def _noise(model: FirstOrder | SecondOrder, numbers: range, steps: int, seed: int) -> Iterator[Floats]:
    """What the noise adds in each step, in pieces of shape (steps, blocks or 1, chains), each used before the next."""
    rows = model.blocks if model.sharing == "independent" else 1
    scale = model.noise * (model.step if isinstance(model, FirstOrder) else np.sqrt(model.step))
    longest = min(steps, max(1, NOISE_BUFFER // (rows * len(numbers))))
    if model.noise == 0.0:
        for start in range(0, steps, longest):
            yield np.zeros((min(longest, steps - start), 1, len(numbers)))
        return
    streams = [_stream(seed, number) for number in numbers]
    drawn = np.empty((len(numbers), longest, rows))
    turned = np.empty((longest, rows, len(numbers)))
    for start in range(0, steps, longest):
        count = min(longest, steps - start)
        # Each chain fills its own row in one call; the turned copy makes every step contiguous.
        for row, stream in zip(drawn, streams, strict=True):
            stream.standard_normal(out=row[:count])
        times = (start + np.arange(count)) * model.step
        strength = scale * np.exp(-model.noise_decay * times)
        np.multiply(drawn[:, :count].transpose(1, 2, 0), strength[:, None, None], out=turned[:count])
        yield turned[:count]


def _stream(seed: int, number: int) -> np.random.Generator:
    # Drawing takes most of a run's time; SFC64 is NumPy's quickest generator.
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(number,))))


def _checked_samples(sample_steps: ArrayLike) -> Integers:
    samples = np.atleast_1d(np.asarray(sample_steps))
    if samples.ndim != 1 or samples.size == 0 or not np.issubdtype(samples.dtype, np.integer):
        raise BadInputError("sample_steps: give at least one whole number, as a list")
    if samples[0] < 0 or (np.diff(samples) <= 0).any():
        raise BadInputError("sample_steps: must start at 0 or above and rise")
    return samples.astype(np.int64)


def check_range(name: str, value: int, least: int, most: float = math.inf) -> None:
    """Refuse a whole number that is too small or too large.

    Raises:
        BadInputError: naming it.
    """
    if value < least:
        raise BadInputError(f"{name}: {value} is too small; give at least {least}")
    if value > most:
        raise BadInputError(f"{name}: {value} is too large; give at most {most}")


def _check_above(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0.0):
        raise BadInputError(f"{name}: {value} must be above 0 and finite")


def _check_not_below(name: str, value: float) -> None:
    if not (np.isfinite(value) and value >= 0.0):
        raise BadInputError(f"{name}: {value} must be 0 or more and finite")
