"""What was done to a ruler from the start, as scenario and commands: enough to do it again, and to go on elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ruler.arrays import Floats
from ruler.recording import Recording
from ruler.scenario import Scenario, scenario_from_data, scenario_to_data
from ruler.scenario.commands import Command, command
from ruler.scenario.model import Phase, Until
from ruler.scenario.parameters import with_value
from ruler.scenario.parts import MAX_TIME

BY_HAND = "by hand"
# How the title of a session begins: what follows is the scenario that it was begun from.
_FROM = "By hand, from: "


@dataclass(frozen=True)
class Take:
    """A session up to some step.

    Attributes:
        started: what was laid out and played, its last phase left to the hand for ever; without commands.
        base: the scenario that it was laid out from.
        commands: what was done, in order.
        end: the step it has come to.
        rows: the samples until then, in the columns of a recording.
        scripted: whether the scenario's own hand was to play.
        recorded: whether it comes from a recording. Played by a hand from the start it differs from that in the last
            bits, for the table is then ready to be shaken; so its samples are made again on the way.
    """

    started: Scenario
    base: Scenario
    commands: Sequence[Command]
    end: int
    rows: Floats
    scripted: bool = False
    recorded: bool = False

    @property
    def seconds(self) -> float:
        """How long it is, s."""
        return self.end / self.started.steps_per_second

    def upto(self, step: int) -> list[Command]:
        """The commands that led to a step; at the end of all, those given there too."""
        return [each for each in self.commands if each.step < step or step >= self.end]

    def parts_at(self, started: Scenario, theirs: Sequence[Command], end: int) -> int | None:
        """The step at which this take parted from what is being done, or None: not laid out together, or not yet.

        Args:
            started: what was laid out there.
            theirs: the commands given there.
            end: the step it has come to.
        """
        if self.started is not started:
            return None
        mine = self.commands
        # What was gone on from brought its commands along: up to some place they are the very same.
        common = bisect_left(range(min(len(mine), len(theirs))), True, key=lambda i: mine[i] is not theirs[i])
        steps = [given[common].step for given in (mine, theirs) if len(given) > common]
        first = min([self.end, *steps])
        return first if first < end else None

    def base_at(self, step: int) -> Scenario:
        """The scenario with its parameters as they were at a step."""
        base = self.base
        for each in self.upto(step):
            if each.set is not None and each.set.value is not None:
                base = scenario_from_data(with_value(base, each.set.key, each.set.value), "session")
        return base


def to_play(base: Scenario, scripted: bool) -> Scenario:
    """The scenario that is started: the script, or nothing; then the hand has the ruler for ever."""
    return base.model_copy(update={"phase": [*(base.phase if scripted else ()), _by_hand()]})


def _by_hand() -> Phase:
    return Phase.model_validate({"name": BY_HAND, "hold": False, "until": {"time": MAX_TIME}})


def endless(scenario: Scenario) -> Scenario:
    """A scenario without its commands, at the end of which the hand has the ruler for ever."""
    script = [phase for phase in scenario.phase if phase.name != BY_HAND or phase.hold]
    return scenario.model_copy(update={"phase": [*script, _by_hand()], "command": []}).with_numbers()


def as_scenario(started: Scenario, commands: list[Command], end: int, name: str) -> Scenario:
    """What was done up to step `end` as a scenario that can be written down, checked as such."""
    given = commands if commands and commands[-1].end else [*commands, command(end, end=True)]
    # The end command stops it; the last phase need only be long enough.
    *script, last = started.phase
    if last.name == BY_HAND:
        until = Until.model_validate({"time": end / started.steps_per_second + 1.0})
        last = last.model_copy(update={"until": until})
    data = scenario_to_data(started.model_copy(update={"phase": [*script, last]}))
    if commands and not started.title.startswith(_FROM):
        about = "What a hand did in the window, begun from this scenario, whose description follows."
        data |= {"title": f"{_FROM}{started.title}"[:200], "description": f"{about}\n{started.description}"[:5000]}
    data["command"] = [entry.model_dump(exclude_none=True) for entry in given]
    return scenario_from_data(data, name)


def take_of(recording: Recording) -> Take:
    """A recording as a take, which can be gone on from at any of its moments.

    Raises:
        BadInputError: it does not carry its scenario.
    """
    scenario = recording.scenario
    base, started = scenario.model_copy(update={"command": []}), endless(scenario)
    script = started.phase[:-1]
    if script:
        base = base.model_copy(update={"phase": script})
    commands = [each for each in scenario.command if not each.end]
    end = round(float(recording.time[-1]) * started.steps_per_second)
    return Take(started, base, commands, end, recording.table, bool(script), recorded=True)
