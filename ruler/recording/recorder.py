"""Playing a scenario and keeping what happens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ruler._version import versions
from ruler.arrays import Floats
from ruler.mechanics import Samples, Simulation, SimulationError
from ruler.recording.journal import Journal
from ruler.recording.recording import Recording, column_names, stored_energy, unaccounted_energy
from ruler.recording.trust import Trust, judge
from ruler.scenario import Scenario, scenario_to_full_data
from ruler.scenario.geometry import lay_out, start_opening

# With less energy than this, J, a run that goes on says little of how well its energy account closes.
LEAST_ENERGY = 1e-3
# Simulated steps between two looks at progress, journal and keyboard: some milliseconds.
_STEPS_AT_A_TIME = 4000


def as_rows(samples: Samples, full_length: float) -> Floats:
    """Samples as rows of a recording's table, shape (samples, columns).

    Args:
        samples: what was sampled.
        full_length: of the ruler, m.
    """
    extension = (samples.tip[:, 0] - samples.inner[:, 0]) / full_length
    return np.column_stack(
        (
            samples.time,
            samples.phase,
            samples.tip,
            extension,
            samples.pull_force,
            np.degrees(samples.opening),
            samples.kinetic,
            samples.work,
            samples.hinge_loss,
            samples.table_loss,
            samples.elastic,
        )
    )


class Recorder:
    """Plays a scenario from start to end and records it.

    Args:
        scenario: the scenario.
        journal: where to keep the samples while the run lasts, or None.
        name: what the scenario is called, for the metadata.
        live: whether commands will be given while it runs.

    Attributes:
        simulation: the simulation; the window advances it itself and calls `collect`.
        status: "complete", "running", or why the run ended early.
        start_opening: opening of each hinge at the start, rad, shape (N,).
    """

    def __init__(
        self, scenario: Scenario, journal: Path | None = None, name: str | None = None, live: bool = False
    ) -> None:
        self.simulation = Simulation(scenario, live)
        self.status = "running"
        self._scenario = scenario
        self._full_length = lay_out(scenario.ruler).full_length
        self._phases = tuple(phase.name for phase in scenario.phase)
        self._meta = {
            "kind": "ruler",
            "name": name or scenario.title,
            "seed": scenario.seed,
            "source": scenario_to_full_data(scenario),
            "stepping": scenario.stepping._asdict(),
            "versions": versions(),
        }
        self.start_opening = start_opening(scenario.ruler)
        self._table = np.empty((1024, len(column_names(scenario.ruler.hinges))))
        self._rows = 0
        self._stored = 0.0
        self._journal: Journal | None = None
        if journal is not None:
            self.start_journal(journal)

    def start_journal(self, path: Path) -> None:
        """Keep the samples from now on in a journal.

        Raises:
            BadInputError: another run has a journal there just now.
        """
        self._journal = Journal(path, self._scenario.ruler.hinges, self._phases, self._meta)

    def run(self, progress: Callable[[Simulation], None] | None = None) -> None:
        """Play to the end; `progress` is called every few milliseconds with the simulation.

        Whatever ends the run early, what was sampled until then stays and `recording` gives it.

        Raises:
            SimulationError: the run went wrong.
            KeyboardInterrupt: it was interrupted.
        """
        try:
            while not self.simulation.finished:
                self.simulation.advance(_STEPS_AT_A_TIME)
                self.collect()
                if progress is not None:
                    progress(self.simulation)
            self.status = "complete"
        except KeyboardInterrupt:
            self.status = f"interrupted at {self.simulation.time:.3f} s"
            self._collect_rest()
            raise
        except SimulationError as error:
            self.status = str(error)
            self._collect_rest()
            raise

    def go_on_from(self, simulation: Simulation, rows: Floats) -> None:
        """Go on from another moment of this run.

        Args:
            simulation: brought to that moment.
            rows: the samples until then, shape (samples, columns).
        """
        self.simulation, self._rows, self._stored = simulation, 0, 0.0
        if len(rows):
            self._append(rows)
        if self._journal is not None:
            self._journal.restart(self.rows)

    def collect(self) -> Floats | None:
        """Take the simulation's new samples into the table (and the journal); returns the new rows."""
        samples = self.simulation.take_samples()
        if samples is None:
            return None
        rows = as_rows(samples, self._full_length)
        self._append(rows)
        if self._journal is not None:
            self._journal.add(rows)
        return rows

    def _collect_rest(self) -> None:
        try:
            self.collect()
        except SimulationError:
            # The run is known to have gone wrong; the sound samples were booked before that.
            return

    def _append(self, rows: Floats) -> None:
        needed = self._rows + len(rows)
        if needed > len(self._table):
            grown = np.empty((max(needed, 2 * len(self._table)), self._table.shape[1]))
            grown[: self._rows] = self._table[: self._rows]
            self._table = grown
        self._table[self._rows : needed] = rows
        self._stored = max(self._stored, stored_energy(rows))
        self._rows = needed

    def recording(self, played: Scenario | None = None) -> Recording:
        """What has been recorded so far.

        Args:
            played: what was played, when commands have made it another scenario than at the start.
        """
        source = {} if played is None else {"source": scenario_to_full_data(played)}
        last = None if self.simulation.finished else self.simulation.sample_now()
        table = self.rows.copy() if last is None else np.vstack((self.rows, as_rows(last, self._full_length)))
        account = self.simulation.account
        meta: dict[str, Any] = {
            **self._meta,
            **source,
            "status": self.status,
            "steps": self.simulation.step,
            "simulated_s": self.simulation.time,
            "kernel": self.simulation.kernel.name,
            "worst_joint_gap_m": account.worst_gap,
            "worst_joint_gap_time_s": account.worst_gap_time,
            "forced_s": account.forced,
        }
        return Recording(table, self._phases, meta)

    @property
    def rows(self) -> Floats:
        """The table so far, shape (samples, columns): a view, good until the next samples come."""
        return self._table[: self._rows]

    def energy_error(self) -> float | None:
        """How well the energy account closes at the last sample; None while hardly any work has been done."""
        return unaccounted_energy(self._table[self._rows - 1], LEAST_ENERGY, self._stored) if self._rows else None

    def trust(self) -> Trust:
        """How far the numbers are to be trusted up to the last sample."""
        account, section = self.simulation.account, self._scenario.ruler.section_length
        return judge(self.energy_error(), account.worst_gap / section, account.forced, gap_time=account.worst_gap_time)

    def keep(self, played: Scenario) -> Path | None:
        """Write all samples and what was played to the journal at once; returns where it is, or None."""
        return None if self._journal is None else self._journal.rewrite(self.recording(played))

    def discard_journal(self) -> None:
        """Remove the journal: the recording is in its file, or nothing of it is needed any more."""
        if self._journal is not None:
            self._journal.remove()
