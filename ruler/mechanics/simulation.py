"""The fixed-step simulation: one clock that a script, the window and a sweep all drive."""

import copy
import math
from itertools import pairwise

import numpy as np

from ruler.arrays import Floats
from ruler.errors import FailedError
from ruler.mechanics.chain import build_chain
from ruler.mechanics.drive import Drive, Pose
from ruler.mechanics.handles import Carrier, Joints, StateLog, Stepper
from ruler.mechanics.laws import GroundLaw, HingeLaw
from ruler.mechanics.ledger import ANGLE, Entries, Ledger, MouseForce, Samples, X, join_samples
from ruler.mechanics.live import LiveHand
from ruler.mechanics.pointer import pointer_spring
from ruler.mechanics.snapshot import Snapshot, joint_forces, section_ends
from ruler.mechanics.soft_hand import Force, in_body_frame, limited, rod_point, spring_force
from ruler.scenario.commands import MAX_STEP, Change, Command, Grab
from ruler.scenario.model import Phase
from ruler.scenario.parameters import changed
from ruler.scenario.parts import MAX_TIME
from ruler.scenario.scenario import Scenario, planned_duration, planned_time

# A pull that gains less than this part of the full length in this time (s) has stopped.
LEAST_GAIN = 1e-6
PATIENCE = 10.0
# A joint further apart than this part of a section means that the run has gone wrong.
GREATEST_GAP = 0.01
# A hand at the mouse may fling the ruler about; that is no reason to take it away before it is torn.
GREATEST_GAP_BY_HAND = 0.1
# Within this angle of a stop (rad), what a hinge loses by hitting it is read off.
NEAR_STOP = math.radians(8.0)
# Rows are booked at least this often, so that memory stays small and trouble is seen soon.
_ROWS_AT_A_TIME = 500
_NO_FORCE: Force = (0.0, 0.0)


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
    result.

    Args:
        scenario: the scenario.
        live: whether commands will be given while it runs (`apply`). A scenario that carries
            commands is played as the live simulation was, to the last bit.

    Attributes:
        scenario: the scenario, with the parameters as they are now.
        step: steps made.
        phase_index: number of the present phase.
        finished: whether the last phase has ended.
    """

    def __init__(self, scenario: Scenario, live: bool = False) -> None:
        live = live or bool(scenario.command)
        self.scenario = scenario
        self.step = 0
        self.phase_index = 0
        self.finished = False
        self._steps_per_second = scenario.steps_per_second
        self._dt = 1.0 / self._steps_per_second
        table_moves = live or any(s.where == "table" and s.amplitude > 0 for p in scenario.phase for s in p.shake)
        self._chain = build_chain(scenario, table_moves, live)
        carriers = [self._chain.hand, self._chain.table] if table_moves else [self._chain.hand]
        self._bodies = [*self._chain.sections, *carriers]
        self._log = StateLog(self._chain.space, self._bodies)
        self._stepper = Stepper(self._chain.space, self._dt)
        self._ledger = Ledger(scenario, self._chain, self._dt, table_moves)
        self._hand = Carrier(self._chain.hand)
        self._table = Carrier(self._chain.table) if table_moves else None
        self._hinge_law = HingeLaw(scenario, self._chain, self._dt)
        self._ground_law = GroundLaw(scenario, self._chain)
        self._firm = math.isinf(scenario.hand.strength) and math.isinf(scenario.hand.stiffness)
        self._stops = Joints(self._chain.stops)
        low, high = np.radians(scenario.ruler.limits).tolist()
        self._near_stop = (low + NEAR_STOP, high - NEAR_STOP)
        self._greatest_gap = GREATEST_GAP_BY_HAND if live else GREATEST_GAP
        self._live = LiveHand(self._dt, scenario.seed)
        self._scripted_force: Force = _NO_FORCE
        self._mouse_force: Force = _NO_FORCE
        self._spring = pointer_spring(scenario)
        self._commands = scenario.command
        self._next_command = 0
        self._entries = Entries()
        self._sample_number = self._sample_step = 0
        self._pending: list[Samples] = []
        self._log.append()
        self._enter(1, detailed=True, moves=[(0.0, 0.0, 0.0, 0.0)])
        self._begin_phase((*self._chain.shape.tip.tolist(), 0.0, 0.0))

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

    @property
    def worst_gap(self) -> float:
        """How far a hinge (or the anchor) has come apart at most, m, up to the last booked row."""
        return self._ledger.worst_gap

    def advance(self, steps: int) -> None:
        """Make up to `steps` steps, fewer when the last phase ends.

        Raises:
            SimulationError: a joint came apart, a number is no number, or a phase does not end.
        """
        goal = self.step + steps
        while self.step < goal and not self.finished:
            self._obey_due_commands()
            if self.finished:
                break
            stop = min(goal, self._sample_step, self._next_check_step(), self._next_command_step())
            if self._is_plain():
                self._coast(stop)
            else:
                self._play(stop)
            if self._phase_over():
                self._end_phase()
            if len(self._entries) >= _ROWS_AT_A_TIME:
                self._book()

    def take_samples(self) -> Samples | None:
        """The samples since the last call, or None when there are none."""
        self._book()
        taken, self._pending = self._pending, []
        return join_samples(taken) if taken else None

    def snapshot(self, ahead: float = 0.0) -> Snapshot:
        """What the ruler is doing now.

        Args:
            ahead: s after the last step for which positions are given, for smooth drawing at low speed.
        """
        row = self._row_now()
        inner, outer = section_ends(row, self._chain.shape.length, ahead)
        table = self._chain.table.position if self._table is not None else (0.0, 0.0)
        pointer = self._live.pointer
        held = None
        if pointer is not None:
            held = inner[pointer.section] + pointer.along * (outer[pointer.section] - inner[pointer.section])
        return Snapshot(
            inner=inner,
            outer=outer,
            table=np.array(table),
            hand=np.array(self._chain.hand.position) if self.phase.hold and not self._pulls_by_force else None,
            mouse=None if pointer is None else np.array([pointer.x, pointer.y]),
            mouse_at=held,
            hand_force=self._hand_force(inner, outer),
            mouse_force=np.array(self._mouse_force),
            **joint_forces(self._chain, row, self._dt),
        )

    def _row_now(self) -> Floats:
        """States of all bodies now, also in the middle of a stretch without rows."""
        if self._row_step == self.step:
            return self._log.last()
        rows = [
            (body.position.x, body.position.y, body.angle, body.velocity.x, body.velocity.y, body.angular_velocity)
            for body in self._bodies
        ]
        return np.array(rows)

    def _hand_force(self, inner: Floats, outer: Floats) -> Floats:
        """Force of the scripted hand in the last step, N: along the last section where only its size is known."""
        grip = self._chain.grip
        if self.phase.hold and grip.max_force > 0.0:
            along = outer[-1] - inner[-1]
            return np.asarray(grip.impulse / self._dt * along / max(float(np.hypot(*along)), 1e-12))
        return np.array(self._scripted_force)

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
        if self._row_is_sample and self._row_step == self.step:
            return None
        self._book()
        row = self._row_now()
        hand, table = self._chain.hand.velocity, self._chain.table.velocity
        carrier = (hand.x, hand.y, table.x, table.y)
        if self._row_step != self.step:
            carrier = (*(self._drive.constant_velocity or (0.0, 0.0)), 0.0, 0.0)
        entries = Entries(
            [False], [True], [self.step], [self.phase_index], [carrier], [_NO_FORCE], [None], [None], [None]
        )
        # Booked in a copy: the ledger replaces its totals, it does not write into them.
        return copy.copy(self._ledger).settle(row[None], entries)

    # Stretches of steps

    def _is_plain(self) -> bool:
        """Whether nothing has to be done between steps: Coulomb friction, a firm hand at constant velocity."""
        return (
            self._hinge_law.constant
            and self._ground_law.constant
            and self._firm
            and self._drive.constant_velocity is not None
            and not self._pulls_by_force
            and not self._live.active
            and self.step > self._phase_start
        )

    def _coast(self, stop: int) -> None:
        """Make the steps up to `stop` with nothing to do in between; one row at a sample or the phase's end."""
        count = stop - self.step
        self._stepper.steps(count)
        self.step = stop
        self._drive.skip(count)
        if self._at_sample() or self._phase_over():
            self._close_stretch()

    def _close_stretch(self) -> None:
        """Log a row for the steps made with nothing to do in between, if there are any."""
        if self._row_step == self.step:
            return
        velocity = self._drive.constant_velocity or (0.0, 0.0)
        self._log.append()
        self._enter(1, detailed=False, moves=[(*velocity, 0.0, 0.0)])
        # The load cells have drifted by what they measured; put them back.
        self._hand.move(*velocity)
        if self._table is not None:
            self._table.move(0.0, 0.0)

    def _play(self, stop: int) -> None:
        """Make the steps up to `stop` with hand, table and friction limits set before each; a row each."""
        count = stop - self.step if self.step > self._phase_start else 1
        moves = self._drive.moves(count)
        space_step, append = self._stepper.step, self._log.append
        hinges = None if self._hinge_law.constant else self._hinge_law
        ground = None if self._ground_law.constant else self._ground_law
        soft, live = self._is_soft(), self._live
        stops = self._stops if self._near_a_stop() else None
        forces, rubs, hits, mice = [], [], [], []
        for i, scripted in enumerate(moves):
            move = scripted
            if live.active:
                move = moves[i] = self._add_live(scripted)
                mice.append(self._pull_by_mouse(move))
            self._hand.move(move[0], move[1])
            if self._table is not None:
                self._table.move(move[2], move[3])
            if soft:
                forces.append(self._push(move))
            space_step()
            append()
            if hinges is not None:
                hinges.follow(self._log)
                rubs.append(hinges.impulses())
            if ground is not None:
                ground.follow(self._log)
            if stops is not None:
                hits.append(stops.impulses())
        self.step += count
        # Shakes that fade out within the stretch leave its last rows without the mouse.
        mice += [None] * (count - len(mice)) if mice else []
        self._enter(count, detailed=True, moves=moves, forces=forces, rubs=rubs, hits=hits, mice=mice)

    def _near_a_stop(self) -> bool:
        """Whether a hinge may hit its stop soon, so that the energy lost there must be read off."""
        angles = self._log.last_column(ANGLE, len(self._chain.sections))
        low, high = self._near_stop
        # |turn| is pi when folded flat and 0 when straight.
        return any(not low < math.pi - abs(outer - inner) < high for inner, outer in pairwise(angles))

    def _enter(
        self,
        rows: int,
        detailed: bool,
        moves: list[Pose],
        forces: list[Force] | None = None,
        rubs: list[list[float]] | None = None,
        hits: list[list[float]] | None = None,
        mice: list[MouseForce | None] | None = None,
    ) -> None:
        """Write down what is known of the last `rows` logged rows; only the last can be a sample."""
        entries = self._entries
        sample = self._at_sample()
        entries.detailed += [detailed] * rows
        entries.sample += [False] * (rows - 1) + [sample]
        entries.step += range(self.step - rows + 1, self.step + 1)
        entries.phase += [self.phase_index] * rows
        entries.carrier += moves
        entries.force += forces or [_NO_FORCE] * rows
        entries.rub += rubs or [None] * rows
        entries.hit += hits or [None] * rows
        entries.mouse += mice or [None] * rows
        self._row_step, self._row_is_sample = self.step, sample
        if sample:
            self._sample_number += 1
            rates = self._steps_per_second, self.scenario.recording.rate
            self._sample_step = round(self._sample_number * rates[0] / rates[1])

    # Commands

    def apply(self, command: Command) -> None:
        """Carry out a command now, before the next step; its `step` must be the present one.

        Raises:
            BadInputError: a parameter outside its range.
        """
        self._close_stretch()
        action = command.action
        if command.grab is not None:
            self._grab(command.grab)
        elif command.move is not None:
            self._live.move(command.move)
        elif action == "release":
            self._live.release()
            self._mouse_force = _NO_FORCE
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
        if grab.section == len(self._chain.sections) and self.phase.hold:
            # The tip is in another hand now: the script goes on with its last phase, which lets go.
            self.phase_index = len(self.scenario.phase) - 1
            self._begin_phase(self._drive.position)
        self._live.grab(grab)

    def _change(self, change: Change) -> None:
        self._book()
        self.scenario = changed(self.scenario, change)
        for part in (self._hinge_law, self._ground_law, self._ledger):
            part.set_parameters(self.scenario)
        self._spring = pointer_spring(self.scenario)

    def _add_live(self, scripted: Pose) -> Pose:
        """The velocities of a step with live shaking added to what the script asks for."""
        x, y, table_x, table_y = self._live.advance()
        return scripted[0] + x, scripted[1] + y, scripted[2] + table_x, scripted[3] + table_y

    def _pull_by_mouse(self, move: Pose) -> MouseForce | None:
        """Pull the section that the mouse holds; returns the force and where it acts."""
        pointer = self._live.pointer
        if pointer is None:
            self._mouse_force = _NO_FORCE
            return None
        glide_x, glide_y = pointer.advance()
        # The script does not move the tip while the mouse holds it, so what moves here is the shaking.
        shaken = pointer.section == len(self._chain.sections) - 1
        offset = self._live.offset if shaken else (0.0, 0.0)
        speed = (move[0], move[1]) if shaken else (0.0, 0.0)
        body = self._chain.sections[pointer.section]
        length = float(self._chain.shape.length[pointer.section])
        place = (pointer.along - 0.5) * length
        state = self._log.last()[pointer.section].tolist()
        point = rod_point(state, place, length, float(self._chain.shape.mass[pointer.section]))
        force = spring_force(
            point,
            (pointer.x + offset[0], pointer.y + offset[1]),
            (glide_x / self._dt + speed[0], glide_y / self._dt + speed[1]),
            self._spring.stiffness,
            self._spring.damping,
            self._dt,
        )
        force = limited(force, self._spring.strength)
        body.apply_force_at_local_point(in_body_frame(force, body.angle), (place, 0.0))
        self._mouse_force = force
        return force[0], force[1], pointer.section, place

    # Hands that give, or pull by force

    def _is_soft(self) -> bool:
        """Whether the scripted hand acts by a force instead of a joint."""
        return self._pulls_by_force or (self.phase.hold and math.isfinite(self.scenario.hand.stiffness))

    def _push(self, move: Pose) -> Force:
        """Push the tip with a hand that gives or pulls by force; returns the force in N."""
        hand, pull = self.scenario.hand, self.phase.pull
        last = self._chain.sections[-1]
        half = 0.5 * float(self._chain.shape.length[-1])
        if pull is not None and pull.force is not None:
            force = (pull.force, 0.0)
        else:
            state = self._log.last()[len(self._chain.sections) - 1].tolist()
            end = rod_point(state, half, 2.0 * half, float(self._chain.shape.mass[-1]))
            # The hand stands where it will be at the end of this step.
            x, y = self._chain.hand.position
            target = (x + self._dt * move[0], y + self._dt * move[1])
            force = spring_force(end, target, (move[0], move[1]), hand.stiffness, hand.damping, self._dt)
        force = limited(force, hand.strength)
        last.apply_force_at_local_point(in_body_frame(force, last.angle), (half, 0.0))
        self._scripted_force = force
        return force

    # Phases

    def _begin_phase(self, start: Pose) -> None:
        full = self._chain.shape.full_length
        planned = planned_duration(self.phase, start[0], full)
        self._drive = Drive(self.phase, start, planned, self._dt, self.scenario.seed, self.phase_index)
        self._phase_start = self.step
        pull, until = self.phase.pull, self.phase.until
        self._pulls_by_force = pull is not None and pull.force is not None
        firm_grip = self.phase.hold and not self._is_soft()
        self._chain.grip.max_force = self.scenario.hand.strength if firm_grip else 0.0
        # A firm hand takes the tip along, so its arrival ends the phase; else the tip is watched.
        self._scripted_force = _NO_FORCE
        self._watches_tip = until.extension is not None and not (self._firm and not self._pulls_by_force)
        time_up = None if until.time is None else max(1, math.ceil(until.time / self._dt - 1e-6))
        self._last_step = time_up if self._watches_tip else self._drive.steps
        self._best, self._best_step = -math.inf, self.step

    def _next_check_step(self) -> int:
        """The next step after which the phase may be over."""
        made = self.step - self._phase_start
        if self._watches_tip:
            arrival = self._drive.steps or 1
            next_look = max(arrival, made + 1)
            return self._phase_start + (next_look if self._last_step is None else min(next_look, self._last_step))
        return self._phase_start + (self._last_step or 1)

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
        row, shape = self._log.last(), self._chain.shape
        tip_x = row[shape.length.size - 1, X] + 0.5 * shape.length[-1] * math.cos(row[shape.length.size - 1, ANGLE])
        inner_x = row[0, X] - 0.5 * shape.length[0] * math.cos(row[0, ANGLE])
        reach = float(tip_x - inner_x) / shape.full_length
        goal = self.phase.until.extension or 0.0
        pull = self.phase.pull
        backwards = pull is not None and (pull.speed or pull.force or 0.0) < 0.0
        ahead = goal - reach if backwards else reach - goal
        if ahead > self._best + LEAST_GAIN:
            self._best, self._best_step = ahead, self.step
        if (self.step - self._phase_start) * self._dt > MAX_TIME:
            raise self._trouble(f"the phase has not ended after {MAX_TIME:g} s; end it by time")
        if (self.step - self._best_step) * self._dt > PATIENCE:
            raise self._trouble(
                f"the tip got to extension {reach:.3f} and no farther towards {goal} in {PATIENCE:g} s; "
                "give the hand more strength or force, or end the phase by time"
            )
        return ahead >= 0.0

    def _end_phase(self) -> None:
        if self.phase_index + 1 == len(self.scenario.phase):
            self._finish()
            return
        start = self._drive.position
        if self._pulls_by_force or not self.phase.hold:
            start = (*self._take_hold(), start[2], start[3])
        self.phase_index += 1
        self._begin_phase(start)

    def _finish(self) -> None:
        """The run is over; its last state becomes the last row."""
        self.finished = True
        self._close_stretch()
        if len(self._entries):
            self._entries.sample[-1] = True
        elif not self._row_is_sample:
            # The last state has been booked already: give it again, with nothing happening in between.
            self._log.append()
            hand, table = self._chain.hand.velocity, self._chain.table.velocity
            self._enter(1, detailed=False, moves=[(hand.x, hand.y, table.x, table.y)])
            self._entries.sample[-1] = True

    def _take_hold(self) -> tuple[float, float]:
        """Bring the hand to the tip, where a pull by force has left it."""
        last = self._chain.sections[-1]
        tip = last.local_to_world((0.5 * float(self._chain.shape.length[-1]), 0.0))
        self._chain.hand.position = tip
        return tip.x, tip.y

    # Samples

    def _at_sample(self) -> bool:
        return self.step == self._sample_step

    def _book(self) -> None:
        """Settle the logged rows with the ledger and look whether the run is still sound."""
        if len(self._entries) == 0:
            return
        rows, entries = self._log.take(), self._entries
        self._entries = Entries()
        # After an interrupt there may be rows of which nothing more is known.
        rows = rows[: entries.whole]
        sound = np.isfinite(rows).all(axis=(1, 2))
        count = len(rows) if sound.all() else int(sound.argmin())
        if count > 0:
            # A run that goes wrong may overflow in its energies before it does in its positions.
            with np.errstate(over="ignore", invalid="ignore"):
                samples = self._ledger.settle(rows[:count], entries.first(count))
            sound_samples = samples.sound()
            if sound_samples.step.size:
                self._pending.append(sound_samples)
            if sound_samples.step.size < samples.step.size:
                raise self._trouble("an energy or force is no longer a number")
        if count < len(rows):
            raise self._trouble("a position or velocity is no longer a number")
        if self.worst_gap > self._greatest_gap * self.scenario.ruler.section_length:
            raise self._trouble(
                f"a joint has come {self.worst_gap * 1000:.3g} mm apart, over {100 * self._greatest_gap:g} % of a "
                "section; pull or shake more gently, or raise simulation.rate"
            )

    def _trouble(self, what: str) -> SimulationError:
        return SimulationError(f'stopped at {self.time:.3f} s (step {self.step}, phase "{self.phase.name}"): {what}')
