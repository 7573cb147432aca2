"""The fixed-step simulation: one clock that a script, the window and a sweep all drive."""

import copy
import math

import numpy as np

from ruler.arrays import Floats
from ruler.errors import FailedError
from ruler.mechanics.account import Account, Samples, join_samples
from ruler.mechanics.chain import build_chain, point_ahead
from ruler.mechanics.engine import Kernel, best_kernel
from ruler.mechanics.hand_path import forced_words
from ruler.mechanics.kernel import MAX_PARTS
from ruler.mechanics.kernel_data import (
    MOVE_COLUMNS,
    POINTER_VX,
    POINTER_X,
    VX,
    Plan,
    Spring,
)
from ruler.mechanics.laws import NO_SPRING, laws, set_limits, spring
from ruler.mechanics.live import LiveHand
from ruler.mechanics.phases import PhaseRun
from ruler.mechanics.pointer import FASTEST, pointer_hold
from ruler.mechanics.snapshot import Snapshot, take_snapshot
from ruler.mechanics.step_log import StepLog
from ruler.scenario.commands import MAX_STEP, Change, Command, Grab
from ruler.scenario.model import Phase
from ruler.scenario.parameters import changed
from ruler.scenario.scenario import Scenario, planned_time

# A joint further apart than this part of a section means that a scripted run has gone wrong; a hand
# at the mouse keeps the ruler, and sees how far it is to be trusted.
GREATEST_GAP = 0.01
# Slower than this (m/s, rad/s) nothing is seen to move.
UNSEEN = 1e-3
# Steps for which the asked-for motion is worked out at a time.
_STEPS_AT_A_TIME = 2000


class SimulationError(FailedError):
    """The simulation went wrong; what was sampled until then is kept."""


class Simulation:
    """A scenario being played, step by step.

    Example:
        >>> simulation = Simulation(load_scenario("steady"))
        >>> while not simulation.finished:
        ...     simulation.advance(1000)
        ...     samples = simulation.take_samples()

    How many steps are advanced at a time, and how often samples are taken, changes no bit of the
    result; nor does it whether the kernel is interpreted or compiled.

    Args:
        scenario: the scenario.
        live: whether commands will be given while it runs (`apply`). A scenario that carries
            commands is played as the live simulation was, to the last bit.

    Attributes:
        scenario: the scenario, with the parameters as they are now.
        rate: steps per second.
        step: steps made.
        phase_index: number of the present phase.
        finished: whether the last phase has ended.
        kernel: the kernel that made the last steps.
        account: energy and joints, up to the last booked row.
    """

    def __init__(self, scenario: Scenario, live: bool = False) -> None:
        by_hand = live or bool(scenario.command)
        self.scenario = scenario
        self.rate = scenario.steps_per_second
        self.step = 0
        self.phase_index = 0
        self.finished = False
        self._dt = 1.0 / self.rate
        table_moves = by_hand or any(s.where == "table" and s.amplitude > 0 for p in scenario.phase for s in p.shake)
        self._chain = build_chain(scenario, table_moves, by_hand)
        self._log = StepLog(self._chain)
        self.account = Account(scenario, self._chain, self._dt)
        self._by_hand = by_hand
        self._live = LiveHand(self._dt, scenario.seed)
        self._mouse: Spring = NO_SPRING
        self._commands = scenario.command
        self._next_command = 0
        self._samples_due = 0
        self._pending: list[Samples] = []
        set_limits(scenario, self._chain, self._log)
        # A window does not wait for the compiled kernel: it goes over to it when it is there.
        self._use(best_kernel(0.0 if live else (self.planned_time or 0.0) * self.rate * scenario.ruler.hinges))
        self._begin_phase((*self._chain.shape.tip.tolist(), 0.0, 0.0))
        self._mark_samples(0, self._log.rows)

    @property
    def time(self) -> float:
        """Simulated time in s."""
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
            SimulationError: a joint came apart, a number is no number, or a phase does not end.
        """
        goal = self.step + steps
        self._use(best_kernel())
        while self.step < goal and not self.finished:
            self._obey_due_commands()
            if not self.finished:
                self._play(min(goal, self._next_command_step()))

    def take_samples(self) -> Samples | None:
        """The samples since the last call, or None when there are none."""
        self._flush()
        taken, self._pending = self._pending, []
        return join_samples(taken) if taken else None

    def rehearse(self, kernel: Kernel) -> None:
        """Make a step with a kernel that is not in use yet."""
        self._use(kernel)
        self._play(self.step + 1)

    # Stretches of steps

    def _use(self, kernel: Kernel) -> None:
        """Make the next steps with this kernel."""
        if kernel is getattr(self, "kernel", None):
            return
        self.kernel = kernel
        self._seen_log, self._handles = self._log.seen_by(kernel), self._log.handles(kernel, self._chain)
        self._laws = laws(self.scenario, self._chain.shape, kernel)
        self._plan = Plan(
            len(self._log.last()),
            len(self._chain.motors),
            self._chain.hand_place,
            self._chain.table_place,
            self._dt,
            self.scenario.iterations,
            self._log.capacity,
        )

    def _play(self, goal: int) -> None:
        """Make steps up to `goal` at most, as long as nothing but the kernel has to be asked."""
        stop, watch = self._run.stretch(self.step)
        count = min(goal, stop) - self.step
        # A live hand goes on step by step and cannot be taken back when the tip arrives early.
        count = 1 if watch.acts and self._live.active else min(count, _STEPS_AT_A_TIME)
        moves = self.kernel.given(self._moves(count))
        made, arrived = 0, False
        while made < count and not arrived:
            done, rows, arrived = self.kernel.play(
                count - made,
                self._log.rows,
                moves if made == 0 else moves[made * MOVE_COLUMNS :],
                self.kernel.calls,
                self._handles,
                self._plan,
                self._laws,
                self._run.hand,
                self._mouse,
                watch,
                self._seen_log,
            )
            self._log.rows = rows
            made, self.step = made + done, self.step + done
            self._run.drive.go_by(done)
            self._mark_samples(done, rows)
            if arrived or (made == count and self._run.over(self.step, arrived)):
                self._end_phase()
            if self._log.rows + MAX_PARTS > self._log.capacity or made < count:
                self._flush()
        if not self.finished and watch.acts and (trouble := self._run.stuck(self.step, self._log.last())):
            raise self._trouble(trouble)

    def _moves(self, count: int) -> Floats:
        """What hand, table and pointer are asked to do in the next `count` steps, shape (count, MOVE_COLUMNS)."""
        moves = np.zeros((count, MOVE_COLUMNS))
        moves[:, :POINTER_X] = self._run.moves(self.step, count)
        if not self._live.active:
            return moves
        places, shaken = self._live.pointed(count), self._live.shaken(count)
        moves[:, :POINTER_X] += np.diff(shaken, axis=0) / self._dt
        pointed = np.diff(places, axis=0) / self._dt
        if self._holds_firmly:
            moves[:, :2] += pointed
        elif self._mouse.acts:
            moves[:, POINTER_X:POINTER_VX], moves[:, POINTER_VX:] = places[:-1], pointed
        return moves

    def _mark_samples(self, made: int, rows: int) -> None:
        """Mark the rows that are samples among those of the last `made` steps."""
        ratio = self.rate / self.scenario.recording.rate
        if round(self._samples_due * ratio) > self.step:
            return
        last = int(self.step / ratio) + 2
        due = np.array([round(number * ratio) for number in range(self._samples_due, last)])
        due = due[due <= self.step]
        self._samples_due += due.size
        self._log.mark_steps(due, self.step - made, rows, self.phase_index)

    @property
    def samples_made(self) -> int:
        """How many samples there have been, that of the last step of all left out when it was none."""
        return self._samples_due

    # Commands

    def apply(self, command: Command) -> None:
        """Carry out a command now, before the next step; its `step` must be the present one.

        Raises:
            BadInputError: a parameter outside its range.
        """
        if command.grab is not None:
            self._grab(command.grab)
        elif command.move is not None:
            self._live.move(command.move)
        elif command.release is not None:
            self._flush()
            self._live.release()
            self._set_hands()
        elif command.shake is not None:
            self._live.shake(command.shake)
        elif command.still is not None:
            self._live.still(command.still)
        elif command.set is not None:
            self._change(command.set)
        else:
            self._finish()

    def _obey_due_commands(self) -> None:
        while self._next_command < len(self._commands) and self._commands[self._next_command].step <= self.step:
            self.apply(self._commands[self._next_command])
            self._next_command += 1

    def _next_command_step(self) -> int:
        if self._next_command < len(self._commands):
            return self._commands[self._next_command].step
        return self.step + MAX_STEP

    def _grab(self, grab: Grab) -> None:
        self._flush()
        if grab.section == len(self._chain.sections) and self.phase.hold:
            # The tip is in another hand now: the script goes on with its last phase, which lets go.
            self.phase_index = len(self.scenario.phase) - 1
            self._begin_phase(self._run.drive.position)
        self._live.grab(grab)
        self._set_hands()
        if self._holds_firmly:
            self._log.place_hand(self._chain.hand_place, point_ahead(self._chain, grab.along, self._dt))

    @property
    def _holds_firmly(self) -> bool:
        """Whether the mouse holds the last section as the scripted hand does, and no script holds it."""
        pointer = self._live.pointer
        return pointer is not None and pointer.section == len(self._chain.sections) - 1 and not self.phase.hold

    def _set_hands(self) -> None:
        """Let script and mouse hold the ruler as they do from now on."""
        self._set_mouse()
        self._set_grip()
        self._log.expect_blow()

    def _set_mouse(self) -> None:
        """Let the mouse's spring pull, if it is a spring by which it holds."""
        pointer = self._live.pointer
        self._mouse = NO_SPRING
        if pointer is not None and not self._holds_firmly:
            place = (pointer.along - 0.5) * float(self._chain.shape.length[pointer.section])
            self._mouse = spring(pointer_hold(self.scenario, self.rate), self._chain.shape, pointer.section, place)

    def _set_grip(self) -> None:
        """Let the joint between hand and last section hold for the script, for the mouse, or for nobody."""
        grip, length, pointer = self._chain.grip, float(self._chain.shape.length[-1]), self._live.pointer
        along, grip.max_force, grip.max_bias = 1.0, self._run.grip, math.inf
        if self._holds_firmly and pointer is not None:
            along, grip.max_force = pointer.along, pointer_hold(self.scenario, self.rate).strength
            # A hand that has been left behind comes after no faster than it moves.
            grip.max_bias = FASTEST
        grip.anchor_b = ((along - 0.5) * length, 0.0)

    def _change(self, change: Change) -> None:
        self._flush()
        self.scenario = changed(self.scenario, change)
        set_limits(self.scenario, self._chain, self._log)
        self._laws = laws(self.scenario, self._chain.shape, self.kernel)
        self.account.set_parameters(self.scenario)
        self._set_hands()

    # Phases

    def _begin_phase(self, start: tuple[float, float, float, float]) -> None:
        self._run = PhaseRun(self.scenario, self.phase_index, start, self.step, self._dt, self._chain.shape)
        self._set_hands()
        if not self._holds_firmly:
            self._log.place_hand(self._chain.hand_place, self._run.hand_ahead)

    def _end_phase(self) -> None:
        if self.phase_index + 1 == len(self.scenario.phase):
            self._finish()
            return
        # What was set in the last row is changed below.
        self._flush()
        start = self._run.drive.position
        if self._run.by_force or not self.phase.hold:
            start = (*point_ahead(self._chain, 1.0, self._dt), start[2], start[3])
        self.phase_index += 1
        self._begin_phase(start)

    def _finish(self) -> None:
        """The run is over; its last state becomes the last row."""
        self.finished = True
        self._log.mark(self._log.rows, self.step, self.phase_index)

    # Looking at it

    def snapshot(self, ahead: float = 0.0) -> Snapshot:
        """What the ruler is doing now.

        Args:
            ahead: s after the last step for which positions are given, for smooth drawing at low speed.
        """
        row, part = self._log.last(), self._log.last_part()
        hand = self.phase.hold and not self._run.by_force
        return take_snapshot(self._chain, row, part, self._live.pointer, hand, self._holds_firmly, ahead)

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves, as far as one could see."""
        return float(np.abs(self._log.last()[:, VX:]).max()) < UNSEEN

    @property
    def shaking(self) -> dict[str, bool]:
        """Whether tip and table are being shaken, by script or by command."""
        scripted = [shake.where for shake in self.phase.shake if shake.amplitude > 0.0]
        return {where: where in scripted or self._live.shakes(where) for where in ("tip", "table")}

    def live_shaking(self, where: str) -> bool:
        """Whether tip or table is being shaken by command."""
        return self._live.shakes(where)

    @property
    def held_section(self) -> int | None:
        """Number of the section that the mouse holds, 1 = at the fixed end, or None."""
        return None if self._live.pointer is None else self._live.pointer.section + 1

    def sample_now(self) -> Samples | None:
        """The present state as a sample, when it is none anyway; taking it changes nothing.

        It is the last row that a run ending here would have.
        """
        if self._log.marked == self.step:
            return None
        self._flush()
        # Booked in a copy: the account replaces its totals, it does not write into them.
        sample = copy.copy(self.account).charge(self._log.present(self.step, self.phase_index)).sound()
        return sample if sample.step.size else None

    # Samples

    def _flush(self) -> None:
        """Book the logged rows and look whether the run is still sound."""
        if self._log.empty:
            return
        mouse = (self._mouse.section, self._mouse.place) if self._mouse.acts else None
        rows = self._log.take(self._laws.varies, mouse, float(self._chain.grip.anchor_b[0]))
        count = total = len(rows.state)
        if not np.isfinite(rows.state.sum()):
            sound = np.isfinite(rows.state).all(axis=(1, 2))
            count = total if sound.all() else int(sound.argmin())
        if count > 0:
            # A run that goes wrong may overflow in its energies before it does in its positions.
            with np.errstate(over="ignore", invalid="ignore"):
                samples = self.account.charge(rows.first(count - 1))
            sound_samples = samples.sound()
            if sound_samples.step.size:
                self._pending.append(sound_samples)
            if sound_samples.step.size < samples.step.size:
                raise self._trouble("an energy or force is no longer a number")
        self._log.clear()
        if count < total:
            raise self._trouble("a position or velocity is no longer a number")
        if not self._by_hand and self.account.worst_gap > GREATEST_GAP * self.scenario.ruler.section_length:
            raise self._trouble(forced_words(self.scenario, self.account.worst_gap, self.account.worst_gap_time))

    def _trouble(self, what: str) -> SimulationError:
        return SimulationError(f'stopped at {self.time:.3f} s (step {self.step}, phase "{self.phase.name}"): {what}')
