"""The session: a ruler under a hand, without any window.

All that the window does goes through here. The simulation is the one of `ruler run`, driven by
stamped commands, so the session is a scenario and `scenario()` plays it again to the last bit.
"""

from pathlib import Path
from typing import Any, get_args

import numpy as np

from ruler.analysis import load_shares
from ruler.analysis.summary import NOTHING_OPENED
from ruler.arrays import Floats
from ruler.errors import FailedError
from ruler.lab.hand import SHAKEN_SPEED, STANDARD_EXTENSION, STEADY_SPEED, Hand, OwnPull
from ruler.lab.measured import MeasuredBeside
from ruler.lab.parameters import BY_KEY, check_lab_value, hinge_of, lab_values, torques_with
from ruler.lab.scene import Scene, holders, shut_from_hand
from ruler.lab.takes import Take, as_scenario, endless, to_play
from ruler.lab.undo import ParameterChange, UndoStack
from ruler.mechanics import Simulation, SimulationError
from ruler.recording import Recorder, Recording
from ruler.scenario import Scenario, scenario_from_data, scenario_to_data
from ruler.scenario.commands import Command, command
from ruler.scenario.geometry import lay_out
from ruler.scenario.hinges import hinge_torques
from ruler.scenario.parameters import Value, get_value, given_value, with_value

# A session longer than this (simulated) stops and asks to be saved: its table would fill the memory.
LONGEST_SESSION = 2 * 3600.0
# So many takes are kept beside the present one.
MOST_TAKES = 12
# The trace of the tip keeps this many points.
TRACE_POINTS = 2000


class Session:
    """A ruler under a hand.

    Args:
        scenario: what to begin with.
        name: what it is called.
        journal: where samples are kept in case the program dies, or None.

    Attributes:
        base: the scenario with its present parameters; a reset lays this ruler out.
        original: the scenario as it was opened.
        name: what it is called.
        journal: where samples are kept in case the program dies, or None.
        scripted: whether the scenario's phases are played; if not, the ruler is left to the hand.
        trouble: why the simulation stopped, or None.
        hand: where the hand is, and how fast.
        armed: whether the tip is to be shaken whenever the hand holds it.
        takes: what was done before and left, to be returned to, the oldest first.
        resumed: whether the ruler goes on from a moment of a take, and was not laid out anew.
        saved_step: step up to which the session has been saved.
        changes: changes of parameters, to be undone.
        beside: the measured ruler that the scenario names, or None.
    """

    beside: MeasuredBeside | None = None

    def __init__(self, scenario: Scenario, name: str, journal: Path | None = None) -> None:
        self.original = self.base = scenario.model_copy(update={"command": []})
        self.name = name
        self.scripted = self.armed = False
        self.lab_values = lab_values(self.original)
        self.changes = UndoStack(self._set)
        self.takes: list[Take] = []
        self._lay_out(scenario if scenario.command else to_play(scenario, scripted=False))
        self.start_journal(journal)

    # The ruler

    def reset(self, scripted: bool = False) -> None:
        """Lay the ruler out as at the start, to be pulled by hand or by the script."""
        self._renew(self.base, scripted)

    def _renew(self, base: Scenario, scripted: bool = False) -> None:
        """Lay out another ruler; when it is refused, the one that is there stays, and its journal."""
        before, left = self.recorder, self._left()
        self._lay_out(to_play(base, scripted))
        self.takes = [*self.takes, *left][-MOST_TAKES:]
        self.base, self._base_then, self.scripted = base, base, scripted
        # A script shakes as it says; a hand shakes the ruler that is laid out next too.
        self.armed = self.armed and not scripted
        before.discard_journal()
        self.start_journal(self.journal)

    @property
    def started(self) -> Scenario:
        """What was laid out and is played, without commands; the same object for as long as it is."""
        return self._bare

    @property
    def commands(self) -> list[Command]:
        """What was done since, those that the scenario brought along included."""
        return [*self._brought, *self._commands] if self._brought else self._commands

    def take(self) -> Take:
        """All that has been done since the ruler was laid out."""
        rows, base = self.recorder.rows.copy(), self._base_then
        return Take(self._bare, base, list(self.commands), self.simulation.step, rows, self.scripted)

    def _left(self) -> list[Take]:
        """The take that is being left, to be returned to; none when nothing was done, or nothing new."""
        nothing = not self.commands and not self.scripted
        return [] if nothing or self.simulation.step == 0 else [self.take()]

    def go_on_from(self, take: Take, simulation: Simulation, rows: Floats) -> None:
        """Go on with a take from the step to which a simulation has been brought; what was done so far is kept.

        The hand has let go there.

        Args:
            take: the take.
            simulation: brought to the step.
            rows: the samples until then.
        """
        step, left = simulation.step, self._left()
        base = take.base_at(step)
        self.recorder.discard_journal()
        recorder = Recorder(take.started, name=self.name, live=True)
        self._put(take.started, recorder)
        self.start_journal(self.journal)
        recorder.go_on_from(simulation, rows)
        self._commands += take.upto(step)
        for given in (each for each in self._commands if each.step == step):
            simulation.apply(given)
        self.base, self._base_then, self.scripted = base, take.base, take.scripted
        self.takes = [*(each for each in self.takes if each is not take), *left][-MOST_TAKES:]
        self.resumed = True
        self.changes.clear()
        self.release()

    def start_journal(self, path: Path | None) -> None:
        """Keep the samples in a journal from now on; another session that has it must be closed before."""
        self.journal = path
        if path is not None:
            self.recorder.start_journal(path)

    def _lay_out(self, started: Scenario) -> None:
        # Commands are stamped in steps, so a session says how long they are.
        started = started.with_numbers()
        # First what can be refused.
        self._put(started, Recorder(started, name=self.name, live=True))
        self.scripted = bool(started.command)

    def _put(self, started: Scenario, recorder: Recorder) -> None:
        self._shape, self.recorder = lay_out(started.ruler), recorder
        self.resumed = False
        self.trouble: str | None = None
        self.saved_step = 0
        # The last step at which the script had the ruler.
        self._script_step = -1
        self._commands: list[Command] = []
        self._started, self._base_then = started, self.base
        self._brought = [each for each in started.command if not each.end]
        self._bare = endless(started) if started.command else started
        self.hand = Hand()

    @property
    def simulation(self) -> Simulation:
        """The running simulation."""
        return self.recorder.simulation

    @property
    def steps_per_second(self) -> int:
        """Steps per second of the ruler that is there; a live change leaves them as they are."""
        return self._started.steps_per_second

    @property
    def start_extension(self) -> float:
        """Extension of the ruler as it was laid out."""
        return float(self._shape.tip[0]) / self._shape.full_length

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to come."""
        return bool(self.simulation.finished) or self.trouble is not None

    @property
    def unsaved(self) -> bool:
        """Whether there is work that would be lost: it has been moved since it was laid out, or saved."""
        last = max(self._commands[-1].step if self._commands else -1, self._script_step)
        moved = any(map(self.simulation.live_shaking, ("tip", "table")))
        return self.saved_step < self.simulation.step and (moved or self.saved_step <= last)

    def advance(self, steps: int) -> None:
        """Make steps."""
        if self.finished or steps <= 0:
            return
        self._follow_hand(steps)
        if self.simulation.phase.hold:
            self._script_step = self.simulation.step
        try:
            self.simulation.advance(steps)
            self.recorder.collect()
        except (SimulationError, FailedError) as error:
            # The journal's disk may be full: what was recorded is there to be saved elsewhere.
            self.trouble = str(error)
            return
        if self.simulation.time >= LONGEST_SESSION:
            self.trouble = f"the session has reached {LONGEST_SESSION / 3600:.0f} h; save it, then reset"

    # The hand

    def grab(self, section: int, along: float, x: float, y: float) -> None:
        """Take hold of a section (1 = at the fixed end) with the pointer at x, y (m); armed, the tip is shaken."""
        if self.finished:
            return
        self._do(grab={"section": section, "along": along, "x": x, "y": y})
        self.hand.grab(x, y)
        if self.armed and not self.simulation.shaking["tip"]:
            self.shake("tip", on=True)

    def grab_tip(self) -> None:
        """Take hold of the tip where it is, unless something is held already."""
        if not self.holding:
            x, y = self.simulation.snapshot().outer[-1].tolist()
            self.grab(len(self._shape.length), 1.0, x, y)

    def drag(self, x: float, y: float) -> None:
        """The pointer is at x, y (m); the ruler follows with the next steps."""
        self.hand.drag(x, y)

    def pull_by_key(self, right: float, up: float) -> None:
        """Pull the tip at the keyboard's speed in a direction; 0, 0 stops."""
        if right or up:
            self.grab_tip()
            self.hand.own = None
        self.hand.keys = (right, up)

    def pull_by_itself(self) -> None:
        """The standard hand takes the tip and pulls: slowly and steadily, or quickly when it is to be shaken."""
        self.release()
        self.grab_tip()
        if self.hand.place is not None:
            goal = STANDARD_EXTENSION * self._shape.full_length
            shaken = self.armed or self.simulation.shaking["tip"]
            self.hand.own = OwnPull(SHAKEN_SPEED if shaken else STEADY_SPEED, goal)

    def release(self) -> None:
        """Let go of whatever is held; a tip that nobody holds is shaken no more, until it is held again."""
        self.hand.release()
        if self.simulation.held_section is not None:
            self._do(release=True)
            if not self._tip_held and self.simulation.live_shaking("tip"):
                self._do(still="tip")

    @property
    def holding(self) -> bool:
        """Whether the hand holds a section."""
        return self.hand.place is not None

    @property
    def _tip_held(self) -> bool:
        return self.simulation.phase.hold or self.simulation.held_section == len(self._shape.length)

    @property
    def shaking(self) -> dict[str, bool]:
        """Whether tip and table are being shaken, or will be as soon as the tip is held."""
        now = self.simulation.shaking
        return {**now, "tip": now["tip"] or self.armed}

    def shake(self, where: str, on: bool) -> None:
        """Begin or stop to shake the tip or the table; a tip that nobody holds is shaken as soon as somebody does."""
        if where == "tip":
            self.armed = on
        if not on:
            if self.simulation.shaking[where]:
                self._do(still=where)
        elif where == "table" or self._tip_held:
            values = self.lab_values
            self._do(shake={"where": where, "amplitude": values["lab.amplitude"], "frequency": values["lab.frequency"]})

    def toggle_shake(self, where: str) -> None:
        """Shake if it is still, still it if it shakes."""
        self.shake(where, not self.shaking[where])

    def _follow_hand(self, steps: int) -> None:
        """Let the pointer glide to where the hand is by the end of these steps."""
        if self.hand.arrived:
            self.release()
        place = self.hand.go(steps, 1.0 / self.steps_per_second, self.lab_values["lab.speed"])
        if place is not None:
            self._do(move={"x": place[0], "y": place[1], "steps": steps})

    def _do(self, **action: Any) -> None:
        """Give a command now and remember it; one that comes when nothing moves any more is none."""
        if self.finished:
            return
        given = command(self.simulation.step, **action)
        self.simulation.apply(given)
        self._commands.append(given)

    # Parameters

    def value(self, key: str) -> float:
        """Present value of a parameter as one number, as `get_value` gives it; of one hinge its own torque, N m."""
        if (hinge := hinge_of(key)) is not None:
            return float(hinge_torques(self.simulation.scenario).opening[hinge])
        return self.lab_values[key] if key.startswith("lab.") else get_value(self.base, key)

    def _given(self, key: str) -> Value:
        return self.lab_values[key] if key.startswith("lab.") else given_value(self.base, key)

    def set_value(self, key: str, value: Value) -> None:
        """Change a parameter; one that cannot change live lays the ruler out anew.

        Raises:
            BadInputError: the scenario does not allow the value; nothing has changed.
        """
        if (hinge := hinge_of(key)) is not None:
            key, value = "hinge.torque", torques_with(self.simulation.scenario, hinge, value)
        old = self._given(key)
        if value == old:
            return
        self._set(key, value)
        self.changes.note(ParameterChange(key, old, value))

    def _set(self, key: str, value: Value) -> None:
        if key.startswith("lab.") and isinstance(value, float):
            check_lab_value(key, value, self.steps_per_second)
            self.lab_values[key] = value
            for where in ("tip", "table"):
                if self.simulation.live_shaking(where):
                    self.shake(where, on=True)
            return
        base = scenario_from_data(with_value(self.base, key, value), self.name)
        if BY_KEY[key].live:
            self.base = base
            self._do(set={"key": key, "value": value})
        else:
            self._renew(base)

    def restore(self) -> None:
        """All parameters as in the scenario that was opened, and a new ruler."""
        self._renew(self.original)
        self.lab_values = lab_values(self.original)
        self.changes.clear()

    def cycle(self, key: str) -> str:
        """Go to the next choice of a key such as hand.grip; lays the ruler out anew; returns the choice."""
        table, name = key.split(".")
        data, part = scenario_to_data(self.base), getattr(self.base, table)
        choices = get_args(type(part).model_fields[name].annotation)
        chosen = str(choices[(choices.index(getattr(part, name)) + 1) % len(choices)])
        data.setdefault(table, {})[name] = chosen
        self._renew(scenario_from_data(data, self.name))
        return chosen

    # What comes out

    @property
    def shut_hinges(self) -> int:
        """How many of the hinges, counted from the hand, have shut since the start."""
        return shut_from_hand(self.simulation.snapshot().opening, self.recorder.start_opening)

    def scenario(self) -> Scenario:
        """The session as a scenario, hand and all; played without a window it gives the same bytes."""
        given = [*self._started.command, *self._commands]
        return as_scenario(self._started, given, self.simulation.step, self.name)

    def recording(self) -> Recording:
        """What has been recorded, with the session's scenario in it."""
        self.recorder.collect()
        self.recorder.status = "complete" if self.trouble is None else self.trouble
        return self.recorder.recording(self.scenario())

    def keep(self) -> Path | None:
        """Leave the session in its journal, whole, for another day; returns where, or None without a journal."""
        return self.recorder.keep(self.scenario())

    def close(self) -> None:
        """The session is over and nothing of it is needed any more: remove its journal."""
        self.recorder.discard_journal()

    def scene(self, ahead: float = 0.0) -> Scene:
        """What there is to draw, `ahead` s after the last step."""
        now = self.simulation.snapshot(0.0 if self.finished else ahead)
        shaking = self.simulation.shaking
        tip_held = self.simulation.held_section == len(self._shape.length)
        return Scene(
            inner=now.inner,
            outer=now.outer,
            opening=now.opening,
            share=load_shares(now.opening - self.recorder.start_opening, NOTHING_OPENED),
            opened=float(np.mean(now.opening - self.recorder.start_opening)),
            full_length=self._shape.full_length,
            section_length=self.base.ruler.section_length,
            anchor=self.base.table.anchor,
            tilt=self.simulation.scenario.table.tilt,
            torque=hinge_torques(self.simulation.scenario).opening,
            table_shaking=shaking["table"],
            holders=holders(now, self.base.hand.grip == "clamped", shaking["tip"], tip_held, self.hand.speed),
            snapshot=now,
            trace=self.recorder.rows[-TRACE_POINTS:, 2:4],
        )
