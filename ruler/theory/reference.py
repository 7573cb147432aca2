"""A second opinion: a scenario played by an independent dynamics (`dynamics`), on the same hand's path.

It takes from the simulation where hand and table go (`mechanics.drive`) and the form of its samples; how the ruler
moves is its own.
"""

import math
from collections.abc import Callable

import numpy as np

from ruler._version import versions
from ruler.analysis import summarised
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.mechanics import Samples, SimulationError
from ruler.mechanics.account import join_samples
from ruler.mechanics.drive import Drive, Pose, steps_in
from ruler.mechanics.phases import Arrival
from ruler.recording import Recording
from ruler.recording.recorder import as_rows
from ruler.scenario import Scenario, scenario_to_full_data
from ruler.scenario.geometry import Shape, lay_out, start_opening
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.model import MAX_RATE, Phase
from ruler.scenario.scenario import planned_duration, planned_time
from ruler.scenario.stepping import greatest_stiffness
from ruler.theory.dynamics import Hand, Laws, Linkage, Motion
from ruler.theory.least_dissipation import NoMinimumError

REFERENCE = "reference"
# Steps a second, about.
RATE = 1000.0
# A tip that is waited for and gains less than this part of the full length in `PATIENCE` has stopped: rounded friction
# lets it creep for ever.
LEAST_GAIN = 1e-3
# A stop that gives by more than this (rad) holds back a hand that nothing stops.
MOST_BEYOND = math.radians(1.0)
_HELP = "keep the path within the ruler's reach and away from the pin, or give the hand a strength (hand.strength)"
# Steps between two looks at progress and keyboard: some ten milliseconds.
_STEPS_AT_A_TIME = 50


class Reference:
    """A scenario being played by the independent dynamics, step by step as a `Simulation` is.

    Args:
        scenario: the scenario.
        rate: steps a second; see `rate_of`.

    Attributes:
        scenario: the scenario.
        rate: steps a second.
        step: steps made; one in which a section would turn far is made in parts.
        phase_index: number of the present phase.
        finished: whether the last phase has ended.

    Raises:
        BadInputError: a recorded session of the window, or a rate outside its range.
    """

    def __init__(self, scenario: Scenario, rate: float | None = None) -> None:
        if scenario.command:
            raise BadInputError(
                f"command: {len(scenario.command)} commands: a recorded session of the window, which the reference "
                "does not play; take the commands out, or play it with: ruler run"
            )
        if rate is not None and not 0.0 < rate <= MAX_RATE:
            raise BadInputError(f"rate: {rate} must be above 0 and at most {MAX_RATE}")
        self.scenario = scenario
        self.step = self.phase_index = 0
        self.finished = False
        self.rate = rate_of(scenario, rate)
        self._dt = 1.0 / self.rate
        self._shape = lay_out(scenario.ruler)
        table, hand = scenario.table, scenario.hand
        self._motion = Motion(Linkage(self._shape, table.anchor, hand.grip), laws_of(scenario, self._shape))
        self._firm = math.isinf(hand.strength) and math.isinf(hand.stiffness)
        self._sample_number = self._sample_step = 0
        self._sampled = (0, 0.0)
        self._samples: list[Samples] = []
        self._hand = np.array(self._shape.tip)
        self._potential = self._motion.potential()
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
        """Make up to `steps` steps, fewer when the last phase ends.

        Raises:
            SimulationError: the ruler cannot follow the hand, or a phase does not end.
        """
        goal = self.step + steps
        while self.step < goal and not self.finished:
            self._move()
            if self._phase_over():
                self._end_phase()
            if self.finished or self.step == self._sample_step:
                self._take_sample()

    def samples(self) -> Samples:
        """All samples so far."""
        return join_samples(self._samples)

    def _move(self) -> None:
        move = self._drive.moves(1)[0]
        self._drive.go_by(1)
        try:
            self._motion.step(self._dt, self._hand_now(move[:2]), move[2:])
        except NoMinimumError:
            x, y = self._hand
            raise self._trouble(
                f"the ruler cannot follow the hand's path near x = {x:.4g} m, y = {y:.4g} m; {_HELP}"
            ) from None
        self._hand = self._hand + self._dt * move[:2]
        self.step += 1
        if self._motion.beyond > MOST_BEYOND:
            raise self._trouble(
                f"the hand presses a hinge {math.degrees(self._motion.beyond):.3g} deg through its stop; {_HELP}"
            )

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
        time_up = None if phase.until.time is None else steps_in(phase.until.time, self._dt)
        self._last_step = time_up if self._watches_tip else self._drive.steps
        self._arrival = Arrival(phase, self._dt, LEAST_GAIN)

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
        extension = (self._motion.tip[0] - self._motion.linkage.inner(self._motion.q)[0]) / self._shape.full_length
        trouble = self._arrival.trouble(extension, self.step - self._phase_start)
        if trouble is not None:
            raise self._trouble(trouble)
        return bool(self._arrival.ahead(extension) >= 0.0)

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
        self._samples.append(sample)
        self._sampled = (self.step, self._motion.account.impulse)
        if self.step == self._sample_step:
            self._sample_number += 1
            self._sample_step = round(self._sample_number * self.rate / self.scenario.recording.rate)

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
            # What the slope of the table puts in is work, as in the simulation.
            "work": account.work + self._potential - motion.potential(),
            "hinge_loss": account.hinge_loss,
            "table_loss": account.table_loss,
        }
        return Samples(**{name: np.array([value]) for name, value in row.items()})


def rate_of(scenario: Scenario, wanted: float | None = None) -> float:
    """Steps a second: `wanted`, or a whole part of the simulation's, `RATE` or more where it makes as many.

    It is not below the recording's rate, nor below what a hand that gives needs, whose force is that at the step's
    beginning.
    """
    least = scenario.recording.rate
    if math.isfinite(scenario.hand.stiffness):
        least = max(least, math.sqrt(scenario.hand.stiffness / greatest_stiffness(scenario.ruler, 1)))
    if wanted is not None:
        return max(wanted, least)
    return scenario.steps_per_second / max(1, math.floor(scenario.steps_per_second / max(RATE, least)))


def laws_of(scenario: Scenario, shape: Shape) -> Laws:
    """What acts on a scenario's ruler."""
    hinge, table, torques = scenario.hinge, scenario.table, hinge_torques(scenario)
    least, most = np.radians(scenario.ruler.limits).tolist()
    tilt = math.radians(table.tilt)
    load = np.tile(0.5 * shape.mass * table.gravity * math.cos(tilt), 2)
    return Laws(
        torque=torques.friction,
        resting_torque=torques.resting,
        bias=torques.bias,
        viscous=hinge.viscous,
        power=hinge.viscous_power,
        stiffness=hinge.stiffness,
        rest=start_opening(scenario.ruler),
        least=least,
        most=most,
        friction=table.friction * load,
        resting_friction=(table.friction if table.static_friction is None else table.static_friction) * load,
        slope=table.gravity * math.sin(tilt),
    )


def play_reference(
    scenario: Scenario,
    progress: Callable[[Reference], None] | None = None,
    *,
    name: str | None = None,
    rate: float | None = None,
) -> Recording:
    """Play a scenario to its end by the independent dynamics; returns a recording of kind "reference" with its summary.

    Args:
        scenario: what to play.
        progress: called every few milliseconds, for a progress bar.
        name: what the recording calls it; default: the scenario's title.
        rate: steps a second; see `Reference`.

    Raises:
        BadInputError: a scenario that the reference does not play, or a rate outside its range.
        SimulationError: the ruler cannot follow the hand, or a phase does not end.
    """
    reference = Reference(scenario, rate)
    while not reference.finished:
        reference.advance(_STEPS_AT_A_TIME)
        if progress is not None:
            progress(reference)
    samples = reference.samples()
    meta = {
        "kind": REFERENCE,
        "name": name or scenario.title,
        "seed": scenario.seed,
        "source": scenario_to_full_data(scenario),
        "versions": versions(()),
        "status": "complete",
        "steps": reference.step,
        "simulated_s": reference.time,
        "step_s": 1.0 / reference.rate,
    }
    phases = tuple(phase.name for phase in scenario.phase)
    return summarised(Recording(as_rows(samples, lay_out(scenario.ruler).full_length), phases, meta))
