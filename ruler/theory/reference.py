"""A second opinion: a scenario played by an independent dynamics (`dynamics`), on the same hand's path.

It takes from the simulation what it is asked to do, where the hand and the table go (`mechanics.drive`), and the form of its
samples; how the ruler moves is its own.
"""

import math

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.mechanics import Samples, SimulationError
from ruler.mechanics.drive import Drive, Pose
from ruler.mechanics.ledger import join_samples
from ruler.mechanics.simulation import LEAST_GAIN, PATIENCE
from ruler.recording import Recording
from ruler.recording.recorder import Recorder
from ruler.scenario import Scenario
from ruler.scenario.geometry import Shape, lay_out, start_opening
from ruler.scenario.model import Phase
from ruler.scenario.parts import MAX_TIME
from ruler.scenario.scenario import greatest_stiffness, planned_duration, planned_time
from ruler.theory.dynamics import Hand, Laws, Linkage, Motion
from ruler.theory.least_dissipation import NoMinimumError

REFERENCE = "reference"
# Steps a second, where the simulation makes as many or more.
RATE = 1000.0


class Reference:
    """A scenario being played by the independent dynamics; it has the face of a `Simulation`.

    Args:
        scenario: the scenario.
        rate: the most steps a second; None: `RATE`, or what a hand that gives needs.

    Attributes:
        scenario: the scenario.
        step: steps of the simulation whose hand has been followed.
        phase_index: number of the present phase.
        finished: whether the last phase has ended.
        worst_gap: 0, joints cannot come apart.

    Raises:
        BadInputError: a recorded session of the window.
    """

    worst_gap = 0.0

    def __init__(self, scenario: Scenario, rate: float | None = None) -> None:
        if scenario.command:
            raise BadInputError(
                f"command: {len(scenario.command)} commands: the reference plays scenarios, not what a hand did in the "
                "window; take the commands out, or use: ruler run"
            )
        self.scenario = scenario
        self.step = self.phase_index = 0
        self.finished = False
        self._steps_per_second = scenario.simulation.rate
        self._dt = 1.0 / self._steps_per_second
        self._shape = lay_out(scenario.ruler)
        table, hand = scenario.table, scenario.hand
        self._motion = Motion(Linkage(self._shape, table.anchor, hand.grip), laws_of(scenario, self._shape))
        self._firm = math.isinf(hand.strength) and math.isinf(hand.stiffness)
        self._stride = self._longest(RATE if rate is None else rate)
        self._sample_number = self._sample_step = 0
        self._sampled = (0, 0.0)
        self._pending: list[Samples] = []
        self._hand = np.array(self._shape.tip)
        self._begin_phase((*self._shape.tip.tolist(), 0.0, 0.0))
        self._take_sample()

    @property
    def time(self) -> float:
        """Played time in s."""
        return self.step * self._dt

    @property
    def planned_time(self) -> float | None:
        """How long the whole scenario lasts if the hand gets where it is going, s; None when only the run can tell."""
        return planned_time(self.scenario)

    @property
    def phase(self) -> Phase:
        """The present phase."""
        return self.scenario.phase[self.phase_index]

    def advance(self, steps: int) -> None:
        """Follow the hand for about so many of the simulation's steps.

        Raises:
            SimulationError: the ruler cannot follow the hand, or a phase does not end.
        """
        goal = self.step + steps
        while self.step < goal and not self.finished:
            self._move(min(self.step + self._stride, self._sample_step, self._next_check_step()))
            if self._phase_over():
                self._end_phase()
            if self.finished or self.step == self._sample_step:
                self._take_sample()

    def take_samples(self) -> Samples | None:
        """The samples since the last call, or None when there are none."""
        taken, self._pending = self._pending, []
        return join_samples(taken) if taken else None

    def sample_now(self) -> Samples | None:
        """The present state as a sample, when it is none anyway."""
        return None if self._sampled[0] == self.step else self._sample()

    def _longest(self, rate: float) -> int:
        """How many of the simulation's steps a step takes."""
        if math.isfinite(self.scenario.hand.stiffness):
            # The spring's force is that at the step's beginning.
            needed = self.scenario.hand.stiffness / greatest_stiffness(self.scenario.ruler, 1.0)
            rate = max(rate, math.sqrt(needed))
        return max(1, math.floor(self._steps_per_second / rate))

    def _move(self, stop: int) -> None:
        count = stop - self.step
        moved = self._dt * np.sum(self._drive.moves(count), axis=0)
        dt = count * self._dt
        try:
            self._motion.step(dt, self._hand_now(moved[:2] / dt), moved[2:] / dt)
        except NoMinimumError:
            x, y = self._hand
            raise self._trouble(
                f"the ruler cannot follow the hand's path near x = {x:.4g} m, y = {y:.4g} m; keep the path within the "
                "ruler's reach and away from the pin, or give the hand a strength (hand.strength)"
            ) from None
        self._hand = self._hand + moved[:2]
        self.step = stop

    def _hand_now(self, velocity: Floats) -> Hand:
        hand, pull = self.scenario.hand, self.phase.pull
        if pull is not None and pull.force is not None:
            force = math.copysign(min(abs(pull.force), hand.strength), pull.force)
            return Hand("pushes", self._hand, velocity, force=np.array([force, 0.0]))
        if not self.phase.hold:
            return Hand("pushes", self._hand, velocity)
        if math.isfinite(hand.stiffness):
            return Hand("gives", self._hand, velocity, hand.strength, hand.stiffness, hand.damping)
        return Hand("firm" if self._firm else "slips", self._hand, velocity, hand.strength)

    # Phases

    def _begin_phase(self, start: Pose) -> None:
        phase, full = self.phase, self._shape.full_length
        planned = planned_duration(phase, start[0], full)
        self._drive = Drive(phase, start, planned, self._dt, self.scenario.seed, self.phase_index)
        self._phase_start = self.step
        self._by_force = phase.pull is not None and phase.pull.force is not None
        self._watches_tip = phase.until.extension is not None and not (self._firm and not self._by_force)
        time_up = None if phase.until.time is None else max(1, math.ceil(phase.until.time / self._dt - 1e-6))
        self._last_step = time_up if self._watches_tip else self._drive.steps
        self._best, self._best_step = -math.inf, self.step

    def _next_check_step(self) -> int:
        made = self.step - self._phase_start
        look = max(self._drive.steps or 1, made + 1) if self._watches_tip else self._last_step or 1
        return self._phase_start + (look if self._last_step is None else min(look, self._last_step))

    def _phase_over(self) -> bool:
        made = self.step - self._phase_start
        if self._last_step is not None and made >= self._last_step:
            return True
        return self._watches_tip and made >= (self._drive.steps or 1) and self._tip_is_there()

    def _tip_is_there(self) -> bool:
        """Whether the tip has come to the phase's extension.

        Raises:
            SimulationError: it gets no nearer.
        """
        pull, goal = self.phase.pull, self.phase.until.extension or 0.0
        reach = (self._motion.tip[0] - self._motion.linkage.inner(self._motion.q)[0]) / self._shape.full_length
        ahead = goal - reach if pull is not None and (pull.speed or pull.force or 0.0) < 0.0 else reach - goal
        if ahead > self._best + LEAST_GAIN:
            self._best, self._best_step = ahead, self.step
        if (self.step - self._phase_start) * self._dt > MAX_TIME:
            raise self._trouble(f"the phase has not ended after {MAX_TIME:g} s; end it by time")
        if (self.step - self._best_step) * self._dt > PATIENCE:
            raise self._trouble(
                f"the tip got to extension {reach:.3f} and no farther towards {goal} in {PATIENCE:g} s; "
                "give the hand more strength or force, or end the phase by time"
            )
        return bool(ahead >= 0.0)

    def _end_phase(self) -> None:
        if self.phase_index + 1 == len(self.scenario.phase):
            self.finished = True
            return
        start = self._drive.position
        if self._by_force or not self.phase.hold:
            start = (*self._motion.tip.tolist(), *start[2:])
            self._hand = self._motion.tip
        self.phase_index += 1
        self._begin_phase(start)

    def _trouble(self, what: str) -> SimulationError:
        return SimulationError(f'stopped at {self.time:.3f} s (step {self.step}, phase "{self.phase.name}"): {what}')

    # Samples

    def _take_sample(self) -> None:
        sample = self._sample()
        self._pending.append(sample)
        self._sampled = (self.step, self._motion.account.impulse)
        if self.step == self._sample_step:
            self._sample_number += 1
            self._sample_step = round(self._sample_number * self._steps_per_second / self.scenario.recording.rate)

    def _sample(self) -> Samples:
        motion, (step, impulse) = self._motion, self._sampled
        account, since = motion.account, self._dt * (self.step - step)
        row = {
            "step": self.step,
            "time": self.time,
            "phase": self.phase_index,
            "tip": motion.tip,
            "inner": motion.linkage.inner(motion.q),
            "pull_force": (account.impulse - impulse) / since if since else 0.0,
            "opening": motion.linkage.opening(motion.q),
            "kinetic": motion.kinetic(),
            "elastic": motion.elastic(),
            "work": account.work,
            "hinge_loss": account.hinge_loss,
            "table_loss": account.table_loss,
        }
        return Samples(**{name: np.array([value]) for name, value in row.items()})


def laws_of(scenario: Scenario, shape: Shape) -> Laws:
    """What acts on a scenario's ruler."""
    hinge, table = scenario.hinge, scenario.table
    opening = np.full(scenario.ruler.hinges, hinge.torque)
    closing = opening if hinge.closing_torque is None else np.full(scenario.ruler.hinges, hinge.closing_torque)
    static = opening if hinge.static_torque is None else np.full(scenario.ruler.hinges, hinge.static_torque)
    torque = 0.5 * (opening + closing)
    load = np.tile(0.5 * shape.mass * table.gravity, 2)
    least, most = np.radians(scenario.ruler.limits).tolist()
    resting = table.friction if table.static_friction is None else table.static_friction
    return Laws(
        torque=torque,
        resting_torque=torque + static - opening,
        bias=0.5 * (closing - opening),
        viscous=hinge.viscous,
        power=hinge.viscous_power,
        stiffness=hinge.stiffness,
        rest=start_opening(scenario.ruler),
        least=least,
        most=most,
        friction=table.friction * load,
        resting_friction=resting * load,
    )


def play_reference(scenario: Scenario, progress=None, *, name: str | None = None, rate: float | None = None) -> Recording:
    recorder = Recorder(scenario, name=name, simulation=Reference(scenario, rate))
    recorder.run(progress)
    return recorder.recording()
