"""A session simulated again, by the commands that were given in it: the one exact way back to a moment.

Chipmunk's state cannot be copied (the impulses that its joints begin with are not to be had), so a moment is
reached by making its steps again. Some simulations that lag behind make that short.
"""

import time
from collections.abc import Sequence

from ruler.mechanics.account import Samples
from ruler.mechanics.simulation import Simulation
from ruler.scenario.commands import Command
from ruler.scenario.scenario import Scenario

# How far behind the others lag, s: a moment is then at most about half of its distance from one of them.
LAGS = (16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0)
# One that lags by more than this, times its lag, goes on to its lag.
_SLACK = 1.1
# Steps between two looks at the watch.
_STEPS_AT_A_TIME = 500


class Rerun:
    """A simulation that is made again.

    Args:
        scenario: what was started, without commands.
        keep: whether its samples are wanted.

    Attributes:
        simulation: where it is now.
        samples: those made on the way, where they are wanted.
    """

    def __init__(self, scenario: Scenario, keep: bool = False) -> None:
        self.scenario, self._keep = scenario, keep
        self.samples: list[Samples] = []
        self.simulation = Simulation(scenario, live=True)
        self._given: list[Command] = []

    def leads_to(self, scenario: Scenario, commands: Sequence[Command], step: int) -> bool:
        """Whether it is on the way to a step of the session with these commands."""
        done = len(self._given)
        same = scenario is self.scenario and self.simulation.step <= step and done <= len(commands)
        if not same or any(mine is not theirs for mine, theirs in zip(self._given, commands, strict=False)):
            return False
        return done == len(commands) or commands[done].step >= self.simulation.step

    def go(self, commands: Sequence[Command], step: int, seconds: float = float("inf")) -> bool:
        """Go on towards a step, for so long at most; whether it is there, before what was commanded there.

        Raises:
            SimulationError: as it did when it was made first.
        """
        end, simulation = time.perf_counter() + seconds, self.simulation
        while simulation.step < step and not simulation.finished:
            done = len(self._given)
            while done < len(commands) and commands[done].step <= simulation.step:
                simulation.apply(commands[done])
                self._given.append(commands[done])
                done += 1
            upto = min(step, commands[done].step) if done < len(commands) else step
            simulation.advance(min(upto - simulation.step, _STEPS_AT_A_TIME))
            made = simulation.take_samples()
            if self._keep and made is not None:
                self.samples.append(made)
            if time.perf_counter() >= end:
                break
        return simulation.step >= step or simulation.finished


class Followers:
    """Simulations of the session that lag behind it, so that no moment is far."""

    def __init__(self) -> None:
        self._reruns: list[Rerun] = []

    def tend(self, scenario: Scenario, commands: Sequence[Command], step: int, seconds: float) -> None:
        """The session has come to a step: let those that lag too far behind come after, for so long at most."""
        rate = scenario.steps_per_second
        self._reruns = [rerun for rerun in self._reruns if rerun.leads_to(scenario, commands, step)]
        self._reruns.sort(key=lambda rerun: -rerun.simulation.step)
        wanted = [lag for lag in LAGS if step >= _SLACK * lag * rate]
        self._reruns += [Rerun(scenario) for _ in wanted[len(self._reruns) :]]
        late = [(step - rerun.simulation.step) / (lag * rate) for rerun, lag in zip(self._reruns, wanted, strict=False)]
        # The one that is latest, for its lag: none is left waiting for long.
        if late and max(late) > _SLACK:
            number = late.index(max(late))
            self._reruns[number].go(commands, step - round(wanted[number] * rate), seconds)

    def to(self, scenario: Scenario, commands: Sequence[Command], step: int) -> Rerun:
        """The one nearest to a step, no longer among them then; from the start when there is none."""
        found = [rerun for rerun in self._reruns if rerun.leads_to(scenario, commands, step)]
        if not found:
            return Rerun(scenario)
        nearest = max(found, key=lambda rerun: rerun.simulation.step)
        self._reruns.remove(nearest)
        return nearest
