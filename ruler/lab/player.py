"""What the window plays: the interface; the ruler under the hand is in `live`, recordings are in `replay`."""

from dataclasses import dataclass
from typing import Protocol

from ruler.lab.art.history import History
from ruler.lab.numbers import Number
from ruler.lab.scene import Scene
from ruler.lab.session import Session
from ruler.recording import Recording
from ruler.recording.trust import Trust

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

    @property
    def runs(self) -> bool:
        """Whether time goes by on its own."""

    def moving(self) -> bool:
        """Whether what is on the table moves."""
        return True

    def play_pause(self) -> None:
        """Play or pause."""

    def step(self, count: int) -> None:
        """Pause, and go some steps (in a replay samples) forward or back.

        Raises:
            BadInputError: it cannot go there.
        """

    def seek(self, part: float) -> None:
        """Go to a part of what there is, 0 (start) to 1 (end)."""

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

    def times(self) -> str:
        """What stands beside the timeline."""

    def forks(self) -> list[tuple[float, float]]:
        """Where on the timeline other branches part, 0 to 1, and how long each is, s."""
        return []

    def banner(self) -> str | None:
        """Why nothing moves on the table, or None."""
        return None

    def buttons(self) -> dict[str, ButtonLook]:
        """How the buttons look whose look changes, by action."""

    def recording(self) -> Recording:
        """What to save when the recording is to be saved."""
