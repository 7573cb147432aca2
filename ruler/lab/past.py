"""Looking back in a session, and going on from there: moments are drawn from their samples and reached by rerunning."""

from ruler.errors import RulerError
from ruler.lab.replay import Replay
from ruler.lab.scene import Scene
from ruler.lab.session import Session
from ruler.lab.takes import Take
from ruler.mechanics.account import join_samples
from ruler.mechanics.rerun import Followers, Rerun
from ruler.recording import Recording
from ruler.recording.recorder import as_rows
from ruler.scenario import scenario_to_full_data
from ruler.scenario.geometry import lay_out

# A frame may spend so long on the way back, s; on what lags behind, s.
_PER_FRAME, _FOR_FOLLOWERS = 0.05, 0.004
# So long the window waits for a moment before it goes on drawing meanwhile, s.
_PATIENCE = 0.8


class Past:
    """The moments of a session before the present one.

    Args:
        session: the session.
        followers: simulations that lag behind it.

    Attributes:
        moment: the moment looked at, s; None: the present one.
    """

    def __init__(self, session: Session, followers: Followers) -> None:
        self.session = session
        self.moment: float | None = None
        self._followers = followers
        self._take: Take | None = None
        self._replay: Replay | None = None
        self._rerun: Rerun | None = None

    def tend(self) -> None:
        """Let the simulations that lag behind come after; asked for at every frame that makes steps."""
        session = self.session
        self._followers.tend(session.started, session.commands, session.simulation.step, _FOR_FOLLOWERS)

    # Looking

    def look(self, moment: float, take: Take | None = None) -> None:
        """Look at a moment, s, of this session, or of another take."""
        if self._rerun is not None or (take is None and not len(self.session.recorder.rows)):
            return
        if take is not None or self._take is None:
            self._take = take or self.session.take()
            self._replay = _replay(self._take, self.session.name)
        self.moment = min(max(0.0, moment), self._take.seconds)

    def step(self, count: int) -> None:
        """Look so many samples further on; beyond the last one it is the present again."""
        times = self.session.recorder.rows[:, 0]
        if self.moment is None or self._replay is None:
            if len(times):
                self.look(float(times[max(0, len(times) - 1 + count)]))
            return
        at = self._replay.index(self.moment) + count
        if at >= len(self._replay.recording.time) - 1:
            self.stop()
        else:
            self.look(float(self._replay.recording.time[max(0, at)]))

    def stop(self) -> None:
        """Look at the present again."""
        self.moment = self._take = self._replay = self._rerun = None

    def scene(self) -> Scene | None:
        """The moment looked at; None for the present."""
        return None if self.moment is None or self._replay is None else self._replay.scene(self.moment)

    @property
    def seconds(self) -> float:
        """How long it is what is looked at, s."""
        return self.session.simulation.time if self._take is None else self._take.seconds

    # Going on

    @property
    def under_way(self) -> bool:
        """Whether the moment is being reached."""
        return self._rerun is not None

    def go_on(self) -> bool:
        """Make the moment looked at the present one; False while it is not reached yet, see `advance`."""
        if self.moment is None or self._take is None:
            return True
        if self._rerun is None:
            take = self._take
            nearest = self._followers.to(take.started, take.commands, self._step(take))
            self._rerun = Rerun(take.started, keep=True) if take.recorded else nearest
        return self.advance(_PATIENCE)

    def advance(self, seconds: float = _PER_FRAME) -> bool:
        """Go on towards the moment; whether it is reached, and the session goes on from there."""
        take, rerun = self._take, self._rerun
        if take is None or rerun is None:
            return True
        try:
            if not rerun.go(take.commands, self._step(take), seconds):
                return False
        except RulerError:
            # The run broke down here when it was made first, too; it stays as it was.
            self.stop()
            raise
        rows = take.rows[: rerun.simulation.samples_made]
        if take.recorded and rerun.samples:
            rows = as_rows(join_samples(rerun.samples), lay_out(take.started.ruler).full_length)
        self.session.go_on_from(take, rerun.simulation, rows)
        self.stop()
        return True

    def _step(self, take: Take) -> int:
        return min(take.end, round((self.moment or 0.0) * take.started.steps_per_second))


def _replay(take: Take, name: str) -> Replay:
    scenario = take.started.model_copy(update={"command": list(take.commands)})
    meta = {"kind": "ruler", "name": name, "source": scenario_to_full_data(take.started)}
    names = tuple(phase.name for phase in take.started.phase)
    return Replay(Recording(take.rows, names, meta), name, scenario=scenario)
