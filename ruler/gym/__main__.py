"""Three hands on the same task: smooth, jerky by a script, and trained (`python -m ruler.gym`, some minutes)."""

from collections.abc import Callable

import gymnasium
import numpy as np

from ruler.arrays import Floats
from ruler.gym import RATE, TASK

Hand = Callable[[Floats, int], Floats]
JUDGED = range(1000, 1010)


def smooth(_seen: Floats, _step: int) -> Floats:
    """A steady pull."""
    return np.array([0.15, 0.0])


def jerky(_seen: Floats, step: int) -> Floats:
    """A steady pull, the tip on a circle of 2 cm at 6 Hz."""
    turn = 2 * np.pi * 6.0 * step / RATE
    return np.array([0.15 + 0.75 * np.cos(turn), 0.75 * np.sin(turn)])


def linear(weights: Floats) -> Hand:
    """A hand whose velocity is linear in what it sees of the whole ruler, squashed; weights of shape (2, 7)."""
    return lambda seen, _step: np.tanh(weights.reshape(2, 7) @ np.r_[1.0, seen[-6:]])


def play(hand: Hand, seeds: range) -> Floats:
    """Return, unevenness and duration (s) of an episode for each seed, shape (seeds, 3)."""
    environment = gymnasium.make(TASK)
    rows = []
    for seed in seeds:
        seen, info = environment.reset(seed=seed)
        total, over, step = 0.0, False, 0
        while not over:
            seen, reward, done, late, info = environment.step(hand(seen, step))
            total, over, step = total + float(reward), done or late, step + 1
        rows.append([total, info["unevenness"], step / RATE])
    return np.array(rows)


def train(rounds: int = 6, tried: int = 16, kept: int = 4, seed: int = 0) -> Floats:
    """Cross-entropy search: hands are drawn round the mean of the best of the last round; returns that mean."""
    rng = np.random.default_rng(seed)
    mean, spread = np.zeros(14), np.ones(14)
    for number in range(rounds):
        drawn = mean + spread * rng.normal(size=(tried, 14))
        returns = np.array([play(linear(each), range(number, number + 1))[:, 0].mean() for each in drawn])
        best = drawn[np.argsort(returns)[-kept:]]
        mean, spread = best.mean(axis=0), best.std(axis=0) + 0.1
        print(f"round {number + 1}: best {returns.max():.2f}, mean {returns.mean():.2f}", flush=True)
    return mean


def main() -> None:
    """Train, and judge all three on rulers that no training saw."""
    for name, hand in {"smooth": smooth, "jerky": jerky, "trained": linear(train())}.items():
        told, spread = (of(play(hand, JUDGED), axis=0) for of in (np.mean, np.std))
        print(f"{name}: return {told[0]:.2f} ± {spread[0]:.2f}, unevenness {told[1]:.2f}, {told[2]:.1f} s")


if __name__ == "__main__":
    main()
