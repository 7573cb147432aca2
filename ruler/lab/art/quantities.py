"""What the graph over time can show: each quantity is entered here once and is then in the window's list."""

from collections.abc import Callable
from dataclasses import dataclass

from ruler.lab.art import theme
from ruler.lab.art.history import History, Series
from ruler.lab.i18n import N_
from ruler.recording.recording import FIRST_COLUMNS, LAST_COLUMNS


@dataclass(frozen=True)
class Quantity:
    """A quantity, or several of the same unit, over time.

    Attributes:
        name: of it, for the program.
        title: written above the graph, and in lists.
        about: its unit or range, written beside the title.
        unit: written behind a value that is read out.
        of: its lines.
        lines: what each line is called; empty: one for each hinge.
        range: of the axis; None: what is needed.
        decimals: of a value that is read out.
        empty: what is said while there is nothing to draw.
    """

    name: str
    title: str
    about: str
    unit: str
    of: Callable[[History], Series]
    lines: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    decimals: int = 3
    empty: str = N_("nothing recorded")

    def colours(self, hinges: int) -> tuple[theme.Colour, ...]:
        """A colour for each line."""
        if self.lines:
            return (theme.ACCENT, *theme.GHOSTS)[: len(self.lines)]
        return theme.line_colours(hinges)


def _recorded(*names: str) -> Callable[[History], Series]:
    """Columns of a recording that stand side by side."""

    def of(history: History) -> Series:
        if names[0] in FIRST_COLUMNS:
            first = FIRST_COLUMNS.index(names[0])
        else:
            first = len(FIRST_COLUMNS) + history.hinges + LAST_COLUMNS.index(names[0])
        return history.columns(names[0], slice(first, first + len(names)))

    return of


_ALL = (
    Quantity(
        "openings",
        N_("Opening of each hinge"),
        N_("0° folded, 180° straight"),
        "°",
        lambda history: history,
        range=(0.0, 180.0),
        decimals=1,
        empty=N_("pull the ruler to see its hinges open"),
    ),
    Quantity(
        "tension",
        N_("Force through each hinge"),
        "N",
        " N",
        lambda history: history.tension,
        empty=N_("not recorded: only seen while the ruler is under the hand"),
    ),
    Quantity("force", N_("Force of the hand"), N_("N, along the pull"), " N", _recorded("pull_force_N"), (N_("hand"),)),
    Quantity(
        "extension",
        N_("Extension"),
        N_("distance of the tip, 1 = straight"),
        "",
        _recorded("extension"),
        (N_("tip"),),
    ),
    Quantity(
        "energy",
        N_("Energy and work"),
        "J",
        " J",
        _recorded(*LAST_COLUMNS),
        (N_("moving"), N_("work"), N_("hinges"), N_("table"), N_("springs")),
        decimals=4,
    ),
)
QUANTITIES = {quantity.name: quantity for quantity in _ALL}
OPENINGS = QUANTITIES["openings"]
