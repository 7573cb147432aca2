"""What the window plays: the interface, and the ruler under the hand; recordings are in `replay`."""

from dataclasses import dataclass
from typing import Protocol

from ruler.analysis import summarised
from ruler.errors import BadInputError
from ruler.lab import numbers
from ruler.lab.art.history import History
from ruler.lab.clock import Clock
from ruler.lab.i18n import N_, _
from ruler.lab.numbers import Number
from ruler.lab.scene import Scene
from ruler.lab.session import Session
from ruler.recording import Recording
from ruler.recording.trust import Level, Trust

# Extension to which the shipped scenarios pull; a network that learns beside the ruler is trained by then.
USUAL_EXTENSION = 0.55

LEVELS: dict[Level, str] = {"good": N_("good"), "fair": N_("fair"), "poor": N_("poor")}

Direction = tuple[float, float]


@dataclass(frozen=True)
class ButtonLook:
    """How a button of the toolbar looks: its text (None: as it was made), whether it is on, and usable."""

    text: str | None = None
    selected: bool = False
    enabled: bool = True


class Player(Protocol):
    """What the window asks of what it plays; where something is given back here, that is the default.

    Attributes:
        history: openings over time, for the graph.
        hand: the session that mouse and keys take hold of, with parameters to set; None: a timeline instead.
        moment: the moment shown, s, to be marked in the graph of all the time; None for the latest.
    """

    history: History
    hand: Session | None = None
    moment: float | None = None

    @property
    def timeline(self) -> float | None:
        """How much of a recording has been played, 0 to 1; None without one."""
        return None

    def scenes(self) -> list[Scene]:
        """What to draw, one or two views."""

    def about(self) -> list[tuple[str, str]]:
        """Name and description of each view's recording; empty for the ruler under the hand."""
        return []

    def advance(self, elapsed: float) -> None:
        """Real time goes on by `elapsed` s."""

    def play_pause(self) -> None:
        """Play or pause."""

    def step(self, count: int) -> None:
        """Pause, and go some steps (in a replay samples) forward or back.

        Raises:
            BadInputError: it cannot go back.
        """

    def arrow(self, direction: Direction, down: bool) -> None:
        """An arrow key pointing right, left, up or down (a unit vector) is pressed or let go."""

    def progress(self, scene: Scene) -> float:
        """How far the pull of the scene is, 0 to 1."""

    def status(self) -> tuple[str, bool]:
        """What the status line says, and whether it is a warning."""

    def numbers(self) -> list[Number]:
        """Step or sample, time and what else is counted, each with what it is."""

    def trust(self) -> Trust:
        """How far the numbers are to be trusted."""
        return Trust("good", None)

    def note(self) -> str | None:
        """What the read-out says instead of the most similar network, or None."""
        return None

    def buttons(self) -> dict[str, ButtonLook]:
        """How the buttons look whose look changes, by action."""

    def recording(self) -> Recording:
        """What to save when the recording is to be saved."""


def _hand_status(session: Session) -> str:
    """What the hand that holds the ruler is doing, and what comes of it."""
    if session.simulation.live_shaking("tip"):
        return _("The tip is being shaken: pull on, and the hinges open evenly. S stops the shaking.")
    if session.hand.own is not None:
        return _("The standard hand pulls slowly: only the outer hinges open. Esc lets go.")
    return _("Keep the hand in the slow part of its scale: only the outer hinges open. S shakes: it evens out.")


class Live(Player):
    """The ruler under the hand.

    Args:
        session: the ruler.
        clock: makes its steps.
        recording_since: step at which a recording was asked for, or None.

    Attributes:
        session, clock, recording_since: as given.
        history: openings over time.
        arrows: directions of the arrow keys held down.
    """

    def __init__(self, session: Session, clock: Clock, recording_since: int | None = None) -> None:
        self.session = self.hand = session
        self.clock, self.recording_since = clock, recording_since
        self.arrows: set[Direction] = set()
        self.begin()

    def begin(self) -> None:
        """A ruler has been laid out: graph and clock begin anew."""
        self._recorder = recorder = self.session.recorder
        self.history = History(self.session.base.ruler.hinges, lambda: recorder.rows)
        self.clock.rate = self.session.steps_per_second
        self.clock.lost = 0.0

    @property
    def renewed(self) -> bool:
        """Whether the session has laid out another ruler since `begin`."""
        return self.session.recorder is not self._recorder

    def scenes(self) -> list[Scene]:
        """The ruler, as far into the next step as the clock is."""
        scene = self.session.scene(self.clock.fraction)
        if scene.snapshot is not None:
            self.history.note_tension(self.session.simulation.time, scene.snapshot.tension)
        beside = self.session.beside
        return [scene if beside is None else beside.on(scene, self.session.simulation.time)]

    def advance(self, elapsed: float) -> None:
        """Make the steps that are due."""
        self.clock.run(self.clock.steps_due(elapsed), elapsed, self.session.advance)

    def play_pause(self) -> None:
        """Play or pause."""
        self.clock.paused = not self.clock.paused

    def step(self, count: int) -> None:
        """Steps forward."""
        if count < 0:
            raise BadInputError(_("Time runs forward here; save a recording (Ctrl+E) and open it to step back."))
        self.clock.paused = True
        self.session.advance(count)

    def arrow(self, direction: Direction, down: bool) -> None:
        """Pull the tip where the arrow keys held down point to."""
        if not down and direction not in self.arrows:
            return
        (self.arrows.add if down else self.arrows.discard)(direction)
        self.session.pull_by_key(sum(right for right, _ in self.arrows), sum(up for _, up in self.arrows))

    def let_arrows_go(self) -> None:
        """No arrow key is held down any more."""
        self.arrows.clear()
        self.session.pull_by_key(0.0, 0.0)

    def let_go(self) -> None:
        """Let go of the ruler."""
        self.arrows.clear()
        self.session.release()

    def progress(self, scene: Scene) -> float:
        """How far the ruler is stretched."""
        start = self.session.start_extension
        now = float(scene.outer[-1, 0] - scene.inner[0, 0]) / scene.full_length
        return (now - start) / (USUAL_EXTENSION - start) if start < USUAL_EXTENSION else 1.0

    def status(self) -> tuple[str, bool]:
        """What the hand can do now, or what is wrong."""
        session, clock = self.session, self.clock
        if session.trouble:
            return _("Stopped: {trouble}").format(trouble=session.trouble), True
        trust = self.trust()
        if trust.level == "poor":
            text = _("Trust is poor: {reason}. Pull and shake more gently; R begins anew.")
            return text.format(reason=trust.reason), True
        if shut := session.shut_hinges:
            text = _(
                "Outermost hinges that have shut: {count}. Shaken in place, or too hard. R begins anew; pull at once."
            )
            return text.format(count=shut), True
        if clock.too_slow():
            text = _("This machine reaches {factor}x; the physics stays exact.")
            return text.format(factor=f"{clock.real_time_factor:.1f}"), True
        if session.holding:
            return _hand_status(session), False
        phase = session.simulation.phase
        if phase.hold:
            text = _('The script pulls: phase "{phase}". Grab the tip to take over.')
            return text.format(phase=phase.name), False
        if session.armed:
            return _("Armed: the tip is shaken as soon as you hold it. Pull it to the right; S disarms."), False
        text = _("Drag the tip of the ruler, or hold the right arrow key. P lets the script pull. F1 shows all keys.")
        return text, False

    def numbers(self) -> list[Number]:
        """Step, time, size of the recording, energy account."""
        simulation, recorder = self.session.simulation, self.session.recorder
        parts = [
            Number(_("step {step}").format(step=simulation.step), numbers.STEP),
            Number(f"{simulation.time:.2f} s", numbers.TIME),
        ]
        if self.recording_since is not None:
            seconds = int((simulation.step - self.recording_since) * (1.0 / self.session.steps_per_second))
            text = f"REC {seconds // 60:02d}:{seconds % 60:02d} {recorder.rows.nbytes / 1e6:.1f} MB"
            parts.insert(0, Number(text, numbers.RECORDED))
        error = recorder.energy_error()
        if error is not None:
            text = _("energy closes to {percent} %").format(percent=f"{100.0 * error:.1f}")
            parts.append(Number(text, numbers.ENERGY))
        trust = self.trust()
        if trust.level != "good":
            parts.append(Number(_("trust: {level}").format(level=_(LEVELS[trust.level])), numbers.TRUST))
        return parts

    def trust(self) -> Trust:
        """How far the numbers are to be trusted up to now."""
        return self.session.recorder.trust()

    def buttons(self) -> dict[str, ButtonLook]:
        """Playing, shaking, recording, and what can be undone."""
        shaking, changes, on = self.session.shaking, self.session.changes, self.recording_since is not None
        return {
            "play_pause": ButtonLook(_("Play") if self.clock.paused else _("Pause")),
            "shake_tip": ButtonLook(selected=shaking["tip"]),
            "shake_table": ButtonLook(selected=shaking["table"]),
            "record": ButtonLook(_("Stop, save") if on else _("Record"), selected=on),
            "undo": ButtonLook(enabled=changes.can_undo),
            "redo": ButtonLook(enabled=changes.can_redo),
        }

    def recording(self) -> Recording:
        """The session, with its summary."""
        return summarised(self.session.recording())
