"""The ruler under the hand, as the window plays it: now, or at a moment that is looked back at."""

from ruler.analysis import summarised
from ruler.lab import numbers
from ruler.lab.art.history import History
from ruler.lab.clock import Clock
from ruler.lab.i18n import N_, _
from ruler.lab.i18n.phrases import spoken
from ruler.lab.numbers import Number
from ruler.lab.past import Past
from ruler.lab.player import ButtonLook, Direction, Player
from ruler.lab.scene import Scene
from ruler.lab.session import Session
from ruler.mechanics.rerun import Followers
from ruler.recording import Recording
from ruler.recording.trust import Level, Trust

# Extension to which the shipped scenarios pull; a network that learns beside the ruler is trained by then.
USUAL_EXTENSION = 0.55

LEVELS: dict[Level, str] = {"good": N_("good"), "fair": N_("fair"), "poor": N_("poor")}


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
        self._followers = Followers()
        self.begin()

    def begin(self) -> None:
        """A ruler has been laid out: graph and clock begin anew."""
        self._recorder = recorder = self.session.recorder
        self.history = History(self.session.base.ruler.hinges, lambda: recorder.rows)
        self.clock.rate = self.session.steps_per_second
        self.clock.lost = 0.0
        self.past = Past(self.session, self._followers)

    @property
    def renewed(self) -> bool:
        """Whether the session has laid out another ruler since `begin`."""
        return self.session.recorder is not self._recorder

    @property
    def moment(self) -> float | None:  # type: ignore[override]
        """The moment looked back at, s; None for the present."""
        return self.past.moment

    @property
    def timeline(self) -> float | None:
        """Where the moment is between the start of the session and the present, 0 to 1."""
        return 1.0 if self.past.moment is None else self.past.moment / max(self.past.seconds, 1e-9)

    def seek(self, part: float) -> None:
        """Look back at a part of the session, 0 (start) to 1 (the present)."""
        if part >= 1.0:
            self.past.stop()
        else:
            self.past.look(part * self.past.seconds)

    def go_on(self) -> bool:
        """Go on from the moment looked at; False while it is not reached yet."""
        self.clock.paused = False
        return self.past.go_on()

    def go_on_if_looking(self) -> bool:
        """As `go_on`, but a present that is paused stays so."""
        return self.past.moment is None or self.go_on()

    def scenes(self) -> list[Scene]:
        """The ruler, as far into the next step as the clock is, or at the moment looked at."""
        if (past := self.past.scene()) is not None:
            return [past]
        scene = self.session.scene(self.clock.fraction)
        if scene.snapshot is not None:
            self.history.note_tension(self.session.simulation.time, scene.snapshot.tension)
        beside = self.session.beside
        return [scene if beside is None else beside.on(scene, self.session.simulation.time)]

    def advance(self, elapsed: float) -> None:
        """Make the steps that are due."""
        if self.past.moment is not None:
            self.past.advance()
            return
        due = self.clock.steps_due(elapsed)
        self.clock.run(due, elapsed, self.session.advance)
        if due and not self.clock.too_slow():
            self.past.tend()

    @property
    def runs(self) -> bool:
        """Whether steps are made."""
        looking = self.moment is not None
        return self.past.under_way if looking else not (self.clock.paused or self.session.finished)

    def moving(self) -> bool:
        """Whether ruler, hand or table move."""
        return self.session.holding or not self.session.simulation.at_rest

    def play_pause(self) -> None:
        """Play or pause; what is looked back at goes on from there."""
        if self.past.moment is not None:
            self.go_on()
            return
        self.clock.paused = not self.clock.paused

    def step(self, count: int) -> None:
        """A step forward; back, and forward there, it is samples that are looked at."""
        if count < 0 or self.past.moment is not None:
            self.past.step(count)
            return
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
        if self.past.under_way:
            return _("Making {seconds} s again, step by step ...").format(seconds=f"{self.moment or 0.0:.1f}"), False
        if self.moment is not None:
            text = _("Looking back at {moment} s. Enter or Space goes on from here, End is the present.")
            return text.format(moment=f"{self.moment:.2f}"), False
        if session.trouble:
            return _("Stopped: {trouble}").format(trouble=session.trouble), True
        trust = self.trust()
        if trust.level == "poor":
            text = _("Trust is poor: {reason}. Pull and shake more gently; R begins anew.")
            return text.format(reason=spoken(trust.reason or "")), True
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

    def times(self) -> str:
        """The moment, how long the session is, and how many branches there are besides."""
        now = self.past.seconds if self.moment is None else self.moment
        text = _("{moment} of {seconds} s").format(moment=f"{now:.1f}", seconds=f"{self.past.seconds:.1f}")
        takes = len(self.session.takes)
        return f"{text}, " + _("branches: {count}").format(count=takes) if takes else text

    def forks(self) -> list[tuple[float, float]]:
        """Where on the timeline branches part, 0 to 1, and how long each is, s."""
        session, forks = self.session, []
        end = max(1, round(self.past.seconds * session.steps_per_second))
        for take in session.takes:
            step = take.parts_at(session.started, session.commands, session.simulation.step)
            if step is not None and step <= end:
                forks.append((step / end, take.seconds))
        return forks

    def banner(self) -> str | None:
        """That one looks back, or that time stands still."""
        if self.past.under_way:
            return _("On the way to {moment} s ...").format(moment=f"{self.moment or 0.0:.1f}")
        if self.moment is not None:
            return _("Looking back: {moment} s. Enter goes on from here.").format(moment=f"{self.moment:.2f}")
        return _("Paused. Space goes on.") if self.clock.paused and not self.session.trouble else None

    def buttons(self) -> dict[str, ButtonLook]:
        """Playing, shaking, recording, and what can be undone."""
        shaking, changes, on = self.session.shaking, self.session.changes, self.recording_since is not None
        return {
            "play_pause": ButtonLook(_("Play") if self.clock.paused or self.moment is not None else _("Pause")),
            "shake_tip": ButtonLook(selected=shaking["tip"]),
            "shake_table": ButtonLook(selected=shaking["table"]),
            "record": ButtonLook(_("Stop, save") if on else _("Record"), selected=on),
            "undo": ButtonLook(enabled=changes.can_undo),
            "redo": ButtonLook(enabled=changes.can_redo),
        }

    def recording(self) -> Recording:
        """The session, with its summary."""
        return summarised(self.session.recording())
