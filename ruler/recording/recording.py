"""The Recording: one table of samples and what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.scenario import Scenario, scenario_from_data
from ruler.scenario.model import Ruler

if TYPE_CHECKING:
    import pandas as pd

FIRST_COLUMNS = ("time_s", "phase", "tip_x_m", "tip_y_m", "extension", "pull_force_N")
# The kind of a recording of a real ruler.
MEASURED = "measured"
LAST_COLUMNS = ("kinetic_energy_J", "work_J", "hinge_loss_J", "table_loss_J", "elastic_energy_J")


def column_names(hinges: int) -> list[str]:
    """Names of the columns of a recording, in order; opening_1 is nearest the fixed end."""
    openings = [f"opening_{i}_deg" for i in range(1, hinges + 1)]
    return [*FIRST_COLUMNS, *openings, *LAST_COLUMNS]


def stored_energy(table: Floats) -> float:
    """The most energy that moved and was in the springs at a sample, J, of a table of shape (samples, columns)."""
    kinetic, elastic = -len(LAST_COLUMNS), -1
    return float((table[:, kinetic] + table[:, elastic]).max(initial=0.0))


def unaccounted_energy(row: Floats, least: float, stored: float = 0.0) -> float | None:
    """|work - losses - kinetic - elastic| of a sample, as part of the energy: how well its account closes.

    The energy is |work|, or the most that was ever stored where a hand (or a slope) has taken more of it back.

    Args:
        row: the sample, shape (columns,).
        least: with less energy than this, J, there is nothing to account for.
        stored: `stored_energy` up to the sample, J.

    Returns:
        The part that is missing, or None.
    """
    kinetic, work, hinge_loss, table_loss, elastic = row[-len(LAST_COLUMNS) :].tolist()
    missing = work - (hinge_loss + table_loss + kinetic + elastic)
    energy = max(abs(work), stored)
    return None if energy < least else float(abs(missing) / energy)


@dataclass(frozen=True)
class Recording:
    """What happened, sample by sample; the last row is the final state.

    Attributes:
        table: shape (samples, columns), the columns of `column_names`; "phase" holds the number of
            the phase in `phases`. What is not known of a measured ruler is not a number.
        phases: name of each phase.
        meta: plain data for JSON: "kind" ("ruler", "reference", "quasi-static", "measured" or "spring-block"), "source"
            (the scenario, every key), "seed", "versions", "status" ("complete", or why it ended early), and when known
            "summary".
        extra: more columns, such as "unsure" of a tracked film, each of shape (samples,).
    """

    table: Floats
    phases: tuple[str, ...]
    meta: Mapping[str, Any]
    where: str = "the recording"
    extra: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def hinges(self) -> int:
        """Number of hinges, N."""
        return int(self.table.shape[1]) - len(FIRST_COLUMNS) - len(LAST_COLUMNS)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return column_names(self.hinges)

    def column(self, name: str) -> Floats:
        """One column by its name, shape (samples,)."""
        return np.asarray(self.table[:, self.columns.index(name)])

    @property
    def time(self) -> Floats:
        """Time of each sample, s, shape (samples,)."""
        return self.column("time_s")

    @property
    def opening_deg(self) -> Floats:
        """Opening of each hinge, deg, shape (samples, N), from the fixed end."""
        first = len(FIRST_COLUMNS)
        return np.asarray(self.table[:, first : first + self.hinges])

    @property
    def opening(self) -> Floats:
        """Opening of each hinge, rad, shape (samples, N), from the fixed end."""
        return np.radians(self.opening_deg)

    @property
    def opened(self) -> Floats:
        """How far each hinge has opened since the first sample, rad, shape (samples, N)."""
        return np.asarray(self.opening - self.opening[0])

    @property
    def phase(self) -> list[str]:
        """Name of the phase of each sample."""
        return [self.phases[int(i)] for i in self.column("phase")]

    @property
    def measured(self) -> bool:
        """Whether it is of a real ruler."""
        return self.meta.get("kind") == MEASURED

    @property
    def timed(self) -> bool:
        """Whether its samples have times; stills have not, and are numbered from 0 in `time`."""
        return bool(self.meta.get("timed", True))

    @property
    def ruler(self) -> Ruler:
        """The ruler of a measured recording, as far as it is known: hinges, lengths, openings at the start."""
        keys = ("hinges", "section_length", "end_sections", "opening")
        known = self.meta["source"]["ruler"]
        return Ruler(**{key: known[key] for key in keys})

    @property
    def complete(self) -> bool:
        """Whether the run went to its end."""
        return bool(self.meta.get("status") == "complete")

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return str(self.meta.get("source", {}).get("title", "Untitled"))

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run.

        Raises:
            BadInputError: the recording is not of a ruler (simulated, calculated or in the slow limit).
        """
        if self.meta.get("kind") not in ("ruler", "quasi-static", "reference"):
            kind = "real ruler" if self.measured else f"{self.meta.get('kind')}, not of a ruler"
            raise BadInputError(f"this recording is of a {kind}; it has no scenario")
        return scenario_from_data(dict(self.meta.get("source", {})), f"{self.where}: its scenario")

    def with_meta(self, **entries: Any) -> "Recording":
        """The same recording with more entries in `meta`."""
        return replace(self, meta={**self.meta, **entries})

    def to_pandas(self) -> "pd.DataFrame":
        """The table as a DataFrame, with the phase by name.

        Raises:
            BadInputError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise BadInputError("pandas is not installed; install it with: pip install pandas") from None
        frame = pd.DataFrame(self.table, columns=self.columns)
        frame["phase"] = self.phase
        return frame.assign(**self.extra)
