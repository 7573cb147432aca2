"""A Gymnasium environment: the agent is the hand that pulls the ruler, and is to open it evenly.

`gymnasium.make("FoldingRuler-v0")` after `import ruler.gym`. The mechanics are those of every run.
"""

from typing import Any

import numpy as np

from ruler.analysis import measure_loads
from ruler.arrays import Floats
from ruler.io import need
from ruler.mechanics import Simulation
from ruler.scenario import load_scenario
from ruler.scenario.commands import Command, Grab, Move

need("gymnasium", "gymnasium", "the environment")

import gymnasium
from gymnasium.spaces import Box

TASK = "FoldingRuler-v0"
# Choices a second; a hand shakes a ruler at about 6 Hz.
RATE = 50
# The greatest speed of the hand in each direction, m/s.
SPEED = 1.0
# The ruler is open when the tip is at this fraction of its full length.
GOAL = 0.55
# How far the hand goes to either side, m: pulled far aside, any ruler gets straight before its tip is there.
ASIDE = 0.05
# The hinges' friction differs by this much from one episode to another, relative.
SPREAD = 0.1
KEYS = [f"hinge.spread={SPREAD}", "phase=[{hold=false, until={time=60.0}}]"]


class FoldingRuler(gymnasium.Env[Floats, Floats]):
    """Pull the tip of a folding ruler to 55 % of its length, so that all hinges open alike.

    Action, shape (2,), -1 to 1: velocity of the hand along and across the pull in the next 0.02 s, in m/s.

    Observation, shape (hinges + 6,):

    | what | unit | range |
    |---|---|---|
    | opening of each hinge, from the fixed end | half turns | 0 to 1 |
    | extension of the ruler | full lengths | -1 to 1 |
    | hand across the pull | 5 cm | -1 to 1 |
    | velocity of the hand in the step before, 2 | m/s | -1 to 1 |
    | centre of load, less 0.5; 0 while nothing has opened | 1 | -1 to 1 |
    | unevenness, at most 3 | thirds | 0 to 1 |

    Reward: the extension gained, in parts of what is asked for, and at the end of the episode less the unevenness of
    the shares. An episode ends at the goal and is cut off after `seconds`; each has hinges of its own (spread 0.1).

    Args:
        seconds: the longest episode, s.
        hinges: of the ruler.
    """

    def __init__(self, seconds: float = 8.0, hinges: int = 10) -> None:
        self.seconds, self.hinges, self.render_mode = seconds, hinges, None
        self.action_space = Box(-1.0, 1.0, (2,), np.float64)
        self._low = np.r_[np.zeros(hinges), -np.ones(5), 0.0]
        self.observation_space = Box(self._low, np.ones(hinges + 6), dtype=np.float64)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Lay out a ruler with other hinges and take its tip."""
        super().reset(seed=seed, options=options)
        number = int(self.np_random.integers(2**31))
        scenario = load_scenario("steady", [*KEYS, f"ruler.hinges={self.hinges}"], number)
        self._simulation = Simulation(scenario, live=True)
        keys = self._simulation.scenario.ruler
        self._length = keys.section_length * (keys.hinges - 1 + 2 * keys.end_sections)
        shape = self._simulation.snapshot()
        self._closed, self._hand, self._velocity = shape.opening, shape.outer[-1].copy(), np.zeros(2)
        self._apply(grab=Grab(section=self.hinges + 1, x=float(self._hand[0]), y=float(self._hand[1])))
        observation, info = self._look()
        self._extension = info["extension"]
        return observation, info

    def step(self, action: Floats) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Move the hand for 0.02 s."""
        steps = self._simulation.rate // RATE
        self._velocity = SPEED * np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        self._hand = np.clip(self._hand + self._velocity / RATE, [-self._length, -ASIDE], [self._length, ASIDE])
        self._apply(move=Move(x=float(self._hand[0]), y=float(self._hand[1]), steps=steps))
        self._simulation.advance(steps)
        self._simulation.take_samples()
        observation, info = self._look()
        reward = (info["extension"] - self._extension) / GOAL
        self._extension = info["extension"]
        done, late = bool(self._extension >= GOAL), bool(self._simulation.time >= self.seconds)
        if done or late:
            reward -= info["unevenness"]
        return observation, float(reward), done, late and not done, info

    def _apply(self, **action: Any) -> None:
        self._simulation.apply(Command(step=self._simulation.step, **action))

    def _look(self) -> tuple[Floats, dict[str, Any]]:
        shape = self._simulation.snapshot()
        measures = measure_loads(shape.opening - self._closed, 0.02)
        unevenness, center = measures.unevenness, measures.center_of_load
        info = {
            "extension": float(shape.outer[-1, 0] / self._length),
            "unevenness": 3.0 if unevenness is None else min(unevenness, 3.0),
            "center_of_load": 0.5 if center is None else center,
        }
        rest = [info["extension"], self._hand[1] / ASIDE, *self._velocity]
        told = np.r_[shape.opening / np.pi, rest, info["center_of_load"] - 0.5, info["unevenness"] / 3.0]
        return np.clip(told, self._low, 1.0), info


if TASK not in gymnasium.registry:
    gymnasium.register(TASK, entry_point="ruler.gym:FoldingRuler")
